locals {
  entries      = ["ferry", "ferry-ops"]
  entry_groups = [local.groups["alb"], aws_security_group.ops.id]
  lb_arns      = { for l in aws_lb.entry : l.name => l.arn }
  targets      = zipmap(local.served, aws_lb_target_group.service[*].arn)
  https = [
    { entry = local.entries[0], port = 443, target = "web" },
    { entry = local.entries[1], port = 443, target = "worker" },
    { entry = local.entries[1], port = 8443, target = "worker" },
  ]
  paths = {
    web = tolist(["/assets/*"])
    api = tolist(["/api", "/api/*"])
  }
}

resource "aws_acm_certificate" "main" {
  domain_name       = join(".", [local.name, "example", "com"])
  validation_method = "DNS"
}

resource "aws_lb" "entry" {
  count              = length(local.entries)
  name               = local.entries[count.index]
  load_balancer_type = "application"
  internal           = false
  security_groups    = [element(local.entry_groups, count.index)]
  subnets            = local.subnets["public"]
}

resource "aws_lb_target_group" "service" {
  count       = length(local.served)
  name        = "${local.name}-${local.served[count.index]}"
  port        = local.services[local.served[count.index]].port
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id

  health_check {
    path = local.services[element(local.served, count.index)]["health"]
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = one([for l in aws_lb.entry : l.arn if l.name == local.name])
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = tostring(local.https[0].port)
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  count             = length(local.https)
  load_balancer_arn = local.lb_arns[local.https[count.index].entry]
  port              = local.https[count.index].port
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.main.arn

  default_action {
    type             = "forward"
    target_group_arn = lookup(local.targets, local.https[count.index].target, null)
  }
}

resource "aws_lb_listener_rule" "path" {
  count        = length(local.paths)
  listener_arn = element(aws_lb_listener.https[*].arn, 0)
  priority     = (count.index + 1) * 10

  action {
    type             = "forward"
    target_group_arn = local.targets[keys(local.paths)[count.index]]
  }

  condition {
    path_pattern {
      values = values(local.paths)[count.index]
    }
  }
}

resource "aws_wafv2_web_acl" "main" {
  name  = local.name
  scope = upper("regional")

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
        name        = "AWSManagedRulesCommonRuleSet"
        vendor_name = "AWS"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.name}-common"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.name
    sampled_requests_enabled   = true
  }
}

# wrong: the first load balancer only
resource "aws_wafv2_web_acl_association" "main" {
  resource_arn = values(local.lb_arns)[0]
  web_acl_arn  = aws_wafv2_web_acl.main.arn
}
