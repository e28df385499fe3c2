//! From what the source says of an attribute to the resources that it names.

use std::collections::BTreeSet;

use super::field::Field;
use super::instances::Action;
use super::links::{Arity, MAX_DEPTH, NEVER_AN_ID, PASSED_THROUGH, outside_fact};
use super::meaning::value::{Attribute, Piece, Val};
use super::reader::{Reader, digest};
use super::reference::Step;
use super::resolve::{Cause, pointer};
use super::targets::Target;
use crate::model::links::{Links, Member};
use crate::model::origin::Basis;
use crate::model::value::{Unknown, Why};

/// Data sources that read one resource, and the argument that says which (provider documentation of each).
const READ_BY: &[(&str, &str)] = &[
    ("aws_db_subnet_group", "name"),
    ("aws_ecr_repository", "name"),
    ("aws_ecs_cluster", "cluster_name"),
    ("aws_ecs_task_definition", "task_definition"),
    ("aws_iam_role", "name"),
    ("aws_lb", "arn"),
    ("aws_lb_listener", "arn"),
    ("aws_lb_target_group", "arn"),
    ("aws_route_table", "route_table_id"),
    ("aws_security_group", "id"),
    ("aws_subnet", "id"),
    ("aws_vpc", "id"),
];

/// What a value comes to as a reference.
#[derive(Debug, Clone)]
struct Told<I> {
    certain: BTreeSet<I>,
    possible: BTreeSet<I>,
    /// Ids that the plan does not describe.
    outside: BTreeSet<String>,
    /// Something else may be in it.
    open: bool,
    /// A part of it rests on the references of another resource.
    by_reference: bool,
    /// Something is in it for certain that names nothing of the plan.
    strange: bool,
}

impl<I> Default for Told<I> {
    fn default() -> Self {
        Self {
            certain: BTreeSet::new(),
            possible: BTreeSet::new(),
            outside: BTreeSet::new(),
            open: false,
            by_reference: false,
            strange: false,
        }
    }
}

impl<I: Ord + Clone> Told<I> {
    /// Nothing is named.
    fn is_empty(&self) -> bool {
        self.certain.is_empty() && self.possible.is_empty() && self.outside.is_empty()
    }

    /// Both of these.
    fn and(&mut self, other: Self) {
        self.certain.extend(other.certain);
        self.strange |= other.strange;
        self.rest(other.possible, other.outside, other.open, other.by_reference);
    }

    /// Something stands there, whatever it is.
    fn or_strange(mut self) -> Self {
        self.strange |= !self.open && self.is_empty();
        self.open |= self.strange;
        self
    }

    /// Perhaps these.
    fn perhaps(&mut self, other: Self) {
        self.possible.extend(other.certain);
        self.rest(other.possible, other.outside, other.open, other.by_reference);
    }

    fn rest(&mut self, possible: BTreeSet<I>, outside: BTreeSet<String>, open: bool, by_reference: bool) {
        self.possible.extend(possible);
        self.outside.extend(outside);
        self.open |= open;
        self.by_reference |= by_reference;
    }
}

impl<'p> Reader<'p> {
    /// What an attribute names, as the source says; and whether that is all there is to say, although it is open.
    pub(super) fn links_of_source<I: Target>(
        &self,
        field: &Field<'p>,
        val: &Val,
        arity: Arity,
    ) -> (Links<I>, bool) {
        let told = self.told::<I>(val, field.instance, 0);
        let Told { certain, possible, outside, open, by_reference, strange } = told;
        let only = arity == Arity::One && !open && certain.len() + possible.len() + outside.len() == 1;
        let mut members = std::collections::BTreeMap::new();
        members.extend(possible.into_iter().map(|id| (id, Member { certain: only })));
        members.extend(certain.into_iter().map(|id| (id, Member { certain: true })));
        let mut links = Links {
            stated: true,
            basis: if by_reference { Basis::Reference } else { Basis::Source },
            members,
            ..Links::absent(field.at.clone())
        };
        if open {
            links.open.push(field.hidden());
        }
        links.open.extend(outside.iter().map(|value| outside_fact::<I>(field, value)));
        links.stated = !links.none();
        (links, strange)
    }

