output "hosts" {
  value = {
    orders   = aws_db_instance.orders.address
    archive  = aws_db_instance.archive.address
    sessions = aws_elasticache_replication_group.sessions.primary_endpoint_address
  }
}

output "secrets" {
  value = { orders = aws_secretsmanager_secret.orders.arn }
}
