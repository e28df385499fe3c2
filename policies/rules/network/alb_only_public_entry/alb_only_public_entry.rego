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
other_types(id) := {"network", "gateway", "classic"} if not id in data.parameters.allowed_nlb_services

other_types(id) := {"gateway", "classic"} if id in data.parameters.allowed_nlb_services

deny contains finding if {
	some id, facts in services
	some lb, route in facts.load_balancers.members
	route.certain
	balancer := input.load_balancers[lb]
	balancer.internal.known == false
	balancer.load_balancer_type.known in other_types(id)
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

# Task sets run tasks of the service with a network configuration of their own.
deny contains finding if {
	some task_set, placement in input.placements
	some id, member in placement.service.members
	member.certain
	services[id]
	address := placement.network.known.assign_public_ip
	address.known
	finding := {
		"resource": id,
		"path": "",
		"message": sprintf("the tasks of its task set %s receive public addresses, which no load balancer guards", [task_set]),
		"related": [{"resource": task_set, "path": address.at, "message": "assigns public addresses"}],
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
	some task_set, placement in input.placements
	some id, _ in placement.service.members
	services[id]
	some missing in task_set_doubts(id, task_set, placement)
	doubt := {
		"resource": id,
		"path": "",
		"message": sprintf("cannot tell whether the tasks of %s are its own and receive public addresses", [task_set]),
		"missing": missing,
	}
}

task_set_doubts(_, _, placement) := [placement.network.unknown]

task_set_doubts(_, _, placement) := [placement.network.known.assign_public_ip.unknown]

task_set_doubts(id, task_set, placement) := [answers.undecided(sprintf("%s: whether it belongs to %s", [task_set, id]))] if {
	not placement.service.members[id].certain
	placement.network.known.assign_public_ip.known
}

# A task set of an unknown service may belong to any of them.
unknown contains doubt if {
	some task_set, placement in input.placements
	some missing in placement.service.open
	missing.why != "outside_input"
	not without_address(placement)
	some id, _ in services
	not placement.service.members[id]
	doubt := {
		"resource": id,
		"path": "",
		"message": sprintf("cannot tell whether %s, of which the tasks may receive public addresses, belongs to it", [task_set]),
		"missing": missing,
	}
}

without_address(placement) if placement.network.absent

without_address(placement) if placement.network.known.assign_public_ip.known == false

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

doubts(id, lb, _) := [balancer.internal.unknown] if {
	balancer := input.load_balancers[lb]
	not allowed_type(id, balancer)
}

doubts(_, lb, _) := [balancer.load_balancer_type.unknown] if {
	balancer := input.load_balancers[lb]
	balancer.internal.known == false
}

doubts(id, lb, route) := [answers.undecided(sprintf("%s: whether %s leads to it", [id, lb]))] if {
	not route.certain
	balancer := input.load_balancers[lb]
	balancer.internal.known == false
	balancer.load_balancer_type.known in other_types(id)
}

allowed_type(id, balancer) if {
	type := balancer.load_balancer_type.known
	not type in other_types(id)
}

# One that admits CloudFront alone is less of a door.
severity(lb) := "medium" if cloudfront_alone(lb)

severity(lb) := "high" if not cloudfront_alone(lb)

cloudfront_alone(lb) if {
	interface := input.facts.interfaces[lb]
	count(interface.ingress) > 0
	count(interface.ingress_open) == 0
	every rule in interface.ingress {
		cloudfront_only(rule)
	}
}

cloudfront_only(rule) if {
	rule.peer.kind == "prefix_list"
	startswith(rule.peer.name, "com.amazonaws.global")
	contains(rule.peer.name, "cloudfront.origin-facing")
}
