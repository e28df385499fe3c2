package ecs_audit.rules.vpc_endpoints.endpoint_az_coverage_test

import data.ecs_audit.rules.vpc_endpoints.endpoint_az_coverage as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

yes := {"known": true}

no := {"known": false}

unsure := {"unknown": hidden}

certain := {"certain": true}

links(ids) := {"members": {id: certain | some id in ids}, "open": []}

# An endpoint with interfaces in these zones, and tasks without egress in zones `a`, `b` and `c`.
endpoint(service, zones, missing) := {
	"vpc_endpoints": {"e": {
		"service": {"known": service},
		"vpc": links(["v"]),
		"subnets": object.union(links(zones), {"at": "subnet_ids"}),
	}},
	"placements": {"web": {"network": {"known": {"subnets": {"open": []}}}}},
	"subnets": {zone: {"vpc": links(["v"]), "availability_zone": {"known": zone}} | some zone in ["a", "b", "c"]},
	"facts": {
		"placements": {"web": {
			"awsvpc": yes,
			"compute": {"known": "fargate"},
			"subnets": {"a": certain, "b": certain, "c": certain},
			"endpoints": {
				"services": {service: []},
				"open": [],
				"subnets": {"a": {"known": "none"}, "b": {"known": "none"}, "c": {"known": "none"}},
				"paths": ways(usual),
			},
		}},
		"vpc_endpoints": {"e": {
			"needed_by": {"web": {"certain": true, "without_egress": true}},
			"private_dns": yes,
			"missing_zones": missing,
			"covered_zones": zones,
			"basis": "reference",
		}},
	},
}

# The ways of tasks to the endpoint, alike in each subnet. `met` says whether it or another endpoint serves them.
ways(facts) := [{
	"subnet": subnet,
	"certain": facts.certain,
	"met": facts.met,
	"endpoints": [{"endpoint": "e", "matches": facts.matches, "private_dns": facts.private_dns}],
} |
	some subnet in ["a", "b", "c"]
]

usual := {"certain": true, "met": yes, "matches": yes, "private_dns": yes}

known(value) := {"known": value}

in_two_zones := endpoint("logs", ["a", "b"], known(["c"]))

# The same, where `change` names what is otherwise on the ways.
walking(document, change) := object.union(
	document,
	{"facts": {"placements": {"web": {"endpoints": {
		"paths": ways(object.union(object.remove(usual, object.keys(change)), change)),
	}}}}},
)

# Nobody is known to need it, and what tasks need is not known to the end.
may_be_needed(document) := object.union(
	json.remove(document, ["facts/placements/web/endpoints/services/logs", "facts/vpc_endpoints/e/needed_by/web"]),
	{"facts": {"placements": {"web": {"endpoints": {"open": [hidden], "paths": []}}}}},
)

with_hidden_subnets(document, missing) := object.union(
	document,
	{"placements": {"web": {"network": {"known": {"subnets": {"open": [missing]}}}}}},
)

in_all_zones := endpoint("logs", ["a", "b", "c"], known([]))

# The third subnet is in a zone with an interface, or in one without.
pass_input := object.union(endpoint("logs", ["a", "b"], known([])), {"subnets": {"c": {"availability_zone": known("b")}}})

fail_input := in_two_zones

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"e"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

fails(document, severity) if {
	resources(rule.subjects) == {"e"} with input as document
	severities(rule.deny) == {severity} with input as document
}

undecided(document, whys) if {
	resources(rule.subjects) == {"e"} with input as document
	rule.deny == set() with input as document
	reasons(rule.unknown) == whys with input as document
}

