# Databases and caches of every kind, as they should be and as they should not.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 6.0" }
  }
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block                       = "10.120.0.0/16"
  assign_generated_ipv6_cidr_block = true
}

resource "aws_subnet" "main" {
  for_each          = { a = "10.120.0.0/24", b = "10.120.1.0/24" }
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value
  availability_zone = "eu-west-1${each.key}"
}

resource "aws_subnet" "nat" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.120.2.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "nat" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "nat" {
  subnet_id      = aws_subnet.nat.id
  route_table_id = aws_route_table.nat.id
}

resource "aws_eip" "nat" {
  domain = "vpc"
}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.nat.id
  allocation_id = aws_eip.nat.id
}

resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.main.id
  }
}

resource "aws_db_subnet_group" "main" {
  name       = "main"
  subnet_ids = [for subnet in aws_subnet.main : subnet.id]
}

resource "aws_elasticache_subnet_group" "main" {
  name       = "main"
  subnet_ids = [for subnet in aws_subnet.main : subnet.id]
}

# --- who uses them

resource "aws_security_group" "tasks" {
  name   = "tasks"
  vpc_id = aws_vpc.main.id
}

resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_ecs_task_definition" "main" {
  family                   = "main"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512

  container_definitions = jsonencode([{
    name             = "main"
    image            = "public.ecr.aws/example/main:1.1.1"
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "/main", awslogs-region = "eu-west-1" } }
  }])
}

resource "aws_ecs_service" "main" {
  name            = "main"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.main.arn
  launch_type     = "FARGATE"

  network_configuration {
    subnets         = [for subnet in aws_subnet.main : subnet.id]
    security_groups = [aws_security_group.tasks.id]
  }
}

# --- groups that are right: one port, from the tasks

resource "aws_security_group" "right" {
  for_each = { postgres = 5432, mysql = 3306, cache = 6379, memcached = 11211 }
  name     = each.key
  vpc_id   = aws_vpc.main.id

  ingress {
    protocol        = "tcp"
    from_port       = each.value
    to_port         = each.value
    security_groups = [aws_security_group.tasks.id]
  }
}

# --- groups that are not

resource "aws_security_group" "world" {
  name   = "world"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol         = "tcp"
    from_port        = 5432
    to_port          = 5432
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}

resource "aws_security_group" "vpc" {
  name   = "vpc"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}

# belongs to nothing in the plan
resource "aws_security_group" "jump_host" {
  name   = "jump-host"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "jumpy" {
  name   = "jumpy"
  vpc_id = aws_vpc.main.id

  ingress {
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.jump_host.id]
  }

  ingress {
    protocol  = "tcp"
    from_port = 5432
    to_port   = 5432
    self      = true
  }
}

# --- RDS instances

resource "aws_db_instance" "good" {
  identifier                  = "good"
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  backup_retention_period     = 7
  multi_az                    = true
  username                    = "main"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.right["postgres"].id]
}

# a replica is no standby, and is not judged as one
resource "aws_db_instance" "replica" {
  identifier             = "replica"
  replicate_source_db    = aws_db_instance.good.identifier
  instance_class         = "db.t4g.medium"
  vpc_security_group_ids = [aws_security_group.right["postgres"].id]
}

# one zone, public, open
resource "aws_db_instance" "bad" {
  identifier                  = "bad"
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  multi_az                    = false
  publicly_accessible         = true
  username                    = "main"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.world.id]
}

# listens where its group admits nobody
resource "aws_db_instance" "port" {
  identifier                  = "port"
  engine                      = "mysql"
  port                        = 3307
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  multi_az                    = true
  username                    = "main"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.right["mysql"].id]
}

# no group: the default group of the VPC
resource "aws_db_instance" "default" {
  identifier                  = "default"
  engine                      = "mysql"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  multi_az                    = true
  username                    = "main"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
}

# --- clusters

resource "aws_rds_cluster" "aurora" {
  for_each                    = toset(["two_zones", "one_instance", "one_zone", "any_zone"])
  cluster_identifier          = replace(each.key, "_", "-")
  engine                      = "aurora-postgresql"
  availability_zones          = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  master_username             = "main"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.right["postgres"].id]
}

resource "aws_rds_cluster_instance" "two_zones" {
  for_each           = toset(["eu-west-1a", "eu-west-1b"])
  cluster_identifier = aws_rds_cluster.aurora["two_zones"].id
  availability_zone  = each.key
  engine             = "aurora-postgresql"
  instance_class     = "db.serverless"
}

resource "aws_rds_cluster_instance" "one_instance" {
  cluster_identifier = aws_rds_cluster.aurora["one_instance"].id
  engine             = "aurora-postgresql"
  instance_class     = "db.r8g.large"
}

resource "aws_rds_cluster_instance" "one_zone" {
  count              = 2
  cluster_identifier = aws_rds_cluster.aurora["one_zone"].id
  availability_zone  = "eu-west-1a"
  engine             = "aurora-postgresql"
  instance_class     = "db.r8g.large"
}

resource "aws_rds_cluster_instance" "any_zone" {
  count              = 2
  cluster_identifier = aws_rds_cluster.aurora["any_zone"].cluster_identifier
  engine             = "aurora-postgresql"
  instance_class     = "db.r8g.large"
}

# Multi-AZ DB cluster: three zones by construction
resource "aws_rds_cluster" "multi_az" {
  cluster_identifier          = "multi-az"
  engine                      = "postgres"
  db_cluster_instance_class   = "db.m6gd.large"
  allocated_storage           = 100
  storage_type                = "io1"
  iops                        = 1000
  master_username             = "main"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.jumpy.id]
}

# --- ElastiCache

resource "aws_elasticache_replication_group" "good" {
  replication_group_id       = "good"
  description                = "Sessions"
  engine                     = "valkey"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [aws_security_group.right["cache"].id]
}

resource "aws_elasticache_cluster" "memcached" {
  cluster_id         = "memcached"
  engine             = "memcached"
  node_type          = "cache.t4g.small"
  num_cache_nodes    = 2
  subnet_group_name  = aws_elasticache_subnet_group.main.name
  security_group_ids = [aws_security_group.right["memcached"].id]
}

# all ports, from the whole VPC
resource "aws_elasticache_cluster" "bad" {
  cluster_id         = "bad"
  engine             = "redis"
  node_type          = "cache.t4g.small"
  num_cache_nodes    = 1
  subnet_group_name  = aws_elasticache_subnet_group.main.name
  security_group_ids = [aws_security_group.vpc.id]
}

resource "aws_elasticache_serverless_cache" "good" {
  name               = "serverless"
  engine             = "valkey"
  subnet_ids         = [for subnet in aws_subnet.main : subnet.id]
  security_group_ids = [aws_security_group.right["cache"].id]
}
