# METADATA
# title: Tasks use awsvpc network mode
# description: >-
#   In awsvpc mode every task has a network interface and security groups of its own; it is the only mode on
#   Fargate.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
#     description: Amazon ECS task networking options for Fargate
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html
#     description: Security Hub CSPM controls for Amazon ECS
# custom:
#   id: ECS-TASK-002
#   severity: high
#   tier: 1
#   sources: [account, plan, taskdef]
#   remediation: >-
#     Set network_mode to awsvpc and give the service a network configuration.
#   controls:
#     security_hub: [ECS.17, ECS.1]
#     aws_config: [ecs-task-definition-network-mode-not-host]
#     prowler: [ecs_task_definitions_host_networking_mode_users]
package ecs_audit.rules.task_definition.awsvpc_network_mode

subjects contains subject if {
	some id, _ in input.task_definitions
	subject := {"resource": id, "basis": "value"}
}

deny contains finding if {
	some id, definition in input.task_definitions
	mode := definition.network_mode.known
	mode != "awsvpc"
	finding := {
		"resource": id,
		"path": definition.network_mode.at,
		"message": sprintf("its network mode is %s", [mode]),
		"severity": severity(id, mode),
		"related": [],
	}
}

# Without a mode a task uses Docker's own network on EC2 (bridge, or nat on Windows), and cannot run on Fargate.
deny contains finding if {
	some id, definition in input.task_definitions
	definition.network_mode.absent
	finding := {
		"resource": id,
		"path": definition.network_mode.at,
		"message": absent_message(id),
		"severity": severity(id, "bridge"),
		"related": [],
	}
}

on_fargate(id) if input.facts.task_definitions[id].fargate.known

absent_message(id) := "its network mode is not stated, and Fargate takes awsvpc only" if on_fargate(id)

absent_message(id) := "its network mode is not stated, and awsvpc is the default nowhere" if not on_fargate(id)

severity(id, mode) := "high" if grave(id, mode)

severity(id, mode) := "medium" if not grave(id, mode)

grave(_, mode) if mode == "host"

grave(id, _) if on_fargate(id)

unknown contains doubt if {
	some id, definition in input.task_definitions
	doubt := {
		"resource": id,
		"path": definition.network_mode.at,
		"message": "cannot tell its network mode",
		"missing": definition.network_mode.unknown,
	}
}
