variable "name" {
  type = string
}

variable "subnets" {
  type = list(string)
}

variable "groups" {
  type = object({ orders = string, archive = string, sessions = string, queue = string })
}

variable "zones" {
  type = map(string)
}
