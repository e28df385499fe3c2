variable "cidr" {
  type = string
}

variable "zones" {
  type = list(string)
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

module "public" {
  source = "./subnets"
  vpc_id = aws_vpc.this.id
  zones  = { for index, zone in var.zones : zone => cidrsubnet(var.cidr, 8, index) }
}

module "private" {
  source = "./subnets"
  vpc_id = aws_vpc.this.id
  zones  = { for index, zone in var.zones : zone => cidrsubnet(var.cidr, 8, 10 + index) }
}

module "isolated" {
  source = "./subnets"
  vpc_id = aws_vpc.this.id
  zones  = { for index, zone in var.zones : zone => cidrsubnet(var.cidr, 8, 20 + index) }
}

resource "aws_route" "public" {
  route_table_id         = module.public.route_table_ids[0]
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_eip" "nat" {
  count  = 1
  domain = "vpc"
}

resource "aws_nat_gateway" "this" {
  count         = 1
  subnet_id     = module.public.ids[0]
  allocation_id = aws_eip.nat[0].id
}

resource "aws_route" "private" {
  count                  = 1
  route_table_id         = one(module.private.route_table_ids)
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[count.index].id
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "public_subnet_ids" {
  value = module.public.ids
}

output "private_subnet_ids" {
  value = module.private.ids
}

output "isolated_subnet_ids" {
  value = module.isolated.ids
}
