# METADATA
# title: ECR repositories used by tasks have immutable tags
# description: >-
#   A tag that can be moved changes what a rollback or a scale-out will run, without any change to the service.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
#     description: Preventing image tags from being overwritten in Amazon ECR
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html
#     description: Security Hub CSPM controls for Amazon ECR
# custom:
#   id: ECS-ECR-001
#   severity: medium
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Set image_tag_mutability to IMMUTABLE and give every build a tag of its own.
#   controls:
#     security_hub: [ECR.2]
#     aws_config: [ecr-private-tag-immutability-enabled]
#     checkov: [CKV_AWS_51]
#     prowler: [ecr_repositories_tag_immutability]
#     trivy: [AVD-AWS-0031]
package ecs_audit.rules.container_registry.ecr_immutable_tags

import data.ecs_audit.lib.answers

# Repositories that some task definition pulls from.
repositories[id] := repository if {
	some id, repository in input.repositories
	count(input.facts.repositories[id].uses) > 0
}

uses(id) := input.facts.repositories[id].uses

subjects contains subject if {
	some id, _ in repositories
	subject := {"resource": id, "basis": input.facts.repositories[id].basis}
}

subjects contains subject if {
	some id, repository in repositories
	repository.tag_mutability.known == "immutable_with_exclusion"
	subject := {
		"resource": id,
		"basis": input.facts.repositories[id].basis,
		"note": sprintf("tags that match %s can be moved; none of them is in use", [filters(repository)]),
	}
}

# An image of a repository that the input does not describe, or of one that nobody can name.
subjects contains subject if {
	some id, container in input.containers
	input.facts.containers[id].repository.unknown
	subject := {"resource": id, "basis": answers.basis_of(container)}
}

subjects contains subject if {
	some id, _ in unread
	subject := {"resource": id, "basis": "value"}
}

# Task definitions whose containers cannot be read, and that mention no repository either.
unread[id] := definition if {
	some id, definition in input.task_definitions
	definition.containers.unknown
	count(definition.mentioned_repositories.members) == 0
}

filters(repository) := concat(", ", sort(repository.exclusion_filters.known))

filters(repository) := "an exclusion filter" if not repository.exclusion_filters.known

deny contains finding if {
	some id, repository in repositories
	repository.tag_mutability.known in {"mutable", "mutable_with_exclusion"}
	finding := {
		"resource": id,
		"path": repository.tag_mutability.at,
		"message": message(repository),
		"severity": severity(id),
		"related": users(id),
	}
}

message(repository) := "its tags can be moved" if {
	repository.tag_mutability.known == "mutable"
	not repository.tag_mutability["default"]
}

message(repository) := "its tags can be moved: mutability is not set, and MUTABLE is the default" if {
	repository.tag_mutability.known == "mutable"
	repository.tag_mutability["default"]
}

message(repository) := sprintf("its tags can be moved, but for those that match %s", [filters(repository)]) if {
	repository.tag_mutability.known == "mutable_with_exclusion"
}

# A digest cannot be moved.
severity(id) := "low" if all_pinned(id)

severity(id) := "medium" if not all_pinned(id)

all_pinned(id) if {
	every use in uses(id) {
		use.pinned.known
	}
}

users(id) := [evidence |
	some use in uses(id)
	evidence := {"resource": use.task_definition, "path": "", "message": "pulls from it"}
]

deny contains finding if {
	some id, repository in repositories
	repository.tag_mutability.known == "immutable_with_exclusion"
	some use in uses(id)
	use.excluded.known
	finding := {
		"resource": id,
		"path": repository.exclusion_filters.at,
		"message": sprintf("its exclusion filter (%s) lets a tag in use be moved", [filters(repository)]),
		"severity": severity_of(use),
		"related": [{"resource": use.task_definition, "path": "", "message": "uses a tag that the filter matches"}],
	}
}

severity_of(use) := "low" if use.pinned.known

severity_of(use) := "medium" if not use.pinned.known

unknown contains doubt if {
	some id, repository in repositories
	repository.tag_mutability.known == "immutable_with_exclusion"
	some use in uses(id)
	doubt := {
		"resource": id,
		"path": repository.exclusion_filters.at,
		"message": sprintf("cannot tell whether its exclusion filter (%s) matches a tag in use", [filters(repository)]),
		"missing": use.excluded.unknown,
	}
}

unknown contains doubt if {
	some id, repository in repositories
	doubt := {
		"resource": id,
		"path": repository.tag_mutability.at,
		"message": "cannot tell whether its tags can be moved",
		"missing": repository.tag_mutability.unknown,
	}
}

# What neither the plan nor the data source states.
unknown contains doubt if {
	some id, repository in repositories
	repository.tag_mutability.absent
	doubt := {
		"resource": id,
		"path": repository.tag_mutability.at,
		"message": "cannot tell whether its tags can be moved",
		"missing": {
			"why": "outside_input",
			"fact": sprintf("%s: its tag mutability", [id]),
			"remedy": "manage the repository in the same configuration, or read it with a data source",
		},
	}
}

unknown contains doubt if {
	some id, container in input.containers
	doubt := {
		"resource": id,
		"path": container.image.at,
		"message": sprintf("cannot tell whether the tags of the repository of %s can be moved", [container.label]),
		"missing": input.facts.containers[id].repository.unknown,
	}
}

unknown contains doubt if {
	some id, definition in unread
	doubt := {
		"resource": id,
		"path": definition.containers.at,
		"message": "cannot tell which repositories its images come from",
		"missing": definition.containers.unknown,
	}
}
