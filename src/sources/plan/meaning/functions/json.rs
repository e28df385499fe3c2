//! JSON of values that are known in part.
//!
//! What is known after apply stands in the text as a hole: in quotes where it is part of a text, without quotes where
//! it stands for a value.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::args::{EXACT, Members, has_spread, hidden, members, not_followed, take, text, too_large};
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::{MAX_TEXT, Piece, Val, number_text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "jsonencode" => jsonencode,
        "jsondecode" => jsondecode,
        _ => return None,
    })
}

fn jsonencode(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let pieces = encoded(arg)?;
    let length = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 0 };
    if pieces.iter().map(length).sum::<usize>() > MAX_TEXT {
        return too_large("jsonencode", args);
    }
    Ok(Val::template(pieces))
}

/// A value as JSON.
pub(super) fn encoded(val: &Val) -> Result<Vec<Piece>, Failed> {
    let mut writer = Writer::default();
    writer.value(val)?;
    writer.hole(None);
    Ok(writer.pieces)
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    escape(text, &mut quoted);
    quoted.push('"');
    quoted
}

/// As Go escapes it, so that it can stand in HTML.
fn escape(text: &str, into: &mut String) {
    for char in text.chars() {
        match char {
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            '\t' => into.push_str("\\t"),
            '\u{8}' => into.push_str("\\b"),
            '\u{c}' => into.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                // writing into a text does not fail
                let _ = write!(into, "\\u{:04x}", u32::from(char));
            }
            char => into.push(char),
        }
    }
}

#[derive(Default)]
struct Writer {
    pieces: Vec<Piece>,
    text: String,
}

impl Writer {
    fn value(&mut self, val: &Val) -> Result<(), Failed> {
        match val {
            Val::Null => self.text.push_str("null"),
            Val::Bool(flag) => self.text.push_str(if *flag { "true" } else { "false" }),
            Val::Number(number) if number.is_finite() => self.text.push_str(&number_text(*number)),
            Val::Number(_) => return Err(Failed),
            Val::Text(text) => self.text.push_str(&quoted(text)),
            Val::Template(pieces) => {
                self.text.push('"');
                for piece in pieces.iter() {
                    match piece {
                        Piece::Text(text) => escape(text, &mut self.text),
                        Piece::Hole(val) => self.hole(Some(val)),
                    }
                }
                self.text.push('"');
            }
            Val::List(_) | Val::Set(_) => match members(val)? {
                Members::List(members) if !has_spread(members) => self.list(members)?,
                Members::Unordered([only]) if !matches!(only, Val::Spread(_)) => {
                    self.list(std::slice::from_ref(only))?;
                }
                Members::Sorted(members) => self.list(&members)?,
                // how many there are, or in which order, is known after apply
                _ => self.hole(Some(val)),
            },
            Val::Map(members) => {
                self.text.push('{');
                for (index, (key, val)) in members.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.text.push_str(&quoted(key));
                    self.text.push(':');
                    self.value(val)?;
                }
                self.text.push('}');
            }
            Val::Instance(_)
            | Val::Call(_)
            | Val::Attr(_)
            | Val::Either(_)
            | Val::Spread(_)
            | Val::Unknown(_) => {
                self.hole(Some(val));
            }
        }
        Ok(())
    }

    fn list(&mut self, members: &[Val]) -> Result<(), Failed> {
        self.text.push('[');
        for (index, member) in members.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.value(member)?;
        }
        self.text.push(']');
        Ok(())
    }

    /// Ends the text in front of a hole, or of the end.
    fn hole(&mut self, val: Option<&Val>) {
        self.pieces.push(Piece::Text(std::mem::take(&mut self.text).into()));
        self.pieces.extend(val.cloned().map(Piece::Hole));
    }
}

fn jsondecode(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    if let Val::Template(pieces) = arg {
        return decode_template(pieces).map_or_else(|| hidden("jsondecode", args), Ok);
    }
    let Some(text) = text(arg)? else {
        return hidden("jsondecode", args);
    };
    match serde_json::from_str::<Json>(&text) {
        Ok(json) => Ok(value(&json)),
        // Go reads these
        Err(error)
            if ["number out of range", "surrogate", "hex escape", "recursion"]
                .iter()
                .any(|reason| error.to_string().contains(reason)) =>
        {
            not_followed("jsondecode", args)
        }
        Err(_) => Err(Failed),
    }
}

