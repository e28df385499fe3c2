//! Network interfaces with all the traffic that their security groups admit, rule by rule.
//!
//! Catalogue, definition D6 (normalised rules). A group's rules are permissive, so the traffic of an interface is the
//! union over its groups.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::address::{Scope, public_addresses, scope};
use super::fact::Evidence;
use super::groups::{Groups, Holder, Interface, vpc_cidrs};
use super::subnets::{SubnetClass, SubnetFacts};
use crate::model::Architecture;
use crate::model::id::{PrefixListId, SecurityGroupId, SubnetId};
use crate::model::links::Links;
use crate::model::network::Cidr;
use crate::model::origin::Basis;
use crate::model::security_group::{Peer, PortRange, Protocol, Rule, Rules};
use crate::model::value::{Unknown, Value, Why};

/// What the security groups of one owner's network interfaces come to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InterfaceFacts {
    /// What it belongs to.
    pub kind: Holder,
    /// Its effective groups.
    pub groups: Links<SecurityGroupId>,
    /// Groups are stated; otherwise the default group of the VPC applies.
    pub groups_stated: bool,
    /// Default groups among its groups, and whether they have rules at all.
    pub default_groups: BTreeMap<SecurityGroupId, bool>,
    /// It may be in a public subnet or have a public address; for the gravity of findings.
    pub exposed: bool,
    /// Traffic towards it.
    pub ingress: Vec<Traffic>,
    /// What else may be admitted.
    pub ingress_open: Vec<Unknown>,
    /// Groups that some ingress rule names for certain, where which rule is not to be told.
    pub ingress_somewhere: BTreeSet<SecurityGroupId>,
    /// Traffic from it.
    pub egress: Vec<Traffic>,
    /// What else may go out.
    pub egress_open: Vec<Unknown>,
    /// Weakest basis of all that is above.
    pub basis: Basis,
}

/// One rule with one peer, as an interface sees it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Traffic {
    /// The group it comes from.
    pub group: SecurityGroupId,
    /// The resource that states the rule.
    pub resource: String,
    /// Path of the rule within it.
    pub at: String,
    /// The interface has the rule for certain.
    pub certain: bool,
    /// Protocol.
    pub protocol: Value<Protocol>,
    /// Ports.
    pub ports: Value<PortRange>,
    /// The other end.
    pub peer: PeerFacts,
    /// The other end in words.
    pub label: String,
}

/// The other end of a rule, classified.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PeerFacts {
    /// A block.
    Cidr {
        /// The block.
        cidr: Cidr,
        /// How far it reaches.
        scope: Scope,
        /// Publicly routable addresses in it (IPv6 in /64 networks).
        public_addresses: u64,
    },
    /// A prefix list that is known by name or entries.
    PrefixList {
        /// Its name.
        name: String,
        /// AWS manages it.
        aws_managed: bool,
        /// How far its entries reach.
        scope: Scope,
        /// Publicly routable addresses in it.
        public_addresses: u64,
        /// Its entries, but for those of AWS's own lists.
        #[serde(skip)]
        blocks: Vec<Cidr>,
    },
    /// Members of security groups.
    Groups {
        /// The groups.
        groups: Links<SecurityGroupId>,
    },
    /// Members of the same group.
    #[serde(rename = "self")]
    SelfReference,
    /// Nobody can tell.
    Unknown {
        /// What is missing.
        unknown: Unknown,
    },
}

/// Derives the interfaces of every owner.
pub fn derive(
    architecture: &Architecture,
    subnets: &BTreeMap<SubnetId, SubnetFacts>,
    groups: &Groups,
) -> BTreeMap<String, InterfaceFacts> {
    let facts = groups
        .interfaces
        .iter()
        .map(|(owner, interface)| (owner.clone(), facts(architecture, subnets, owner, interface)));
    facts.collect()
}

fn facts(
    architecture: &Architecture,
    subnets: &BTreeMap<SubnetId, SubnetFacts>,
    owner: &str,
    interface: &Interface,
) -> InterfaceFacts {
    let mut facts = InterfaceFacts {
        kind: interface.kind,
        groups: interface.groups.clone(),
        groups_stated: interface.stated,
        default_groups: BTreeMap::new(),
        exposed: exposed(architecture, subnets, owner, interface),
        ingress: Vec::new(),
        ingress_open: interface.groups.open.clone(),
        ingress_somewhere: BTreeSet::new(),
        egress: Vec::new(),
        egress_open: interface.groups.open.clone(),
        basis: interface.groups.basis,
    };
    for (id, member) in &interface.groups.members {
        let Some(group) = architecture.security_groups.get(id) else {
            let unknown = Unknown::new(Why::OutsideInput, format!("the rules of {id}"));
            facts.ingress_open.push(unknown.clone());
            facts.egress_open.push(unknown);
            continue;
        };
        if group.default {
            let rules = [&group.ingress, &group.egress];
            let empty = rules.iter().all(|rules| rules.rules.is_empty() && rules.open.is_empty());
            facts.default_groups.insert(id.clone(), !empty);
        }
        let vpc = vpc_cidrs(architecture, &group.vpc);
        let mut take = |rules: &Rules, traffic: &mut Vec<Traffic>, open: &mut Vec<Unknown>| {
            for rule in &rules.rules {
                facts.basis = facts.basis.max(rule.basis).max(peer_basis(&rule.peer));
                traffic.push(self::traffic(architecture, id, rule, member.certain, &vpc));
            }
            open.extend(rules.open.iter().cloned());
        };
        take(&group.ingress, &mut facts.ingress, &mut facts.ingress_open);
        take(&group.egress, &mut facts.egress, &mut facts.egress_open);
        if member.certain {
            facts.ingress_somewhere.extend(group.ingress.somewhere.iter().cloned());
        }
    }
    facts
}

