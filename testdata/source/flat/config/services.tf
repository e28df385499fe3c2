resource "aws_ecs_cluster" "main" {
  name = "ferry"
}

resource "aws_service_discovery_http_namespace" "main" {
  name = "ferry"
}

resource "aws_secretsmanager_secret" "orders" {
  name = "ferry/orders"
}

resource "aws_ecr_repository" "web" {
  name                 = "ferry/web"
  image_tag_mutability = "IMMUTABLE"
}

resource "aws_ecr_repository" "api" {
  name                 = "ferry/api"
  image_tag_mutability = "IMMUTABLE"
}

# wrong: tags that move
resource "aws_ecr_repository" "worker" {
  name                 = "ferry/worker"
  image_tag_mutability = "MUTABLE"
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "/ferry/web"
  retention_in_days = 90
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/ferry/api"
  retention_in_days = 90
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/ferry/worker"
  retention_in_days = 90
}

resource "aws_cloudwatch_log_group" "report" {
  name              = "/ferry/report"
  retention_in_days = 90
}

# --- web: right
resource "aws_ecs_task_definition" "web" {
  family                   = "ferry-web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.web_execution.arn
  task_role_arn            = aws_iam_role.web_task.arn

  container_definitions = jsonencode([
    {
      name         = "web"
      image        = "${aws_ecr_repository.web.repository_url}:3.4.1"
      essential    = true
      portMappings = [{ name = "http", containerPort = 8080, protocol = "tcp" }]
      environment = [
        { name = "PORT", value = "8080" },
        { name = "CACHE_HOST", value = aws_elasticache_replication_group.sessions.primary_endpoint_address }
      ]
      secrets = []
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.web.name
          "awslogs-region"        = "eu-west-1"
          "awslogs-stream-prefix" = "web"
        }
      }
    }
  ])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 2
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
}

# --- api: right, in subnets without a way out
resource "aws_ecs_task_definition" "api" {
  family                   = "ferry-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "1024"
  memory                   = "2048"
  execution_role_arn       = aws_iam_role.api_execution.arn
  task_role_arn            = aws_iam_role.api_task.arn

  container_definitions = jsonencode([
    {
      name         = "api"
      image        = "${aws_ecr_repository.api.repository_url}:2.0.7"
      essential    = true
      portMappings = [{ name = "http", containerPort = 9090, protocol = "tcp" }]
      environment = [
        { name = "PORT", value = "9090" },
        { name = "DB_HOST", value = aws_db_instance.orders.address }
      ]
      secrets = [
        { name = "DB_PASSWORD", valueFrom = aws_secretsmanager_secret.orders.arn }
      ]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.api.name
          "awslogs-region"        = "eu-west-1"
          "awslogs-stream-prefix" = "api"
        }
      }
    }
  ])
}

resource "aws_ecs_service" "api" {
  name            = "api"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.api.arn
  desired_count   = 2
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = [aws_subnet.inner_a.id, aws_subnet.inner_b.id]
    security_groups  = [aws_security_group.api.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.api.arn
    container_name   = "api"
    container_port   = 9090
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "http"
      discovery_name = "api"

      client_alias {
        dns_name = "api"
        port     = 9090
      }
    }
  }
}

# --- worker, wrong: one role, a moving tag, a secret in the environment, a silent
# sidecar, public subnets and a public address
resource "aws_ecs_task_definition" "worker" {
  family                   = "ferry-worker"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.worker_task.arn
  task_role_arn            = aws_iam_role.worker_task.arn

  container_definitions = jsonencode([
    {
      name         = "worker"
      image        = "${aws_ecr_repository.worker.repository_url}:latest"
      essential    = true
      portMappings = [{ name = "http", containerPort = 7070, protocol = "tcp" }]
      environment = [
        { name = "PORT", value = "7070" },
        { name = "DB_PASSWORD", value = "made-up-for-tests-only" }
      ]
      secrets = []
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.worker.name
          "awslogs-region"        = "eu-west-1"
          "awslogs-stream-prefix" = "worker"
        }
      }
    },
    {
      name      = "helper"
      image     = "public.ecr.aws/docker/library/busybox:1.36.1"
      essential = true
    }
  ])
}

resource "aws_ecs_service" "worker" {
  name            = "worker"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.worker.arn
  desired_count   = 1
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = [aws_subnet.public_a.id, aws_subnet.public_b.id]
    security_groups  = [aws_security_group.worker.id]
    assign_public_ip = true
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.worker.arn
    container_name   = "worker"
    container_port   = 7070
  }
}

# --- report, wrong: no such size, an image that cannot be pulled from where it runs,
# the default group, which the endpoints do not admit
resource "aws_ecs_task_definition" "report" {
  family                   = "ferry-report"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "4096"
  execution_role_arn       = aws_iam_role.report_execution.arn
  task_role_arn            = aws_iam_role.report_task.arn

  container_definitions = jsonencode([
    {
      name        = "report"
      image       = "public.ecr.aws/docker/library/alpine:3.20.3"
      essential   = true
      environment = [{ name = "ARCHIVE_HOST", value = aws_db_instance.archive.address }]
      secrets     = [{ name = "MAIL_TOKEN", valueFrom = "arn:aws:ssm:eu-west-1:123456789012:parameter/ferry/mail" }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.report.name
          "awslogs-region"        = "eu-west-1"
          "awslogs-stream-prefix" = "report"
        }
      }
    },
    {
      name      = "export"
      image     = "${aws_ecr_repository.api.repository_url}:2.0.7"
      essential = false
      command   = ["export", "--once"]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = aws_cloudwatch_log_group.report.name
          "awslogs-region"        = "eu-west-1"
          "awslogs-stream-prefix" = "export"
        }
      }
    }
  ])
}

resource "aws_cloudwatch_event_rule" "report" {
  name                = "ferry-report"
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "report" {
  rule     = aws_cloudwatch_event_rule.report.name
  arn      = aws_ecs_cluster.main.arn
  role_arn = aws_iam_role.events.arn

  ecs_target {
    task_definition_arn = aws_ecs_task_definition.report.arn
    launch_type         = "FARGATE"
    task_count          = 1

    network_configuration {
      subnets          = [aws_subnet.data_a.id, aws_subnet.data_b.id]
      security_groups  = [aws_default_security_group.main.id]
      assign_public_ip = false
    }
  }
}
