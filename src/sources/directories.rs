//! Which directories may hold the files that a plan was made from, each read once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use super::document::Documents;
use super::hcl::tree::{Tree, holds_configuration};
use crate::model::gap::Gap;

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceDirectory {
    /// Beside the plan, then in the working directory.
    Near,
    /// In this one.
    Given(String),
    /// Nowhere: plans are read by themselves.
    Nowhere,
}

/// The directories of one scan.
#[derive(Debug)]
pub struct Directories {
    wanted: SourceDirectory,
    read: RefCell<BTreeMap<String, Result<Rc<Tree>, Gap>>>,
}

/// A directory that may hold the source of a plan.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) directory: String,
    /// It was asked for by its name.
    pub(super) given: bool,
    pub(super) tree: Result<Rc<Tree>, Gap>,
}

impl Directories {
    /// Looks where it is told.
    pub fn new(wanted: SourceDirectory) -> Self {
        Self { wanted, read: RefCell::default() }
    }

    /// The directories that may hold the source of the plan at `path`, in the order in which they are tried.
    pub(super) fn candidates(&self, path: &str, documents: &Documents) -> Vec<Candidate> {
        let (names, given) = match &self.wanted {
            SourceDirectory::Nowhere => (Vec::new(), false),
            SourceDirectory::Given(directory) => (vec![directory.clone()], true),
            SourceDirectory::Near => {
                let beside =
                    Path::new(path).parent().map(|parent| parent.to_string_lossy().replace('\\', "/"));
                let beside = beside.filter(|beside| !beside.is_empty() && beside != "." && path != "-");
                (beside.into_iter().chain([".".to_owned()]).collect(), false)
            }
        };
        let names = names.into_iter().filter(|name| given || holds_configuration(name));
        names
            .map(|directory| Candidate { tree: self.tree(&directory, documents), directory, given })
            .collect()
    }

    fn tree(&self, directory: &str, documents: &Documents) -> Result<Rc<Tree>, Gap> {
        if let Some(known) = self.read.borrow().get(directory) {
            return known.clone();
        }
        let tree = Tree::load(directory, documents).map(Rc::new);
        self.read.borrow_mut().insert(directory.to_owned(), tree.clone());
        tree
    }
}
