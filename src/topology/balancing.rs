//! Load balancers and services: which leads to which, through listeners, rules and target groups.
//!
//! Catalogue, definition D5.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::edge;
use super::fact::{Evidence, Fact, Truth};
use super::groups::Groups;
use super::placements::PlacementFacts;
use crate::model::Architecture;
use crate::model::ecs::PlacementKind;
use crate::model::elb::{Action, ActionType, AttachedTarget, LoadBalancerType, TargetType};
use crate::model::id::{ListenerId, LoadBalancerId, PlacementId, SecurityGroupId, TargetGroupId};
use crate::model::links::{Links, Member};
use crate::model::origin::Basis;
use crate::model::value::{Unknown, Value, Why};

/// One way from a load balancer to a target group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Route {
    /// It is there for certain.
    pub certain: bool,
    /// How firmly it is known.
    pub basis: Basis,
    /// The listener or rule, and the target group.
    pub evidence: Vec<Evidence>,
}

/// All ways from load balancers to target groups.
#[derive(Debug, Default)]
pub struct Routing {
    /// By target group and load balancer.
    pub routes: BTreeMap<TargetGroupId, BTreeMap<LoadBalancerId, Route>>,
    /// Actions that may forward to any target group, and listeners of which the load balancer is unknown.
    pub open: Vec<Unknown>,
}

impl Routing {
    /// Follows every forward action.
    pub fn derive(architecture: &Architecture) -> Self {
        let mut routing = Self::default();
        for (id, listener) in &architecture.listeners {
            routing.follow(architecture, id, id.as_str(), &listener.actions, (true, Basis::Value));
            routing.open.extend(listener.open.iter().cloned());
        }
        for (id, rule) in &architecture.listener_rules {
            for (listener, member) in &rule.listener.members {
                let firm = (member.certain, rule.listener.basis);
                routing.follow(architecture, listener, id.as_str(), &rule.actions, firm);
            }
            let forwards =
                rule.actions.iter().any(|action| !action.target_groups.is_empty()) || !rule.open.is_empty();
            if forwards {
                routing.open.extend(rule.listener.hidden().cloned());
            }
            routing.open.extend(rule.open.iter().cloned());
        }
        routing
    }

    fn follow(
        &mut self,
        architecture: &Architecture,
        listener: &ListenerId,
        source: &str,
        actions: &[Action],
        (certain, basis): (bool, Basis),
    ) {
        let Some(of) = architecture.listeners.get(listener) else { return };
        for links in actions.iter().flat_map(|action| &action.target_groups) {
            self.open.extend(links.hidden().cloned());
            self.open.extend(of.load_balancer.hidden().cloned());
            for (group, in_action) in &links.members {
                for (balancer, of_listener) in &of.load_balancer.members {
                    let route = Route {
                        certain: certain && in_action.certain && of_listener.certain,
                        basis: basis.max(links.basis).max(of.load_balancer.basis),
                        evidence: vec![
                            Evidence::new(source, links.at.to_string(), format!("forwards to {group}")),
                            Evidence::new(
                                listener.as_str(),
                                "load_balancer_arn",
                                format!("listens on {balancer}"),
                            ),
                        ],
                    };
                    let known = self.routes.entry(group.clone()).or_default().entry(balancer.clone());
                    known.and_modify(|known| known.certain |= route.certain).or_insert(route);
                }
            }
        }
    }
}

/// The load balancers that lead to a placement.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Fronts {
    /// By load balancer.
    pub members: BTreeMap<LoadBalancerId, Route>,
    /// What other load balancers may lead to it.
    pub open: Vec<Unknown>,
    /// Weakest basis of all.
    pub basis: Basis,
}

