package ecs_audit.lib.outbound_test

import data.ecs_audit.lib.outbound

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

yes := {"known": true}

no := {"known": false}

absent := {"absent": true}

unsure := {"unknown": hidden}

links(ids, open) := {"members": {id: {"certain": true} | some id in ids}, "open": open}

# ---- tasks and their subnets

placed(awsvpc, compute) := {"facts": {"placements": {"web": {"awsvpc": awsvpc, "compute": compute}}}}

test_tasks_on_fargate_need_a_way_out_of_their_own if {
	found := outbound.placements with input as placed(yes, {"known": "fargate"})
	object.keys(found) == {"web"}
}

test_tasks_of_which_nobody_knows_what_they_run_on_may_need_one if {
	every compute in [unsure, absent] {
		document := placed(unsure, compute)
		found := outbound.placements with input as document
		object.keys(found) == {"web"}
	}
}

test_container_instances_and_shared_networks_need_none if {
	every document in [
		placed(yes, {"known": "ec2"}),
		placed(yes, {"known": "external"}),
		placed(no, {"known": "fargate"}),
		placed(absent, {"known": "fargate"}),
	] {
		found := outbound.placements with input as document
		found == {}
	}
}

# Tasks in subnets that lead to nothing, to a transit gateway, to a NAT gateway, and nobody knows where.
leading := {"endpoints": {"subnets": {"alone": {"known": "none"}, "far": {"known": "other"}, "dim": unsure}}}

test_only_a_subnet_that_leads_nowhere_is_without_egress if {
	without := {subnet | some subnet in ["alone", "far", "dim", "nat"]; outbound.without_egress(leading, subnet)}
	without == {"alone"}
}

network(value) := {"placements": {"web": {"network": value}}}

open_network(doubts) := network({"known": {"subnets": links([], doubts)}})

# The answer, if there is one.
hidden_in(document) := [found | found := outbound.hidden_subnets("web") with input as document]

test_hidden_subnets_are_what_is_open_in_the_list_of_subnets if {
	hidden_in(open_network([hidden, outside])) == [[hidden, outside]]
	hidden_in(open_network([])) == [[]]
}

test_an_unknown_network_configuration_hides_all_subnets if {
	hidden_in(network(unsure)) == [[hidden]]
}

test_without_network_configuration_no_subnets_are_told_of if {
	hidden_in(network(absent)) == []
}

in_subnets(members) := {"subnets": {id: {"certain": certain} | some id, certain in members}}

# The subnets that are certainly used, if there are any.
used(members, subnets, doubts) := [found |
	found := outbound.certainly_used("web", in_subnets(members), subnets) with input as open_network(doubts)
]

test_certain_members_are_used if {
	used({"a": true, "b": true}, {"a"}, []) == [{"a"}]
	used({"a": true, "b": true}, {"a", "b"}, []) == [{"a", "b"}]
}

test_certain_members_are_used_whatever_else_is_hidden if used({"a": true}, {"a"}, [hidden]) == [{"a"}]

test_candidates_beside_a_certain_member_do_not_count if used({"a": true, "b": false}, {"a", "b"}, []) == [{"a"}]

test_candidates_that_are_all_there_are_are_used if used({"a": false, "b": false}, {"a", "b"}, []) == [{"a", "b"}]

test_one_of_several_candidates_may_not_be_used if used({"a": false, "b": false}, {"a"}, []) == []

test_candidates_may_not_be_used_where_others_are_hidden if used({"a": false, "b": false}, {"a", "b"}, [hidden]) == []

test_a_candidate_may_not_be_used_beside_a_certain_member_elsewhere if used({"a": true, "b": false}, {"b"}, []) == []

test_no_subnets_are_not_used if {
	used({"a": true}, set(), []) == []
	used({}, set(), []) == []
}

# ---- where services can be reached

# The way from subnet `alone` to a service.
way(service, met, options) := {"subnet": "alone", "service": service, "met": met, "endpoints": options}

# The route table of the subnet leads to these targets.
routed(targets) := {
	"facts": {"subnets": {"alone": {"route_tables": links(["table"], [])}}},
	"route_tables": {"table": {"routes": [{"target": target} | some target in targets]}},
}

to_transit_gateway := routed([{"known": "local"}, {"known": "transit_gateway"}])

# The doubt, if there is one.
central(path, document) := [missing | missing := outbound.central(path) with input as document]

test_a_service_may_be_central_behind_a_transit_gateway if {
	expected := {
		"why": "outside_input",
		"fact": "alone: whether its transit gateway leads to an endpoint for logs in another VPC",
		"remedy": "add an endpoint to the VPC, or check the shared endpoints and their private hosted zones",
	}
	central(way("logs", no, []), to_transit_gateway) == [expected]
	central(way("logs", no, []), routed([{"known": "core_network"}])) == [expected]
}

