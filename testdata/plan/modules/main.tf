# Modules two and three deep: outputs used as inputs, count and for_each instances, splats, each.value, and a choice that
# leaves two candidates.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "isolated" {
  type    = bool
  default = true
}

locals {
  services = {
    web = { port = 8080, size = 512 }
    api = { port = 9000, size = 256 }
  }
}

module "network" {
  source = "./modules/network"
  cidr   = "10.60.0.0/16"
  zones  = ["eu-west-1a", "eu-west-1b"]
}

resource "aws_ecs_cluster" "main" {
  name = "main"
}

# --- load balancer

resource "aws_security_group" "lb" {
  name   = "lb"
  vpc_id = module.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "lb_from_internet" {
  security_group_id = aws_security_group.lb.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# the index is computed
resource "aws_vpc_security_group_egress_rule" "lb_to_service" {
  for_each                     = local.services
  security_group_id            = aws_security_group.lb.id
  referenced_security_group_id = module.service[each.key].security_group_id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_lb" "main" {
  name            = "main"
  subnets         = module.network.public_subnet_ids
  security_groups = [aws_security_group.lb.id]
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:eu-west-1:123456789012:certificate/3c0a6a2e-0d5b-4b55-9f0e-0f8f6a0c2f10"

  default_action {
    type             = "forward"
    target_group_arn = module.service["web"].target_group_arn
  }
}

resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.https.arn

  condition {
    path_pattern {
      values = ["/api/*"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = module.service["api"].target_group_arn
  }
}

# --- services: one module call for each

module "service" {
  source        = "./modules/service"
  for_each      = local.services
  name          = each.key
  port          = each.value.port
  cpu           = each.value.size
  cluster       = aws_ecs_cluster.main.arn
  network       = module.network
  ingress_group = aws_security_group.lb.id
}

# which of two lists it is, the plan does not show; both are private
module "report" {
  source        = "./modules/worker"
  count         = 2
  name          = "report-${count.index}"
  port          = 7000
  cpu           = 256
  cluster       = aws_ecs_cluster.main.arn
  vpc_id        = module.network.vpc_id
  subnets       = var.isolated ? module.network.isolated_subnet_ids : module.network.private_subnet_ids
  ingress_group = module.service["api"].security_group_id
}

# one of the two is public
module "crawler" {
  source        = "./modules/worker"
  name          = "crawler"
  port          = 7001
  cpu           = 256
  cluster       = aws_ecs_cluster.main.arn
  vpc_id        = module.network.vpc_id
  subnets       = var.isolated ? module.network.private_subnet_ids : module.network.public_subnet_ids
  ingress_group = module.report[0].security_group_id
}

# --- database: every instance of a module, by for_each

resource "aws_security_group" "database" {
  name   = "database"
  vpc_id = module.network.vpc_id
}

resource "aws_security_group_rule" "database_from_services" {
  for_each                 = module.service
  security_group_id        = aws_security_group.database.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 5432
  to_port                  = 5432
  source_security_group_id = each.value.security_group_id
}

resource "aws_db_subnet_group" "main" {
  name       = "main"
  subnet_ids = module.network.isolated_subnet_ids
}

resource "aws_db_instance" "main" {
  identifier                  = "main"
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  multi_az                    = true
  username                    = "main"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.database.id]
}
