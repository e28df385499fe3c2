//! EFS mount targets: network interfaces that tasks mount file systems through.

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{SecurityGroupId, SubnetId};
use super::links::Links;

/// A mount target.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MountTarget {
    /// Its subnet.
    pub subnet: Links<SubnetId>,
    /// Its security groups; none stated means the default group of the VPC.
    pub security_groups: Links<SecurityGroupId>,
}
