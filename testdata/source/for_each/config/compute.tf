resource "aws_iam_role" "this" {
  for_each = toset(flatten([for job, settings in var.jobs : distinct(["${job}-task", "${job}-${settings.starter}"])]))
  name     = "ferry-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "service" {
  for_each = { events = "events.amazonaws.com" }
  name     = "ferry-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = each.value } }]
  })
}

resource "aws_iam_role_policy_attachment" "start" {
  for_each   = { for key, role in aws_iam_role.this : key => role if key == "worker-task" || endswith(key, "-execution") }
  role       = each.value.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "secret" {
  for_each = aws_secretsmanager_secret.this
  name     = "secret"
  role     = aws_iam_role.this["api-execution"].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = each.value.arn }]
  })
}

resource "aws_ecs_cluster" "this" {
  for_each = toset(["ferry"])
  name     = each.key
}

resource "aws_service_discovery_http_namespace" "this" {
  for_each = aws_ecs_cluster.this
  name     = each.value.name
}

resource "aws_secretsmanager_secret" "this" {
  for_each = toset(["orders"])
  name     = "ferry/${each.key}"
}

resource "aws_ecr_repository" "this" {
  for_each             = var.repositories
  name                 = "ferry/${each.key}"
  image_tag_mutability = each.value
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = var.jobs
  name              = "/ferry/${each.key}"
  retention_in_days = 90
}

locals {
  containers = {
    web = {
      web = {
        image       = "${aws_ecr_repository.this["web"].repository_url}:3.4.1"
        environment = { CACHE_HOST = aws_elasticache_replication_group.this["sessions"].primary_endpoint_address }
      }
    }
    api = {
      api = {
        image       = "${aws_ecr_repository.this["api"].repository_url}:2.0.7"
        environment = { DB_HOST = aws_db_instance.this["orders"].address }
        secrets     = { DB_PASSWORD = aws_secretsmanager_secret.this["orders"].arn }
      }
    }
    worker = {
      worker = {
        image       = "${aws_ecr_repository.this["worker"].repository_url}:latest"
        environment = { DB_PASSWORD = "made-up-for-tests-only" }
      }
      helper = { image = "public.ecr.aws/docker/library/busybox:1.36.1", silent = true }
    }
    report = {
      report = {
        image       = "public.ecr.aws/docker/library/alpine:3.20.3"
        environment = { ARCHIVE_HOST = aws_db_instance.this["archive"].address }
        secrets     = { MAIL_TOKEN = "arn:aws:ssm:eu-west-1:123456789012:parameter/ferry/mail" }
      }
      export = {
        image   = "${aws_ecr_repository.this["api"].repository_url}:2.0.7"
        command = ["export", "--once"]
      }
    }
  }
}

resource "aws_ecs_task_definition" "this" {
  for_each                 = var.jobs
  family                   = "ferry-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  # wrong: worker starts with the task role
  execution_role_arn = aws_iam_role.this["${each.key}-${each.value.starter}"].arn
  task_role_arn      = aws_iam_role.this["${each.key}-task"].arn

  container_definitions = jsonencode([
    # the main container first
    for name in concat([each.key], [for other in keys(local.containers[each.key]) : other if other != each.key]) : merge(
      {
        name      = name
        image     = local.containers[each.key][name].image
        essential = name != "export"
      },
      { for key, value in {
        portMappings = [{ name = "http", containerPort = each.value.port, protocol = "tcp" }]
      } : key => value if name == each.key && each.value.port != null },
      { for key, value in {
        environment = concat(
          [for port in [each.value.port] : { name = "PORT", value = tostring(port) } if port != null],
          [for variable, text in try(local.containers[each.key][name].environment, {}) : { name = variable, value = text }],
        )
        secrets = [for variable, arn in try(local.containers[each.key][name].secrets, {}) : { name = variable, valueFrom = arn }]
      } : key => value if name == each.key },
      { for key in ["command"] : key => local.containers[each.key][name][key] if can(local.containers[each.key][name][key]) },
      { for key, value in {
        logConfiguration = {
          logDriver = "awslogs"
          options = {
            "awslogs-group"         = aws_cloudwatch_log_group.this[each.key].name
            "awslogs-region"        = "eu-west-1"
            "awslogs-stream-prefix" = name
          }
        }
      } : key => value if !try(local.containers[each.key][name].silent, false) },
    )
  ])
}

resource "aws_ecs_service" "this" {
  for_each        = { for job, definition in aws_ecs_task_definition.this : job => definition.arn if contains(["web", "worker"], job) }
  name            = each.key
  cluster         = aws_ecs_cluster.this["ferry"].id
  task_definition = each.value
  desired_count   = var.jobs[each.key].count
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = [for zone in keys(var.zones) : aws_subnet.this["${var.jobs[each.key].tier}-${zone}"].id]
    security_groups  = [merge(aws_security_group.caller, aws_security_group.wide)[each.key].id]
    assign_public_ip = var.jobs[each.key].tier == "public"
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this[each.key].arn
    container_name   = each.key
    container_port   = var.jobs[each.key].port
  }
}

resource "aws_ecs_service" "connected" {
  for_each        = { for job, settings in var.jobs : job => settings if job == "api" }
  name            = each.key
  cluster         = aws_ecs_cluster.this["ferry"].id
  task_definition = aws_ecs_task_definition.this[each.key].arn
  desired_count   = each.value.count
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = [for key, subnet in aws_subnet.this : subnet.id if startswith(key, each.value.tier)]
    security_groups  = [for key, group in aws_security_group.plain : group.id if key == each.key]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this[each.key].arn
    container_name   = each.key
    container_port   = each.value.port
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.this["ferry"].arn

    service {
      port_name      = "http"
      discovery_name = each.key

      client_alias {
        dns_name = each.key
        port     = each.value.port
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each            = { report = "rate(1 day)" }
  name                = "ferry-${each.key}"
  schedule_expression = each.value
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = aws_cloudwatch_event_rule.this
  rule     = each.value.name
  arn      = aws_ecs_cluster.this["ferry"].arn
  role_arn = aws_iam_role.service["events"].arn

  ecs_target {
    task_definition_arn = aws_ecs_task_definition.this[each.key].arn
    launch_type         = "FARGATE"
    task_count          = 1

    network_configuration {
      subnets          = [for zone in keys(var.zones) : aws_subnet.this["${var.jobs[each.key].tier}-${zone}"].id]
      security_groups  = [aws_default_security_group.this["main"].id]
      assign_public_ip = false
    }
  }
}
