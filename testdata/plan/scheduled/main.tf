# Tasks that no service runs: EventBridge targets, Scheduler schedules, task sets of an external controller, and a task
# definition that nothing in the plan runs.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.130.0.0/16"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.130.0.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "private" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.130.10.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}

resource "aws_route_table_association" "private" {
  subnet_id      = aws_subnet.private.id
  route_table_id = aws_route_table.private.id
}

resource "aws_security_group" "jobs" {
  name   = "jobs"
  vpc_id = aws_vpc.main.id

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "debug" {
  name   = "debug"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_iam_role" "schedule" {
  name               = "schedule"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_ecs_task_definition" "main" {
  for_each                 = toset(["nightly", "hourly", "shop", "manual"])
  family                   = each.key
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name             = each.key
    image            = each.key == "manual" ? "public.ecr.aws/example/manual" : "public.ecr.aws/example/${each.key}:1.1.1"
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/main", awslogs-region = "eu-west-1" } }
  }])
}

# --- EventBridge

resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "nightly"
  schedule_expression = "cron(0 2 * * ? *)"
}

# as it should be
resource "aws_cloudwatch_event_target" "private" {
  rule     = aws_cloudwatch_event_rule.nightly.name
  arn      = aws_ecs_cluster.main.arn
  role_arn = aws_iam_role.schedule.arn

  ecs_target {
    launch_type         = "FARGATE"
    task_definition_arn = aws_ecs_task_definition.main["nightly"].arn

    network_configuration {
      subnets         = [aws_subnet.private.id]
      security_groups = [aws_security_group.jobs.id]
    }
  }
}

# public, with an address, and a group that anybody may enter
resource "aws_cloudwatch_event_target" "public" {
  rule     = aws_cloudwatch_event_rule.nightly.name
  arn      = aws_ecs_cluster.main.arn
  role_arn = aws_iam_role.schedule.arn

  ecs_target {
    launch_type         = "FARGATE"
    task_definition_arn = aws_ecs_task_definition.main["nightly"].arn

    network_configuration {
      subnets          = [aws_subnet.public.id]
      security_groups  = [aws_security_group.debug.id]
      assign_public_ip = true
    }
  }
}

# not a task: no business of these rules
resource "aws_cloudwatch_event_target" "queue" {
  rule = aws_cloudwatch_event_rule.nightly.name
  arn  = "arn:aws:sqs:eu-west-1:123456789012:nightly"
}

# --- Scheduler

# as it should be
resource "aws_scheduler_schedule" "private" {
  name                = "private"
  schedule_expression = "rate(1 hour)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.main.arn
    role_arn = aws_iam_role.schedule.arn

    ecs_parameters {
      launch_type         = "FARGATE"
      task_definition_arn = aws_ecs_task_definition.main["hourly"].arn

      network_configuration {
        subnets         = [aws_subnet.private.id]
        security_groups = [aws_security_group.jobs.id]
      }
    }
  }
}

# no group: the default group of the VPC
resource "aws_scheduler_schedule" "default_group" {
  name                = "default-group"
  schedule_expression = "rate(1 hour)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.main.arn
    role_arn = aws_iam_role.schedule.arn

    ecs_parameters {
      launch_type         = "FARGATE"
      task_definition_arn = aws_ecs_task_definition.main["hourly"].arn

      network_configuration {
        subnets          = [aws_subnet.public.id]
        assign_public_ip = false
      }
    }
  }
}

# --- a service of which task sets say where tasks run

resource "aws_ecs_service" "shop" {
  name    = "shop"
  cluster = aws_ecs_cluster.main.id

  deployment_controller {
    type = "EXTERNAL"
  }
}

resource "aws_lb" "shop" {
  name            = "shop"
  internal        = true
  subnets         = [aws_subnet.private.id]
  security_groups = [aws_security_group.lb.id]
}

resource "aws_security_group" "lb" {
  name   = "lb"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group_rule" "lb_to_shop" {
  security_group_id        = aws_security_group.lb.id
  type                     = "egress"
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.shop.id
}

resource "aws_security_group" "shop" {
  name   = "shop"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.lb.id]
  }
}

resource "aws_lb_target_group" "shop" {
  for_each    = toset(["blue", "green"])
  name        = "shop-${each.key}"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id
}

resource "aws_lb_listener" "shop" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.shop["blue"].arn
        weight = 100
      }

      target_group {
        arn    = aws_lb_target_group.shop["green"].arn
        weight = 0
      }
    }
  }
}

# as it should be
resource "aws_ecs_task_set" "blue" {
  service         = aws_ecs_service.shop.id
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main["shop"].arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [aws_subnet.private.id]
    security_groups = [aws_security_group.shop.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.shop["blue"].arn
    container_name   = "shop"
    container_port   = 8080
  }
}

# moved to a public subnet
resource "aws_ecs_task_set" "green" {
  service         = aws_ecs_service.shop.id
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main["shop"].arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = [aws_subnet.public.id]
    security_groups  = [aws_security_group.shop.id]
    assign_public_ip = true
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.shop["green"].arn
    container_name   = "shop"
    container_port   = 8080
  }
}
