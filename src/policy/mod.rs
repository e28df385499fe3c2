//! Judgement: Rego policies over the facts.
//!
//! Owns the policy input, the embedded rules with their metadata, the contract between a rule and the engine, and the
//! verdict of each rule for each resource. The only room that names `regorus`. Must not know where facts came from, and
//! must not print.
//!
//! A rule is a package with three sets. `subjects` holds every resource that the rule applies to, `deny` what fails,
//! `unknown` what cannot be told. What is in `subjects` and in neither of the others passes; a rule that does not name
//! a resource says nothing about it.

pub mod bundle;
pub mod engine;
pub mod input;
pub mod metadata;
pub mod verdict;

use std::fmt;

use serde::{Deserialize, Serialize};

/// How grave a finding is; a later variant is graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Hygiene.
    Low,
    /// A weakness.
    Medium,
    /// Likely to hurt.
    High,
    /// An open door.
    Critical,
}

impl Severity {
    /// All of them, the gravest first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// In lower case, as reports write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