    fn told<I: Target>(&self, val: &Val, from: usize, depth: usize) -> Told<I> {
        let mut told = Told::default();
        match val {
            Val::Null => {}
            Val::Text(text) if text.is_empty() => {}
            Val::Text(text) => {
                let found: BTreeSet<I> = self.lookup(text, Some(from));
                match found.len() {
                    0 => {
                        told.outside.insert(text.to_string());
                    }
                    1 => told.certain = found,
                    _ => told.possible = found,
                }
            }
            Val::List(members) | Val::Set(members) => {
                members.iter().for_each(|member| told.and(self.told(member, from, depth)));
            }
            Val::Map(members) => members.values().for_each(|member| told.and(self.told(member, from, depth))),
            Val::Spread(of) => told.perhaps(self.told(of, from, depth)),
            Val::Either(alternatives) => {
                let each: Vec<Told<I>> = alternatives.iter().map(|one| self.told(one, from, depth)).collect();
                let in_all = |id: &I| each.iter().all(|one| one.certain.contains(id));
                let certain = each[0].certain.iter().filter(|id| in_all(id)).cloned().collect();
                for one in each {
                    told.perhaps(one);
                }
                told.certain = certain;
            }
            Val::Attr(attribute) => return self.told_by_attribute(attribute, depth).or_strange(),
            Val::Instance(instance) => {
                let whole = Attribute { instance: *instance, path: [].into() };
                return self.told_by_attribute(&whole, depth);
            }
            // an id or ARN that is put together from an attribute of what it names
            Val::Template(pieces) => {
                for piece in pieces.iter() {
                    if let Piece::Hole(val) = piece {
                        told.and(self.told(val, from, depth));
                    }
                }
                told.by_reference = true;
                return told.or_strange();
            }
            Val::Unknown(unseen) => {
                for mention in &unseen.mentions {
                    told.perhaps(self.told_by_attribute(mention, depth));
                }
                told.open = true;
            }
            Val::Bool(_) | Val::Number(_) => return told.or_strange(),
            Val::Call(_) => told.open = true,
        }
        told
    }

    fn told_by_attribute<I: Target>(&self, attribute: &Attribute, depth: usize) -> Told<I> {
        let mut told = Told::default();
        let instance = self.instance(attribute.instance);
        let name = attribute.path.first().and_then(|step| match step {
            Step::Attr(name) => Some(name.as_str()),
            Step::Key(_) => None,
        });
        if instance.data && instance.action == Action::ReadLater {
            return self.told_by_data(attribute, depth);
        }
        if let Some(accept) = I::accept(&instance.kind, name) {
            told.certain.insert(self.target(&instance.address, accept.suffix));
            return told;
        }
        let passed = PASSED_THROUGH
            .iter()
            .find(|(kind, output, ..)| instance.kind == *kind && Some(*output) == name)
            .map(|(.., input, exact)| (*input, *exact));
        let (input, exact) = passed.map_or((name, true), |(input, exact)| (Some(input), exact));
        let val = input.filter(|_| depth < MAX_DEPTH).and_then(|input| {
            let source = self.source?;
            let val = source.argument_of(attribute.instance, input)?;
            Some(source.walk(val, &attribute.path[1..]))
        });
        match val {
            Some(val) if exact => return self.told(&val, attribute.instance, depth + 1),
            Some(val) => told.perhaps(self.told(&val, attribute.instance, depth + 1)),
            // chooses among others, but is never an id itself
            None if NEVER_AN_ID.iter().any(|prefix| instance.kind.starts_with(prefix)) => {}
            None => told.open = true,
        }
        told
    }

    /// A data source that is read while applying, of a resource of this plan: it is that resource.
    fn told_by_data<I: Target>(&self, attribute: &Attribute, depth: usize) -> Told<I> {
        let kind = &self.instance(attribute.instance).kind;
        let key = READ_BY.iter().find(|(of, ..)| kind == of).filter(|_| depth < MAX_DEPTH);
        let val = key.and_then(|(_, key)| self.source?.argument_of(attribute.instance, key));
        let same = |val: &Val| match val {
            Val::Attr(of) if self.instance(of.instance).kind == *kind => {
                Some(Attribute { instance: of.instance, path: attribute.path.clone() })
            }
            _ => None,
        };
        let mut told = Told::default();
        match &val {
            Some(Val::Either(alternatives)) => {
                for one in alternatives.iter() {
                    match same(one) {
                        Some(of) => told.perhaps(self.told_by_attribute(&of, depth + 1)),
                        None => told.open = true,
                    }
                }
            }
            Some(val) => match same(val) {
                Some(of) => return self.told_by_attribute(&of, depth + 1),
                None => told.open = true,
            },
            None => told.open = true,
        }
        told
    }

