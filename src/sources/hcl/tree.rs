//! The source tree: from a directory to its modules and the modules they call.
//!
//! Owns which files are read. Modules by path are followed as they are written, modules from elsewhere through
//! `.terraform/modules/modules.json` of the root. A link that leads out of the tree is not followed, and nothing but
//! `.tf`, `.tf.json` and files that an expression names is opened.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use serde::Deserialize;

use super::module::{Module, Parsed};
use super::syntax::{Body, Expr, Kind};
use super::{json, outline, parse};
use crate::model::gap::Gap;
use crate::sources::document::{Document, Documents};

/// The largest file that is read; real ones have a few thousand lines.
const MAX_FILE: u64 = 4 << 20;
/// How much is read for one tree.
const MAX_TOTAL: u64 = 64 << 20;
/// How deep modules call each other.
const MAX_DEPTH: usize = 32;
/// How many calls are followed.
const MAX_CALLS: usize = 4_000;

/// A root module and everything it calls.
#[derive(Debug)]
pub struct Tree {
    /// The root module.
    pub root: Rc<Module>,
    /// What could not be read.
    pub problems: Vec<Gap>,
    /// The tree: files that expressions name may be read from it.
    top: PathBuf,
    read: Cell<u64>,
}

/// `.terraform/modules/modules.json`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Manifest {
    #[serde(default)]
    modules: Vec<Installed>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Installed {
    key: String,
    dir: String,
}

/// A module's directory: where it is, and how paths below it are shown.
#[derive(Debug, Clone)]
struct Place {
    real: PathBuf,
    shown: PathBuf,
    /// Relative to the root module.
    within: PathBuf,
}

/// A directory while its modules are read.
struct Loader<'d> {
    documents: &'d Documents,
    root: Place,
    installed: BTreeMap<String, String>,
    has_manifest: bool,
    /// The tree, and the directories of modules that the configuration names beside it.
    roots: Vec<PathBuf>,
    problems: Vec<Gap>,
    read: u64,
    calls: usize,
    /// Directories that were read, each once.
    known: BTreeMap<PathBuf, Option<Rc<Parsed>>>,
}

/// Whether a directory holds a configuration.
pub fn holds_configuration(directory: &str) -> bool {
    let Ok(entries) = fs::read_dir(shown_or_here(directory)) else { return false };
    entries.flatten().any(|entry| is_configuration(&entry.file_name().to_string_lossy()))
}

fn shown_or_here(directory: &str) -> &str {
    if directory.is_empty() { "." } else { directory }
}

/// The two notations, told by the end of the name as Terraform does, case and all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Native,
    Json,
}

impl Form {
    fn of(name: &str) -> Option<Self> {
        match name.strip_suffix(".json") {
            Some(stem) => stem.strip_suffix(".tf").map(|_| Self::Json),
            None => name.strip_suffix(".tf").map(|_| Self::Native),
        }
    }
}

/// Names of files that Terraform reads; those of editors and hidden ones are left out.
fn is_configuration(name: &str) -> bool {
    let of_an_editor = name.starts_with('.') || name.ends_with('~') || name.starts_with('#');
    Form::of(name).is_some() && !of_an_editor
}

impl Tree {
    /// Reads the modules of a directory. Nothing where the directory itself cannot be read; what else cannot be is a
    /// problem.
    pub fn load(directory: &str, documents: &Documents) -> Result<Self, Gap> {
        let unreadable = |error: &std::io::Error| Gap {
            what: format!("the source in {}", shown_or_here(directory)),
            why: format!("the directory cannot be read: {error}"),
            remedy: "name the directory of the root module with --source-dir".to_owned(),
        };
        let real = fs::canonicalize(shown_or_here(directory)).map_err(|error| unreadable(&error))?;
        fs::read_dir(&real).map_err(|error| unreadable(&error))?;
        let repository = real.ancestors().find(|directory| directory.join(".git").exists());
        let top = repository.unwrap_or(&real).to_owned();
        let roots = vec![top.clone()];
        let shown = normal(Path::new(directory));
        let mut loader = Loader {
            documents,
            root: Place { real, shown, within: PathBuf::new() },
            installed: BTreeMap::new(),
            has_manifest: false,
            roots,
            problems: Vec::new(),
            read: 0,
            calls: 0,
            known: BTreeMap::new(),
        };
        loader.manifest();
        let place = loader.root.clone();
        let root = loader.module(&place, &[]).unwrap_or_default();
        loader.problems.sort();
        loader.problems.dedup();
        Ok(Self { root: Rc::new(root), problems: loader.problems, top, read: Cell::new(loader.read) })
    }

