module "roles" {
  source = "../roles"
  name   = "${var.name}-${var.job}"
}

resource "aws_iam_role" "events" {
  name = "${var.name}-events"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "events.amazonaws.com" } }]
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/${var.name}/${var.job}"
  retention_in_days = 90
}

locals {
  log = { for prefix in ["report", "export"] : prefix => {
    logDriver = "awslogs"
    options = {
      "awslogs-group"         = aws_cloudwatch_log_group.this.name
      "awslogs-region"        = var.region
      "awslogs-stream-prefix" = prefix
    }
  } }
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-${var.job}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = module.roles.arns["execution"]
  task_role_arn            = module.roles.arns["task"]

  container_definitions = jsonencode([
    {
      name             = var.job
      image            = var.image
      essential        = true
      environment      = [{ name = "ARCHIVE_HOST", value = var.archive }]
      secrets          = [{ name = "MAIL_TOKEN", valueFrom = "arn:aws:ssm:${var.region}:123456789012:parameter/${var.name}/mail" }]
      logConfiguration = local.log["report"]
    },
    {
      name             = "export"
      image            = var.exporter
      essential        = false
      command          = ["export", "--once"]
      logConfiguration = local.log["export"]
    },
  ])
}

resource "aws_cloudwatch_event_rule" "this" {
  name                = "${var.name}-${var.job}"
  schedule_expression = "rate(1 day)"
}

resource "aws_cloudwatch_event_target" "this" {
  rule     = aws_cloudwatch_event_rule.this.name
  arn      = var.cluster.arn
  role_arn = aws_iam_role.events.arn

  ecs_target {
    task_definition_arn = aws_ecs_task_definition.this.arn
    launch_type         = "FARGATE"
    task_count          = 1

    network_configuration {
      subnets          = [for zone, id in var.placement.subnets : id]
      security_groups  = var.placement.groups
      assign_public_ip = false
    }
  }
}
