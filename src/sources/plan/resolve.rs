//! References followed to what they name: through variables, module calls, outputs, `count` and `for_each`.
//!
//! A plan holds references, not expressions: `element(aws_subnet.private[*].id, count.index)` is there as
//! `["aws_subnet.private", "count.index"]`. So the answer is a set of leaves, each saying whether it is meant for
//! certain or is one of several that may be meant. Nothing is guessed: what cannot be followed is a leaf too.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

use super::config::{Expression, Module};
use super::instances::{Action, Instances, join_module, split_module};
use super::reference::{Key, Reference, Step, Subject};

/// How deep references are followed; real configurations stay below twenty.
const MAX_DEPTH: usize = 64;
/// How many references are followed for one expression; a hostile plan could make them double at each step.
const MAX_FOLLOWED: u32 = 20_000;

/// Why a reference cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cause {
    /// Through a local value, which plan JSON does not hold.
    Local(String),
    /// To a data source that is read while applying.
    ReadLater(String),
    /// To something that the plan does not have.
    Missing(String),
    /// To a module call; which of its outputs, the plan does not say.
    Output(String),
    /// Through more references than any real configuration has.
    TooLong,
    /// There is no expression to look at: a dynamic block, a function of nothing, a plan without configuration.
    NoExpression,
    /// The source has the expression, and it cannot be followed: the expression, and why.
    Expression(String, String),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(name) => write!(f, "it passes through local.{name}, which plan JSON does not hold"),
            Self::ReadLater(address) => write!(f, "{address} is read while applying"),
            Self::Missing(what) => write!(f, "the plan does not hold {what}"),
            Self::Output(call) => write!(f, "which output of {call} is meant does not show in the plan"),
            Self::TooLong => f.write_str("its references lead on without end"),
            Self::Expression(quote, reason) => write!(f, "`{quote}` in the source: {reason}"),
            Self::NoExpression => f.write_str(
                "its expression is not in the plan (a dynamic block, or a plan without configuration)",
            ),
        }
    }
}

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Leaf<'p> {
    /// Instances, and the path into each of them.
    Instances {
        of: Vec<usize>,
        attr: Vec<Step>,
        /// All of these are meant; otherwise some of them are.
        exact: bool,
    },
    /// A value that is known now.
    Known(Cow<'p, Json>),
    /// A module call as a whole: the object of its outputs.
    Call(Call),
    /// A value that is known, names nothing, and may choose among the others.
    Selector,
    /// Nothing that can be seen.
    Unseen(Cause),
}

/// A module call whose outputs are not yet taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// Address of the module instance that holds the call.
    parent: String,
    name: String,
    /// The one instance that is meant; otherwise all of them.
    key: Option<Key>,
    depth: usize,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}module.{}", dotted(&self.parent), self.name)
    }
}

/// Where an expression stands: the module instance, and the key of the resource or call it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Scope<'p> {
    pub(super) module: String,
    pub(super) config: &'p Module,
    pub(super) key: Option<Key>,
    pub(super) for_each: Option<&'p Expression>,
    /// How many instances the resource or call has.
    pub(super) count: usize,
}

/// Follows references within one plan.
#[derive(Debug)]
pub(super) struct Resolver<'p> {
    pub(super) instances: &'p Instances<'p>,
    pub(super) root: &'p Module,
    pub(super) variables: &'p BTreeMap<String, Json>,
    /// The `region` of each provider configuration of the root module.
    pub(super) provider_regions: &'p BTreeMap<String, Expression>,
    /// Data sources that were read are in the plan.
    pub(super) has_prior_state: bool,
    /// Everything that the configuration makes is in the plan.
    pub(super) complete: bool,
    /// References followed for the expression at hand.
    pub(super) followed: Cell<u32>,
}

