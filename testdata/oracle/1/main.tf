variable "names" {
  type    = list(string)
  default = ["tango", "delta", "echo"]
}

variable "zones" {
  type    = set(string)
  default = ["a", "c", "d"]
}

variable "tags" {
  type    = map(string)
  default = { cost = "golf", team = "tango", tier = "delta" }
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
  default = "dev"
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
  default = "10.67.0.0/16"
}

variable "matrix" {
  type    = list(list(string))
  default = [["r0", "r1"], ["r2"], []]
}

variable "free" {
  default = { a = [1, "two", true], b = { c = "oscar" } }
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
    auth = { port = 80 }
    job  = { port = 8080, public = true }
    mail = { port = 80, public = true }
  }
}

locals {
  label       = "${var.k}-${var.env}"
  upper_names = [for n in var.names : upper(n)]
  public      = [for k, s in var.services : k if s.public]
  pair        = [terraform_data.root.id, terraform_data.edge.id]
  cell_ids    = terraform_data.cell[*].id
  all         = concat(local.pair, local.cell_ids)
  by_key      = { for k, r in terraform_data.pool : k => r.id }
  directory   = merge(local.by_key, { extra = terraform_data.mesh.id })
  svc_ids     = { for k, s in var.services : k => terraform_data.svc[k].id }
  public_ids  = [for k in local.public : local.svc_ids[k]]
  grouped     = { for k, s in var.services : (s.public ? "open" : "closed") => terraform_data.svc[k].id... }
  chosen      = var.flag ? local.pair : slice(local.all, 0, 1)
  fallback    = coalescelist([], terraform_data.worker[*].id)
  typed       = tomap({ first = terraform_data.vault.id, second = local.pair[1] })
  holes       = [terraform_data.vault.id, null, var.none, local.pair[0]]
  either      = terraform_data.mesh.id == "x" ? local.pair[0] : local.pair[1]
  maybe       = one(terraform_data.optional[*].id)
  absent      = one(terraform_data.disabled[*].id)
  objects = [
    { name = "tango", id = terraform_data.root.id, on = true },
    { name = "delta", id = terraform_data.edge.id, on = false },
    { name = "echo", id = terraform_data.mesh.id, on = true },
  ]
  nested = {
    net  = { ids = local.pair, primary = local.either }
    tier = { ids = terraform_data.worker[*].id, primary = terraform_data.worker[0].id }
  }
}

resource "terraform_data" "root" {
  input = "root"
}

resource "terraform_data" "edge" {}

resource "terraform_data" "mesh" {}

resource "terraform_data" "vault" {}

