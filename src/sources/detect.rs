//! What a text is: a plan, a state, a task definition, or something that cannot be used and why.
//!
//! Owns the one clear sentence that each unusable input gets. Must not read any further than it has to.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::Loaded;
use super::directories::Directories;
use super::document::{Document, Documents};
use super::plan::{self, Edge, PlanError};
use super::refusal::Refusal;
use super::taskdef;
use crate::model::origin::{DocumentId, Position};

const SCANNABLE: &str = "pass a Terraform plan as JSON, or an ECS task definition";
const SHOW_JSON: &str = "run `terraform show -json PLANFILE > plan.json` and scan the result";

/// Reads a document, whatever it is. Edges come with plans only; for these the files that they were made from are
/// looked for in `directories`.
pub fn read(
    documents: &Documents,
    id: DocumentId,
    directories: &Directories,
) -> Result<(Loaded, Vec<Edge>), Refusal> {
    let document = &*documents.get(id);
    let text = document.text.as_str();
    let Some((start, end, trailing)) = json_part(text) else { return Err(refuse_text(document)) };
    let json = &text[start..end];
    let keys = keys(json);
    let has = |name: &str| keys.as_ref().is_some_and(|keys| keys.iter().any(|key| key == name));
    if has("@message") {
        return Err(Refusal::not_an_input(
            "the log of `terraform plan -json`",
            "write the plan with `terraform plan -out=tfplan` and run `terraform show -json tfplan > plan.json`",
        ));
    }
    if let Some(at) = trailing {
        return Err(broken_at(
            "there is text behind the JSON document",
            document.position(at),
            "remove it, or write the file anew without a wrapper around the command",
        ));
    }
    match keys {
        Some(keys) if is_plan(&keys) => {
            let read = plan::read(json, (id, start), documents, directories);
            read.map_err(|error| refuse_plan(document, start, &error))
        }
        Some(keys) if keys.iter().any(|key| key == "lineage" || key == "serial") => {
            Err(Refusal::not_an_input(
                "a raw Terraform state file",
                "run `terraform show -json > state.json` in its directory and scan the result",
            ))
        }
        Some(keys) if keys.iter().any(|key| key == "AWSTemplateFormatVersion") => Err(cloudformation()),
        _ => {
            let value: Json = parse(json).map_err(|()| refuse_text(document))?;
            match taskdef::form(&value) {
                Some(form) => {
                    Ok((taskdef::read(&value, form, &stem(&document.path), id, (start, end)), Vec::new()))
                }
                None => Err(other_json(&value)),
            }
        }
    }
}

/// The range of the JSON document in a text, and where other text follows it.
///
/// GitHub's `setup-terraform` wraps the command: a line such as `[command]/path/terraform show -json` comes first, and
/// workflow commands (`::debug::`) may follow.
fn json_part(text: &str) -> Option<(usize, usize, Option<usize>)> {
    let mut start = text.len() - text.trim_start().len();
    if text[start..].starts_with(['/', '#']) {
        return parse(&text[start..]).is_ok().then_some((start, text.len(), None));
    }
    if text[start..].starts_with("local ") {
        return None;
    }
    let mut wrapped = false;
    for _ in 0..3 {
        let rest = &text[start..];
        if rest.starts_with('{') || (rest.starts_with('[') && !rest.starts_with("[command]")) {
            break;
        }
        let (_, after) = rest.split_once('\n')?;
        wrapped = true;
        start = text.len() - after.trim_start().len();
    }
    let rest = &text[start..];
    if !rest.starts_with(['{', '[']) {
        return None;
    }
    let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<serde::de::IgnoredAny>();
    match stream.next() {
        Some(Ok(_)) => {
            let end = start + stream.byte_offset();
            let behind = &text[end..];
            let offset = end + (behind.len() - behind.trim_start().len());
            let only_commands = behind.lines().all(|line| line.trim().is_empty() || line.starts_with("::"));
            let trailing = !behind.trim().is_empty() && !only_commands;
            Some((start, end, trailing.then_some(offset)))
        }
        // comments and trailing commas, as people write them in task definitions
        _ if !wrapped && parse(rest).is_ok() => Some((start, text.len(), None)),
        _ => None,
    }
}

