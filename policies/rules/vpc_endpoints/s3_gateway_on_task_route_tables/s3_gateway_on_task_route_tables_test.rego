package ecs_audit.rules.vpc_endpoints.s3_gateway_on_task_route_tables_test

import data.ecs_audit.rules.vpc_endpoints.s3_gateway_on_task_route_tables as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

yes := {"known": true}

no := {"known": false}

absent := {"absent": true}

unsure := {"unknown": hidden}

certain := {"certain": true}

either := {"certain": false}

route := {"resource": "table", "path": "", "message": "no IPv4 default route"}

# A gateway endpoint as a way to S3; `routed` says whether it is in the table of the subnet.
gateway(routed) := {"endpoint": "g", "matches": yes, "routed": routed, "private_dns": absent}

# An S3 interface endpoint; `dns` says whether its private DNS answers clients in the VPC.
interface(dns) := {"endpoint": "e", "matches": yes, "routed": absent, "private_dns": dns}

# A service in subnet `a` without egress that pulls from S3, with these endpoints on offer.
tasks(options) := {
	"vpc_endpoints": {},
	"placements": {"web": {"network": {"known": {"subnets": {"open": []}}, "at": "network"}}},
	"subnets": {"a": {"vpc": {"members": {"v": certain}}}},
	"facts": {
		"vpc_endpoints": {},
		"placements": {"web": {
			"awsvpc": yes,
			"compute": {"known": "fargate"},
			"network_basis": "reference",
			"subnets": {"a": certain},
			"endpoints": {
				"services": {"s3": []},
				"open": [],
				"subnets": {"a": {"known": "none"}},
				"paths": [{"service": "s3", "subnet": "a", "endpoints": options}],
			},
		}},
		"subnets": {subnet: {
			"egress": {"known": "none", "basis": "reference", "evidence": [route]},
			"route_tables": {"members": {"table": certain}, "open": [], "basis": "value"},
		} |
			some subnet in ["a", "b"]
		},
	},
}

# The default route of the subnet leads elsewhere.
leading(document, egress) := object.union(json.remove(document, ["facts/subnets/a/egress/known"]), {"facts": {
	"subnets": {"a": {"egress": egress}},
	"placements": {"web": {"endpoints": {"subnets": {"a": egress}}}},
}})

# Subnet `a` is one of two candidates; `in_b` is what `b` offers.
choosing(options, in_b) := object.union(tasks(options), {"facts": {"placements": {"web": {
	"subnets": {"a": either, "b": either},
	"endpoints": {
		"subnets": {"b": {"known": "none"}},
		"paths": [
			{"service": "s3", "subnet": "a", "endpoints": options},
			{"service": "s3", "subnet": "b", "endpoints": in_b},
		],
	},
}}}})

# Whether tasks pull from S3 is not known; these are the endpoints of the VPC.
may_pull(endpoints) := object.union(
	json.remove(tasks([]), ["facts/placements/web/endpoints/services/s3"]),
	{
		"vpc_endpoints": endpoints,
		"facts": {
			"placements": {"web": {"endpoints": {"open": [hidden], "paths": []}}},
			"vpc_endpoints": {id: {"private_dns": yes} | some id, _ in endpoints},
		},
	},
)

s3_gateway(tables) := {"g": {
	"service": {"known": "s3"},
	"endpoint_type": {"known": "gateway"},
	"route_tables": {"members": {table: certain | some table in tables}},
}}

s3_interface(vpc) := {"e": {
	"service": {"known": "s3"},
	"endpoint_type": {"known": "interface"},
	"vpc": {"members": {vpc: certain}},
}}

with_hidden_subnets(document, missing) := object.union(
	json.remove(document, ["facts/placements/web/endpoints/subnets/a"]),
	{"placements": {"web": {"network": {"known": {"subnets": {"open": [missing]}}}}}},
)

pass_input := tasks([gateway(yes)])

fail_input := tasks([gateway(no)])

