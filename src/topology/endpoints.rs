//! Interface endpoints and the tasks that rely on them.
//!
//! Catalogue, ECS-VPCE-002 and ECS-VPCE-005.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::fact::Fact;
use super::needs::Path;
use super::placements::PlacementFacts;
use super::private_dns::resolves;
use crate::model::Architecture;
use crate::model::id::{PlacementId, SubnetId, VpcEndpointId};
use crate::model::network::{EndpointType, VpcEndpoint};
use crate::model::origin::Basis;
use crate::model::value::{Unknown, Value, Why};

/// How a placement relies on an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reliance {
    /// It is in the same VPC and of a needed service for certain.
    pub certain: bool,
    /// Some of its subnets have no other way out.
    pub without_egress: bool,
}

/// What follows for an interface endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EndpointFacts {
    /// Placements whose tasks need its service.
    pub needed_by: BTreeMap<PlacementId, Reliance>,
    /// The service's name resolves to it for clients in the VPC.
    pub private_dns: Fact<bool>,
    /// Zones of subnets without another way out that have no interface of it.
    pub missing_zones: Value<BTreeSet<String>>,
    /// Zones of such subnets that have one.
    pub covered_zones: BTreeSet<String>,
    /// Weakest basis.
    pub basis: Basis,
}

/// Derives the facts of every interface endpoint.
pub fn derive(
    architecture: &Architecture,
    placements: &BTreeMap<PlacementId, PlacementFacts>,
) -> BTreeMap<VpcEndpointId, EndpointFacts> {
    let interfaces = architecture.vpc_endpoints.iter().filter(|(_, endpoint)| {
        endpoint.endpoint_type.value.known().is_none_or(|kind| *kind == EndpointType::Interface)
    });
    interfaces.map(|(id, endpoint)| (id.clone(), facts(architecture, placements, id, endpoint))).collect()
}

fn facts(
    architecture: &Architecture,
    placements: &BTreeMap<PlacementId, PlacementFacts>,
    id: &VpcEndpointId,
    endpoint: &VpcEndpoint,
) -> EndpointFacts {
    let mut needed_by = BTreeMap::new();
    let mut relying: BTreeSet<&SubnetId> = BTreeSet::new();
    let mut basis = endpoint.vpc.basis.max(endpoint.subnets.basis);
    let private_dns = resolves(architecture, id, endpoint);
    let draws = private_dns.value == Value::Known(true);
    for (placement, of) in placements {
        let needed = match &endpoint.service.value {
            Value::Known(service) => of.endpoints.services.contains_key(service),
            Value::Absent | Value::Unknown(_) => false,
        };
        if !needed {
            continue;
        }
        let same_vpc =
            of.subnets.keys().filter_map(|subnet| architecture.subnets.get(subnet)).map(|subnet| {
                match (subnet.vpc.only(), endpoint.vpc.only()) {
                    (Some(a), Some(b)) => Some(a == b),
                    _ => None,
                }
            });
        let same_vpc: Vec<Option<bool>> = same_vpc.collect();
        if same_vpc.iter().all(|same| *same == Some(false)) {
            continue;
        }
        basis = basis.max(of.network_basis);
        let offered = |path: &&Path| path.endpoints.iter().any(|option| option.endpoint == *id);
        let subnets: BTreeSet<&SubnetId> =
            of.endpoints.paths.iter().filter(offered).map(|path| &path.subnet).collect();
        let without = |subnet: &&SubnetId| of.endpoints.subnets.contains_key(*subnet);
        let certain = same_vpc.contains(&Some(true));
        let without_egress = subnets.iter().any(without);
        let reliance = Reliance { certain, without_egress };
        // with a way to the internet tasks take the endpoint only where the name resolves to it
        relying.extend(subnets.into_iter().filter(|subnet| draws || without(subnet)));
        needed_by.insert(placement.clone(), reliance);
    }
    let (missing_zones, covered_zones) = zones(architecture, endpoint, &relying);
    EndpointFacts { needed_by, private_dns, missing_zones, covered_zones, basis }
}

/// Zones of the relying subnets, sorted by whether the endpoint has an interface there.
fn zones(
    architecture: &Architecture,
    endpoint: &VpcEndpoint,
    relying: &BTreeSet<&SubnetId>,
) -> (Value<BTreeSet<String>>, BTreeSet<String>) {
    let zone =
        |id: &SubnetId| match architecture.subnets.get(id).map(|subnet| &subnet.availability_zone.value) {
            Some(Value::Unknown(unknown)) => Err(unknown.clone()),
            Some(Value::Known(zone)) => Ok(zone.clone()),
            Some(Value::Absent) => Err(Unknown::new(
                Why::AfterApply,
                format!("the availability zone of {id}, which AWS chooses"),
            )),
            None => Err(Unknown::new(Why::OutsideInput, format!("the availability zone of {id}"))),
        };
    let mut own: BTreeSet<String> = BTreeSet::new();
    let mut doubts: Vec<Unknown> = endpoint.subnets.open.clone();
    for (id, member) in &endpoint.subnets.members {
        match zone(id) {
            Ok(zone) if member.certain => {
                own.insert(zone);
            }
            Ok(zone) => {
                doubts.push(Unknown::new(Why::Undecided, format!("whether the endpoint is in {zone}")));
            }
            Err(unknown) => doubts.push(unknown),
        }
    }
    let (mut missing, mut covered) = (BTreeSet::new(), BTreeSet::new());
    let mut unknown = None;
    for id in relying {
        match zone(id) {
            _ if endpoint.subnets.surely(id) => {
                covered.insert(zone(id).unwrap_or_else(|_| id.to_string()));
            }
            Ok(zone) if own.contains(&zone) => {
                covered.insert(zone);
            }
            Ok(zone) if doubts.is_empty() => {
                missing.insert(zone);
            }
            Ok(_) => unknown = doubts.first().cloned(),
            Err(hidden) => unknown = Some(hidden),
        }
    }
    match unknown {
        Some(unknown) if missing.is_empty() => (Value::Unknown(unknown), covered),
        _ => (Value::Known(missing), covered),
    }
}
