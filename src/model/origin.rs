//! Where a resource was read, and how firmly a fact is known.

use schemars::JsonSchema;
use serde::Serialize;

/// How firmly a fact is known; a later variant is weaker, so that the basis of a conclusion is the `max` of its parts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The source states the value.
    #[default]
    Value,
    /// References alone: which resources an expression mentions is known, the expression itself is not.
    Reference,
}

/// Which of the documents that were read; an index into the list of the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentId(pub usize);

/// Where a resource stands in its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The document.
    pub document: DocumentId,
    /// Byte offset of the JSON value that holds the resource's attributes.
    pub offset: usize,
    /// Byte offset of its end.
    pub end: usize,
    /// Path from that value to the attributes, empty where the value is the resource itself.
    pub within: String,
}

/// A resource as findings speak of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Resource {
    /// Type in the vocabulary of the provider without its prefix (`ecs_service`, `security_group`).
    #[serde(rename = "type")]
    pub kind: String,
    /// Name within its type.
    pub name: String,
    /// The id that findings show: the Terraform address, the ARN, or the family.
    pub shown_as: String,
    /// For a container: its name, or its position where the name may not be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Where it was read.
    #[serde(skip)]
    pub origin: Option<Origin>,
}

/// A place in a file as people count: lines and columns from 1, columns in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

/// Turns an origin and an attribute path into a place in a file.
///
/// Implemented by whoever holds the documents; findings are located through it.
pub trait Locate {
    /// The display path of a document.
    fn path(&self, document: DocumentId) -> &str;
    /// The place of `path` below `origin`, or of the nearest part of it that exists.
    fn position(&self, origin: &Origin, path: &str) -> Position;
}

#[cfg(test)]
mod tests {
    use super::Basis;

    #[test]
    fn the_weakest_basis_is_the_greatest() {
        assert_eq!([Basis::Value, Basis::Reference].into_iter().max(), Some(Basis::Reference));
    }
}
