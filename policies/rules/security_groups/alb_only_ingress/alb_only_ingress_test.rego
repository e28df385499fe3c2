package ecs_audit.rules.security_groups.alb_only_ingress_test

import data.ecs_audit.rules.security_groups.alb_only_ingress as rule

parameters := {"allow_service_to_service": true, "allowed_cidrs": [], "allowed_source_sgs": []}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

links(ids) := {"members": {id: {"certain": true} | some id in ids}, "open": [], "at": "groups", "basis": "value", "stated": true}

either(ids) := object.union(links(ids), {"members": {id: {"certain": false} | some id in ids}})

groups(ids) := {"kind": "groups", "groups": links(ids)}

either_group(ids) := {"kind": "groups", "groups": either(ids)}

cidr(block, scope) := {"kind": "cidr", "cidr": block, "scope": scope, "public_addresses": 0}

prefix_list(name, aws, scope) := {
	"kind": "prefix_list",
	"name": name,
	"aws_managed": aws,
	"scope": scope,
	"public_addresses": 0,
}

itself := {"kind": "self"}

# A rule of the tasks' group for the port that they serve.
from(peer) := {
	"group": "tasks",
	"resource": "rule",
	"at": "ingress",
	"certain": true,
	"protocol": {"known": "tcp"},
	"ports": {"known": {"from": 3001, "to": 3001}},
	"peer": peer,
	"label": "somewhere",
}

# What `change` names is replaced.
replaced(doc, change) := object.union(object.remove(doc, object.keys(change)), change)

changed(peer, change) := replaced(from(peer), change)

icmp(peer, type, code) := changed(peer, {"protocol": {"known": "icmp"}, "ports": {"known": {"from": type, "to": code}}})

interface(kind, ids) := {
	"kind": kind,
	"groups": links(ids),
	"groups_stated": true,
	"ingress": [],
	"ingress_open": [],
	"ingress_somewhere": [],
	"basis": "value",
}

held(holders) := {"holders": {holder: {"kind": kind, "certain": true} | some holder, kind in holders}}

# A service behind a load balancer, beside another service and a bastion; `rules` is what its group admits.
service(rules) := service_behind({"alb": interface("load_balancer", ["alb_group"])}, rules)

service_behind(balancers, rules) := {
	"facts": {
		"placements": {"web": {
			"awsvpc": {"known": true},
			"load_balancers": {"members": {"alb": {"certain": true}}, "open": [], "basis": "reference"},
			"load_balancer_groups": {"alb_group": {"certain": true}},
			"load_balancer_groups_open": [],
			"open_network_load_balancer_subnets": [],
			"ports": [{"from": 3001, "to": 3001}],
		}},
		"interfaces": object.union(balancers, {"web": object.union(interface("placement", ["tasks"]), {"ingress": rules})}),
		"security_groups": {
			"tasks": held({"web": "placement"}),
			"alb_group": held({"alb": "load_balancer"}),
			"jobs": held({"worker": "placement"}),
			"bastion": held({"host": "other"}),
		},
		"holders_open": {"placements": [], "load_balancers": [], "db_proxies": [], "others": []},
	},
	"vpcs": {"vpc": {"cidrs": {"known": ["10.0.0.0/16"]}}},
	"subnets": {"public": {"cidr": {"known": "10.0.1.0/24"}}},
}

# The same behind a Network Load Balancer without groups.
behind_network_load_balancer(peer) := object.union(service_behind({}, [from(peer)]), {
	"load_balancers": {"alb": {"load_balancer_type": {"known": "network"}, "subnets": links(["public"])}},
	"facts": {"placements": {"web": {"open_network_load_balancer_subnets": ["public"]}}},
})

facts(peer, change) := object.union(service([from(peer)]), {"facts": change})

placement(peer, change) := facts(peer, {"placements": {"web": change}})

severities(doc) := severities_with(doc, {})

