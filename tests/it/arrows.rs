//! Which room may use which: the table in ARCHITECTURE.md, held against the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::support::root;

/// The table: a room to the paths that it may use.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` → | "));
    let paths = |cell: &str| {
        let listed = cell.trim_end_matches([' ', '|']).split(", ");
        listed.map(|path| path.trim_matches('`').to_owned()).filter(|path| path != "nothing").collect()
    };
    rows.map(|(room, uses)| (room.to_owned(), paths(uses))).collect()
}

fn sources() -> Vec<PathBuf> {
    let files =
        WalkDir::new(root().join("src")).into_iter().map(|entry| entry.expect("an entry").into_path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect();
    files.sort();
    files
}

/// `src/model/id.rs` is in `model`, `src/scan.rs` in `scan`.
fn room(file: &Path) -> String {
    let relative = file.strip_prefix(root().join("src")).expect("below src");
    let first = relative.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Lines of code: no comments.
fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What follows each `crate::`, groups in braces taken apart at the first level.
fn mentioned(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':'));
        let (path, after) = rest.split_at(end.unwrap_or(rest.len()));
        if let Some(group) = after.strip_prefix('{') {
            let group = group.split('}').next().unwrap_or_default();
            found.extend(
                group
                    .split(',')
                    .map(|name| format!("{path}{}", name.trim()))
                    .filter(|path| !path.ends_with(':')),
            );
        } else {
            found.push(path.to_owned());
        }
    }
    found
}

#[test]
fn every_use_is_in_the_table() {
    let table = table();
    let mut errors = Vec::new();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in sources() {
        let room = room(&file);
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let Some(allowed) = table.get(&room) else {
            errors.push(format!("{room} is not in the table"));
            continue;
        };
        let text = std::fs::read_to_string(&file).expect("a source file");
        for path in mentioned(&code(&text)) {
            if path.split("::").next() == Some(&room) {
                continue;
            }
            let hit =
                allowed.iter().find(|allowed| path == **allowed || path.starts_with(&format!("{allowed}::")));
            match hit {
                Some(hit) => {
                    used.entry(room.clone()).or_default().insert(hit.clone());
                }
                None => errors.push(format!("{}: {room} may not use {path}", file.display())),
            }
        }
    }
    for (room, allowed) in &table {
        let unused: Vec<&String> =
            allowed.iter().filter(|path| !used.get(room).is_some_and(|used| used.contains(*path))).collect();
        assert!(unused.is_empty(), "{room} does not use {unused:?}, which the table allows");
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(table.len() >= 8, "the table is not there: {table:?}");
}

#[test]
fn the_outside_stays_in_its_room() {
    for (word, rooms) in [
        ("regorus::", &["policy"][..]),
        ("clap::", &["cli"]),
        ("std::env::", &["cli", "main"]),
        ("std::io::std", &["cli"]),
        ("SystemTime", &["cli"]),
        ("Instant::now", &["cli"]),
        ("println!", &[]),
        ("comfy_table::", &["cli", "report"]),
    ] {
        let holds =
            |file: &PathBuf| code(&std::fs::read_to_string(file).expect("a source file")).contains(word);
        let found: BTreeSet<String> =
            sources().iter().filter(|file| holds(file)).map(|file| room(file)).collect();
        assert!(found.iter().all(|room| rooms.contains(&room.as_str())), "{word} is used in {found:?}");
        // a word that nobody uses any more guards nothing
        let somewhere =
            rooms.is_empty() || !found.is_empty() || matches!(word, "SystemTime" | "Instant::now");
        assert!(somewhere, "{word} is used nowhere");
    }
}
