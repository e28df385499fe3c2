# Rules of security groups, as interfaces see them (`input.facts.interfaces[owner].ingress`).
package ecs_audit.lib.traffic

import data.ecs_audit.lib.answers

# What a rule admits, in words: "tcp 443 from 10.0.0.0/8".
ingress_text(rule) := sprintf("%s from %s", [ports_text(rule), rule.label])

egress_text(rule) := sprintf("%s to %s", [ports_text(rule), rule.label])

ports_text(rule) := "all traffic" if rule.protocol.known == "all"

ports_text(rule) := rule.protocol.known if is_icmp(rule)

ports_text(rule) := "another protocol" if rule.protocol.known == "other"

ports_text(rule) := sprintf("%s %d", [rule.protocol.known, rule.ports.known.from]) if {
	has_ports(rule)
	rule.ports.known.from == rule.ports.known.to
}

ports_text(rule) := sprintf("%s %d-%d", [rule.protocol.known, rule.ports.known.from, rule.ports.known.to]) if {
	has_ports(rule)
	rule.ports.known.from != rule.ports.known.to
}

ports_text(rule) := sprintf("%s, ports not known,", [rule.protocol.known]) if {
	has_ports(rule)
	not rule.ports.known
}

ports_text(rule) := "traffic of an unknown protocol" if not rule.protocol.known

has_ports(rule) if rule.protocol.known in {"tcp", "udp"}

# The rule admits ports at all: protocol "all" admits every one.
admits_ports(rule) if has_ports(rule)

admits_ports(rule) if rule.protocol.known == "all"

is_icmp(rule) if rule.protocol.known in {"icmp", "icmpv6"}

# Type 3 code 4 tells the sender that its packets are too large: path MTU discovery.
is_path_mtu(rule) if {
	rule.protocol.known == "icmp"
	rule.ports.known == {"from": 3, "to": 4}
}

# The rule admits one of the ports.
overlaps(rule, ports) if {
	admits_ports(rule)
	some port in ports
	rule.ports.known.from <= port.to
	port.from <= rule.ports.known.to
}

includes(rule, port) if {
	admits_ports(rule)
	rule.ports.known.from <= port
	port <= rule.ports.known.to
}

# The rule as evidence.
evidence(rule, message) := {"resource": rule.resource, "path": rule.at, "message": message}

# What is missing of a rule whose protocol or ports are unknown.
unknown_ports(rule) := rule.protocol.unknown

unknown_ports(rule) := rule.ports.unknown if rule.protocol.known

# An uncertain rule may belong to another group.
unsure(rule) := {
	"why": "undecided",
	"fact": fact,
	"remedy": "scan again once the ids are known, as in a plan after the first apply",
} if {
	fact := unsure_of(rule)
}

# A rule of the group itself is uncertain where the group is.
unsure_of(rule) := sprintf("whether this interface has %s", [rule.group]) if rule.resource == rule.group

unsure_of(rule) := sprintf(
	"whether %s belongs to %s, or that group to this interface",
	[rule.resource, rule.group],
) if {
	rule.resource != rule.group
}

# How a rule reaches an interface: the group that its owner holds, then the rule.
chain(owner, interface, rule, message) := [
	{"resource": owner, "path": interface.groups.at, "message": holds(interface, rule.group)},
	evidence(rule, message),
]

holds(interface, group) := sprintf("its network interfaces have %s", [group]) if interface.groups_stated

holds(interface, group) := sprintf("names no security group, so %s applies", [group]) if {
	not interface.groups_stated
}

# Who holds a group that the input names and does not describe is not to be told from the input.
holders_elsewhere(group) := missing if {
	some hidden in input.security_groups[group].ingress.open
	hidden.why == "outside_input"
	missing := {
		"why": "outside_input",
		"fact": sprintf("who holds %s, which the input does not describe", [group]),
		"remedy": "scan the configuration that manages the group together with this one",
	}
}

# Tasks that have interfaces of their own, or may have them, of which nothing states the security groups.
undescribed[id] := missing if {
	some id, facts in input.facts.placements
	answers.may_hold(facts.awsvpc)
	not input.facts.interfaces[id]
	missing := missing_network(id, facts.awsvpc)
}

missing_network(_, awsvpc) := awsvpc.unknown

missing_network(id, awsvpc) := {
	"why": "outside_input",
	"fact": sprintf("%s: the security groups of its tasks, which nothing states", [id]),
	"remedy": "state the network configuration",
} if {
	awsvpc.known
}