severities_with(doc, change) := found if {
	chosen := object.union(parameters, change)
	found := {finding.severity | some finding in rule.deny with input as doc with data.parameters as chosen}
}

missing(doc) := missing_with(doc, {})

missing_with(doc, change) := found if {
	chosen := object.union(parameters, change)
	found := {doubt.missing.why | some doubt in rule.unknown with input as doc with data.parameters as chosen}
}

messages(doc) := {finding.message | some finding in rule.deny with input as doc with data.parameters as parameters}

notes(doc) := {subject.note | some subject in rule.subjects with input as doc with data.parameters as parameters}

passes(doc) if passes_with(doc, {})

passes_with(doc, change) if {
	chosen := object.union(parameters, change)
	names := {subject.resource | some subject in rule.subjects with input as doc with data.parameters as chosen}
	names == {"web"}
	severities_with(doc, change) == set()
	missing_with(doc, change) == set()
}

subjects(doc) := {subject.resource | some subject in rule.subjects with input as doc with data.parameters as parameters}

is_unknown(doc, why) if {
	"web" in subjects(doc)
	severities(doc) == set()
	missing(doc) == {why}
}

pass_input := service([from(groups(["alb_group"]))])

fail_input := service([from(groups(["bastion"]))])

# ---- groups

test_the_load_balancer_is_a_source if {
	passes(pass_input)
	notes(pass_input) == set()
}

test_a_known_source_is_right_whatever_else_is_hidden if {
	passes(placement(groups(["alb_group"]), {"load_balancer_groups_open": [hidden]}))
}

test_the_weakest_basis_holds if {
	{subject.basis | some subject in rule.subjects with input as pass_input with data.parameters as parameters} == {"reference"}
}

test_a_bastion_fails if {
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding == {
		"resource": "web",
		"path": "groups",
		"message": "admits tcp 3001 from bastion, which is neither its load balancer nor another service",
		"severity": "medium",
		"related": [
			{"resource": "web", "path": "groups", "message": "its network interfaces have tasks"},
			{"resource": "rule", "path": "ingress", "message": "admits tcp 3001 from somewhere"},
		],
	}
}

test_a_bastion_that_is_listed_passes if passes_with(fail_input, {"allowed_source_sgs": ["bastion"]})

test_another_service_is_a_source if passes(service([from(groups(["jobs"]))]))

test_another_service_is_no_source_where_services_keep_apart if {
	apart := object.union(parameters, {"allow_service_to_service": false})
	some finding in rule.deny with input as service([from(groups(["jobs"]))]) with data.parameters as apart
	finding.severity == "medium"
	finding.message == "admits tcp 3001 from jobs, which is not its load balancer"
}

test_its_own_tasks_are_a_source_where_services_keep_apart if {
	apart := {"allow_service_to_service": false}
	passes_with(service([from(groups(["tasks"]))]), apart)
	set_of_service := object.union(service([from(groups(["jobs"]))]), {"placements": {"worker": {"service": links(["web"])}}})
	passes_with(set_of_service, apart)
	service_of_set := object.union(service([from(groups(["jobs"]))]), {"placements": {"web": {"service": links(["worker"])}}})
	passes_with(service_of_set, apart)
}

test_a_task_set_that_may_be_its_own_is_unknown_where_services_keep_apart if {
	apart := {"allow_service_to_service": false}
	other := replaced(links(["web"]), {"members": {"web": {"certain": false}}})
	every service_of in [other, object.union(links([]), {"open": [hidden]})] {
		document := object.union(service([from(groups(["jobs"]))]), {"placements": {"worker": {"service": service_of}}})
		severities_with(document, apart) == set()
		count(missing_with(document, apart)) == 1
		shared := object.union(
			facts(itself, {"security_groups": {"tasks": held({"worker": "placement"})}}),
			{"placements": {"worker": {"service": service_of}}},
		)
		severities_with(shared, apart) == set()
		missing_with(shared, apart) == {"undecided"}
	}
	outside_it := object.union(links([]), {"open": [outside]})
	elsewhere := object.union(service([from(groups(["jobs"]))]), {"placements": {"worker": {"service": outside_it}}})
	severities_with(elsewhere, apart) == {"medium"}
}

