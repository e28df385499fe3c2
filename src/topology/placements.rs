//! Placements and task definitions: what runs where, and in which network mode.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::balancing::{Fronts, Routing, fronts};
use super::fact::{Evidence, Fact, Truth};
use super::groups::Groups;
use super::needs::EndpointNeeds;
use super::subnets::SubnetFacts;
use crate::model::Architecture;
use crate::model::ecs::{Compute, Placement};
use crate::model::id::{PlacementId, RoleId, SecurityGroupId, SubnetId, TaskDefinitionId};
use crate::model::links::Member;
use crate::model::origin::Basis;
use crate::model::security_group::PortRange;
use crate::model::task_definition::{Compatibility, NetworkMode, RoleReference, TaskDefinition};
use crate::model::value::{Unknown, Value, Why};

/// What follows for a placement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlacementFacts {
    /// Its tasks have network interfaces of their own.
    pub awsvpc: Fact<bool>,
    /// What its tasks run on.
    pub compute: Value<Compute>,
    /// The load balancers that lead to it.
    pub load_balancers: Fronts,
    /// Groups of these load balancers, and whether they are theirs for certain.
    pub load_balancer_groups: BTreeMap<SecurityGroupId, Member>,
    /// Doubts about which groups its load balancers have.
    pub load_balancer_groups_open: Vec<Unknown>,
    /// It stands behind a Network Load Balancer without security groups, whose subnets these are.
    pub open_network_load_balancer_subnets: Vec<SubnetId>,
    /// Ports that something is meant to reach: mapped, balanced or health-checked ones.
    pub ports: Vec<PortRange>,
    /// What other ports there may be.
    pub ports_open: Vec<Unknown>,
    /// What its tasks need to start where there is no way to the internet.
    pub endpoints: EndpointNeeds,
    /// Subnets by id, as candidates: certain or not.
    pub subnets: BTreeMap<SubnetId, Member>,
    /// Region; from the availability zones of its subnets where the source does not say it.
    pub region: Value<String>,
    /// Weakest basis of its subnets and their routes.
    pub network_basis: Basis,
}

/// Derives the facts of every placement; endpoint needs are added later.
pub fn derive(
    architecture: &Architecture,
    subnets: &BTreeMap<SubnetId, SubnetFacts>,
    routing: &Routing,
    groups: &Groups,
) -> BTreeMap<PlacementId, PlacementFacts> {
    let facts = architecture
        .placements
        .iter()
        .map(|(id, placement)| (id.clone(), facts(architecture, subnets, routing, groups, id, placement)));
    facts.collect()
}

fn facts(
    architecture: &Architecture,
    subnets: &BTreeMap<SubnetId, SubnetFacts>,
    routing: &Routing,
    groups: &Groups,
    id: &PlacementId,
    placement: &Placement,
) -> PlacementFacts {
    let load_balancers = fronts(architecture, routing, id);
    let network = placement.network.value.known();
    let members = network.map(|network| network.subnets.members.clone()).unwrap_or_default();
    let mut network_basis = network.map(|network| network.subnets.basis).unwrap_or_default();
    for id in members.keys() {
        network_basis = network_basis.max(subnets.get(id).map(|facts| facts.class.basis).unwrap_or_default());
    }
    let mut facts = PlacementFacts {
        awsvpc: awsvpc(architecture, id, placement),
        compute: compute(architecture, placement),
        load_balancer_groups: BTreeMap::new(),
        load_balancer_groups_open: load_balancers.open.clone(),
        open_network_load_balancer_subnets: Vec::new(),
        load_balancers,
        ports: Vec::new(),
        ports_open: Vec::new(),
        endpoints: EndpointNeeds::default(),
        region: region(architecture, placement, members.keys()),
        subnets: members,
        network_basis,
    };
    for (balancer, route) in &facts.load_balancers.members {
        if let Some(interface) = groups.interfaces.get(balancer.as_str()) {
            for (group, member) in &interface.groups.members {
                let certain = member.certain && route.certain;
                let known = facts.load_balancer_groups.entry(group.clone()).or_insert(Member { certain });
                known.certain |= certain;
            }
            facts.load_balancer_groups_open.extend(interface.groups.open.iter().cloned());
        } else {
            let subnets = architecture.load_balancers.get(balancer).map(|of| &of.subnets);
            let subnets = subnets.into_iter().flat_map(|of| of.candidates().cloned());
            facts.open_network_load_balancer_subnets.extend(subnets);
        }
    }
    ports(architecture, placement, &mut facts);
    facts
}

