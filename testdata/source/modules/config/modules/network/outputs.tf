output "vpc" {
  value = {
    id            = aws_vpc.this.id
    default_group = aws_default_security_group.this.id
  }
}

# tier => zone => id
output "subnets" {
  value = merge({ public = module.public.subnets }, { for tier, made in module.closed : tier => made.subnets })
}

output "blocks" {
  value = { for tier, made in module.closed : tier => made.blocks }
}

output "tables" {
  value = { for tier, made in module.closed : tier => made.table }
}
