//! One report in every format: frozen, and valid where there is a schema.

use ecs_audit::findings::{
    Answer, Basis, Finding, Gap, InputSummary, Location, Missing, RelatedFinding, Report, ResourceName,
    RuleSummary, Severity, Skipped, SourceKind,
};
use ecs_audit::model::origin::Frame;
use ecs_audit::report::{Format, Layout, render};
use ecs_audit::sources::directories::SourceDirectory;
use serde_json::Value as Json;

use super::support::{expect, files, root, scan_file, scan_with, shared};

const PLAIN: Layout = Layout { width: 80, color: false, quiet: false, verbose: false };

fn rule(
    id: &str,
    name: &str,
    counts: [usize; 3],
    error: Option<&str>,
    needs: Vec<SourceKind>,
) -> RuleSummary {
    RuleSummary {
        id: id.to_owned(),
        name: name.to_owned(),
        title: "Something is as it should be".to_owned(),
        description: "What happens otherwise, in a sentence.".to_owned(),
        remediation: "Put it right.".to_owned(),
        page: "## Why\n\nBecause.\n".to_owned(),
        area: "network".to_owned(),
        severity: Severity::High,
        pass: counts[0],
        fail: counts[1],
        unknown: counts[2],
        waived: 0,
        by_reference: usize::from(counts[0] > 0),
        error: error.map(str::to_owned),
        needs,
    }
}

fn location(path: &str, line: usize) -> Location {
    Location { path: path.to_owned(), line, column: 3 }
}

fn finding(rule: &str, verdict: Answer, severity: Severity, id: &str, message: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        name: "first-rule".to_owned(),
        verdict,
        severity,
        message: message.to_owned(),
        resource: ResourceName {
            id: id.to_owned(),
            kind: "ecs_service".to_owned(),
            name: "web".to_owned(),
            container: None,
        },
        attribute: "network_configuration[0].subnets".to_owned(),
        location: location("dir/plan b.json", 12),
        frame: Some(Frame {
            text: "  subnets = [aws_subnet.a.id]\n".to_owned(),
            first_line: 12,
            marked: 2..29,
        }),
        related: Vec::new(),
        missing: None,
        basis: Basis::Value,
        fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
    }
}

/// A report with one of everything, names that try to break out of their place among them.
fn report() -> Report {
    let hostile = "aws_ecs_service.web[\"<b>&'\\\u{1b}[31m\n\"]";
    let related = [("aws_subnet.a", Some(location("dir/plan b.json", 40))), ("aws_internet_gateway.é", None)]
        .map(|(resource, location)| RelatedFinding {
            resource: resource.to_owned(),
            message: "is part of the evidence".to_owned(),
            location,
        });
    let missing = Missing {
        why: "after_apply".to_owned(),
        fact: "aws_ecs_service.api: subnets is known after apply".to_owned(),
        remedy: "scan again once the ids are known".to_owned(),
    };
    Report {
        version: "0.0.0".to_owned(),
        inputs: vec![
            InputSummary {
                path: "dir/plan b.json".to_owned(),
                kind: "terraform-plan".to_owned(),
                shown: "Terraform plan".to_owned(),
                resources: 51,
                source: Some("dir".to_owned()),
            },
            InputSummary {
                path: "-".to_owned(),
                kind: "task-definition".to_owned(),
                shown: "task definition".to_owned(),
                resources: 1,
                source: None,
            },
        ],
        skipped: vec![Skipped {
            path: "dir/package.json".to_owned(),
            why: "it is JSON of another kind".to_owned(),
        }],
        other_files: 7,
        rules: vec![
            rule("ECS-X-001", "first-rule", [2, 2, 1], None, Vec::new()),
            rule(
                "ECS-X-002",
                "broken-rule",
                [0; 3],
                Some("deny is not what the contract asks for"),
                Vec::new(),
            ),
            rule("ECS-X-003", "idle-rule", [0; 3], None, Vec::new()),
            rule("ECS-X-004", "other-source", [0; 3], None, vec![SourceKind::Plan]),
        ],
        findings: vec![
            Finding {
                related: related.to_vec(),
                ..finding(
                    "ECS-X-001",
                    Answer::Fail,
                    Severity::Critical,
                    "aws_ecs_service.web",
                    "is open to the world",
                )
            },
            Finding {
                basis: Basis::Reference,
                ..finding(
                    "ECS-X-001",
                    Answer::Fail,
                    Severity::Low,
                    hostile,
                    "has a name that nobody would choose",
                )
            },
            Finding {
                missing: Some(missing),
                ..finding(
                    "ECS-X-001",
                    Answer::Unknown,
                    Severity::High,
                    "aws_ecs_service.api",
                    "cannot tell its subnets",
                )
            },
            finding("ECS-X-001", Answer::Pass, Severity::High, "aws_ecs_service.ok", ""),
        ],
        notices: vec![Gap {
            what: "dir/broken.tf:1:3".to_owned(),
            why: "the file cannot be parsed".to_owned(),
            remedy: "correct the file".to_owned(),
        }],
        gaps: vec![Gap {
            what: "dir/cut.json".to_owned(),
            why: "it is cut off: the JSON document does not end (line 3, column 9)".to_owned(),
            remedy: "write it anew; the command that wrote it may have failed".to_owned(),
        }],
        input_refused: false,
    }
}

