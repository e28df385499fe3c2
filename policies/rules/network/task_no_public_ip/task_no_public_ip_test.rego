package ecs_audit.rules.network.task_no_public_ip_test

import data.ecs_audit.rules.network.task_no_public_ip as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

known(value) := {"known": value, "at": "a"}

fact(value) := {"known": value, "basis": "value", "evidence": []}

# A service in one subnet of this class; `address` is its assign_public_ip.
service_in(class, open, address) := {
	"placements": {"web": {"network": known({
		"subnets": {"members": {"a": {"certain": true}}, "open": open, "at": "subnets", "basis": "value", "stated": true},
		"assign_public_ip": object.union({"at": "assign_public_ip"}, address),
	})}},
	"facts": {
		"placements": {"web": {"awsvpc": fact(true)}},
		"subnets": {"a": {"class": class}},
	},
}

service(address) := service_in(fact("private"), [], address)

# A service of which the network configuration is not there to be read.
without_network(network, awsvpc) := {
	"placements": {"web": {"network": object.union({"at": "network"}, network)}},
	"facts": {"placements": {"web": {"awsvpc": awsvpc}}, "subnets": {}},
}

pass_input := service({"known": false})

fail_input := service({"known": true})

in_public_subnet := service_in(fact("public"), [], {"known": true})

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

test_without_address_passes if {
	resources(rule.subjects) == {"web"} with input as pass_input
	rule.deny == set() with input as pass_input
	rule.unknown == set() with input as pass_input
}

test_an_address_fails if {
	some finding in rule.deny with input as in_public_subnet
	finding.resource == "web"
	finding.severity == "high"
	finding.path == "assign_public_ip"
	finding.message == "tasks receive a public address"
}

test_an_address_in_a_private_subnet_fails_at_medium if {
	some finding in rule.deny with input as fail_input
	finding.severity == "medium"
	contains(finding.message, "which no route makes usable today")
}

test_an_address_in_a_subnet_of_unknown_class_is_high if {
	document := service_in({"unknown": hidden, "basis": "value", "evidence": []}, [], {"known": true})
	severities(rule.deny) == {"high"} with input as document
}

test_an_address_where_a_subnet_is_hidden_is_high if {
	document := service_in(fact("private"), [hidden], {"known": true})
	severities(rule.deny) == {"high"} with input as document
}

test_an_address_that_the_subnet_would_give_does_not_count if {
	document := object.union(pass_input, {"subnets": {"a": {"map_public_ip_on_launch": known(true)}}})
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_the_documented_default_passes if {
	document := service({"known": false, "default": true})
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_an_unknown_address_is_unknown if {
	document := service({"unknown": hidden})
	rule.deny == set() with input as document
	rule.unknown == {{
		"resource": "web",
		"path": "assign_public_ip",
		"message": "cannot tell whether tasks receive a public address",
		"missing": hidden,
	}} with input as document
}

test_an_unknown_network_configuration_is_unknown if {
	document := without_network({"unknown": hidden}, fact(true))
	rule.unknown == {{
		"resource": "web",
		"path": "network",
		"message": "cannot tell whether tasks receive a public address",
		"missing": hidden,
	}} with input as document
}

test_a_mode_other_than_awsvpc_is_no_subject if {
	document := without_network({"absent": true}, fact(false))
	rule.subjects == set() with input as document
	rule.unknown == set() with input as document
}

test_an_unknown_network_mode_is_unknown if {
	document := without_network({"absent": true}, {"unknown": hidden, "basis": "value", "evidence": []})
	resources(rule.subjects) == {"web"} with input as document
	rule.unknown == {{
		"resource": "web",
		"path": "network",
		"message": "cannot tell whether tasks have network interfaces of their own",
		"missing": hidden,
	}} with input as document
}

test_a_network_configuration_without_address_needs_no_known_mode if {
	mode := {"unknown": hidden, "basis": "value", "evidence": []}
	document := {
		"placements": pass_input.placements,
		"facts": {"placements": {"web": {"awsvpc": mode}}, "subnets": {}},
	}
	resources(rule.subjects) == {"web"} with input as document
	rule.unknown == set() with input as document
}

test_no_network_configuration_assigns_no_address if {
	document := without_network({"absent": true}, fact(true))
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_task_sets_and_scheduled_tasks_are_judged_as_services_are if {
	every kind in ["service", "task_set", "scheduled_task"] {
		document := object.union(fail_input, {"placements": {"web": {"kind": kind}}})
		resources(rule.deny) == {"web"} with input as document
	}
}

test_an_express_service_leaves_addresses_to_ecs if {
	document := object.union(service({"unknown": hidden}), {"placements": {"web": {"kind": "express_service"}}})
	rule.deny == set() with input as document
	resources(rule.unknown) == {"web"} with input as document
}
