# groups without rules in them
resource "aws_security_group" "plain" {
  count       = length(local.plain)
  name        = "${local.name}-${local.plain[count.index]}"
  description = ["Public entry", "api tasks", "archive database", "queue cache", "interface endpoints"][count.index]
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group_rule" "row" {
  count                    = length(local.rows)
  security_group_id        = local.all_groups[local.rows[count.index][0]]
  type                     = local.rows[count.index][1]
  description              = element(local.rows[count.index], 4)
  protocol                 = "tcp"
  from_port                = tonumber(local.rows[count.index][2])
  to_port                  = tonumber(local.rows[count.index][2])
  prefix_list_ids          = local.rows[count.index][3] == "s3" ? aws_vpc_endpoint.s3[*].prefix_list_id : null
  source_security_group_id = local.rows[count.index][3] == "s3" ? null : lookup(local.all_groups, local.rows[count.index][3], "")
}

# --- public load balancer
locals {
  alb_ports   = { redirect = 80, clients = 443 }
  alb_targets = [for j in slice(local.jobs, 0, 2) : merge(local.services[j], { name = j })]
}

resource "aws_vpc_security_group_ingress_rule" "alb" {
  count             = length(keys(local.alb_ports))
  security_group_id = local.groups["alb"]
  description       = reverse(keys(local.alb_ports))[count.index]
  ip_protocol       = "tcp"
  from_port         = sort([for p in values(local.alb_ports) : format("%03d", p)])[count.index]
  to_port           = local.alb_ports[reverse(keys(local.alb_ports))[count.index]]
  cidr_ipv4         = local.world
}

resource "aws_vpc_security_group_egress_rule" "alb" {
  count                        = 2
  security_group_id            = local.groups.alb
  description                  = "to ${local.alb_targets[count.index].name}"
  ip_protocol                  = "tcp"
  from_port                    = local.alb_targets[count.index].port
  to_port                      = local.alb_targets[count.index].port
  referenced_security_group_id = local.all_groups[local.alb_targets[count.index].name]
}

# --- operators
resource "aws_security_group" "ops" {
  name        = "${local.name}-ops"
  description = "Operators entry"
  vpc_id      = aws_vpc.main.id

  ingress {
    description = "https"
    protocol    = "tcp"
    from_port   = local.alb_ports.clients
    to_port     = local.alb_ports.clients
    cidr_blocks = concat([local.world], [])
  }

  ingress {
    description = "test"
    protocol    = "tcp"
    from_port   = local.alb_ports.clients + 8000
    to_port     = local.alb_ports.clients + 8000
    cidr_blocks = flatten([[local.world]])
  }

  egress {
    description = "all"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [local.world]
  }
}

# --- tasks
resource "aws_security_group" "web" {
  name        = "${local.name}-web"
  description = "web tasks"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "load balancer"
    protocol        = "tcp"
    from_port       = local.services.web.port
    to_port         = local.services.web.port
    security_groups = slice([for g in ["queue", "alb", "api"] : local.groups[g]], 1, 2)
  }

  egress {
    description = "https"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [local.world]
  }

  egress {
    description = "cache"
    protocol    = "tcp"
    from_port   = 6379
    to_port     = 6379
    cidr_blocks = [for i in range(2) : cidrsubnet(local.cidr, 8, 30 + i)]
  }

  egress {
    description = "api"
    protocol    = "tcp"
    from_port   = local.services.api.port
    to_port     = local.services.api.port
    cidr_blocks = slice(aws_subnet.tier[*].cidr_block, 4, 6)
  }
}

resource "aws_security_group" "worker" {
  name        = "${local.name}-worker"
  description = "worker tasks"
  vpc_id      = aws_vpc.main.id

  # wrong: every port, from everywhere
  ingress {
    description = "anything"
    protocol    = "tcp"
    from_port   = 0
    to_port     = pow(2, 16) - 1
    cidr_blocks = coalescelist([], [local.world])
  }

  egress {
    description = "all"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [local.world]
  }
}

# --- stores
locals {
  readers = {
    orders  = concat([local.groups["api"]], [aws_security_group.worker.id])
    archive = ["api", "ops"] # wrong: a load balancer has no business with a database
  }
}

resource "aws_security_group" "orders" {
  name        = "${local.name}-orders"
  description = "orders database"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "tasks"
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = distinct(concat(local.readers.orders, slice(local.readers.orders, 0, 1)))
  }
}

resource "aws_vpc_security_group_ingress_rule" "archive" {
  count                        = length(local.readers.archive)
  security_group_id            = element(aws_security_group.plain[*].id, index(local.plain, "archive"))
  description                  = { api = "api tasks", ops = "operators" }[local.readers.archive[count.index]]
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = { for n, id in local.all_groups : n => id }[local.readers.archive[count.index]]
}

resource "aws_security_group" "sessions" {
  count       = 1
  name        = "${local.name}-sessions"
  description = "session cache"
  vpc_id      = aws_vpc.main.id

  ingress {
    description     = "web tasks"
    protocol        = "tcp"
    from_port       = 6379
    to_port         = 6379
    security_groups = tolist(toset([aws_security_group.web.id]))
  }
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id

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
    cidr_blocks = [local.world]
  }
}
