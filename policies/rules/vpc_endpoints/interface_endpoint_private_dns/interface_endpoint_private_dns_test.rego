package ecs_audit.rules.vpc_endpoints.interface_endpoint_private_dns_test

import data.ecs_audit.rules.vpc_endpoints.interface_endpoint_private_dns as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

known(value) := {"known": value, "at": "a"}

links(ids, open) := {"members": {id: {"certain": true} | some id in ids}, "open": open}

# An endpoint that a service needs; `dns` says whether the name of its service resolves to it.
endpoint(service, dns) := {
	"vpc_endpoints": {"e": {
		"endpoint_type": {"known": "interface"},
		"service": {"known": service, "at": "service_name"},
		"private_dns": {"at": "private_dns_enabled"},
		"vpc": links(["v"], []),
	}},
	"placements": {"web": {"network": {"known": {"subnets": {"open": []}}}}},
	"subnets": {"a": {"vpc": links(["v"], [])}},
	"facts": {
		"placements": {"web": {
			"awsvpc": {"known": true},
			"compute": {"known": "fargate"},
			"subnets": {"a": {"certain": true}},
			"endpoints": {"services": {service: []}, "open": [], "paths": []},
		}},
		"vpc_endpoints": {"e": {
			"needed_by": {"web": {"certain": true, "without_egress": true}},
			"private_dns": object.union(dns, {"basis": "reference", "evidence": []}),
			"basis": "value",
		}},
	},
}

on := {"known": true}

off := {"known": false}

unsure := {"unknown": hidden}

pass_input := endpoint("logs", on)

fail_input := endpoint("logs", off)

# Private DNS is off, and nobody is known to need it.
unneeded(service) := json.remove(endpoint(service, off), [
	"facts/vpc_endpoints/e/needed_by/web",
	concat("", ["facts/placements/web/endpoints/services/", service]),
])

with_open_needs(document) := object.union(
	document,
	{"facts": {"placements": {"web": {"endpoints": {"open": [hidden]}}}}},
)

with_hidden_subnets(document, missing) := object.union(
	document,
	{"placements": {"web": {"network": {"known": {"subnets": {"open": [missing]}}}}}},
)

relied_on(document, reliance) := object.union(
	document,
	{"facts": {"vpc_endpoints": {"e": {"needed_by": {"web": reliance}}}}},
)

in_vpc(document, vpc) := object.union(
	json.remove(document, ["vpc_endpoints/e/vpc"]),
	{"vpc_endpoints": {"e": {"vpc": vpc}}},
)

# An S3 interface endpoint beside another way to S3 that works or not.
beside(dns, met) := object.union(endpoint("s3", dns), {"facts": {"placements": {"web": {"endpoints": {"paths": [{
	"service": "s3",
	"met": met,
	"endpoints": [{"endpoint": "gateway"}, {"endpoint": "e"}],
}]}}}}})

resources(set) := {entry.resource | some entry in set}

