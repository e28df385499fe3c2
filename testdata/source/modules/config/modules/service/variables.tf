variable "name" {
  type = string
}

variable "job" {
  type = string
}

variable "region" {
  type = string
}

variable "cluster" {
  type = object({ id = string, arn = string })
}

variable "namespace" {
  type    = string
  default = null
}

variable "settings" {
  type = object({ port = number, count = number, cpu = number, memory = number, tag = string, own_execution_role = optional(bool, true), immutable = optional(bool, true), public = optional(bool, false) })
}

variable "subnets" {
  type = map(string)
}

variable "groups" {
  type = list(string)
}

variable "target_group" {
  type = string
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "secrets" {
  type    = map(string)
  default = {}
}

variable "sidecars" {
  type    = any
  default = []
}
