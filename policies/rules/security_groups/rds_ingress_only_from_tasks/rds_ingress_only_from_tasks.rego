# METADATA
# title: Database SG accepts the engine port only from task SGs
# description: >-
#   The database is the end of the chain from load balancer to service to data; whoever else can reach its port
#   skips the application.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#     description: Security group rules
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
#     description: Security Hub CSPM controls for Amazon RDS
# custom:
#   id: ECS-SG-007
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Admit the engine's port from the security groups of the services that use the database, and nothing
#     else.
#   parameters:
#     allowed_source_sgs:
#       description: >-
#         Security groups (by id) that may reach it besides tasks, such as that of a rotation function
#       default: []
#   controls:
#     prowler:
#       - ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432
#       - ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mysql_3306
package ecs_audit.rules.security_groups.rds_ingress_only_from_tasks

import data.ecs_audit.lib.stores

kinds := {"database"}

interfaces[owner] := interface if {
	some owner, store in input.facts.stores
	store.kind in kinds
	interface := input.facts.interfaces[owner]
}

subjects contains subject if {
	some owner, interface in interfaces
	subject := {"resource": owner, "basis": interface.basis}
}

subjects contains subject if {
	some owner, interface in interfaces
	stores.unused(interface)
	subject := {"resource": owner, "basis": interface.basis, "note": "is unused: no rule admits anything"}
}

deny contains finding if {
	some owner, interface in interfaces
	store := input.facts.stores[owner]
	some fault in stores.faults(owner, interface, store, data.parameters.allowed_source_sgs)
	finding := object.union(fault, {"resource": owner})
}

unknown contains doubt if {
	some owner, interface in interfaces
	store := input.facts.stores[owner]
	some missing in stores.doubts(interface, store, data.parameters.allowed_source_sgs)
	doubt := object.union(missing, {"resource": owner})
}
