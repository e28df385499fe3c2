package ecs_audit.rules.database.rds_instance_multi_az_test

import data.ecs_audit.rules.database.rds_instance_multi_az as rule

hidden := {"unknown": {"why": "after_apply", "fact": "x", "remedy": "y"}, "at": "a"}

absent := {"absent": true, "at": "a"}

known(value) := {"known": value, "at": "a"}

not_a_member := {"members": {}, "open": [], "at": "cluster_identifier", "stated": false}

member := {"members": {"c": {"certain": true}}, "open": [], "at": "cluster_identifier", "stated": true}

ordinary := {
	"engine": known("postgres"),
	"multi_az": known(true),
	"replica": known(false),
	"cluster": not_a_member,
	"availability_zone": known("eu-west-1a"),
}

# An ordinary Multi-AZ instance, but for the attributes in `changes`.
instance(changes) := {attribute: leaf |
	some attribute, usual in ordinary
	leaf := object.get(changes, attribute, usual)
}

only(changes) := {"db_instances": {"main": instance(changes)}}

pass_input := only({})

fail_input := only({"multi_az": known(false)})

resources(set) := {entry.resource | some entry in set}

reasons(set) := {[entry.resource, entry.missing.why] | some entry in set}

test_a_standby_passes if {
	resources(rule.subjects) == {"main"} with input as pass_input
	rule.deny == set() with input as pass_input
	rule.unknown == set() with input as pass_input
}

test_no_standby_fails if {
	some finding in rule.deny with input as fail_input
	finding.resource == "main"
	finding.message == "has no standby in another availability zone"
	rule.unknown == set() with input as fail_input
}

test_multi_az_that_is_not_set_fails if {
	document := only({"multi_az": absent})
	some finding in rule.deny with input as document
	contains(finding.message, "off by default")
	rule.unknown == set() with input as document
}

test_an_engine_that_a_snapshot_decides_fails_all_the_same if {
	resources(rule.deny) == {"main"} with input as only({"engine": absent, "multi_az": absent})
}

test_a_read_replica_is_no_standby if {
	replica := instance({"multi_az": known(false), "replica": known(true), "availability_zone": known("eu-west-1b")})
	document := {"db_instances": {"main": instance({"multi_az": known(false)}), "replica": replica}}
	resources(rule.deny) == {"main"} with input as document
	resources(rule.subjects) == {"main"} with input as document
}

test_a_read_replica_alone_is_not_judged if {
	document := only({"multi_az": known(false), "replica": known(true)})
	rule.subjects == set() with input as document
	rule.deny == set() with input as document
}

test_a_member_of_a_cluster_is_judged_with_its_cluster if {
	document := only({"engine": known("aurora-postgresql"), "multi_az": absent, "cluster": member})
	rule.subjects == set() with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_mirroring_does_not_show_in_the_flag if {
	every engine in ["sqlserver-se", "sqlserver-web", "custom-sqlserver-ee", "custom-oracle-ee"] {
		document := only({"engine": known(engine), "multi_az": absent})
		rule.deny == set() with input as document
		reasons(rule.unknown) == {["main", "outside_input"]} with input as document
	}
}

test_sql_server_that_states_the_flag_is_judged_by_it if {
	resources(rule.deny) == {"main"} with input as only({"engine": known("sqlserver-se"), "multi_az": known(false)})
	document := only({"engine": known("sqlserver-se"), "multi_az": known(true)})
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_an_unknown_flag_is_unknown if {
	document := only({"multi_az": hidden})
	rule.deny == set() with input as document
	reasons(rule.unknown) == {["main", "after_apply"]} with input as document
}

test_an_unknown_engine_is_unknown_where_the_flag_is_not_set if {
	document := only({"engine": hidden, "multi_az": absent})
	rule.deny == set() with input as document
	reasons(rule.unknown) == {["main", "after_apply"]} with input as document
}

test_an_unknown_engine_does_not_matter_where_the_flag_is_set if {
	rule.unknown == set() with input as only({"engine": hidden})
	resources(rule.deny) == {"main"} with input as only({"engine": hidden, "multi_az": known(false)})
}

test_what_may_be_a_read_replica_is_unknown if {
	every flag in [known(false), absent] {
		document := only({"multi_az": flag, "replica": hidden})
		rule.deny == set() with input as document
		reasons(rule.unknown) == {["main", "after_apply"]} with input as document
	}
}
