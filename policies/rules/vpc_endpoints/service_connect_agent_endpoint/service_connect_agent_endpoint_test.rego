package ecs_audit.rules.vpc_endpoints.service_connect_agent_endpoint_test

import data.ecs_audit.rules.vpc_endpoints.service_connect_agent_endpoint as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

reached := {"known": true}

missed := {"known": false}

unsure := {"unknown": hidden}

certain := {"certain": true}

either := {"certain": false}

need := {"resource": "web", "path": "service_connect", "message": "Service Connect is on"}

route := {"resource": "table", "path": "", "message": "no IPv4 default route"}

# The way of the proxies in a subnet to ecs-agent.
way(subnet, met, options) := {"subnet": subnet, "service": "ecs-agent", "met": met, "endpoints": options}

# A service with Service Connect in one subnet without egress.
service(paths) := {
	"placements": {"web": {
		"network": {"known": {"subnets": {"open": []}}, "at": "network"},
		"service_connect": {"known": true, "at": "service_connect"},
	}},
	"route_tables": {"table": {"routes": []}},
	"facts": {
		"placements": {"web": {
			"awsvpc": {"known": true},
			"compute": {"known": "fargate"},
			"network_basis": "reference",
			"subnets": {"a": certain},
			"endpoints": {
				"services": {"ecs-agent": [need]},
				"subnets": {"a": {"known": "none"}},
				"paths": paths,
			},
		}},
		"subnets": {subnet: {
			"egress": {"evidence": [route]},
			"route_tables": {"members": {"table": certain}},
		} |
			some subnet in ["a", "b"]
		},
	},
}

without_subnet(document) := json.remove(document, ["facts/placements/web/endpoints/subnets/a"])

leading(document, egress) := object.union(
	without_subnet(document),
	{"facts": {"placements": {"web": {"endpoints": {"subnets": {"a": egress}}}}}},
)

# Two candidates for its subnet.
choosing(paths) := object.union(service(paths), {"facts": {"placements": {"web": {
	"subnets": {"a": either, "b": either},
	"endpoints": {"subnets": {"b": {"known": "none"}}},
}}}})

routed(document, targets) := object.union(
	document,
	{"route_tables": {"table": {"routes": [{"target": {"known": target}} | some target in targets]}}},
)

switched(document, connect) := object.union(
	json.remove(document, ["placements/web/service_connect/known"]),
	{"placements": {"web": {"service_connect": connect}}},
)

pass_input := service([way("a", reached, [])])

fail_input := service([way("a", missed, [])])

resources(set) := {entry.resource | some entry in set}

messages(set) := {entry.message | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

fails(document) if {
	resources(rule.subjects) == {"web"} with input as document
	resources(rule.deny) == {"web"} with input as document
	rule.unknown == set() with input as document
}

undecided(document, whys) if {
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
	reasons(rule.unknown) == whys with input as document
}

not_judged(document) if {
	rule.subjects == set() with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_a_reachable_agent_endpoint_passes if {
	passes(pass_input)
	rule.subjects == {{"resource": "web", "basis": "reference"}} with input as pass_input
}

test_no_agent_endpoint_fails if {
	expected := {
		"resource": "web",
		"path": "service_connect",
		"message": "its Service Connect proxies in a reach no ecs-agent endpoint",
		"related": [need, route],
	}
	rule.deny == {expected} with input as fail_input
}

test_an_agent_endpoint_that_does_not_work_fails if fails(service([way("a", missed, [{"endpoint": "e"}])]))

test_a_service_that_is_a_client_only_needs_it_as_well if {
	fails(object.union(
		fail_input,
		{"placements": {"web": {"service_connect": {"at": "service_connect_configuration.enabled"}}}},
	))
}

test_without_service_connect_nothing_is_judged if {
	not_judged(switched(fail_input, {"known": false}))
	not_judged(switched(fail_input, {"absent": true}))
}

test_unknown_service_connect_is_unknown if undecided(switched(service([]), unsure), {"after_apply"})

test_unknown_reach_is_unknown if undecided(service([way("a", unsure, [])]), {"after_apply"})

test_egress_behind_a_transit_gateway_is_unknown if {
	undecided(leading(fail_input, {"known": "other"}), {"outside_input"})
}

test_egress_behind_a_transit_gateway_passes_with_an_endpoint if passes(leading(pass_input, {"known": "other"}))

test_an_unknown_default_route_is_unknown if undecided(leading(fail_input, unsure), {"after_apply"})

test_a_central_endpoint_behind_a_transit_gateway_is_unknown if {
	undecided(routed(fail_input, ["transit_gateway"]), {"outside_input"})
}

test_an_endpoint_of_its_own_that_is_broken_fails_beside_a_transit_gateway if {
	fails(routed(service([way("a", missed, [{"endpoint": "e"}])]), ["transit_gateway"]))
}

test_a_candidate_subnet_is_undecided if {
	undecided(choosing([way("a", reached, []), way("b", missed, [])]), {"undecided"})
}

test_candidates_that_agree_fail if {
	messages(rule.deny) == {
		"its Service Connect proxies in a reach no ecs-agent endpoint",
		"its Service Connect proxies in b reach no ecs-agent endpoint",
	} with input as choosing([way("a", missed, []), way("b", missed, [])])
}

test_one_of_two_subnets_is_enough_to_fail if {
	document := object.union(
		choosing([way("a", reached, []), way("b", missed, [])]),
		{"facts": {"placements": {"web": {"subnets": {"a": certain, "b": certain}}}}},
	)
	messages(rule.deny) == {"its Service Connect proxies in b reach no ecs-agent endpoint"} with input as document
}

test_what_subnets_with_a_nat_gateway_reach_does_not_matter if {
	passes(object.union(
		service([way("a", reached, []), way("b", unsure, [])]),
		{"facts": {"placements": {"web": {"subnets": {"b": certain}}}}},
	))
}

test_subnets_out_of_sight_are_unknown if {
	document := object.union(
		without_subnet(service([])),
		{"placements": {"web": {"network": {"known": {"subnets": {"open": [outside]}}}}}},
	)
	undecided(document, {"outside_input"})
}

test_an_unknown_network_configuration_is_unknown if {
	document := json.remove(without_subnet(service([])), ["placements/web/network/known"])
	undecided(object.union(document, {"placements": {"web": {"network": unsure}}}), {"after_apply"})
}

test_with_nat_everywhere_nothing_is_judged if not_judged(without_subnet(service([])))

test_container_instances_are_not_judged if {
	not_judged(object.union(fail_input, {"facts": {"placements": {"web": {"compute": {"known": "ec2"}}}}}))
}
