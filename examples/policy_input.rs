//! Prints what rules see of an input, for authors of rules: `cargo run --example policy_input -- plan.json`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program of its own: it prints and has arguments"
)]

use std::error::Error;

use ecs_audit::policy::input::PolicyInput;
use ecs_audit::sources::detect;
use ecs_audit::sources::directories::{Directories, SourceDirectory};
use ecs_audit::sources::document::{Document, Documents};
use ecs_audit::sources::input::Search;
use ecs_audit::topology::Topology;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name one plan or task definition")?;
    let mut search = Search::default();
    search.add(&path, &mut std::io::stdin().lock());
    for found in search.found {
        let documents = Documents::default();
        let id = documents.add(Document::new(found.path.clone(), found.text?));
        let (loaded, _) = detect::read(&documents, id, &Directories::new(SourceDirectory::Near))?;
        let facts = Topology::derive(&loaded.architecture);
        let input = PolicyInput { architecture: &loaded.architecture, facts: &facts };
        println!("{}", serde_json::to_string_pretty(&input)?);
    }
    Ok(())
}
