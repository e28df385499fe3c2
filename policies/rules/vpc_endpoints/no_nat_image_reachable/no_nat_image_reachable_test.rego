package ecs_audit.rules.vpc_endpoints.no_nat_image_reachable_test

import data.ecs_audit.rules.vpc_endpoints.no_nat_image_reachable as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

outside := {"why": "outside_input", "fact": "x", "remedy": "y"}

certain := {"certain": true}

route := {"resource": "table", "path": "", "message": "no IPv4 default route"}

# A service in one subnet without egress that runs this image.
task(image) := {
	"placements": {"web": {
		"network": {"known": {"subnets": {"open": []}}},
		"task_definition": {"members": {"app": certain}, "open": [], "at": "task_definition"},
	}},
	"task_definitions": {"app": {"containers": {"known": ["app#app"]}, "windows": {"known": false}}},
	"containers": {"app#app": {"label": "container \"app\"", "image": object.union({"at": "image"}, image)}},
	"facts": {
		"placements": {"web": {
			"awsvpc": {"known": true},
			"compute": {"known": "fargate"},
			"network_basis": "reference",
			"region": {"known": "eu-west-1"},
			"subnets": {"a": certain},
			"endpoints": {"subnets": {"a": {"known": "none"}}},
		}},
		"containers": {"app#app": {"pull_through": false}},
		"subnets": {subnet: {"egress": {"evidence": [route]}} | some subnet in ["a", "b"]},
	},
}

# An image of a registry.
of(registry) := task({"known": {"text": "app:1", "registry": {"known": registry}}})

ecr(region) := {"kind": "ecr", "account": "123456789012", "region": region}

docker_hub := {"kind": "docker_hub"}

leading(document, egress) := object.union(
	json.remove(document, ["facts/placements/web/endpoints/subnets/a"]),
	{"facts": {"placements": {"web": {"endpoints": {"subnets": {"a": egress}}}}}},
)

running(document, containers) := object.union(
	json.remove(document, ["task_definitions/app/containers"]),
	{"task_definitions": {"app": {"containers": containers}}},
)

# Nobody can see its subnets.
out_of_sight(document, missing) := object.union(
	json.remove(document, ["facts/placements/web/endpoints/subnets/a", "facts/placements/web/subnets/a"]),
	{"placements": {"web": {"network": {"known": {"subnets": {"open": [missing]}}}}}},
)

# Subnet `a` is one of two candidates; `egress` is where the other one leads.
choosing(document, egress) := object.union(document, {"facts": {"placements": {"web": {
	"subnets": {"a": {"certain": false}, "b": {"certain": false}},
	"endpoints": {"subnets": egress},
}}}})

on_windows(document, windows) := object.union(
	json.remove(document, ["task_definitions/app/windows"]),
	{"task_definitions": {"app": {"windows": windows}}},
)

pulled_through(document) := object.union(document, {"facts": {"containers": {"app#app": {"pull_through": true}}}})

pass_input := of(ecr("eu-west-1"))

fail_input := of(docker_hub)

resources(set) := {entry.resource | some entry in set}

messages(set) := {entry.message | some entry in set}

reasons(set) := {entry.missing.why | some entry in set}

