package ecs_audit.rules.identity.task_and_execution_role_differ_test

import data.ecs_audit.rules.identity.task_and_execution_role_differ as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

role(name, open) := {"role": {"members": {}, "open": open}, "name": name}

named(name, at) := role({"known": name, "at": at}, [outside])

evidence := {"resource": "web", "path": "taskRoleArn", "message": "task role: app"}

# A task definition with a verdict on its roles.
definition(same_role, used_by, task_role, execution_role) := {
	"task_definitions": {"web": {"task_role": task_role, "execution_role": execution_role}},
	"facts": {"task_definitions": {"web": {"same_role": same_role, "cross_used_by": used_by}}},
}

roles(same_role) := definition(
	object.union({"basis": "reference", "evidence": [evidence]}, same_role),
	{},
	named("app", "taskRoleArn"),
	named("exec", "executionRoleArn"),
)

# Another definition starts its tasks with the role.
cross_used(same_role, certain) := object.union(roles(same_role), {
	"task_definitions": {"worker": {"execution_role": named("app", "executionRoleArn")}},
	"facts": {"task_definitions": {"web": {"cross_used_by": {"worker": {"certain": certain}}}}},
})

pass_input := roles({"known": false})

fail_input := roles({"known": true})

resources(set) := {entry.resource | some entry in set}

test_different_roles_pass if {
	rule.subjects == {{"resource": "web", "basis": "reference"}} with input as pass_input
	rule.deny == set() with input as pass_input
	rule.unknown == set() with input as pass_input
}

test_one_role_for_both_fails if {
	expected := {{
		"resource": "web",
		"path": "taskRoleArn",
		"message": "its task role is its execution role as well",
		"related": [evidence],
	}}
	rule.deny == expected with input as fail_input
	rule.unknown == set() with input as fail_input
}

test_no_task_role_passes if {
	document := roles({"absent": true})
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_a_task_role_that_starts_other_tasks_fails_at_low if {
	document := cross_used({"known": false}, true)
	some finding in rule.deny with input as document
	finding.resource == "web"
	finding.severity == "low"
	contains(finding.message, "the execution role of worker")
	finding.related == [{"resource": "worker", "path": "executionRoleArn", "message": "uses it as execution role"}]
	rule.unknown == set() with input as document
}

test_the_graver_finding_stands_alone if {
	document := cross_used({"known": true}, true)
	count(rule.deny) == 1 with input as document
	some finding in rule.deny with input as document
	not finding.severity
}

test_roles_that_cannot_be_told_apart_are_unknown if {
	document := roles({"unknown": hidden})
	rule.deny == set() with input as document
	rule.unknown == {{
		"resource": "web",
		"path": "taskRoleArn",
		"message": "cannot tell whether its task role differs from its execution role",
		"missing": hidden,
	}} with input as document
}

test_a_task_role_that_may_start_other_tasks_is_unknown if {
	document := cross_used({"known": false}, false)
	rule.deny == set() with input as document
	some doubt in rule.unknown with input as document
	doubt.resource == "web"
	doubt.missing.why == "undecided"
}

test_many_definitions_are_counted_and_not_listed if {
	used_by := {sprintf("other%d", [number]): {"certain": false} | some number in numbers.range(1, 9)}
	facts := object.union(pass_input.facts.task_definitions[first], {"cross_used_by": used_by})
	document := object.union(pass_input, {"facts": {"task_definitions": {first: facts}}})
	found := {doubt.message | some doubt in rule.unknown with input as document}
	found == {"cannot tell whether its task role is the execution role of one of 9 other task definitions"}
}

first := [id | some id, _ in pass_input.facts.task_definitions][0]
