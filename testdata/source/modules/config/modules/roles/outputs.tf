output "arns" {
  value = {
    task      = aws_iam_role.task.arn
    execution = try(aws_iam_role.execution[0].arn, aws_iam_role.task.arn)
  }
}
