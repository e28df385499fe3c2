//! One report, many formats: each file here turns a [`Report`] into bytes.
//!
//! Owns the shape of what is written. Must not change what it says: the format never decides what is a finding, nor the
//! exit code.

pub mod json;
pub mod sarif;
pub mod table;

use std::borrow::Cow;

use crate::findings::Report;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Table,
    /// For scripts: `ecs-audit/report/v1`.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Table, Self::Json, Self::Sarif];

    /// As the command line calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }
}

/// How a report for people is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Columns of the terminal.
    pub width: usize,
    /// Colours and other styles.
    pub color: bool,
    /// Failing findings only, one line each.
    pub quiet: bool,
    /// The lines that a finding is about, where they are at hand.
    pub verbose: bool,
}

/// A text without anything that a terminal takes for a command: names come from files of others.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(commands) {
        return Cow::Borrowed(text);
    }
    let letter = |letter: char| match letter {
        letter if commands(letter) => letter.escape_default().to_string(),
        letter => letter.to_string(),
    };
    Cow::Owned(text.chars().map(letter).collect())
}

/// Control characters, and those that turn the direction of what follows (Unicode, "Bidirectional Algorithm").
fn commands(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number of things, in the singular or plural.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Renders a report.
pub fn render(report: &Report, format: Format, layout: Layout) -> Result<String, serde_json::Error> {
    match format {
        Format::Table => Ok(table::render(report, layout)),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
    }
}
