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

rule(protocol, first, last) := {"protocol": {"known": protocol}, "ports": {"known": {"from": first, "to": last}}}

test_a_rule_fits_the_ports_of_the_store if {
	serverless := {"ports": {"known": [6379, 6380]}}
	stores.fits(rule("tcp", 6379, 6380), serverless)
	stores.fits(rule("tcp", 6380, 6380), serverless)
	not stores.fits(rule("tcp", 6379, 6381), serverless)
	not stores.fits(rule("udp", 6379, 6379), serverless)
}

test_two_ports_are_the_most_that_a_store_has if {
	store := {"ports": {"unknown": hidden}}
	not stores.is_too_wide(rule("tcp", 5432, 5433), store)
	stores.is_too_wide(rule("tcp", 5432, 5434), store)
	stores.is_too_wide(rule("all", 0, 65535), store)
	not stores.is_too_wide(rule("icmp", 0, 255), store)
}

test_unused_is_what_surely_has_no_rule if {
	stores.unused({"ingress": [], "ingress_open": []})
	not stores.unused({"ingress": [], "ingress_open": [hidden]})
	not stores.unused({"ingress": [rule("tcp", 1, 1)], "ingress_open": []})
}
