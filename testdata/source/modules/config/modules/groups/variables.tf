variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "blocks" {
  type = map(list(string))
}

variable "s3" {
  type = string
}
