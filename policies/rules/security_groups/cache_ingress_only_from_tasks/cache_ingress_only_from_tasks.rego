# METADATA
# title: Cache SG accepts the cache port only from task SGs
# description: >-
#   Caches often ask for no password inside the VPC, so whoever reaches the port reads the data.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
#     description: ElastiCache in-transit encryption (TLS)
# custom:
#   id: ECS-SG-008
#   severity: high
#   tier: 1
#   sources: [account, plan]
#   remediation: >-
#     Admit the cache's port from the security groups of the services that use it, and nothing else.
#   parameters:
#     allowed_source_sgs:
#       description: >-
#         Security groups (by id) that may reach it besides tasks, such as that of a backup job
#       default: []
#   controls:
#     prowler: [ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_redis_6379]
package ecs_audit.rules.security_groups.cache_ingress_only_from_tasks

import data.ecs_audit.lib.stores

# An ElastiCache cache, or one that runs as an ECS service.
kinds := {"cache", "cache_service"}

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
