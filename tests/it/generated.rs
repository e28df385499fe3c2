//! What is generated and committed is what would be generated now. `UPDATE_EXPECT=1` rewrites it.

use std::collections::BTreeSet;
use std::path::Path;

use ecs_audit::policy::input::PolicyInput;

use super::support::{bundle, expect, files, root};

#[test]
fn schema_of_the_policy_input() {
    let schema = serde_json::to_string_pretty(&PolicyInput::schema()).expect("a schema is JSON") + "\n";
    expect(&root().join("policies/schema/input.json"), &schema);
}

#[test]
fn pages_of_the_rules() {
    let bundle = bundle();
    let folder = root().join("docs/rules");
    let mut index = String::from("# Rules\n\n| id | name | severity | what is right |\n|---|---|---|---|\n");
    let mut pages = BTreeSet::from(["README.md".to_owned()]);
    for rule in &bundle.rules {
        let of = &rule.metadata;
        let page = format!("{}.md", of.name);
        index.push_str(&format!("| {} | [{}]({page}) | {} | {} |\n", of.id, of.name, of.severity, of.title));
        expect(&folder.join(&page), &rule.to_markdown());
        pages.insert(page);
    }
    expect(&folder.join("README.md"), &index);
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let there: BTreeSet<String> = files(&folder).iter().map(|path| name(path)).collect();
    assert_eq!(there, pages, "a page without a rule is left in docs/rules");
}
