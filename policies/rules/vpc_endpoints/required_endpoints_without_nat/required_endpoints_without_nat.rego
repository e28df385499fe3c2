# METADATA
# title: Task subnets without internet egress have every VPC endpoint the task needs
# description: >-
#   A task without a way to the internet starts only if VPC endpoints give it what it needs: the registry and
#   its layers, its logs, its secrets. A missing one shows as a pull that times out, or as lost logs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
#     description: Amazon ECS interface VPC endpoints (AWS PrivateLink)
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
#     description: Amazon ECR interface VPC endpoints
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-version-migration.html
#     description: Migrating to Linux platform version 1.4.0
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     description: Access AWS services through AWS PrivateLink
#   - ref: https://docs.aws.amazon.com/guardduty/latest/ug/prereq-runtime-monitoring-ecs-support.html
#     description: Prerequisites for AWS Fargate (Amazon ECS only) support
# custom:
#   id: ECS-VPCE-001
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Add interface endpoints with private DNS for the services that are named, and a gateway endpoint for S3
#     in the route tables of the tasks.
#   controls:
#     security_hub: [EC2.55, EC2.56, EC2.57]
#     cis_aws_foundations: ["7.0:6.8"]
package ecs_audit.rules.vpc_endpoints.required_endpoints_without_nat

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.outbound

# Tasks with a subnet from which no way to the internet is proven.
judged[id] := facts if {
	some id, facts in outbound.placements
	count(facts.endpoints.subnets) > 0
}

subjects contains subject if {
	some id, facts in judged
	subject := object.union({"resource": id, "basis": facts.network_basis}, note(id))
}

# The newer set of endpoints is demanded all the same: these versions are on their way out.
old_platforms := {"1.0.0", "1.1.0", "1.2.0", "1.3.0"}

note(id) := {"note": sprintf("platform version %s needs no ecr.api endpoint, later ones do", [version])} if {
	version := input.placements[id].platform_version.known
	version in old_platforms
}

note(id) := {} if not input.placements[id].platform_version.known in old_platforms

deny contains finding if {
	some id, facts in judged
	some service, needs in facts.endpoints.services
	subnets := outbound.certainly_used(id, facts, outbound.cut_off(facts, service))
	finding := {
		"resource": id,
		"path": input.placements[id].network.at,
		"message": sprintf(
			"tasks in %s cannot reach %s: %s",
			[answers.listed(subnets), service, reason(facts, service, subnets)],
		),
		"related": array.concat(needs, routes(subnets)),
	}
}

routes(subnets) := [evidence |
	some subnet in sort(subnets)
	some evidence in input.facts.subnets[subnet].egress.evidence
]

options(facts, service, subnets) := [option |
	some path in facts.endpoints.paths
	path.service == service
	path.subnet in subnets
	some option in path.endpoints
]

reason(facts, service, subnets) := "there is no NAT gateway and no endpoint for it" if {
	count(options(facts, service, subnets)) == 0
}

reason(facts, service, subnets) := sprintf("there is no NAT gateway, and %s", [concat("; ", sort(faults))]) if {
	count(options(facts, service, subnets)) > 0
	faults := {text |
		some option in options(facts, service, subnets)
		some text in option_faults(option)
	}
}

option_faults(option) := {text |
	some attribute, words in fault_words
	option[attribute].known == false
	text := sprintf(words, [option.endpoint])
}

fault_words := {
	"private_dns": "private DNS of %s does not work",
	"routed": "%s is not in the route table of the subnet",
	"egress": "the tasks' security groups let no 443 out to %s",
	"ingress": "the security groups of %s admit no 443 from the tasks",
}

# ---- doubts

unknown contains doubt if {
	some id, facts in judged
	some path in facts.endpoints.paths
	outbound.without_egress(facts, path.subnet)
	missing := outbound.unsettled(path)
	doubt := {
		"resource": id,
		"path": input.placements[id].network.at,
		"message": sprintf("cannot tell whether tasks in %s reach %s", [path.subnet, path.service]),
		"missing": missing,
		"related": facts.endpoints.services[path.service],
	}
}

unknown contains doubt if {
	some id, facts in judged
	some service, _ in facts.endpoints.services
	subnets := outbound.cut_off(facts, service)
	not outbound.certainly_used(id, facts, subnets)
	some subnet in subnets
	doubt := {
		"resource": id,
		"path": input.placements[id].network.at,
		"message": sprintf(
			"cannot tell whether tasks are placed in %s, from which they cannot reach %s",
			[subnet, service],
		),
		"missing": answers.undecided(sprintf("%s: which subnets are chosen", [id])),
	}
}

# Behind a transit gateway or an appliance the way out may or may not exist; endpoints would settle it.
unknown contains doubt if {
	some id, facts in judged
	some subnet, egress in facts.endpoints.subnets
	not settled(facts, subnet)
	missing := outbound.egress_doubt(subnet, egress)
	doubt := {
		"resource": id,
		"path": input.placements[id].network.at,
		"message": sprintf("cannot tell whether tasks in %s reach the services that they need", [subnet]),
		"missing": missing,
	}
}

settled(facts, subnet) if {
	every path in facts.endpoints.paths {
		reached(path, subnet)
	}
}

reached(path, subnet) if path.subnet != subnet

reached(path, _) if path.met.known

unknown contains doubt if {
	some id, facts in judged
	some missing in facts.endpoints.open
	doubt := {
		"resource": id,
		"path": input.placements[id].task_definition.at,
		"message": "cannot tell everything that its tasks need to start",
		"missing": missing,
	}
}

# Subnets that the input does not describe may be without a way out.
subjects contains subject if {
	some id, facts in outbound.placements
	count(outbound.hidden_subnets(id)) > 0
	subject := {"resource": id, "basis": facts.network_basis}
}

unknown contains doubt if {
	some id, _ in outbound.placements
	some missing in outbound.hidden_subnets(id)
	doubt := {
		"resource": id,
		"path": subnets_path(id),
		"message": "cannot tell whether its subnets have a way to the internet",
		"missing": missing,
	}
}

subnets_path(id) := input.placements[id].network.known.subnets.at

subnets_path(id) := input.placements[id].network.at if input.placements[id].network.unknown
