//! Which resource an attribute may name: the Terraform types behind each id of the model, and the attributes that
//! stand for them.

use crate::model::id::{
    CacheId, ClusterId, DbClusterId, DbInstanceId, DistributionId, HostedZoneId, InternetGatewayId,
    ListenerId, ListenerRuleId, LoadBalancerId, NatGatewayId, PlacementId, PrefixListId, RepositoryId,
    RoleId, RouteTableId, SecurityGroupId, SubnetGroupId, SubnetId, TargetGroupId, TaskDefinitionId,
    VpcEndpointId, VpcId, VpcOriginId, VpnGatewayId, WebAclId,
};

/// One way to name a target.
#[derive(Debug)]
pub(super) struct Accept {
    /// Terraform type.
    pub(super) kind: &'static str,
    /// Attributes whose value identifies it; a reference to the resource as a whole does so too where `whole`.
    pub(super) attrs: &'static [&'static str],
    /// The id is the address with this behind it.
    pub(super) suffix: &'static str,
    /// The type itself is the target, not just something that one of its attributes names.
    pub(super) whole: bool,
}

/// An id that attributes of a plan can resolve to.
pub(super) trait Target: for<'a> From<&'a str> + Ord + Clone + AsRef<str> {
    /// What messages call it.
    const WHAT: &'static str;
    /// The ways to name it.
    const ACCEPT: &'static [Accept];

    /// The way that a type and an attribute of it name this target.
    fn accept(kind: &str, attr: Option<&str>) -> Option<&'static Accept> {
        Self::ACCEPT.iter().filter(|accept| accept.kind == kind).find(|accept| match attr {
            None => accept.whole,
            Some(attr) => accept.attrs.contains(&attr),
        })
    }
}