/// The load balancers of a placement, those of its task sets included.
pub fn fronts(architecture: &Architecture, routing: &Routing, id: &PlacementId) -> Fronts {
    let mut fronts = Fronts::default();
    let own = architecture.placements.get(id).into_iter();
    let task_sets = architecture.placements.values().filter(|other| other.service.surely(id));
    for (task_set, other) in &architecture.placements {
        if !other.service.surely(id) && other.service.possibly(id) && other.kind == PlacementKind::TaskSet {
            let undecided =
                || Unknown::new(Why::Undecided, format!("whether {task_set} is a task set of {id}"));
            fronts.open.push(other.service.hidden().next().cloned().unwrap_or_else(undecided));
        }
    }
    for placement in own.chain(task_sets) {
        fronts.open.extend(placement.load_balancers_open.iter().cloned());
        for entry in &placement.load_balancers {
            for links in &entry.target_groups {
                fronts.basis = fronts.basis.max(links.basis);
                fronts.open.extend(links.open.iter().cloned());
                for (group, member) in &links.members {
                    add_group(architecture, routing, group, *member, id, &mut fronts);
                }
            }
            add_classic(architecture, &entry.classic.value, id, &mut fronts);
        }
        let has_groups = placement.load_balancers.iter().any(|entry| !entry.target_groups.is_empty());
        if has_groups {
            fronts.open.extend(routing.open.iter().cloned());
        }
    }
    add_attachments(architecture, routing, id, &mut fronts);
    fronts.open.sort_unstable();
    fronts.open.dedup();
    fronts
}

fn add_group(
    architecture: &Architecture,
    routing: &Routing,
    group: &TargetGroupId,
    member: Member,
    id: &PlacementId,
    fronts: &mut Fronts,
) {
    let routes = routing.routes.get(group);
    for (balancer, route) in routes.into_iter().flatten() {
        let mut evidence =
            vec![Evidence::new(id.as_str(), "load_balancer", format!("registers with {group}"))];
        evidence.extend(route.evidence.iter().cloned());
        fronts.basis = fronts.basis.max(route.basis);
        let route = Route { certain: route.certain && member.certain, basis: route.basis, evidence };
        let known = fronts.members.entry(balancer.clone());
        known.and_modify(|known| known.certain |= route.certain).or_insert(route);
    }
    // a group that exists may have listeners that the input does not describe
    let created = architecture.target_groups.get(group).is_some_and(|group| group.created);
    if routes.is_none() && !created {
        let fact =
            format!("which load balancer leads to {group}, which exists and has no listener in the input");
        fronts.open.push(Unknown::new(Why::OutsideInput, fact));
    }
}

fn add_classic(architecture: &Architecture, name: &Value<String>, id: &PlacementId, fronts: &mut Fronts) {
    match name {
        Value::Absent => {}
        Value::Unknown(unknown) => fronts.open.push(unknown.clone()),
        Value::Known(name) => {
            let found = architecture.load_balancers.iter().find(|(_, balancer)| {
                balancer.load_balancer_type.value == Value::Known(LoadBalancerType::Classic)
                    && balancer.name.value.known() == Some(name)
            });
            match found {
                Some((balancer, _)) => {
                    let evidence = vec![Evidence::new(
                        id.as_str(),
                        "load_balancer",
                        format!("registers with {balancer}"),
                    )];
                    let route = Route { certain: true, basis: Basis::Value, evidence };
                    fronts.members.insert(balancer.clone(), route);
                }
                None => fronts.open.push(Unknown::new(
                    Why::OutsideInput,
                    format!(
                        "{id}: the scheme of its Classic Load Balancer, which the input does not describe"
                    ),
                )),
            }
        }
    }
}

/// Addresses that were registered by hand with a group of a load balancer may be those of any task.
fn add_attachments(architecture: &Architecture, routing: &Routing, id: &PlacementId, fronts: &mut Fronts) {
    for attachment in &architecture.target_attachments {
        if attachment.target == AttachedTarget::NoTask {
            continue;
        }
        fronts.open.extend(attachment.target_group.hidden().cloned());
        for group in attachment.target_group.candidates() {
            let ip = architecture
                .target_groups
                .get(group)
                .is_some_and(|group| group.target_type.value == Value::Known(TargetType::Ip));
            if ip && routing.routes.contains_key(group) {
                let fact = format!(
                    "{}: whether the address that it registers with {group} is one of {id}",
                    attachment.resource
                );
                fronts.open.push(Unknown::new(Why::AfterApply, fact));
            }
        }
    }
}

/// A listener, as far as rules about ports care.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ListenerFacts {
    /// The listener.
    pub id: ListenerId,
    /// Port.
    pub port: Value<i64>,
    /// Protocol in capitals.
    pub protocol: Value<String>,
    /// The default action redirects to HTTPS.
    pub redirects_to_https: Value<bool>,
}

