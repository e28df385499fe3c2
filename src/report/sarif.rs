//! SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), as GitHub code scanning takes it.
//!
//! What fails is a result of kind `fail`, what nobody can tell one of kind `open` (§3.27.9: "insufficient information to
//! decide whether a problem exists"), so that neither is lost and neither is taken for the other.

use serde::Serialize;

use crate::findings::{Answer, Basis, Finding, Location, RelatedFinding, Report, RuleSummary, Severity};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<ResultObject<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    semantic_version: &'a str,
    rules: Vec<ReportingDescriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor<'a> {
    id: &'a str,
    name: &'a str,
    short_description: Message<'a>,
    full_description: Message<'a>,
    help: Help<'a>,
    default_configuration: Configuration,
    properties: RuleProperties<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties<'a> {
    tags: Vec<&'a str>,
    precision: &'static str,
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message<'static>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject<'a> {
    rule_id: &'a str,
    rule_index: usize,
    kind: &'static str,
    level: &'static str,
    message: Message<'a>,
    locations: [LocationObject<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<LocationObject<'a>>,
    partial_fingerprints: Fingerprints<'a>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "ecsAudit/v1")]
    own: &'a str,
    /// The one that GitHub matches alerts by; it would make one of the line, which moves.
    #[serde(rename = "primaryLocationLineHash")]
    line: &'a str,
}

#[derive(Serialize)]
struct ResultProperties<'a> {
    severity: Severity,
    basis: Basis,
    attribute: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<PhysicalLocation>,
    logical_locations: [LogicalLocation<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: std::borrow::Cow<'a, str>,
    kind: &'static str,
}

/// Renders a report as SARIF.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let results = report.findings.iter().map(|finding| result(report, finding));
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "ecs-audit",
                    version: &report.version,
                    semantic_version: &report.version,
                    rules: report.rules.iter().map(descriptor).collect(),
                },
            },
            invocations: [invocation(report)],
            column_kind: "unicodeCodePoints",
            results: results.collect(),
        }],
    };
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

/// Gaps and broken rules are said, so that a run that saw half does not look like one that saw everything.
fn invocation(report: &Report) -> Invocation {
    let gaps = report.gaps.iter().map(|gap| format!("{}: {}; {}", gap.what, gap.why, gap.remedy));
    let errors = report
        .rules
        .iter()
        .filter_map(|rule| Some(format!("{} could not be run: {}", rule.id, rule.error.as_ref()?)));
    let notices = report.notices.iter().map(|gap| format!("{}: {}; {}", gap.what, gap.why, gap.remedy));
    let notification =
        |level| move |text: String| Notification { level, message: Message { text: text.into() } };
    let notifications =
        gaps.chain(errors).map(notification("warning")).chain(notices.map(notification("note")));
    Invocation {
        execution_successful: !report.inputs.is_empty() && !report.input_refused,
        tool_execution_notifications: notifications.collect(),
    }
}

fn descriptor(rule: &RuleSummary) -> ReportingDescriptor<'_> {
    ReportingDescriptor {
        id: &rule.id,
        name: &rule.name,
        short_description: Message { text: rule.title.as_str().into() },
        full_description: Message { text: rule.description.as_str().into() },
        help: Help {
            text: &rule.remediation,
            markdown: format!("{}\n\n{}", rule.remediation, rule.page.trim()),
        },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            tags: vec!["security", "aws", "ecs", &rule.area],
            precision: "high",
            security_severity: security_severity(rule.severity),
        },
    }
}

fn result<'a>(report: &'a Report, finding: &'a Finding) -> ResultObject<'a> {
    let fails = finding.verdict == Answer::Fail;
    let text = match &finding.missing {
        Some(missing) => format!(
            "{}: {}. Missing: {}. {}",
            finding.resource.id,
            finding.message,
            missing.fact,
            sentence(&missing.remedy)
        ),
        None if finding.message.is_empty() => finding.resource.id.clone(),
        None => format!("{}: {}", finding.resource.id, finding.message),
    };
    ResultObject {
        rule_id: &finding.rule,
        rule_index: report.rules.iter().position(|rule| rule.id == finding.rule).unwrap_or_default(),
        kind: match finding.verdict {
            Answer::Fail => "fail",
            Answer::Unknown => "open",
            Answer::Pass => "pass",
        },
        // §3.27.10: the level of anything but a failure is none
        level: if fails { level(finding.severity) } else { "none" },
        message: Message { text: text.into() },
        locations: [location(&finding.location, &finding.resource.id)],
        related_locations: finding
            .related
            .iter()
            .enumerate()
            .map(|(index, related)| related_location(index, related))
            .collect(),
        partial_fingerprints: Fingerprints { own: &finding.fingerprint, line: &finding.fingerprint },
        properties: ResultProperties {
            severity: finding.severity,
            basis: finding.basis,
            attribute: &finding.attribute,
        },
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn location<'a>(location: &Location, resource: &'a str) -> LocationObject<'a> {
    LocationObject {
        id: None,
        physical_location: Some(physical(location)),
        logical_locations: [LogicalLocation { fully_qualified_name: resource.into(), kind: "resource" }],
        message: None,
    }
}

fn related_location(index: usize, related: &RelatedFinding) -> LocationObject<'_> {
    LocationObject {
        id: Some(index + 1),
        physical_location: related.location.as_ref().map(physical),
        logical_locations: [LogicalLocation {
            fully_qualified_name: related.resource.as_str().into(),
            kind: "resource",
        }],
        message: Some(Message { text: format!("{}: {}", related.resource, related.message).into() }),
    }
}

fn physical(location: &Location) -> PhysicalLocation {
    PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri(&location.path) },
        region: Region { start_line: location.line, start_column: location.column },
    }
}

/// A path as a URI reference (RFC 3986): relative paths stay relative, absolute ones become `file:` URIs.
fn uri(path: &str) -> String {
    if path == "-" {
        return "stdin".to_owned();
    }
    let relative = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::from(if relative.starts_with('/') { "file://" } else { "" });
    for byte in relative.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// GitHub sorts alerts by this score: over 9.0 is critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uri_references() {
        for (path, expected) in [
            ("plan.json", "plan.json"),
            ("./dir/a b.json", "dir/a%20b.json"),
            ("/tmp/plan.json", "file:///tmp/plan.json"),
            ("é.json", "%C3%A9.json"),
            ("-", "stdin"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
