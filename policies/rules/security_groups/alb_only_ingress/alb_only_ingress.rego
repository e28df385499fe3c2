# METADATA
# title: Task security groups accept traffic only from the service's load balancer or peer services
# description: >-
#   In awsvpc mode every listening port of every container is reachable through the task's network interface,
#   mapped or not, so its security groups are the only wall: what may come in is the service's load balancer and
#   its peer services.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#     description: Security group rules
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
#     description: Security groups for your Application Load Balancer
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
#     description: Update the security groups for your Network Load Balancer
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-network.html
#     description: Best practices for network security (ECS)
# custom:
#   id: ECS-SG-001
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Name the load balancer's security group as the source of the ingress rule, and remove address blocks and
#     other groups.
#   parameters:
#     allow_service_to_service:
#       description: >-
#         Security groups of other services are allowed sources
#       default: true
#     allowed_cidrs:
#       description: >-
#         Address blocks that may reach tasks
#       default: []
#     allowed_source_sgs:
#       description: >-
#         Security groups (by id) that may reach tasks
#       default: []
#   controls:
#     security_hub: [EC2.18]
#     prowler: [ec2_securitygroup_allow_ingress_from_internet_to_any_port]
#     trivy: [AVD-AWS-0107]
package ecs_audit.rules.security_groups.alb_only_ingress

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
	basis := answers.weakest({interface.basis, input.facts.placements[id].load_balancers.basis})
	subject := {"resource": id, "basis": basis}
}

subjects contains subject if {
	some id, _ in traffic.undescribed
	subject := {"resource": id, "basis": "value"}
}

subjects contains subject if {
	some id, interface in placements
	some rule in interface.ingress
	forwarded(id, rule.peer.cidr)
	subject := {
		"resource": id,
		"basis": interface.basis,
		"note": sprintf("%s holds a Network Load Balancer without security groups, and whatever else is there", [rule.peer.cidr]),
	}
}

subjects contains subject if {
	some id, interface in placements
	some group, _ in interface.groups.members
	input.security_groups[group].conflict
	subject := {
		"resource": id,
		"basis": interface.basis,
		"note": sprintf("%s has inline and standalone rules: each apply removes what the other kind adds", [group]),
	}
}

# What is wrong with a rule, whoever states it: a message and how grave it is.
wrongs(id, rule) := (group_wrongs(id, rule) | member_wrongs(id, rule)) | address_wrongs(id, rule) if {
	not traffic.is_path_mtu(rule)
}

deny contains finding if {
	some id, interface in placements
	some rule in interface.ingress
	count(rule_doubts(rule)) == 0
	some wrong in wrongs(id, rule)
	finding := {
		"resource": id,
		"path": interface.groups.at,
		"message": wrong.message,
		"severity": grade(rule, wrong.severity),
		"related": traffic.chain(id, interface, rule, sprintf("admits %s", [traffic.ingress_text(rule)])),
	}
}

# Ping and the like reveal, but open nothing.
grade(rule, _) := "low" if traffic.is_icmp(rule)

grade(rule, severity) := severity if not traffic.is_icmp(rule)

# The rule may belong to another group, or be the one ICMP message that is harmless.
rule_doubts(rule) := array.concat(
	[traffic.unsure(rule) | not rule.certain],
	[missing | missing := hidden_message(rule)],
)

hidden_message(rule) := rule.protocol.unknown

hidden_message(rule) := rule.ports.unknown if rule.protocol.known == "icmp"

