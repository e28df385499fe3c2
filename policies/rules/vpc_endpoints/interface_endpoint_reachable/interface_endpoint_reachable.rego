# METADATA
# title: Endpoint SG and task SG allow 443 between them
# description: >-
#   An endpoint is there and still out of reach where a security group on either side lets no HTTPS through; it
#   looks like an image pull that times out.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
#     description: Amazon ECS interface VPC endpoints (AWS PrivateLink)
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#     description: Security group rules
# custom:
#   id: ECS-VPCE-003
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Admit 443 from the tasks' security group on the endpoint, and let 443 out of the tasks to the endpoint
#     and to the S3 prefix list.
package ecs_audit.rules.vpc_endpoints.interface_endpoint_reachable

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.outbound

# Placements whose tasks rely on endpoints of the VPC, or may do so.
subjects contains subject if {
	some id, facts in outbound.placements
	some path in facts.endpoints.paths
	some option in path.endpoints
	relies(facts, path, option)
	subject := {"resource": id, "basis": basis(id, facts)}
}

relies(facts, path, _) if facts.endpoints.subnets[path.subnet]

relies(_, _, option) if answers.may_hold(option.private_dns)

subjects contains subject if {
	some id, _ in doubts
	subject := {"resource": id, "basis": basis(id, outbound.placements[id])}
}

basis(id, facts) := answers.weakest({facts.network_basis, input.facts.interfaces[id].basis})

groups_path(id) := input.facts.interfaces[id].groups.at

sides := {
	"egress": "its security groups let no 443 out to %s, the endpoint of %s, from %s",
	"ingress": "the security groups of %s, the endpoint of %s, admit no 443 from %s",
}

# Subnets from which one side stops the way to an endpoint that tasks take. A gateway changes the route and no name:
# beside a NAT gateway the groups have to let out the same with it as without it.
blocked(facts, service, endpoint, side) := {path.subnet |
	some path in facts.endpoints.paths
	path.service == service
	some option in path.endpoints
	option.endpoint == endpoint
	option[side].known == false
	outbound.takes(facts, path, option)
}

endpoints_of(facts, service) := {option.endpoint |
	some path in facts.endpoints.paths
	path.service == service
	some option in path.endpoints
}

faults[id] contains fault if {
	some id, facts in outbound.placements
	some service, needs in facts.endpoints.services
	some endpoint in endpoints_of(facts, service)
	some side, words in sides
	subnets := outbound.certainly_used(id, facts, blocked(facts, service, endpoint, side))
	fault := {
		"message": sprintf(words, [endpoint, service, answers.listed(subnets)]),
		"related": array.concat(
			[{"resource": endpoint, "path": "security_group_ids", "message": sprintf("serves %s", [service])}],
			needs,
		),
	}
}

deny contains finding if {
	some id, all_faults in faults
	some fault in all_faults
	finding := {
		"resource": id,
		"path": groups_path(id),
		"message": fault.message,
		"related": fault.related,
	}
}

# ---- doubts

unknown contains doubt if {
	some id, all_doubts in doubts
	some each in all_doubts
	doubt := {
		"resource": id,
		"path": each.path,
		"message": each.message,
		"missing": each.missing,
	}
}

# What a security group lets through is not known.
doubts[id] contains doubt if {
	some id, facts in outbound.placements
	some path in facts.endpoints.paths
	some option in path.endpoints
	outbound.may_take(facts, path, option)
	not outside(option)
	not shut(option)
	some side, _ in sides
	missing := option[side].unknown
	doubt := {
		"path": groups_path(id),
		"message": sprintf(
			"cannot tell whether HTTPS passes between it and %s, the endpoint of %s",
			[option.endpoint, path.service],
		),
		"missing": missing,
	}
}

shut(option) if {
	some side, _ in sides
	option[side].known == false
}

# The endpoint may serve its tasks.
doubts[id] contains doubt if {
	some id, facts in outbound.placements
	some path in facts.endpoints.paths
	some option in path.endpoints
	outbound.may_take(facts, path, option)
	not outbound.takes(facts, path, option)
	not outside(option)
	asked(facts, path, option)
	some missing in outbound.take_doubts(facts, path, option)
	doubt := {
		"path": groups_path(id),
		"message": sprintf(
			"cannot tell whether its tasks rely on %s, so that HTTPS must pass between them",
			[option.endpoint],
		),
		"missing": missing,
	}
}

# Subnets of a VPC outside the input are in none that it describes.
outside(option) if {
	option.matches.unknown.why == "outside_input"
	count(input.vpc_endpoints[option.endpoint].vpc.open) == 0
}

# It matters whether tasks rely on an endpoint that is shut, and without a way to the internet on one that may be
# elsewhere.
asked(_, _, option) if shut(option)

asked(facts, path, option) if {
	facts.endpoints.subnets[path.subnet]
	option.matches.unknown
}

# One of several subnets may be chosen, from which the endpoint is out of reach.
doubts[id] contains doubt if {
	some id, facts in outbound.placements
	some service, _ in facts.endpoints.services
	some endpoint in endpoints_of(facts, service)
	some side, _ in sides
	subnets := blocked(facts, service, endpoint, side)
	not outbound.certainly_used(id, facts, subnets)
	some subnet in subnets
	doubt := {
		"path": groups_path(id),
		"message": sprintf(
			"cannot tell whether tasks are placed in %s, from which no HTTPS passes to %s",
			[subnet, endpoint],
		),
		"missing": answers.undecided(sprintf("%s: which subnets are chosen", [id])),
	}
}

# What tasks need is not known to the end.
doubts[id] contains doubt if {
	some id, facts in outbound.placements
	some endpoint, _ in usable
	outbound.may_rely(endpoint, facts)
	outbound.may_share_vpc(id, endpoint)
	missing := outbound.open_need(endpoint, facts)[0]
	doubt := {
		"path": input.placements[id].task_definition.at,
		"message": sprintf("cannot tell whether its tasks rely on %s, so that HTTPS must pass between them", [endpoint]),
		"missing": missing,
	}
}

# Tasks in subnets that nobody can see may rely on endpoints.
doubts[id] contains doubt if {
	some id, facts in outbound.placements
	some endpoint, _ in usable
	outbound.may_need(endpoint, facts)
	some missing in outbound.hidden_subnets(id)
	missing.why != "outside_input"
	doubt := {
		"path": input.placements[id].network.at,
		"message": "cannot tell which endpoints its tasks rely on, so that HTTPS must pass between them",
		"missing": missing,
	}
}

# Endpoints that ECS can use.
usable[id] := endpoint if {
	some id, endpoint in input.vpc_endpoints
	not endpoint.endpoint_type.known in {"gateway_load_balancer", "other"}
}
