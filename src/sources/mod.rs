//! The outside world on its way into the model.
//!
//! Owns everything that knows a format: encodings, documents and positions, detection, and one reader for each source.
//! A reader never panics, never guesses and never drops an error: what it cannot read becomes a gap or an unknown
//! value. Must not know any rule, fact or report.

pub mod detect;
pub mod directories;
pub mod document;
pub mod ecs_json;
pub mod ecs_words;
mod frame;
pub mod hcl;
pub mod input;
pub mod leaf;
pub mod placeholder;
pub mod plan;
pub mod refusal;
pub mod secret_shape;
pub mod taskdef;
pub mod text;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::Architecture;
use crate::model::gap::Gap;

/// What an input turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A Terraform plan.
    TerraformPlan,
    /// A Terraform state, as `terraform show -json` writes it.
    TerraformState,
    /// An ECS task definition, or container definitions.
    TaskDefinition,
}

impl Kind {
    /// As people call it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::TerraformPlan => "Terraform plan",
            Self::TerraformState => "Terraform state",
            Self::TaskDefinition => "task definition",
        }
    }
}

/// What a reader has read.
#[derive(Debug)]
pub struct Loaded {
    /// What it was.
    pub kind: Kind,
    /// The architecture.
    pub architecture: Architecture,
    /// How many resources the input held, those included that no rule looks at.
    pub resources: usize,
    /// Texts that the source marks as sensitive and that rules may still judge; no output may show them.
    pub sensitive: BTreeSet<String>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Directory of the files that it was made from, where they were found and used.
    pub source: Option<String>,
    /// What could not be read of files that add to the input: the input itself is whole.
    pub notices: Vec<Gap>,
}
