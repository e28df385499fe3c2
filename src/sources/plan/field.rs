//! One place in a resource of a plan: its planned value, whether that is unknown or sensitive, and its expression.
//!
//! A value and its knowability are three documents in parallel (`after`, `after_unknown`, `after_sensitive`), and
//! what an attribute *says* is a fourth (`configuration`); what its source adds to these is a fifth ([`Meaning`]). A
//! [`Field`] walks all of them at once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::config::Expression;
use super::instances::Action;
use super::meaning::refine::{Refined, any_mark, loosely_equal};
use super::meaning::value::Val;
use super::reader::Reader;
use super::resolve::Cause;
use crate::model::origin::Basis;
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::leaf::Leaf;
use crate::sources::placeholder::Holes;

/// What the configuration holds for a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Config<'p> {
    /// There is no way to tell: a dynamic block, or a plan without configuration.
    Unseen,
    /// The place is not in the configuration.
    Not,
    /// Its own expression.
    Own(&'p Expression),
    /// The expression of something larger that it is a part of, with the planned value of that.
    Shared(&'p Expression, Option<&'p Json>),
    /// A block.
    Block(&'p BTreeMap<String, Expression>),
}

/// A place in a resource instance.
#[derive(Debug, Clone)]
pub(super) struct Field<'p> {
    pub(super) reader: &'p Reader<'p>,
    pub(super) instance: usize,
    pub(super) value: Option<&'p Json>,
    pub(super) unknown: Option<&'p Json>,
    pub(super) sensitive: Option<&'p Json>,
    pub(super) config: Config<'p>,
    pub(super) meaning: Meaning<'p>,
    /// What the plan alone calls unknown.
    pub(super) planned_unknown: Option<&'p Json>,
    pub(super) at: String,
}

/// What the source says of a place.
#[derive(Debug, Clone)]
pub(super) enum Meaning<'p> {
    /// There is no source, or it adds nothing here.
    Unseen,
    /// The place is a whole resource.
    Resource(&'p Refined),
    /// The source does not set it.
    Unset,
    /// What it sets it to.
    Val(Val),
}

impl Meaning<'_> {
    fn get(&self, name: &str) -> Self {
        match self {
            Self::Unseen => Self::Unseen,
            Self::Resource(refined) if refined.block.body.sets(name) => Self::Unseen,
            Self::Resource(_) | Self::Unset => Self::Unset,
            Self::Val(Val::Map(members)) => members.get(name).cloned().map_or(Self::Unset, Self::Val),
            // a block of which there is one at most
            Self::Val(Val::List(members)) if members.len() == 1 => Self::Val(members[0].clone()).get(name),
            Self::Val(val) => Self::Val(Val::unseen("it is part of what is known after apply", [val])),
        }
    }

    fn at(&self, index: usize) -> Self {
        match self {
            Self::Val(Val::List(members) | Val::Set(members)) => {
                members.get(index).cloned().map_or(Self::Unset, Self::Val)
            }
            Self::Val(Val::Map(_)) if index == 0 => self.clone(),
            Self::Val(val) => Self::Val(Val::unseen("it is part of what is known after apply", [val])),
            Self::Unseen | Self::Resource(_) => Self::Unseen,
            Self::Unset => Self::Unset,
        }
    }
}

