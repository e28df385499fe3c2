package ecs_audit.lib.stores_test

import data.ecs_audit.lib.stores

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

holder(kind, certain) := {"holders": {"x": {"kind": kind, "certain": certain}}}

groups(ids) := {"members": {id: {"certain": true} | some id in ids}, "open": []}

# Groups by who holds them.
described := {
	"facts": {
		"security_groups": {
			"tasks": holder("placement", true),
			"proxy": holder("db_proxy", true),
			"maybe_tasks": holder("placement", false),
			"balancer": holder("load_balancer", true),
			"bastion": holder("other", true),
			"shared": {"holders": {
				"web": {"kind": "placement", "certain": true},
				"alb": {"kind": "load_balancer", "certain": true},
			}},
			"maybe_shared": {"holders": {
				"web": {"kind": "placement", "certain": true},
				"alb": {"kind": "load_balancer", "certain": false},
			}},
			"elsewhere": {"holders": {}},
		},
		"holders_open": {"placements": [], "load_balancers": [], "db_proxies": [], "others": []},
	},
	"security_groups": {"elsewhere": {"ingress": {"open": [outside]}}},
	"resources": {"bastion": {"name": "bastion"}},
}

unseen(kind) := object.union(described, {"facts": {"holders_open": {kind: [hidden]}}})

whys(doubts) := [doubt.why | some doubt in doubts]

# ---- groups as sources

test_groups_of_tasks_and_proxies_are_allowed if {
	allowed := {group |
		some group, _ in described.facts.security_groups
		stores.allowed_group(group, []) with input as described
	}
	allowed == {"tasks", "proxy", "maybe_shared"}
}

test_a_group_that_is_listed_is_allowed if {
	stores.allowed_group("bastion", ["bastion"]) with input as described
	stores.group_doubts("bastion", ["bastion"]) == [] with input as unseen("placements")
}

test_what_is_surely_foreign if {
	all_groups := groups(object.keys(described.facts.security_groups))
	stores.foreign_groups(all_groups, []) == {"balancer", "bastion", "shared"} with input as described
}

test_a_group_that_is_listed_is_no_doubt_whoever_has_it if {
	stores.group_doubts("tasks", ["tasks"]) == [] with input as unseen("load_balancers")
	stores.group_doubts("balancer", ["balancer"]) == [] with input as unseen("load_balancers")
}

test_who_else_may_have_a_group_does_not_matter if {
	document := object.union(described, {"facts": {"security_groups": {"odd": holder("cache", false)}}})
	stores.group_doubts("odd", []) == [] with input as document
}

test_doubts_about_groups if {
	whys(stores.group_doubts("maybe_tasks", [])) == ["undecided"] with input as described
	whys(stores.group_doubts("maybe_shared", [])) == ["undecided"] with input as described
	whys(stores.group_doubts("elsewhere", [])) == ["outside_input"] with input as described
	stores.group_doubts("tasks", []) == [] with input as described
}

test_hidden_holders_matter_where_they_change_the_answer if {
	whys(stores.group_doubts("bastion", [])) == ["after_apply"] with input as unseen("placements")
	whys(stores.group_doubts("bastion", [])) == ["after_apply"] with input as unseen("db_proxies")
	stores.group_doubts("bastion", []) == [] with input as unseen("load_balancers")
	whys(stores.group_doubts("tasks", [])) == ["after_apply"] with input as unseen("load_balancers")
	stores.group_doubts("tasks", []) == [] with input as unseen("placements")
	stores.group_doubts("shared", []) == [] with input as unseen("placements")
}

test_the_reason_names_the_load_balancer if {
	stores.reason("shared") == "which belongs to a load balancer" with input as described
	stores.reason("bastion") == "which belongs to no service" with input as described
}

test_a_group_named_after_rotation_is_worth_knowing if {
	named("bastion", "build") == "high"
	named("bastion", "shop-Secret-Rotation") == "info"
	named("elsewhere", "rotation") == "info"
	named("balancer", "rotation") == "high"
	named("tasks", "TASKS") == "high"
}

named(group, name) := severity if {
	document := object.union(described, {"resources": {group: {"name": name}}})
	severity := stores.group_severity(group) with input as document
}

test_a_group_without_a_resource_is_grave if {
	severities := [severity | severity := stores.group_severity("elsewhere") with input as described]
	severities == ["high"]
}

test_strangers_call_others_and_are_no_tasks if {
	strangers("bastion") == {"x"}
	strangers("balancer") == {"x"}
	strangers("shared") == {"alb"}
	every group in ["tasks", "proxy", "maybe_tasks", "maybe_shared", "elsewhere"] {
		strangers(group) == set()
	}
}