/// A value of JSON text. A number with more digits than are kept here is not told.
pub(super) fn value(json: &Json) -> Val {
    match json {
        Json::Number(number) => match number.as_f64() {
            #[expect(
                clippy::float_cmp,
                reason = "a whole number of up to 64 bits is kept exactly or it is not"
            )]
            Some(float) if number.is_f64() || float.abs() < EXACT && float == float.trunc() => {
                Val::Number(float)
            }
            _ => Val::unseen("a number has too many digits to be followed", []),
        },
        Json::Array(members) => Val::list(members.iter().map(value)),
        Json::Object(members) => {
            Val::map(members.iter().map(|(key, json)| (key.as_str().into(), value(json))))
        }
        scalar => Val::from_json(scalar),
    }
}

/// Marks the number of a hole: inside a text, or where a value stands.
const IN_TEXT: char = '\u{f0000}';
const AS_VALUE: char = '\u{f0001}';
const END: char = '\u{f0002}';
const MARKS: [char; 3] = [IN_TEXT, AS_VALUE, END];

/// Reads JSON text with holes; nothing where it cannot be read as such.
pub(in crate::sources::plan) fn decode_template(pieces: &[Piece]) -> Option<Val> {
    let mut text = String::new();
    let mut holes = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    for piece in pieces {
        match piece {
            Piece::Text(known) => {
                for char in known.chars() {
                    if MARKS.contains(&char) {
                        return None;
                    }
                    (quoted, escaped) = match char {
                        _ if escaped => (quoted, false),
                        '\\' => (quoted, quoted),
                        '"' => (!quoted, false),
                        _ => (quoted, false),
                    };
                }
                text.push_str(known);
            }
            // the hole would be part of the escape
            Piece::Hole(_) if escaped => return None,
            Piece::Hole(hole) => {
                let (mark, quote) = if quoted { (IN_TEXT, "") } else { (AS_VALUE, "\"") };
                // writing into a text does not fail
                let _ = write!(text, "{quote}{mark}{}{END}{quote}", holes.len());
                holes.push(hole);
            }
        }
    }
    restore(&serde_json::from_str(&text).ok()?, &holes)
}

fn restore(json: &Json, holes: &[&Val]) -> Option<Val> {
    match json {
        Json::String(text) => restore_text(text, holes),
        Json::Array(members) => {
            let members = members.iter().map(|member| match restore(member, holes)? {
                // where a text is pasted in it may be any number of members
                unknown @ Val::Unknown(_) => Some(Val::Spread(unknown.into())),
                val => Some(val),
            });
            members.collect::<Option<Vec<_>>>().map(Val::list)
        }
        Json::Object(members) => {
            let members = members.iter().map(|(key, json)| {
                let known = !key.contains(MARKS);
                known.then(|| Some((key.as_str().into(), restore(json, holes)?)))?
            });
            members.collect::<Option<Vec<_>>>().map(Val::map)
        }
        other => Some(value(other)),
    }
}