impl<'p> Field<'p> {
    /// The address of the resource.
    pub(super) fn of(&self) -> &'p str {
        self.reader.address(self.instance)
    }

    /// A member.
    pub(super) fn get(&self, name: &str) -> Self {
        let config = match self.config {
            Config::Unseen => Config::Unseen,
            // a block that is planned but not configured is a dynamic one
            Config::Not => {
                if self.planned() {
                    Config::Unseen
                } else {
                    Config::Not
                }
            }
            Config::Block(block) | Config::Own(Expression::Block(block)) => {
                block.get(name).map_or(Config::Not, Config::Own)
            }
            Config::Own(expression) => Config::Shared(expression, self.value),
            Config::Shared(..) => self.config,
        };
        let at = if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) };
        let told = match (&self.meaning, self.reader.source) {
            (Meaning::Resource(refined), Some(source)) => refined.part(source, self.instance, name),
            _ => None,
        };
        let Some(part) = told else {
            return self.child(|json| json.get(name), (config, self.meaning.get(name)), at);
        };
        let child = self.child(|json| json.get(name), (config, Meaning::Val(part.val.clone())), at);
        Self { value: Some(&part.after), unknown: Some(&part.unknown), ..child }
    }

    fn child(
        &self,
        step: impl Fn(&'p Json) -> Option<&'p Json>,
        (config, meaning): (Config<'p>, Meaning<'p>),
        at: String,
    ) -> Self {
        // a mark on the whole covers every part
        let mark = |mark: Option<&'p Json>| match mark {
            Some(Json::Bool(_)) => mark,
            other => other.and_then(&step),
        };
        Self {
            reader: self.reader,
            instance: self.instance,
            value: self.value.and_then(&step),
            unknown: mark(self.unknown),
            sensitive: mark(self.sensitive),
            config,
            meaning,
            planned_unknown: mark(self.planned_unknown),
            at,
        }
    }

    /// How firmly it is known: by the source where the plan has nothing.
    pub(super) fn basis(&self) -> Basis {
        let from_source = matches!(self.meaning, Meaning::Val(_) | Meaning::Unset)
            && self.planned_unknown == Some(&Json::Bool(true));
        if from_source { Basis::Source } else { Basis::Value }
    }

    /// Whether it is marked as unknown as a whole.
    pub(super) fn wholly_unknown(&self) -> bool {
        self.unknown == Some(&Json::Bool(true))
            || (self.value.is_none() && self.reader.missing_is_unknown(self.instance))
    }

    /// Whether the resource keeps what is deployed here, whatever its configuration says.
    pub(super) fn ignores_changes(&self) -> bool {
        let argument = self.at.split(['.', '[']).next().unwrap_or_default();
        let exists = self.reader.instance(self.instance).action == Action::Keep;
        exists && self.reader.source.is_some_and(|source| source.ignores(self.instance, argument))
    }

    /// How firmly it is known that something is set here, whose value is known later.
    pub(super) fn basis_of_presence(&self) -> Basis {
        match self.meaning {
            _ if !self.wholly_unknown() => self.basis(),
            Meaning::Val(_) => Basis::Source,
            Meaning::Unseen | Meaning::Resource(_) | Meaning::Unset => Basis::Reference,
        }
    }

    fn planned(&self) -> bool {
        matches!(self.value, Some(value) if !value.is_null())
            || self.unknown.is_some_and(|mark| !mark.is_boolean())
    }

    /// Whether the configuration sets it.
    pub(super) fn configured(&self) -> bool {
        match self.meaning {
            Meaning::Val(_) => true,
            Meaning::Unset => false,
            Meaning::Unseen | Meaning::Resource(_) => !matches!(self.config, Config::Not),
        }
    }

    /// Whether the configuration sets it, or holds no word on it while there is a value.
    pub(super) fn configured_or_set(&self) -> bool {
        match (&self.meaning, self.config) {
            (Meaning::Unseen | Meaning::Resource(_), Config::Unseen) => self.planned(),
            _ => self.configured(),
        }
    }

    /// Whether it is sensitive as a whole.
    pub(super) fn is_sensitive(&self) -> bool {
        self.sensitive == Some(&Json::Bool(true))
    }

    /// The state of the place. What the provider computes because nobody configured it is absent here: the service's
    /// default holds. A data source computes everything, and what it will return is unknown.
    pub(super) fn state(&self) -> Value<&'p Json> {
        if self.wholly_unknown() {
            let data = self.reader.instance(self.instance).data;
            let told = matches!(self.meaning, Meaning::Val(_));
            let set = data || told || (self.configured() && !self.reader.all_known(self));
            return if set { Value::Unknown(self.hidden()) } else { Value::Absent };
        }
        match self.value {
            None | Some(Json::Null) => Value::Absent,
            Some(json) => Value::Known(json),
        }
    }

    /// Whether an attribute that names something is set. One whose sources are seen and whose value is known later is;
    /// what an unseen expression gives may be null.
    pub(super) fn is_set(&self) -> Attr<bool> {
        let set = match (self.state(), &self.meaning) {
            (Value::Known(json), _) => json.as_str().is_none_or(|text| !text.is_empty()),
            (Value::Absent, _) => false,
            (Value::Unknown(_), Meaning::Val(Val::Attr(_) | Val::Template(_))) => true,
            (Value::Unknown(unknown), Meaning::Val(_)) => return Attr::unknown(unknown, self.at.clone()),
            (Value::Unknown(unknown), _) if self.sources().is_empty() => {
                return Attr::unknown(unknown, self.at.clone());
            }
            (Value::Unknown(_), _) => true,
        };
        Attr { basis: self.basis(), ..Attr::known(set, self.at.clone()) }
    }

    /// For the conversions that all sources share.
    pub(super) fn leaf(&self) -> Leaf<'p> {
        Leaf {
            of: self.of(),
            at: self.at.clone(),
            value: self.state(),
            sensitive: self.is_sensitive(),
            basis: self.basis(),
            holes: Holes::Template,
            texts: self.reader.texts(),
        }
    }

    /// What its expression mentions, in the words of the configuration.
    pub(super) fn sources(&self) -> Vec<String> {
        match self.config {
            Config::Own(expression) | Config::Shared(expression, _) => {
                expression.references().iter().map(ToString::to_string).collect()
            }
            Config::Unseen | Config::Not | Config::Block(_) => Vec::new(),
        }
    }

    /// Why it is unknown, in words: what it comes from, and what hides that.
    pub(super) fn hidden(&self) -> Unknown {
        let (of, at) = (self.of(), &self.at);
        if let Meaning::Val(val) = &self.meaning {
            return self.reader.untold(&format!("{of}: {at}"), val);
        }
        let sources = self.reader.unknown_sources(self);
        let from = if sources.is_empty() { String::new() } else { format!(", from {}", sources.join(", ")) };
        let causes = self.reader.causes(self);
        let Some(cause) = causes.first() else {
            return Unknown::new(Why::AfterApply, format!("{of}: {at} is known after apply{from}"));
        };
        let fact = format!("{of}: {at} is known after apply{from}: {cause}");
        match cause {
            Cause::Local(_) => Unknown::with_remedy(
                Why::AfterApply,
                fact,
                "scan the plan beside its .tf files (--source-dir), or again once the ids are known (a plan after the first apply)",
            ),
            Cause::NoExpression => Unknown::with_remedy(
                Why::AfterApply,
                fact,
                "scan again once the ids are known (a plan after the first apply)",
            ),
            Cause::ReadLater(_)
            | Cause::Missing(_)
            | Cause::Output(_)
            | Cause::TooLong
            | Cause::Expression(..) => Unknown::new(Why::AfterApply, fact),
        }
    }

    /// The elements of a list of texts, all of them or none.
    pub(super) fn texts(&self) -> Attr<Vec<String>> {
        let value = match self.state() {
            Value::Absent => Value::Absent,
            Value::Unknown(unknown) => Value::Unknown(unknown),
            Value::Known(Json::Array(list)) if self.unknown.is_none_or(|mark| !any_mark(mark)) => {
                let texts =
                    list.iter().map(|json| json.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
                if let (true, Some(texts)) = (self.is_sensitive(), &texts) {
                    for text in texts {
                        self.reader.texts().add(text);
                    }
                }
                match texts {
                    Some(texts) => Value::Known(texts),
                    None => Value::Unknown(self.unparsable("a list of texts")),
                }
            }
            Value::Known(Json::Array(_)) => Value::Unknown(self.hidden()),
            Value::Known(_) => Value::Unknown(self.unparsable("a list of texts")),
        };
        Attr { basis: self.basis(), ..Attr::new(value, self.at.clone()) }
    }

    /// The elements of a list of scalars, each with its own state; or why there is nothing to tell.
    pub(super) fn elements(&self) -> Result<Vec<Leaf<'p>>, Unknown> {
        let list = match self.state() {
            Value::Absent => return Ok(Vec::new()),
            Value::Unknown(unknown) => return Err(unknown),
            Value::Known(Json::Array(list)) => list,
            Value::Known(_) => return Err(self.unparsable("a list")),
        };
        let marks = self.unknown.and_then(Json::as_array).map_or(0, Vec::len);
        let elements = (0..list.len().max(marks)).map(|index| {
            let parts = (self.config, self.meaning.at(index));
            self.child(|json| json.get(index), parts, format!("{}[{index}]", self.at)).leaf()
        });
        Ok(elements.collect())
    }

    fn unparsable(&self, expected: &str) -> Unknown {
        Unknown::new(Why::Unparsable, format!("{}: {} is not {expected}", self.of(), self.at))
    }

    /// The nested blocks, or why they cannot be told.
    pub(super) fn blocks(&self) -> Result<Vec<Self>, Unknown> {
        match self.state() {
            Value::Absent if self.is_hidden_block() => {
                let fact =
                    format!("{}: {}, a dynamic block whose content is known after apply", self.of(), self.at);
                Err(Unknown::new(Why::AfterApply, fact))
            }
            Value::Absent => Ok(Vec::new()),
            Value::Unknown(unknown) => Err(unknown),
            Value::Known(Json::Array(list)) => {
                let configs = self.block_configs(list);
                let blocks = configs.into_iter().enumerate().map(|(index, config)| {
                    let parts = (config, self.meaning.at(index));
                    self.child(|json| json.get(index), parts, format!("{}[{index}]", self.at))
                });
                Ok(blocks.collect())
            }
            // what a provider declares as a single block or object
            Value::Known(Json::Object(_)) => Ok(vec![self.clone()]),
            Value::Known(_) => Err(self.unparsable("a list of blocks")),
        }
    }

    /// The names of its members, planned or unknown.
    pub(super) fn names(&self) -> BTreeSet<&'p str> {
        let keys =
            |json: Option<&'p Json>| json.and_then(Json::as_object).into_iter().flat_map(|of| of.keys());
        let configured = match self.config {
            Config::Block(block) | Config::Own(Expression::Block(block)) => Some(block.keys()),
            _ => None,
        };
        let planned = keys(self.value).chain(keys(self.unknown));
        planned.chain(configured.into_iter().flatten()).map(String::as_str).collect()
    }

    /// Its blocks, where it has any; none for lists of anything else.
    pub(super) fn nested(&self) -> Result<Vec<Self>, Unknown> {
        match self.value {
            Some(Json::Array(list)) if !list.iter().all(Json::is_object) => Ok(Vec::new()),
            None | Some(Json::Array(_) | Json::Object(_) | Json::Null) => self.blocks(),
            Some(_) => Ok(Vec::new()),
        }
    }

    /// The first nested block, for those of which there is one at most; its members are absent where there is none.
    pub(super) fn block(&self) -> Self {
        match self.blocks() {
            Ok(blocks) => blocks
                .into_iter()
                .next()
                .unwrap_or_else(|| self.child(|_| None, (Config::Not, Meaning::Unset), self.at.clone())),
            Err(_) => Self { config: Config::Unseen, ..self.clone() },
        }
    }

    /// A dynamic block over something unknown: nothing in the configuration, and marked as unknown as a whole. What
    /// a provider fills in by itself looks the same.
    fn is_hidden_block(&self) -> bool {
        let name = self.at.rsplit('.').next().unwrap_or(&self.at);
        self.unknown == Some(&Json::Bool(true))
            && matches!(self.meaning, Meaning::Unseen | Meaning::Resource(_))
            && matches!(self.config, Config::Not)
            && !COMPUTED_BLOCKS.contains(&name)
    }

    /// The configuration of each planned block. A set of blocks is planned in an order of its own, so blocks are
    /// matched by what both sides state; those that cannot be told apart are interchangeable.
    fn block_configs(&self, planned: &[Json]) -> Vec<Config<'p>> {
        let expression = match self.config {
            Config::Own(expression) => expression,
            Config::Shared(..) => return vec![self.config; planned.len()],
            Config::Block(_) | Config::Unseen | Config::Not => return vec![Config::Unseen; planned.len()],
        };
        let Expression::Blocks(blocks) = expression else {
            return vec![Config::Shared(expression, self.value); planned.len()];
        };
        if blocks.len() != planned.len() {
            return vec![Config::Unseen; planned.len()];
        }
        let mut free: Vec<&'p BTreeMap<String, Expression>> = blocks.iter().collect();
        planned
            .iter()
            .map(|json| match free.iter().position(|block| fits(block, json)) {
                Some(at) => Config::Block(free.remove(at)),
                None => Config::Unseen,
            })
            .collect()
    }
}

/// Blocks that the provider computes where a configuration has none (provider schema: `Optional` and `Computed`).
const COMPUTED_BLOCKS: [&str; 9] = [
    "dns_options",
    "egress",
    "health_check",
    "ingress",
    "mutual_authentication",
    "network_interface",
    "route",
    "subnet_configuration",
    "subnet_mapping",
];

/// Whether a configured block can be the planned one: no constant of it differs.
fn fits(block: &BTreeMap<String, Expression>, planned: &Json) -> bool {
    block.iter().all(|(name, expression)| match (expression, planned.get(name)) {
        (Expression::Constant(constant), Some(value)) => loosely_equal(constant, value),
        (Expression::Blocks(inner), Some(Json::Array(list))) => {
            inner.len() == list.len() && list.iter().all(|json| inner.iter().any(|block| fits(block, json)))
        }
        _ => true,
    })
}
