//! Names, and what they stand for: variables, local values, calls, outputs, resources, `each` and `count`.

use std::rc::Rc;

use super::conceal::conceal;
use super::functions::{Failed, Outcome};
use super::iterate::pairs;
use super::source::{Cached, Source};
use super::types::Type;
use super::value::{Attribute, CallRef, Val};
use crate::sources::hcl::module::Module;
use crate::sources::hcl::syntax::{Block, Expr, Kind};
use crate::sources::plan::instances::{Action, join_module, split_module};
use crate::sources::plan::reference::{Key, Step};

/// Where an expression stands.
#[derive(Debug, Clone)]
pub(in crate::sources::plan) struct Scope {
    /// Address of the module instance, empty for the root.
    pub(super) module: Rc<str>,
    /// Its source; nothing for a template file, which sees its own variables only.
    pub(super) source: Option<Rc<Module>>,
    /// The block with `for_each` or `count`, and the instance of it.
    repeated: Option<(Rc<Block>, Key)>,
    /// Iteration variables, the innermost last.
    names: Vec<(Rc<str>, Val)>,
    /// The member that a splat is at.
    pub(super) item: Option<Val>,
}

impl Scope {
    /// Of the top of a module instance.
    pub(super) fn top(module: &str, source: Rc<Module>) -> Self {
        Self { module: module.into(), source: Some(source), repeated: None, names: Vec::new(), item: None }
    }

    /// Of a template file, which sees its own variables only.
    pub(super) fn template(names: Vec<(Rc<str>, Val)>) -> Self {
        Self { module: Rc::from(""), source: None, repeated: None, names, item: None }
    }

    /// Of a block, in one of its instances.
    pub(super) fn within(&self, block: &Rc<Block>, key: Option<&Key>) -> Self {
        Self { repeated: key.map(|key| (block.clone(), key.clone())), ..self.clone() }
    }

    pub(super) fn bound(&self, name: &str) -> Option<&Val> {
        self.names.iter().rev().find(|(bound, _)| &**bound == name).map(|(_, val)| val)
    }

    pub(super) fn with(&self, key: Option<&Rc<str>>, k: Val, name: &Rc<str>, val: Val) -> Self {
        let mut scope = self.clone();
        scope.names.extend(key.map(|key| (key.clone(), k)));
        scope.names.push((name.clone(), val));
        scope
    }

    pub(super) fn with_item(&self, item: Val) -> Self {
        Self { item: Some(item), ..self.clone() }
    }
}

