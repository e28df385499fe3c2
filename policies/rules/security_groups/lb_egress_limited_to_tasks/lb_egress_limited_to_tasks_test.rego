package ecs_audit.rules.security_groups.lb_egress_limited_to_tasks_test

import data.ecs_audit.rules.security_groups.lb_egress_limited_to_tasks as rule

parameters := {"allow_cidr_egress": false}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

links(ids) := {"members": {id: {"certain": true} | some id in ids}, "open": [], "at": "groups", "basis": "value", "stated": true}

either(ids) := object.union(links(ids), {"members": {id: {"certain": false} | some id in ids}})

groups(ids) := {"kind": "groups", "groups": links(ids)}

either_group(ids) := {"kind": "groups", "groups": either(ids)}

cidr(block, scope) := {"kind": "cidr", "cidr": block, "scope": scope, "public_addresses": 0}

world := cidr("0.0.0.0/0", "world")

# A rule of the load balancer's group for the port of the tasks.
to(peer) := to_port(peer, 3001)

to_port(peer, port) := {
	"group": "public",
	"resource": "rule",
	"at": "egress",
	"certain": true,
	"protocol": {"known": "tcp"},
	"ports": {"known": {"from": port, "to": port}},
	"peer": peer,
	"label": "somewhere",
}

# What `change` names is replaced.
replaced(object_of, change) := object.union(object.remove(object_of, object.keys(change)), change)

changed(peer, change) := replaced(to(peer), change)

uncertain(traffic) := replaced(traffic, {"certain": false})

all_traffic := {"protocol": {"known": "all"}, "ports": {"known": {"from": 0, "to": 65535}}}

target(placement, port, health_check_port) := {
	"target_group": "target_group",
	"placement": placement,
	"port": port,
	"health_check_port": health_check_port,
	"certain": true,
}

interface(kind, of) := {
	"kind": kind,
	"groups": of,
	"groups_stated": true,
	"egress": [],
	"egress_open": [],
	"basis": "value",
}

# A load balancer in front of one service; `rules` is what its group lets out.
balancer(rules) := {
	"facts": {
		"load_balancers": {"alb": {
			"placements": {"web": {"certain": true}},
			"placements_open": [],
			"target_ports": [target("web", {"known": 3001}, {"known": 3001})],
			"serves_others": false,
			"calls_out": {"known": false},
			"basis": "reference",
		}},
		"interfaces": {
			"alb": object.union(interface("load_balancer", links(["public"])), {"egress": rules}),
			"web": interface("placement", links(["tasks"])),
		},
		"placements": {"web": {"subnets": {"private": {"certain": true}}}},
	},
	"placements": {"web": {"network": {"known": {"subnets": links(["private"])}}}},
	"subnets": {"private": {"cidr": {"known": "10.0.1.0/24"}}},
}

# What `change` names of the facts of the load balancer is replaced.
facts(doc, change) := replaced(doc, {"facts": replaced(doc.facts, {"load_balancers": {
	"alb": replaced(doc.facts.load_balancers.alb, change),
}})})

interfaces(doc, all_of_them) := replaced(doc, {"facts": replaced(doc.facts, {"interfaces": all_of_them})})

with_groups(doc, of) := interfaces(doc, {"alb": doc.facts.interfaces.alb, "web": interface("placement", of)})

# Two services; the second one listens on the same port.
two_services(rules) := object.union(
	facts(balancer(rules), {
		"placements": {"web": {"certain": true}, "api": {"certain": true}},
		"target_ports": [
			target("web", {"known": 3001}, {"known": 3001}),
			target("api", {"known": 3001}, {"known": 3001}),
		],
	}),
	{"facts": {"interfaces": {"api": interface("placement", links(["api_tasks"]))}}},
)

denied(doc) := {finding.message | some finding in rule.deny with input as doc with data.parameters as parameters}

missing(doc) := {doubt.missing.why | some doubt in rule.unknown with input as doc with data.parameters as parameters}

subjects(doc) := {entry.resource | some entry in rule.subjects with input as doc with data.parameters as parameters}

notes(doc) := {entry.note | some entry in rule.subjects with input as doc with data.parameters as parameters}

passes(doc) if {
	subjects(doc) == {"alb"}
	denied(doc) == set()
	missing(doc) == set()
}

fails(doc) if count(denied(doc)) == 1

doubts(doc) := {doubt.message | some doubt in rule.unknown with input as doc with data.parameters as parameters}

