//! Security groups: which interfaces hold them, and how much of the internet each admits.
//!
//! Catalogue, definitions D4 (effective groups) and D7 (source classification).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::address::public_addresses;
use crate::model::Architecture;
use crate::model::elb::LoadBalancerType;
use crate::model::id::{PrefixListId, SecurityGroupId, SubnetId, VpcId};
use crate::model::links::{Links, Member};
use crate::model::network::{Cidr, EndpointType};
use crate::model::security_group::{Peer, Protocol, Rule};
use crate::model::value::{Unknown, Value, Why};

/// What kind of thing a network interface belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Tasks of a service or the like.
    Placement,
    /// A load balancer.
    LoadBalancer,
    /// A database instance.
    DbInstance,
    /// A database cluster.
    DbCluster,
    /// A database proxy.
    DbProxy,
    /// A cache.
    Cache,
    /// An EFS mount target.
    MountTarget,
    /// An interface endpoint.
    VpcEndpoint,
    /// Anything else: an instance, a function.
    Other,
}

/// A group's members and reach.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GroupFacts {
    /// Who holds it: resource to kind and certainty.
    pub holders: BTreeMap<String, HolderFacts>,
    /// Publicly routable addresses that its ingress rules admit, all blocks together (IPv6 in /64 networks).
    pub public_addresses: u64,
}

/// One holder of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HolderFacts {
    /// What it is.
    pub kind: Holder,
    /// It holds the group for certain.
    pub certain: bool,
}

/// Doubts that leave open who holds which group, by kind of holder.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HoldersOpen {
    /// Services and the like whose groups cannot be told.
    pub placements: Vec<Unknown>,
    /// Load balancers whose groups cannot be told.
    pub load_balancers: Vec<Unknown>,
    /// Database proxies whose groups cannot be told.
    pub db_proxies: Vec<Unknown>,
    /// Anything else whose groups cannot be told.
    pub others: Vec<Unknown>,
}

/// The effective groups of one interface.
#[derive(Debug, Clone)]
pub struct Interface {
    /// What it belongs to.
    pub kind: Holder,
    /// Its groups, the default group of the VPC where none are stated.
    pub groups: Links<SecurityGroupId>,
    /// Whether groups are stated.
    pub stated: bool,
    /// Its subnets, as far as the model has them.
    pub subnets: Option<Links<SubnetId>>,
}

/// Groups and who holds them.
#[derive(Debug, Default)]
pub struct Groups {
    /// By owner.
    pub interfaces: BTreeMap<String, Interface>,
    /// By group.
    pub facts: BTreeMap<SecurityGroupId, GroupFacts>,
    /// Doubts.
    pub open: HoldersOpen,
}

/// Finds the effective groups of every interface, and the holders of every group.
pub fn derive(architecture: &Architecture) -> Groups {
    let mut groups = Groups { interfaces: interfaces(architecture), ..Groups::default() };
    for (id, group) in &architecture.security_groups {
        let vpc = vpc_cidrs(architecture, &group.vpc);
        // ICMP has no ports to reach
        let has_ports =
            |rule: &&Rule| !matches!(rule.protocol.value, Value::Known(Protocol::Icmp | Protocol::Icmpv6));
        let rules = group.ingress.rules.iter().filter(|rule| rule.certain).filter(has_ports);
        let blocks: Vec<Cidr> = rules
            .flat_map(|rule| match &rule.peer {
                Peer::Cidr(cidr) => cidr.value.known().copied().into_iter().collect(),
                Peer::PrefixList(lists) => entries(architecture, lists),
                Peer::Groups(_) | Peer::SelfReference | Peer::Unknown(_) => Vec::new(),
            })
            .collect();
        let facts = GroupFacts { public_addresses: public_addresses(&blocks, &vpc), ..GroupFacts::default() };
        groups.facts.insert(id.clone(), facts);
    }
    for (owner, interface) in &groups.interfaces {
        for (id, Member { certain }) in &interface.groups.members {
            let facts = groups.facts.entry(id.clone()).or_default();
            facts.holders.insert(owner.clone(), HolderFacts { kind: interface.kind, certain: *certain });
        }
        let open = match interface.kind {
            Holder::Placement => &mut groups.open.placements,
            Holder::LoadBalancer => &mut groups.open.load_balancers,
            Holder::DbProxy => &mut groups.open.db_proxies,
            _ => &mut groups.open.others,
        };
        open.extend(interface.groups.hidden().cloned());
    }
    groups
}

/// The entries of a prefix list that is known. AWS's own lists are known by name, not by their addresses (D7).
fn entries(architecture: &Architecture, lists: &Links<PrefixListId>) -> Vec<Cidr> {
    let list = lists.only().and_then(|id| architecture.prefix_lists.get(id));
    let list = list.filter(|list| !list.aws_managed());
    list.and_then(|list| list.entries.value.known().cloned()).unwrap_or_default()
}

/// The blocks of a VPC, as far as it and they are known.
pub fn vpc_cidrs(architecture: &Architecture, vpc: &Links<VpcId>) -> Vec<Cidr> {
    let vpc = vpc.only().and_then(|id| architecture.vpcs.get(id));
    vpc.and_then(|vpc| vpc.cidrs.value.known().cloned()).unwrap_or_default()
}