test_other_routes_lead_to_no_central_endpoint if {
	central(way("logs", no, []), routed([{"known": "local"}, {"known": "vpc_peering_connection"}, unsure])) == []
	central(way("logs", no, []), routed([])) == []
}

test_s3_is_not_central if central(way("s3", no, []), to_transit_gateway) == []

test_a_service_with_an_endpoint_in_the_vpc_is_not_central if {
	central(way("logs", no, [{"endpoint": "e"}]), to_transit_gateway) == []
}

test_a_service_that_is_reached_or_may_be_is_not_central if {
	central(way("logs", yes, []), to_transit_gateway) == []
	central(way("logs", unsure, []), to_transit_gateway) == []
}

cut_off(path, service, document) := found if {
	facts := object.union(leading, {"endpoints": {"paths": [path]}})
	found := outbound.cut_off(facts, service) with input as document
}

test_a_subnet_without_endpoint_is_cut_off if {
	cut_off(way("logs", no, []), "logs", routed([])) == {"alone"}
	cut_off(way("logs", no, [{"endpoint": "e"}]), "logs", to_transit_gateway) == {"alone"}
}

test_a_subnet_is_cut_off_from_one_service_and_not_from_another if {
	cut_off(way("logs", no, []), "ssm", routed([])) == set()
}

test_what_is_reached_or_may_be_is_not_cut_off if {
	cut_off(way("logs", yes, []), "logs", routed([])) == set()
	cut_off(way("logs", unsure, []), "logs", routed([])) == set()
	cut_off(way("logs", no, []), "logs", to_transit_gateway) == set()
}

test_a_subnet_that_may_have_a_way_out_is_not_cut_off if {
	every subnet in ["far", "dim", "nat"] {
		cut_off(object.union(way("logs", no, []), {"subnet": subnet}), "logs", routed([])) == set()
	}
}

unsettled(path, document) := [missing.why | missing := outbound.unsettled(path) with input as document]

test_an_unknown_endpoint_or_a_central_one_leaves_a_need_unsettled if {
	unsettled(way("logs", unsure, []), to_transit_gateway) == ["after_apply"]
	unsettled(way("logs", no, []), to_transit_gateway) == ["outside_input"]
	unsettled(way("logs", yes, []), to_transit_gateway) == []
	unsettled(way("logs", no, []), routed([])) == []
}

test_what_leaves_the_way_to_the_internet_open if {
	outbound.egress_doubt("dim", unsure) == hidden
	far := outbound.egress_doubt("far", {"known": "other"})
	far.why == "outside_input"
	far.fact == "far: where its default route leads beyond the VPC"
	not outbound.egress_doubt("alone", {"known": "none"})
}

# ---- which of the endpoints on offer tasks take

option(matches, private_dns) := {"endpoint": "e", "matches": matches, "private_dns": private_dns}

from(subnet, met) := {"subnet": subnet, "met": met}

takes(path, offer) if outbound.takes(leading, path, offer)

may_take(path, offer) if outbound.may_take(leading, path, offer)

doubts(path, offer) := outbound.take_doubts(leading, path, offer)

test_tasks_take_an_endpoint_that_its_name_leads_to_wherever_they_are if {
	every subnet in ["alone", "far", "dim", "nat"] {
		every met in [yes, no, unsure] {
			takes(from(subnet, met), option(yes, yes))
			may_take(from(subnet, met), option(yes, yes))
			doubts(from(subnet, met), option(yes, yes)) == set()
		}
	}
}

test_without_egress_tasks_take_any_endpoint_where_none_serves if {
	every private_dns in [no, absent, unsure] {
		takes(from("alone", no), option(yes, private_dns))
		may_take(from("alone", no), option(yes, private_dns))
	}
}

test_beside_an_endpoint_that_serves_no_other_is_taken if {
	every private_dns in [no, absent] {
		not takes(from("alone", yes), option(yes, private_dns))
		not may_take(from("alone", yes), option(yes, private_dns))
	}
}

test_with_a_way_out_no_endpoint_is_taken_that_no_name_leads_to if {
	every private_dns in [no, absent] {
		not takes(from("nat", no), option(yes, private_dns))
		not may_take(from("nat", no), option(yes, private_dns))
	}
}

test_where_names_may_lead_to_an_endpoint_it_may_be_taken if {
	every subnet in ["far", "dim", "nat"] {
		not takes(from(subnet, no), option(yes, unsure))
		may_take(from(subnet, no), option(yes, unsure))
		hidden in doubts(from(subnet, no), option(yes, unsure))
	}
	doubts(from("nat", no), option(yes, unsure)) == {hidden}
}

test_where_a_way_out_may_be_missing_an_endpoint_may_be_taken if {
	every subnet in ["far", "dim"] {
		not takes(from(subnet, no), option(yes, no))
		may_take(from(subnet, no), option(yes, no))
	}
	doubts(from("dim", no), option(yes, no)) == {hidden}
	{missing.why | some missing in doubts(from("far", no), option(yes, no))} == {"outside_input"}
}