is_unknown(doc, why) if {
	denied(doc) == set()
	missing(doc) == {why}
}

pass_input := balancer([to(groups(["tasks"]))])

fail_input := balancer([to(groups(["database"]))])

# ---- destinations

test_the_group_of_the_tasks_passes if {
	passes(pass_input)
	{entry.basis | some entry in rule.subjects with input as pass_input with data.parameters as parameters} == {"reference"}
}

test_a_group_of_no_service_fails if {
	doc := balancer([to(groups(["tasks"])), to(groups(["database"]))])
	some finding in rule.deny with input as doc with data.parameters as parameters
	finding == {
		"resource": "alb",
		"path": "groups",
		"message": "may send tcp 3001 to database, which no service behind it has",
		"related": [
			{"resource": "alb", "path": "groups", "message": "its network interfaces have public"},
			{"resource": "rule", "path": "egress", "message": "lets out tcp 3001 to somewhere"},
		],
	}
}

test_all_traffic_to_the_world_fails if {
	denied(balancer([changed(world, all_traffic)])) == {"may send all traffic to somewhere, not only to its targets"}
}

test_a_block_fails if fails(balancer([to(cidr("10.0.1.0/24", "vpc"))]))

test_a_prefix_list_fails if {
	fails(balancer([to({"kind": "prefix_list", "name": "list", "aws_managed": true, "scope": "public", "public_addresses": 0})]))
}

test_a_group_shared_with_the_tasks_passes if {
	passes(with_groups(balancer([to({"kind": "self"})]), links(["public"])))
}

test_a_group_shared_with_the_tasks_opens_no_other_way if {
	doc := with_groups(balancer([to({"kind": "self"}), to(cidr("10.0.1.0/24", "vpc"))]), links(["public"]))
	denied(doc) == {"may send tcp 3001 to somewhere, not only to its targets"}
}

test_its_own_group_is_no_way_to_the_tasks if {
	"has no egress rule for port 3001 of web" in denied(balancer([to({"kind": "self"})]))
}

test_its_own_group_may_be_that_of_a_service if {
	is_unknown(with_groups(balancer([to({"kind": "self"})]), object.union(links([]), {"open": [hidden]})), "after_apply")
	is_unknown(with_groups(balancer([to({"kind": "self"})]), either(["public", "other"])), "undecided")
}

test_its_own_group_fails if {
	rules := [to(groups(["tasks"])), to({"kind": "self"})]
	denied(balancer(rules)) == {"may send tcp 3001 to somewhere, which no service behind it has"}
}

test_candidates_that_are_all_foreign_fail if {
	rules := [to(groups(["tasks"])), to(either_group(["database", "cache"]))]
	count(denied(balancer(rules))) == 2
}

# ---- address blocks of the tasks' subnets

blocks_allowed(doc) := {
	"deny": {finding.message | some finding in rule.deny with input as doc with data.parameters as {"allow_cidr_egress": true}},
	"unknown": {why |
		some doubt in rule.unknown with input as doc with data.parameters as {"allow_cidr_egress": true}
		why := doubt.missing.why
	},
}

test_subnets_of_the_tasks_pass_where_blocks_are_allowed if {
	blocks_allowed(balancer([to(cidr("10.0.1.0/24", "vpc"))])) == {"deny": set(), "unknown": set()}
	blocks_allowed(balancer([to(cidr("10.0.1.64/26", "vpc"))])) == {"deny": set(), "unknown": set()}
	count(blocks_allowed(balancer([to(cidr("10.0.0.0/16", "vpc"))])).deny) == 1
	count(blocks_allowed(balancer([to(world)])).deny) == 1
}

test_subnets_that_may_be_those_of_the_tasks_are_unknown if {
	doc := balancer([to(cidr("10.0.1.0/24", "vpc"))])
	other := balancer([to(cidr("10.0.2.0/24", "vpc"))])
	unsure := object.union(doc, {"facts": {"placements": {"web": {"subnets": {"private": {"certain": false}}}}}})
	blocks_allowed(unsure) == {"deny": set(), "unknown": {"undecided"}}
	without_cidr := replaced(other, {"subnets": {"private": {"cidr": {"unknown": hidden}}}})
	blocks_allowed(without_cidr) == {"deny": set(), "unknown": {"after_apply"}}
	more := object.union(other, {"placements": {"web": {"network": {"known": {"subnets": {"open": [outside]}}}}}})
	blocks_allowed(more) == {"deny": set(), "unknown": {"outside_input"}}
	blocks_allowed(facts(other, {"placements_open": [hidden]})) == {"deny": set(), "unknown": {"after_apply"}}
	private := object.union(balancer([to(cidr("10.9.0.0/24", "private"))]), {"placements": more.placements})
	blocks_allowed(private) == {"deny": set(), "unknown": {"outside_input"}}
}

