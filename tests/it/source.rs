//! Plans with the files they were made from: judged as a plan is in which everything is known, and on the right line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ecs_audit::findings::{Answer, Basis, Finding, Report};
use ecs_audit::policy::bundle::Bundle;
use ecs_audit::sources::directories::SourceDirectory;
use serde::Deserialize;

use super::support::{bundle, expect, root, scan_with};

const STYLES: [&str; 6] = ["flat", "modules", "for_each", "dynamic", "locals", "json"];

fn folder() -> PathBuf {
    // relative, so that reports hold no other path
    assert_eq!(std::env::current_dir().expect("a directory"), root(), "cargo runs tests there");
    PathBuf::from("testdata/source")
}

fn with_source(bundle: &Bundle, case: &Path) -> Report {
    let config = case.join("config");
    let source = SourceDirectory::Given(config.to_str().expect("UTF-8").to_owned());
    let report = scan_with(bundle, &case.join("plan.json.gz"), source);
    assert_eq!(report.notices, [], "{}", case.display());
    assert!(report.inputs[0].source.is_some(), "{}: the source is used", case.display());
    report
}

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Pass => "pass",
        Answer::Fail => "fail",
        Answer::Unknown => "unknown",
    }
}

type Verdicts = BTreeMap<(String, String, Option<String>), Vec<(Answer, String)>>;

/// What each rule says of each resource, which `twins` gives the name it has elsewhere.
fn verdicts(report: &Report, twins: &BTreeMap<String, String>) -> Verdicts {
    let mut found = Verdicts::new();
    for finding in &report.findings {
        let id = &finding.resource.id;
        let id = twins.get(id).unwrap_or(id).clone();
        let key = (finding.rule.clone(), id, finding.resource.container.clone());
        found.entry(key).or_default().push((finding.verdict, finding.severity.to_string()));
    }
    for of in found.values_mut() {
        of.sort();
    }
    found
}

/// Six ways to write one architecture: each is judged, before anything has an id, as the flat one is when all is known.
#[test]
fn each_style_is_judged_as_its_flat_twin_with_known_ids() {
    let bundle = bundle();
    let known = scan_with(&bundle, &folder().join("flat/known.json.gz"), SourceDirectory::Nowhere);
    let truth = verdicts(&known, &BTreeMap::new());
    assert!(truth.len() > 100 && known.summary().unknown == 0, "the truth is known: {}", truth.len());
    for style in STYLES {
        let case = folder().join(style);
        let twins: BTreeMap<String, String> = match std::fs::read_to_string(case.join("twin.json")) {
            Ok(text) => serde_json::from_str(&text).expect("addresses"),
            Err(_) => BTreeMap::new(),
        };
        assert!(style == "flat" || twins.len() > 100, "{style}: {} twins", twins.len());
        let report = with_source(&bundle, &case);
        let found = verdicts(&report, &twins);
        let keys: BTreeSet<_> = truth.keys().chain(found.keys()).collect();
        let differ: Vec<String> = keys
            .into_iter()
            .filter(|key| truth.get(*key) != found.get(*key))
            .map(|key| format!("{key:?}: {:?}, known {:?}", found.get(key), truth.get(key)))
            .collect();
        assert!(differ.is_empty(), "{style}: {} differ\n{}", differ.len(), differ.join("\n"));
    }
}

#[derive(Deserialize)]
struct Expected {
    rule: String,
    resource: String,
    with_source: String,
}

fn answer(report: &Report, expected: &Expected) -> Vec<(Answer, Basis)> {
    let of = report
        .findings
        .iter()
        .filter(|finding| finding.rule == expected.rule && finding.resource.id == expected.resource);
    of.map(|finding| (finding.verdict, finding.basis)).collect()
}

/// What a plan cannot show decides these; without the source no answer claims more than references.
#[test]
fn blind_spots_are_seen() {
    let bundle = bundle();
    let entries = std::fs::read_dir(folder()).expect("the folder");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("blind-")));
    cases.sort();
    assert!(cases.len() >= 7, "{} cases", cases.len());
    for case in cases {
        let text = std::fs::read_to_string(case.join("expect.json")).expect("what is expected");
        let expected: Expected = serde_json::from_str(&text).expect("what is expected");
        let answers = answer(&with_source(&bundle, &case), &expected);
        let said: BTreeSet<&str> = answers.iter().map(|(answer, _)| word(*answer)).collect();
        assert_eq!(said, BTreeSet::from([expected.with_source.as_str()]), "{}", case.display());
        let alone = scan_with(&bundle, &case.join("plan.json.gz"), SourceDirectory::Nowhere);
        for (answer, basis) in answer(&alone, &expected) {
            let claims = answer != Answer::Unknown && word(answer) != expected.with_source;
            assert!(!claims || basis == Basis::Reference, "{}: {answer:?} by {basis:?}", case.display());
        }
    }
}

fn ends(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|own| own == extension)
}

