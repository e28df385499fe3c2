variable "name" {
  type = string
}

variable "zones" {
  type = map(string)
}
