variable "zones" {
  type    = map(string)
  default = { a = "eu-west-1a", b = "eu-west-1b" }
}

variable "tiers" {
  type    = map(number)
  default = { public = 0, private = 10, inner = 20, data = 30 }
}

variable "jobs" {
  type = map(object({
    cpu     = string
    memory  = string
    tier    = string
    starter = optional(string, "execution")
    count   = optional(number)
    port    = optional(number)
    health  = optional(string)
  }))
  default = {
    web    = { cpu = "512", memory = "1024", tier = "private", count = 2, port = 8080, health = "/health" }
    api    = { cpu = "1024", memory = "2048", tier = "inner", count = 2, port = 9090, health = "/status" }
    worker = { cpu = "512", memory = "1024", tier = "public", starter = "task", count = 1, port = 7070, health = "/" }
    report = { cpu = "256", memory = "4096", tier = "data" }
  }
}

variable "repositories" {
  type    = map(string)
  default = { web = "IMMUTABLE", api = "IMMUTABLE", worker = "MUTABLE" }
}

variable "endpoints" {
  type = map(object({ zones = optional(set(string), ["a", "b"]), dns = optional(bool, true) }))
  default = {
    "ecr.api"        = {}
    "ecr.dkr"        = {}
    "logs"           = { zones = ["a"] }
    "secretsmanager" = {}
    "ecs-agent"      = {}
    "ssm"            = { dns = false }
  }
}
