package ecs_audit.rules.security_groups.no_world_open_workload_ports_test

import data.ecs_audit.rules.security_groups.no_world_open_workload_ports as rule

parameters := {"max_public_addresses": 65536}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

# Nearly all of IPv4, and half of it.
world := 3702390784

half := 1851195392

cidr(block, scope, addresses) := {"kind": "cidr", "cidr": block, "scope": scope, "public_addresses": addresses}

prefix_list(aws, addresses) := {
	"kind": "prefix_list",
	"name": "list",
	"aws_managed": aws,
	"scope": "public",
	"public_addresses": addresses,
}

groups(ids) := {"kind": "groups", "groups": {
	"members": {id: {"certain": true} | some id in ids},
	"open": [],
	"at": "ingress",
	"basis": "value",
	"stated": true,
}}

# A rule of the group `open` for a port that nobody looks for first.
from(peer) := {
	"group": "open",
	"resource": "rule",
	"at": "ingress",
	"certain": true,
	"protocol": {"known": "tcp"},
	"ports": {"known": {"from": 3001, "to": 3001}},
	"peer": peer,
	"label": "somewhere",
}

# What `change` names is replaced.
changed(peer, change) := object.union(object.remove(from(peer), object.keys(change)), change)

ports(from_port, to_port) := {"ports": {"known": {"from": from_port, "to": to_port}}}

all_traffic := object.union({"protocol": {"known": "all"}}, ports(0, 65535))

# Something in private subnets; its group admits `rules`, which come to `addresses` publicly routable ones.
holder(kind, addresses, rules) := {"facts": {
	"placements": {},
	"security_groups": {"open": {"public_addresses": addresses}},
	"interfaces": {"web": {
		"kind": kind,
		"groups": {"members": {"open": {"certain": true}}, "open": [], "at": "groups", "basis": "value", "stated": true},
		"groups_stated": true,
		"exposed": false,
		"ingress": rules,
		"ingress_open": [],
		"basis": "value",
	}},
}}

service(addresses, rules) := holder("placement", addresses, rules)

exposed(doc) := object.union(doc, {"facts": {"interfaces": {"web": {"exposed": true}}}})

anywhere := cidr("0.0.0.0/0", "world", world)

office := cidr("203.0.113.0/24", "public", 256)

messages(doc) := {finding.message | some finding in rule.deny with input as doc with data.parameters as parameters}

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

pass_input := service(world, [from(groups(["alb"]))])

fail_input := service(world, [from(anywhere)])

test_the_group_of_a_load_balancer_passes if passes(pass_input)

test_the_world_fails if {
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding == {
		"resource": "web",
		"path": "groups",
		"message": "admits tcp 3001 from somewhere, which is open to the world",
		"severity": "high",
		"related": [
			{"resource": "web", "path": "groups", "message": "its network interfaces have open"},
			{"resource": "rule", "path": "ingress", "message": "admits tcp 3001 from somewhere"},
		],
	}
}

test_all_of_ipv6_fails if severities(service(1099511627776, [from(cidr("::/0", "world", 1099511627776))])) == {"high"}

test_the_world_in_two_halves_fails if {
	halves := [from(cidr("0.0.0.0/1", "public", half)), from(cidr("128.0.0.0/1", "public", half))]
	severities(service(world, halves)) == {"high"}
}

test_an_office_passes if passes(service(256, [from(office)]))

test_many_small_blocks_count_together if {
	blocks := [from(cidr("198.18.0.0/16", "public", 65536)), from(office)]
	severities(service(65792, blocks)) == {"high"}
	passes(service(65536, blocks))
	passes(service(65792, [from(cidr("198.18.0.0/16", "public", 65536))]))
}

test_blocks_of_different_groups_do_not_count_together if {
	doc := object.union(
		service(65792, [
			from(cidr("198.18.0.0/16", "public", 65536)),
			changed(office, {"group": "second"}),
		]),
		{"facts": {"security_groups": {"second": {"public_addresses": 256}}}},
	)
	passes(doc)
}

test_only_what_is_open_is_named if {
	others := [changed(groups(["alb"]), {"label": "the load balancer"}), changed(office, {"label": "the office", "certain": false})]
	doc := service(world, array.concat([from(anywhere)], others))
	messages(doc) == {"admits tcp 3001 from somewhere, which is open to the world"}
}

test_a_prefix_list_counts_by_its_entries if {
	severities(service(100000, [from(prefix_list(false, 100000))])) == {"high"}
	passes(service(100, [from(prefix_list(false, 100))]))
}

test_ranges_of_aws_are_not_the_world if {
	passes(service(100000, [from(prefix_list(true, 100000))]))
	passes(service(100256, [from(prefix_list(true, 100000)), from(office)]))
}

test_private_addresses_are_another_rules_matter if {
	passes(service(0, [from(cidr("10.0.0.0/8", "private", 0))]))
}