fn peer_basis(peer: &Peer) -> Basis {
    match peer {
        Peer::Groups(links) => links.basis,
        Peer::PrefixList(links) => links.basis,
        Peer::Cidr(_) | Peer::SelfReference | Peer::Unknown(_) => Basis::Value,
    }
}

/// In a public subnet, or with a public address, for certain.
fn exposed(
    architecture: &Architecture,
    subnets: &BTreeMap<SubnetId, SubnetFacts>,
    owner: &str,
    interface: &Interface,
) -> bool {
    let public = interface.subnets.iter().flat_map(Links::candidates).any(|id| {
        subnets.get(id).is_some_and(|facts| facts.class.value == Value::Known(SubnetClass::Public))
    });
    let address =
        architecture.placements.get(&owner.into()).and_then(|placement| placement.network.value.known());
    public || address.is_some_and(|network| network.assign_public_ip.value == Value::Known(true))
}

fn traffic(
    architecture: &Architecture,
    group: &SecurityGroupId,
    rule: &Rule,
    holds: bool,
    vpc: &[Cidr],
) -> Traffic {
    let (peer, label) = peer(architecture, &rule.peer, vpc);
    Traffic {
        group: group.clone(),
        resource: rule.resource.clone(),
        at: rule.at.clone(),
        certain: holds && rule.certain,
        protocol: rule.protocol.value.clone(),
        ports: rule.ports.value.clone(),
        peer,
        label,
    }
}

fn peer(architecture: &Architecture, peer: &Peer, vpc: &[Cidr]) -> (PeerFacts, String) {
    match peer {
        Peer::Cidr(cidr) => match &cidr.value {
            Value::Known(cidr) => {
                let facts = PeerFacts::Cidr {
                    cidr: *cidr,
                    scope: scope(*cidr, vpc),
                    public_addresses: public_addresses(&[*cidr], vpc),
                };
                (facts, cidr.to_string())
            }
            Value::Absent => unknown(Unknown::new(Why::Unparsable, "a rule without an address block")),
            Value::Unknown(hidden) => unknown(hidden.clone()),
        },
        Peer::PrefixList(lists) => prefix_list(architecture, lists, vpc),
        Peer::Groups(groups) => {
            let names: Vec<&str> = groups.candidates().map(AsRef::as_ref).collect();
            let certain = groups.members.values().all(|member| member.certain);
            let label = if names.is_empty() {
                "a security group".to_owned()
            } else {
                names.join(if certain { ", " } else { " or " })
            };
            (PeerFacts::Groups { groups: groups.clone() }, label)
        }
        Peer::SelfReference => (PeerFacts::SelfReference, "members of the same group".to_owned()),
        Peer::Unknown(hidden) => unknown(hidden.clone()),
    }
}

fn unknown(unknown: Unknown) -> (PeerFacts, String) {
    (PeerFacts::Unknown { unknown }, "something unknown".to_owned())
}

/// A prefix list by its entries, or by its name where AWS manages it: those names are the same in every account.
fn prefix_list(
    architecture: &Architecture,
    lists: &Links<PrefixListId>,
    vpc: &[Cidr],
) -> (PeerFacts, String) {
    if let Some(hidden) = lists.open.first() {
        return unknown(hidden.clone());
    }
    let described = lists.only().and_then(|id| Some((id, architecture.prefix_lists.get(id)?)));
    let Some((id, list)) = described else {
        let names: Vec<&str> = lists.candidates().map(AsRef::as_ref).collect();
        return unknown(Unknown::new(
            Why::Undecided,
            format!("which prefix list is meant: {}", names.join(", ")),
        ));
    };
    let name = list.name.value.known().cloned().unwrap_or_else(|| id.to_string());
    let aws_managed = list.aws_managed();
    let label = format!("prefix list {name}");
    let (scope, count) = match &list.entries.value {
        // AWS's own lists hold its public addresses, but for Lattice's link-local ones; none of them is the world
        _ if aws_managed => (if name.contains("vpc-lattice") { Scope::Private } else { Scope::Public }, 0),
        Value::Known(entries) => {
            let widest = entries.iter().map(|cidr| scope(*cidr, vpc)).max().unwrap_or(Scope::Private);
            (widest, public_addresses(entries, vpc))
        }
        Value::Unknown(hidden) => return unknown(hidden.clone()),
        Value::Absent => (Scope::Private, 0),
    };
    let blocks = match &list.entries.value {
        Value::Known(entries) if !aws_managed => entries.clone(),
        _ => Vec::new(),
    };
    (PeerFacts::PrefixList { name, aws_managed, scope, public_addresses: count, blocks }, label)
}

impl Traffic {
    /// The rule as evidence.
    pub fn evidence(&self, message: impl Into<String>) -> Evidence {
        Evidence::new(&self.resource, &self.at, message)
    }
}
