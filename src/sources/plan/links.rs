//! From an attribute that names other resources to these resources: known values are looked up, expressions are
//! followed, and what else may be in them is said.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::field::{Config, Field, Meaning};
use super::instances::Action;
use super::reader::Reader;
use super::reference::Step;
use super::resolve::{Call, Cause, Leaf, pointer};
use super::targets::Target;
use crate::model::links::{Links, Member};
use crate::model::origin::Basis;
use crate::model::value::{Unknown, Value, Why};

/// How deep attributes that take their value from elsewhere are followed.
pub(super) const MAX_DEPTH: usize = 16;

/// How many things an attribute names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arity {
    /// One at most.
    One,
    /// Any number.
    Many,
}

impl<'p> Reader<'p> {
    fn collected<I: Target>(&self, field: &Field<'p>) -> Collected<'p, I> {
        let mut collected = Collected::default();
        if let Config::Shared(_, planned) = field.config {
            collected.explained = planned;
        }
        for leaf in self.leaves(field) {
            self.collect(leaf, &mut collected, 0);
        }
        collected
    }

    /// The resources that an attribute mentions, whatever else is in its expression. For what is unknown as a whole.
    pub(super) fn mentions<I: Target>(&self, field: &Field<'p>) -> BTreeSet<I> {
        match &field.meaning {
            Meaning::Val(val) => self.mentioned_targets(val),
            _ => self.collected(field).ids,
        }
    }

    /// What an attribute names that the plan does not know: as the source tells, else by the references of the plan.
    fn links_of_unknown<I: Target>(&self, field: &Field<'p>, arity: Arity) -> Links<I> {
        let Meaning::Val(val) = &field.meaning else { return self.links_of_expression(field, arity) };
        let (told, strange) = self.links_of_source(field, val, arity);
        if told.closed() || strange {
            return told;
        }
        // what could not be followed in the source may be plain from the references
        let by_reference: Links<I> = self.links_of_expression(field, arity);
        if by_reference.closed() { by_reference } else { told }
    }

    /// What an attribute names.
    pub(super) fn links<I: Target>(&self, field: &Field<'p>, arity: Arity) -> Links<I> {
        let links = self.peek(field, arity);
        if links.stated {
            self.note::<I>(field, &links);
        }
        links
    }

    /// What an attribute names, off the record: for attributes that may name things of several types.
    pub(super) fn peek<I: Target>(&self, field: &Field<'p>, arity: Arity) -> Links<I> {
        match field.state() {
            Value::Absent => Links::absent(field.at.clone()),
            Value::Known(json) => self.links_of_value(field, json, arity),
            Value::Unknown(_) => self.links_of_unknown(field, arity),
        }
    }

    /// The id that stands for another one.
    pub(super) fn alias(&self, id: &str) -> Option<&str> {
        self.aliases.get(id).map(String::as_str)
    }

    /// The id of what is named, where several resources stand for one thing: a VPC's main table that is managed by
    /// itself, its default group likewise.
    pub(super) fn target<I: Target>(&self, address: &str, suffix: &str) -> I {
        let id = format!("{address}{suffix}");
        I::from(self.aliases.get(&id).map_or(id.as_str(), String::as_str))
    }

    /// Known values, looked up; members of a list that are unknown come from the expression.
    fn links_of_value<I: Target>(&self, field: &Field<'p>, json: &'p Json, arity: Arity) -> Links<I> {
        let mut links = Links { stated: true, ..Links::absent(field.at.clone()) };
        let members: Vec<&Json> = match json {
            Json::Array(list) => list.iter().collect(),
            other => vec![other],
        };
        let mut hidden = 0;
        for (index, member) in members.iter().enumerate() {
            let mark = field.unknown.and_then(|mark| mark.get(index));
            match member {
                Json::String(value) if value.is_empty() => {}
                Json::String(value) => self.add_value(field, value, &mut links),
                _ if mark == Some(&Json::Bool(true)) => hidden += 1,
                _ => {}
            }
        }
        // a list may be shorter than its marks
        if let Some(Json::Array(marks)) = field.unknown {
            hidden += marks.iter().skip(members.len()).filter(|mark| **mark == Json::Bool(true)).count();
        }
        if hidden > 0 {
            let rest: Links<I> = self.links_of_unknown(field, arity);
            let fresh: Vec<_> =
                rest.members.into_iter().filter(|(id, _)| !links.members.contains_key(id)).collect();
            let told = rest.basis == Basis::Source;
            let all = fresh.len() == hidden && rest.open.is_empty();
            links.members.extend(
                fresh
                    .into_iter()
                    .map(|(id, member)| (id, Member { certain: if told { member.certain } else { all } })),
            );
            links.open.extend(rest.open);
            links.basis = rest.basis;
        } else if links.members.is_empty() && links.open.is_empty() {
            links.stated = false;
        }
        links
    }

    /// Adds what a known value names.
    fn add_value<I: Target>(&self, field: &Field<'p>, value: &str, links: &mut Links<I>) {
        let mut found: BTreeSet<I> = self.lookup(value, Some(field.instance));
        // a name that several resources bear: the expression says which
        if found.len() > 1 && !field.ignores_changes() {
            let mentioned: BTreeSet<I> = self.mentions(field);
            let narrowed: BTreeSet<I> = found.intersection(&mentioned).cloned().collect();
            found = if narrowed.is_empty() { found } else { narrowed };
        }
        match found.len() {
            0 => links.open.push(outside_fact::<I>(field, value)),
            many => {
                let certain = many == 1;
                links.members.extend(found.into_iter().map(|id| (id, Member { certain })));
            }
        }
    }

    /// The targets that a known value names. A data source that reads a resource of the plan is that resource.
    pub(super) fn lookup<I: Target>(&self, value: &str, from: Option<usize>) -> BTreeSet<I> {
        let entries = self.by_value.get(value).map_or(&[][..], Vec::as_slice);
        // a name means something in its own region
        let is_name = !looks_like_id(value);
        let region = |at: usize| self.region(at).value.known().cloned();
        let own = from.filter(|_| is_name && !entries.is_empty()).and_then(region);
        let reachable = |at: usize| own.is_none() || region(at).is_none_or(|of| Some(of) == own);
        let of = |data: bool| {
            let found = entries
                .iter()
                .filter(|(at, _)| self.instance(*at).data == data && reachable(*at))
                .filter_map(|(at, attr)| {
                    let accept = I::accept(&self.instance(*at).kind, Some(attr))?;
                    Some(self.target(self.address(*at), accept.suffix))
                });
            found.collect::<BTreeSet<I>>()
        };
        let managed = of(false);
        if managed.is_empty() { of(true) } else { managed }
    }

    fn links_of_expression<I: Target>(&self, field: &Field<'p>, arity: Arity) -> Links<I> {
        let shared = matches!(field.config, Config::Shared(..));
        let Collected {
            ids,
            inexact,
            selectors,
            nulls,
            hidden_selectors,
            mut hidden,
            foreign,
            unseen,
            outside,
            ..
        } = self.collected::<I>(field);
        // in an expression that several attributes share, the other resources belong to the other attributes
        if !shared {
            hidden.extend(foreign);
        }
        let mut links = Links { stated: true, basis: Basis::Reference, ..Links::absent(field.at.clone()) };
        if !unseen.is_empty() || !hidden.is_empty() {
            links.open.push(field.hidden());
        } else if ids.is_empty() && outside.is_empty() {
            let sources = field.sources().join(", ");
            let fact = format!("{}: {} mentions no {} ({sources})", field.of(), field.at, I::WHAT);
            links.open.push(Unknown::new(Why::AfterApply, fact));
        }
        links.open.extend(outside.iter().map(|value| outside_fact::<I>(field, value)));
        // A scalar that is unknown comes from its one candidate, whatever known value chose it. A list is certain
        // when nothing stands in the expression that may choose among its members.
        let certain = !inexact
            && !hidden_selectors
            && links.open.iter().all(|unknown| unknown.why == Why::OutsideInput)
            && match arity {
                Arity::One => ids.len() + outside.len() == 1,
                Arity::Many => !selectors && (!nulls || ids.len() + outside.len() == 1),
            };
        links.members = ids.into_iter().map(|id| (id, Member { certain })).collect();
        links
    }

    /// Sorts a leaf: a target, something that chooses among targets, or nothing that can be seen.
    fn collect<I: Target>(&self, leaf: Leaf<'p>, into: &mut Collected<'p, I>, depth: usize) {
        match leaf {
            Leaf::Unseen(cause) => {
                into.unseen.insert(cause);
            }
            Leaf::Known(json) => self.collect_known(&json, into),
            Leaf::Call(call) => self.collect_call(&call, into, depth),
            Leaf::Selector => into.selectors = true,
            Leaf::Instances { of, attr, exact } => {
                into.inexact |= !exact;
                for at in of {
                    self.collect_instance(at, &attr, into, depth);
                }
            }
        }
    }

    /// A call of which the plan does not say which output is meant: an attribute that names a security group means an
    /// output that leads to one.
    fn collect_call<I: Target>(&self, call: &Call, into: &mut Collected<'p, I>, depth: usize) {
        let mut fitting = Vec::new();
        for leaves in self.resolver.outputs(call) {
            let mut output = Collected::<I>::default();
            for leaf in leaves {
                match leaf {
                    Leaf::Call(_) if depth >= MAX_DEPTH => output.inexact = true,
                    leaf => self.collect(leaf, &mut output, depth + 1),
                }
            }
            if !output.ids.is_empty() {
                fitting.push(output);
            }
        }
        if fitting.is_empty() {
            into.unseen.insert(Cause::Output(call.to_string()));
        }
        into.inexact |= fitting.len() > 1;
        for output in fitting {
            into.inexact |= output.inexact || !output.unseen.is_empty();
            into.ids.extend(output.ids);
        }
    }

    fn collect_known<I: Target>(&self, json: &Json, into: &mut Collected<'p, I>) {
        let members: Vec<&Json> = match json {
            Json::Array(list) => list.iter().collect(),
            other => vec![other],
        };
        into.selectors |= json.as_array().is_some_and(Vec::is_empty);
        for member in members {
            let found: BTreeSet<I> =
                member.as_str().map(|value| self.lookup(value, None)).unwrap_or_default();
            match member {
                _ if !found.is_empty() => into.ids.extend(found),
                Json::String(value) if looks_like_id(value) => {
                    into.outside.insert(value.clone());
                }
                Json::Null => into.nulls = true,
                _ if into.explained.is_some_and(|planned| holds(planned, member)) => {}
                _ => into.selectors = true,
            }
        }
    }

    fn collect_instance<I: Target>(
        &self,
        at: usize,
        attr: &[Step],
        into: &mut Collected<'p, I>,
        depth: usize,
    ) {
        let instance = self.instance(at);
        let read_later = instance.data && instance.action == Action::ReadLater;
        let name = attr.first().and_then(|step| match step {
            Step::Attr(name) => Some(name.as_str()),
            Step::Key(_) => None,
        });
        if read_later {
            into.unseen.insert(Cause::ReadLater(instance.address.to_string()));
            return;
        }
        if let Some(accept) = I::accept(&instance.kind, name) {
            into.ids.insert(self.target(&instance.address, accept.suffix));
            return;
        }
        // a value that is known now
        let known =
            instance.after.get().pointer(&pointer(attr)).filter(|json| name.is_some() && !json.is_null());
        if let Some(json) = known {
            return self.collect_known(json, into);
        }
        // an attribute that the resource itself takes from elsewhere
        let passed = name.map(|name| {
            PASSED_THROUGH.iter().find(|(kind, output, ..)| instance.kind == *kind && *output == name)
        });
        let (input, exact) = match passed.flatten() {
            Some((.., input, exact)) => (Some(*input), *exact),
            None => (name, true),
        };
        let expression = input.and_then(|input| self.block(at)?.get(input));
        match (expression, self.resolver.scope_of(at)) {
            (Some(expression), Some(scope)) if depth < MAX_DEPTH => {
                into.inexact |= !exact;
                for leaf in self.resolver.expression(expression, &scope) {
                    self.collect(leaf, into, depth + 1);
                }
            }
            _ if NEVER_AN_ID.iter().any(|prefix| instance.kind.starts_with(prefix)) => {
                into.hidden_selectors = true;
            }
            _ => {
                let path = format!(
                    "{}{}",
                    instance.address,
                    name.map(|name| format!(".{name}")).unwrap_or_default()
                );
                let set =
                    if instance.kind.starts_with("aws_") { &mut into.foreign } else { &mut into.hidden };
                set.insert(path);
            }
        }
    }
}

/// Outputs that hold what an input holds: type, output, input, and whether all of it.
pub(super) const PASSED_THROUGH: &[(&str, &str, &str, bool)] =
    &[("random_shuffle", "result", "input", false), ("terraform_data", "output", "input", true)];

/// Types whose values choose, but are never an id themselves.
pub(super) const NEVER_AN_ID: &[&str] = &["random_", "time_", "tls_"];

/// What the leaves of an expression come to.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the same leaves")]
struct Collected<'p, I> {
    /// Targets.
    ids: BTreeSet<I>,
    /// Some of the instances are not meant for certain.
    inexact: bool,
    /// Known values that may choose among the targets.
    selectors: bool,
    /// Nulls among them: what a choice is often made by, and what a list leaves out.
    nulls: bool,
    /// Unknown values that may choose among the targets.
    hidden_selectors: bool,
    /// Unknown values of other providers' resources, which may be targets.
    hidden: BTreeSet<String>,
    /// Unknown values of AWS resources of other types.
    foreign: BTreeSet<String>,
    /// What cannot be followed.
    unseen: BTreeSet<Cause>,
    /// Ids that the plan does not describe.
    outside: BTreeSet<String>,
    /// The planned value of the whole expression: what stands in it chooses nothing.
    explained: Option<&'p Json>,
}

