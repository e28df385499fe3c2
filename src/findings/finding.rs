//! One finding: exactly one place, and any number of related ones.

use std::collections::BTreeMap;

use serde::Serialize;

use super::fingerprint::fingerprint;
use super::names::Names;
use super::redact::Redactor;
use crate::model::origin::{Basis, Frame, Locate, Place, Resource};
use crate::policy::Severity;
use crate::policy::metadata::Metadata;
use crate::policy::verdict::{Answer, Missing, Related, Verdict};

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Location {
    /// The file as it was named.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode code points.
    pub column: usize,
}

/// The resource of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ResourceName {
    /// The Terraform address in a plan, the ARN in an account, the family (and `#container`) in a task definition.
    pub id: String,
    /// Type in the vocabulary of the provider without its prefix.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name within its type.
    pub name: String,
    /// The container that is meant, by name or position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}

/// A resource that is part of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelatedFinding {
    /// The resource, as findings show it.
    pub resource: String,
    /// What it contributes.
    pub message: String,
    /// Where it stands; nothing for what was not read from a file.
    pub location: Option<Location>,
}

/// An answer of a rule for a resource, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// Name of the rule.
    pub name: String,
    /// The answer.
    pub verdict: Answer,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, or cannot be told.
    pub message: String,
    /// The resource.
    pub resource: ResourceName,
    /// Path of the attribute within it.
    pub attribute: String,
    /// Where it stands.
    pub location: Location,
    /// The lines that hold it, where they can be shown.
    pub frame: Option<Frame>,
    /// The evidence.
    pub related: Vec<RelatedFinding>,
    /// For an unknown: what is missing.
    pub missing: Option<Missing>,
    /// How firmly it is known.
    pub basis: Basis,
    /// What it is recognised by in another run.
    pub fingerprint: String,
}

/// What a finding is made from, besides its verdict.
#[derive(Debug)]
pub struct Context<'a, L> {
    /// The input, for resources that have no place of their own.
    pub input: &'a str,
    /// Resources by id.
    pub resources: &'a BTreeMap<String, Resource>,
    /// Where they stand.
    pub locate: &'a L,
    /// What parts of resources are called.
    pub names: &'a Names,
    /// What must not be shown.
    pub redactor: &'a Redactor,
}

impl<L: Locate> Context<'_, L> {
    /// Makes a finding of a verdict.
    pub fn finding(&self, rule: &Metadata, verdict: &Verdict) -> Finding {
        let resource = self.name(&verdict.resource);
        let message = self.said(&verdict.message);
        let place = self.place(&verdict.resource, &verdict.path);
        let (location, frame) = match place {
            Some(place) => (Some(location(&place)), place.frame),
            None => (None, None),
        };
        let missing = verdict.missing.as_ref().map(|missing| Missing {
            why: missing.why.clone(),
            fact: self.said(&missing.fact),
            remedy: self.said(&missing.remedy),
        });
        let mut parts = vec![
            rule.id.as_str(),
            resource.id.as_str(),
            resource.container.as_deref().unwrap_or(""),
            &message,
        ];
        if let Some(missing) = &missing {
            parts.push(&missing.fact);
        }
        let fingerprint = fingerprint(&parts);
        Finding {
            rule: rule.id.clone(),
            name: rule.name.clone(),
            verdict: verdict.answer,
            severity: verdict.severity,
            attribute: self.redactor.redact(&verdict.path),
            location: location.unwrap_or_else(|| Location {
                path: self.input.to_owned(),
                line: 1,
                column: 1,
            }),
            frame,
            related: verdict
                .related
                .iter()
                .map(|related| self.related(related))
                .chain(self.calls(&verdict.resource))
                .collect(),
            missing,
            basis: verdict.basis,
            fingerprint,
            resource,
            message,
        }
    }

    fn said(&self, text: &str) -> String {
        self.redactor.redact(&self.names.spell(text))
    }

    fn related(&self, related: &Related) -> RelatedFinding {
        RelatedFinding {
            resource: self.name(&related.resource).id,
            message: self.said(&related.message),
            location: self.location(&related.resource, &related.path),
        }
    }

    fn name(&self, id: &str) -> ResourceName {
        match self.resources.get(id) {
            Some(resource) => ResourceName {
                id: resource.shown_as.clone(),
                kind: resource.kind.clone(),
                name: resource.name.clone(),
                container: resource.container.clone(),
            },
            None => ResourceName {
                id: id.to_owned(),
                kind: "unknown".to_owned(),
                name: id.to_owned(),
                container: None,
            },
        }
    }

    /// The calls of modules that lead to a resource.
    fn calls(&self, id: &str) -> Vec<RelatedFinding> {
        let origin = self.resources.get(id).and_then(|resource| resource.origin.as_ref());
        let calls = origin.map(|origin| self.locate.calls(origin)).unwrap_or_default();
        let related = calls.into_iter().map(|(address, place)| RelatedFinding {
            resource: address,
            message: "is called here".to_owned(),
            location: Some(location(&place)),
        });
        related.collect()
    }

    fn location(&self, id: &str, path: &str) -> Option<Location> {
        self.place(id, path).as_ref().map(location)
    }

    fn place(&self, id: &str, path: &str) -> Option<Place> {
        let origin = self.resources.get(id)?.origin.as_ref()?;
        Some(self.locate.place(origin, path))
    }
}

fn location(place: &Place) -> Location {
    Location { path: place.path.clone(), line: place.position.line, column: place.position.column }
}

/// The order of findings in every report: what fails first and the gravest of it, then by rule, resource and place.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.verdict != Answer::Fail, finding.verdict == Answer::Pass);
        key(a).cmp(&key(b)).then(b.severity.cmp(&a.severity)).then_with(|| {
            (&a.rule, &a.location.path, &a.resource, &a.attribute, &a.message).cmp(&(
                &b.rule,
                &b.location.path,
                &b.resource,
                &b.attribute,
                &b.message,
            ))
        })
    });
}
