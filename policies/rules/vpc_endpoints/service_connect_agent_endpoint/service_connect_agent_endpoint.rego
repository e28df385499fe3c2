# METADATA
# title: Service Connect in a no-egress subnet has the ecs-agent endpoint
# description: >-
#   The Service Connect proxy gets its configuration through the ecs-agent endpoint, or over the internet; with
#   neither it never becomes healthy.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
#     description: Amazon ECS interface VPC endpoints (AWS PrivateLink)
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
#     description: Service Connect
# custom:
#   id: ECS-VPCE-009
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Add an interface endpoint for ecs-agent with private DNS and HTTPS from the tasks.
package ecs_audit.rules.vpc_endpoints.service_connect_agent_endpoint

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.outbound

# Services with Service Connect, or of which nobody can tell.
placements[id] := facts if {
	some id, facts in outbound.placements
	answers.may_hold(input.placements[id].service_connect)
}

# Those in a subnet from which no way to the internet is proven.
services[id] := facts if {
	some id, facts in placements
	count(facts.endpoints.subnets) > 0
}

subjects contains subject if {
	some id, facts in services
	subject := {"resource": id, "basis": facts.network_basis}
}

agent_paths(facts) := [path | some path in facts.endpoints.paths; path.service == "ecs-agent"]

deny contains finding if {
	some id, facts in services
	some subnet in outbound.certainly_used(id, facts, outbound.cut_off(facts, "ecs-agent"))
	finding := {
		"resource": id,
		"path": input.placements[id].service_connect.at,
		"message": sprintf("its Service Connect proxies in %s reach no ecs-agent endpoint", [subnet]),
		"related": array.concat(facts.endpoints.services["ecs-agent"], input.facts.subnets[subnet].egress.evidence),
	}
}

# ---- doubts

unknown contains doubt if {
	some id, facts in services
	some path in agent_paths(facts)
	outbound.without_egress(facts, path.subnet)
	missing := outbound.unsettled(path)
	doubt := {
		"resource": id,
		"path": input.placements[id].service_connect.at,
		"message": sprintf(
			"cannot tell whether its Service Connect proxies in %s reach an ecs-agent endpoint",
			[path.subnet],
		),
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, facts in services
	subnets := outbound.cut_off(facts, "ecs-agent")
	not outbound.certainly_used(id, facts, subnets)
	some subnet in subnets
	doubt := {
		"resource": id,
		"path": input.placements[id].service_connect.at,
		"message": sprintf(
			"cannot tell whether tasks are placed in %s, from which they reach no ecs-agent endpoint",
			[subnet],
		),
		"missing": answers.undecided(sprintf("%s: which subnets are chosen", [id])),
	}
}

unknown contains doubt if {
	some id, facts in services
	some path in agent_paths(facts)
	not path.met.known
	missing := outbound.egress_doubt(path.subnet, facts.endpoints.subnets[path.subnet])
	doubt := {
		"resource": id,
		"path": input.placements[id].service_connect.at,
		"message": sprintf(
			"cannot tell whether its Service Connect proxies in %s have a way to the internet",
			[path.subnet],
		),
		"missing": missing,
	}
}

unknown contains doubt if {
	some id, _ in services
	doubt := {
		"resource": id,
		"path": input.placements[id].service_connect.at,
		"message": "cannot tell whether Service Connect is on",
		"missing": input.placements[id].service_connect.unknown,
	}
}

# Subnets that the input does not describe may be without a way out.
subjects contains subject if {
	some id, facts in placements
	count(outbound.hidden_subnets(id)) > 0
	subject := {"resource": id, "basis": facts.network_basis}
}

unknown contains doubt if {
	some id, _ in placements
	some missing in outbound.hidden_subnets(id)
	doubt := {
		"resource": id,
		"path": input.placements[id].network.at,
		"message": "cannot tell whether its subnets have a way to the internet, for its Service Connect proxies",
		"missing": missing,
	}
}
