resource "aws_vpc" "this" {
  cidr_block           = "10.60.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "this" {
  allocation_id = aws_eip.nat.id
  subnet_id     = module.public.subnets["a"]
}

module "public" {
  source   = "../tier"
  name     = var.name
  tier     = "public"
  vpc_id   = aws_vpc.this.id
  offset   = 0
  zones    = var.zones
  gateways = { internet = aws_internet_gateway.this.id }
}

module "closed" {
  source   = "../tier"
  for_each = { private = 10, inner = 20, data = 30 }
  name     = var.name
  tier     = each.key
  vpc_id   = aws_vpc.this.id
  offset   = each.value
  zones    = var.zones
  gateways = each.key == "private" ? { nat = aws_nat_gateway.this.id } : {}
}

resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

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