resource "terraform_data" "cell" {
  count = 3
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

resource "terraform_data" "pool" {
  for_each = { blue = "b", green = "g", red = "r" }
  input    = each.value
}

resource "terraform_data" "follow" {
  for_each = terraform_data.pool
  input    = each.value.id
}

resource "terraform_data" "relay" {
  input = {
    id   = terraform_data.edge.id
    ids  = terraform_data.cell[*].id
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
    south = { size = 3, public = false }
    west  = { size = 1, public = true }
  }
  name     = each.key
  size     = each.value.size
  upstream = each.value.public ? [terraform_data.vault.id] : []
  opts     = { tag = "t-${each.key}", public = each.value.public }
}


resource "terraform_data" "probe_000" {
  for_each = terraform_data.named
  input    = lookup({ for o in [{ id = try(terraform_data.pool[each.key].id, terraform_data.edge.id), name = trimprefix("x-delta", "x-"), on = each.key != "tango" }] : (contains(keys(var.tags), o.name) ? "yes" : "no") => each.value.id... if var.off }, lower("API"), [])
}

resource "terraform_data" "probe_001" {
  input = lookup({ for k, s2 in var.services : upper(k) => terraform_data.svc[k].id if s2.public }, var.settings.name, element(concat(module.solo.info.upstream, values(module.kids)[*].id), max(0, length(terraform_data.named["echo"].id) - 40)))
}

resource "terraform_data" "probe_002" {
  input = { for x in flatten([for k3, v4 in { for x2 in values(terraform_data.svc)[*].id : x2 => terraform_data.edge.id if contains(local.public, var.settings.name) } : [for k5, m6 in module.kids : m6.id if try(var.free.nope, var.settings.enabled)] if length(contains(keys(terraform_data.gate), k3) ? terraform_data.gate[k3].id : terraform_data.edge.id) == 36]) : (var.none == null ? "yes" : "no") => "lit-0"... if length(local.upper_names) > 1 }
}

resource "terraform_data" "probe_003" {
  input = { id = local.holes[0], ids = flatten([module.solo.ids, [], terraform_data.named["delta"].id]), tag = yamldecode("k: api").k, inner = { one = terraform_data.svc["job"].id } }
}

resource "terraform_data" "probe_004" {
  input = module.kids[var.env == "dev" ? "south" : "other"].ids
}

resource "terraform_data" "probe_005" {
  count = length(terraform_data.worker)
  input = [format("%s", terraform_data.worker[count.index % length(terraform_data.worker)].id), terraform_data.relay.input.ids[1], terraform_data.worker[sum([1, var.n, -var.n])].id]
}

resource "terraform_data" "probe_006" {
  input = [for k, s2 in var.services : substr(terraform_data.svc[k].id, 0, 1) == "z" ? [for o3 in local.objects : terraform_data.svc[k].id] : reverse(local.nested.net.ids)]
}

resource "terraform_data" "probe_007" {
  input = [for k, v2 in local.directory : { for k3, r4 in terraform_data.gate : k3 => r4.id }["${var.k}-y"] if try(var.free.nope, k == "extra")]
}

resource "terraform_data" "probe_008" {
  count = var.flag ? 2 : 0
  input = yamldecode(<<-EOT
    first: ${split(":", "x:1")[0]}
    more:
      - ${terraform_data.worker[count.index].id}
      - ${terraform_data.gate["${var.k}-dev"].id}
  EOT
  )
}

resource "terraform_data" "probe_009" {
  input = <<-EOT
    ${trimprefix("x-${terraform_data.relay.input.id}", "x-")}:1
    ${lookup(local.by_key, replace("red#", "#", ""), terraform_data.named["echo"].id)}:1
    %{if var.off}
    yes ${one(["lit-1"])}
    %{else}
    no ${local.chosen[tonumber("${length(terraform_data.worker[index(["i0"], "i0")].id) - 36}")]}
    %{endif}
  EOT
}

locals {
  probe_010_a = coalesce(var.none, "", terraform_data.edge.id)
}

resource "terraform_data" "probe_010" {
  input = setintersection(toset([for k2 in [for s in local.public : upper(s)] : "%{for k3 in split(",", "s1,api")}%{if k3 != "api"}${local.probe_010_a};%{endif}%{endfor}"]), setunion(toset(local.public_ids), toset(values(module.solo.by_name))))
}

resource "terraform_data" "probe_011" {
  for_each = { for k, r in terraform_data.follow : k => r.id }
  input    = coalescelist(var.matrix[2], formatlist("%s:1", [for i4, x in [for i3, x2 in terraform_data.optional[*].id : x2] : "${each.key}/${terraform_data.edge.id}"]))
}

locals {
  probe_012_a = jsondecode(jsonencode(values(zipmap(local.public, module.kids["west"].ids))))
}

resource "terraform_data" "probe_012" {
  for_each = { k0 = "tango", k1 = "delta" }
  input    = "%{if length(setsubtract(toset(local.probe_012_a), toset(local.probe_012_a))) > 1}${terraform_data.named[each.value].id}%{else}${lookup(startswith(var.env, "z") ? zipmap(slice(tolist(var.zones), 0, 1), module.solo[*].id) : local.directory, "api-${var.env}", try(terraform_data.gate[each.key].id, terraform_data.mesh.id))}%{endif}"
}

resource "terraform_data" "probe_013" {
  count = 2
  input = length(terraform_data.cell[count.index % length(terraform_data.cell)].id) - 35
}

locals {
  probe_014_a = concat([for x in [for i2 in range(4) : terraform_data.pool["green"].id] : values(module.kids)[*].id]...)
  probe_014_b = local.probe_014_a
}

resource "terraform_data" "probe_014" {
  input = local.probe_014_b
}

resource "terraform_data" "probe_015" {
  count = length(terraform_data.worker)
  input = [terraform_data.edge.id != "x" ? (terraform_data.cell[min(count.index, 2)].id != "x" ? local.absent : "lit-1") : terraform_data.worker[1 - count.index].id, reverse(concat(terraform_data.worker[*].id, values(terraform_data.follow)[*].output)), startswith(terraform_data.worker[max(0, var.n - 9)].id, "zz")]
}

resource "terraform_data" "probe_016" {
  input = ["%{if substr(terraform_data.pool["red"].id, 0, 1) == "z"}${yamldecode("a: ${"lit-2"}").a}%{else}${contains(values(var.tags), var.settings.name) ? terraform_data.cell[0].id : terraform_data.relay.input.id}%{endif}", [for k, s2 in var.services : "lit-3"], (var.settings.size - 2)]
}

locals {
  probe_017_a = chunklist(matchkeys(jsondecode(jsonencode(terraform_data.worker.*.id)), ["m0", "m1"], ["m0"]), 1)[0]
}

resource "terraform_data" "probe_017" {
  input = local.probe_017_a
}

resource "terraform_data" "probe_018" {
  input = { id = element(concat(try(local.public_ids, []), [{ for k, r2 in terraform_data.follow : k => r2.id }["green"]]), index(["i0"], "i0")), ids = [for k3, r4 in terraform_data.named : jsondecode(jsonencode(values(module.kids)[*].ids[0]))[startswith(terraform_data.pool["blue"].id, "zz") ? 0 : 1] if contains(values(module.kids)[*].id, "x")], tag = substr("mainzz", 0, 4), inner = { one = module.solo.info.chosen } }
}

resource "terraform_data" "probe_019" {
  for_each = toset(var.names)
  input    = length(terraform_data.named[each.key].id) - 35
}

resource "terraform_data" "probe_020" {
  count = 3
  input = ["%{if contains(local.upper_names, var.settings.suffix)}${format("%s", "${terraform_data.cell[count.index].id}")}%{else}${lookup({ for x in module.solo.upstream : x => x }, lower("MAIN"), terraform_data.cell[count.index].id)}%{endif}", [one([for k2, r3 in terraform_data.svc : r3.id if k2 == trimprefix("x-mail", "x-")])], (length(var.names) - 2)]
}

resource "terraform_data" "probe_021" {
  input = one([local.holes])
}

resource "terraform_data" "probe_022" {
  input = compact(split("\n", <<-EOT
    id = ${terraform_data.worker[1].id != null ? terraform_data.cell.0.id : local.either}
    %{for k3, v4 in { for k, r2 in terraform_data.named : k => r2.id } }
    - ${(terraform_data.worker[*].id)[var.n - 2]}
    %{endfor}
  EOT
  ))
}

resource "terraform_data" "probe_023" {
  input = concat([for i in range(1) : startswith(local.objects[0].id, "zz") ? reverse(module.solo.ids) : slice(values(module.kids)[*].by_name["left"], 1, 2)]...)
}

resource "terraform_data" "probe_024" {
  input = { p = flatten([local.holes, local.cell_ids]), q = concat(local.fallback, terraform_data.worker.*.id) }
}

resource "terraform_data" "probe_025" {
  input = compact([module.solo.upstream[1], var.none, terraform_data.svc[lower("AUTH")].id])
}

resource "terraform_data" "probe_026" {
  for_each = { for k, r in terraform_data.follow : k => r.id }
  input    = "${each.key}/${try(distinct(values(terraform_data.pool)[*].id)[2], each.value)}"
}

resource "terraform_data" "probe_027" {
  for_each = terraform_data.follow
  input    = formatlist("%s", slice([terraform_data.follow["red"].id, each.value.id], 1, length([terraform_data.follow["red"].id, each.value.id])))
}

resource "terraform_data" "probe_028" {
  count = length(var.names)
  input = element(concat(compact(local.all), [module.kids[tostring("south")].ids[0]]), count.index)
}

locals {
  probe_029_a = [for p in setproduct(reverse(terraform_data.optional[*].id), tolist(var.zones)) : p[0]]
}

resource "terraform_data" "probe_029" {
  count = 2
  input = yamldecode(<<-EOT
    first: ${try(local.probe_029_a[0], local.fallback[0])}
    more:
      - ${lower(terraform_data.worker[count.index % length(terraform_data.worker)].id)}
      - ${terraform_data.worker.*.id[1]}
  EOT
  )
}

resource "terraform_data" "probe_030" {
  input = values(var.env != "dev" ? { for k, r2 in terraform_data.pool : k => r2.id } : module.solo.by_name)
}

resource "terraform_data" "probe_031" {
  input = [concat([terraform_data.edge.input], terraform_data.cell[*].id)[length(local.upper_names) - 1], values({ for k, r2 in terraform_data.named : k => r2.id }), (terraform_data.svc[keys(var.services)[0]].id != "x" ? 0 : 1)]
}

resource "terraform_data" "probe_032" {
  for_each = terraform_data.follow
  input    = "${each.value.id}-${ { (format("%spi", "a")) = lookup({ for k, r2 in terraform_data.svc : k => r2.id }, var.settings.suffix, local.typed.first), q = coalesce(each.value.id, terraform_data.edge.id), extra = try(terraform_data.disabled[0].id, each.value.id) }.extra}"
}

resource "terraform_data" "probe_033" {
  input = merge({ id = "%{if length(setintersection(toset(local.nested.net.ids), toset(values(module.kids)[*].ids[0]))) > 1}${terraform_data.follow["red"].output}%{else}${terraform_data.mesh.id}%{endif}", name = element(["zz", "main"], range(var.n + 5)[1]), on = var.none != null }, { id = terraform_data.root.id })
}

locals {
  probe_034_a = zipmap(slice([for s in var.names : lower(s)], 0, 2), terraform_data.worker[*].id)["tango"]
  probe_034_b = [for k2, s3 in var.services : lookup({ for k4, r5 in terraform_data.svc : k4 => r5.id }, var.settings.name, local.probe_034_a)]
}

resource "terraform_data" "probe_034" {
  input = max(0, length(local.probe_034_a) - 40) > 0 ? tostring(try(local.probe_034_b[0], local.probe_034_a)) : format("%s", { for k6, r7 in terraform_data.pool : k6 => r7.id }[format("%sreen", "g")])
}

resource "terraform_data" "probe_035" {
  input = "%{for x in flatten([for i4, x2 in [for i3 in range(var.flag ? 1 : 7) : terraform_data.cell[0].id] : [for k5, m6 in module.kids : terraform_data.worker[length(terraform_data.worker) - 1 - i4].id] if length(terraform_data.worker[i4 % length(terraform_data.worker)].id) < 36])}${try(zipmap(slice(values(var.tags), 0, 1), terraform_data.edge[*].id)[lower("DEV")], contains(values(terraform_data.named)[*].id, "x") ? x : x)};%{endfor}"
}

resource "terraform_data" "probe_036" {
  count = length(var.names)
  input = concat([can(tonumber(terraform_data.cell[count.index].id)) ? replace("${local.directory.extra}#", "#", "") : coalesce(var.none, "", terraform_data.worker[min(count.index, 1)].id), local.maybe], module.solo.info.ids)
}

resource "terraform_data" "probe_037" {
  input = one(terraform_data.disabled[*].id)
}

resource "terraform_data" "probe_038" {
  for_each = { one = module.kids["west"].id, two = terraform_data.worker[sum([1, var.n, -var.n])].id }
  input    = setsubtract(setunion(toset(local.grouped["open"]), toset(terraform_data.worker.*.id)), toset(compact([each.value, null, terraform_data.svc["auth"].id])))
}

resource "terraform_data" "probe_039" {
  input = tolist(setsubtract(toset(matchkeys(values(local.typed), keys(local.typed), [trimprefix("x-second", "x-")])), toset(matchkeys(slice(values(terraform_data.svc)[*].id, 0, 3), ["m0", "m1", "m0"], ["m0"]))))
}

resource "terraform_data" "probe_040" {
  input = tomap(merge([tomap({ for k, r2 in terraform_data.named : k => r2.id }), local.svc_ids]...))
}

resource "terraform_data" "probe_041" {
  input = (contains(terraform_data.optional[*].id, "x") ? (length(terraform_data.vault.id) == 36 ? coalesce(terraform_data.worker[1].id, terraform_data.pool["green"].id) : replace("${local.typed["first"]}#", "#", "")) : merge({ id = module.solo.upstream[0], name = "api-${var.env}", on = var.none == null }, { id = terraform_data.worker[0].id }).id) != "x"
}

resource "terraform_data" "probe_042" {
  input = values({ for x in coalescelist([], concat([module.solo.info.id], [for m in module.kids : m.id])) : (var.off ? "yes" : "no") => x... })
}

locals {
  probe_043_a = [var.settings.name, lookup(var.tags, "nope", "api")]
  probe_043_b = lookup(var.tags, "nope", "api")
}

resource "terraform_data" "probe_043" {
  input = { p = local.probe_043_a, q = [one([for k, r2 in terraform_data.gate : r2.id if k == "${var.k}-dev"]), contains(keys(terraform_data.svc), local.probe_043_b) ? terraform_data.svc[local.probe_043_b].id : terraform_data.mesh.id, terraform_data.edge.id] }
}

resource "terraform_data" "probe_044" {
  input = format("%s/%s", !var.off ? "api" : "other", [for k, r2 in terraform_data.follow : terraform_data.cell[1].id][var.settings.size - 1])
}

resource "terraform_data" "probe_045" {
  count = var.flag ? 2 : 0
  input = concat(concat(formatlist("id/%s", values(module.kids)[*].by_name["left"]), [terraform_data.gate[format("%spi-dev", "a")].id, terraform_data.worker[(count.index + 2) % 2].id]), transpose({ (terraform_data.gate["api-y"].id) = ["t1", "t2"] })[jsondecode("\"t2\"")])
}

resource "terraform_data" "probe_046" {
  input = join("-", length(keys(terraform_data.pool)) < 3 ? matchkeys(values(terraform_data.svc)[*].id, ["m0", "m1", "m0"], ["m0"]) : (terraform_data.worker[*].id))
}

resource "terraform_data" "probe_047" {
  for_each = { k0 = "tango", k1 = "delta" }
  input = compact(split("\n", <<-EOT
    id = ${try((local.absent[*])[0], terraform_data.named[each.value].id)}
    id = ${terraform_data.follow["green"].output}
    id = ${one(terraform_data.optional[*].id)}
  EOT
  ))
}

resource "terraform_data" "probe_048" {
  input = { (replace("api#", "#", "")) = one(toset([terraform_data.named[var.names[0]].id])), p = join("", [terraform_data.follow[coalesce(var.none, "", "green")].id]), extra = local.holes[1] }.api
}

resource "terraform_data" "probe_049" {
  input = setunion(setunion(setintersection(toset(local.maybe[*]), toset(local.all)), setunion(toset(values(module.solo.by_name)), toset(terraform_data.worker[*].id))), toset([for k3, v4 in { for k, r2 in terraform_data.pool : k => r2.id } : cidrhost(cidrsubnet(var.cidr, 8, sum([length(terraform_data.follow[k3].id), -36])), 4)]))
}

resource "terraform_data" "probe_050" {
  input = { for x in concat([for k2 in local.public : cidrhost(var.cidr, max(0, length(terraform_data.worker[max(1, var.n - 9)].id) - 40))], [one(terraform_data.optional[*].id)]) : (var.off ? "yes" : "no") => try(terraform_data.pool[local.label].id, x)... }
}

resource "terraform_data" "probe_051" {
  count = var.n
  input = concat(concat(length(toset(values(terraform_data.gate)[*].id)) > 1 ? matchkeys(values(local.directory), keys(local.directory), [split(":", "extra:1")[0]]) : (local.maybe[*]), jsondecode(jsonencode([for k7 in tolist(var.zones) : terraform_data.worker[count.index].id]))), [[local.directory["red"], terraform_data.worker[count.index % length(terraform_data.worker)].id][0]])
}

resource "terraform_data" "probe_052" {
  count = length(terraform_data.worker)
  input = jsondecode(jsonencode({ a = try([for k, m2 in module.kids : m2.id if(count.index > 2) && (k == "west")][0], terraform_data.root.id) })).a
}

resource "terraform_data" "probe_053" {
  for_each = var.services
  input    = [[for m in module.kids : m.id][0], one([try(terraform_data.gate[each.key].id, terraform_data.vault.id)]), lookup({ for k3, r4 in terraform_data.named : k3 => r4.id }, yamldecode("k: delta").k, terraform_data.svc[each.key].id)]
}

resource "terraform_data" "probe_054" {
  input = jsonencode(merge({ extra = module.kids["west"].id }, { for i in range(range(var.n + 5)[3]) : "k${i}" => terraform_data.cell[i].id }))
}

locals {
  probe_055_a = local.nested.net.ids
}

resource "terraform_data" "probe_055" {
  input = <<EOT
    %{for i2, x in local.probe_055_a~}
    - ${x}
    %{endfor~}
    %{for i3 in range(sum([1, var.n, -var.n]))~}
    - ${terraform_data.gate[trimprefix("x-api-x", "x-")].id}
    %{endfor~}
    ${terraform_data.cell[length(values(var.tags)) - 1].id}:1
EOT
}

resource "terraform_data" "probe_056" {
  input = zipmap(slice(var.names, 0, 1), slice(values(terraform_data.gate)[*].id, 1, index(["i0", "i1", "i2"], "i2")))
}

locals {
  probe_057_a = sort(matchkeys(values(module.kids)[*].by_name["left"], ["m0", "m1"], ["m0"]))
  probe_057_b = local.probe_057_a
}

resource "terraform_data" "probe_057" {
  input = setunion(toset(local.probe_057_b), [local.objects[0].id])
}

locals {
  probe_058_a = concat(terraform_data.cell[*].id, module.solo.upstream)
  probe_058_b = jsondecode(jsonencode({ a = terraform_data.named[replace("echo#", "#", "")].id })).a
}

resource "terraform_data" "probe_058" {
  for_each = { one = local.probe_058_b, two = try(local.probe_058_a[0], local.probe_058_b) }
  input    = setintersection(toset(local.probe_058_a), toset([each.value, each.value, local.probe_058_b]))
}

resource "terraform_data" "probe_059" {
  for_each = { k0 = "tango", k1 = "delta" }
  input    = setintersection(setunion(setunion(toset(local.absent[*]), [contains(keys(terraform_data.svc), each.key) ? terraform_data.svc[each.key].id : terraform_data.mesh.id]), setsubtract(toset(local.cell_ids), [terraform_data.svc[keys(var.services)[1]].id])), setsubtract(setunion(toset(terraform_data.cell.*.id), [module.solo.upstream[1]]), setsubtract(toset(local.fallback), toset(local.all))))
}
