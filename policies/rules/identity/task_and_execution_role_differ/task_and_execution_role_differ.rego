# METADATA
# title: Task role and execution role are different roles
# description: >-
#   The execution role may pull images and read secrets on behalf of ECS; a task role that is the same role
#   hands all of that to the application.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html
#     description: IAM roles for Amazon ECS
# custom:
#   id: ECS-IAM-001
#   severity: high
#   tier: 1
#   sources: [account, plan, taskdef]
#   remediation: >-
#     Create two roles: one for ECS to start the task, one for what the application calls.
#   controls:
#     checkov: [CKV_AWS_249]
package ecs_audit.rules.identity.task_and_execution_role_differ

import data.ecs_audit.lib.answers

subjects contains subject if {
	some id, facts in input.facts.task_definitions
	subject := {"resource": id, "basis": facts.same_role.basis}
}

deny contains finding if {
	some id, facts in input.facts.task_definitions
	facts.same_role.known
	finding := {
		"resource": id,
		"path": input.task_definitions[id].task_role.name.at,
		"message": "its task role is its execution role as well",
		"related": facts.same_role.evidence,
	}
}

# The role of one application starts the tasks of another.
deny contains finding if {
	some id, facts in input.facts.task_definitions
	not facts.same_role.known
	some other, member in facts.cross_used_by
	member.certain
	finding := {
		"resource": id,
		"path": input.task_definitions[id].task_role.name.at,
		"message": sprintf("its task role is the execution role of %s", [other]),
		"severity": "low",
		"related": [{
			"resource": other,
			"path": input.task_definitions[other].execution_role.name.at,
			"message": "uses it as execution role",
		}],
	}
}

unknown contains doubt if {
	some id, facts in input.facts.task_definitions
	doubt := {
		"resource": id,
		"path": input.task_definitions[id].task_role.name.at,
		"message": "cannot tell whether its task role differs from its execution role",
		"missing": facts.same_role.unknown,
	}
}

unknown contains doubt if {
	some id, facts in input.facts.task_definitions
	others := {other | some other, member in facts.cross_used_by; not member.certain}
	count(others) > 0
	doubt := {
		"resource": id,
		"path": input.task_definitions[id].task_role.name.at,
		"message": sprintf("cannot tell whether its task role is the execution role of %s", [few(others)]),
		"missing": answers.undecided(sprintf("%s: which of several roles it and other task definitions use", [id])),
	}
}

few(others) := answers.listed(others) if count(others) < 4

few(others) := sprintf("one of %d other task definitions", [count(others)]) if count(others) > 3
