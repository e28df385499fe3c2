package ecs_audit.rules.vpc_endpoints.required_endpoints_without_nat_test

import data.ecs_audit.rules.vpc_endpoints.required_endpoints_without_nat as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

reached := {"known": true}

missed := {"known": false}

unsure := {"unknown": hidden}

certain := {"certain": true}

either := {"certain": false}

need := {"resource": "app#app", "path": "image", "message": "needs it"}

route := {"resource": "table", "path": "", "message": "no IPv4 default route"}

# The way from a subnet to a service through these endpoints.
way(subnet, service, met, options) := {
	"subnet": subnet,
	"certain": true,
	"service": service,
	"met": met,
	"endpoints": options,
}

# A service in one subnet without egress, whose tasks go these ways.
tasks(paths) := {
	"placements": {"web": {
		"network": {"known": {"subnets": {"open": [], "at": "subnets"}}, "at": "network"},
		"task_definition": {"at": "task_definition"},
		"platform_version": {"absent": true},
	}},
	"route_tables": {"table": {"routes": []}},
	"facts": {
		"placements": {"web": {
			"awsvpc": {"known": true},
			"compute": {"known": "fargate"},
			"network_basis": "reference",
			"subnets": {"a": certain},
			"endpoints": {
				"services": {path.service: [need] | some path in paths},
				"open": [],
				"subnets": {"a": {"known": "none"}},
				"paths": paths,
			},
		}},
		"subnets": {subnet: {
			"egress": {"known": "none", "evidence": [route]},
			"route_tables": {"members": {"table": certain}},
		} |
			some subnet in ["a", "b"]
		},
	},
}

logs(met) := tasks([way("a", "logs", met, [])])

# The same with other facts of the service.
having(document, facts) := object.union(document, {"facts": {"placements": {"web": facts}}})

leading(document, egress) := having(without_subnet(document), {"endpoints": {"subnets": {"a": egress}}})

without_subnet(document) := json.remove(document, ["facts/placements/web/endpoints/subnets/a"])

# Two subnets: which of them tasks use, and which reach the service.
in_two(members, paths) := having(tasks(paths), {
	"subnets": members,
	"endpoints": {"subnets": {"a": {"known": "none"}, "b": {"known": "none"}}},
})

routed(document, targets) := object.union(
	document,
	{"route_tables": {"table": {"routes": [{"target": {"known": target}} | some target in targets]}}},
)

pass_input := logs(reached)

fail_input := logs(missed)

resources(set) := {entry.resource | some entry in set}

