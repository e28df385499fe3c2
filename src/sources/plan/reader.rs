//! One plan while it is read: its instances, its configuration, and the way from an attribute to what it names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::config::{Expression, Module};
use super::edges::Edge;
use super::field::{Config, Field, Meaning};
use super::instances::{Action, Instance, Instances};
use super::links::Arity;
use super::meaning::source::Source;
use super::reference::Reference;
use super::resolve::{Cause, Leaf, Resolver, Scope, pointer};
use super::targets::{DEFAULT_GROUP, IDENTIFYING, MAIN_TABLE};
use crate::model::id::{RouteTableId, VpcId};
use crate::model::origin::Basis;
use crate::model::value::{Attr, Value};
use crate::sources::leaf::SensitiveTexts;

/// A plan that is being read.
#[derive(Debug)]
pub(super) struct Reader<'p> {
    pub(super) resolver: Resolver<'p>,
    /// The files that the plan was made from, where they are at hand.
    pub(super) source: Option<&'p Source<'p>>,
    has_configuration: bool,
    /// Instances and attributes by known identifying value.
    pub(super) by_value: HashMap<&'p str, Vec<(usize, &'static str)>>,
    /// Ids by other ids of the same thing.
    pub(super) aliases: BTreeMap<String, String>,
    texts: SensitiveTexts,
    pub(super) edges: RefCell<Vec<Edge>>,
}

impl<'p> Reader<'p> {
    pub(super) fn new(
        resolver: Resolver<'p>,
        source: Option<&'p Source<'p>>,
        has_configuration: bool,
    ) -> Self {
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
            source,
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

    /// Whether the plan says how it is configured; a state does not.
    pub(super) fn has_configuration(&self) -> bool {
        self.has_configuration
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
        let refined = of.refined.get_or_init(|| self.source?.refine(instance)).as_ref();
        Field {
            reader: self,
            instance,
            value: present(of.after.get()),
            unknown: present(of.unknown.get()),
            sensitive: present(of.sensitive.get()),
            config,
            meaning: refined.map_or(Meaning::Unseen, Meaning::Resource),
            planned_unknown: present(of.unknown.get()),
            at: String::new(),
        }
    }

    pub(super) fn block(&self, instance: usize) -> Option<&'p BTreeMap<String, Expression>> {
        if !self.has_configuration {
            return None;
        }
        let instance = self.instance(instance);
        let module: &'p Module = self.resolver.module(&instance.module)?;
        module.resources.get(&instance.block()).map(|block| &block.attributes)
    }

    pub(super) fn leaves(&self, field: &Field<'p>) -> Vec<Leaf<'p>> {
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

    /// What an unknown value may come from: all that its expression mentions, but for what is known now.
    pub(super) fn unknown_sources(&self, field: &Field<'p>) -> Vec<String> {
        if let Meaning::Val(val) = &field.meaning {
            return self.mentioned(val);
        }
        let (Config::Own(expression) | Config::Shared(expression, _)) = field.config else {
            return Vec::new();
        };
        let Some(scope) = self.resolver.scope_of(field.instance) else { return field.sources() };
        let known = |reference: &&Reference| {
            let leaves = self.resolver.one_reference(reference, &scope);
            !leaves.is_empty() && leaves.iter().all(|leaf| matches!(leaf, Leaf::Known(_) | Leaf::Selector))
        };
        let references = expression.references().into_iter().filter(|reference| !known(reference));
        references.map(ToString::to_string).collect()
    }

    /// Whether everything that an expression mentions is known: then what is unknown is not its value but what the
    /// provider computes, because the value is null.
    pub(super) fn all_known(&self, field: &Field<'p>) -> bool {
        // blocks may have others beside them that a dynamic block makes
        matches!(field.config, Config::Own(Expression::References(_) | Expression::Constant(_)))
            && self.leaves(field).iter().all(|leaf| match leaf {
                Leaf::Known(_) | Leaf::Selector => true,
                Leaf::Instances { of, attr, .. } => {
                    let path = pointer(attr);
                    !attr.is_empty()
                        && of.iter().all(|at| self.instance(*at).after.get().pointer(&path).is_some())
                }
                Leaf::Call(_) | Leaf::Unseen(_) => false,
            })
    }

    /// What hides a value that is unknown.
    pub(super) fn causes(&self, field: &Field<'p>) -> BTreeSet<Cause> {
        let mut causes = BTreeSet::new();
        if let Meaning::Val(val) = &field.meaning {
            self.causes_in(val, &mut causes);
            return causes;
        }
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
                Leaf::Call(call) => {
                    causes.insert(Cause::Output(call.to_string()));
                }
                Leaf::Known(_) | Leaf::Selector => {}
            }
        }
        causes
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
        let key = provider.and_then(|block| block.provider.as_ref());
        if let Some(region) = key.and_then(|key| self.source?.provider_region(key)) {
            return Attr { basis: Basis::Source, ..Attr::known(region, at) };
        }
        let expression = key.and_then(|key| self.resolver.provider_regions.get(key));
        let scope =
            Scope { module: String::new(), config: self.resolver.root, key: None, for_each: None, count: 1 };
        let known =
            expression.into_iter().flat_map(|expression| self.resolver.expression(expression, &scope));
        let known = known.filter_map(|leaf| match leaf {
            Leaf::Known(json) => json.as_str().map(str::to_owned),
            Leaf::Instances { .. } | Leaf::Call(_) | Leaf::Selector | Leaf::Unseen(_) => None,
        });
        match known.collect::<Vec<_>>().as_slice() {
            [region] => Attr::known(region.clone(), at),
            _ => Attr::absent(at),
        }
    }

    /// The types of the resources that an attribute mentions.
    pub(super) fn kinds(&self, field: &Field<'p>) -> BTreeSet<String> {
        let mut kinds = BTreeSet::new();
        if let Meaning::Val(val) = &field.meaning {
            let named = val.mentions();
            return named.iter().map(|named| self.instance(named.instance).kind.to_string()).collect();
        }
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
        if let (true, Meaning::Val(val)) = (found.is_empty(), &field.meaning) {
            found.extend(self.told_fingerprints(val));
        } else if found.is_empty() {
            for leaf in self.leaves(field) {
                match leaf {
                    Leaf::Instances { of, attr, .. } => {
                        found.extend(of.iter().map(|at| format!("{}{}", self.address(*at), pointer(&attr))));
                    }
                    Leaf::Unseen(Cause::Local(name)) => {
                        found.push(format!("{}.local.{name}", self.instance(field.instance).module));
                    }
                    Leaf::Known(json) => found.extend(json.as_str().map(digest)),
                    Leaf::Call(_) | Leaf::Selector | Leaf::Unseen(_) => {}
                }
            }
        }
        found.sort_unstable();
        found
    }
}

pub(super) fn digest(text: &str) -> String {
    format!("sha256:{:x}", Sha256::digest(text.as_bytes()))
}
