//! The command as a person runs it: exit codes, streams, files, help.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

use super::support::{expect, root};

/// Runs the command in a directory, with nothing of the environment that could change what it prints.
fn run_in(directory: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ecs-audit"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // a command that refuses its arguments reads nothing
    let _ = child.stdin.take().expect("a pipe").write_all(stdin.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn run(arguments: &[&str]) -> Output {
    run_in(&root(), arguments, "")
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

const GOOD: &str = r#"{"family": "web", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
  "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "web",
  "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2",
  "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/web", "awslogs-region": "eu-west-1",
  "awslogs-stream-prefix": "web"}}}]}"#;
const BAD: &str = r#"[{"name": "web", "image": "nginx:latest"}]"#;
const UNTOLD: &str = r#"[{"name": "web", "image": "${IMAGE}"}]"#;

fn scan(directory: &Path, more: &[&str], input: &str) -> Output {
    run_in(directory, &[&["scan", "-"], more].concat(), input)
}

#[test]
fn exit_codes() {
    let folder = tempfile::tempdir().expect("a directory");
    for (arguments, input, expected) in [
        (&[][..], GOOD, 0),
        (&["--strict"], GOOD, 0),
        (&[], BAD, 1),
        (&["--fail-on", "critical"], BAD, 0),
        (&["--fail-on", "never"], BAD, 0),
        (&["--rule", "ECS-IAM-001", "--fail-on", "high"], BAD, 0),
        (&["--skip-rule", "ECS-TASK-003", "--skip-rule", "no-latest-or-floating-tag"], BAD, 0),
        (&["--rule", "ECS-ECR-007"], BAD, 1),
        (&["--rule", "ecs-ecr-007"], UNTOLD, 0),
        (&["--rule", "ECS-ECR-007", "--strict"], UNTOLD, 3),
        (&["--rule", "ECS-ECR-007", "--strict", "--quiet"], UNTOLD, 3),
        (&["--rule", "ECS-NO-SUCH"], GOOD, 2),
        (&["--rule", "ECS-ECR-007", "--skip-rule", "ECS-ECR-007"], GOOD, 2),
        (&["--fail-on", "grave"], GOOD, 2),
        (&["--format", "xml"], GOOD, 2),
        (&["--report", "sarif"], GOOD, 2),
        (&["--output", "no/such/directory/x.json"], GOOD, 2),
        (&["no-such-file.json"], GOOD, 2),
        (&[], "hello", 2),
        (&[], "", 2),
    ] {
        let output = scan(folder.path(), arguments, input);
        assert_eq!(code(&output), expected, "{arguments:?}: {}{}", out(&output), err(&output));
    }
    assert_eq!(code(&run(&[])), 2);
    assert_eq!(code(&run(&["--version"])), 0);
    assert_eq!(code(&run(&["explain", "tasks-in-private-subnets"])), 0);
}

#[test]
fn the_format_never_changes_the_exit_code() {
    let folder = tempfile::tempdir().expect("a directory");
    for (input, expected) in [(GOOD, 0), (BAD, 1), ("{", 2)] {
        for format in ["table", "json", "sarif"] {
            assert_eq!(code(&scan(folder.path(), &["--format", format], input)), expected, "{format}");
        }
    }
}

#[test]
fn results_go_out_and_notices_err() {
    let folder = tempfile::tempdir().expect("a directory");
    let table = scan(folder.path(), &[], BAD);
    assert!(out(&table).contains("ECS-ECR-007") && err(&table).is_empty(), "{}", err(&table));
    let json = scan(folder.path(), &["--format", "json"], BAD);
    let report: Json = serde_json::from_str(out(&json)).expect("nothing but JSON on standard output");
    assert_eq!(report["schema"], "ecs-audit/report/v1");
    assert!(err(&json).contains("-: task definition, 1 resource"), "{}", err(&json));
    let quiet = scan(folder.path(), &["--format", "json", "--quiet"], BAD);
    assert!(err(&quiet).is_empty(), "{}", err(&quiet));
    let lines = scan(folder.path(), &["--quiet"], BAD);
    assert!(
        out(&lines).lines().all(|line| line.starts_with("-:")) && !out(&lines).is_empty(),
        "{}",
        out(&lines)
    );
    let refused = scan(folder.path(), &[], "hello");
    assert!(out(&refused).is_empty() && err(&refused).starts_with("ecs-audit: error: -: it is no JSON"));
}

