output "cluster" {
  value = { id = aws_ecs_cluster.this.id, arn = aws_ecs_cluster.this.arn }
}

output "subnets" {
  value = module.network.subnets
}

output "default_group" {
  value = module.network.vpc.default_group
}

output "hosts" {
  value = module.stores.hosts
}

output "images" {
  value = { for job, made in module.service : job => made.image }
}

output "entry" {
  value = module.edge.entry
}