test_a_task_set_of_a_service_that_may_be_this_one_is_unknown_where_services_keep_apart if {
	either_service := object.union(links([]), {"open": [hidden]})
	document := object.union(service([from(groups(["jobs"]))]), {"placements": {"web": {"service": either_service}}})
	severities_with(document, {"allow_service_to_service": false}) == set()
	missing_with(document, {"allow_service_to_service": false}) == {"undecided"}
}

test_all_traffic_from_the_load_balancer_is_another_rules_matter if {
	passes(service([changed(groups(["alb_group"]), {"protocol": {"known": "all"}, "ports": {"known": {"from": 0, "to": 65535}}})]))
}

test_the_load_balancer_of_the_alternate_target_group_is_a_source if {
	passes(placement(groups(["green"]), {"load_balancer_groups": {"green": {"certain": true}}}))
}

test_a_health_check_port_of_its_own_is_open_to_the_load_balancer if {
	passes(service([changed(groups(["alb_group"]), {"ports": {"known": {"from": 8081, "to": 8081}}})]))
}

test_a_worker_without_ingress_passes if passes(service([]))

test_a_worker_that_only_services_call_passes if {
	worker := {"load_balancers": {"members": {}}, "load_balancer_groups": {}}
	passes(placement(groups(["jobs"]), worker))
}

test_inline_and_standalone_rules_conflict if {
	doc := object.union(pass_input, {"security_groups": {"tasks": {"conflict": true}}})
	passes(doc)
	notes(doc) == {"tasks has inline and standalone rules: each apply removes what the other kind adds"}
}

test_one_bad_rule_in_a_second_group_fails if {
	rules := [from(groups(["alb_group"])), changed(groups(["bastion"]), {"group": "legacy"})]
	severities(service(rules)) == {"medium"}
}

test_a_group_that_some_rule_names_fails if {
	doc := object.union(service([from(either_group(["alb_group", "bastion"]))]), {"facts": {"interfaces": {"web": {
		"ingress_somewhere": ["alb_group", "bastion"],
	}}}})
	severities(doc) == {"medium"}
	messages(doc) == {"one of its ingress rules admits bastion, which is neither its load balancer nor another service"}
}

test_one_of_two_groups_is_unknown if is_unknown(service([from(either_group(["alb_group", "bastion"]))]), "undecided")

test_candidates_that_are_all_foreign_fail if {
	doc := object.union(service([from(either_group(["bastion", "lab"]))]), {"facts": {"security_groups": {"lab": held({})}}})
	severities(doc) == {"medium"}
}

test_a_group_of_another_account_is_unknown if {
	is_unknown(service([from({"kind": "groups", "groups": object.union(links([]), {"open": [outside]})})]), "outside_input")
}

test_a_group_that_is_managed_elsewhere_is_unknown if {
	doc := object.union(fail_input, {"security_groups": {"bastion": {"ingress": {"open": [outside]}}}})
	is_unknown(doc, "outside_input")
}

test_a_group_that_may_be_the_load_balancers_is_unknown if {
	is_unknown(placement(groups(["bastion"]), {"load_balancer_groups": {"bastion": {"certain": false}}}), "undecided")
	is_unknown(placement(groups(["bastion"]), {"load_balancer_groups_open": [hidden]}), "after_apply")
}

test_a_group_that_may_be_a_services_is_unknown if {
	maybe := {"security_groups": {"bastion": {"holders": {"worker": {"kind": "placement", "certain": false}}}}}
	is_unknown(facts(groups(["bastion"]), maybe), "undecided")
	is_unknown(facts(groups(["bastion"]), {"holders_open": {"placements": [hidden]}}), "after_apply")
}