/// JSON, or JSON with comments and trailing commas.
fn parse(text: &str) -> Result<Json, ()> {
    if let Ok(json) = serde_json::from_str(text) {
        return Ok(json);
    }
    if depth(text) > MAX_DEPTH {
        return Err(());
    }
    let options = jsonc_parser::ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    jsonc_parser::parse_to_serde_value::<Json>(text, &options).map_err(|_| ())
}

/// As deep as the strict parser goes; the lenient one has no limit of its own.
const MAX_DEPTH: usize = 128;

fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// The keys of a JSON object, its values skipped.
fn keys(json: &str) -> Option<Vec<String>> {
    let object: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
    Some(object.into_keys().collect())
}

/// Plans of every version have one of the first; states have values beside a version.
fn is_plan(keys: &[String]) -> bool {
    let has = |name: &str| keys.iter().any(|key| key == name);
    has("resource_changes")
        || has("planned_values")
        || (has("format_version") && (has("configuration") || has("prior_state") || has("values")))
        || (has("terraform_version") && has("values"))
        // a state without any resource has nothing but its version
        || (has("format_version") && keys.len() <= 2)
}

/// What a JSON document of another kind is.
fn other_json(value: &Json) -> Refusal {
    let has = |names: &[&str]| names.iter().any(|name| value.get(name).is_some());
    if has(&["family"]) && has(&["networkMode", "requiresCompatibilities", "executionRoleArn", "taskRoleArn"])
    {
        return Refusal::broken("it is a task definition without containerDefinitions", "add its containers");
    }
    let of_cloudformation = |resource: &Json| {
        resource["Type"]
            .as_str()
            .is_some_and(|kind| kind.starts_with("AWS::") || kind.starts_with("Custom::"))
    };
    if value["Resources"].as_object().is_some_and(|resources| resources.values().any(of_cloudformation)) {
        return cloudformation();
    }
    Refusal::not_an_input(&describe(value), SCANNABLE)
}

fn cloudformation() -> Refusal {
    Refusal::not_an_input("a CloudFormation template", "scan the task definitions that it registers")
}

/// What a text without usable JSON is.
fn refuse_text(document: &Document) -> Refusal {
    // a plan that was printed in colour
    let plain = anstream::adapter::strip_str(&document.text).to_string();
    let text = plain.trim_start();
    if let Ok(value) = serde_json::from_str::<Json>(text) {
        return Refusal::not_an_input(&describe(&value), SCANNABLE);
    }
    if depth(text) > MAX_DEPTH && text.starts_with(['{', '[']) {
        let why = format!("it is nested more than {MAX_DEPTH} levels deep");
        return Refusal::broken(why, "no plan or task definition is; write it anew");
    }
    let line_starts = |prefixes: &[&str]| {
        text.lines()
            .take(200)
            .map(str::trim_start)
            .any(|line| prefixes.iter().any(|prefix| line.starts_with(prefix)))
    };
    let is_path = |extensions: &[&str]| extensions.iter().any(|extension| document.path.ends_with(extension));
    if is_path(&[".jsonnet", ".libsonnet"]) || text.starts_with("local ") || text.contains("std.extVar(") {
        return Refusal::not_an_input(
            "Jsonnet",
            "render it first (`jsonnet FILE > taskdef.json`) and scan the result",
        );
    }
    if is_path(&[".tf", ".hcl"])
        || (!text.starts_with('{')
            && line_starts(&[
                "resource \"",
                "terraform {",
                "module \"",
                "provider \"",
                "variable \"",
                "data \"",
            ]))
    {
        return Refusal::not_an_input(
            "Terraform configuration",
            format!("plan it (`terraform plan -out=PLANFILE`), {SHOW_JSON}"),
        );
    }
    if line_starts(&[
        "Terraform will perform",
        "Terraform used the selected",
        "OpenTofu will perform",
        "No changes.",
        "Plan: ",
    ]) {
        return Refusal::not_an_input(
            "the text of a plan",
            format!("write the plan with `terraform plan -out=PLANFILE`, {SHOW_JSON}"),
        );
    }
    if !text.starts_with(['{', '[']) {
        let yaml = is_path(&[".yaml", ".yml"])
            || text.starts_with("---")
            || text.starts_with("AWSTemplateFormatVersion");
        let what = if yaml { "YAML" } else { "no JSON" };
        return Refusal::not_an_input(what, SCANNABLE);
    }
    let start = document.text.len() - document.text.trim_start().len();
    broken(document, &document.text[start..], start)
}

