//! Route 53: names that private hosted zones give to VPC endpoints.

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{HostedZoneId, VpcEndpointId, VpcId};
use super::links::Links;
use super::value::Attr;

/// A hosted zone.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HostedZone {
    /// VPCs whose resolvers it answers; none for a public zone.
    pub vpcs: Links<VpcId>,
}

/// A record that leads to a VPC endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EndpointAlias {
    /// The zone it is in.
    pub zone: Links<HostedZoneId>,
    /// Its whole name in lower case, without a dot at its end (`api.ecr.eu-west-1.amazonaws.com`).
    pub name: Attr<String>,
    /// Where it leads.
    pub endpoint: Links<VpcEndpointId>,
}
