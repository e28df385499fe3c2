//! Ids as types: a subnet's id is not a route table's.
//!
//! An id is unique within one architecture and stable between scans of the same input: the Terraform address in a
//! plan, the ARN in an account, the family in a task definition.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )+};
}

ids! {
    /// A VPC.
    VpcId,
    /// A subnet.
    SubnetId,
    /// A route table; a main table that the source does not describe by itself is `<vpc>#main`.
    RouteTableId,
    /// An internet gateway.
    InternetGatewayId,
    /// A virtual private gateway.
    VpnGatewayId,
    /// A NAT gateway.
    NatGatewayId,
    /// A security group; the default group of a VPC that the source does not describe is `<vpc>#default`.
    SecurityGroupId,
    /// A prefix list.
    PrefixListId,
    /// A VPC endpoint.
    VpcEndpointId,
    /// A Route 53 hosted zone.
    HostedZoneId,
    /// An ECS cluster.
    ClusterId,
    /// A service, a task set or a scheduled task.
    PlacementId,
    /// A task definition.
    TaskDefinitionId,
    /// A container definition: `<task definition>#<name or position>`.
    ContainerId,
    /// A load balancer.
    LoadBalancerId,
    /// A listener.
    ListenerId,
    /// A listener rule.
    ListenerRuleId,
    /// A target group.
    TargetGroupId,
    /// A subnet group of databases or caches.
    SubnetGroupId,
    /// A database instance.
    DbInstanceId,
    /// A database cluster.
    DbClusterId,
    /// A database proxy.
    DbProxyId,
    /// A cache: replication group, cluster or serverless cache.
    CacheId,
    /// An EFS mount target.
    MountTargetId,
    /// An ECR repository.
    RepositoryId,
    /// A web ACL.
    WebAclId,
    /// A CloudFront distribution.
    DistributionId,
    /// A CloudFront VPC origin.
    VpcOriginId,
    /// An IAM role.
    RoleId,
}
