package ecs_audit.rules.task_definition.awsvpc_network_mode_test

import data.ecs_audit.rules.task_definition.awsvpc_network_mode as rule

hidden := {"why": "placeholder", "fact": "x", "remedy": "y"}

# A task definition with a network mode; `fargate` is the fact that it can run there.
definition_for(mode, fargate) := {
	"task_definitions": {"web": {"network_mode": object.union({"at": "networkMode"}, mode)}},
	"facts": {"task_definitions": {"web": {"fargate": object.union({"basis": "value", "evidence": []}, fargate)}}},
}

definition(mode, fargate) := definition_for(mode, {"known": fargate})

pass_input := definition({"known": "awsvpc"}, true)

fail_input := definition({"known": "bridge"}, true)

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

test_awsvpc_passes if {
	rule.subjects == {{"resource": "web", "basis": "value"}} with input as pass_input
	rule.deny == set() with input as pass_input
	rule.unknown == set() with input as pass_input
}

test_awsvpc_on_ec2_passes if {
	document := definition({"known": "awsvpc"}, false)
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
}

test_another_mode_on_fargate_is_high if {
	some finding in rule.deny with input as fail_input
	finding.resource == "web"
	finding.path == "networkMode"
	finding.message == "its network mode is bridge"
	finding.severity == "high"
}

test_host_is_high_on_ec2_as_well if {
	severities(rule.deny) == {"high"} with input as definition({"known": "host"}, false)
}

test_bridge_default_and_none_on_ec2_are_medium if {
	every mode in ["bridge", "default", "none"] {
		document := definition({"known": mode}, false)
		resources(rule.deny) == {"web"} with input as document
		severities(rule.deny) == {"medium"} with input as document
	}
}

test_no_mode_on_fargate_fails if {
	some finding in rule.deny with input as definition({"absent": true}, true)
	finding.resource == "web"
	finding.severity == "high"
	contains(finding.message, "Fargate takes awsvpc only")
}

test_no_mode_on_ec2_is_medium if {
	some finding in rule.deny with input as definition({"absent": true}, false)
	finding.resource == "web"
	finding.severity == "medium"
	contains(finding.message, "awsvpc is the default nowhere")
}

test_an_unknown_mode_is_unknown if {
	document := definition({"unknown": hidden}, true)
	rule.deny == set() with input as document
	rule.unknown == {{
		"resource": "web",
		"path": "networkMode",
		"message": "cannot tell its network mode",
		"missing": hidden,
	}} with input as document
}

test_no_mode_fails_where_fargate_is_unknown if {
	document := definition_for({"absent": true}, {"unknown": hidden})
	resources(rule.deny) == {"web"} with input as document
}