impl<'p> Resolver<'p> {
    /// The configuration of a module instance.
    pub(super) fn module(&self, address: &str) -> Option<&'p Module> {
        match split_module(address) {
            None => Some(self.root),
            Some((parent, call, _)) => Some(&self.module(parent)?.calls.get(call)?.module),
        }
    }

    /// The scope of a resource instance.
    pub(super) fn scope_of(&self, instance: usize) -> Option<Scope<'p>> {
        let instance = &self.instances.all[instance];
        let config = self.module(&instance.module)?;
        let for_each = config.resources.get(&instance.block()).and_then(|block| block.for_each.as_ref());
        let count = self.instances.of_block(&instance.module, &instance.block()).len();
        Some(Scope { module: instance.module.clone(), config, key: instance.key.clone(), for_each, count })
    }

    /// What an expression mentions.
    pub(super) fn expression(&self, expression: &'p Expression, scope: &Scope<'p>) -> Vec<Leaf<'p>> {
        self.followed.set(0);
        self.follow(expression, scope, 0)
    }

    /// What one reference of an expression leads to.
    pub(super) fn one_reference(&self, reference: &'p Reference, scope: &Scope<'p>) -> Vec<Leaf<'p>> {
        self.followed.set(0);
        self.reference(reference, scope, (None, true), 1)
    }

    /// Whether a reference leads to something that a key can pick from: anything but a single resource.
    fn has_keys(&self, reference: &Reference, scope: &Scope<'p>) -> bool {
        match &reference.subject {
            Subject::Resource { data, kind, name } => {
                let found = self.instances.of_block(&scope.module, &(*data, kind.clone(), name.clone()));
                found.iter().any(|at| self.instances.all[*at].key.is_some())
            }
            Subject::Variable(_) | Subject::Module(_) | Subject::EachValue | Subject::Local(_) => true,
            Subject::CountIndex | Subject::EachKey | Subject::Constant | Subject::Other(_) => false,
        }
    }

    fn follow(&self, expression: &'p Expression, scope: &Scope<'p>, depth: usize) -> Vec<Leaf<'p>> {
        match expression {
            Expression::Constant(json) => vec![Leaf::Known(Cow::Borrowed(json))],
            Expression::Opaque => vec![Leaf::Unseen(Cause::NoExpression)],
            Expression::References(_) | Expression::Blocks(_) | Expression::Block(_) => {
                let references = expression.references();
                // beside a variable or local value the key may be looked up there first
                let looked_up = references.iter().any(|reference| reference.subject == Subject::EachKey)
                    && references
                        .iter()
                        .any(|of| matches!(of.subject, Subject::Variable(_) | Subject::Local(_)))
                    && references
                        .iter()
                        .any(|of| matches!(of.subject, Subject::Resource { .. } | Subject::Module(_)));
                let pick = scope.key.as_ref().filter(|_| !looked_up).filter(|_| {
                    references.iter().any(|reference| {
                        matches!(reference.subject, Subject::CountIndex | Subject::EachKey)
                            || (reference.subject == Subject::EachValue && self.each_value_is_key(scope))
                    })
                });
                let picks = references.iter().any(|reference| self.has_keys(reference, scope));
                references
                    .into_iter()
                    .flat_map(|reference| self.reference(reference, scope, (pick, picks), depth + 1))
                    .collect()
            }
        }
    }

    fn reference(
        &self,
        reference: &'p Reference,
        scope: &Scope<'p>,
        (pick, picks): (Option<&Key>, bool),
        depth: usize,
    ) -> Vec<Leaf<'p>> {
        self.followed.set(self.followed.get().saturating_add(1));
        if depth > MAX_DEPTH || self.followed.get() > MAX_FOLLOWED {
            return vec![Leaf::Unseen(Cause::TooLong)];
        }
        let steps = reference.steps.as_slice();
        match &reference.subject {
            Subject::Resource { data, kind, name } => self.resource(*data, kind, name, steps, scope, pick),
            Subject::Variable(name) => {
                let leaves = self.variable(name, scope, depth);
                self.narrow(self.steps(leaves, steps), pick)
            }
            Subject::Module(name) => self.output(name, steps, scope, pick, depth),
            Subject::EachValue => self.steps(self.each_value(scope, depth), steps),
            Subject::Local(name) => vec![Leaf::Unseen(Cause::Local(name.clone()))],
            // a key serves to pick from what has keys, else it chooses between branches
            Subject::CountIndex | Subject::EachKey if picks => Vec::new(),
            Subject::CountIndex | Subject::EachKey => vec![Leaf::Selector],
            Subject::Constant if steps == [Step::Attr("workspace".to_owned())] => vec![Leaf::Selector],
            Subject::Constant => Vec::new(),
            Subject::Other(text) => vec![Leaf::Unseen(Cause::Missing(text.clone()))],
        }
    }

    fn resource(
        &self,
        data: bool,
        kind: &str,
        name: &str,
        steps: &[Step],
        scope: &Scope<'p>,
        pick: Option<&Key>,
    ) -> Vec<Leaf<'p>> {
        let block = (data, kind.to_owned(), name.to_owned());
        let found = self.instances.of_block(&scope.module, &block);
        let address = || format!("{}{}{kind}.{name}", dotted(&scope.module), if data { "data." } else { "" });
        if found.is_empty() {
            // no instance of a block of the configuration: its count is zero, so nothing can come from it
            let counted_out = self.complete
                && scope.config.resources.contains_key(&block)
                && (!data || self.has_prior_state);
            return if counted_out { Vec::new() } else { vec![Leaf::Unseen(Cause::Missing(address()))] };
        }
        let all = Leaf::Instances { of: found.to_vec(), attr: Vec::new(), exact: true };
        if let Some((Step::Key(key), rest)) = steps.split_first() {
            let of: Vec<usize> = found
                .iter()
                .copied()
                .filter(|at| self.instances.all[*at].key.as_ref() == Some(key))
                .collect();
            let leaf = Leaf::Instances { of, attr: Vec::new(), exact: true };
            return self.steps(vec![leaf], rest);
        }
        let keyed = self.instances.all[found[0]].key.is_some();
        // of `x[count.index + 2]` the plan keeps what it keeps of `x[count.index]`; as many of both make the plain
        // index likely
        let offset = matches!(pick, Some(Key::Index(_))) && found.len() != scope.count;
        let leaves = match (keyed, offset) {
            // the only one is meant by whatever index
            (true, true) if found.len() == 1 => vec![all],
            (true, true) => vec![inexact(all)],
            (true, false) => self.narrow(vec![all], pick),
            (false, _) => vec![all],
        };
        self.steps(leaves, steps)
    }

    fn variable(&self, name: &str, scope: &Scope<'p>, depth: usize) -> Vec<Leaf<'p>> {
        let declared = scope.config.variables.get(name);
        let default = || match declared.and_then(|variable| variable.default.as_ref()) {
            Some(json) => vec![Leaf::Known(Cow::Borrowed(json))],
            None => vec![Leaf::Unseen(Cause::Missing(format!("{}var.{name}", dotted(&scope.module))))],
        };
        let Some((parent, call_name, key)) = split_module(&scope.module) else {
            return match self.variables.get(name) {
                Some(json) => vec![Leaf::Known(Cow::Borrowed(json))],
                None => default(),
            };
        };
        let Some(config) = self.module(parent) else { return default() };
        let Some(call) = config.calls.get(call_name) else { return default() };
        match call.arguments.get(name) {
            Some(expression) => {
                let count = self.instances.keys_of_call(parent, call_name).len();
                let for_each = call.for_each.as_ref();
                let scope = Scope { module: parent.to_owned(), config, key, for_each, count };
                self.follow(expression, &scope, depth)
            }
            None => default(),
        }
    }

    fn output(
        &self,
        call: &str,
        steps: &[Step],
        scope: &Scope<'p>,
        pick: Option<&Key>,
        depth: usize,
    ) -> Vec<Leaf<'p>> {
        let missing =
            || vec![Leaf::Unseen(Cause::Missing(format!("{}module.{call}", dotted(&scope.module))))];
        let Some(config) = scope.config.calls.get(call).map(|call| &call.module) else { return missing() };
        let (chosen, steps) = match steps.split_first() {
            Some((Step::Key(key), rest)) => (Some(key), rest),
            _ => (None, steps),
        };
        let keys = self.instances.keys_of_call(&scope.module, call);
        let pick_call = pick.filter(|key| keys.iter().any(|other| other.as_ref() == Some(*key)));
        let key = chosen.or(pick_call).cloned();
        let of = Call { parent: scope.module.clone(), name: call.to_owned(), key, depth };
        let Some((Step::Attr(output), steps)) = steps.split_first() else { return vec![Leaf::Call(of)] };
        if !config.outputs.contains_key(output) {
            return missing();
        }
        let leaves = self.steps(self.output_of(&of, output), steps);
        // a key that has chosen among the calls has done its work
        if pick_call.is_some() { leaves } else { self.narrow(leaves, pick) }
    }

    /// What an output of a call holds, in the instances that are meant.
    fn output_of(&self, call: &Call, output: &str) -> Vec<Leaf<'p>> {
        let missing = || vec![Leaf::Unseen(Cause::Missing(format!("{call}.{output}")))];
        let config = self.module(&call.parent).and_then(|config| config.calls.get(&call.name));
        let Some(config) = config.map(|call| &call.module) else { return missing() };
        let Some(expression) = config.outputs.get(output) else { return missing() };
        let keys = self.instances.keys_of_call(&call.parent, &call.name);
        let meant = keys.iter().filter(|key| call.key.is_none() || **key == call.key);
        let leaves = meant.flat_map(|key| {
            let module = join_module(&call.parent, &call.name, key.as_ref());
            let scope = Scope { module, config, key: None, for_each: None, count: 1 };
            self.follow(expression, &scope, call.depth + 1)
        });
        leaves.collect()
    }

    /// What each output of a call holds.
    pub(super) fn outputs(&self, call: &Call) -> Vec<Vec<Leaf<'p>>> {
        let config = self.module(&call.parent).and_then(|config| config.calls.get(&call.name));
        let names = config.into_iter().flat_map(|call| call.module.outputs.keys());
        names.map(|name| self.output_of(call, name)).collect()
    }

    /// `each.value` of a set is its key; a collection that a function makes of literals may be one.
    fn each_value_is_key(&self, scope: &Scope<'p>) -> bool {
        match scope.for_each {
            None => return false,
            Some(Expression::Opaque) => return true,
            Some(_) => {}
        }
        self.each_value(scope, 1).iter().all(|leaf| match (leaf, &scope.key) {
            (Leaf::Known(json), Some(Key::Name(key))) => json.as_str() == Some(key),
            _ => false,
        })
    }

    fn each_value(&self, scope: &Scope<'p>, depth: usize) -> Vec<Leaf<'p>> {
        let (Some(for_each), Some(key)) = (scope.for_each, &scope.key) else {
            return vec![Leaf::Unseen(Cause::NoExpression)];
        };
        // made of literals: a text or number that is known, and names no resource
        if *for_each == Expression::Opaque {
            return Vec::new();
        }
        // the collection stands outside the iteration
        let outside = Scope { key: None, for_each: None, count: 1, ..scope.clone() };
        self.narrow(self.follow(for_each, &outside, depth + 1), Some(key))
    }

    /// Follows steps into what was found.
    fn steps(&self, mut leaves: Vec<Leaf<'p>>, steps: &[Step]) -> Vec<Leaf<'p>> {
        for step in steps {
            leaves = match step {
                Step::Key(key) if leaves.iter().all(|leaf| !self.is_inside(leaf)) => {
                    self.narrow(leaves, Some(key))
                }
                Step::Key(_) => leaves,
                Step::Attr(name) => {
                    let alone = leaves.len() == 1;
                    let member = |leaf| match leaf {
                        Leaf::Call(call) => self.output_of(&call, name),
                        leaf => self.member(leaf, name, alone).into_iter().collect(),
                    };
                    leaves.into_iter().flat_map(member).collect()
                }
            };
        }
        leaves
    }

    /// Whether a leaf already stands inside an attribute of an instance.
    fn is_inside(&self, leaf: &Leaf<'p>) -> bool {
        matches!(leaf, Leaf::Instances { of, attr, .. } if !attr.is_empty() && of.len() == 1
            && self.instances.all[of[0]].after.get().pointer(&pointer(attr)).is_some_and(Json::is_array))
    }

    /// The member `name` of an object. A leaf that is an attribute of a resource stands in an object that somebody
    /// built around it, whose structure the plan does not hold: it stays, and is certain only when alone.
    fn member(&self, leaf: Leaf<'p>, name: &str, alone: bool) -> Option<Leaf<'p>> {
        match leaf {
            Leaf::Known(Cow::Borrowed(Json::Object(object))) => {
                object.get(name).map(|json| Leaf::Known(Cow::Borrowed(json)))
            }
            Leaf::Known(Cow::Owned(Json::Object(mut object))) => {
                object.remove(name).map(|json| Leaf::Known(Cow::Owned(json)))
            }
            Leaf::Known(_) => None,
            Leaf::Instances { of, mut attr, exact } => {
                let fits = attr.is_empty() && of.iter().all(|at| self.has_attribute(*at, name));
                if fits {
                    attr.push(Step::Attr(name.to_owned()));
                }
                Some(Leaf::Instances { of, attr, exact: exact && (fits || alone) })
            }
            // taken apart before
            Leaf::Call(call) => Some(Leaf::Call(call)),
            Leaf::Selector => Some(Leaf::Selector),
            Leaf::Unseen(cause) => Some(Leaf::Unseen(cause)),
        }
    }

    fn has_attribute(&self, at: usize, name: &str) -> bool {
        let instance = &self.instances.all[at];
        let has = |json: &Json| json.get(name).is_some();
        let configured = || {
            let block =
                self.module(&instance.module).and_then(|module| module.resources.get(&instance.block()));
            block.is_some_and(|block| block.attributes.contains_key(name))
        };
        has(instance.after.get())
            || has(instance.unknown.get())
            || instance.unknown.get() == &Json::Bool(true)
            || instance.action == Action::ReadLater
            || configured()
    }

    /// Narrows a collection down to the member with a key.
    fn narrow(&self, leaves: Vec<Leaf<'p>>, pick: Option<&Key>) -> Vec<Leaf<'p>> {
        let Some(key) = pick else { return leaves };
        if let [Leaf::Known(json)] = leaves.as_slice() {
            return match member_of(json, key) {
                Some(json) => vec![Leaf::Known(Cow::Owned(json))],
                None => leaves,
            };
        }
        if let [Leaf::Call(call)] = leaves.as_slice() {
            let keys = self.instances.keys_of_call(&call.parent, &call.name);
            let among = keys.iter().any(|other| other.as_ref() == Some(key));
            let key = if among && call.key.is_none() { Some(key.clone()) } else { call.key.clone() };
            return vec![Leaf::Call(Call { key, ..call.clone() })];
        }
        let keyed = |at: &usize| self.instances.all[*at].key.as_ref() == Some(key);
        let mut entries: Vec<Leaf<'p>> = Vec::new();
        for leaf in &leaves {
            match leaf {
                Leaf::Instances { of, attr, exact } => {
                    let matching: Vec<usize> = of.iter().copied().filter(|at| keyed(at)).collect();
                    let repeated = of.iter().all(|at| self.instances.all[*at].key.is_some());
                    if let (true, [at], 1) = (repeated, matching.as_slice(), leaves.len()) {
                        return vec![Leaf::Instances { of: vec![*at], attr: attr.clone(), exact: *exact }];
                    }
                    entries.extend(of.iter().map(|at| Leaf::Instances {
                        of: vec![*at],
                        attr: attr.clone(),
                        exact: *exact,
                    }));
                }
                Leaf::Known(json) => match json.as_array() {
                    Some(list) => {
                        entries.extend(list.iter().map(|json| Leaf::Known(Cow::Owned(json.clone()))));
                    }
                    None => entries.push(leaf.clone()),
                },
                Leaf::Call(_) | Leaf::Selector | Leaf::Unseen(_) => entries.push(leaf.clone()),
            }
        }
        let seen = entries.iter().all(|entry| matches!(entry, Leaf::Instances { exact: true, .. }));
        match key {
            // a list by position; `element` begins anew where the list ends
            Key::Index(index) if seen && !entries.is_empty() => {
                let at = usize::try_from(*index).unwrap_or(0) % entries.len();
                vec![entries.swap_remove(at)]
            }
            // a key that is computed, or the value of a key in an object that nobody can see into
            _ if entries.len() > 1 => leaves.into_iter().map(inexact).collect(),
            _ => leaves,
        }
    }
}

fn inexact(leaf: Leaf<'_>) -> Leaf<'_> {
    match leaf {
        Leaf::Instances { of, attr, .. } => Leaf::Instances { of, attr, exact: false },
        other => other,
    }
}

/// The member of a known collection: of an object by name, of a list by position or, as a set, by its own text.
fn member_of(json: &Json, key: &Key) -> Option<Json> {
    match (json, key) {
        (Json::Object(object), Key::Name(name)) => object.get(name).cloned(),
        (Json::Array(list), Key::Index(index)) if !list.is_empty() => {
            list.get(usize::try_from(*index).ok()? % list.len()).cloned()
        }
        (Json::Array(list), Key::Name(name)) => {
            list.iter().find(|member| member.as_str() == Some(name)).cloned()
        }
        _ => None,
    }
}

/// A JSON pointer (RFC 6901) for a path.
pub(super) fn pointer(steps: &[Step]) -> String {
    steps
        .iter()
        .map(|step| match step {
            Step::Attr(name) | Step::Key(Key::Name(name)) => {
                format!("/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Step::Key(Key::Index(index)) => format!("/{index}"),
        })
        .collect()
}

fn dotted(module: &str) -> String {
    if module.is_empty() { String::new() } else { format!("{module}.") }
}
