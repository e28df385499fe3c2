//! The `ecs-audit` command: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ecs_audit::cli::run(std::env::args_os()).into()
}
