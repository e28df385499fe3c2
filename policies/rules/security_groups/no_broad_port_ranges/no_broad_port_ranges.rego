# METADATA
# title: Ingress rules on task, DB and cache SGs name specific ports
# description: >-
#   A rule that admits every port leaves debug ports, agents and sidecars reachable, even where its source is a
#   known group.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#     description: Security group rules
# custom:
#   id: ECS-SG-006
#   severity: medium
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Set from_port and to_port to the port that the container, database or cache listens on.
#   parameters:
#     max_port_span:
#       description: >-
#         Ports that one rule may admit
#       default: 10
#   controls:
#     trivy: [AVD-AWS-0102]
package ecs_audit.rules.security_groups.no_broad_port_ranges

import data.ecs_audit.lib.traffic

workloads := {"placement", "db_instance", "db_cluster", "db_proxy", "cache"}

interfaces[owner] := interface if {
	some owner, interface in input.facts.interfaces
	interface.kind in workloads
}

subjects contains subject if {
	some owner, interface in interfaces
	subject := {"resource": owner, "basis": interface.basis}
}

subjects contains subject if {
	some id, _ in traffic.undescribed
	subject := {"resource": id, "basis": "value"}
}

broad(_, rule) if rule.protocol.known == "all"

broad(owner, rule) if {
	traffic.has_ports(rule)
	(rule.ports.known.to - rule.ports.known.from) + 1 > data.parameters.max_port_span
	not declared_range(owner, rule)
}

# A container that declares a range of ports needs a rule for that range.
declared_range(owner, rule) if {
	some port in input.facts.placements[owner].ports
	port == rule.ports.known
}

# The rule may be another group's, or a container that nobody sees may declare its range. None declares port 0.
missing_of(owner, rule) := array.concat([traffic.unsure(rule) | not rule.certain], [missing |
	traffic.has_ports(rule)
	rule.ports.known.from > 0
	some missing in input.facts.placements[owner].ports_open
])

deny contains finding if {
	some owner, interface in interfaces
	some rule in interface.ingress
	broad(owner, rule)
	count(missing_of(owner, rule)) == 0
	finding := {
		"resource": owner,
		"path": interface.groups.at,
		"message": sprintf("admits %s", [traffic.ingress_text(rule)]),
		"severity": severity(rule),
		"related": traffic.chain(owner, interface, rule, sprintf("admits %s", [traffic.ingress_text(rule)])),
	}
}

# Tasks of one service among themselves.
private_talk(rule) if {
	rule.peer.kind == "self"
	kinds := [holder.kind | some holder in input.facts.security_groups[rule.group].holders]
	kinds == ["placement"]
}

severity(rule) := "low" if private_talk(rule)

severity(rule) := "medium" if not private_talk(rule)

unknown contains doubt if {
	some owner, interface in interfaces
	some rule in interface.ingress
	broad(owner, rule)
	some missing in missing_of(owner, rule)
	doubt := {
		"resource": owner,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether it admits %s without need", [traffic.ingress_text(rule)]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

unknown contains doubt if {
	some owner, interface in interfaces
	some rule in interface.ingress
	not traffic.is_icmp(rule)
	missing := traffic.unknown_ports(rule)
	doubt := {
		"resource": owner,
		"path": interface.groups.at,
		"message": "cannot tell which ports a rule admits",
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

unknown contains doubt if {
	some owner, interface in interfaces
	some missing in interface.ingress_open
	doubt := {
		"resource": owner,
		"path": interface.groups.at,
		"message": "cannot tell everything that its security groups admit",
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