impl<'p> Source<'p> {
    /// The object that a traversal starts from, where `expr` is exactly that.
    pub(super) fn named(&self, expr: &Expr, scope: &Scope) -> Option<Outcome> {
        let Kind::Get(of, name) = &expr.kind else { return None };
        scope.source.as_ref()?;
        match &of.kind {
            Kind::Name(root) if scope.bound(root).is_some() => None,
            Kind::Name(root) => Some(match &**root {
                "var" => Ok(self.variable(name, scope)),
                "local" => Ok(self.local(name, scope)),
                "module" => Ok(self.calls(name, scope)),
                "each" if &**name == "key" => Ok(each_key(scope)),
                "each" => self.each_value(scope),
                "count" => Ok(each_key(scope)),
                "path" => Ok(path(name, scope)),
                "terraform" => Ok(Val::unseen("the plan does not hold it", [])),
                // what follows is the type of a resource
                "data" | "resource" => return None,
                kind => Ok(self.resource(false, kind, name, scope)),
            }),
            Kind::Get(root, kind) => match &root.kind {
                Kind::Name(root) if scope.bound(root).is_some() => None,
                Kind::Name(root) if &**root == "data" => Some(Ok(self.resource(true, kind, name, scope))),
                Kind::Name(root) if &**root == "resource" => {
                    Some(Ok(self.resource(false, kind, name, scope)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn variable(&self, name: &Rc<str>, scope: &Scope) -> Val {
        self.cached((Cached::Variable, scope.module.clone(), name.clone()), || {
            let Some(source) = &scope.source else { return Val::unseen("it is not known here", []) };
            let Some(variable) = source.variables.get(name) else {
                return Val::unseen("the source does not declare it", []);
            };
            let default = |expr: &Expr| self.value(expr, &Scope::top(&scope.module, source.clone()));
            let given = match split_module(&scope.module) {
                None => self.variables.get(&**name).map(Val::from_json),
                Some((parent, call, key)) => self.argument(parent, call, key.as_ref(), name),
            };
            if variable.broken() {
                return Val::unseen("its declaration cannot be parsed", []);
            }
            let val = match (given, variable.default()) {
                // the default stands in for a null, also for one that is known after apply
                (Some(val), Some(expr)) if !variable.nullable() => or_default(val, &|| default(expr)),
                (Some(val), _) => val,
                (None, Some(expr)) => default(expr),
                (None, None) => return Val::unseen("the plan does not hold its value", []),
            };
            let constraint = variable.constraint().map_or(Type::Any, Type::parse);
            let val = constraint.convert(val, &default);
            let planned = self.planned(&scope.module).and_then(|plan| plan.variables.get(&**name));
            let sensitive = variable.sensitive() || planned.is_some_and(|planned| planned.sensitive);
            if sensitive { conceal(&val) } else { val }
        })
    }

    /// What a call gives for a variable; nothing where it does not.
    fn argument(&self, parent: &str, call: &str, key: Option<&Key>, name: &str) -> Option<Val> {
        let scope = self.module_scope(parent);
        let called =
            scope.as_ref().and_then(|scope| Some(scope.source.as_ref()?.calls.get(call)?.block.clone()));
        let (Some(scope), Some(block)) = (scope, called.filter(|block| !block.body.broken)) else {
            return Some(Val::unseen("the call is not at hand", []));
        };
        let attribute = block.body.attribute(name)?;
        if !self.argument_agrees(parent, call, &attribute.value, name) {
            return Some(Val::unseen("its source is another one", []));
        }
        Some(self.value(&attribute.value, &scope.within(&block, key)))
    }

    fn local(&self, name: &Rc<str>, scope: &Scope) -> Val {
        self.cached((Cached::Local, scope.module.clone(), name.clone()), || {
            let Some(source) = &scope.source else { return Val::unseen("it is not known here", []) };
            match source.locals.get(name) {
                Some(local) => self.value(local.value(), &Scope::top(&scope.module, source.clone())),
                None => Val::unseen("the source does not define it", []),
            }
        })
    }

    /// A module call: an object of outputs, or a collection of them.
    fn calls(&self, name: &Rc<str>, scope: &Scope) -> Val {
        self.cached((Cached::Call, scope.module.clone(), name.clone()), || {
            let call = scope.source.as_ref().and_then(|source| source.calls.get(name));
            let Some(call) = call else { return Val::unseen("the source does not call it", []) };
            let of = |key: Option<&Key>| {
                Val::Call(Rc::new(CallRef { module: join_module(&scope.module, name, key) }))
            };
            let planned = || self.instances.keys_of_call(&scope.module, name);
            let inside = |attribute: &str| call.block.body.attribute(attribute).map(|of| &of.value);
            if let Some(expr) = inside("for_each") {
                let keys = pairs(&self.value(expr, scope)).and_then(|pairs| {
                    pairs.into_iter().map(|(key, _)| key.scalar_text()).collect::<Option<Vec<_>>>()
                });
                let keys: Vec<Key> = match keys {
                    Some(keys) => keys.into_iter().map(|key| Key::Name(key.to_string())).collect(),
                    None => planned().into_iter().flatten().collect(),
                };
                return Val::map(keys.iter().filter_map(|key| match key {
                    Key::Name(name) => Some((Rc::from(name.as_str()), of(Some(key)))),
                    Key::Index(_) => None,
                }));
            }
            if let Some(expr) = inside("count") {
                let count = super::types::number(&self.value(expr, scope));
                #[expect(clippy::cast_possible_truncation, reason = "a count of calls is small")]
                let count = count.map_or_else(
                    || i64::try_from(planned().into_iter().flatten().count()).unwrap_or(0),
                    |count| count as i64,
                );
                return Val::list((0..count.clamp(0, 10_000)).map(|index| of(Some(&Key::Index(index)))));
            }
            of(None)
        })
    }

    /// An output of a call.
    pub(super) fn output(&self, call: &Rc<CallRef>, name: &str) -> Outcome {
        let Some(scope) = self.module_scope(&call.module) else {
            let why = format!("the source of {}, which has the output {name}, is not at hand", call.module);
            return Ok(Val::unseen(why, []));
        };
        let known = scope.source.as_ref().and_then(|source| source.outputs.get(name));
        let incomplete = scope.source.as_ref().is_some_and(|source| source.incomplete);
        let Some(output) = known else {
            return if incomplete {
                Ok(Val::unseen("a file of its module cannot be read", []))
            } else {
                Err(Failed)
            };
        };
        let Some(expr) = output.value().filter(|expr| self.output_agrees(call, name, expr)) else {
            return Ok(Val::unseen("its source is another one, or cannot be parsed", []));
        };
        Ok(self.cached((Cached::Output, scope.module.clone(), name.into()), || {
            let val = self.value(expr, &scope);
            if output.sensitive() { conceal(&val) } else { val }
        }))
    }

    /// The instances of a block.
    fn resource(&self, data: bool, kind: &str, name: &str, scope: &Scope) -> Val {
        let block = (data, kind.to_owned(), name.to_owned());
        let found = self.instances.of_block(&scope.module, &block);
        let declared = scope
            .source
            .as_ref()
            .and_then(|source| source.resources.get(&(data, Rc::from(kind), Rc::from(name))));
        let sets = |name: &str| declared.is_some_and(|block| block.body.attribute(name).is_some());
        let complete = self.complete && (!data || self.has_prior_state);
        if found.is_empty() && !(complete && (sets("count") || sets("for_each"))) {
            let shown = if data { "data." } else { "" };
            return Val::unseen(format!("the plan does not hold {shown}{kind}.{name}"), []);
        }
        let key = |at: &usize| self.instances.all[*at].key.clone();
        if sets("for_each") {
            return Val::map(found.iter().filter_map(|at| match key(at) {
                Some(Key::Name(key)) => Some((Rc::from(key.as_str()), Val::Instance(*at))),
                _ => None,
            }));
        }
        if sets("count") || found.iter().any(|at| key(at).is_some()) {
            // a partial plan may lack some of them
            let mut indexes = (0..).zip(found);
            let dense = indexes.all(|(index, at)| key(at) == Some(Key::Index(index)));
            if !dense {
                let some: Vec<Val> = found.iter().map(|at| Val::Instance(*at)).collect();
                return Val::unseen("the plan holds some of its instances only", &some);
            }
            return Val::list(found.iter().map(|at| Val::Instance(*at)));
        }
        Val::Instance(found[0])
    }

    /// What an attribute of an instance is, or will be.
    pub(super) fn attribute(&self, instance: usize, name: &str) -> Val {
        let of = &self.instances.all[instance];
        let attribute = Attribute { instance, path: Rc::from([Step::Attr(name.to_owned())]) };
        if of.action == Action::ReadLater {
            return Val::Attr(attribute);
        }
        let part = |json: &'p serde_json::Value| match json {
            serde_json::Value::Bool(_) => Some(json),
            other => other.get(name),
        };
        let (value, unknown) = (of.after.get().get(name), part(of.unknown.get()));
        let val = match (value, unknown) {
            (None, None) => Val::unseen("the plan does not hold it", [&Val::Attr(attribute)]),
            (value, unknown) => super::refine::planned(value, unknown, &attribute),
        };
        match part(of.sensitive.get()) {
            Some(mark) if super::refine::any_mark(mark) => conceal(&val),
            _ => val,
        }
    }

    /// `each.value`
    fn each_value(&self, scope: &Scope) -> Outcome {
        let Some((block, key)) = &scope.repeated else { return Err(Failed) };
        let Some(for_each) = block.body.attribute("for_each") else { return Err(Failed) };
        let name = Rc::from(format!("{}.{}", block.kind, block.labels.join(".")));
        let collection = self.cached((Cached::ForEach, scope.module.clone(), name), || {
            // the collection stands outside of the iteration
            let outside = Scope { repeated: None, names: Vec::new(), item: None, ..scope.clone() };
            self.value(&for_each.value, &outside)
        });
        let key = Val::from_key(key);
        Ok(match &collection {
            // a list cannot be iterated over; what looks like one is a set whose members are not all known
            Val::Set(_) | Val::List(_) => key,
            other => self.index(other, &key)?,
        })
    }

    /// The scope of a module instance; nothing where its source is not at hand.
    pub(super) fn module_scope(&self, address: &str) -> Option<Scope> {
        Some(Scope::top(address, self.module(address)?))
    }
}

/// A value, with the default in the place of a null.
fn or_default(val: Val, default: &dyn Fn() -> Val) -> Val {
    match val {
        Val::Null => default(),
        Val::Either(alternatives) => {
            Val::either(alternatives.iter().map(|one| or_default(one.clone(), default)))
        }
        Val::Unknown(_) | Val::Attr(_) => Val::either([val, default()]),
        other => other,
    }
}

/// `path.module` and `path.root`, relative to the directory of the root module, where Terraform runs.
fn path(name: &str, scope: &Scope) -> Val {
    match (name, &scope.source) {
        ("module", Some(source)) => Val::text(&source.path),
        ("root", _) => Val::text("."),
        _ => Val::unseen("the plan does not hold it", []),
    }
}

/// `each.key` and `count.index`
fn each_key(scope: &Scope) -> Val {
    match &scope.repeated {
        Some((_, key)) => Val::from_key(key),
        None => Val::unseen("it is not known here", []),
    }
}
