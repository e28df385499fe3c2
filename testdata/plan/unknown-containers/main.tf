# Container definitions are one text: one unknown part makes all of it unknown. How much is still to be told differs.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

variable "release" {
  type    = string
  default = "7.0.2"
}

# sensitive: the text is known, and not to be shown
variable "signing_key" {
  type      = string
  sensitive = true
  default   = "correct-horse-battery"
}

resource "aws_ecr_repository" "web" {
  name = "web"
}

resource "aws_ecr_repository" "sidecar" {
  name                 = "sidecar"
  image_tag_mutability = "IMMUTABLE"
}

resource "aws_secretsmanager_secret" "api_key" {
  name = "api-key"
}

# one unknown part: the address of a repository
resource "aws_ecs_task_definition" "image" {
  family                   = "image"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name             = "web"
    image            = "${aws_ecr_repository.web.repository_url}:${var.release}"
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/web", awslogs-region = "eu-west-1" } }
  }])
}

# two repositories, one of which has immutable tags
resource "aws_ecs_task_definition" "images" {
  family                   = "images"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([
    { name = "web", image = "${aws_ecr_repository.web.repository_url}:${var.release}" },
    { name = "sidecar", image = "${aws_ecr_repository.sidecar.repository_url}:1.0.0" },
  ])
}

# the image is known in truth, and hidden by the address of a secret
resource "aws_ecs_task_definition" "secret" {
  family                   = "secret"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name    = "worker"
    image   = "public.ecr.aws/example/worker:latest"
    secrets = [{ name = "API_KEY", valueFrom = aws_secretsmanager_secret.api_key.arn }]
  }])
}

# built in a local, from a template
locals {
  containers = templatefile("${path.module}/containers.json.tftpl", {
    image = aws_ecr_repository.web.repository_url
    tag   = var.release
  })
}

resource "aws_ecs_task_definition" "template" {
  family                   = "template"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  container_definitions    = local.containers
}

# a number that does not go with Fargate is told whatever the containers are
resource "aws_ecs_task_definition" "size" {
  family                   = "size"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 4096

  container_definitions = jsonencode([{
    name  = "web"
    image = "${aws_ecr_repository.web.repository_url}:${var.release}"
  }])
}

# known, but sensitive as a whole
resource "aws_ecs_task_definition" "sensitive" {
  family                   = "sensitive"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name             = "signer"
    image            = "public.ecr.aws/example/signer:2.0.0"
    environment      = [{ name = "SIGNING_KEY", value = var.signing_key }]
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/signer", awslogs-region = "eu-west-1" } }
  }])
}
