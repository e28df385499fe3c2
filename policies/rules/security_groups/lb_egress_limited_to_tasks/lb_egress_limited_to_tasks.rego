# METADATA
# title: Load balancer egress goes only to task ports
# description: >-
#   A load balancer needs to reach its targets and their health checks; every other way out can be used to pivot
#   once it is misrouted or compromised.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
#     description: Security groups for your Application Load Balancer
# custom:
#   id: ECS-SG-004
#   severity: medium
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Replace open egress by one rule for each target port, with the security group of the tasks as its
#     destination.
#   parameters:
#     allow_cidr_egress:
#       description: >-
#         The address blocks of the tasks' subnets are allowed destinations
#       default: false
#   controls:
#     checkov: [CKV_AWS_382]
#     trivy: [AVD-AWS-0104]
package ecs_audit.rules.security_groups.lb_egress_limited_to_tasks

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.links
import data.ecs_audit.lib.traffic

# Load balancers that lead to tasks or may do so, or to addresses that no service of the input registers.
balancers[id] := interface if {
	some id, interface in input.facts.interfaces
	interface.kind == "load_balancer"
	concerns_tasks(input.facts.load_balancers[id])
}

concerns_tasks(facts) if count(facts.placements) > 0

concerns_tasks(facts) if count(facts.placements_open) > 0

concerns_tasks(facts) if facts.serves_others

subjects contains subject if {
	some id, interface in balancers
	basis := answers.weakest({interface.basis, input.facts.load_balancers[id].basis})
	subject := {"resource": id, "basis": basis}
}

subjects contains subject if {
	some id, interface in balancers
	some rule in interface.egress
	calls_out(id, rule)
	not leads_to_tasks(id, rule)
	subject := {
		"resource": id,
		"basis": interface.basis,
		"note": sprintf("may send %s, for it calls identity providers, revocation lists or functions itself", [traffic.egress_text(rule)]),
	}
}

# ---- the services behind it: their groups and ports

# Groups of its services for certain, and all that may be theirs.
task_groups(id) := {group |
	some placement, behind in input.facts.load_balancers[id].placements
	behind.certain
	some group, member in input.facts.interfaces[placement].groups.members
	member.certain
}

possible_groups(id) := {group |
	some placement, _ in input.facts.load_balancers[id].placements
	some group, _ in input.facts.interfaces[placement].groups.members
}

# Ports that targets and health checks use.
target_ports(id) := {port |
	some target in input.facts.load_balancers[id].target_ports
	some attribute in ["port", "health_check_port"]
	port := target[attribute].known
}

unknown_ports(id) := {missing |
	some target in input.facts.load_balancers[id].target_ports
	some attribute in ["port", "health_check_port"]
	missing := target[attribute].unknown
}

# Every port of the rule is one of them.
fits_ports(id, rule) if {
	traffic.has_ports(rule)
	count(rule_ports(id, rule)) == (rule.ports.known.to - rule.ports.known.from) + 1
}

rule_ports(id, rule) := {port |
	some port in target_ports(id)
	traffic.includes(rule, port)
}

# What else may lie behind it cannot be told while services or target groups are not wholly known.
target_doubts(id) := array.concat(
	input.facts.load_balancers[id].placements_open,
	[missing |
		input.facts.load_balancers[id].serves_others
		missing := {
			"why": "outside_input",
			"fact": sprintf("%s: who registers with its target groups, of which no service is in the input", [id]),
			"remedy": "scan the configuration that holds the services together with this one",
		}
	],
)

# Which groups its services have besides.
group_doubts(id) := {missing | some missing in target_doubts(id)} | service_doubts(id)

service_doubts(id) := {missing |
	some placement, _ in input.facts.load_balancers[id].placements
	some missing in hidden_groups(placement)
}

hidden_groups(placement) := input.facts.interfaces[placement].groups.open

hidden_groups(placement) := [{
	"why": "outside_input",
	"fact": sprintf("%s: the security groups of what its tasks run on", [placement]),
	"remedy": "run its tasks in awsvpc mode, with security groups of their own",
}] if {
	not input.facts.interfaces[placement]
}

# ---- where egress leads

leads_to_tasks(id, rule) if links.agreed(rule.peer.groups, possible_groups(id))

leads_to_tasks(id, rule) if {
	rule.peer.kind == "self"
	possible_groups(id)[rule.group]
}

leads_to_tasks(id, rule) if {
	some subnet in task_subnets(id)
	net.cidr_contains(input.subnets[subnet].cidr.known, rule.peer.cidr)
}

