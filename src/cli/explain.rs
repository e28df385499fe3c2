//! `ecs-audit explain`.

use clap::Args;

use super::{Exit, Terminal, print};
use crate::policy::bundle::Bundle;

/// Show the page of a rule: why, a bad and a good example, how to fix it
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Id (ECS-NET-001) or name (tasks-in-private-subnets)
    #[arg(value_name = "RULE")]
    rule: String,
}

pub(super) fn run(arguments: &Arguments, _: Terminal) -> Result<Exit, String> {
    let bundle = Bundle::embedded().map_err(|error| format!("internal error: {error}"))?;
    let rule = bundle.find(&arguments.rule).map_err(|error| error.to_string())?;
    print(&rule.to_markdown())?;
    Ok(Exit::Clean)
}
