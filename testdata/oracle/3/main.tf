variable "names" {
  type    = list(string)
  default = ["lima", "echo", "bravo"]
}

variable "zones" {
  type    = set(string)
  default = ["a", "b", "d"]
}

variable "tags" {
  type    = map(string)
  default = { area = "oscar", cost = "bravo", owner = "delta" }
}

variable "flag" {
  type    = bool
  default = true
}

variable "off" {
  type    = bool
  default = false
}

variable "n" {
  type    = number
  default = 2
}

variable "env" {
  type    = string
  default = "prod"
}

variable "k" {
  default = "api"
}

variable "none" {
  type    = string
  default = null
}

variable "cidr" {
  type    = string
  default = "10.156.0.0/16"
}

variable "matrix" {
  type    = list(list(string))
  default = [["r0", "r1"], ["r2"], []]
}

variable "free" {
  default = { a = [1, "two", true], b = { c = "kilo" } }
}

variable "settings" {
  type = object({
    name    = string
    suffix  = optional(string, "x")
    size    = optional(number, 2)
    extra   = optional(string)
    enabled = optional(bool, true)
    list    = optional(list(string), ["one", "two"])
  })
  default = { name = "main" }
}

variable "services" {
  type = map(object({
    port   = number
    public = optional(bool, false)
    peers  = optional(list(string))
  }))
  default = {
    api  = { port = 9090 }
    mail = { port = 80, public = true }
    web  = { port = 9090 }
  }
}

locals {
  label       = "${var.k}-${var.env}"
  upper_names = [for n in var.names : upper(n)]
  public      = [for k, s in var.services : k if s.public]
  pair        = [terraform_data.mesh.id, terraform_data.core.id]
  cell_ids    = terraform_data.cell[*].id
  all         = concat(local.pair, local.cell_ids)
  by_key      = { for k, r in terraform_data.lane : k => r.id }
  directory   = merge(local.by_key, { extra = terraform_data.root.id })
  svc_ids     = { for k, s in var.services : k => terraform_data.svc[k].id }
  public_ids  = [for k in local.public : local.svc_ids[k]]
  grouped     = { for k, s in var.services : (s.public ? "open" : "closed") => terraform_data.svc[k].id... }
  chosen      = var.flag ? local.pair : slice(local.all, 0, 1)
  fallback    = coalescelist([], terraform_data.worker[*].id)
  typed       = tomap({ first = terraform_data.edge.id, second = local.pair[1] })
  holes       = [terraform_data.edge.id, null, var.none, local.pair[0]]
  either      = terraform_data.root.id == "x" ? local.pair[0] : local.pair[1]
  maybe       = one(terraform_data.optional[*].id)
  absent      = one(terraform_data.disabled[*].id)
  objects = [
    { name = "lima", id = terraform_data.mesh.id, on = true },
    { name = "echo", id = terraform_data.core.id, on = false },
    { name = "bravo", id = terraform_data.root.id, on = true },
  ]
  nested = {
    net  = { ids = local.pair, primary = local.either }
    tier = { ids = terraform_data.worker[*].id, primary = terraform_data.worker[0].id }
  }
}

resource "terraform_data" "mesh" {
  input = "mesh"
}

resource "terraform_data" "core" {}

resource "terraform_data" "root" {}

resource "terraform_data" "edge" {}

resource "terraform_data" "cell" {
  count = 2
}

resource "terraform_data" "worker" {
  count = var.n
  input = "worker-${count.index}"
}

resource "terraform_data" "optional" {
  count = var.flag ? 1 : 0
}

resource "terraform_data" "disabled" {
  count = var.off ? 1 : 0
}

resource "terraform_data" "svc" {
  for_each = var.services
  input    = each.value.port
}

resource "terraform_data" "named" {
  for_each = toset(var.names)
}

resource "terraform_data" "gate" {
  for_each = toset(["${var.k}-x", "${var.k}-y", local.label])
}

resource "terraform_data" "lane" {
  for_each = { gray = "g", green = "g" }
  input    = each.value
}

resource "terraform_data" "follow" {
  for_each = terraform_data.lane
  input    = each.value.id
}

