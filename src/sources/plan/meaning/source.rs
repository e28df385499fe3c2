//! The source of one plan: its modules beside the instances that Terraform made of them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value as Json;

use super::agree::{argument_differs, resource_differs};
use super::iterate::pairs;
use super::scope::Scope;
use super::types::number;
use super::value::{CallRef, Val};
use crate::model::gap::Gap;
use crate::sources::document::Documents;
use crate::sources::hcl::module::Module;
use crate::sources::hcl::references::references;
use crate::sources::hcl::syntax::{Block, Expr, Kind};
use crate::sources::hcl::tree::Tree;
use crate::sources::plan::config;
use crate::sources::plan::instances::{Instance, Instances, split_module};
use crate::sources::plan::reference::{Key, Step};

/// What is evaluated once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Cached {
    Variable,
    Local,
    Call,
    Output,
    ForEach,
}

/// Kind, module instance and name.
type CacheKey = (Cached, Rc<str>, Rc<str>);

/// The source of a plan.
#[derive(Debug)]
pub(in crate::sources::plan) struct Source<'p> {
    pub(super) tree: Rc<Tree>,
    pub(super) documents: &'p Documents,
    pub(super) instances: &'p Instances<'p>,
    pub(super) variables: &'p BTreeMap<String, Json>,
    plan: &'p config::Module,
    /// Nothing that the configuration makes is left out of the plan.
    pub(super) complete: bool,
    /// Data sources that were read are in the plan.
    pub(super) has_prior_state: bool,
    /// Modules whose source is another one than the plan was made with, by call path (`a.b`).
    pub(super) foreign: Vec<String>,
    pub(super) depth: Cell<u32>,
    pub(super) steps: Cell<u64>,
    pub(super) stop_at: Cell<u64>,
    /// A way to a value was left out because it fails.
    pub(super) dropped: Cell<bool>,
    cache: RefCell<HashMap<CacheKey, Option<Val>>>,
    files: RefCell<BTreeMap<String, Val>>,
    templates: RefCell<HashMap<String, Option<Rc<Expr>>>>,
    /// Blocks, arguments and outputs of called modules: whether they are what was planned.
    agreed: RefCell<HashMap<String, bool>>,
    late: RefCell<Vec<Gap>>,
}

/// A value that is used elsewhere: one of absurd size is not followed. Parts are shared in memory, so that a few locals
/// can make a value that nobody could walk through.
fn settled(val: Val) -> Val {
    match val.size(MAX_SIZE) {
        Some(_) => val,
        None => Val::unseen("it is too large to be followed", []),
    }
}

/// The calls of a module instance without their keys: `a.b`.
fn split_calls(address: &str) -> String {
    let mut calls = Vec::new();
    let mut rest = address;
    while let Some((parent, call, _)) = split_module(rest) {
        calls.push(call);
        rest = parent;
    }
    calls.reverse();
    calls.join(".")
}

/// How many parts a value has that is used elsewhere, a text of a hundred bytes counting as one.
const MAX_SIZE: usize = 100_000;

impl<'p> Source<'p> {
    pub(in crate::sources::plan) fn new(
        tree: Rc<Tree>,
        documents: &'p Documents,
        instances: &'p Instances<'p>,
        (plan, variables): (&'p config::Module, &'p BTreeMap<String, Json>),
        (complete, has_prior_state): (bool, bool),
        foreign: Vec<String>,
    ) -> Self {
        Self {
            tree,
            documents,
            instances,
            variables,
            plan,
            complete,
            has_prior_state,
            foreign,
            depth: Cell::default(),
            steps: Cell::default(),
            stop_at: Cell::default(),
            dropped: Cell::default(),
            cache: RefCell::default(),
            files: RefCell::default(),
            templates: RefCell::default(),
            agreed: RefCell::default(),
            late: RefCell::default(),
        }
    }

    /// A value that is worked out once. One that leads back to itself is not followed.
    pub(super) fn cached(&self, key: CacheKey, f: impl FnOnce() -> Val) -> Val {
        if let Some(known) = self.cache.borrow().get(&key) {
            return known.clone().unwrap_or_else(|| Val::unseen("it refers to itself", []));
        }
        self.cache.borrow_mut().insert(key.clone(), None);
        // a failure in here is one of the whole plan, and nobody outside catches it
        let before = self.dropped.get();
        let val = settled(f());
        self.dropped.set(before);
        self.cache.borrow_mut().insert(key, Some(val.clone()));
        val
    }

