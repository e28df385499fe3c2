# METADATA
# title: Fargate tasks use a valid cpu/memory pair and containers fit in it
# description: >-
#   Fargate takes fixed pairs of CPU and memory, and containers that fit in them; anything else fails when the
#   definition is registered or the task is started.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
#     description: Troubleshoot invalid CPU or memory errors
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
#     description: Task definition differences for Fargate
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
#     description: Amazon ECS task definition parameters for Fargate
# custom:
#   id: ECS-TASK-001
#   severity: high
#   tier: 1
#   sources: [account, plan, taskdef]
#   remediation: >-
#     Choose a pair that Fargate offers, and keep the sum of the containers within it.
package ecs_audit.rules.task_definition.fargate_cpu_memory_valid

import data.ecs_audit.lib.answers

definitions[id] := definition if {
	some id, definition in input.task_definitions
	answers.may_hold(input.facts.task_definitions[id].fargate)
}

subjects contains subject if {
	some id, definition in definitions
	subject := {"resource": id, "basis": basis(definition)}
}

# Hard limits may overlap: the containers do not all reach theirs at once.
subjects contains subject if {
	some id, definition in definitions
	total := known_sum(definition, "memory")
	total > definition.memory.known
	subject := {
		"resource": id,
		"basis": basis(definition),
		"note": sprintf("the hard limits of its containers add up to %d MiB, and the task has %d", [total, definition.memory.known]),
	}
}

basis(definition) := answers.basis_of(object.get(definition, "containers", {}))

# Memory in MiB that Fargate offers for each CPU size: first, last and step (ECS developer guide, "Task size").
steps := {
	512: [1024, 4096, 1024],
	1024: [2048, 8192, 1024],
	2048: [4096, 16384, 1024],
	4096: [8192, 30720, 1024],
	8192: [16384, 61440, 4096],
	16384: [32768, 122880, 8192],
}

lists := {
	256: {512, 1024, 2048},
	32768: {61440, 122880, 249856},
}

offered(cpu, memory) if lists[cpu][memory]

offered(cpu, memory) if {
	[first, last, step] := steps[cpu]
	memory >= first
	memory <= last
	remainder := (memory - first) % step
	remainder == 0
}

cpu_sizes := object.keys(steps) | object.keys(lists)

on_fargate(id) if input.facts.task_definitions[id].fargate.known

deny contains finding if {
	some id, definition in definitions
	on_fargate(id)
	some attribute in ["cpu", "memory"]
	definition[attribute].absent
	finding := {
		"resource": id,
		"path": definition[attribute].at,
		"message": sprintf("its task %s is not stated, and Fargate needs one", [attribute]),
		"related": [],
	}
}

deny contains finding if {
	some id, definition in definitions
	on_fargate(id)
	cpu := definition.cpu.known
	not cpu in cpu_sizes
	finding := {
		"resource": id,
		"path": definition.cpu.at,
		"message": sprintf("%d CPU units is no size that Fargate offers", [cpu]),
		"related": [],
	}
}

deny contains finding if {
	some id, definition in definitions
	on_fargate(id)
	cpu := definition.cpu.known
	cpu in cpu_sizes
	memory := definition.memory.known
	not offered(cpu, memory)
	finding := {
		"resource": id,
		"path": definition.memory.at,
		"message": sprintf("%d MiB is no memory size that Fargate offers with %d CPU units", [memory, cpu]),
		"related": [],
	}
}

# Windows takes no sizes below 1 vCPU, and none above 4.
deny contains finding if {
	some id, definition in definitions
	on_fargate(id)
	definition.windows.known
	cpu := definition.cpu.known
	not cpu in {1024, 2048, 4096}
	finding := {
		"resource": id,
		"path": definition.cpu.at,
		"message": sprintf("%d CPU units is no size that Fargate offers for Windows", [cpu]),
		"related": [],
	}
}

# Large sizes came with platform version 1.4.0.
old_versions := {"1.0.0", "1.1.0", "1.2.0", "1.3.0"}

