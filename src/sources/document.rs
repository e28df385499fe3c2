//! A text that was read, and where in it things stand.
//!
//! Owns the step from a byte offset and an attribute path to a line and a column. Must not know what the text means.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::frame::frame;
use crate::model::origin::{DocumentId, Locate, Origin, Place, Position, SourceSpan};

/// A document: what a path, or standard input, held.
#[derive(Debug)]
pub struct Document {
    /// The path as it was given, with `/` between its parts; `-` for standard input.
    pub path: String,
    /// Its text, decoded.
    pub text: String,
    lines: OnceLock<Vec<usize>>,
}

impl Document {
    /// A document of which the text is at hand.
    pub fn new(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), text, lines: OnceLock::new() }
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let lines = self.lines.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect()
        });
        let offset =
            (0..=offset.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let line = lines.partition_point(|start| *start <= offset);
        let start = lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        Position { line, column: self.text[start..offset].chars().count() + 1 }
    }

    /// The place of `path` in the JSON value at `origin`, or of the nearest part of it that exists.
    fn locate(&self, origin: &Origin, path: &str) -> Position {
        let text = self.text.get(origin.offset..origin.end).unwrap_or_default();
        let options = ParseOptions::default();
        let offset = match parse_to_ast(text, &CollectOptions::default(), &options) {
            Ok(parsed) => {
                let segments = segments(&origin.within).chain(segments(path));
                parsed.value.map_or(0, |root| descend(&root, segments))
            }
            Err(_) => 0,
        };
        self.position(origin.offset + offset)
    }
}

/// The documents of one scan. Reading one may bring others in: the files that a plan was made from.
#[derive(Debug, Default)]
pub struct Documents(RefCell<Vec<Rc<Document>>>);

impl Documents {
    /// Takes a document in.
    pub fn add(&self, document: Document) -> DocumentId {
        let mut documents = self.0.borrow_mut();
        documents.push(Rc::new(document));
        DocumentId(documents.len() - 1)
    }

    /// A document that was taken in.
    pub fn get(&self, id: DocumentId) -> Rc<Document> {
        self.0.borrow()[id.0].clone()
    }

    fn at(&self, span: SourceSpan) -> Place {
        let document = self.get(span.document);
        let position = document.position(span.start);
        let frame = Some(frame(&document.text, span.start..span.end, position.line));
        Place { path: document.path.clone(), position, frame }
    }
}

impl Locate for Documents {
    fn place(&self, origin: &Origin, path: &str) -> Place {
        if let Some(source) = &origin.source {
            return self.at(source.nearest(path));
        }
        let document = self.get(origin.document);
        Place { path: document.path.clone(), position: document.locate(origin, path), frame: None }
    }

    fn calls(&self, origin: &Origin) -> Vec<(String, Place)> {
        let calls = origin.source.iter().flat_map(|source| &source.calls);
        calls.map(|(address, span)| (address.clone(), self.at(*span))).collect()
    }
}

/// One step of an attribute path.
#[derive(Debug, PartialEq, Eq)]
enum Segment<'a> {
    Key(&'a str),
    Index(usize),
}

/// The steps of `a.b[0]["c.d"]`.
fn segments(path: &str) -> impl Iterator<Item = Segment<'_>> {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, after) = quoted.split_once("\"]").unwrap_or((quoted, ""));
            rest = after;
            return Some(Segment::Key(key));
        }
        if let Some(index) = rest.strip_prefix('[') {
            let (index, after) = index.split_once(']').unwrap_or((index, ""));
            rest = after;
            return index.parse().ok().map(Segment::Index);
        }
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        rest = after;
        Some(Segment::Key(key))
    })
}

/// Byte offset of the value that `path` leads to, or of the last one on the way that exists; a member of an object
/// stands where its key does.
fn descend<'a>(root: &ast::Value<'_>, path: impl Iterator<Item = Segment<'a>>) -> usize {
    let (mut value, mut at) = (root, root.range().start);
    for segment in path {
        match (segment, value) {
            (Segment::Key(key), ast::Value::Object(object)) => {
                let found =
                    object.properties.iter().find(|property| property.name.as_str() == key).or_else(|| {
                        object.properties.iter().find(|p| p.name.as_str().eq_ignore_ascii_case(key))
                    });
                let Some(property) = found else { break };
                (value, at) = (&property.value, property.range.start);
            }
            (Segment::Index(index), ast::Value::Array(array)) => {
                let Some(element) = array.elements.get(index) else { break };
                (value, at) = (element, element.range().start);
            }
            _ => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(document: &Document) -> Origin {
        Origin {
            document: DocumentId(0),
            offset: 0,
            end: document.text.len(),
            within: String::new(),
            source: None,
        }
    }

    fn at(document: &Document, path: &str) -> (usize, usize) {
        let position = document.locate(&origin(document), path);
        (position.line, position.column)
    }

    #[test]
    fn paths_are_taken_apart() {
        let steps: Vec<_> = segments(r#"a.b[10]["c.d"].e"#).collect();
        let key = Segment::Key;
        assert_eq!(steps, [key("a"), key("b"), Segment::Index(10), key("c.d"), key("e")]);
        assert_eq!(segments("").count(), 0);
    }

    #[test]
    fn finds_the_attribute_or_the_nearest_part_that_exists() {
        let text = "{\r\n  \"a\": {\"é\": [1,\n    {\"c.d\": true}]} // why\n}\n";
        let document = Document::new("x.json", text.to_owned());
        assert_eq!(at(&document, ""), (1, 1));
        assert_eq!(at(&document, "a"), (2, 3));
        assert_eq!(at(&document, "A.é"), (2, 9));
        assert_eq!(at(&document, "a.é[0]"), (2, 15), "columns count code points");
        assert_eq!(at(&document, r#"a.é[1]["c.d"]"#), (3, 6));
        assert_eq!(at(&document, "a.é[7].x"), (2, 9), "the list, where the element is missing");
        assert_eq!(at(&document, "nothing"), (1, 1));
    }

    #[test]
    fn an_offset_beyond_the_end_or_inside_a_character_is_no_panic() {
        let document = Document::new("x", "é\n".to_owned());
        assert_eq!(document.position(1), Position { line: 1, column: 1 });
        assert_eq!(document.position(99), Position { line: 2, column: 1 });
        assert_eq!(Document::new("x", String::new()).position(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn an_origin_that_is_no_json_is_its_own_place() {
        let document = Document::new("x", "\n  not json".to_owned());
        let origin =
            Origin { document: DocumentId(0), offset: 3, end: 11, within: "a".to_owned(), source: None };
        assert_eq!(document.locate(&origin, "b"), Position { line: 2, column: 3 });
    }
}
