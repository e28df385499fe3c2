locals {
  databases = {
    orders  = { size = 50, standby = false, group = aws_security_group.orders.id } # wrong: one zone
    archive = { size = 200, standby = true, group = local.groups["archive"] }
  }
  database_names = reverse(sort(keys(local.databases)))
  cache_groups   = { sessions = one(aws_security_group.sessions).id, queue = local.groups.queue }
  cache_names    = keys(local.cache_groups)
  aurora         = "aurora-${replace("postgres-ql", "-", "")}"
}

resource "aws_db_subnet_group" "main" {
  name       = local.name
  subnet_ids = local.subnets.data
}

resource "aws_db_instance" "store" {
  count                       = length(local.database_names)
  identifier                  = "${local.name}-${local.database_names[count.index]}"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.medium"
  allocated_storage           = local.databases[local.database_names[count.index]].size
  username                    = local.name
  manage_master_user_password = true
  multi_az                    = local.databases[local.database_names[count.index]].standby
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [lookup(local.databases[local.database_names[count.index]], "group", "")]
}

resource "aws_rds_cluster" "ledger" {
  count                       = 1
  cluster_identifier          = "${local.name}-ledger"
  engine                      = local.aurora
  engine_version              = "16.4"
  master_username             = local.name
  manage_master_user_password = true
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [for n, d in local.databases : d.group if n == "orders"]
}

resource "aws_rds_cluster_instance" "ledger" {
  count              = length(local.zones)
  identifier         = "${local.name}-ledger-${trimprefix(local.zones[count.index], local.region)}"
  cluster_identifier = join("", aws_rds_cluster.ledger[*].id)
  engine             = local.aurora
  instance_class     = "db.r7g.large"
  availability_zone  = element(local.zones, count.index)
}

resource "aws_elasticache_subnet_group" "main" {
  name       = local.name
  subnet_ids = flatten([local.subnets.data, []])
}

resource "aws_elasticache_replication_group" "store" {
  count                      = length(local.cache_names)
  replication_group_id       = "${local.name}-${local.cache_names[count.index]}"
  description                = local.cache_names[count.index]
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  port                       = 6379
  num_cache_clusters         = length(local.zones)
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [values(local.cache_groups)[count.index]]
}
