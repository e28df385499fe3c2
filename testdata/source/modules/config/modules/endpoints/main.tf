resource "aws_vpc_endpoint" "s3" {
  vpc_id            = var.vpc_id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  # wrong: not that of the data subnets
  route_table_ids = [var.tables["private"], var.tables["inner"]]
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = toset(["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ecs-agent", "ssm"])
  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = each.key != "ssm"
  subnet_ids          = each.key == "logs" ? [var.subnets["a"]] : values(var.subnets)
  security_group_ids  = [var.group]
}
