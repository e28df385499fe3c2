package ecs_audit.rules.network.alb_only_public_entry_test

import data.ecs_audit.rules.network.alb_only_public_entry as rule

parameters := {"allowed_nlb_services": []}

waived := {"allowed_nlb_services": ["web"]}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

known(value) := {"known": value, "at": "a"}

unknown := {"unknown": hidden, "at": "a"}

evidence := {"resource": "web", "path": "load_balancer", "message": "registers with group"}

# A network configuration with this assign_public_ip.
network(address) := known({"assign_public_ip": address})

# A service behind one load balancer of a type and scheme.
behind(type, internal) := {
	"placements": {"web": {"kind": "service", "network": network(known(false))}},
	"load_balancers": {"lb": {"load_balancer_type": type, "internal": internal}},
	"facts": {
		"placements": {"web": {"load_balancers": {
			"members": {"lb": {"certain": true, "basis": "reference", "evidence": [evidence]}},
			"open": [],
			"basis": "reference",
		}}},
		"interfaces": {},
	},
}

uncertain(document) := object.union(
	document,
	{"facts": {"placements": {"web": {"load_balancers": {"members": {"lb": {"certain": false}}}}}}},
)

# A service without any load balancer.
alone(address) := {
	"placements": {"web": {"kind": "service", "network": address}},
	"load_balancers": {},
	"facts": {
		"placements": {"web": {"load_balancers": {"members": {}, "open": [], "basis": "value"}}},
		"interfaces": {},
	},
}

# A service without addresses of its own, and a task set.
beside(service, address) := object.union(alone(network(known(false))), {"placements": {"green": {
	"kind": "task_set",
	"service": service,
	"network": address,
}}})

belongs(certain) := {"members": {"web": {"certain": certain}}, "open": []}

from(names) := {"facts": {"interfaces": {"lb": {
	"ingress": [{"certain": true, "peer": {"kind": "prefix_list", "name": name}} | some name in names],
	"ingress_open": [],
}}}}

cloudfront := "com.amazonaws.global.cloudfront.origin-facing"

cloudfront_ipv6 := "com.amazonaws.global.ipv6.cloudfront.origin-facing"

public := known(false)

internal := known(true)

pass_input := behind(known("network"), internal)

fail_input := behind(known("network"), public)

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

paths(set) := {entry.path | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"web"} with input as document with data.parameters as parameters
	rule.deny == set() with input as document with data.parameters as parameters
	rule.unknown == set() with input as document with data.parameters as parameters
}

fails(document, severity) if {
	resources(rule.deny) == {"web"} with input as document with data.parameters as parameters
	severities(rule.deny) == {severity} with input as document with data.parameters as parameters
	rule.unknown == set() with input as document with data.parameters as parameters
}

doubted(document, why) if {
	resources(rule.subjects) == {"web"} with input as document with data.parameters as parameters
	rule.deny == set() with input as document with data.parameters as parameters
	reasons(rule.unknown) == {why} with input as document with data.parameters as parameters
}

test_an_internal_network_load_balancer_passes if passes(pass_input)

test_an_internet_facing_network_load_balancer_fails if {
	fails(fail_input, "high")
	way := [evidence]
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding.message == "lb is an internet-facing network load balancer in front of it"
	finding.related == way
}

test_an_internet_facing_classic_load_balancer_fails if fails(behind(known("classic"), public), "high")

test_an_internet_facing_application_load_balancer_passes if passes(behind(known("application"), public))

test_an_internal_application_load_balancer_passes if passes(behind(known("application"), internal))

# An ALB is a target of a Network Load Balancer, so only the ALB leads to the service.
test_a_network_load_balancer_in_front_of_an_alb_passes if {
	document := object.union(
		behind(known("application"), internal),
		{"load_balancers": {"nlb": {"load_balancer_type": known("network"), "internal": public}}},
	)
	passes(document)
}

test_without_load_balancer_and_address_passes if {
	passes(alone(network(known(false))))
	passes(alone({"absent": true, "at": "network"}))
}

test_a_public_address_of_the_task_fails if {
	document := alone(network({"known": true, "at": "assign_public_ip"}))
	resources(rule.deny) == {"web"} with input as document with data.parameters as parameters
	paths(rule.deny) == {"assign_public_ip"} with input as document with data.parameters as parameters
}

test_every_way_in_is_named if {
	document := object.union(fail_input, {"placements": {"web": {"network": network(known(true))}}})
	count(rule.deny) == 2 with input as document with data.parameters as parameters
}

test_the_basis_is_that_of_the_way if {
	expected := {{"resource": "web", "basis": "reference"}}
	rule.subjects == expected with input as pass_input with data.parameters as parameters
}

test_express_mode_services_are_subjects if {
	fails(object.union(fail_input, {"placements": {"web": {"kind": "express_service"}}}), "high")
}

test_only_services_are_subjects if {
	task := {"kind": "scheduled_task", "network": network(known(true))}
	document := object.union(fail_input, {"placements": {"web": task}})
	rule.subjects == set() with input as document with data.parameters as parameters
	rule.deny == set() with input as document with data.parameters as parameters
}

test_cloudfront_alone_is_medium if {
	fails(object.union(fail_input, from([cloudfront])), "medium")
	fails(object.union(fail_input, from([cloudfront, cloudfront_ipv6])), "medium")
}

