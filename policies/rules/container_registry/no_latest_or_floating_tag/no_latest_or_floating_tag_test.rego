package ecs_audit.rules.container_registry.no_latest_or_floating_tag_test

import data.ecs_audit.rules.container_registry.no_latest_or_floating_tag as rule

parameters := {"floating_tags": ["latest", "stable", "main", "master", "dev", "prod", "edge"]}

missing := {"why": "after_apply", "fact": "x", "remedy": "y"}

placeholder := {"why": "placeholder", "fact": "x", "remedy": "y"}

absent := {"absent": true}

known(value) := {"known": value}

digest := known("sha256:4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a")

ecr := known({"kind": "ecr", "account": "123456789012", "region": "eu-west-1"})

ecr_public := known({"kind": "ecr_public"})

# An image of the repository `shop`.
image(tag, digest_of_it) := from(ecr, known("shop"), tag, digest_of_it)

from(registry, repository, tag, digest_of_it) := {
	"known": {"text": "shop", "registry": registry, "repository": repository, "tag": tag, "digest": digest_of_it},
	"at": "image",
}

# A container `web` of the task definition `shop` with that image.
container(of) := with_firelens(of, false)

with_firelens(of, router) := {"containers": {"shop#web": {
	"task_definition": "shop",
	"label": "container \"web\"",
	"image": of,
	"firelens": known(router),
}}}

# The same, with the tag `tag` of a repository of the input.
in_repository(tag, mutability, excluded) := object.union(container(image(known(tag), absent)), {
	"repositories": {"ours": {"tag_mutability": mutability}},
	"facts": {
		"containers": {"shop#web": {"repository": known("ours")}},
		"repositories": {"ours": {"uses": [
			{"task_definition": "other", "tag": known(tag), "excluded": known(false)},
			{"task_definition": "shop", "tag": known("other"), "excluded": known(false)},
			{"task_definition": "shop", "tag": known(tag), "excluded": excluded},
		]}},
	},
})

pass_input := container(image(known("1.4.2"), absent))

fail_input := container(image(known("latest"), absent))

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

reasons(set) := {[entry.resource, entry.missing.why] | some entry in set}

test_a_tag_of_its_own_passes if {
	rule.subjects == {{"resource": "shop#web", "basis": "value"}} with input as pass_input
	rule.deny == set() with input as pass_input with data.parameters as parameters
	rule.unknown == set() with input as pass_input with data.parameters as parameters
}

test_latest_fails if {
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding.resource == "shop#web"
	finding.path == "image"
	finding.severity == "high"
	finding.message == "the image of container \"web\", shop, has a tag that moves"
	rule.unknown == set() with input as fail_input with data.parameters as parameters
}

test_a_missing_tag_is_latest if {
	case := container(image(absent, absent))
	some finding in rule.deny with input as case with data.parameters as parameters
	finding.severity == "high"
	finding.message == "the image of container \"web\", shop, has no tag, which means latest"
}

test_tags_that_move_and_tags_that_do_not if {
	moving := ["latest", "Latest", "stable", "main", "master", "dev", "prod", "edge", "v1", "v12"]
	every tag in moving {
		case := container(image(known(tag), absent))
		resources(rule.deny) == {"shop#web"} with input as case with data.parameters as parameters
	}
	fixed := ["v1.2", "1", "1.27-alpine", "2024-05-01", "9f86d08", "main-9f86d08", "stable-20240501", "development"]
	every tag in fixed {
		case := container(image(known(tag), absent))
		rule.deny == set() with input as case with data.parameters as parameters
	}
}

test_floating_tags_can_be_configured if {
	own := {"floating_tags": ["Nightly"]}
	nightly := container(image(known("nightly"), absent))
	resources(rule.deny) == {"shop#web"} with input as nightly with data.parameters as own
	rule.deny == set() with input as container(image(known("edge"), absent)) with data.parameters as own
}

test_a_digest_passes if {
	case := container(image(absent, digest))
	resources(rule.subjects) == {"shop#web"} with input as case
	rule.deny == set() with input as case with data.parameters as parameters
	rule.unknown == set() with input as case with data.parameters as parameters
}

test_a_digest_wins_over_the_tag if {
	every tag in [known("latest"), {"unknown": missing}] {
		case := container(image(tag, digest))
		rule.deny == set() with input as case with data.parameters as parameters
		rule.unknown == set() with input as case with data.parameters as parameters
	}
}

test_a_log_router_may_be_stable if {
	of := from(ecr, known("aws-for-fluent-bit"), known("stable"), absent)
	severities(rule.deny) == {"low"} with input as with_firelens(of, true) with data.parameters as parameters
	severities(rule.deny) == {"high"} with input as with_firelens(of, false) with data.parameters as parameters
}

