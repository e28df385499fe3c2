package ecs_audit.rules.security_groups.cache_ingress_only_from_tasks_test

import data.ecs_audit.rules.security_groups.cache_ingress_only_from_tasks as rule

parameters := {"allowed_source_sgs": []}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

groups(ids) := {"kind": "groups", "groups": {
	"members": {id: {"certain": true} | some id in ids},
	"open": [],
	"at": "ingress",
	"basis": "value",
	"stated": true,
}}

cidr(block, scope) := {"kind": "cidr", "cidr": block, "scope": scope, "public_addresses": 0}

itself := {"kind": "self"}

# A rule of the cache's group.
from(peer, first, last) := {
	"group": "cache_group",
	"resource": "rule",
	"at": "ingress",
	"certain": true,
	"protocol": {"known": "tcp"},
	"ports": {"known": {"from": first, "to": last}},
	"peer": peer,
	"label": "somewhere",
}

held(holder, kind) := {"holders": {holder: {"kind": kind, "certain": true}}}

# A cache that listens on `ports`; `rules` is what its group admits.
cache(kind, ports, rules) := {"facts": {
	"stores": {"cache": {"kind": kind, "has_members": true, "ports": ports}},
	"interfaces": {"cache": {
		"kind": "cache",
		"groups": {"members": {"cache_group": {"certain": true}}, "open": [], "at": "groups", "basis": "value", "stated": true},
		"groups_stated": true,
		"ingress": rules,
		"ingress_open": [],
		"ingress_somewhere": [],
		"basis": "value",
	}},
	"security_groups": {
		"cache_group": held("cache", "cache"),
		"tasks": held("web", "placement"),
		"alb_group": held("alb", "load_balancer"),
		"bastion": held("host", "other"),
	},
	"holders_open": {"placements": [], "load_balancers": [], "db_proxies": [], "others": []},
}}

redis(rules) := cache("cache", {"known": [6379]}, rules)

redis_as_service(rules) := object.union(
	cache("cache_service", {"known": [6379]}, rules),
	{"facts": {"security_groups": {"cache_group": held("cache", "placement")}}},
)

severities(doc) := {finding.severity | some finding in rule.deny with input as doc with data.parameters as parameters}

missing(doc) := {doubt.missing.why | some doubt in rule.unknown with input as doc with data.parameters as parameters}

subjects(doc) := {entry | some entry in rule.subjects with input as doc with data.parameters as parameters}

passes(doc) if {
	subjects(doc) == {{"resource": "cache", "basis": "value"}}
	severities(doc) == set()
	missing(doc) == set()
}

is_unknown(doc, why) if {
	severities(doc) == set()
	missing(doc) == {why}
}

pass_input := redis([from(groups(["tasks"]), 6379, 6379)])

fail_input := redis([from(groups(["bastion"]), 6379, 6379)])

test_the_group_of_tasks_passes if passes(pass_input)

test_a_group_of_nobody_fails if {
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding.resource == "cache"
	finding.path == "groups"
	finding.severity == "high"
	finding.message == "admits tcp 6379 from bastion, which belongs to no service"
}

test_a_group_that_is_listed_passes if {
	rule.deny == set() with input as fail_input with data.parameters as {"allowed_source_sgs": ["bastion"]}
}

test_addresses_fail_by_reach if {
	severities(redis([from(cidr("0.0.0.0/0", "world"), 6379, 6379)])) == {"critical"}
	severities(redis([from(cidr("10.0.0.0/8", "private"), 6379, 6379)])) == {"high"}
	severities(redis([from(cidr("10.0.0.0/16", "vpc"), 6379, 6379)])) == {"medium"}
}

test_another_port_fails_medium if {
	severities(redis([from(groups(["tasks"]), 6379, 6380)])) == {"medium"}
	severities(cache("cache", {"known": [11211]}, [from(groups(["tasks"]), 6379, 6379)])) == {"medium"}
}

test_memcached_listens_on_its_own_port if {
	passes(cache("cache", {"known": [11211]}, [from(groups(["tasks"]), 11211, 11211)]))
}

test_the_read_endpoint_of_a_serverless_cache_passes if {
	passes(cache("cache", {"known": [6379, 6380]}, [from(groups(["tasks"]), 6379, 6380)]))
	passes(cache("cache", {"known": [6379, 6380]}, [from(groups(["tasks"]), 6380, 6380)]))
}

test_its_nodes_may_talk if passes(redis([from(itself, 6379, 6379)]))

test_redis_as_a_service_is_for_its_clients if {
	passes(redis_as_service([from(groups(["tasks"]), 6379, 6379)]))
	severities(redis_as_service([from(groups(["alb_group"]), 6379, 6379)])) == {"high"}
	severities(redis_as_service([from(cidr("10.0.0.0/16", "vpc"), 6379, 6379)])) == {"medium"}
}

test_no_rule_is_worth_knowing if {
	"is unused: no rule admits anything" in {entry.note | some entry in subjects(redis([]))}
	severities(redis([])) == set()
}

test_a_database_is_another_rules_matter if {
	doc := cache("database", {"known": [5432]}, [from(groups(["bastion"]), 6379, 6379)])
	subjects(doc) == set()
	severities(doc) == set()
}

test_a_source_that_is_known_after_apply_is_unknown if {
	is_unknown(redis([from({"kind": "unknown", "unknown": hidden}, 6379, 6379)]), "after_apply")
}

test_a_port_that_is_not_known_is_unknown if {
	is_unknown(cache("cache", {"unknown": hidden}, [from(groups(["tasks"]), 6379, 6379)]), "after_apply")
}

test_rules_that_cannot_be_seen_are_unknown if {
	doc := object.union(pass_input, {"facts": {"interfaces": {"cache": {"ingress_open": [outside]}}}})
	is_unknown(doc, "outside_input")
}