not_judged(document) if {
	rule.subjects == set() with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_an_interface_in_every_zone_passes if {
	passes(in_all_zones)
	passes(pass_input)
	rule.subjects == {{"resource": "e", "basis": "reference"}} with input as in_all_zones
}

test_two_of_three_zones_are_low if {
	expected := {
		"resource": "e",
		"path": "subnet_ids",
		"message": "has no interface in c, where tasks rely on it",
		"severity": "low",
		"related": [{"resource": "web", "path": "", "message": "needs the service"}],
	}
	rule.deny == {expected} with input as in_two_zones
}

test_one_of_several_zones_is_medium if fails(endpoint("logs", ["a"], known(["b", "c"])), "medium")

test_no_zone_of_the_tasks_is_medium if fails(endpoint("logs", [], known(["a", "b", "c"])), "medium")

test_unknown_zones_are_unknown if undecided(endpoint("logs", ["a", "b"], unsure), {"after_apply"})

# Every subnet has a NAT gateway.
beside_nat(document) := object.union(
	json.remove(document, ["facts/placements/web/endpoints/subnets"]),
	{"facts": {
		"placements": {"web": {"endpoints": {"subnets": {}}}},
		"vpc_endpoints": {"e": {"needed_by": {"web": {"without_egress": false}}}},
	}},
)

test_an_endpoint_beside_nat_is_judged_where_its_name_resolves_to_it if {
	failing := {finding.resource | some finding in rule.deny with input as beside_nat(in_two_zones)}
	failing == {"e"}
}

test_an_endpoint_that_tasks_do_not_take_is_not_judged if {
	not_judged(beside_nat(walking(in_two_zones, {"private_dns": no})))
}

test_a_zone_of_a_candidate_subnet_is_undecided if {
	undecided(walking(in_two_zones, {"certain": false}), {"undecided"})
}

test_an_endpoint_in_an_unknown_vpc_is_unknown if {
	undecided(walking(in_two_zones, {"matches": unsure}), {"after_apply"})
}

test_an_endpoint_in_an_unknown_vpc_passes_with_all_zones if passes(walking(in_all_zones, {"matches": unsure}))

in_one_zone := endpoint("s3", ["a"], known(["b", "c"]))

test_an_s3_interface_endpoint_beside_a_gateway_is_not_judged if not_judged(walking(in_one_zone, {"private_dns": no}))

test_an_s3_interface_endpoint_that_tasks_may_take_is_unknown if {
	undecided(walking(in_one_zone, {"private_dns": unsure}), {"after_apply"})
	passes(walking(in_all_zones, {"private_dns": unsure}))
}

test_an_s3_interface_endpoint_that_tasks_use_is_judged if {
	fails(in_one_zone, "medium")
	fails(walking(in_one_zone, {"private_dns": no, "met": no}), "medium")
	fails(walking(in_one_zone, {"private_dns": unsure, "met": no}), "medium")
}

test_an_endpoint_beside_one_that_may_serve_the_tasks_is_unknown if {
	undecided(walking(in_one_zone, {"private_dns": no, "met": unsure}), {"after_apply"})
}

# The default route of every subnet leads there.
leading(document, egress) := object.union(
	json.remove(document, ["facts/placements/web/endpoints/subnets"]),
	{"facts": {"placements": {"web": {"endpoints": {"subnets": {subnet: egress | some subnet in ["a", "b", "c"]}}}}}},
)

test_where_the_default_route_leads_decides_about_an_endpoint_that_no_name_leads_to if {
	document := walking(in_one_zone, {"private_dns": no, "met": no})
	undecided(leading(document, unsure), {"after_apply"})
	undecided(leading(document, {"known": "other"}), {"outside_input"})
	fails(leading(in_one_zone, unsure), "medium")
}

# Nobody knows in which zone the third subnet is.
without_zone(document) := object.union(
	json.remove(document, ["subnets/c/availability_zone"]),
	{"subnets": {"c": {"availability_zone": unsure}}},
)

test_a_subnet_in_an_unknown_zone_is_unknown if undecided(without_zone(in_two_zones), {"after_apply"})

test_an_interface_in_the_subnet_itself_needs_no_known_zone if {
	passes(without_zone(in_all_zones))
	passes(without_zone(may_be_needed(in_all_zones)))
}

test_a_gateway_has_no_zones if {
	document := walking(in_two_zones, {"private_dns": {"absent": true}, "met": unsure})
	resources(rule.unknown) == {"e"} with input as document
	not_judged(json.remove(document, ["facts/vpc_endpoints/e"]))
}

test_unknown_container_definitions_are_unknown if undecided(may_be_needed(in_two_zones), {"after_apply"})

test_unknown_container_definitions_pass_with_all_zones if passes(may_be_needed(in_all_zones))

test_unknown_container_definitions_matter_beside_nat_where_names_lead_to_the_endpoint if {
	undecided(beside_nat(may_be_needed(in_two_zones)), {"after_apply"})
	passes(beside_nat(may_be_needed(in_all_zones)))
	unnamed := object.union(may_be_needed(in_two_zones), {"facts": {"vpc_endpoints": {"e": {"private_dns": no}}}})
	not_judged(beside_nat(unnamed))
}

test_only_subnets_without_a_way_out_matter_for_an_endpoint_that_no_name_leads_to if {
	document := json.remove(may_be_needed(in_two_zones), ["facts/placements/web/endpoints/subnets/c"])
	undecided(document, {"after_apply"})
	passes(object.union(document, {"facts": {"vpc_endpoints": {"e": {"private_dns": no}}}}))
	unnamed := object.union(may_be_needed(in_two_zones), {"facts": {"vpc_endpoints": {"e": {"private_dns": no}}}})
	undecided(unnamed, {"after_apply"})
}

test_an_endpoint_that_nobody_needs_is_not_judged if {
	document := may_be_needed(in_two_zones)
	not_judged(object.union(document, {"facts": {"placements": {"web": {"endpoints": {"open": []}}}}}))
}

test_an_interface_in_another_subnet_of_the_zone_is_enough if {
	document := object.union(
		json.remove(may_be_needed(in_all_zones), ["vpc_endpoints/e/subnets/members/c"]),
		{
			"vpc_endpoints": {"e": {"subnets": {"members": {"d": certain}}}},
			"subnets": {"d": {"availability_zone": {"known": "c"}}},
		},
	)
	passes(document)
}

test_an_interface_that_may_be_elsewhere_is_not_enough if {
	document := object.union(
		may_be_needed(in_all_zones),
		{"vpc_endpoints": {"e": {"subnets": {"members": {"c": {"certain": false}}}}}},
	)
	undecided(document, {"after_apply"})
}

test_an_endpoint_of_another_vpc_is_not_judged if {
	document := json.remove(may_be_needed(in_two_zones), ["vpc_endpoints/e/vpc"])
	not_judged(object.union(document, {"vpc_endpoints": {"e": {"vpc": links(["w"])}}}))
}

test_an_endpoint_that_ecs_never_needs_is_not_judged if {
	not_judged(object.union(may_be_needed(in_two_zones), {"vpc_endpoints": {"e": {"service": {"known": "sqs"}}}}))
}

test_a_subnet_that_nobody_can_see_is_unknown if {
	undecided(with_hidden_subnets(in_all_zones, hidden), {"after_apply"})
	undecided(with_hidden_subnets(may_be_needed(in_all_zones), hidden), {"after_apply"})
}

test_tasks_in_subnets_that_nobody_can_see_may_rely_on_it if {
	document := object.union(
		with_hidden_subnets(in_all_zones, hidden),
		{"facts": {"placements": {"web": {"endpoints": {"paths": []}}}}},
	)
	undecided(document, {"after_apply"})
	not_judged(object.union(document, {"vpc_endpoints": {"e": {"service": {"known": "sqs"}}}}))
}

test_a_subnet_outside_the_plan_does_not_matter if passes(with_hidden_subnets(in_all_zones, outside))

test_an_unknown_network_configuration_is_unknown if {
	document := json.remove(in_all_zones, ["placements/web/network/known"])
	undecided(object.union(document, {"placements": {"web": {"network": {"unknown": hidden}}}}), {"after_apply"})
}

test_container_instances_leave_nothing_open if {
	not_judged(object.union(
		may_be_needed(in_two_zones),
		{"facts": {"placements": {"web": {"compute": {"known": "ec2"}}}}},
	))
}