test_a_log_router_may_not_be_latest if {
	case := with_firelens(image(known("latest"), absent), true)
	severities(rule.deny) == {"high"} with input as case with data.parameters as parameters
}

test_sidecars_of_aws_may_be_stable if {
	of_aws := [
		from(ecr_public, known("aws-observability/aws-for-fluent-bit"), known("stable"), absent),
		from(ecr_public, known("xray/aws-xray-daemon"), known("stable"), absent),
		from(ecr, known("aws-guardduty-agent-fargate"), known("stable"), absent),
	]
	every of in of_aws {
		severities(rule.deny) == {"low"} with input as container(of) with data.parameters as parameters
	}
}

test_sidecars_of_aws_may_not_be_latest if {
	case := container(from(ecr_public, known("xray/aws-xray-daemon"), known("latest"), absent))
	severities(rule.deny) == {"high"} with input as case with data.parameters as parameters
}

test_images_that_are_only_named_like_those_of_aws_may_not_be_stable if {
	of_others := [
		from(ecr_public, known("docker/library/nginx"), known("stable"), absent),
		from(ecr_public, known("aws-guardduty-agent-fargate"), known("stable"), absent),
		from(ecr, known("aws-observability/aws-for-fluent-bit"), known("stable"), absent),
	]
	every of in of_others {
		severities(rule.deny) == {"high"} with input as container(of) with data.parameters as parameters
	}
}

test_a_floating_tag_that_cannot_be_moved_is_low if {
	case := in_repository("prod", known("immutable"), known(false))
	severities(rule.deny) == {"low"} with input as case with data.parameters as parameters
}

test_latest_is_high_even_where_it_cannot_be_moved if {
	case := in_repository("latest", known("immutable"), known(false))
	severities(rule.deny) == {"high"} with input as case with data.parameters as parameters
}

test_a_tag_that_no_exclusion_filter_matches_cannot_be_moved if {
	exclusion := known("immutable_with_exclusion")
	free := in_repository("prod", exclusion, known(false))
	severities(rule.deny) == {"low"} with input as free with data.parameters as parameters
	matched := in_repository("prod", exclusion, known(true))
	severities(rule.deny) == {"high"} with input as matched with data.parameters as parameters
	doubtful := in_repository("prod", exclusion, {"unknown": missing})
	severities(rule.deny) == {"high"} with input as doubtful with data.parameters as parameters
}

test_a_mutable_or_unknown_repository_does_not_help if {
	every mutability in [known("mutable"), {"unknown": missing}] {
		case := in_repository("prod", mutability, known(false))
		severities(rule.deny) == {"high"} with input as case with data.parameters as parameters
	}
}

test_a_placeholder_for_the_tag_is_unknown if {
	every digest_of_it in [absent, {"unknown": placeholder}] {
		case := container(image({"unknown": placeholder}, digest_of_it))
		rule.deny == set() with input as case with data.parameters as parameters
		reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as case with data.parameters as parameters
	}
}

test_a_floating_tag_with_an_unknown_digest_is_unknown if {
	case := container(image(known("latest"), {"unknown": missing}))
	rule.deny == set() with input as case with data.parameters as parameters
	reasons(rule.unknown) == {["shop#web", "after_apply"]} with input as case with data.parameters as parameters
}

test_a_floating_tag_fails_wherever_the_image_comes_from if {
	hidden := {"unknown": placeholder}
	case := container(from(hidden, hidden, known("latest"), absent))
	severities(rule.deny) == {"high"} with input as case with data.parameters as parameters
}

test_an_unknown_image_is_unknown if {
	case := container({"unknown": missing, "at": "image"})
	resources(rule.subjects) == {"shop#web"} with input as case
	rule.deny == set() with input as case with data.parameters as parameters
	reasons(rule.unknown) == {["shop#web", "after_apply"]} with input as case with data.parameters as parameters
}

test_a_container_without_image_is_unknown if {
	case := container({"absent": true, "at": "image"})
	reasons(rule.unknown) == {["shop#web", "outside_input"]} with input as case with data.parameters as parameters
}

test_containers_that_cannot_be_read_are_unknown if {
	case := {"task_definitions": {"shop": {"containers": {"unknown": missing, "at": "container_definitions"}}}}
	resources(rule.subjects) == {"shop"} with input as case
	reasons(rule.unknown) == {["shop", "after_apply"]} with input as case with data.parameters as parameters
	readable := {"task_definitions": {"shop": {"containers": object.union(known([]), {"at": "container_definitions"})}}}
	rule.subjects == set() with input as readable
}