/// Tasks have interfaces of their own in awsvpc mode, which Fargate demands and a network configuration implies.
fn awsvpc(architecture: &Architecture, id: &PlacementId, placement: &Placement) -> Fact<bool> {
    let definition = placement.task_definition.agree("the network mode of the task definition", |id| {
        let mode =
            architecture.task_definitions.get(id).map(|definition| definition.network_mode.value.clone());
        match mode {
            Some(mode) => mode.map(|mode| mode == NetworkMode::Awsvpc),
            None => Value::Unknown(Unknown::new(Why::OutsideInput, format!("the network mode of {id}"))),
        }
    });
    let evidence =
        |path: &str, message: &str| vec![Evidence::new(id.as_str(), path.to_owned(), message.to_owned())];
    let basis = placement.task_definition.basis;
    if placement.network.value == Value::Absent {
        match &placement.external_controller.value {
            Value::Known(true) => {
                let at = &placement.external_controller.at;
                return Fact::known(false, Basis::Value, evidence(at, "its task sets say what runs where"));
            }
            Value::Unknown(unknown) if !placement.task_definition.stated => {
                return Fact::unknown(unknown.clone());
            }
            _ => {}
        }
    }
    match (&definition, &placement.network.value) {
        (Value::Known(false), _) => {
            Fact::known(false, basis, evidence("task_definition", "network mode is not awsvpc"))
        }
        (_, Value::Known(_)) => {
            Fact::known(true, Basis::Value, evidence(&placement.network.at, "has a network configuration"))
        }
        (Value::Known(true), _) => {
            Fact::known(true, basis, evidence("task_definition", "network mode is awsvpc"))
        }
        // without a mode Linux tasks use bridge and Windows tasks NAT; Fargate takes no such task definition
        // (RegisterTaskDefinition, `networkMode`)
        (Value::Absent, Value::Absent) if !placement.task_definition.members.is_empty() => {
            Fact::known(false, basis, evidence("task_definition", "has no network mode"))
        }
        (_, Value::Unknown(unknown)) | (Value::Unknown(unknown), _) => Fact::unknown(unknown.clone()),
        (Value::Absent, Value::Absent) => Fact::unknown(Unknown::new(
            Why::OutsideInput,
            format!("{id}: the network mode of its tasks, without network configuration and task definition"),
        )),
    }
}

fn compute(architecture: &Architecture, placement: &Placement) -> Value<Compute> {
    match &placement.compute.value {
        Value::Absent => placement.cluster.agree("the default capacity provider strategy", |id| {
            match architecture.clusters.get(id) {
                Some(cluster) => cluster.default_compute.value.clone(),
                None => Value::Absent,
            }
        }),
        stated => stated.clone(),
    }
}

/// The region that a placement states, else that of the zones of its subnets (`eu-west-1a` lies in `eu-west-1`).
fn region<'a>(
    architecture: &Architecture,
    placement: &Placement,
    subnets: impl Iterator<Item = &'a SubnetId>,
) -> Value<String> {
    if placement.region.value.known().is_some() {
        return placement.region.value.clone();
    }
    let mut regions: Vec<String> = subnets
        .filter_map(|id| architecture.subnets.get(id)?.availability_zone.value.known())
        .map(|zone| zone.trim_end_matches(|letter: char| letter.is_ascii_lowercase()).to_owned())
        .collect();
    regions.sort_unstable();
    regions.dedup();
    match regions.as_slice() {
        [region] => Value::Known(region.clone()),
        _ => Value::Unknown(Unknown::new(Why::AfterApply, "the region of the subnets")),
    }
}

/// Ports that are mapped, balanced or health-checked.
fn ports(architecture: &Architecture, placement: &Placement, facts: &mut PlacementFacts) {
    let mut add = |from: &Value<i64>, to: &Value<i64>| match (from, to) {
        (Value::Known(from), Value::Known(to)) => facts.ports.push(PortRange { from: *from, to: *to }),
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => facts.ports_open.push(unknown.clone()),
        _ => {}
    };
    for id in placement.task_definition.candidates() {
        let Some(definition) = architecture.task_definitions.get(id) else { continue };
        for container in definition.containers.value.known().into_iter().flatten() {
            match architecture.containers.get(container).map(|container| &container.ports.value) {
                Some(Value::Known(mappings)) => {
                    for mapping in mappings {
                        add(&mapping.from.value, &mapping.to.value);
                    }
                }
                Some(Value::Unknown(unknown)) => {
                    let unknown = Value::Unknown(unknown.clone());
                    add(&unknown, &unknown);
                }
                Some(Value::Absent) | None => {}
            }
        }
    }
    for entry in &placement.load_balancers {
        add(&entry.container_port.value, &entry.container_port.value);
        for group in entry.target_groups.iter().flat_map(super::super::model::links::Links::candidates) {
            if let Some(group) = architecture.target_groups.get(group) {
                add(&group.health_check_port.value, &group.health_check_port.value);
            }
        }
    }
    let definitions =
        placement.task_definition.candidates().filter_map(|id| architecture.task_definitions.get(id));
    let hidden = definitions.filter_map(|definition| definition.containers.value.unknown().cloned());
    facts.ports_open.extend(placement.task_definition.open.iter().cloned().chain(hidden));
    facts.ports.sort_unstable();
    facts.ports.dedup();
}

/// What follows for a task definition.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TaskDefinitionFacts {
    /// It can run on Fargate: it says so, or something runs it there.
    pub fargate: Fact<bool>,
    /// Placements that use it, and whether for certain.
    pub placements: BTreeMap<PlacementId, Member>,
    /// Task role and execution role are the same role; absent without a task role.
    pub same_role: Fact<bool>,
    /// Other task definitions that use its task role as their execution role.
    pub cross_used_by: BTreeMap<TaskDefinitionId, Member>,
}

