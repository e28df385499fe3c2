//! A module: what the files of one directory come to together.
//!
//! Source: Terraform language documentation, "Files and Directories" and "Override Files". A later block of an override
//! file replaces arguments of the earlier one by name, and nested blocks by type.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::syntax::{Attribute, Block, Expr, Kind};

/// The blocks of a directory, from which each call makes a module of its own.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// Those of ordinary files.
    pub(super) files: Vec<Rc<Block>>,
    /// Those of override files.
    pub(super) overrides: Vec<Rc<Block>>,
    /// A file could not be read.
    pub(super) incomplete: bool,
}

/// Identity of a resource or data block within its module: whether it is data, type and name.
pub type ResourceName = (bool, Rc<str>, Rc<str>);

/// An input variable.
#[derive(Debug)]
pub struct Variable {
    block: Rc<Block>,
}

impl Variable {
    /// `nullable = false`: the default stands in for null.
    pub fn nullable(&self) -> bool {
        flag(&self.block, "nullable", true)
    }

    /// Its value must not be shown.
    pub fn sensitive(&self) -> bool {
        flag(&self.block, "sensitive", false)
    }

    /// It cannot be parsed.
    pub fn broken(&self) -> bool {
        self.block.body.broken
    }

    /// Its default.
    pub fn default(&self) -> Option<&Expr> {
        self.block.body.attribute("default").map(|attribute| &attribute.value)
    }

    /// Its type constraint.
    pub fn constraint(&self) -> Option<&Expr> {
        self.block.body.attribute("type").map(|attribute| &attribute.value)
    }
}

/// A local value.
#[derive(Debug)]
pub struct Local {
    block: Rc<Block>,
    index: usize,
}

impl Local {
    /// What it stands for.
    pub fn value(&self) -> &Expr {
        &self.block.body.attributes[self.index].value
    }
}

/// An output value.
#[derive(Debug)]
pub struct Output {
    block: Rc<Block>,
}

/// An argument that is true or false; what is no literal counts as not set.
fn flag(block: &Block, name: &str, default: bool) -> bool {
    match block.body.attribute(name).map(|of| &of.value.kind) {
        Some(Kind::Bool(flag)) => *flag,
        Some(Kind::Text(text)) => &**text == "true",
        _ => default,
    }
}

impl Output {
    /// Its value must not be shown.
    pub fn sensitive(&self) -> bool {
        flag(&self.block, "sensitive", false)
    }

    /// What it gives.
    pub fn value(&self) -> Option<&Expr> {
        self.block.body.attribute("value").map(|attribute| &attribute.value)
    }
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
    pub locals: BTreeMap<Rc<str>, Local>,
    /// Outputs.
    pub outputs: BTreeMap<Rc<str>, Output>,
    /// Module calls.
    pub calls: BTreeMap<Rc<str>, Call>,
    /// Provider configurations, by type and alias (`aws`, `aws.east`).
    pub providers: BTreeMap<String, Rc<Block>>,
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
    pub(super) fn assemble(directory: String, path: String, parsed: &Parsed) -> Self {
        let mut top: BTreeMap<Key, Rc<Block>> = BTreeMap::new();
        let mut locals: BTreeMap<Rc<str>, Local> = BTreeMap::new();
        let mut incomplete = parsed.incomplete;
        let files = parsed.files.iter().map(|block| (block, false));
        for (block, overriding) in files.chain(parsed.overrides.iter().map(|block| (block, true))) {
            if &*block.kind == "locals" {
                incomplete |= block.body.broken;
                let own = block.body.attributes.iter().enumerate();
                locals.extend(
                    own.map(|(index, local)| (local.name.clone(), Local { block: block.clone(), index })),
                );
                continue;
            }
            let key = key(block);
            match top.get_mut(&key) {
                Some(earlier) if overriding => merge(Rc::make_mut(earlier), block),
                // a name that stands twice is an error of the configuration; the first one holds
                Some(_) => {}
                None => {
                    top.insert(key, block.clone());
                }
            }
        }
        let mut module = Self { locals, directory, path, incomplete, ..Self::default() };
        for ((kind, labels), block) in top {
            module.add(&kind, &labels, block);
        }
        module
    }

    fn add(&mut self, kind: &str, labels: &[Rc<str>], block: Rc<Block>) {
        match (kind, labels) {
            ("resource" | "data", [of, name]) => {
                self.resources.insert((kind == "data", of.clone(), name.clone()), block);
            }
            ("variable", [name]) => {
                self.variables.insert(name.clone(), Variable { block });
            }
            ("output", [name]) => {
                self.outputs.insert(name.clone(), Output { block });
            }
            // data sources of a check are listed among the others
            ("check", _) => {
                let data = block.body.blocks_of("data").cloned().map(Rc::new);
                for data in data.collect::<Vec<_>>() {
                    let labels = data.labels.clone();
                    self.add("data", &labels, data);
                }
            }
            ("module", [name]) => {
                self.calls.insert(name.clone(), Call { block, module: None });
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

/// Type and labels.
type Key = (Rc<str>, Vec<Rc<str>>);

/// What two blocks share that are one. Providers may stand several times, with aliases.
fn key(block: &Block) -> Key {
    let mut labels = block.labels.clone();
    if &*block.kind == "provider"
        && let Some(Attribute { value: Expr { kind: Kind::Text(alias), .. }, .. }) =
            block.body.attribute("alias")
    {
        labels.push(alias.clone());
    }
    (block.kind.clone(), labels)
}

fn merge(earlier: &mut Block, later: &Block) {
    let earlier = earlier.body.get_mut();
    for attribute in &later.body.attributes {
        match earlier.attributes.iter_mut().find(|own| own.name == attribute.name) {
            Some(own) => *own = attribute.clone(),
            None => earlier.attributes.push(attribute.clone()),
        }
    }
    // nested blocks of a type replace all of that type, dynamic ones included
    let made = |block: &Block| match &*block.kind {
        "dynamic" => block.labels.first().cloned().unwrap_or_default(),
        _ => block.kind.clone(),
    };
    let replaced: Vec<Rc<str>> = later.body.blocks.iter().map(made).collect();
    earlier.blocks.retain(|block| &*block.kind == "lifecycle" || !replaced.contains(&made(block)));
    // in JSON a block is an argument
    earlier.attributes.retain(|own| !replaced.contains(&own.name));
    earlier.blocks.extend(later.body.blocks.iter().cloned());
}