/// A port that a load balancer has to reach.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TargetPort {
    /// The target group.
    pub target_group: TargetGroupId,
    /// The service.
    pub placement: PlacementId,
    /// Where targets receive traffic.
    pub port: Value<i64>,
    /// Where health checks go.
    pub health_check_port: Value<i64>,
    /// The service is behind it for certain.
    pub certain: bool,
}

/// What follows for a load balancer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LoadBalancerFacts {
    /// Its listeners.
    pub listeners: Vec<ListenerFacts>,
    /// What other listeners it may have.
    pub listeners_open: Vec<Unknown>,
    /// Services that it leads to, and whether for certain.
    pub placements: BTreeMap<PlacementId, Member>,
    /// Services that it may lead to besides.
    pub placements_open: Vec<Unknown>,
    /// Ports that it has to reach.
    pub target_ports: Vec<TargetPort>,
    /// Groups of the services it leads to.
    pub target_groups_of_tasks: BTreeSet<SecurityGroupId>,
    /// It forwards to target groups of addresses that no service of the input registers with.
    pub serves_others: bool,
    /// It calls other parties over HTTPS itself: identity providers, revocation lists, functions.
    pub calls_out: Fact<bool>,
    /// A web ACL is attached.
    pub web_acl: Fact<edge::Protection>,
    /// Distributions that have it as an origin.
    pub distributions: Vec<String>,
    /// It answers requests of CloudFront only, and each of its distributions has a web ACL.
    pub protected_by_cloudfront: Fact<bool>,
    /// Weakest basis of the ways to its services.
    pub basis: Basis,
}

/// Derives the facts of every load balancer.
pub fn load_balancers(
    architecture: &Architecture,
    routing: &Routing,
    groups: &Groups,
    placements: &BTreeMap<PlacementId, PlacementFacts>,
) -> BTreeMap<LoadBalancerId, LoadBalancerFacts> {
    let facts = architecture
        .load_balancers
        .keys()
        .map(|id| (id.clone(), facts(architecture, routing, groups, placements, id)));
    facts.collect()
}

fn facts(
    architecture: &Architecture,
    routing: &Routing,
    groups: &Groups,
    placements: &BTreeMap<PlacementId, PlacementFacts>,
    id: &LoadBalancerId,
) -> LoadBalancerFacts {
    let mut facts = LoadBalancerFacts {
        listeners: Vec::new(),
        listeners_open: Vec::new(),
        placements: BTreeMap::new(),
        placements_open: Vec::new(),
        target_ports: Vec::new(),
        target_groups_of_tasks: BTreeSet::new(),
        serves_others: false,
        calls_out: calls_out(architecture, id),
        web_acl: edge::web_acl(architecture, id),
        distributions: edge::distributions(architecture, id),
        protected_by_cloudfront: edge::protected_by_cloudfront(architecture, groups, id),
        basis: Basis::Value,
    };
    for (listener, of) in architecture.listeners.iter().filter(|(_, of)| of.load_balancer.possibly(id)) {
        facts.basis = facts.basis.max(of.load_balancer.basis);
        if !of.load_balancer.surely(id) {
            let fact = format!("whether {listener} listens on {id}");
            facts.listeners_open.push(
                of.load_balancer.open.first().cloned().unwrap_or_else(|| Unknown::new(Why::Undecided, fact)),
            );
            continue;
        }
        let redirects = of.actions.iter().map(|action| Truth::of(&action.redirects_to_https.value));
        facts.listeners.push(ListenerFacts {
            id: listener.clone(),
            port: of.port.value.clone(),
            protocol: of.protocol.value.clone(),
            redirects_to_https: match of.open.first() {
                Some(unknown) => Value::Unknown(unknown.clone()),
                None => Truth::any(redirects).into_value(),
            },
        });
    }
    if architecture.load_balancers.get(id).is_some_and(|balancer| !balancer.described) {
        let fact = format!("the other listeners of {id}, which the input reads and does not manage");
        facts.listeners_open.push(Unknown::new(Why::OutsideInput, fact));
    }
    let mut served: BTreeSet<&TargetGroupId> = BTreeSet::new();
    for (placement, of) in placements {
        let Some(front) = of.load_balancers.members.get(id) else {
            // only what may be this very load balancer is a doubt about it
            facts
                .placements_open
                .extend(of.load_balancers.open.iter().filter(|u| u.why != Why::OutsideInput).cloned());
            continue;
        };
        facts.basis = facts.basis.max(of.load_balancers.basis);
        facts.placements.insert(placement.clone(), Member { certain: front.certain });
        target_ports(architecture, routing, id, placement, &mut facts.target_ports);
        if let Some(network) = architecture.placements.get(placement).and_then(|p| p.network.value.known()) {
            facts.target_groups_of_tasks.extend(network.security_groups.candidates().cloned());
            facts.basis = facts.basis.max(network.security_groups.basis);
        }
        let entries = architecture.placements.get(placement).into_iter().flat_map(|p| &p.load_balancers);
        served.extend(entries.flat_map(|entry| &entry.target_groups).flat_map(Links::candidates));
    }
    facts.serves_others = routing.routes.iter().any(|(group, routes)| {
        let of_addresses = architecture
            .target_groups
            .get(group)
            .is_some_and(|group| group.target_type.value == Value::Known(TargetType::Ip));
        routes.contains_key(id) && of_addresses && !served.contains(group)
    });
    facts.placements_open.sort_unstable();
    facts.placements_open.dedup();
    facts
}

