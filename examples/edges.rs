//! How far the references of a plan were followed, with and without the files it was made from:
//! `cargo run --no-default-features --example edges -- plan.json [directory]`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own: it prints and has arguments"
)]

use std::collections::BTreeMap;

use ecs_audit::sources::detect;
use ecs_audit::sources::directories::{Directories, SourceDirectory};
use ecs_audit::sources::document::{Document, Documents};
use ecs_audit::sources::input::Search;
use ecs_audit::sources::plan::EdgeOutcome;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a plan")?;
    let source = arguments.next().map_or(SourceDirectory::Nowhere, SourceDirectory::Given);
    let mut search = Search::default();
    search.add(&path, &mut std::io::stdin().lock());
    for found in search.found {
        let documents = Documents::default();
        let id = documents.add(Document::new(found.path.clone(), found.text?));
        let (loaded, edges) = detect::read(&documents, id, &Directories::new(source.clone()))?;
        for notice in &loaded.notices {
            println!("note: {}: {}", notice.what, notice.why);
        }
        let mut counts: BTreeMap<EdgeOutcome, usize> = BTreeMap::new();
        for edge in &edges {
            *counts.entry(edge.outcome).or_default() += 1;
            let resolved =
                matches!(edge.outcome, EdgeOutcome::Value | EdgeOutcome::Source | EdgeOutcome::Reference);
            let certain = edge.members.iter().all(|(_, certain)| *certain);
            if !resolved || !certain {
                let cause = edge.cause.as_deref().unwrap_or("several candidates");
                println!("{:?} {} {} ({}): {cause}", edge.outcome, edge.resource, edge.at, edge.what);
            }
        }
        println!("{counts:?}");
    }
    Ok(())
}
