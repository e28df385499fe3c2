output "tasks" {
  value = {
    web    = aws_security_group.web.id
    api    = aws_security_group.api.id
    worker = aws_security_group.worker.id
  }
}

output "entries" {
  value = { main = aws_security_group.alb.id, ops = aws_security_group.ops.id }
}

output "stores" {
  value = {
    orders   = aws_security_group.orders.id
    archive  = aws_security_group.archive.id
    sessions = aws_security_group.sessions.id
    queue    = aws_security_group.queue.id
  }
}

output "endpoints" {
  value = aws_security_group.endpoints.id
}