resource "terraform_data" "relay" {
  input = {
    id   = terraform_data.core.id
    ids  = terraform_data.cell[*].id
    name = "relayed"
  }
}

module "solo" {
  source   = "./child"
  name     = "solo"
  size     = 2
  nodes    = ["n1", "n2"]
  upstream = local.pair
}

module "kids" {
  source = "./child"
  for_each = {
    east  = { size = 2, public = false }
    south = { size = 3, public = true }
  }
  name     = each.key
  size     = each.value.size
  upstream = each.value.public ? [terraform_data.edge.id] : []
  opts     = { tag = "t-${each.key}", public = each.value.public }
}


locals {
  probe_000_a = { id = module.solo.primary, name = var.settings.suffix, on = var.none == null }.id
}

resource "terraform_data" "probe_000" {
  input = merge(contains(terraform_data.worker.*.id, "x") || (var.env == "qa") ? { for x in toset(local.cell_ids) : x => terraform_data.svc[replace("web#", "#", "")].id if(var.settings.extra == null) || (var.env == "qa") } : merge(local.svc_ids, module.solo.by_name), zipmap(["y"], slice([terraform_data.relay.output.ids[0], local.probe_000_a, module.kids[coalesce(var.none, "", "east")].ids[0]], 0, 1)))
}

resource "terraform_data" "probe_001" {
  input = flatten([tolist([for k6, r7 in terraform_data.svc : terraform_data.core.id]), formatlist("%s:1", [terraform_data.mesh.id, terraform_data.core.id])])
}

resource "terraform_data" "probe_002" {
  input = tomap({ for k, s2 in var.services : upper(k) => one(terraform_data.optional[*].id) if s2.public })
}

resource "terraform_data" "probe_003" {
  count = 2
  input = [{ id = lookup(jsondecode(jsonencode(local.typed)), "second", one([for k, r2 in terraform_data.follow : r2.id if k == "green"])), name = var.names[2], on = count.index > 0 }, { id = coalesce(one([terraform_data.worker[count.index % length(terraform_data.worker)].id]), sum([length(terraform_data.relay.output.id), -35]) > 0 ? module.solo.info.ids[0] : terraform_data.mesh.id), name = "lima", on = count.index == 1 }]
}

resource "terraform_data" "probe_004" {
  count = var.n
  input = { id = try([for k, r2 in terraform_data.named : r2.id if contains(keys(var.tags), k)][0], terraform_data.cell[min(count.index, 1)].id), ids = coalescelist([for n in var.names : n if n == "zz"], chunklist(local.nested.net.ids, 2)[0]), tag = element(["zz", "api-prod"], var.settings.size - 1), inner = { one = one([for k3, r4 in terraform_data.follow : r4.id if k3 == coalesce(var.none, "", "green")]) } }
}

locals {
  probe_005_a = var.flag ? "api" : "other"
}

resource "terraform_data" "probe_005" {
  input = <<EOT
    %{if local.probe_005_a != "api"}
    yes ${contains(keys(terraform_data.lane), local.probe_005_a) ? terraform_data.lane[local.probe_005_a].id : terraform_data.root.id}
    %{else}
    no ${terraform_data.svc[local.probe_005_a].id}
    %{endif}
EOT
}

resource "terraform_data" "probe_006" {
  input = { for k, r2 in terraform_data.named : k => r2.id }[format("%sravo", "b")]
}

resource "terraform_data" "probe_007" {
  input = [concat([for k in formatlist("%s-prod", var.names) : terraform_data.named[format("%sima", "l")].id], [for m in module.kids : m.id if m.info.public]), [for i3, x2 in concat(values(local.grouped)...) : x2 if i3 != 2]]
}

resource "terraform_data" "probe_008" {
  input = split(",", join(",", [terraform_data.svc["api"].id]))
}

resource "terraform_data" "probe_009" {
  input = setsubtract(toset([for x in values(terraform_data.gate)[*].id : x]), setunion(toset([for o2 in [{ id = terraform_data.follow[format("%sreen", "g")].id, name = var.names[1], on = var.none == null }, { id = "lit-0", name = lower("ECHO"), on = var.flag }] : jsondecode(jsonencode({ a = o2.id })).a]), setsubtract(toset([for k, m in module.kids : m.primary]), [coalesce(terraform_data.svc[split(":", "mail:1")[0]].id, module.solo.primary)])))
}

