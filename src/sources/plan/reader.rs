//! One plan while it is read: its instances, its configuration, and the way from an attribute to what it names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::config::{Expression, Module};
use super::field::{Config, Field};
use super::instances::{Action, Instance, Instances};
use super::reference::Step;
use super::resolve::{Cause, Leaf, Resolver, Scope, pointer};
use super::targets::{DEFAULT_GROUP, IDENTIFYING, MAIN_TABLE, Target};
use crate::model::id::{RouteTableId, VpcId};
use crate::model::links::{Links, Member};
use crate::model::origin::Basis;
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::leaf::SensitiveTexts;

/// How an edge of the plan was resolved; the measure of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeOutcome {
    /// The value is known.
    Value,
    /// References lead to resources or known values.
    Reference,
    /// References lead to data sources that are read while applying.
    DataSource,
    /// It passes through a local value.
    Local,
    /// The configuration does not express it: a dynamic block, a plan without configuration.
    NotExpressed,
    /// Something else hides it.
    Unresolved,
}

/// One attribute that names other resources, and how far it was followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Address of the resource.
    pub resource: String,
    /// Path of the attribute.
    pub at: String,
    /// What it names.
    pub what: &'static str,
    /// How far it was followed.
    pub outcome: EdgeOutcome,
    /// What it leads to, and which of that is certain.
    pub members: Vec<(String, bool)>,
    /// What hides it, in words.
    pub cause: Option<String>,
}

/// How many things an attribute names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arity {
    /// One at most.
    One,
    /// Any number.
    Many,
}

/// A plan that is being read.
#[derive(Debug)]
pub(super) struct Reader<'p> {
    resolver: Resolver<'p>,
    has_configuration: bool,
    /// Instances and attributes by known identifying value.
    by_value: HashMap<&'p str, Vec<(usize, &'static str)>>,
    /// Ids by other ids of the same thing.
    aliases: BTreeMap<String, String>,
    texts: SensitiveTexts,
    edges: RefCell<Vec<Edge>>,
}

