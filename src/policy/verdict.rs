//! What a rule says of each resource.
//!
//! Owns the strict decoding of the three sets and the algebra of verdicts: any failure fails, else any doubt is
//! unknown, else it passes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Severity;
use super::metadata::Metadata;
use crate::model::origin::Basis;

/// The answer of a rule for a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It is as it should be.
    Pass,
    /// Nobody can tell, and this is why.
    Unknown,
    /// It is not as it should be.
    Fail,
}

/// A resource that is part of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    /// The resource.
    pub resource: String,
    /// Path of the attribute within it.
    pub path: String,
    /// What it contributes.
    pub message: String,
}

/// A missing fact: which, why, and how to get it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// The kind of ignorance.
    pub why: String,
    /// The missing fact.
    pub fact: String,
    /// How to make it known.
    pub remedy: String,
}

/// One answer of one rule for one resource. A resource that fails in several ways has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The resource.
    pub resource: String,
    /// The answer.
    pub answer: Answer,
    /// Path of the attribute at fault.
    pub path: String,
    /// What is wrong, or cannot be told, or is worth knowing of a pass.
    pub message: String,
    /// How grave it is.
    pub severity: Severity,
    /// How firmly it is known.
    pub basis: Basis,
    /// The evidence.
    pub related: Vec<Related>,
    /// For an unknown: what is missing.
    pub missing: Option<Missing>,
}

/// An entry of `subjects`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    resource: String,
    basis: BasisName,
    #[serde(default)]
    note: Option<String>,
}

/// An entry of `deny`.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Denial {
    resource: String,
    path: String,
    message: String,
    #[serde(default)]
    severity: Option<Severity>,
    #[serde(default)]
    related: Vec<Related>,
}

/// An entry of `unknown`.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Doubt {
    resource: String,
    path: String,
    message: String,
    missing: Missing,
    #[serde(default)]
    related: Vec<Related>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BasisName {
    Value,
    Source,
    Reference,
}

impl From<BasisName> for Basis {
    fn from(name: BasisName) -> Self {
        match name {
            BasisName::Value => Self::Value,
            BasisName::Source => Self::Source,
            BasisName::Reference => Self::Reference,
        }
    }
}

/// The three sets of a rule as JSON texts.
#[derive(Debug)]
pub struct Sets {
    /// `subjects`.
    pub subjects: String,
    /// `deny`.
    pub deny: String,
    /// `unknown`.
    pub unknown: String,
}

/// Decodes the three sets strictly and gives the verdicts, ordered by resource. What is odd is an error of the rule.
pub fn decode(metadata: &Metadata, sets: &Sets) -> Result<Vec<Verdict>, String> {
    let subjects: Vec<Subject> = set("subjects", &sets.subjects)?;
    let mut denials: Vec<Denial> = set("deny", &sets.deny)?;
    let mut doubts: Vec<Doubt> = set("unknown", &sets.unknown)?;
    let evidence = denials.iter_mut().map(|denial| &mut denial.related);
    for related in evidence.chain(doubts.iter_mut().map(|doubt| &mut doubt.related)) {
        each_once(related);
    }
    denials.sort_unstable();
    doubts.sort_unstable();
    // a resource may be entered by several clauses: the weakest basis holds, and every note is kept
    let mut known: BTreeMap<&str, (Basis, BTreeSet<&str>)> = BTreeMap::new();
    for subject in &subjects {
        let entry = known.entry(&subject.resource).or_default();
        entry.0 = entry.0.max(subject.basis.into());
        entry.1.extend(subject.note.as_deref());
    }
    let named = denials.iter().map(|denial| ("deny", &denial.resource));
    let named = named.chain(doubts.iter().map(|doubt| ("unknown", &doubt.resource)));
    for (set, resource) in named {
        if !known.contains_key(resource.as_str()) {
            return Err(format!("{set} names {resource}, which is not among subjects"));
        }
    }
    let mut verdicts = Vec::new();
    for (resource, (basis, notes)) in known {
        let verdict = |answer, path: &str, message: String, related: Vec<Related>| Verdict {
            resource: resource.to_owned(),
            answer,
            path: path.to_owned(),
            message,
            severity: metadata.severity,
            basis,
            related,
            missing: None,
        };
        let failed: Vec<&Denial> = denials.iter().filter(|denial| denial.resource == resource).collect();
        let doubted: Vec<&Doubt> = doubts.iter().filter(|doubt| doubt.resource == resource).collect();
        if !failed.is_empty() {
            verdicts.extend(failed.into_iter().map(|denial| Verdict {
                severity: denial.severity.unwrap_or(metadata.severity),
                ..verdict(Answer::Fail, &denial.path, denial.message.clone(), denial.related.clone())
            }));
        } else if !doubted.is_empty() {
            verdicts.extend(doubted.into_iter().map(|doubt| Verdict {
                missing: Some(doubt.missing.clone()),
                ..verdict(Answer::Unknown, &doubt.path, doubt.message.clone(), doubt.related.clone())
            }));
        } else {
            let note = notes.into_iter().collect::<Vec<_>>().join("; ");
            verdicts.push(verdict(Answer::Pass, "", note, Vec::new()));
        }
    }
    Ok(verdicts)
}

