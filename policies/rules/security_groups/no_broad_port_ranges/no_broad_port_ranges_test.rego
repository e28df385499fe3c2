package ecs_audit.rules.security_groups.no_broad_port_ranges_test

import data.ecs_audit.rules.security_groups.no_broad_port_ranges as rule

parameters := {"max_port_span": 10}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

groups := {"kind": "groups", "groups": {
	"members": {"alb_group": {"certain": true}},
	"open": [],
	"at": "ingress",
	"basis": "value",
	"stated": true,
}}

itself := {"kind": "self"}

# A rule of the tasks' group.
admits(protocol, first, last) := {
	"group": "tasks",
	"resource": "rule",
	"at": "ingress",
	"certain": true,
	"protocol": {"known": protocol},
	"ports": {"known": {"from": first, "to": last}},
	"peer": groups,
	"label": "somewhere",
}

# What `change` names is replaced.
changed(traffic, change) := object.union(object.remove(traffic, object.keys(change)), change)

uncertain(traffic) := changed(traffic, {"certain": false})

all_traffic := admits("all", 0, 65535)

# Something whose group admits `rules`.
holder(kind, rules) := {"facts": {
	"placements": {},
	"security_groups": {"tasks": {"holders": {"web": {"kind": kind, "certain": true}}}},
	"interfaces": {"web": {
		"kind": kind,
		"groups": {"members": {"tasks": {"certain": true}}, "open": [], "at": "groups", "basis": "value", "stated": true},
		"groups_stated": true,
		"ingress": rules,
		"ingress_open": [],
		"basis": "value",
	}},
}}

# A service whose containers declare `ports`, as far as `ports_open` hides none.
service(ports, ports_open, rules) := object.union(holder("placement", rules), {"facts": {"placements": {"web": {
	"awsvpc": {"known": true},
	"ports": ports,
	"ports_open": ports_open,
}}}})

usual(rules) := service([{"from": 3001, "to": 3001}], [], rules)

severities(doc) := {finding.severity | some finding in rule.deny with input as doc with data.parameters as parameters}

missing(doc) := {doubt.missing.why | some doubt in rule.unknown with input as doc with data.parameters as parameters}

subjects(doc) := {entry.resource | some entry in rule.subjects with input as doc with data.parameters as parameters}

passes(doc) if {
	subjects(doc) == {"web"}
	severities(doc) == set()
	missing(doc) == set()
}

is_unknown(doc, why) if {
	subjects(doc) == {"web"}
	severities(doc) == set()
	missing(doc) == {why}
}

pass_input := usual([admits("tcp", 3001, 3001)])

fail_input := usual([admits("tcp", 3001, 65535)])

test_one_port_passes if passes(pass_input)

test_a_long_range_fails if {
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding == {
		"resource": "web",
		"path": "groups",
		"message": "admits tcp 3001-65535 from somewhere",
		"severity": "medium",
		"related": [
			{"resource": "web", "path": "groups", "message": "its network interfaces have tasks"},
			{"resource": "rule", "path": "ingress", "message": "admits tcp 3001-65535 from somewhere"},
		],
	}
}

test_every_port_fails if severities(usual([admits("tcp", 0, 65535)])) == {"medium"}

test_all_protocols_fail if severities(usual([all_traffic])) == {"medium"}

test_ten_ports_pass_and_eleven_fail if {
	passes(usual([admits("tcp", 3001, 3010)]))
	severities(usual([admits("tcp", 3001, 3011)])) == {"medium"}
	severities(usual([admits("udp", 3001, 3011)])) == {"medium"}
}

test_the_span_is_a_parameter if {
	doc := usual([admits("tcp", 3001, 3011)])
	rule.deny == set() with input as doc with data.parameters as {"max_port_span": 11}
}

test_a_range_that_a_container_declares_passes if {
	range := [{"from": 8000, "to": 8100}]
	passes(service(range, [], [admits("tcp", 8000, 8100)]))
	severities(service(range, [], [admits("tcp", 8000, 8101)])) == {"medium"}
}

test_a_range_that_hidden_containers_may_declare_is_unknown if {
	is_unknown(service([], [hidden], [admits("tcp", 8000, 8100)]), "after_apply")
	passes(service([], [hidden], [admits("tcp", 3001, 3001)]))
}

test_no_container_declares_every_port if {
	severities(service([], [hidden], [admits("tcp", 0, 65535)])) == {"medium"}
	severities(service([], [hidden], [all_traffic])) == {"medium"}
}

test_dynamic_ports_are_for_bridge_mode_only if {
	severities(usual([admits("tcp", 32768, 65535)])) == {"medium"}
	subjects({"facts": {"placements": {"web": {"awsvpc": {"known": false}}}, "interfaces": {}}}) == set()
}

test_ping_has_no_ports if {
	passes(usual([admits("icmp", -1, -1), admits("icmpv6", 0, 255)]))
	passes(usual([changed(admits("icmp", 8, -1), {"ports": {"unknown": hidden}})]))
}

test_another_protocol_has_no_ports if passes(usual([admits("other", 0, 65535)]))

test_tasks_of_one_service_among_themselves_fail_low if {
	severities(usual([changed(all_traffic, {"peer": itself})])) == {"low"}
}

test_others_in_the_same_group_make_it_graver if {
	shared := {"facts": {"security_groups": {"tasks": {"holders": {"host": {"kind": "other", "certain": true}}}}}}
	severities(object.union(usual([changed(all_traffic, {"peer": itself})]), shared)) == {"medium"}
}

test_databases_and_caches_are_judged if {
	every kind in ["db_instance", "db_cluster", "db_proxy", "cache"] {
		severities(holder(kind, [admits("tcp", 5000, 6000)])) == {"medium"}
		severities(holder(kind, [changed(all_traffic, {"peer": itself})])) == {"medium"}
	}
}

test_a_load_balancer_is_no_subject if {
	subjects(holder("load_balancer", [all_traffic])) == set()
	severities(holder("load_balancer", [all_traffic])) == set()
}

test_ports_that_are_known_after_apply_are_unknown if {
	is_unknown(usual([changed(admits("tcp", 1, 1), {"ports": {"unknown": hidden}})]), "after_apply")
	either := {"protocol": {"unknown": hidden}, "ports": {"unknown": hidden}}
	is_unknown(usual([changed(admits("tcp", 1, 1), either)]), "after_apply")
}

test_a_rule_that_may_belong_to_another_group_is_unknown if {
	is_unknown(usual([uncertain(all_traffic)]), "undecided")
	passes(usual([uncertain(admits("tcp", 3001, 3001))]))
}

test_rules_that_cannot_be_seen_are_unknown if {
	doc := object.union(pass_input, {"facts": {"interfaces": {"web": {"ingress_open": [outside]}}}})
	is_unknown(doc, "outside_input")
}

test_tasks_without_network_configuration_are_unknown if {
	is_unknown({"facts": {"placements": {"web": {"awsvpc": {"unknown": hidden}}}, "interfaces": {}}}, "after_apply")
}