/// Derives the facts of every task definition.
pub fn task_definitions(
    architecture: &Architecture,
    placements: &BTreeMap<PlacementId, PlacementFacts>,
) -> BTreeMap<TaskDefinitionId, TaskDefinitionFacts> {
    let facts = architecture.task_definitions.iter().map(|(id, definition)| {
        let users: BTreeMap<PlacementId, Member> = architecture
            .placements
            .iter()
            .filter_map(|(user, placement)| Some((user.clone(), *placement.task_definition.members.get(id)?)))
            .collect();
        let facts = TaskDefinitionFacts {
            fargate: fargate(id, definition, &users, placements),
            same_role: same_role(id, definition),
            cross_used_by: cross_used_by(architecture, id, definition),
            placements: users,
        };
        (id.clone(), facts)
    });
    facts.collect()
}

fn fargate(
    id: &TaskDefinitionId,
    definition: &TaskDefinition,
    users: &BTreeMap<PlacementId, Member>,
    placements: &BTreeMap<PlacementId, PlacementFacts>,
) -> Fact<bool> {
    let says = match &definition.requires_compatibilities.value {
        Value::Known(list) if list.contains(&Compatibility::Fargate) => Truth::Yes,
        Value::Known(_) | Value::Absent => Truth::No,
        Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
    };
    let runs = users.iter().map(|(user, member)| {
        let on = match placements.get(user).map(|facts| &facts.compute) {
            Some(Value::Known(Compute::Fargate)) => Truth::Yes,
            Some(Value::Unknown(unknown)) => Truth::Maybe(unknown.clone()),
            _ => Truth::No,
        };
        on.if_certain(member.certain, || format!("whether {user} runs {id}"))
    });
    let at = definition.requires_compatibilities.at.to_string();
    let evidence = vec![Evidence::new(id.as_str(), at, "can run on Fargate")];
    Fact { value: Truth::any(std::iter::once(says).chain(runs)).into_value(), basis: Basis::Value, evidence }
}

/// Two roles are the same where their names are, or where both are references to one role and no other.
fn same_role(id: &TaskDefinitionId, definition: &TaskDefinition) -> Fact<bool> {
    let (task, execution) = (&definition.task_role, &definition.execution_role);
    if task.name.value == Value::Absent && !task.role.stated {
        return Fact::absent();
    }
    if execution.name.value == Value::Absent && !execution.role.stated {
        return Fact::known(false, Basis::Value, Vec::new());
    }
    let basis = task.role.basis.max(execution.role.basis);
    let evidence = |role: &str| {
        vec![
            Evidence::new(id.as_str(), task.name.at.to_string(), format!("task role: {role}")),
            Evidence::new(id.as_str(), execution.name.at.to_string(), format!("execution role: {role}")),
        ]
    };
    let known =
        |same: bool, role: &str| Fact::known(same, basis, if same { evidence(role) } else { Vec::new() });
    if let (Some(a), Some(b)) = (task.role.only(), execution.role.only()) {
        return known(a == b, a.as_str());
    }
    if let (Value::Known(a), Value::Known(b)) = (&task.name.value, &execution.name.value) {
        return known(a == b, a);
    }
    let hidden = [&task.role, &execution.role].into_iter().find_map(|links| links.hidden().next());
    let shared = task.role.candidates().any(|role: &RoleId| execution.role.members.contains_key(role));
    let outside = || [&task.name.value, &execution.name.value].into_iter().find_map(Value::unknown);
    match hidden {
        Some(unknown) => Fact::unknown(unknown.clone()),
        None if shared => {
            Fact::unknown(Unknown::new(Why::Undecided, format!("{id}: which of several roles are meant")))
        }
        // two roles outside the input may be one
        None if task.role.members.is_empty() && execution.role.members.is_empty() => {
            outside().map_or_else(|| known(false, ""), |unknown| Fact::unknown(unknown.clone()))
        }
        // a role of the input is none that lies outside it, and different roles are different
        None => known(false, ""),
    }
}

fn cross_used_by(
    architecture: &Architecture,
    id: &TaskDefinitionId,
    definition: &TaskDefinition,
) -> BTreeMap<TaskDefinitionId, Member> {
    let task = &definition.task_role;
    let uses = |execution: &RoleReference| {
        let named = match (&task.name.value, &execution.name.value) {
            (Value::Known(a), Value::Known(b)) => a == b,
            _ => task.role.only().is_some_and(|role| execution.role.only() == Some(role)),
        };
        let may_be = || task.role.candidates().any(|role| execution.role.members.contains_key(role));
        if named { Some(Member { certain: true }) } else { may_be().then_some(Member { certain: false }) }
    };
    let others = architecture.task_definitions.iter().filter(|(other, _)| *other != id);
    others.filter_map(|(other, of)| Some((other.clone(), uses(&of.execution_role)?))).collect()
}
