# METADATA
# title: Interface endpoints have an ENI in every task AZ
# description: >-
#   Tasks in a zone without an interface of the endpoint reach it through another zone; when that zone fails,
#   healthy ones fail with it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     description: Access AWS services through AWS PrivateLink
# custom:
#   id: ECS-VPCE-005
#   severity: medium
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Give the endpoint a subnet in every availability zone that the tasks use.
#   controls:
#     prowler: [vpc_endpoint_multi_az_enabled]
package ecs_audit.rules.vpc_endpoints.endpoint_az_coverage

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.outbound

# Endpoints that tasks rely on: the only way that they have, or the one that names resolve to.
endpoints[id] := facts if {
	some id, facts in input.facts.vpc_endpoints
	relied_on(facts)
	not spared(id, facts)
}

relied_on(facts) if {
	some reliance in facts.needed_by
	reliance.without_egress
}

relied_on(facts) if {
	count(facts.needed_by) > 0
	facts.private_dns.known
}

# An S3 interface endpoint beside a gateway is for clients outside the VPC, unless its private DNS draws tasks to it.
spared(id, facts) if {
	not facts.private_dns.known
	every way in ways[id] {
		way.path.met.known
	}
}

# The ways of tasks that an endpoint is on offer for.
ways[id] contains way if {
	some facts in outbound.placements
	some path in facts.endpoints.paths
	some option in path.endpoints
	takes(facts, path, option)
	id := option.endpoint
	way := {"path": path, "matches": option.matches}
}

takes(facts, path, _) if facts.endpoints.subnets[path.subnet]

takes(_, _, option) if option.private_dns.known

subjects contains subject if {
	some id, facts in endpoints
	subject := {"resource": id, "basis": facts.basis}
}

zone_of(subnet) := input.subnets[subnet].availability_zone.known

# Zones without an interface in which tasks certainly rely on the endpoint.
uncovered(id, facts) := {zone |
	some zone in facts.missing_zones.known
	some way in ways[id]
	way.path.certain
	way.matches.known
	zone_of(way.path.subnet) == zone
}

deny contains finding if {
	some id, facts in endpoints
	zones := uncovered(id, facts)
	count(zones) > 0
	finding := {
		"resource": id,
		"path": input.vpc_endpoints[id].subnets.at,
		"message": sprintf("has no interface in %s, where tasks rely on it", [answers.listed(zones)]),
		"severity": severity(facts),
		"related": [evidence |
			some placement, _ in facts.needed_by
			evidence := {"resource": placement, "path": "", "message": "needs the service"}
		],
	}
}

# In two zones it survives the loss of one, if not for every task.
severity(facts) := "low" if count(facts.covered_zones) > 1

severity(facts) := "medium" if count(facts.covered_zones) < 2

unknown contains doubt if {
	some id, facts in endpoints
	doubt := {
		"resource": id,
		"path": input.vpc_endpoints[id].subnets.at,
		"message": "cannot tell whether it has an interface in every zone of the tasks that rely on it",
		"missing": facts.missing_zones.unknown,
	}
}

# One of several subnets may be chosen, in a zone without an interface.
unknown contains doubt if {
	some id, facts in endpoints
	some way in ways[id]
	not way.path.certain
	zone := zone_of(way.path.subnet)
	zone in facts.missing_zones.known
	doubt := {
		"resource": id,
		"path": input.vpc_endpoints[id].subnets.at,
		"message": sprintf("cannot tell whether tasks in %s rely on it, where it has no interface", [zone]),
		"missing": answers.undecided(sprintf("whether tasks are placed in %s", [way.path.subnet])),
	}
}

# ---- endpoints that tasks may rely on in zones where they have no interface: one doubt for each placement is enough

has_interface(id, subnet) if input.vpc_endpoints[id].subnets.members[subnet].certain

has_interface(id, subnet) if {
	some other, member in input.vpc_endpoints[id].subnets.members
	member.certain
	zone_of(other) == zone_of(subnet)
}

covers(id, facts) if {
	every subnet, _ in facts.endpoints.subnets {
		has_interface(id, subnet)
	}
}

# Its VPC or its service is not known.
possible[id] contains missing if {
	some id, _ in input.facts.vpc_endpoints
	some way in ways[id]
	not has_interface(id, way.path.subnet)
	missing := way.matches.unknown
}

# What tasks need is not known to the end.
possible[id] contains missing if {
	some id, users in possible_users
	some placement in users
	not covers(id, outbound.placements[placement])
	missing := outbound.placements[placement].endpoints.open[0]
}

# Tasks without egress that may need it.
possible_users[id] contains placement if {
	some id, _ in input.facts.vpc_endpoints
	some placement, facts in outbound.placements
	count(facts.endpoints.subnets) > 0
	count(outbound.open_need(id, facts)) > 0
	outbound.may_share_vpc(placement, id)
}

# Tasks may be in zones that nobody can see.
possible[id] contains missing if {
	some id, _ in input.facts.vpc_endpoints
	some placement, facts in outbound.placements
	outbound.may_need(id, facts)
	hidden := [missing | some missing in outbound.hidden_subnets(placement); missing.why != "outside_input"]
	missing := hidden[0]
}

# Where it has an interface in each of these zones, it is right whoever relies on it.
subjects contains subject if {
	some id, facts in input.facts.vpc_endpoints
	may_be_relied_on(id, facts)
	subject := {"resource": id, "basis": facts.basis}
}

may_be_relied_on(id, _) if possible[id]

may_be_relied_on(id, _) if possible_users[id]

may_be_relied_on(id, facts) if {
	ways[id]
	not spared(id, facts)
}

unknown contains doubt if {
	some id, all_missing in possible
	some missing in all_missing
	doubt := {
		"resource": id,
		"path": input.vpc_endpoints[id].subnets.at,
		"message": "cannot tell whether tasks rely on it in a zone where it has no interface",
		"missing": missing,
	}
}
