variable "region" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "subnets" {
  type = map(string)
}

variable "tables" {
  type = map(string)
}

variable "group" {
  type = string
}
