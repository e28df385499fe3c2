package ecs_audit.rules.security_groups.rds_ingress_only_from_tasks_test

import data.ecs_audit.rules.security_groups.rds_ingress_only_from_tasks as rule

parameters := {"allowed_source_sgs": []}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

links(ids, certain) := {
	"members": {id: {"certain": certain} | some id in ids},
	"open": [],
	"at": "ingress",
	"basis": "value",
	"stated": true,
}

groups(ids) := {"kind": "groups", "groups": links(ids, true)}

either_group(ids) := {"kind": "groups", "groups": links(ids, false)}

cidr(block, scope) := {"kind": "cidr", "cidr": block, "scope": scope, "public_addresses": 0}

itself := {"kind": "self"}

# A rule of the database's group for its port.
from(peer) := {
	"group": "db_group",
	"resource": "rule",
	"at": "ingress",
	"certain": true,
	"protocol": {"known": "tcp"},
	"ports": {"known": {"from": 5432, "to": 5432}},
	"peer": peer,
	"label": "somewhere",
}

# What `change` names is replaced.
changed(peer, change) := object.union(object.remove(from(peer), object.keys(change)), change)

ports(from_port, to_port) := {"ports": {"known": {"from": from_port, "to": to_port}}}

all_traffic := object.union({"protocol": {"known": "all"}}, ports(0, 65535))

held(holders) := {"holders": {holder: {"kind": kind, "certain": true} | some holder, kind in holders}}

maybe_held(holder, kind) := {"holders": {holder: {"kind": kind, "certain": false}}}

# A database that listens on `listens`; `rules` is what its group admits.
database(has_members, listens, rules) := {"facts": {
	"stores": {"db": {"kind": "database", "has_members": has_members, "ports": listens}},
	"interfaces": {"db": {
		"kind": "db_instance",
		"groups": {"members": {"db_group": {"certain": true}}, "open": [], "at": "groups", "basis": "value", "stated": true},
		"groups_stated": true,
		"ingress": rules,
		"ingress_open": [],
		"ingress_somewhere": [],
		"basis": "value",
	}},
	"security_groups": {
		"db_group": held({"db": "db_instance"}),
		"tasks": held({"web": "placement"}),
		"proxy_group": held({"proxy": "db_proxy"}),
		"alb_group": held({"alb": "load_balancer"}),
		"shared": held({"web": "placement", "alb": "load_balancer"}),
		"bastion": held({"host": "other"}),
	},
	"holders_open": {"placements": [], "load_balancers": [], "db_proxies": [], "others": []},
}}

instance(rules) := database(false, {"known": [5432]}, rules)

cluster(rules) := database(true, {"known": [5432]}, rules)

of_unknown_port(rules) := database(false, {"unknown": hidden}, rules)

facts(doc, change) := object.union(doc, {"facts": change})

severities(doc) := {finding.severity | some finding in rule.deny with input as doc with data.parameters as parameters}

messages(doc) := {finding.message | some finding in rule.deny with input as doc with data.parameters as parameters}

missing(doc) := {doubt.missing.why | some doubt in rule.unknown with input as doc with data.parameters as parameters}

subjects(doc) := {entry | some entry in rule.subjects with input as doc with data.parameters as parameters}

allowing(doc, group) := {finding.severity |
	some finding in rule.deny with input as doc with data.parameters as {"allowed_source_sgs": [group]}
}

passes(doc) if {
	subjects(doc) == {{"resource": "db", "basis": "value"}}
	severities(doc) == set()
	missing(doc) == set()
}

is_unknown(doc, why) if {
	severities(doc) == set()
	missing(doc) == {why}
}

pass_input := instance([from(groups(["tasks"]))])

fail_input := instance([from(groups(["bastion"]))])

# ---- sources

test_the_group_of_tasks_passes if passes(pass_input)

test_the_group_of_a_proxy_passes if passes(instance([from(groups(["proxy_group"]))]))

test_a_group_of_nobody_fails if {
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding == {
		"resource": "db",
		"path": "groups",
		"message": "admits tcp 5432 from bastion, which belongs to no service",
		"severity": "high",
		"related": [
			{"resource": "db", "path": "groups", "message": "its network interfaces have db_group"},
			{"resource": "rule", "path": "ingress", "message": "admits tcp 5432 from somewhere"},
		],
	}
}

