//! Whoever else holds a security group: instances, functions, build projects, anything with an attribute for it.

use std::collections::BTreeSet;

use super::Mapper;
use crate::model::id::SecurityGroupId;
use crate::model::links::Links;
use crate::model::security_group::OtherInterface;
use crate::sources::plan::links::Arity;

/// Types whose groups are read elsewhere, or that are groups and rules themselves.
const READ_ELSEWHERE: [&str; 20] = [
    "aws_security_group",
    "aws_default_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_ecs_service",
    "aws_ecs_task_set",
    "aws_ecs_express_gateway_service",
    "aws_cloudwatch_event_target",
    "aws_scheduler_schedule",
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_db_proxy",
    "aws_elasticache_replication_group",
    "aws_elasticache_cluster",
    "aws_efs_mount_target",
    "aws_vpc_endpoint",
];

/// Attributes and blocks in which providers of AWS resources keep security groups.
const ATTRIBUTES: [&str; 4] =
    ["vpc_security_group_ids", "security_groups", "security_group_ids", "security_group_id"];
const BLOCKS: [&str; 5] =
    ["vpc_config", "network_interfaces", "network_configuration", "vpc_configuration", "network_interface"];

pub(super) fn map(mapper: &mut Mapper<'_>) {
    let kinds: BTreeSet<&str> = mapper
        .reader
        .instances()
        .all
        .iter()
        .filter(|instance| !instance.data && instance.kind.starts_with("aws_"))
        .map(|instance| instance.kind.as_ref())
        .filter(|kind| !READ_ELSEWHERE.contains(kind) && *kind != "aws_elasticache_serverless_cache")
        .collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    for at in mapper.reader.of_types(&kinds) {
        let root = mapper.reader.root(at);
        let mut places = vec![root.clone()];
        places.extend(BLOCKS.iter().flat_map(|name| root.get(name).blocks().unwrap_or_default()));
        let mut all: Option<Links<SecurityGroupId>> = None;
        for field in places.iter().flat_map(|place| ATTRIBUTES.iter().map(|name| place.get(name))) {
            if field.value.is_none() && !(field.wholly_unknown() && field.configured()) {
                continue;
            }
            let links: Links<SecurityGroupId> = mapper.reader.links(&field, Arity::Many);
            if links.stated {
                match &mut all {
                    None => all = Some(links),
                    Some(all) => {
                        all.members.extend(links.members);
                        all.open.extend(links.open);
                    }
                }
            }
        }
        if let Some(security_groups) = all {
            mapper.register(at);
            let resource = mapper.address(at).to_owned();
            mapper.architecture.other_interfaces.push(OtherInterface { resource, security_groups });
        }
    }
}
