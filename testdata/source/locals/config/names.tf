locals {
  name     = "ferry"
  region   = "eu-west-1"
  cidr     = "10.60.0.0/16"
  world    = cidrsubnet("0.0.0.0/0", 0, 0)
  zones    = formatlist("%s%s", local.region, split(",", "a,b"))
  tiers    = ["public", "private", "inner", "data"]
  services = yamldecode(file("${path.module}/data/services.yaml"))
  jobs     = ["web", "api", "worker", "report"]
  served   = [for j in local.jobs : j if try(local.services[j].port, 0) > 0]
}

# --- subnets by tier
locals {
  pairs = chunklist(aws_subnet.tier[*].id, length(local.zones))
  subnets = {
    public  = slice(aws_subnet.tier[*].id, 0, 2)
    private = local.pairs[1]
    inner   = [for s in aws_subnet.tier : s.id if length(regexall("^ferry-inner-", s.tags["Name"])) > 0]
    data    = reverse(slice(reverse(aws_subnet.tier[*].id), 0, 2))
  }
  tables = merge(
    { public = aws_route_table.public.id },
    zipmap(slice(local.tiers, 1, 4), aws_route_table.closed[*].id),
  )
}

# --- groups by name
locals {
  plain  = ["alb", "api", "archive", "queue", "endpoints"]
  groups = zipmap(local.plain, aws_security_group.plain[*].id)
  all_groups = merge(local.groups, {
    ops      = aws_security_group.ops.id
    web      = aws_security_group.web.id
    worker   = aws_security_group.worker.id
    orders   = aws_security_group.orders.id
    sessions = one(aws_security_group.sessions[*].id)
  })
  # one row a rule: group, direction, port, other side, description
  rows = [for l in split("\n", trimspace(<<-EOT
    api|ingress|9090|alb|load balancer
    api|ingress|9090|web|web tasks
    api|egress|443|endpoints|endpoints
    api|egress|443|s3|image layers
    api|egress|5432|orders|orders
    queue|ingress|6379|ops|queue
    endpoints|ingress|443|web|web tasks
    endpoints|ingress|443|api|api tasks
  EOT
  )) : split("|", trimspace(l))]
}

# --- roles by name
locals {
  role_names = flatten([for j in local.jobs : j == "worker" ? ["${j}-task"] : formatlist("${j}-%s", ["task", "execution"])])
  roles      = zipmap(local.role_names, aws_iam_role.task[*].arn)
  task_role  = { for j in local.jobs : j => local.roles[join("-", [j, "task"])] }
  # wrong: what has no execution role of its own gets the task role
  execution_role = { for j in local.jobs : j => try(local.roles["${j}-execution"], local.task_role[j]) }
  tasks_trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
  events_trust = replace(local.tasks_trust, "ecs-tasks.", "events.")
}