test_ping_is_another_rules_matter if {
	ping := changed(anywhere, object.union({"protocol": {"known": "icmp"}}, ports(8, -1)))
	passes(service(0, [ping]))
	messages(service(world, [ping, from(anywhere)])) == {"admits tcp 3001 from somewhere, which is open to the world"}
}

test_an_interface_that_is_exposed_is_graver if severities(exposed(fail_input)) == {"critical"}

test_a_remote_shell_is_always_critical if severities(service(world, [changed(anywhere, ports(22, 22))])) == {"critical"}

test_a_database_port_in_a_range_is_always_critical if {
	severities(service(world, [changed(anywhere, ports(5000, 6000))])) == {"critical"}
}

test_all_protocols_mean_all_ports if {
	severities(service(world, [changed(anywhere, all_traffic)])) == {"critical"}
}

test_a_protocol_without_ports_is_no_remote_shell if {
	tunnel := object.union({"protocol": {"known": "other"}}, ports(0, 65535))
	severities(service(world, [changed(anywhere, tunnel)])) == {"high"}
}

test_every_workload_is_judged if {
	every kind in ["db_instance", "db_cluster", "db_proxy", "cache", "mount_target", "vpc_endpoint"] {
		severities(holder(kind, world, [from(anywhere)])) == {"high"}
	}
}

test_a_load_balancer_is_no_subject if {
	doc := holder("load_balancer", world, [from(anywhere)])
	subjects(doc) == set()
	severities(doc) == set()
}

test_a_source_that_is_known_after_apply_is_unknown if {
	is_unknown(service(0, [from({"kind": "unknown", "unknown": hidden})]), "after_apply")
	passes(service(0, [changed({"kind": "unknown", "unknown": hidden}, {"protocol": {"known": "icmp"}})]))
}

test_a_rule_that_may_belong_to_another_group_is_unknown if {
	is_unknown(service(0, [changed(anywhere, {"certain": false})]), "undecided")
	is_unknown(service(world, [changed(anywhere, {"certain": false})]), "undecided")
	passes(service(0, [changed(office, {"certain": false})]))
	passes(service(0, [from(prefix_list(true, 100000)), changed(office, {"certain": false})]))
	passes(service(65536, [from(cidr("198.18.0.0/16", "public", 65536)), changed(office, {"certain": false, "group": "second"})]))
	passes(service(65536, [changed(cidr("198.18.0.0/16", "public", 65536), {"certain": false})]))
}

test_blocks_that_may_come_to_the_world_are_unknown if {
	blocks := [from(cidr("198.18.0.0/16", "public", 65536)), changed(office, {"certain": false})]
	is_unknown(service(65536, blocks), "undecided")
}

test_a_protocol_that_may_be_icmp_is_unknown if {
	either := changed(anywhere, {"protocol": {"unknown": hidden}, "ports": {"unknown": hidden}})
	is_unknown(service(world, [either]), "after_apply")
	is_unknown(service(world, [either, from(office)]), "after_apply")
}

test_rules_that_cannot_be_seen_are_unknown if {
	doc := object.union(pass_input, {"facts": {"interfaces": {"web": {"ingress_open": [outside]}}}})
	is_unknown(doc, "outside_input")
}

test_tasks_without_network_configuration_are_unknown if {
	is_unknown({"facts": {"placements": {"web": {"awsvpc": {"unknown": hidden}}}, "interfaces": {}}}, "after_apply")
}

messages(doc) := {finding.message | some finding in rule.deny with input as doc with data.parameters as parameters}

test_a_small_block_is_not_blamed_beside_the_world if {
	found := messages(service(world, [from(anywhere), from(office)]))
	count(found) == 1
	some message in found
	endswith(message, "which is open to the world")
}

test_the_world_in_another_group_takes_no_blame_away if {
	blocks := [from(cidr("198.18.0.0/16", "public", 65536)), changed(office, {"label": "the office"})]
	elsewhere := [
		changed(anywhere, {"group": "second", "label": "anywhere"}),
		changed(anywhere, {"certain": false, "label": "perhaps anywhere"}),
	]
	doc := object.union(
		service(65792, array.concat(blocks, elsewhere)),
		{"facts": {"security_groups": {"second": {"public_addresses": world}}}},
	)
	messages(doc) == {
		"admits tcp 3001 from somewhere, which together with its other blocks is open to the world",
		"admits tcp 3001 from the office, which together with its other blocks is open to the world",
		"admits tcp 3001 from anywhere, which is open to the world",
	}
}

test_small_blocks_are_blamed_together if {
	halves := [from(cidr("198.18.0.0/16", "public", 65536)), from(cidr("198.19.0.0/16", "public", 65536))]
	found := messages(service(131072, halves))
	count(found) > 0
	every message in found {
		endswith(message, "which together with its other blocks is open to the world")
	}
}
