//! Running rules: one engine for each, so that a broken rule ends itself and nothing else.

use std::collections::BTreeMap;

use regorus::{Engine, Value as Rego};

use super::bundle::{Bundle, Module, Rule};
use super::verdict::{Answer, Sets, Verdict, decode};

/// The outcome of one rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleOutcome {
    /// Id of the rule.
    pub rule: String,
    /// Its verdicts, ordered by resource.
    pub verdicts: Vec<Verdict>,
    /// Why it could not be run; it has no verdicts then, and never reads as clean.
    pub error: Option<String>,
}

impl RuleOutcome {
    /// The number of resources with an answer.
    pub fn count(&self, answer: Answer) -> usize {
        let mut resources: Vec<&str> = self
            .verdicts
            .iter()
            .filter(|verdict| verdict.answer == answer)
            .map(|v| v.resource.as_str())
            .collect();
        resources.dedup();
        resources.len()
    }
}

/// A policy input, parsed once and shared by all rules.
#[derive(Debug)]
pub struct Evaluator<'b> {
    bundle: &'b Bundle,
    /// An engine for each set of shared modules that some rule imports: the engine analyses all modules that it holds
    /// before it evaluates anything, which is half of its work.
    bases: BTreeMap<Vec<&'static str>, Engine>,
}

/// Why nothing can be evaluated at all.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The input is no JSON.
    #[error("internal error: the policy input is not valid: {0}")]
    Input(String),
    /// A shared module does not parse.
    #[error("internal error: {path} does not parse: {reason}")]
    Library {
        /// The module.
        path: String,
        /// What the engine says.
        reason: String,
    },
}

impl<'b> Evaluator<'b> {
    /// Takes the policy input and the shared modules in.
    pub fn new(bundle: &'b Bundle, input: &str) -> Result<Self, EngineError> {
        let input = Rego::from_json_str(input).map_err(|error| EngineError::Input(error.to_string()))?;
        let mut bases = BTreeMap::new();
        for rule in &bundle.rules {
            let modules = bundle.imports(&rule.module);
            let paths: Vec<&str> = modules.iter().map(|module| module.path).collect();
            if bases.contains_key(&paths) {
                continue;
            }
            let mut base = engine();
            for module in modules {
                base.add_policy(module.path.to_owned(), module.rego.to_owned()).map_err(|error| {
                    EngineError::Library { path: module.path.to_owned(), reason: error.to_string() }
                })?;
            }
            base.set_input(input.clone());
            bases.insert(paths, base);
        }
        Ok(Self { bundle, bases })
    }

    /// Runs one rule.
    pub fn run(&self, rule: &Rule) -> RuleOutcome {
        let outcome = self.sets(rule).and_then(|sets| decode(&rule.metadata, &sets));
        let (verdicts, error) = match outcome {
            Ok(verdicts) => (verdicts, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        RuleOutcome { rule: rule.metadata.id.clone(), verdicts, error }
    }

    fn sets(&self, rule: &Rule) -> Result<Sets, String> {
        let modules = self.bundle.imports(&rule.module);
        let paths: Vec<&str> = modules.iter().map(|module| module.path).collect();
        let base = self.bases.get(&paths).ok_or("the rule is not part of the bundle")?;
        let mut engine = base.clone();
        engine
            .add_policy(rule.module.path.to_owned(), rule.module.rego.to_owned())
            .map_err(|error| error.to_string())?;
        let parameters: serde_json::Map<String, serde_json::Value> = rule
            .metadata
            .parameters
            .iter()
            .map(|(name, parameter)| (name.clone(), parameter.default.clone()))
            .collect();
        let data = serde_json::json!({ "parameters": parameters }).to_string();
        engine.add_data_json(&data).map_err(|error| error.to_string())?;
        let mut set = |name: &str| -> Result<String, String> {
            let value = engine
                .eval_rule(format!("{}.{name}", rule.metadata.package))
                .map_err(|error| error.to_string())?;
            match value {
                Rego::Set(_) => value.to_json_str().map_err(|error| error.to_string()),
                _ => Err(format!("the rule has no set `{name}`")),
            }
        };
        Ok(Sets { subjects: set("subjects")?, deny: set("deny")?, unknown: set("unknown")? })
    }
}

fn engine() -> Engine {
    let mut engine = Engine::new();
    // as OPA does: an error in a builtin makes its expression undefined
    engine.set_strict_builtin_errors(false);
    engine
}

/// The outcome of one Rego test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestOutcome {
    /// Module and rule (`rules/…_test.rego: test_fails`).
    pub name: String,
    /// Why it did not hold.
    pub failure: Option<String>,
}

/// Runs the `test_*` rules of a module, in the engine that runs the rules.
pub fn run_tests(bundle: &Bundle, tests: &Module, rule: Option<&Rule>) -> Vec<TestOutcome> {
    let mut engine = engine();
    let modules = bundle.library.iter().chain(rule.map(|rule| &rule.module)).chain([tests]);
    for module in modules {
        if let Err(error) = engine.add_policy(module.path.to_owned(), module.rego.to_owned()) {
            return vec![TestOutcome { name: module.path.to_owned(), failure: Some(error.to_string()) }];
        }
    }
    let package = super::metadata::package(tests.rego).unwrap_or_default();
    let names = tests.rego.lines().filter(|line| line.starts_with("test_"));
    let names = names.filter_map(|line| line.split([' ', ':']).next());
    let outcomes = names.map(|name| {
        let failure = match engine.eval_rule(format!("data.{package}.{name}")) {
            Ok(Rego::Bool(true)) => None,
            Ok(other) => Some(format!("it is {other}, not true")),
            Err(error) => Some(error.to_string()),
        };
        TestOutcome { name: format!("{}: {name}", tests.path), failure }
    });
    outcomes.collect()
}

/// The value of a rule of a test module as JSON; fixtures are kept as such rules.
pub fn fixture(bundle: &Bundle, rule: &Rule, name: &str) -> Option<serde_json::Value> {
    let tests = rule.tests?;
    let mut engine = engine();
    for module in bundle.library.iter().chain([&rule.module, &tests]) {
        engine.add_policy(module.path.to_owned(), module.rego.to_owned()).ok()?;
    }
    let package = super::metadata::package(tests.rego)?;
    let value = engine.eval_rule(format!("data.{package}.{name}")).ok()?;
    serde_json::from_str(&value.to_json_str().ok()?).ok()
}
