variable "name" {
  type = string
}

variable "tier" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "offset" {
  type = number
}

variable "zones" {
  type = map(string)
}

variable "gateways" {
  type    = object({ internet = optional(string), nat = optional(string) })
  default = {}
}
