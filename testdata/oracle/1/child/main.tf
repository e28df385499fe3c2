variable "name" {
  type = string
}

variable "size" {
  type    = number
  default = 2
}

variable "nodes" {
  type    = set(string)
  default = ["left", "right"]
}

variable "upstream" {
  type    = list(string)
  default = []
}

variable "opts" {
  type = object({
    tag    = optional(string, "none")
    public = optional(bool, false)
    alias  = optional(string)
  })
  default = {}
}

locals {
  numbered = terraform_data.numbered[*].id
  by_name  = { for k, r in terraform_data.node : k => r.id }
}

resource "terraform_data" "main" {
  input = var.name
}

resource "terraform_data" "numbered" {
  count = var.size
}

resource "terraform_data" "node" {
  for_each = var.nodes
  input    = "${var.name}-${each.key}"
}

output "id" {
  value = terraform_data.main.id
}

output "ids" {
  value = concat([terraform_data.main.id], local.numbered)
}

output "by_name" {
  value = local.by_name
}

output "info" {
  value = {
    id       = terraform_data.main.id
    name     = var.name
    tag      = var.opts.tag
    public   = var.opts.public
    alias    = var.opts.alias
    ids      = local.numbered
    upstream = var.upstream
    chosen   = var.opts.public ? terraform_data.main.id : terraform_data.numbered[0].id
  }
}

output "upstream" {
  value = var.upstream
}

output "primary" {
  value = try(var.upstream[0], terraform_data.main.id)
}
