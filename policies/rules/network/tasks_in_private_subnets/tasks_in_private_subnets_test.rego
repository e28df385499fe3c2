package ecs_audit.rules.network.tasks_in_private_subnets_test

import data.ecs_audit.rules.network.tasks_in_private_subnets as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

known(value) := {"known": value, "at": "a"}

fact(value) := {"known": value, "basis": "value", "evidence": []}

subnet(class) := {"class": class, "blocked": fact(false)}

route := {"resource": "table", "path": "route[0].gateway_id", "message": "route 0.0.0.0/0 leads to igw"}

public := {"known": "public", "basis": "value", "evidence": [route]}

# A service with these subnets, as candidates: certain or not.
service(members, open, subnets) := {
	"placements": {"web": {"network": {"at": "network", "known": {
		"subnets": {
			"members": {id: {"certain": certain} | some id, certain in members},
			"open": open,
			"at": "network.subnets",
			"basis": "value",
			"stated": true,
		},
		"assign_public_ip": known(false),
	}}}},
	"facts": {
		"placements": {"web": {"awsvpc": fact(true), "network_basis": "reference"}},
		"subnets": subnets,
	},
}

in_class(class) := service({"a": true}, [], {"a": subnet(class)})

# A service without a network configuration in reach.
without_network(network, awsvpc) := {
	"placements": {"web": {"network": object.union({"at": "network"}, network)}},
	"facts": {"placements": {"web": {"awsvpc": awsvpc, "network_basis": "value"}}, "subnets": {}},
}

# `address` takes the place of its assign_public_ip.
with_address(document, address) := object.union(
	object.remove(document, ["placements"]),
	{"placements": {"web": {"network": {"at": "network", "known": {
		"subnets": document.placements.web.network.known.subnets,
		"assign_public_ip": address,
	}}}}},
)

admitting(document, traffic) := object.union(document, {"facts": {"interfaces": {"web": {"ingress": [traffic]}}}})

pass_input := in_class(fact("private"))

fail_input := in_class(fact("public"))

in_public_subnet := in_class(public)

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

test_private_subnets_pass if {
	rule.subjects == {{"resource": "web", "basis": "reference"}} with input as pass_input
	rule.deny == set() with input as pass_input
	rule.unknown == set() with input as pass_input
}

test_a_public_subnet_fails_and_names_its_route if {
	evidence := [route]
	some finding in rule.deny with input as in_public_subnet
	finding.resource == "web"
	finding.path == "network.subnets"
	finding.related == evidence
	contains(finding.message, "tasks may be placed in a,")
}

test_without_a_public_address_it_is_high_and_says_so if {
	some finding in rule.deny with input as in_public_subnet
	finding.severity == "high"
	contains(finding.message, "no public IPv4 address today")
}

test_with_a_public_address_it_is_critical if {
	document := with_address(in_public_subnet, {"known": true, "at": "b"})
	some finding in rule.deny with input as document
	finding.severity == "critical"
	contains(finding.message, "receive public addresses")
}

test_an_unknown_address_is_not_counted if {
	document := with_address(in_public_subnet, {"unknown": hidden, "at": "b"})
	some finding in rule.deny with input as document
	finding.severity == "high"
	endswith(finding.message, "a public subnet")
}

test_a_world_open_group_makes_it_critical if {
	document := admitting(in_public_subnet, {"certain": true, "peer": {"kind": "cidr", "scope": "world"}})
	severities(rule.deny) == {"critical"} with input as document
	some finding in rule.deny with input as document
	endswith(finding.message, "and a security group admits the world")
}

test_a_group_that_is_open_to_the_vpc_does_not if {
	document := admitting(in_public_subnet, {"certain": true, "peer": {"kind": "cidr", "scope": "vpc"}})
	severities(rule.deny) == {"high"} with input as document
}

test_a_group_that_may_be_world_open_does_not if {
	document := admitting(in_public_subnet, {"certain": false, "peer": {"kind": "cidr", "scope": "world"}})
	severities(rule.deny) == {"high"} with input as document
}