/// The words at a place: the rest of its line.
fn words_at(finding: &Finding) -> String {
    let text = std::fs::read_to_string(&finding.location.path)
        .unwrap_or_else(|error| panic!("{}: {error}", finding.location.path));
    let line = text.lines().nth(finding.location.line - 1).expect("the line is there");
    line.chars().skip(finding.location.column - 1).collect()
}

/// The header of the block around a line of a `.tf` file.
fn block_around(finding: &Finding) -> String {
    let text = std::fs::read_to_string(&finding.location.path).expect("the file");
    let before = text.lines().take(finding.location.line);
    let header = before.filter(|line| line.starts_with("resource ")).last();
    header.unwrap_or_default().to_owned()
}

/// Whether the place of a finding is that of its attribute, or of its block where the block does not set it.
fn misplaced(finding: &Finding) -> Option<String> {
    let words = words_at(finding);
    let kind = format!("aws_{}", finding.resource.kind);
    let name = finding.resource.id.split(&format!("{kind}.")).last().unwrap_or_default();
    let base = name.split('[').next().unwrap_or_default();
    let steps: Vec<&str> = finding
        .attribute
        .split(['.', '[', ']'])
        .filter(|step| !step.is_empty() && step.parse::<usize>().is_err())
        .collect();
    let is_json = ends(&finding.location.path, "json");
    // the nearest part that is written: a step of the path, the block itself, a block that a dynamic one makes, or an
    // element of a literal list
    let starts = |word: &str| {
        words.starts_with(&format!("{word} ")) || words.starts_with(&format!("\"{word}\"")) || words == word
    };
    let element = words.starts_with(['{', '"', '[']) && finding.attribute.contains('[');
    let at_block = if is_json {
        words.starts_with(&format!("\"{base}\""))
    } else {
        words.starts_with(&format!("resource \"{kind}\" \"{base}\""))
    };
    let right = at_block || steps.iter().any(|step| starts(step)) || starts("content") || element;
    if !right {
        return Some(format!("{} is at {words:?}", finding.attribute));
    }
    let around = block_around(finding);
    let encloses = is_json || around.starts_with(&format!("resource \"{kind}\" \"{base}\""));
    (!encloses).then(|| format!("{} is inside of {around:?}", finding.attribute))
}

/// Every finding of every style stands where a person would look for it.
#[test]
fn every_finding_is_on_its_line() {
    let bundle = bundle();
    let mut checked = 0;
    let mut wrong = Vec::new();
    for style in STYLES {
        let report = with_source(&bundle, &folder().join(style));
        for finding in &report.findings {
            checked += 1;
            let place = &finding.location;
            if !(ends(&place.path, "tf") || place.path.contains(".tf.json")) {
                wrong.push(format!("{style} {} {}: {}", finding.rule, finding.resource.id, place.path));
            } else if let Some(why) = misplaced(finding) {
                wrong.push(format!(
                    "{style} {} {} {}:{}: {why}",
                    finding.rule, finding.resource.id, place.path, place.line
                ));
            }
        }
    }
    println!("{checked} findings are placed");
    assert!(checked > 600 && wrong.is_empty(), "{} of {checked} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// Where findings stand, for people to read.
#[test]
fn places_are_frozen() {
    let bundle = bundle();
    for style in STYLES {
        let report = with_source(&bundle, &folder().join(style));
        let mut text = String::new();
        for finding in report.findings.iter().filter(|finding| finding.verdict != Answer::Pass) {
            let at = &finding.location;
            writeln!(
                text,
                "{} {} {} {}\n  {}:{}:{}",
                finding.rule,
                word(finding.verdict),
                finding.resource.id,
                finding.attribute,
                at.path,
                at.line,
                at.column
            )
            .expect("memory");
            for related in &finding.related {
                let at = related.location.as_ref().map(|at| format!("{}:{}:{}", at.path, at.line, at.column));
                let at = at.unwrap_or_default();
                writeln!(text, "  - {} {at}: {}", related.resource, related.message).expect("memory");
            }
        }
        expect(&root().join(folder()).join(style).join("places.txt"), &text);
    }
}

/// A resource of a module stands in the module, with the calls that lead there.
#[test]
fn calls_of_modules_are_related_places() {
    let report = with_source(&bundle(), &folder().join("modules"));
    let inside: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.resource.id.starts_with("module.")).collect();
    assert!(inside.len() > 50, "{} findings in modules", inside.len());
    for finding in inside {
        let depth = finding.resource.id.matches("module.").count();
        let calls: Vec<&str> = finding
            .related
            .iter()
            .filter(|related| related.message == "is called here")
            .map(|related| related.location.as_ref().map_or("", |at| at.path.as_str()))
            .collect();
        assert_eq!(calls.len(), depth, "{}: {calls:?}", finding.resource.id);
        assert!(
            calls.last().is_some_and(|path| Path::new(path).ends_with("modules/config/main.tf")),
            "{calls:?}"
        );
        assert!(finding.location.path.contains("/modules/config/modules/"), "{}", finding.location.path);
    }
}
