#!/usr/bin/env python3
"""Makes a random Terraform configuration and lets Terraform itself tell what each expression in it yields.

    python3 tests/oracle/generate.py --seed 1 --count 60 --out testdata/oracle/1

Needs Python 3.9+ (standard library only) and `terraform` on the PATH; no provider and no network, because all
resources are `terraform_data`, which is built into Terraform.

What is made in DIR (anything else that the run needs lives in a temporary directory):

  main.tf, child/main.tf   the configuration. About a dozen `terraform_data` resources (single, `count`, `for_each`,
                           one chained, two that relay values), variables, locals built of locals, the module
                           ./child called plainly ("solo") and with `for_each` ("kids"), and COUNT probes:
                           `resource "terraform_data" "probe_000" { input = <random expression> }`, a part of them
                           with `for_each` or `count`, a part with locals of their own right before them.
  plan.json                `terraform show -json` of the plan of the first apply: one line, without `timestamp`, and
                           `relevant_attributes` sorted (Terraform writes them in random order).
  answers.json             probe address -> the value of `input` after the apply, as `terraform show -json` has it.
                           Each id of a `terraform_data` instance is replaced by "@" and the address of the instance,
                           also inside longer strings (plainly: quotes in the address are not escaped once more).
                           Lists keep their order. Sets are lists here, in the order of the real ids, as is the result
                           of sort() or keys() on ids: these depend on the random ids of the one run that wrote the
                           file. The run applies twice more and prints the probes whose answers differ ("order").
                           A null input is null.

The same seed and count make the same main.tf, child/main.tf and plan.json, byte for byte (with the same Terraform).

How: expressions come from a grammar directed by type. It also tracks what it needs to stay in bounds: lengths of
lists, keys of maps, values of known strings and numbers, and whether an element may be null. What Terraform still
rejects (validate, plan or apply) is dropped by the position of the error, and the slot gets another expression, drawn
from its own random stream (seed, slot, attempt). Each slot has a feature or function that its expression must use, in
rotation, so that all are covered; at most a fourth of the probes may be wholly known at plan time. Nothing that is
random or depends on time is generated, and no expression lets a fragment of an id into its result.
"""

import argparse
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

FUNCTIONS = """concat flatten compact distinct slice element reverse values keys lookup merge zipmap try can one toset
tolist tomap coalesce coalescelist contains format formatlist join split replace cidrsubnet cidrhost jsonencode
jsondecode yamldecode range length index setunion setintersection setsubtract setproduct chunklist sort matchkeys
transpose sum max min lower upper trimprefix substr startswith tostring tonumber""".split()

FEATURES = """f:index f:computed-key f:splat f:attr-splat f:cond-known f:cond-unknown f:for-list f:for-object f:for-if
f:for-group f:for-two f:for-nested f:module f:module-each f:var f:local f:template f:heredoc f:tpl-if f:tpl-for
f:each-key f:each-value f:count-index f:expand f:null f:relay f:own-locals f:nested-object f:int-unknown f:id-keys
f:optional f:legacy-index""".split()

TARGETS = FUNCTIONS + FEATURES
KNOWN_SHARE = 0.25
MAX_LEN = 600


class E:
    """An expression: its text, and what is known of its value (n: length, keys: of a map, v: the value itself)."""

    def __init__(self, text, n=None, keys=None, v=None, atom=True):
        self.text, self.n, self.keys, self.v, self.atom = text, n, keys, v, atom

    def __str__(self):
        return self.text

    @property
    def p(self):
        # An index right after [*].id would belong to the splat.
        atom = self.atom and not re.search(r"\[\*\](\.\w+)*$", self.text)
        return self.text if atom else "(" + self.text + ")"


def q(s):
    return json.dumps(s)


class Rng:
    """Only random() is used of the generator: it is the part that Python promises to keep."""

    def __init__(self, *seed):
        self.r = random.Random("/".join(str(s) for s in seed))

    def below(self, n):
        return int(self.r.random() * n)

    def int(self, a, b):
        return a + self.below(b - a + 1)

    def pick(self, xs):
        return xs[self.below(len(xs))]

    def chance(self, p):
        return self.r.random() < p

    def sample(self, xs, k):
        xs, out = list(xs), []
        while len(out) < k:
            out.append(xs.pop(self.below(len(xs))))
        return out

    def weighted(self, pairs):
        x = self.r.random() * sum(w for w, _ in pairs)
        for w, f in pairs:
            x -= w
            if x < 0:
                return f
        return pairs[-1][1]


CHILD = '''variable "name" {
  type = string
}

variable "size" {
  type    = number
  default = 2
}

variable "nodes" {
  type    = set(string)
  default = ["left", "right"]
}

variable "upstream" {
  type    = list(string)
  default = []
}

variable "opts" {
  type = object({
    tag    = optional(string, "none")
    public = optional(bool, false)
    alias  = optional(string)
  })
  default = {}
}

locals {
  numbered = terraform_data.numbered[*].id
  by_name  = { for k, r in terraform_data.node : k => r.id }
}

resource "terraform_data" "main" {
  input = var.name
}

resource "terraform_data" "numbered" {
  count = var.size
}

resource "terraform_data" "node" {
  for_each = var.nodes
  input    = "${var.name}-${each.key}"
}

output "id" {
  value = terraform_data.main.id
}

output "ids" {
  value = concat([terraform_data.main.id], local.numbered)
}

output "by_name" {
  value = local.by_name
}

output "info" {
  value = {
    id       = terraform_data.main.id
    name     = var.name
    tag      = var.opts.tag
    public   = var.opts.public
    alias    = var.opts.alias
    ids      = local.numbered
    upstream = var.upstream
    chosen   = var.opts.public ? terraform_data.main.id : terraform_data.numbered[0].id
  }
}

output "upstream" {
  value = var.upstream
}

output "primary" {
  value = try(var.upstream[0], terraform_data.main.id)
}
'''


