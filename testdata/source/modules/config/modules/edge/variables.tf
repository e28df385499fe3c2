variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "subnets" {
  type = map(string)
}

variable "groups" {
  type = map(string)
}

variable "services" {
  type = map(object({ port = number, health = string }))
}
