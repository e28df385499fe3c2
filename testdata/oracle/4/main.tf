variable "names" {
  type    = list(string)
  default = ["kilo", "tango", "lima"]
}

variable "zones" {
  type    = set(string)
  default = ["a", "b", "d"]
}

variable "tags" {
  type    = map(string)
  default = { cost = "echo", owner = "oscar", team = "hotel" }
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
  default = "stage"
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
  default = "10.49.0.0/16"
}

variable "matrix" {
  type    = list(list(string))
  default = [["r0", "r1"], ["r2"], []]
}

variable "free" {
  default = { a = [1, "two", true], b = { c = "bravo" } }
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
    api  = { port = 80 }
    job  = { port = 443, public = true }
    mail = { port = 8080 }
  }
}

locals {
  label       = "${var.k}-${var.env}"
  upper_names = [for n in var.names : upper(n)]
  public      = [for k, s in var.services : k if s.public]
  pair        = [terraform_data.root.id, terraform_data.vault.id]
  shard_ids   = terraform_data.shard[*].id
  all         = concat(local.pair, local.shard_ids)
  by_key      = { for k, r in terraform_data.zone : k => r.id }
  directory   = merge(local.by_key, { extra = terraform_data.mesh.id })
  svc_ids     = { for k, s in var.services : k => terraform_data.svc[k].id }
  public_ids  = [for k in local.public : local.svc_ids[k]]
  grouped     = { for k, s in var.services : (s.public ? "open" : "closed") => terraform_data.svc[k].id... }
  chosen      = var.flag ? local.pair : slice(local.all, 0, 1)
  fallback    = coalescelist([], terraform_data.cell[*].id)
  typed       = tomap({ first = terraform_data.hub.id, second = local.pair[1] })
  holes       = [terraform_data.hub.id, null, var.none, local.pair[0]]
  either      = terraform_data.mesh.id == "x" ? local.pair[0] : local.pair[1]
  maybe       = one(terraform_data.optional[*].id)
  absent      = one(terraform_data.disabled[*].id)
  objects = [
    { name = "kilo", id = terraform_data.root.id, on = true },
    { name = "tango", id = terraform_data.vault.id, on = false },
    { name = "lima", id = terraform_data.mesh.id, on = true },
  ]
  nested = {
    net  = { ids = local.pair, primary = local.either }
    tier = { ids = terraform_data.cell[*].id, primary = terraform_data.cell[0].id }
  }
}

resource "terraform_data" "root" {
  input = "root"
}

resource "terraform_data" "vault" {}

resource "terraform_data" "mesh" {}

resource "terraform_data" "hub" {}

resource "terraform_data" "shard" {
  count = 4
}

