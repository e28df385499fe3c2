//! RDS and Aurora, in the words of the RDS API.

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{DbClusterId, DbInstanceId, SecurityGroupId, SubnetId};
use super::links::Links;
use super::value::Attr;

/// A database instance.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DbInstance {
    /// Engine in lower case; absent where a source database or snapshot decides.
    pub engine: Attr<String>,
    /// A standby in another zone.
    pub multi_az: Attr<bool>,
    /// It is a read replica of another instance.
    pub replica: Attr<bool>,
    /// The instance it replicates, where that is part of the input.
    pub replica_of: Links<DbInstanceId>,
    /// The cluster it is a member of.
    pub cluster: Links<DbClusterId>,
    /// Its zone; absent where RDS chooses.
    pub availability_zone: Attr<String>,
    /// Port; absent: the engine's own.
    pub port: Attr<i64>,
    /// Subnets that it lies in.
    pub subnets: Links<SubnetId>,
    /// Its security groups; members of a cluster have those of the cluster.
    pub security_groups: Links<SecurityGroupId>,
}

/// A database cluster.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DbCluster {
    /// Engine in lower case.
    pub engine: Attr<String>,
    /// Engine mode (`provisioned`, `serverless`).
    pub engine_mode: Attr<String>,
    /// It has an instance class of its own: a Multi-AZ DB cluster.
    pub multi_az_db_cluster: Attr<bool>,
    /// It is a secondary of a global database.
    pub global_secondary: Attr<bool>,
    /// Port; absent: the engine's own.
    pub port: Attr<i64>,
    /// Subnets that it lies in.
    pub subnets: Links<SubnetId>,
    /// Its security groups.
    pub security_groups: Links<SecurityGroupId>,
}

/// A database proxy.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DbProxy {
    /// Engine family in lower case (`postgresql`, `mysql`, `sqlserver`).
    pub engine_family: Attr<String>,
    /// Subnets that it lies in.
    pub subnets: Links<SubnetId>,
    /// Its security groups.
    pub security_groups: Links<SecurityGroupId>,
}
