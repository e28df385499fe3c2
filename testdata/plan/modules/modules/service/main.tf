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

variable "network" {
  description = "The network module, whole"
  type = object({
    vpc_id             = string
    private_subnet_ids = list(string)
  })
}

variable "ingress_group" {
  type = string
}

module "tasks" {
  source        = "../tasks"
  name          = var.name
  port          = var.port
  cpu           = var.cpu
  vpc_id        = var.network.vpc_id
  ingress_group = var.ingress_group
}

resource "aws_lb_target_group" "this" {
  name        = var.name
  port        = var.port
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = var.network.vpc_id
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = var.cluster
  task_definition = module.tasks.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = var.network.private_subnet_ids
    security_groups = [module.tasks.security_group_id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = var.name
    container_port   = var.port
  }
}

output "security_group_id" {
  value = module.tasks.security_group_id
}

output "target_group_arn" {
  value = aws_lb_target_group.this.arn
}
