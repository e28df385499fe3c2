//! Golden directories: an input, and what all rules say of it. Adding a case is adding a directory;
//! `UPDATE_EXPECT=1` writes what is expected, for a person to read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ecs_audit::findings::{Answer, Basis, Report};

use super::support::{bundle, expect, files, root, scan_own};

/// A report as a person reads it who knows the input.
fn written(report: &Report) -> String {
    let mut text = String::new();
    for input in &report.inputs {
        writeln!(text, "{}: {} resources", input.kind, input.resources).expect("memory");
    }
    for finding in &report.findings {
        let answer = match finding.verdict {
            Answer::Fail => format!("fail {}", finding.severity),
            Answer::Unknown => "unknown".to_owned(),
            Answer::Pass => "pass".to_owned(),
        };
        let mark = if finding.basis == Basis::Reference { " by reference" } else { "" };
        let message = if finding.message.is_empty() { "" } else { &format!(": {}", finding.message) };
        writeln!(text, "\n{} {answer}{mark}\n  {}{message}", finding.rule, finding.resource.id)
            .expect("memory");
        if finding.verdict != Answer::Pass {
            let at = &finding.location;
            writeln!(text, "  at {}:{} {}", at.line, at.column, finding.attribute).expect("memory");
        }
        for related in &finding.related {
            writeln!(text, "  - {}: {}", related.resource, related.message).expect("memory");
        }
        if let Some(missing) = &finding.missing {
            writeln!(text, "  missing ({}): {}\n  remedy: {}", missing.why, missing.fact, missing.remedy)
                .expect("memory");
        }
    }
    for gap in &report.gaps {
        writeln!(text, "\nnot read: {}: {}; {}", gap.what, gap.why, gap.remedy).expect("memory");
    }
    text
}

fn cases(source: &str) -> Vec<PathBuf> {
    let folder = root().join("testdata").join(source);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    cases
}

fn check(source: &str, input: &str, at_least: usize) {
    let bundle = bundle();
    let cases = cases(source);
    assert!(cases.len() >= at_least, "{} cases of {source}", cases.len());
    for case in &cases {
        let path = case.join(input);
        let own = path.strip_prefix(root()).expect("below the root").to_str().expect("UTF-8");
        let report = scan_own(&bundle, own);
        assert_eq!(report.inputs.len(), 1, "{own}: {:?}", report.gaps);
        for rule in &report.rules {
            assert_eq!(rule.error, None, "{own}: {}", rule.id);
        }
        expect(&case.join("expected.txt"), &written(&report));
    }
    println!("{} cases of {source}", cases.len());
}

#[test]
fn plans() {
    check("plan", "plan.json", 8);
}

#[test]
fn states() {
    check("state", "state.json", 1);
}

#[test]
fn task_definitions() {
    check("taskdef", "taskdef.json", 6);
}

/// What cannot be used is refused in one sentence that names the remedy; what is only wrapped or encoded is read.
#[test]
fn odd_files() {
    let bundle = bundle();
    let folder = root().join("testdata/malformed");
    let mut text = String::new();
    let odd: Vec<PathBuf> =
        files(&folder).into_iter().filter(|path| path.extension().is_none_or(|end| end != "txt")).collect();
    assert!(odd.len() >= 12, "{} odd files", odd.len());
    for path in odd {
        let own = path.strip_prefix(root()).expect("below the root");
        let report = scan_own(&bundle, own.to_str().expect("UTF-8"));
        let name = Path::new(own.file_name().expect("a name")).display();
        assert_eq!(report.inputs.len() + report.gaps.len(), 1, "{name}: one answer, no more and no less");
        for input in &report.inputs {
            writeln!(text, "{name}\n  read: {}, {} resources", input.kind, input.resources).expect("memory");
        }
        for gap in &report.gaps {
            assert!(report.input_refused && !gap.remedy.is_empty(), "{name}: {gap:?}");
            writeln!(text, "{name}\n  refused: {}; {}", gap.why, gap.remedy).expect("memory");
        }
    }
    expect(&folder.join("expected.txt"), &text);
}
