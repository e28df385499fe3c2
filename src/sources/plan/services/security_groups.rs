//! Security groups: inline rules, rule resources of both generations, and what of a refreshed state still holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Mapper;
use crate::model::id::{PrefixListId, SecurityGroupId, VpcId};
use crate::model::links::Links;
use crate::model::network::Cidr;
use crate::model::origin::Basis;
use crate::model::security_group::{Peer, PortRange, Protocol, Rule, Rules, SecurityGroup};
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::plan::config::Expression;
use crate::sources::plan::field::{Config, Field};
use crate::sources::plan::instances::Action;
use crate::sources::plan::links::Arity;
use crate::sources::plan::targets::DEFAULT_GROUP;

type Groups = BTreeMap<SecurityGroupId, SecurityGroup>;

pub(super) fn map(mapper: &mut Mapper<'_>) {
    let mut groups = Groups::new();
    for at in mapper.of_types(&["aws_security_group", "aws_default_security_group"]) {
        groups.insert(SecurityGroupId::from(mapper.address(at)), group(mapper, at));
    }
    default_groups(mapper, &mut groups);
    standalone(mapper, &mut groups);
    mapper.architecture.security_groups = groups;
}

fn group(mapper: &Mapper<'_>, at: usize) -> SecurityGroup {
    let instance = mapper.reader.instance(at);
    let name = mapper.field(at, "name").leaf().text();
    let default = instance.kind == "aws_default_security_group"
        || (instance.data && name.value == Value::Known("default".to_owned()));
    let rules = |direction: Direction| {
        if instance.data {
            let fact = format!("the rules of {}, which its data source does not return", instance.address);
            let remedy = "manage the group and its rules in the same configuration, or look at them by hand";
            let unknown = Unknown::with_remedy(Why::OutsideInput, fact, remedy);
            return Rules { open: vec![unknown], ..Rules::default() };
        }
        inline(mapper, at, direction)
    };
    SecurityGroup {
        vpc: mapper.one(at, "vpc_id"),
        default,
        ingress: rules(Direction::Ingress),
        egress: rules(Direction::Egress),
        conflict: false,
    }
}

