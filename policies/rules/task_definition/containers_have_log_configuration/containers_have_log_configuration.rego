# METADATA
# title: Every container ships logs
# description: >-
#   A container without a log configuration writes to nowhere on Fargate: what it said before it failed is lost
#   with the task.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
#     description: Send Amazon ECS logs to CloudWatch
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html
#     description: Security Hub CSPM controls for Amazon ECS
# custom:
#   id: ECS-TASK-003
#   severity: high
#   tier: 1
#   sources: [account, plan, taskdef]
#   remediation: >-
#     Give every container a logConfiguration with the awslogs, awsfirelens or splunk driver.
#   controls:
#     security_hub: [ECS.9]
#     aws_config: [ecs-task-definition-log-configuration]
#     prowler: [ecs_task_definitions_logging_enabled]
package ecs_audit.rules.task_definition.containers_have_log_configuration

import data.ecs_audit.lib.answers

# Agents that AWS adds bring their own logging.
containers[id] := container if {
	some id, container in input.containers
	not injected(container)
}

injected(container) if startswith(container.name.known, "aws-guardduty-agent-")

injected(container) if startswith(container.name.known, "ecs-service-connect-")

subjects contains subject if {
	some id, container in containers
	subject := {"resource": id, "basis": answers.basis_of(container)}
}

subjects contains subject if {
	some id, definition in input.task_definitions
	definition.containers.unknown
	subject := {"resource": id, "basis": "value"}
}

deny contains finding if {
	some id, container in containers
	silent(container)
	finding := {
		"resource": id,
		"path": container.log.driver.at,
		"message": sprintf("%s ships no logs", [container.label]),
		"severity": severity(container),
		"related": [],
	}
}

silent(container) if container.log.driver.absent

silent(container) if container.log.driver.known == "none"

# The router of a FireLens setup and containers that may end have less to say.
severity(container) := "low" if mild(container)

severity(container) := "high" if not mild(container)

mild(container) if container.firelens.known

mild(container) if container.essential.known == false

fargate_drivers := {"awslogs", "splunk", "awsfirelens"}

fargate(container) := input.facts.task_definitions[container.task_definition].fargate

deny contains finding if {
	some id, container in containers
	driver := container.log.driver.known
	driver != "none"
	not driver in fargate_drivers
	fargate(container).known
	finding := {
		"resource": id,
		"path": container.log.driver.at,
		"message": sprintf("%s uses the log driver %s, which Fargate does not have", [container.label, driver]),
		"severity": severity(container),
		"related": [],
	}
}

unknown contains doubt if {
	some id, container in containers
	driver := container.log.driver.known
	driver != "none"
	not driver in fargate_drivers
	doubt := {
		"resource": id,
		"path": container.log.driver.at,
		"message": sprintf("cannot tell whether %s runs on Fargate, which does not have the log driver %s", [container.label, driver]),
		"missing": fargate(container).unknown,
	}
}

unknown contains doubt if {
	some id, container in containers
	doubt := {
		"resource": id,
		"path": container.log.driver.at,
		"message": sprintf("cannot tell whether %s ships its logs", [container.label]),
		"missing": container.log.driver.unknown,
	}
}

unknown contains doubt if {
	some id, definition in input.task_definitions
	doubt := {
		"resource": id,
		"path": definition.containers.at,
		"message": "cannot tell whether its containers ship their logs",
		"missing": definition.containers.unknown,
	}
}
