# METADATA
# title: Images are pullable without internet egress
# description: >-
#   Endpoints lead to AWS services of the same region and nowhere else: an image on Docker Hub, ghcr.io, ECR
#   Public or in another region's ECR cannot be pulled without a way to the internet.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
#     description: Amazon ECR interface VPC endpoints
# custom:
#   id: ECS-VPCE-006
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Mirror the image to a private ECR repository of the region, or pull it through a pull-through cache
#     rule.
package ecs_audit.rules.vpc_endpoints.no_nat_image_reachable

import data.ecs_audit.lib.answers
import data.ecs_audit.lib.outbound

# Where a container may run without a proven way to the internet. A subnet that nobody can see has no name.
places[id] contains place if {
	some placement, facts in outbound.placements
	some subnet, egress in facts.endpoints.subnets
	some definition, member in input.placements[placement].task_definition.members
	some id in input.task_definitions[definition].containers.known
	place := {
		"placement": placement,
		"subnet": subnet,
		"egress": egress,
		"region": facts.region,
		"runs": member.certain,
		"placed": placed(placement, facts, subnet),
		"windows": input.task_definitions[definition].windows,
	}
}

places[id] contains place if {
	some placement, facts in outbound.placements
	some missing in outbound.hidden_subnets(placement)
	some definition, member in input.placements[placement].task_definition.members
	some id in input.task_definitions[definition].containers.known
	place := {
		"placement": placement,
		"subnet": "a subnet that cannot be told",
		"egress": {"unknown": missing},
		"region": facts.region,
		"runs": member.certain,
		"placed": true,
		"windows": input.task_definitions[definition].windows,
	}
}

# Tasks are placed in the subnet for certain, or in another candidate that is no better.
placed(placement, facts, subnet) := true if sure_of(placement, facts, subnet)

placed(placement, facts, subnet) := false if not sure_of(placement, facts, subnet)

sure_of(_, facts, subnet) if facts.subnets[subnet].certain

sure_of(placement, facts, _) if {
	count(outbound.hidden_subnets(placement)) == 0
	every other, _ in facts.subnets {
		facts.endpoints.subnets[other].known == "none"
	}
}

without_egress(place) if place.egress.known == "none"

# What can be pulled without a way to the internet is right wherever the subnet leads.
subjects contains subject if {
	some id, all_places in places
	some place in all_places
	basis := input.facts.placements[place.placement].network_basis
	subject := object.union({"resource": id, "basis": basis}, note(id))
}

note(id) := {"note": "the first pull of a new image may need a NAT gateway, later ones come from the repository"} if {
	pulls_through(id)
}

note(id) := {} if not pulls_through(id)

pulls_through(id) if {
	input.facts.containers[id].pull_through
	registry(id).known.kind == "ecr"
}

registry(id) := input.containers[id].image.known.registry

beyond_reach(id, _) if registry(id).known.kind in {"docker_hub", "ecr_public", "public"}

beyond_reach(id, place) if {
	registry(id).known.kind == "ecr"
	registry(id).known.region != place.region.known
}

deny contains finding if {
	some id, all_places in places
	some place in all_places
	place.runs
	place.placed
	without_egress(place)
	beyond_reach(id, place)
	container := input.containers[id]
	finding := {
		"resource": id,
		"path": container.image.at,
		"message": sprintf("the image of %s, %s, cannot be pulled: %s has no way to %s", [
			container.label,
			container.image.known.text,
			place.subnet,
			shown(registry(id).known),
		]),
		"related": array.concat(
			[{"resource": place.placement, "path": "task_definition", "message": sprintf("runs it in %s", [place.subnet])}],
			input.facts.subnets[place.subnet].egress.evidence,
		),
	}
}

shown(of) := "Docker Hub" if of.kind == "docker_hub"

shown(of) := "Amazon ECR Public" if of.kind == "ecr_public"

shown(of) := of.host if of.kind == "public"

shown(of) := sprintf("Amazon ECR in %s", [of.region]) if of.kind == "ecr"

# ---- doubts

unknown contains doubt if {
	some id, all_places in places
	some place in all_places
	container := input.containers[id]
	some missing in doubts(id, place)
	doubt := {
		"resource": id,
		"path": container.image.at,
		"message": sprintf("cannot tell whether the image of %s can be pulled from %s", [container.label, place.subnet]),
		"missing": missing,
	}
}

# The image, its registry or the region is not known.
doubts(id, _) := [missing] if missing := input.containers[id].image.unknown

doubts(id, _) := [missing] if missing := registry(id).unknown

doubts(id, place) := [missing] if {
	registry(id).known.kind == "ecr"
	missing := place.region.unknown
}

# A host of one's own may resolve within the VPC.
doubts(id, _) := [missing] if {
	registry(id).known.kind == "other"
	missing := {
		"why": "outside_input",
		"fact": sprintf("whether %s can be reached from within the VPC", [registry(id).known.host]),
		"remedy": "mirror the image to a private ECR repository, or check the route to that host",
	}
}

# Where the subnet leads is not known, or not to the end.
doubts(id, place) := [missing] if {
	beyond_reach(id, place)
	missing := outbound.egress_doubt(place.subnet, place.egress)
}

doubts(id, place) := [missing] if {
	beyond_reach(id, place)
	without_egress(place)
	some flag in [place.runs, place.placed]
	flag == false
	missing := answers.undecided(sprintf("whether %s runs it in %s", [place.placement, place.subnet]))
}

# The base layers of a Windows image may be Microsoft's to give, and then are no part of the repository.
doubts(id, place) := [missing] if {
	registry(id).known.kind == "ecr"
	registry(id).known.region == place.region.known
	missing := base_layers(place.windows)
}

base_layers(windows) := windows.unknown

base_layers(windows) := missing if {
	windows.known
	missing := {
		"why": "outside_input",
		"fact": "whether the Windows base layers were pushed with the image, or come from mcr.microsoft.com",
		"remedy": "push them to the repository as well, or give the subnet a way to the internet",
	}
}

# Containers that nobody can see are a doubt about their placement.
hidden[placement] contains missing if {
	some placement, facts in outbound.placements
	count(facts.endpoints.subnets) > 0
	some missing in hidden_images(placement)
}

hidden_images(placement) := array.concat(input.placements[placement].task_definition.open, [missing |
	some definition, _ in input.placements[placement].task_definition.members
	missing := unseen(definition)
])

unseen(definition) := missing if missing := input.task_definitions[definition].containers.unknown

unseen(definition) := missing if {
	not input.task_definitions[definition]
	missing := {
		"why": "outside_input",
		"fact": sprintf("the containers of %s", [definition]),
		"remedy": "manage the task definition in the same configuration, so that the plan describes it",
	}
}

subjects contains subject if {
	some placement, _ in hidden
	subject := {"resource": placement, "basis": "value"}
}

unknown contains doubt if {
	some placement, all_missing in hidden
	some missing in all_missing
	doubt := {
		"resource": placement,
		"path": input.placements[placement].task_definition.at,
		"message": "cannot tell which images its tasks pull without a way to the internet",
		"missing": missing,
	}
}
