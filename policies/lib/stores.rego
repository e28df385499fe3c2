# Who may reach a database or a cache: tasks, and nobody else.
package ecs_audit.lib.stores

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.links
import data.ecs_audit.lib.traffic

# ---- groups as sources

# A group that belongs to tasks or a database proxy, and to no load balancer.
allowed_group(group, allowed) if group in allowed

allowed_group(group, _) if is_of_tasks(group)

is_of_tasks(group) if {
	held_by(group, {"placement", "db_proxy"})
	not held_by(group, {"load_balancer"})
}

held_by(group, kinds) if {
	some holder in input.facts.security_groups[group].holders
	holder.certain
	holder.kind in kinds
}

may_be_held_by(group, kinds) if {
	some holder in input.facts.security_groups[group].holders
	not holder.certain
	holder.kind in kinds
}

# What keeps a group from being told to be that of tasks: who else has it.
group_doubts(group, allowed) := [] if group in allowed

group_doubts(group, _) := [] if held_by(group, {"load_balancer"})

group_doubts(group, allowed) := array.concat(input.facts.holders_open.load_balancers, undecided) if {
	not group in allowed
	is_of_tasks(group)
	undecided := [answers.undecided(sprintf("whether %s belongs to a load balancer", [group])) |
		may_be_held_by(group, {"load_balancer"})
	]
}

group_doubts(group, allowed) := array.concat(array.concat(hidden, elsewhere), undecided) if {
	not group in allowed
	not held_by(group, {"load_balancer", "placement", "db_proxy"})
	hidden := array.concat(input.facts.holders_open.placements, input.facts.holders_open.db_proxies)
	elsewhere := [missing | missing := traffic.holders_elsewhere(group)]
	undecided := [answers.undecided(sprintf("whether %s belongs to tasks", [group])) |
		may_be_held_by(group, {"placement", "db_proxy"})
	]
}

foreign_groups(groups, allowed) := {group |
	some group in links.candidates(groups)
	not allowed_group(group, allowed)
	count(group_doubts(group, allowed)) == 0
}

reason(group) := "which belongs to a load balancer" if held_by(group, {"load_balancer"})

reason(group) := "which belongs to no service" if not held_by(group, {"load_balancer"})

# A group that belongs to nothing but is named after the rotation of secrets is most likely that of such a function.
group_severity(group) := "info" if is_of_rotation(group)

group_severity(group) := "high" if not is_of_rotation(group)

is_of_rotation(group) if {
	contains(lower(input.resources[group].name), "rotation")
	not held_by(group, {"load_balancer"})
}

# ---- what is wrong with a rule, whoever states it: message and severity

wrongs(rule, store, allowed) := (address_wrongs(rule) | group_wrongs(rule, allowed)) | (member_wrongs(rule, store, allowed) | port_wrongs(rule, store))

severity_of_scope := {"world": "critical", "public": "critical", "vpc": "medium", "private": "high"}

address_wrongs(rule) := {wrong |
	rule.peer.kind in {"cidr", "prefix_list"}
	wrong := {
		"message": sprintf("admits %s, not only tasks", [traffic.ingress_text(rule)]),
		"severity": severity_of_scope[rule.peer.scope],
	}
}

group_wrongs(rule, allowed) := {wrong |
	some group in links.hits(rule.peer.groups, foreign_groups(rule.peer.groups, allowed))
	wrong := {
		"message": sprintf("admits %s from %s, %s", [traffic.ports_text(rule), group, reason(group)]),
		"severity": group_severity(group),
	}
}

# Members of the store's own group: its nodes, and whoever else belongs to it.
member_wrongs(rule, store, allowed) := {wrong |
	rule.peer.kind == "self"
	not rule.group in allowed
	not store.has_members
	wrong := {
		"message": "admits members of its own group, though it is a single instance",
		"severity": "medium",
	}
} | {wrong |
	rule.peer.kind == "self"
	not rule.group in allowed
	others := strangers(rule.group)
	count(others) > 0
	wrong := {
		"message": sprintf("admits members of its own group, which %s belongs to as well", [answers.listed(others)]),
		"severity": "high",
	}
}

# Who calls others and is no task.
strangers(group) := {holder |
	some holder, facts in input.facts.security_groups[group].holders
	facts.certain
	facts.kind in {"load_balancer", "other"}
}

port_wrongs(rule, store) := {wrong |
	rule.peer.kind in {"groups", "self"}
	is_too_wide(rule, store)
	wrong := {
		"message": sprintf("admits %s, %s its port%s", [traffic.ingress_text(rule), beside(rule, store), port_list(store)]),
		"severity": "medium",
	}
}

beside(rule, store) := "not" if elsewhere(rule, store)

beside(rule, store) := "more than" if not elsewhere(rule, store)

