//! Whoever else holds a security group: instances, functions, build projects, anything with an attribute for it.

use std::collections::BTreeSet;

use super::Mapper;
use crate::model::id::SecurityGroupId;
use crate::model::links::Links;
use crate::model::security_group::OtherInterface;
use crate::model::value::Unknown;
use crate::sources::plan::field::Field;
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

/// Blocks that hold security groups and may be hidden as a whole.
const BLOCKS: [&str; 5] =
    ["vpc_config", "network_interfaces", "network_configuration", "vpc_configuration", "network_interface"];
/// Attributes that name groups and give nobody an address: the groups' own rules, and groups of another kind.
const NO_HOLDERS: [&str; 4] = [
    "source_security_group",
    "referenced_security_group_id",
    "cache_security_group_names",
    // a VPC names its own
    "default_security_group",
];
/// How deep blocks are searched.
const MAX_DEPTH: usize = 4;

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
        let mut fields = Vec::new();
        let mut hidden = Vec::new();
        attributes(&mapper.reader.root(at), 0, &mut fields, &mut hidden);
        let mut all: Option<Links<SecurityGroupId>> = None;
        for unknown in hidden {
            all.get_or_insert_with(|| Links::known([], "")).open.push(unknown);
        }
        for field in fields {
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

/// Every attribute of a resource that names security groups, those of its blocks included.
fn attributes<'p>(place: &Field<'p>, depth: usize, found: &mut Vec<Field<'p>>, hidden: &mut Vec<Unknown>) {
    for name in place.names() {
        let field = place.get(name);
        if name.contains("security_group") && !NO_HOLDERS.iter().any(|other| name.starts_with(other)) {
            if field.value.is_some() || (field.wholly_unknown() && field.configured()) {
                found.push(field);
            }
        } else if depth < MAX_DEPTH {
            match field.nested() {
                Ok(blocks) => {
                    for block in &blocks {
                        attributes(block, depth + 1, found, hidden);
                    }
                }
                Err(unknown) if BLOCKS.contains(&name) => hidden.push(unknown),
                Err(_) => {}
            }
        }
    }
}