test_the_group_of_a_load_balancer_fails if {
	messages(instance([from(groups(["alb_group"]))])) == {"admits tcp 5432 from alb_group, which belongs to a load balancer"}
}

test_a_task_group_shared_with_a_load_balancer_fails if {
	messages(instance([from(groups(["tasks", "shared"]))])) == {"admits tcp 5432 from shared, which belongs to a load balancer"}
}

test_a_group_that_is_listed_passes if {
	allowing(instance([from(groups(["bastion"]))]), "bastion") == set()
	allowing(instance([from(groups(["shared"]))]), "shared") == set()
	allowing(instance([from(groups(["bastion"]))]), "other") == {"high"}
}

test_a_group_named_after_rotation_is_worth_knowing if {
	rotation := facts(instance([from(groups(["lambda"]))]), {"security_groups": {"lambda": held({"function": "other"})}})
	severities(rotation) == {"high"}
	severities(object.union(rotation, {"resources": {"lambda": {"name": "Secret-Rotation"}}})) == {"info"}
	of_balancer := instance([from(groups(["alb_group"]))])
	severities(object.union(of_balancer, {"resources": {"alb_group": {"name": "rotation"}}})) == {"high"}
}

test_a_group_that_some_rule_names_fails if {
	doc := facts(instance([from(either_group(["tasks", "bastion"]))]), {"interfaces": {"db": {
		"ingress_somewhere": ["tasks", "bastion"],
	}}})
	messages(doc) == {"one of its ingress rules admits bastion, which belongs to no service"}
}

test_addresses_fail_by_reach if {
	severities(instance([from(cidr("0.0.0.0/0", "world"))])) == {"critical"}
	severities(instance([from(cidr("203.0.113.7/32", "public"))])) == {"critical"}
	severities(instance([from(cidr("192.168.0.0/16", "private"))])) == {"high"}
}

test_the_blocks_of_the_vpc_fail_medium if severities(instance([from(cidr("10.0.0.0/16", "vpc"))])) == {"medium"}

test_a_prefix_list_fails if {
	list := {"kind": "prefix_list", "name": "offices", "aws_managed": false, "scope": "private", "public_addresses": 0}
	severities(instance([from(list)])) == {"high"}
}

test_no_rule_is_worth_knowing if {
	subjects(instance([])) == {
		{"resource": "db", "basis": "value"},
		{"resource": "db", "basis": "value", "note": "is unused: no rule admits anything"},
	}
	severities(instance([])) == set()
}

# ---- members of its own group

test_members_of_a_cluster_may_talk if passes(cluster([from(itself)]))

test_members_of_a_single_instance_fail if {
	severities(instance([from(itself)])) == {"medium"}
	allowing(instance([from(itself)]), "db_group") == set()
}

test_strangers_in_the_group_of_a_cluster_fail if {
	every kind in ["load_balancer", "other"] {
		doc := facts(cluster([from(itself)]), {"security_groups": {"db_group": held({"stranger": kind})}})
		messages(doc) == {"admits members of its own group, which stranger belongs to as well"}
		severities(doc) == {"high"}
		allowing(doc, "db_group") == set()
	}
}

test_tasks_in_the_group_of_a_cluster_pass if {
	passes(facts(cluster([from(itself)]), {"security_groups": {"db_group": held({"web": "placement"})}}))
}

test_who_may_be_in_the_group_of_a_cluster_is_unknown if {
	doc := cluster([from(itself)])
	is_unknown(facts(doc, {"security_groups": {"db_group": maybe_held("host", "other")}}), "undecided")
	is_unknown(facts(doc, {"holders_open": {"load_balancers": [hidden]}}), "after_apply")
	is_unknown(facts(doc, {"holders_open": {"others": [hidden]}}), "after_apply")
}

# ---- ports

test_more_ports_than_its_own_fail_medium if {
	messages(instance([changed(groups(["tasks"]), ports(5432, 5440))])) == {"admits tcp 5432-5440 from somewhere, more than its port 5432"}
	severities(instance([changed(groups(["tasks"]), ports(5432, 5440))])) == {"medium"}
	severities(instance([changed(groups(["tasks"]), ports(3306, 3306))])) == {"medium"}
	severities(instance([changed(groups(["tasks"]), all_traffic)])) == {"medium"}
	severities(instance([changed(groups(["tasks"]), {"protocol": {"known": "udp"}})])) == {"medium"}
	severities(cluster([changed(itself, all_traffic)])) == {"medium"}
}

