//! Route tables to subnets: which table serves a subnet, whether it is public, where its default route leads.
//!
//! Catalogue, definitions D1 (effective route table), D2 (class) and D3 (egress).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::address::has_public;
use super::fact::{Evidence, Fact, Truth};
use crate::model::Architecture;
use crate::model::id::{RouteTableId, SubnetId, VpcId};
use crate::model::links::{Links, Member};
use crate::model::network::{
    BlockPublicAccess, Cidr, Destination, Route, RouteTable, RouteTableAssociation, RouteTarget, Subnet,
};
use crate::model::origin::Basis;
use crate::model::value::{Unknown, Value, Why};

/// Class of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubnetClass {
    /// A route leads from it to the internet and back.
    Public,
    /// No such route exists.
    Private,
}

/// Where the IPv4 default route of a subnet leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Egress {
    /// To a public NAT gateway.
    Nat,
    /// To an internet gateway: usable only with a public address.
    Igw,
    /// Nowhere.
    None,
    /// To something from which internet reach cannot be proven: transit gateway, appliance, private NAT gateway.
    Other,
}

/// What follows for a subnet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SubnetFacts {
    /// Public or private.
    pub class: Fact<SubnetClass>,
    /// Where its default route leads.
    pub egress: Fact<Egress>,
    /// The tables that may serve it; one for certain in most cases.
    pub route_tables: Links<RouteTableId>,
    /// VPC Block Public Access stops its traffic through internet gateways, both ways.
    pub blocked: Fact<bool>,
}

/// Derives the facts of every subnet.
pub fn derive(architecture: &Architecture) -> BTreeMap<SubnetId, SubnetFacts> {
    let facts = architecture.subnets.iter().map(|(id, subnet)| {
        let (tables, via) = effective_tables(architecture, id, subnet);
        let class = over_tables(&tables, id, "its class", |table| class(architecture, table, subnet));
        let egress = over_tables(&tables, id, "its default route", |table| egress(architecture, table));
        let with_via = |evidence: Vec<Evidence>| via.iter().cloned().chain(evidence).collect();
        let facts = SubnetFacts {
            class: Fact { evidence: with_via(class.evidence), basis: class.basis.max(tables.basis), ..class },
            egress: Fact {
                evidence: with_via(egress.evidence),
                basis: egress.basis.max(tables.basis),
                ..egress
            },
            route_tables: tables,
            blocked: blocked(architecture, id, subnet),
        };
        (id.clone(), facts)
    });
    facts.collect()
}

/// The tables that may serve a subnet: that of its association, else the main table of its VPC.
fn effective_tables(
    architecture: &Architecture,
    id: &SubnetId,
    subnet: &Subnet,
) -> (Links<RouteTableId>, Vec<Evidence>) {
    let associations = || architecture.route_table_associations.iter().filter(|of| of.subnet.stated);
    if let Some(association) = associations().find(|of| of.subnet.surely(id)) {
        let mut tables = association.route_table.clone();
        tables.basis = tables.basis.max(association.subnet.basis);
        let names = names(&tables);
        let evidence = Evidence::new(
            &association.resource,
            "route_table_id",
            format!("{id} is associated with {names}"),
        );
        return (tables, vec![evidence]);
    }
    // one of several associations may be this subnet's: the instances of one block, of which each serves one subnet
    let candidates: Vec<_> = associations().filter(|of| of.subnet.members.contains_key(id)).collect();
    if !candidates.is_empty() {
        let mut tables = union(candidates.iter().map(|of| &of.route_table));
        if !covers(&candidates) {
            let main = main_tables(architecture, subnet, id);
            tables.members.extend(main.0.members);
            tables.open.extend(main.0.open);
        }
        tables.basis = Basis::Reference;
        tables.members.values_mut().for_each(|member| member.certain = tables_are_one(&candidates));
        let evidence = candidates.iter().map(|of| {
            Evidence::new(
                &of.resource,
                "subnet_id",
                format!("may associate {id} with {}", names(&of.route_table)),
            )
        });
        return (tables, evidence.collect());
    }
    let (mut tables, evidence) = main_tables(architecture, subnet, id);
    for association in associations() {
        if let Some(hidden) = association.subnet.hidden().next() {
            let fact = format!(
                "{} may associate {id} with another route table: {}",
                association.resource, hidden.fact
            );
            tables.open.push(Unknown::with_remedy(hidden.why, fact, hidden.remedy.clone()));
        }
    }
    (tables, evidence)
}

