//! The Rego modules: their tests, and what the engine does not say of them.

use std::collections::BTreeSet;

use ecs_audit::policy::bundle::Module;
use ecs_audit::policy::engine::run_tests;

use super::support::bundle;

#[test]
fn every_rego_test_holds() {
    let bundle = bundle();
    let of_rules = bundle.rules.iter().map(|rule| {
        let tests = rule.tests.unwrap_or_else(|| panic!("{} has no tests", rule.metadata.id));
        (tests, Some(rule))
    });
    let of_library = bundle.library_tests.iter().map(|tests| (*tests, None));
    let (mut held, mut failed) = (0, Vec::new());
    for (tests, rule) in of_rules.chain(of_library) {
        let outcomes = run_tests(&bundle, &tests, rule);
        assert!(!outcomes.is_empty(), "{} holds no test", tests.path);
        for outcome in outcomes {
            match outcome.failure {
                None => held += 1,
                Some(failure) => failed.push(format!("{}: {failure}", outcome.name)),
            }
        }
    }
    println!("{held} Rego tests hold");
    assert!(failed.is_empty(), "{} fail:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_library_module_is_tested() {
    let bundle = bundle();
    let tested: BTreeSet<String> =
        bundle.library_tests.iter().map(|module| module.path.replace("_test.rego", ".rego")).collect();
    let modules: BTreeSet<String> = bundle.library.iter().map(|module| module.path.to_owned()).collect();
    assert_eq!(modules, tested);
}

/// The head of a partial rule: what is before `if` or `:= … if`.
fn head(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(" contains ")?;
    let plain = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let entry = rest.split(" if").next().unwrap_or(rest).trim();
    plain.then_some((name, entry))
}

/// In the engine an undefined expression in the head of a partial rule loses all entries of the set without a word, so
/// a head holds a bare name and the body makes the entry.
#[test]
fn heads_of_partial_sets_hold_bare_names() {
    let bundle = bundle();
    let rules = bundle.rules.iter().map(|rule| rule.module);
    let modules: Vec<Module> = rules.chain(bundle.library.iter().copied()).collect();
    let mut seen = 0;
    for module in &modules {
        let heads = module.rego.lines().filter_map(head);
        for (name, entry) in heads {
            seen += 1;
            let bare = entry.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            assert!(bare, "{}: `{name} contains {entry}`: make the entry in the body", module.path);
        }
    }
    assert!(seen >= 3 * bundle.rules.len(), "only {seen} heads seen");
}

#[test]
fn no_rule_uses_another() {
    let bundle = bundle();
    for rule in &bundle.rules {
        let own = rule.metadata.package.trim_start_matches("data.");
        for line in rule.module.rego.lines().filter(|line| !line.starts_with('#')) {
            let foreign = line.contains("data.ecs_audit.rules.") && !line.contains(own);
            assert!(!foreign, "{}: {line}", rule.module.path);
        }
    }
}

#[test]
fn ids_and_names_are_unique_and_pages_are_whole() {
    let bundle = bundle();
    let mut names = BTreeSet::new();
    for rule in &bundle.rules {
        assert!(names.insert(rule.metadata.id.as_str()), "{} twice", rule.metadata.id);
        assert!(names.insert(rule.metadata.name.as_str()), "{} twice", rule.metadata.name);
        let headings: Vec<&str> = rule.page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings[..4], ["## Why", "## Bad", "## Good", "## How to fix"], "{}", rule.metadata.id);
    }
}
