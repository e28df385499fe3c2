# groups without rules in them
resource "aws_security_group" "plain" {
  for_each = {
    alb       = "Public entry"
    api       = "api tasks"
    archive   = "archive database"
    queue     = "queue cache"
    endpoints = "interface endpoints"
  }
  name        = "ferry-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this["main"].id
}

resource "aws_security_group_rule" "pair" {
  for_each = {
    "api<alb"       = { port = 9090, description = "load balancer" }
    "api<web"       = { port = 9090, description = "web tasks" }
    "api>endpoints" = { port = 443, description = "endpoints" }
    "api>orders"    = { port = 5432, description = "orders" }
    "queue<ops"     = { port = 6379, description = "queue" } # wrong: the load balancer instead of the worker
    "endpoints<web" = { port = 443, description = "web tasks" }
    "endpoints<api" = { port = 443, description = "api tasks" }
  }
  security_group_id = aws_security_group.plain[regex("^[a-z]+", each.key)].id
  type              = strcontains(each.key, "<") ? "ingress" : "egress"
  description       = each.value.description
  protocol          = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  source_security_group_id = merge(
    aws_security_group.plain, aws_security_group.ops, aws_security_group.caller, aws_security_group.gate,
  )[regex("[a-z]+$", each.key)].id
}

resource "aws_security_group_rule" "prefix" {
  for_each          = aws_vpc_endpoint.gateway
  security_group_id = aws_security_group.plain["api"].id
  type              = "egress"
  description       = "image layers"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_ids   = [each.value.prefix_list_id]
}

# --- public load balancer
resource "aws_vpc_security_group_ingress_rule" "alb" {
  for_each          = { redirect = 80, clients = 443 }
  security_group_id = aws_security_group.plain["alb"].id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "alb" {
  for_each                     = { for job, settings in var.jobs : job => settings.port if contains(["web", "api"], job) }
  security_group_id            = aws_security_group.plain["alb"].id
  description                  = "to ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = merge(aws_security_group.plain, aws_security_group.caller)[each.key].id
}

# --- operators, wrong: a public test listener, egress to anywhere
resource "aws_security_group" "ops" {
  for_each    = { ops = "Operators entry" }
  name        = "ferry-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this["main"].id

  ingress {
    description = "https"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description = "test"
    protocol    = "tcp"
    from_port   = 8443
    to_port     = 8443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "all"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# --- tasks
resource "aws_security_group" "caller" {
  for_each    = { web = "alb" }
  name        = "ferry-${each.key}"
  description = "${each.key} tasks"
  vpc_id      = aws_vpc.this["main"].id

  ingress {
    description     = "load balancer"
    protocol        = "tcp"
    from_port       = var.jobs[each.key].port
    to_port         = var.jobs[each.key].port
    security_groups = [aws_security_group.plain[each.value].id]
  }

  egress {
    description = "https"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "cache"
    protocol    = "tcp"
    from_port   = 6379
    to_port     = 6379
    cidr_blocks = [for key, subnet in aws_subnet.this : subnet.cidr_block if startswith(key, "data-")]
  }

  egress {
    description = "api"
    protocol    = "tcp"
    from_port   = var.jobs["api"].port
    to_port     = var.jobs["api"].port
    cidr_blocks = [for zone in keys(var.zones) : aws_subnet.this["inner-${zone}"].cidr_block]
  }
}

# wrong: every port, from everywhere
resource "aws_security_group" "wide" {
  for_each    = toset(["worker"])
  name        = "ferry-${each.value}"
  description = "${each.value} tasks"
  vpc_id      = aws_vpc.this["main"].id

  ingress {
    description = "anything"
    protocol    = "tcp"
    from_port   = 0
    to_port     = 65535
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "all"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# --- stores
resource "aws_security_group" "gate" {
  for_each = {
    orders   = { port = 5432, what = "orders database", whom = "tasks", from = toset(["api", "worker"]) }
    sessions = { port = 6379, what = "session cache", whom = "web tasks", from = toset(["web"]) }
  }
  name        = "ferry-${each.key}"
  description = each.value.what
  vpc_id      = aws_vpc.this["main"].id

  ingress {
    description     = each.value.whom
    protocol        = "tcp"
    from_port       = each.value.port
    to_port         = each.value.port
    security_groups = [for job in each.value.from : merge(aws_security_group.plain, aws_security_group.caller, aws_security_group.wide)[job].id]
  }
}

# wrong: a load balancer has no business with a database
resource "aws_vpc_security_group_ingress_rule" "archive" {
  for_each                     = { api = "api tasks", ops = "operators" }
  security_group_id            = aws_security_group.plain["archive"].id
  description                  = each.value
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = try(aws_security_group.plain[each.key].id, aws_security_group.ops[each.key].id)
}

resource "aws_default_security_group" "this" {
  for_each = aws_vpc.this
  vpc_id   = each.value.id

  ingress {
    description = "members"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    self        = true
  }

  egress {
    description = "all"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
