resource "aws_iam_role" "task" {
  count              = length(local.role_names)
  name               = "${local.name}-${local.role_names[count.index]}"
  assume_role_policy = local.tasks_trust
}

resource "aws_iam_role" "events" {
  name               = "${local.name}-events"
  assume_role_policy = local.events_trust
}

locals {
  # the roles that start tasks, one a job
  starters = [for j in local.jobs : element(reverse([for r in aws_iam_role.task : r.name if length(regexall("-${j}-(task|execution)$", r.name)) > 0]), 0)]
}

resource "aws_iam_role_policy_attachment" "start" {
  count      = length(local.jobs)
  role       = aws_iam_role.task[index(local.role_names, trimprefix(local.starters[count.index], "${local.name}-"))].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "secret" {
  name = "secret"
  role = zipmap(local.role_names, aws_iam_role.task[*].id)["api-execution"]
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.orders.arn }]
  })
}

resource "aws_ecs_cluster" "main" {
  name = local.name
}

resource "aws_service_discovery_http_namespace" "main" {
  name = local.name
}

resource "aws_secretsmanager_secret" "orders" {
  name = "${local.name}/orders"
}

locals {
  moving       = toset(["worker"]) # wrong: tags that move
  repositories = { for i, j in local.served : j => aws_ecr_repository.service[i].repository_url }
}

resource "aws_ecr_repository" "service" {
  count                = length(local.served)
  name                 = "${local.name}/${local.served[count.index]}"
  image_tag_mutability = contains(local.moving, local.served[count.index]) ? "MUTABLE" : "IMMUTABLE"
}

resource "aws_cloudwatch_log_group" "job" {
  count             = length(local.jobs)
  name              = "/${local.name}/${local.jobs[count.index]}"
  retention_in_days = 90
}

locals {
  log_groups = zipmap(local.jobs, aws_cloudwatch_log_group.job[*].name)
  images = merge(
    { for j, url in local.repositories : j => "${url}:${local.services[j].tag}" },
    { report = format("public.ecr.aws/docker/library/alpine:%s", "3.20.3") },
  )
  common = { region = local.region, name = local.name }
  hosts = {
    cache   = aws_elasticache_replication_group.store[index(local.cache_names, "sessions")].primary_endpoint_address
    orders  = aws_db_instance.store[0].address
    archive = element(aws_db_instance.store[*].address, 1)
  }
  containers = {
    web = templatefile("${path.module}/templates/service.json.tftpl", merge(local.common, {
      job         = "web"
      image       = local.images["web"]
      port        = local.services.web.port
      group       = local.log_groups["web"]
      environment = { CACHE_HOST = local.hosts.cache }
      secrets     = {}
    }))
    api = templatefile("${path.module}/templates/service.json.tftpl", merge(local.common, {
      job         = "api"
      image       = local.images["api"]
      port        = local.services.api.port
      group       = local.log_groups["api"]
      environment = { DB_HOST = local.hosts.orders }
      secrets     = { DB_PASSWORD = aws_secretsmanager_secret.orders.arn }
    }))
    worker = templatefile("${path.module}/templates/worker.json.tftpl", merge(local.common, {
      image = lookup(local.images, "worker")
      port  = local.services.worker.port
      group = local.log_groups["worker"]
    }))
    report = <<-EOT
      [
        {
          "name": "report",
          "image": "${local.images["report"]}",
          "essential": true,
          "environment": [{"name": "ARCHIVE_HOST", "value": "${local.hosts.archive}"}],
          "secrets": [{"name": "MAIL_TOKEN", "valueFrom": "arn:aws:ssm:${local.region}:123456789012:parameter/${local.name}/mail"}],
          "logConfiguration": ${local.log["report"]}
        },
        %{~if true~}
        {
          "name": "export",
          "image": "${local.images["api"]}",
          "essential": false,
          "command": ${jsonencode(["export", "--once"])},
          "logConfiguration": ${local.log["export"]}
        }
        %{~endif~}
      ]
    EOT
  }
  log = { for c in ["report", "export"] : c => jsonencode({
    logDriver = "awslogs"
    options   = zipmap(["awslogs-group", "awslogs-region", "awslogs-stream-prefix"], [local.log_groups["report"], local.region, c])
  }) }
}

resource "aws_ecs_task_definition" "job" {
  count                    = length(local.jobs)
  family                   = "${local.name}-${local.jobs[count.index]}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(local.services[local.jobs[count.index]].cpu)
  memory                   = tostring(local.services[local.jobs[count.index]].memory)
  execution_role_arn       = local.execution_role[local.jobs[count.index]]
  task_role_arn            = local.task_role[local.jobs[count.index]]
  container_definitions    = local.containers[local.jobs[count.index]]
}

locals {
  definitions = { for t in aws_ecs_task_definition.job : trimprefix(t.family, "ferry-") => t.arn }
  # web and worker; api has more to say and is a resource of its own
  simple = [for j in local.served : j if j != "api"]
}

resource "aws_ecs_service" "simple" {
  count           = length(local.simple)
  name            = local.simple[count.index]
  cluster         = aws_ecs_cluster.main.id
  task_definition = local.definitions[local.simple[count.index]]
  desired_count   = local.services[local.simple[count.index]].count
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = local.services[local.simple[count.index]].tier == "public" ? local.subnets.public : local.subnets.private
    security_groups  = compact([lookup(local.all_groups, local.simple[count.index], "")])
    assign_public_ip = local.services[local.simple[count.index]].tier == "public" ? true : false
  }

  load_balancer {
    target_group_arn = local.targets[local.simple[count.index]]
    container_name   = local.simple[count.index]
    container_port   = local.services[local.simple[count.index]].port
  }
}

resource "aws_ecs_service" "api" {
  name            = "api"
  cluster         = aws_ecs_cluster.main.id
  task_definition = local.definitions["api"]
  desired_count   = local.services["api"]["count"]
  launch_type     = "FARGATE"

  network_configuration {
    subnets          = tolist(setunion(slice(local.subnets.inner, 0, 1), slice(local.subnets.inner, 1, 2)))
    security_groups  = values({ for n, id in local.all_groups : n => id if n == "api" })
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = element(aws_lb_target_group.service[*].arn, index(local.served, "api"))
    container_name   = "api"
    container_port   = local.services.api.port
  }

  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.main.arn

    service {
      port_name      = "http"
      discovery_name = "api"

      client_alias {
        dns_name = "api"
        port     = local.services.api.port
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "report" {
  name                = "${local.name}-report"
  schedule_expression = "rate(${1} day)"
}

resource "aws_cloudwatch_event_target" "report" {
  rule     = aws_cloudwatch_event_rule.report.name
  arn      = aws_ecs_cluster.main.arn
  role_arn = aws_iam_role.events.arn

  ecs_target {
    task_definition_arn = local.definitions["report"]
    launch_type         = "FARGATE"
    task_count          = 1

    network_configuration {
      subnets          = coalescelist(try(local.subnets.reports, []), local.subnets.data)
      security_groups  = [try(local.all_groups["report"], aws_default_security_group.main.id)]
      assign_public_ip = false
    }
  }
}