/// Whether as many associations share these candidates as there are candidates, so that each has one.
fn covers(candidates: &[&RouteTableAssociation]) -> bool {
    let subnets: BTreeSet<&SubnetId> = candidates.iter().flat_map(|of| of.subnet.candidates()).collect();
    candidates.len() >= subnets.len()
}

fn tables_are_one(candidates: &[&RouteTableAssociation]) -> bool {
    let tables: BTreeSet<&RouteTableId> =
        candidates.iter().flat_map(|of| of.route_table.candidates()).collect();
    tables.len() == 1
}

fn union<'a>(links: impl Iterator<Item = &'a Links<RouteTableId>>) -> Links<RouteTableId> {
    let mut all = Links { stated: true, ..Links::absent("route_table_id") };
    for one in links {
        all.members.extend(one.members.keys().map(|id| (id.clone(), Member { certain: false })));
        all.open.extend(one.open.iter().cloned());
        all.basis = all.basis.max(one.basis);
    }
    all
}

fn names(tables: &Links<RouteTableId>) -> String {
    let names: Vec<&str> = tables.candidates().map(RouteTableId::as_str).collect();
    if names.is_empty() { "a route table outside the input".to_owned() } else { names.join(" or ") }
}

/// The main table of a subnet's VPC.
fn main_tables(
    architecture: &Architecture,
    subnet: &Subnet,
    id: &SubnetId,
) -> (Links<RouteTableId>, Vec<Evidence>) {
    let Some(vpc) = subnet.vpc.only() else {
        let unknown = subnet.vpc.open.first().cloned().unwrap_or_else(|| {
            Unknown::new(Why::OutsideInput, format!("the VPC of {id}, whose main route table applies"))
        });
        return (Links::unknown(unknown, "vpc_id"), Vec::new());
    };
    let (mut tables, evidence) = main_table_of(architecture, vpc);
    tables.basis = tables.basis.max(subnet.vpc.basis);
    let fact = format!("{id} has no association, so the main route table applies: {}", names(&tables));
    let mut chain = vec![Evidence::new(id.as_str(), "", fact)];
    chain.extend(evidence);
    (tables, chain)
}

fn main_table_of(architecture: &Architecture, vpc: &VpcId) -> (Links<RouteTableId>, Vec<Evidence>) {
    let associations = || architecture.route_table_associations.iter().filter(|of| of.main_of.stated);
    if let Some(association) = associations().find(|of| of.main_of.surely(vpc)) {
        let evidence =
            Evidence::new(&association.resource, "route_table_id", format!("main route table of {vpc}"));
        return (association.route_table.clone(), vec![evidence]);
    }
    let mains = architecture.route_tables.iter().filter(|(_, table)| table.main && table.vpc.surely(vpc));
    let mut tables = Links::known(mains.map(|(id, _)| id.clone()), "main_route_table_id");
    for association in associations() {
        if association.main_of.possibly(vpc) {
            let fact = format!("{} may replace the main route table of {vpc}", association.resource);
            tables.open.push(Unknown::new(Why::Undecided, fact));
        }
    }
    if tables.members.is_empty() {
        let fact = format!("the main route table of {vpc}, which the input does not describe");
        tables.open.push(Unknown::new(Why::OutsideInput, fact));
    }
    (tables, Vec::new())
}

/// The common answer of all tables that may serve a subnet.
fn over_tables<T: Copy + PartialEq>(
    tables: &Links<RouteTableId>,
    id: &SubnetId,
    what: &str,
    mut answer: impl FnMut(&RouteTableId) -> Fact<T>,
) -> Fact<T> {
    let facts: Vec<Fact<T>> = tables.candidates().map(&mut answer).collect();
    let mut values = facts.iter().map(|fact| fact.value.clone());
    let value = tables.agree(&format!("{id}: {what}"), |_| values.next().unwrap_or(Value::Absent));
    match value {
        Value::Known(known) => {
            let basis = facts.iter().map(|fact| fact.basis).max().unwrap_or_default();
            let evidence = facts.into_iter().flat_map(|fact| fact.evidence).collect();
            Fact::known(known, basis, evidence)
        }
        Value::Unknown(unknown) => Fact::unknown(unknown),
        Value::Absent => Fact::unknown(Unknown::new(
            Why::OutsideInput,
            format!("{id}: no route table is known to serve it"),
        )),
    }
}

