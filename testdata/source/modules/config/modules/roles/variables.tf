variable "name" {
  type = string
}

variable "separate" {
  type    = bool
  default = true
}

variable "secrets" {
  type    = map(string)
  default = {}
}
