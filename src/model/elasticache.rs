//! ElastiCache, in the words of its API.

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{SecurityGroupId, SubnetId};
use super::links::Links;
use super::value::Attr;

/// What kind of cache it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CacheKind {
    /// A replication group.
    ReplicationGroup,
    /// A cluster of its own, such as Memcached.
    Cluster,
    /// A serverless cache.
    Serverless,
}

/// A cache.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cache {
    /// What it is.
    pub kind: CacheKind,
    /// Engine in lower case (`redis`, `valkey`, `memcached`).
    pub engine: Attr<String>,
    /// Port; absent: the engine's own.
    pub port: Attr<i64>,
    /// Subnets that it lies in.
    pub subnets: Links<SubnetId>,
    /// Its security groups.
    pub security_groups: Links<SecurityGroupId>,
}
