resource "aws_subnet" "a" {
  vpc_id            = var.vpc_id
  availability_zone = var.zones["a"]
  cidr_block        = "10.60.${var.offset}.0/24"
  tags              = { Name = "${var.name}-${var.tier}-a" }
}

resource "aws_subnet" "b" {
  vpc_id            = var.vpc_id
  availability_zone = var.zones["b"]
  cidr_block        = "10.60.${var.offset + 1}.0/24"
  tags              = { Name = "${var.name}-${var.tier}-b" }
}

resource "aws_route_table" "open" {
  count  = var.tier == "public" ? 1 : 0
  vpc_id = var.vpc_id
  tags   = { Name = "${var.name}-${var.tier}" }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = var.gateways.internet
  }
}

resource "aws_route_table" "closed" {
  count  = var.tier == "public" ? 0 : 1
  vpc_id = var.vpc_id
  tags   = { Name = "${var.name}-${var.tier}" }
}

resource "aws_route" "out" {
  count                  = var.tier == "private" ? 1 : 0
  route_table_id         = aws_route_table.closed[0].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = var.gateways.nat
}

resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = one(concat(aws_route_table.open, aws_route_table.closed)).id
}

resource "aws_route_table_association" "b" {
  subnet_id      = aws_subnet.b.id
  route_table_id = one(concat(aws_route_table.open[*].id, aws_route_table.closed[*].id))
}
