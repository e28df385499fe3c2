//! JSON v1: a contract that scripts lean on. Fields may be added, none is taken away or changes its meaning.
//!
//! docs/json.md describes it, and a snapshot freezes it.

use serde::Serialize;

use crate::findings::{
    Answer, Basis, Finding, Gap, InputSummary, Location, Missing, RelatedFinding, Report, ResourceName,
    RuleSummary, Severity, Skipped, Summary,
};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    tool: Tool<'a>,
    inputs: &'a [InputSummary],
    skipped: &'a [Skipped],
    other_files: usize,
    rules: &'a [RuleSummary],
    findings: Vec<FindingV1<'a>>,
    gaps: &'a [Gap],
    notices: &'a [Gap],
    summary: Summary,
    complete: bool,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct FindingV1<'a> {
    rule: &'a str,
    name: &'a str,
    verdict: Answer,
    severity: Severity,
    message: &'a str,
    resource: &'a ResourceName,
    attribute: &'a str,
    location: &'a Location,
    related: &'a [RelatedFinding],
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'a Missing>,
    basis: Basis,
    fingerprint: &'a str,
}

/// Renders a report as JSON v1, indented by two, with a newline at its end.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let document = Document {
        schema: "ecs-audit/report/v1",
        tool: Tool { name: "ecs-audit", version: &report.version },
        inputs: &report.inputs,
        skipped: &report.skipped,
        other_files: report.other_files,
        rules: &report.rules,
        findings: report.findings.iter().map(finding).collect(),
        gaps: &report.gaps,
        notices: &report.notices,
        summary: report.summary(),
        complete: report.complete(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn finding(finding: &Finding) -> FindingV1<'_> {
    FindingV1 {
        rule: &finding.rule,
        name: &finding.name,
        verdict: finding.verdict,
        severity: finding.severity,
        message: &finding.message,
        resource: &finding.resource,
        attribute: &finding.attribute,
        location: &finding.location,
        related: &finding.related,
        missing: finding.missing.as_ref(),
        basis: finding.basis,
        fingerprint: &finding.fingerprint,
    }
}