test_groups_of_services_do_not_matter_where_services_keep_apart if {
	doc := facts(groups(["bastion"]), {"holders_open": {"placements": [hidden]}})
	severities_with(doc, {"allow_service_to_service": false}) == {"medium"}
}

# ---- members of the same group

test_tasks_among_themselves_pass if {
	passes(service([from(itself)]))
	passes_with(service([from(itself)]), {"allow_service_to_service": false})
}

test_a_group_shared_with_its_load_balancer_passes if {
	passes(facts(itself, {"security_groups": {"tasks": held({"alb": "load_balancer"})}}))
}

test_a_stranger_in_the_same_group_fails if {
	shared := facts(itself, {"security_groups": {"tasks": held({"host": "other"})}})
	severities(shared) == {"medium"}
	messages(shared) == {"admits members of its own group, which host belongs to as well"}
	passes_with(shared, {"allowed_source_sgs": ["tasks"]})
}

test_who_else_is_in_its_group_does_not_matter_where_members_are_not_admitted if {
	passes(facts(groups(["alb_group"]), {"security_groups": {"tasks": held({"host": "other"})}}))
	passes(facts(groups(["alb_group"]), {"holders_open": {"others": [hidden]}}))
}

test_another_load_balancer_in_the_same_group_fails if {
	severities(facts(itself, {"security_groups": {"tasks": held({"other_alb": "load_balancer"})}})) == {"medium"}
}

test_another_service_in_the_same_group_fails_where_services_keep_apart if {
	shared := facts(itself, {"security_groups": {"tasks": held({"worker": "placement"})}})
	passes(shared)
	severities_with(shared, {"allow_service_to_service": false}) == {"medium"}
	unseen := facts(itself, {"holders_open": {"placements": [hidden]}})
	passes(unseen)
	missing_with(unseen, {"allow_service_to_service": false}) == {"after_apply"}
}

test_who_may_belong_to_the_same_group_is_unknown if {
	maybe := {"security_groups": {"tasks": {"holders": {"host": {"kind": "other", "certain": false}}}}}
	is_unknown(facts(itself, maybe), "undecided")
	every kind in ["others", "load_balancers", "db_proxies"] {
		is_unknown(facts(itself, {"holders_open": {kind: [hidden]}}), "after_apply")
	}
}

test_a_load_balancer_in_the_same_group_that_may_lead_to_it_is_unknown if {
	shared := {"security_groups": {"tasks": held({"nlb": "load_balancer"})}}
	may_lead := {"placements": {"web": {"load_balancers": {"members": {"nlb": {"certain": false}}}}}}
	is_unknown(facts(itself, object.union(shared, may_lead)), "undecided")
	unseen := {"placements": {"web": {"load_balancers": {"open": [hidden]}}}}
	is_unknown(facts(itself, object.union(shared, unseen)), "undecided")
}

# ---- addresses

test_a_group_shared_with_the_load_balancer_that_the_world_may_reach_fails if {
	https := changed(cidr("0.0.0.0/0", "world"), {"ports": {"known": {"from": 443, "to": 443}}})
	severities(service([from(itself), https])) == {"critical"}
}

test_public_addresses_fail_by_port if {
	office := cidr("203.0.113.0/24", "public")
	severities(service([from(office)])) == {"high"}
	severities(service([changed(office, {"ports": {"known": {"from": 9229, "to": 9229}}})])) == {"medium"}
}

test_the_whole_vpc_fails if severities(service([from(cidr("10.0.0.0/16", "vpc"))])) == {"medium"}

test_a_private_network_fails_on_any_port if {
	debug := changed(cidr("10.0.0.0/8", "private"), {"ports": {"known": {"from": 9229, "to": 9229}}})
	severities(service([debug])) == {"medium"}
}

test_a_block_that_is_listed_passes if {
	passes_with(service([from(cidr("10.8.4.0/24", "private"))]), {"allowed_cidrs": ["2001:db8::/32", "10.8.0.0/16"]})
	severities_with(service([from(cidr("10.0.0.0/8", "private"))]), {"allowed_cidrs": ["10.8.0.0/16"]}) == {"medium"}
}

