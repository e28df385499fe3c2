resource "aws_db_subnet_group" "this" {
  for_each   = toset(["ferry"])
  name       = each.key
  subnet_ids = [for key, subnet in aws_subnet.this : subnet.id if split("-", key)[0] == "data"]
}

# wrong: orders has one zone
resource "aws_db_instance" "this" {
  for_each = {
    orders  = { size = 50, standby = false }
    archive = { size = 200, standby = true }
  }
  identifier                  = "ferry-${each.key}"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.medium"
  allocated_storage           = each.value.size
  username                    = "ferry"
  manage_master_user_password = true
  multi_az                    = each.value["standby"]
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.this["ferry"].name
  vpc_security_group_ids      = [merge(aws_security_group.gate, aws_security_group.plain)[each.key].id]
}

resource "aws_rds_cluster" "this" {
  for_each                    = { ledger = "orders" }
  cluster_identifier          = "ferry-${each.key}"
  engine                      = "aurora-postgresql"
  engine_version              = "16.4"
  master_username             = "ferry"
  manage_master_user_password = true
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.this["ferry"].name
  vpc_security_group_ids      = [aws_security_group.gate[each.value].id]
}

resource "aws_rds_cluster_instance" "this" {
  for_each           = { for pair in setproduct(keys(aws_rds_cluster.this), keys(var.zones)) : join("-", pair) => { cluster = pair[0], zone = pair[1] } }
  identifier         = "ferry-${each.key}"
  cluster_identifier = aws_rds_cluster.this[each.value.cluster].id
  engine             = "aurora-postgresql"
  instance_class     = "db.r7g.large"
  availability_zone  = var.zones[each.value.zone]
}

resource "aws_elasticache_subnet_group" "this" {
  for_each   = aws_db_subnet_group.this
  name       = each.key
  subnet_ids = each.value.subnet_ids
}

resource "aws_elasticache_replication_group" "this" {
  for_each                   = toset(["sessions", "queue"])
  replication_group_id       = "ferry-${each.key}"
  description                = each.value
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  port                       = 6379
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.this["ferry"].name
  security_group_ids         = [merge(aws_security_group.gate, aws_security_group.plain)[each.key].id]
}
