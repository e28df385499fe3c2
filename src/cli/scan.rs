//! `ecs-audit scan`.

use std::io::Write;
use std::path::Path;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::{Exit, Terminal, notice, print};
use crate::findings::Report;
use crate::policy::Severity;
use crate::policy::bundle::{Bundle, Rule};
use crate::report::{Format, Layout, counted, render};
use crate::scan::{Options, scan};
use crate::sources::directories::SourceDirectory;
use crate::sources::input::Search;

/// Judge Terraform plans, states and task definitions
///
/// Takes any number of files, directories and `-` for standard input, and finds out what each one is: a plan or state as
/// `terraform show -json` writes it, an ECS task definition, container definitions; plain or gzipped.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Arguments {
    /// Files and directories to scan, or `-`
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Format of the report on standard output, or in --output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    format: Format,
    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,
    /// Write a further report; may be repeated (`--report sarif=out.sarif`)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_report)]
    report: Vec<(Format, String)>,
    /// Lowest severity that makes the scan fail with exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Medium)]
    fail_on: FailOn,
    /// Fail with exit code 3 where something could not be read or told, or rests on references alone
    #[arg(long)]
    strict: bool,
    /// Run these rules only, by id or name; may be repeated, or a list with commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    rule: Vec<String>,
    /// Leave these rules out, by id or name; may be repeated, or a list with commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    skip_rule: Vec<String>,
    /// Directory of the root module that a plan was made from; its .tf files tell what the plan does not know yet
    ///
    /// By default the directory of the plan is looked at, then the working directory; files are used only where they
    /// agree with the plan.
    #[arg(long, value_name = "DIR", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    source_dir: Option<String>,
    /// Read plans by themselves, without the .tf files beside them
    #[arg(long, conflicts_with = "source_dir")]
    no_source: bool,
    /// List what passes as well
    #[arg(long)]
    show_passes: bool,
    /// Show the lines of the configuration that a finding is about
    #[arg(long, short, conflicts_with = "quiet")]
    verbose: bool,
    /// Failing findings only, one line each, and no notices
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Info,
    /// Findings never change the exit code
    Never,
}

impl FailOn {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

fn parse_report(text: &str) -> Result<(Format, String), String> {
    match text.split_once('=') {
        Some((name, file)) if !file.is_empty() => match Format::from_str(name, false) {
            Ok(format) => Ok((format, file.to_owned())),
            Err(_) => Err(format!(
                "there is no format {name}; formats are {}",
                Format::ALL.map(Format::as_str).join(", ")
            )),
        },
        _ => Err(format!("{text} is not FORMAT=FILE, such as sarif=out.sarif")),
    }
}

pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> Result<Exit, String> {
    let bundle = Bundle::embedded().map_err(|error| format!("internal error: {error}"))?;
    let source = match &arguments.source_dir {
        Some(directory) if Path::new(directory).is_dir() => SourceDirectory::Given(from_here(directory)),
        Some(directory) => {
            return Err(format!(
                "{directory}, given as --source-dir, is no directory; name that of the root module"
            ));
        }
        None if arguments.no_source => SourceDirectory::Nowhere,
        None => SourceDirectory::Near,
    };
    let options = Options { rules: rules(&bundle, arguments)?, show_passes: arguments.show_passes, source };
    targets(arguments)?;
    let mut search = Search::default();
    for path in &arguments.paths {
        search.add(path, &mut std::io::stdin().lock());
    }
    let report = scan(search, &bundle, &options).map_err(|error| error.to_string())?;
    let exit = exit(&report, arguments);
    if !arguments.quiet {
        notices(&report, arguments);
    } else if !report.inputs.is_empty() && matches!(exit, Exit::CouldNotRun | Exit::Incomplete) {
        // why nothing was found is no notice
        gaps(&report);
    }
    if report.inputs.is_empty() {
        return Err(nothing_read(&report));
    }
    let layout = Layout {
        width: terminal.width,
        color: terminal.color,
        quiet: arguments.quiet,
        verbose: arguments.verbose,
    };
    let text =
        |format, layout| render(&report, format, layout).map_err(|error| format!("internal error: {error}"));
    for (format, file) in &arguments.report {
        write(file, &text(*format, Layout { color: false, ..layout })?)?;
    }
    match &arguments.output {
        Some(file) => write(file, &text(arguments.format, Layout { color: false, ..layout })?)?,
        None => print(&text(arguments.format, layout)?)?,
    }
    Ok(exit)
}

/// A directory below the working directory by its relative path: reports that are read elsewhere need those.
fn from_here(directory: &str) -> String {
    let here = std::env::current_dir().ok();
    let relative = here.and_then(|here| Path::new(directory).strip_prefix(here).ok().map(Path::to_owned));
    match relative {
        Some(path) if path.as_os_str().is_empty() => ".".to_owned(),
        Some(path) => path.to_string_lossy().into_owned(),
        None => directory.to_owned(),
    }
}

/// The rules that are asked for. A name that no rule has is an error: a typo must not switch a gate off.
fn rules<'a>(bundle: &'a Bundle, arguments: &Arguments) -> Result<Vec<&'a Rule>, String> {
    let find = |name: &String| bundle.find(name).map_err(|error| error.to_string());
    let skipped = arguments.skip_rule.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let wanted = arguments.rule.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let chosen = bundle.rules.iter().filter(|rule| wanted.is_empty() || wanted.contains(rule));
    let chosen: Vec<&Rule> = chosen.filter(|rule| !skipped.contains(rule)).collect();
    if chosen.is_empty() { Err("--rule and --skip-rule leave no rule to run".to_owned()) } else { Ok(chosen) }
}

