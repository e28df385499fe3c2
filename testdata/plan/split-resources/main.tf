# One fact written in many resources: rules inline and standalone in both styles, routes inline and standalone, main and
# default route tables, the aws_alb names, and what is attached from outside.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

# --- a VPC whose main route table is replaced

resource "aws_vpc" "main" {
  cidr_block = "10.50.0.0/16"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "public_a" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.50.0.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "public_b" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.50.1.0/24"
  availability_zone = "eu-west-1b"
}

resource "aws_subnet" "private_a" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.50.10.0/24"
  availability_zone = "eu-west-1a"
}

# has no association: the main table applies
resource "aws_subnet" "private_b" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.50.11.0/24"
  availability_zone = "eu-west-1b"
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public_a.id
  allocation_id = aws_eip.nat.id
}

# standalone route
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "public_default" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_route_table_association" "public_a" {
  subnet_id      = aws_subnet.public_a.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "public_b" {
  subnet_id      = aws_subnet.public_b.id
  route_table_id = aws_route_table.public.id
}

# inline route
resource "aws_route_table" "private_a" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}

resource "aws_route_table_association" "private_a" {
  subnet_id      = aws_subnet.private_a.id
  route_table_id = aws_route_table.private_a.id
}

# made the main table of the VPC
resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "main_default" {
  route_table_id         = aws_route_table.main.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}

resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.main.id
}

# --- a VPC whose default route table is adopted, and leads to the internet

resource "aws_vpc" "side" {
  cidr_block = "10.51.0.0/16"
}

resource "aws_internet_gateway" "side" {
  vpc_id = aws_vpc.side.id
}

resource "aws_default_route_table" "side" {
  default_route_table_id = aws_vpc.side.default_route_table_id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.side.id
  }
}

# has no association: the default table is the main table
resource "aws_subnet" "side" {
  vpc_id            = aws_vpc.side.id
  cidr_block        = "10.51.0.0/24"
  availability_zone = "eu-west-1a"
}

# --- load balancers under the names of old: NLB on the internet, ALB behind it

resource "aws_lb" "edge" {
  name               = "edge"
  load_balancer_type = "network"
  subnets            = [aws_subnet.public_a.id, aws_subnet.public_b.id]
  security_groups    = [aws_security_group.edge.id]
}

resource "aws_lb_target_group" "edge" {
  name        = "edge"
  port        = 80
  protocol    = "TCP"
  target_type = "alb"
  vpc_id      = aws_vpc.main.id
}

resource "aws_lb_target_group_attachment" "edge" {
  target_group_arn = aws_lb_target_group.edge.arn
  target_id        = aws_alb.web.arn
  port             = 80
}

resource "aws_lb_listener" "edge" {
  load_balancer_arn = aws_lb.edge.arn
  port              = 80
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.edge.arn
  }
}

resource "aws_alb" "web" {
  name            = "web"
  internal        = true
  subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
  security_groups = [aws_security_group.alb.id]
}

resource "aws_alb_target_group" "web" {
  name        = "web"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id
}

resource "aws_alb_listener" "web" {
  load_balancer_arn = aws_alb.web.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

resource "aws_alb_listener_rule" "web" {
  listener_arn = aws_alb_listener.web.arn

  condition {
    host_header {
      values = ["www.example.com"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_alb_target_group.web.arn
  }
}

# --- security groups: inline rules

resource "aws_security_group" "edge" {
  name   = "edge"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = [aws_subnet.private_a.cidr_block, aws_subnet.private_b.cidr_block]
  }
}

resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.alb.id]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# --- security groups: aws_security_group_rule

resource "aws_security_group" "alb" {
  name   = "alb"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group_rule" "alb_from_edge" {
  security_group_id        = aws_security_group.alb.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 80
  to_port                  = 80
  source_security_group_id = aws_security_group.edge.id
}

resource "aws_security_group" "worker" {
  name   = "worker"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group_rule" "worker_from_web" {
  security_group_id        = aws_security_group.worker.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 7000
  to_port                  = 7000
  source_security_group_id = aws_security_group.web.id
}

resource "aws_security_group_rule" "worker_itself" {
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 7001
  to_port           = 7001
  self              = true
}

# too wide: the whole VPC, a thousand ports
resource "aws_security_group_rule" "worker_from_vpc" {
  security_group_id = aws_security_group.worker.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 8000
  to_port           = 8999
  cidr_blocks       = [aws_vpc.main.cidr_block]
}

# --- security groups: aws_vpc_security_group_*_rule

resource "aws_vpc_security_group_egress_rule" "alb_to_web" {
  security_group_id            = aws_security_group.alb.id
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
}

resource "aws_security_group" "probe" {
  name   = "probe"
  vpc_id = aws_vpc.side.id
}

resource "aws_vpc_security_group_ingress_rule" "probe_from_anywhere_4" {
  security_group_id = aws_security_group.probe.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 9100
  to_port           = 9100
}

resource "aws_vpc_security_group_ingress_rule" "probe_from_anywhere_6" {
  security_group_id = aws_security_group.probe.id
  cidr_ipv6         = "::/0"
  ip_protocol       = "tcp"
  from_port         = 9100
  to_port           = 9100
}

# --- services

resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_ecs_task_definition" "main" {
  for_each                 = { web = 8080, worker = 7000, probe = 9100 }
  family                   = each.key
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name             = each.key
    image            = "public.ecr.aws/example/${each.key}:1.0.3"
    portMappings     = [{ containerPort = each.value }]
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/main", awslogs-region = "eu-west-1" } }
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main["web"].arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }

  load_balancer {
    target_group_arn = aws_alb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
}

resource "aws_ecs_service" "worker" {
  name            = "worker"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main["worker"].arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [aws_subnet.private_b.id]
    security_groups = [aws_security_group.worker.id]
  }
}

# in the side VPC: public by its default route table
resource "aws_ecs_service" "probe" {
  name            = "probe"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main["probe"].arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [aws_subnet.side.id]
    security_groups = [aws_security_group.probe.id]
  }
}
