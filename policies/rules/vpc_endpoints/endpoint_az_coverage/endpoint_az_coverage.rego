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

# The ways of tasks that an endpoint is on offer for, and what leaves open whether they take it. An S3 interface
# endpoint beside a gateway is for clients outside the VPC, unless its private DNS draws tasks to it.
ways[id] contains way if {
	some facts in outbound.placements
	some path in facts.endpoints.paths
	some option in path.endpoints
	outbound.may_take(facts, path, option)
	id := option.endpoint
	input.facts.vpc_endpoints[id]
	way := {"subnet": path.subnet, "doubts": doubts(facts, path, option)}
}

doubts(facts, path, option) := {missing |
	not path.certain
	missing := answers.undecided(sprintf("whether tasks are placed in %s", [path.subnet]))
} | {missing |
	not outbound.takes(facts, path, option)
	some missing in outbound.take_doubts(facts, path, option)
}

zone_of(subnet) := input.subnets[subnet].availability_zone.known

# Zones without an interface in which tasks certainly rely on the endpoint.
uncovered(id, facts) := {zone |
	some zone in facts.missing_zones.known
	some way in ways[id]
	count(way.doubts) == 0
	zone_of(way.subnet) == zone
}

deny contains finding if {
	some id, facts in input.facts.vpc_endpoints
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
	some id, _ in ways
	some missing in zone_doubts(id, input.facts.vpc_endpoints[id])
	doubt := {
		"resource": id,
		"path": input.vpc_endpoints[id].subnets.at,
		"message": "cannot tell whether it has an interface in every zone of the tasks that rely on it",
		"missing": missing,
	}
}

zone_doubts(id, facts) := {missing | missing := facts.missing_zones.unknown} | {missing |
	some way in ways[id]
	not has_interface(id, way.subnet)
	missing := input.subnets[way.subnet].availability_zone.unknown
}

# ---- endpoints that tasks may rely on in zones where they have no interface: one doubt for each placement is enough

has_interface(id, subnet) if input.vpc_endpoints[id].subnets.members[subnet].certain

has_interface(id, subnet) if {
	some other, member in input.vpc_endpoints[id].subnets.members
	member.certain
	zone_of(other) == zone_of(subnet)
}

# Wherever tasks may rely on it, it has an interface.
covers(id, facts) if {
	every subnet, _ in facts.subnets {
		settled(id, facts, subnet)
	}
}

settled(id, _, subnet) if has_interface(id, subnet)

settled(id, facts, subnet) if {
	not facts.endpoints.subnets[subnet]
	not outbound.may_draw(id)
}

possible[id] contains missing if {
	some id, all_ways in ways
	some way in all_ways
	not has_interface(id, way.subnet)
	some missing in way.doubts
}

# What tasks need is not known to the end.
possible[id] contains missing if {
	some id, users in possible_users
	some placement in users
	not covers(id, outbound.placements[placement])
	missing := outbound.placements[placement].endpoints.open[0]
}

# Tasks that may need it.
possible_users[id] contains placement if {
	some id, _ in input.facts.vpc_endpoints
	some placement, facts in outbound.placements
	outbound.may_rely(id, facts)
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
	may_be_relied_on(id)
	subject := {"resource": id, "basis": facts.basis}
}

may_be_relied_on(id) if ways[id]

may_be_relied_on(id) if possible[id]

may_be_relied_on(id) if possible_users[id]

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
