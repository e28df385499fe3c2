# METADATA
# title: S3 gateway endpoint is associated with every task subnet's route table
# description: >-
#   ECR keeps image layers in S3, so a pull needs S3 as well; a gateway endpoint works only for the route tables
#   it is in, and the tasks' tables are easily forgotten.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
#     description: Amazon ECR interface VPC endpoints
# custom:
#   id: ECS-VPCE-004
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Add the route tables of the task subnets to route_table_ids of the S3 gateway endpoint.
package ecs_audit.rules.vpc_endpoints.s3_gateway_on_task_route_tables

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.outbound

# Tasks that pull from S3, by subnet without a proven way to the internet.
pulls[subnet] contains id if {
	some id, facts in outbound.placements
	facts.endpoints.services.s3
	some subnet, _ in facts.endpoints.subnets
}

# Tasks of which that cannot be told.
may_pull[subnet] contains id if {
	some id, facts in outbound.placements
	not facts.endpoints.services.s3
	count(facts.endpoints.open) > 0
	some subnet, _ in facts.endpoints.subnets
}

without_egress(subnet) if input.facts.subnets[subnet].egress.known == "none"

# Subnets from which no way to the internet leads, or nobody knows where it leads. Beside an S3 endpoint that does not
# matter.
subjects contains subject if {
	some subnet, facts in input.facts.subnets
	may_need(subnet)
	may_lack_egress(facts.egress)
	subject := {"resource": subnet, "basis": answers.weakest({facts.egress.basis, facts.route_tables.basis})}
}

may_need(subnet) if pulls[subnet]

may_need(subnet) if may_pull[subnet]

may_lack_egress(egress) if egress.known == "none"

may_lack_egress(egress) if egress.unknown

# Whether there is a way to the internet is not known, and it matters.
without_known_egress[subnet] := missing if {
	some subnet, facts in input.facts.subnets
	may_need(subnet)
	not served(subnet)
	missing := facts.egress.unknown
}

# ---- the ways to S3 from a subnet

options[subnet] contains option if {
	some facts in outbound.placements
	some path in facts.endpoints.paths
	path.service == "s3"
	some option in path.endpoints
	subnet := path.subnet
}

# A gateway in its table, or an interface endpoint whose private DNS answers clients in the VPC.
served(subnet) if {
	some option in options[subnet]
	option.matches.known
	gives_s3(option)
}

gives_s3(option) if option.routed.known

gives_s3(option) if option.private_dns.known

# Without a task that is known to pull from S3 there are no ways; the endpoints of its VPC still tell.
served(subnet) if {
	not pulls[subnet]
	tables := input.facts.subnets[subnet].route_tables
	count(tables.open) == 0
	count(tables.members) > 0
	some endpoint in input.vpc_endpoints
	endpoint.service.known == "s3"
	endpoint.endpoint_type.known == "gateway"
	every table, _ in tables.members {
		endpoint.route_tables.members[table].certain
	}
}

served(subnet) if {
	not pulls[subnet]
	some id, facts in input.facts.vpc_endpoints
	facts.private_dns.known
	endpoint := input.vpc_endpoints[id]
	endpoint.service.known == "s3"
	endpoint.endpoint_type.known == "interface"
	some vpc, member in endpoint.vpc.members
	member.certain
	input.subnets[subnet].vpc.members[vpc].certain
}

# What leaves open whether one of them gives S3.
doubts(subnet) := {missing |
	some option in options[subnet]
	some missing in doubts_of(option)
}

doubts_of(option) := {missing |
	not option.routed.known == false
	not option.private_dns.known == false
	some attribute in ["matches", "routed", "private_dns"]
	missing := option[attribute].unknown
}

# Tasks are certainly placed in it, or in another candidate that is no better.
used(subnet) if {
	some id in pulls[subnet]
	outbound.placements[id].subnets[subnet].certain
}

used(subnet) if {
	some id in pulls[subnet]
	count(outbound.hidden_subnets(id)) == 0
	every other, _ in outbound.placements[id].subnets {
		lacks_s3(other)
	}
}

lacks_s3(subnet) if {
	without_egress(subnet)
	not served(subnet)
	count(doubts(subnet)) == 0
}

deny contains finding if {
	some subnet, _ in pulls
	lacks_s3(subnet)
	used(subnet)
	finding := {
		"resource": subnet,
		"path": "",
		"message": sprintf(
			"no S3 gateway endpoint is in its route table (%s), and its tasks pull from S3",
			[tables(subnet)],
		),
		"related": array.concat(input.facts.subnets[subnet].egress.evidence, gateways(subnet)),
	}
}

tables(subnet) := answers.listed(object.keys(input.facts.subnets[subnet].route_tables.members))

gateways(subnet) := [evidence |
	elsewhere := {option.endpoint |
		some option in options[subnet]
		option.routed.known == false
	}
	some endpoint in sort(elsewhere)
	evidence := {"resource": endpoint, "path": "route_table_ids", "message": "serves S3 in other route tables"}
]

# ---- doubts

unknown contains doubt if {
	some subnet, _ in pulls
	without_egress(subnet)
	not served(subnet)
	some missing in doubts(subnet)
	doubt := {
		"resource": subnet,
		"path": "",
		"message": "cannot tell whether an S3 endpoint is in its route table",
		"missing": missing,
	}
}

unknown contains doubt if {
	some subnet, _ in pulls
	lacks_s3(subnet)
	not used(subnet)
	doubt := {
		"resource": subnet,
		"path": "",
		"message": "no S3 gateway endpoint is in its route table, and it cannot be told whether tasks are placed in it",
		"missing": answers.undecided(sprintf("which subnets are chosen: %s or others", [subnet])),
	}
}

unknown contains doubt if {
	some subnet, missing in without_known_egress
	doubt := {
		"resource": subnet,
		"path": "",
		"message": "cannot tell whether its tasks need an S3 endpoint",
		"missing": missing,
	}
}

unknown contains doubt if {
	some subnet, ids in may_pull
	without_egress(subnet)
	not served(subnet)
	some id in ids
	some missing in outbound.placements[id].endpoints.open
	doubt := {
		"resource": subnet,
		"path": "",
		"message": "cannot tell whether its tasks need an S3 endpoint",
		"missing": missing,
	}
}

# Tasks in subnets that nobody can see: the placement stands for them.
may_need_s3(facts) if facts.endpoints.services.s3

may_need_s3(facts) if count(facts.endpoints.open) > 0

out_of_sight[id] contains missing if {
	some id, facts in outbound.placements
	may_need_s3(facts)
	some missing in outbound.hidden_subnets(id)
	missing.why != "outside_input"
}

subjects contains subject if {
	some id, _ in out_of_sight
	subject := {"resource": id, "basis": outbound.placements[id].network_basis}
}

unknown contains doubt if {
	some id, all_missing in out_of_sight
	some missing in all_missing
	doubt := {
		"resource": id,
		"path": input.placements[id].network.at,
		"message": "cannot tell whether an S3 endpoint is in the route tables of its subnets",
		"missing": missing,
	}
}
