//! The policy input: the architecture and the facts that follow from it, as one JSON text.
//!
//! Its schema is `policies/schema/input.json`, generated from the types that are serialised here.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::model::Architecture;
use crate::topology::Topology;

/// What a rule sees as `input`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "ecs-audit policy input")]
pub struct PolicyInput<'a> {
    /// The architecture: collections keyed by id.
    #[serde(flatten)]
    pub architecture: &'a Architecture,
    /// Facts derived from it, keyed by the same ids.
    pub facts: &'a Topology,
}

impl PolicyInput<'_> {
    /// The JSON text that the engine takes.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The JSON Schema of the input.
    pub fn schema() -> Schema {
        SchemaGenerator::default().into_root_schema_for::<PolicyInput<'static>>()
    }
}
