package ecs_audit.rules.security_groups.lb_public_ingress_matches_listeners_test

import data.ecs_audit.rules.security_groups.lb_public_ingress_matches_listeners as rule

parameters := {"allowed_public_ports": [80, 443]}

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

world := {"kind": "cidr", "cidr": "0.0.0.0/0", "scope": "world", "public_addresses": 3702390784}

block(addresses) := {"kind": "cidr", "cidr": "198.18.0.0/16", "scope": "public", "public_addresses": addresses}

office := block(256)

tasks := {"kind": "groups", "groups": {
	"members": {"tasks": {"certain": true}},
	"open": [],
	"at": "ingress",
	"basis": "value",
	"stated": true,
}}

hidden_peer := {"kind": "unknown", "unknown": hidden}

# A rule for one TCP port.
from(peer, port) := over("tcp", peer, port, port)

over(protocol, peer, first, last) := {
	"group": "public",
	"resource": "rule",
	"at": "ingress",
	"certain": true,
	"protocol": {"known": protocol},
	"ports": {"known": {"from": first, "to": last}},
	"peer": peer,
	"label": "somewhere",
}

# What `change` names is replaced.
replaced(object_of, change) := object.union(object.remove(object_of, object.keys(change)), change)

uncertain(traffic) := replaced(traffic, {"certain": false})

listener(protocol, port, redirects) := {
	"id": "listener",
	"port": {"known": port},
	"protocol": {"known": protocol},
	"redirects_to_https": {"known": redirects},
}

https := listener("HTTPS", 443, false)

redirect := listener("HTTP", 80, true)

plain := listener("HTTP", 80, false)

# An internet-facing load balancer.
balancer(listeners, rules) := {
	"load_balancers": {"alb": {"internal": {"known": false}}},
	"facts": {
		"load_balancers": {"alb": {"listeners": listeners, "listeners_open": [], "basis": "reference"}},
		"interfaces": {"alb": {
			"kind": "load_balancer",
			"groups": {"members": {"public": {"certain": true}}, "open": [], "at": "groups", "basis": "value", "stated": true},
			"groups_stated": true,
			"ingress": rules,
			"ingress_open": [],
			"basis": "value",
		}},
	},
}

usual(rules) := balancer([redirect, https], rules)

internal(doc, value) := replaced(doc, {"load_balancers": {"alb": {"internal": value}}})

more_listeners(doc) := object.union(doc, {"facts": {"load_balancers": {"alb": {"listeners_open": [hidden]}}}})

denied(doc) := {finding.message | some finding in rule.deny with input as doc with data.parameters as parameters}

missing(doc) := {doubt.missing.why | some doubt in rule.unknown with input as doc with data.parameters as parameters}

subjects(doc) := {entry | some entry in rule.subjects with input as doc with data.parameters as parameters}

passes(doc) if {
	subjects(doc) == {{"resource": "alb", "basis": "reference"}}
	denied(doc) == set()
	missing(doc) == set()
}

fails(doc) if count(denied(doc)) == 1

is_unknown(doc, why) if {
	denied(doc) == set()
	missing(doc) == {why}
}

pass_input := usual([from(world, 443), from(tasks, 8443)])

fail_input := usual([from(world, 443), from(world, 8443)])

test_the_ports_of_the_listeners_pass if passes(usual([from(world, 80), from(world, 443)]))

test_a_port_without_listener_fails if {
	some finding in rule.deny with input as fail_input with data.parameters as parameters
	finding == {
		"resource": "alb",
		"path": "groups",
		"message": "is open to the world, beyond its public listeners, for tcp 8443 from somewhere",
		"related": [
			{"resource": "alb", "path": "groups", "message": "its network interfaces have public"},
			{"resource": "rule", "path": "ingress", "message": "admits tcp 8443 from somewhere"},
		],
	}
}

test_a_port_that_may_be_public_and_has_no_listener_fails if {
	fails(balancer([https], [from(world, 80)]))
}

test_only_what_is_open_to_the_world_is_named if {
	rules := [from(world, 8443), replaced(from(tasks, 8443), {"label": "the pipeline"})]
	denied(usual(rules)) == {"is open to the world, beyond its public listeners, for tcp 8443 from somewhere"}
}

test_a_test_listener_fails_unless_its_port_is_allowed if {
	doc := balancer([https, listener("HTTPS", 8443, false)], [from(world, 8443)])
	fails(doc)
	rule.deny == set() with input as doc with data.parameters as {"allowed_public_ports": [443, 8443]}
}

test_every_port_fails if {
	fails(usual([over("tcp", world, 0, 65535)]))
	fails(usual([over("all", world, 0, 65535)]))
}

test_a_range_of_public_ports_passes if {
	doc := balancer([listener("HTTPS", 443, false), listener("HTTPS", 444, false)], [over("tcp", world, 443, 444)])
	rule.deny == set() with input as doc with data.parameters as {"allowed_public_ports": [443, 444]}
}

test_http_alone_is_another_rules_matter if passes(balancer([plain], [from(world, 80)]))

test_http_beside_https_has_to_redirect if {
	passes(balancer([redirect, https], [from(world, 80)]))
	fails(balancer([plain, https], [from(world, 80)]))
}

