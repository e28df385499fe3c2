//! A plan in which a value is not known yet gives the answer that it gives once the value is known, or unknown; never
//! another one, and never silence.
//!
//! An applied state, in which everything is known, is rewritten as a plan; then each value in it is hidden in turn, as
//! Terraform hides it: gone from `after`, marked in `after_unknown`.

use std::collections::BTreeMap;
use std::path::Path;

use ecs_audit::model::origin::DocumentId;
use ecs_audit::policy::bundle::Bundle;
use ecs_audit::policy::engine::Evaluator;
use ecs_audit::policy::input::PolicyInput;
use ecs_audit::policy::verdict::Answer;
use ecs_audit::sources::detect;
use ecs_audit::sources::document::Document;
use ecs_audit::topology::Topology;
use serde_json::{Value as Json, json};

use super::support::{bundle, root, shared};

/// The resources of a state and of its child modules.
fn resources<'j>(module: &'j Json, found: &mut Vec<&'j Json>) {
    let list = |name: &str| module[name].as_array().map(Vec::as_slice).unwrap_or_default();
    found.extend(list("resources"));
    for child in list("child_modules") {
        resources(child, found);
    }
}

/// A state as a plan that changes nothing and has no configuration.
fn as_plan(state: &Json) -> Json {
    let mut found = Vec::new();
    resources(&state["values"]["root_module"], &mut found);
    let change = |resource: &&Json| {
        let mut of = resource.as_object().expect("a resource is an object").clone();
        let values = of.remove("values").unwrap_or_default();
        of.insert(
            "change".to_owned(),
            json!({
                "actions": ["no-op"], "before": values, "after": values, "after_unknown": {}, "after_sensitive": false,
            }),
        );
        Json::Object(of)
    };
    let managed = found.iter().filter(|resource| resource["mode"] == "managed");
    let changes: Vec<Json> = managed.map(change).collect();
    json!({ "format_version": "1.2", "resource_changes": changes })
}

/// Every value below a resource: its attributes, and those of its blocks.
fn places(json: &Json, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match json {
        Json::Object(object) => {
            for (name, child) in object {
                path.push(name.clone());
                if !child.is_null() {
                    found.push(path.clone());
                }
                places(child, path, found);
                path.pop();
            }
        }
        Json::Array(blocks) if blocks.iter().all(Json::is_object) => {
            for (index, block) in blocks.iter().enumerate() {
                path.push(index.to_string());
                places(block, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Marks what is at `path`, the objects and lists on the way to it made as large as in the values.
fn mark(unknown: &mut Json, values: &Json, path: &[String]) {
    let Some((name, rest)) = path.split_first() else {
        *unknown = json!(true);
        return;
    };
    if let Json::Array(list) = values {
        let index: usize = name.parse().expect("an index");
        if !unknown.is_array() {
            *unknown = json!(vec![json!({}); list.len()]);
        }
        return mark(&mut unknown[index], &list[index], rest);
    }
    if !unknown.is_object() {
        *unknown = json!({});
    }
    mark(&mut unknown[name.as_str()], &values[name.as_str()], rest);
}

fn hide(plan: &Json, resource: usize, path: &[String]) -> Json {
    let mut plan = plan.clone();
    let change = &mut plan["resource_changes"][resource]["change"];
    let mut unknown = json!({});
    mark(&mut unknown, &change["after"], path);
    change["after_unknown"] = unknown;
    let (name, around) = path.split_last().expect("a path has parts");
    let parent = around.iter().fold(&mut change["after"], |json, name| match name.parse::<usize>() {
        Ok(index) if json.is_array() => &mut json[index],
        _ => &mut json[name.as_str()],
    });
    parent[name.as_str()] = Json::Null;
    plan
}

/// What rules would see of a plan.
fn input(plan: &Json) -> String {
    let document = Document::new("plan.json", plan.to_string());
    let (loaded, _) = detect::read(&document, DocumentId(0)).expect("it is a plan still");
    let facts = Topology::derive(&loaded.architecture);
    PolicyInput { architecture: &loaded.architecture, facts: &facts }.to_json().expect("it can be written")
}

type Answers = BTreeMap<(String, String), Answer>;

fn answers(bundle: &Bundle, input: &str) -> Answers {
    let evaluator = Evaluator::new(&bundle.library, input).expect("the engine takes it");
    let mut answers = Answers::new();
    for rule in &bundle.rules {
        let outcome = evaluator.run(rule);
        assert_eq!(outcome.error, None, "{}", rule.metadata.id);
        for verdict in outcome.verdicts {
            answers.insert((rule.metadata.id.clone(), verdict.resource), verdict.answer);
        }
    }
    answers
}

/// What is wrong with the answers of a plan in which something is hidden.
fn wrong(known: &Answers, hidden: &Answers) -> Vec<String> {
    let mut errors = Vec::new();
    for ((rule, resource), answer) in known {
        // a doubt about what a resource is part of stands in for a doubt about the resource
        let moved = hidden.iter().any(|(key, other)| {
            key.0 == *rule && *other == Answer::Unknown && known.get(key) != Some(&Answer::Unknown)
        });
        match hidden.get(&(rule.clone(), resource.clone())) {
            Some(Answer::Unknown) => {}
            Some(other) if other == answer => {}
            None if moved => {}
            other => errors.push(format!("{rule} {resource} was {answer:?} and is {other:?}")),
        }
    }
    errors
}

fn check(bundle: &Bundle, name: &str, state: &Json, every: usize) -> (usize, Vec<String>) {
    let plan = as_plan(state);
    let base = input(&plan);
    let known = answers(bundle, &base);
    let (mut seen, mut hidden_values, mut errors) = (0, 0, Vec::new());
    let changes = plan["resource_changes"].as_array().expect("changes");
    for (index, change) in changes.iter().enumerate() {
        let mut found = Vec::new();
        places(&change["change"]["after"], &mut Vec::new(), &mut found);
        for path in found {
            seen += 1;
            if seen % every != 0 {
                continue;
            }
            let hidden = input(&hide(&plan, index, &path));
            // what no rule can see needs no judging
            if hidden == base {
                continue;
            }
            hidden_values += 1;
            let place = format!("{name}: without {} {}", change["address"], path.join("."));
            errors.extend(
                wrong(&known, &answers(bundle, &hidden)).into_iter().map(|error| format!("{place}: {error}")),
            );
        }
    }
    (hidden_values, errors)
}

fn read(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("a state is JSON")
}

#[test]
fn hiding_a_value_turns_no_answer_round() {
    let bundle = bundle();
    let state = read(&root().join("testdata/state/applied/state.json"));
    let (hidden, errors) = check(&bundle, "applied", &state, 1);
    println!("{hidden} values hidden");
    assert!(hidden > 50, "{hidden} values hidden");
    assert!(errors.is_empty(), "{} wrong:\n{}", errors.len(), errors.join("\n"));
}

#[test]
fn hiding_a_value_of_a_real_state_turns_no_answer_round() {
    let Some(folder) = shared("corpus/genuine-plans") else { return };
    let bundle = bundle();
    let states: Vec<_> = super::support::files(&folder)
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".state.json"))
        .collect();
    let (mut total, mut errors) = (0, Vec::new());
    for path in states.iter().step_by(4) {
        let name = path.file_name().expect("a name").to_string_lossy();
        let (hidden, wrong) = check(&bundle, &name, &read(path), 101);
        total += hidden;
        errors.extend(wrong);
    }
    println!("{total} values hidden in every fourth of {} states", states.len());
    assert!(total > 20 && errors.is_empty(), "{} wrong:\n{}", errors.len(), errors.join("\n"));
}