severities(set) := {entry.severity | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"e"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

fails(document, severity) if {
	resources(rule.deny) == {"e"} with input as document
	severities(rule.deny) == {severity} with input as document
}

undecided(document, whys) if {
	resources(rule.subjects) == {"e"} with input as document
	rule.deny == set() with input as document
	reasons(rule.unknown) == whys with input as document
}

not_judged(document) if {
	rule.subjects == set() with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_private_dns_passes if {
	passes(pass_input)
	rule.subjects == {{"resource": "e", "basis": "reference"}} with input as pass_input
}

test_private_dns_that_is_off_or_absent_fails if {
	fails(fail_input, "high")
	expected := {
		"resource": "e",
		"path": "private_dns_enabled",
		"message": "the name of logs does not resolve to it within the VPC",
		"severity": "high",
		"related": [
			{"resource": "v", "path": "enable_dns_hostnames", "message": "off"},
			{"resource": "web", "path": "", "message": "needs the service"},
		],
	}
	document := object.union(
		fail_input,
		{"facts": {"vpc_endpoints": {"e": {"private_dns": {"evidence": [expected.related[0]]}}}}},
	)
	rule.deny == {expected} with input as document
}

test_with_nat_it_is_low if {
	fails(relied_on(fail_input, {"without_egress": false}), "low")
}

test_unknown_private_dns_is_unknown if undecided(endpoint("logs", unsure), {"after_apply"})

test_an_inbound_only_s3_endpoint_without_a_gateway_fails if fails(beside(off, off), "high")

test_an_inbound_only_s3_endpoint_beside_a_gateway_is_not_judged if {
	not_judged(beside(off, on))
}

test_an_s3_endpoint_beside_a_gateway_is_right_whatever_its_private_dns if passes(beside(unsure, on))

test_an_s3_endpoint_beside_a_gateway_that_may_serve_the_tasks_is_unknown if {
	undecided(beside(off, unsure), {"after_apply"})
	undecided(beside(unsure, unsure), {"after_apply"})
	passes(beside(on, unsure))
}

test_endpoints_of_other_services_spare_it_nothing if {
	document := object.union(fail_input, {"facts": {"placements": {"web": {"endpoints": {"paths": [{
		"service": "ssm",
		"met": on,
		"endpoints": [{"endpoint": "another"}],
	}]}}}}})
	fails(document, "high")
}

test_an_s3_endpoint_that_tasks_do_use_is_judged_beside_a_gateway if passes(beside(on, on))

test_an_endpoint_in_an_unknown_vpc_is_unknown if {
	document := in_vpc(relied_on(fail_input, {"certain": false}), links([], [outside]))
	undecided(document, {"outside_input"})
}

test_an_endpoint_in_one_of_two_vpcs_is_undecided if {
	undecided(in_vpc(relied_on(fail_input, {"certain": false}), links(["v", "w"], [])), {"undecided"})
}

test_an_endpoint_in_an_unknown_vpc_is_not_judged_beside_a_gateway if {
	not_judged(in_vpc(relied_on(beside(off, on), {"certain": false}), links([], [outside])))
}

test_an_endpoint_in_an_unknown_vpc_passes_with_private_dns if {
	passes(relied_on(pass_input, {"certain": false}))
}

test_an_endpoint_of_unknown_type_is_unknown if {
	document := json.remove(fail_input, ["vpc_endpoints/e/endpoint_type/known"])
	undecided(object.union(document, {"vpc_endpoints": {"e": {"endpoint_type": {"unknown": hidden}}}}), {"after_apply"})
}

test_an_endpoint_of_unknown_type_that_nobody_needs_is_not_judged if {
	document := json.remove(unneeded("sqs"), ["vpc_endpoints/e/endpoint_type/known"])
	not_judged(object.union(document, {"vpc_endpoints": {"e": {"endpoint_type": {"unknown": hidden}}}}))
}

test_an_endpoint_of_unknown_service_without_tasks_is_not_judged if {
	document := json.remove(unneeded("logs"), ["vpc_endpoints/e/service/known", "facts/placements/web"])
	not_judged(object.union(document, {"vpc_endpoints": {"e": {"service": {"unknown": hidden}}}}))
}

test_an_endpoint_of_unknown_service_is_unknown if {
	document := json.remove(unneeded("logs"), ["vpc_endpoints/e/service/known"])
	undecided(object.union(document, {"vpc_endpoints": {"e": {"service": {"unknown": hidden}}}}), {"after_apply"})
}

test_an_endpoint_that_tasks_may_need_is_unknown if undecided(with_open_needs(unneeded("logs")), {"after_apply"})

test_an_endpoint_that_tasks_may_need_passes_with_private_dns if {
	passes(with_open_needs(object.union(unneeded("logs"), {"facts": {"vpc_endpoints": {"e": {"private_dns": on}}}})))
}

test_an_endpoint_of_another_vpc_is_not_judged if {
	not_judged(in_vpc(with_open_needs(unneeded("logs")), links(["w"], [])))
}

test_an_endpoint_that_ecs_never_needs_is_not_judged if not_judged(with_open_needs(unneeded("sqs")))

test_an_endpoint_of_a_service_that_no_task_needs_is_not_judged if not_judged(unneeded("logs"))

test_hidden_subnets_do_not_matter_where_tasks_do_not_need_it if {
	not_judged(with_hidden_subnets(with_open_needs(unneeded("sqs")), hidden))
}

test_hidden_subnets_may_be_in_its_vpc if {
	document := json.remove(fail_input, ["facts/vpc_endpoints/e/needed_by/web"])
	undecided(with_hidden_subnets(document, outside), {"outside_input"})
	undecided(with_hidden_subnets(with_open_needs(unneeded("logs")), outside), {"after_apply", "outside_input"})
}

test_an_unknown_network_configuration_is_unknown if {
	document := json.remove(fail_input, ["facts/vpc_endpoints/e/needed_by/web", "placements/web/network/known"])
	undecided(object.union(document, {"placements": {"web": {"network": {"unknown": hidden}}}}), {"after_apply"})
}

test_tasks_on_container_instances_leave_nothing_open if {
	document := object.union(
		with_open_needs(unneeded("logs")),
		{"facts": {"placements": {"web": {"compute": {"known": "ec2"}}}}},
	)
	not_judged(document)
}