fn rendered(report: &Report, format: Format, layout: Layout) -> String {
    render(report, format, layout).expect("a report can be written")
}

#[test]
fn each_format_is_frozen() {
    let folder = root().join("testdata/report");
    for (file, format, layout) in [
        ("table.txt", Format::Table, PLAIN),
        ("table-color.txt", Format::Table, Layout { color: true, width: 120, ..PLAIN }),
        ("verbose.txt", Format::Table, Layout { verbose: true, ..PLAIN }),
        ("quiet.txt", Format::Table, Layout { quiet: true, ..PLAIN }),
        ("report.json", Format::Json, PLAIN),
        ("report.sarif", Format::Sarif, PLAIN),
    ] {
        expect(&folder.join(file), &rendered(&report(), format, layout));
    }
}

/// Nothing that a name holds reaches the terminal as a command to it.
#[test]
fn names_cannot_command_a_terminal() {
    for quiet in [false, true] {
        let text = rendered(&report(), Format::Table, Layout { quiet, ..PLAIN });
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(text.contains("<b>&'"), "the name is gone: {text}");
    }
}

#[test]
fn lines_fit_the_terminal() {
    for width in [60, 80, 120] {
        let text = rendered(&report(), Format::Table, Layout { width, ..PLAIN });
        let longest = text.lines().map(|line| line.chars().count()).max();
        assert!(longest.is_some_and(|longest| longest <= width), "{width}: {text}");
    }
}

fn sarif_schema() -> jsonschema::Validator {
    let path = root().join("testdata/schemas/sarif-schema-2.1.0.json");
    let text = std::fs::read_to_string(path).expect("the schema");
    let schema: Json = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn errors(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let json: Json = serde_json::from_str(text).expect("a report is JSON");
    validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn sarif_is_valid() {
    let validator = sarif_schema();
    let text = rendered(&report(), Format::Sarif, PLAIN);
    assert_eq!(errors(&validator, &text), Vec::<String>::new());
    let broken =
        text.replace("\"version\": \"2.1.0\"", "\"version\": \"2.2.0\"").replace("\"results\"", "\"result\"");
    assert!(!errors(&validator, &broken).is_empty(), "the schema refuses nothing");
    // what is unknown is neither a failure nor gone
    let json: Json = serde_json::from_str(&text).expect("JSON");
    let kinds: Vec<&str> = json["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .filter_map(|of| of["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["fail", "fail", "open", "pass"]);
    let notes =
        json["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().expect("notifications");
    assert_eq!(notes.len(), 3, "the gap, the broken rule and the notice");
}

#[test]
fn sarif_of_real_plans_is_valid() {
    let Some(folder) = shared("corpus/genuine-plans") else { return };
    let (validator, bundle, mut read) = (sarif_schema(), super::support::bundle(), 0);
    for path in files(&folder).iter().filter(|path| path.to_string_lossy().ends_with("json")).step_by(6) {
        let report = scan_file(&bundle, path);
        let text = rendered(&report, Format::Sarif, PLAIN);
        assert_eq!(errors(&validator, &text), Vec::<String>::new(), "{}", path.display());
        read += 1;
    }
    println!("SARIF of {read} files is valid");
    assert!(read > 0);
}

/// Places in the configuration, and the calls of modules, are places that code scanning takes: relative and in a file.
#[test]
fn sarif_beside_the_source_is_valid() {
    let bundle = super::support::bundle();
    for style in ["modules", "json"] {
        let case = std::path::PathBuf::from("testdata/source").join(style);
        let source = SourceDirectory::Given(case.join("config").to_string_lossy().into_owned());
        let report = scan_with(&bundle, &case.join("plan.json.gz"), source);
        let text = rendered(&report, Format::Sarif, PLAIN);
        assert_eq!(errors(&sarif_schema(), &text), Vec::<String>::new(), "{style}");
        let log: Json = serde_json::from_str(&text).expect("JSON");
        let results = log["runs"][0]["results"].as_array().expect("results");
        assert!(results.len() > 100, "{style}: {} results", results.len());
        for result in results {
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a file");
            assert!(uri.starts_with("testdata/source/") && uri.contains(".tf"), "{uri}");
            assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line > 0));
        }
    }
}