test_where_another_endpoint_may_serve_this_one_may_be_taken if {
	not takes(from("alone", unsure), option(yes, no))
	may_take(from("alone", unsure), option(yes, no))
	doubts(from("alone", unsure), option(yes, no)) == {hidden}
	doubts(from("nat", unsure), option(yes, no)) == set()
}

test_an_endpoint_of_an_unknown_vpc_or_service_may_be_taken if {
	every path in [from("alone", no), from("nat", no)] {
		not takes(path, option(unsure, yes))
		may_take(path, option(unsure, yes))
		doubts(path, option(unsure, yes)) == {hidden}
	}
}

# ---- endpoints that tasks may need

# Tasks that need these services, and an endpoint of a service.
needing(services, open) := {"endpoints": {
	"services": {service: [] | some service in services},
	"open": open,
	"subnets": {},
}}

of_service(service) := {"vpc_endpoints": {"e": {"service": service}}}

open_need(document, facts) := [found | found := outbound.open_need("e", facts) with input as document]

may_need(document, facts) := [found | found := outbound.may_need("e", facts) with input as document]

test_open_needs_may_need_any_service_of_ecs if {
	count(outbound.task_services) > 0
	every service in outbound.task_services {
		open_need(of_service({"known": service}), needing([], [hidden])) == [[hidden]]
	}
}

test_open_needs_may_need_a_service_that_nobody_knows if {
	open_need(of_service(unsure), needing([], [hidden])) == [[hidden]]
	open_need(of_service(unsure), needing(["logs"], [hidden])) == [[hidden]]
}

test_without_open_needs_nothing_is_open if open_need(of_service({"known": "logs"}), needing([], [])) == [[]]

test_what_is_needed_for_certain_is_not_open if {
	open_need(of_service({"known": "logs"}), needing(["logs"], [hidden])) == []
}

test_what_ecs_never_calls_is_not_an_open_need if {
	every service in [{"known": "ecs"}, {"known": "sqs"}, absent] {
		open_need(of_service(service), needing([], [hidden])) == []
	}
}

test_tasks_may_need_what_they_need_and_what_is_open if {
	may_need(of_service({"known": "logs"}), needing(["logs"], [])) == [true]
	may_need(of_service({"known": "sqs"}), needing(["sqs"], [])) == [true]
	may_need(of_service({"known": "logs"}), needing([], [hidden])) == [true]
	may_need(of_service(unsure), needing(["logs"], [])) == [true]
	may_need(of_service(unsure), needing([], [hidden])) == [true]
}

test_tasks_do_not_need_the_rest if {
	may_need(of_service({"known": "ssm"}), needing(["logs"], [])) == []
	may_need(of_service({"known": "logs"}), needing([], [])) == []
	may_need(of_service(unsure), needing([], [])) == []
	may_need(of_service({"known": "sqs"}), needing([], [hidden])) == []
}

draws(private_dns) := {"facts": {"vpc_endpoints": {"e": {"private_dns": private_dns}}}}

may_rely(document, endpoint, facts) := [found | found := outbound.may_rely(endpoint, facts) with input as document]

test_tasks_may_rely_on_any_endpoint_without_a_way_out if {
	may_rely(draws(no), "e", leading) == [true]
	may_rely(draws(no), "gateway", leading) == [true]
}

test_tasks_with_a_way_out_may_rely_where_names_may_lead_to_it if {
	may_rely(draws(yes), "e", needing([], [])) == [true]
	may_rely(draws(unsure), "e", needing([], [])) == [true]
	may_rely(draws(no), "e", needing([], [])) == []
	may_rely(draws(yes), "gateway", needing([], [])) == []
}

# Tasks in subnets `a` and `b` of these VPCs, and an endpoint in another one.
vpcs(of_a, of_b, of_endpoint) := {
	"subnets": {"a": {"vpc": of_a}, "b": {"vpc": of_b}},
	"vpc_endpoints": {"e": {"vpc": of_endpoint}},
	"facts": {"placements": {"web": in_subnets({"a": true, "b": false})}},
}

v := links(["v"], [])

w := links(["w"], [])

nowhere_known := links([], [hidden])

may_share_vpc(document) := [found | found := outbound.may_share_vpc("web", "e") with input as document]

test_an_endpoint_may_share_the_vpc_of_any_subnet if {
	may_share_vpc(vpcs(v, v, v)) == [true]
	may_share_vpc(vpcs(w, v, v)) == [true]
	may_share_vpc(vpcs(w, w, links(["v", "w"], []))) == [true]
}

test_an_endpoint_in_an_unknown_vpc_may_share_it if {
	may_share_vpc(vpcs(v, v, nowhere_known)) == [true]
	may_share_vpc(vpcs(nowhere_known, w, v)) == [true]
}

test_an_endpoint_in_another_vpc_shares_none if may_share_vpc(vpcs(w, w, v)) == []