test_what_is_no_subnet_fails_whatever_is_hidden if {
	hides := {"placements": {"web": {"network": {"known": {"subnets": {"open": [outside]}}}}}}
	list := {"kind": "prefix_list", "name": "list", "aws_managed": false, "scope": "private", "public_addresses": 0}
	every peer in [world, list] {
		count(blocks_allowed(object.union(balancer([to(peer)]), hides)).deny) == 1
	}
}

# ---- ports

test_the_health_check_port_passes if {
	targets := [target("web", {"known": 3001}, {"known": 8081})]
	rules := [to(groups(["tasks"])), to_port(groups(["tasks"]), 8081)]
	passes(facts(balancer(rules), {"target_ports": targets}))
}

test_more_ports_than_targets_listen_on_fail if {
	span := changed(groups(["tasks"]), {"ports": {"known": {"from": 3001, "to": 3010}}})
	denied(balancer([span])) == {"may send tcp 3001-3010 to somewhere, more than its targets listen on (3001)"}
	fails(balancer([changed(groups(["tasks"]), all_traffic)]))
}

test_ping_to_the_tasks_passes if {
	ping := changed(groups(["tasks"]), {"protocol": {"known": "icmp"}, "ports": {"known": {"from": 8, "to": -1}}})
	passes(balancer([to(groups(["tasks"])), ping]))
	of_any_type := changed(groups(["tasks"]), {"protocol": {"known": "icmp"}, "ports": {"unknown": hidden}})
	passes(balancer([to(groups(["tasks"])), of_any_type]))
}

test_ports_that_are_not_known_may_be_those_of_the_targets if {
	of_any_protocol := replaced(to(groups(["tasks"])), {
		"protocol": {"unknown": hidden},
		"ports": {"known": {"from": 1, "to": 9000}},
	})
	is_unknown(balancer([to(groups(["tasks"])), of_any_protocol]), "after_apply")
}

test_ports_may_be_those_of_targets_that_nobody_sees if {
	span := changed(groups(["tasks"]), {"ports": {"known": {"from": 3001, "to": 3010}}})
	is_unknown(facts(balancer([span]), {"placements_open": [hidden]}), "after_apply")
}

# ---- calls that the load balancer makes itself

test_identity_providers_are_called_over_https if {
	rules := [to(groups(["tasks"])), to_port(world, 443)]
	fails(balancer(rules))
	signing_in := facts(balancer(rules), {"calls_out": {"known": true}})
	passes(signing_in)
	notes(signing_in) == {"may send tcp 443 to somewhere, for it calls identity providers, revocation lists or functions itself"}
	notes(pass_input) == set()
	notes(balancer([to(world)])) == set()
	in_tasks := facts(balancer([to_port(groups(["tasks"]), 443)]), {
		"calls_out": {"known": true},
		"target_ports": [target("web", {"known": 443}, {"known": 443})],
	})
	passes(in_tasks)
	notes(in_tasks) == set()
}

test_whom_it_calls_itself_need_not_be_known if {
	rules := [to(groups(["tasks"])), to_port({"kind": "unknown", "unknown": hidden}, 443)]
	passes(facts(balancer(rules), {"calls_out": {"known": true}}))
}

test_calls_need_no_other_port if {
	rules := [to(groups(["tasks"])), to_port(world, 80)]
	fails(facts(balancer(rules), {"calls_out": {"known": true}}))
	over_udp := replaced(to_port(world, 443), {"protocol": {"known": "udp"}})
	fails(facts(balancer([to(groups(["tasks"])), over_udp]), {"calls_out": {"known": true}}))
}

test_calls_that_may_be_made_are_unknown if {
	rules := [to(groups(["tasks"])), to_port(world, 443)]
	is_unknown(facts(balancer(rules), {"calls_out": {"unknown": hidden}}), "after_apply")
}

test_ports_that_may_be_that_of_calls_are_unknown if {
	rules := [to(groups(["tasks"])), changed(world, {"ports": {"unknown": hidden}})]
	is_unknown(facts(balancer(rules), {"calls_out": {"known": true}}), "after_apply")
	fails(balancer(rules))
	ping := changed(world, {"protocol": {"known": "icmp"}, "ports": {"unknown": hidden}})
	fails(facts(balancer([to(groups(["tasks"])), ping]), {"calls_out": {"known": true}}))
}