test_the_transport_has_to_be_that_of_the_listener if {
	passes(balancer([listener("QUIC", 443, false)], [over("udp", world, 443, 443)]))
	passes(balancer([listener("TCP_UDP", 443, false)], [over("udp", world, 443, 443), from(world, 443)]))
	fails(balancer([https], [over("udp", world, 443, 443)]))
	fails(balancer([listener("UDP", 443, false)], [from(world, 443)]))
}

test_a_port_for_the_office_passes if passes(usual([from(office, 8443)]))

test_blocks_for_the_same_ports_count_together if {
	fails(usual([from(block(40000), 8443), from(block(40000), 8443)]))
	passes(usual([from(block(65536), 8443)]))
	passes(usual([from(block(40000), 8443), from(block(40000), 8444)]))
	passes(usual([from(block(40000), 8443), over("udp", block(40000), 8443, 8443)]))
	passes(usual([from(block(40000), 8443), replaced(from(block(40000), 8443), {"group": "second"})]))
	is_unknown(usual([from(block(40000), 8443), uncertain(from(block(40000), 8443))]), "undecided")
}

test_ranges_of_aws_are_not_the_world if {
	cloudfront := {"kind": "prefix_list", "name": "list", "aws_managed": true, "scope": "public", "public_addresses": 100000}
	passes(internal(usual([from(cloudfront, 443)]), {"known": true}))
	passes(usual([from(cloudfront, 8443), from(block(40000), 8443)]))
}

test_ping_opens_no_port if passes(usual([over("icmp", world, 8, -1)]))

test_an_internal_load_balancer_fails_on_any_port if {
	doc := internal(usual([from(world, 443)]), {"known": true})
	denied(doc) == {"is internal, and its group is open to the world for tcp 443 from somewhere"}
	passes(internal(usual([from(tasks, 443)]), {"known": true}))
}

test_another_interface_is_no_subject if {
	doc := object.union(fail_input, {"facts": {"interfaces": {"alb": {"kind": "placement"}}}})
	subjects(doc) == set()
	denied(doc) == set()
}

test_a_scheme_that_is_not_known_decides_only_where_a_listener_answers if {
	is_unknown(internal(usual([from(world, 443)]), {"unknown": hidden}), "after_apply")
	fails(internal(usual([from(world, 8443)]), {"unknown": hidden}))
}

test_listeners_that_cannot_be_seen_may_answer if {
	is_unknown(more_listeners(balancer([], [from(world, 443)])), "after_apply")
	fails(more_listeners(balancer([], [from(world, 8443)])))
	passes(more_listeners(balancer([https], [from(world, 443)])))
}

test_a_listener_that_cannot_be_seen_may_make_plain_http_needless if {
	is_unknown(more_listeners(balancer([plain], [from(world, 80)])), "after_apply")
}

test_what_is_not_known_of_a_listener_is_unknown if {
	is_unknown(balancer([replaced(https, {"port": {"unknown": hidden}})], [from(world, 443)]), "after_apply")
	is_unknown(balancer([replaced(https, {"protocol": {"unknown": hidden}})], [from(world, 443)]), "after_apply")
	is_unknown(balancer([replaced(plain, {"redirects_to_https": {"unknown": hidden}}), https], [from(world, 80)]), "after_apply")
	is_unknown(balancer([plain, replaced(https, {"protocol": {"unknown": hidden}})], [from(world, 80)]), "after_apply")
}

test_what_is_not_known_of_another_listener_does_not_matter if {
	other := replaced(listener("HTTP", 8080, false), {"port": {"unknown": hidden}})
	passes(balancer([redirect, https, other], [from(world, 80)]))
	passes(balancer([plain, other], [from(world, 80)]))
	passes(balancer([https, other], [from(office, 8443)]))
	passes(balancer([https, replaced(redirect, {"redirects_to_https": {"unknown": hidden}})], [from(world, 443)]))
	fails(balancer([https, replaced(redirect, {"protocol": {"unknown": hidden}})], [from(world, 8443)]))
}

test_a_rule_that_may_belong_to_another_group_is_unknown if {
	is_unknown(usual([uncertain(from(world, 8443))]), "undecided")
	passes(usual([uncertain(from(world, 443))]))
}

test_ports_that_are_not_known_are_unknown if {
	is_unknown(usual([replaced(from(world, 1), {"ports": {"unknown": hidden}})]), "after_apply")
	either := replaced(from(world, 1), {"protocol": {"unknown": hidden}, "ports": {"unknown": hidden}})
	is_unknown(internal(usual([either]), {"known": true}), "after_apply")
}

test_a_protocol_that_is_not_known_is_unknown if {
	every port in [443, 8443] {
		is_unknown(usual([replaced(from(world, port), {"protocol": {"unknown": hidden}})]), "after_apply")
	}
}

test_a_source_that_is_known_after_apply_is_unknown if {
	is_unknown(usual([from(hidden_peer, 8443)]), "after_apply")
	is_unknown(internal(usual([from(hidden_peer, 443)]), {"known": true}), "after_apply")
	passes(usual([from(hidden_peer, 443), over("icmp", hidden_peer, 8, -1)]))
}

test_rules_that_cannot_be_seen_are_unknown if {
	doc := object.union(pass_input, {"facts": {"interfaces": {"alb": {"ingress_open": [outside]}}}})
	is_unknown(doc, "outside_input")
}
