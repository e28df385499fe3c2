//! `ecs-audit rules`.

use clap::Args;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};

use super::{Exit, Terminal, print};
use crate::policy::bundle::Bundle;

/// List the rules
#[derive(Debug, Args)]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments, terminal: Terminal) -> Result<Exit, String> {
    let bundle = Bundle::embedded().map_err(|error| format!("internal error: {error}"))?;
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(terminal.width).unwrap_or(u16::MAX));
    table.set_header(["id", "severity", "what is right"]);
    for rule in &bundle.rules {
        let metadata = &rule.metadata;
        table.add_row([
            metadata.id.clone(),
            metadata.severity.to_string(),
            format!("{}\n{}", metadata.title, metadata.name),
        ]);
    }
    let text =
        format!("{table}\n{} rules; `ecs-audit explain RULE` shows one, by id or name\n", bundle.rules.len());
    print(&text)?;
    Ok(Exit::Clean)
}