/// The holes of a text, put back.
fn restore_text(text: &str, holes: &[&Val]) -> Option<Val> {
    let hole = |index: &str| holes.get(index.parse::<usize>().ok()?).map(|hole| (*hole).clone());
    if let Some(index) = text.strip_prefix(AS_VALUE) {
        return hole(index.strip_suffix(END)?);
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((known, marked)) = rest.split_once(IN_TEXT) {
        let (index, after) = marked.split_once(END)?;
        pieces.extend([Piece::Text(known.into()), Piece::Hole(hole(index)?)]);
        rest = after;
    }
    // a mark that is left was written as an escape
    if rest.contains(MARKS) {
        return None;
    }
    pieces.push(Piece::Text(rest.into()));
    Some(Val::template(pieces))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, val};
    use super::*;

    #[test]
    fn encodes() {
        check(&[
            (
                "jsonencode",
                "{'b': 1, 'a': 'x', 'Z': null, 'é': [], 'a-b': {}}",
                r"'{\'Z\':null,\'a\':\'x\',\'a-b\':{},\'b\':1,\'é\':[]}'",
            ),
            (
                "jsonencode",
                r"'<>&\u2028\u2029/\u007f\u0001\t\n\r\b\f\\\u001f'",
                r"'\'\\u003c\\u003e\\u0026\\u2028\\u2029/\u007f\\u0001\\t\\n\\r\\b\\f\\\\\\u001f\''",
            ),
            ("jsonencode", "{'a<b': 1}", r"'{\'a\\u003cb\':1}'"),
            ("jsonencode", "null", "'null'"),
            (
                "jsonencode",
                "[1.5, 0.1, 1e20, 0.0000001, true]",
                "'[1.5,0.1,100000000000000000000,0.0000001,true]'",
            ),
            ("jsonencode", "{'$set': [10, 2]}", "'[2,10]'"),
            ("jsonencode", "", "'!'"),
            ("jsonencode", "1, 2", "'!'"),
            (
                "jsonencode",
                "{'a': '@1', 'b': {'$template': ['x<', '@2']}}",
                r"{'$template': ['{\'a\':', '@1', ',\'b\':\'x\\u003c', '@2', '\'}']}",
            ),
            ("jsonencode", "['a', {'$spread': '@1'}]", "{'$template': [['a', {'$spread': '@1'}]]}"),
            ("jsonencode", "{'$set': ['@1', '@2']}", "{'$template': [{'$set': ['@1', '@2']}]}"),
            (
                "jsonencode",
                "[{'$either': ['a', '@1']}]",
                "{'$template': ['[', {'$either': ['a', '@1']}, ']']}",
            ),
        ]);
    }

    #[test]
    fn decodes() {
        check(&[
            (
                "jsondecode",
                r"'{\'b\':[1,\'x\',null,true],\'a\':{\'z\':[]}}'",
                "{'a': {'z': []}, 'b': [1, 'x', null, true]}",
            ),
            ("jsondecode", "1", "1"),
            ("jsondecode", "' [1e2, 1.50] '", "[100, 1.5]"),
            ("jsondecode", r"'{\'a\':1,\'a\':2}'", "{'a': 2}"),
            ("jsondecode", r"'\'a\\u0041\\/\''", "'aA/'"),
            ("jsondecode", "''", "'!'"),
            ("jsondecode", "'{'", "'!'"),
            ("jsondecode", "'[1] x'", "'!'"),
            ("jsondecode", "'[1,]'", "'!'"),
            ("jsondecode", "'01'", "'!'"),
            ("jsondecode", "'{a:1}'", "'!'"),
            ("jsondecode", "null", "'!'"),
            ("jsondecode", r"'\'\\x\''", "'!'"),
            ("jsondecode", r"'\'\\ud800\''", "'??'"),
            ("jsondecode", "'1e400'", "'??'"),
            ("jsondecode", "'12345678901234567890'", "'??'"),
            ("jsondecode", "'@1'", "'??'"),
        ]);
    }

    #[test]
    fn decodes_what_is_known_in_part() {
        check(&[
            (
                "jsondecode",
                r"{'$template': ['{\'a\':', '@1', ',\'b\':\'x\\n', '@2', '\'}']}",
                r"{'a': '@1', 'b': {'$template': ['x\n', '@2']}}",
            ),
            (
                "jsondecode",
                r"{'$template': ['[\'', '@1', '\', \'', '@2', '-', '@3', '\']']}",
                "[{'$template': ['@1']}, {'$template': ['@2', '-', '@3']}]",
            ),
            ("jsondecode", "{'$template': ['[', '?1', ']']}", "[{'$spread': '?1'}]"),
            ("jsondecode", "{'$template': ['[', '@1', ']']}", "['@1']"),
            ("jsondecode", r"{'$template': ['{\'', '@1', '\':1}']}", "'??'"),
            ("jsondecode", "{'$template': ['{', '@1', '}']}", "'??'"),
            ("jsondecode", "{'$template': ['[1', '@1', ']']}", "'??'"),
            ("jsondecode", r"{'$template': ['[\'\\', '@1', '\']']}", "'??'"),
            ("jsondecode", r"{'$template': ['[\'\\udb80\\udc00', '@1', '\']']}", "'??'"),
        ]);
    }

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for text in [
            "{'a': '@1', 'b': [1, {'$template': ['<', '@2', '>']}], 'c': {'$either': ['a', null]}, 'd': '#3'}",
            "[['a', {'$spread': '@1'}], {'$set': ['@1', '@2']}]",
        ] {
            let given = val(text);
            assert_eq!(decode_template(&encoded(&given).expect(text)), Some(given), "{text}");
        }
    }
}
