//! A fact that nobody knows may be what it was before: it never turns a failure into a pass or into silence, and never
//! a pass into a failure.
//!
//! Proved over the fixtures of every rule, not by the care of each author: `fail_input` and `pass_input` of its test
//! module are taken, and every fact in them is made unknown, one at a time; then all at once in which the two differ.

use std::collections::{BTreeMap, BTreeSet};

use ecs_audit::policy::bundle::{Bundle, Rule};
use ecs_audit::policy::engine::{Evaluator, fixture};
use ecs_audit::policy::verdict::Answer;
use serde_json::{Value as Json, json};

use super::support::bundle;

/// The way to a part of a document.
type Path = Vec<String>;

fn step<'j>(json: &'j Json, name: &str) -> Option<&'j Json> {
    match json {
        Json::Object(object) => object.get(name),
        Json::Array(list) => list.get(name.parse::<usize>().ok()?),
        _ => None,
    }
}

fn at<'j>(json: &'j Json, path: &[String]) -> Option<&'j Json> {
    path.iter().try_fold(json, |json, name| step(json, name))
}

fn at_mut<'j>(json: &'j mut Json, path: &[String]) -> &'j mut Json {
    path.iter().fold(json, |json, name| match json {
        Json::Object(object) => object.get_mut(name).expect("the path was walked"),
        Json::Array(list) => &mut list[name.parse::<usize>().expect("an index")],
        other => panic!("{name} below {other}"),
    })
}

fn children(json: &Json) -> Vec<String> {
    match json {
        Json::Object(object) => object.keys().cloned().collect(),
        Json::Array(list) => (0..list.len()).map(|index| index.to_string()).collect(),
        _ => Vec::new(),
    }
}

/// What a fact looks like: exactly one of `known`, `absent`, `unknown`.
fn is_fact(json: &Json) -> bool {
    let has = |name| json.get(name).is_some();
    [has("known"), has("absent"), has("unknown")].into_iter().filter(|has| *has).count() == 1
}

/// What references look like.
fn is_links(json: &Json) -> bool {
    json.get("members").is_some_and(Json::is_object) && json.get("open").is_some_and(Json::is_array)
}

fn missing() -> Json {
    json!({ "why": "after_apply", "fact": "hidden by the test", "remedy": "none" })
}

/// A list beside which the input says what else may be in it.
fn is_open_list(parent: &Json, name: &str) -> bool {
    parent.get(format!("{name}_open")).is_some_and(Json::is_array)
}

/// Makes a fact unknown, or a list or references open.
fn hide(input: &mut Json, path: &[String]) {
    let (name, around) = path.split_last().expect("the input as a whole is no fact");
    let parent = at_mut(input, around);
    if is_open_list(parent, name) {
        parent[name] = json!([]);
        parent[format!("{name}_open")] = json!([missing()]);
        return;
    }
    let json = at_mut(input, path);
    if is_links(json) {
        json["open"] = json!([missing()]);
        for member in json["members"].as_object_mut().expect("members are an object").values_mut() {
            *member = json!({ "certain": false });
        }
        return;
    }
    let object = json.as_object_mut().expect("a fact is an object");
    object.retain(|name, _| !matches!(name.as_str(), "known" | "absent" | "default"));
    object.insert("unknown".to_owned(), missing());
}

/// References that a source states, of which all are seen.
fn is_closed_links(json: &Json) -> bool {
    is_links(json) && json["open"] == json!([]) && json.get("stated") != Some(&json!(false))
}

/// Every part that can be unknown and is not yet.
fn facts(json: &Json, path: &mut Path, found: &mut Vec<Path>) {
    if (is_fact(json) && json.get("unknown").is_none()) || is_closed_links(json) {
        found.push(path.clone());
    }
    for name in children(json) {
        path.push(name.clone());
        if is_open_list(json, &name) {
            found.push(path.clone());
        }
        facts(step(json, &name).expect("a child"), path, found);
        path.pop();
    }
}

/// The parts of `one` that `other` has otherwise; for each the innermost fact around it, if there is one.
fn differing(
    one: &Json,
    other: &Json,
    path: &mut Path,
    around: Option<&Path>,
    found: &mut BTreeSet<Option<Path>>,
) {
    if one == other {
        return;
    }
    let own = (is_fact(one) || is_links(one)).then(|| path.clone());
    let around = own.as_ref().or(around);
    let shared = |name: &String| step(other, name).is_some();
    let same_shape = match (one, other) {
        (Json::Object(_), Json::Object(_)) => children(one).iter().any(shared),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len(),
        _ => false,
    };
    // a fact whose kind of knowledge differs is one difference, as is what has nothing in common
    if !same_shape || (is_fact(one) && children(one) != children(other)) {
        found.insert(around.cloned());
        return;
    }
    for name in children(one) {
        path.push(name.clone());
        match step(other, &name) {
            Some(child) if is_open_list(one, &name) && step(one, &name) != Some(child) => {
                found.insert(Some(path.clone()));
            }
            Some(child) => {
                differing(step(one, &name).expect("a child"), child, path, around, found);
            }
            None => {
                found.insert(around.cloned());
            }
        }
        path.pop();
    }
    if children(other).iter().any(|name| step(one, name).is_none()) {
        found.insert(around.cloned());
    }
}

