//! Where a resource was read, and how firmly a fact is known.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

/// How firmly a fact is known; a later variant is weaker, so that the basis of a conclusion is the `max` of its parts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The source states the value.
    #[default]
    Value,
    /// The expression was read in the configuration's files, where the plan does not know the value yet.
    Source,
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
    /// Where it is written, where the files that the document was made from are at hand.
    pub source: Option<Arc<SourcePlace>>,
}

/// A range of bytes in a file of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceSpan {
    /// The file.
    pub document: DocumentId,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

/// Where a resource is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePlace {
    /// Its block.
    pub block: SourceSpan,
    /// What is in the block, by its path in the document (`ingress[1].cidr_blocks`).
    pub parts: BTreeMap<String, SourceSpan>,
    /// Calls of the modules that it is part of, by their address, the innermost first.
    pub calls: Vec<(String, SourceSpan)>,
}

impl SourcePlace {
    /// The place of a path, or of the nearest part of it that is written.
    pub fn nearest(&self, path: &str) -> SourceSpan {
        let mut rest = path;
        loop {
            if let Some(span) = self.parts.get(rest) {
                return *span;
            }
            match rest.rfind(['.', '[']) {
                Some(end) => rest = &rest[..end],
                None => return self.block,
            }
        }
    }
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

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The display path of the document.
    pub path: String,
    /// Where in it.
    pub position: Position,
    /// The lines that hold it, where they can be shown.
    pub frame: Option<Frame>,
}

/// Lines of a file, to be shown with a mark below a part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The lines. Texts that may be secrets are not in them.
    pub text: String,
    /// Number of the first line.
    pub first_line: usize,
    /// Byte range within `text` that is meant.
    pub marked: std::ops::Range<usize>,
}

/// Turns an origin and an attribute path into a place in a file.
///
/// Implemented by whoever holds the documents; findings are located through it.
pub trait Locate {
    /// The place of `path` below `origin`, or of the nearest part of it that exists.
    fn place(&self, origin: &Origin, path: &str) -> Place;
    /// The calls of modules that lead to `origin`, by their address, the innermost first.
    fn calls(&self, origin: &Origin) -> Vec<(String, Place)>;
}

#[cfg(test)]
mod tests {
    use super::Basis;

    #[test]
    fn the_weakest_basis_is_the_greatest() {
        assert_eq!([Basis::Value, Basis::Source].into_iter().max(), Some(Basis::Source));
        assert_eq!([Basis::Reference, Basis::Source].into_iter().max(), Some(Basis::Reference));
    }
}