/// Public iff a route leads to the internet for any publicly routable destination.
fn class(architecture: &Architecture, id: &RouteTableId, subnet: &Subnet) -> Fact<SubnetClass> {
    let Some(table) = architecture.route_tables.get(id) else { return Fact::unknown(undescribed(id)) };
    let mut doubts = table.open.clone();
    for route in table.routes.iter().filter(|route| !route.blackhole) {
        match leads_to_internet(architecture, route, subnet) {
            Truth::Yes => {
                let shown = route.target_shown.as_deref().unwrap_or("an internet gateway");
                let message = format!("route {} leads to {shown}", shown_destination(route));
                let evidence = Evidence::new(&route.resource, route.target.at.to_string(), message);
                return Fact::known(SubnetClass::Public, route.basis, vec![evidence]);
            }
            Truth::No => {}
            Truth::Maybe(unknown) => doubts.push(unknown),
        }
    }
    if let Some(unknown) = doubts.into_iter().next() {
        Fact::unknown(unknown)
    } else {
        let basis = table.routes.iter().map(|route| route.basis).max().unwrap_or_default();
        let evidence = Evidence::new(id.as_str(), "", "no route leads to an internet gateway");
        Fact::known(SubnetClass::Private, basis, vec![evidence])
    }
}

fn undescribed(id: &RouteTableId) -> Unknown {
    Unknown::new(Why::OutsideInput, format!("{id} is not described in the input"))
}

/// Whether a route leads from a subnet to the internet and back.
fn leads_to_internet(architecture: &Architecture, route: &Route, subnet: &Subnet) -> Truth {
    let gateway = match &route.target.value {
        Value::Known(RouteTarget::InternetGateway | RouteTarget::CarrierGateway) => Truth::Yes,
        Value::Known(_) | Value::Absent => Truth::No,
        Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
    };
    let destination = match &route.destination {
        Destination::Cidr(cidr) => match &cidr.value {
            Value::Known(cidr) if cidr.0.addr().is_ipv6() && has_public(*cidr) => {
                Truth::of(&subnet.ipv6.value)
            }
            Value::Known(cidr) if has_public(*cidr) => Truth::Yes,
            Value::Known(_) | Value::Absent => Truth::No,
            Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
        },
        Destination::PrefixList(lists) => prefix_list_is_public(architecture, lists),
        Destination::Unknown(unknown) => Truth::Maybe(unknown.clone()),
    };
    Truth::all([gateway, destination])
        .if_certain(route.certain, || format!("{} may belong to another table", route.resource))
}

fn prefix_list_is_public(
    architecture: &Architecture,
    lists: &Links<crate::model::id::PrefixListId>,
) -> Truth {
    let answer =
        lists.agree("the entries of the prefix list", |id| match architecture.prefix_lists.get(id) {
            Some(list) => match (&list.entries.value, &list.name.value) {
                (Value::Known(entries), _) if !entries.is_empty() => {
                    Value::Known(entries.iter().any(|cidr| has_public(*cidr)))
                }
                // lists that AWS manages hold its own public addresses, but for Lattice's link-local ones
                (_, Value::Known(name)) if name.starts_with("com.amazonaws.") => {
                    Value::Known(!name.contains("vpc-lattice"))
                }
                (Value::Unknown(unknown), _) => Value::Unknown(unknown.clone()),
                _ => Value::Known(false),
            },
            None => Value::Unknown(Unknown::new(Why::OutsideInput, format!("the entries of {id}"))),
        });
    Truth::of(&answer)
}

fn shown_destination(route: &Route) -> String {
    match &route.destination {
        Destination::Cidr(cidr) => {
            cidr.value.known().map_or_else(|| "(unknown)".to_owned(), ToString::to_string)
        }
        Destination::PrefixList(lists) => {
            let names: Vec<&str> = lists.candidates().map(AsRef::as_ref).collect();
            format!("prefix list {}", names.join(" or "))
        }
        Destination::Unknown(_) => "(unknown)".to_owned(),
    }
}

/// The target of the IPv4 default route.
fn egress(architecture: &Architecture, id: &RouteTableId) -> Fact<Egress> {
    let Some(table) = architecture.route_tables.get(id) else { return Fact::unknown(undescribed(id)) };
    let routes = default_routes(table);
    let mut facts = routes.iter().map(|route| egress_of(architecture, route));
    let Some(first) = facts.next() else {
        let unseen = table.routes.iter().find_map(|route| match &route.destination {
            Destination::Unknown(unknown) => Some(unknown.clone()),
            Destination::Cidr(cidr) => cidr.value.unknown().cloned(),
            Destination::PrefixList(_) => None,
        });
        let propagated = table.propagating.members.keys().next();
        let hidden = table.open.first().or(table.propagating.hidden().next()).cloned();
        return match (hidden.or(unseen), propagated) {
            (None, Some(gateway)) => {
                let message = format!("{gateway} propagates routes to it, a default route perhaps");
                let evidence = Evidence::new(id.as_str(), "propagating_vgws", message);
                Fact::known(Egress::Other, table.propagating.basis, vec![evidence])
            }
            (Some(unknown), _) => Fact::unknown(unknown),
            (None, None) => Fact::known(
                Egress::None,
                table.routes.iter().map(|route| route.basis).max().unwrap_or_default(),
                vec![Evidence::new(id.as_str(), "", "no IPv4 default route")],
            ),
        };
    };
    // the halves of a split default may lead to different places
    facts.fold(first, |all, next| match (&all.value, &next.value) {
        (Value::Unknown(_), _) => all,
        (_, Value::Unknown(_)) => next,
        (a, b) if a == b => all,
        _ => Fact { value: Value::Known(Egress::Other), ..all },
    })
}

