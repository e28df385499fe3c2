resource "aws_vpc" "this" {
  for_each             = { main = "10.60.0.0/16" }
  cidr_block           = each.value
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = "ferry" }
}

resource "aws_internet_gateway" "this" {
  for_each = aws_vpc.this
  vpc_id   = each.value.id
}

resource "aws_subnet" "this" {
  for_each = merge([for tier, offset in var.tiers : {
    for index, zone in keys(var.zones) : "${tier}-${zone}" => { zone = zone, net = offset + index }
  }]...)
  vpc_id            = aws_vpc.this["main"].id
  availability_zone = var.zones[each.value.zone]
  cidr_block        = "10.60.${each.value.net}.0/24"
  tags              = { Name = "ferry-${each.key}" }
}

resource "aws_eip" "nat" {
  for_each = toset(["a"])
  domain   = "vpc"
}

resource "aws_nat_gateway" "this" {
  for_each      = aws_eip.nat
  allocation_id = each.value.id
  subnet_id     = aws_subnet.this["public-${each.key}"].id
}

resource "aws_route_table" "open" {
  for_each = aws_internet_gateway.this
  vpc_id   = each.value.vpc_id
  tags     = { Name = "ferry-public" }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = each.value.id
  }
}

resource "aws_route_table" "closed" {
  for_each = toset([for tier in keys(var.tiers) : tier if tier != "public"])
  vpc_id   = aws_vpc.this["main"].id
  tags     = { Name = "ferry-${each.key}" }
}

resource "aws_route" "out" {
  for_each               = { for tier, table in aws_route_table.closed : tier => table.id if tier == "private" }
  route_table_id         = each.value
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this["a"].id
}

resource "aws_route_table_association" "this" {
  for_each       = aws_subnet.this
  subnet_id      = each.value.id
  route_table_id = startswith(each.key, "public-") ? aws_route_table.open["main"].id : aws_route_table.closed[split("-", each.key)[0]].id
}

resource "aws_vpc_endpoint" "gateway" {
  for_each          = toset(["s3"])
  vpc_id            = aws_vpc.this["main"].id
  service_name      = "com.amazonaws.eu-west-1.${each.value}"
  vpc_endpoint_type = "Gateway"
  # wrong: not that of the data subnets
  route_table_ids = [for tier in ["private", "inner"] : aws_route_table.closed[tier].id]
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = var.endpoints
  vpc_id              = aws_vpc.this["main"].id
  service_name        = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = each.value.dns
  subnet_ids          = [for zone in each.value.zones : aws_subnet.this["inner-${zone}"].id]
  security_group_ids  = [aws_security_group.plain["endpoints"].id]
}
