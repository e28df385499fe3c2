variable "names" {
  type    = list(string)
  default = ["oscar", "delta", "golf"]
}

variable "zones" {
  type    = set(string)
  default = ["b", "c", "d"]
}

variable "tags" {
  type    = map(string)
  default = { cost = "alpha", owner = "lima", tier = "golf" }
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
  default = 3
}

variable "env" {
  type    = string
  default = "dev"
}

variable "k" {
  default = "job"
}

variable "none" {
  type    = string
  default = null
}

variable "cidr" {
  type    = string
  default = "10.80.0.0/16"
}

variable "matrix" {
  type    = list(list(string))
  default = [["r0", "r1"], ["r2"], []]
}

variable "free" {
  default = { a = [1, "two", true], b = { c = "golf" } }
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
    api = { port = 8080, public = true }
    job = { port = 9090 }
    web = { port = 8080, public = true }
  }
}

locals {
  label       = "${var.k}-${var.env}"
  upper_names = [for n in var.names : upper(n)]
  public      = [for k, s in var.services : k if s.public]
  pair        = [terraform_data.mesh.id, terraform_data.hub.id]
  worker_ids  = terraform_data.worker[*].id
  all         = concat(local.pair, local.worker_ids)
  by_key      = { for k, r in terraform_data.gate : k => r.id }
  directory   = merge(local.by_key, { extra = terraform_data.edge.id })
  svc_ids     = { for k, s in var.services : k => terraform_data.svc[k].id }
  public_ids  = [for k in local.public : local.svc_ids[k]]
  grouped     = { for k, s in var.services : (s.public ? "open" : "closed") => terraform_data.svc[k].id... }
  chosen      = var.flag ? local.pair : slice(local.all, 0, 1)
  fallback    = coalescelist([], terraform_data.shard[*].id)
  typed       = tomap({ first = terraform_data.root.id, second = local.pair[1] })
  holes       = [terraform_data.root.id, null, var.none, local.pair[0]]
  either      = terraform_data.edge.id == "x" ? local.pair[0] : local.pair[1]
  maybe       = one(terraform_data.optional[*].id)
  absent      = one(terraform_data.disabled[*].id)
  objects = [
    { name = "oscar", id = terraform_data.mesh.id, on = true },
    { name = "delta", id = terraform_data.hub.id, on = false },
    { name = "golf", id = terraform_data.edge.id, on = true },
  ]
  nested = {
    net  = { ids = local.pair, primary = local.either }
    tier = { ids = terraform_data.shard[*].id, primary = terraform_data.shard[0].id }
  }
}

resource "terraform_data" "mesh" {
  input = "mesh"
}

resource "terraform_data" "hub" {}

resource "terraform_data" "edge" {}

resource "terraform_data" "root" {}

resource "terraform_data" "worker" {
  count = 4
}

