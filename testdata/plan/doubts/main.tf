# Doubts that are easily lost: each of these hides something that would make a rule fail, so nothing here may pass on it.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "choice" {
  type    = string
  default = null
}

resource "aws_vpc" "main" {
  cidr_block = "10.110.0.0/16"
}

locals {
  vpc         = aws_vpc.main.id
  prefix_list = aws_ec2_managed_prefix_list.local.id
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

# --- the main table, through a local value: which VPC it is of, the plan does not say

resource "aws_default_route_table" "main" {
  default_route_table_id = local.vpc

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_subnet" "main" {
  count             = 4
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.110.${count.index}.0/24"
  availability_zone = "eu-west-1a"
}

# --- a table for two of four subnets: not the first two

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "public" {
  count          = 2
  subnet_id      = aws_subnet.main[count.index + 2].id
  route_table_id = aws_route_table.public.id
}

# --- an entry of a prefix list, through a local value

resource "aws_ec2_managed_prefix_list" "local" {
  name           = "local"
  address_family = "IPv4"
  max_entries    = 5
}

resource "aws_ec2_managed_prefix_list_entry" "world" {
  cidr           = "0.0.0.0/0"
  prefix_list_id = local.prefix_list
}

resource "aws_security_group" "listed" {
  name   = "listed"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    prefix_list_ids = [aws_ec2_managed_prefix_list.local.id]
  }
}

# --- a choice by a variable that is null

resource "aws_security_group" "a" {
  name   = "a"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "b" {
  name   = "b"
  vpc_id = aws_vpc.main.id
}

resource "aws_lb" "main" {
  name            = "main"
  internal        = true
  subnets         = aws_subnet.main[*].id
  security_groups = var.choice == null ? [aws_security_group.a.id] : [aws_security_group.b.id]
}

resource "aws_lb_target_group" "main" {
  name        = "main"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id
}

resource "aws_lb_listener" "main" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:eu-west-1:123456789012:certificate/3c0a6a2e-0d5b-4b55-9f0e-0f8f6a0c2f10"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main.arn
  }
}

resource "aws_security_group" "tasks" {
  name   = "tasks"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.b.id]
  }
}

# --- tasks

resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_ecs_task_definition" "main" {
  family                   = "main"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name  = "main"
    image = "public.ecr.aws/docker/library/nginx:1.27.1"
    logConfiguration = {
      logDriver = "awslogs"
      options   = { "awslogs-group" = "/main", "awslogs-region" = "eu-west-1", "awslogs-stream-prefix" = "main" }
    }
  }])
}

resource "aws_ecs_service" "balanced" {
  name            = "balanced"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [aws_subnet.main[2].id, aws_subnet.main[3].id]
    security_groups = [aws_security_group.tasks.id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.main.arn
    container_name   = "main"
    container_port   = 8080
  }
}

resource "aws_ecs_service" "listed" {
  name            = "listed"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [aws_subnet.main[0].id]
    security_groups = [aws_security_group.listed.id]
  }
}
