//! Whether traffic passes between two interfaces.
//!
//! Catalogue, definition D6: a packet passes where a rule of the sender's groups lets it out and a rule of the
//! receiver's groups lets it in.

use super::fact::Truth;
use super::interfaces::{InterfaceFacts, PeerFacts, Traffic};
use crate::model::id::SecurityGroupId;
use crate::model::links::Links;
use crate::model::network::Cidr;
use crate::model::security_group::{PortRange, Protocol};
use crate::model::value::{Unknown, Value, Why};

/// The other end of a connection.
#[derive(Debug)]
pub struct End<'a> {
    /// Its groups.
    pub groups: Option<&'a Links<SecurityGroupId>>,
    /// The blocks that its addresses lie in; unknown where they cannot be told.
    pub blocks: Value<Vec<Cidr>>,
    /// The name of the AWS-managed prefix list that stands for it.
    pub prefix_list: Option<&'a str>,
}

/// Whether some of the rules admit a port for a protocol from or to an end.
pub fn admits(rules: &[Traffic], open: &[Unknown], protocol: Protocol, port: i64, end: &End<'_>) -> Truth {
    // each block may be admitted by a rule of its own
    if let Value::Known(blocks) = &end.blocks
        && blocks.len() > 1
    {
        return Truth::all(blocks.iter().map(|block| {
            let end = End { blocks: Value::Known(vec![*block]), ..*end };
            admits(rules, open, protocol, port, &end)
        }));
    }
    let each = rules.iter().map(|rule| {
        let parts = [protocol_matches(rule, protocol), port_matches(rule, port), peer_matches(rule, end)];
        Truth::all(parts)
            .if_certain(rule.certain, || format!("{} may belong to another group", rule.resource))
    });
    let hidden = open.iter().map(|unknown| Truth::Maybe(unknown.clone()));
    Truth::any(each.chain(hidden))
}

fn protocol_matches(rule: &Traffic, protocol: Protocol) -> Truth {
    match &rule.protocol {
        Value::Known(Protocol::All) => Truth::Yes,
        Value::Known(of) if *of == protocol => Truth::Yes,
        Value::Known(_) | Value::Absent => Truth::No,
        Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
    }
}

fn port_matches(rule: &Traffic, port: i64) -> Truth {
    match &rule.ports {
        Value::Known(range) if range.contains(PortRange { from: port, to: port }) => Truth::Yes,
        Value::Known(_) | Value::Absent => Truth::No,
        Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
    }
}

fn peer_matches(rule: &Traffic, end: &End<'_>) -> Truth {
    match &rule.peer {
        PeerFacts::Cidr { cidr, .. } => within(&[*cidr], end),
        PeerFacts::PrefixList { name, .. } if end.prefix_list.is_some_and(|list| list == name) => Truth::Yes,
        PeerFacts::PrefixList { blocks, .. } if blocks.is_empty() => Truth::No,
        PeerFacts::PrefixList { blocks, .. } => within(blocks, end),
        PeerFacts::Groups { groups } => match end.groups {
            Some(of) => share_a_member(groups, of),
            None => Truth::No,
        },
        // the rule stands in a group of this interface: the other end must be a member of that group too
        PeerFacts::SelfReference => match end.groups {
            Some(of) if of.surely(&rule.group) => Truth::Yes,
            Some(of) if of.possibly(&rule.group) => Truth::Maybe(unsure(of, &rule.group)),
            _ => Truth::No,
        },
        PeerFacts::Unknown { unknown } => Truth::Maybe(unknown.clone()),
    }
}

/// Whether the addresses of an end lie within blocks.
fn within(blocks: &[Cidr], end: &End<'_>) -> Truth {
    if blocks.iter().any(|block| block.0.prefix_len() == 0 && block.0.addr().is_ipv4()) {
        return Truth::Yes;
    }
    match &end.blocks {
        Value::Known(own) if !own.is_empty() => {
            let covered = |own: &Cidr| blocks.iter().any(|block| block.0.contains(&own.0));
            if own.iter().all(covered) { Truth::Yes } else { Truth::No }
        }
        Value::Known(_) | Value::Absent => Truth::No,
        Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
    }
}

/// Whether two sets of groups have a member in common.
fn share_a_member(a: &Links<SecurityGroupId>, b: &Links<SecurityGroupId>) -> Truth {
    if a.candidates().any(|id| a.surely(id) && b.surely(id)) {
        return Truth::Yes;
    }
    let shared = a.candidates().find(|id| b.members.contains_key(*id));
    let outside = a.open.first().or(b.open.first());
    match (shared, outside) {
        (Some(id), _) => Truth::Maybe(unsure(b, id)),
        (None, Some(unknown)) => Truth::Maybe(unknown.clone()),
        (None, None) => Truth::No,
    }
}

fn unsure(groups: &Links<SecurityGroupId>, id: &SecurityGroupId) -> Unknown {
    groups
        .open
        .first()
        .cloned()
        .unwrap_or_else(|| Unknown::new(Why::Undecided, format!("whether {id} is attached")))
}

/// Whether a connection passes from one interface to another.
pub fn connects(
    from: &InterfaceFacts,
    from_end: &End<'_>,
    to: &InterfaceFacts,
    to_end: &End<'_>,
    port: i64,
) -> (Truth, Truth) {
    let out = admits(&from.egress, &from.egress_open, Protocol::Tcp, port, to_end);
    let inward = admits(&to.ingress, &to.ingress_open, Protocol::Tcp, port, from_end);
    (out, inward)
}
