variable "name" {
  type = string
}

variable "port" {
  type = number
}

variable "cpu" {
  type = number
}

variable "vpc_id" {
  type = string
}

variable "ingress_group" {
  type = string
}

module "security_group" {
  source        = "./security-group"
  name          = var.name
  vpc_id        = var.vpc_id
  port          = var.port
  ingress_group = var.ingress_group
}

resource "aws_iam_role" "this" {
  for_each           = toset(["task", "execution"])
  name               = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.cpu * 2
  task_role_arn            = aws_iam_role.this["task"].arn
  execution_role_arn       = aws_iam_role.this["execution"].arn

  container_definitions = jsonencode([{
    name             = var.name
    image            = "public.ecr.aws/example/${var.name}:4.1.0"
    portMappings     = [{ containerPort = var.port }]
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/main", awslogs-region = "eu-west-1" } }
  }])
}

output "arn" {
  value = aws_ecs_task_definition.this.arn
}

output "security_group_id" {
  value = module.security_group.id
}
