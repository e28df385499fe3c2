//! An architecture whose truth is known, with single edits of it; see `Label`.

use std::collections::BTreeMap;
use std::path::Path;

use ecs_audit::findings::{Basis, Report};
use ecs_audit::policy::bundle::Bundle;
use ecs_audit::policy::verdict::Answer;
use ecs_audit::sources::directories::SourceDirectory;
use serde::Deserialize;

use super::support::{bundle, files, scan_file, scan_with, shared};

#[derive(Deserialize)]
struct Labels {
    expect: BTreeMap<String, String>,
    mutations: Vec<Mutation>,
}

#[derive(Deserialize)]
struct Mutation {
    id: String,
    kind: String,
    /// File, what is found in it (nothing: at its end), and what takes its place.
    #[serde(default)]
    edits: Vec<[String; 3]>,
    /// The truth that only the source tells, where the plan leaves no trace of the edit.
    #[serde(default)]
    invisible: Option<String>,
    #[serde(default)]
    truth: BTreeMap<String, String>,
    expect: BTreeMap<String, String>,
    #[serde(default)]
    at: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
}

/// The worst answer of a rule over its resources.
fn verdict(report: &Report, rule: &str) -> &'static str {
    let summary = report.rules.iter().find(|summary| summary.id == rule).expect("the rule ran");
    assert_eq!(summary.error, None, "{rule}");
    match summary {
        _ if summary.fail > 0 => "fail",
        _ if summary.unknown > 0 => "unknown",
        _ if summary.pass > 0 => "pass",
        _ => "not_applicable",
    }
}

fn wrong(report: &Report, rule: &str, expected: &str) -> Option<String> {
    let got = verdict(report, rule);
    let shown = || {
        let findings = report.findings.iter().filter(|of| of.rule == rule && of.verdict != Answer::Pass);
        findings.map(|of| format!("\n    {}: {}", of.resource.id, of.message)).collect::<String>()
    };
    (!expected.split('|').any(|one| one == got))
        .then(|| format!("{rule} is {got}, not {expected}{}", shown()))
}

fn check(bundle: &Bundle, plans: &Path, labels: &Labels, mutation: &Mutation) -> Vec<String> {
    let report = scan_file(bundle, &plans.join(format!("{}.json.gz", mutation.id)));
    assert_eq!(report.inputs.len(), 1, "{}: {:?}", mutation.id, report.gaps);
    let mut errors = Vec::new();
    for rule in &bundle.rules {
        let id = &rule.metadata.id;
        let usual = labels.expect.get(id).map_or("pass", String::as_str);
        match mutation.expect.get(id) {
            Some(expected) => errors.extend(wrong(&report, id, expected)),
            None if mutation.also.contains(id) => {}
            // a rule that does not apply to the golden may come to apply, as long as it does not fail
            None if usual == "not_applicable" => errors.extend(wrong(&report, id, "not_applicable|pass")),
            None => errors.extend(wrong(&report, id, &format!("{usual}|pass"))),
        }
    }
    let failing = mutation.expect.iter().filter(|(_, verdict)| *verdict == "fail");
    for (rule, _) in failing.filter(|(rule, _)| bundle.find(rule).is_ok()) {
        let found = report.findings.iter().filter(|of| of.rule == *rule && of.verdict == Answer::Fail);
        let resources: Vec<&str> = found.map(|of| of.resource.id.as_str()).collect();
        let named = |at: &String| resources.iter().any(|id| id == at || id.starts_with(&format!("{at}#")));
        if !mutation.at.is_empty() && !mutation.at.iter().any(named) {
            errors.push(format!("{rule} fails at {resources:?}, not at one of {:?}", mutation.at));
        }
    }
    let untold = report.findings.iter().filter(|of| of.verdict == Answer::Unknown);
    for finding in untold {
        let told = finding.missing.as_ref().is_some_and(|m| !m.fact.is_empty() && !m.remedy.is_empty());
        if !told {
            errors.push(format!("{} does not say what is missing at {}", finding.rule, finding.resource.id));
        }
    }
    errors.into_iter().map(|error| format!("{} ({}): {error}", mutation.id, mutation.kind)).collect()
}