locals {
  probe_010_a = chunklist(matchkeys(values({ for k, r2 in terraform_data.gate : k => r2.id }), keys({ for k, r2 in terraform_data.gate : k => r2.id }), [replace("api-y#", "#", "")]), 1)[0]
}

resource "terraform_data" "probe_010" {
  input = local.probe_010_a
}

resource "terraform_data" "probe_011" {
  input = { id = lookup({ for k, m2 in module.kids : "${k}-z" => terraform_data.mesh.id if startswith(m2.id, "zz") }, var.env, local.directory["gray"]), ids = flatten([for i3 in range(var.n + 2) : [for k5 in [for i4 in range(2) : cidrsubnet(var.cidr, 8, i4)] : var.k if contains(keys(var.services), k5)]]), tag = var.k, inner = { one = "lit-3" } }
}

resource "terraform_data" "probe_012" {
  for_each = { one = one(terraform_data.optional[*].id), two = cidrhost(cidrsubnet(var.cidr, 8, length(terraform_data.worker.0.id) - 35), 4) }
  input    = each.value
}

resource "terraform_data" "probe_013" {
  input = jsondecode(<<EOT
{"id": "${terraform_data.worker[index(["i0"], "i0")].id}", "ids": ${jsonencode(matchkeys(values(local.typed), keys(local.typed), [element(["zz", "second"], min(3, var.n + 5))]))}}
EOT
  )
}

resource "terraform_data" "probe_014" {
  for_each = { for k, r in terraform_data.gate : k => r.id }
  input    = each.key != "api-prod" ? jsondecode(jsonencode({ a = lookup({ for k, r2 in terraform_data.named : k => r2.id }, yamldecode("k: echo").k, terraform_data.gate[each.key].id) })).a : each.value
}

resource "terraform_data" "probe_015" {
  input = yamldecode(<<-EOT
    first: ${"lit-2"}
    more:
      - ${"%{if length(toset(module.kids["east"].upstream)) > 1}${terraform_data.gate["api-x"].id}%{else}${module.solo.upstream[1]}%{endif}"}
      - ${coalesce(module.kids[element(["zz", "east"], min(1, var.n + 5))].info.id, terraform_data.cell[1].id)}
  EOT
  )
}

locals {
  probe_016_a = split(":", "${"${one(toset([terraform_data.worker[range(var.n + 5)[1]].id]))}"}:1")[0]
}

resource "terraform_data" "probe_016" {
  input = local.probe_016_a
}

resource "terraform_data" "probe_017" {
  input = [for o in [{ id = cidrhost(cidrsubnet(var.cidr, 8, tonumber("${length(terraform_data.root.id) - 36}")), 4), name = join("", ["li", "ma"]), on = var.env == "prod" }] : merge({ for k2, r3 in terraform_data.lane : k2 => r3.id }, local.svc_ids)["gray"]]
}

resource "terraform_data" "probe_018" {
  input = setintersection(setsubtract(toset(values(terraform_data.named)[*].id), [local.nested.net.primary]), toset([for i in range(index(["i0", "i1", "i2", "i3", "i4"], "i4")) : terraform_data.cell[i % 2].id]))
}

resource "terraform_data" "probe_019" {
  input = setintersection(setintersection(setunion(toset(local.pair), [terraform_data.root.id]), toset([for i in range(var.settings.size - 1) : terraform_data.cell.0.id if length(setsubtract(toset(terraform_data.worker.*.id), toset(flatten(values(module.kids)[*].ids)))) > 1])), toset(flatten(values(transpose({ k1 = [module.solo.by_name["n2"], terraform_data.worker[1].id], k2 = [module.solo.by_name["n2"]] })))))
}

resource "terraform_data" "probe_020" {
  for_each = { one = trimprefix("x-${terraform_data.lane[format("%sreen", "g")].id}", "x-"), two = [for k, m in module.kids : m.primary][1] }
  input    = setintersection(setunion(toset(values(module.kids)[*].ids[0]), [each.value]), toset(substr(var.env, 0, 1) == "p" ? local.pair : [for i5 in range(try(tonumber("x"), 1)) : each.value]))
}