elsewhere(rule, store) if {
	store.ports.known
	not serves(rule, store)
}

serves(rule, store) if {
	some port in store.ports.known
	traffic.includes(rule, port)
}

is_too_wide(rule, store) if {
	rule.protocol.known
	rule.ports.known
	not traffic.is_icmp(rule)
	store.ports.known
	not fits(rule, store)
}

# No store has more than two ports, or any that is not TCP.
is_too_wide(rule, _) if rule.protocol.known in {"all", "udp", "other"}

is_too_wide(rule, _) if {
	rule.protocol.known
	rule.ports.known.to - rule.ports.known.from > 1
	not traffic.is_icmp(rule)
}

# Every port of the rule is one of the store's.
fits(rule, store) if {
	rule.protocol.known == "tcp"
	covered := {port | some port in store.ports.known; traffic.includes(rule, port)}
	count(covered) == (rule.ports.known.to - rule.ports.known.from) + 1
}

port_list(store) := sprintf(" %s", [concat(" or ", [sprintf("%d", [port]) | some port in store.ports.known])]) if {
	store.ports.known
}

port_list(store) := "" if not store.ports.known

# ---- verdicts

# What is wrong with the sources of an interface: path, message, severity, evidence.
faults(owner, interface, store, allowed) := {fault |
	some rule in interface.ingress
	rule.certain
	some wrong in wrongs(rule, store, allowed)
	fault := {
		"path": interface.groups.at,
		"message": wrong.message,
		"severity": wrong.severity,
		"related": traffic.chain(owner, interface, rule, sprintf("admits %s", [traffic.ingress_text(rule)])),
	}
} | {fault |
	some group in interface.ingress_somewhere
	foreign_groups({"members": {group: {"certain": true}}}, allowed)[group]
	fault := {
		"path": interface.groups.at,
		"message": sprintf("one of its ingress rules admits %s, %s", [group, reason(group)]),
		"severity": group_severity(group),
		"related": [{"resource": group, "path": "", "message": "is named as a source"}],
	}
}

# What cannot be told of the sources: path, message, missing fact, evidence.
doubts(interface, store, allowed) := (peer_doubts(interface, allowed) | rule_doubts(interface, store, allowed)) | (port_doubts(interface, store) | open_doubts(interface))

peer_doubts(interface, allowed) := {doubt |
	some rule in interface.ingress
	some missing in missing_of_peer(rule, allowed)
	doubt := {
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether only tasks are behind %s", [rule.label]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

missing_of_peer(rule, _) := [rule.peer.unknown] if rule.peer.kind == "unknown"

missing_of_peer(rule, allowed) := all_missing if {
	rule.peer.kind == "groups"
	groups := rule.peer.groups
	of_groups := [missing |
		some group in links.candidates(groups)
		some missing in group_doubts(group, allowed)
	]
	undecided := [answers.undecided(sprintf("which group %s names", [rule.resource])) |
		some _ in links.possible(groups, foreign_groups(groups, allowed))
	]
	all_missing := array.concat(array.concat(groups.open, of_groups), undecided)
}

missing_of_peer(rule, allowed) := array.concat(hidden, undecided) if {
	rule.peer.kind == "self"
	not rule.group in allowed
	hidden := array.concat(input.facts.holders_open.load_balancers, input.facts.holders_open.others)
	undecided := [answers.undecided(sprintf("whether others than tasks belong to %s", [rule.group])) |
		may_be_held_by(rule.group, {"load_balancer", "other"})
	]
}

# A rule that may not be there, or of which the ports are not known.
rule_doubts(interface, store, allowed) := {doubt |
	some rule in interface.ingress
	some missing in missing_of_rule(rule, store, allowed)
	doubt := {
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether it admits %s", [traffic.ingress_text(rule)]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

missing_of_rule(rule, store, allowed) := array.concat(
	[traffic.unsure(rule) |
		not rule.certain
		count(wrongs(rule, store, allowed)) > 0
	],
	[missing |
		not traffic.is_icmp(rule)
		missing := traffic.unknown_ports(rule)
	],
)

# The port of the store matters as soon as somebody may come in.
port_doubts(interface, store) := {doubt |
	some rule in interface.ingress
	rule.peer.kind in {"groups", "self"}
	not traffic.is_icmp(rule)
	missing := store.ports.unknown
	doubt := {
		"path": "port",
		"message": "cannot tell which port it listens on",
		"missing": missing,
		"related": [],
	}
}

open_doubts(interface) := {doubt |
	some missing in interface.ingress_open
	doubt := {
		"path": interface.groups.at,
		"message": "cannot tell everything that its security groups admit",
		"missing": missing,
		"related": [],
	}
}

# Nothing may reach it.
unused(interface) if {
	count(interface.ingress) == 0
	count(interface.ingress_open) == 0
}
