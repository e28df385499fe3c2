package ecs_audit.rules.vpc_endpoints.interface_endpoint_reachable_test

import data.ecs_audit.rules.vpc_endpoints.interface_endpoint_reachable as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

yes := {"known": true}

no := {"known": false}

absent := {"absent": true}

unsure := {"unknown": hidden}

links(ids, open) := {"members": {id: {"certain": true} | some id in ids}, "open": open}

# What `change` names is replaced.
replaced(option, change) := object.union(object.remove(option, object.keys(change)), change)

# An interface endpoint as a way to a service: what lets HTTPS out of the tasks and into it.
interface(egress, ingress) := {
	"endpoint": "e",
	"matches": yes,
	"private_dns": yes,
	"routed": absent,
	"egress": egress,
	"ingress": ingress,
}

# A gateway endpoint: traffic leaves for the addresses of S3.
gateway(egress) := {
	"endpoint": "g",
	"matches": yes,
	"private_dns": absent,
	"routed": yes,
	"egress": egress,
	"ingress": absent,
}

applicable(option) := [part |
	some attribute in ["matches", "private_dns", "routed", "egress", "ingress"]
	part := option[attribute]
	not part.absent
]

# Whether one of the options serves the tasks.
met(options) := yes if count(open_ones(options)) > 0

met(options) := no if {
	every option in options {
		some part in applicable(option)
		part.known == false
	}
}

met(options) := {"unknown": hides[0]} if {
	count(open_ones(options)) == 0
	hides := [part.unknown |
		some option in options
		every part in applicable(option) {
			object.get(part, "known", true)
		}
		some part in applicable(option)
	]
}

open_ones(options) := [option |
	some option in options
	every part in applicable(option) {
		part.known
	}
]

# A service in subnets `a` and `b` without egress, with these options in each.
tasks(service, in_a, in_b) := {
	"vpc_endpoints": {"e": {
		"endpoint_type": {"known": "interface"},
		"service": {"known": service},
		"vpc": links(["v"], []),
	}},
	"placements": {"web": {
		"network": {"known": {"subnets": {"open": []}}, "at": "network"},
		"task_definition": {"at": "task_definition"},
	}},
	"subnets": {subnet: {"vpc": links(["v"], [])} | some subnet in ["a", "b"]},
	"facts": {
		"interfaces": {"web": {"groups": {"at": "security_groups"}, "basis": "reference"}},
		"placements": {"web": {
			"awsvpc": yes,
			"compute": {"known": "fargate"},
			"network_basis": "value",
			"subnets": {"a": {"certain": true}, "b": {"certain": true}},
			"endpoints": {
				"services": {service: []},
				"open": [],
				"subnets": {"a": {"known": "none"}, "b": {"known": "none"}},
				"paths": [
					{"subnet": "a", "service": service, "met": met(in_a), "endpoints": in_a},
					{"subnet": "b", "service": service, "met": met(in_b), "endpoints": in_b},
				],
			},
		}},
	},
}

# The same options in both subnets.
through(service, options) := tasks(service, options, options)

# The same tasks, with these ways to the internet.
routed(document, subnets) := object.union(
	json.remove(document, ["facts/placements/web/endpoints/subnets"]),
	{"facts": {"placements": {"web": {"endpoints": {"subnets": subnets}}}}},
)

having(document, facts) := object.union(document, {"facts": {"placements": {"web": facts}}})

choosing(document) := having(document, {"subnets": {"a": {"certain": false}, "b": {"certain": false}}})

# Nothing is known to be needed but by what nobody can see, and no way is known.
with_open_needs(document) := object.union(
	json.remove(document, ["facts/placements/web/endpoints/services", "facts/placements/web/endpoints/paths"]),
	{"facts": {"placements": {"web": {"endpoints": {"services": {}, "paths": [], "open": [hidden]}}}}},
)

with_hidden_subnets(document, missing) := object.union(
	having(document, {"endpoints": {"paths": []}}),
	{"placements": {"web": {"network": {"known": {"subnets": {"open": [missing]}}}}}},
)

pass_input := through("logs", [interface(yes, yes)])

fail_input := through("logs", [interface(yes, no)])

resources(set) := {entry.resource | some entry in set}