resource "terraform_data" "probe_021" {
  count = length(terraform_data.cell)
  input = flatten([for x in setunion(setsubtract(toset(local.pair), [terraform_data.worker[1 - count.index].id]), [try(terraform_data.disabled[0].id, terraform_data.worker.1.id)]) : [for i3, k2 in values(var.tags) : try([for m in module.kids : m.id if m.info.public][tonumber("${length(terraform_data.worker[(i3 + 3) % 2].id) - 36}")], terraform_data.worker[1].id)]])
}

resource "terraform_data" "probe_022" {
  input = [substr(local.objects[0].id, 0, 1) == "z" ? module.solo.info.upstream[0] : one(terraform_data.optional[*].id), [for p3 in setproduct([for m in module.kids : m.id], tolist(var.zones)) : p3[0]], (terraform_data.root.id != "x")]
}

resource "terraform_data" "probe_023" {
  input = { for k, r2 in terraform_data.follow : (contains(keys(var.services), k) ? "yes" : "no") => zipmap(slice(reverse(keys(terraform_data.lane)), 0, 1), chunklist(module.solo.upstream, 1)[1]).green... }
}

resource "terraform_data" "probe_024" {
  for_each = { gray = local.all, green = local.fallback }
  input    = flatten([for k3, v4 in merge(merge({ for k, r2 in terraform_data.lane : k => r2.id }, local.svc_ids), zipmap(["blue"], [for m in module.kids : m.id if m.info.public])) : [for k5 in sort(setsubtract(var.names, ["nope"])) : v4] if each.key != "gray"])
}

resource "terraform_data" "probe_025" {
  input = [matchkeys(values(local.by_key), ["m0", "m1"], ["m0"]), reverse(local.public_ids)]
}

locals {
  probe_026_a = transpose({ ({ id = local.svc_ids[substr("apizz", 0, 3)], name = "api-${var.env}", on = var.none != null }.id) = ["t1", "t2"] })[substr("t2zz", 0, 2)]
}

resource "terraform_data" "probe_026" {
  input = setsubtract(toset(local.grouped["open"]), toset(local.probe_026_a))
}

resource "terraform_data" "probe_027" {
  input = toset(sum([length(terraform_data.mesh.id), -36]) > 0 ? (values(terraform_data.svc)[*].id) : local.nested.net.ids)
}

resource "terraform_data" "probe_028" {
  input = [for x in [try(terraform_data.lane[keys(var.services)[0]].id, terraform_data.worker[max(0, var.n - 9)].id), terraform_data.worker[1].id, terraform_data.mesh.id] : values(terraform_data.lane)[*].id]
}

resource "terraform_data" "probe_029" {
  input = cidrhost(cidrsubnet(var.cidr, 8, min(1, length(terraform_data.mesh.id))), 4)
}

resource "terraform_data" "probe_030" {
  input = "%{if local.svc_ids[keys(var.services)[2]] == "x"}${local.maybe}%{else}${terraform_data.lane[lower("GRAY")].id}%{endif}"
}

resource "terraform_data" "probe_031" {
  input = merge([{ q = terraform_data.gate[local.label].id, p = local.typed.first }, { for i2, k in ["y", "blue", "red"] : upper(k) => terraform_data.cell[i2 % 2].id }]...)
}

resource "terraform_data" "probe_032" {
  input = lookup(zipmap(slice(sort(tolist(var.zones)), 0, 0), local.absent[*]), local.label, trimprefix("x-${terraform_data.mesh.id}", "x-"))
}

resource "terraform_data" "probe_033" {
  input = lookup({ for x in slice(values(module.solo.by_name), 0, min(0, var.n + 5)) : x => length(values(var.tags)) == 3 ? x : x if(var.env != "qa") && var.settings.enabled }, substr("apizz", 0, 3), terraform_data.gate["${var.k}-y"].id)
}

resource "terraform_data" "probe_034" {
  input = setsubtract(toset(try(try(local.nested.nope, module.kids["south"].upstream), [])), [element(concat([for x5 in terraform_data.worker.*.id : x5 if startswith(var.env, "pr")], [terraform_data.worker[length(keys(var.services)) - 3].id]), var.n - 1)])
}

