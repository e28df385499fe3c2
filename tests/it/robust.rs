//! Nothing that a file may hold brings the tool down, and no odd value makes a rule break.

use std::path::PathBuf;

use ecs_audit::findings::Report;
use ecs_audit::policy::bundle::Bundle;
use ecs_audit::scan::{Options, scan};
use ecs_audit::sources::directories::SourceDirectory;
use ecs_audit::sources::input::Search;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value as Json, json};

use super::support::{bundle, root};

fn scanned(bundle: &Bundle, bytes: &[u8]) -> Report {
    let mut search = Search::default();
    search.add("-", &mut &bytes[..]);
    let options =
        Options { rules: bundle.rules.iter().collect(), show_passes: true, source: SourceDirectory::Nowhere };
    scan(search, bundle, &options).expect("the engine starts")
}

/// One answer for each input: read, or refused with a remedy; and no rule breaks on it.
fn check(bundle: &Bundle, bytes: &[u8]) -> Result<(), TestCaseError> {
    let report = scanned(bundle, bytes);
    prop_assert_eq!(report.inputs.len() + usize::from(report.input_refused), 1);
    for rule in &report.rules {
        prop_assert_eq!(&rule.error, &None, "{}", rule.id);
    }
    for finding in &report.findings {
        prop_assert!(!finding.resource.id.is_empty() && finding.location.line > 0, "{finding:?}");
    }
    Ok(())
}

/// The smaller inputs of the golden directories.
fn inputs() -> Vec<Json> {
    let paths = [
        "plan/no-nat/plan.json",
        "plan/unknown-containers/plan.json",
        "plan/dynamic-blocks/plan.json",
        "state/applied/state.json",
        "taskdef/register-input/taskdef.json",
        "taskdef/describe-output/taskdef.json",
    ];
    let read = |path: &str| -> Json {
        let path: PathBuf = root().join("testdata").join(path);
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).expect("JSON")
    };
    paths.iter().map(|path| read(path)).collect()
}

/// Every value of a document, by its JSON pointer.
fn pointers(json: &Json, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match json {
        Json::Object(object) => {
            object
                .iter()
                .for_each(|(name, child)| pointers(child, &format!("{at}/{}", escaped(name)), found));
        }
        Json::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, child)| pointers(child, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

fn odd_value() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([null])),
        Just(json!([{}])),
        Just(json!([[["x"]]])),
        Just(json!({ "references": ["module.x", "each.value", "aws_subnet.a[0].id", "[", "\"", "local."] })),
        Just(json!("0.0.0.0/0")),
        Just(json!("${X}")),
    ]
}

fn runner(cases: u32) -> TestRunner {
    // the same cases each time: a failure is there again when one looks for it
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    )
}

#[test]
fn any_value_may_stand_anywhere() {
    let (bundle, inputs) = (bundle(), inputs());
    let all: Vec<Vec<String>> = inputs
        .iter()
        .map(|input| {
            let mut found = Vec::new();
            pointers(input, "", &mut found);
            found
        })
        .collect();
    let strategy = (any::<Index>(), proptest::collection::vec((any::<Index>(), odd_value()), 1..4));
    runner(150)
        .run(&strategy, |(which, changes)| {
            let which = which.index(inputs.len());
            let mut input = inputs[which].clone();
            for (place, value) in changes {
                let pointer = place.get(&all[which]);
                if let Some(target) = input.pointer_mut(pointer) {
                    *target = value;
                }
            }
            check(&bundle, input.to_string().as_bytes())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn any_bytes_get_an_answer() {
    let (bundle, inputs) = (bundle(), inputs());
    let texts: Vec<Vec<u8>> = inputs.iter().map(|input| input.to_string().into_bytes()).collect();
    let strategy =
        (any::<Index>(), any::<Index>(), proptest::collection::vec(any::<u8>(), 0..6), any::<bool>());
    runner(60)
        .run(&strategy, |(which, place, bytes, cut)| {
            let mut text = which.get(&texts).clone();
            let at = place.index(text.len());
            if cut {
                text.truncate(at);
            }
            text.splice(at..at, bytes);
            check(&bundle, &text)
        })
        .unwrap_or_else(|error| panic!("{error}"));
    for text in [
        "[",
        "{",
        "[[[[",
        "{\"a\":",
        "\u{feff}",
        "\u{0}",
        "/",
        "//",
        "#",
        "[command]",
        "local ",
        "::",
        "\"",
        "1",
    ] {
        check(&bundle, text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    }
}