test_a_prefix_list_is_its_entries if {
	doc := object.union(service([from(prefix_list("offices", false, "private"))]), {"prefix_lists": {"pl": {
		"name": {"known": "offices"},
		"entries": {"known": ["10.8.0.0/24", "10.9.0.0/24"]},
	}}})
	severities(doc) == {"medium"}
	passes_with(doc, {"allowed_cidrs": ["10.8.0.0/15"]})
	severities_with(doc, {"allowed_cidrs": ["10.8.0.0/16"]}) == {"medium"}
}

test_a_prefix_list_is_told_from_others_by_its_name if {
	doc := object.union(service([from(prefix_list("offices", false, "private"))]), {"prefix_lists": {
		"pl": {"name": {"known": "offices"}, "entries": {"known": ["10.8.0.0/24"]}},
		"other": {"name": {"known": "other"}, "entries": {"known": ["10.9.0.0/24"]}},
	}})
	passes_with(doc, {"allowed_cidrs": ["10.8.0.0/16"]})
	unnamed := object.union(service([from(prefix_list("pl", false, "private"))]), {"prefix_lists": {
		"pl": {"name": {"unknown": hidden}, "entries": {"known": ["10.8.0.0/24"]}},
	}})
	passes_with(unnamed, {"allowed_cidrs": ["10.8.0.0/16"]})
}

test_a_prefix_list_that_cannot_be_read_is_unknown if {
	is_unknown(service([from({"kind": "unknown", "unknown": outside})]), "outside_input")
}

test_cloudfront_on_the_tasks_bypasses_the_load_balancer if {
	list := prefix_list("com.amazonaws.global.cloudfront.origin-facing", true, "public")
	doc := object.union(service([from(list)]), {"prefix_lists": {"pl": {
		"name": {"known": list.name},
		"entries": {"absent": true},
	}}})
	severities(doc) == {"high"}
}

lattice(used) := object.union(
	service([from(prefix_list("com.amazonaws.eu-west-1.vpc-lattice", true, "private"))]),
	{"placements": {"web": {"vpc_lattice": used}}},
)

test_lattice_is_a_source_of_its_targets if {
	passes(lattice({"known": true}))
	severities(lattice({"known": false})) == {"medium"}
	is_unknown(lattice({"unknown": hidden}), "after_apply")
}

test_lattice_leaves_nothing_else_open if {
	other_list := object.union(
		service([from(prefix_list("com.amazonaws.eu-west-1.s3", true, "public"))]),
		{"placements": {"web": {"vpc_lattice": {"known": true}}}},
	)
	severities(other_list) == {"high"}
	block := service([from(cidr("10.0.0.0/16", "vpc"))])
	severities(object.union(block, {"placements": {"web": {"vpc_lattice": {"unknown": hidden}}}})) == {"medium"}
}

test_a_list_that_is_only_named_after_lattice_fails if {
	named := service([from(prefix_list("my-vpc-lattice", false, "private"))])
	severities(object.union(named, {"placements": {"web": {"vpc_lattice": {"known": true}}}})) == {"medium"}
}

test_ping_fails_low if {
	severities(service([icmp(cidr("0.0.0.0/0", "world"), 8, -1)])) == {"low"}
	severities(service([icmp(groups(["bastion"]), -1, -1)])) == {"low"}
}

