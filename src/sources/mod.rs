//! sources
pub mod document;
pub mod ecs_json;
pub mod leaf;
pub mod placeholder;
pub mod plan;
pub mod secret_shape;
pub mod taskdef;
pub mod text;

use std::collections::BTreeSet;
use crate::model::Architecture;
use crate::model::gap::Gap;

/// Kind
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind { /// t
 TaskDefinition, /// p
 Plan, /// s
 State }

/// What a source has read.
#[derive(Debug)]
pub struct Loaded {
    /// What it was.
    pub kind: Kind,
    /// The architecture.
    pub architecture: Architecture,
    /// How many resources the input held.
    pub resources: usize,
    /// Texts
    pub sensitive: BTreeSet<String>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}
