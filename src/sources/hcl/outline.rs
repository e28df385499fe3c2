//! The blocks of a file by their first and last lines, without parsing what is in them.
//!
//! Modules that others wrote are large, and a plan asks for a small part of them. A file in the canonical form
//! (`terraform fmt`: a block begins at the start of a line, and its last brace stands there alone) is cut into blocks;
//! one that is not, or that holds texts of several lines, is parsed as a whole.

use std::rc::Rc;

use super::syntax::{Block, LazyBody, Span};
use crate::model::origin::DocumentId;
use crate::sources::document::Document;

/// The blocks of a file; nothing where it has to be parsed to tell them.
pub(super) fn outline(document: &Rc<Document>, id: DocumentId) -> Option<Vec<Block>> {
    let text = &document.text;
    // the lines of a heredoc or a comment may look like anything
    if text.contains("<<") || text.contains("/*") {
        return None;
    }
    let mut blocks = Vec::new();
    let mut open: Option<(usize, Header)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_end();
        match open.take() {
            None if bare.is_empty() || bare.starts_with(['#']) || bare.starts_with("//") => {}
            None => {
                let header = header(bare)?;
                if bare.ends_with('{') {
                    open = Some((start, header));
                } else {
                    // all of it in one line
                    bare.ends_with('}').then_some(())?;
                    blocks.push(block(document, id, header, start, start + bare.len()));
                }
            }
            Some((begun, header)) => match bare.chars().next() {
                Some('}') if bare == "}" => blocks.push(block(document, id, header, begun, start + 1)),
                None | Some(' ' | '\t' | '#') => open = Some((begun, header)),
                Some(_) => return None,
            },
        }
    }
    open.is_none().then_some(blocks)
}

/// Type and labels.
type Header = (Rc<str>, Vec<Rc<str>>);

fn block(document: &Rc<Document>, id: DocumentId, header: Header, start: usize, end: usize) -> Block {
    let span = Span { document: id, start, end };
    Block { kind: header.0, labels: header.1, span, body: LazyBody::pending(document.clone(), span) }
}

/// `resource "aws_vpc" "main" {`
fn header(line: &str) -> Option<Header> {
    let (before, _) = line.split_once('{')?;
    let mut words = before.split_whitespace();
    let kind = words.next().filter(|kind| kind.bytes().all(|byte| byte.is_ascii_lowercase()))?;
    let labels = words.map(|word| {
        let inner = word.strip_prefix('"')?.strip_suffix('"')?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        inner.bytes().all(plain).then(|| Rc::from(inner))
    });
    Some((kind.into(), labels.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlined(text: &str) -> Option<Vec<String>> {
        let document = Rc::new(Document::new("x.tf", text.to_owned()));
        let blocks = outline(&document, DocumentId(0))?;
        Some(blocks.iter().map(|block| format!("{} {}", block.kind, block.labels.join("."))).collect())
    }

    #[test]
    fn blocks_in_canonical_form_are_told_apart() {
        let text =
            "# a\nvariable \"a\" {\n  default = {\n    b = 1\n  }\n# c\n}\n\nlocals {\n}\nmodule \"c\" {}\n";
        assert_eq!(outlined(text).expect("it is canonical"), ["variable a", "locals ", "module c"]);
    }

    #[test]
    fn what_is_not_is_left_to_the_parser() {
        for text in [
            "locals {\n  a = <<EOT\n}\nEOT\n}\n",
            "/*\nlocals {\n*/\n",
            "  locals {\n  }\n",
            "locals {\na = 1\n}\n",
            "locals {\n  a = 1\n",
            "locals {\n}}\n",
            "resource \"a b\" \"c\" {\n}\n",
        ] {
            assert_eq!(outlined(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_is_parsed_where_it_stands() {
        let text = "variable \"a\" {\n}\n\noutput \"b\" {\n  value = 1\n}\n";
        let document = Rc::new(Document::new("x.tf", text.to_owned()));
        let blocks = outline(&document, DocumentId(0)).expect("it is canonical");
        let value = blocks[1].body.attribute("value").expect("it is set");
        assert_eq!(&text[value.value.span.start..value.value.span.end], "1");
        assert_eq!(&text[value.name_span.start..value.name_span.end], "value");
    }
}