fn refuse_plan(document: &Document, start: usize, error: &PlanError) -> Refusal {
    match error {
        // the parser's own words may repeat a value
        PlanError::Shape(error) => broken_at(
            "it is no plan or state that `terraform show -json` would write",
            position(document, start, error),
            "write it anew with `terraform show -json`",
        ),
        PlanError::Format(version) => Refusal::broken(
            format!("its format version is {version}, and this version of ecs-audit knows 0.x and 1.x"),
            "update ecs-audit",
        ),
    }
}

/// Where the parser of a part that starts at `start` stopped.
fn position(document: &Document, start: usize, error: &serde_json::Error) -> Position {
    let first = document.position(start);
    let line = first.line + error.line().saturating_sub(1);
    let column =
        if error.line() <= 1 { first.column + error.column().saturating_sub(1) } else { error.column() };
    Position { line, column: column.max(1) }
}

/// JSON that does not parse: where, and why.
fn broken(document: &Document, text: &str, start: usize) -> Refusal {
    let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) else {
        return Refusal::not_an_input("no JSON", SCANNABLE);
    };
    let position = position(document, start, &error);
    let source = document.text.lines().nth(position.line - 1).unwrap_or_default();
    let (reason, remedy) = if error.is_eof() {
        (
            "it is cut off: the JSON document does not end",
            "write it anew; the command that wrote it may have failed".to_owned(),
        )
    } else if is_unquoted(source) {
        ("a placeholder stands without quotes", "put it in quotes, or render the template first".to_owned())
    } else if unquoted_key(source) {
        (
            "a key stands without quotes, as in Jsonnet or JSON5",
            "render it to JSON and scan the result".to_owned(),
        )
    } else {
        let message = error.to_string();
        let what = message.split(" at line ").next().unwrap_or("it is not valid").to_owned();
        let why = format!("it is not valid JSON: {what}");
        return broken_at(&why, position, "correct it there, or write the file anew");
    };
    broken_at(reason, position, &remedy)
}

fn broken_at(why: &str, position: Position, remedy: &str) -> Refusal {
    Refusal::broken(format!("{why} (line {}, column {})", position.line, position.column), remedy)
}

/// Whether a placeholder such as `$NAME` stands as a value.
fn is_unquoted(line: &str) -> bool {
    let value = line.split_once(':').map_or(line, |(_, value)| value).trim();
    value.starts_with(['$', '<']) || value.starts_with("{{")
}