messages(set) := {entry.message | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

fails(document) if {
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

test_every_need_met_passes if passes(pass_input)

test_a_missing_endpoint_fails if {
	expected := {
		"resource": "web",
		"path": "network",
		"message": "tasks in a cannot reach logs: there is no NAT gateway and no endpoint for it",
		"related": [need, route],
	}
	rule.deny == {expected} with input as fail_input
}

test_each_missing_service_is_named if {
	document := tasks([way("a", "ecr.api", missed, []), way("a", "s3", missed, []), way("a", "logs", reached, [])])
	messages(rule.deny) == {
		"tasks in a cannot reach ecr.api: there is no NAT gateway and no endpoint for it",
		"tasks in a cannot reach s3: there is no NAT gateway and no endpoint for it",
	} with input as document
}

test_an_endpoint_that_does_not_work_is_explained if {
	option := {
		"endpoint": "e",
		"private_dns": missed,
		"routed": {"absent": true},
		"egress": missed,
		"ingress": missed,
	}
	messages(rule.deny) == {concat("", [
		"tasks in a cannot reach logs: there is no NAT gateway, and private DNS of e does not work; ",
		"the security groups of e admit no 443 from the tasks; ",
		"the tasks' security groups let no 443 out to e",
	])} with input as tasks([way("a", "logs", missed, [option])])
}

test_each_service_has_its_own_faults if {
	option := {"endpoint": "e", "private_dns": missed}
	messages(rule.deny) == {
		"tasks in a cannot reach ssm: there is no NAT gateway and no endpoint for it",
		"tasks in a cannot reach logs: there is no NAT gateway, and private DNS of e does not work",
	} with input as tasks([way("a", "ssm", missed, []), way("a", "logs", missed, [option])])
}

test_only_subnets_that_are_cut_off_have_faults if {
	option := {"endpoint": "e", "private_dns": missed}
	document := in_two({"a": certain, "b": certain}, [way("a", "logs", reached, [option]), way("b", "logs", missed, [])])
	messages(rule.deny) == {
		"tasks in b cannot reach logs: there is no NAT gateway and no endpoint for it",
	} with input as document
}

test_a_gateway_in_another_table_is_explained if {
	option := {"endpoint": "e", "routed": missed, "egress": reached}
	messages(rule.deny) == {
		"tasks in a cannot reach s3: there is no NAT gateway, and e is not in the route table of the subnet",
	} with input as tasks([way("a", "s3", missed, [option])])
}

test_fargate_needs_no_endpoints_of_ecs_itself if passes(tasks([]))

test_service_connect_needs_ecs_agent if fails(tasks([way("a", "ecs-agent", missed, [])]))

test_an_old_platform_version_is_noted if {
	document := object.union(pass_input, {"placements": {"web": {"platform_version": {"known": "1.3.0"}}}})
	passes(document)
	rule.subjects == {{
		"resource": "web",
		"basis": "reference",
		"note": "platform version 1.3.0 needs no ecr.api endpoint, later ones do",
	}} with input as document
}

test_the_latest_platform_version_is_not_noted if {
	document := object.union(pass_input, {"placements": {"web": {"platform_version": {"known": "LATEST"}}}})
	rule.subjects == {{"resource": "web", "basis": "reference"}} with input as document
}

test_a_default_route_to_a_transit_gateway_is_unknown if {
	undecided(leading(fail_input, {"known": "other"}), {"outside_input"})
}

test_a_default_route_to_a_transit_gateway_passes_with_endpoints if {
	passes(leading(pass_input, {"known": "other"}))
}

test_an_unknown_default_route_is_unknown if undecided(leading(fail_input, unsure), {"after_apply"})

test_an_unknown_default_route_passes_with_endpoints if passes(leading(pass_input, unsure))

test_an_unknown_default_route_does_not_matter_without_needs if passes(leading(tasks([]), unsure))

test_central_endpoints_behind_a_transit_gateway_are_unknown if {
	undecided(routed(fail_input, ["transit_gateway"]), {"outside_input"})
	undecided(routed(fail_input, ["core_network"]), {"outside_input"})
}

test_other_routes_lead_to_no_central_endpoint if fails(routed(fail_input, ["vpc_peering_connection"]))

test_an_endpoint_of_its_own_that_is_broken_fails_beside_a_transit_gateway if {
	option := {"endpoint": "e", "private_dns": missed}
	fails(routed(tasks([way("a", "logs", missed, [option])]), ["transit_gateway"]))
}

test_s3_is_not_central if fails(routed(tasks([way("a", "s3", missed, [])]), ["transit_gateway"]))

test_what_subnets_with_a_nat_gateway_reach_does_not_matter if {
	document := having(tasks([way("a", "logs", reached, []), way("b", "logs", unsure, [])]), {"subnets": {
		"a": certain,
		"b": certain,
	}})
	passes(document)
}

test_each_subnet_has_endpoints_of_its_own if {
	paths := [way("a", "logs", reached, []), way("b", "logs", missed, [])]
	document := having(in_two({"a": certain, "b": certain}, paths), {"endpoints": {"subnets": {"a": {"known": "other"}}}})
	resources(rule.deny) == {"web"} with input as document
	rule.unknown == set() with input as document
}

test_only_subnets_without_nat_are_judged if {
	fails(having(fail_input, {"subnets": {"a": certain, "b": certain}}))
	passes(having(pass_input, {"subnets": {"a": certain, "b": certain}}))
}

test_one_of_two_subnets_is_enough_to_fail if {
	document := in_two({"a": certain, "b": certain}, [way("a", "logs", reached, []), way("b", "logs", missed, [])])
	messages(rule.deny) == {
		"tasks in b cannot reach logs: there is no NAT gateway and no endpoint for it",
	} with input as document
}

test_a_candidate_subnet_is_undecided if {
	undecided(
		in_two({"a": either, "b": either}, [way("a", "logs", reached, []), way("b", "logs", missed, [])]),
		{"undecided"},
	)
}

test_candidates_that_agree_fail if {
	fails(in_two({"a": either, "b": either}, [way("a", "logs", missed, []), way("b", "logs", missed, [])]))
}

test_unknown_reach_is_unknown if undecided(logs(unsure), {"after_apply"})

test_unknown_container_definitions_are_unknown if {
	undecided(having(tasks([]), {"endpoints": {"open": [hidden]}}), {"after_apply"})
}

test_what_is_known_to_be_missing_fails_whatever_else_is_unknown if {
	document := having(tasks([way("a", "ssmmessages", missed, [])]), {"endpoints": {"open": [hidden]}})
	resources(rule.deny) == {"web"} with input as document
}

test_subnets_outside_the_plan_are_unknown if {
	outside := object.union(hidden, {"why": "outside_input"})
	document := object.union(
		having(tasks([]), {"subnets": {}}),
		{"placements": {"web": {"network": {"known": {"subnets": {"open": [outside]}}}}}},
	)
	undecided(without_subnet(document), {"outside_input"})
}

test_a_subnet_that_nobody_can_see_is_unknown if {
	undecided(
		object.union(pass_input, {"placements": {"web": {"network": {"known": {"subnets": {"open": [hidden]}}}}}}),
		{"after_apply"},
	)
}

test_an_unknown_network_configuration_is_unknown if {
	document := json.remove(without_subnet(pass_input), ["placements/web/network/known"])
	undecided(object.union(document, {"placements": {"web": {"network": {"unknown": hidden}}}}), {"after_apply"})
}

test_with_nat_everywhere_nothing_is_judged if {
	not_judged(without_subnet(tasks([])))
}

test_container_instances_are_not_judged if {
	not_judged(having(fail_input, {"compute": {"known": "ec2"}}))
	not_judged(having(fail_input, {"compute": {"known": "external"}}))
}

test_tasks_without_interfaces_are_not_judged if not_judged(having(fail_input, {"awsvpc": {"known": false}}))