const fn whole(kind: &'static str, attrs: &'static [&'static str]) -> Accept {
    Accept { kind, attrs, suffix: "", whole: true }
}

const fn part(kind: &'static str, attrs: &'static [&'static str], suffix: &'static str) -> Accept {
    Accept { kind, attrs, suffix, whole: false }
}

macro_rules! targets {
    ($($id:ident $what:literal [$($accept:expr),+ $(,)?]);+ $(;)?) => {$(
        impl Target for $id {
            const WHAT: &'static str = $what;
            const ACCEPT: &'static [Accept] = &[$($accept),+];
        }
    )+};
}

/// Suffix of the main route table of a VPC.
pub(super) const MAIN_TABLE: &str = "#main";
/// Suffix of the default security group of a VPC.
pub(super) const DEFAULT_GROUP: &str = "#default";
/// Suffix of the prefix list of a gateway endpoint.
pub(super) const ENDPOINT_PREFIX_LIST: &str = "#prefix_list";

const ID: &[&str] = &["id", "arn"];
const ID_NAME: &[&str] = &["id", "arn", "name"];

targets! {
    VpcId "VPC" [whole("aws_vpc", ID), whole("aws_default_vpc", ID)];
    SubnetId "subnet" [whole("aws_subnet", ID), whole("aws_default_subnet", ID)];
    RouteTableId "route table" [
        whole("aws_route_table", &["id", "arn", "route_table_id"]),
        whole("aws_default_route_table", &["id", "arn", "default_route_table_id"]),
        part("aws_vpc", &["main_route_table_id", "default_route_table_id"], MAIN_TABLE),
        part("aws_default_vpc", &["main_route_table_id", "default_route_table_id"], MAIN_TABLE),
    ];
    InternetGatewayId "internet gateway" [whole("aws_internet_gateway", ID)];
    VpnGatewayId "virtual private gateway" [
        whole("aws_vpn_gateway", ID),
        whole("aws_vpn_gateway_attachment", &["vpn_gateway_id"]),
    ];
    NatGatewayId "NAT gateway" [whole("aws_nat_gateway", &["id"])];
    SecurityGroupId "security group" [
        whole("aws_security_group", ID),
        whole("aws_default_security_group", ID),
        part("aws_vpc", &["default_security_group_id"], DEFAULT_GROUP),
        part("aws_default_vpc", &["default_security_group_id"], DEFAULT_GROUP),
    ];
    PrefixListId "prefix list" [
        whole("aws_ec2_managed_prefix_list", ID),
        whole("aws_prefix_list", &["id", "prefix_list_id"]),
        part("aws_vpc_endpoint", &["prefix_list_id"], ENDPOINT_PREFIX_LIST),
    ];
    VpcEndpointId "VPC endpoint" [whole("aws_vpc_endpoint", &["id", "arn", "dns_entry"])];
    HostedZoneId "hosted zone" [whole("aws_route53_zone", &["id", "arn", "zone_id"])];
    ClusterId "ECS cluster" [whole("aws_ecs_cluster", &["id", "arn", "name", "cluster_name"])];
    PlacementId "ECS service" [whole("aws_ecs_service", ID_NAME)];
    TaskDefinitionId "task definition" [
        whole("aws_ecs_task_definition", &["arn", "arn_without_revision", "id", "family", "revision"]),
    ];
    LoadBalancerId "load balancer" [
        whole("aws_lb", &["id", "arn", "dns_name", "name"]),
        whole("aws_alb", &["id", "arn", "dns_name", "name"]),
        whole("aws_elb", &["id", "arn", "dns_name", "name"]),
    ];
    ListenerId "listener" [whole("aws_lb_listener", ID), whole("aws_alb_listener", ID)];
    ListenerRuleId "listener rule" [whole("aws_lb_listener_rule", ID), whole("aws_alb_listener_rule", ID)];
    TargetGroupId "target group" [whole("aws_lb_target_group", ID_NAME), whole("aws_alb_target_group", ID_NAME)];
    SubnetGroupId "subnet group" [
        whole("aws_db_subnet_group", &["id", "arn", "name"]),
        whole("aws_elasticache_subnet_group", &["id", "arn", "name"]),
    ];
    DbInstanceId "database instance" [whole("aws_db_instance", &["arn", "id", "identifier", "resource_id"])];
    DbClusterId "database cluster" [
        whole("aws_rds_cluster", &["id", "arn", "cluster_identifier", "cluster_resource_id"]),
    ];
    CacheId "replication group" [
        whole("aws_elasticache_replication_group", &["id", "arn", "replication_group_id"]),
    ];
    RepositoryId "ECR repository" [
        whole("aws_ecr_repository", &["id", "arn", "name", "repository_url", "registry_id"]),
    ];
    WebAclId "web ACL" [whole("aws_wafv2_web_acl", ID), whole("aws_wafregional_web_acl", ID)];
    DistributionId "CloudFront distribution" [whole("aws_cloudfront_distribution", ID)];
    VpcOriginId "CloudFront VPC origin" [whole("aws_cloudfront_vpc_origin", ID)];
    RoleId "IAM role" [whole("aws_iam_role", &["arn", "id", "name", "unique_id"])];
}

/// Attributes by which anything is named anywhere above: their known values are looked up.
pub(super) const IDENTIFYING: &[&str] = &[
    "id",
    "arn",
    "name",
    "cluster_name",
    "identifier",
    "family",
    "arn_without_revision",
    "cluster_identifier",
    "replication_group_id",
    "resource_id",
    "repository_url",
    "dns_name",
    "prefix_list_id",
    "route_table_id",
    "default_route_table_id",
    "main_route_table_id",
    "default_security_group_id",
    "zone_id",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_of_a_vpc_may_name_a_table_but_the_vpc_is_none() {
        assert_eq!(
            RouteTableId::accept("aws_vpc", Some("main_route_table_id")).map(|a| a.suffix),
            Some(MAIN_TABLE)
        );
        assert!(RouteTableId::accept("aws_vpc", None).is_none());
        assert!(RouteTableId::accept("aws_default_route_table", None).is_some());
        assert!(SubnetId::accept("aws_subnet", Some("cidr_block")).is_none());
    }
}
