//! The METADATA block of a rule, read strictly.
//!
//! OPA annotations ("Annotations" in the OPA documentation): YAML in comments above the package. The engine drops
//! comments, so they are read here. What OPA defines keeps its meaning; what is ours stands under `custom`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::Severity;

/// Sources that a rule can answer for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A live account.
    Account,
    /// A Terraform plan or state.
    Plan,
    /// A task definition.
    Taskdef,
}

impl SourceKind {
    /// As people call it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Plan => "Terraform plan",
            Self::Taskdef => "task definition",
        }
    }
}

/// A parameter of a rule.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it does.
    pub description: String,
    /// Its value where nobody sets it.
    pub default: Json,
}

/// Identity and description of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// Stable id (`ECS-NET-001`).
    pub id: String,
    /// Name (`tasks-in-private-subnets`); the directory and the package carry it.
    pub name: String,
    /// One line: what is right.
    pub title: String,
    /// Why it matters, in a sentence or two.
    pub description: String,
    /// How grave a finding is, unless the finding says otherwise.
    pub severity: Severity,
    /// Area (`network`), the directory above the rule.
    pub area: String,
    /// 1: core practices, 2: the rest of the reference architectures, 3: beyond them.
    pub tier: u8,
    /// Sources that can answer.
    pub sources: Vec<SourceKind>,
    /// How to put it right, in one line.
    pub remediation: String,
    /// Pages to read.
    pub references: Vec<Reference>,
    /// Controls of the same concern elsewhere: catalogue to ids.
    pub controls: BTreeMap<String, Vec<String>>,
    /// Parameters by name.
    pub parameters: BTreeMap<String, Parameter>,
    /// Package path (`data.ecs_audit.rules.network.tasks_in_private_subnets`).
    pub package: String,
}

/// A page to read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Title of the page.
    pub description: String,
    /// Address.
    #[serde(rename = "ref")]
    pub address: String,
}

/// Why a METADATA block cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MetadataError {
    /// There is none.
    #[error("{path}: no `# METADATA` block above the package; every rule needs one")]
    Missing {
        /// The rule file.
        path: String,
    },
    /// It is not what it should be.
    #[error("{path}: METADATA: {reason}")]
    Invalid {
        /// The rule file.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    title: String,
    description: String,
    #[serde(default)]
    related_resources: Vec<Reference>,
    #[serde(default)]
    #[expect(dead_code, reason = "OPA defines it; a package is what we annotate")]
    scope: Option<String>,
    custom: Custom,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Custom {
    id: String,
    severity: Severity,
    tier: u8,
    sources: Vec<SourceKind>,
    remediation: String,
    #[serde(default)]
    controls: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
}

impl Metadata {
    /// Reads the block of a rule file that lies at `rules/<area>/<rule_name>/<rule_name>.rego`.
    pub fn parse(path: &str, rego: &str) -> Result<Self, MetadataError> {
        let invalid = |reason: String| MetadataError::Invalid { path: path.to_owned(), reason };
        let yaml = block(rego).ok_or_else(|| MetadataError::Missing { path: path.to_owned() })?;
        let block: Block = serde_saphyr::from_str(&yaml).map_err(|error| invalid(error.to_string()))?;
        let parts: Vec<&str> = path.split('/').collect();
        let ["rules", area, name, file] = parts.as_slice() else {
            return Err(invalid("a rule lies at rules/<area>/<rule_name>/<rule_name>.rego".to_owned()));
        };
        if *file != format!("{name}.rego") {
            return Err(invalid(format!("the file must be named after its directory, {name}.rego")));
        }
        let expected = format!("ecs_audit.rules.{area}.{name}");
        let package = package(rego).unwrap_or_default();
        if package != expected {
            return Err(invalid(format!("the package is {package}, but its place asks for {expected}")));
        }
        if block.custom.sources.is_empty() {
            return Err(invalid("sources is empty: no input could ever be judged".to_owned()));
        }
        Ok(Self {
            id: block.custom.id,
            name: name.replace('_', "-"),
            title: block.title,
            description: block.description.split_whitespace().collect::<Vec<_>>().join(" "),
            severity: block.custom.severity,
            area: area.replace('_', "-"),
            tier: block.custom.tier,
            sources: block.custom.sources,
            remediation: block.custom.remediation.split_whitespace().collect::<Vec<_>>().join(" "),
            references: block.related_resources,
            controls: block.custom.controls,
            parameters: block.custom.parameters,
            package: format!("data.{package}"),
        })
    }

    /// Whether a rule goes by this id or name, in any case.
    pub fn is_called(&self, name: &str) -> bool {
        self.id.eq_ignore_ascii_case(name) || self.name.eq_ignore_ascii_case(name)
    }
}

/// The YAML of the first METADATA block.
fn block(rego: &str) -> Option<String> {
    let mut lines = rego.lines().skip_while(|line| line.trim_end() != "# METADATA");
    lines.next()?;
    let comment =
        |line: &str| line.strip_prefix('#').map(|rest| rest.strip_prefix(' ').unwrap_or(rest).to_owned());
    let yaml: Vec<String> = lines.map_while(comment).collect();
    (!yaml.is_empty()).then(|| yaml.join("\n"))
}

/// The package that a file declares.
pub fn package(rego: &str) -> Option<&str> {
    rego.lines().find_map(|line| line.strip_prefix("package ")).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "# METADATA\n# title: T\n# description: >-\n#   two\n#   lines\n# related_resources:\n#   - ref: https://example.com\n#     description: A page\n# custom:\n#   id: ECS-X-001\n#   severity: high\n#   tier: 1\n#   sources: [plan]\n#   remediation: do it\n#   parameters:\n#     limit:\n#       description: a limit\n#       default: 5\npackage ecs_audit.rules.network.some_rule\n";
    const PATH: &str = "rules/network/some_rule/some_rule.rego";

    #[test]
    fn reads_a_block() {
        let metadata = Metadata::parse(PATH, RULE).expect("a block");
        assert_eq!((metadata.id.as_str(), metadata.name.as_str()), ("ECS-X-001", "some-rule"));
        assert_eq!(metadata.description, "two lines");
        assert_eq!(metadata.parameters["limit"].default, Json::from(5));
        assert!(
            metadata.is_called("ecs-x-001") && metadata.is_called("some-rule") && !metadata.is_called("x")
        );
    }

    #[test]
    fn refuses_what_is_odd() {
        let error =
            |path: &str, rego: &str| Metadata::parse(path, rego).expect_err("must be refused").to_string();
        assert!(error(PATH, "package x").contains("no `# METADATA` block"));
        assert!(error(PATH, &RULE.replace("#   tier: 1\n", "")).contains("tier"));
        assert!(error(PATH, &RULE.replace("# title: T", "# titel: T")).contains("titel"));
        assert!(error(PATH, &RULE.replace("high", "grave")).contains("grave"));
        assert!(error(PATH, &RULE.replace("[plan]", "[]")).contains("sources is empty"));
        assert!(
            error("rules/network/other/other.rego", RULE).contains("asks for ecs_audit.rules.network.other")
        );
        assert!(error("rules/network/some_rule/x.rego", RULE).contains("named after its directory"));
    }
}
