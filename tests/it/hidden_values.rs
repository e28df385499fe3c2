//! A plan in which a value is not known yet gives the answer that it gives once the value is known, or unknown; never
//! another one, and never silence.
//!
//! An applied state, in which everything is known, is rewritten as a plan; then each value in it is hidden in turn, as
//! Terraform hides it: gone from `after`, marked in `after_unknown`.

use std::collections::BTreeMap;
use std::path::Path;

use ecs_audit::policy::bundle::Bundle;
use ecs_audit::policy::engine::Evaluator;
use ecs_audit::policy::input::PolicyInput;
use ecs_audit::policy::verdict::Answer;
use ecs_audit::sources::detect;
use ecs_audit::sources::directories::{Directories, SourceDirectory};
use ecs_audit::sources::document::{Document, Documents};
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
    let documents = Documents::default();
    let id = documents.add(Document::new("plan.json", plan.to_string()));
    let directories = Directories::new(SourceDirectory::Nowhere);
    let (loaded, _) = detect::read(&documents, id, &directories).expect("it is a plan still");
    let facts = Topology::derive(&loaded.architecture);
    PolicyInput { architecture: &loaded.architecture, facts: &facts }.to_json().expect("it can be written")
}

type Answers = BTreeMap<(String, String), Answer>;

fn answers(bundle: &Bundle, input: &str) -> Answers {
    let evaluator = Evaluator::new(bundle, input).expect("the engine takes it");
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

/// Rules that judge what stands in `container_definitions`.
const OF_CONTAINERS: [&str; 3] = ["ECS-ECR-007", "ECS-SEC-001", "ECS-TASK-003"];

/// A plan with all container definitions hidden, and the addresses of what they belong to.
fn without_containers(plan: &Json) -> (Json, Vec<String>) {
    let (mut plan, mut hidden) = (plan.clone(), Vec::new());
    for change in plan["resource_changes"].as_array_mut().into_iter().flatten() {
        let ours = change["type"] == "aws_ecs_task_definition" && change["mode"] == "managed";
        if ours && change["change"]["after"].is_object() {
            change["change"]["after"]["container_definitions"] = Json::Null;
            change["change"]["after_unknown"]["container_definitions"] = json!(true);
            hidden.extend(change["address"].as_str().map(str::to_owned));
        }
    }
    // a constant would not be unknown
    let mut modules = vec![&mut plan["configuration"]["root_module"]];
    while let Some(Json::Object(module)) = modules.pop() {
        for (name, part) in module.iter_mut() {
            match (name.as_str(), part) {
                ("resources", Json::Array(blocks)) => {
                    for block in blocks.iter_mut().filter(|block| block["type"] == "aws_ecs_task_definition")
                    {
                        block["expressions"]["container_definitions"] =
                            json!({ "references": ["var.containers"] });
                    }
                }
                ("module_calls", Json::Object(calls)) => {
                    modules.extend(calls.values_mut().map(|call| &mut call["module"]));
                }
                _ => {}
            }
        }
    }
    (plan, hidden)
}

fn containers_never_pass(bundle: &Bundle, name: &str, plan: &Json) -> usize {
    let (plan, hidden) = without_containers(plan);
    let answers = answers(bundle, &input(&plan));
    for address in &hidden {
        for rule in OF_CONTAINERS {
            let answer = answers.get(&(rule.to_owned(), address.clone()));
            assert_eq!(answer, Some(&Answer::Unknown), "{name}: {rule} {address}");
            let inside = format!("{address}#");
            let of_parts =
                answers.keys().filter(|(of, resource)| of == rule && resource.starts_with(&inside));
            assert_eq!(
                of_parts.count(),
                0,
                "{name}: {rule} judges containers of {address} that nobody can see"
            );
        }
    }
    hidden.len()
}

#[test]
fn unknown_container_definitions_never_pass() {
    let bundle = bundle();
    let mut hidden = 0;
    for case in std::fs::read_dir(root().join("testdata/plan")).expect("the cases") {
        let path = case.expect("an entry").path().join("plan.json");
        hidden += containers_never_pass(&bundle, &path.display().to_string(), &read(&path));
    }
    println!("container definitions of {hidden} task definitions hidden");
    assert!(hidden > 5, "{hidden} hidden");
}

#[test]
fn unknown_container_definitions_of_real_plans_never_pass() {
    let Some(folder) = shared("corpus/genuine-plans") else { return };
    let bundle = bundle();
    let (mut plans, mut hidden) = (0, 0);
    for path in &super::support::files(&folder) {
        let name = path.file_name().expect("a name").to_string_lossy();
        if name.ends_with(".json") && !name.ends_with(".state.json") {
            plans += 1;
            hidden += containers_never_pass(&bundle, &name, &read(path));
        }
    }
    println!("{plans} plans read, container definitions of {hidden} task definitions hidden");
    assert!(hidden > 30, "{hidden} hidden");
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
        let (hidden, wrong) = check(&bundle, &name, &read(path), 41);
        total += hidden;
        errors.extend(wrong);
    }
    println!("{total} values hidden in every fourth of {} states", states.len());
    assert!(total > 10 && errors.is_empty(), "{} wrong:\n{}", errors.len(), errors.join("\n"));
}