/// The answers of a rule by resource; a failure in one respect outweighs the rest.
fn answers(bundle: &Bundle, rule: &Rule, input: &Json) -> BTreeMap<String, Answer> {
    let evaluator = Evaluator::new(bundle, &input.to_string()).expect("the engine takes JSON");
    let outcome = evaluator.run(rule);
    assert_eq!(outcome.error, None, "{}: {input:#}", rule.metadata.id);
    outcome.verdicts.iter().map(|verdict| (verdict.resource.clone(), verdict.answer)).collect()
}

fn with(answers: &BTreeMap<String, Answer>, answer: Answer) -> impl Iterator<Item = &String> {
    answers.iter().filter(move |(_, of)| **of == answer).map(|(resource, _)| resource)
}

/// Hides each fact of a fixture in turn. What had `before` may have that answer still, or be unknown.
fn one_by_one(bundle: &Bundle, rule: &Rule, input: &Json, before: Answer, errors: &mut Vec<String>) -> usize {
    let expected = answers(bundle, rule, input);
    let judged: Vec<&String> = with(&expected, before).collect();
    assert!(!judged.is_empty(), "{}: nothing has the answer {before:?} in its fixture", rule.metadata.id);
    let mut found = Vec::new();
    facts(input, &mut Vec::new(), &mut found);
    for path in &found {
        let mut hidden = input.clone();
        hide(&mut hidden, path);
        let got = answers(bundle, rule, &hidden);
        // containers that nobody can see are a doubt about what they belong to
        let moved = with(&got, Answer::Unknown).any(|resource| !expected.contains_key(resource));
        for resource in &judged {
            match got.get(*resource) {
                Some(answer) if *answer == before || *answer == Answer::Unknown => {}
                None if moved => {}
                other => errors.push(format!(
                    "{}: {resource} was {before:?}; without {} it is {other:?}",
                    rule.metadata.id,
                    path.join("/")
                )),
            }
        }
    }
    found.len()
}

#[test]
fn no_fact_that_is_missing_turns_an_answer_round() {
    let bundle = bundle();
    let (mut errors, mut hidden) = (Vec::new(), 0);
    for rule in &bundle.rules {
        for (name, answer) in [("fail_input", Answer::Fail), ("pass_input", Answer::Pass)] {
            let input =
                fixture(&bundle, rule, name).unwrap_or_else(|| panic!("{} has no {name}", rule.metadata.id));
            hidden += one_by_one(&bundle, rule, &input, answer, &mut errors);
        }
    }
    println!("{hidden} facts hidden in the fixtures of {} rules", bundle.rules.len());
    assert!(errors.is_empty(), "{} wrong:\n{}", errors.len(), errors.join("\n"));
}

#[test]
fn what_decides_is_unknown_where_it_is_hidden() {
    let bundle = bundle();
    let mut errors = Vec::new();
    for rule in &bundle.rules {
        let id = &rule.metadata.id;
        let [fail, pass] = ["fail_input", "pass_input"]
            .map(|name| fixture(&bundle, rule, name).unwrap_or_else(|| panic!("{id} has no {name}")));
        let mut found = BTreeSet::new();
        differing(&fail, &pass, &mut Vec::new(), None, &mut found);
        let paths: Vec<Path> = found.iter().flatten().cloned().collect();
        if paths.is_empty() || found.contains(&None) {
            errors.push(format!("{id}: its fixtures differ in what cannot be unknown: {found:?}"));
            continue;
        }
        let mut hidden = fail.clone();
        // an inner fact first: hiding the outer one takes it away
        for path in paths.iter().rev() {
            if at(&hidden, path).is_some() {
                hide(&mut hidden, path);
            }
        }
        let got = answers(&bundle, rule, &hidden);
        for resource in with(&answers(&bundle, rule, &fail), Answer::Fail) {
            if got.get(resource) != Some(&Answer::Unknown) {
                let paths: Vec<String> = paths.iter().map(|path| path.join("/")).collect();
                errors.push(format!("{id}: {resource} is {:?} without {paths:?}", got.get(resource)));
            }
        }
    }
    assert!(errors.is_empty(), "{} wrong:\n{}", errors.len(), errors.join("\n"));
}
