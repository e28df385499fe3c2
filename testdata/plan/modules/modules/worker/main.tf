variable "name" {
  type = string
}

variable "port" {
  type = number
}

variable "cpu" {
  type = number
}

variable "cluster" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "subnets" {
  type = list(string)
}

variable "ingress_group" {
  type = string
}

module "tasks" {
  source        = "../tasks"
  name          = var.name
  port          = var.port
  cpu           = var.cpu
  vpc_id        = var.vpc_id
  ingress_group = var.ingress_group
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = var.cluster
  task_definition = module.tasks.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = var.subnets
    security_groups = [module.tasks.security_group_id]
  }
}

output "security_group_id" {
  value = module.tasks.security_group_id
}
