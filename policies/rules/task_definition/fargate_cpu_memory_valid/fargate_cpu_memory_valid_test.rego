package ecs_audit.rules.task_definition.fargate_cpu_memory_valid_test

import data.ecs_audit.rules.task_definition.fargate_cpu_memory_valid as rule

hidden := {"why": "after_apply", "fact": "x", "remedy": "y"}

known(value, at) := {"known": value, "at": at}

absent(at) := {"absent": true, "at": at}

unknown(at) := {"unknown": hidden, "at": at}

fact(value) := {"known": value, "basis": "value", "evidence": []}

# A task definition in which `parts` take the place of the usual ones; `fargate` is the fact that it can run there.
made_of(parts, fargate) := {
	"task_definitions": {"web": object.union(object.remove(usual, object.keys(parts)), parts)},
	"containers": {},
	"placements": {},
	"facts": {"task_definitions": {"web": {"fargate": fargate, "placements": {}}}},
}

usual := {
	"cpu": known(512, "cpu"),
	"memory": known(1024, "memory"),
	"ephemeral_storage": absent("ephemeralStorage"),
	"windows": known(false, "runtimePlatform"),
	"containers": known([], "containerDefinitions"),
}

with_parts(parts) := made_of(parts, fact(true))

pair(cpu, memory) := with_parts({"cpu": known(cpu, "cpu"), "memory": known(memory, "memory")})

unsure := {"unknown": hidden, "basis": "value", "evidence": []}

container(cpu, memory, reservation) := {
	"label": "container \"app\"",
	"cpu": cpu,
	"memory": memory,
	"memory_reservation": reservation,
}

# A task of 512 units and 1024 MiB with these containers.
with_containers(containers) := object.union(
	with_parts({"containers": known([id | some id, _ in containers], "containerDefinitions")}),
	{"containers": containers},
)

# Somebody runs the task on a platform version.
run_on(document, version, certain) := object.union(document, {
	"placements": {"service": {"platform_version": version}},
	"facts": {"task_definitions": {"web": {"placements": {"service": {"certain": certain}}}}},
})

pass_input := pair(512, 1024)

fail_input := pair(512, 1000)

resources(set) := {entry.resource | some entry in set}

