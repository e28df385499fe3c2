# Ways out: tasks that have to reach AWS services from their own network interfaces, and the endpoints that may serve them.
package ecs_audit.lib.outbound

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.links

# placements holds tasks that need a way out of their own: on Fargate, or where nobody knows on what.
placements[id] := facts if {
	some id, facts in input.facts.placements
	answers.may_hold(facts.awsvpc)
	not facts.compute.known in {"ec2", "external"}
}

# without_egress holds where a subnet has no way to the internet.
without_egress(facts, subnet) if facts.endpoints.subnets[subnet].known == "none"

# hidden_subnets holds the doubts about subnets that a placement may have besides those that are named.
hidden_subnets(id) := input.placements[id].network.known.subnets.open

hidden_subnets(id) := [missing] if missing := input.placements[id].network.unknown

# certainly_used narrows subnets down to those that tasks certainly use: the certain members among them, or all of them
# where they are all the candidates that there are. Undefined where tasks may use none of them.
certainly_used(_, facts, subnets) := certain if {
	certain := {subnet | some subnet in subnets; facts.subnets[subnet].certain}
	count(certain) > 0
}

certainly_used(id, facts, subnets) := subnets if {
	count(subnets) > 0
	every subnet in subnets {
		not facts.subnets[subnet].certain
	}
	count(subnets) == count(facts.subnets)
	count(hidden_subnets(id)) == 0
}

# central is the doubt whether a service is reached over a transit gateway, at an endpoint in a VPC that others share. S3
# wants a gateway endpoint, which cannot be shared.
central(path) := missing if {
	path.service != "s3"
	path.met.known == false
	count(path.endpoints) == 0
	some table, _ in input.facts.subnets[path.subnet].route_tables.members
	some route in input.route_tables[table].routes
	route.target.known in {"core_network", "transit_gateway"}
	missing := {
		"why": "outside_input",
		"fact": sprintf("%s: whether its transit gateway leads to an endpoint for %s in another VPC", [path.subnet, path.service]),
		"remedy": "add an endpoint to the VPC, or check the shared endpoints and their private hosted zones",
	}
}

# cut_off holds the subnets from which a service cannot be reached.
cut_off(facts, service) := {path.subnet |
	some path in facts.endpoints.paths
	path.service == service
	path.met.known == false
	without_egress(facts, path.subnet)
	not central(path)
}

# unsettled is what leaves open whether an endpoint meets a need.
unsettled(path) := missing if missing := path.met.unknown

unsettled(path) := missing if missing := central(path)

# egress_doubt is what leaves open whether a subnet has a way to the internet.
egress_doubt(_, egress) := missing if missing := egress.unknown

egress_doubt(subnet, egress) := missing if {
	egress.known == "other"
	missing := {
		"why": "outside_input",
		"fact": sprintf("%s: where its default route leads beyond the VPC", [subnet]),
		"remedy": "give the VPC endpoints of its own, or check the network behind the route",
	}
}

# ---- which of the endpoints on offer tasks take

# takes holds where tasks certainly take an endpoint. Names resolve to one whose private DNS works, whatever other way
# there is; without a way to the internet any endpoint is taken, unless another one serves.
takes(_, _, option) if {
	option.matches.known
	option.private_dns.known
}

takes(facts, path, option) if {
	option.matches.known
	without_egress(facts, path.subnet)
	path.met.known == false
}

# may_take holds unless tasks certainly do not.
may_take(_, _, option) if answers.may_hold(option.private_dns)

may_take(facts, path, _) if {
	facts.endpoints.subnets[path.subnet]
	not served(path)
}

served(path) if path.met.known

# take_doubts is what leaves it open: the VPC or service of the endpoint, its private DNS, and where no name leads to it
# the way to the internet and the other endpoints.
take_doubts(facts, path, option) := {missing |
	some attribute in ["matches", "private_dns"]
	missing := option[attribute].unknown
} | {missing |
	not option.private_dns.known
	some missing in ways_besides(facts, path)
}

ways_besides(facts, path) := {missing |
	missing := egress_doubt(path.subnet, facts.endpoints.subnets[path.subnet])
} | {missing |
	facts.endpoints.subnets[path.subnet]
	missing := path.met.unknown
}

# ---- endpoints that tasks may need

# Everything that ECS itself calls for a task.
task_services := {
	"ecr.api", "ecr.dkr", "ecs-agent", "kinesis-firehose", "kinesis-streams", "kms", "logs", "s3", "secretsmanager",
	"ssm", "ssmmessages",
}

# open_need holds the doubts about whether tasks need the service of an endpoint.
open_need(endpoint, facts) := facts.endpoints.open if {
	service := input.vpc_endpoints[endpoint].service.known
	service in task_services
	not facts.endpoints.services[service]
}

open_need(endpoint, facts) := facts.endpoints.open if input.vpc_endpoints[endpoint].service.unknown

# may_need holds where tasks need the service of an endpoint, or nobody can tell.
may_need(endpoint, facts) if facts.endpoints.services[input.vpc_endpoints[endpoint].service.known]

may_need(endpoint, facts) if {
	input.vpc_endpoints[endpoint].service.unknown
	count(facts.endpoints.services) > 0
}

may_need(endpoint, facts) if count(open_need(endpoint, facts)) > 0

# may_rely holds where tasks may take an endpoint once they need its service: without a proven way to the internet, or
# where names may resolve to it.
may_rely(_, facts) if count(facts.endpoints.subnets) > 0

may_rely(endpoint, _) if may_draw(endpoint)

may_draw(endpoint) if answers.may_hold(input.facts.vpc_endpoints[endpoint].private_dns)

# may_share_vpc holds unless an endpoint and all subnets of a placement are in different VPCs.
may_share_vpc(id, endpoint) if {
	some subnet, _ in input.facts.placements[id].subnets
	not apart(input.subnets[subnet].vpc, input.vpc_endpoints[endpoint].vpc)
}

apart(a, b) if {
	count(a.open) + count(b.open) == 0
	count(links.candidates(a) & links.candidates(b)) == 0
}