resource "terraform_data" "probe_035" {
  input = [for i in range(1) : tostring(startswith(terraform_data.worker[i].id, "zz") ? element(terraform_data.worker[*].id, tonumber("1")) : lookup(module.solo.by_name, "n1", terraform_data.cell.1.id)) if contains(terraform_data.disabled[*].id, "x")]
}

resource "terraform_data" "probe_036" {
  input = [local.absent, values(module.kids)[*].by_name["left"], try(tonumber("x"), 1)]
}

resource "terraform_data" "probe_037" {
  for_each = var.services
  input    = [for k, s2 in var.services : coalesce(lower(yamldecode("a: ${terraform_data.svc[k].id}").a), substr(terraform_data.named["echo"].id, 0, 1) == "z" ? (terraform_data.svc[each.key].id != terraform_data.svc[k].id ? terraform_data.svc[each.key].id : terraform_data.svc[each.key].id) : "lit-3")]
}

resource "terraform_data" "probe_038" {
  input = { for i2, k in formatlist("%s-prod", keys(var.tags)) : "${k}-z" => lookup({ for k3, r4 in terraform_data.gate : k3 => r4.id }, "api-y", terraform_data.worker[i2 % length(terraform_data.worker)].id) }
}

locals {
  probe_039_a = distinct(terraform_data.follow["green"].input != "x" ? (terraform_data.cell[*].id) : (terraform_data.cell[*].id))
}

resource "terraform_data" "probe_039" {
  for_each = module.kids
  input    = <<EOT
    %{if startswith(each.value.id, "zz")}
    yes ${each.value.id}
    %{else}
    no ${try(local.probe_039_a[0], each.value.id)}
    %{endif}
    %{for i2, k in keys(terraform_data.lane)}
    - ${try((values(terraform_data.follow)[*].id)[1], terraform_data.cell[i2].id)}
    %{endfor}
EOT
}

resource "terraform_data" "probe_040" {
  input = [try(flatten([terraform_data.edge.id, [[terraform_data.edge.id], terraform_data.cell.*.id]])[0], terraform_data.root.id)]
}

resource "terraform_data" "probe_041" {
  count = 2
  input = coalesce(var.none, "", var.flag ? terraform_data.cell[count.index % length(terraform_data.cell)].id : terraform_data.cell[count.index].id)
}

resource "terraform_data" "probe_042" {
  input = toset(compact(can(tonumber(terraform_data.edge.id)) ? split(",", join(",", values(terraform_data.gate)[*].id)) : (terraform_data.cell[*].id)))
}

resource "terraform_data" "probe_043" {
  for_each = { for k, r in terraform_data.lane : k => r.id }
  input    = { id = each.value, ids = [for x in compact([{ for k2, r3 in terraform_data.named : k2 => r3.id }[var.settings.enabled ? "lima" : "other"], null, each.value]) : x if each.key == "gray"], tag = "x", inner = { one = replace("${each.value}#", "#", "") } }
}

locals {
  probe_044_a = lookup({ for k in keys(var.services) : "${k}-z" => module.kids["south"].info.chosen if try(var.free.nope, k == "api") }, local.label, terraform_data.mesh.id)
}

resource "terraform_data" "probe_044" {
  input = [for x2 in [for x3 in distinct(terraform_data.cell[*].id) : local.probe_044_a if var.env != "qa"] : x2]
}

resource "terraform_data" "probe_045" {
  count = 3
  input = chunklist(values({ gray = element(values(terraform_data.lane)[*].id, count.index) }), 1)[0]
}

resource "terraform_data" "probe_046" {
  input = { for o in [{ id = terraform_data.named["echo"].id, name = format("%scho", "e"), on = var.env == "qa" }, { id = local.pair[0], name = jsondecode("\"bravo\""), on = var.none == null }] : o.name => o.id... }
}

resource "terraform_data" "probe_047" {
  input = length(toset(local.public_ids)) > 1 ? formatlist("%s:1", concat([for k3, r4 in terraform_data.lane : terraform_data.lane[k3].id], [for k5 in ["q1"] : terraform_data.worker[0].id])) : [jsondecode(jsonencode({ a = one([for k8, r9 in terraform_data.named : r9.id if k8 == format("%sravo", "b")]) })).a]
}

