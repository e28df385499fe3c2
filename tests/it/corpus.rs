//! Real inputs, where they are at hand: none brings the tool down, and each gets verdicts or a clear refusal.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ecs_audit::findings::Report;
use ecs_audit::model::origin::DocumentId;
use ecs_audit::policy::bundle::Bundle;
use ecs_audit::sources::detect;
use ecs_audit::sources::document::{Document, Documents};
use ecs_audit::sources::input::Search;
use ecs_audit::sources::plan::{Edge, EdgeOutcome};

use super::support::{bundle, files, scan_file, shared};

const TABLES: [&str; 1] = ["INDEX.tsv"];

fn inputs(folder: &Path) -> Vec<PathBuf> {
    let is_table = |path: &PathBuf| TABLES.iter().any(|table| path.ends_with(table));
    files(folder).into_iter().filter(|path| !is_table(path)).collect()
}

/// One line: what it was and what came of it. Panics where nothing came of it.
fn outcome(bundle: &Bundle, path: &Path) -> (String, bool) {
    let report = scan_file(bundle, path);
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    if let Some(input) = report.inputs.first() {
        assert_eq!(report.rules.iter().find_map(|rule| rule.error.as_ref()), None, "{name}");
        let sum = report.summary();
        let verdicts = format!("{}/{}/{}", sum.pass, sum.fail, sum.unknown);
        let answered = sum.pass + sum.fail + sum.unknown > 0 || idle(&report);
        assert!(answered, "{name}: neither a verdict nor a rule that says that it had nothing to judge");
        return (format!("{name} | {} | {} | {verdicts}", input.kind, input.resources), true);
    }
    assert_eq!(report.gaps.len(), 1, "{name}: {:?}", report.gaps);
    let gap = &report.gaps[0];
    assert!(!gap.why.is_empty() && !gap.remedy.is_empty(), "{name}: {gap:?}");
    (format!("{name} | refused: {}; {}", gap.why, gap.remedy), false)
}

fn idle(report: &Report) -> bool {
    report.rules.iter().all(|rule| rule.nothing_to_judge() || !rule.needs.is_empty())
}

#[test]
fn every_file_gets_verdicts_or_a_clear_refusal() {
    let Some(corpus) = shared("corpus") else { return };
    let bundle = bundle();
    println!("file | kind | resources | pass/fail/unknown");
    let mut counts = BTreeMap::new();
    for folder in ["plans", "genuine-plans", "states", "taskdefs", "malformed"] {
        let (lines, read): (Vec<String>, Vec<bool>) =
            inputs(&corpus.join(folder)).iter().map(|path| outcome(&bundle, path)).unzip();
        for line in &lines {
            println!("{folder}/{line}");
        }
        counts.insert(folder, (lines.len(), read.iter().filter(|read| **read).count()));
    }
    for (folder, (files, read)) in &counts {
        println!("{files} files of {folder}: {read} judged, {} refused", files - read);
        assert!(*files > 0, "{folder} is empty");
    }
    // what was made to be read is read
    assert_eq!(counts["genuine-plans"].0, counts["genuine-plans"].1);
}

fn edges(path: &Path) -> Vec<Edge> {
    let mut search = Search::default();
    search.add(path.to_str().expect("UTF-8"), &mut std::io::empty());
    let found = search.found.pop().expect("one file");
    let mut documents = Documents::default();
    let id: DocumentId = documents.add(Document::new(found.path, found.text.expect("a text")));
    let (_, edges) = detect::read(documents.get(id), id).expect("a plan");
    edges
}

/// Attributes that name other resources lead to them, wherever the configuration expresses it and no local value hides
/// it.
#[test]
fn edges_of_genuine_plans_are_resolved() {
    let Some(folder) = shared("corpus/genuine-plans") else { return };
    let plans: Vec<PathBuf> =
        inputs(&folder).into_iter().filter(|path| !path.to_string_lossy().ends_with(".state.json")).collect();
    let mut counts: BTreeMap<EdgeOutcome, usize> = BTreeMap::new();
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    for path in &plans {
        for edge in edges(path) {
            *counts.entry(edge.outcome).or_default() += 1;
            kinds.insert(edge.what);
            if edge.outcome == EdgeOutcome::Unresolved {
                let name = path.file_name().expect("a name").to_string_lossy();
                let cause = edge.cause.as_deref().unwrap_or("no cause");
                println!("unresolved: {name}: {} {}: {cause}", edge.resource, edge.at);
            }
        }
    }
    let count = |outcome| counts.get(&outcome).copied().unwrap_or_default();
    let resolved = count(EdgeOutcome::Value) + count(EdgeOutcome::Reference) + count(EdgeOutcome::DataSource);
    let expressed = resolved + count(EdgeOutcome::Unresolved);
    println!(
        "{} plans read: {resolved} of {expressed} expressed edges resolved; {counts:?}; {kinds:?}",
        plans.len()
    );
    assert!(expressed > 500, "too few edges to tell: {counts:?}");
    assert!(resolved * 100 >= expressed * 97, "{resolved} of {expressed}");
}
