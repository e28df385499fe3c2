# METADATA
# title: An ALB is the only public entry point to services
# description: >-
#   Every other public path (an internet-facing Network or Classic Load Balancer, a public address of the task) skips the
#   web ACL, the TLS policy and the access logs of the Application Load Balancer.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
#     description: Use load balancing to distribute Amazon ECS service traffic
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-network.html
#     description: Best practices for network security (ECS)
# custom:
#   id: ECS-NET-003
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Put an Application Load Balancer in front, make every other load balancer internal, and give tasks no public
#     address; a Network Load Balancer may lead to the ALB through a target group of type alb.
#   parameters:
#     allowed_nlb_services:
#       description: Services (by id) that may stand behind an internet-facing Network Load Balancer
#       default: []
#   controls:
#     prowler: [elbv2_internet_facing]
#     trivy: [AVD-AWS-0053]
package ecs_audit.rules.network.alb_only_public_entry

import data.ecs_audit.lib.answers

services[id] := facts if {
	some id, placement in input.placements
	placement.kind in {"service", "express_service"}
	not id in data.parameters.allowed_nlb_services
	facts := input.facts.placements[id]
}

subjects contains subject if {
	some id, facts in services
	subject := {
		"resource": id,
		"basis": answers.weakest({facts.load_balancers.basis}),
	}
}

# Every load balancer but an ALB is another way in, unless it is internal.
other_types := {"network", "gateway", "classic"}

deny contains finding if {
	some id, facts in services
	some lb, route in facts.load_balancers.members
	route.certain
	balancer := input.load_balancers[lb]
	balancer.internal.known == false
	balancer.load_balancer_type.known in other_types
	finding := {
		"resource": id,
		"path": "load_balancer",
		"message": sprintf("%s is an internet-facing %s load balancer in front of it", [lb, balancer.load_balancer_type.known]),
		"severity": severity(lb),
		"related": route.evidence,
	}
}

deny contains finding if {
	some id, _ in services
	network := input.placements[id].network.known
	network.assign_public_ip.known
	finding := {
		"resource": id,
		"path": network.assign_public_ip.at,
		"message": "its tasks receive public addresses, which no load balancer guards",
		"related": [],
	}
}

unknown contains doubt if {
	some id, _ in services
	network := input.placements[id].network.known
	doubt := {
		"resource": id,
		"path": network.assign_public_ip.at,
		"message": "cannot tell whether its tasks receive public addresses",
		"missing": network.assign_public_ip.unknown,
	}
}

unknown contains doubt if {
	some id, _ in services
	doubt := {
		"resource": id,
		"path": "network_configuration",
		"message": "cannot tell whether its tasks receive public addresses",
		"missing": input.placements[id].network.unknown,
	}
}

unknown contains doubt if {
	some id, facts in services
	some missing in facts.load_balancers.open
	doubt := {
		"resource": id,
		"path": "load_balancer",
		"message": "cannot tell which load balancers lead to it",
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, facts in services
	some lb, route in facts.load_balancers.members
	some missing in doubts(id, lb, route)
	doubt := {
		"resource": id,
		"path": "load_balancer",
		"message": sprintf("cannot tell whether %s is another public way in", [lb]),
		"missing": missing,
		"related": route.evidence,
	}
}

doubts(_, lb, _) := [balancer.internal.unknown] if {
	balancer := input.load_balancers[lb]
	not balancer.load_balancer_type.known == "application"
}

doubts(_, lb, _) := [balancer.load_balancer_type.unknown] if {
	balancer := input.load_balancers[lb]
	balancer.internal.known == false
}

doubts(id, lb, route) := [answers.undecided(sprintf("%s: whether %s leads to it", [id, lb]))] if {
	not route.certain
	balancer := input.load_balancers[lb]
	balancer.internal.known == false
	balancer.load_balancer_type.known in other_types
}

# One that admits CloudFront alone is less of a door.
severity(lb) := "medium" if {
	ingress := input.facts.interfaces[lb].ingress
	count(ingress) > 0
	every rule in ingress {
		cloudfront_only(rule)
	}
}

severity(lb) := "high" if {
	others := [rule | some rule in object.get(input.facts.interfaces, [lb, "ingress"], []); not cloudfront_only(rule)]
	count(others) > 0
}

severity(lb) := "high" if count(object.get(input.facts.interfaces, [lb, "ingress"], [])) == 0

cloudfront_only(rule) if {
	rule.peer.kind == "prefix_list"
	startswith(rule.peer.name, "com.amazonaws.global")
	contains(rule.peer.name, "cloudfront.origin-facing")
}