#[test]
fn reports_are_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path();
    let more =
        ["--report", "sarif=out.sarif", "--report", "json=out.json", "--format", "table", "-o", "out.txt"];
    let output = scan(path, &more, BAD);
    assert_eq!((code(&output), out(&output)), (1, ""));
    let read = |name: &str| std::fs::read_to_string(path.join(name)).expect("it was written");
    assert!(read("out.txt").contains("ECS-ECR-007"));
    assert!(read("out.sarif").contains("\"2.1.0\"") && read("out.json").contains("ecs-audit/report/v1"));
    // no report takes the place of an input, however it is spelt
    std::fs::write(path.join("in.json"), GOOD).expect("a file");
    let output = run_in(path, &["scan", "in.json", "-o", "./in.json"], "");
    assert_eq!((code(&output), read("in.json").as_str()), (2, GOOD), "{}", err(&output));
    assert_eq!(code(&run_in(path, &["scan", "in.json", "-o", "x", "--report", "json=x"], "")), 2);
    std::fs::remove_file(path.join("in.json")).expect("it is there");
    // a scan that cannot run leaves what was there
    assert_eq!(code(&scan(path, &more, "{")), 2);
    assert!(read("out.txt").contains("ECS-ECR-007"), "the report of the last scan is gone");
    let names: Vec<String> = std::fs::read_dir(path)
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 3, "something is left over: {names:?}");
}

#[test]
fn same_input_same_bytes() {
    for format in ["table", "json", "sarif"] {
        let [one, two] = [(); 2].map(|()| {
            run(&["scan", "examples", "testdata/plan/modules", "--format", format, "--show-passes"])
        });
        assert!(one.stdout == two.stdout, "{format} differs between two runs");
        assert!(one.stdout.len() > 1000, "{}", err(&one));
    }
}

/// A directory is searched, and what is no input is named and not an error; a broken input is one of its gaps.
#[test]
fn a_directory_says_what_it_held() {
    let folder = tempfile::tempdir().expect("a directory");
    for (name, text) in
        [("a.json", GOOD), ("package.json", "{\"name\": \"x\"}"), ("main.tf", "x"), ("cut.json", "{\"a\":")]
    {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let output = run_in(folder.path(), &["scan", "."], "");
    let text = out(&output);
    assert_eq!(code(&output), 0, "{text}{}", err(&output));
    for part in [
        "a.json: task definition, 1 resource",
        "no input: 1 file: ./package.json",
        "not read: ./cut.json",
        "not opened: 1 file",
    ] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    assert_eq!(code(&run_in(folder.path(), &["scan", ".", "--strict"], "")), 3);
    // what is named has to be usable
    assert_eq!(code(&run_in(folder.path(), &["scan", "a.json", "cut.json"], "")), 2);
    let empty = tempfile::tempdir().expect("a directory");
    let output = run_in(empty.path(), &["scan", "."], "");
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("nothing to scan"), "{}", err(&output));
}

#[test]
fn a_wrong_name_is_met_with_the_right_one() {
    let output = run(&["explain", "tasks-in-private-subnet"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("did you mean tasks-in-private-subnets?"), "{}", err(&output));
}

#[test]
fn help_and_lists_are_frozen() {
    let folder = root().join("testdata/cli");
    for (file, arguments) in [
        ("help.txt", &["--help"][..]),
        ("scan-help.txt", &["scan", "--help"]),
        ("rules.txt", &["rules"]),
        ("explain.txt", &["explain", "ECS-NET-002"]),
    ] {
        let output = run(arguments);
        assert_eq!((code(&output), err(&output)), (0, ""), "{arguments:?}");
        expect(&folder.join(file), out(&output));
    }
}

/// Every `cargo` command in the README's quick start does what it says.
#[test]
fn the_quick_start_names_what_there_is() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let commands: Vec<&str> = readme.lines().filter(|line| line.starts_with("cargo ")).collect();
    let scan = commands.iter().find(|line| line.contains(" scan ")).expect("a scan in the README");
    assert!(
        scan.contains("--no-default-features") && commands.iter().any(|line| line.starts_with("cargo test"))
    );
    let (_, arguments) = scan.split_once(" -- ").expect("arguments after `--`");
    let output = run(&arguments.split_whitespace().collect::<Vec<_>>());
    assert_eq!(code(&output), 1, "{}", err(&output));
    let (_, excerpt) = readme.split_once("```text\n").expect("an excerpt");
    let excerpt = excerpt.split("```").next().unwrap_or_default();
    let shown: Vec<&str> = excerpt.lines().filter(|line| !line.is_empty() && *line != "…").collect();
    assert!(shown.len() > 10 && shown.iter().any(|line| line.starts_with("UNKNOWN")), "{excerpt}");
    for line in shown {
        assert!(out(&output).lines().any(|real| real == line), "the README shows {line}");
    }
}

/// The example in docs/json.md is what its command prints.
#[test]
fn the_example_of_the_json_report_is_one() {
    let page = std::fs::read_to_string(root().join("docs/json.md")).expect("docs/json.md");
    let command = page.lines().find_map(|line| line.strip_prefix("ecs-audit ")).expect("a command");
    let (_, example) = page.split_once("```json\n").expect("an example");
    let example: Json = serde_json::from_str(example.split("```").next().expect("its end")).expect("JSON");
    let output = run(&command.split_whitespace().collect::<Vec<_>>());
    let report: Json = serde_json::from_str(out(&output)).expect("JSON");
    assert_eq!(report, example);
}