/// Evidence that several chains share is shown once, where it comes first.
fn each_once(related: &mut Vec<Related>) {
    let mut seen = BTreeSet::new();
    related.retain(|one| seen.insert(one.clone()));
}

fn set<T: for<'a> Deserialize<'a>>(name: &str, json: &str) -> Result<Vec<T>, String> {
    serde_json::from_str(json).map_err(|error| format!("{name} is not what the contract asks for: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        let bundle = super::super::bundle::Bundle::embedded().expect("valid metadata");
        bundle.rules[0].metadata.clone()
    }

    fn run(subjects: &str, deny: &str, unknown: &str) -> Result<Vec<Verdict>, String> {
        decode(&metadata(), &Sets { subjects: subjects.into(), deny: deny.into(), unknown: unknown.into() })
    }

    const A: &str = r#"[{"resource": "a", "basis": "value"}]"#;
    const DENY_A: &str = r#"[{"resource": "a", "path": "", "message": "bad", "severity": "low"}]"#;
    const DOUBT_A: &str = r#"[{"resource": "a", "path": "", "message": "who knows",
        "missing": {"why": "after_apply", "fact": "x", "remedy": "y"}}]"#;

    #[test]
    fn failure_beats_doubt_beats_pass() {
        let answers = |deny, unknown| {
            run(A, deny, unknown).expect("decodes").iter().map(|v| v.answer).collect::<Vec<_>>()
        };
        assert_eq!(answers("[]", "[]"), [Answer::Pass]);
        assert_eq!(answers("[]", DOUBT_A), [Answer::Unknown]);
        assert_eq!(answers(DENY_A, DOUBT_A), [Answer::Fail]);
        assert_eq!(run(A, DENY_A, "[]").expect("decodes")[0].severity, Severity::Low);
    }

    #[test]
    fn the_weakest_basis_holds() {
        let twice =
            r#"[{"resource": "a", "basis": "reference"}, {"resource": "a", "basis": "value", "note": "n"}]"#;
        let verdicts = run(twice, "[]", "[]").expect("decodes");
        assert_eq!((verdicts[0].basis, verdicts[0].message.as_str()), (Basis::Reference, "n"));
    }

    #[test]
    fn what_is_odd_is_an_error() {
        for (subjects, deny, unknown, expected) in [
            ("[]", DENY_A, "[]", "not among subjects"),
            ("[]", "[]", DOUBT_A, "not among subjects"),
            (r#"[{"resource": "a"}]"#, "[]", "[]", "basis"),
            (r#"[{"resource": "a", "basis": "value", "x": 1}]"#, "[]", "[]", "unknown field"),
            (
                A,
                r#"[{"resource": "a", "path": "", "message": "m", "severty": "low"}]"#,
                "[]",
                "unknown field",
            ),
            (A, "[]", r#"[{"resource": "a", "path": "", "message": "m"}]"#, "missing"),
            (A, r#"["a"]"#, "[]", "deny is not what the contract asks for"),
            ("true", "[]", "[]", "subjects is not"),
        ] {
            let error = run(subjects, deny, unknown).expect_err("must be refused");
            assert!(error.contains(expected), "{error} should say {expected}");
        }
    }
}
