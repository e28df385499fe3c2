package ecs_audit.rules.database.db_cluster_multi_az_test

import data.ecs_audit.rules.database.db_cluster_multi_az as rule

missing := {"why": "after_apply", "fact": "x", "remedy": "y"}

hidden := {"unknown": missing, "at": "a"}

absent := {"absent": true, "at": "a"}

known(value) := {"known": value, "at": "a"}

ordinary := {
	"engine": known("aurora-postgresql"),
	"engine_mode": known("provisioned"),
	"multi_az_db_cluster": known(false),
	"global_secondary": known(false),
}

# An ordinary Aurora cluster, but for the attributes in `changes`.
cluster(changes) := {attribute: leaf |
	some attribute, usual in ordinary
	leaf := object.get(changes, attribute, usual)
}

# A cluster with instances in `zones`, by name of the instance; all of them are certain members.
document(changes, zones) := with_members(changes, zones, {name: {"certain": true} | some name, _ in zones}, [])

with_members(changes, zones, members, open) := {
	"db_clusters": {"main": cluster(changes)},
	"db_instances": {name: {"availability_zone": zone} | some name, zone in zones},
	"facts": {"db_clusters": {"main": {"instances": members, "open": open, "basis": "reference"}}},
}

one_or_two := {"one": {"certain": true}, "two": {"certain": false}}

a := known("eu-west-1a")

b := known("eu-west-1b")

pass_input := document({}, {"one": a, "two": b})

fail_input := document({}, {"one": a, "two": a})

resources(set) := {entry.resource | some entry in set}

reasons(set) := {[entry.resource, entry.missing.why] | some entry in set}

test_instances_in_two_zones_pass if {
	rule.subjects == {{"resource": "main", "basis": "reference"}} with input as pass_input
	rule.deny == set() with input as pass_input
	rule.unknown == set() with input as pass_input
}

test_two_instances_in_one_zone_fail if {
	some finding in rule.deny with input as fail_input
	finding.resource == "main"
	finding.severity == "high"
	finding.message == "has all its instances in one availability zone"
	{evidence.message | some evidence in finding.related} == {"is in eu-west-1a"}
	rule.unknown == set() with input as fail_input
}

# The zones that a cluster lists are those of its storage; they are not part of the input.
test_three_zones_of_storage_are_no_instances if {
	some finding in rule.deny with input as document({}, {"one": a})
	finding.severity == "high"
	contains(finding.message, "one instance")
}

test_one_instance_fails_wherever_rds_puts_it if {
	every zone in [absent, hidden] {
		some finding in rule.deny with input as document({}, {"one": zone})
		finding.severity == "high"
		finding.related[0].message == "is an instance of the cluster"
	}
}

test_a_cluster_without_instances_fails if {
	some finding in rule.deny with input as document({}, {})
	finding.severity == "high"
	contains(finding.message, "no instance")
}

test_a_headless_secondary_of_a_global_database_is_info if {
	case := document({"global_secondary": known(true)}, {})
	{finding.severity | some finding in rule.deny} == {"info"} with input as case
}

test_a_secondary_with_one_instance_is_not_headless if {
	case := document({"global_secondary": known(true)}, {"one": a})
	{finding.severity | some finding in rule.deny} == {"high"} with input as case
}

test_zones_that_rds_chooses_are_unknown if {
	every zones in [{"one": absent, "two": absent}, {"one": a, "two": absent}] {
		rule.deny == set() with input as document({}, zones)
		reasons(rule.unknown) == {["main", "after_apply"]} with input as document({}, zones)
		remedies := {doubt.missing.remedy | some doubt in rule.unknown} with input as document({}, zones)
		remedies == {"state availability_zone for each instance"}
	}
}

test_an_unknown_zone_is_unknown if {
	zones := {"one": a, "two": hidden}
	rule.deny == set() with input as document({}, zones)
	{doubt.missing | some doubt in rule.unknown} == {missing} with input as document({}, zones)
}

test_a_third_instance_anywhere_does_not_matter if {
	zones := {"one": a, "two": b, "three": hidden}
	rule.deny == set() with input as document({}, zones)
	rule.unknown == set() with input as document({}, zones)
}

test_an_instance_that_may_belong_to_it_is_unknown if {
	case := with_members({}, {"one": a, "two": b}, one_or_two, [])
	rule.deny == set() with input as case
	reasons(rule.unknown) == {["main", "undecided"]} with input as case
}

test_candidates_in_one_zone_fail_whichever_are_members if {
	resources(rule.deny) == {"main"} with input as with_members({}, {"one": a, "two": a}, one_or_two, [])
}

test_instances_that_cannot_be_seen_are_unknown if {
	case := with_members({}, {"one": a}, {"one": {"certain": true}}, [missing])
	rule.deny == set() with input as case
	reasons(rule.unknown) == {["main", "after_apply"]} with input as case
}

test_serverless_v1_has_no_standby if {
	every zones in [{}, {"one": a, "two": b}] {
		case := document({"engine_mode": known("serverless")}, zones)
		{finding.severity | some finding in rule.deny} == {"medium"} with input as case
		rule.unknown == set() with input as case
	}
}

test_an_engine_mode_that_is_not_set_is_provisioned if {
	resources(rule.deny) == {"main"} with input as document({"engine_mode": absent}, {"one": a})
}

test_a_multi_az_db_cluster_passes_by_construction if {
	case := document({"engine": known("postgres"), "multi_az_db_cluster": known(true)}, {})
	resources(rule.subjects) == {"main"} with input as case
	rule.deny == set() with input as case
	rule.unknown == set() with input as case
}

test_a_cluster_of_another_engine_without_class_is_unknown if {
	case := document({"engine": known("mysql")}, {})
	rule.deny == set() with input as case
	reasons(rule.unknown) == {["main", "outside_input"]} with input as case
}

test_a_cluster_that_states_no_engine_is_unknown if {
	case := document({"engine": absent}, {"one": a})
	rule.deny == set() with input as case
	reasons(rule.unknown) == {["main", "outside_input"]} with input as case
	whole := document({"engine": absent, "multi_az_db_cluster": known(true)}, {})
	rule.unknown == set() with input as whole
}

test_an_unknown_engine_says_nothing_of_the_class if {
	messages := {doubt.message | some doubt in rule.unknown} with input as document({"engine": hidden}, {"one": a})
	messages == {"cannot tell what kind of cluster it is"}
}

test_an_unknown_class_is_unknown if {
	case := document({"engine": known("mysql"), "multi_az_db_cluster": hidden}, {})
	rule.deny == set() with input as case
	reasons(rule.unknown) == {["main", "after_apply"]} with input as case
}

test_an_unknown_kind_of_cluster_is_unknown if {
	every attribute in ["engine", "engine_mode"] {
		case := document({attribute: hidden}, {"one": a, "two": a})
		rule.deny == set() with input as case
		["main", "after_apply"] in reasons(rule.unknown) with input as case
	}
}
