//! Facts that follow from the architecture: which subnet is public, who can reach which port, which load balancer leads
//! to which service, which endpoint serves which task.
//!
//! Pure functions of the model; each fact carries its evidence and its basis. Must not know where the model came from,
//! and must not judge: a public subnet is a fact here, and a finding only in `policy`.

pub mod address;
pub mod balancing;
pub mod edge;
pub mod endpoints;
pub mod fact;
pub mod groups;
pub mod images;
pub mod interfaces;
pub mod needs;
pub mod placements;
pub mod private_dns;
pub mod reach;
pub mod stores;
pub mod subnets;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::Architecture;
use crate::model::id::{
    ContainerId, DbClusterId, LoadBalancerId, PlacementId, RepositoryId, SecurityGroupId, SubnetId,
    TaskDefinitionId, VpcEndpointId,
};

/// Everything that was derived; the second half of the policy input.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Topology {
    /// Class and egress of each subnet.
    pub subnets: BTreeMap<SubnetId, subnets::SubnetFacts>,
    /// Holders and public coverage of each security group.
    pub security_groups: BTreeMap<SecurityGroupId, groups::GroupFacts>,
    /// Network interfaces by the resource that owns them, with all traffic that their groups admit.
    pub interfaces: BTreeMap<String, interfaces::InterfaceFacts>,
    /// Doubts about who holds which security group.
    pub holders_open: groups::HoldersOpen,
    /// Services and the like.
    pub placements: BTreeMap<PlacementId, placements::PlacementFacts>,
    /// Task definitions.
    pub task_definitions: BTreeMap<TaskDefinitionId, placements::TaskDefinitionFacts>,
    /// Containers.
    pub containers: BTreeMap<ContainerId, images::ContainerFacts>,
    /// ECR repositories and which containers use them.
    pub repositories: BTreeMap<RepositoryId, images::RepositoryFacts>,
    /// Load balancers.
    pub load_balancers: BTreeMap<LoadBalancerId, balancing::LoadBalancerFacts>,
    /// Databases and caches by the resource that owns them.
    pub stores: BTreeMap<String, stores::StoreFacts>,
    /// Members of database clusters.
    pub db_clusters: BTreeMap<DbClusterId, stores::DbClusterFacts>,
    /// Interface endpoints that tasks rely on.
    pub vpc_endpoints: BTreeMap<VpcEndpointId, endpoints::EndpointFacts>,
}

impl Topology {
    /// Derives every fact.
    pub fn derive(architecture: &Architecture) -> Self {
        let subnets = subnets::derive(architecture);
        let groups = groups::derive(architecture);
        let routing = balancing::Routing::derive(architecture);
        let interfaces = interfaces::derive(architecture, &subnets, &groups);
        let images = images::derive(architecture);
        let mut placements = placements::derive(architecture, &subnets, &routing, &groups);
        let task_definitions = placements::task_definitions(architecture, &placements);
        let load_balancers = balancing::load_balancers(architecture, &routing, &groups, &placements);
        needs::derive(architecture, &subnets, &interfaces, &mut placements);
        let vpc_endpoints = endpoints::derive(architecture, &placements);
        Self {
            subnets,
            security_groups: groups.facts,
            holders_open: groups.open,
            interfaces,
            placements,
            task_definitions,
            stores: stores::derive(architecture, &images),
            db_clusters: stores::db_clusters(architecture),
            containers: images.containers,
            repositories: images.repositories,
            load_balancers,
            vpc_endpoints,
        }
    }
}
