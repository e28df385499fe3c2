resource "aws_acm_certificate" "this" {
  for_each          = toset(["ferry.example.com"])
  domain_name       = each.value
  validation_method = "DNS"
}

resource "aws_lb" "this" {
  for_each = {
    main = { name = "ferry", group = "alb" }
    ops  = { name = "ferry-ops", group = "ops" }
  }
  name               = each.value.name
  load_balancer_type = "application"
  internal           = false
  security_groups    = [merge(aws_security_group.plain, aws_security_group.ops)[each.value.group].id]
  subnets            = [for zone, _ in var.zones : aws_subnet.this["public-${zone}"].id]
}

resource "aws_lb_target_group" "this" {
  for_each    = { for job, settings in var.jobs : job => settings if settings.port != null }
  name        = "ferry-${each.key}"
  port        = each.value.port
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.this["main"].id

  health_check {
    path = each.value.health
  }
}

resource "aws_lb_listener" "http" {
  for_each          = { for key, balancer in aws_lb.this : key => balancer if key == "main" }
  load_balancer_arn = each.value.arn
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

resource "aws_lb_listener" "https" {
  for_each          = { "main-443" = "web", "ops-443" = "worker", "ops-8443" = "worker" }
  load_balancer_arn = aws_lb.this[split("-", each.key)[0]].arn
  port              = split("-", each.key)[1]
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.this["ferry.example.com"].arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.value].arn
  }
}

resource "aws_lb_listener_rule" "this" {
  for_each = {
    api = { priority = 10, paths = ["/api", "/api/*"] }
    web = { priority = 20, paths = ["/assets/*"] }
  }
  listener_arn = aws_lb_listener.https["main-443"].arn
  priority     = each.value.priority

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.key].arn
  }

  condition {
    path_pattern {
      values = each.value.paths
    }
  }
}

resource "aws_wafv2_web_acl" "this" {
  for_each = { ferry = "AWSManagedRulesCommonRuleSet" }
  name     = each.key
  scope    = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "common"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        name        = each.value
        vendor_name = "AWS"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${each.key}-common"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = each.key
    sampled_requests_enabled   = true
  }
}

# wrong: one of the two
resource "aws_wafv2_web_acl_association" "this" {
  for_each     = { for key, balancer in aws_lb.this : key => balancer.arn if !endswith(balancer.name, "-ops") }
  resource_arn = each.value
  web_acl_arn  = aws_wafv2_web_acl.this["ferry"].arn
}