# ---- every target group needs a way

test_a_group_without_egress_fails if {
	denied(balancer([])) == {"has no egress rule for port 3001 of web"}
}

test_the_way_to_another_service_does_not_count if {
	denied(two_services([to(groups(["tasks"]))])) == {"has no egress rule for port 3001 of api"}
	passes(two_services([to(groups(["tasks"])), to(groups(["api_tasks"]))]))
	passes(two_services([to(groups(["tasks", "api_tasks"]))]))
}

test_the_way_to_another_port_does_not_count if {
	doc := balancer([to_port(groups(["tasks"]), 3002)])
	"has no egress rule for port 3001 of web" in denied(doc)
}

test_a_way_that_may_not_be_needed_is_unknown if {
	may_lead := [replaced(target("web", {"known": 3001}, {"known": 3001}), {"certain": false})]
	is_unknown(facts(balancer([]), {"target_ports": may_lead}), "undecided")
	passes(facts(pass_input, {"target_ports": may_lead}))
}

test_a_way_that_may_not_be_there_is_unknown if {
	is_unknown(balancer([uncertain(to(groups(["tasks"])))]), "undecided")
}

test_a_way_of_unknown_ports_is_unknown if {
	is_unknown(balancer([changed(groups(["tasks"]), {"ports": {"unknown": hidden}})]), "after_apply")
	shared := balancer([changed({"kind": "self"}, {"ports": {"unknown": hidden}})])
	is_unknown(with_groups(shared, links(["public"])), "after_apply")
}

# ---- which load balancers are judged

test_a_load_balancer_without_tasks_is_no_subject if {
	doc := facts(fail_input, {"placements": {}, "target_ports": []})
	subjects(doc) == set()
	denied(doc) == set()
}

test_a_network_load_balancer_without_groups_is_no_subject if subjects(interfaces(fail_input, {})) == set()

test_targets_that_nobody_in_the_input_registers_are_unknown if {
	doc := facts(pass_input, {"placements": {}, "target_ports": [], "serves_others": true})
	subjects(doc) == {"alb"}
	is_unknown(doc, "outside_input")
}

test_a_load_balancer_that_may_lead_to_tasks_is_unknown if {
	doc := facts(fail_input, {"placements": {}, "target_ports": [], "placements_open": [hidden]})
	subjects(doc) == {"alb"}
	is_unknown(doc, "after_apply")
	may_lead := facts(pass_input, {"placements": {"web": {"certain": false}}})
	is_unknown(may_lead, "undecided")
	"cannot tell whether it leads to web" in doubts(may_lead)
}

# ---- what cannot be told

test_a_destination_that_is_known_after_apply_is_unknown if {
	is_unknown(balancer([to({"kind": "unknown", "unknown": hidden})]), "after_apply")
	is_unknown(balancer([to({"kind": "groups", "groups": object.union(links([]), {"open": [outside]})})]), "outside_input")
}

test_one_of_two_groups_is_unknown if {
	is_unknown(balancer([to(groups(["tasks"])), to(either_group(["tasks", "database"]))]), "undecided")
}

test_groups_of_the_service_that_cannot_be_told_are_unknown if {
	is_unknown(with_groups(fail_input, object.union(links([]), {"open": [hidden]})), "after_apply")
	is_unknown(with_groups(pass_input, either(["tasks", "other"])), "undecided")
}

test_groups_of_container_instances_are_unknown if {
	is_unknown(interfaces(fail_input, {"alb": fail_input.facts.interfaces.alb}), "outside_input")
}

test_ports_of_targets_that_are_not_known_are_unknown if {
	targets := [target("web", {"unknown": hidden}, {"unknown": hidden})]
	is_unknown(facts(pass_input, {"target_ports": targets}), "after_apply")
}

test_a_rule_that_may_belong_to_another_group_is_unknown if {
	is_unknown(balancer([to(groups(["tasks"])), uncertain(to(world))]), "undecided")
	passes(balancer([to(groups(["tasks"])), uncertain(to(groups(["tasks"])))]))
}

test_rules_that_cannot_be_seen_are_unknown if {
	doc := object.union(balancer([]), {"facts": {"interfaces": {"alb": {"egress_open": [outside]}}}})
	is_unknown(doc, "outside_input")
}
