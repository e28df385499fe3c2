# METADATA
# title: DB clusters run instances in at least two AZs
# description: >-
#   Aurora keeps its storage in three zones whatever is configured, but computes only where it has instances:
#   with one instance, or all in one zone, there is nothing to fail over to.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
#     description: High availability for Amazon Aurora
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.html
#     description: Using Aurora Serverless v2
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
#     description: Security Hub CSPM controls for Amazon RDS
# custom:
#   id: ECS-RDS-002
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Add a second cluster instance in another availability zone, and state the zone of each.
#   controls:
#     security_hub: [RDS.15]
#     aws_config: [rds-cluster-multi-az-enabled]
#     prowler: [rds_cluster_multi_az]
#     cis_aws_foundations: ["5.0:2.2.4", "7.0:3.2.4"]
package ecs_audit.rules.database.db_cluster_multi_az

import data.ecs_audit.lib.answers

subjects contains subject if {
	some id, _ in input.db_clusters
	subject := {"resource": id, "basis": input.facts.db_clusters[id].basis}
}

aurora[id] := cluster if {
	some id, cluster in input.db_clusters
	startswith(cluster.engine.known, "aurora")
	not cluster.engine_mode.known == "serverless"
	not cluster.engine_mode.unknown
}

instances(id) := input.facts.db_clusters[id].instances

# Zones that certainly have an instance.
zones(id) := {zone |
	some instance, member in instances(id)
	member.certain
	zone := input.db_instances[instance].availability_zone.known
}

# Zones that may have one, if every candidate is a member: unknown zones count as zones of their own.
possible_zones(id) := {zone |
	some instance, _ in instances(id)
	zone := possible_zone(instance)
}

possible_zone(instance) := input.db_instances[instance].availability_zone.known

possible_zone(instance) := instance if not input.db_instances[instance].availability_zone.known

settled(instance, member) if {
	member.certain
	input.db_instances[instance].availability_zone.known
}

deny contains finding if {
	some id, cluster in aurora
	count(input.facts.db_clusters[id].open) == 0
	count(possible_zones(id)) < 2
	finding := {
		"resource": id,
		"path": cluster.engine.at,
		"message": message(id),
		"severity": severity(id, cluster),
		"related": [evidence |
			some instance, _ in instances(id)
			evidence := {"resource": instance, "path": "availability_zone", "message": zone_of(instance)}
		],
	}
}

message(id) := "has no instance, so nothing serves it" if count(instances(id)) == 0

message(id) := "has one instance, so there is nothing to fail over to" if count(instances(id)) == 1

message(id) := "has all its instances in one availability zone" if count(instances(id)) > 1

zone_of(instance) := sprintf("is in %s", [zone]) if zone := input.db_instances[instance].availability_zone.known

zone_of(instance) := "is an instance of the cluster" if not input.db_instances[instance].availability_zone.known

# A secondary of a global database may be kept without instances on purpose.
severity(id, cluster) := "info" if headless(id, cluster)

severity(id, cluster) := "high" if not headless(id, cluster)

headless(id, cluster) if {
	cluster.global_secondary.known
	count(instances(id)) == 0
}

deny contains finding if {
	some id, cluster in input.db_clusters
	startswith(cluster.engine.known, "aurora")
	cluster.engine_mode.known == "serverless"
	finding := {
		"resource": id,
		"path": cluster.engine_mode.at,
		"message": "is Aurora Serverless v1, which has no standby and is no longer offered",
		"severity": "medium",
		"related": [],
	}
}

unknown contains doubt if {
	some id, cluster in aurora
	count(zones(id)) < 2
	some missing in zone_doubts(id)
	doubt := {
		"resource": id,
		"path": cluster.engine.at,
		"message": "cannot tell whether its instances are in two availability zones",
		"missing": missing,
	}
}

zone_doubts(id) := array.concat(input.facts.db_clusters[id].open, [missing |
	some instance, member in instances(id)
	not settled(instance, member)
	missing := zone_missing(id, instance)
])

zone_missing(_, instance) := missing if missing := input.db_instances[instance].availability_zone.unknown

zone_missing(_, instance) := missing if {
	input.db_instances[instance].availability_zone.absent
	missing := {
		"why": "after_apply",
		"fact": sprintf("%s: its availability zone, which RDS chooses because none is stated", [instance]),
		"remedy": "state availability_zone for each instance",
	}
}

zone_missing(id, instance) := missing if {
	input.db_instances[instance].availability_zone.known
	missing := answers.undecided(sprintf("whether %s is an instance of %s", [instance, id]))
}

# A Multi-AZ DB cluster has a writer and two readers in three zones by construction.
unknown contains doubt if {
	some id, cluster in input.db_clusters
	another_engine(cluster.engine)
	some missing in class_doubts(id, cluster)
	doubt := {
		"resource": id,
		"path": cluster.multi_az_db_cluster.at,
		"message": "cannot tell whether it is a Multi-AZ DB cluster",
		"missing": missing,
	}
}

another_engine(engine) if {
	name := engine.known
	not startswith(name, "aurora")
}

another_engine(engine) if engine.absent

class_doubts(_, cluster) := [missing] if missing := cluster.multi_az_db_cluster.unknown

class_doubts(id, cluster) := [missing] if {
	cluster.multi_az_db_cluster.known == false
	missing := {
		"why": "outside_input",
		"fact": sprintf("%s: its instance class, without which it is no Multi-AZ DB cluster", [id]),
		"remedy": "set db_cluster_instance_class",
	}
}

unknown contains doubt if {
	some id, cluster in input.db_clusters
	some attribute in ["engine", "engine_mode"]
	doubt := {
		"resource": id,
		"path": cluster[attribute].at,
		"message": "cannot tell what kind of cluster it is",
		"missing": cluster[attribute].unknown,
	}
}
