# METADATA
# title: "Images are pinned: no :latest, no missing tag"
# description: >-
#   A task definition that names latest, a branch or no tag at all runs whatever was pushed last: two tasks of
#   one revision may differ, and going back to an earlier revision changes nothing.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
#     description: Container image resolution (rolling deployments)
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
#     description: Preventing image tags from being overwritten in Amazon ECR
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html
#     description: "Amazon ECS best practices: task and container security"
# custom:
#   id: ECS-ECR-007
#   severity: high
#   tier: 1
#   sources: [account, plan, taskdef]
#   remediation: >-
#     Reference the image by a tag that is unique to the build, or by digest.
#   parameters:
#     floating_tags:
#       description: >-
#         Tags that are expected to move
#       default: ["latest", "stable", "main", "master", "dev", "prod", "edge"]
package ecs_audit.rules.container_registry.no_latest_or_floating_tag

import data.ecs_audit.lib.answers

subjects contains subject if {
	some id, container in input.containers
	subject := {"resource": id, "basis": answers.basis_of(container)}
}

# Containers that nobody can see are a doubt about their task definition.
subjects contains subject if {
	some id, definition in input.task_definitions
	definition.containers.unknown
	subject := {"resource": id, "basis": "value"}
}

# Without tag and digest the tag is latest.
tag(image) := image.tag.known

tag(image) := "latest" if image.tag.absent

floating(tag) if lower(tag) in {lower(name) | some name in data.parameters.floating_tags}

# v1 moves with every release of that major version; v1.2 names one.
floating(tag) if regex.match(`^v[0-9]+$`, tag)

deny contains finding if {
	some id, container in input.containers
	image := container.image.known
	image.digest.absent
	floating(tag(image))
	finding := {
		"resource": id,
		"path": container.image.at,
		"message": message(container, image),
		"severity": severity(id, container, image),
		"related": [],
	}
}

message(container, image) := sprintf("the image of %s, %s, has no tag, which means latest", [container.label, image.text]) if {
	image.tag.absent
}

message(container, image) := sprintf("the image of %s, %s, has a tag that moves", [container.label, image.text]) if {
	image.tag.known
}

# Sidecars of AWS are meant to be used by their stable tag, and where a tag cannot be moved it is unique, whatever it
# looks like.
severity(id, container, image) := "low" if mild(id, container, image)

severity(id, container, image) := "high" if not mild(id, container, image)

mild(_, container, image) if {
	tag(image) == "stable"
	container.firelens.known
}

mild(_, _, image) if {
	tag(image) == "stable"
	published_by_aws(image)
}

mild(id, container, image) if {
	lower(image.tag.known) != "latest"
	cannot_move(id, container, image)
}

# Namespaces of AWS in its public registry, and the agent of GuardDuty, which has an account in every region.
published_by_aws(image) if {
	image.registry.known.kind == "ecr_public"
	regex.match(`^(aws-observability|cloudwatch-agent|xray)/`, image.repository.known)
}

published_by_aws(image) if {
	image.registry.known.kind == "ecr"
	image.repository.known == "aws-guardduty-agent-fargate"
}

cannot_move(id, _, _) if {
	repository := input.facts.containers[id].repository.known
	input.repositories[repository].tag_mutability.known == "immutable"
}

# No exclusion filter matches the tag.
cannot_move(id, container, image) if {
	repository := input.facts.containers[id].repository.known
	input.repositories[repository].tag_mutability.known == "immutable_with_exclusion"
	some use in input.facts.repositories[repository].uses
	use.task_definition == container.task_definition
	use.tag.known == image.tag.known
	use.excluded.known == false
}

unknown contains doubt if {
	some id, container in input.containers
	image := container.image.known
	not image.digest.known
	some part in ["tag", "digest"]
	doubt := {
		"resource": id,
		"path": container.image.at,
		"message": sprintf("cannot tell which image %s runs", [container.label]),
		"missing": image[part].unknown,
	}
}

unknown contains doubt if {
	some id, container in input.containers
	doubt := {
		"resource": id,
		"path": container.image.at,
		"message": sprintf("cannot tell which image %s runs", [container.label]),
		"missing": container.image.unknown,
	}
}

unknown contains doubt if {
	some id, container in input.containers
	container.image.absent
	doubt := {
		"resource": id,
		"path": container.image.at,
		"message": sprintf("%s names no image", [container.label]),
		"missing": {
			"why": "outside_input",
			"fact": sprintf("%s: its image", [container.label]),
			"remedy": "state the image of the container",
		},
	}
}

unknown contains doubt if {
	some id, definition in input.task_definitions
	doubt := {
		"resource": id,
		"path": definition.containers.at,
		"message": "cannot tell which images its containers run",
		"missing": definition.containers.unknown,
	}
}
