//! The rules: their Rego, their metadata and their pages, embedded at build time and found by where they lie.

use std::path::Path;

use super::metadata::{Metadata, MetadataError};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/policies.rs"));
}

/// A Rego file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Module {
    /// Path below `policies/`.
    pub path: &'static str,
    /// Text.
    pub rego: &'static str,
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Identity and description.
    pub metadata: Metadata,
    /// Its Rego.
    pub module: Module,
    /// Its tests.
    pub tests: Option<Module>,
    /// Its page: why, bad, good, how to fix.
    pub page: &'static str,
}

impl Rule {
    /// The whole page of the rule: what METADATA says, then its own text. `explain` shows it, docs/rules holds it.
    pub fn to_markdown(&self) -> String {
        let Metadata { id, title, description, severity, area, sources, remediation, .. } = &self.metadata;
        let sources: Vec<&str> = sources.iter().map(|source| source.shown()).collect();
        let mut page = format!("# {id} {}\n\n{title}.\n\n{description}\n\n", self.metadata.name);
        page.push_str(&format!(
            "- Severity: {severity}\n- Area: {area}\n- Answered from: {}\n",
            sources.join(", ")
        ));
        page.push_str(&format!("- In short: {remediation}\n\n{}\n", self.page.trim()));
        if !self.metadata.parameters.is_empty() {
            page.push_str("\n## Parameters\n\n");
            for (name, parameter) in &self.metadata.parameters {
                let description = parameter.description.trim();
                page.push_str(&format!("- `{name}`: {description} (default `{}`)\n", parameter.default));
            }
        }
        if !self.metadata.controls.is_empty() {
            page.push_str("\n## Related controls\n\n");
            for (catalogue, controls) in &self.metadata.controls {
                page.push_str(&format!("- {}: {}\n", catalogue.replace('_', " "), controls.join(", ")));
            }
        }
        page.push_str("\n## References\n\n");
        for reference in &self.metadata.references {
            page.push_str(&format!("- [{}]({})\n", reference.description, reference.address));
        }
        page
    }
}

/// All rules and what they share.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// Rules in the order of their ids.
    pub rules: Vec<Rule>,
    /// Shared modules.
    pub library: Vec<Module>,
    /// Tests of the shared modules.
    pub library_tests: Vec<Module>,
}

/// A rule that was asked for and does not exist.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule {name}{}; `ecs-audit rules` lists all of them", suggestion.as_ref().map(|name| format!(" (did you mean {name}?)")).unwrap_or_default())]
pub struct NoSuchRule {
    /// What was asked for.
    pub name: String,
    /// The nearest name.
    pub suggestion: Option<String>,
}

/// Likeness (Jaro-Winkler, 0 to 1) from which on a name may be what was meant.
const LIKE_ENOUGH: f64 = 0.8;

impl Bundle {
    /// The embedded rules.
    pub fn embedded() -> Result<Self, MetadataError> {
        let files = embedded::FILES;
        let module = |(path, rego): &(&'static str, &'static str)| Module { path, rego };
        let find = |path: &str| files.iter().find(|(name, _)| *name == path);
        let is_test = |path: &str| path.ends_with("_test.rego");
        let is_page = |path: &str| Path::new(path).extension().is_some_and(|end| end == "md");
        let mut rules = Vec::new();
        for file in
            files.iter().filter(|(path, _)| path.starts_with("rules/") && !is_page(path) && !is_test(path))
        {
            let (path, rego) = file;
            let stem = path.trim_end_matches(".rego");
            rules.push(Rule {
                metadata: Metadata::parse(path, rego)?,
                module: module(file),
                tests: find(&format!("{stem}_test.rego")).map(module),
                page: find(&format!("{stem}.md")).map_or("", |(_, page)| page),
            });
        }
        rules.sort_by(|a, b| a.metadata.id.cmp(&b.metadata.id));
        let library = files.iter().filter(|(path, _)| path.starts_with("lib/"));
        let (library_tests, library): (Vec<Module>, Vec<Module>) =
            library.map(module).partition(|of| is_test(of.path));
        Ok(Self { rules, library, library_tests })
    }

    /// The shared modules that a module imports, by way of others too, in the order of their paths.
    pub fn imports(&self, module: &Module) -> Vec<&Module> {
        let mut found: Vec<&Module> = Vec::new();
        let mut open = vec![module];
        while let Some(module) = open.pop() {
            for name in module.rego.lines().filter_map(|line| line.strip_prefix("import data.ecs_audit.lib."))
            {
                let path = format!("lib/{}.rego", name.split([' ', '.']).next().unwrap_or(name));
                let imported = self.library.iter().find(|module| module.path == path);
                if let Some(imported) = imported.filter(|imported| !found.contains(imported)) {
                    found.push(imported);
                    open.push(imported);
                }
            }
        }
        found.sort_unstable_by_key(|module| module.path);
        found
    }

    /// A rule by id or name.
    pub fn find(&self, name: &str) -> Result<&Rule, NoSuchRule> {
        self.rules
            .iter()
            .find(|rule| rule.metadata.is_called(name))
            .ok_or_else(|| NoSuchRule { name: name.to_owned(), suggestion: self.nearest(name) })
    }

    /// The id or name that is most like what was asked for.
    fn nearest(&self, name: &str) -> Option<String> {
        let asked = name.to_ascii_lowercase();
        let likeness = |known: &str| strsim::jaro_winkler(&known.to_ascii_lowercase(), &asked);
        let names = self.rules.iter().flat_map(|rule| [&rule.metadata.id, &rule.metadata.name]);
        let best = names.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
        (likeness(best) > LIKE_ENOUGH).then(|| best.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_is_whole() {
        let bundle = Bundle::embedded().expect("valid metadata");
        assert!(!bundle.rules.is_empty());
        let mut seen = BTreeSet::new();
        for rule in &bundle.rules {
            let id = &rule.metadata.id;
            assert!(seen.insert(id.clone()) && seen.insert(rule.metadata.name.clone()), "{id} is not unique");
            assert!(rule.tests.is_some(), "{id} has no tests");
            for heading in ["## Why", "## Bad", "## Good", "## How to fix"] {
                assert!(rule.page.contains(heading), "the page of {id} lacks {heading}");
            }
        }
    }

    #[test]
    fn finds_by_id_and_name_and_suggests() {
        let bundle = Bundle::embedded().expect("valid metadata");
        let rule = bundle.find("tasks-in-private-subnets").expect("by name");
        assert_eq!(bundle.find("ecs-net-001").expect("by id"), rule);
        let error = bundle.find("tasks-in-private-subnet").expect_err("unknown").to_string();
        assert!(error.contains("did you mean tasks-in-private-subnets?"), "{error}");
        assert!(bundle.find("zzz").expect_err("unknown").suggestion.is_none());
    }
}