impl<'p> Reader<'p> {
    pub(super) fn new(resolver: Resolver<'p>, has_configuration: bool) -> Self {
        let mut by_value: HashMap<&'p str, Vec<(usize, &'static str)>> = HashMap::new();
        for (at, instance) in resolver.instances.all.iter().enumerate() {
            if !instance.kind.starts_with("aws_") {
                continue;
            }
            for name in IDENTIFYING {
                if let Some(Json::String(value)) = instance.after.get().get(*name)
                    && !value.is_empty()
                {
                    by_value.entry(value).or_default().push((at, name));
                }
            }
        }
        let mut reader = Self {
            resolver,
            has_configuration,
            by_value,
            aliases: BTreeMap::new(),
            texts: SensitiveTexts::default(),
            edges: RefCell::default(),
        };
        reader.aliases = reader.find_aliases();
        reader
    }

    /// Main tables and default groups that a resource of their own manages.
    fn find_aliases(&self) -> BTreeMap<String, String> {
        let mut aliases = BTreeMap::new();
        for at in self.of_types(&["aws_default_route_table"]) {
            let table = self.peek::<RouteTableId>(&self.field(at, "default_route_table_id"), Arity::One);
            let vpc_table = table.candidates().find(|id| id.as_str().ends_with(MAIN_TABLE));
            if let Some(id) = vpc_table {
                aliases.insert(id.to_string(), self.address(at).to_owned());
            }
        }
        for at in self.of_types(&["aws_default_security_group"]) {
            let vpc = self.peek::<VpcId>(&self.field(at, "vpc_id"), Arity::One);
            if let Some(vpc) = vpc.only() {
                aliases.insert(format!("{vpc}{DEFAULT_GROUP}"), self.address(at).to_owned());
            }
        }
        aliases
    }

    pub(super) fn instances(&self) -> &'p Instances<'p> {
        self.resolver.instances
    }

    pub(super) fn instance(&self, at: usize) -> &'p Instance<'p> {
        &self.resolver.instances.all[at]
    }

    pub(super) fn address(&self, at: usize) -> &'p str {
        &self.instance(at).address
    }

    pub(super) fn texts(&self) -> &SensitiveTexts {
        &self.texts
    }

    pub(super) fn missing_is_unknown(&self, at: usize) -> bool {
        self.instance(at).missing_is_unknown
    }

    /// What was noted while reading.
    pub(super) fn finish(self) -> (SensitiveTexts, Vec<Edge>) {
        (self.texts, self.edges.into_inner())
    }

    /// The instances of some types, data sources included.
    pub(super) fn of_types(&self, types: &[&str]) -> impl Iterator<Item = usize> {
        let all = self.resolver.instances.all.iter().enumerate();
        let found: Vec<usize> =
            all.filter(|(_, instance)| types.contains(&instance.kind.as_ref())).map(|(at, _)| at).collect();
        found.into_iter()
    }

    /// An attribute of an instance.
    pub(super) fn field(&self, instance: usize, name: &str) -> Field<'_> {
        self.root(instance).get(name)
    }

    /// The whole of an instance.
    pub(super) fn root(&self, instance: usize) -> Field<'_> {
        let of = self.instance(instance);
        let config = match self.block(instance) {
            Some(attributes) => Config::Block(attributes),
            None => Config::Unseen,
        };
        let present = |json: &'p Json| (!json.is_null()).then_some(json);
        Field {
            reader: self,
            instance,
            value: present(of.after.get()),
            unknown: present(of.unknown.get()),
            sensitive: present(of.sensitive.get()),
            config,
            at: String::new(),
        }
    }

    fn block(&self, instance: usize) -> Option<&'p BTreeMap<String, Expression>> {
        if !self.has_configuration {
            return None;
        }
        let instance = self.instance(instance);
        let module: &'p Module = self.resolver.module(&instance.module)?;
        module.resources.get(&instance.block()).map(|block| &block.attributes)
    }

    fn leaves(&self, field: &Field<'p>) -> Vec<Leaf<'p>> {
        let expression = match field.config {
            Config::Own(expression) | Config::Shared(expression, _) => expression,
            Config::Unseen | Config::Not | Config::Block(_) => {
                return vec![Leaf::Unseen(Cause::NoExpression)];
            }
        };
        match self.resolver.scope_of(field.instance) {
            Some(scope) => self.resolver.expression(expression, &scope),
            None => vec![Leaf::Unseen(Cause::NoExpression)],
        }
    }

    /// Whether everything that an expression mentions is known: then what is unknown is not its value but what the
    /// provider computes, because the value is null.
    pub(super) fn all_known(&self, field: &Field<'p>) -> bool {
        matches!(field.config, Config::Own(_))
            && self.leaves(field).iter().all(|leaf| match leaf {
                Leaf::Known(_) => true,
                Leaf::Instances { of, attr, .. } => {
                    let path = pointer(attr);
                    !attr.is_empty()
                        && of.iter().all(|at| self.instance(*at).after.get().pointer(&path).is_some())
                }
                Leaf::Unseen(_) => false,
            })
    }

    /// What hides a value that is unknown.
    pub(super) fn causes(&self, field: &Field<'p>) -> BTreeSet<Cause> {
        let mut causes = BTreeSet::new();
        for leaf in self.leaves(field) {
            match leaf {
                Leaf::Unseen(cause) => {
                    causes.insert(cause);
                }
                Leaf::Instances { of, .. } => {
                    let later =
                        of.iter().map(|at| self.instance(*at)).filter(|of| of.action == Action::ReadLater);
                    causes.extend(later.map(|instance| Cause::ReadLater(instance.address.to_string())));
                }
                Leaf::Known(_) => {}
            }
        }
        causes
    }

    /// The resources that an attribute mentions, whatever else is in its expression. For what is unknown as a whole.
    pub(super) fn mentions<I: Target>(&self, field: &Field<'p>) -> BTreeSet<I> {
        self.collected(field).ids
    }

    /// The region of a resource: its own attribute (provider 6), else that of its provider.
    pub(super) fn region(&self, instance: usize) -> Attr<String> {
        let own = self.field(instance, "region").leaf().text();
        if own.value.known().is_some() {
            return own;
        }
        let at = own.at.clone();
        let of = self.instance(instance);
        let provider = self.resolver.module(&of.module).and_then(|module| module.resources.get(&of.block()));
        let expression =
            provider.and_then(|block| self.resolver.provider_regions.get(block.provider.as_ref()?));
        let scope = Scope { module: String::new(), config: self.resolver.root, key: None, for_each: None };
        let known =
            expression.into_iter().flat_map(|expression| self.resolver.expression(expression, &scope));
        let known = known.filter_map(|leaf| match leaf {
            Leaf::Known(json) => json.as_str().map(str::to_owned),
            Leaf::Instances { .. } | Leaf::Unseen(_) => None,
        });
        match known.collect::<Vec<_>>().as_slice() {
            [region] => Attr::known(region.clone(), at),
            _ => Attr::absent(at),
        }
    }

    /// The types of the resources that an attribute mentions.
    pub(super) fn kinds(&self, field: &Field<'p>) -> BTreeSet<String> {
        let mut kinds = BTreeSet::new();
        for leaf in self.leaves(field) {
            if let Leaf::Instances { of, .. } = leaf {
                kinds.extend(of.into_iter().map(|at| self.instance(at).kind.to_string()));
            }
        }
        kinds
    }

    /// What stands for the texts of an attribute so that two of them can be compared and none is kept: digests of
    /// known ones, the places that unknown ones come from. Empty where nothing can be compared.
    pub(super) fn fingerprints(&self, field: &Field<'p>) -> Vec<String> {
        let mut found: Vec<String> = match field.state() {
            Value::Known(Json::Array(list)) if !list.is_empty() => {
                list.iter().filter_map(Json::as_str).map(digest).collect()
            }
            Value::Known(Json::String(text)) => vec![digest(text)],
            Value::Known(_) | Value::Absent | Value::Unknown(_) => Vec::new(),
        };
        if found.is_empty() {
            for leaf in self.leaves(field) {
                match leaf {
                    Leaf::Instances { of, attr, .. } => {
                        found.extend(of.iter().map(|at| format!("{}{}", self.address(*at), pointer(&attr))));
                    }
                    Leaf::Unseen(Cause::Local(name)) => {
                        found.push(format!("{}.local.{name}", self.instance(field.instance).module));
                    }
                    Leaf::Known(json) => found.extend(json.as_str().map(digest)),
                    Leaf::Unseen(_) => {}
                }
            }
        }
        found.sort_unstable();
        found
    }

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
            Value::Unknown(_) => self.links_of_expression(field, arity),
        }
    }

    /// The id that stands for another one.
    pub(super) fn alias(&self, id: &str) -> Option<&str> {
        self.aliases.get(id).map(String::as_str)
    }

    /// The id of what is named, where several resources stand for one thing: a VPC's main table that is managed by
    /// itself, its default group likewise.
    fn target<I: Target>(&self, address: &str, suffix: &str) -> I {
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
            let rest: Links<I> = self.links_of_expression(field, arity);
            let fresh: Vec<_> =
                rest.members.into_iter().filter(|(id, _)| !links.members.contains_key(id)).collect();
            let certain = fresh.len() == hidden && rest.open.is_empty();
            links.members.extend(fresh.into_iter().map(|(id, _)| (id, Member { certain })));
            links.open.extend(rest.open);
            links.basis = Basis::Reference;
        } else if links.members.is_empty() && links.open.is_empty() {
            links.stated = false;
        }
        links
    }

    /// Adds what a known value names.
    fn add_value<I: Target>(&self, field: &Field<'p>, value: &str, links: &mut Links<I>) {
        let found: BTreeSet<I> = self.lookup(value);
        match found.len() {
            0 => links.open.push(outside_fact::<I>(field, value)),
            many => {
                let certain = many == 1;
                links.members.extend(found.into_iter().map(|id| (id, Member { certain })));
            }
        }
    }

    /// The targets that a known value names. A data source that reads a resource of the plan is that resource.
    fn lookup<I: Target>(&self, value: &str) -> BTreeSet<I> {
        let entries = self.by_value.get(value).map_or(&[][..], Vec::as_slice);
        let of = |data: bool| {
            let found =
                entries.iter().filter(|(at, _)| self.instance(*at).data == data).filter_map(|(at, attr)| {
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
            ids, inexact, selectors, hidden_selectors, mut hidden, foreign, unseen, outside, ..
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
                Arity::Many => !selectors,
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
            Leaf::Instances { of, attr, exact } => {
                into.inexact |= !exact;
                for at in of {
                    self.collect_instance(at, &attr, into, depth);
                }
            }
        }
    }

    fn collect_known<I: Target>(&self, json: &Json, into: &mut Collected<'p, I>) {
        let members: Vec<&Json> = match json {
            Json::Array(list) => list.iter().collect(),
            other => vec![other],
        };
        into.selectors |= json.as_array().is_some_and(Vec::is_empty);
        for member in members {
            let found: BTreeSet<I> = member.as_str().map(|value| self.lookup(value)).unwrap_or_default();
            match member {
                _ if !found.is_empty() => into.ids.extend(found),
                Json::String(value) if looks_like_id(value) => {
                    into.outside.insert(value.clone());
                }
                Json::Null => {}
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
            (Some(expression), Some(scope)) if depth < 16 => {
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

    /// Keeps an account of an edge.
    pub(super) fn note<I: Target>(&self, field: &Field<'p>, links: &Links<I>) {
        let hidden = links.hidden().next();
        let outcome = match (links.basis, hidden) {
            (Basis::Value, _) => EdgeOutcome::Value,
            (Basis::Reference, None) => EdgeOutcome::Reference,
            (Basis::Reference, Some(_)) => {
                let causes = self.causes(field);
                if causes.iter().any(|cause| matches!(cause, Cause::Local(_))) {
                    EdgeOutcome::Local
                } else if causes.contains(&Cause::NoExpression) {
                    EdgeOutcome::NotExpressed
                } else if !causes.is_empty()
                    && causes.iter().all(|cause| matches!(cause, Cause::ReadLater(_)))
                {
                    EdgeOutcome::DataSource
                } else {
                    EdgeOutcome::Unresolved
                }
            }
        };
        self.edges.borrow_mut().push(Edge {
            resource: field.of().to_owned(),
            at: field.at.clone(),
            what: I::WHAT,
            outcome,
            members: links
                .members
                .iter()
                .map(|(id, member)| (id.as_ref().to_owned(), member.certain))
                .collect(),
            cause: hidden.map(|unknown| unknown.fact.clone()),
        });
    }
}

/// Outputs that hold what an input holds: type, output, input, and whether all of it.
const PASSED_THROUGH: &[(&str, &str, &str, bool)] =
    &[("random_shuffle", "result", "input", false), ("terraform_data", "output", "input", true)];

/// Types whose values choose, but are never an id themselves.
const NEVER_AN_ID: &[&str] = &["random_", "time_", "tls_"];

/// What the leaves of an expression come to.
#[derive(Debug)]
struct Collected<'p, I> {
    /// Targets.
    ids: BTreeSet<I>,
    /// Some of the instances are not meant for certain.
    inexact: bool,
    /// Known values that may choose among the targets.
    selectors: bool,
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
            hidden_selectors: false,
            hidden: BTreeSet::new(),
            foreign: BTreeSet::new(),
            unseen: BTreeSet::new(),
            outside: BTreeSet::new(),
            explained: None,
        }
    }
}

fn outside_fact<I: Target>(field: &Field<'_>, value: &str) -> Unknown {
    let shown = if field.is_sensitive() { "an id that is marked sensitive" } else { value };
    let fact =
        format!("{}: {} names {} {shown}, which the plan does not describe", field.of(), field.at, I::WHAT);
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

fn digest(text: &str) -> String {
    format!("sha256:{:x}", Sha256::digest(text.as_bytes()))
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