    /// The text of a file that an expression names, relative to its module's directory; or why not, in words.
    pub fn file(&self, directory: &str, name: &str) -> Result<String, String> {
        let path = Path::new(shown_or_here(directory)).join(name);
        let top = std::slice::from_ref(&self.top);
        let text = open(&path, top, self.read.get()).map_err(|problem| problem.why)?;
        self.read.set(self.read.get() + text.len() as u64);
        Ok(text)
    }
}

impl Loader<'_> {
    fn manifest(&mut self) {
        let path = self.root.real.join(".terraform/modules/modules.json");
        if !path.exists() {
            return;
        }
        self.has_manifest = true;
        let shown = slashed(&self.root.shown.join(".terraform/modules/modules.json"));
        let manifest = open(&path, &self.roots, self.read).and_then(|text| {
            serde_json::from_str::<Manifest>(&text).map_err(|error| Problem {
                why: format!("it is not a list of modules: line {}", error.line()),
                remedy: "run `terraform init`, which writes it".to_owned(),
            })
        });
        match manifest {
            Ok(manifest) => {
                self.installed = manifest.modules.into_iter().map(|of| (of.key, of.dir)).collect();
            }
            Err(problem) => self.problems.push(problem.about(shown)),
        }
    }

    fn module(&mut self, place: &Place, path: &[String]) -> Option<Module> {
        self.calls += 1;
        let parsed = if let Some(parsed) = self.known.get(&place.real) {
            parsed.clone()
        } else {
            let parsed = self.parse(place, path.is_empty()).map(Rc::new);
            self.known.insert(place.real.clone(), parsed.clone());
            parsed
        }?;
        let directory = slashed(&place.shown);
        let path_within = match slashed(&place.within) {
            here if here.is_empty() => ".".to_owned(),
            path => path,
        };
        let mut module = Module::assemble(directory, path_within, &parsed);
        let names: Vec<Rc<str>> = module.calls.keys().cloned().collect();
        for name in names {
            let mut path = path.to_vec();
            path.push(name.to_string());
            let source = module.calls.get(&name).and_then(|call| call.block.body.attribute("source"));
            let source = match source.map(|source| &source.value) {
                Some(Expr { kind: Kind::Text(source), .. }) => source.clone(),
                _ => continue,
            };
            let called = match self.find(place, &path, &source) {
                Ok(found) if path.len() < MAX_DEPTH && self.calls < MAX_CALLS => self.module(&found, &path),
                Ok(_) => None,
                Err(problem) => {
                    self.problems.push(problem.about(format!("module.{}", path.join(".module."))));
                    None
                }
            };
            if let Some(call) = module.calls.get_mut(&name) {
                call.module = called.map(Rc::new);
            }
        }
        Some(module)
    }

    /// The directory of a called module.
    fn find(&mut self, caller: &Place, path: &[String], source: &str) -> Result<Place, Problem> {
        let local = source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..");
        let place = if local {
            Place {
                real: normal(&caller.real.join(source)),
                shown: normal(&caller.shown.join(source)),
                within: normal(&caller.within.join(source)),
            }
        } else {
            let Some(directory) = self.installed.get(&path.join(".")) else {
                return Err(Problem {
                    why: if self.has_manifest {
                        "it is not among the modules in .terraform/modules".to_owned()
                    } else {
                        "there is no .terraform/modules beside the configuration".to_owned()
                    },
                    remedy: "run `terraform init` in that directory before the scan".to_owned(),
                });
            };
            Place {
                real: normal(&self.root.real.join(directory)),
                shown: normal(&self.root.shown.join(directory)),
                within: normal(Path::new(directory)),
            }
        };
        let real = fs::canonicalize(&place.real).map_err(|error| Problem {
            why: format!("{} cannot be read: {error}", slashed(&place.shown)),
            remedy: "check the path, or run `terraform init`".to_owned(),
        })?;
        let inside = self.roots.iter().any(|root| real.starts_with(root));
        // a path of the configuration may lead up and beside; a link may not
        if !inside && (real != place.real || !local) {
            return Err(Problem {
                why: format!("{} leads out of the source tree", slashed(&place.shown)),
                remedy: "put the module into the tree; what lies outside is not read".to_owned(),
            });
        }
        if !inside {
            self.roots.push(real.clone());
        }
        Ok(Place { real, ..place })
    }

    fn parse(&mut self, place: &Place, whole: bool) -> Option<Parsed> {
        let entries = fs::read_dir(&place.real).ok()?;
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| is_configuration(name));
        names.sort_unstable();
        let mut parsed = Parsed::default();
        for name in names {
            let shown = slashed(&place.shown.join(&name));
            let text = match open(&place.real.join(&name), &self.roots, self.read) {
                Ok(text) => text,
                Err(problem) => {
                    parsed.incomplete = true;
                    self.problems.push(problem.about(shown));
                    continue;
                }
            };
            self.read += text.len() as u64;
            let id = self.documents.add(Document::new(shown.clone(), text));
            let document = self.documents.get(id);
            let read = if Form::of(&name) == Some(Form::Json) {
                json::body(&document.text, id)
            } else {
                // the root module is one's own: what is wrong with it is said
                let outlined = if whole { None } else { outline::outline(&document, id) };
                match outlined {
                    Some(blocks) => Ok(Body { blocks, ..Body::default() }),
                    None => parse::body(&document.text, id),
                }
            };
            match read {
                Ok(body) => {
                    let stem = name.trim_end_matches(".json").trim_end_matches(".tf");
                    let is_override = stem == "override" || stem.ends_with("_override");
                    let into = if is_override { &mut parsed.overrides } else { &mut parsed.files };
                    into.extend(body.blocks.into_iter().map(Rc::new));
                }
                Err(error) => {
                    parsed.incomplete = true;
                    let at = document.position(error.offset);
                    self.problems.push(Gap {
                        what: format!("{shown}:{}:{}", at.line, at.column),
                        why: format!("the file cannot be parsed: {}", error.message),
                        remedy: "correct the file (`terraform validate` says what is wrong with it)"
                            .to_owned(),
                    });
                }
            }
        }
        Some(parsed)
    }
}