resource "terraform_data" "cell" {
  count = var.n
  input = "cell-${count.index}"
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

resource "terraform_data" "pool" {
  for_each = toset(["${var.k}-x", "${var.k}-y", local.label])
}

resource "terraform_data" "zone" {
  for_each = { gray = "g", green = "g" }
  input    = each.value
}

resource "terraform_data" "follow" {
  for_each = terraform_data.zone
  input    = each.value.id
}

resource "terraform_data" "relay" {
  input = {
    id   = terraform_data.vault.id
    ids  = terraform_data.shard[*].id
    name = "relayed"
  }
}

module "solo" {
  source   = "./child"
  name     = "solo"
  size     = 2
  nodes    = ["n1", "n3"]
  upstream = local.pair
}

module "kids" {
  source = "./child"
  for_each = {
    east  = { size = 1, public = false }
    south = { size = 1, public = true }
  }
  name     = each.key
  size     = each.value.size
  upstream = each.value.public ? [terraform_data.hub.id] : []
  opts     = { tag = "t-${each.key}", public = each.value.public }
}


resource "terraform_data" "probe_000" {
  count = length(terraform_data.shard)
  input = try((count.index < 1 ? { extra = terraform_data.hub.id, gray = local.holes[1] } : zipmap(slice([for s in keys(var.tags) : upper(s)], 0, 2), values(module.kids)[*].by_name["left"]))[element(["zz", "stage"], 1)], terraform_data.vault.id)
}

locals {
  probe_001_a = coalesce(jsondecode(jsonencode({ id = terraform_data.hub.id })).id, "%{if try(var.free.nope, var.none != null)}${one([local.objects[0].id])}%{else}${format("%s", terraform_data.relay.input.ids[1])}%{endif}")
}

resource "terraform_data" "probe_001" {
  count = 3
  input = <<EOT
    ${var.off ? element(terraform_data.cell[*].id, count.index) : local.probe_001_a}:1
    ${"lit-2"}:1
EOT
}

locals {
  probe_002_a = substr("mainzz", 0, 4)
}

resource "terraform_data" "probe_002" {
  input = concat([contains(keys(terraform_data.svc), local.probe_002_a) ? terraform_data.svc[local.probe_002_a].id : terraform_data.vault.id, contains(keys(terraform_data.pool), local.probe_002_a) ? terraform_data.pool[local.probe_002_a].id : terraform_data.mesh.id, module.kids["east"].ids[0]], local.grouped["open"])
}

resource "terraform_data" "probe_003" {
  input = one([coalesce({ id = module.solo.ids[2], name = !var.off ? "x" : "other", on = var.off }.id, element(values(terraform_data.follow)[*].id, tonumber("1")))])
}

resource "terraform_data" "probe_004" {
  input = "%{if substr(module.kids["south"].id, 0, 1) == "z"}${(var.settings.extra == null) || var.settings.enabled ? module.kids["east"].ids[0] : terraform_data.root.id}%{else}${local.shard_ids[sum([length(local.directory[keys(terraform_data.zone)[0]]), -36])]}%{endif}"
}

resource "terraform_data" "probe_005" {
  input = merge({ q = startswith(terraform_data.mesh.id, "zz") ? terraform_data.pool[yamldecode("k: api-y").k].id : module.solo.ids[0], p = lookup(module.solo.by_name, "n3", local.holes[1]) }, { for x in concat(values(terraform_data.svc)[*].id, local.all) : x => module.solo.by_name[substr("n1zz", 0, 2)] if can(var.tags["nope"]) })
}

resource "terraform_data" "probe_006" {
  for_each = var.services
  input    = "id=%{if var.settings.enabled}${terraform_data.cell[var.settings.size - 1].id != terraform_data.svc[each.key].id ? try(terraform_data.zone[format("%spi-stage", "a")].id, element(["zz", "stage"], 1)) : var.env}%{else}${lookup(terraform_data.cell[max(1, var.n - 9)].id != "x" ? merge(local.by_key, local.directory) : { for k, r2 in terraform_data.pool : k => r2.id }, lower("API"), "lit-3")}%{endif}"
}

locals {
  probe_007_a = "%{if contains(keys(var.services), var.settings.name)}${terraform_data.shard.3.id}%{else}${terraform_data.zone[split(":", "green:1")[0]].id}%{endif}"
  probe_007_b = flatten(values(module.kids)[*].ids)
}

resource "terraform_data" "probe_007" {
  input = "%{for i2, x in local.probe_007_b}${coalesce(local.probe_007_a, local.probe_007_a)};%{endfor}"
}

resource "terraform_data" "probe_008" {
  count = length(var.names)
  input = concat([for x in values(terraform_data.follow)[*].id : "id=%{if x != "x"}${one([terraform_data.shard[count.index % 4].id])}%{else}${[for m in module.kids : m.id if m.info.public][0]}%{endif}"], [{ id = tostring("lit-0"), name = var.k, on = var.env != "stage" }.id])
}

resource "terraform_data" "probe_009" {
  count = 2
  input = setunion(setunion(setsubtract(toset(local.maybe[*]), toset(module.solo.upstream)), setsubtract(setunion(toset([for m in module.kids : m.id if m.info.public]), [terraform_data.shard[(count.index + 1) % 4].id]), toset(values(terraform_data.follow)[*].output))), setsubtract(toset(flatten([for k3 in split(",", "s2,s3") : [for i5, x4 in values(terraform_data.named)[*].id : x4 if length(split(",", "s2,s3")) > 1]])), [element(formatlist("id/%s", module.solo.info.ids), count.index)]))
}

resource "terraform_data" "probe_010" {
  input = compact([lookup(length(terraform_data.named["tango"].id) < 36 ? module.solo.by_name : { for k, r2 in terraform_data.pool : k => r2.id }, replace("api#", "#", ""), module.kids["south"].id), local.absent, element(local.grouped["open"], min(2, var.n + 5))])
}

resource "terraform_data" "probe_011" {
  input = distinct(formatlist("id/%s", var.flag ? (terraform_data.cell[*].id) : (terraform_data.cell[*].id)))
}

resource "terraform_data" "probe_012" {
  input = zipmap(slice(reverse(local.upper_names), 0, 1), transpose({ (terraform_data.cell[1].id) = ["t1", "t2"] })[coalesce(var.none, "", "t1")])
}

resource "terraform_data" "probe_013" {
  input = one([for k, r2 in terraform_data.named : r2.id if k == element(["zz", "lima"], tonumber("1"))])
}

resource "terraform_data" "probe_014" {
  for_each = module.kids
  input    = reverse([for i in range(min(1, var.n + 5)) : each.value.id])
}

resource "terraform_data" "probe_015" {
  for_each = { gray = local.public_ids, green = values(terraform_data.named)[*].id }
  input    = try(compact(each.value)[0], terraform_data.mesh.id)
}

resource "terraform_data" "probe_016" {
  count = length(var.names)
  input = substr("zz${lookup({ for k in formatlist("%s-stage", keys(terraform_data.zone)) : upper(k) => terraform_data.pool[format("%spi-y", "a")].id if startswith(terraform_data.cell[var.n - 2].id, "zz") }, var.settings.suffix, terraform_data.shard[count.index].id)}", 2, -1)
}

resource "terraform_data" "probe_017" {
  input = coalesce(one([{ for k, r2 in terraform_data.zone : k => r2.id }])["gray"], contains(local.maybe[*], "x") ? coalesce(terraform_data.shard[2].id, local.typed[replace("second#", "#", "")]) : lookup(local.by_key, element(["zz", "green"], index(["i0", "i1"], "i1")), module.solo.info.ids[1]))
}

resource "terraform_data" "probe_018" {
  for_each = { one = coalesce(module.solo.info.chosen, terraform_data.svc["mail"].id), two = contains(var.names, local.label) ? "lit-3" : local.fallback[1] }
  input    = { for k2 in [for s in keys(var.tags) : lower(s)] : (var.env == "stage" ? "yes" : "no") => lookup(merge(each.value != null ? local.svc_ids : { for k3, r4 in terraform_data.named : k3 => r4.id }, { for k5, r6 in terraform_data.named : k5 => each.value if can(var.matrix[2][0]) }), "stage", module.kids["south"].primary)... if upper(each.value) == "X" }
}

resource "terraform_data" "probe_019" {
  input = "id=%{if local.by_key["green"] != terraform_data.svc["mail"].id}${lookup({ for i3 in range(1) : "k${i3}" => terraform_data.shard[1].id if i3 > 0 }, keys(var.services)[0], values(module.solo.by_name)[var.n > 1 ? 0 : 7])}%{else}${lookup(zipmap(slice(formatlist("%s-stage", local.upper_names), 0, 2), values(module.solo.by_name)), format("%sILO-stage", "K"), one([terraform_data.mesh.id]))}%{endif}"
}

resource "terraform_data" "probe_020" {
  input = values({ extra = var.settings.name, (try(var.free.nope, "api")) = local.by_key["green"] })
}

locals {
  probe_021_a = [for p in setproduct(terraform_data.shard[*].id, local.public) : p[0]]
}

resource "terraform_data" "probe_021" {
  input = [lookup({ for k6, r7 in terraform_data.svc : k6 => r7.id }, "job", "%{if var.flag || (var.none != null)}${!startswith(module.solo.upstream[0], "zz") ? terraform_data.cell[max(0, var.n - 9)].id : terraform_data.svc[substr("apizz", 0, 3)].id}%{else}${"%{if terraform_data.named["lima"].id != null}${"lit-0"}%{else}${terraform_data.svc[keys(var.services)[0]].id}%{endif}"}%{endif}"), local.probe_021_a, can(var.matrix[2][0])]
}

locals {
  probe_022_a = tolist(transpose({ (terraform_data.zone["gray"].id) = ["t1", "t2"] })["t2"])
  probe_022_b = one([for k3, r4 in terraform_data.named : r4.id if k3 == element(["zz", "lima"], sum([1, var.n, -var.n]))])
}

resource "terraform_data" "probe_022" {
  count = 3
  input = setsubtract(toset(try(local.maybe[*], [])), [lookup({ for k5, s6 in var.services : upper(k5) => local.probe_022_b if !s6.public }, var.env, try(local.probe_022_a[length(local.probe_022_b) - 35], terraform_data.shard[count.index].id))])
}

resource "terraform_data" "probe_023" {
  input = length(setunion(toset(module.solo[*].id), [terraform_data.zone["green"].id])) > 1 ? local.shard_ids : (local.maybe[*])
}

resource "terraform_data" "probe_024" {
  input = [for p in setproduct(tolist(local.nested.net.ids), local.upper_names) : p[1]]
}

resource "terraform_data" "probe_025" {
  count = length(var.names)
  input = lookup(terraform_data.vault.id != terraform_data.cell[min(count.index, 1)].id ? tomap(tomap({ for k, r2 in terraform_data.named : k => r2.id })) : { for k3 in local.upper_names : k3 => "%{if terraform_data.vault.id == "x"}${contains(keys(terraform_data.svc), k3) ? terraform_data.svc[k3].id : terraform_data.mesh.id}%{else}${terraform_data.hub.id}%{endif}" if contains(local.chosen, "x") }, var.settings.suffix, terraform_data.root.id)
}

resource "terraform_data" "probe_026" {
  input = [coalesce(null, terraform_data.vault.id)]
}

locals {
  probe_027_a = coalescelist(var.matrix[2], tolist(one([terraform_data.cell.*.id])))
}

resource "terraform_data" "probe_027" {
  input = { id = terraform_data.vault.id, ids = local.probe_027_a, tag = keys(var.services)[0], inner = { one = var.none } }
}

resource "terraform_data" "probe_028" {
  count = length(var.names)
  input = [terraform_data.shard[count.index].id, terraform_data.mesh.id != "x" ? [] : [for k, v2 in local.svc_ids : "id=%{if contains(var.matrix[0], k)}${v2}%{else}${terraform_data.relay.output.id}%{endif}"], (count.index != 0)]
}

resource "terraform_data" "probe_029" {
  input = reverse(contains(values(terraform_data.named)[*].id, "x") ? [terraform_data.mesh.id, module.kids[format("%sast", "e")].info.id] : [for k in var.matrix[0] : var.k])
}

resource "terraform_data" "probe_030" {
  for_each = module.kids
  input    = [each.value.ids, formatlist("%s:1", local.grouped["open"])]
}

resource "terraform_data" "probe_031" {
  input = { q = { for k, r2 in terraform_data.zone : k => r2.id }["green"], gray = try(coalescelist(var.matrix[2], [for k3, r4 in terraform_data.named : join("-", [for m in module.kids : m.id])])[0], terraform_data.named[var.env == "stage" ? "kilo" : "other"].id) }
}

resource "terraform_data" "probe_032" {
  for_each = toset(var.names)
  input = compact(split("\n", <<EOT
    %{if !(each.value == "kilo")~}
    yes ${terraform_data.shard[length(var.names) - 3].id}
    %{else~}
    no ${try(terraform_data.zone[each.key].id, terraform_data.hub.id)}
    %{endif~}
EOT
  ))
}

locals {
  probe_033_a = var.settings.suffix
  probe_033_b = replace("${try(terraform_data.zone[local.probe_033_a].id, terraform_data.hub.id)}#", "#", "")
}

resource "terraform_data" "probe_033" {
  input = <<EOT
    %{if local.probe_033_a == "x"~}
    yes ${local.probe_033_b}
    %{else~}
    no ${terraform_data.shard[0].id}
    %{endif~}
    ${local.probe_033_b}:1
EOT
}

resource "terraform_data" "probe_034" {
  input = [{ id = length([for i in range(2) : cidrsubnet(var.cidr, 8, i)]) > 3 ? tomap(local.directory)[lower("GRAY")] : element(concat(terraform_data.root.id == "x" ? [] : local.shard_ids, [terraform_data.cell[var.settings.enabled ? 1 : 7].id]), sum([2, var.n, -var.n])), name = try(var.free.nope, "kilo"), on = var.flag }]
}

resource "terraform_data" "probe_035" {
  for_each = { one = cidrhost(var.cidr, var.n), two = one([for k, r2 in terraform_data.pool : r2.id if k == substr("api-stagezz", 0, 9)]) }
  input    = each.value
}

resource "terraform_data" "probe_036" {
  for_each = { one = lookup({ for k, r2 in terraform_data.named : k => r2.id }, substr("tangozz", 0, 5), local.chosen[0]), two = try({ for k3, r4 in terraform_data.named : k3 => r4.id }[var.settings.name], module.kids["east"].ids[0]) }
  input    = setintersection(toset(yamldecode(jsonencode(terraform_data.shard.*.id))), setsubtract(toset(terraform_data.cell[*].id), [each.value]))
}

locals {
  probe_037_a = distinct(concat([module.kids["south"].by_name["left"], local.svc_ids[substr("mailzz", 0, 4)]], terraform_data.cell[*].id))
}

resource "terraform_data" "probe_037" {
  for_each = { for k, r in terraform_data.pool : k => r.id }
  input    = { id = each.value == "x" ? each.value : each.value, ids = local.probe_037_a, tag = var.settings.name, inner = { one = try([for k6, r7 in terraform_data.zone : terraform_data.zone[k6].id][5], lookup(module.solo.by_name, var.env, each.value)) } }
}

resource "terraform_data" "probe_038" {
  input = yamldecode(<<-EOT
    first: ${terraform_data.cell[1].id}
    more:
      - ${terraform_data.relay.input.id}
      - ${local.directory["gray"]}
  EOT
  )
}

resource "terraform_data" "probe_039" {
  for_each = { for k, r in terraform_data.named : k => r.id }
  input    = element(concat([for i in range(var.flag ? 2 : 7) : each.value if length(tolist(var.zones)) == 1], [terraform_data.root.id]), sum([0, var.n, -var.n]))
}

resource "terraform_data" "probe_040" {
  input = "%{if var.settings.extra == null}${element(concat(reverse(terraform_data.disabled[*].id), [terraform_data.vault.id]), length(var.names) - 1)}%{else}${local.svc_ids.mail}%{endif}"
}

resource "terraform_data" "probe_041" {
  input = lookup({ for x in toset(local.chosen) : x => var.k if var.env != "qa" }, substr("apizz", 0, 3), one([for k2, r3 in terraform_data.follow : r3.id if k2 == element(["zz", "green"], index(["i0", "i1", "i2", "i3"], "i3"))]))
}

resource "terraform_data" "probe_042" {
  count = var.flag ? 2 : 0
  input = setunion(setunion(setsubtract(toset(values(terraform_data.named)[*].id), toset(values(module.solo.by_name))), [terraform_data.svc["api"].id != null ? terraform_data.named["tango"].id : terraform_data.hub.id]), [coalesce(terraform_data.shard[count.index % length(terraform_data.shard)].id, format("%s", "x"))])
}

locals {
  probe_043_a = [for k, s2 in var.services : lookup(merge([local.typed, local.directory]...), k, "lit-0") if length(local.upper_names) < 3]
  probe_043_b = local.probe_043_a
}

resource "terraform_data" "probe_043" {
  count = length(terraform_data.shard)
  input = setunion(toset([for i4, k3 in reverse(keys(var.services)) : terraform_data.svc[k3].id if count.index != 2]), setsubtract(toset(lookup(local.grouped, split(":", "open:1")[0], [])), setintersection(toset(local.probe_043_b), setsubtract(toset(local.probe_043_b), ["api-stage"]))))
}

locals {
  probe_044_a = chunklist(chunklist(local.grouped["open"], 1)[0], 1)[0]
}

resource "terraform_data" "probe_044" {
  input = setsubtract(toset(local.probe_044_a), [local.by_key["green"]])
}

locals {
  probe_045_a = [for p in setproduct(values(terraform_data.pool)[*].id, keys(terraform_data.zone)) : p[0]]
  probe_045_b = terraform_data.zone[coalesce(var.none, "", "green")].id
}

resource "terraform_data" "probe_045" {
  for_each = { for k, r in terraform_data.svc : k => r.id }
  input    = { id = local.probe_045_b, ids = local.probe_045_a, tag = local.label, inner = { one = each.value } }
}

locals {
  probe_046_a = values({ extra = terraform_data.mesh.id, p = module.solo.info.id, api = terraform_data.vault.id })
}

resource "terraform_data" "probe_046" {
  input = chunklist(local.probe_046_a, 2)
}

locals {
  probe_047_a = terraform_data.cell[sum([0, var.n, -var.n])].id
}

resource "terraform_data" "probe_047" {
  for_each = { k0 = "kilo", k1 = "tango" }
  input    = concat(local.objects, [{ id = coalesce(module.solo.by_name["n1"], terraform_data.named[each.value].id), name = var.names[0], on = each.key == "k1" }, { id = local.probe_047_a, name = substr("tangozz", 0, 5), on = var.flag }])
}

resource "terraform_data" "probe_048" {
  input = flatten([concat([terraform_data.cell[0].id], matchkeys(terraform_data.shard[*].id, ["m0", "m1", "m0", "m1"], ["m0"])), chunklist(chunklist(terraform_data.cell[*].id, 1)[0], 1)[0]])
}

resource "terraform_data" "probe_049" {
  input = local.nested.net.primary == "x" ? transpose({ (module.kids["east"].info.ids[0]) = ["t1", "t2"] })["t2"] : reverse([module.kids[trimprefix("x-east", "x-")].id, terraform_data.named["kilo"].id])
}

resource "terraform_data" "probe_050" {
  for_each = { for k, r in terraform_data.zone : k => r.id }
  input    = [for k in local.upper_names : format("%s-%02d", each.value, sum([0, var.n, -var.n]))]
}

locals {
  probe_051_a = terraform_data.svc["job"].id
}

resource "terraform_data" "probe_051" {
  for_each = toset(var.names)
  input    = [terraform_data.named[each.value].id, terraform_data.cell[*].id, max(0, length(local.probe_051_a) - 40)]
}

resource "terraform_data" "probe_052" {
  for_each = { one = element(local.grouped["open"], min(2, var.n + 5)), two = try((values(terraform_data.svc)[*].id)[3], local.by_key["green"]) }
  input    = length(setintersection(toset(module.solo.upstream), toset(local.fallback))) > 1 ? chunklist([each.value, each.value, each.value], 2)[1] : [for k, v2 in zipmap(split(",", "s3,s1"), values(module.kids)[*].ids[0]) : format("%s/%s", local.label, contains(keys(terraform_data.zone), each.key) ? terraform_data.zone[each.key].id : terraform_data.vault.id)]
}

resource "terraform_data" "probe_053" {
  for_each = { one = jsondecode(jsonencode({ a = terraform_data.shard[1].id })).a, two = terraform_data.mesh.id }
  input    = [lookup(terraform_data.svc[format("%sob", "j")].id != null ? { for k2 in [for s in local.upper_names : lower(s)] : "${k2}-z" => terraform_data.named[k2].id } : local.by_key, var.env == "stage" ? "stage" : "other", module.solo.id), flatten([for k3, r4 in terraform_data.pool : terraform_data.shard[*].id]), (each.key != "one")]
}

resource "terraform_data" "probe_054" {
  for_each = { k0 = "kilo", k1 = "tango" }
  input    = upper(terraform_data.named[each.value].id) == "X" ? merge(zipmap(slice(values(var.tags), 0, 2), values(terraform_data.follow)[*].id), each.key != "k1" ? local.typed : local.svc_ids) : { (join("", ["a", "pi"])) = local.by_key["gray"], p = var.none }
}

resource "terraform_data" "probe_055" {
  input = { id = contains(values(var.tags), var.env) ? trimprefix("x-api-stage", "x-") : tostring(module.kids[lookup(var.tags, "nope", "east")].info.id), name = var.env, on = var.none != null }
}

resource "terraform_data" "probe_056" {
  input = "%{if startswith(terraform_data.zone[substr("grayzz", 0, 4)].id, "zz")}${coalesce(var.none, "", lookup(zipmap(slice(formatlist("%s-stage", local.upper_names), 0, 0), local.absent[*]), var.k, local.nested["tier"].primary))}%{else}${"lit-1"}%{endif}"
}

resource "terraform_data" "probe_057" {
  for_each = terraform_data.zone
  input    = { for k, r2 in terraform_data.follow : (var.settings.enabled ? "yes" : "no") => element(local.all, length(r2.id) - 35)... if startswith(k, "g") && contains(var.matrix[0], each.key) }
}

resource "terraform_data" "probe_058" {
  count = var.flag ? 2 : 0
  input = { q = [for m in module.kids : m.id if m.info.public][0], extra = "%{if can(tonumber(terraform_data.svc[element(["zz", "job"], max(1, var.n - 9))].id))}${terraform_data.shard[count.index % 4].id}%{else}${terraform_data.shard[count.index].id}%{endif}", gray = lookup({ for k, r2 in terraform_data.pool : k => r2.id }, tostring("api-stage"), terraform_data.cell[1].id) }
}

resource "terraform_data" "probe_059" {
  count = 2
  input = [{ id = coalesce("%{if can(tonumber(terraform_data.follow["gray"].output))}${terraform_data.cell[(count.index + 2) % 2].id}%{else}${var.settings.name}%{endif}", element(values(module.kids)[*].info.chosen, index(["i0", "i1", "i2"], "i2"))), name = yamldecode("k: lima").k, on = var.env != "qa" }]
}
