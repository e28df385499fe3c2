//! What stands in front of a load balancer: web ACLs and CloudFront.

use schemars::JsonSchema;
use serde::Serialize;

use super::fact::{Evidence, Fact, Truth};
use super::groups::Groups;
use crate::model::Architecture;
use crate::model::elb::{Action, ActionType, SecretHeader};
use crate::model::id::{LoadBalancerId, SecurityGroupId};
use crate::model::origin::Basis;
use crate::model::security_group::{Peer, Rules};
use crate::model::value::{Unknown, Value, Why};
use crate::model::waf::WebAclAssociation;

/// The prefix list of the addresses from which CloudFront calls origins; its IPv6 counterpart starts the same way.
pub const CLOUDFRONT_ORIGIN_FACING: &str = "com.amazonaws.global.cloudfront.origin-facing";

/// Protection by a web ACL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// A `WAFv2` web ACL.
    Wafv2,
    /// Only one of WAF Classic.
    Classic,
    /// None.
    None,
}

/// The web ACL of a load balancer.
pub fn web_acl(architecture: &Architecture, id: &LoadBalancerId) -> Fact<Protection> {
    // AWS refuses to associate an ACL of CloudFront's with a load balancer (WAFV2 `AssociateWebACL`)
    let regional = |association: &&WebAclAssociation| {
        let acl = association.web_acl.only().and_then(|acl| architecture.web_acls.get(acl));
        acl.is_none_or(|acl| acl.scope.value.known().is_none_or(|scope| scope != "CLOUDFRONT"))
    };
    let of = |classic: bool| {
        let of_kind = architecture.web_acl_associations.iter().filter(move |of| of.classic == classic);
        of_kind.filter(regional)
    };
    for (classic, protection) in [(false, Protection::Wafv2), (true, Protection::Classic)] {
        if let Some(association) = of(classic).find(|of| of.load_balancer.surely(id)) {
            let evidence =
                Evidence::new(&association.resource, "resource_arn", format!("attaches a web ACL to {id}"));
            return Fact::known(protection, association.load_balancer.basis, vec![evidence]);
        }
        if let Some(association) =
            of(classic).find(|of| of.load_balancer.stated && of.load_balancer.possibly(id))
        {
            let hidden = association.load_balancer.hidden().next().cloned();
            let fact = format!("{}: whether {id} is what it protects", association.resource);
            return Fact::unknown(hidden.unwrap_or_else(|| Unknown::new(Why::Undecided, fact)));
        }
    }
    match architecture.load_balancers.get(id) {
        Some(balancer) if !balancer.described => Fact::unknown(Unknown::new(
            Why::OutsideInput,
            format!("whether a web ACL is attached to {id}, which the input reads and does not manage"),
        )),
        _ => Fact::known(Protection::None, Basis::Value, Vec::new()),
    }
}

/// The distributions that have a load balancer as an origin.
pub fn distributions(architecture: &Architecture, id: &LoadBalancerId) -> Vec<String> {
    let of = architecture.distributions.iter().filter(|(_, distribution)| {
        distribution.origins.iter().any(|origin| origin.load_balancer.members.contains_key(id))
    });
    of.map(|(id, _)| id.to_string()).collect()
}

/// Whether a load balancer answers requests of its distributions only, and each of these has a web ACL.
///
/// Only CloudFront can come in: no rule of its groups admits anything else that is public, and every action that
/// forwards demands a header which the distribution adds (catalogue, ECS-EDGE-002, level 2).
pub fn protected_by_cloudfront(
    architecture: &Architecture,
    groups: &Groups,
    id: &LoadBalancerId,
) -> Fact<bool> {
    let origins: Vec<_> = architecture
        .distributions
        .iter()
        .flat_map(|(name, distribution)| {
            distribution.origins.iter().map(move |origin| (name, distribution, origin))
        })
        .filter(|(.., origin)| origin.load_balancer.members.contains_key(id))
        .collect();
    let hidden = architecture.distributions.values().find_map(|of| of.origins_open.first());
    if origins.is_empty() {
        let none = || Fact::known(false, Basis::Value, Vec::new());
        return hidden.map_or_else(none, |unknown| Fact::unknown(unknown.clone()));
    }
    let headers: Vec<&SecretHeader> = origins.iter().flat_map(|(.., origin)| &origin.headers).collect();
    let acls = origins.iter().map(|(_, distribution, _)| Truth::of(&distribution.web_acl.value));
    let parts: Vec<Truth> = acls
        .chain([
            only_cloudfront_comes_in(architecture, groups, id),
            match (demands_header(architecture, id, &headers), hidden) {
                // a header that cannot be seen may be the one that is demanded
                (Truth::No, Some(unknown)) => Truth::Maybe(unknown.clone()),
                (demands, _) => demands,
            },
        ])
        .collect();
    let evidence = origins
        .iter()
        .map(|(name, ..)| Evidence::new(name.as_str(), "origin", format!("has {id} as an origin")));
    Fact { value: Truth::all(parts).into_value(), basis: Basis::Reference, evidence: evidence.collect() }
}

