variable "vpc_id" {
  type = string
}

variable "zones" {
  description = "Zones, and the address block in each"
  type        = map(string)
}

resource "aws_subnet" "this" {
  for_each          = var.zones
  vpc_id            = var.vpc_id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_route_table" "this" {
  count  = 1
  vpc_id = var.vpc_id
}

resource "aws_route_table_association" "this" {
  for_each       = aws_subnet.this
  subnet_id      = each.value.id
  route_table_id = aws_route_table.this[0].id
}

output "ids" {
  value = values(aws_subnet.this)[*].id
}

output "route_table_ids" {
  value = aws_route_table.this[*].id
}