#[test]
fn labelled_architecture() {
    let Some(folder) = shared("labelled") else { return };
    let bundle = bundle();
    let text = std::fs::read_to_string(folder.join("labels/flat.json")).expect("labels");
    let labels: Labels = serde_json::from_str(&text).expect("labels of the documented form");
    let plans = folder.join("plans/flat");
    let golden = Mutation {
        id: "golden".to_owned(),
        kind: "golden".to_owned(),
        edits: Vec::new(),
        invisible: None,
        truth: BTreeMap::new(),
        expect: BTreeMap::new(),
        at: Vec::new(),
        also: Vec::new(),
    };
    let mut read = BTreeMap::<&str, (usize, usize)>::new();
    let mut errors = Vec::new();
    for mutation in [&golden].into_iter().chain(&labels.mutations) {
        let of_ours = mutation.expect.keys().any(|rule| bundle.find(rule).is_ok());
        let count = read.entry(&mutation.kind).or_default();
        count.0 += 1;
        count.1 += usize::from(of_ours);
        errors.extend(check(&bundle, &plans, &labels, mutation));
    }
    for (kind, (files, ours)) in &read {
        println!("labelled: {files} {kind} plans read, {ours} of them about rules built here");
    }
    assert!(read.len() == 4 && read.values().all(|(files, _)| *files > 0), "a kind is missing: {read:?}");
    assert!(errors.is_empty(), "{} wrong:\n{}", errors.len(), errors.join("\n"));
}

/// The golden source with the edits of a mutation.
fn edited(golden: &Path, mutation: &Mutation) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for file in files(golden) {
        let name = file.file_name().expect("a name");
        std::fs::copy(&file, directory.path().join(name)).expect("a copy");
    }
    for [file, find, with] in &mutation.edits {
        let path = directory.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(find.as_str()), "{}: {file} holds {find}", mutation.id);
        let text = if find.is_empty() { format!("{text}\n{with}\n") } else { text.replacen(find, with, 1) };
        std::fs::write(path, text).expect("a file");
    }
    directory
}

/// With its source each plan is judged as labelled, what the plan cannot show as it truly is, and every finding is in
/// a file of the source.
#[test]
fn labelled_architecture_with_its_source() {
    let Some(folder) = shared("labelled") else { return };
    let bundle = bundle();
    let text = std::fs::read_to_string(folder.join("labels/flat.json")).expect("labels");
    let labels: Labels = serde_json::from_str(&text).expect("labels of the documented form");
    let (mut read, mut invisible, mut errors) = (0, 0, Vec::new());
    for mutation in &labels.mutations {
        let plan = folder.join("plans/flat").join(format!("{}.json.gz", mutation.id));
        let directory = edited(&folder.join("golden/flat"), mutation);
        let source = SourceDirectory::Given(directory.path().to_str().expect("UTF-8").to_owned());
        let report = scan_with(&bundle, &plan, source);
        assert_eq!(report.notices, [], "{}", mutation.id);
        read += 1;
        invisible += usize::from(mutation.invisible.is_some());
        for (rule, expected) in &mutation.expect {
            if bundle.find(rule).is_err() {
                continue;
            }
            let expected = match (&mutation.invisible, mutation.truth.get(rule)) {
                (Some(_), Some(truth)) => truth.clone(),
                // what the plan cannot tell the source may: it never makes a failure of it
                _ if mutation.kind == "unknown" => format!("{expected}|pass"),
                _ => expected.clone(),
            };
            errors.extend(wrong(&report, rule, &expected).map(|error| format!("{}: {error}", mutation.id)));
        }
        if mutation.invisible.is_some() {
            // without the source nothing passes on more than references
            let alone = scan_file(&bundle, &plan);
            let told = alone.findings.iter().filter(|of| {
                mutation.truth.contains_key(&of.rule)
                    && mutation.at.contains(&of.resource.id)
                    && of.verdict == Answer::Pass
            });
            errors.extend(
                told.filter(|of| of.basis != Basis::Reference)
                    .map(|of| format!("{}: {} passes by {:?}", mutation.id, of.rule, of.basis)),
            );
        }
        let elsewhere = report
            .findings
            .iter()
            .filter(|of| Path::new(&of.location.path).extension().is_none_or(|end| end != "tf"));
        errors.extend(
            elsewhere.map(|of| format!("{}: {} at {}", mutation.id, of.resource.id, of.location.path)),
        );
    }
    println!("labelled with source: {read} plans read, {invisible} of them invisible in the plan");
    assert!(invisible > 0 && read > 200, "{read} plans, {invisible} invisible");
    assert!(errors.is_empty(), "{} wrong:\n{}", errors.len(), errors.join("\n"));
}