test_cloudfront_and_others_is_high if {
	every other in ["office", "office.cloudfront.origin-facing", "com.amazonaws.global.groundstation"] {
		fails(object.union(fail_input, from([cloudfront, other])), "high")
	}
	world := {"certain": true, "peer": {"kind": "cidr", "cidr": "0.0.0.0/0", "scope": "world"}}
	fails(object.union(fail_input, {"facts": {"interfaces": {"lb": {"ingress": [world], "ingress_open": []}}}}), "high")
}

test_cloudfront_and_perhaps_others_is_high if {
	doubtful := {"facts": {"interfaces": {"lb": {"ingress_open": [hidden]}}}}
	fails(object.union(object.union(fail_input, from([cloudfront])), doubtful), "high")
}

test_groups_that_admit_nothing_do_not_lower_it if fails(object.union(fail_input, from([])), "high")

test_an_allowed_service_may_have_a_network_load_balancer if {
	resources(rule.subjects) == {"web"} with input as fail_input with data.parameters as waived
	rule.deny == set() with input as fail_input with data.parameters as waived
	rule.unknown == set() with input as fail_input with data.parameters as waived
}

test_an_allowed_service_needs_no_known_scheme if {
	document := behind(known("network"), unknown)
	rule.unknown == set() with input as document with data.parameters as waived
}

test_an_allowed_service_may_have_no_other_way_in if {
	classic := behind(known("classic"), public)
	resources(rule.deny) == {"web"} with input as classic with data.parameters as waived
	address := alone(network(known(true)))
	resources(rule.deny) == {"web"} with input as address with data.parameters as waived
}

test_an_unknown_scheme_is_unknown if doubted(behind(known("network"), unknown), "after_apply")

test_an_unknown_scheme_of_an_alb_is_no_matter if passes(behind(known("application"), unknown))

test_an_unknown_type_is_unknown if doubted(behind(unknown, public), "after_apply")

test_an_unknown_type_of_an_internal_one_is_no_matter if passes(behind(unknown, internal))

test_a_load_balancer_that_may_lead_elsewhere_is_undecided if doubted(uncertain(fail_input), "undecided")

test_a_harmless_one_that_may_lead_elsewhere_passes if {
	passes(uncertain(pass_input))
	passes(uncertain(behind(known("application"), public)))
}

# Addresses that were registered by hand with a target group, listeners outside the plan, Express Mode.
test_load_balancers_that_cannot_be_followed_are_unknown if {
	document := object.union(pass_input, {"facts": {"placements": {"web": {"load_balancers": {"open": [hidden]}}}}})
	doubted(document, "after_apply")
}

test_an_unknown_address_is_unknown if doubted(alone(network(unknown)), "after_apply")

test_an_unknown_network_configuration_is_unknown if {
	document := alone(unknown)
	doubted(document, "after_apply")
	paths(rule.unknown) == {"network_configuration"} with input as document with data.parameters as parameters
}

test_a_public_address_of_a_task_set_fails if {
	document := beside(belongs(true), network({"known": true, "at": "b"}))
	rule.deny == {{
		"resource": "web",
		"path": "",
		"message": "the tasks of its task set green receive public addresses, which no load balancer guards",
		"related": [{"resource": "green", "path": "b", "message": "assigns public addresses"}],
	}} with input as document with data.parameters as parameters
	rule.unknown == set() with input as document with data.parameters as parameters
}

test_a_task_set_of_the_service_is_no_doubt_for_what_else_it_may_belong_to if {
	document := beside({"members": {"web": {"certain": true}}, "open": [hidden]}, network({"known": true, "at": "b"}))
	resources(rule.deny) == {"web"} with input as document with data.parameters as parameters
	rule.unknown == set() with input as document with data.parameters as parameters
}

test_a_task_set_without_addresses_passes if {
	passes(beside(belongs(true), network(known(false))))
	passes(beside(belongs(false), network(known(false))))
	passes(beside({"members": {}, "open": [hidden]}, network(known(false))))
	passes(beside({"members": {}, "open": [hidden]}, {"absent": true, "at": "network"}))
}

test_a_task_set_of_another_service_is_no_matter if {
	passes(beside({"members": {"other": {"certain": true}}, "open": []}, network(known(true))))
	outside := {"why": "outside_input", "fact": "x", "remedy": "y"}
	passes(beside({"members": {}, "open": [outside]}, network(known(true))))
}

test_a_task_set_of_what_is_no_service_is_no_matter if {
	every address in [known(true), unknown] {
		document := object.union(beside(belongs(true), network(address)), {"placements": {"web": {"kind": "scheduled_task"}}})
		rule.deny == set() with input as document with data.parameters as parameters
		rule.unknown == set() with input as document with data.parameters as parameters
	}
}

test_a_task_set_that_may_belong_to_it_is_undecided if {
	doubted(beside(belongs(false), network(known(true))), "undecided")
}

test_a_task_set_of_an_unknown_service_is_unknown if {
	doubted(beside({"members": {}, "open": [hidden]}, network(known(true))), "after_apply")
	doubted(beside({"members": {}, "open": [hidden]}, unknown), "after_apply")
}

test_unknown_addresses_of_a_task_set_are_unknown if {
	doubted(beside(belongs(true), network(unknown)), "after_apply")
	doubted(beside(belongs(true), unknown), "after_apply")
}
