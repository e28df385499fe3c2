//! The architecture as data: what is there, what each attribute says, and where that was read.
//!
//! Owns the types that every other room speaks. Must not know where the data came from, what follows from it
//! (`topology`), or what is good or bad (`policy`); it uses nothing of the crate but itself.
//!
//! The one idea: a leaf is never just a value. It is [`Value::Known`], [`Value::Absent`] or [`Value::Unknown`] with a
//! reason, and it carries where it stands and how firmly it is known ([`Attr`]). A reference to other resources is
//! a [`Links`]: the members, which of them are certain, and what else may be in it.

pub mod cloudfront;
pub mod defaults;
pub mod ecr;
pub mod ecs;
pub mod efs;
pub mod elasticache;
pub mod elb;
pub mod gap;
pub mod iam;
pub mod id;
pub mod image;
pub mod links;
pub mod network;
pub mod origin;
pub mod rds;
pub mod route53;
pub mod security_group;
pub mod task_definition;
pub mod value;
pub mod waf;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use id::{
    CacheId, ClusterId, ContainerId, DbClusterId, DbInstanceId, DbProxyId, DistributionId, HostedZoneId,
    ListenerId, ListenerRuleId, LoadBalancerId, MountTargetId, NatGatewayId, PlacementId, PrefixListId,
    RepositoryId, RoleId, RouteTableId, SecurityGroupId, SubnetId, TargetGroupId, TaskDefinitionId,
    VpcEndpointId, VpcId, WebAclId,
};
use origin::Resource;

/// One ECS architecture, from whatever source: every collection is keyed by the id of its members.
///
/// The serialised form is the first half of the policy input; keys are the ids that findings name.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Architecture {
    /// Every resource that a finding may name, with its type, its name and where it was read.
    pub resources: BTreeMap<String, Resource>,
    /// VPCs.
    pub vpcs: BTreeMap<VpcId, network::Vpc>,
    /// Subnets.
    pub subnets: BTreeMap<SubnetId, network::Subnet>,
    /// Route tables with their routes, main tables included.
    pub route_tables: BTreeMap<RouteTableId, network::RouteTable>,
    /// Which table serves which subnet, by association.
    pub route_table_associations: Vec<network::RouteTableAssociation>,
    /// NAT gateways.
    pub nat_gateways: BTreeMap<NatGatewayId, network::NatGateway>,
    /// VPC endpoints.
    pub vpc_endpoints: BTreeMap<VpcEndpointId, network::VpcEndpoint>,
    /// Hosted zones.
    pub hosted_zones: BTreeMap<HostedZoneId, route53::HostedZone>,
    /// Records that lead to VPC endpoints.
    pub endpoint_aliases: Vec<route53::EndpointAlias>,
    /// VPC Block Public Access of the region, where it is set.
    pub block_public_access: Vec<network::BlockPublicAccess>,
    /// Prefix lists whose name or entries are known.
    pub prefix_lists: BTreeMap<PrefixListId, network::PrefixList>,
    /// Security groups with the union of their rules.
    pub security_groups: BTreeMap<SecurityGroupId, security_group::SecurityGroup>,
    /// Who else holds a security group: instances, functions and other things that are no ECS task.
    pub other_interfaces: Vec<security_group::OtherInterface>,
    /// ECS clusters.
    pub clusters: BTreeMap<ClusterId, ecs::Cluster>,
    /// Whatever starts tasks: services, task sets, scheduled tasks.
    pub placements: BTreeMap<PlacementId, ecs::Placement>,
    /// Task definitions.
    pub task_definitions: BTreeMap<TaskDefinitionId, task_definition::TaskDefinition>,
    /// Container definitions, each belonging to one task definition.
    pub containers: BTreeMap<ContainerId, task_definition::Container>,
    /// Load balancers of every type.
    pub load_balancers: BTreeMap<LoadBalancerId, elb::LoadBalancer>,
    /// Listeners.
    pub listeners: BTreeMap<ListenerId, elb::Listener>,
    /// Listener rules.
    pub listener_rules: BTreeMap<ListenerRuleId, elb::ListenerRule>,
    /// Target groups.
    pub target_groups: BTreeMap<TargetGroupId, elb::TargetGroup>,
    /// Targets registered by hand rather than by a service.
    pub target_attachments: Vec<elb::TargetAttachment>,
    /// RDS and Aurora instances.
    pub db_instances: BTreeMap<DbInstanceId, rds::DbInstance>,
    /// RDS and Aurora clusters.
    pub db_clusters: BTreeMap<DbClusterId, rds::DbCluster>,
    /// RDS proxies.
    pub db_proxies: BTreeMap<DbProxyId, rds::DbProxy>,
    /// ElastiCache replication groups, clusters and serverless caches.
    pub caches: BTreeMap<CacheId, elasticache::Cache>,
    /// EFS mount targets.
    pub mount_targets: BTreeMap<MountTargetId, efs::MountTarget>,
    /// ECR repositories.
    pub repositories: BTreeMap<RepositoryId, ecr::Repository>,
    /// ECR pull-through cache rules.
    pub pull_through_caches: Vec<ecr::PullThroughCacheRule>,
    /// Web ACLs.
    pub web_acls: BTreeMap<WebAclId, waf::WebAcl>,
    /// Associations of web ACLs with resources.
    pub web_acl_associations: Vec<waf::WebAclAssociation>,
    /// CloudFront distributions.
    pub distributions: BTreeMap<DistributionId, cloudfront::Distribution>,
    /// IAM roles.
    pub roles: BTreeMap<RoleId, iam::Role>,
    /// The account the architecture lives in, where the source says so.
    pub account_id: Option<String>,
}
