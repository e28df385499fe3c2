//! Paths to documents: files, directories and standard input.
//!
//! Owns the walk and the account of what was found: nothing that was given is passed over in silence. Must not judge
//! what a document says.

use std::fs;
use std::io::Read;
use std::path::Path;

use walkdir::WalkDir;

use super::refusal::Refusal;
use super::text;

/// Extensions of files that a directory is searched for. Other files are counted, not opened.
const EXTENSIONS: [&str; 5] = [".json", ".json.gz", ".tfplan", ".tfstate", ".jsonnet"];

/// Directories that hold no inputs of one's own.
const SKIPPED: [&str; 4] = [".git", ".terraform", "node_modules", "target"];

/// A text that was found, or why there is none.
#[derive(Debug)]
pub struct Found {
    /// The path, with `/` between its parts; `-` for standard input.
    pub path: String,
    /// It was named on the command line, not found in a directory.
    pub named: bool,
    /// Its text.
    pub text: Result<String, Refusal>,
}

/// Everything that some paths hold.
#[derive(Debug, Default)]
pub struct Search {
    /// Texts in the order of the paths; those of a directory by name.
    pub found: Vec<Found>,
    /// Files of other extensions that directories held.
    pub other_files: usize,
}

impl Search {
    /// Takes in what a path names. `stdin` is read for `-`.
    pub fn add(&mut self, path: &str, stdin: &mut dyn Read) {
        if path == "-" {
            let mut bytes = Vec::new();
            let read = stdin.take(text::MAX_BYTES + 1).read_to_end(&mut bytes).map(|_| bytes);
            self.push("-", true, read);
        } else if Path::new(path).is_dir() {
            self.walk(path);
        } else {
            self.push(path, true, read(Path::new(path)));
        }
    }

    fn walk(&mut self, directory: &str) {
        let wanted = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !entry.file_type().is_dir() || !SKIPPED.contains(&name.as_ref())
        };
        for entry in WalkDir::new(directory).sort_by_file_name().into_iter().filter_entry(wanted) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let path = entry.path().to_string_lossy().into_owned();
                    let lower = path.to_ascii_lowercase();
                    // configuration in JSON syntax is read beside a plan
                    let is_source = lower.ends_with(".tf.json");
                    if !is_source && EXTENSIONS.iter().any(|extension| lower.ends_with(extension)) {
                        self.push(&path, false, read(entry.path()));
                    } else {
                        self.other_files += 1;
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let path = error
                        .path()
                        .map_or_else(|| directory.to_owned(), |path| path.to_string_lossy().into_owned());
                    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    self.found.push(Found {
                        path: slashed(&path),
                        named: false,
                        text: Err(unreadable(&reason)),
                    });
                }
            }
        }
    }

    fn push(&mut self, path: &str, named: bool, bytes: std::io::Result<Vec<u8>>) {
        let text = match bytes {
            Ok(bytes) => text::decode(bytes, path),
            Err(error) => Err(unreadable(&error.to_string())),
        };
        self.found.push(Found { path: slashed(path), named, text });
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let size = fs::metadata(path)?.len();
    if size > text::MAX_BYTES {
        // the decoder refuses it by its first byte too many
        let mut bytes = Vec::new();
        fs::File::open(path)?.take(text::MAX_BYTES + 1).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(path)
}

fn unreadable(reason: &str) -> Refusal {
    Refusal::broken(format!("it cannot be read: {reason}"), "check the path and its permissions")
}

fn slashed(path: &str) -> String {
    path.replace(std::path::MAIN_SEPARATOR, "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_files_directories_and_standard_input() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = directory.path();
        fs::create_dir_all(root.join("b/.terraform")).expect("directories");
        for (name, text) in
            [("b/two.json", "{}"), ("a.json", "[]"), ("b/.terraform/x.json", "{}"), ("main.tf", "x")]
        {
            fs::write(root.join(name), text).expect("a file");
        }
        let mut search = Search::default();
        search.add(&root.to_string_lossy(), &mut std::io::empty());
        search.add("-", &mut "{\"a\": 1}".as_bytes());
        search.add(&root.join("missing.json").to_string_lossy(), &mut std::io::empty());
        let shown: Vec<(String, bool, bool)> = search
            .found
            .iter()
            .map(|found| {
                (
                    found.path.rsplit('/').next().unwrap_or_default().to_owned(),
                    found.named,
                    found.text.is_ok(),
                )
            })
            .collect();
        let expected = [
            ("a.json", false, true),
            ("two.json", false, true),
            ("-", true, true),
            ("missing.json", true, false),
        ];
        assert_eq!(shown, expected.map(|(path, named, ok)| (path.to_owned(), named, ok)));
        assert_eq!(search.other_files, 1);
    }
}
