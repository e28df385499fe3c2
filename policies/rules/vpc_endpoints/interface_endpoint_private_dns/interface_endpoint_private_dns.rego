# METADATA
# title: Interface endpoints used by tasks have private DNS enabled
# description: >-
#   Agents and SDKs call a service by its public name; without private DNS that name leads past the endpoint.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
#     description: Access AWS services through AWS PrivateLink
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
#     description: Amazon ECR interface VPC endpoints
# custom:
#   id: ECS-VPCE-002
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Set private_dns_enabled to true on the endpoint, and DNS support and hostnames on its VPC.
package ecs_audit.rules.vpc_endpoints.interface_endpoint_private_dns

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.outbound

# Interface endpoints of services that tasks of the same VPC need.
needed[id] := facts if {
	some id, facts in input.facts.vpc_endpoints
	input.vpc_endpoints[id].endpoint_type.known
	some reliance in facts.needed_by
	reliance.certain
	not spared(id, facts)
}

# An S3 interface endpoint beside a gateway is for clients outside the VPC.
spared(id, facts) if {
	facts.private_dns.known == false
	served_past(id)
}

# Another endpoint serves the tasks, as far as this one does not.
served_past(id) if {
	every path in offers[id] {
		path.met.known
	}
}

# What leaves open whether another endpoint does.
past_doubts(id) := {missing |
	every path in offers[id] {
		object.get(path.met, "known", true)
	}
	some path in offers[id]
	missing := path.met.unknown
}

# The ways of tasks that an endpoint is on offer for.
offers[id] contains path if {
	some placement in input.facts.placements
	some path in placement.endpoints.paths
	some option in path.endpoints
	id := option.endpoint
}

service(id) := input.vpc_endpoints[id].service.known

subjects contains subject if {
	some id, facts in needed
	subject := {"resource": id, "basis": answers.weakest({facts.basis, facts.private_dns.basis})}
}

deny contains finding if {
	some id, facts in needed
	facts.private_dns.known == false
	count(past_doubts(id)) == 0
	finding := {
		"resource": id,
		"path": input.vpc_endpoints[id].private_dns.at,
		"message": sprintf("the name of %s does not resolve to it within the VPC", [service(id)]),
		"severity": severity(facts),
		"related": array.concat(facts.private_dns.evidence, users(facts)),
	}
}

users(facts) := [evidence |
	some placement, _ in facts.needed_by
	evidence := {"resource": placement, "path": "", "message": "needs the service"}
]

# With a NAT gateway the traffic just takes the longer way.
severity(facts) := "high" if only_way(facts)

severity(facts) := "low" if not only_way(facts)

only_way(facts) if {
	some reliance in facts.needed_by
	reliance.without_egress
}

unknown contains doubt if {
	some id, facts in needed
	not served_past(id)
	doubt := {
		"resource": id,
		"path": input.vpc_endpoints[id].private_dns.at,
		"message": "cannot tell whether the name of its service resolves to it",
		"missing": facts.private_dns.unknown,
	}
}

unknown contains doubt if {
	some id, facts in needed
	facts.private_dns.known == false
	some missing in past_doubts(id)
	doubt := {
		"resource": id,
		"path": input.vpc_endpoints[id].private_dns.at,
		"message": "cannot tell whether another endpoint serves the tasks, for the name of its service leads past it",
		"missing": missing,
	}
}

# ---- endpoints that tasks may need, and what leaves it open: one doubt for each placement is enough

possible[id] contains missing if {
	some id, facts in input.facts.vpc_endpoints
	not needed[id]
	some placement, reliance in facts.needed_by
	not reliance.certain
	not spared(id, facts)
	some missing in unknown_vpc(id, placement)
}

unknown_vpc(id, _) := input.vpc_endpoints[id].vpc.open if count(input.vpc_endpoints[id].vpc.open) > 0

unknown_vpc(id, placement) := [answers.undecided(sprintf("whether %s is in the VPC of %s", [id, placement]))] if {
	count(input.vpc_endpoints[id].vpc.open) == 0
}

# A gateway has no private DNS.
possible[id] contains missing if {
	some id, facts in input.facts.vpc_endpoints
	count(facts.needed_by) > 0
	missing := input.vpc_endpoints[id].endpoint_type.unknown
}

possible[id] contains missing if {
	some id, _ in input.facts.vpc_endpoints
	count(outbound.placements) > 0
	missing := input.vpc_endpoints[id].service.unknown
}

# What tasks need is not known to the end.
possible[id] contains missing if {
	some id, _ in input.facts.vpc_endpoints
	not needed[id]
	some placement, facts in outbound.placements
	missing := outbound.open_need(id, facts)[0]
	outbound.may_share_vpc(placement, id)
}

# Tasks in subnets that nobody can see may be in its VPC.
possible[id] contains missing if {
	some id, _ in input.facts.vpc_endpoints
	not needed[id]
	some placement, facts in outbound.placements
	outbound.may_need(id, facts)
	missing := outbound.hidden_subnets(placement)[0]
}

subjects contains subject if {
	some id, _ in possible
	subject := {"resource": id, "basis": input.facts.vpc_endpoints[id].private_dns.basis}
}

# Where its name resolves to it, it is right whoever relies on it.
unknown contains doubt if {
	some id, all_missing in possible
	not input.facts.vpc_endpoints[id].private_dns.known
	some missing in all_missing
	doubt := {
		"resource": id,
		"path": input.vpc_endpoints[id].service.at,
		"message": "cannot tell whether tasks rely on it, and its service's name may not resolve to it",
		"missing": missing,
	}
}