/// Default groups that no resource manages: that of a VPC which the plan creates admits its own members and lets
/// everything out (VPC user guide, "Default security groups for your VPCs"); that of an existing one may have changed.
fn default_groups(mapper: &mut Mapper<'_>, groups: &mut Groups) {
    let vpcs: Vec<usize> = mapper.reader.of_types(&["aws_vpc", "aws_default_vpc"]).collect();
    // a resource that manages the default group of nobody knows which VPC
    let unplaced: Vec<Unknown> = mapper
        .reader
        .of_types(&["aws_default_security_group"])
        .filter_map(|at| {
            mapper.reader.peek::<VpcId>(&mapper.field(at, "vpc_id"), Arity::One).hidden().next().cloned()
        })
        .collect();
    for at in vpcs {
        let address = mapper.address(at);
        let id = format!("{address}{DEFAULT_GROUP}");
        if mapper.reader.alias(&id).is_some() {
            continue;
        }
        let instance = mapper.reader.instance(at);
        let created = instance.action == Action::Create && instance.kind != "aws_default_vpc";
        let rule = |peer: Peer| Rule {
            resource: id.clone(),
            at: "default_security_group_id".to_owned(),
            certain: true,
            basis: Basis::Value,
            protocol: Attr::known(Protocol::All, "default_security_group_id"),
            ports: Attr::known(PortRange::ALL, "default_security_group_id"),
            peer,
        };
        let world = |text: &str| text.parse::<Cidr>().ok().map(|cidr| Peer::Cidr(Attr::known(cidr, "")));
        let rules = |peers: Vec<Peer>| {
            let open = if created {
                unplaced.clone()
            } else {
                let fact =
                    format!("the default security group of {address}, which the input does not describe");
                vec![Unknown::new(Why::OutsideInput, fact)]
            };
            let rules = if created { peers.into_iter().map(rule).collect() } else { Vec::new() };
            Rules { rules, open, somewhere: BTreeSet::new() }
        };
        let group = SecurityGroup {
            vpc: Links::known([VpcId::from(address)], "vpc_id"),
            default: true,
            ingress: rules(vec![Peer::SelfReference]),
            egress: rules(["0.0.0.0/0", "::/0"].into_iter().filter_map(world).collect()),
            conflict: false,
        };
        groups.insert(SecurityGroupId::from(id.as_str()), group);
        mapper.register_part(&id, "default_security_group", address);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ingress,
    Egress,
}

impl Direction {
    fn attribute(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }
}

/// The inline rules of a group. A group that does not configure any leaves them to rule resources; its refreshed state
/// then lists what was there when it was read, of which the rules of such resources are left out.
fn inline(mapper: &Mapper<'_>, at: usize, direction: Direction) -> Rules {
    let field = mapper.field(at, direction.attribute());
    let address = mapper.address(at);
    let mut rules = Rules::default();
    let blocks = match field.blocks() {
        Ok(blocks) => blocks,
        Err(unknown) => {
            rules.open.push(unknown);
            return rules;
        }
    };
    for block in &blocks {
        rules.rules.extend(
            peers(mapper, block, Form::Inline)
                .into_iter()
                .map(|peer| rule(block, address, (true, Basis::Value), peer)),
        );
    }
    let refreshed = !field.configured() || !mapper.reader.has_configuration();
    if refreshed && mapper.reader.instance(at).action == Action::Keep {
        let managed = standalone_before(mapper, at, direction);
        rules
            .rules
            .retain(|rule| !signature(rule, mapper).is_some_and(|signature| managed.contains(&signature)));
    }
    share_out(&field, &mut rules);
    rules
}

/// All blocks of an attribute share one expression. Where several rules have unknown groups, which rule names which is
/// not to be told; that each group is named by some rule is certain.
fn share_out(field: &Field<'_>, rules: &mut Rules) {
    if !matches!(field.config, Config::Own(Expression::References(_))) {
        return;
    }
    let unknown =
        |rule: &&mut Rule| matches!(&rule.peer, Peer::Groups(links) if links.basis == Basis::Reference);
    // a group that another block is known to name may be mentioned for that one alone
    let named_elsewhere: BTreeSet<SecurityGroupId> = rules
        .rules
        .iter()
        .filter_map(|rule| match &rule.peer {
            Peer::Groups(links) if links.basis == Basis::Value => Some(links.members.keys().cloned()),
            _ => None,
        })
        .flatten()
        .collect();
    let mut slots: Vec<&mut Rule> = rules.rules.iter_mut().filter(unknown).collect();
    for slot in &mut slots {
        let Peer::Groups(links) = &mut slot.peer else { continue };
        for (id, member) in &mut links.members {
            member.certain &= !named_elsewhere.contains(id);
        }
    }
    if slots.len() < 2 {
        return;
    }
    for slot in &mut slots {
        let Peer::Groups(links) = &mut slot.peer else { continue };
        for (id, member) in &mut links.members {
            if member.certain {
                rules.somewhere.insert(id.clone());
            }
            member.certain = false;
        }
    }
}

/// Notation of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A block of a group.
    Inline,
    /// `aws_security_group_rule`.
    Rule,
    /// `aws_vpc_security_group_ingress_rule` and `_egress_rule`.
    VpcRule,
}

/// The other ends of a rule, one by one.
fn peers(mapper: &Mapper<'_>, place: &Field<'_>, form: Form) -> Vec<Peer> {
    let mut peers = Vec::new();
    let lists: &[&str] = match form {
        Form::Inline | Form::Rule => &["cidr_blocks", "ipv6_cidr_blocks"],
        Form::VpcRule => &[],
    };
    for name in lists {
        match place.get(name).elements() {
            Ok(elements) => peers.extend(
                elements
                    .into_iter()
                    .filter_map(|leaf| cidr_peer(leaf.word("a CIDR block", |text| text.parse().ok()))),
            ),
            Err(unknown) => peers.push(Peer::Unknown(unknown)),
        }
    }
    if form == Form::VpcRule {
        for name in ["cidr_ipv4", "cidr_ipv6"] {
            peers.extend(cidr_peer(super::network::cidr(&place.get(name))));
        }
    }
    let (list, group, arity) = match form {
        Form::Inline => ("prefix_list_ids", "security_groups", Arity::Many),
        Form::Rule => ("prefix_list_ids", "source_security_group_id", Arity::One),
        Form::VpcRule => ("prefix_list_id", "referenced_security_group_id", Arity::One),
    };
    let lists: Links<PrefixListId> =
        mapper.reader.links(&place.get(list), if form == Form::VpcRule { Arity::One } else { Arity::Many });
    let all_certain = lists.closed() && lists.members.values().all(|member| member.certain);
    if lists.stated && all_certain && lists.members.len() > 1 {
        peers.extend(lists.members.keys().map(|id| {
            let one = Links::known([id.clone()], lists.at.clone());
            Peer::PrefixList(Links { basis: lists.basis, ..one })
        }));
    } else if lists.stated {
        peers.push(Peer::PrefixList(lists));
    }
    let groups: Links<SecurityGroupId> = mapper.reader.links(&place.get(group), arity);
    if groups.stated {
        peers.push(Peer::Groups(groups));
    }
    match place.get("self").leaf().flag().value {
        Value::Known(true) => peers.push(Peer::SelfReference),
        Value::Known(false) | Value::Absent => {}
        Value::Unknown(unknown) => peers.push(Peer::Unknown(unknown)),
    }
    peers
}

