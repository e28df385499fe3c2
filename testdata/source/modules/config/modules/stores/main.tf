resource "aws_db_subnet_group" "main" {
  name       = var.name
  subnet_ids = var.subnets
}

# wrong: one zone
resource "aws_db_instance" "orders" {
  identifier                  = "${var.name}-orders"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 50
  username                    = var.name
  manage_master_user_password = true
  multi_az                    = false
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [var.groups.orders]
}

resource "aws_db_instance" "archive" {
  identifier                  = "${var.name}-archive"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 200
  username                    = var.name
  manage_master_user_password = true
  multi_az                    = true
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [var.groups.archive]
}

resource "aws_rds_cluster" "ledger" {
  cluster_identifier          = "${var.name}-ledger"
  engine                      = "aurora-postgresql"
  engine_version              = "16.4"
  master_username             = var.name
  manage_master_user_password = true
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [var.groups.orders]
}

resource "aws_rds_cluster_instance" "ledger_a" {
  identifier         = "${var.name}-ledger-a"
  cluster_identifier = aws_rds_cluster.ledger.id
  engine             = "aurora-postgresql"
  instance_class     = "db.r7g.large"
  availability_zone  = var.zones["a"]
}

resource "aws_rds_cluster_instance" "ledger_b" {
  identifier         = "${var.name}-ledger-b"
  cluster_identifier = aws_rds_cluster.ledger.id
  engine             = "aurora-postgresql"
  instance_class     = "db.r7g.large"
  availability_zone  = var.zones["b"]
}

resource "aws_elasticache_subnet_group" "main" {
  name       = var.name
  subnet_ids = var.subnets
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "${var.name}-sessions"
  description                = "sessions"
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  port                       = 6379
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [var.groups.sessions]
}

resource "aws_elasticache_replication_group" "queue" {
  replication_group_id       = "${var.name}-queue"
  description                = "queue"
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  port                       = 6379
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [var.groups.queue]
}

resource "aws_secretsmanager_secret" "orders" {
  name = "${var.name}/orders"
}
