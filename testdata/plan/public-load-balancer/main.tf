# Public entries, from careful to careless: an ALB with a web ACL, one locked to CloudFront, one without anything, and an NLB
# straight to the tasks.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.110.0.0/16"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "public" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.110.${count.index}.0/24"
  availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.110.${10 + count.index}.0/24"
  availability_zone = ["eu-west-1a", "eu-west-1b"][count.index]
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public[0].id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}

resource "aws_route_table_association" "public" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table_association" "private" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private.id
}

locals {
  certificate = "arn:aws:acm:eu-west-1:123456789012:certificate/5b0b6f1e-9f6a-4a3b-8d61-53d1b8f4b7a0"
}

# --- guarded: web ACL, HTTPS, a redirect, and tasks that only it may reach

resource "aws_lb" "guarded" {
  name            = "guarded"
  subnets         = aws_subnet.public[*].id
  security_groups = [aws_security_group.guarded_lb.id]
}

resource "aws_wafv2_web_acl" "guarded" {
  name  = "guarded"
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "guarded"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "guarded" {
  resource_arn = aws_lb.guarded.arn
  web_acl_arn  = aws_wafv2_web_acl.guarded.arn
}

resource "aws_lb_listener" "guarded_https" {
  load_balancer_arn = aws_lb.guarded.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = local.certificate

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main["guarded"].arn
  }
}

resource "aws_lb_listener" "guarded_http" {
  load_balancer_arn = aws_lb.guarded.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_security_group" "guarded_lb" {
  name   = "guarded-lb"
  vpc_id = aws_vpc.main.id

  dynamic "ingress" {
    for_each = [80, 443]

    content {
      protocol         = "tcp"
      from_port        = ingress.value
      to_port          = ingress.value
      cidr_blocks      = ["0.0.0.0/0"]
      ipv6_cidr_blocks = ["::/0"]
    }
  }
}

resource "aws_security_group_rule" "guarded_lb_to_tasks" {
  security_group_id        = aws_security_group.guarded_lb.id
  type                     = "egress"
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.tasks["guarded"].id
}

resource "aws_security_group_rule" "guarded_from_lb" {
  security_group_id        = aws_security_group.tasks["guarded"].id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.guarded_lb.id
}

# --- fronted: only CloudFront may reach it, and only with a header

resource "aws_lb" "fronted" {
  name            = "fronted"
  subnets         = aws_subnet.public[*].id
  security_groups = [aws_security_group.fronted_lb.id]
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_security_group" "fronted_lb" {
  name   = "fronted-lb"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    prefix_list_ids = [data.aws_ec2_managed_prefix_list.cloudfront.id]
  }
}

resource "aws_security_group_rule" "fronted_lb_to_tasks" {
  security_group_id        = aws_security_group.fronted_lb.id
  type                     = "egress"
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.tasks["fronted"].id
}

resource "aws_lb_listener" "fronted" {
  load_balancer_arn = aws_lb.fronted.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = local.certificate

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "403"
    }
  }
}

resource "aws_lb_listener_rule" "fronted" {
  listener_arn = aws_lb_listener.fronted.arn
  priority     = 1

  condition {
    http_header {
      http_header_name = "X-Origin-Check"
      values           = ["correct-horse-battery"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main["fronted"].arn
  }
}

resource "aws_wafv2_web_acl" "fronted" {
  name   = "fronted"
  scope  = "CLOUDFRONT"
  region = "us-east-1"

  default_action {
    allow {}
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "fronted"
    sampled_requests_enabled   = true
  }
}

resource "aws_cloudfront_distribution" "fronted" {
  enabled    = true
  web_acl_id = aws_wafv2_web_acl.fronted.arn

  origin {
    origin_id   = "fronted"
    domain_name = aws_lb.fronted.dns_name

    custom_header {
      name  = "X-Origin-Check"
      value = "correct-horse-battery"
    }

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "fronted"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

resource "aws_security_group_rule" "fronted_from_lb" {
  security_group_id        = aws_security_group.tasks["fronted"].id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.fronted_lb.id
}

# --- bare: no web ACL, every port open, and one group for the load balancer and the tasks

resource "aws_lb" "bare" {
  name            = "bare"
  subnets         = aws_subnet.public[*].id
  security_groups = [aws_security_group.tasks["bare"].id]
}

resource "aws_lb_listener" "bare" {
  load_balancer_arn = aws_lb.bare.arn
  port              = 8000
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main["bare"].arn
  }
}

resource "aws_security_group_rule" "bare_from_anywhere" {
  security_group_id = aws_security_group.tasks["bare"].id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 1024
  to_port           = 65535
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_security_group_rule" "bare_to_anywhere" {
  security_group_id = aws_security_group.tasks["bare"].id
  type              = "egress"
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}

# --- direct: an NLB on the internet, without groups, straight to the tasks; half of the world at a time

resource "aws_lb" "direct" {
  name               = "direct"
  load_balancer_type = "network"
  subnets            = aws_subnet.public[*].id
}

resource "aws_lb_listener" "direct" {
  load_balancer_arn = aws_lb.direct.arn
  port              = 443
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.main["direct"].arn
  }
}

resource "aws_security_group_rule" "direct_from_anywhere" {
  security_group_id = aws_security_group.tasks["direct"].id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 8080
  to_port           = 8080
  cidr_blocks       = ["0.0.0.0/1", "128.0.0.0/1"]
}

# one office, which is not the world
resource "aws_security_group_rule" "direct_from_office" {
  security_group_id = aws_security_group.tasks["direct"].id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 9090
  to_port           = 9099
  cidr_blocks       = ["203.0.113.16/28"]
}

# --- what is behind them

resource "aws_lb_target_group" "main" {
  for_each    = toset(["guarded", "fronted", "bare", "direct"])
  name        = each.key
  port        = 8080
  protocol    = each.key == "direct" ? "TCP" : "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "tasks" {
  for_each = aws_lb_target_group.main
  name     = each.key
  vpc_id   = aws_vpc.main.id
}

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

resource "aws_ecs_service" "main" {
  for_each        = aws_lb_target_group.main
  name            = each.key
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.tasks[each.key].id]
  }

  load_balancer {
    target_group_arn = each.value.arn
    container_name   = "main"
    container_port   = 8080
  }
}
