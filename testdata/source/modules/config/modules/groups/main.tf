# --- public load balancer: rules of the newer kind
resource "aws_security_group" "alb" {
  name        = "${var.name}-alb"
  description = "Public entry"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "alb_http" {
  security_group_id = aws_security_group.alb.id
  description       = "redirect"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "alb_https" {
  security_group_id = aws_security_group.alb.id
  description       = "clients"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "alb_web" {
  security_group_id            = aws_security_group.alb.id
  description                  = "to web"
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
  referenced_security_group_id = aws_security_group.web.id
}

resource "aws_vpc_security_group_egress_rule" "alb_api" {
  security_group_id            = aws_security_group.alb.id
  description                  = "to api"
  ip_protocol                  = "tcp"
  from_port                    = 9090
  to_port                      = 9090
  referenced_security_group_id = aws_security_group.api.id
}

# --- operators' load balancer, wrong: a public test listener, egress to anywhere
resource "aws_security_group" "ops" {
  name        = "${var.name}-ops"
  description = "Operators entry"
  vpc_id      = var.vpc_id

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

# --- web: rules in the group
resource "aws_security_group" "web" {
  name        = "${var.name}-web"
  description = "web tasks"
  vpc_id      = var.vpc_id

  ingress {
    description     = "load balancer"
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
    security_groups = [aws_security_group.alb.id]
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
    cidr_blocks = var.blocks["data"]
  }

  egress {
    description = "api"
    protocol    = "tcp"
    from_port   = 9090
    to_port     = 9090
    cidr_blocks = var.blocks.inner
  }
}

# --- api: rules of the older kind
resource "aws_security_group" "api" {
  name        = "${var.name}-api"
  description = "api tasks"
  vpc_id      = var.vpc_id
}

resource "aws_security_group_rule" "api_in_alb" {
  security_group_id        = aws_security_group.api.id
  type                     = "ingress"
  description              = "load balancer"
  protocol                 = "tcp"
  from_port                = 9090
  to_port                  = 9090
  source_security_group_id = aws_security_group.alb.id
}

resource "aws_security_group_rule" "api_in_web" {
  security_group_id        = aws_security_group.api.id
  type                     = "ingress"
  description              = "web tasks"
  protocol                 = "tcp"
  from_port                = 9090
  to_port                  = 9090
  source_security_group_id = aws_security_group.web.id
}

resource "aws_security_group_rule" "api_out_endpoints" {
  security_group_id        = aws_security_group.api.id
  type                     = "egress"
  description              = "endpoints"
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
  source_security_group_id = aws_security_group.endpoints.id
}

resource "aws_security_group_rule" "api_out_s3" {
  security_group_id = aws_security_group.api.id
  type              = "egress"
  description       = "image layers"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  prefix_list_ids   = [var.s3]
}

resource "aws_security_group_rule" "api_out_db" {
  security_group_id        = aws_security_group.api.id
  type                     = "egress"
  description              = "orders"
  protocol                 = "tcp"
  from_port                = 5432
  to_port                  = 5432
  source_security_group_id = aws_security_group.orders.id
}

# --- worker, wrong: every port, from everywhere
resource "aws_security_group" "worker" {
  name        = "${var.name}-worker"
  description = "worker tasks"
  vpc_id      = var.vpc_id

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
resource "aws_security_group" "orders" {
  name        = "${var.name}-orders"
  description = "orders database"
  vpc_id      = var.vpc_id

  ingress {
    description     = "tasks"
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.api.id, aws_security_group.worker.id]
  }
}

resource "aws_security_group" "archive" {
  name        = "${var.name}-archive"
  description = "archive database"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "archive_api" {
  security_group_id            = aws_security_group.archive.id
  description                  = "api tasks"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.api.id
}

# wrong: a load balancer has no business with a database
resource "aws_vpc_security_group_ingress_rule" "archive_ops" {
  security_group_id            = aws_security_group.archive.id
  description                  = "operators"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.ops.id
}

resource "aws_security_group" "sessions" {
  name        = "${var.name}-sessions"
  description = "session cache"
  vpc_id      = var.vpc_id

  ingress {
    description     = "web tasks"
    protocol        = "tcp"
    from_port       = 6379
    to_port         = 6379
    security_groups = [aws_security_group.web.id]
  }
}

resource "aws_security_group" "queue" {
  name        = "${var.name}-queue"
  description = "queue cache"
  vpc_id      = var.vpc_id
}

# wrong: the load balancer instead of the worker
resource "aws_security_group_rule" "queue_in" {
  security_group_id        = aws_security_group.queue.id
  type                     = "ingress"
  description              = "queue"
  protocol                 = "tcp"
  from_port                = 6379
  to_port                  = 6379
  source_security_group_id = aws_security_group.ops.id
}

# --- endpoints: web and api come in, the report does not
resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = "interface endpoints"
  vpc_id      = var.vpc_id
}

resource "aws_security_group_rule" "endpoints_in_web" {
  security_group_id        = aws_security_group.endpoints.id
  type                     = "ingress"
  description              = "web tasks"
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
  source_security_group_id = aws_security_group.web.id
}

resource "aws_security_group_rule" "endpoints_in_api" {
  security_group_id        = aws_security_group.endpoints.id
  type                     = "ingress"
  description              = "api tasks"
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
  source_security_group_id = aws_security_group.api.id
}
