package ecs_audit.rules.security_groups.service_sets_explicit_sg_test

import data.ecs_audit.rules.security_groups.service_sets_explicit_sg as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

links(ids, certain) := {
	"members": {id: {"certain": certain} | some id in ids},
	"open": [],
	"at": "security_groups",
	"basis": "reference",
	"stated": true,
}

# A service with these groups; `default_has_rules` says so of the default group of the VPC.
service(groups, stated, default_has_rules) := {"facts": {
	"placements": {"web": {"awsvpc": {"known": true}}},
	"interfaces": {"web": {
		"kind": "placement",
		"groups": groups,
		"groups_stated": stated,
		"default_groups": {"default": default_has_rules},
		"basis": "value",
	}},
}}

named(ids) := service(links(ids, true), true, true)

without_groups(default_has_rules) := service(links(["default"], true), false, default_has_rules)

severities(doc) := {finding.severity | some finding in rule.deny with input as doc}

missing(doc) := {doubt.missing.why | some doubt in rule.unknown with input as doc}

subjects(doc) := {entry | some entry in rule.subjects with input as doc}

passes(doc) if {
	subjects(doc) == {{"resource": "web", "basis": "reference"}}
	severities(doc) == set()
	missing(doc) == set()
}

is_unknown(doc, why) if {
	severities(doc) == set()
	missing(doc) == {why}
}

pass_input := named(["tasks"])

fail_input := named(["default"])

test_a_group_of_its_own_passes if passes(pass_input)

test_the_default_group_by_name_fails if {
	some finding in rule.deny with input as named(["tasks", "default"])
	finding == {
		"resource": "web",
		"path": "security_groups",
		"message": "uses default, the default group of its VPC",
		"severity": "high",
		"related": [{"resource": "default", "path": "", "message": "is the default security group of the VPC"}],
	}
}

test_no_group_fails if {
	count(rule.deny) == 1 with input as without_groups(true)
	some finding in rule.deny with input as without_groups(true)
	finding == {
		"resource": "web",
		"path": "security_groups",
		"message": "names no security group, so the default group of the VPC applies",
		"severity": "high",
		"related": [],
	}
}

test_no_group_in_a_vpc_that_the_input_does_not_describe_fails if {
	doc := {"facts": {
		"placements": {"web": {"awsvpc": {"known": true}}},
		"interfaces": {"web": {
			"groups": object.union(links([], true), {"open": [outside]}),
			"groups_stated": false,
			"default_groups": {},
		}},
	}}
	severities(doc) == {"high"}
	missing(doc) == set()
}

test_an_emptied_default_group_fails_low if {
	severities(without_groups(false)) == {"low"}
	severities(service(links(["default"], true), true, false)) == {"low"}
}

test_groups_that_are_known_after_apply_are_unknown if {
	is_unknown(service(object.union(links([], true), {"open": [hidden]}), true, true), "after_apply")
}

test_a_group_outside_the_plan_is_unknown if {
	is_unknown(service(object.union(links(["tasks"], true), {"open": [outside]}), true, true), "outside_input")
}

test_one_of_two_groups_is_unknown if {
	is_unknown(service(links(["tasks", "default"], false), true, true), "undecided")
	passes(service(links(["tasks", "other"], false), true, true))
}

test_tasks_without_network_configuration_are_unknown if {
	doc := {"facts": {"placements": {"web": {"awsvpc": {"known": true}}}, "interfaces": {}}}
	subjects(doc) == {{"resource": "web", "basis": "value"}}
	is_unknown(doc, "outside_input")
}

test_a_network_mode_that_is_not_known_is_unknown if {
	doc := {"facts": {"placements": {"web": {"awsvpc": {"unknown": hidden}}}, "interfaces": {}}}
	is_unknown(doc, "after_apply")
}

test_tasks_in_bridge_mode_are_no_subject if {
	subjects(object.union(fail_input, {"facts": {"placements": {"web": {"awsvpc": {"known": false}}}}})) == set()
	subjects({"facts": {"placements": {"web": {"awsvpc": {"known": false}}}, "interfaces": {}}}) == set()
}