fn target_ports(
    architecture: &Architecture,
    routing: &Routing,
    balancer: &LoadBalancerId,
    placement: &PlacementId,
    ports: &mut Vec<TargetPort>,
) {
    let Some(of) = architecture.placements.get(placement) else { return };
    for entry in &of.load_balancers {
        for (group, member) in entry.target_groups.iter().flat_map(|links| &links.members) {
            let Some(route) = routing.routes.get(group).and_then(|routes| routes.get(balancer)) else {
                continue;
            };
            let port = entry.container_port.value.clone();
            let check =
                architecture.target_groups.get(group).map(|group| group.health_check_port.value.clone());
            let health_check_port = match check {
                Some(Value::Absent) | None => port.clone(),
                Some(check) => check,
            };
            ports.push(TargetPort {
                target_group: group.clone(),
                placement: placement.clone(),
                port,
                health_check_port,
                certain: member.certain && route.certain,
            });
        }
    }
}

/// Whether a load balancer calls other parties itself.
fn calls_out(architecture: &Architecture, id: &LoadBalancerId) -> Fact<bool> {
    let listeners = architecture.listeners.iter().filter(|(_, of)| of.load_balancer.members.contains_key(id));
    let mut reasons: Vec<(Truth, Evidence)> = Vec::new();
    for (listener, of) in listeners {
        let evidence = Evidence::new(
            listener.as_str(),
            "mutual_authentication",
            "verifies clients, so revocation lists may be fetched",
        );
        reasons.push((Truth::of(&of.mutual_tls.value), evidence));
        reasons.extend(of.actions.iter().flat_map(|action| reason(architecture, listener.as_str(), action)));
        let rules = architecture
            .listener_rules
            .iter()
            .filter(|(_, rule)| rule.listener.members.contains_key(listener));
        for (rule, of) in rules {
            reasons.extend(of.actions.iter().flat_map(|action| reason(architecture, rule.as_str(), action)));
        }
    }
    let truth = Truth::any(reasons.iter().map(|(truth, _)| truth.clone()));
    let evidence =
        reasons.into_iter().filter(|(truth, _)| *truth == Truth::Yes).map(|(_, evidence)| evidence).collect();
    Fact { value: truth.into_value(), basis: Basis::Value, evidence }
}

fn reason(architecture: &Architecture, source: &str, action: &Action) -> Vec<(Truth, Evidence)> {
    let authenticates = match &action.action_type.value {
        Value::Known(ActionType::Authenticate) => Truth::Yes,
        Value::Known(_) | Value::Absent => Truth::No,
        Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
    };
    let message = "authenticates users, so the identity provider is called";
    let mut reasons =
        vec![(authenticates, Evidence::new(source, action.action_type.at.to_string(), message))];
    for group in action.target_groups.iter().flat_map(Links::candidates) {
        let lambda = architecture
            .target_groups
            .get(group)
            .is_some_and(|group| group.target_type.value == Value::Known(TargetType::Lambda));
        if lambda {
            reasons.push((Truth::Yes, Evidence::new(source, "", format!("invokes the function of {group}"))));
        }
    }
    reasons
}