fn only_cloudfront_comes_in(architecture: &Architecture, groups: &Groups, id: &LoadBalancerId) -> Truth {
    // a load balancer without an interface has no groups, and lets everything in
    let Some(interface) = groups.interfaces.get(id.as_str()) else { return Truth::No };
    let mut parts: Vec<Truth> =
        interface.groups.open.iter().map(|unknown| Truth::Maybe(unknown.clone())).collect();
    for (group, member) in &interface.groups.members {
        let admits_others = match architecture.security_groups.get(group) {
            Some(of) => admits_others(architecture, group, &of.ingress),
            None => Truth::Maybe(Unknown::new(Why::OutsideInput, format!("the rules of {group}"))),
        };
        let whether = || format!("whether {id} has {group}");
        parts.push(admits_others.if_certain(member.certain, whether).negate());
    }
    Truth::all(parts)
}

/// Whether some rule admits public addresses besides those of CloudFront.
fn admits_others(architecture: &Architecture, group: &SecurityGroupId, ingress: &Rules) -> Truth {
    let open = ingress.open.iter().map(|unknown| Truth::Maybe(unknown.clone()));
    let rules = ingress.rules.iter().map(|rule| {
        let others = match &rule.peer {
            Peer::Cidr(cidr) => Truth::of(&cidr.value.clone().map(super::address::has_public)),
            Peer::PrefixList(lists) => Truth::of(&lists.agree("the prefix list", |list| {
                match architecture.prefix_lists.get(list).map(|list| &list.name.value) {
                    Some(Value::Known(name)) => Value::Known(!is_cloudfront(name)),
                    Some(Value::Unknown(unknown)) => Value::Unknown(unknown.clone()),
                    Some(Value::Absent) | None => Value::Unknown(Unknown::new(
                        Why::OutsideInput,
                        format!("the name of the prefix list {list}"),
                    )),
                }
            })),
            Peer::Groups(_) | Peer::SelfReference => Truth::No,
            Peer::Unknown(unknown) => Truth::Maybe(unknown.clone()),
        };
        others.if_certain(rule.certain, || format!("whether {} is a rule of {group}", rule.resource))
    });
    Truth::any(open.chain(rules))
}

/// Whether a prefix list is one of those from which CloudFront calls origins.
pub fn is_cloudfront(name: &str) -> bool {
    name == CLOUDFRONT_ORIGIN_FACING || name == "com.amazonaws.global.ipv6.cloudfront.origin-facing"
}

/// Whether every action of a load balancer that forwards stands behind one of these headers.
fn demands_header(architecture: &Architecture, id: &LoadBalancerId, headers: &[&SecretHeader]) -> Truth {
    let mut parts = Vec::new();
    if architecture.load_balancers.get(id).is_none_or(|balancer| !balancer.described) {
        parts.push(Truth::Maybe(Unknown::new(Why::OutsideInput, format!("the listeners of {id}"))));
    }
    for (listener, of) in architecture.listeners.iter().filter(|(_, of)| of.load_balancer.possibly(id)) {
        let mut bare: Vec<Truth> = forwards_bare(&of.actions, &of.open).collect();
        for rule in architecture.listener_rules.values().filter(|rule| rule.listener.possibly(listener)) {
            let demanded =
                rule.headers.iter().any(|header| headers.iter().any(|added| same_header(header, added)));
            if !demanded {
                let forwards = Truth::any(forwards_bare(&rule.actions, &rule.open));
                let hidden = rule.headers_open.iter().map(|unknown| Truth::Maybe(unknown.clone()));
                let forwards = if rule.headers_open.is_empty() {
                    forwards
                } else {
                    Truth::all(hidden.chain([forwards]))
                };
                let whether = || format!("whether a rule belongs to {listener}");
                bare.push(forwards.if_certain(rule.listener.surely(listener), whether));
            }
        }
        let whether = || format!("whether {listener} listens on {id}");
        parts.push(Truth::any(bare).if_certain(of.load_balancer.surely(id), whether).negate());
    }
    Truth::all(parts)
}

fn forwards_bare(actions: &[Action], open: &[Unknown]) -> impl Iterator<Item = Truth> {
    actions.iter().map(forwards).chain(open.iter().map(|unknown| Truth::Maybe(unknown.clone())))
}

fn forwards(action: &Action) -> Truth {
    match &action.action_type.value {
        Value::Known(ActionType::Forward) => Truth::Yes,
        Value::Known(_) | Value::Absent => Truth::No,
        Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
    }
}

/// One of the demanded values is the one that is added.
fn same_header(demanded: &SecretHeader, added: &SecretHeader) -> bool {
    demanded.name == added.name && added.values.iter().any(|value| demanded.values.contains(value))
}
