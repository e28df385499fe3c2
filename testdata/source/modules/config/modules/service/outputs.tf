output "image" {
  value = "${aws_ecr_repository.this.repository_url}:${var.settings.tag}"
}