facts(set) := {entry.missing.fact | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"app#app"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

fails(document, text) if {
	resources(rule.subjects) == {"app#app"} with input as document
	messages(rule.deny) == {text} with input as document
	rule.unknown == set() with input as document
}

undecided(document, resource, whys) if {
	resources(rule.subjects) == {resource} with input as document
	rule.deny == set() with input as document
	resources(rule.unknown) == {resource} with input as document
	reasons(rule.unknown) == whys with input as document
}

not_judged(document) if {
	rule.subjects == set() with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

test_ecr_of_the_region_passes if {
	passes(pass_input)
	rule.subjects == {{"resource": "app#app", "basis": "reference"}} with input as pass_input
}

test_docker_hub_fails if {
	expected := {
		"resource": "app#app",
		"path": "image",
		"message": "the image of container \"app\", app:1, cannot be pulled: a has no way to Docker Hub",
		"related": [{"resource": "web", "path": "task_definition", "message": "runs it in a"}, route],
	}
	rule.deny == {expected} with input as fail_input
}

test_ecr_public_fails if {
	fails(
		of({"kind": "ecr_public"}),
		"the image of container \"app\", app:1, cannot be pulled: a has no way to Amazon ECR Public",
	)
}

test_another_public_registry_fails if {
	fails(
		of({"kind": "public", "host": "ghcr.io"}),
		"the image of container \"app\", app:1, cannot be pulled: a has no way to ghcr.io",
	)
}

test_ecr_of_another_region_fails if {
	fails(
		of(ecr("us-east-1")),
		"the image of container \"app\", app:1, cannot be pulled: a has no way to Amazon ECR in us-east-1",
	)
}

test_another_host_is_unknown if {
	undecided(of({"kind": "other", "host": "registry.acme.example"}), "app#app", {"outside_input"})
}

test_an_unknown_image_is_unknown if undecided(task({"unknown": hidden}), "app#app", {"after_apply"})

test_an_unknown_registry_is_unknown if {
	undecided(task({"known": {"text": "x", "registry": {"unknown": hidden}}}), "app#app", {"after_apply"})
}

in_unknown_region(document) := object.union(
	json.remove(document, ["facts/placements/web/region"]),
	{"facts": {"placements": {"web": {"region": {"unknown": hidden}}}}},
)

test_an_unknown_region_is_unknown if undecided(in_unknown_region(pass_input), "app#app", {"after_apply"})

test_an_unknown_region_does_not_matter_for_docker_hub if {
	fails(
		in_unknown_region(fail_input),
		"the image of container \"app\", app:1, cannot be pulled: a has no way to Docker Hub",
	)
}

test_a_pull_through_cache_passes_with_a_note if {
	document := pulled_through(pass_input)
	passes(document)
	rule.subjects == {{
		"resource": "app#app",
		"basis": "reference",
		"note": "the first pull of a new image may need a NAT gateway, later ones come from the repository",
	}} with input as document
}

test_docker_hub_itself_is_no_pull_through_cache if {
	rule.subjects == {{"resource": "app#app", "basis": "reference"}} with input as pulled_through(fail_input)
}

test_egress_behind_a_transit_gateway_is_unknown if {
	undecided(leading(fail_input, {"known": "other"}), "app#app", {"outside_input"})
}

test_ecr_passes_behind_a_transit_gateway if passes(leading(pass_input, {"known": "other"}))

test_an_unknown_default_route_is_unknown if {
	undecided(leading(fail_input, {"unknown": hidden}), "app#app", {"after_apply"})
}

test_an_unknown_default_route_does_not_matter_for_ecr if passes(leading(pass_input, {"unknown": hidden}))

test_subnets_out_of_sight_are_unknown if {
	undecided(out_of_sight(fail_input, outside), "app#app", {"outside_input"})
	undecided(out_of_sight(fail_input, hidden), "app#app", {"after_apply"})
}

test_subnets_out_of_sight_do_not_matter_for_ecr if passes(out_of_sight(pass_input, hidden))

test_an_unknown_network_configuration_is_unknown if {
	document := json.remove(out_of_sight(fail_input, hidden), ["placements/web/network/known"])
	unknown := {"placements": {"web": {"network": {"unknown": hidden}}}}
	undecided(object.union(document, unknown), "app#app", {"after_apply"})
}

test_a_candidate_subnet_is_undecided if {
	undecided(choosing(fail_input, {}), "app#app", {"undecided"})
	undecided(choosing(fail_input, {"b": {"known": "other"}}), "app#app", {"outside_input", "undecided"})
}

test_a_candidate_subnet_does_not_matter_for_ecr if {
	passes(choosing(pass_input, {}))
	passes(choosing(pass_input, {"b": {"known": "none"}}))
}

test_candidates_that_agree_fail if {
	document := choosing(fail_input, {"b": {"known": "none"}})
	count(rule.deny) == 2 with input as document
	rule.unknown == set() with input as document
}

test_candidates_that_agree_are_undecided_where_others_are_hidden if {
	document := object.union(
		choosing(fail_input, {"b": {"known": "none"}}),
		{"placements": {"web": {"network": {"known": {"subnets": {"open": [hidden]}}}}}},
	)
	undecided(document, "app#app", {"after_apply", "undecided"})
}

test_one_of_two_subnets_is_enough_to_fail if {
	fails(
		object.union(fail_input, {"facts": {"placements": {"web": {"subnets": {"b": certain}}}}}),
		"the image of container \"app\", app:1, cannot be pulled: a has no way to Docker Hub",
	)
}

test_one_of_two_task_definitions_is_undecided if {
	undecided(
		object.union(fail_input, {"placements": {"web": {"task_definition": {"members": {"app": {"certain": false}}}}}}),
		"app#app",
		{"undecided"},
	)
}

test_windows_base_layers_are_unknown if {
	document := on_windows(pass_input, {"known": true})
	undecided(document, "app#app", {"outside_input"})
	facts(rule.unknown) == {
		"whether the Windows base layers were pushed with the image, or come from mcr.microsoft.com",
	} with input as document
}

test_windows_base_layers_are_unknown_wherever_the_subnet_leads if {
	document := on_windows(pass_input, {"known": true})
	undecided(leading(document, {"known": "other"}), "app#app", {"outside_input"})
	undecided(leading(document, {"unknown": hidden}), "app#app", {"outside_input"})
	undecided(out_of_sight(document, hidden), "app#app", {"outside_input"})
}

test_windows_images_of_another_region_fail if {
	fails(
		on_windows(of(ecr("us-east-1")), {"known": true}),
		"the image of container \"app\", app:1, cannot be pulled: a has no way to Amazon ECR in us-east-1",
	)
}

test_an_unknown_operating_system_is_unknown if {
	undecided(on_windows(pass_input, {"unknown": hidden}), "app#app", {"after_apply"})
}

test_windows_images_of_docker_hub_fail if {
	fails(
		on_windows(fail_input, {"known": true}),
		"the image of container \"app\", app:1, cannot be pulled: a has no way to Docker Hub",
	)
}

test_unknown_container_definitions_are_unknown if {
	undecided(running(pass_input, {"unknown": hidden}), "web", {"after_apply"})
}

test_a_task_definition_outside_the_plan_is_unknown if {
	document := json.remove(pass_input, ["placements/web/task_definition/members/app"])
	open := {"placements": {"web": {"task_definition": {"open": [outside]}}}}
	undecided(object.union(document, open), "web", {"outside_input"})
}

test_a_task_definition_that_is_only_read_is_unknown if {
	undecided(json.remove(pass_input, ["task_definitions/app"]), "web", {"outside_input"})
}

test_with_nat_everywhere_nothing_is_judged if {
	not_judged(json.remove(fail_input, ["facts/placements/web/endpoints/subnets/a"]))
	not_judged(json.remove(fail_input, ["facts/placements/web/endpoints/subnets/a", "task_definitions/app"]))
}

test_container_instances_are_not_judged if {
	not_judged(object.union(fail_input, {"facts": {"placements": {"web": {"compute": {"known": "ec2"}}}}}))
}
