output "subnets" {
  value = { a = aws_subnet.a.id, b = aws_subnet.b.id }
}

output "blocks" {
  value = [aws_subnet.a.cidr_block, aws_subnet.b.cidr_block]
}

output "table" {
  value = one(concat(aws_route_table.open[*].id, aws_route_table.closed[*].id))
}