unknown contains doubt if {
	some id, interface in placements
	some rule in interface.ingress
	count(wrongs(id, rule)) > 0
	some missing in rule_doubts(rule)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether it admits %s", [traffic.ingress_text(rule)]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

# ---- sources that are groups

# A group is a known source where it belongs to a load balancer of the service, or to a service.
allowed_group(_, group) if group in data.parameters.allowed_source_sgs

allowed_group(id, group) if input.facts.placements[id].load_balancer_groups[group].certain

allowed_group(id, group) if {
	some holder, facts in input.facts.security_groups[group].holders
	facts.kind == "placement"
	facts.certain
	allowed_tasks(id, holder)
}

# A scheduled task has no load balancer; where it shares a group with a service, the rule is for that service.
allowed_group(id, group) if {
	input.placements[id].kind == "scheduled_task"
	some own, member in input.facts.interfaces[id].groups.members
	member.certain
	some neighbour, facts in input.facts.security_groups[own].holders
	facts.certain
	input.facts.placements[neighbour].load_balancer_groups[group].certain
}

allowed_tasks(id, holder) if holder == id

allowed_tasks(_, _) if data.parameters.allow_service_to_service

allowed_tasks(id, task_set) if input.placements[task_set].service.members[id].certain

allowed_tasks(task_set, id) if input.placements[task_set].service.members[id].certain

# Tasks that are allowed, or are so if a task set is one of the service.
maybe_tasks(id, holder) if allowed_tasks(id, holder)

maybe_tasks(id, task_set) if may_belong(task_set, id)

maybe_tasks(task_set, id) if may_belong(task_set, id)

may_belong(task_set, id) if input.placements[task_set].service.members[id]

may_belong(task_set, _) if {
	some missing in input.placements[task_set].service.open
	missing.why != "outside_input"
}

# Whether a group is a known source cannot be told where load balancers or services are not wholly known.
group_doubts(id, group) := doubts if {
	not allowed_group(id, group)
	candidates := [answers.undecided(sprintf("whether %s belongs to a load balancer or service of %s", [group, id])) |
		maybe_allowed(id, group)
	]
	elsewhere := [missing | missing := traffic.holders_elsewhere(group)]
	own := input.facts.placements[id].load_balancer_groups_open
	hidden := array.concat(own, array.concat(hidden_services, hidden_neighbours(id)))
	doubts := array.concat(array.concat(hidden, elsewhere), candidates)
}

hidden_services := [missing |
	data.parameters.allow_service_to_service
	some missing in input.facts.holders_open.placements
]

maybe_allowed(id, group) if input.facts.placements[id].load_balancer_groups[group].certain == false

maybe_allowed(id, group) if {
	some holder, facts in input.facts.security_groups[group].holders
	facts.kind == "placement"
	maybe_tasks(id, holder)
}

maybe_allowed(id, group) if {
	some neighbour in neighbours(id)
	input.facts.placements[neighbour].load_balancer_groups[group]
}

# Who shares a group with a scheduled task, or may do so.
neighbours(id) := {neighbour |
	input.placements[id].kind == "scheduled_task"
	some own, _ in input.facts.interfaces[id].groups.members
	some neighbour, _ in input.facts.security_groups[own].holders
}

hidden_neighbours(id) := [missing |
	some neighbour in neighbours(id) - {id}
	some missing in input.facts.placements[neighbour].load_balancer_groups_open
]

foreign_groups(id, groups) := {group |
	some group in links.candidates(groups)
	not allowed_group(id, group)
	count(group_doubts(id, group)) == 0
}

foreign := "which is neither its load balancer nor another service" if data.parameters.allow_service_to_service

foreign := "which is not its load balancer" if not data.parameters.allow_service_to_service

group_wrongs(id, rule) := {wrong |
	some group in links.hits(rule.peer.groups, foreign_groups(id, rule.peer.groups))
	wrong := {
		"message": sprintf("admits %s from %s, %s", [traffic.ports_text(rule), group, foreign]),
		"severity": "medium",
	}
}

# Which rule of a group names the source is not to be told, but one of them does.
deny contains finding if {
	some id, interface in placements
	some group in interface.ingress_somewhere
	foreign_groups(id, {"members": {group: {"certain": true}}})[group]
	finding := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("one of its ingress rules admits %s, %s", [group, foreign]),
		"severity": "medium",
		"related": [{"resource": group, "path": "", "message": "is named as a source"}],
	}
}

