package ecs_audit.rules.container_registry.ecr_immutable_tags_test

import data.ecs_audit.rules.container_registry.ecr_immutable_tags as rule

missing := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

known(value) := {"known": value, "at": "a"}

# A task definition that pulls tag 1.4.2, which no filter matches.
tagged := {
	"task_definition": "shop",
	"tag": {"known": "1.4.2"},
	"pinned": {"known": false},
	"excluded": {"known": false},
}

matched := object.union(tagged, {"tag": {"known": "latest"}, "excluded": {"known": true}})

pinned := object.union(tagged, {"pinned": {"known": true}})

# A repository with `filters` that task definitions use as `uses` say.
repository(mutability, filters, uses) := {
	"repositories": {"shop": {
		"tag_mutability": mutability,
		"exclusion_filters": filters,
	}},
	"facts": {"repositories": {"shop": {"uses": uses, "basis": "reference"}}},
}

# A container whose image comes from `of`.
container(of) := {
	"containers": {"shop#web": {"label": "container \"web\"", "image": known({"text": "x"})}},
	"facts": {"containers": {"shop#web": {"repository": of, "pull_through": false}}},
}

# A task definition whose containers cannot be read, with the repositories that it mentions.
unread(repositories) := {"task_definitions": {"shop": {
	"containers": {"unknown": missing, "at": "container_definitions"},
	"mentioned_repositories": {
		"members": {id: {"certain": true} | some id in repositories},
		"open": [],
		"at": "container_definitions",
		"basis": "reference",
		"stated": true,
	},
}}}

pass_input := repository(known("immutable"), known([]), [tagged])

fail_input := repository(known("mutable"), known([]), [tagged])

resources(set) := {entry.resource | some entry in set}

reasons(set) := {[entry.resource, entry.missing.why] | some entry in set}

severities(set) := {entry.severity | some entry in set}

test_immutable_tags_pass if {
	rule.subjects == {{"resource": "shop", "basis": "reference"}} with input as pass_input
	rule.deny == set() with input as pass_input
	rule.unknown == set() with input as pass_input
}

test_mutable_tags_fail if {
	some finding in rule.deny with input as fail_input
	finding.resource == "shop"
	finding.severity == "medium"
	finding.message == "its tags can be moved"
	finding.related == [{"resource": "shop", "path": "", "message": "pulls from it"}]
	rule.unknown == set() with input as fail_input
}

test_mutability_that_is_not_set_fails if {
	case := repository({"known": "mutable", "default": true, "at": "a"}, known([]), [tagged])
	some finding in rule.deny with input as case
	finding.message == "its tags can be moved: mutability is not set, and MUTABLE is the default"
}

test_mutable_with_exclusion_fails_and_says_what_is_protected if {
	case := repository(known("mutable_with_exclusion"), known(["v*", "release-*"]), [tagged])
	some finding in rule.deny with input as case
	finding.severity == "medium"
	finding.message == "its tags can be moved, but for those that match release-*, v*"
}

test_an_image_pinned_by_digest_is_low if {
	severities(rule.deny) == {"low"} with input as repository(known("mutable"), known([]), [pinned])
}

test_one_use_without_digest_is_enough_for_medium if {
	severities(rule.deny) == {"medium"} with input as repository(known("mutable"), known([]), [pinned, tagged])
}

test_a_use_that_may_be_pinned_does_not_lower_the_severity if {
	use := {
		"task_definition": "shop",
		"tag": {"known": "1.4.2"},
		"pinned": {"unknown": missing},
		"excluded": {"known": false},
	}
	case := repository(known("mutable"), known([]), [use])
	severities(rule.deny) == {"medium"} with input as case
}

test_a_filter_that_matches_no_tag_in_use_passes_with_a_note if {
	case := repository(known("immutable_with_exclusion"), known(["latest*"]), [tagged])
	notes := {subject.note | some subject in rule.subjects} with input as case
	notes == {"tags that match latest* can be moved; none of them is in use"}
	rule.deny == set() with input as case
	rule.unknown == set() with input as case
}

test_a_filter_that_matches_a_tag_in_use_fails if {
	case := repository(known("immutable_with_exclusion"), known(["latest*"]), [tagged, matched])
	some finding in rule.deny with input as case
	finding.severity == "medium"
	finding.message == "its exclusion filter (latest*) lets a tag in use be moved"
}

