# METADATA
# title: RDS DB instances are Multi-AZ
# description: >-
#   Without a standby in another zone, the loss of one zone is the loss of the database; a read replica is no
#   standby, because nothing promotes it by itself.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html
#     description: Configuring and managing a Multi-AZ deployment for Amazon RDS
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
#     description: Security Hub CSPM controls for Amazon RDS
# custom:
#   id: ECS-RDS-001
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Set multi_az to true on the instance.
#   controls:
#     security_hub: [RDS.5]
#     aws_config: [rds-multi-az-support]
#     checkov: [CKV_AWS_157]
#     prowler: [rds_instance_multi_az]
#     cis_aws_foundations: ["5.0:2.2.4", "7.0:3.2.4"]
package ecs_audit.rules.database.rds_instance_multi_az

# Members of a cluster are judged with their cluster, read replicas with their source.
instances[id] := instance if {
	some id, instance in input.db_instances
	not instance.cluster.stated
	not instance.replica.known
}

# Mirroring of SQL Server and RDS Custom do not show in the flag.
mirrored(instance) if startswith(instance.engine.known, "sqlserver")

mirrored(instance) if startswith(instance.engine.known, "custom-")

subjects contains subject if {
	some id, _ in instances
	subject := {"resource": id, "basis": "value"}
}

deny contains finding if {
	some id, instance in instances
	instance.replica.known == false
	instance.multi_az.known == false
	finding := {
		"resource": id,
		"path": instance.multi_az.at,
		"message": "has no standby in another availability zone",
		"related": [],
	}
}

deny contains finding if {
	some id, instance in instances
	instance.replica.known == false
	instance.multi_az.absent
	not mirrored(instance)
	not instance.engine.unknown
	finding := {
		"resource": id,
		"path": instance.multi_az.at,
		"message": "has no standby in another availability zone: Multi-AZ is not set, and is off by default",
		"related": [],
	}
}

unknown contains doubt if {
	some id, instance in instances
	doubt := {
		"resource": id,
		"path": instance.multi_az.at,
		"message": "cannot tell whether it has a standby in another zone",
		"missing": instance.multi_az.unknown,
	}
}

unknown contains doubt if {
	some id, instance in instances
	doubt := {
		"resource": id,
		"path": instance.replica.at,
		"message": "cannot tell whether it is a read replica",
		"missing": instance.replica.unknown,
	}
}

unknown contains doubt if {
	some id, instance in instances
	instance.multi_az.absent
	doubt := {
		"resource": id,
		"path": instance.engine.at,
		"message": "cannot tell whether its engine shows a standby in the Multi-AZ flag",
		"missing": instance.engine.unknown,
	}
}

unknown contains doubt if {
	some id, instance in instances
	instance.multi_az.absent
	mirrored(instance)
	doubt := {
		"resource": id,
		"path": instance.multi_az.at,
		"message": sprintf("cannot tell whether %s is mirrored to another zone", [instance.engine.known]),
		"missing": {
			"why": "outside_input",
			"fact": sprintf("%s: whether mirroring is on, which the Multi-AZ flag does not show for this engine", [id]),
			"remedy": "set multi_az explicitly, or check the instance in the console",
		},
	}
}
