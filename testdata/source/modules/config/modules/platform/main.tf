locals {
  zones = { a = "${var.region}a", b = "${var.region}b" }
  services = {
    web    = { port = 8080, count = 2, cpu = 512, memory = 1024, tag = "3.4.1", tier = "private", health = "/health" }
    api    = { port = 9090, count = 2, cpu = 1024, memory = 2048, tag = "2.0.7", tier = "inner", health = "/status" }
    worker = { port = 7070, count = 1, cpu = 512, memory = 1024, tag = "latest", tier = "public", health = "/", public = true, immutable = false, own_execution_role = false } # wrong
  }
}

module "network" {
  source = "../network"
  name   = var.name
  zones  = local.zones
}

module "groups" {
  source = "../groups"
  name   = var.name
  vpc_id = module.network.vpc.id
  blocks = module.network.blocks
  s3     = module.endpoints.s3
}

module "endpoints" {
  source  = "../endpoints"
  region  = var.region
  vpc_id  = module.network.vpc["id"]
  subnets = module.network.subnets["inner"]
  tables  = module.network.tables
  group   = module.groups.endpoints
}

module "edge" {
  source   = "../edge"
  name     = var.name
  vpc_id   = module.network.vpc.id
  subnets  = module.network.subnets.public
  groups   = module.groups.entries
  services = { for job, settings in local.services : job => { port = settings.port, health = settings.health } }
}

module "stores" {
  source  = "../stores"
  name    = var.name
  subnets = values(module.network.subnets.data)
  groups  = module.groups.stores
  zones   = local.zones
}

resource "aws_ecs_cluster" "this" {
  name = var.name
}

resource "aws_service_discovery_http_namespace" "this" {
  name = var.name
}

module "service" {
  source       = "../service"
  for_each     = local.services
  name         = var.name
  job          = each.key
  region       = var.region
  cluster      = { id = aws_ecs_cluster.this.id, arn = aws_ecs_cluster.this.arn }
  namespace    = aws_service_discovery_http_namespace.this.arn
  settings     = each.value
  subnets      = module.network.subnets[each.value.tier]
  groups       = [module.groups.tasks[each.key]]
  target_group = module.edge.targets[each.key]
  environment = {
    web    = { CACHE_HOST = module.stores.hosts.sessions }
    api    = { DB_HOST = module.stores.hosts.orders }
    worker = { DB_PASSWORD = "made-up-for-tests-only" } # wrong
  }[each.key]
  secrets  = { for key, arn in { DB_PASSWORD = module.stores.secrets["orders"] } : key => arn if each.key == "api" }
  sidecars = [for image in ["public.ecr.aws/docker/library/busybox:1.36.1"] : { name = "helper", image = image, essential = true } if each.key == "worker"]
}
