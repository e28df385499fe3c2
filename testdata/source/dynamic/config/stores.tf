resource "aws_db_subnet_group" "main" {
  name       = "ferry"
  subnet_ids = [aws_subnet.data_a.id, aws_subnet.data_b.id]
}

# wrong: one zone
resource "aws_db_instance" "orders" {
  identifier                  = "ferry-orders"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 50
  username                    = "ferry"
  manage_master_user_password = true
  multi_az                    = false
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.orders.id]
}

resource "aws_db_instance" "archive" {
  identifier                  = "ferry-archive"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 200
  username                    = "ferry"
  manage_master_user_password = true
  multi_az                    = true
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.archive.id]
}

resource "aws_rds_cluster" "ledger" {
  cluster_identifier          = "ferry-ledger"
  engine                      = "aurora-postgresql"
  engine_version              = "16.4"
  master_username             = "ferry"
  manage_master_user_password = true
  storage_encrypted           = true
  skip_final_snapshot         = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.orders.id]
}

resource "aws_rds_cluster_instance" "ledger_a" {
  identifier         = "ferry-ledger-a"
  cluster_identifier = aws_rds_cluster.ledger.id
  engine             = "aurora-postgresql"
  instance_class     = "db.r7g.large"
  availability_zone  = "eu-west-1a"
}

resource "aws_rds_cluster_instance" "ledger_b" {
  identifier         = "ferry-ledger-b"
  cluster_identifier = aws_rds_cluster.ledger.id
  engine             = "aurora-postgresql"
  instance_class     = "db.r7g.large"
  availability_zone  = "eu-west-1b"
}

resource "aws_elasticache_subnet_group" "main" {
  name       = "ferry"
  subnet_ids = [aws_subnet.data_a.id, aws_subnet.data_b.id]
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "ferry-sessions"
  description                = "sessions"
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  port                       = 6379
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [aws_security_group.sessions.id]
}

resource "aws_elasticache_replication_group" "queue" {
  replication_group_id       = "ferry-queue"
  description                = "queue"
  engine                     = "redis"
  node_type                  = "cache.t4g.small"
  port                       = 6379
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [aws_security_group.queue.id]
}
