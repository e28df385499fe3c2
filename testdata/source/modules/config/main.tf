# The ferry shop once more: modules in modules, ids handed up and down.
terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

module "platform" {
  source = "./modules/platform"
  name   = "ferry"
  region = "eu-west-1"
}

# wrong: no such size, an image out of reach, the default group
module "report" {
  source    = "./modules/schedule"
  name      = "ferry"
  job       = "report"
  region    = "eu-west-1"
  cluster   = module.platform.cluster
  placement = { subnets = module.platform.subnets["data"], groups = [module.platform.default_group] }
  size      = { cpu = 256, memory = 4096 }
  image     = "public.ecr.aws/docker/library/alpine:3.20.3"
  exporter  = module.platform.images["api"]
  archive   = module.platform.hosts.archive
}

output "entry" {
  value = module.platform.entry
}