messages(set) := {entry.message | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

fails(document, texts) if {
	resources(rule.subjects) == {"web"} with input as document
	resources(rule.deny) == {"web"} with input as document
	messages(rule.deny) == texts with input as document
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

test_https_between_tasks_and_endpoint_passes if {
	passes(pass_input)
	rule.subjects == {{"resource": "web", "basis": "reference"}} with input as pass_input
}

test_an_endpoint_group_without_ingress_fails if {
	fails(fail_input, {"the security groups of e, the endpoint of logs, admit no 443 from a, b"})
	{finding.path | some finding in rule.deny} == {"security_groups"} with input as fail_input
}

test_tasks_without_egress_fail if {
	fails(
		through("logs", [interface(no, yes)]),
		{"its security groups let no 443 out to e, the endpoint of logs, from a, b"},
	)
}

test_both_sides_are_named if {
	document := through("logs", [interface(no, no)])
	count(rule.deny) == 2 with input as document
}

test_an_s3_gateway_without_egress_to_its_prefix_list_fails if {
	fails(through("s3", [gateway(no)]), {"its security groups let no 443 out to g, the endpoint of s3, from a, b"})
}

test_an_s3_gateway_with_egress_passes if passes(through("s3", [gateway(yes)]))

test_ingress_from_one_of_two_subnets_fails if {
	fails(
		tasks("logs", [interface(yes, yes)], [interface(yes, no)]),
		{"the security groups of e, the endpoint of logs, admit no 443 from b"},
	)
}

test_an_endpoint_that_no_name_leads_to_does_not_matter_beside_an_open_one if {
	unused := object.union(interface(no, no), {"private_dns": no})
	passes(through("s3", [gateway(yes), unused]))
}

test_an_endpoint_that_the_name_leads_to_matters_beside_a_gateway if {
	document := through("s3", [gateway(yes), interface(yes, no)])
	fails(document, {"the security groups of e, the endpoint of s3, admit no 443 from a, b"})
}

test_a_gateway_in_another_table_is_no_open_one if {
	elsewhere := object.union(gateway(yes), {"routed": no})
	unused := object.union(interface(yes, no), {"private_dns": no})
	document := through("s3", [elsewhere, unused])
	fails(document, {"the security groups of e, the endpoint of s3, admit no 443 from a, b"})
}

test_egress_behind_a_transit_gateway_is_judged if {
	document := having(pass_input, {"endpoints": {"subnets": {"a": {"known": "other"}, "b": {"known": "other"}}}})
	passes(document)
}

# Tasks take an endpoint that its name resolves to, whatever the default route.
test_an_endpoint_with_private_dns_is_judged_whatever_the_default_route if {
	passes(routed(pass_input, {"a": unsure, "b": unsure}))
	passes(routed(pass_input, {}))
	fails(routed(fail_input, {}), {"the security groups of e, the endpoint of logs, admit no 443 from a, b"})
}

test_an_endpoint_without_private_dns_is_not_judged_beside_a_nat_gateway if {
	document := through("logs", [object.union(interface(yes, no), {"private_dns": no})])
	not_judged(routed(document, {}))
}

test_a_gateway_is_not_judged_beside_a_nat_gateway if {
	not_judged(routed(through("s3", [gateway(no)]), {}))
	not_judged(routed(through("s3", [gateway(yes)]), {}))
}

test_an_endpoint_that_may_have_private_dns_is_judged_beside_a_nat_gateway if {
	passes(routed(through("logs", [replaced(interface(yes, yes), {"private_dns": unsure})]), {}))
	undecided(routed(through("logs", [replaced(interface(yes, no), {"private_dns": unsure})]), {}), {"after_apply"})
	undecided(routed(through("logs", [replaced(interface(unsure, yes), {"private_dns": unsure})]), {}), {"after_apply"})
}

test_an_endpoint_in_an_unknown_vpc_is_judged_beside_a_nat_gateway_where_its_name_may_lead_to_it if {
	undecided(routed(through("logs", [replaced(interface(yes, no), {"matches": unsure})]), {}), {"after_apply"})
	passes(routed(through("logs", [replaced(interface(yes, yes), {"matches": unsure})]), {}))
	undecided(routed(through("logs", [replaced(interface(yes, unsure), {"matches": unsure})]), {}), {"after_apply"})
	not_judged(routed(through("logs", [replaced(interface(yes, no), {"matches": unsure, "private_dns": no})]), {}))
	not_judged(routed(through("logs", [replaced(interface(yes, unsure), {"matches": unsure, "private_dns": no})]), {}))
}

test_where_the_default_route_leads_decides_about_an_endpoint_that_no_name_leads_to if {
	every option in [replaced(interface(yes, no), {"private_dns": no}), gateway(no)] {
		document := through("s3", [option])
		undecided(routed(document, {"a": unsure, "b": unsure}), {"after_apply"})
		undecided(routed(document, {"a": {"known": "other"}, "b": {"known": "other"}}), {"outside_input"})
	}
	passes(routed(through("s3", [gateway(yes)]), {"a": unsure, "b": unsure}))
}

test_an_endpoint_that_no_name_leads_to_is_unknown_beside_one_that_may_be_open if {
	unused := replaced(interface(yes, no), {"private_dns": no})
	undecided(through("s3", [replaced(gateway(yes), {"routed": unsure}), unused]), {"after_apply"})
}

test_a_gateway_is_not_on_the_way_where_the_name_resolves_to_an_interface_endpoint if {
	passes(routed(through("s3", [gateway(no), interface(yes, yes)]), {}))
}

test_a_fault_is_one_whatever_the_default_route if {
	document := json.remove(fail_input, ["facts/placements/web/endpoints/subnets"])
	fails(
		having(document, {"endpoints": {"subnets": {"a": unsure, "b": unsure}}}),
		{"the security groups of e, the endpoint of logs, admit no 443 from a, b"},
	)
}

test_unknown_rules_are_unknown if {
	undecided(through("logs", [interface(unsure, yes)]), {"after_apply"})
	undecided(through("logs", [interface(yes, unsure)]), {"after_apply"})
}

test_a_side_that_is_shut_settles_it if {
	document := through("logs", [interface(no, unsure)])
	fails(document, {"its security groups let no 443 out to e, the endpoint of logs, from a, b"})
	rule.unknown == set() with input as document
}

test_an_endpoint_in_an_unknown_vpc_is_unknown if {
	option := replaced(interface(yes, yes), {"matches": unsure})
	undecided(through("logs", [option]), {"after_apply"})
}

test_an_endpoint_whose_vpc_is_outside_the_plan_is_unknown if {
	option := replaced(interface(yes, yes), {"matches": {"unknown": outside}})
	document := json.remove(through("logs", [option]), ["vpc_endpoints/e/vpc"])
	undecided(object.union(document, {"vpc_endpoints": {"e": {"vpc": links([], [outside])}}}), {"outside_input"})
}

test_subnets_of_a_vpc_outside_the_plan_are_in_none_of_the_plan if {
	passes(through("logs", [replaced(interface(yes, no), {"matches": {"unknown": outside}})]))
	passes(through("logs", [replaced(interface(yes, unsure), {"matches": {"unknown": outside}})]))
}

test_an_open_endpoint_is_right_whether_tasks_take_it_or_not if {
	passes(through("s3", [replaced(gateway(yes), {"routed": unsure})]))
}

test_each_service_has_its_own_endpoint if {
	document := object.union(
		having(pass_input, {"endpoints": {"services": {"ssm": []}}}),
		{"vpc_endpoints": {"f": {"vpc": links(["v"], [])}}},
	)
	both := [
		{"subnet": "a", "service": "logs", "met": yes, "endpoints": [interface(yes, yes)]},
		{"subnet": "a", "service": "ssm", "met": no, "endpoints": [replaced(interface(yes, no), {"endpoint": "f"})]},
	]
	fails(
		having(document, {"endpoints": {"paths": both}}),
		{"the security groups of f, the endpoint of ssm, admit no 443 from a"},
	)
}

test_a_candidate_subnet_is_undecided if {
	undecided(choosing(tasks("logs", [interface(yes, yes)], [interface(yes, no)])), {"undecided"})
}

test_candidates_that_agree_fail if {
	fails(choosing(fail_input), {"the security groups of e, the endpoint of logs, admit no 443 from a, b"})
}

test_unknown_container_definitions_are_unknown if undecided(with_open_needs(pass_input), {"after_apply"})

test_an_endpoint_that_ecs_never_needs_leaves_nothing_open if {
	not_judged(with_open_needs(through("sqs", [interface(yes, yes)])))
}

test_unknown_container_definitions_matter_beside_a_nat_gateway_where_names_may_lead_to_the_endpoint if {
	document := routed(with_open_needs(pass_input), {})
	every dns in [yes, unsure] {
		undecided(object.union(document, {"facts": {"vpc_endpoints": {"e": {"private_dns": dns}}}}), {"after_apply"})
	}
	not_judged(object.union(document, {"facts": {"vpc_endpoints": {"e": {"private_dns": no}}}}))
}

test_a_gateway_that_tasks_may_need_is_unknown if {
	document := json.remove(with_open_needs(through("s3", [gateway(yes)])), ["vpc_endpoints/e/endpoint_type"])
	undecided(object.union(document, {"vpc_endpoints": {"e": {"endpoint_type": {"known": "gateway"}}}}), {"after_apply"})
	every type in ["gateway_load_balancer", "other"] {
		not_judged(object.union(document, {"vpc_endpoints": {"e": {"endpoint_type": {"known": type}}}}))
	}
}

test_an_endpoint_of_another_vpc_leaves_nothing_open if {
	document := json.remove(with_open_needs(pass_input), ["vpc_endpoints/e/vpc"])
	not_judged(object.union(document, {"vpc_endpoints": {"e": {"vpc": links(["w"], [])}}}))
}

test_a_subnet_that_nobody_can_see_is_unknown if {
	undecided(with_hidden_subnets(pass_input, hidden), {"after_apply"})
	undecided(with_hidden_subnets(with_open_needs(pass_input), hidden), {"after_apply"})
}

test_a_subnet_that_nobody_can_see_needs_no_endpoint_that_tasks_do_not if {
	document := with_hidden_subnets(pass_input, hidden)
	not_judged(object.union(document, {"vpc_endpoints": {"e": {"service": {"known": "sqs"}}}}))
}

test_a_subnet_outside_the_plan_is_no_subject if not_judged(with_hidden_subnets(pass_input, outside))

test_an_unknown_network_configuration_is_unknown if {
	document := json.remove(having(pass_input, {"endpoints": {"paths": []}}), ["placements/web/network/known"])
	undecided(object.union(document, {"placements": {"web": {"network": {"unknown": hidden}}}}), {"after_apply"})
}

test_without_endpoints_nothing_is_judged if not_judged(through("logs", []))

test_container_instances_are_not_judged if not_judged(having(fail_input, {"compute": {"known": "ec2"}}))
