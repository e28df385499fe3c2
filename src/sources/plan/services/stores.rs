//! Where tasks keep their data: RDS, Aurora, ElastiCache, EFS.

use super::Mapper;
use crate::model::defaults::terraform as defaults;
use crate::model::efs::MountTarget;
use crate::model::elasticache::{Cache, CacheKind};
use crate::model::id::{
    CacheId, DbClusterId, DbInstanceId, DbProxyId, MountTargetId, SubnetGroupId, SubnetId,
};
use crate::model::links::Links;
use crate::model::rds::{DbCluster, DbInstance, DbProxy};
use crate::model::value::{Attr, Unknown, Value, Why};

pub(super) fn map(mapper: &mut Mapper<'_>) {
    databases(mapper);
    caches(mapper);
    for at in mapper.managed(&["aws_efs_mount_target"]) {
        let target = MountTarget {
            subnet: mapper.one(at, "subnet_id"),
            security_groups: mapper.many(at, "security_groups"),
        };
        mapper.architecture.mount_targets.insert(MountTargetId::from(mapper.address(at)), target);
    }
}

/// An engine or family in lower case.
fn lower(mapper: &Mapper<'_>, at: usize, name: &str) -> Attr<String> {
    mapper.field(at, name).leaf().text().map(|text| text.to_ascii_lowercase())
}

/// The subnets of the subnet group that an attribute names.
fn subnets(mapper: &Mapper<'_>, at: usize, name: &str, kind: &str) -> Links<SubnetId> {
    let group: Links<SubnetGroupId> = mapper.one(at, name);
    let named = |at: &usize| group.candidates().any(|id| id.as_str() == mapper.address(*at));
    let meant: Vec<usize> = mapper.reader.of_types(&[kind]).filter(named).collect();
    match (meant.as_slice(), group.hidden().next()) {
        ([group], None) => mapper.many(*group, "subnet_ids"),
        (_, Some(hidden)) => Links::unknown(hidden.clone(), name.to_owned()),
        ([_, _, ..], None) => {
            let fact = format!("{}: which subnet group it has", mapper.address(at));
            Links::unknown(Unknown::new(Why::Undecided, fact), name.to_owned())
        }
        ([], None) => {
            let fact = format!("{}: its subnets, which are those of the default VPC", mapper.address(at));
            Links::unknown(Unknown::new(Why::OutsideInput, fact), name.to_owned())
        }
    }
}

fn databases(mapper: &mut Mapper<'_>) {
    for at in mapper.managed(&["aws_db_instance"]) {
        let instance = DbInstance {
            engine: lower(mapper, at, "engine"),
            multi_az: mapper.field(at, "multi_az").leaf().flag(),
            replica: mapper.field(at, "replicate_source_db").is_set(),
            replica_of: mapper.one(at, "replicate_source_db"),
            cluster: Links::absent("cluster_identifier"),
            availability_zone: mapper.field(at, "availability_zone").leaf().text(),
            port: mapper.field(at, "port").leaf().int(),
            subnets: subnets(mapper, at, "db_subnet_group_name", "aws_db_subnet_group"),
            security_groups: mapper.many(at, "vpc_security_group_ids"),
        };
        mapper.architecture.db_instances.insert(DbInstanceId::from(mapper.address(at)), instance);
    }
    for at in mapper.managed(&["aws_rds_cluster"]) {
        let cluster = DbCluster {
            engine: lower(mapper, at, "engine"),
            engine_mode: lower(mapper, at, "engine_mode").or_default(defaults::ENGINE_MODE.to_owned()),
            multi_az_db_cluster: mapper.field(at, "db_cluster_instance_class").is_set(),
            global_secondary: global_secondary(mapper, at),
            port: mapper.field(at, "port").leaf().int(),
            subnets: subnets(mapper, at, "db_subnet_group_name", "aws_db_subnet_group"),
            security_groups: mapper.many(at, "vpc_security_group_ids"),
        };
        mapper.architecture.db_clusters.insert(DbClusterId::from(mapper.address(at)), cluster);
    }
    for at in mapper.managed(&["aws_rds_cluster_instance"]) {
        let instance = DbInstance {
            engine: lower(mapper, at, "engine"),
            multi_az: Attr::absent("multi_az"),
            replica: Attr::known(false, "replicate_source_db"),
            replica_of: Links::absent("replicate_source_db"),
            cluster: mapper.one(at, "cluster_identifier"),
            availability_zone: mapper.field(at, "availability_zone").leaf().text(),
            port: Attr::absent("port"),
            subnets: Links::absent("db_subnet_group_name"),
            security_groups: Links::absent("vpc_security_group_ids"),
        };
        mapper.architecture.db_instances.insert(DbInstanceId::from(mapper.address(at)), instance);
    }
    for at in mapper.managed(&["aws_db_proxy"]) {
        let proxy = DbProxy {
            engine_family: lower(mapper, at, "engine_family"),
            subnets: mapper.many(at, "vpc_subnet_ids"),
            security_groups: mapper.many(at, "vpc_security_group_ids"),
        };
        mapper.architecture.db_proxies.insert(DbProxyId::from(mapper.address(at)), proxy);
    }
}

/// A secondary of a global database: it replicates another cluster, or joins a global cluster without a source of data
/// of its own (provider, `aws_rds_global_cluster`, "New `MySQL` Global Cluster": secondaries have no master user).
fn global_secondary(mapper: &Mapper<'_>, at: usize) -> Attr<bool> {
    let replicates = mapper.field(at, "replication_source_identifier").is_set();
    if replicates.value != Value::Known(false) {
        return replicates;
    }
    let joins = mapper.field(at, "global_cluster_identifier").is_set();
    let own = ["master_username", "snapshot_identifier", "restore_to_point_in_time", "s3_import"];
    let has_source = own.iter().any(|name| mapper.field(at, name).configured_or_set());
    joins.map(|joins| joins && !has_source)
}

fn caches(mapper: &mut Mapper<'_>) {
    for at in mapper.managed(&["aws_elasticache_replication_group"]) {
        cache(mapper, at, CacheKind::ReplicationGroup);
    }
    for at in mapper.managed(&["aws_elasticache_cluster"]) {
        // a member of a replication group is judged with its group
        let member = mapper.field(at, "replication_group_id").is_set();
        if member.value != Value::Known(true) {
            cache(mapper, at, CacheKind::Cluster);
        }
    }
    for at in mapper.managed(&["aws_elasticache_serverless_cache"]) {
        cache(mapper, at, CacheKind::Serverless);
    }
}

fn cache(mapper: &mut Mapper<'_>, at: usize, kind: CacheKind) {
    let engine = lower(mapper, at, "engine");
    let engine = if kind == CacheKind::ReplicationGroup {
        engine.or_default(defaults::CACHE_ENGINE.to_owned())
    } else {
        engine
    };
    let cache = Cache {
        kind,
        engine,
        port: mapper.field(at, "port").leaf().int(),
        subnets: match kind {
            CacheKind::Serverless => mapper.many(at, "subnet_ids"),
            CacheKind::ReplicationGroup | CacheKind::Cluster => {
                subnets(mapper, at, "subnet_group_name", "aws_elasticache_subnet_group")
            }
        },
        security_groups: mapper.many(at, "security_group_ids"),
    };
    mapper.architecture.caches.insert(CacheId::from(mapper.address(at)), cache);
}
