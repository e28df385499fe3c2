//! Examples in the pages of rules are what they say: the bad one fails, the good one does not.

use ecs_audit::findings::Answer;
use ecs_audit::policy::bundle::{Bundle, Rule};
use ecs_audit::policy::metadata::SourceKind;
use ecs_audit::scan::{Options, scan};
use ecs_audit::sources::directories::SourceDirectory;
use ecs_audit::sources::input::Search;

use super::support::bundle;

/// The JSON examples of a page, in their order.
fn examples(page: &str) -> Vec<&str> {
    page.split("```json\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

fn answers(bundle: &Bundle, rule: &Rule, text: &str) -> Vec<Answer> {
    let mut search = Search::default();
    search.add("-", &mut text.as_bytes());
    let report = scan(
        search,
        bundle,
        &Options { rules: vec![rule], show_passes: true, source: SourceDirectory::Nowhere },
    )
    .expect("the engine starts");
    assert!(report.gaps.is_empty(), "{}: {:?}", rule.metadata.id, report.gaps);
    report.findings.iter().map(|finding| finding.verdict).collect()
}

#[test]
fn bad_examples_fail_and_good_ones_pass() {
    let bundle = bundle();
    let rules: Vec<&Rule> =
        bundle.rules.iter().filter(|rule| rule.metadata.sources.contains(&SourceKind::Taskdef)).collect();
    for rule in &rules {
        let id = &rule.metadata.id;
        let examples = examples(rule.page);
        let [bad, good, ..] = examples.as_slice() else { panic!("{id}: {} JSON examples", examples.len()) };
        assert!(
            rule.page.find(bad) > rule.page.find("## Bad")
                && rule.page.find(good) > rule.page.find("## Good")
        );
        assert!(answers(&bundle, rule, bad).contains(&Answer::Fail), "{id}: its bad example does not fail");
        let of_good = answers(&bundle, rule, good);
        let passes = !of_good.is_empty() && of_good.iter().all(|answer| *answer == Answer::Pass);
        assert!(passes, "{id}: its good example is {of_good:?}");
    }
    assert!(rules.len() >= 5, "{} rules answer for task definitions", rules.len());
}