fn cidr_peer(cidr: Attr<Cidr>) -> Option<Peer> {
    match cidr.value {
        Value::Known(_) => Some(Peer::Cidr(cidr)),
        Value::Absent => None,
        Value::Unknown(unknown) => Some(Peer::Unknown(unknown)),
    }
}

fn rule(place: &Field<'_>, resource: &str, (certain, basis): (bool, Basis), peer: Peer) -> Rule {
    let protocol = place.get("protocol");
    let protocol = if protocol.value.is_some() || protocol.wholly_unknown() {
        protocol
    } else {
        place.get("ip_protocol")
    };
    let protocol = protocol.leaf().word("an IP protocol", Protocol::parse);
    let ports = ports(&protocol, place);
    Rule { resource: resource.to_owned(), at: place.at.clone(), certain, basis, protocol, ports, peer }
}

/// The ports of a rule: all of them for protocols without any and where none are stated (EC2 API, `IpPermission`).
fn ports(protocol: &Attr<Protocol>, place: &Field<'_>) -> Attr<PortRange> {
    let at = place.get("from_port").at;
    let (from, to) = (place.get("from_port").leaf().int(), place.get("to_port").leaf().int());
    match &protocol.value {
        Value::Known(Protocol::All | Protocol::Other) => return Attr::known(PortRange::ALL, at),
        Value::Unknown(unknown) => return Attr::unknown(unknown.clone(), at),
        Value::Known(_) | Value::Absent => {}
    }
    match (from.value, to.value) {
        (Value::Known(from), Value::Known(to)) => Attr::known(PortRange { from, to }, at),
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Attr::unknown(unknown, at),
        (Value::Known(port), Value::Absent) | (Value::Absent, Value::Known(port)) => {
            Attr::known(PortRange { from: port, to: port }, at)
        }
        (Value::Absent, Value::Absent) => Attr::known(PortRange::ALL, at),
    }
}

/// Rule resources: their Terraform type, their notation, and the direction where the type says it.
const RULE_TYPES: [(&str, Form, Option<Direction>); 3] = [
    ("aws_security_group_rule", Form::Rule, None),
    ("aws_vpc_security_group_ingress_rule", Form::VpcRule, Some(Direction::Ingress)),
    ("aws_vpc_security_group_egress_rule", Form::VpcRule, Some(Direction::Egress)),
];

fn standalone(mapper: &mut Mapper<'_>, groups: &mut Groups) {
    for (kind, form, direction) in RULE_TYPES {
        for at in mapper.managed(&[kind]) {
            let stated = mapper.field(at, "type").leaf().text().value;
            let directions: &[Direction] = match (direction, &stated) {
                (Some(direction), _) => &[direction],
                (None, Value::Known(kind)) if kind == "ingress" => &[Direction::Ingress],
                (None, Value::Known(kind)) if kind == "egress" => &[Direction::Egress],
                (None, _) => &[Direction::Ingress, Direction::Egress],
            };
            for direction in directions {
                add_standalone(mapper, groups, at, form, *direction, directions.len() == 1);
            }
        }
    }
}