# Subnets of its services, where address blocks are allowed destinations.
task_subnets(id) := {subnet |
	data.parameters.allow_cidr_egress
	some placement, behind in input.facts.load_balancers[id].placements
	behind.certain
	some subnet, member in input.facts.placements[placement].subnets
	member.certain
}

# What keeps a block from being told to be that of a service.
subnet_doubts(id, rule) := {missing |
	data.parameters.allow_cidr_egress
	rule.peer.kind == "cidr"
	rule.peer.scope in {"vpc", "private"}
	not leads_to_tasks(id, rule)
	some missing in hidden_subnets(id, rule)
}

hidden_subnets(id, rule) := ({missing | some missing in target_doubts(id)} | {missing |
	some placement, _ in input.facts.load_balancers[id].placements
	some missing in input.placements[placement].network.known.subnets.open
}) | {missing |
	some placement, _ in input.facts.load_balancers[id].placements
	some subnet, _ in input.facts.placements[placement].subnets
	some missing in subnet_doubt(id, subnet, rule)
}

subnet_doubt(_, subnet, _) := [input.subnets[subnet].cidr.unknown]

subnet_doubt(id, subnet, rule) := [answers.undecided(sprintf("whether tasks behind %s run in %s", [id, subnet]))] if {
	net.cidr_contains(input.subnets[subnet].cidr.known, rule.peer.cidr)
}

# Identity providers, revocation lists and functions are called over HTTPS.
calls_out(id, rule) if {
	input.facts.load_balancers[id].calls_out.known
	is_https(rule)
}

is_https(rule) if {
	rule.protocol.known == "tcp"
	rule.ports.known == {"from": 443, "to": 443}
}

# What keeps a rule from being told to serve such calls.
call_doubts(id, rule) := {missing | is_https(rule); missing := input.facts.load_balancers[id].calls_out.unknown} | {missing |
	not input.facts.load_balancers[id].calls_out.known == false
	not traffic.is_icmp(rule)
	missing := traffic.unknown_ports(rule)
}

# ---- what is wrong with a rule, whoever states it

wrongs(id, rule) := (address_wrongs(id, rule) | group_wrongs(id, rule)) | (member_wrongs(id, rule) | port_wrongs(id, rule)) if {
	not calls_out(id, rule)
}

# Open to the world or to a whole network: no service lies behind an address block.
address_wrongs(id, rule) := {wrong |
	rule.peer.kind in {"cidr", "prefix_list"}
	not leads_to_tasks(id, rule)
	count(subnet_doubts(id, rule)) == 0
	wrong := sprintf("may send %s, not only to its targets", [traffic.egress_text(rule)])
}

foreign_groups(id, groups) := links.candidates(groups) - possible_groups(id)

group_wrongs(id, rule) := {wrong |
	count(group_doubts(id)) == 0
	some group in links.hits(rule.peer.groups, foreign_groups(id, rule.peer.groups))
	wrong := sprintf("may send %s to %s, which no service behind it has", [traffic.ports_text(rule), group])
}

member_wrongs(id, rule) := {wrong |
	rule.peer.kind == "self"
	count(group_doubts(id)) == 0
	not leads_to_tasks(id, rule)
	wrong := sprintf("may send %s, which no service behind it has", [traffic.egress_text(rule)])
}

port_wrongs(id, rule) := {wrong |
	leads_to_tasks(id, rule)
	count(unknown_ports(id)) == 0
	count(target_doubts(id)) == 0
	rule.protocol.known
	rule.ports.known
	not fits_ports(id, rule)
	not traffic.is_icmp(rule)
	wrong := sprintf("may send %s, more than its targets listen on (%s)", [traffic.egress_text(rule), port_list(id)])
}

port_list(id) := concat(", ", [sprintf("%d", [port]) | some port in target_ports(id)])

deny contains finding if {
	some id, interface in balancers
	some rule in interface.egress
	count(rule_doubts(id, rule)) == 0
	some wrong in wrongs(id, rule)
	finding := {
		"resource": id,
		"path": interface.groups.at,
		"message": wrong,
		"related": traffic.chain(id, interface, rule, sprintf("lets out %s", [traffic.egress_text(rule)])),
	}
}

# ---- every target group needs a way

deny contains finding if {
	some id, interface in balancers
	count(interface.egress_open) == 0
	some target in input.facts.load_balancers[id].target_ports
	target.certain
	port := target.port.known
	count(ways(interface, target)) == 0
	finding := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("has no egress rule for port %d of %s", [port, target.placement]),
		"related": [{"resource": target.target_group, "path": "", "message": sprintf("is served by %s", [target.placement])}],
	}
}