fn interfaces(architecture: &Architecture) -> BTreeMap<String, Interface> {
    let mut all = BTreeMap::new();
    let mut add = |owner: &str, interface: Interface| all.insert(owner.to_owned(), interface);
    for (id, placement) in &architecture.placements {
        let Some(network) = placement.network.value.known() else {
            if let Value::Unknown(unknown) = &placement.network.value {
                let groups = Links::unknown(unknown.clone(), placement.network.at.clone());
                add(id.as_str(), Interface { kind: Holder::Placement, groups, stated: true, subnets: None });
            }
            continue;
        };
        let vpc = || vpc_of_subnets(architecture, &network.subnets, id.as_str());
        let interface =
            interface(architecture, Holder::Placement, &network.security_groups, vpc, Some(&network.subnets));
        add(id.as_str(), interface);
    }
    for (id, balancer) in &architecture.load_balancers {
        let kind = balancer.load_balancer_type.value.known();
        // a Network Load Balancer without groups has none
        if !balancer.security_groups.stated && kind != Some(&LoadBalancerType::Application) {
            continue;
        }
        let vpc = || vpc_of_subnets(architecture, &balancer.subnets, id.as_str());
        let groups = &balancer.security_groups;
        add(id.as_str(), interface(architecture, Holder::LoadBalancer, groups, vpc, Some(&balancer.subnets)));
    }
    for (id, instance) in architecture.db_instances.iter().filter(|(_, instance)| !instance.cluster.stated) {
        let vpc = || vpc_of_subnets(architecture, &instance.subnets, id.as_str());
        add(
            id.as_str(),
            interface(
                architecture,
                Holder::DbInstance,
                &instance.security_groups,
                vpc,
                Some(&instance.subnets),
            ),
        );
    }
    for (id, cluster) in &architecture.db_clusters {
        let vpc = || vpc_of_subnets(architecture, &cluster.subnets, id.as_str());
        add(
            id.as_str(),
            interface(architecture, Holder::DbCluster, &cluster.security_groups, vpc, Some(&cluster.subnets)),
        );
    }
    for (id, proxy) in &architecture.db_proxies {
        let vpc = || vpc_of_subnets(architecture, &proxy.subnets, id.as_str());
        add(
            id.as_str(),
            interface(architecture, Holder::DbProxy, &proxy.security_groups, vpc, Some(&proxy.subnets)),
        );
    }
    for (id, cache) in &architecture.caches {
        let vpc = || vpc_of_subnets(architecture, &cache.subnets, id.as_str());
        add(
            id.as_str(),
            interface(architecture, Holder::Cache, &cache.security_groups, vpc, Some(&cache.subnets)),
        );
    }
    for (id, target) in &architecture.mount_targets {
        let vpc = || vpc_of_subnets(architecture, &target.subnet, id.as_str());
        let groups = &target.security_groups;
        add(id.as_str(), interface(architecture, Holder::MountTarget, groups, vpc, Some(&target.subnet)));
    }
    for (id, endpoint) in &architecture.vpc_endpoints {
        if endpoint.endpoint_type.value.known() == Some(&EndpointType::Interface) {
            let groups = &endpoint.security_groups;
            let vpc = || endpoint.vpc.clone();
            add(
                id.as_str(),
                interface(architecture, Holder::VpcEndpoint, groups, vpc, Some(&endpoint.subnets)),
            );
        }
    }
    for other in &architecture.other_interfaces {
        let groups = other.security_groups.clone();
        add(&other.resource, Interface { kind: Holder::Other, groups, stated: true, subnets: None });
    }
    all
}

fn interface(
    architecture: &Architecture,
    kind: Holder,
    groups: &Links<SecurityGroupId>,
    vpc: impl FnOnce() -> Links<VpcId>,
    subnets: Option<&Links<SubnetId>>,
) -> Interface {
    let groups_of = if groups.stated {
        groups.clone()
    } else {
        let mut default = default_group(architecture, &vpc(), groups.at.clone().into_owned());
        default.open.extend(groups.open.iter().cloned());
        default
    };
    Interface { kind, groups: groups_of, stated: groups.stated, subnets: subnets.cloned() }
}

/// The VPC that subnets have in common.
fn vpc_of_subnets(architecture: &Architecture, subnets: &Links<SubnetId>, owner: &str) -> Links<VpcId> {
    let mut vpcs: Option<Links<VpcId>> = None;
    for id in subnets.candidates() {
        let Some(subnet) = architecture.subnets.get(id) else { continue };
        match &mut vpcs {
            None => vpcs = Some(subnet.vpc.clone()),
            // subnets of one service lie in one VPC, so any that is known tells it
            Some(known) if known.only().is_none() => *known = subnet.vpc.clone(),
            Some(_) => {}
        }
    }
    vpcs.unwrap_or_else(|| {
        let unknown = subnets.open.first().cloned();
        let unknown = unknown
            .unwrap_or_else(|| Unknown::new(Why::OutsideInput, format!("{owner}: the VPC of its subnets")));
        Links::unknown(unknown, subnets.at.clone())
    })
}

/// The default group of a VPC.
fn default_group(architecture: &Architecture, vpc: &Links<VpcId>, at: String) -> Links<SecurityGroupId> {
    let found = vpc.only().and_then(|vpc| {
        architecture.security_groups.iter().find(|(_, group)| group.default && group.vpc.surely(vpc))
    });
    if let Some((id, _)) = found {
        Links { basis: vpc.basis, stated: false, ..Links::known([id.clone()], at) }
    } else {
        let fact = "the default security group of the VPC, which the input does not describe";
        let unknown = vpc.open.first().cloned().unwrap_or_else(|| Unknown::new(Why::OutsideInput, fact));
        Links { stated: false, ..Links::unknown(unknown, at) }
    }
}