test_block_public_access_lowers_it if {
	document := service({"a": true}, [], {"a": {"class": public, "blocked": fact(true)}})
	severities(rule.deny) == {"low"} with input as document
	severities(rule.deny) == {"low"} with input as with_address(document, {"known": true, "at": "b"})
}

test_one_public_subnet_of_several_is_enough if {
	document := service({"a": true, "b": true}, [], {"a": subnet(public), "b": subnet(fact("private"))})
	count(rule.deny) == 1 with input as document
	resources(rule.deny) == {"web"} with input as document
}

test_every_public_subnet_is_named if {
	document := service({"a": true, "b": true}, [], {"a": subnet(public), "b": subnet(public)})
	count(rule.deny) == 2 with input as document
}

test_a_public_subnet_fails_beside_an_unknown_one if {
	document := service({"a": true, "b": true}, [hidden], {"a": subnet(public), "b": subnet({"unknown": hidden})})
	resources(rule.deny) == {"web"} with input as document
}

test_a_subnet_without_known_routes_is_unknown_and_not_private if {
	document := in_class({"unknown": hidden, "basis": "value", "evidence": []})
	rule.deny == set() with input as document
	rule.unknown == {{
		"resource": "web",
		"path": "network.subnets",
		"message": "cannot tell whether a is a private subnet",
		"missing": hidden,
	}} with input as document
}

test_a_subnet_that_nothing_describes_is_unknown if {
	document := service({"a": true}, [], {})
	reasons(rule.unknown) == {"outside_input"} with input as document
}

test_subnets_that_cannot_be_followed_are_unknown if {
	document := service({}, [hidden], {})
	rule.deny == set() with input as document
	rule.unknown == {{
		"resource": "web",
		"path": "network.subnets",
		"message": "cannot tell which subnets tasks are placed in",
		"missing": hidden,
	}} with input as document
}

test_a_hard_coded_subnet_beside_private_ones_is_unknown if {
	outside := {"why": "outside_input", "fact": "subnet-1", "remedy": "y"}
	document := service({"a": true}, [outside], {"a": subnet(fact("private"))})
	reasons(rule.unknown) == {"outside_input"} with input as document
}

test_candidates_of_both_classes_are_undecided if {
	document := service({"a": false, "b": false}, [], {"a": subnet(public), "b": subnet(fact("private"))})
	rule.deny == set() with input as document
	reasons(rule.unknown) == {"undecided"} with input as document
	some doubt in rule.unknown with input as document
	contains(doubt.missing.fact, "a, b")
	doubt.related == [route]
}

test_candidates_that_are_all_public_fail if {
	document := service({"a": false, "b": false}, [], {"a": subnet(public), "b": subnet(public)})
	count(rule.deny) == 2 with input as document
	rule.unknown == set() with input as document
}

test_tasks_without_interfaces_of_their_own_are_no_subject if {
	document := without_network({"absent": true}, fact(false))
	rule.subjects == set() with input as document
	rule.unknown == set() with input as document
}

test_an_unknown_network_mode_is_unknown if {
	document := without_network({"absent": true}, {"unknown": hidden, "basis": "value", "evidence": []})
	resources(rule.subjects) == {"web"} with input as document
	reasons(rule.unknown) == {"after_apply"} with input as document
}

test_an_unknown_network_configuration_is_unknown if {
	document := without_network({"unknown": hidden}, fact(true))
	reasons(rule.unknown) == {"after_apply"} with input as document
}

# What a plan says of an Express Mode service that names no subnets.
test_an_express_service_in_the_default_vpc_is_unknown if {
	outside := {"why": "outside_input", "fact": "the subnets of the default VPC", "remedy": "y"}
	document := without_network({"unknown": outside}, {"unknown": outside, "basis": "value", "evidence": []})
	rule.unknown == {{
		"resource": "web",
		"path": "network",
		"message": "cannot tell which subnets tasks are placed in",
		"missing": outside,
	}} with input as document
}

test_no_network_configuration_in_awsvpc_mode_is_unknown if {
	document := without_network({"absent": true}, fact(true))
	reasons(rule.unknown) == {"outside_input"} with input as document
}

test_an_empty_list_of_subnets_is_unknown if {
	document := service({}, [], {})
	reasons(rule.unknown) == {"outside_input"} with input as document
}
