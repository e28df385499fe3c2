//! Terraform's configuration as it stands in files: syntax, modules, and the tree of directories they are in.
//!
//! Owns reading `.tf` and `.tf.json` into one syntax tree with the place of everything ([`syntax`]), the merging of
//! files and overrides into modules ([`module`]), and the way from a directory to the modules it calls ([`tree`]). Reads
//! no file outside that tree, executes nothing. Must not know plans: what an expression yields is told elsewhere.

mod json;
pub mod module;
mod outline;
mod parse;
pub mod references;
pub mod syntax;
pub mod tree;

use syntax::{Expr, Span};

use crate::model::origin::DocumentId;

/// Parses a template that stands in no document: a file for `templatefile`, a text for `templatestring`.
pub fn template(text: &str) -> Option<Expr> {
    let nowhere = Span { document: DocumentId(0), start: 0, end: 0 };
    parse::template(text, nowhere).ok()
}
