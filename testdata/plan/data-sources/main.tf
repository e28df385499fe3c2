# A service in a VPC that another configuration made: what is read while planning is in prior_state, what is read during
# apply is not.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

data "aws_vpc" "main" {
  tags = { Name = "main" }
}

# --- orders: subnets with their route tables, one by one

data "aws_subnet" "private" {
  for_each          = toset(["eu-west-1a", "eu-west-1b"])
  vpc_id            = data.aws_vpc.main.id
  availability_zone = each.key
  tags              = { Tier = "private" }
}

data "aws_route_table" "private" {
  for_each  = data.aws_subnet.private
  subnet_id = each.value.id
}

data "aws_security_group" "gateway" {
  name   = "gateway"
  vpc_id = data.aws_vpc.main.id
}

resource "aws_security_group" "orders" {
  name   = "orders"
  vpc_id = data.aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "orders_from_gateway" {
  security_group_id            = aws_security_group.orders.id
  referenced_security_group_id = data.aws_security_group.gateway.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
}

resource "aws_ecs_service" "orders" {
  name            = "orders"
  cluster         = data.aws_ecs_cluster.main.arn
  task_definition = aws_ecs_task_definition.orders.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [for subnet in data.aws_subnet.private : subnet.id]
    security_groups = [aws_security_group.orders.id]
  }
}

# --- report: subnets by a filter, with nothing about their routes, and a group of others

data "aws_subnets" "report" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.main.id]
  }

  tags = { Tier = "isolated" }
}

resource "aws_ecs_service" "report" {
  name            = "report"
  cluster         = data.aws_ecs_cluster.main.arn
  task_definition = aws_ecs_task_definition.orders.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = data.aws_subnets.report.ids
    security_groups = [data.aws_security_group.gateway.id]
  }
}

# --- late: read during apply, because it waits for something that this plan makes

resource "aws_subnet" "late" {
  vpc_id            = data.aws_vpc.main.id
  cidr_block        = "10.90.100.0/24"
  availability_zone = "eu-west-1a"
  tags              = { Tier = "late" }
}

data "aws_subnets" "late" {
  tags       = { Tier = "late" }
  depends_on = [aws_subnet.late]
}

resource "aws_ecs_service" "late" {
  name            = "late"
  cluster         = data.aws_ecs_cluster.main.arn
  task_definition = aws_ecs_task_definition.orders.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = data.aws_subnets.late.ids
    security_groups = [aws_security_group.orders.id]
  }
}

# --- what they run

data "aws_ecs_cluster" "main" {
  cluster_name = "main"
}

data "aws_ecr_repository" "orders" {
  name = "orders"
}

data "aws_iam_role" "execution" {
  name = "execution"
}

resource "aws_ecs_task_definition" "orders" {
  family                   = "orders"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = data.aws_iam_role.execution.arn

  container_definitions = jsonencode([{
    name             = "orders"
    image            = "${data.aws_ecr_repository.orders.repository_url}:3.3.1"
    portMappings     = [{ containerPort = 8080 }]
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/orders", awslogs-region = "eu-west-1" } }
  }])
}