strangers(group) := found if found := stores.strangers(group) with input as described

# ---- ports

rule(protocol, first, last) := {"protocol": {"known": protocol}, "ports": {"known": {"from": first, "to": last}}}

test_a_rule_fits_the_ports_of_the_store if {
	serverless := {"ports": {"known": [6379, 6380]}}
	stores.fits(rule("tcp", 6379, 6380), serverless)
	stores.fits(rule("tcp", 6380, 6380), serverless)
	not stores.fits(rule("tcp", 6379, 6381), serverless)
	not stores.fits(rule("udp", 6379, 6379), serverless)
}

listens := {"ports": {"known": [5432]}}

of_unknown_port := {"ports": {"unknown": hidden}}

test_what_does_not_fit_is_too_wide if {
	stores.is_too_wide(rule("tcp", 5432, 5433), listens)
	stores.is_too_wide(rule("tcp", 3306, 3306), listens)
	stores.is_too_wide(rule("all", 0, 65535), listens)
	stores.is_too_wide(rule("other", 0, 65535), listens)
	not stores.is_too_wide(rule("tcp", 5432, 5432), listens)
	not stores.is_too_wide(rule("icmp", 8, -1), listens)
}

test_two_ports_are_the_most_that_a_store_has if {
	not stores.is_too_wide(rule("tcp", 5432, 5433), of_unknown_port)
	stores.is_too_wide(rule("tcp", 5432, 5434), of_unknown_port)
	stores.is_too_wide(rule("all", 0, 65535), of_unknown_port)
	stores.is_too_wide(rule("udp", 53, 53), of_unknown_port)
	stores.is_too_wide(rule("other", 0, 0), of_unknown_port)
	not stores.is_too_wide(rule("icmp", 0, 255), of_unknown_port)
}

test_a_rule_that_is_not_wholly_known_is_not_too_wide if {
	of_any_protocol := {"protocol": {"unknown": hidden}, "ports": {"known": {"from": 1, "to": 9000}}}
	of_any_port := {"protocol": {"known": "tcp"}, "ports": {"unknown": hidden}}
	every store in [listens, of_unknown_port] {
		not stores.is_too_wide(of_any_protocol, store)
		not stores.is_too_wide(of_any_port, store)
	}
}

test_ports_are_named_where_they_are_known if {
	stores.port_list(listens) == " 5432"
	stores.port_list({"ports": {"known": [6379, 6380]}}) == " 6379 or 6380"
	stores.port_list(of_unknown_port) == ""
}

# ---- what is wrong with a rule

# A certain rule of the group `store_group` for the port of the store.
from(peer) := {
	"group": "store_group",
	"resource": "rule",
	"at": "ingress",
	"certain": true,
	"protocol": {"known": "tcp"},
	"ports": {"known": {"from": 5432, "to": 5432}},
	"peer": peer,
	"label": "somewhere",
}

# What `change` names is replaced.
replaced(whole, change) := object.union(object.remove(whole, object.keys(change)), change)

of_groups(ids) := {"kind": "groups", "groups": groups(ids)}

either(ids) := {"kind": "groups", "groups": {"members": {id: {"certain": false} | some id in ids}, "open": []}}

itself := {"kind": "self"}

cidr(scope) := {"kind": "cidr", "scope": scope}

nothing_known := {"kind": "unknown", "unknown": hidden}

instance := object.union(listens, {"has_members": false})

cluster := object.union(listens, {"has_members": true})

# The same groups, and the store's own with these holders.
around(holders) := object.union(described, {"facts": {"security_groups": {"store_group": {"holders": holders}}}})

wrongs(rule_of_store, store, holders) := found if {
	document := around(holders)
	all_wrongs := stores.wrongs(rule_of_store, store, []) with input as document
	found := {[wrong.severity, wrong.message] | some wrong in all_wrongs}
}

test_nothing_is_wrong_with_tasks_on_the_port if wrongs(from(of_groups(["tasks", "proxy"])), instance, {}) == set()

test_addresses_are_wrong_by_reach if {
	text := "admits tcp 5432 from somewhere, not only tasks"
	reaches := {"world": "critical", "public": "critical", "vpc": "medium", "private": "high"}
	every scope, severity in reaches {
		wrongs(from(cidr(scope)), instance, {}) == {[severity, text]}
		wrongs(from({"kind": "prefix_list", "scope": scope}), instance, {}) == {[severity, text]}
	}
}