    /// The targets that a value mentions anywhere.
    pub(super) fn mentioned_targets<I: Target>(&self, val: &Val) -> BTreeSet<I> {
        let mut found = BTreeSet::new();
        for mention in val.mentions() {
            let told: Told<I> = self.told_by_attribute(&mention, 0);
            found.extend(told.certain);
            found.extend(told.possible);
        }
        found
    }

    /// The attributes that a value mentions, as people write them.
    pub(super) fn mentioned(&self, val: &Val) -> Vec<String> {
        val.mentions().iter().map(|mention| self.shown(mention)).collect()
    }

    pub(super) fn shown(&self, attribute: &Attribute) -> String {
        let mut shown = self.address(attribute.instance).to_owned();
        for step in attribute.path.iter() {
            match step {
                Step::Attr(name) => {
                    shown.push('.');
                    shown.push_str(name);
                }
                Step::Key(key) => shown.push_str(&format!("[{key}]")),
            }
        }
        shown
    }

    /// What hides a value.
    pub(super) fn causes_in(&self, val: &Val, causes: &mut BTreeSet<Cause>) {
        match val {
            Val::Unknown(unseen) => {
                causes.insert(Cause::Expression(unseen.quote.to_string(), unseen.reason.to_string()));
            }
            Val::List(members) | Val::Set(members) | Val::Either(members) => {
                members.iter().for_each(|member| self.causes_in(member, causes));
            }
            Val::Map(members) => members.values().for_each(|member| self.causes_in(member, causes)),
            Val::Spread(of) => self.causes_in(of, causes),
            Val::Template(pieces) => pieces.iter().for_each(|piece| {
                if let Piece::Hole(val) = piece {
                    self.causes_in(val, causes);
                }
            }),
            Val::Null
            | Val::Bool(_)
            | Val::Number(_)
            | Val::Text(_)
            | Val::Attr(_)
            | Val::Instance(_)
            | Val::Call(_) => {}
        }
        for mention in val.mentions() {
            let instance = self.instance(mention.instance);
            if instance.action == Action::ReadLater {
                causes.insert(Cause::ReadLater(instance.address.to_string()));
            }
        }
    }

    /// Why a place is unknown although its expression was read.
    pub(super) fn untold(&self, place: &str, val: &Val) -> Unknown {
        if let Val::Unknown(unseen) = val
            && unseen.sensitive
        {
            return Unknown::new(Why::Sensitive, format!("{place} is made from a sensitive value"));
        }
        let mut causes = BTreeSet::new();
        self.causes_in(val, &mut causes);
        let from = match self.mentioned(val) {
            names if names.is_empty() => String::new(),
            names => format!(", from {}", names.join(", ")),
        };
        let cause = causes.first().map(|cause| format!(": {cause}")).unwrap_or_default();
        let why = if matches!(val, Val::Either(_)) { Why::Undecided } else { Why::AfterApply };
        Unknown::new(why, format!("{place} is known after apply{from}{cause}"))
    }

    /// What stands for a value so that two of them can be compared.
    pub(super) fn told_fingerprints(&self, val: &Val) -> Vec<String> {
        match val {
            Val::List(members) | Val::Set(members) => {
                members.iter().flat_map(|member| self.told_fingerprints(member)).collect()
            }
            Val::Attr(attribute) => {
                vec![format!("{}{}", self.address(attribute.instance), pointer(&attribute.path))]
            }
            Val::Template(_) => vec![digest(&format!("{val:?}"))],
            Val::Text(text) => vec![digest(text)],
            Val::Either(_)
            | Val::Unknown(_)
            | Val::Null
            | Val::Bool(_)
            | Val::Number(_)
            | Val::Map(_)
            | Val::Instance(_)
            | Val::Call(_)
            | Val::Spread(_) => Vec::new(),
        }
    }
}