test_path_mtu_discovery_passes if {
	passes(service([icmp(cidr("0.0.0.0/0", "world"), 3, 4)]))
	passes(service([icmp(groups(["bastion"]), 3, 4), icmp({"kind": "unknown", "unknown": hidden}, 3, 4)]))
	open_group := {"kind": "groups", "groups": object.union(links([]), {"open": [outside]})}
	passes(service([icmp(either_group(["alb_group", "bastion"]), 3, 4), icmp(open_group, 3, 4)]))
	unseen := {"holders_open": {"placements": [hidden], "others": [hidden]}}
	passes(object.union(service([icmp(groups(["bastion"]), 3, 4), icmp(itself, 3, 4)]), {"facts": unseen}))
	no_balancer := {"facts": {"placements": {"web": {"load_balancers": {"open": [outside]}}}}}
	passes(object.union(service([icmp(cidr("10.0.1.0/24", "vpc"), 3, 4)]), no_balancer))
}

test_what_may_be_path_mtu_discovery_is_unknown if {
	world := cidr("0.0.0.0/0", "world")
	is_unknown(service([changed(world, {"protocol": {"known": "icmp"}, "ports": {"unknown": hidden}})]), "after_apply")
	is_unknown(service([changed(world, {"protocol": {"unknown": hidden}, "ports": {"unknown": hidden}})]), "after_apply")
}

# ---- a Network Load Balancer without groups

test_a_network_load_balancer_forwards_from_its_subnets if {
	doc := behind_network_load_balancer(cidr("10.0.1.0/24", "vpc"))
	passes(doc)
	notes(doc) == {"10.0.1.0/24 holds a Network Load Balancer without security groups, and whatever else is there"}
	severities(behind_network_load_balancer(cidr("10.0.2.0/24", "vpc"))) == {"medium"}
}

test_a_load_balancer_with_groups_forwards_from_no_block if {
	severities(service([from(cidr("10.0.1.0/24", "vpc"))])) == {"medium"}
	notes(service([from(cidr("10.0.1.0/24", "vpc"))])) == set()
	network := {"load_balancers": {"alb": {"load_balancer_type": {"known": "network"}, "subnets": links(["public"])}}}
	severities(object.union(service([from(cidr("10.0.1.0/24", "vpc"))]), network)) == {"medium"}
	hidden_subnets := {"load_balancers": {"alb": {"subnets": {"open": [hidden]}}}}
	severities(object.union(service([from(cidr("10.0.2.0/24", "vpc"))]), hidden_subnets)) == {"medium"}
}

test_a_load_balancer_of_unknown_type_may_forward if {
	of_unknown_type := {"load_balancers": {"alb": {"load_balancer_type": {"unknown": hidden}}}}
	doc := json.remove(
		behind_network_load_balancer(cidr("10.0.1.0/24", "vpc")),
		["load_balancers/alb/load_balancer_type"],
	)
	is_unknown(object.union(doc, of_unknown_type), "undecided")
}

test_subnets_of_a_load_balancer_that_cannot_be_told_are_unknown if {
	doc := behind_network_load_balancer(cidr("10.0.1.0/24", "vpc"))
	may_lead := {"facts": {"placements": {"web": {"load_balancers": {"members": {"alb": {"certain": false}}}}}}}
	is_unknown(object.union(doc, may_lead), "undecided")
	is_unknown(object.union(doc, {"load_balancers": {"alb": {"subnets": either(["public"])}}}), "undecided")
	other := behind_network_load_balancer(cidr("10.0.2.0/24", "vpc"))
	is_unknown(object.union(other, {"load_balancers": {"alb": {"subnets": {"open": [hidden]}}}}), "after_apply")
	is_unknown(replaced(other, {"subnets": {"public": {"cidr": {"unknown": hidden}}}}), "after_apply")
}

test_a_load_balancer_that_nobody_sees_may_forward_from_a_subnet if {
	unseen := {"load_balancers": {"open": [outside]}}
	is_unknown(placement(cidr("10.0.1.0/24", "vpc"), unseen), "outside_input")
	is_unknown(placement(cidr("10.9.1.0/24", "private"), unseen), "outside_input")
	is_unknown(placement(cidr("10.9.0.0/16", "private"), unseen), "outside_input")
	severities(placement(cidr("203.0.113.0/24", "public"), unseen)) == {"high"}
	passes_with(placement(cidr("10.9.1.0/24", "private"), unseen), {"allowed_cidrs": ["10.9.0.0/16"]})
	severities(placement(cidr("10.0.0.0/16", "vpc"), unseen)) == {"medium"}
	severities(placement(cidr("10.0.0.0/8", "private"), unseen)) == {"medium"}
	severities(placement(cidr("0.0.0.0/0", "world"), unseen)) == {"critical"}
}

