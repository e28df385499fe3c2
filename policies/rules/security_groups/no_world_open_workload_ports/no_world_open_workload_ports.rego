# METADATA
# title: No workload security group is open to the world
# description: >-
#   A security group that admits the whole internet leaves containers, databases or caches one route away from
#   it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#     description: Security group rules
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     description: Security Hub CSPM controls for Amazon EC2
# custom:
#   id: ECS-SG-002
#   severity: critical
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Replace the open address block by the security group of the load balancer or of the client service.
#   parameters:
#     max_public_addresses:
#       description: >-
#         Publicly routable addresses that a group may admit together before it counts as open (IPv6 is
#         counted in /64 networks)
#       default: 65536
#   controls:
#     security_hub: [EC2.18, EC2.19, EC2.13, EC2.14]
#     checkov: [CKV_AWS_24, CKV_AWS_25, CKV_AWS_260, CKV_AWS_277]
#     prowler:
#       - ec2_securitygroup_allow_ingress_from_internet_to_all_ports
#       - ec2_securitygroup_allow_ingress_from_internet_to_high_risk_tcp_ports
#       - ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22
#     trivy: [AVD-AWS-0107]
#     cis_aws_foundations: ["5.0:5.3", "5.0:5.4", "7.0:6.3", "7.0:6.4"]
package ecs_audit.rules.security_groups.no_world_open_workload_ports

import data.ecs_audit.lib.traffic

workloads := {"placement", "db_instance", "db_cluster", "db_proxy", "cache", "mount_target", "vpc_endpoint"}

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

# A rule that counts: the ranges that AWS publishes as its own are not the world, and ICMP reaches no port.
counts(rule) if {
	rule.peer.public_addresses > 0
	not rule.peer.aws_managed
	not traffic.is_icmp(rule)
}

counts_surely(rule) if {
	counts(rule)
	rule.certain
	rule.protocol.known
}

# Blocks are summed for each group: the world in two halves is the world. Where they overlap, the facts know better.
is_open(interface, group) if {
	input.facts.security_groups[group].public_addresses > data.parameters.max_public_addresses
	sum([rule.peer.public_addresses |
		some rule in interface.ingress
		rule.group == group
		counts_surely(rule)
	]) > data.parameters.max_public_addresses
}

may_be_open(interface, group) if {
	sum([rule.peer.public_addresses |
		some rule in interface.ingress
		rule.group == group
		counts(rule)
	]) > data.parameters.max_public_addresses
}

deny contains finding if {
	some owner, interface in interfaces
	some rule in interface.ingress
	counts_surely(rule)
	is_open(interface, rule.group)
	blamed(interface, rule)
	finding := {
		"resource": owner,
		"path": interface.groups.at,
		"message": sprintf("admits %s, %s", [traffic.ingress_text(rule), complaint(rule)]),
		"severity": severity(interface, rule),
		"related": traffic.chain(owner, interface, rule, sprintf("admits %s", [traffic.ingress_text(rule)])),
	}
}

# Where one block is the world, smaller ones beside it are not to blame; else all of them are, together.
blamed(_, rule) if is_world(rule)

blamed(interface, rule) if {
	every other in interface.ingress {
		not is_world_of(rule.group, other)
	}
}

is_world(rule) if rule.peer.public_addresses > data.parameters.max_public_addresses

is_world_of(group, rule) if {
	rule.group == group
	counts_surely(rule)
	is_world(rule)
}

complaint(rule) := "which is open to the world" if is_world(rule)

complaint(rule) := "which together with its other blocks is open to the world" if not is_world(rule)

# Remote shells and databases are what is looked for first.
sought := {22, 3389, 1433, 1521, 3306, 5432, 5439, 6379, 9042, 9200, 11211, 27017}

is_sought(rule) if {
	some port in sought
	traffic.includes(rule, port)
}

severity(interface, _) := "critical" if interface.exposed

severity(_, rule) := "critical" if is_sought(rule)

severity(interface, rule) := "high" if {
	not interface.exposed
	not is_sought(rule)
}

unknown contains doubt if {
	some owner, interface in interfaces
	some rule in interface.ingress
	rule.peer.kind == "unknown"
	not traffic.is_icmp(rule)
	doubt := {
		"resource": owner,
		"path": interface.groups.at,
		"message": "cannot tell whom a rule admits",
		"missing": rule.peer.unknown,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

unknown contains doubt if {
	some owner, interface in interfaces
	some rule in interface.ingress
	counts(rule)
	may_be_open(interface, rule.group)
	some missing in missing_of(rule)
	doubt := {
		"resource": owner,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether it admits %s", [traffic.ingress_text(rule)]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

missing_of(rule) := array.concat(
	[traffic.unsure(rule) | not rule.certain],
	[missing | missing := rule.protocol.unknown],
)

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
