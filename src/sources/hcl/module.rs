//! A module: what the files of one directory come to together.
//!
//! Source: Terraform language documentation, "Files and Directories" and "Override Files". A later block of an override
//! file replaces arguments of the earlier one by name, and nested blocks by type.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::syntax::{Attribute, Block, Body, Expr, Kind};

/// Identity of a resource or data block within its module: whether it is data, type and name.
pub type ResourceName = (bool, Rc<str>, Rc<str>);

/// An input variable.
#[derive(Debug)]
pub struct Variable {
    /// Its default.
    pub default: Option<Expr>,
    /// Its type constraint.
    pub constraint: Option<Expr>,
    /// `nullable = false`: the default stands in for null.
    pub nullable: bool,
    /// Its value must not be shown.
    pub sensitive: bool,
}

/// An output value.
#[derive(Debug)]
pub struct Output {
    /// What it gives.
    pub value: Expr,
    /// Its value must not be shown.
    pub sensitive: bool,
}

/// A call of a module.
#[derive(Debug)]
pub struct Call {
    /// The block.
    pub block: Rc<Block>,
    /// The module, where it could be read.
    pub module: Option<Rc<Module>>,
}

/// A module of the source.
#[derive(Debug, Default)]
pub struct Module {
    /// Resource and data blocks.
    pub resources: BTreeMap<ResourceName, Rc<Block>>,
    /// Variables.
    pub variables: BTreeMap<Rc<str>, Variable>,
    /// Local values.
    pub locals: BTreeMap<Rc<str>, Expr>,
    /// Outputs.
    pub outputs: BTreeMap<Rc<str>, Output>,
    /// Module calls.
    pub calls: BTreeMap<Rc<str>, Call>,
    /// Provider configurations, by type and alias (`aws`, `aws.east`).
    pub providers: BTreeMap<String, Block>,
    /// Directory, as paths of its files show it.
    pub directory: String,
    /// Directory relative to that of the root module; `.` for the root itself.
    pub path: String,
    /// A file of it could not be read: what is missing may be there.
    pub incomplete: bool,
}

impl Module {
    /// Puts the files of a directory together: the ordinary ones first, overrides after them, each in the order of
    /// their names.
    pub(super) fn assemble(
        directory: String,
        path: String,
        files: Vec<Body>,
        overrides: Vec<Body>,
        incomplete: bool,
    ) -> Self {
        let mut top: BTreeMap<(Rc<str>, Vec<Rc<str>>), Block> = BTreeMap::new();
        let mut locals: BTreeMap<Rc<str>, Expr> = BTreeMap::new();
        for (body, overriding) in
            files.into_iter().map(|body| (body, false)).chain(overrides.into_iter().map(|body| (body, true)))
        {
            for block in body.blocks {
                if &*block.kind == "locals" {
                    locals.extend(block.body.attributes.into_iter().map(|local| (local.name, local.value)));
                    continue;
                }
                let key = key(&block);
                match top.get_mut(&key) {
                    Some(earlier) if overriding => merge(earlier, block),
                    // a name that stands twice is an error of the configuration; the first one holds
                    Some(_) => {}
                    None => {
                        top.insert(key, block);
                    }
                }
            }
        }
        let mut module = Self { directory, path, locals, incomplete, ..Self::default() };
        for ((kind, labels), block) in top {
            module.add(&kind, &labels, block);
        }
        module
    }

    fn add(&mut self, kind: &str, labels: &[Rc<str>], block: Block) {
        match (kind, labels) {
            ("resource" | "data", [of, name]) => {
                self.resources.insert((kind == "data", of.clone(), name.clone()), Rc::new(block));
            }
            ("variable", [name]) => {
                let flag =
                    |name: &str, default: bool| match block.body.attribute(name).map(|of| &of.value.kind) {
                        Some(Kind::Bool(flag)) => *flag,
                        Some(Kind::Text(text)) => &**text == "true",
                        _ => default,
                    };
                let variable = Variable {
                    nullable: flag("nullable", true),
                    sensitive: flag("sensitive", false),
                    default: take(&block.body, "default"),
                    constraint: take(&block.body, "type"),
                };
                self.variables.insert(name.clone(), variable);
            }
            ("output", [name]) => {
                if let Some(value) = take(&block.body, "value") {
                    let sensitive = block.body.attribute("sensitive").map(|of| &of.value.kind);
                    let sensitive = sensitive == Some(&Kind::Bool(true));
                    self.outputs.insert(name.clone(), Output { value, sensitive });
                }
            }
            ("module", [name]) => {
                self.calls.insert(name.clone(), Call { block: Rc::new(block), module: None });
            }
            ("provider", [name]) => {
                self.providers.insert(name.to_string(), block);
            }
            ("provider", [name, alias]) => {
                self.providers.insert(format!("{name}.{alias}"), block);
            }
            _ => {}
        }
    }
}

fn take(body: &Body, name: &str) -> Option<Expr> {
    body.attribute(name).map(|attribute| attribute.value.clone())
}

/// What two blocks share that are one. Providers may stand several times, with aliases.
fn key(block: &Block) -> (Rc<str>, Vec<Rc<str>>) {
    let mut labels = block.labels.clone();
    if &*block.kind == "provider"
        && let Some(Attribute { value: Expr { kind: Kind::Text(alias), .. }, .. }) =
            block.body.attribute("alias")
    {
        labels.push(alias.clone());
    }
    (block.kind.clone(), labels)
}

fn merge(earlier: &mut Block, later: Block) {
    for attribute in later.body.attributes {
        match earlier.body.attributes.iter_mut().find(|own| own.name == attribute.name) {
            Some(own) => *own = attribute,
            None => earlier.body.attributes.push(attribute),
        }
    }
    // nested blocks of a type replace all of that type, dynamic ones included
    let made = |block: &Block| match &*block.kind {
        "dynamic" => block.labels.first().cloned().unwrap_or_default(),
        _ => block.kind.clone(),
    };
    let replaced: Vec<Rc<str>> = later.body.blocks.iter().map(made).collect();
    earlier.body.blocks.retain(|block| &*block.kind == "lifecycle" || !replaced.contains(&made(block)));
    earlier.body.attributes.retain(|own| {
        // in JSON a block is an argument
        !replaced.contains(&own.name)
    });
    earlier.body.blocks.extend(later.body.blocks);
}