# ---- what cannot be told

test_a_rule_that_may_belong_to_another_group_is_unknown if {
	is_unknown(service([changed(groups(["bastion"]), {"certain": false})]), "undecided")
	is_unknown(service([changed(cidr("10.0.0.0/16", "vpc"), {"certain": false})]), "undecided")
	passes(service([changed(groups(["alb_group"]), {"certain": false})]))
}

test_a_source_that_is_known_after_apply_is_unknown if {
	is_unknown(service([from({"kind": "unknown", "unknown": hidden})]), "after_apply")
}

test_rules_that_cannot_be_seen_are_unknown if {
	is_unknown(object.union(pass_input, {"facts": {"interfaces": {"web": {"ingress_open": [outside]}}}}), "outside_input")
}

test_tasks_without_network_configuration_are_unknown if {
	doc := {"facts": {"placements": {"web": {"awsvpc": {"known": true}}}, "interfaces": {}}}
	is_unknown(doc, "outside_input")
	unsure := {"facts": {"placements": {"web": {"awsvpc": {"unknown": hidden}}}, "interfaces": {}}}
	is_unknown(unsure, "after_apply")
}

test_tasks_in_bridge_mode_are_no_subject if {
	doc := {"facts": {"placements": {"web": {"awsvpc": {"known": false}}}, "interfaces": {}}}
	subjects(doc) == set()
	subjects(object.union(fail_input, {"facts": {"placements": {"web": {"awsvpc": {"known": false}}}}})) == set()
}

# ---- scheduled tasks

# A scheduled task in the group of the service; `kind` is what it is.
beside(kind, certain) := object.union(pass_input, {
	"placements": {"nightly": {"kind": kind}},
	"facts": {
		"placements": {"nightly": {
			"awsvpc": {"known": true},
			"load_balancers": {"members": {}, "open": [], "basis": "value"},
			"load_balancer_groups": {},
			"load_balancer_groups_open": [],
			"open_network_load_balancer_subnets": [],
			"ports": [],
		}},
		"interfaces": {"nightly": object.union(interface("placement", ["tasks"]), {"ingress": [from(groups(["alb_group"]))]})},
		"security_groups": {"tasks": {"holders": {
			"web": {"kind": "placement", "certain": certain},
			"nightly": {"kind": "placement", "certain": true},
		}}},
	},
})

failing(doc) := {finding.resource | some finding in rule.deny with input as doc with data.parameters as parameters}

test_a_scheduled_task_may_share_the_group_of_a_service if {
	failing(beside("scheduled_task", true)) == set()
	missing(beside("scheduled_task", true)) == set()
}

test_a_service_without_that_load_balancer_may_not if failing(beside("service", true)) == {"nightly"}

test_a_scheduled_task_that_may_share_the_group_of_a_service_is_unknown if {
	document := beside("scheduled_task", false)
	failing(document) == set()
	missing(document) == {"undecided"}
	own_group := {"facts": {"interfaces": {"nightly": {"groups": either(["tasks"])}}}}
	failing(object.union(beside("scheduled_task", true), own_group)) == set()
	missing(object.union(beside("scheduled_task", true), own_group)) == {"undecided"}
	hidden_balancer := object.union(
		object.union(beside("scheduled_task", true), {"facts": {"placements": {"web": {"load_balancer_groups_open": [hidden]}}}}),
		{"facts": {"interfaces": {"nightly": {"ingress": [from(groups(["bastion"]))]}}}},
	)
	failing(hidden_balancer) == set()
	missing(hidden_balancer) == {"after_apply"}
}
