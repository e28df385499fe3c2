//! IAM roles.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Attr;

/// A role.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Role {
    /// Name, the path left out.
    pub name: Attr<String>,
}