test_foreign_groups_are_wrong if {
	wrongs(from(of_groups(["bastion", "tasks"])), instance, {}) == {
		["high", "admits tcp 5432 from bastion, which belongs to no service"],
	}
	wrongs(from(of_groups(["shared"])), instance, {}) == {
		["high", "admits tcp 5432 from shared, which belongs to a load balancer"],
	}
	wrongs(from(either(["bastion", "tasks"])), instance, {}) == set()
	count(wrongs(from(either(["bastion", "balancer"])), instance, {})) == 2
}

test_members_of_a_single_instance_are_wrong if {
	wrongs(from(itself), instance, {}) == {
		["medium", "admits members of its own group, though it is a single instance"],
	}
	wrongs(from(itself), cluster, {}) == set()
}

test_strangers_among_its_members_are_wrong if {
	holders := {"host": {"kind": "other", "certain": true}, "alb": {"kind": "load_balancer", "certain": true}}
	wrongs(from(itself), cluster, holders) == {
		["high", "admits members of its own group, which alb, host belongs to as well"],
	}
	wrongs(from(itself), cluster, {"web": {"kind": "placement", "certain": true}}) == set()
	wrongs(from(itself), cluster, {"host": {"kind": "other", "certain": false}}) == set()
}

test_strangers_do_not_matter_where_members_are_not_admitted if {
	holders := {"host": {"kind": "other", "certain": true}}
	wrongs(from(of_groups(["tasks"])), cluster, holders) == set()
}

test_its_own_group_may_be_listed if {
	document := around({"host": {"kind": "other", "certain": true}})
	found := stores.wrongs(from(itself), instance, ["store_group"]) with input as document
	found == set()
}

test_more_ports_than_its_own_are_wrong if {
	more := {"ports": {"known": {"from": 5432, "to": 5440}}}
	text := "admits tcp 5432-5440 from somewhere, more than its port 5432"
	wrongs(replaced(from(of_groups(["tasks"])), more), instance, {}) == {["medium", text]}
	wrongs(replaced(from(itself), more), cluster, {}) == {["medium", text]}
}

test_another_port_is_not_its_own if {
	another := {"ports": {"known": {"from": 3306, "to": 3306}}}
	wrongs(replaced(from(of_groups(["tasks"])), another), instance, {}) == {
		["medium", "admits tcp 3306 from somewhere, not its port 5432"],
	}
}

test_where_its_port_is_not_known_others_are_more_than_that if {
	more := {"ports": {"known": {"from": 5432, "to": 5440}}}
	store := object.union(of_unknown_port, {"has_members": false})
	wrongs(replaced(from(of_groups(["tasks"])), more), store, {}) == {
		["medium", "admits tcp 5432-5440 from somewhere, more than its port"],
	}
}

test_ports_of_addresses_are_not_counted_as_well if {
	more := {"ports": {"known": {"from": 5432, "to": 5440}}}
	wrongs(replaced(from(cidr("vpc")), more), instance, {}) == {
		["medium", "admits tcp 5432-5440 from somewhere, not only tasks"],
	}
}

# ---- verdicts

interface(rules) := {
	"groups": {"at": "groups"},
	"groups_stated": true,
	"ingress": rules,
	"ingress_open": [],
	"ingress_somewhere": [],
}

faults(of, store) := found if {
	document := around({})
	found := stores.faults("db", of, store, []) with input as document
}

test_a_fault_has_the_chain_from_the_store_to_the_rule if {
	faults(interface([from(of_groups(["bastion"]))]), instance) == {{
		"path": "groups",
		"message": "admits tcp 5432 from bastion, which belongs to no service",
		"severity": "high",
		"related": [
			{"resource": "db", "path": "groups", "message": "its network interfaces have store_group"},
			{"resource": "rule", "path": "ingress", "message": "admits tcp 5432 from somewhere"},
		],
	}}
}

test_a_rule_that_may_not_be_there_is_no_fault if {
	faults(interface([replaced(from(of_groups(["bastion"])), {"certain": false})]), instance) == set()
}

test_a_group_that_some_rule_names_is_a_fault if {
	of := object.union(interface([]), {"ingress_somewhere": ["tasks", "bastion", "maybe_tasks"]})
	faults(of, instance) == {{
		"path": "groups",
		"message": "one of its ingress rules admits bastion, which belongs to no service",
		"severity": "high",
		"related": [{"resource": "bastion", "path": "", "message": "is named as a source"}],
	}}
}

# Path and reason of each doubt, with the words of its message after "cannot tell".
doubts_in(document, of, store) := found if {
	all_doubts := stores.doubts(of, store, []) with input as document
	found := {[doubt.path, trim_prefix(doubt.message, "cannot tell "), doubt.missing.why] | some doubt in all_doubts}
}

doubts(rules, store) := doubts_in(around({}), interface(rules), store)