test_the_port_that_is_configured_counts if {
	doc := database(false, {"known": [6432]}, [changed(groups(["tasks"]), ports(6432, 6432))])
	passes(doc)
	severities(database(false, {"known": [6432]}, [from(groups(["tasks"]))])) == {"medium"}
}

test_ping_from_tasks_passes if {
	ping := object.union({"protocol": {"known": "icmp"}}, ports(8, -1))
	passes(instance([changed(groups(["tasks"]), ping)]))
	passes(of_unknown_port([changed(groups(["tasks"]), ping)]))
}

test_a_port_that_is_not_known_is_unknown if {
	is_unknown(of_unknown_port([from(groups(["tasks"]))]), "after_apply")
	is_unknown(of_unknown_port([changed(groups(["tasks"]), ports(5432, 5433))]), "after_apply")
	missing(of_unknown_port([])) == set()
}

test_what_is_wider_than_any_port_fails if {
	severities(of_unknown_port([changed(groups(["tasks"]), ports(5432, 5440))])) == {"medium"}
	messages(of_unknown_port([changed(groups(["tasks"]), all_traffic)])) == {"admits all traffic from somewhere, more than its port"}
}

test_another_port_than_its_own_is_said_to_be_one if {
	messages(instance([changed(groups(["tasks"]), ports(3306, 3306))])) == {"admits tcp 3306 from somewhere, not its port 5432"}
}

# ---- what cannot be told

test_a_source_that_is_known_after_apply_is_unknown if {
	is_unknown(instance([from({"kind": "unknown", "unknown": hidden})]), "after_apply")
}

test_a_group_outside_the_plan_is_unknown if {
	is_unknown(instance([from({"kind": "groups", "groups": object.union(links([], true), {"open": [outside]})})]), "outside_input")
}

test_a_group_that_is_managed_elsewhere_is_unknown if {
	doc := object.union(fail_input, {"security_groups": {"bastion": {"ingress": {"open": [outside]}}}})
	is_unknown(doc, "outside_input")
}

test_one_of_two_groups_is_unknown if {
	is_unknown(instance([from(either_group(["tasks", "bastion"]))]), "undecided")
	severities(instance([from(either_group(["alb_group", "bastion"]))])) == {"high"}
}

test_a_group_that_may_be_that_of_tasks_is_unknown if {
	is_unknown(facts(fail_input, {"security_groups": {"bastion": maybe_held("web", "placement")}}), "undecided")
	is_unknown(facts(fail_input, {"holders_open": {"placements": [hidden]}}), "after_apply")
	is_unknown(facts(fail_input, {"holders_open": {"db_proxies": [hidden]}}), "after_apply")
}

test_a_task_group_that_a_load_balancer_may_share_is_unknown if {
	is_unknown(facts(pass_input, {"security_groups": {"tasks": maybe_held("alb", "load_balancer")}}), "undecided")
	is_unknown(facts(pass_input, {"holders_open": {"load_balancers": [hidden]}}), "after_apply")
}

test_a_rule_that_may_belong_to_another_group_is_unknown if {
	is_unknown(instance([changed(groups(["bastion"]), {"certain": false})]), "undecided")
	passes(instance([changed(groups(["tasks"]), {"certain": false})]))
}

test_ports_of_a_rule_that_are_not_known_are_unknown if {
	is_unknown(instance([changed(groups(["tasks"]), {"ports": {"unknown": hidden}})]), "after_apply")
	either := {"protocol": {"unknown": hidden}, "ports": {"unknown": hidden}}
	is_unknown(instance([changed(groups(["tasks"]), either)]), "after_apply")
}

test_rules_that_cannot_be_seen_are_unknown if {
	is_unknown(facts(pass_input, {"interfaces": {"db": {"ingress_open": [outside]}}}), "outside_input")
}

test_a_cache_is_another_rules_matter if {
	doc := facts(fail_input, {"stores": {"db": {"kind": "cache"}}})
	subjects(doc) == set()
	severities(doc) == set()
}
