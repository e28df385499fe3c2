# METADATA
# title: Services name their own security groups, never the VPC default SG
# description: >-
#   Where a service names no security group, ECS silently takes the default group of the VPC, which lets its
#   members talk freely and everything out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
#     description: AwsVpcConfiguration
# custom:
#   id: ECS-SG-009
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Name the security groups of the service in its network configuration.
package ecs_audit.rules.security_groups.service_sets_explicit_sg

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.links
import data.ecs_audit.lib.traffic

placements[id] := interface if {
	some id, facts in input.facts.placements
	answers.may_hold(facts.awsvpc)
	interface := input.facts.interfaces[id]
}

subjects contains subject if {
	some id, interface in placements
	subject := {"resource": id, "basis": interface.groups.basis}
}

subjects contains subject if {
	some id, _ in traffic.undescribed
	subject := {"resource": id, "basis": "value"}
}

deny contains finding if {
	some id, interface in placements
	not interface.groups_stated
	finding := {
		"resource": id,
		"path": interface.groups.at,
		"message": "names no security group, so the default group of the VPC applies",
		"severity": severity(interface),
		"related": [],
	}
}

default_groups(interface) := {group | some group, _ in interface.default_groups}

deny contains finding if {
	some id, interface in placements
	interface.groups_stated
	some group in links.hits(interface.groups, default_groups(interface))
	finding := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("uses %s, the default group of its VPC", [group]),
		"severity": severity(interface),
		"related": [{"resource": group, "path": "", "message": "is the default security group of the VPC"}],
	}
}

# A default group without rules lets nothing in, and nothing out either.
severity(interface) := "low" if emptied(interface)

severity(interface) := "high" if not emptied(interface)

emptied(interface) if {
	count(interface.default_groups) > 0
	every _, has_rules in interface.default_groups {
		has_rules == false
	}
}

unknown contains doubt if {
	some id, interface in placements
	interface.groups_stated
	some group in links.possible(interface.groups, default_groups(interface))
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether it uses %s, the default group of its VPC", [group]),
		"missing": answers.undecided(sprintf("%s: which groups are chosen", [id])),
	}
}

unknown contains doubt if {
	some id, interface in placements
	interface.groups_stated
	some missing in interface.groups.open
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell whether one of its groups is the default group of the VPC",
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, missing in traffic.undescribed
	doubt := {
		"resource": id,
		"path": "network_configuration",
		"message": "cannot tell which security groups its tasks have",
		"missing": missing,
	}
}
