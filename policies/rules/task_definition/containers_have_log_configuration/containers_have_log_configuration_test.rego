package ecs_audit.rules.task_definition.containers_have_log_configuration_test

import data.ecs_audit.rules.task_definition.containers_have_log_configuration as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

known(value) := {"known": value, "at": "a"}

fact(value) := {"known": value, "basis": "value", "evidence": []}

# A task definition with one container; `driver` is its log driver, `fargate` the fact that it can run there.
definition(driver, fargate) := named(known("app"), driver, fargate)

named(name, driver, fargate) := {
	"task_definitions": {"web": {"containers": known(["web#app"])}},
	"containers": {"web#app": {
		"task_definition": "web",
		"label": "container \"app\"",
		"name": name,
		"essential": known(true),
		"firelens": known(false),
		"log": {"driver": object.union({"at": "logDriver"}, driver)},
	}},
	"facts": {"task_definitions": {"web": {"fargate": fargate}}},
}

on_fargate(driver) := definition(driver, fact(true))

silent := {"absent": true}

# The container that ships no logs, but for what `change` says of it.
changed(change) := object.union(on_fargate(silent), {"containers": {"web#app": change}})

pass_input := on_fargate({"known": "awslogs"})

fail_input := on_fargate({"known": "none"})

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

test_the_drivers_of_fargate_pass if {
	every driver in ["awslogs", "splunk", "awsfirelens"] {
		document := on_fargate({"known": driver})
		rule.subjects == {{"resource": "web#app", "basis": "value"}} with input as document
		rule.deny == set() with input as document
		rule.unknown == set() with input as document
	}
}

test_no_log_configuration_fails if {
	rule.deny == {{
		"resource": "web#app",
		"path": "logDriver",
		"message": "container \"app\" ships no logs",
		"severity": "high",
		"related": [],
	}} with input as on_fargate(silent)
}

test_the_driver_none_fails if {
	resources(rule.deny) == {"web#app"} with input as fail_input
	severities(rule.deny) == {"high"} with input as fail_input
	count(rule.deny) == 1 with input as fail_input
}

test_the_driver_none_fails_on_ec2_as_well if {
	resources(rule.deny) == {"web#app"} with input as definition({"known": "none"}, fact(false))
}

test_the_driver_none_fails_wherever_it_runs if {
	document := definition({"known": "none"}, {"unknown": hidden, "basis": "value", "evidence": []})
	resources(rule.deny) == {"web#app"} with input as document
	rule.unknown == set() with input as document
}

test_another_driver_on_fargate_fails if {
	document := on_fargate({"known": "json-file"})
	some finding in rule.deny with input as document
	finding.resource == "web#app"
	finding.severity == "high"
	contains(finding.message, "json-file, which Fargate does not have")
}

test_another_driver_on_ec2_passes if {
	document := definition({"known": "fluentd"}, fact(false))
	resources(rule.subjects) == {"web#app"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_another_driver_where_fargate_is_unknown_is_unknown if {
	document := definition({"known": "fluentd"}, {"unknown": hidden, "basis": "value", "evidence": []})
	rule.deny == set() with input as document
	some doubt in rule.unknown with input as document
	doubt.resource == "web#app"
	doubt.missing == hidden
	contains(doubt.message, "fluentd")
}

test_a_driver_of_fargate_passes_where_fargate_is_unknown if {
	document := definition({"known": "awslogs"}, {"unknown": hidden, "basis": "value", "evidence": []})
	resources(rule.subjects) == {"web#app"} with input as document
	rule.unknown == set() with input as document
}

test_the_router_of_firelens_is_low if {
	severities(rule.deny) == {"low"} with input as changed({"firelens": known(true)})
}

test_a_container_that_may_end_is_low if {
	severities(rule.deny) == {"low"} with input as changed({"essential": known(false)})
}

test_a_container_that_may_end_is_low_with_a_wrong_driver_too if {
	document := object.union(on_fargate({"known": "syslog"}), {"containers": {"web#app": {"essential": known(false)}}})
	severities(rule.deny) == {"low"} with input as document
}

test_agents_that_aws_adds_are_no_subjects if {
	every name in ["aws-guardduty-agent-abc", "ecs-service-connect-xyz"] {
		document := changed({"name": known(name)})
		rule.subjects == set() with input as document
		rule.deny == set() with input as document
		rule.unknown == set() with input as document
	}
}

test_a_container_without_known_name_is_a_subject if {
	document := named({"unknown": hidden, "at": "name"}, silent, fact(true))
	resources(rule.deny) == {"web#app"} with input as document
}

test_an_unknown_driver_is_unknown if {
	document := on_fargate({"unknown": hidden})
	rule.deny == set() with input as document
	rule.unknown == {{
		"resource": "web#app",
		"path": "logDriver",
		"message": "cannot tell whether container \"app\" ships its logs",
		"missing": hidden,
	}} with input as document
}

test_unknown_container_definitions_are_unknown if {
	document := {
		"task_definitions": {"web": {"containers": {"unknown": hidden, "at": "container_definitions"}}},
		"containers": {},
		"facts": {"task_definitions": {"web": {"fargate": fact(true)}}},
	}
	rule.subjects == {{"resource": "web", "basis": "value"}} with input as document
	rule.deny == set() with input as document
	rule.unknown == {{
		"resource": "web",
		"path": "container_definitions",
		"message": "cannot tell whether its containers ship their logs",
		"missing": hidden,
	}} with input as document
}