resource "terraform_data" "shard" {
  count = var.n
  input = "shard-${count.index}"
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

resource "terraform_data" "zone" {
  for_each = toset(["${var.k}-x", "${var.k}-y", local.label])
}

resource "terraform_data" "gate" {
  for_each = { blue = "b", green = "g" }
  input    = each.value
}

resource "terraform_data" "follow" {
  for_each = terraform_data.gate
  input    = each.value.id
}

resource "terraform_data" "relay" {
  input = {
    id   = terraform_data.hub.id
    ids  = terraform_data.worker[*].id
    name = "relayed"
  }
}

module "solo" {
  source   = "./child"
  name     = "solo"
  size     = 3
  nodes    = ["n2", "n3"]
  upstream = local.pair
}

module "kids" {
  source = "./child"
  for_each = {
    north = { size = 1, public = false }
    west  = { size = 3, public = true }
  }
  name     = each.key
  size     = each.value.size
  upstream = each.value.public ? [terraform_data.root.id] : []
  opts     = { tag = "t-${each.key}", public = each.value.public }
}


resource "terraform_data" "probe_000" {
  count = 3
  input = (var.env != "dev") && (count.index != 1) ? [terraform_data.worker[count.index % length(terraform_data.worker)].id] : chunklist(local.grouped["open"], 2)[0]
}

locals {
  probe_001_a = lookup(zipmap(sort(local.public), slice(terraform_data.worker[*].id, 0, 2)), "api", coalesce(terraform_data.mesh.id, terraform_data.shard[var.n - 2].id))
}

resource "terraform_data" "probe_001" {
  input = local.probe_001_a
}

resource "terraform_data" "probe_002" {
  for_each = toset(var.names)
  input    = matchkeys([for k, s2 in var.services : element(concat([for p3 in setproduct(terraform_data.worker[*].id, var.settings.list) : "${p3[1]}=${p3[0]}"], [terraform_data.named[each.key].id]), range(var.n + 5)[1])], ["m0", "m1", "m0"], ["m0"])
}

resource "terraform_data" "probe_003" {
  input = setunion(toset(transpose({ (terraform_data.shard[2].id) = ["t1", "t2"] })["t1"]), toset([for o in [{ id = terraform_data.edge.id, name = lookup(var.tags, "nope", "oscar"), on = var.flag }, { id = terraform_data.relay.output.ids[0], name = lower("OSCAR"), on = var.settings.enabled }] : "${substr("xzz", 0, 1)}/${local.nested["tier"].primary}" if o.name == "oscar"]))
}

resource "terraform_data" "probe_004" {
  count = length(terraform_data.shard)
  input = { q = try(slice([for k5, r6 in terraform_data.named : terraform_data.gate["green"].id], 0, sum([1, var.n, -var.n]))[min(1, length(terraform_data.worker[2].id))], terraform_data.worker[(count.index + 1) % 4].id) }
}

locals {
  probe_005_a = one([for k, r2 in terraform_data.zone : r2.id if k == "${var.k}-x"])
  probe_005_b = [local.probe_005_a, local.probe_005_a]
}

resource "terraform_data" "probe_005" {
  for_each = toset(var.names)
  input    = merge({ for x3 in local.probe_005_b : x3 => element(concat(local.probe_005_b, [module.solo.id]), max(1, var.n - 9)) if can(tonumber(var.env)) }, { (replace("job#", "#", "")) = local.holes[1], q = "%{if each.key == "delta"}${terraform_data.relay.output.id}%{else}${local.probe_005_a}%{endif}", p = local.probe_005_a })
}

resource "terraform_data" "probe_006" {
  input = [{ id = length(formatlist("%s-dev", var.settings.list)) == 1 ? (terraform_data.follow["green"].id == "x" ? terraform_data.worker[min(0, var.n + 5)].id : terraform_data.worker[length(var.settings.list)].id) : one(terraform_data.optional[*].id), name = try(var.free.nope, "delta"), on = var.env == "dev" }, { id = lookup(merge(local.directory, { for k3, r4 in terraform_data.gate : k3 => r4.id }), "extra", lower("X")), name = var.flag ? "oscar" : "other", on = var.settings.enabled }]
}

resource "terraform_data" "probe_007" {
  for_each = terraform_data.zone
  input    = [{ id = terraform_data.zone[each.key].id, name = lower("OSCAR"), on = var.settings.extra == null }, { id = each.value.id, name = coalesce(var.none, "", "delta"), on = each.key != "job-dev" }]
}

locals {
  probe_008_a = concat(local.all, [local.directory["blue"]])
  probe_008_b = "main"
}

resource "terraform_data" "probe_008" {
  for_each = var.services
  input    = merge({ for o in [for o in local.objects : merge(o, { name = upper(o.name) }) if local.probe_008_b != "main"] : upper(o.name) => cidrhost(var.cidr, max(0, var.n - 9)) }, merge([{ for i3, x2 in local.probe_008_a : "k${i3}" => local.directory.extra if each.key == "job" }, merge(local.directory, local.typed)]...))
}

locals {
  probe_009_a = transpose({ (module.kids[coalesce(var.none, "", "west")].info.chosen) = ["t1", "t2"] })[trimprefix("x-t2", "x-")]
}

resource "terraform_data" "probe_009" {
  input = local.probe_009_a
}

resource "terraform_data" "probe_010" {
  input = substr(tostring("%{if startswith(terraform_data.edge.id, "zz") && (var.env != "dev")}${terraform_data.named[lookup(var.tags, "nope", "delta")].id}%{else}${terraform_data.follow["blue"].id}%{endif}"), 0, 1) == "z"
}

resource "terraform_data" "probe_011" {
  input = startswith(var.env, "z") ? var.settings.extra : cidrhost(var.cidr, sum([length(module.solo.info.id), -36]))
}

resource "terraform_data" "probe_012" {
  for_each = terraform_data.zone
  input    = [{ id = "lit-1", name = tostring("delta"), on = startswith(each.key, "j") }, { id = each.value.id, name = trimprefix("x-golf", "x-"), on = each.key == "job-y" }]
}

resource "terraform_data" "probe_013" {
  input = yamldecode(<<-EOT
    first: ${join("", ["lit-2"])}
    more:
      - ${local.svc_ids[coalesce(var.none, "", "web")]}
      - ${element(module.kids["west"].upstream, tonumber("1"))}
  EOT
  )
}

locals {
  probe_014_a = yamldecode("a: ${module.kids["north"].info.chosen}").a
}

resource "terraform_data" "probe_014" {
  input = setunion(setsubtract(toset(module.solo.info.upstream), toset(local.nested.net.ids)), [local.probe_014_a])
}

resource "terraform_data" "probe_015" {
  input = try(sort(matchkeys(values(terraform_data.zone)[*].id, ["m0", "m1", "m0"], ["m0"]))[terraform_data.zone["job-y"].id != "x" ? 0 : 1], local.typed[lower("SECOND")])
}

resource "terraform_data" "probe_016" {
  input = terraform_data.worker[*].id
}

resource "terraform_data" "probe_017" {
  for_each = { one = one([for k, r2 in terraform_data.svc : r2.id if k == trimprefix("x-job", "x-")]), two = element(local.maybe[*], min(0, var.n + 5)) }
  input    = [terraform_data.shard.*.id[1], lookup(local.grouped, yamldecode("k: closed").k, []), index([each.value, "z"], each.value)]
}

locals {
  probe_018_a = lookup(var.tags, "nope", "main")
}

resource "terraform_data" "probe_018" {
  input = lookup({ for k, r2 in terraform_data.named : upper(k) => (module.solo[*].id)[sum([0, var.n, -var.n])] if var.settings.extra == null }, "main", "%{if substr(local.chosen[1], 0, 1) == "z"}${module.solo.by_name["n2"] == "x" ? terraform_data.zone[format("%sob-y", "j")].id : (contains(keys(terraform_data.named), local.probe_018_a) ? terraform_data.named[local.probe_018_a].id : terraform_data.edge.id)}%{else}${module.solo.ids[!var.off ? 0 : 7]}%{endif}")
}

resource "terraform_data" "probe_019" {
  input = !(terraform_data.gate[split(":", "blue:1")[0]].id == "x") ? values(module.solo.by_name) : local.public_ids
}

resource "terraform_data" "probe_020" {
  for_each = { one = (values(terraform_data.named)[*].id)[length(terraform_data.named[trimprefix("x-golf", "x-")].id) - 36], two = element([for m in module.kids : m.id], var.n - 1) }
  input    = flatten(values(transpose({ k1 = [terraform_data.shard[!var.off ? 2 : 7].id, each.value], k2 = [terraform_data.shard[!var.off ? 2 : 7].id] })))
}

resource "terraform_data" "probe_021" {
  for_each = { k0 = "oscar", k1 = "delta" }
  input    = "%{for k in keys(var.tags)}${try({ for k2, r3 in terraform_data.follow : k2 => r3.id }[element(["zz", "x"], var.n)], contains(keys(terraform_data.named), each.key) ? terraform_data.named[each.key].id : terraform_data.mesh.id)};%{endfor}"
}

resource "terraform_data" "probe_022" {
  input = { job = lower("DEV"), p = yamldecode("a: ${coalesce(terraform_data.hub.input, try(var.free.nope, var.env != "qa") ? terraform_data.zone["job-x"].id : terraform_data.follow["blue"].input)}").a, extra = one(terraform_data.disabled[*].id) }
}

resource "terraform_data" "probe_023" {
  input = { for k in formatlist("%s-dev", local.public) : (startswith(k, "a") ? "yes" : "no") => terraform_data.mesh.id... if k == "api-dev" }
}

resource "terraform_data" "probe_024" {
  count = var.n
  input = yamldecode(<<-EOT
    first: ${split(":", "${terraform_data.shard[(count.index + 1) % 3].id}:1")[0]}
    more:
      - ${ { for k5, r6 in terraform_data.zone : k5 => r6.id }["${var.k}-dev"]}
      - ${var.settings.enabled ? terraform_data.worker[min(0, var.n + 5)].id : terraform_data.worker[count.index].id}
  EOT
  )
}

resource "terraform_data" "probe_025" {
  input = split(",", join(",", transpose({ (lookup({ for k3, r4 in terraform_data.zone : k3 => r4.id }, var.settings.enabled ? "job" : "other", module.kids[join("", ["no", "rth"])].info.id)) = ["t1", "t2"] })["t2"]))
}

locals {
  probe_026_a = element(concat(local.grouped[element(["zz", "open"], var.n - 2)], [module.solo.info.id]), 1)
}

resource "terraform_data" "probe_026" {
  input = [split(":", "${local.probe_026_a}:1")[0], compact([local.nested["tier"].primary, var.none, local.probe_026_a]), 1]
}

resource "terraform_data" "probe_027" {
  input = yamldecode(<<-EOT
    first: ${"%{if var.env == "dev"}${coalesce(terraform_data.svc["job"].id, terraform_data.svc[try(var.free.nope, "job")].id)}%{else}${local.chosen[0]}%{endif}"}
    more:
      - ${one(terraform_data.optional[*].id)}
      - ${"%{if var.env == "qa"}${local.svc_ids["api"] != null ? "dev" : module.kids["west"].by_name["right"]}%{else}${join("", [terraform_data.worker.2.id])}%{endif}"}
  EOT
  )
}

resource "terraform_data" "probe_028" {
  input = formatlist("id/%s", transpose({ (coalesce(var.none, "", terraform_data.zone["job-y"].id)) = ["t1", "t2"] })[lower("T1")])
}

resource "terraform_data" "probe_029" {
  input = jsondecode(<<EOT
{"id": "${terraform_data.shard[var.n - 3].id}", "ids": ${jsonencode(local.holes)}}
EOT
  )
}

resource "terraform_data" "probe_030" {
  input = distinct(jsondecode(jsonencode(concat(local.all, terraform_data.worker[*].id))))
}

resource "terraform_data" "probe_031" {
  input = <<-EOT
    %{for k in keys(var.tags)}
    - ${element(values(module.solo.by_name), index(["i0", "i1"], "i1"))}
    %{endfor}
    %{for i2 in range(range(var.n + 5)[1])}
    - ${coalesce(var.none, "", terraform_data.gate[format("%sreen", "g")].id)}
    %{endfor}
  EOT
}

resource "terraform_data" "probe_032" {
  count = length(terraform_data.worker)
  input = [{ id = [for m in module.kids : m.id][index(["i0", "i1"], "i1")], name = "delta", on = count.index == 2 }, { id = "%{if(local.public_ids[1] != "x") && (count.index < 2)}${terraform_data.shard[count.index % 3].id}%{else}${terraform_data.shard.1.id}%{endif}", name = lookup(var.tags, "nope", "oscar"), on = count.index != 2 }]
}

resource "terraform_data" "probe_033" {
  for_each = { one = "%{if try(var.free.nope, var.settings.extra == null)}${local.typed.first}%{else}${lower("X")}%{endif}", two = local.svc_ids[try(var.free.nope, "web")] }
  input    = "%{for x in slice([each.value], 0, 0)}${x};%{endfor}"
}

resource "terraform_data" "probe_034" {
  for_each = { k0 = "oscar", k1 = "delta" }
  input    = [for k, m2 in module.kids : format("%s/%s", each.key, coalesce(local.label, terraform_data.hub.id))]
}

locals {
  probe_035_a = split(",", join(",", module.solo.info.ids))
  probe_035_b = "main"
  probe_035_c = local.probe_035_b
}

resource "terraform_data" "probe_035" {
  for_each = { one = try(local.probe_035_a[length(terraform_data.worker[var.n - 3].id) - 35], local.probe_035_c), two = local.probe_035_b == "main" ? terraform_data.named[lower("DELTA")].id : local.probe_035_c }
  input    = "${"job"}/${each.value}"
}

resource "terraform_data" "probe_036" {
  count = 2
  input = flatten([terraform_data.worker[count.index % 4].id, [[terraform_data.worker[count.index % 4].id], [for m in module.kids : m.id if m.info.public]]])
}

resource "terraform_data" "probe_037" {
  for_each = { blue = terraform_data.shard[*].id, green = values(module.kids)[*].by_name["left"] }
  input    = setintersection(toset(each.value), toset(concat(chunklist(terraform_data.shard.*.id, 1)...)))
}

resource "terraform_data" "probe_038" {
  count = length(terraform_data.worker)
  input = { id = length(terraform_data.shard[tonumber("2")].id) - 36 > 0 ? coalesce(var.none, "", terraform_data.worker[count.index].id) : try(terraform_data.gate[split(":", "dev:1")[0]].id, terraform_data.worker[range(var.n + 5)[2]].id), ids = values({ for k, r2 in terraform_data.follow : k => r2.id }), tag = var.env, inner = { one = terraform_data.hub.input } }
}

resource "terraform_data" "probe_039" {
  count = var.n
  input = [coalesce(terraform_data.shard[count.index % 3].id, terraform_data.relay.input.id), values(module.kids)[*].info.chosen, (upper(terraform_data.shard[count.index % length(terraform_data.shard)].id) == "X")]
}

locals {
  probe_040_a = sort(terraform_data.disabled[*].id)
}

resource "terraform_data" "probe_040" {
  count = 3
  input = "%{for k3, v4 in merge({ for k, r2 in terraform_data.follow : k => r2.id }, module.solo.by_name)}${try(local.probe_040_a[max(0, length(terraform_data.worker[count.index % 4].id) - 40)], module.solo.upstream[1])};%{endfor}"
}

resource "terraform_data" "probe_041" {
  input = { id = terraform_data.hub.id, name = var.settings.name, on = var.env != "qa" }
}

resource "terraform_data" "probe_042" {
  input = split(",", join(",", reverse(chunklist(local.all, 2)[0])))
}

resource "terraform_data" "probe_043" {
  for_each = terraform_data.gate
  input    = lookup({ for k, r in terraform_data.gate : r.id => k... }, each.key, [])
}

resource "terraform_data" "probe_044" {
  count = var.flag ? 2 : 0
  input = join("", [zipmap(formatlist("%s-dev", keys(terraform_data.gate)), slice([terraform_data.shard[count.index].id, terraform_data.zone["job-x"].id, terraform_data.shard[var.n - 2].id], 0, 2))["blue-${var.env}"]])
}

resource "terraform_data" "probe_045" {
  for_each = { blue = local.absent[*], green = local.absent[*] }
  input    = try([for k in tolist(var.zones) : try(terraform_data.gate[k].id, terraform_data.edge.id) if startswith(each.key, "b")][terraform_data.follow[each.key].id != "x" ? 0 : 1], terraform_data.gate[each.key].id)
}

resource "terraform_data" "probe_046" {
  for_each = { for k, r in terraform_data.follow : k => r.id }
  input    = toset(concat(terraform_data.disabled[*].id, [for o in [for o in local.objects : o if o.on] : each.value]))
}

resource "terraform_data" "probe_047" {
  input = setunion(setintersection(setunion(setintersection(toset(terraform_data.shard.*.id), toset(module.kids["west"].ids)), toset(flatten(keys(transpose({ k1 = ["lit-0", terraform_data.svc[substr("apizz", 0, 3)].id], k2 = ["lit-0"] }))))), setsubtract(toset(terraform_data.shard[*].id), [local.by_key["blue"]])), [element(transpose({ (module.kids[tostring("north")].ids[0]) = ["t1", "t2"] })["t1"], try(tonumber("x"), 0))])
}

resource "terraform_data" "probe_048" {
  input = compact([replace("${terraform_data.svc[element(["zz", "web"], 3)].id}#", "#", ""), null, terraform_data.named["golf"].id])
}

resource "terraform_data" "probe_049" {
  input = distinct([terraform_data.follow["blue"].id, var.settings.extra])
}

resource "terraform_data" "probe_050" {
  count = 3
  input = { id = coalesce(element(concat([for x in local.fallback : format("%s-%02d", x, max(2, var.n - 9)) if(count.index == 2) && (count.index > 2)], [terraform_data.shard[count.index].id]), tonumber("2")), cidrhost(var.cidr, var.n - 3)), ids = slice(local.grouped["open"], 1, 1), tag = try(var.free.nope, "dev"), inner = { one = "lit-1" } }
}

resource "terraform_data" "probe_051" {
  count = length(var.names)
  input = lookup(terraform_data.worker[3 - count.index].id == "x" ? { job = element(terraform_data.shard.*.id, length(terraform_data.shard[count.index % length(terraform_data.shard)].id) - 36), q = lookup({ for k, r2 in terraform_data.named : k => r2.id }, "golf", local.svc_ids[format("%spi", "a")]) } : { for k3, r4 in terraform_data.gate : k3 => r4.id }, var.settings.suffix, module.solo.by_name["n3"])
}

resource "terraform_data" "probe_052" {
  input = reverse(values({ for k, r2 in terraform_data.follow : k => r2.id }))
}

resource "terraform_data" "probe_053" {
  input = !startswith(terraform_data.named[substr("deltazz", 0, 5)].id, "zz") ? split(",", join(",", values(terraform_data.named)[*].id)) : split(",", join(",", formatlist("%s=%s", var.env == "dev" ? "job" : "other", terraform_data.shard[*].id)))
}

resource "terraform_data" "probe_054" {
  input = { for i in range(max(3, var.n - 9)) : "k${i}" => var.off ? zipmap([for s2 in keys(terraform_data.gate) : upper(s2)], local.chosen)["GREEN"] : yamldecode("a: ${try(terraform_data.gate[tostring("dev")].id, local.directory.extra)}").a if length(terraform_data.gate["green"].id) == 36 }
}

resource "terraform_data" "probe_055" {
  count = length(var.names)
  input = setintersection(toset(lookup({ for k in var.settings.list : (count.index != 2 ? "yes" : "no") => module.solo.ids[min(0, length(contains(keys(terraform_data.named), k) ? terraform_data.named[k].id : terraform_data.root.id))]... if try(terraform_data.named[k].id, terraform_data.hub.id) == "x" }, "main", [])), setsubtract(toset(matchkeys(values(local.svc_ids), keys(local.svc_ids), ["web"])), ["lit-3"]))
}

resource "terraform_data" "probe_056" {
  input = merge({ for o in [for k, s in var.services : { id = terraform_data.svc[k].id, name = k, on = s.public }] : upper(o.name) => o.id }, merge([local.svc_ids, local.directory]...))
}

locals {
  probe_057_a = coalescelist([], tolist(values(zipmap(sort(values(var.tags)), terraform_data.shard[*].id))))
}

resource "terraform_data" "probe_057" {
  for_each = toset(var.names)
  input    = "id=%{if length(setintersection(toset(terraform_data.worker[*].id), toset(values(module.solo.by_name)))) > 1}${each.key}%{else}${try(local.probe_057_a[sum([length(terraform_data.named[each.value].id), -35])], terraform_data.root.id)}%{endif}"
}

resource "terraform_data" "probe_058" {
  input = try({ for k, r2 in terraform_data.svc : k => r2.id }[var.settings.name], var.none)
}

resource "terraform_data" "probe_059" {
  input = [for k, v2 in merge([{ extra = local.typed[trimprefix("x-first", "x-")], p = lookup(var.tags, "nope", "job-dev"), (substr("jobzz", 0, 3)) = terraform_data.named["golf"].id }, can(var.free.nope) ? local.directory : local.directory]...) : v2]
}