unknown contains doubt if {
	some id, interface in placements
	some rule in interface.ingress
	not traffic.is_path_mtu(rule)
	some group in links.candidates(rule.peer.groups)
	some missing in group_doubts(id, group)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether %s is a load balancer or service of it", [group]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

unknown contains doubt if {
	some id, interface in placements
	some rule in interface.ingress
	not traffic.is_path_mtu(rule)
	some group in links.possible(rule.peer.groups, foreign_groups(id, rule.peer.groups))
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether a rule admits %s, %s", [group, foreign]),
		"missing": answers.undecided(sprintf("which group %s names", [rule.resource])),
		"related": [traffic.evidence(rule, "names one of several groups")],
	}
}

unknown contains doubt if {
	some id, interface in placements
	some rule in interface.ingress
	not traffic.is_path_mtu(rule)
	some missing in rule.peer.groups.open
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell which security group a rule admits",
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

# ---- members of the same group

# They are tasks, or the load balancer of the service; anything else among them is a stranger.
welcome(id, holder, "placement") if allowed_tasks(id, holder)

welcome(id, holder, "load_balancer") if input.facts.placements[id].load_balancers.members[holder].certain

# A load balancer that may lead to the service is no stranger for certain.
maybe_welcome(id, holder, "load_balancer") if input.facts.placements[id].load_balancers.members[holder]

maybe_welcome(id, _, "load_balancer") if count(input.facts.placements[id].load_balancers.open) > 0

maybe_welcome(id, holder, "placement") if maybe_tasks(id, holder)

unwelcome(id, group) := {holder |
	some holder, facts in input.facts.security_groups[group].holders
	not group in data.parameters.allowed_source_sgs
	not welcome(id, holder, facts.kind)
}

strangers(id, group) := {holder |
	some holder in unwelcome(id, group)
	facts := input.facts.security_groups[group].holders[holder]
	facts.certain
	not maybe_welcome(id, holder, facts.kind)
}

member_wrongs(id, rule) := {wrong |
	rule.peer.kind == "self"
	others := strangers(id, rule.group)
	count(others) > 0
	wrong := {
		"message": sprintf("admits members of its own group, which %s belongs to as well", [answers.listed(others)]),
		"severity": "medium",
	}
}

member_doubts(id, group) := array.concat(
	[missing |
		some kind in hidden_kinds
		some missing in input.facts.holders_open[kind]
	],
	[answers.undecided(sprintf("whether %s, which leads to %s or not, belongs to %s", [holder, id, group])) |
		some holder in unwelcome(id, group) - strangers(id, group)
	],
)

hidden_kinds := {"load_balancers", "db_proxies", "others"} if data.parameters.allow_service_to_service

hidden_kinds := {"placements", "load_balancers", "db_proxies", "others"} if {
	not data.parameters.allow_service_to_service
}

unknown contains doubt if {
	some id, interface in placements
	some rule in interface.ingress
	rule.peer.kind == "self"
	not traffic.is_path_mtu(rule)
	some missing in member_doubts(id, rule.group)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell who else belongs to its group, whose members it admits",
		"missing": missing,
		"related": [traffic.evidence(rule, "admits members of the same group")],
	}
}

# ---- sources that are addresses

# The blocks of a rule: its own, or the entries of its prefix list.
blocks(rule) := {rule.peer.cidr} if rule.peer.kind == "cidr"

blocks(rule) := {block | some list in lists(rule); some block in list.entries.known} if {
	count(lists(rule)) > 0
	every list in lists(rule) {
		list.entries.known
	}
}

lists(rule) := {list |
	rule.peer.kind == "prefix_list"
	some id, list in input.prefix_lists
	rule.peer.name in {id, object.get(list.name, "known", id)}
}

allowed_block(_, block) if {
	some allowed in data.parameters.allowed_cidrs
	net.cidr_contains(allowed, block)
}

allowed_block(id, block) if forwarded(id, block)

# A Network Load Balancer without groups forwards from the addresses of its subnets.
forwarded(id, block) if {
	some balancer, front in input.facts.placements[id].load_balancers.members
	front.certain
	input.load_balancers[balancer].load_balancer_type.known == "network"
	not input.facts.interfaces[balancer]
	some subnet, member in input.load_balancers[balancer].subnets.members
	member.certain
	net.cidr_contains(input.subnets[subnet].cidr.known, block)
}