    /// The source of a module instance; nothing where it could not be read or is another one.
    pub(in crate::sources::plan) fn module(&self, address: &str) -> Option<Rc<Module>> {
        let mut path = Vec::new();
        let mut rest = address;
        while let Some((parent, call, _)) = split_module(rest) {
            path.push(call);
            rest = parent;
        }
        path.reverse();
        let mut module = self.tree.root.clone();
        for (depth, call) in path.iter().enumerate() {
            if self.foreign.contains(&path[..=depth].join(".")) {
                return None;
            }
            module = module.calls.get(*call)?.module.clone()?;
        }
        Some(module)
    }

    /// The block of an instance.
    pub(in crate::sources::plan) fn block(&self, instance: usize) -> Option<Rc<Block>> {
        let of = &self.instances.all[instance];
        let module = self.module(&of.module)?;
        let name = (of.data, Rc::from(&*of.kind), Rc::from(&*of.name));
        let block = module.resources.get(&name)?;
        (self.block_agrees(of, block) && self.instances_agree(of, block)).then(|| block.clone())
    }

    /// The plan's configuration of a module instance.
    pub(super) fn planned(&self, address: &str) -> Option<&'p config::Module> {
        match split_module(address) {
            None => Some(self.plan),
            Some((parent, call, _)) => Some(&self.planned(parent)?.calls.get(call)?.module),
        }
    }

    /// Whether something of a called module is what was planned; said once where it is not. The root module was
    /// compared as a whole.
    fn agrees(&self, module: &str, what: &str, differ: impl FnOnce(&config::Module) -> Vec<String>) -> bool {
        if module.is_empty() {
            return true;
        }
        let calls = split_calls(module);
        let key = format!("{calls}: {what}");
        if let Some(known) = self.agreed.borrow().get(&key) {
            return *known;
        }
        let found = self.planned(module).map(differ).unwrap_or_default();
        if let Some(first) = found.first() {
            self.late.borrow_mut().push(Gap {
                what: format!("the source of {what} in module.{}", calls.replace('.', ".module.")),
                why: format!("not used: it is not what the plan was made with: {first}"),
                remedy: "run `terraform init`, and plan and scan in the same checkout".to_owned(),
            });
        }
        self.agreed.borrow_mut().insert(key, found.is_empty());
        found.is_empty()
    }

    fn block_agrees(&self, of: &Instance<'_>, block: &Block) -> bool {
        let name = of.block();
        let what = format!("{}{}.{}", if of.data { "data." } else { "" }, of.kind, of.name);
        self.agrees(&of.module, &what, |plan| {
            if block.body.broken {
                return vec![format!("{what} cannot be parsed")];
            }
            plan.resources
                .get(&name)
                .map(|planned| resource_differs(&name, planned, block))
                .unwrap_or_default()
        })
    }

    /// Whether `for_each` or `count` makes the instances that the plan has, where it can be told: a local value that
    /// has changed leaves no other trace.
    fn instances_agree(&self, of: &Instance<'_>, block: &Rc<Block>) -> bool {
        let shown = if of.module.is_empty() { String::new() } else { format!("{}.", of.module) };
        let key = format!("{shown}{}.{}: instances", of.kind, of.name);
        if let Some(known) = self.agreed.borrow().get(&key) {
            return *known;
        }
        // whatever asks again while this is worked out
        self.agreed.borrow_mut().insert(key.clone(), true);
        let made = if self.complete && !of.data { self.instances_of(of, block) } else { None };
        let Some(made) = made else { return true };
        let found = self.instances.of_block(&of.module, &of.block());
        let planned: BTreeSet<Key> =
            found.iter().filter_map(|at| self.instances.all[*at].key.clone()).collect();
        let agrees = made == planned;
        if !agrees {
            self.late.borrow_mut().push(Gap {
                what: format!("the source of {shown}{}.{}", of.kind, of.name),
                why: format!(
                    "not used: it is not what the plan was made with: it makes {} instances, the plan has {}",
                    made.len(),
                    planned.len()
                ),
                remedy: "plan and scan in the same checkout".to_owned(),
            });
        }
        self.agreed.borrow_mut().insert(key, agrees);
        agrees
    }

    /// The instances that a block makes, where that is known.
    fn instances_of(&self, of: &Instance<'_>, block: &Rc<Block>) -> Option<BTreeSet<Key>> {
        let scope = self.module_scope(&of.module)?;
        let evaluated = |name: &str| {
            let attribute = block.body.attribute(name)?;
            self.begin();
            Some(self.value(&attribute.value, &scope))
        };
        if let Some(val) = evaluated("for_each") {
            let keys =
                pairs(&val)?.into_iter().map(|(key, _)| Some(Key::Name(key.scalar_text()?.to_string())));
            return keys.collect();
        }
        let count = number(&evaluated("count")?)?;
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        (0.0..10_000.0).contains(&count).then(|| (0..count as i64).map(Key::Index).collect())
    }

    pub(super) fn argument_agrees(&self, parent: &str, call: &str, written: &Expr, name: &str) -> bool {
        let what = format!("module.{call}, {name}");
        self.agrees(parent, &what, |plan| {
            let planned = plan.calls.get(call).and_then(|call| call.arguments.get(name));
            planned.map(|planned| argument_differs(&what, planned, written)).unwrap_or_default()
        })
    }

    pub(super) fn output_agrees(&self, call: &CallRef, name: &str, written: &Expr) -> bool {
        let what = format!("output.{name}");
        self.agrees(&call.module, &what, |plan| {
            let planned = plan.outputs.get(name);
            planned.map(|planned| argument_differs(&what, planned, written)).unwrap_or_default()
        })
    }

    /// What was found while it was used.
    pub(in crate::sources::plan) fn late(&self) -> Vec<Gap> {
        self.late.borrow().clone()
    }

    /// The scope of an instance's block.
    pub(in crate::sources::plan) fn scope_of(&self, instance: usize, block: &Rc<Block>) -> Option<Scope> {
        let of = &self.instances.all[instance];
        Some(self.module_scope(&of.module)?.within(block, of.key.as_ref()))
    }

    /// What an argument of an instance may be; nothing where the source does not set it so.
    pub(in crate::sources::plan) fn argument_of(&self, instance: usize, name: &str) -> Option<Val> {
        let block = self.block(instance)?;
        let attribute = block.body.attribute(name)?;
        let scope = self.scope_of(instance, &block)?;
        self.begin();
        Some(self.value(&attribute.value, &scope))
    }

    /// Whether `lifecycle.ignore_changes` of an instance keeps an argument as it is in AWS, whatever its expression says.
    pub(in crate::sources::plan) fn ignores(&self, instance: usize, argument: &str) -> bool {
        let Some(block) = self.block(instance) else { return false };
        let mut lifecycle = block.body.blocks_of("lifecycle");
        let ignored = lifecycle.find_map(|of| of.body.attribute("ignore_changes"));
        // in JSON syntax the names are texts
        let is_it = |expr: &Expr| match &expr.kind {
            Kind::Text(name) => name.split(['.', '[']).next() == Some(argument),
            _ => references(expr).iter().any(|name| name.split(['.', '[']).next() == Some(argument)),
        };
        match ignored.map(|attribute| &attribute.value) {
            Some(Expr { kind: Kind::List(names), .. }) => names.iter().any(is_it),
            Some(Expr { kind: Kind::Name(all) | Kind::Text(all), .. }) => &**all == "all",
            _ => false,
        }
    }

    /// The part of a value that a path leads to.
    pub(in crate::sources::plan) fn walk(&self, val: Val, path: &[Step]) -> Val {
        let part = path.iter().try_fold(val, |val, step| match step {
            Step::Attr(name) => self.get(&val, name),
            Step::Key(key) => self.index(&val, &Val::from_key(key)),
        });
        part.unwrap_or_else(|_| Val::unseen("it cannot be followed", []))
    }

    /// The region of a provider configuration of the root module, by the key that the plan gives it.
    pub(in crate::sources::plan) fn provider_region(&self, key: &str) -> Option<String> {
        let block = self.tree.root.providers.get(key)?;
        let attribute = block.body.attribute("region")?;
        let scope = self.module_scope("")?;
        self.begin();
        self.value(&attribute.value, &scope).as_text().map(str::to_owned)
    }

    /// The expression as it is written, in one line, without the texts in it: they may be secrets.
    pub(super) fn quote(&self, expr: &Expr) -> String {
        let document = self.documents.get(expr.span.document);
        let text = document.text.get(expr.span.start..expr.span.end).unwrap_or_default();
        super::quote::quote(text)
    }

    /// The text of a file that an expression names. Paths are those of the directory in which Terraform runs.
    pub(super) fn file(&self, path: &str) -> Val {
        if let Some(known) = self.files.borrow().get(path) {
            return known.clone();
        }
        let val = match self.tree.file(&self.tree.root.directory, path) {
            Ok(text) => Val::text(text),
            Err(why) => Val::unseen(format!("the file {path} is not read: {why}"), []),
        };
        self.files.borrow_mut().insert(path.to_owned(), val.clone());
        val
    }

    pub(super) fn template(&self, text: &str) -> Option<Rc<Expr>> {
        if let Some(known) = self.templates.borrow().get(text) {
            return known.clone();
        }
        let parsed = crate::sources::hcl::template(text).map(Rc::new);
        self.templates.borrow_mut().insert(text.to_owned(), parsed.clone());
        parsed
    }
}
