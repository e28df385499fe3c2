# Dynamic blocks: the plan holds what is known of them, and no expression for what is not.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "offices" {
  type    = map(string)
  default = { berlin = "203.0.113.0/26", lyon = "203.0.113.64/26" }
}

resource "aws_vpc" "main" {
  cidr_block = "10.100.0.0/16"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "main" {
  for_each          = { a = "10.100.0.0/24", b = "10.100.1.0/24" }
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value
  availability_zone = "eu-west-1${each.key}"
}

# known blocks, targets unknown
resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id

  dynamic "route" {
    for_each = ["0.0.0.0/0"]

    content {
      cidr_block = route.value
      gateway_id = aws_internet_gateway.main.id
    }
  }
}

resource "aws_route_table_association" "main" {
  for_each       = aws_subnet.main
  subnet_id      = each.value.id
  route_table_id = aws_route_table.main.id
}

# --- security groups

# all known: as good as written out
resource "aws_security_group" "known" {
  name   = "known"
  vpc_id = aws_vpc.main.id

  dynamic "ingress" {
    for_each = var.offices

    content {
      protocol    = "tcp"
      from_port   = 8443
      to_port     = 8443
      cidr_blocks = [ingress.value]
    }
  }

  dynamic "ingress" {
    for_each = toset([22, 2222])

    content {
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

# the sources are unknown, the ports are not
resource "aws_security_group" "sources" {
  name   = "sources"
  vpc_id = aws_vpc.main.id

  dynamic "ingress" {
    for_each = { 8080 = aws_security_group.lb.id }

    content {
      protocol        = "tcp"
      from_port       = ingress.key
      to_port         = ingress.key
      security_groups = [ingress.value]
    }
  }
}

# how many there are is unknown
resource "aws_security_group" "unknown" {
  name   = "unknown"
  vpc_id = aws_vpc.main.id

  dynamic "ingress" {
    for_each = aws_vpc.main.ipv6_cidr_block == "" ? [] : [aws_vpc.main.ipv6_cidr_block]

    content {
      protocol         = "tcp"
      from_port        = 8080
      to_port          = 8080
      ipv6_cidr_blocks = [ingress.value]
    }
  }
}

resource "aws_security_group" "lb" {
  name   = "lb"
  vpc_id = aws_vpc.main.id

  egress {
    protocol    = "tcp"
    from_port   = 8080
    to_port     = 8080
    cidr_blocks = [for subnet in aws_subnet.main : subnet.cidr_block]
  }
}

# --- load balancer, internal

resource "aws_lb" "main" {
  name            = "main"
  internal        = true
  subnets         = [for subnet in aws_subnet.main : subnet.id]
  security_groups = [aws_security_group.lb.id]
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
  port              = 80
  protocol          = "HTTP"

  dynamic "default_action" {
    for_each = [aws_lb_target_group.main.arn]

    content {
      type             = "forward"
      target_group_arn = default_action.value
    }
  }
}

# --- services

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
    name             = "main"
    image            = "public.ecr.aws/example/main:1.1.1"
    portMappings     = [{ containerPort = 8080 }]
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/main", awslogs-region = "eu-west-1" } }
  }])
}

# the network is dynamic, over something known; what is in it is not
resource "aws_ecs_service" "network" {
  name            = "network"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  dynamic "network_configuration" {
    for_each = [true]

    content {
      subnets          = [for subnet in aws_subnet.main : subnet.id]
      security_groups  = [aws_security_group.known.id]
      assign_public_ip = network_configuration.value
    }
  }
}

# the load balancer is dynamic, over a set of which the only member is unknown
resource "aws_ecs_service" "balanced" {
  name            = "balanced"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [for subnet in aws_subnet.main : subnet.id]
    security_groups = [aws_security_group.sources.id]
  }

  dynamic "load_balancer" {
    for_each = toset([aws_lb_target_group.main.arn])

    content {
      target_group_arn = load_balancer.value
      container_name   = "main"
      container_port   = 8080
    }
  }
}

# a rule or none
resource "aws_ecs_service" "maybe" {
  name            = "maybe"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [for subnet in aws_subnet.main : subnet.id]
    security_groups = [aws_security_group.unknown.id]
  }
}

# whether there is a load balancer is unknown
resource "aws_ecs_service" "either" {
  name            = "either"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [for subnet in aws_subnet.main : subnet.id]
    security_groups = [aws_security_group.lb.id]
  }

  dynamic "load_balancer" {
    for_each = aws_vpc.main.ipv6_cidr_block == "" ? [] : [aws_lb_target_group.main.arn]

    content {
      target_group_arn = load_balancer.value
      container_name   = "main"
      container_port   = 8080
    }
  }
}

# all that is dynamic is known
resource "aws_ecs_service" "open" {
  name            = "open"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [for subnet in aws_subnet.main : subnet.id]
    security_groups = [aws_security_group.known.id]
  }
}
