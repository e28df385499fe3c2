//! What the tests share: scanning a text, and finding inputs.

use std::path::{Path, PathBuf};

use ecs_audit::findings::Report;
use ecs_audit::policy::bundle::Bundle;
use ecs_audit::scan::{Options, scan};
use ecs_audit::sources::directories::SourceDirectory;
use ecs_audit::sources::input::Search;

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The embedded rules.
pub(crate) fn bundle() -> Bundle {
    Bundle::embedded().expect("the embedded rules are valid")
}

/// Scans a file of the project by its path below the root, so that no other path is in the report.
pub(crate) fn scan_own(bundle: &Bundle, path: &str) -> Report {
    assert_eq!(std::env::current_dir().expect("a directory"), root(), "cargo runs tests there");
    scan_file(bundle, Path::new(path))
}

/// Scans one file with all rules.
pub(crate) fn scan_file(bundle: &Bundle, path: &Path) -> Report {
    scan_with(bundle, path, SourceDirectory::Nowhere)
}

/// Scans one file with all rules, and the files it was made from.
pub(crate) fn scan_with(bundle: &Bundle, path: &Path, source: SourceDirectory) -> Report {
    let mut search = Search::default();
    search.add(path.to_str().expect("a UTF-8 path"), &mut std::io::empty());
    let options = Options { rules: bundle.rules.iter().collect(), show_passes: true, source };
    scan(search, bundle, &options).expect("the engine starts")
}

/// A folder beside the project, with inputs that are not part of it. It may be absent.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("0 files read: ../shared/{folder} is not there");
    None
}

/// Files of a folder, by name.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a directory entry").path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// Compares a text with the file that holds what is expected; with `UPDATE_EXPECT=1` in the environment it rewrites it.
pub(crate) fn expect(path: &Path, text: &str) {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).expect("the folder can be made");
    }
    expect_test::expect_file![path].assert_eq(text);
}