rejected_blocks(id, rule) := rejected if {
	all_blocks := blocks(rule)
	rejected := {block | some block in all_blocks; not allowed_block(id, block)}
}

allowed_address(id, rule) if count(rejected_blocks(id, rule)) == 0

allowed_address(id, rule) if {
	is_lattice(rule)
	input.placements[id].vpc_lattice.known
}

is_lattice(rule) if {
	rule.peer.aws_managed
	contains(rule.peer.name, "vpc-lattice")
}

# Whether an address is that of a load balancer cannot be told where load balancers or their subnets are not known.
address_doubts(id, rule) := {missing |
	rejected := rejected_blocks(id, rule)
	rule.peer.scope in {"vpc", "private"}
	every block in rejected {
		may_be_subnet(block)
	}
	some missing in subnet_doubts(id, rejected)
} | {missing |
	is_lattice(rule)
	missing := input.placements[id].vpc_lattice.unknown
}

# A subnet has a /16 at most, and is hardly ever the whole of its VPC.
may_be_subnet(block) if {
	to_number(split(block, "/")[1]) >= 16
	not is_vpc(block)
}

is_vpc(block) if {
	some vpc in input.vpcs
	block in vpc.cidrs.known
}

subnet_doubts(id, rejected) := (front_doubts(id) | cidr_doubts(id)) | choice_doubts(id, rejected)

front_doubts(id) := {missing | some missing in input.facts.placements[id].load_balancers.open} | {missing |
	some balancer, _ in input.facts.placements[id].load_balancers.members
	not input.facts.interfaces[balancer]
	some missing in input.load_balancers[balancer].subnets.open
}

cidr_doubts(id) := {missing |
	some subnet in input.facts.placements[id].open_network_load_balancer_subnets
	missing := input.subnets[subnet].cidr.unknown
}

choice_doubts(id, rejected) := {missing |
	some subnet in input.facts.placements[id].open_network_load_balancer_subnets
	some block in rejected
	net.cidr_contains(input.subnets[subnet].cidr.known, block)
	missing := answers.undecided(sprintf("whether a Network Load Balancer leads to %s from %s", [id, subnet]))
}

address_wrongs(id, rule) := {wrong |
	rule.peer.kind in {"cidr", "prefix_list"}
	not allowed_address(id, rule)
	count(address_doubts(id, rule)) == 0
	wrong := {
		"message": sprintf("admits %s", [traffic.ingress_text(rule)]),
		"severity": address_severity(id, rule),
	}
}

address_severity(_, rule) := "critical" if rule.peer.scope == "world"

address_severity(id, rule) := "high" if {
	rule.peer.scope == "public"
	traffic.overlaps(rule, input.facts.placements[id].ports)
}

address_severity(id, rule) := "medium" if {
	rule.peer.scope == "public"
	not traffic.overlaps(rule, input.facts.placements[id].ports)
}

address_severity(_, rule) := "medium" if rule.peer.scope in {"vpc", "private"}

unknown contains doubt if {
	some id, interface in placements
	some rule in interface.ingress
	not traffic.is_path_mtu(rule)
	not allowed_address(id, rule)
	some missing in address_doubts(id, rule)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": sprintf("cannot tell whether %s is where its load balancer is", [rule.label]),
		"missing": missing,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

unknown contains doubt if {
	some id, interface in placements
	some rule in interface.ingress
	rule.peer.kind == "unknown"
	not traffic.is_path_mtu(rule)
	doubt := {
		"resource": id,
		"path": interface.groups.at,
		"message": "cannot tell whom a rule admits",
		"missing": rule.peer.unknown,
		"related": [traffic.evidence(rule, sprintf("admits %s", [traffic.ingress_text(rule)]))],
	}
}

# ---- rules that may or may not be there

unknown contains doubt if {
	some id, interface in placements
	some missing in interface.ingress_open
	doubt := {
		"resource": id,
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