deny contains finding if {
	some id, definition in definitions
	definition.cpu.known >= 8192
	some user, member in input.facts.task_definitions[id].placements
	member.certain
	version := input.placements[user].platform_version.known
	version in old_versions
	finding := {
		"resource": id,
		"path": definition.cpu.at,
		"message": sprintf("%d CPU units need platform version 1.4.0, and %s runs it on %s", [definition.cpu.known, user, version]),
		"related": [{"resource": user, "path": input.placements[user].platform_version.at, "message": sprintf("platform version %s", [version])}],
	}
}

deny contains finding if {
	some id, definition in definitions
	on_fargate(id)
	size := definition.ephemeral_storage.known
	not storage_offered(size)
	finding := {
		"resource": id,
		"path": definition.ephemeral_storage.at,
		"message": sprintf("%d GiB of ephemeral storage is not between 21 and 200", [size]),
		"related": [],
	}
}

storage_offered(size) if {
	size >= 21
	size <= 200
}

# ---- containers

containers(definition) := [input.containers[id] | some id in definition.containers.known]

known_sum(definition, attribute) := sum([container[attribute].known | some container in containers(definition)])

deny contains finding if {
	some id, definition in definitions
	on_fargate(id)
	total := known_sum(definition, "cpu")
	total > definition.cpu.known
	finding := {
		"resource": id,
		"path": definition.cpu.at,
		"message": sprintf("its containers ask for %d CPU units, and the task has %d", [total, definition.cpu.known]),
		"related": [],
	}
}

deny contains finding if {
	some id, definition in definitions
	on_fargate(id)
	total := known_sum(definition, "memory_reservation")
	total > definition.memory.known
	finding := {
		"resource": id,
		"path": definition.memory.at,
		"message": sprintf("its containers reserve %d MiB, and the task has %d", [total, definition.memory.known]),
		"related": [],
	}
}

deny contains finding if {
	some id, definition in definitions
	on_fargate(id)
	some container in containers(definition)
	container.memory.known > definition.memory.known
	finding := {
		"resource": id,
		"path": container.memory.at,
		"message": sprintf("%s may use %d MiB, and the task has %d", [container.label, container.memory.known, definition.memory.known]),
		"related": [],
	}
}

# ---- doubts

unknown contains doubt if {
	some id, _ in definitions
	doubt := {
		"resource": id,
		"path": "",
		"message": "cannot tell whether it runs on Fargate",
		"missing": input.facts.task_definitions[id].fargate.unknown,
	}
}

unknown contains doubt if {
	some id, definition in definitions
	some attribute, words in {
		"cpu": "CPU",
		"memory": "memory",
		"ephemeral_storage": "ephemeral storage",
		"windows": "operating system",
		"containers": "containers",
	}
	doubt := {
		"resource": id,
		"path": definition[attribute].at,
		"message": sprintf("cannot tell its %s", [words]),
		"missing": definition[attribute].unknown,
	}
}

unknown contains doubt if {
	some id, definition in definitions
	some container in containers(definition)
	some attribute in ["cpu", "memory", "memory_reservation"]
	doubt := {
		"resource": id,
		"path": container[attribute].at,
		"message": sprintf("cannot tell the %s of %s", [replace(attribute, "_", " "), container.label]),
		"missing": container[attribute].unknown,
	}
}

unknown contains doubt if {
	some id, definition in definitions
	definition.cpu.known >= 8192
	some user, _ in input.facts.task_definitions[id].placements
	version := input.placements[user].platform_version
	doubt := {
		"resource": id,
		"path": definition.cpu.at,
		"message": sprintf("cannot tell on which platform version %s runs it", [user]),
		"missing": version.unknown,
	}
}

unknown contains doubt if {
	some id, definition in definitions
	definition.cpu.known >= 8192
	some user, member in input.facts.task_definitions[id].placements
	not member.certain
	version := input.placements[user].platform_version.known
	version in old_versions
	doubt := {
		"resource": id,
		"path": definition.cpu.at,
		"message": sprintf("cannot tell whether %s runs it, on platform version %s", [user, version]),
		"missing": answers.undecided(sprintf("%s: whether it runs %s", [user, id])),
	}
}
