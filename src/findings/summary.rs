//! The whole of a scan: the reporters' only input.

use serde::Serialize;

use super::finding::Finding;
use crate::model::gap::Gap;
use crate::policy::Severity;
use crate::policy::metadata::SourceKind;
use crate::policy::verdict::Answer;

/// An input that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputSummary {
    /// The path as it was given.
    pub path: String,
    /// What it was (`terraform-plan`).
    pub kind: String,
    /// As people call it.
    #[serde(skip)]
    pub shown: String,
    /// How many resources it held.
    pub resources: usize,
    /// Directory of the files that it was made from, where they were read as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A file that a directory held and that is no input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The path.
    pub path: String,
    /// What it is instead.
    pub why: String,
}

/// What a rule came to, over all inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSummary {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// One line: what is right.
    #[serde(skip)]
    pub title: String,
    /// Why it matters.
    #[serde(skip)]
    pub description: String,
    /// How to put it right.
    #[serde(skip)]
    pub remediation: String,
    /// Its page, in Markdown.
    #[serde(skip)]
    pub page: String,
    /// Area.
    #[serde(skip)]
    pub area: String,
    /// How grave it is.
    pub severity: Severity,
    /// Resources that pass.
    pub pass: usize,
    /// Resources that fail.
    pub fail: usize,
    /// Resources of which nobody can tell.
    pub unknown: usize,
    /// Resources that are waived.
    pub waived: usize,
    /// Of all answers, those that rest on references alone.
    pub by_reference: usize,
    /// Why it could not be run.
    pub error: Option<String>,
    /// Sources that it needs, where no input is one of them.
    pub needs: Vec<SourceKind>,
}

impl RuleSummary {
    /// It was run and found nothing that it applies to.
    pub fn nothing_to_judge(&self) -> bool {
        self.needs.is_empty()
            && self.error.is_none()
            && self.pass + self.fail + self.unknown + self.waived == 0
    }
}

/// Counts over all rules and resources.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Answers that pass.
    pub pass: usize,
    /// Answers that fail.
    pub fail: usize,
    /// Answers that nobody can give.
    pub unknown: usize,
    /// Waived answers.
    pub waived: usize,
    /// Of all answers, those that rest on references alone.
    pub by_reference: usize,
}

/// The outcome of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Version of the tool.
    pub version: String,
    /// Inputs that were read.
    pub inputs: Vec<InputSummary>,
    /// Files that directories held and that are no inputs.
    pub skipped: Vec<Skipped>,
    /// Files in directories that no reader would open, by their extension.
    pub other_files: usize,
    /// Rules, in the order of their ids.
    pub rules: Vec<RuleSummary>,
    /// Findings, in the order of reports.
    pub findings: Vec<Finding>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What could not be read of files that add to an input: answers rest on the input alone.
    pub notices: Vec<Gap>,
    /// Some input that was asked for could not be used at all.
    pub input_refused: bool,
}

impl Report {
    /// Counts over all rules.
    pub fn summary(&self) -> Summary {
        self.rules.iter().fold(Summary::default(), |sum, rule| Summary {
            pass: sum.pass + rule.pass,
            fail: sum.fail + rule.fail,
            unknown: sum.unknown + rule.unknown,
            waived: sum.waived + rule.waived,
            by_reference: sum.by_reference + rule.by_reference,
        })
    }

    /// Everything was read, every rule ran, every answer was given and stands on more than references.
    pub fn complete(&self) -> bool {
        let summary = self.summary();
        self.gaps.is_empty()
            && self.rules.iter().all(|rule| rule.error.is_none())
            && self.rules.iter().any(|rule| rule.needs.is_empty())
            && summary.unknown == 0
            && summary.by_reference == 0
    }

    /// What `--strict` would say of a report that is not complete.
    pub fn notice(&self) -> &'static str {
        let told = self.gaps.is_empty() && self.rules.iter().all(|rule| rule.error.is_none());
        if self.rules.iter().all(|rule| !rule.needs.is_empty()) {
            "No rule was evaluated: each needs another kind of input. With --strict that is an error."
        } else if told && self.summary().unknown == 0 {
            "Everything was answered, some of it by reference alone; with --strict that is an error."
        } else {
            "The scan is not complete: see what is unknown or was not read. With --strict that is an error."
        }
    }

    /// Whether something fails at or above a severity.
    pub fn fails_at(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.verdict == Answer::Fail && finding.severity >= severity)
    }
}