/// The route for all of IPv4, or the two for its halves.
fn default_routes(table: &RouteTable) -> Vec<&Route> {
    let to = |block: &str| {
        let block: Option<Cidr> = block.parse().ok();
        table.routes.iter().filter(|route| !route.blackhole).find(|route| match &route.destination {
            Destination::Cidr(cidr) => cidr.value.known().is_some() && cidr.value.known().copied() == block,
            Destination::PrefixList(_) | Destination::Unknown(_) => false,
        })
    };
    match (to("0.0.0.0/1"), to("128.0.0.0/1"), to("0.0.0.0/0")) {
        (Some(low), Some(high), _) => vec![low, high],
        (_, _, Some(whole)) => vec![whole],
        _ => Vec::new(),
    }
}

fn egress_of(architecture: &Architecture, route: &Route) -> Fact<Egress> {
    if !route.certain {
        let fact = format!("{} may belong to another table", route.resource);
        return Fact::unknown(Unknown::new(Why::Undecided, fact));
    }
    let shown = route.target_shown.as_deref().unwrap_or("its target");
    let evidence = || {
        vec![Evidence::new(
            &route.resource,
            route.target.at.to_string(),
            format!("default route leads to {shown}"),
        )]
    };
    let known = |egress| Fact::known(egress, route.basis, evidence());
    match &route.target.value {
        Value::Known(RouteTarget::NatGateway) => {
            let public =
                route.nat_gateway.agree("the NAT gateway", |id| match architecture.nat_gateways.get(id) {
                    Some(gateway) => gateway.public.value.clone(),
                    None => Value::Absent,
                });
            match public {
                Value::Known(true) | Value::Absent => known(Egress::Nat),
                Value::Known(false) => known(Egress::Other),
                Value::Unknown(unknown) => Fact::unknown(unknown),
            }
        }
        Value::Known(RouteTarget::InternetGateway | RouteTarget::CarrierGateway) => known(Egress::Igw),
        Value::Known(RouteTarget::EgressOnlyInternetGateway | RouteTarget::Local) => known(Egress::None),
        Value::Known(_) => known(Egress::Other),
        Value::Absent => Fact::unknown(Unknown::new(
            Why::Unparsable,
            format!("{}: a route without target", route.resource),
        )),
        Value::Unknown(unknown) => Fact::unknown(unknown.clone()),
    }
}

/// Whether VPC Block Public Access covers a subnet.
fn blocked(architecture: &Architecture, id: &SubnetId, subnet: &Subnet) -> Fact<bool> {
    // it holds for one region
    let here = |options: &&BlockPublicAccess| match (&options.region.value, &subnet.region.value) {
        (Value::Known(of), Value::Known(own)) => of == own,
        _ => true,
    };
    let all: Vec<&BlockPublicAccess> = architecture.block_public_access.iter().filter(here).collect();
    let parts = all.iter().map(|options| {
        let vpc = subnet.vpc.only();
        let by_vpc = options.excluded_vpcs.iter().any(|of| vpc.is_none_or(|vpc| of.possibly(vpc)));
        let by_subnet = options.excluded_subnets.iter().any(|of| of.stated && of.possibly(id));
        if by_vpc || by_subnet { Truth::No } else { Truth::of(&options.bidirectional.value) }
    });
    let evidence = all.iter().map(|options| {
        Evidence::new(
            &options.resource,
            "internet_gateway_block_mode",
            "VPC Block Public Access is bidirectional",
        )
    });
    match Truth::any(parts) {
        Truth::Yes => Fact::known(true, Basis::Value, evidence.collect()),
        // a doubt is no protection
        Truth::No | Truth::Maybe(_) => Fact::known(false, Basis::Value, Vec::new()),
    }
}