test_nothing_is_open_where_all_is_known if {
	doubts([from(of_groups(["tasks"])), from(of_groups(["balancer"])), from(cidr("world"))], instance) == set()
	doubts([from(itself)], cluster) == set()
	doubts([], instance) == set()
}

behind := "whether only tasks are behind somewhere"

test_an_unknown_source_is_a_doubt if doubts([from(nothing_known)], instance) == {["groups", behind, "after_apply"]}

test_doubts_about_a_source_name_the_rule if {
	document := around({})
	found := stores.doubts(interface([from(nothing_known)]), instance, []) with input as document
	{doubt.related | some doubt in found} == {[
		{"resource": "rule", "path": "ingress", "message": "admits tcp 5432 from somewhere"},
	]}
}

test_groups_that_cannot_be_told_are_doubts if {
	open := {"kind": "groups", "groups": {"members": {}, "open": [outside]}}
	doubts([from(open)], instance) == {["groups", behind, "outside_input"]}
	doubts([from(of_groups(["maybe_tasks"]))], instance) == {["groups", behind, "undecided"]}
	doubts([from(either(["tasks", "bastion"]))], instance) == {["groups", behind, "undecided"]}
	doubts_in(unseen("placements"), interface([from(of_groups(["bastion"]))]), instance) == {
		["groups", behind, "after_apply"],
	}
}

test_which_group_is_named_is_the_fact_that_is_missing if {
	document := around({})
	found := stores.doubts(interface([from(either(["tasks", "bastion"]))]), instance, []) with input as document
	{doubt.missing.fact | some doubt in found} == {"which group rule names"}
}

test_who_may_be_among_its_members_is_a_doubt if {
	every kind in ["load_balancer", "other"] {
		document := around({"x": {"kind": kind, "certain": false}})
		doubts_in(document, interface([from(itself)]), cluster) == {["groups", behind, "undecided"]}
	}
	strangers_for_certain := around({"x": {"kind": "other", "certain": true}})
	doubts_in(strangers_for_certain, interface([from(itself)]), cluster) == set()
	every kind in ["load_balancers", "others"] {
		doubts_in(unseen(kind), interface([from(itself)]), cluster) == {["groups", behind, "after_apply"]}
	}
	every kind in ["placements", "db_proxies"] {
		doubts_in(unseen(kind), interface([from(itself)]), cluster) == set()
	}
}

test_its_own_group_leaves_nothing_open_where_it_is_listed if {
	document := unseen("others")
	found := stores.doubts(interface([from(itself)]), cluster, ["store_group"]) with input as document
	found == set()
}

admits := "whether it admits tcp 5432 from somewhere"

test_a_rule_that_may_not_be_there_is_a_doubt_where_it_would_be_wrong if {
	doubts([replaced(from(of_groups(["bastion"])), {"certain": false})], instance) == {["groups", admits, "undecided"]}
	doubts([replaced(from(of_groups(["tasks"])), {"certain": false})], instance) == set()
}

test_unknown_ports_are_a_doubt if {
	of_tasks := from(of_groups(["tasks"]))
	doubts([replaced(of_tasks, {"ports": {"unknown": hidden}})], instance) == {
		["groups", "whether it admits tcp, ports not known, from somewhere", "after_apply"],
	}
	doubts([replaced(of_tasks, {"protocol": {"unknown": hidden}})], instance) == {
		["groups", "whether it admits traffic of an unknown protocol from somewhere", "after_apply"],
	}
	doubts([replaced(of_tasks, {"protocol": {"known": "icmp"}, "ports": {"unknown": hidden}})], instance) == set()
}

test_the_port_of_the_store_matters_as_soon_as_somebody_may_come_in if {
	every peer in [of_groups(["tasks"]), itself] {
		found := doubts([from(peer)], object.union(of_unknown_port, {"has_members": true}))
		found == {["port", "which port it listens on", "after_apply"]}
	}
	ping := replaced(from(of_groups(["tasks"])), {"protocol": {"known": "icmp"}, "ports": {"known": {"from": 8, "to": -1}}})
	doubts([ping], of_unknown_port) == set()
	doubts([from(cidr("vpc"))], of_unknown_port) == set()
	doubts([], of_unknown_port) == set()
}

test_rules_that_cannot_be_seen_are_doubts if {
	of := object.union(interface([]), {"ingress_open": [outside]})
	doubts_in(around({}), of, instance) == {["groups", "everything that its security groups admit", "outside_input"]}
}

test_unused_is_what_surely_has_no_rule if {
	stores.unused({"ingress": [], "ingress_open": []})
	not stores.unused({"ingress": [], "ingress_open": [hidden]})
	not stores.unused({"ingress": [rule("tcp", 1, 1)], "ingress_open": []})
}