impl<I> Default for Collected<'_, I> {
    fn default() -> Self {
        Self {
            ids: BTreeSet::new(),
            inexact: false,
            selectors: false,
            nulls: false,
            hidden_selectors: false,
            hidden: BTreeSet::new(),
            foreign: BTreeSet::new(),
            unseen: BTreeSet::new(),
            outside: BTreeSet::new(),
            explained: None,
        }
    }
}

pub(super) fn outside_fact<I: Target>(field: &Field<'_>, value: &str) -> Unknown {
    let shown = match &field.meaning {
        _ if field.is_sensitive() => "an id that is marked sensitive",
        // what an expression may yield need not be what it seems
        Meaning::Val(_) if !looks_like_id(value) => "by a text",
        _ => value,
    };
    let kept = if field.ignores_changes() { "; lifecycle.ignore_changes keeps what is deployed" } else { "" };
    let fact = format!(
        "{}: {} names {} {shown}, which the input does not describe{kept}",
        field.of(),
        field.at,
        I::WHAT
    );
    Unknown::new(Why::OutsideInput, fact)
}

/// Whether a value stands anywhere in a planned one.
fn holds(planned: &Json, value: &Json) -> bool {
    match planned {
        Json::Array(list) => list.iter().any(|json| holds(json, value)),
        Json::Object(object) => object.values().any(|json| holds(json, value)),
        _ => planned == value,
    }
}

/// Ids of the EC2 API and ARNs.
fn looks_like_id(value: &str) -> bool {
    let ec2 = || {
        value.rsplit_once('-').is_some_and(|(prefix, id)| {
            !prefix.is_empty()
                && matches!(id.len(), 8 | 17)
                && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    value.starts_with("arn:") || ec2()
}
