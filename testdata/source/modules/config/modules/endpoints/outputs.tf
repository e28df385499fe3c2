output "s3" {
  value = aws_vpc_endpoint.s3.prefix_list_id
}