/// Why something cannot be read.
#[derive(Debug)]
struct Problem {
    why: String,
    remedy: String,
}

impl Problem {
    fn about(self, what: String) -> Gap {
        Gap { what, why: self.why, remedy: self.remedy }
    }
}

/// The text of a regular file inside of the tree.
fn open(path: &Path, roots: &[PathBuf], already: u64) -> Result<String, Problem> {
    let cannot = |error: std::io::Error| Problem {
        why: format!("it cannot be read: {error}"),
        remedy: "check the path and its permissions".to_owned(),
    };
    let real = fs::canonicalize(path).map_err(cannot)?;
    if !roots.iter().any(|root| real.starts_with(root)) {
        return Err(Problem {
            why: "it leads out of the source tree".to_owned(),
            remedy: "put the file into the tree; what lies outside is not read".to_owned(),
        });
    }
    let metadata = fs::metadata(&real).map_err(cannot)?;
    if !metadata.is_file() {
        return Err(Problem {
            why: "it is no regular file".to_owned(),
            remedy: "put a file in its place".to_owned(),
        });
    }
    if metadata.len() > MAX_FILE || already + metadata.len() > MAX_TOTAL {
        return Err(Problem {
            why: format!("it has {} bytes, more than a configuration has", metadata.len()),
            remedy: format!(
                "split it: files of up to {} MiB are read, {} MiB in all",
                MAX_FILE >> 20,
                MAX_TOTAL >> 20
            ),
        });
    }
    let mut bytes = Vec::new();
    fs::File::open(&real).and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes)).map_err(cannot)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Problem { why: "it is not UTF-8".to_owned(), remedy: "save it as UTF-8".to_owned() })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// A path without `.`, and without `..` where it has something to lead out of.
fn normal(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(result.components().next_back(), Some(Component::Normal(_))) => {
                result.pop();
            }
            other => result.push(other),
        }
    }
    result
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
