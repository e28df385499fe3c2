//! Files beside a plan that cannot be used: one clear notice, and the answers that the plan alone gives.

use std::fs;
use std::path::{Path, PathBuf};

use ecs_audit::findings::{Answer, Basis, Report};
use ecs_audit::policy::bundle::Bundle;
use ecs_audit::report::{Format, Layout, render};
use ecs_audit::sources::directories::SourceDirectory;
use tempfile::TempDir;

use super::support::{bundle, root, scan_with};

/// A copy of a case's configuration, to be broken.
struct Copy {
    directory: TempDir,
    plan: PathBuf,
}

impl Copy {
    fn of(case: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let from = root().join("testdata/source").join(case);
        copy(&from.join("config"), &directory.path().join("config"));
        Self { directory, plan: from.join("plan.json.gz") }
    }

    fn config(&self) -> PathBuf {
        self.directory.path().join("config")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.config().join(name), text).expect("a file");
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.config().join(name)).expect("a file");
        assert!(text.contains(from), "{name} holds {from}");
        self.write(name, &text.replacen(from, to, 1));
    }

    fn scan(&self, bundle: &Bundle) -> Report {
        let config = self.config().to_str().expect("UTF-8").to_owned();
        scan_with(bundle, &self.plan, SourceDirectory::Given(config))
    }

    fn alone(&self, bundle: &Bundle) -> Report {
        scan_with(bundle, &self.plan, SourceDirectory::Nowhere)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn answers(report: &Report) -> Vec<(String, String, Answer, Basis)> {
    let of = report.findings.iter();
    let mut answers: Vec<_> = of
        .map(|finding| (finding.rule.clone(), finding.resource.id.clone(), finding.verdict, finding.basis))
        .collect();
    answers.sort();
    answers
}

/// One notice, with its words, and the answers of the plan alone.
fn falls_back(copy: &Copy, bundle: &Bundle, what: &str, why: &str) {
    let report = copy.scan(bundle);
    let [notice] = report.notices.as_slice() else { panic!("one notice: {:#?}", report.notices) };
    assert!(notice.what.contains(what), "{}", notice.what);
    assert!(notice.why.contains(why), "{}", notice.why);
    assert!(!notice.remedy.is_empty());
    assert_eq!(answers(&report), answers(&copy.alone(bundle)));
}

#[test]
fn a_file_that_does_not_parse_is_left_out() {
    let bundle = bundle();
    let copy = Copy::of("blind-local");
    copy.write("broken.tf", "resource \"aws_vpc\" \"x\" {\n  cidr_block = = 1\n}\n");
    let report = copy.scan(&bundle);
    assert_eq!(report.notices.len(), 1, "{:#?}", report.notices);
    assert!(report.notices[0].what.ends_with("broken.tf:2:16"), "{}", report.notices[0].what);
    // what the other files hold is used all the same
    assert_ne!(answers(&report), answers(&copy.alone(&bundle)));
    copy.edit("main.tf", "resource", "resource resource {");
    let report = copy.scan(&bundle);
    assert_eq!(report.notices.len(), 2, "{:#?}", report.notices);
    assert_eq!(answers(&report), answers(&copy.alone(&bundle)));
}

#[test]
fn the_source_of_another_branch_is_not_used() {
    let bundle = bundle();
    let copy = Copy::of("blind-local");
    copy.write("more.tf", "resource \"aws_eip\" \"later\" {}\n");
    falls_back(&copy, &bundle, "the source of", "aws_eip.later is in the source, not in the plan");
    let copy = Copy::of("blind-function");
    copy.edit("main.tf", "aws_route_table.open.id", "aws_route_table.inner.id");
    falls_back(&copy, &bundle, "the source of", "aws_route_table.open.id in the plan");
    let copy = Copy::of("blind-function");
    copy.edit("main.tf", "  execution_role_arn", "  # execution_role_arn");
    falls_back(&copy, &bundle, "the source of", "execution_role_arn is set in the plan, not in the source");
    let copy = Copy::of("blind-local");
    copy.edit("main.tf", "desired_count   = 1", "desired_count   = 2");
    falls_back(&copy, &bundle, "the source of", "desired_count is another constant in the source");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_tree_is_not_followed() {
    let bundle = bundle();
    let copy = Copy::of("blind-local");
    let outside = copy.directory.path().join("outside.tf");
    fs::rename(copy.config().join("main.tf"), &outside).expect("moved");
    std::os::unix::fs::symlink(&outside, copy.config().join("main.tf")).expect("a link");
    falls_back(&copy, &bundle, "config/main.tf", "it leads out of the source tree");
}

#[test]
fn a_file_without_measure_is_not_read() {
    let bundle = bundle();
    let copy = Copy::of("blind-local");
    let mut text = fs::read_to_string(copy.config().join("main.tf")).expect("a file");
    text.push_str(&"# padding\n".repeat(1 << 20));
    copy.write("main.tf", &text);
    falls_back(&copy, &bundle, "config/main.tf", "more than a configuration has");
}

#[test]
fn a_module_that_is_not_installed_is_named() {
    let bundle = bundle();
    let copy = Copy::of("modules");
    copy.edit("main.tf", "\"./modules/platform\"", "\"example/platform/aws\"");
    let report = copy.scan(&bundle);
    let [notice] = report.notices.as_slice() else { panic!("one notice: {:#?}", report.notices) };
    assert_eq!(notice.what, "module.platform");
    assert!(notice.why.contains("no .terraform/modules"), "{}", notice.why);
    assert!(notice.remedy.contains("terraform init"));
    let better = |report: &Report| report.findings.iter().filter(|of| of.verdict != Answer::Unknown).count();
    assert!(better(&report) >= better(&copy.alone(&bundle)));
}

#[test]
fn a_directory_that_has_nothing_to_do_with_the_plan_is_passed_over() {
    let bundle = bundle();
    let copy = Copy::of("blind-local");
    // beside the plan there is no configuration, and the working directory has none
    let report = scan_with(&bundle, &copy.plan, SourceDirectory::Near);
    assert_eq!((report.notices.len(), report.inputs[0].source.as_ref()), (0, None));
    let plan = copy.config().join("plan.json.gz");
    fs::copy(&copy.plan, &plan).expect("a copy");
    let report = scan_with(&bundle, &plan, SourceDirectory::Near);
    assert!(report.inputs[0].source.as_ref().is_some_and(|source| source.ends_with("config")));
}

/// Expressions that grow without end are left where they are, in little time.
#[test]
fn absurd_expressions_end() {
    let bundle = bundle();
    let mut text = String::from("locals {\n  a0 = [aws_subnet.inner.id, aws_subnet.open.id]\n");
    for index in 1..60 {
        let before = index - 1;
        text.push_str(&format!("  a{index} = concat(local.a{before}, local.a{before})\n"));
    }
    text.push_str("  round = local.trip\n  trip = local.round\n");
    text.push_str("  many = [for x in range(0, 1000000000) : x]\n");
    text.push_str(&format!("  deep = {}1{}\n", "(".repeat(50), ")".repeat(50)));
    let mut chain = String::from("  c0 = aws_subnet.inner.id\n");
    for index in 1..3000 {
        chain.push_str(&format!("  c{index} = local.c{}\n", index - 1));
    }
    text.push_str(&chain);
    text.push_str("}\n");
    for local in ["a59", "round", "many", "c2999"] {
        let copy = Copy::of("blind-local");
        let main = fs::read_to_string(copy.config().join("main.tf")).expect("a file");
        let start = main.find("local.home").expect("the case passes through local.home");
        // the plan says local.home, so that is what leads on
        let main = main.replace("home = ", "was_home = ");
        assert!(start > 0 && main.contains("was_home"));
        copy.write("main.tf", &main);
        copy.write("absurd.tf", &format!("{text}\nlocals {{\n  home = flatten([local.{local}])\n}}\n"));
        let report = copy.scan(&bundle);
        assert_eq!(report.notices, [], "{local}");
        let service = report.findings.iter().find(|of| of.rule == "ECS-NET-001").expect("it is judged");
        assert_eq!(service.verdict, Answer::Unknown, "{local}");
        assert!(service.missing.as_ref().is_some_and(|missing| !missing.fact.is_empty()), "{local}");
    }
}

/// No part of it occurs in anything that ecs-audit says by itself.
const CANARY: &str = "cAnArY-1a2b3c4d5e6f";

/// Everything that a scan could print.
fn outputs(report: &Report) -> String {
    let mut all = format!("{report:?}");
    for format in Format::ALL {
        for verbose in [false, true] {
            let layout = Layout { width: 100, color: false, quiet: false, verbose };
            all.push_str(&render(report, format, layout).expect("a report can be written"));
        }
    }
    all
}

/// Secrets in the files, and in sensitive variables, are judged and reach nothing that is printed.
#[test]
fn secrets_of_the_source_are_dropped() {
    let bundle = bundle();
    let dropped = |what: &str, copy: &Copy| {
        let report = copy.scan(&bundle);
        assert!(!report.findings.is_empty(), "{what}");
        let outputs = outputs(&report);
        if let Some(at) = outputs.find(CANARY) {
            let from = outputs.floor_char_boundary(at.saturating_sub(300));
            panic!("{what}: {}", &outputs[from..at]);
        }
    };
    // in the template, in a place where it was found by its shape
    let copy = Copy::of("blind-template");
    let template = fs::read_dir(copy.config().join("templates"))
        .or_else(|_| fs::read_dir(copy.config()))
        .expect("a directory")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.extension().is_none_or(|end| end != "tf"))
        .expect("a template");
    let text = fs::read_to_string(&template).expect("a template");
    assert!(text.contains("made-up") || text.contains("PASSWORD"), "{text}");
    let name = text.lines().find(|line| line.contains("PASSWORD")).expect("a password").to_owned();
    let value = name.rsplit('"').nth(1).expect("a value").to_owned();
    fs::write(&template, text.replace(&value, CANARY)).expect("a template");
    let report = copy.scan(&bundle);
    assert!(report.findings.iter().any(|of| of.rule == "ECS-SEC-001" && of.verdict == Answer::Fail));
    dropped("template", &copy);
    // in locals, comments, heredocs and a broken file
    let copy = Copy::of("blind-local");
    copy.edit("main.tf", "home = ", &format!("password = \"{CANARY}\" # {CANARY}\n  home = "));
    copy.write("broken.tf", &format!("locals {{\n  token = \"{CANARY}\" \"{CANARY}\"\n}}\n"));
    dropped("locals", &copy);
    let copy = Copy::of("blind-local");
    let main = fs::read_to_string(copy.config().join("main.tf")).expect("a file");
    let main = main.replace("home = ", "was_home = ");
    copy.write("main.tf", &main);
    copy.write(
        "more.tf",
        &format!("locals {{\n  home = split(\",\", uuid() == \"{CANARY}\" ? \"{CANARY}\" : <<EOT\n{CANARY}\nEOT\n)\n}}\n"),
    );
    dropped("an expression that is quoted", &copy);
}

/// What an expression names outside of the tree is not opened, whatever the modules are called by.
#[test]
fn files_outside_of_the_tree_are_not_read() {
    let bundle = bundle();
    for path in ["../outside.tftpl", "../beside/outside.tftpl"] {
        let copy = Copy::of("blind-template");
        let beside = copy.directory.path().join("beside");
        fs::create_dir_all(&beside).expect("a directory");
        let template = fs::read_to_string(copy.config().join("app.json.tftpl")).expect("the template");
        for directory in [copy.directory.path(), beside.as_path()] {
            fs::write(directory.join("outside.tftpl"), &template).expect("a template");
        }
        copy.edit("main.tf", "app.json.tftpl", path);
        let report = copy.scan(&bundle);
        assert_eq!(report.notices, []);
        let finding = report.findings.iter().find(|of| of.rule == "ECS-SEC-001").expect("it is judged");
        assert_eq!(finding.verdict, Answer::Unknown, "{path}");
        let fact = finding.missing.as_ref().map_or("", |missing| missing.fact.as_str());
        assert!(fact.contains("it leads out of the source tree"), "{fact}");
    }
}

/// Of a called module what differs is left alone, and the rest is used.
#[test]
fn a_stale_part_of_a_module_is_not_used() {
    let bundle = bundle();
    let copy = Copy::of("modules");
    copy.edit(
        "modules/network/outputs.tf",
        "public = module.public.subnets",
        "public = module.closed.subnets",
    );
    let report = copy.scan(&bundle);
    let [notice] = report.notices.as_slice() else { panic!("one notice: {:#?}", report.notices) };
    assert!(notice.what.contains("output.subnets in module.platform.module.network"), "{}", notice.what);
    assert!(notice.why.contains("not what the plan was made with"), "{}", notice.why);
    let fresh = Copy::of("modules").scan(&bundle);
    let decided = |report: &Report| {
        let told = report.findings.iter().filter(|of| of.verdict != Answer::Unknown);
        told.map(|of| (of.rule.clone(), of.resource.id.clone(), of.verdict)).collect::<Vec<_>>()
    };
    let (stale, fresh) = (decided(&report), decided(&fresh));
    assert!(stale.len() < fresh.len(), "{} {}", stale.len(), fresh.len());
    // whatever is still told of a resource is what is told of it with the right source
    let about = |of: &(String, String, Answer)| (of.0.clone(), of.1.clone());
    let other: Vec<_> = stale
        .iter()
        .filter(|of| !fresh.contains(of) && fresh.iter().any(|one| about(one) == about(of)))
        .collect();
    assert!(other.is_empty(), "{other:?}");
}

/// A password in a sensitive variable is judged by what it looks like, and is not shown.
#[test]
fn sensitive_variables_are_judged_and_dropped() {
    let bundle = bundle();
    let text = fs::read(root().join("testdata/source/blind-template/plan.json.gz")).expect("a plan");
    let mut plan = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&text[..]), &mut plan).expect("a text");
    let mut plan: serde_json::Value = serde_json::from_str(&plan).expect("JSON");
    plan["variables"]["leak"] = serde_json::json!({ "value": CANARY });
    plan["configuration"]["root_module"]["variables"]["leak"] = serde_json::json!({ "sensitive": true });
    let resources = plan["configuration"]["root_module"]["resources"].as_array_mut().expect("resources");
    let definition = resources.iter_mut().find(|of| of["type"] == "aws_ecs_task_definition");
    let references =
        &mut definition.expect("a task definition")["expressions"]["container_definitions"]["references"];
    references.as_array_mut().expect("references").push("var.leak".into());
    let copy = Copy::of("blind-template");
    copy.edit(
        "main.tf",
        "templatefile(\"${path.module}/app.json.tftpl\", {",
        "templatefile(\"${path.module}/app.json.tftpl\", {\n    leak = var.leak",
    );
    copy.write("leak.tf", "variable \"leak\" {\n  sensitive = true\n}\n");
    let template = fs::read_to_string(copy.config().join("app.json.tftpl")).expect("the template");
    let line = template.lines().find(|line| line.contains("PASSWORD")).expect("a password");
    let value = line.rsplit('"').nth(1).expect("a value");
    copy.write("app.json.tftpl", &template.replace(value, "${leak}"));
    let path = copy.directory.path().join("plan.json");
    fs::write(&path, plan.to_string()).expect("a plan");
    let copy = Copy { plan: path, ..copy };
    let report = copy.scan(&bundle);
    assert_eq!(report.notices, []);
    let finding = report.findings.iter().find(|of| of.rule == "ECS-SEC-001" && of.verdict == Answer::Fail);
    assert_eq!(finding.expect("it fails").basis, Basis::Source);
    assert!(!outputs(&report).contains(CANARY));
}

/// An image that is one of two, of which one comes from a repository, is no use of it.
#[test]
fn an_image_that_may_come_from_elsewhere_is_a_doubt() {
    let bundle = bundle();
    let answers = |copy: &Copy| {
        let report = copy.scan(&bundle);
        assert_eq!(report.notices, []);
        let of_rule = report.findings.into_iter().filter(|of| of.rule == "ECS-ECR-001");
        of_rule.map(|of| (of.resource.kind, of.verdict)).collect::<Vec<_>>()
    };
    let copy = Copy::of("blind-template");
    let certain = answers(&copy);
    assert!(certain.iter().all(|(kind, answer)| kind == "ecr_repository" && *answer != Answer::Unknown));
    assert!(!certain.is_empty());
    copy.edit(
        "main.tf",
        "image = \"${aws_ecr_repository.app.repository_url}:1.0.3\"",
        "image = timestamp() == \"x\" ? aws_ecr_repository.app.repository_url : \"nginx:1.27.1\"",
    );
    let doubtful = answers(&copy);
    assert!(
        !doubtful.is_empty() && doubtful.iter().all(|(_, answer)| *answer == Answer::Unknown),
        "{doubtful:?}"
    );
}
