# METADATA
# title: Tasks do not receive a public IP
# description: >-
#   A public address exposes the task itself and bypasses the load balancer, its web ACL and its logs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
#     description: AwsVpcConfiguration
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html
#     description: Security Hub CSPM controls for Amazon ECS
# custom:
#   id: ECS-NET-002
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: Set assign_public_ip to false and give tasks a NAT gateway or VPC endpoints for what they call.
#   controls:
#     security_hub: [ECS.2, ECS.16]
#     aws_config: [ecs-service-assign-public-ip-disabled]
#     checkov: [CKV_AWS_333]
#     prowler: [ecs_service_no_assign_public_ip, ecs_task_set_no_assign_public_ip]
package ecs_audit.rules.network.task_no_public_ip

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.links

placements[id] := placement if {
	some id, facts in input.facts.placements
	answers.may_hold(facts.awsvpc)
	placement := input.placements[id]
}

private_subnets := {id | some id, facts in input.facts.subnets; facts.class.known == "private"}

subjects contains subject if {
	some id, _ in placements
	subject := {"resource": id, "basis": "value"}
}

deny contains finding if {
	some id, placement in placements
	network := placement.network.known
	network.assign_public_ip.known
	finding := {
		"resource": id,
		"path": network.assign_public_ip.at,
		"message": sprintf("tasks receive a public address%s", [usable(network)]),
		"severity": severity(network),
		"related": [],
	}
}

unknown contains doubt if {
	some id, placement in placements
	network := placement.network.known
	doubt := {
		"resource": id,
		"path": network.assign_public_ip.at,
		"message": "cannot tell whether tasks receive a public address",
		"missing": network.assign_public_ip.unknown,
	}
}

unknown contains doubt if {
	some id, placement in placements
	doubt := {
		"resource": id,
		"path": placement.network.at,
		"message": "cannot tell whether tasks receive a public address",
		"missing": placement.network.unknown,
	}
}

# A network configuration that is not stated assigns no address; whether there is one to state may be the doubt.
unknown contains doubt if {
	some id, placement in placements
	placement.network.absent
	doubt := {
		"resource": id,
		"path": placement.network.at,
		"message": "cannot tell whether tasks have network interfaces of their own",
		"missing": input.facts.placements[id].awsvpc.unknown,
	}
}

# Without a route to an internet gateway the address is of no use today, and still a sign of a wrong intent.
unusable(network) if links.agreed(network.subnets, private_subnets)

severity(network) := "medium" if unusable(network)

severity(network) := "high" if not unusable(network)

usable(network) := ", which no route makes usable today" if unusable(network)

usable(network) := "" if not unusable(network)