resources(set) := {entry.resource | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"a"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

fails(document) if {
	resources(rule.subjects) == resources(rule.deny) with input as document
	"a" in resources(rule.deny) with input as document
	rule.unknown == set() with input as document
}

undecided(document, whys) if {
	"a" in resources(rule.subjects) with input as document
	resources(rule.unknown) == {"a"} with input as document
	rule.deny == set() with input as document
	reasons(rule.unknown) == whys with input as document
}

not_judged(document) if {
	rule.subjects == set() with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_a_gateway_in_the_table_passes if {
	passes(pass_input)
	rule.subjects == {{"resource": "a", "basis": "reference"}} with input as pass_input
}

test_a_gateway_in_another_table_only_fails if {
	expected := {
		"resource": "a",
		"path": "",
		"message": "no S3 gateway endpoint is in its route table (table), and its tasks pull from S3",
		"related": [
			route,
			{"resource": "g", "path": "route_table_ids", "message": "serves S3 in other route tables"},
		],
	}
	rule.deny == {expected} with input as fail_input
}

test_no_gateway_at_all_fails if fails(tasks([]))

test_an_interface_endpoint_with_private_dns_passes if passes(tasks([interface(yes)]))

test_an_interface_endpoint_for_inbound_resolvers_only_fails if {
	fails(tasks([interface(no)]))
	expected := {[route]}
	{finding.related | some finding in rule.deny} == expected with input as tasks([interface(no)])
}

test_endpoints_of_other_services_give_no_s3 if {
	document := object.union(fail_input, {"facts": {"placements": {"web": {"endpoints": {"paths": [
		{"service": "logs", "subnet": "a", "endpoints": [interface(yes)]},
		{"service": "s3", "subnet": "b", "endpoints": [gateway(yes)]},
		{"service": "s3", "subnet": "a", "endpoints": [gateway(no)]},
	]}}}}})
	fails(document)
}

test_one_of_several_endpoints_is_enough if passes(tasks([gateway(no), interface(yes)]))

test_unknown_tables_of_the_gateway_are_unknown if undecided(tasks([gateway(unsure)]), {"after_apply"})

test_an_endpoint_that_serves_makes_another_irrelevant if passes(tasks([gateway(unsure), interface(yes)]))

test_unknown_private_dns_is_unknown if undecided(tasks([interface(unsure)]), {"after_apply"})

test_a_gateway_in_an_unknown_vpc_is_unknown if {
	option := object.union(json.remove(gateway(yes), ["matches"]), {"matches": unsure})
	undecided(tasks([option]), {"after_apply"})
}

test_a_gateway_in_another_table_fails_whatever_its_vpc if {
	every option in [gateway(no), interface(no)] {
		fails(tasks([object.union(json.remove(option, ["matches"]), {"matches": unsure})]))
	}
}

test_an_unknown_default_route_is_unknown if undecided(leading(fail_input, unsure), {"after_apply"})

test_an_unknown_default_route_does_not_matter_beside_a_gateway if passes(leading(pass_input, unsure))

test_a_subnet_with_another_way_out_is_not_judged if {
	every document in [fail_input, tasks([gateway(unsure)]), may_pull({})] {
		not_judged(leading(document, {"known": "other"}))
	}
}

test_a_candidate_subnet_is_undecided if undecided(choosing([gateway(no)], [gateway(yes)]), {"undecided"})

test_one_of_two_subnets_is_enough_to_fail if {
	document := object.union(
		choosing([gateway(no)], [gateway(yes)]),
		{"facts": {"placements": {"web": {"subnets": {"a": certain, "b": certain}}}}},
	)
	resources(rule.deny) == {"a"} with input as document
	rule.unknown == set() with input as document
}

test_candidates_that_agree_are_undecided_where_others_are_hidden if {
	document := object.union(
		choosing([gateway(no)], [gateway(no)]),
		{"placements": {"web": {"network": {"known": {"subnets": {"open": [outside]}}}}}},
	)
	rule.deny == set() with input as document
	resources(rule.unknown) == {"a", "b"} with input as document
	reasons(rule.unknown) == {"undecided"} with input as document
}

test_candidates_that_agree_fail if {
	document := choosing([gateway(no)], [gateway(no)])
	fails(document)
	resources(rule.deny) == {"a", "b"} with input as document
}

test_unknown_container_definitions_are_unknown if {
	undecided(may_pull({}), {"after_apply"})
	undecided(may_pull(s3_gateway(["other"])), {"after_apply"})
	undecided(may_pull(s3_interface("other")), {"after_apply"})
}

# The same endpoint, where `change` names what is otherwise.
may_pull_beside(endpoints, change) := may_pull({id: object.union(object.remove(endpoint, object.keys(change)), change) |
	some id, endpoint in endpoints
})

test_another_endpoint_gives_no_s3 if {
	undecided(may_pull_beside(s3_gateway(["table"]), {"service": {"known": "dynamodb"}}), {"after_apply"})
	undecided(may_pull_beside(s3_gateway(["table"]), {"endpoint_type": {"known": "interface"}}), {"after_apply"})
	undecided(may_pull_beside(s3_interface("v"), {"service": {"known": "logs"}}), {"after_apply"})
	undecided(may_pull_beside(s3_interface("v"), {"endpoint_type": {"known": "gateway"}}), {"after_apply"})
	undecided(may_pull_beside(s3_interface("v"), {"vpc": {"members": {"v": either}}}), {"after_apply"})
}

test_an_interface_endpoint_without_private_dns_gives_no_s3 if {
	every dns in [no, unsure] {
		document := json.remove(may_pull(s3_interface("v")), ["facts/vpc_endpoints/e/private_dns"])
		undecided(object.union(document, {"facts": {"vpc_endpoints": {"e": {"private_dns": dns}}}}), {"after_apply"})
	}
}

test_unknown_container_definitions_pass_with_a_gateway if passes(may_pull(s3_gateway(["table"])))

test_unknown_container_definitions_pass_with_an_interface_endpoint if passes(may_pull(s3_interface("v")))

test_an_unknown_main_table_is_in_no_gateway if {
	every tables in [
		{"members": {}, "open": [hidden], "basis": "value"},
		{"members": {"table": certain}, "open": [hidden], "basis": "value"},
		{"members": {}, "open": [], "basis": "value"},
	] {
		document := json.remove(may_pull(s3_gateway(["table"])), ["facts/subnets/a/route_tables"])
		undecided(object.union(document, {"facts": {"subnets": {"a": {"route_tables": tables}}}}), {"after_apply"})
	}
}

test_unknown_needs_behind_an_unknown_default_route_are_unknown if {
	undecided(leading(may_pull({}), unsure), {"after_apply"})
}

test_tasks_that_need_no_s3_are_not_judged if {
	document := json.remove(fail_input, ["facts/placements/web/endpoints/services/s3"])
	not_judged(document)
	not_judged(leading(document, unsure))
}

test_a_subnet_that_nobody_can_see_is_unknown if {
	document := with_hidden_subnets(fail_input, hidden)
	rule.subjects == {{"resource": "web", "basis": "reference"}} with input as document
	resources(rule.unknown) == {"web"} with input as document
	reasons(rule.unknown) == {"after_apply"} with input as document
}

test_a_subnet_that_nobody_can_see_is_unknown_for_unknown_needs if {
	resources(rule.unknown) == {"web"} with input as with_hidden_subnets(may_pull({}), hidden)
}

test_an_unknown_network_configuration_is_unknown if {
	document := json.remove(fail_input, ["facts/placements/web/endpoints/subnets/a", "placements/web/network/known"])
	resources(rule.unknown) == {"web"} with input as object.union(
		document,
		{"placements": {"web": {"network": {"unknown": hidden}}}},
	)
}

test_a_subnet_that_nobody_can_see_needs_no_s3_where_tasks_do_not if {
	not_judged(json.remove(with_hidden_subnets(fail_input, hidden), ["facts/placements/web/endpoints/services/s3"]))
}

test_a_subnet_outside_the_plan_is_no_subject if not_judged(with_hidden_subnets(fail_input, outside))

test_container_instances_are_not_judged if {
	not_judged(object.union(fail_input, {"facts": {"placements": {"web": {"compute": {"known": "ec2"}}}}}))
}
