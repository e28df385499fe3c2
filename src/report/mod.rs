//! One report, many formats: each file here turns a [`Report`] into bytes.
//!
//! Owns the shape of what is written. Must not change what it says: the format never decides what is a finding, nor the
//! exit code.

pub mod json;
pub mod sarif;
pub mod table;

use std::fmt;
use std::str::FromStr;

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

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::as_str).join(", ");
        let found = Self::ALL.into_iter().find(|format| format.as_str() == text);
        found.ok_or_else(|| format!("there is no format {text}; formats are {known}"))
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
}

/// Renders a report.
pub fn render(report: &Report, format: Format, layout: Layout) -> Result<String, serde_json::Error> {
    match format {
        Format::Table => Ok(table::render(report, layout)),
        Format::Json => json::render(report),
        Format::Sarif => sarif::render(report),
    }
}
