# METADATA
# title: ECS tasks run only in private subnets
# description: >-
#   A public subnet gives the network interface of a task a path to and from the internet the moment a public address
#   is present; the scheduler may use any subnet of the list, so one public subnet is enough.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
#     description: Amazon ECS task networking options for Fargate
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
#     description: Connect Amazon ECS applications to the internet
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
#     description: VPC route tables
# custom:
#   id: ECS-NET-001
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Place tasks in subnets whose route tables lead to a NAT gateway, or to nothing plus VPC endpoints, and keep public
#     subnets for load balancers.
#   controls:
#     prowler: [vpc_subnet_separate_private_public]
package ecs_audit.rules.network.tasks_in_private_subnets

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.links

# Tasks in host or bridge mode have no network interface of their own.
placements[id] := placement if {
	some id, facts in input.facts.placements
	answers.may_hold(facts.awsvpc)
	placement := input.placements[id]
}

public_subnets := {id | some id, facts in input.facts.subnets; facts.class.known == "public"}

subjects contains subject if {
	some id, _ in placements
	subject := {"resource": id, "basis": input.facts.placements[id].network_basis}
}

deny contains finding if {
	some id, placement in placements
	subnets := placement.network.known.subnets
	some subnet in links.hits(subnets, public_subnets)
	finding := {
		"resource": id,
		"path": subnets.at,
		"message": sprintf("tasks may be placed in %s, which is a public subnet%s", [subnet, address(id, placement)]),
		"severity": severity(id, placement, subnet),
		"related": input.facts.subnets[subnet].class.evidence,
	}
}

unknown contains doubt if {
	some id, placement in placements
	subnets := placement.network.known.subnets
	some subnet in links.possible(subnets, public_subnets)
	doubt := {
		"resource": id,
		"path": subnets.at,
		"message": sprintf("cannot tell whether tasks are placed in %s, a public subnet", [subnet]),
		"missing": answers.undecided(sprintf("%s: which subnets are chosen from %s", [id, answers.listed(links.candidates(subnets))])),
		"related": input.facts.subnets[subnet].class.evidence,
	}
}

unknown contains doubt if {
	some id, placement in placements
	subnets := placement.network.known.subnets
	some subnet in links.candidates(subnets)
	doubt := {
		"resource": id,
		"path": subnets.at,
		"message": sprintf("cannot tell whether %s is a private subnet", [subnet]),
		"missing": class_doubt(subnet),
	}
}

class_doubt(subnet) := input.facts.subnets[subnet].class.unknown

class_doubt(subnet) := missing if {
	not input.facts.subnets[subnet]
	missing := {
		"why": "outside_input",
		"fact": sprintf("%s is not described in the input", [subnet]),
		"remedy": "describe the subnet and its route table in the same input",
	}
}

unknown contains doubt if {
	some id, placement in placements
	subnets := placement.network.known.subnets
	some missing in subnets.open
	doubt := {
		"resource": id,
		"path": subnets.at,
		"message": "cannot tell which subnets tasks are placed in",
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, placement in placements
	some missing in no_network(id, placement)
	doubt := {
		"resource": id,
		"path": placement.network.at,
		"message": "cannot tell which subnets tasks are placed in",
		"missing": missing,
	}
}

# Without a network configuration or without subnets there is nothing to judge.
no_network(_, placement) := [placement.network.unknown]

no_network(id, placement) := [input.facts.placements[id].awsvpc.unknown] if placement.network.absent

no_network(id, placement) := [not_stated(id)] if {
	placement.network.absent
	input.facts.placements[id].awsvpc.known
}

no_network(id, placement) := [not_stated(id)] if {
	subnets := placement.network.known.subnets
	count(subnets.members) == 0
	count(subnets.open) == 0
}

not_stated(id) := {
	"why": "outside_input",
	"fact": sprintf("%s: the subnets of its tasks, which nothing states", [id]),
	"remedy": "state the subnets in the network configuration",
}

severity(_, _, subnet) := "low" if blocked(subnet)

severity(id, placement, subnet) := "critical" if {
	not blocked(subnet)
	exposed(id, placement)
}

severity(id, placement, subnet) := "high" if {
	not blocked(subnet)
	not exposed(id, placement)
}

blocked(subnet) if input.facts.subnets[subnet].blocked.known

# A public address, or a security group that is open to the world.
exposed(_, placement) if placement.network.known.assign_public_ip.known

exposed(id, _) if admits_world(id)

admits_world(id) if {
	some rule in input.facts.interfaces[id].ingress
	rule.certain
	rule.peer.scope == "world"
}

address(_, placement) := ", and receive public addresses" if placement.network.known.assign_public_ip.known

# IPv6 addresses come from the subnet, whatever this attribute says.
address(id, placement) := "; they receive no public IPv4 address today" if {
	placement.network.known.assign_public_ip.known == false
	not admits_world(id)
}

address(id, placement) := "; they receive no public IPv4 address today, and a security group admits the world" if {
	placement.network.known.assign_public_ip.known == false
	admits_world(id)
}

address(_, placement) := "" if object.get(placement.network.known.assign_public_ip, "known", null) == null
