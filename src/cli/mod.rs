//! The command line.
//!
//! Owns arguments, output streams, the environment and exit codes; nothing else prints or reads any of these. Results
//! go to standard output, everything else to standard error.

mod explain;
mod rules;
mod scan;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::report::printable;

/// Exit codes; the format of a report never changes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Could not run: usage, unreadable input.
    CouldNotRun,
    /// Ran, but incomplete, and `--strict` was asked.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
            Exit::Incomplete => 3,
        })
    }
}

/// Judges AWS ECS/Fargate architectures: Terraform plans, states and task definitions.
///
/// Every rule answers for every resource: pass, fail, or unknown and why. What is not known until apply is never a pass.
#[derive(Debug, Parser)]
#[command(name = "ecs-audit", bin_name = "ecs-audit", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colours; `auto` uses them on a terminal unless `NO_COLOR` is set
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, global = true)]
    color: ColorChoice,
}

const EXIT_CODES: &str = "Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  could not run: usage, unreadable input
  3  ran, but incomplete (gaps, rule errors, unknowns), and --strict was given";

#[derive(Debug, Subcommand)]
enum Command {
    Scan(scan::Arguments),
    Rules(rules::Arguments),
    Explain(explain::Arguments),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// Runs the command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // help and version are results; usage errors are not
            let usage = error.use_stderr();
            let shown = error.print();
            return if usage || shown.is_err() { Exit::CouldNotRun } else { Exit::Clean };
        }
    };
    let terminal = Terminal::new(arguments.color);
    let outcome = match arguments.command {
        Command::Scan(arguments) => scan::run(&arguments, terminal),
        Command::Rules(arguments) => rules::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
    };
    outcome.unwrap_or_else(|error| {
        notice(&format!("error: {error}"));
        Exit::CouldNotRun
    })
}

/// What standard output is.
#[derive(Debug, Clone, Copy)]
struct Terminal {
    width: usize,
    color: bool,
}

impl Terminal {
    fn new(choice: ColorChoice) -> Self {
        let stdout = std::io::stdout();
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        };
        let width = if stdout.is_terminal() { textwrap::termwidth().min(120) } else { PLAIN_WIDTH };
        Self { width, color }
    }
}

/// Width of reports that do not go to a terminal.
const PLAIN_WIDTH: usize = 100;

/// Writes a result to standard output. A reader that went away is no error.
fn print(text: &str) -> Result<(), String> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {error}"))
        }
        _ => Ok(()),
    }
}

/// Says something on standard error.
fn notice(text: &dyn Display) {
    // there is nowhere left to say that this failed
    let text = text.to_string();
    let lines: Vec<_> = text.lines().map(printable).collect();
    let _ = writeln!(std::io::stderr(), "ecs-audit: {}", lines.join("\n"));
}
