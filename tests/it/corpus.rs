//! Real inputs, where they are at hand: none brings the tool down, and each gets verdicts or a clear refusal.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ecs_audit::findings::{Answer, Report};
use ecs_audit::model::origin::DocumentId;
use ecs_audit::policy::bundle::Bundle;
use ecs_audit::sources::detect;
use ecs_audit::sources::directories::{Directories, SourceDirectory};
use ecs_audit::sources::document::{Document, Documents};
use ecs_audit::sources::input::Search;
use ecs_audit::sources::plan::{Edge, EdgeOutcome};
use serde_json::Value as Json;

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
        assert_every_answer_is_reported(&report, &name);
        return (format!("{name} | {} | {} | {verdicts}", input.kind, input.resources), true);
    }
    assert_eq!(report.gaps.len(), 1, "{name}: {:?}", report.gaps);
    let gap = &report.gaps[0];
    assert!(!gap.why.is_empty() && !gap.remedy.is_empty(), "{name}: {gap:?}");
    (format!("{name} | refused: {}; {}", gap.why, gap.remedy), false)
}

/// What is counted is what is listed: no answer is lost between a rule and the report.
fn assert_every_answer_is_reported(report: &Report, name: &str) {
    for rule in &report.rules {
        for (answer, counted) in
            [(Answer::Pass, rule.pass), (Answer::Fail, rule.fail), (Answer::Unknown, rule.unknown)]
        {
            let of = report.findings.iter().filter(|of| of.rule == rule.id && of.verdict == answer);
            let resources: BTreeSet<_> = of.map(|of| (&of.resource.id, &of.resource.container)).collect();
            assert_eq!(resources.len(), counted, "{name}: {} {answer:?}", rule.id);
        }
    }
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
    let documents = Documents::default();
    let id: DocumentId = documents.add(Document::new(found.path, found.text.expect("a text")));
    let (_, edges) =
        detect::read(&documents, id, &Directories::new(SourceDirectory::Nowhere)).expect("a plan");
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

/// Ids, ARNs and other names of everything in a state, and its address.
fn addresses(state: &Json) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::<String, BTreeSet<String>>::new();
    for resource in resources(state) {
        let address = resource["address"].as_str().expect("an address");
        let values =
            ["id", "arn", "name", "dns_name", "family"].map(|name| resource["values"][name].as_str());
        for value in values.into_iter().flatten() {
            found.entry(value.to_owned()).or_default().insert(address.to_owned());
        }
    }
    found
}

fn resources(state: &Json) -> Vec<&Json> {
    let mut modules = vec![&state["values"]["root_module"]];
    let mut found = Vec::new();
    while let Some(module) = modules.pop() {
        found.extend(module["resources"].as_array().into_iter().flatten());
        modules.extend(module["child_modules"].as_array().into_iter().flatten());
    }
    found
}

/// What stands at a path such as `network_configuration[0].subnets`.
fn value_at<'j>(values: &'j Json, path: &str) -> &'j Json {
    let parts = path.split(['.', '[']).map(|part| part.trim_end_matches(']'));
    parts.fold(values, |json, part| match part.parse::<usize>() {
        Ok(index) if json.is_array() => &json[index],
        _ => &json[part],
    })
}

/// What references say before the first apply is what the state says after it.
#[test]
fn edges_by_reference_agree_with_the_state_after_apply() {
    let Some(folder) = shared("corpus/genuine-plans") else { return };
    let (mut plans, mut exact, mut open, mut wrong) = (0, 0, 0, Vec::new());
    for path in inputs(&folder) {
        let state = path.with_extension("state.json");
        if !state.is_file() {
            continue;
        }
        let state: Json =
            serde_json::from_str(&std::fs::read_to_string(&state).expect("a state")).expect("JSON");
        let (addresses, of) = (addresses(&state), resources(&state));
        let by_address: BTreeMap<&str, &Json> = of
            .iter()
            .filter_map(|resource| Some((resource["address"].as_str()?, &resource["values"])))
            .collect();
        plans += 1;
        for edge in edges(&path).iter().filter(|edge| edge.outcome == EdgeOutcome::Reference) {
            let Some(values) = by_address.get(edge.resource.as_str()) else { continue };
            let texts: Vec<&str> = match value_at(values, &edge.at) {
                Json::String(text) => vec![text],
                Json::Array(list) => list.iter().filter_map(Json::as_str).collect(),
                _ => continue,
            };
            let named: Option<Vec<&BTreeSet<String>>> =
                texts.iter().map(|text| addresses.get(*text)).collect();
            // what the state does not describe cannot be compared
            let Some(named) = named.filter(|named| !named.is_empty()) else { continue };
            let is_named =
                |member: &str| named.iter().any(|of| of.contains(member.split('#').next().unwrap_or(member)));
            let certain = edge.members.iter().filter(|(_, certain)| *certain);
            let extra: Vec<&str> = certain.map(|(id, _)| id.as_str()).filter(|id| !is_named(id)).collect();
            let missed = named.iter().any(|of| {
                !edge.members.iter().any(|(id, _)| of.contains(id.split('#').next().unwrap_or(id)))
            });
            let name = path.file_name().expect("a name").to_string_lossy();
            if !extra.is_empty() || (missed && edge.members.iter().all(|(_, certain)| *certain)) {
                wrong.push(format!(
                    "{name}: {} {} is {:?}, not {texts:?}",
                    edge.resource, edge.at, edge.members
                ));
            } else if edge.members.iter().all(|(_, certain)| *certain) {
                exact += 1;
            } else {
                open += 1;
            }
        }
    }
    for line in &wrong {
        println!("wrong: {line}");
    }
    println!(
        "{plans} plans with states read: {exact} edges exact, {open} among candidates, {} wrong",
        wrong.len()
    );
    assert!(plans > 20 && exact > 500, "too little to tell");
    // functions such as slice() around a reference do not show in a plan
    assert!(wrong.len() * 100 <= exact, "{} wrong of {exact}", wrong.len());
}
