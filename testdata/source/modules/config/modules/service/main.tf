module "roles" {
  source   = "../roles"
  name     = "${var.name}-${var.job}"
  separate = var.settings.own_execution_role
  secrets  = var.secrets
}

resource "aws_ecr_repository" "this" {
  name                 = "${var.name}/${var.job}"
  image_tag_mutability = var.settings.immutable ? "IMMUTABLE" : "MUTABLE"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name}/${var.job}"
  retention_in_days = 90
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-${var.job}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.settings.cpu
  memory                   = var.settings.memory
  execution_role_arn       = module.roles.arns.execution
  task_role_arn            = module.roles.arns["task"]

  container_definitions = jsonencode(concat([
    {
      name         = var.job
      image        = "${aws_ecr_repository.this.repository_url}:${var.settings.tag}"
      essential    = true
      portMappings = [{ name = "http", containerPort = var.settings.port, protocol = "tcp" }]
      environment  = concat([{ name = "PORT", value = tostring(var.settings.port) }], [for key, value in var.environment : { name = key, value = value }])
      secrets      = [for key, arn in var.secrets : { name = key, valueFrom = arn }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.this.name
          "awslogs-region"        = var.region
          "awslogs-stream-prefix" = var.job
        }
      }
    }
  ], var.sidecars))
}

resource "aws_ecs_service" "plain" {
  count           = var.job == "api" ? 0 : 1
  name            = var.job
  cluster         = var.cluster.id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.settings.count
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = values(var.subnets)
    security_groups  = var.groups
    assign_public_ip = var.settings.public
  }

  load_balancer {
    target_group_arn = var.target_group
    container_name   = var.job
    container_port   = var.settings.port
  }
}

resource "aws_ecs_service" "connected" {
  count           = var.job == "api" ? 1 : 0
  name            = var.job
  cluster         = var.cluster.id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.settings.count
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = [var.subnets["a"], var.subnets["b"]]
    security_groups  = var.groups
    assign_public_ip = var.settings.public
  }

  load_balancer {
    target_group_arn = var.target_group
    container_name   = var.job
    container_port   = var.settings.port
  }

  service_connect_configuration {
    enabled   = true
    namespace = var.namespace

    service {
      port_name      = "http"
      discovery_name = var.job

      client_alias {
        dns_name = var.job
        port     = var.settings.port
      }
    }
  }
}
