//! What stands in front of a load balancer: web ACLs and `CloudFront`.

use schemars::JsonSchema;
use serde::Serialize;

use super::fact::{Evidence, Fact, Truth};
use crate::model::Architecture;
use crate::model::elb::{Action, ActionType, SecretHeader};
use crate::model::id::LoadBalancerId;
use crate::model::origin::Basis;
use crate::model::security_group::Peer;
use crate::model::value::{Unknown, Value, Why};

/// The prefix list of the addresses from which `CloudFront` calls origins; its IPv6 counterpart starts the same way.
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
    let of = |classic: bool| architecture.web_acl_associations.iter().filter(move |of| of.classic == classic);
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
    Fact::known(Protection::None, Basis::Value, Vec::new())
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
/// Only `CloudFront` can come in: no rule of its groups admits anything else that is public, and every action that
/// forwards demands a header which the distribution adds (catalogue, ECS-EDGE-002, level 2).
pub fn protected_by_cloudfront(architecture: &Architecture, id: &LoadBalancerId) -> Fact<bool> {
    let origins: Vec<_> = architecture
        .distributions
        .iter()
        .flat_map(|(name, distribution)| {
            distribution.origins.iter().map(move |origin| (name, distribution, origin))
        })
        .filter(|(.., origin)| origin.load_balancer.members.contains_key(id))
        .collect();
    if origins.is_empty() {
        return Fact::known(false, Basis::Value, Vec::new());
    }
    let headers: Vec<&SecretHeader> = origins.iter().flat_map(|(.., origin)| &origin.headers).collect();
    let acls = origins.iter().map(|(_, distribution, _)| Truth::of(&distribution.web_acl.value));
    let parts: Vec<Truth> = acls
        .chain([only_cloudfront_comes_in(architecture, id), demands_header(architecture, id, &headers)])
        .collect();
    let evidence = origins
        .iter()
        .map(|(name, ..)| Evidence::new(name.as_str(), "origin", format!("has {id} as an origin")));
    Fact { value: Truth::all(parts).into_value(), basis: Basis::Reference, evidence: evidence.collect() }
}

fn only_cloudfront_comes_in(architecture: &Architecture, id: &LoadBalancerId) -> Truth {
    let Some(balancer) = architecture.load_balancers.get(id) else { return Truth::No };
    let groups = &balancer.security_groups;
    if let Some(unknown) = groups.open.first() {
        return Truth::Maybe(unknown.clone());
    }
    let mut admitted = Vec::new();
    for group in groups.candidates() {
        let Some(group) = architecture.security_groups.get(group) else {
            return Truth::Maybe(Unknown::new(Why::OutsideInput, format!("the rules of {group}")));
        };
        admitted.extend(group.ingress.open.iter().map(|unknown| Truth::Maybe(unknown.clone())));
        admitted.extend(group.ingress.rules.iter().map(|rule| match &rule.peer {
            Peer::Cidr(cidr) => match &cidr.value {
                Value::Known(cidr) if !super::address::has_public(*cidr) => Truth::Yes,
                Value::Known(_) | Value::Absent => Truth::No,
                Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
            },
            Peer::PrefixList(lists) => Truth::of(&lists.agree("the prefix list", |list| {
                let name = architecture.prefix_lists.get(list).map(|list| list.name.value.clone());
                match name {
                    Some(name) => name.map(|name| is_cloudfront(&name)),
                    None => Value::Absent,
                }
            })),
            Peer::Groups(_) | Peer::SelfReference => Truth::Yes,
            Peer::Unknown(unknown) => Truth::Maybe(unknown.clone()),
        }));
    }
    Truth::all(admitted)
}

/// Whether a prefix list is one of those from which `CloudFront` calls origins.
pub fn is_cloudfront(name: &str) -> bool {
    name == CLOUDFRONT_ORIGIN_FACING || name == "com.amazonaws.global.ipv6.cloudfront.origin-facing"
}

/// Whether every action of a load balancer that forwards stands behind one of these headers.
fn demands_header(architecture: &Architecture, id: &LoadBalancerId, headers: &[&SecretHeader]) -> Truth {
    let mut parts = Vec::new();
    for (listener, of) in
        architecture.listeners.iter().filter(|(_, of)| of.load_balancer.members.contains_key(id))
    {
        parts.extend(of.actions.iter().map(|action| forwards(action).negate()));
        parts.extend(of.open.iter().map(|unknown| Truth::Maybe(unknown.clone())));
        for rule in
            architecture.listener_rules.values().filter(|rule| rule.listener.members.contains_key(listener))
        {
            let demanded =
                rule.headers.iter().any(|header| headers.iter().any(|added| same_header(header, added)));
            if !demanded {
                parts.extend(rule.actions.iter().map(|action| forwards(action).negate()));
                parts.extend(rule.open.iter().map(|unknown| Truth::Maybe(unknown.clone())));
            }
        }
    }
    Truth::all(parts)
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
