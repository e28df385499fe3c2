//! Which directory holds the files that a plan was made from, and what is said about those that do not.

use std::rc::Rc;

use super::config::Module;
use super::meaning::agree::differences;
use crate::model::gap::Gap;
use crate::sources::directories::Candidate;
use crate::sources::hcl::tree::Tree;

/// How many differences a notice names.
const NAMED: usize = 3;

/// The source of a plan.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) directory: String,
    pub(super) tree: Rc<Tree>,
    /// Call paths of modules whose source is another one.
    pub(super) foreign: Vec<String>,
}

/// The first candidate that agrees with the plan, and notices: what was not used and why, what could not be read.
pub(super) fn choose(
    path: &str,
    plan: Option<&Module>,
    candidates: Vec<Candidate>,
) -> (Option<Chosen>, Vec<Gap>) {
    let mut notices = Vec::new();
    for Candidate { directory, given, tree } in candidates {
        let what = format!("the source of {path} in {directory}");
        let Some(plan) = plan else {
            if given {
                notices.push(Gap {
                    what,
                    why: "not used: the input has no configuration that it could be compared with".to_owned(),
                    remedy: "scan a plan made with `terraform plan`, which has one".to_owned(),
                });
            }
            continue;
        };
        let tree = match tree {
            Ok(tree) => tree,
            Err(problem) => {
                notices.push(problem);
                continue;
            }
        };
        let found = differences(plan, &tree.root);
        if given && tree.root.resources.is_empty() && tree.root.calls.is_empty() && tree.problems.is_empty() {
            notices.push(Gap {
                what,
                why: "not used: the directory holds no .tf files with resources or modules".to_owned(),
                remedy: "name the directory of the root module with --source-dir".to_owned(),
            });
            continue;
        }
        // a directory that has nothing in common with the plan is no stale copy of its source
        let related = tree.root.resources.keys().any(|(data, kind, name)| {
            plan.resources.contains_key(&(*data, kind.to_string(), name.to_string()))
        }) || tree.root.calls.keys().any(|name| plan.calls.contains_key(&**name));
        if tree.root.incomplete && !related {
            // what could be read says nothing of the plan
            if given {
                notices.extend(tree.problems.iter().cloned());
            }
            continue;
        }
        if found.root.is_empty() {
            // what was tried before is no news
            notices.clear();
            notices.extend(tree.problems.iter().cloned());
            notices.extend(found.modules.iter().map(|(path, differs)| Gap {
                what: format!("the source of module.{}", path.replace('.', ".module.")),
                why: format!("not used: it is not what the plan was made with: {}", listed(differs)),
                remedy: "run `terraform init`, and plan and scan in the same checkout".to_owned(),
            }));
            let foreign = found.modules.into_iter().map(|(path, _)| path).collect();
            return (Some(Chosen { directory, tree, foreign }), notices);
        }
        if given || related {
            notices.extend(tree.problems.iter().cloned());
            notices.push(Gap {
                what,
                why: format!("not used: it is not what the plan was made with: {}", listed(&found.root)),
                remedy: "check out the commit that was planned, or name another directory with --source-dir"
                    .to_owned(),
            });
        }
    }
    (None, notices)
}

fn listed(differences: &[String]) -> String {
    let mut text = differences.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if let Some(more) = differences.len().checked_sub(NAMED).filter(|more| *more > 0) {
        text.push_str(&format!("; and {more} more"));
    }
    text
}