fn unquoted_key(line: &str) -> bool {
    let key = line.trim_start().split_once(':').map_or("", |(key, _)| key);
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What a JSON value of another kind is.
fn describe(json: &Json) -> String {
    match json {
        Json::Object(object) if object.is_empty() => "an empty JSON object".to_owned(),
        Json::Object(object) => {
            let keys: Vec<&str> = object.keys().take(3).map(String::as_str).collect();
            format!("JSON of another kind (with {})", keys.join(", "))
        }
        Json::Array(list) if list.is_empty() => "an empty JSON list".to_owned(),
        Json::Array(_) => "a JSON list of another kind".to_owned(),
        _ => "a JSON value of another kind".to_owned(),
    }
}

/// The name of a file without directories and the last extension.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
    if stem == "-" { "stdin".to_owned() } else { stem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Kind;
    use crate::sources::directories::SourceDirectory;

    fn outcome(path: &str, text: &str) -> Result<Loaded, Refusal> {
        let documents = Documents::default();
        let id = documents.add(Document::new(path, text.to_owned()));
        read(&documents, id, &Directories::new(SourceDirectory::Nowhere)).map(|(loaded, _)| loaded)
    }

    fn refusal(path: &str, text: &str) -> String {
        outcome(path, text).expect_err("must be refused").to_string()
    }

    const PLAN: &str = r#"{"format_version": "1.2", "resource_changes": []}"#;

    #[test]
    fn knows_what_it_is_given() {
        for (text, kind) in [
            (PLAN, Kind::TerraformPlan),
            (r#"{"planned_values": {}}"#, Kind::TerraformPlan),
            (r#"{"format_version": "1.0", "terraform_version": "1.5.0"}"#, Kind::TerraformPlan),
            (r#"{"format_version": "1.0", "values": {"root_module": {}}}"#, Kind::TerraformState),
            (r#"{"containerDefinitions": [], "family": "x"}"#, Kind::TaskDefinition),
            ("// a comment\n{\"containerDefinitions\": [],}", Kind::TaskDefinition),
            ("{\n // a comment\n \"containerDefinitions\": [],}", Kind::TaskDefinition),
        ] {
            match outcome("x.json", text) {
                Ok(loaded) => assert_eq!(loaded.kind, kind, "{text}"),
                Err(refusal) => panic!("{text}: {refusal}"),
            }
        }
    }

    #[test]
    fn a_wrapper_is_taken_off_and_other_text_is_not() {
        let wrapped = format!("[command]/opt/terraform-bin show -json plan\n{PLAN}\n\n::debug::stdout: x\n");
        assert_eq!(outcome("x", &wrapped).expect("a plan").kind, Kind::TerraformPlan);
        let error = refusal("x", &format!("{PLAN}\nError: something"));
        assert!(error.contains("text behind the JSON document (line 2, column 1)"), "{error}");
    }

    #[test]
    fn each_other_thing_gets_a_sentence_with_a_remedy() {
        for (path, text, expected) in [
            ("x.tfstate", r#"{"version": 4, "lineage": "a", "serial": 1}"#, "raw Terraform state file"),
            ("x.json", r#"{"AWSTemplateFormatVersion": "2010-09-09"}"#, "CloudFormation"),
            ("x.json", r#"{"@message": "Plan"}"#, "terraform plan -json"),
            ("package.json", r#"{"name": "x", "version": "1"}"#, "JSON of another kind (with name, version)"),
            ("x.json", "{}", "an empty JSON object"),
            ("x.json", "[1]", "a JSON list of another kind"),
            ("x.jsonnet", "{ a: 1 }", "Jsonnet"),
            ("x", "local x = 1;\n{}", "Jsonnet"),
            ("main.tf", "resource \"aws_vpc\" \"a\" {}", "Terraform configuration"),
            ("x", "# c\nresource \"aws_vpc\" \"a\" {\n}\n", "Terraform configuration"),
            ("plan.txt", "Terraform will perform the following actions:\n\n  # x", "the text of a plan"),
            ("x.yml", "a: 1", "YAML"),
            ("x", "hello", "no JSON"),
        ] {
            let error = refusal(path, text);
            assert!(error.contains(expected) && error.contains(';'), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_broken_says_where() {
        for (text, expected) in [
            (
                "{\"containerDefinitions\": [\n  {\"name\": \"a\"",
                "cut off: the JSON document does not end (line 2, column",
            ),
            ("{\n  \"family\": $NAME,\n}", "without quotes (line 2, column 13); put it in quotes"),
            ("{\n  family: 'x',\n}", "a key stands without quotes"),
            ("{\n  \"a\": 1 2\n}", "not valid JSON: expected `,` or `}` (line 2, column 10)"),
        ] {
            let error = refusal("x.json", text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_no_overflow() {
        let deep = format!("{{\"containerDefinitions\": {}", "[".repeat(200_000));
        assert!(outcome("x.json", &deep).is_err());
        let closed = format!("// c\n{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(outcome("x.json", &closed).is_err());
    }

    #[test]
    fn a_format_of_the_future_is_refused() {
        let error = refusal("x", r#"{"format_version": "2.0", "resource_changes": []}"#);
        assert!(error.contains("format version is 2.0") && error.contains("update ecs-audit"), "{error}");
    }

    #[test]
    fn a_task_definition_without_family_is_called_after_its_file() {
        let loaded = outcome("dir/web.taskdef.json", r#"[{"name": "a", "image": "b"}]"#).expect("containers");
        assert!(loaded.architecture.task_definitions.contains_key(&"web.taskdef".into()));
    }
}