fn add_standalone(
    mapper: &Mapper<'_>,
    groups: &mut Groups,
    at: usize,
    form: Form,
    direction: Direction,
    sure_of_direction: bool,
) {
    let address = mapper.address(at);
    let of: Links<SecurityGroupId> = mapper.one(at, "security_group_id");
    let place = mapper.reader.root(at);
    let peers = peers(mapper, &place, form);
    for (id, member) in &of.members {
        let Some(group) = groups.get_mut(id) else { continue };
        let inline_too =
            group.ingress.rules.iter().chain(&group.egress.rules).any(|rule| rule.resource == id.as_str());
        // a state does not tell how a rule was written
        group.conflict |= inline_too && mapper.reader.has_configuration();
        let certain = member.certain && sure_of_direction;
        let rules = rules_of(group, direction);
        for peer in &peers {
            // naming its own group is the same as `self`
            let own = matches!(peer, Peer::Groups(links) if links.only() == Some(id));
            let peer = if own { Peer::SelfReference } else { peer.clone() };
            rules.rules.push(rule(&place, address, (certain, of.basis), peer));
        }
    }
    if let Some(hidden) = of.hidden().next() {
        let fact = format!("{address} may belong to it: {}", hidden.fact);
        let unknown = Unknown::with_remedy(hidden.why, fact, hidden.remedy.clone());
        let others = groups.iter_mut().filter(|(id, _)| !of.members.contains_key(*id));
        others.for_each(|(_, group)| rules_of(group, direction).open.push(unknown.clone()));
    }
}

fn rules_of(group: &mut SecurityGroup, direction: Direction) -> &mut Rules {
    match direction {
        Direction::Ingress => &mut group.ingress,
        Direction::Egress => &mut group.egress,
    }
}

/// A rule with one peer, reduced to what two notations of it have in common.
type Signature = (Protocol, PortRange, String);

/// What rule resources of a group were before this plan.
fn standalone_before(mapper: &Mapper<'_>, group: usize, direction: Direction) -> BTreeSet<Signature> {
    let instances = mapper.reader.instances();
    let Some(id) = mapper.reader.instance(group).after.get().get("id").and_then(Json::as_str) else {
        return BTreeSet::new();
    };
    let mut found = BTreeSet::new();
    // what Terraform forgets stays where it is
    let gone = instances.gone.iter().filter(|instance| instance.action == Action::Gone);
    for instance in instances.all.iter().chain(gone) {
        let Some((_, form, of_type)) = RULE_TYPES.iter().find(|(kind, ..)| instance.kind == *kind) else {
            continue;
        };
        // a state has nothing but what is there now
        let before =
            if instance.before.get().is_null() { instance.after.get() } else { instance.before.get() };
        let text = |name: &str| before.get(name).and_then(Json::as_str);
        let same_direction =
            of_type.map_or_else(|| text("type") == Some(direction.attribute()), |of| of == direction);
        if same_direction && text("security_group_id") == Some(id) {
            found.extend(signatures(before, *form, id));
        }
    }
    found
}

fn signatures(before: &Json, form: Form, own: &str) -> Vec<Signature> {
    let texts = |name: &str| match before.get(name) {
        Some(Json::String(text)) if !text.is_empty() => vec![text.clone()],
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let (protocol, names): (_, &[&str]) = match form {
        Form::Inline | Form::Rule => (
            texts("protocol"),
            &["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "source_security_group_id"],
        ),
        Form::VpcRule => (
            texts("ip_protocol"),
            &["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"],
        ),
    };
    let Some(protocol) = protocol.first().and_then(|text| Protocol::parse(text)) else { return Vec::new() };
    let port = |name: &str| before.get(name).and_then(Json::as_i64);
    let ports = match (protocol, port("from_port"), port("to_port")) {
        (Protocol::All | Protocol::Other, ..) => PortRange::ALL,
        (_, Some(from), Some(to)) => PortRange { from, to },
        _ => PortRange::ALL,
    };
    let mut peers: Vec<String> = names.iter().flat_map(|name| texts(name)).collect();
    if before.get("self") == Some(&Json::Bool(true)) || peers.iter().any(|peer| peer == own) {
        peers.push(SELF.to_owned());
    }
    peers.into_iter().map(|peer| (protocol, ports, peer)).collect()
}

const SELF: &str = "self";

/// The signature of a rule whose peer is known by value.
fn signature(rule: &Rule, mapper: &Mapper<'_>) -> Option<Signature> {
    let id_of = |address: &str| {
        let at = mapper.reader.instances().all.iter().find(|instance| instance.address == address)?;
        at.after.get().get("id").and_then(Json::as_str).map(str::to_owned)
    };
    let peer = match &rule.peer {
        Peer::Cidr(cidr) => cidr.value.known()?.to_string(),
        Peer::PrefixList(lists) => id_of(lists.only()?.as_str())?,
        Peer::Groups(groups) => id_of(groups.only()?.as_str())?,
        Peer::SelfReference => SELF.to_owned(),
        Peer::Unknown(_) => return None,
    };
    Some((*rule.protocol.value.known()?, *rule.ports.value.known()?, peer))
}
