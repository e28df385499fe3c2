output "targets" {
  value = { for job, group in aws_lb_target_group.service : job => group.arn }
}

output "entry" {
  value = aws_lb.main.dns_name
}
