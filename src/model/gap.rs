//! What could not be read at all.

use schemars::JsonSchema;
use serde::Serialize;

/// Something that a source could not read; every verdict that needed it is unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Gap {
    /// What was not read: a file, a call, a part of a document.
    pub what: String,
    /// Why not.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}