passes(document) if {
	resources(rule.subjects) == {"web"} with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

fails(document, path, text) if {
	rule.unknown == set() with input as document
	count(rule.deny) == 1 with input as document
	some finding in rule.deny with input as document
	finding.resource == "web"
	finding.path == path
	contains(finding.message, text)
}

doubted(document, path) if {
	rule.deny == set() with input as document
	some doubt in rule.unknown with input as document
	doubt.resource == "web"
	doubt.path == path
	doubt.missing == hidden
}

offered := [
	[256, [512, 1024, 2048]],
	[512, [1024, 2048, 3072, 4096]],
	[1024, [2048, 5120, 8192]],
	[2048, [4096, 9216, 16384]],
	[4096, [8192, 17408, 30720]],
	[8192, [16384, 20480, 61440]],
	[16384, [32768, 40960, 122880]],
	[32768, [61440, 122880, 249856]],
]

refused := [
	[256, [256, 1536, 3072]],
	[512, [512, 1536, 5120]],
	[1024, [1024, 8704, 9216]],
	[2048, [3072, 4608, 17408]],
	[4096, [7168, 31744]],
	[8192, [15360, 17408, 65536]],
	[16384, [24576, 34816, 131072]],
	[32768, [32768, 65536, 262144]],
]

test_a_pair_that_fargate_offers_passes if {
	every row in offered {
		every memory in row[1] {
			passes(pair(row[0], memory))
		}
	}
}

test_a_memory_size_that_does_not_go_with_the_cpu_fails if {
	every row in refused {
		every memory in row[1] {
			fails(pair(row[0], memory), "memory", "is no memory size")
		}
	}
}

test_a_cpu_size_that_fargate_does_not_offer_fails if {
	fails(pair(768, 2048), "cpu", "768 CPU units is no size that Fargate offers")
}

test_32_vcpu_are_offered if passes(pair(32768, 249856))

test_no_task_cpu_fails if fails(with_parts({"cpu": absent("cpu")}), "cpu", "task cpu is not stated")

test_no_task_memory_fails if fails(with_parts({"memory": absent("memory")}), "memory", "task memory is not stated")

test_a_definition_for_ec2_only_is_no_subject if {
	document := made_of({"cpu": absent("cpu"), "memory": absent("memory")}, fact(false))
	rule.subjects == set() with input as document
	rule.deny == set() with input as document
	rule.unknown == set() with input as document
}

# Compatible with EC2 and Fargate, or run on Fargate by a service: the fact holds in both cases.
test_a_definition_for_ec2_and_fargate_is_judged if fails(pair(128, 256), "cpu", "128 CPU units")

windows(cpu, memory) := with_parts({
	"cpu": known(cpu, "cpu"),
	"memory": known(memory, "memory"),
	"windows": known(true, "runtimePlatform"),
})

test_windows_takes_one_to_four_vcpu if {
	passes(windows(1024, 2048))
	passes(windows(4096, 8192))
}

test_windows_takes_no_smaller_size if {
	fails(windows(256, 512), "cpu", "for Windows")
	fails(windows(512, 1024), "cpu", "for Windows")
}

test_windows_takes_no_larger_size if fails(windows(8192, 16384), "cpu", "for Windows")

test_a_windows_task_needs_sizes_although_they_are_not_enforced if {
	document := with_parts({"cpu": absent("cpu"), "windows": known(true, "runtimePlatform")})
	fails(document, "cpu", "not stated")
}

test_a_large_size_on_an_old_platform_version_fails if {
	document := run_on(pair(8192, 16384), known("1.3.0", "platform_version"), true)
	fails(document, "cpu", "service runs it on 1.3.0")
	some finding in rule.deny with input as document
	finding.related == [{"resource": "service", "path": "platform_version", "message": "platform version 1.3.0"}]
}

test_a_large_size_on_a_new_platform_version_passes if {
	passes(run_on(pair(8192, 16384), known("1.4.0", "platform_version"), true))
	passes(run_on(pair(8192, 16384), known("LATEST", "platform_version"), true))
	passes(run_on(pair(8192, 16384), absent("platform_version"), true))
}

test_a_small_size_takes_any_platform_version if {
	passes(run_on(pair(4096, 8192), known("1.3.0", "platform_version"), true))
	passes(run_on(pair(4096, 8192), unknown("platform_version"), true))
}

test_a_harmless_service_that_may_run_it_passes if {
	passes(run_on(pair(8192, 16384), known("1.4.0", "platform_version"), false))
	passes(run_on(pair(4096, 8192), known("1.3.0", "platform_version"), false))
}

test_an_unknown_platform_version_of_a_large_size_is_unknown if {
	doubted(run_on(pair(8192, 16384), unknown("platform_version"), true), "cpu")
}

test_a_service_on_an_old_version_that_may_run_it_is_undecided if {
	document := run_on(pair(8192, 16384), known("1.3.0", "platform_version"), false)
	rule.deny == set() with input as document
	{doubt.missing.why | some doubt in rule.unknown} == {"undecided"} with input as document
}

storage(size) := with_parts({"ephemeral_storage": known(size, "ephemeralStorage")})

test_ephemeral_storage_within_bounds_passes if {
	passes(storage(21))
	passes(storage(200))
}

test_ephemeral_storage_out_of_bounds_fails if {
	fails(storage(20), "ephemeralStorage", "20 GiB")
	fails(storage(201), "ephemeralStorage", "201 GiB")
}

none := absent("none")

test_containers_that_fit_pass if {
	part := container(known(256, "cpu"), known(512, "memory"), known(512, "reservation"))
	passes(with_containers({"web#a": part, "web#b": part}))
	passes(with_containers({"web#a": container(known(512, "cpu"), known(1024, "memory"), known(1024, "reservation"))}))
}

test_containers_that_ask_for_more_cpu_fail if {
	part := container(known(300, "cpu"), none, none)
	fails(with_containers({"web#a": part, "web#b": part}), "cpu", "ask for 600 CPU units")
}

test_containers_that_reserve_more_memory_fail if {
	part := container(none, none, known(600, "reservation"))
	fails(with_containers({"web#a": part, "web#b": part}), "memory", "reserve 1200 MiB")
}

test_a_container_with_a_limit_above_the_task_fails if {
	part := container(none, known(2048, "containerDefinitions[0].memory"), none)
	document := with_containers({"web#a": part})
	fails(document, "containerDefinitions[0].memory", "container \"app\" may use 2048 MiB")
}

test_hard_limits_may_add_up_to_more_and_it_is_said if {
	part := container(none, known(768, "memory"), known(256, "reservation"))
	document := with_containers({"web#a": part, "web#b": part})
	passes(document)
	some subject in rule.subjects with input as document
	contains(subject.note, "1536 MiB")
}

test_hard_limits_within_the_task_need_no_note if {
	part := container(none, known(512, "memory"), none)
	rule.subjects == {{"resource": "web", "basis": "value"}} with input as with_containers({"web#a": part, "web#b": part})
}

test_an_unknown_attribute_is_unknown if {
	every part in ["cpu", "memory", "ephemeral_storage", "windows", "containers"] {
		doubted(with_parts({part: unknown(part)}), part)
	}
}

test_an_unknown_size_of_a_container_is_unknown if {
	doubted(with_containers({"web#a": container(unknown("c"), none, none)}), "c")
	doubted(with_containers({"web#a": container(none, unknown("m"), none)}), "m")
	doubted(with_containers({"web#a": container(none, none, unknown("r"))}), "r")
}

test_known_containers_alone_may_be_too_much if {
	large := container(known(1024, "cpu"), none, none)
	document := with_containers({"web#a": large, "web#b": container(unknown("c"), none, none)})
	resources(rule.deny) == {"web"} with input as document
}

# A definition that names no compatibilities, run by a service of which nobody knows where it runs.
test_where_fargate_is_unknown_nothing_fails if {
	every parts in [
		{"memory": known(1000, "memory")},
		{"cpu": known(768, "cpu")},
		{"cpu": absent("cpu"), "memory": absent("memory")},
		{"windows": known(true, "runtimePlatform")},
		{"ephemeral_storage": known(500, "ephemeralStorage")},
	] {
		doubted(made_of(parts, unsure), "")
	}
	every part in [
		container(known(600, "cpu"), none, none),
		container(none, known(2048, "memory"), none),
		container(none, none, known(2048, "reservation")),
	] {
		document := object.union(
			made_of({"containers": known(["web#a"], "containerDefinitions")}, unsure),
			{"containers": {"web#a": part}},
		)
		doubted(document, "")
	}
}