class World:
    """The part of the configuration that the probes refer to."""

    def __init__(self, seed):
        r = Rng("world", seed)
        self.r = r
        pool = ["alpha", "bravo", "delta", "echo", "golf", "hotel", "kilo", "lima", "oscar", "tango"]
        names = r.sample(pool, 3)
        self.singles = r.sample(["hub", "edge", "core", "root", "mesh", "vault"], 4)
        self.env = r.pick(["prod", "stage", "dev"])
        self.k = r.pick(["web", "api", "job"])
        self.tags = dict(zip(r.sample(["team", "tier", "owner", "area", "cost"], 3), r.sample(pool, 3)))
        self.tags = dict(sorted(self.tags.items()))
        self.names = names
        self.zones = sorted(r.sample(["a", "b", "c", "d"], 3))
        self.n = r.int(2, 3)
        self.services = {
            k: {"port": r.pick([80, 443, 8080, 9090]), "public": i == 0 or (i == 1 and r.chance(0.5))}
            for i, k in enumerate(r.sample(["web", "api", "job", "auth", "mail"], 3))
        }
        self.services = dict(sorted(self.services.items()))
        self.cname = r.sample(["worker", "shard", "cell"], 2)
        self.counts = {self.cname[0]: r.int(2, 4), self.cname[1]: self.n}
        self.comp = sorted(self.k + "-" + s for s in ["x", "y", self.env])
        self.setname, self.mapname = r.sample(["pool", "lane", "zone", "gate"], 2)
        self.mapkeys = sorted(r.sample(["red", "blue", "green", "gray"], r.int(2, 3)))
        # for_each resources: name -> keys (in Terraform's order)
        self.each = {
            "svc": list(self.services),
            "named": sorted(names),
            self.setname: self.comp,
            self.mapname: self.mapkeys,
            "follow": self.mapkeys,
        }
        self.kids = sorted(r.sample(["east", "west", "north", "south"], 2))
        self.kid_public = self.kids[r.below(2)]
        self.kid_size = {k: r.int(1, 3) for k in self.kids}
        self.solo_size = r.int(2, 3)
        self.solo_nodes = sorted(r.sample(["n1", "n2", "n3"], 2))
        self.flag = True

        s, c, w = self.singles, self.cname, self
        # known strings: text -> value
        self.kstr = {
            "var.env": self.env, "var.k": self.k, "local.label": self.k + "-" + self.env, "var.settings.name": "main",
            "var.settings.suffix": "x",
        }
        # lists of known strings
        self.klist = {
            "var.names": names, "keys(var.tags)": sorted(self.tags), "tolist(var.zones)": self.zones,
            "local.upper_names": [n.upper() for n in names], "keys(var.services)": list(self.services),
            "local.public": [k for k, v in self.services.items() if v["public"]],
            "var.settings.list": ["one", "two"], "values(var.tags)": list(self.tags.values()),
            "var.matrix[0]": ["r0", "r1"], "keys(terraform_data.%s)" % self.mapname: self.mapkeys,
        }
        # lists of ids, not null
        self.lists = {
            "local.pair": 2, "local.%s_ids" % c[0]: self.counts[c[0]], "local.all": 2 + self.counts[c[0]],
            "local.public_ids": len(self.klist["local.public"]), "local.chosen": 2, "local.fallback": self.counts[c[1]],
            "local.nested.net.ids": 2,
        }
        self.maps = {
            "local.by_key": self.mapkeys, "local.directory": sorted(self.mapkeys + ["extra"]),
            "local.svc_ids": list(self.services), "local.typed": ["first", "second"],
        }
        lines = []
        o = lines.append

        def tf(v):
            return json.dumps(v)

        o('''variable "names" {
  type    = list(string)
  default = %s
}

variable "zones" {
  type    = set(string)
  default = %s
}

variable "tags" {
  type    = map(string)
  default = %s
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
  default = %d
}

variable "env" {
  type    = string
  default = %s
}

variable "k" {
  default = %s
}

variable "none" {
  type    = string
  default = null
}

variable "cidr" {
  type    = string
  default = "10.%d.0.0/16"
}

variable "matrix" {
  type    = list(list(string))
  default = [["r0", "r1"], ["r2"], []]
}

variable "free" {
  default = { a = [1, "two", true], b = { c = %s } }
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
  default = {''' % (tf(names), tf(self.zones), "{ " + ", ".join("%s = %s" % (k, tf(v)) for k, v in self.tags.items())
                    + " }", self.n, tf(self.env), tf(self.k), r.int(1, 200), tf(r.pick(pool))))
        for k, v in self.services.items():
            o("    %s = { port = %d%s }" % (k, v["port"], ", public = true" if v["public"] else ""))
        o("  }\n}\n")

        o("locals {")
        o('  label       = "${var.k}-${var.env}"')
        o("  upper_names = [for n in var.names : upper(n)]")
        o("  public      = [for k, s in var.services : k if s.public]")
        o("  pair        = [terraform_data.%s.id, terraform_data.%s.id]" % (s[0], s[1]))
        o("  %s_ids  = terraform_data.%s[*].id" % (c[0], c[0]))
        o("  all         = concat(local.pair, local.%s_ids)" % c[0])
        o("  by_key      = { for k, r in terraform_data.%s : k => r.id }" % self.mapname)
        o("  directory   = merge(local.by_key, { extra = terraform_data.%s.id })" % s[2])
        o("  svc_ids     = { for k, s in var.services : k => terraform_data.svc[k].id }")
        o("  public_ids  = [for k in local.public : local.svc_ids[k]]")
        o('  grouped     = { for k, s in var.services : (s.public ? "open" : "closed") => '
          'terraform_data.svc[k].id... }')
        o("  chosen      = var.flag ? local.pair : slice(local.all, 0, 1)")
        o("  fallback    = coalescelist([], terraform_data.%s[*].id)" % c[1])
        o("  typed       = tomap({ first = terraform_data.%s.id, second = local.pair[1] })" % s[3])
        o("  holes       = [terraform_data.%s.id, null, var.none, local.pair[0]]" % s[3])
        o("  either      = terraform_data.%s.id == \"x\" ? local.pair[0] : local.pair[1]" % s[2])
        o("  maybe       = one(terraform_data.optional[*].id)")
        o("  absent      = one(terraform_data.disabled[*].id)")
        o("  objects = [")
        for i in range(3):
            o("    { name = %s, id = terraform_data.%s.id, on = %s }," % (tf(names[i]), s[i], tf(i != 1)))
        o("  ]")
        o("  nested = {")
        o("    net  = { ids = local.pair, primary = local.either }")
        o("    tier = { ids = terraform_data.%s[*].id, primary = terraform_data.%s[0].id }" % (c[1], c[1]))
        o("  }")
        o("}\n")

        for i, x in enumerate(s):
            o('resource "terraform_data" "%s" {%s}\n' % (x, "\n  input = %s\n" % tf(x) if i == 0 else ""))
        o('resource "terraform_data" "%s" {\n  count = %d\n}\n' % (c[0], self.counts[c[0]]))
        o('resource "terraform_data" "%s" {\n  count = var.n\n  input = "%s-${count.index}"\n}\n' % (c[1], c[1]))
        o('resource "terraform_data" "optional" {\n  count = var.flag ? 1 : 0\n}\n')
        o('resource "terraform_data" "disabled" {\n  count = var.off ? 1 : 0\n}\n')
        o('resource "terraform_data" "svc" {\n  for_each = var.services\n  input    = each.value.port\n}\n')
        o('resource "terraform_data" "named" {\n  for_each = toset(var.names)\n}\n')
        o('resource "terraform_data" "%s" {\n  for_each = toset(["${var.k}-x", "${var.k}-y", local.label])\n}\n'
          % self.setname)
        o('resource "terraform_data" "%s" {\n  for_each = { %s }\n  input    = each.value\n}\n'
          % (self.mapname, ", ".join("%s = %s" % (k, tf(k[0])) for k in self.mapkeys)))
        o('resource "terraform_data" "follow" {\n  for_each = terraform_data.%s\n  input    = each.value.id\n}\n'
          % self.mapname)
        o('resource "terraform_data" "relay" {\n  input = {\n    id   = terraform_data.%s.id\n    ids  = '
          'terraform_data.%s[*].id\n    name = "relayed"\n  }\n}\n' % (s[1], c[0]))
        o('module "solo" {\n  source   = "./child"\n  name     = "solo"\n  size     = %d\n  nodes    = %s\n  '
          'upstream = local.pair\n}\n' % (self.solo_size, tf(self.solo_nodes)))
        o('module "kids" {\n  source   = "./child"\n  for_each = {')
        for k in self.kids:
            o("    %s = { size = %d, public = %s }" % (k, self.kid_size[k], tf(k == self.kid_public)))
        o('  }\n  name     = each.key\n  size     = each.value.size\n  upstream = each.value.public '
          '? [terraform_data.%s.id] : []\n  opts     = { tag = "t-${each.key}", '
          'public = each.value.public }\n}\n' % s[3])
        self.text = "\n".join(lines) + "\n"