# Rules that lead to a target, or may do so.
ways(interface, target) := {rule |
	some rule in interface.egress
	may_include(rule, target.port.known)
	may_lead(rule, target.placement)
}

may_include(rule, port) if traffic.includes(rule, port)

may_include(rule, _) if traffic.unknown_ports(rule)

may_lead(rule, _) if rule.peer.kind in {"cidr", "prefix_list", "unknown"}

may_lead(rule, _) if count(rule.peer.groups.open) > 0

may_lead(rule, placement) if {
	some group, _ in rule.peer.groups.members
	input.facts.interfaces[placement].groups.members[group]
}

may_lead(rule, placement) if {
	rule.peer.kind == "self"
	input.facts.interfaces[placement].groups.members[rule.group]
}

may_lead(_, placement) if count(hidden_groups(placement)) > 0

unknown contains doubt if {
	some id, interface in balancers
	some target in input.facts.load_balancers[id].target_ports
	rules := ways(interface, target)
	every rule in rules {
		not rule.certain
	}
	some rule in rules
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether it has an egress rule for %s", [target.placement]),
		"missing": traffic.unsure(rule),
		"related": [traffic.evidence(rule, sprintf("lets out %s", [traffic.egress_text(rule)]))],
	}
}

# A target group that may not lead to the service asks for a way only if it does.
unknown contains doubt if {
	some id, interface in balancers
	some target in input.facts.load_balancers[id].target_ports
	not target.certain
	port := target.port.known
	count(ways(interface, target)) == 0
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether it needs an egress rule for port %d of %s", [port, target.placement]),
		"missing": answers.undecided(sprintf("whether %s leads to %s", [target.target_group, target.placement])),
	}
}

# ---- doubts

# The rule may belong to another group, or serve calls that the load balancer makes itself.
rule_doubts(id, rule) := {missing | not rule.certain; missing := traffic.unsure(rule)} | call_doubts(id, rule)

unknown contains doubt if {
	some id, interface in balancers
	some rule in interface.egress
	count(wrongs(id, rule)) > 0
	some missing in rule_doubts(id, rule)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether it may send %s", [traffic.egress_text(rule)]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("lets out %s", [traffic.egress_text(rule)]))],
	}
}

unknown contains doubt if {
	some id, interface in balancers
	some rule in interface.egress
	not calls_out(id, rule)
	some missing in peer_doubts(id, rule) | subnet_doubts(id, rule)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether %s leads to its targets", [traffic.egress_text(rule)]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("lets out %s", [traffic.egress_text(rule)]))],
	}
}

peer_doubts(id, rule) := (open_doubts(rule) | destination_doubts(id, rule)) | choice_doubts(id, rule)

open_doubts(rule) := {missing | missing := rule.peer.unknown} | {missing | some missing in rule.peer.groups.open}

# A group that none of its services has as far as one can see, and one that a service may have.
destination_doubts(id, rule) := {missing |
	some group in destinations(rule) - possible_groups(id)
	some missing in service_doubts(id)
} | {missing |
	some group in (destinations(rule) & possible_groups(id)) - task_groups(id)
	missing := answers.undecided(sprintf("whether a service behind %s has %s", [id, group]))
}

destinations(rule) := links.candidates(rule.peer.groups) if rule.peer.kind == "groups"

destinations(rule) := {rule.group} if rule.peer.kind == "self"

choice_doubts(id, rule) := {missing |
	count(links.possible(rule.peer.groups, foreign_groups(id, rule.peer.groups))) > 0
	missing := answers.undecided(sprintf("which group %s names", [rule.resource]))
}

unknown contains doubt if {
	some id, interface in balancers
	some rule in interface.egress
	rule.peer.kind in {"groups", "self"}
	not traffic.is_icmp(rule)
	missing := traffic.unknown_ports(rule)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell which ports a rule lets out",
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("lets out %s", [traffic.egress_text(rule)]))],
	}
}

unknown contains doubt if {
	some id, interface in balancers
	some missing in interface.egress_open
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell everything that its security groups let out",
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, interface in balancers
	some missing in target_doubts(id)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell whether its egress leads to its targets only",
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, interface in balancers
	some missing in unknown_ports(id)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell which ports its targets listen on",
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, _ in balancers
	some placement, member in input.facts.load_balancers[id].placements
	not member.certain
	doubt := {
		"resource": id,
		"path": "",
		"message": sprintf("cannot tell whether it leads to %s", [placement]),
		"missing": answers.undecided(sprintf("whether %s leads to %s", [id, placement])),
	}
}
