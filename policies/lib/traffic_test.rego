package ecs_audit.lib.traffic_test

import data.ecs_audit.lib.traffic

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

rule(protocol, first, last) := {
	"group": "tasks",
	"resource": "rule",
	"at": "ingress[0]",
	"protocol": {"known": protocol},
	"ports": {"known": {"from": first, "to": last}},
	"label": "10.0.0.0/8",
}

without_ports := {"protocol": {"known": "tcp"}, "ports": {"unknown": hidden}}

without_protocol := {"protocol": {"unknown": hidden}, "ports": {"unknown": hidden}}

test_ports_in_words if {
	traffic.ports_text(rule("tcp", 443, 443)) == "tcp 443"
	traffic.ports_text(rule("udp", 53, 54)) == "udp 53-54"
	traffic.ports_text(rule("all", 0, 65535)) == "all traffic"
	traffic.ports_text(rule("icmp", 8, -1)) == "icmp"
	traffic.ports_text(rule("icmpv6", -1, -1)) == "icmpv6"
	traffic.ports_text(rule("other", 0, 65535)) == "another protocol"
	traffic.ports_text(without_ports) == "tcp, ports not known,"
	traffic.ports_text({"protocol": {"known": "icmp"}, "ports": {"unknown": hidden}}) == "icmp"
	traffic.ports_text(without_protocol) == "traffic of an unknown protocol"
}

test_ports_in_the_wrong_order_have_words_too if traffic.ports_text(rule("tcp", 9, 1)) == "tcp 9-1"

test_both_ends_in_words if {
	traffic.ingress_text(rule("tcp", 443, 443)) == "tcp 443 from 10.0.0.0/8"
	traffic.egress_text(rule("tcp", 443, 443)) == "tcp 443 to 10.0.0.0/8"
}

test_a_port_is_included if {
	traffic.includes(rule("tcp", 20, 30), 20)
	traffic.includes(rule("udp", 20, 30), 30)
	traffic.includes(rule("all", 0, 65535), 22)
	not traffic.includes(rule("tcp", 20, 30), 31)
	not traffic.includes(rule("tcp", 20, 30), 19)
}

test_what_has_no_ports_includes_none if {
	not traffic.includes(rule("icmp", 0, 30), 22)
	not traffic.includes(rule("other", 0, 65535), 22)
	not traffic.includes(without_ports, 22)
}

test_which_protocols_have_ports if {
	every protocol in ["tcp", "udp"] {
		traffic.has_ports(rule(protocol, 1, 1))
		traffic.admits_ports(rule(protocol, 1, 1))
	}
	not traffic.has_ports(rule("all", 0, 65535))
	traffic.admits_ports(rule("all", 0, 65535))
	every protocol in ["icmp", "icmpv6", "other"] {
		not traffic.admits_ports(rule(protocol, 1, 1))
	}
	not traffic.admits_ports(without_protocol)
}

test_icmp_of_both_versions_is_icmp if {
	traffic.is_icmp(rule("icmp", 8, -1))
	traffic.is_icmp(rule("icmpv6", -1, -1))
	not traffic.is_icmp(rule("all", 0, 65535))
	not traffic.is_icmp(without_protocol)
}

test_ranges_overlap if {
	traffic.overlaps(rule("tcp", 20, 30), [{"from": 1, "to": 2}, {"from": 30, "to": 40}])
	traffic.overlaps(rule("tcp", 20, 30), [{"from": 1, "to": 20}])
	not traffic.overlaps(rule("tcp", 20, 30), [{"from": 31, "to": 40}])
	not traffic.overlaps(rule("tcp", 20, 30), [{"from": 1, "to": 19}])
	not traffic.overlaps(rule("icmp", 20, 30), [{"from": 20, "to": 30}])
	not traffic.overlaps(rule("other", 0, 65535), [{"from": 20, "to": 30}])
	traffic.overlaps(rule("all", 0, 65535), [{"from": 20, "to": 30}])
	not traffic.overlaps(rule("tcp", 20, 30), [])
	not traffic.overlaps(without_ports, [{"from": 20, "to": 30}])
}

test_only_one_message_is_path_mtu_discovery if {
	traffic.is_path_mtu(rule("icmp", 3, 4))
	not traffic.is_path_mtu(rule("icmp", 3, -1))
	not traffic.is_path_mtu(rule("icmpv6", 3, 4))
	not traffic.is_path_mtu(rule("tcp", 3, 4))
}

test_what_hides_the_ports if {
	traffic.unknown_ports(without_ports) == hidden
	traffic.unknown_ports(without_protocol) == hidden
	not traffic.unknown_ports(rule("tcp", 1, 1))
}

test_a_rule_as_evidence if {
	traffic.evidence(rule("tcp", 1, 1), "m") == {"resource": "rule", "path": "ingress[0]", "message": "m"}
}

test_an_unsure_rule_names_itself_and_its_group if {
	missing := traffic.unsure(rule("tcp", 1, 1))
	missing.why == "undecided"
	missing.fact == "whether rule belongs to tasks, or that group to this interface"
}

test_the_chain_begins_at_the_interface if {
	stated := {"groups": {"at": "groups"}, "groups_stated": true}
	traffic.chain("web", stated, rule("tcp", 1, 1), "m") == [
		{"resource": "web", "path": "groups", "message": "its network interfaces have tasks"},
		{"resource": "rule", "path": "ingress[0]", "message": "m"},
	]
	default_group := {"groups": {"at": "groups"}, "groups_stated": false}
	traffic.chain("web", default_group, rule("tcp", 1, 1), "m")[0].message == "names no security group, so tasks applies"
}

test_holders_of_a_group_that_is_not_described_are_elsewhere if {
	groups := {"data": {"ingress": {"open": [outside]}}, "own": {"ingress": {"open": [hidden]}}}
	traffic.holders_elsewhere("data").why == "outside_input" with input as {"security_groups": groups}
	not traffic.holders_elsewhere("own") with input as {"security_groups": groups}
	not traffic.holders_elsewhere("nowhere") with input as {"security_groups": groups}
}

test_who_holds_a_group_elsewhere_names_the_group if {
	doc := {"security_groups": {"data": {"ingress": {"open": [hidden, outside]}}}}
	traffic.holders_elsewhere("data") == {
		"why": "outside_input",
		"fact": "who holds data, which the input does not describe",
		"remedy": "scan the configuration that manages the group together with this one",
	} with input as doc
}

test_tasks_without_interfaces_are_undescribed if {
	doc := {"facts": {
		"placements": {
			"described": {"awsvpc": {"known": true}},
			"stated_nowhere": {"awsvpc": {"known": true}},
			"unsure": {"awsvpc": {"unknown": hidden}},
			"bridge": {"awsvpc": {"known": false}},
		},
		"interfaces": {"described": {}},
	}}
	found := traffic.undescribed with input as doc
	{id: missing.why | some id, missing in found} == {"stated_nowhere": "outside_input", "unsure": "after_apply"}
	found.stated_nowhere.fact == "stated_nowhere: the security groups of its tasks, which nothing states"
}