locals {
  probe_048_a = flatten([for k, v2 in { gray = terraform_data.follow["green"].id == "x" ? terraform_data.follow[tostring("gray")].id : module.solo.info.chosen, extra = try((values(module.kids)[*].id)[2], module.solo.info.ids[1]) } : [for x3 in startswith(k, "g") ? local.cell_ids : [] : x3] if can(var.free.nope)])
}

resource "terraform_data" "probe_048" {
  input = local.probe_048_a
}

resource "terraform_data" "probe_049" {
  input = module.solo.upstream
}

resource "terraform_data" "probe_050" {
  for_each = module.kids
  input    = { for i in range(1) : "k${i}" => each.value.id != "x" ? each.value.id : each.value.id }
}

locals {
  probe_051_a = [for o in local.objects : o.id]
}

resource "terraform_data" "probe_051" {
  input = [{ id = terraform_data.edge.id, name = var.settings.suffix, on = var.flag }.id, local.probe_051_a, max(0, var.n - 9)]
}

resource "terraform_data" "probe_052" {
  input = local.objects
}

resource "terraform_data" "probe_053" {
  input = [for k in local.public : replace("${terraform_data.svc[k].id}#", "#", "")]
}

resource "terraform_data" "probe_054" {
  input = <<EOT
    %{for k in local.upper_names~}
    - ${element(local.nested.net.ids, min(0, length(try(terraform_data.svc[k].id, terraform_data.core.id))))}
    %{endfor~}
    ${terraform_data.lane[lower("GRAY")].id}:1
EOT
}

locals {
  probe_055_a = [for k, r2 in terraform_data.named : terraform_data.core.id if var.none != null]
  probe_055_b = local.probe_055_a
  probe_055_c = local.probe_055_b
}

resource "terraform_data" "probe_055" {
  input = try(local.probe_055_c[1], "%{if startswith(var.env, "pr")}${trimprefix("x-prod", "x-")}%{else}${join("", [var.env])}%{endif}")
}

resource "terraform_data" "probe_056" {
  count = length(var.names)
  input = setsubtract(setintersection(toset([for i2, x in values(module.kids)[*].info.chosen : one([for k3, r4 in terraform_data.named : r4.id if k3 == lower("ECHO")]) if x != "x"]), toset(terraform_data.cell.*.id)), toset([for k5 in keys(var.tags) : "%{for k6, m7 in module.kids}%{if startswith(terraform_data.cell[min(count.index, 1)].id, "zz")}${local.directory.extra};%{endif}%{endfor}"]))
}

resource "terraform_data" "probe_057" {
  for_each = { k0 = "lima", k1 = "echo" }
  input    = (contains(keys(terraform_data.named), each.key) ? terraform_data.named[each.key].id : terraform_data.core.id) != null ? (values(terraform_data.svc)[*].id) : concat([element(module.solo.info.upstream, max(0, var.n - 9))], each.value != "lima" ? [for k7 in keys(var.tags) : each.key] : reverse(values(terraform_data.named)[*].id))
}

locals {
  probe_058_a = (terraform_data.cell[*].id)[0]
}

resource "terraform_data" "probe_058" {
  for_each = { for k, r in terraform_data.lane : k => r.id }
  input    = <<EOT
    ${each.value}:1
    %{if length(local.probe_058_a) == 36~}
    yes ${each.value}
    %{else~}
    no ${contains(keys(terraform_data.lane), each.key) ? terraform_data.lane[each.key].id : terraform_data.edge.id}
    %{endif~}
    ${terraform_data.cell[min(1, var.n + 5)].id}:1
EOT
}

resource "terraform_data" "probe_059" {
  count = 3
  input = setunion(toset([for k, s2 in var.services : element(["zz", "api-prod"], min(3, var.n + 5)) if s2.public]), [startswith(var.env, "pr") ? try(terraform_data.lane[var.env].id, element(terraform_data.worker[*].id, count.index)) : coalesce(local.objects[1].id, terraform_data.core.id)])
}