test_a_matched_tag_with_digest_is_low if {
	use := object.union(matched, {"pinned": {"known": true}})
	case := repository(known("immutable_with_exclusion"), known(["latest*"]), [use])
	severities(rule.deny) == {"low"} with input as case
}

test_an_image_without_tag_may_be_matched_as_latest if {
	use := {"task_definition": "shop", "tag": {"absent": true}, "pinned": {"known": false}, "excluded": {"known": true}}
	case := repository(known("immutable_with_exclusion"), known(["latest"]), [use])
	severities(rule.deny) == {"medium"} with input as case
}

test_a_matched_tag_of_a_mutable_repository_is_one_finding if {
	case := repository(known("mutable_with_exclusion"), known(["latest*"]), [matched])
	count(rule.deny) == 1 with input as case
}

test_unknown_tags_of_an_immutable_repository_do_not_matter if {
	use := {
		"task_definition": "shop",
		"tag": {"unknown": missing},
		"pinned": {"unknown": missing},
		"excluded": {"unknown": missing},
	}
	rule.unknown == set() with input as repository(known("immutable"), known([]), [use])
}

test_a_filter_that_may_match_is_unknown if {
	use := {
		"task_definition": "shop",
		"tag": {"unknown": missing},
		"pinned": {"unknown": missing},
		"excluded": {"unknown": missing},
	}
	every filters in [known(["latest*"]), {"unknown": missing, "at": "a"}] {
		case := repository(known("immutable_with_exclusion"), filters, [use])
		rule.deny == set() with input as case
		reasons(rule.unknown) == {["shop", "after_apply"]} with input as case
	}
}

test_filters_that_cannot_be_told_are_named_in_general if {
	case := repository(known("mutable_with_exclusion"), {"unknown": missing, "at": "a"}, [tagged])
	some finding in rule.deny with input as case
	endswith(finding.message, "match an exclusion filter")
}

test_a_repository_that_no_task_uses_is_not_judged if {
	case := repository(known("mutable"), known([]), [])
	rule.subjects == set() with input as case
	rule.deny == set() with input as case
}

test_unknown_mutability_is_unknown if {
	case := repository({"unknown": missing, "at": "a"}, known([]), [tagged])
	resources(rule.subjects) == {"shop"} with input as case
	rule.deny == set() with input as case
	reasons(rule.unknown) == {["shop", "after_apply"]} with input as case
}

test_a_data_source_that_does_not_tell_is_unknown if {
	case := repository({"absent": true, "at": "a"}, known([]), [tagged])
	rule.deny == set() with input as case
	reasons(rule.unknown) == {["shop", "outside_input"]} with input as case
}

test_a_repository_of_another_account_is_unknown if {
	case := container({"unknown": outside, "basis": "value", "evidence": []})
	resources(rule.subjects) == {"shop#web"} with input as case
	rule.deny == set() with input as case
	reasons(rule.unknown) == {["shop#web", "outside_input"]} with input as case
}

test_a_repository_that_a_pull_through_cache_fills_is_unknown if {
	of := {"unknown": outside, "basis": "value", "evidence": []}
	case := object.union(container(of), {"facts": {"containers": {"shop#web": {"pull_through": true}}}})
	reasons(rule.unknown) == {["shop#web", "outside_input"]} with input as case
}

test_a_placeholder_for_the_repository_is_unknown if {
	of := {"unknown": {"why": "placeholder", "fact": "x", "remedy": "y"}, "basis": "value", "evidence": []}
	reasons(rule.unknown) == {["shop#web", "placeholder"]} with input as container(of)
}

test_an_image_from_elsewhere_is_not_judged if {
	case := container({"absent": true, "basis": "value", "evidence": []})
	rule.subjects == set() with input as case
	rule.unknown == set() with input as case
}

test_containers_that_cannot_be_read_are_unknown if {
	resources(rule.subjects) == {"shop"} with input as unread([])
	reasons(rule.unknown) == {["shop", "after_apply"]} with input as unread([])
}

test_containers_that_can_be_read_are_no_doubt if {
	case := {"task_definitions": {"shop": {
		"containers": known(["shop#web"]),
		"mentioned_repositories": {"members": {}, "open": [], "at": "a", "basis": "value", "stated": false},
	}}}
	rule.subjects == set() with input as case
}

test_a_repository_that_unread_containers_mention_is_judged_instead if {
	rule.subjects == set() with input as unread(["shop"])
	rule.unknown == set() with input as unread(["shop"])
}
