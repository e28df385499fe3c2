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

variable "placement" {
  type = object({ subnets = map(string), groups = list(string) })
}

variable "size" {
  type = object({ cpu = number, memory = number })
}

variable "image" {
  type = string
}

variable "exporter" {
  type = string
}

variable "archive" {
  type = string
}