/// Whether two paths name one file, however they are spelt.
fn is_same(one: &str, other: &str) -> bool {
    let real = |path: &str| std::fs::canonicalize(path).ok();
    one == other || real(one).is_some_and(|one| Some(one) == real(other))
}

/// No report takes the place of an input or of another report.
fn targets(arguments: &Arguments) -> Result<(), String> {
    let further = arguments.report.iter().map(|(_, file)| file);
    let files: Vec<&String> = arguments.output.iter().chain(further).collect();
    for (index, file) in files.iter().enumerate() {
        if arguments.paths.iter().any(|path| is_same(path, file)) {
            return Err(format!("{file} is an input; name another file for the report"));
        }
        if files[..index].iter().any(|other| is_same(other, file)) {
            return Err(format!("{file} is named for two reports; name a file for each"));
        }
    }
    Ok(())
}

/// What a person has to know who reads the report in another format or in a file.
fn notices(report: &Report, arguments: &Arguments) {
    let reads_table = arguments.format == Format::Table && arguments.output.is_none();
    if reads_table && !report.inputs.is_empty() {
        return;
    }
    for input in &report.inputs {
        let held = counted(input.resources, "resource");
        let source = input.source.as_ref().map(|directory| format!(", with its source in {directory}"));
        notice(&format!("{}: {}, {held}{}", input.path, input.shown, source.unwrap_or_default()));
    }
    if report.inputs.is_empty() {
        return;
    }
    for gap in &report.notices {
        notice(&format!("{}: {}; {}", gap.what, gap.why, gap.remedy));
    }
    gaps(report);
    for skipped in &report.skipped {
        notice(&format!("no input: {}: {}", skipped.path, skipped.why));
    }
}

/// What could not be read or told.
fn gaps(report: &Report) {
    for gap in &report.gaps {
        notice(&format!("not read: {}: {}; {}", gap.what, gap.why, gap.remedy));
    }
    if !report.complete() {
        notice(&report.notice());
    }
}

/// Nothing could be used: one sentence for each thing that was tried.
fn nothing_read(report: &Report) -> String {
    let gaps = report.gaps.iter().map(|gap| format!("{}: {}; {}", gap.what, gap.why, gap.remedy));
    let skipped = report.skipped.iter().map(|skipped| format!("{}: {}", skipped.path, skipped.why));
    let lines: Vec<String> = gaps.chain(skipped).collect();
    if lines.is_empty() {
        return "there is nothing to scan: the directories hold no JSON files; pass a Terraform plan as JSON, or an ECS task definition"
            .to_owned();
    }
    lines.join("\necs-audit: error: ")
}

fn exit(report: &Report, arguments: &Arguments) -> Exit {
    if report.input_refused {
        return Exit::CouldNotRun;
    }
    if arguments.fail_on.severity().is_some_and(|severity| report.fails_at(severity)) {
        return Exit::Findings;
    }
    if arguments.strict && !report.complete() { Exit::Incomplete } else { Exit::Clean }
}

/// Writes a file whole or not at all: beside it first, then in its place.
fn write(file: &str, text: &str) -> Result<(), String> {
    let explain = |error: std::io::Error| {
        format!("{file} cannot be written: {error}; check the directory and its permissions")
    };
    let path = Path::new(file);
    // a device or a pipe is written to as it is
    if path.exists() && !path.is_file() {
        return std::fs::write(path, text).map_err(explain);
    }
    let name = path.file_name().ok_or_else(|| format!("{file} is no file name"))?.to_string_lossy();
    let partial = path.with_file_name(format!(".{name}.{}.partial", std::process::id()));
    let written = std::fs::File::create(&partial).and_then(|mut handle| {
        handle.write_all(text.as_bytes())?;
        handle.sync_all()?;
        std::fs::rename(&partial, path)
    });
    written.map_err(|error| {
        let _ = std::fs::remove_file(&partial);
        explain(error)
    })
}
