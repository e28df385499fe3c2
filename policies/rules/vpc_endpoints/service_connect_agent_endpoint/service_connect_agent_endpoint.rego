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

placements[id] := facts if {
	some id, facts in input.facts.placements
	answers.may_hold(facts.awsvpc)
	not facts.compute.known in {"ec2", "external"}
	answers.may_hold(input.placements[id].service_connect)
}

# Services with Service Connect in a subnet from which no way to the internet is proven.
services[id] := facts if {
	some id, facts in placements
	count(facts.endpoints.subnets) > 0
}

subjects contains subject if {
	some id, facts in services
	subject := {"resource": id, "basis": facts.network_basis}
}

agent_paths(facts) := [path | some path in facts.endpoints.paths; path.service == "ecs-agent"]

no_egress(facts, path) if facts.endpoints.subnets[path.subnet].known == "none"

# Subnets from which proxies reach no ecs-agent endpoint.
cut_off(facts) := {path.subnet |
	some path in agent_paths(facts)
	path.met.known == false
	no_egress(facts, path)
	not may_be_central(path)
}

# Those of them that tasks certainly use: certain members, or all candidates where none of them reaches one.
certainly_cut_off(_, facts) := subnets if {
	subnets := {subnet | some subnet in cut_off(facts); facts.subnets[subnet].certain}
	count(subnets) > 0
}

certainly_cut_off(id, facts) := subnets if {
	subnets := cut_off(facts)
	count(subnets) > 0
	every subnet in subnets {
		not facts.subnets[subnet].certain
	}
	count(subnets) == count(facts.subnets)
	count(hidden_subnets(id)) == 0
}

deny contains finding if {
	some id, facts in services
	some subnet in certainly_cut_off(id, facts)
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
	no_egress(facts, path)
	missing := unsettled(path)
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

unsettled(path) := missing if missing := path.met.unknown

unsettled(path) := missing if {
	path.met.known == false
	may_be_central(path)
	missing := {
		"why": "outside_input",
		"fact": sprintf("%s: whether its transit gateway leads to an endpoint for ecs-agent in another VPC", [path.subnet]),
		"remedy": "add an ecs-agent endpoint to the VPC, or check the shared endpoints and their private hosted zones",
	}
}

# Endpoints of a shared VPC serve others over a transit gateway.
may_be_central(path) if {
	count(path.endpoints) == 0
	some table, _ in input.facts.subnets[path.subnet].route_tables.members
	some route in input.route_tables[table].routes
	route.target.known in {"core_network", "transit_gateway"}
}

unknown contains doubt if {
	some id, facts in services
	not certainly_cut_off(id, facts)
	some subnet in cut_off(facts)
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
	missing := egress_doubt(path.subnet, facts.endpoints.subnets[path.subnet])
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

egress_doubt(_, egress) := missing if missing := egress.unknown

egress_doubt(subnet, egress) := missing if {
	egress.known == "other"
	missing := {
		"why": "outside_input",
		"fact": sprintf("%s: where its default route leads beyond the VPC", [subnet]),
		"remedy": "add an ecs-agent endpoint, or check the network behind the route",
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
hidden_subnets(id) := input.placements[id].network.known.subnets.open

hidden_subnets(id) := [missing] if missing := input.placements[id].network.unknown

subjects contains subject if {
	some id, facts in placements
	count(hidden_subnets(id)) > 0
	subject := {"resource": id, "basis": facts.network_basis}
}

unknown contains doubt if {
	some id, _ in placements
	some missing in hidden_subnets(id)
	doubt := {
		"resource": id,
		"path": input.placements[id].network.at,
		"message": "cannot tell whether its subnets have a way to the internet, for its Service Connect proxies",
		"missing": missing,
	}
}
