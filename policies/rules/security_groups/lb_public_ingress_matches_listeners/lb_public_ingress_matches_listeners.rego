# METADATA
# title: Load balancer SG is public only on its listener ports
# description: >-
#   A load balancer is meant to be public on its listener ports and nowhere else; other open ports are needless
#   surface, and a sign that the group is shared.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
#     description: Security groups for your Application Load Balancer
# custom:
#   id: ECS-SG-003
#   severity: medium
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Keep one ingress rule for each listener port that is meant to be public, and limit test listeners to
#     those who test.
#   parameters:
#     allowed_public_ports:
#       description: >-
#         Listener ports that may be open to the world
#       default: [80, 443]
#   controls:
#     trivy: [AVD-AWS-0107]
package ecs_audit.rules.security_groups.lb_public_ingress_matches_listeners

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.traffic

balancers[id] := interface if {
	some id, interface in input.facts.interfaces
	interface.kind == "load_balancer"
}

subjects contains subject if {
	some id, interface in balancers
	basis := answers.weakest({interface.basis, input.facts.load_balancers[id].basis})
	subject := {"resource": id, "basis": basis}
}

# ---- rules that are open to the world

# All of it, or more of it than any organisation has: the blocks that a group admits to the same ports count together.
world_open(interface, rule) if {
	counts(rule)
	sum([other.peer.public_addresses |
		some other in interface.ingress
		counts(other)
		sure_enough(rule, other)
		other.group == rule.group
		other.protocol == rule.protocol
		other.ports == rule.ports
	]) > 65536
}

# What is not certain adds to no certain rule.
sure_enough(_, other) if other.certain

sure_enough(rule, _) if not rule.certain

# The ranges that AWS publishes as its own are not the world, and ICMP reaches no port.
counts(rule) if {
	rule.peer.public_addresses > 0
	not rule.peer.aws_managed
	not traffic.is_icmp(rule)
}

# ---- listeners that answer

listeners(id) := input.facts.load_balancers[id].listeners

# Transports that carry a protocol.
carries := {
	"tcp": {"HTTP", "HTTPS", "TCP", "TLS", "TCP_UDP", "TCP_QUIC", "SSL"},
	"udp": {"UDP", "TCP_UDP", "QUIC", "TCP_QUIC"},
}

# Plain HTTP beside HTTPS has one use: to redirect.
is_needless(id, listener) if {
	listener.protocol.known == "HTTP"
	listener.redirects_to_https.known == false
	some other in listeners(id)
	other.protocol.known == "HTTPS"
}

may_be_needless(id, listener) if {
	listener.protocol.known == "HTTP"
	not listener.redirects_to_https.known
	may_have_https(id)
}

may_have_https(id) if count(input.facts.load_balancers[id].listeners_open) > 0

may_have_https(id) if {
	some listener in listeners(id)
	object.get(listener.protocol, "known", "HTTPS") == "HTTPS"
}

# Ports of the rule that may be public and that a listener answers, for certain or perhaps.
answered(id, rule) := {port |
	some port in data.parameters.allowed_public_ports
	traffic.includes(rule, port)
	some listener in listeners(id)
	listener.port.known == port
	carries[rule.protocol.known][listener.protocol.known]
	not may_be_needless(id, listener)
}

may_be_answered(id, rule) := {port |
	some port in data.parameters.allowed_public_ports
	traffic.includes(rule, port)
	some listener in listeners(id)
	object.get(listener.port, "known", port) == port
	may_carry(rule, listener)
	not is_needless(id, listener)
} | {port |
	count(input.facts.load_balancers[id].listeners_open) > 0
	some port in data.parameters.allowed_public_ports
	traffic.includes(rule, port)
}

may_carry(rule, listener) if carries[rule.protocol.known][listener.protocol.known]

may_carry(rule, listener) if {
	listener.protocol.unknown
	carries[rule.protocol.known]
}

covers(rule, ports) if count(ports) == (rule.ports.known.to - rule.ports.known.from) + 1

# Whoever comes in that way, a public listener answers.
is_fine(id, rule) if {
	input.load_balancers[id].internal.known == false
	covers(rule, answered(id, rule))
}

# ---- verdicts

deny contains finding if {
	some id, interface in balancers
	some rule in interface.ingress
	rule.certain
	world_open(interface, rule)
	is_wrong(id, rule)
	finding := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("%s for %s", [complaint(id), traffic.ingress_text(rule)]),
		"related": traffic.chain(id, interface, rule, sprintf("admits %s", [traffic.ingress_text(rule)])),
	}
}

is_wrong(id, rule) if {
	rule.protocol.known
	input.load_balancers[id].internal.known
}

is_wrong(id, rule) if {
	rule.protocol.known
	rule.ports.known
	not covers(rule, may_be_answered(id, rule))
}

complaint(id) := "is internal, and its group is open to the world" if input.load_balancers[id].internal.known

complaint(id) := "is open to the world, beyond its public listeners," if not input.load_balancers[id].internal.known

unknown contains doubt if {
	some id, interface in balancers
	some rule in interface.ingress
	not is_fine(id, rule)
	world_open(interface, rule)
	some missing in missing_of(id, rule)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether a public listener answers %s", [traffic.ingress_text(rule)]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

# What is missing of the rule, of its load balancer and of the listeners.
missing_of(id, rule) := (missing_of_rule(rule) | missing_of_listeners(id)) | {missing |
	missing := input.load_balancers[id].internal.unknown
}

missing_of_rule(rule) := {missing | not rule.certain; missing := traffic.unsure(rule)} | {missing |
	missing := traffic.unknown_ports(rule)
}

missing_of_listeners(id) := {missing | some missing in input.facts.load_balancers[id].listeners_open} | {missing |
	some listener in listeners(id)
	some attribute in ["port", "protocol", "redirects_to_https"]
	missing := listener[attribute].unknown
}

unknown contains doubt if {
	some id, interface in balancers
	some rule in interface.ingress
	rule.peer.kind == "unknown"
	not traffic.is_icmp(rule)
	not is_fine(id, rule)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell whom a rule admits",
		"missing": rule.peer.unknown,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

unknown contains doubt if {
	some id, interface in balancers
	some missing in interface.ingress_open
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell everything that its security groups admit",
		"missing": missing,
	}
}