class Gen:
    """Draws the text of one probe."""

    def __init__(self, world, rng, name):
        self.w, self.r, self.name = world, rng, name
        self.used = collections.Counter()
        self.env = []  # (name, kind, data): S id, K known string (data: values), I known int (data: below), O object
        self.names = 0

    # -- helpers

    def use(self, *names):
        for n in names:
            self.used[n] += 1

    def fn(self, name, *args, **k):
        self.use(name)
        return E("%s(%s)" % (name, ", ".join(str(a) for a in args)), **k)

    def fresh(self, base):
        self.names += 1
        return base if self.names == 1 else "%s%d" % (base, self.names)

    def vars(self, kind):
        return [(n, d) for n, k, d in self.env if k == kind]

    def bound(self, *entries):
        return Bound(self, entries)

    def tpl(self, *parts):
        self.use("f:template")
        return E('"' + "".join(p if isinstance(p, str) else "${" + str(p) + "}" for p in parts) + '"')

    def choose(self, options):
        return self.r.weighted(options)()

    # -- known things

    def K(self, value=None, d=1):
        """A string known at plan time; of this value, if one is told."""
        r, w = self.r, self.w
        if value is None:
            ks = self.vars("K")
            if ks and r.chance(0.5):
                return E(r.pick(ks)[0])
            t = r.pick(list(w.kstr))
            self.use("f:var" if t.startswith("var") else "f:local")
            if d <= 0 or r.chance(0.4):
                return E(t, v=w.kstr[t])
            value = w.kstr[t]
        same = [t for t, v in w.kstr.items() if v == value]
        inside = [(t, v) for t, v in w.kstr.items() if v in value and v != value and len(v) > 1]
        k = lambda t, **x: E(t, v=value, **x)
        lists = [(t, v) for t, v in w.klist.items() if value in v]
        opts = [(5, lambda: k(q(value)))]
        if d > 0:
            self.use("f:computed-key")
            if same:
                opts.append((6, lambda: k(r.pick(same))))
            if inside:
                def part():
                    t, v = r.pick(inside)
                    a, _, b = value.partition(v)
                    return k(str(self.tpl(a, E(t), b)))
                opts.append((14, part))
            if lists:
                def at():
                    t, v = r.pick(lists)
                    return k("%s[%s]" % (t, self.I(v.index(value), 0)))
                opts.append((4, at))

            def joined():
                i = max(1, len(value) // 2)
                return self.fn("join", q(""), "[%s, %s]" % (q(value[:i]), q(value[i:])), v=value)
            opts += [
                (2, lambda: self.fn("lower", q(value.upper()), v=value)) if value == value.lower() else
                (2, lambda: self.fn("upper", q(value.lower()), v=value)),
                (2, lambda: self.fn("trimprefix", q("x-" + value), q("x-"), v=value)),
                (2, lambda: self.fn("substr", q(value + "zz"), 0, len(value), v=value)),
                (2, lambda: self.fn("replace", q(value + "#"), q("#"), q(""), v=value)),
                (2, lambda: self.fn("format", q("%s" + value[1:]), q(value[0]), v=value)),
                (1, joined),
                (2, lambda: self.fn("element", "[%s, %s]" % (q("zz"), q(value)), self.I(None, 0, mod=(2, 1)), v=value)),
                (2, lambda: self.cond_known(k(q(value)), E(q("other")), True)),
                (1, lambda: k(str(self.fn("jsondecode", q(json.dumps(value)))))),
                (1, lambda: k(str(self.fn("yamldecode", q("k: " + value))) + ".k")),
                (1, lambda: self.fn("coalesce", "var.none", q(""), q(value), v=value)),
                (1, lambda: self.fn("tostring", q(value), v=value)),
                (1, lambda: k("%s[0]" % self.fn("split", q(":"), q(value + ":1")))),
                (1, lambda: self.fn("try", "var.free.nope", q(value), v=value)),
                (1, lambda: self.fn("lookup", "var.tags", q("nope"), q(value), v=value)),
            ]
        return self.choose(opts)

    def I(self, value=None, d=1, mod=None):
        """A number known at plan time."""
        r, w = self.r, self.w
        if value is None:
            value = r.int(0, 2)
            if mod:
                value = mod[1] + mod[0] * r.int(0, 1)
        i = lambda t, **x: E(t, v=value, **x)
        opts = [(6, lambda: i(str(value)))]
        if d > 0 or mod:
            def diff():
                t, v = r.pick([(t, len(v)) for t, v in w.klist.items()])
                self.use("length")
                off = value - v
                t = "length(%s)" % t
                return i(t) if not off else i("%s %s %d" % (t, "+" if off > 0 else "-", abs(off)), atom=False)

            def varn():
                off = value - w.n
                t = r.pick(["var.n"] + (["var.settings.size"] if w.n == 2 else []))
                self.use("f:var", "f:optional")
                return i(t) if not off else i("%s %s %d" % (t, "+" if off > 0 else "-", abs(off)), atom=False)
            opts += [
                (2, diff), (3, varn),
                (2, lambda: self.fn("min", value, "var.n + 5", v=value)),
                (2, lambda: self.fn("max", value, "var.n - 9", v=value)),
                (2, lambda: self.fn("tonumber", q(str(value)), v=value)),
                (2, lambda: self.fn("sum", "[%d, var.n, -var.n]" % value, v=value)),
                (2, lambda: self.fn("index", "[%s]" % ", ".join(q("i%d" % j) for j in range(value + 1)),
                                    q("i%d" % value), v=value)),
                (1, lambda: i("%s[%d]" % (self.fn("range", "var.n + 5"), value))),
                (1, lambda: self.cond_known(i(str(value)), E("7"), True)),
                (1, lambda: self.fn("try", 'tonumber("x")', value, v=value)),
            ]
        return self.choose(opts)

    def KL(self, d=1, least=0):
        """A list of known strings; its values are known to the generator."""
        r, w = self.r, self.w
        base = [(t, v) for t, v in w.klist.items() if len(v) >= least and len(set(v)) == len(v)]
        t, v = r.pick(base)
        if "(" in t:
            self.use(t.split("(")[0])
        self.use("f:var" if "var." in t else "f:local")
        if d <= 0 or r.chance(0.45):
            return E(t, n=len(v), v=v)

        def lit():
            v = r.sample(["red", "blue", "x", "y", "q1", "q2"], max(least, r.int(1, 3)))
            return E("[%s]" % ", ".join(q(x) for x in v), n=len(v), v=v)

        def fmt():
            return self.fn("formatlist", q("%s-" + w.env), t, n=len(v), v=[x + "-" + w.env for x in v])

        def spl():
            v = r.sample(["s1", "s2", "s3", w.k], max(least, 2))
            return self.fn("split", q(","), q(",".join(v)), n=len(v), v=v)

        def srt():
            return self.fn("sort", t, n=len(v), v=sorted(v))

        def rev():
            return self.fn("reverse", t, n=len(v), v=v[::-1])

        def low():
            x = self.fresh("s")
            f = r.pick(["lower", "upper"])
            self.use(f, "f:for-list")
            return E("[for %s in %s : %s(%s)]" % (x, t, f, x), n=len(v), v=[getattr(y, f)() for y in v])

        def sub():
            return self.fn("sort", self.fn("setsubtract", t, '["nope"]'), n=len(v), v=sorted(v))

        def net():
            n = max(least, 2)
            x = self.fresh("i")
            self.use("cidrsubnet", "range", "f:for-list")
            return E("[for %s in range(%d) : cidrsubnet(var.cidr, 8, %s)]" % (x, n, x), n=n, v=[None] * n)
        return self.choose([(3, lit), (2, fmt), (2, spl), (2, srt), (1, rev), (2, low), (1, sub)]
                           + ([(1, net)] if least == 0 else []))

    def cond_known(self, a, b, want=None):
        self.use("f:cond-known")
        if want is None:
            c = self.BK(1)
        else:
            c = E(self.r.pick(["var.flag", "var.settings.enabled", "!var.off", "var.n > 1",
                               "var.env == %s" % q(self.w.env)]), atom=False)
        return E("%s ? %s : %s" % (c, a.p, b.p), v=a.v if want else None, atom=False,
                 n=a.n if want or a.n == b.n else None, keys=a.keys if want or a.keys == b.keys else None)

    def BK(self, d=1):
        """A bool known at plan time."""
        r, w = self.r, self.w
        b = lambda t: E(t, atom=False)
        ks, ints, objs = self.vars("K"), self.vars("I"), self.vars("O")
        opts = [
            (3, lambda: E(r.pick(["var.flag", "var.off", "var.settings.enabled"]))),
            (2, lambda: b("var.env %s %s" % (r.pick(["==", "!="]), q(r.pick([w.env, "qa"]))))),
            (1, lambda: b("var.none %s null" % r.pick(["==", "!="]))),
            (1, lambda: b("var.settings.extra == null")),
        ]
        if ks:
            n, v = r.pick(ks)
            opts.append((8, lambda: b("%s %s %s" % (n, r.pick(["==", "!="]), q(r.pick([x for x in v if x] or ["x"]))))))
            opts.append((3, lambda: self.fn("startswith", n, q(r.pick([x for x in v if x] or ["x"])[:1]))))
            opts.append((3, lambda: self.fn("contains", self.KL(0), n)))
        if ints:
            opts.append((8, lambda: b("%s %s %s" % (r.pick(ints)[0], r.pick(["<", ">", "==", "!="]), self.I(d=0).p))))
        if objs:
            opts.append((6, lambda: E(r.pick(objs)[0] + ".on")))
        if d > 0:
            def has():
                l = self.KL(0)
                return self.fn("contains", l, self.K(None, 0))
            opts += [
                (3, has),
                (2, lambda: b("%s %s %d" % (self.fn("length", self.KL(1)), r.pick([">", "<", "=="]), r.int(1, 3)))),
                (2, lambda: self.fn("can", r.pick(["var.free.nope", 'var.tags["nope"]', "var.free.b.c",
                                                   "var.matrix[2][0]", "tonumber(var.env)"]))),
                (2, lambda: self.fn("startswith", "var.env", q(r.pick([w.env[:2], "z"])))),
                (2, lambda: b("%s %s %s" % (self.BK(0).p, r.pick(["&&", "||"]), self.BK(0).p))),
                (1, lambda: b("!" + self.BK(0).p)),
                (2, lambda: self.fn("try", "var.free.nope", self.BK(0))),
                (1, lambda: b("%s == %s" % (self.fn("substr", "var.env", 0, 1), q(w.env[0])))),
            ]
        return self.choose(opts)

    def BU(self, d=1):
        """A bool that is unknown at plan time (its final value does not depend on the random ids)."""
        r = self.r
        b = lambda t: E(t, atom=False)
        s = lambda: self.S(0 if r.chance(0.6) else d - 1, nn=True, idonly=True)
        opts = [
            (4, lambda: b('%s == "x"' % s().p)),
            (4, lambda: b('%s != "x"' % s().p)),
            (1, lambda: b("%s != null" % s().p)),
            (2, lambda: b("%s %s 36" % (self.fn("length", s()), r.pick(["==", "<"])))),
            (2, lambda: self.fn("startswith", s(), q("zz"))),
            (2, lambda: self.fn("contains", self.L(max(0, d - 1)), q("x"))),
            (1, lambda: self.fn("can", self.fn("tonumber", s()))),
        ]
        if d > 0:
            opts += [
                (2, lambda: b("%s != %s" % (s().p, s().p))),
                (2, lambda: b("%s %s %s" % (self.BU(0).p, r.pick(["&&", "||"]), self.BK(0).p))),
                (1, lambda: b("!" + self.BU(0).p)),
                (2, lambda: b("%s > 1" % self.fn("length", self.SS(1)))),
                (1, lambda: b('%s == "X"' % self.fn("upper", s()))),
                (1, lambda: b('%s == "z"' % self.fn("substr", s(), 0, 1))),
                (1, lambda: b("%s > 0" % self.IU())),
            ]
        return self.choose(opts)

    def IU(self):
        """A small number that is unknown at plan time: 0 or 1 in the end."""
        r = self.r
        self.use("f:int-unknown")
        s = self.S(0, nn=True, idonly=True)
        n = r.int(0, 1)
        return self.choose([
            (3, lambda: E("%s - %d" % (self.fn("length", s), 36 - n), v=n, atom=False)),
            (2, lambda: self.fn("sum", "[%s, %d]" % (self.fn("length", s), n - 36), v=n)),
            (2, lambda: self.fn("min", n, self.fn("length", s), v=n)),
            (2, lambda: self.fn("max", n, "%s - 40" % self.fn("length", s), v=n)),
            (2, lambda: E('%s ? %d : %d' % (self.BU(0), 0, 1), atom=False)),
            (1, lambda: self.fn("index", "[%s, %s]" % (s, q("z")), s, v=0)),
            (1, lambda: self.fn("tonumber", self.tpl(E("length(%s) - %d" % (s, 36 - n))), v=n)),
        ])

    # -- ids

    def ref(self):
        """A direct reference to an id."""
        r, w = self.r, self.w
        ks, ints = self.vars("K"), self.vars("I")

        def single():
            return E("terraform_data.%s.id" % r.pick(w.singles))

        def counted():
            c = r.pick(w.cname)
            n = w.counts[c]
            self.use("f:index")
            if r.chance(0.07):
                self.use("f:legacy-index")
                return E("terraform_data.%s.%d.id" % (c, r.below(n)))
            return E("terraform_data.%s[%s].id" % (c, self.I(r.below(n), r.int(0, 1))))

        def counted_by():
            i, below = r.pick(ints)
            c = r.pick(w.cname)
            n = w.counts[c]
            opts = ["%s %% %d" % (i, n), "(%s + %d) %% %d" % (i, r.int(1, 3), n),
                    "%s %% length(terraform_data.%s)" % (i, c), "min(%s, %d)" % (i, n - 1)]
            if below <= n:
                opts += [i, i, i, "%d - %s" % (n - 1, i), "length(terraform_data.%s) - 1 - %s" % (c, i)]
            t = r.pick(opts)
            for f in ("length", "min"):
                if f + "(" in t:
                    self.use(f)
            return E("terraform_data.%s[%s].id" % (c, t))

        def keyed():
            f = r.pick(list(w.each))
            k = r.pick(w.each[f])
            self.use("f:index")
            return E("terraform_data.%s[%s].id" % (f, self.K(k, int(r.chance(0.6)))))

        def keyed_by():
            n, values = r.pick(ks)
            fits = [f for f, keys in w.each.items() if set(values) <= set(keys)]
            if fits and r.chance(0.85):
                return E("terraform_data.%s[%s].id" % (r.pick(fits), n))
            f = r.pick(list(w.each))
            if r.chance(0.5):
                return self.fn("try", "terraform_data.%s[%s].id" % (f, n), single())
            self.use("contains", "keys", "f:cond-known")
            return E("contains(keys(terraform_data.%s), %s) ? terraform_data.%s[%s].id : %s" % (f, n, f, n, single()),
                     atom=False)

        def module():
            self.use("f:module")
            return E(r.pick([
                "module.solo.id", "module.solo.ids[%s]" % self.I(r.int(0, w.solo_size), 0),
                "module.solo.by_name[%s]" % self.K(r.pick(w.solo_nodes), 0), "module.solo.info.id",
                "module.solo.info.ids[%s]" % self.I(r.below(w.solo_size), 0), "module.solo.info.chosen",
                "module.solo.primary", "module.solo.upstream[%d]" % r.below(2)]))

        def kid():
            self.use("f:module-each")
            k = r.pick(w.kids)
            m = "module.kids[%s]" % self.K(k, r.int(0, 1))
            return E(m + r.pick([
                ".id", ".info.id", ".info.chosen", ".primary", ".ids[0]", '.by_name["%s"]' % r.pick(["left", "right"]),
                ".ids[%d]" % r.int(0, w.kid_size[k]), ".info.ids[0]"]))

        def local():
            self.use("f:local")
            if r.chance(0.5):
                return E(r.pick(["local.either", "local.maybe", "local.nested.net.primary",
                                 'local.nested["tier"].primary', "local.typed.first", "local.directory.extra",
                                 "local.objects[0].id"]))
            if r.chance(0.5):
                m = r.pick(list(w.maps))
                return E("%s[%s]" % (m, self.K(r.pick(w.maps[m]), r.int(0, 1))))
            l = r.pick([l for l in w.lists if w.lists[l]])
            return E("%s[%s]" % (l, self.I(r.below(w.lists[l]), r.int(0, 1))))

        def relay():
            self.use("f:relay")
            k = r.pick(w.mapkeys)
            return E(r.pick(["terraform_data.relay.output.id", "terraform_data.relay.input.id",
                             "terraform_data.relay.output.ids[0]", "terraform_data.relay.input.ids[1]",
                             "terraform_data.follow[%s].input" % q(k), "terraform_data.follow[%s].output" % q(k)]))

        opts = [(4, single), (4, counted), (5, keyed), (2, module), (2, kid), (3, local), (1.2, relay)]
        if ks:
            opts.append((14, keyed_by))
        if ints:
            opts.append((12, counted_by))
        return self.choose(opts)

    def S(self, d, nn=False, idonly=False):
        """A string: an id, a literal, or null."""
        r, w = self.r, self.w
        ss, objs = self.vars("S"), self.vars("O")
        if ss and r.chance(0.45):
            return E(r.pick(ss)[0])
        if objs and r.chance(0.45):
            return E(r.pick(objs)[0] + ".id")
        if not idonly and r.chance(0.1 if nn else 0.16):
            if not nn and r.chance(0.6):
                self.use("f:null")
                return E(r.pick(["null", "var.none", "local.absent", "var.settings.extra", "local.holes[1]",
                                 "terraform_data.%s.input" % w.singles[1]]))
            return r.pick([lambda: self.K(None, 1), lambda: E(q("lit-%d" % r.below(4)))])()
        if d <= 0 or r.chance(0.12):
            return self.ref()
        n = d - 1

        def s(nn_=nn):
            return self.S(n, nn_, idonly)

        def at():
            l = self.L(n, nn)
            if not l.n:
                return self.fn("try", "%s[0]" % l.p, self.S(0, True, True))
            return E("%s[%s]" % (l.p, self.I(r.below(l.n), r.int(0, 1))))

        def element():
            l = self.L(n, nn)
            if not l.n:
                l = self.fn("concat", l, "[%s]" % self.S(0, True, True))
            ints = self.vars("I")
            return self.fn("element", l, r.pick(ints)[0] if ints and r.chance(0.6) else self.I())

        def unknown_index():
            l = self.L(n, nn)
            if l.n and l.n > 1:
                return self.fn("element", l, self.IU()) if r.chance(0.5) else E("%s[%s]" % (l.p, self.IU()))
            return self.fn("try", "%s[%s]" % (l.p, self.IU()), self.S(0, True, True))

        def cond():
            if r.chance(0.4):
                return self.cond_known(s(), s())
            self.use("f:cond-unknown")
            return E("%s ? %s : %s" % (self.BU(1), s().p, s().p), atom=False)

        def mapped():
            m = self.M(n, nn)
            if m.keys:
                k = r.pick(m.keys)
                if r.chance(0.2) and re.fullmatch("[a-z_][a-z0-9_]*", k):
                    return E("%s.%s" % (m.p, k))
                return E("%s[%s]" % (m.p, self.K(k, r.int(0, 1))))
            return self.fn("lookup", m, self.K(), self.S(0, True, True))

        def lookup():
            m = self.M(n, nn)
            k = self.K(r.pick(m.keys), r.int(0, 1)) if m.keys and r.chance(0.75) else self.K()
            return self.fn("lookup", m, k, s())

        def attempt():
            return self.choose([
                (3, lambda: self.fn("try", "%s[%s]" % (self.M(n, nn).p, self.K()), s())),
                (2, lambda: self.fn("try", "%s[%d]" % (self.L(n, nn).p, r.int(0, 5)), s())),
                (2, lambda: self.fn("try", "terraform_data.disabled[0].id", s())),
                (2, lambda: self.fn("try", "terraform_data.%s[%s].id" % (w.mapname, self.K()), s())),
                (1, lambda: self.fn("try", "var.free.b.nope", "var.settings.nope" if False else s(), q("end"))),
            ])

        def only():
            f = r.pick(list(w.each))
            k, x = self.fresh("k"), self.fresh("r")
            self.use("f:for-list", "f:for-if", "f:for-two")
            return self.choose([
                (2, lambda: self.fn("one", "[%s]" % s())),
                (2, lambda: self.fn("one", "terraform_data.optional[*].id")),
                (0 if nn else 2, lambda: self.fn("one", "terraform_data.disabled[*].id")),
                (3, lambda: self.fn("one", "[for %s, %s in terraform_data.%s : %s.id if %s == %s]" % (
                    k, x, f, x, k, self.K(r.pick(w.each[f]))))),
                (1, lambda: self.fn("one", self.fn("toset", "[%s]" % s(True)))),
            ])

        def same():
            """Ways through a string that give back the id."""
            x = s(True)
            return self.choose([
                (3, lambda: self.tpl(x)),
                (2, lambda: self.fn("join", q(""), "[%s]" % x)),
                (2, lambda: E("%s[0]" % self.fn("split", q(":"), self.tpl(x, ":1")))),
                (2, lambda: self.fn("trimprefix", self.tpl("x-", x), q("x-"))),
                (2, lambda: self.fn("replace", self.tpl(x, "#"), q("#"), q(""))),
                (2, lambda: self.fn("format", q("%s"), x)),
                (2, lambda: self.fn("tostring", x)),
                (1, lambda: self.fn("lower", x)),
                (1, lambda: self.fn("substr", self.tpl("zz", x), 2, -1)),
                (2, lambda: E("%s.a" % self.fn("jsondecode", self.fn("jsonencode", "{ a = %s }" % x)))),
                (2, lambda: E("%s.a" % self.fn("yamldecode", self.tpl("a: ", x)))),
            ])

        def tplif():
            self.use("f:tpl-if")
            c = self.BK(1) if r.chance(0.5) else self.BU(1)
            return E('"%%{ if %s }${%s}%%{ else }${%s}%%{ endif }"' % (c, s(True), s(True)))

        def cidr():
            return self.choose([
                (1, lambda: self.fn("cidrsubnet", "var.cidr", 8, self.IU() if idonly or r.chance(0.6) else self.I())),
                (1, lambda: self.fn("cidrhost", "var.cidr", self.IU() if idonly or r.chance(0.6) else self.I())),
                (1, lambda: self.fn("cidrhost", self.fn("cidrsubnet", "var.cidr", 8, self.IU()), 4)),
            ])

        return self.choose([
            (4, at), (3, element), (2, unknown_index), (5, cond), (5, mapped), (3, lookup), (3, attempt), (3, only),
            (2, lambda: self.fn("coalesce", self.S(n, False, idonly), s(True))),
            (1, lambda: self.fn("coalesce", 'var.none', q(""), s(True))),
            (4, same), (2, tplif), (0 if idonly else 0.8, cidr),
            (2, lambda: E(self.O(n).p + ".id")),
        ])

    def O(self, d):
        """An object with `id`."""
        r, w = self.r, self.w
        objs = self.vars("O")
        if objs and r.chance(0.3):
            return E(r.pick(objs)[0])
        self.use("f:nested-object")
        opts = [
            (3, lambda: E("{ id = %s, name = %s, on = %s }" % (self.S(d - 1), self.K(), self.BK(0)))),
            (2, lambda: E("local.objects[%d]" % r.below(3))),
            (1, lambda: E("module.solo.info")),
            (1, lambda: E("module.kids[%s].info" % self.K(r.pick(w.kids), 1))),
            (1, lambda: E("terraform_data.%s" % r.pick(w.singles))),
        ]
        if d > 0:
            opts += [
                (2, lambda: self.fn("merge", self.O(d - 1), "{ id = %s }" % self.S(d - 1))),
                (1, lambda: self.fn("merge", "{ id = %s, extra = null }" % self.S(d - 1), "{ name = %s }" % self.K())),
                (1, lambda: E("[for o in local.objects : o if o.name == %s][0]" % self.K(r.pick(w.names)))),
                (1, lambda: self.fn("jsondecode", self.fn("jsonencode", "{ id = %s }" % self.S(d - 1)))),
                (1, lambda: E("{ for o in local.objects : o.name => o }[%s]" % self.K(r.pick(w.names)))),
            ]
        return self.choose(opts)

    # -- lists

    def ids(self):
        """A direct list of ids."""
        r, w = self.r, self.w

        def counted():
            c = r.pick(w.cname)
            if r.chance(0.25):
                self.use("f:attr-splat")
                return E("terraform_data.%s.*.id" % c, n=w.counts[c])
            self.use("f:splat")
            return E("terraform_data.%s[*].id" % c, n=w.counts[c])

        def keyed():
            f = r.pick(list(w.each))
            self.use("values", "f:splat")
            t = r.pick(["id", "id", "output"]) if f == "follow" else "id"
            return E("values(terraform_data.%s)[*].%s" % (f, t), n=len(w.each[f]))

        def single():
            self.use("f:splat")
            return r.pick([E("terraform_data.%s[*].id" % r.pick(w.singles), n=1),
                           E("terraform_data.optional[*].id", n=1), E("terraform_data.disabled[*].id", n=0),
                           E("local.maybe[*]", n=1), E("local.absent[*]", n=0)])

        def module():
            self.use("f:module")
            return r.pick([E("module.solo.ids", n=w.solo_size + 1), E("module.solo.info.ids", n=w.solo_size),
                           E("values(module.solo.by_name)", n=2), E("module.solo[*].id", n=1),
                           E("module.solo.upstream", n=2), E("module.solo.info.upstream", n=2)])

        def kids():
            self.use("f:module-each")
            k = r.pick(w.kids)
            self.use("f:splat", "values")
            return r.pick([
                E("module.kids[%s].ids" % self.K(k, r.int(0, 1)), n=w.kid_size[k] + 1),
                E("values(module.kids)[*].id", n=2), E("values(module.kids)[*].ids[0]", n=2),
                E('values(module.kids)[*].by_name["left"]', n=2), E("values(module.kids)[*].info.chosen", n=2),
                E("[for m in module.kids : m.id]", n=2), E("[for k, m in module.kids : m.primary]", n=2),
                E("flatten(values(module.kids)[*].ids)", n=2 + sum(w.kid_size.values())),
                E("module.kids[%s].upstream" % self.K(k, 0), n=int(k == w.kid_public)),
                E("[for m in module.kids : m.id if m.info.public]", n=1),
            ])

        def local():
            self.use("f:local")
            l = r.pick(list(w.lists))
            return E(l, n=w.lists[l])

        def grouped():
            self.use("f:local")
            return E('local.grouped["open"]', n=len(w.klist["local.public"]))

        return self.choose([(5, counted), (4, keyed), (2, single), (3, module), (3, kids), (4, local), (1, grouped)])

    def L(self, d, nn=False):
        """A list (or tuple) of ids and other strings."""
        r, w = self.r, self.w
        ls = self.vars("L")
        if ls and r.chance(0.5):
            return E(r.pick(ls)[0])
        if d <= 0 or r.chance(0.1):
            if not nn and r.chance(0.08):
                self.use("f:local", "f:null")
                return E("local.holes", n=4)
            return self.ids()
        n = d - 1

        def l(nn_=nn, least=0):
            for _ in range(8):
                x = self.L(n, nn_)
                if x.n is not None and x.n >= least:
                    break
            else:
                if least:
                    return E(r.pick(["local.pair", "local.chosen", "module.solo.ids"]), n=2)
            return x

        def tup():
            xs = [self.S(n if i == 0 else n - 1, nn) for i in range(r.int(1, 3))]
            return E("[%s]" % ", ".join(map(str, xs)), n=len(xs))

        def total(*xs):
            return None if any(x.n is None for x in xs) else sum(x.n for x in xs)

        def concat():
            xs = [l(), E("[%s]" % self.S(n, nn), n=1) if r.chance(0.4) else l()]
            if r.chance(0.5):
                xs.reverse()
            return self.fn("concat", *xs, n=total(*xs))

        def flat():
            if r.chance(0.3):
                return self.fn("flatten", self.LL(n, nn))
            a, b = l(), l()
            s = self.S(n - 1, nn)
            return self.fn("flatten", r.pick(["[%s, %s]" % (a, b), "[%s, [[%s], %s]]" % (s, s, a),
                                              "[%s, [], %s]" % (a, s), "[[%s], [%s]]" % (a, b)]))

        def compact():
            x = self.L(n, False) if r.chance(0.5) else E("[%s, %s, %s]" % (
                self.S(n, False), r.pick(["null", q(""), "var.none", "local.absent"]), self.S(n - 1, False)))
            return self.fn("compact", x)

        def slc():
            x = l(least=1)
            a = r.below(x.n)
            b = r.int(a, x.n)
            e = self.fn("length", x) if b == x.n and r.chance(0.4) else self.I(b, r.int(0, 1))
            return self.fn("slice", x, self.I(a, 0), e, n=b - a)

        def reverse():
            x = l()
            return self.fn("reverse", x, n=x.n)

        def coalescelist():
            return self.fn("coalescelist", r.pick(["[]", "terraform_data.disabled[*].id", "var.matrix[2]",
                                                   "[for n in var.names : n if n == \"zz\"]"]),
                           self.fn("tolist", l()) if r.chance(0.3) else l(least=1))

        def cond():
            x, y = l(), r.pick([lambda: E("[]", n=0), l, l])()
            if r.chance(0.5):
                x, y = y, x
            if r.chance(0.4):
                return self.cond_known(x, y)
            self.use("f:cond-unknown")
            return E("%s ? %s : %s" % (self.BU(1), x.p, y.p), n=x.n if x.n == y.n else None, atom=False)

        def chunk():
            x = l(least=1)
            size = r.int(1, 2)
            i = r.below((x.n + size - 1) // size)
            return E("%s[%s]" % (self.fn("chunklist", x, size), self.I(i, 0)), n=min(size, x.n - i * size))

        def match():
            x = l(least=1)
            k = ["m%d" % (i % 2) for i in range(x.n)]
            keys = "[%s]" % ", ".join(map(q, k))
            if r.chance(0.4):
                m = self.M(0)
                return self.fn("matchkeys", self.fn("values", m), self.fn("keys", m),
                               "[%s]" % self.K(r.pick(m.keys), 1), n=1)
            return self.fn("matchkeys", x, keys, "[%s]" % q("m0"), n=(x.n + 1) // 2)

        def roundtrip():
            x = l(True)
            y = l()
            return self.choose([
                (2, lambda: self.fn("split", q(","), self.fn("join", q(","), x), n=x.n or None)),
                (2, lambda: self.fn("jsondecode", self.fn("jsonencode", y), n=y.n)),
                (1, lambda: self.fn("yamldecode", self.fn("jsonencode", y), n=y.n)),
                (2, lambda: self.fn("formatlist", q("%s"), x, n=x.n)),
                (1, lambda: self.fn("tolist", y, n=y.n)),
                (1, lambda: self.fn("one", "[%s]" % y, n=y.n)),
                (1, lambda: self.fn("try", y, "[]", n=y.n)),
                (1, lambda: self.fn("try", "local.nested.nope", y, n=y.n)),
            ])

        def ordered():
            return self.choose([
                (2, lambda: self.fn("sort", l(True))),
                (2, lambda: self.fn("tolist", self.SS(n))),
                (1, lambda: self.idkeys(n)),
            ])

        def vals():
            m = self.M(n, nn)
            return self.fn("values", m, n=len(m.keys) if m.keys else None)

        def trans():
            if r.chance(0.5):
                a, b = self.S(n - 1, True), self.S(n - 1, True)
                t = self.fn("transpose", "{ k1 = [%s, %s], k2 = [%s] }" % (a, b, a))
                return self.fn("flatten", r.pick([self.fn("values", t), self.fn("keys", t)]))
            m = self.fn("transpose", "{ (%s) = [%s, %s] }" % (self.S(n - 1, True, True), q("t1"), q("t2")))
            return E("%s[%s]" % (m, self.K(r.pick(["t1", "t2"]), 1)), n=1)

        def product():
            x = self.fresh("p")
            a, b = l(True), self.KL(0, 1)
            self.use("f:for-list")
            e = r.pick(["%s[0]" % x, "%s[1]" % x, '"${%s[0]}-${%s[1]}"' % (x, x), '"${%s[1]}=${%s[0]}"' % (x, x)])
            return E("[for %s in %s : %s]" % (x, self.fn("setproduct", r.pick([a, self.fn("tolist", a)]), b), e))

        def expand():
            self.use("f:expand")
            return self.fn("concat", self.LL(n, nn).p + "...")

        def grouped():
            g = self.ML(n)
            k = self.K(r.pick(g.keys)) if g.keys else self.K()
            return E("%s[%s]" % (g.p, k)) if g.keys and r.chance(0.6) else self.fn("lookup", g, k, "[]")

        def mixed():
            """Strings that hold an id."""
            x = l(True)
            return self.choose([
                (2, lambda: self.fn("formatlist", q(r.pick(["%s:1", "id/%s"])), x, n=x.n)),
                (2, lambda: self.fn("formatlist", q("%s=%s"), self.K(), x, n=x.n)),
                (1, lambda: E("[%s, %s]" % (self.T(n), self.S(n, nn)), n=2)),
            ])

        return self.choose([
            (5, tup), (5, concat), (4, flat), (3, compact), (2, lambda: self.fn("distinct", l())), (3, slc),
            (2, reverse), (2, coalescelist), (5, cond), (12, lambda: self.for_list(d, nn)), (2, chunk), (2, match),
            (4, roundtrip),
            (0.5 if self.env else 3, ordered), (3, vals), (1.5, trans), (1.5, product), (1.5, expand),
            (2, grouped), (1.5, mixed),
        ])

    def idkeys(self, d):
        self.use("f:id-keys")
        x = self.fresh("x")
        self.use("f:for-object")
        return self.fn("keys", "{ for %s in toset(%s) : %s => true }" % (x, self.L(d, True), x))

    def source(self, d, nn):
        """What a for expression runs over: (head, entries for the environment, length or None, keys or None)."""
        r, w = self.r, self.w

        def klist():
            k = self.KL(1)
            v = self.fresh("k")
            if r.chance(0.25):
                i = self.fresh("i")
                self.use("f:for-two")
                return "%s, %s in %s" % (i, v, k), [(i, "I", k.n or 1), (v, "K", k.v)], k.n
            return "%s in %s" % (v, k), [(v, "K", k.v)], k.n

        def each():
            f = r.pick(list(w.each))
            k, x = self.fresh("k"), self.fresh("r")
            self.use("f:for-two")
            return "%s, %s in terraform_data.%s" % (k, x, f), [
                (k, "K", w.each[f]), (x + ".id", "S", None)], len(w.each[f])

        def services():
            k, x = self.fresh("k"), self.fresh("s")
            self.use("f:for-two", "f:var", "f:optional")
            ks = list(w.services)
            return ("%s, %s in var.services" % (k, x), [(k, "K", ks), (x + ".public", "B", None)], len(ks))

        def rng():
            i = self.fresh("i")
            n = r.int(1, 4)
            return "%s in %s" % (i, self.fn("range", self.I(n, r.int(0, 1)))), [(i, "I", n)], n

        def lst():
            x = self.fresh("x")
            l = self.L(d - 1, True)
            if r.chance(0.4):
                i = self.fresh("i")
                self.use("f:for-two")
                return "%s, %s in %s" % (i, x, l), [(i, "I", l.n or 9), (x, "S", None)], l.n
            return "%s in %s" % (x, l), [(x, "S", None)], l.n

        def mp():
            m = self.M(d - 1, True)
            k, x = self.fresh("k"), self.fresh("v")
            self.use("f:for-two")
            return "%s, %s in %s" % (k, x, m), [(k, "K", m.keys or ["x"]), (x, "S", None)], m.keys and len(m.keys)

        def objs():
            o = self.fresh("o")
            l = self.LO(d - 1)
            return "%s in %s" % (o, l), [(o, "O", None), (o + ".name", "K", w.names)], l.n

        def modules():
            k, m = self.fresh("k"), self.fresh("m")
            self.use("f:for-two", "f:module-each")
            return "%s, %s in module.kids" % (k, m), [
                (k, "K", w.kids), (m + ".id", "S", None), (m + ".ids", "L", None)], 2

        def st():
            x = self.fresh("x")
            return "%s in %s" % (x, self.SS(d - 1)), [(x, "S", None)], None

        return self.choose([(4, klist), (4, each), (3, services), (3, rng), (5, lst), (3, mp), (3, objs), (2, modules),
                            (0.7, st)])

    def condition(self, entries):
        """The `if` of a for expression, or nothing."""
        r = self.r
        if r.chance(0.5):
            return ""
        self.use("f:for-if")
        bools = [n for n, k, _ in entries if k == "B"]
        if bools and r.chance(0.7):
            return " if " + r.pick(["", "!"]) + bools[0]
        return " if " + str(self.BU(1) if r.chance(0.25) else self.BK(1))

    def for_list(self, d, nn=False):
        r = self.r
        self.use("f:for-list")
        n = d - 1
        head, entries, length = self.source(d, nn)
        with self.bound(*entries):
            if r.chance(0.2) and n > 0:
                self.use("f:for-nested", "flatten")
                inner = self.for_list(n, nn)
                c = self.condition(entries)
                return E("flatten([for %s : %s%s])" % (head, inner, c))
            e = self.S(n, nn) if r.chance(0.85) else self.T(n)
            c = self.condition(entries)
        return E("[for %s : %s%s]" % (head, e, c), n=None if c else length)

    def LL(self, d, nn=False):
        r, w = self.r, self.w
        n = d - 1

        def forl():
            self.use("f:for-list", "f:for-nested")
            head, entries, _ = self.source(d, nn)
            with self.bound(*entries):
                return E("[for %s : %s]" % (head, self.L(n, nn)))
        opts = [
            (3, lambda: E("[%s, %s]" % (self.L(n, nn), self.L(n, nn)))),
            (2, lambda: E("values(module.kids)[*].ids")),
            (1, lambda: E("[for x in local.nested : x.ids]")),
            (1, lambda: E("values(local.nested)[*].ids")),
            (1, lambda: E("values(local.grouped)")),
        ]
        if d > 0:
            opts += [
                (3, lambda: self.fn("chunklist", self.L(n, nn), r.int(1, 2))),
                (3, forl),
                (2, lambda: self.fn("values", self.ML(n))),
                (1, lambda: self.fn("setproduct", self.L(n, True), self.KL(0))),
            ]
        return self.choose(opts)

    def LO(self, d):
        r, w = self.r, self.w
        self.use("f:nested-object")
        opts = [
            (2, lambda: E("local.objects", n=3)),
            (2, lambda: E("[for k, s in var.services : { id = terraform_data.svc[k].id, name = k, on = s.public }]",
                          n=len(w.services))),
        ]
        if d > 0:
            def lit():
                xs = ["{ id = %s, name = %s, on = %s }" % (self.S(d - 1, True), self.K(r.pick(w.names), 1), self.BK(0))
                      for _ in range(r.int(1, 2))]
                return E("[%s]" % ", ".join(xs), n=len(xs))
            opts += [
                (2, lit), (1, lambda: self.fn("concat", "local.objects", lit())),
                (1, lambda: E("[for o in local.objects : o if o.on]", n=2)),
                (1, lambda: E("[for o in local.objects : merge(o, { name = upper(o.name) }) if %s]" % self.BK(0))),
            ]
        return self.choose(opts)

    # -- sets and maps

    def SS(self, d):
        n = d - 1
        if d <= 0:
            return self.fn("toset", self.ids())
        s = lambda: self.fn("toset", self.L(n, True)) if self.r.chance(0.5) else self.SS(n)
        return self.choose([
            (4, lambda: self.fn("toset", self.L(n, True))),
            (2, lambda: self.fn("setunion", s(), self.r.pick([s(), E("[%s]" % self.S(n, True))]))),
            (2, lambda: self.fn("setintersection", s(), s())),
            (2, lambda: self.fn("setsubtract", s(), self.r.pick([s(), E("[%s]" % self.S(n, True))]))),
        ])

    def M(self, d, nn=False):
        r, w = self.r, self.w

        def direct():
            self.use("f:local")
            m = r.pick(list(w.maps))
            return E(m, keys=w.maps[m])

        def module():
            self.use("f:module")
            return E("module.solo.by_name", keys=w.solo_nodes)

        def each():
            f = r.pick(list(w.each))
            self.use("f:for-object", "f:for-two")
            k, x = self.fresh("k"), self.fresh("r")
            return E("{ for %s, %s in terraform_data.%s : %s => %s.id }" % (k, x, f, k, x), keys=w.each[f])
        if d <= 0 or r.chance(0.15):
            return self.choose([(3, direct), (1, module), (3, each)])
        n = d - 1

        def lit():
            ks = r.sample(["p", "q", w.k, w.mapkeys[0], "extra"], r.int(1, 3))
            parts = []
            for k in ks:
                key = k
                if k == w.k and r.chance(0.6):
                    key = "(%s)" % self.K(k, 1)
                parts.append("%s = %s" % (key, self.S(n, nn)))
            return E("{ %s }" % ", ".join(parts), keys=sorted(ks))

        def merge():
            a, b = self.M(n, nn), self.M(n, nn)
            if r.chance(0.2):
                self.use("f:expand")
                return self.fn("merge", "[%s, %s]..." % (a, b))
            return self.fn("merge", a, b, keys=sorted(set(a.keys) | set(b.keys)) if a.keys and b.keys else None)

        def zipm():
            k = self.KL(1, 1)
            l = self.L(n, nn)
            if l.n is None or None in k.v:
                return lit()
            m = min(l.n, k.n)
            a = k if k.n == m else self.fn("slice", k, 0, m)
            b = l if l.n == m else self.fn("slice", l, 0, m)
            return self.fn("zipmap", a, b, keys=sorted(k.v[:m]) or None)

        def over():
            self.use("f:for-object")
            head, entries, _ = self.source(d, nn)
            with self.bound(*entries):
                ks = self.vars("K")
                mine = [x for x, k, v in entries if k == "K"]
                ints = [x for x, k, v in entries if k == "I"]
                keys = None
                if mine:
                    key = r.pick([mine[0], '"${%s}-z"' % mine[0], "upper(%s)" % mine[0]])
                    if "upper" in key:
                        self.use("upper")
                    v = [v for x, k, v in entries if x == mine[0]][0]
                    if key == mine[0] and v and None not in v:
                        keys = sorted(v)
                elif ints:
                    key = '"k${%s}"' % ints[0]
                else:
                    self.use("f:id-keys")
                    key = entries[0][0]
                val = self.S(n, nn)
                c = self.condition(entries)
            return E("{ for %s : %s => %s%s }" % (head, key, val, c), keys=None if c or ".name" in key else keys)

        def same():
            m = self.M(n, nn)
            return self.choose([
                (2, lambda: self.fn("tomap", m, keys=m.keys)),
                (1, lambda: self.fn("jsondecode", self.fn("jsonencode", m), keys=m.keys)),
                (1, lambda: self.fn("try", m, "{}", keys=m.keys)),
                (1, lambda: self.fn("one", "[%s]" % m, keys=m.keys)),
            ])

        def cond():
            a, b = self.M(n, nn), self.M(n, nn)
            if r.chance(0.4):
                return self.cond_known(a, b)
            self.use("f:cond-unknown")
            return E("%s ? %s : %s" % (self.BU(1), a.p, b.p), atom=False)

        return self.choose([(4, lit), (3, merge), (3, zipm), (6, over), (2, same), (2, cond)])

    def ML(self, d):
        """A map of lists: grouping and transpose."""
        r, w = self.r, self.w

        def group():
            self.use("f:for-object", "f:for-group", "f:for-if")
            head, entries, _ = self.source(d, False)
            with self.bound(*entries):
                bools = [n for n, k, _ in entries if k == "B"]
                c = bools[0] if bools else self.BK(0)
                val = self.S(d - 1)
                i = self.condition(entries)
            return E('{ for %s : (%s ? "yes" : "no") => %s...%s }' % (head, c, val, i))

        def by_name():
            self.use("f:for-object", "f:for-group")
            return E("{ for o in %s : o.name => o.id... }" % self.LO(d - 1))

        def by_id():
            self.use("f:for-object", "f:for-group", "f:for-two", "f:id-keys")
            f = r.pick(list(w.each))
            return E("{ for k, r in terraform_data.%s : r.id => k... }" % f)
        opts = [(2, lambda: E("local.grouped", keys=["closed", "open"])),
                (2, lambda: E("{ for k, m in module.kids : k => m.ids }", keys=w.kids)),
                (1, lambda: E("{ for k, x in local.nested : k => x.ids }", keys=["net", "tier"]))]
        if d > 0:
            opts += [(6, group), (2, by_name), (1, by_id),
                     (1, lambda: self.fn("transpose", "{ k1 = %s, k2 = %s }" % (
                         self.L(d - 1, True), self.L(d - 1, True)))),
                     (2, lambda: E("{ p = %s, q = %s }" % (self.L(d - 1), self.L(d - 1)), keys=["p", "q"]))]
        return self.choose(opts)

    # -- text

    def T(self, d):
        """A string that holds ids."""
        r = self.r
        n = d - 1
        s = lambda: self.S(n, True)

        def tplfor():
            self.use("f:tpl-for")
            head, entries, _ = self.source(max(d, 1), True)
            with self.bound(*entries):
                body = "${%s};" % s()
                if r.chance(0.3):
                    self.use("f:tpl-if")
                    body = "%%{ if %s }%s%%{ endif }" % (self.BU(0) if r.chance(0.3) else self.BK(1), body)
            return E('"%%{ for %s }%s%%{ endfor }"' % (head, body))

        def tplif():
            self.use("f:tpl-if")
            c = self.BK(1) if r.chance(0.4) else self.BU(1)
            els = "%%{ else }%s" % r.pick(["none", "${%s}" % s()]) if r.chance(0.6) else ""
            return E('"id=%%{ if %s }${%s}%s%%{ endif }"' % (c, s(), els))
        return self.choose([
            (4, lambda: self.tpl(s(), ":1")),
            (2, lambda: self.tpl(self.K(), "/", s())),
            (2, lambda: self.tpl(s(), "-", s())),
            (2, lambda: self.fn("join", q(r.pick([",", "-"])), self.L(n, True))),
            (2, lambda: self.fn("format", q("%s/%s"), self.K(), s())),
            (1, lambda: self.fn("format", q("%s-%02d"), s(), self.I())),
            (2, tplfor), (2, tplif),
            (1, lambda: self.fn("jsonencode", self.choose([(1, lambda: self.L(n)), (1, lambda: E("{ id = %s }" % s())),
                                                          (1, lambda: self.M(n))]))),
            (1, lambda: self.fn("replace", self.tpl("a/", s()), q("a/"), q("b/"))),
        ])

    def heredoc(self, d):
        """A heredoc; only at the top of an expression (and plainly within a call), for its newlines."""
        r = self.r
        self.use("f:heredoc")
        s = lambda: self.S(d - 1, True)
        ind = r.pick(["", "-"])
        body = []
        for _ in range(r.int(1, 3)):
            def loop():
                self.use("f:tpl-for")
                head, entries, _ = self.source(1, True)
                with self.bound(*entries):
                    t = r.pick(["", "~"])
                    return ["%%{ for %s %s}" % (head, t), "- ${%s}" % s(), "%%{ endfor %s}" % t]

            def iff():
                self.use("f:tpl-if")
                t = r.pick(["", "~"])
                return ["%%{ if %s %s}" % (self.BU(0) if r.chance(0.5) else self.BK(1), t), "yes ${%s}" % s(),
                        "%%{ else %s}" % t, "no ${%s}" % s(), "%%{ endif %s}" % t]
            body += self.choose([(3, lambda: ["${%s}:1" % s()]), (2, lambda: ["id = ${%s}" % s()]),
                                 (2, loop), (2, iff)])
        doc = "<<%sEOT\n%s\n%sEOT\n" % (ind, "\n".join("    " + l for l in body), "  " if ind else "")
        wrap = r.below(5)
        if wrap == 0:
            doc = '<<EOT\n{"id": "${%s}", "ids": ${jsonencode(%s)}}\nEOT\n' % (s(), self.L(d - 1))
            return self.fn("jsondecode", doc)
        if wrap == 1:
            return self.fn("compact", "split(\"\\n\", %s)" % doc)
        if wrap == 2:
            self.use("yamldecode")
            return E("yamldecode(<<-EOT\n    first: ${%s}\n    more:\n%s  EOT\n)" % (
                s(), "".join("      - ${%s}\n" % s() for _ in range(2))))
        return E(doc.rstrip("\n"))

    # -- the probe

    def top(self, d):
        r = self.r

        def obj():
            self.use("f:nested-object")
            return E("{ id = %s, ids = %s, tag = %s, inner = { one = %s } }" % (
                self.S(d - 1), self.L(d - 1), self.K(), self.S(d - 2)))

        def tup():
            last = r.pick([self.I, self.BK, self.IU, self.BU])()
            return E("[%s, %s, %s]" % (self.S(d - 1), self.L(d - 2), last.p))
        return self.choose([
            (34, lambda: self.L(d)), (20, lambda: self.S(d)), (10, lambda: self.M(d)), (8, lambda: self.SS(d)),
            (4, lambda: self.LL(d)), (5, lambda: self.ML(d)), (3, lambda: self.LO(d)), (2, lambda: self.O(d)),
            (5, obj), (3, tup), (6, lambda: self.T(d)), (6, lambda: self.heredoc(d - 1)),
            (1, lambda: self.BU(d)), (1, lambda: self.IU()),
        ])

    def probe(self, form, with_locals):
        r, w, p = self.r, self.w, self.name
        d = r.pick([1, 2, 2, 3, 3, 4])
        own = []
        if with_locals:
            self.use("f:own-locals")
            i = 0
            for _ in range(r.int(1, 3)):
                name = "%s_%s" % (p, "abc"[i])
                i += 1
                if r.chance(0.6):
                    e = self.L(d - 1, True)
                    entry = ("local." + name, "L", None)
                elif r.chance(0.6):
                    e = self.S(d - 1, True, True)
                    entry = ("local." + name, "S", None)
                else:
                    e = self.K(None, 1)
                    entry = ("local." + name, "K", [e.v]) if e.v else ("local." + name, "S", None)
                own.append("  %s = %s" % (name, e))
                self.env.append(entry)
        meta = ""
        if form == "each":
            def m(text, keys, *entries):
                self.env += [("each.key", "K", keys)] + list(entries)
                return "  for_each = %s\n" % text
            f = r.pick(list(w.each))
            pick = r.below(8)
            if pick == 0:
                meta = m("toset(var.names)", sorted(w.names), ("each.value", "K", sorted(w.names)))
            elif pick == 1:
                meta = m("terraform_data.%s" % f, w.each[f], ("each.value.id", "S", None))
            elif pick == 2:
                meta = m("{ for k, r in terraform_data.%s : k => r.id }" % f, w.each[f], ("each.value", "S", None))
            elif pick == 3:
                meta = m("module.kids", w.kids, ("each.value.id", "S", None), ("each.value.ids", "L", None))
            elif pick == 4:
                meta = m("var.services", list(w.services), ("each.value.public", "B", None))
            elif pick == 5:
                a, b = self.S(1, True), self.S(1, True)
                meta = m("{ one = %s, two = %s }" % (a, b), ["one", "two"], ("each.value", "S", None))
            elif pick == 6:
                a, b = self.ids(), self.ids()
                meta = m("{ %s = %s, %s = %s }" % (w.mapkeys[0], a, w.mapkeys[1], b), w.mapkeys[:2],
                         ("each.value", "L", None))
            else:
                meta = m("{ %s }" % ", ".join("k%d = %s" % (i, q(x)) for i, x in enumerate(w.names[:2])), ["k0", "k1"],
                         ("each.value", "K", w.names[:2]))
        elif form == "count":
            c = r.pick(w.cname)
            t, n = r.pick([(str(x), x) for x in (2, 3)] + [("var.n", w.n), ("length(var.names)", 3), (
                "length(terraform_data.%s)" % c, w.counts[c]), ("var.flag ? 2 : 0", 2)])
            meta = "  count = %s\n" % t
            self.env.append(("count.index", "I", n))
        e = self.top(d)
        body = str(e)
        for text, f in (("each.key", "f:each-key"), ("each.value", "f:each-value"), ("count.index", "f:count-index")):
            self.used[f] = int(text in body)
        out = ""
        if own:
            out += "locals {\n%s\n}\n\n" % "\n".join(own)
        out += 'resource "terraform_data" "%s" {\n%s  input = %s\n}\n' % (p, meta, body)
        if any(out.count("local." + x.split()[0]) == 0 for x in own):
            return None
        if form != "plain" and not any(x in body for x in ("each.", "count.index")):
            return None
        if len(out) > MAX_LEN or self.empty(out):
            return None
        self.scan(out)
        return out

    def empty(self, text):
        return "terraform_data." not in text.split("{", 1)[1] and "module." not in text and "local." not in text

    def scan(self, text):
        """Makes the record say what really stands in the text."""
        seen = functions(text)
        for f in FUNCTIONS:
            self.used[f] = seen[f]
        marks = {"f:splat": "[*]", "f:attr-splat": ".*.", "f:module": "module.solo", "f:module-each": "module.kids",
                 "f:heredoc": "EOT", "f:tpl-if": "%{ if", "f:tpl-for": "%{ for", "f:expand": "...)", "f:group": "... }",
                 "f:relay": "relay.", "f:own-locals": "locals {", "f:var": "var.", "f:local": "local.",
                 "f:for-list": "[for ", "f:for-object": "{ for "}
        for f, m in marks.items():
            self.used[f] = int(m in text)


class Bound:
    def __init__(self, gen, entries):
        self.gen, self.n = gen, len(entries)
        gen.env += entries

    def __enter__(self):
        return self

    def __exit__(self, *_):
        del self.gen.env[-self.n:]


def functions(text):
    return collections.Counter(re.findall(r"(?<![\w.\"-])([a-z][a-z0-9]+)\(", text))


def draw(world, seed, slot, attempt):
    target = TARGETS[(slot + seed * 61) % len(TARGETS)]
    best = None
    r = Rng("form", seed, slot, attempt)
    form = r.weighted([(62, "plain"), (22, "each"), (16, "count")])
    if target in ("f:each-key", "f:each-value", "f:count-index"):
        form = target[2:7].rstrip("-")
    with_locals = target == "f:own-locals" or r.chance(0.2)
    for t in range(600):
        g = Gen(world, Rng("probe", seed, slot, attempt, t), "probe_%03d" % slot)
        text = g.probe(form, with_locals)
        if text is None:
            continue
        best = best or (text, g.used)
        if g.used[target]:
            return text, g.used
    return best


class Terraform:
    def __init__(self, path):
        self.path = path
        self.env = dict(os.environ, TF_IN_AUTOMATION="1", TF_INPUT="0", CHECKPOINT_DISABLE="1")
        for k in list(self.env):
            if k in ("TF_LOG", "TF_DATA_DIR", "TF_WORKSPACE") or k.startswith(("TF_VAR_", "TF_CLI_ARGS")):
                del self.env[k]

    def run(self, *args, ok=False):
        p = subprocess.run(("terraform",) + args, cwd=self.path, env=self.env, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
        if ok and p.returncode:
            sys.exit("terraform %s failed:\n%s\n%s" % (" ".join(args), p.stdout, p.stderr))
        return p

    def errors(self, *args):
        """Runs a command that speaks JSON: its errors as [(file, line, text)]."""
        p = self.run(*args)
        diags = []
        if args[0] == "validate":
            diags = json.loads(p.stdout)["diagnostics"]
        else:
            for line in p.stdout.splitlines():
                if line.startswith("{"):
                    d = json.loads(line)
                    if d["type"] == "diagnostic":
                        diags.append(dict(d["diagnostic"]))
        out = []
        for d in diags:
            if d["severity"] == "error":
                g = d.get("range") or {"filename": None, "start": {"line": 0}}
                out.append((g["filename"], g["start"]["line"], d.get("address"), d["summary"] + ": " + d["detail"]))
        if p.returncode and not out:
            sys.exit("terraform %s failed:\n%s\n%s" % (" ".join(args), p.stdout, p.stderr))
        return out

    def show(self, *args):
        return json.loads(self.run("show", "-json", *args, ok=True).stdout)


def instances(module):
    for r in module.get("resources", []):
        yield r
    for m in module.get("child_modules", []):
        yield from instances(m)


def answers(state):
    """Probe address -> input, with ids by their addresses; and the probes that let a fragment of an id out."""
    all_ = list(instances(state["values"]["root_module"]))
    ids = {r["values"]["id"]: "@" + r["address"] for r in all_}
    id_re = re.compile("|".join(map(re.escape, ids)))
    parts = re.compile("|".join(p for i in ids for p in (i[:8], i[-12:])), re.I)
    leaks = set()

    def walk(v, address):
        if isinstance(v, str):
            v = id_re.sub(lambda m: ids[m.group()], v)
            if parts.search(v):
                leaks.add(address)
            return v
        if isinstance(v, list):
            return [walk(x, address) for x in v]
        if isinstance(v, dict):
            return {walk(k, address): walk(x, address) for k, x in v.items()}
        return v
    out = {}
    for r in all_:
        if r["name"].startswith("probe_"):
            out[r["address"]] = walk(r["values"].get("input"), r["address"])
    return out, leaks


def holds_true(v):
    if isinstance(v, dict):
        return any(map(holds_true, v.values()))
    if isinstance(v, list):
        return any(map(holds_true, v))
    return v is True


def slot_of(address):
    return int(re.match(r"terraform_data\.probe_(\d+)", address).group(1))


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write(text)


class Run:
    def __init__(self, seed, count, verbose):
        self.seed, self.count, self.verbose = seed, count, verbose
        self.world = World(seed)
        self.attempt = [0] * count
        self.slots = [draw(self.world, seed, i, 0) for i in range(count)]
        self.dropped = collections.Counter()

    def redraw(self, slot, why):
        self.dropped[why.split(":")[0]] += 1
        if self.verbose:
            print("drop probe_%03d: %s\n%s" % (slot, why, self.slots[slot][0]), file=sys.stderr)
        texts = {re.sub(r"probe_\d+", "", s[0]) for s in self.slots}
        while True:
            self.attempt[slot] += 1
            if self.attempt[slot] > 200:
                sys.exit("no valid expression for probe %d" % slot)
            new = draw(self.world, self.seed, slot, self.attempt[slot])
            if re.sub(r"probe_\d+", "", new[0]) not in texts:
                self.slots[slot] = new
                return

    def main(self):
        text, self.lines = self.world.text, []
        for i, (body, _) in enumerate(self.slots):
            start = text.count("\n") + 1
            text += "\n" + body
            self.lines.append((start, text.count("\n") + 1))
        return text

    def drop(self, errors):
        bad = {}
        for file, line, address, why in errors:
            hits = [i for i, (a, b) in enumerate(self.lines) if a <= line <= b] if file == "main.tf" else []
            if not hits:
                # Errors of the apply ("inconsistent final plan", a bug of Terraform's) name the resource only.
                hits = [int(n) for n in re.findall(r"terraform_data\.probe_(\d+)", "%s %s" % (address, why))[:1]]
            if not hits:
                sys.exit("an error outside of the probes: %s:%s: %s" % (file, line, why))
            bad.setdefault(hits[0], why)
        for i in sorted(bad):
            self.redraw(i, bad[i])
        return bool(bad)

    def attempt_once(self, tmp, tf):
        """Validates, plans and applies; None if something had to be replaced."""
        write(os.path.join(tmp, "main.tf"), self.main())
        if self.drop(tf.errors("validate", "-json")):
            return None
        if self.drop(tf.errors("plan", "-json", "-out=tfplan")):
            return None
        plan = tf.show("tfplan")
        known = set(range(self.count))
        for c in plan["resource_changes"]:
            if c["name"].startswith("probe_") and holds_true(c["change"]["after_unknown"].get("input")):
                known.discard(slot_of(c["address"]))
        allowed = int(self.count * KNOWN_SHARE)
        if len(known) > allowed:
            for i in sorted(known)[allowed:]:
                self.redraw(i, "known at plan time")
            return None
        bad = tf.errors("apply", "-json", "-auto-approve", "tfplan")
        if self.drop(bad):
            tf.run("destroy", "-auto-approve")
            self.forget(tmp)
            return None
        result, leaks = answers(tf.show())
        self.forget(tmp)
        if leaks:
            for i in sorted({slot_of(a) for a in leaks}):
                self.redraw(i, "a fragment of an id in the result")
            return None
        return plan, result

    def forget(self, tmp):
        for f in ("terraform.tfstate", "terraform.tfstate.backup", "tfplan"):
            if os.path.exists(os.path.join(tmp, f)):
                os.remove(os.path.join(tmp, f))

    def go(self, out):
        tmp = tempfile.mkdtemp(prefix="oracle-")
        try:
            os.mkdir(os.path.join(tmp, "child"))
            write(os.path.join(tmp, "child", "main.tf"), CHILD)
            write(os.path.join(tmp, "main.tf"), self.world.text)
            tf = Terraform(tmp)
            tf.run("init", "-no-color", ok=True)
            for rounds in range(1, 200):
                done = self.attempt_once(tmp, tf)
                if done:
                    break
            else:
                sys.exit("no valid configuration after %d rounds" % rounds)
            plan, result = done
            vary = set()
            for _ in range(2):
                tf.run("apply", "-auto-approve", ok=True)
                again, _ = answers(tf.show())
                self.forget(tmp)
                if set(again) != set(result):
                    sys.exit("a second apply gives other instances")
                vary |= {a for a in result if again[a] != result[a]}
        finally:
            shutil.rmtree(tmp)
        plan.pop("timestamp", None)
        if "relevant_attributes" in plan:
            plan["relevant_attributes"].sort(key=lambda a: json.dumps(a, sort_keys=True))
        os.makedirs(os.path.join(out, "child"), exist_ok=True)
        write(os.path.join(out, "main.tf"), self.main())
        write(os.path.join(out, "child", "main.tf"), CHILD)
        write(os.path.join(out, "plan.json"), json.dumps(plan, separators=(",", ":"), ensure_ascii=False) + "\n")
        write(os.path.join(out, "answers.json"),
              json.dumps(result, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
        Terraform(out).run("fmt", "-recursive", ok=True)
        self.report(plan, result, vary, rounds)

    def report(self, plan, result, vary, rounds):
        unknown, known = set(), set()
        for c in plan["resource_changes"]:
            if c["name"].startswith("probe_"):
                u = c["change"]["after_unknown"].get("input")
                (unknown if holds_true(u) else known).add(slot_of(c["address"]))
        known -= unknown
        print("seed %d: %d probes (%d instances), %d unknown at plan time, %d known; %d rounds" % (
            self.seed, self.count, len(result), len(unknown), self.count - len(unknown), rounds))
        print("replaced: " + ", ".join("%s %d" % x for x in self.dropped.most_common()))
        print("order (answers that depend on the order of random ids): " + (" ".join(sorted(vary)) or "none"))
        text = "".join(s[0] for s in self.slots)
        count = functions(text)
        print("functions: " + " ".join("%s:%d" % (f, count[f]) for f in FUNCTIONS))
        other = sorted(set(count) - set(FUNCTIONS))
        if other:
            print("others: " + " ".join("%s:%d" % (f, count[f]) for f in other))
        feats = collections.Counter(f for _, used in self.slots for f in used if f.startswith("f:") and used[f])
        print("features (probes): " + " ".join("%s:%d" % (f[2:], feats[f]) for f in FEATURES))


def main():
    a = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    a.add_argument("--seed", type=int, required=True)
    a.add_argument("--count", type=int, default=60, help="how many probes")
    a.add_argument("--out", required=True, metavar="DIR")
    a.add_argument("--verbose", action="store_true", help="tell what is replaced, and why")
    x = a.parse_args()
    Run(x.seed, x.count, x.verbose).go(x.out)


if __name__ == "__main__":
    main()
