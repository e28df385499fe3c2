//! JSON syntax: `.tf.json` files into the same tree.
//!
//! Source: HCL JSON syntax specification; Terraform language documentation, "JSON Configuration Syntax". Without a
//! schema nobody can tell an argument from a nested block, so all but `dynamic` and `lifecycle` are arguments here;
//! a block then is an object or a list of them. Every text is a template.

use std::rc::Rc;

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseError;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::parse::{SyntaxError, template};
use super::syntax::{Attribute, Block, Body, Expr, Kind, Span};
use crate::model::origin::DocumentId;

/// Block types at the top of a file, and how many labels they have.
const TOP: [(&str, usize); 8] = [
    ("data", 2),
    ("locals", 0),
    ("module", 1),
    ("output", 1),
    ("provider", 1),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// Parses a `.tf.json` file.
pub(super) fn body(text: &str, document: DocumentId) -> Result<Body, SyntaxError> {
    let describe =
        |error: &ParseError| SyntaxError { message: error.kind().to_string(), offset: error.range().start };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default())
        .map_err(|error| describe(&error))?;
    let converter = Converter { document };
    let Some(Value::Object(top)) = &parsed.value else {
        return Err(SyntaxError { message: "expected an object".to_owned(), offset: 0 });
    };
    let mut body = Body::default();
    for property in &top.properties {
        let Some((kind, labels)) = TOP.iter().find(|(kind, _)| property.name.as_str() == *kind) else {
            continue;
        };
        converter.labelled(kind, *labels, &[], &property.value, property.range().start, &mut body.blocks)?;
    }
    Ok(body)
}

struct Converter {
    document: DocumentId,
}

impl Converter {
    fn span(&self, of: &impl Ranged) -> Span {
        let range = of.range();
        Span { document: self.document, start: range.start, end: range.end }
    }

    /// Blocks below `labels` further levels of names. A list anywhere stands for several.
    fn labelled(
        &self,
        kind: &str,
        labels: usize,
        named: &[Rc<str>],
        value: &Value<'_>,
        start: usize,
        into: &mut Vec<Block>,
    ) -> Result<(), SyntaxError> {
        match value {
            Value::Array(list) => {
                for element in &list.elements {
                    self.labelled(kind, labels, named, element, element.range().start, into)?;
                }
            }
            Value::Object(object) if labels > named.len() => {
                for property in &object.properties {
                    if property.name.as_str() == "//" {
                        continue;
                    }
                    let mut named = named.to_vec();
                    named.push(property.name.as_str().into());
                    let start = property.range().start;
                    self.labelled(kind, labels, &named, &property.value, start, into)?;
                }
            }
            Value::Object(object) => into.push(Block {
                kind: kind.into(),
                labels: named.to_vec(),
                span: Span { start, ..self.span(value) },
                body: self.block(object)?.into(),
            }),
            other => {
                let message = format!("expected the object of a {kind} block");
                return Err(SyntaxError { message, offset: other.range().start });
            }
        }
        Ok(())
    }

    fn block(&self, object: &Object<'_>) -> Result<Body, SyntaxError> {
        let mut body = Body::default();
        for property in &object.properties {
            let name = property.name.as_str();
            let start = property.range().start;
            match name {
                "//" => {}
                "lifecycle" | "content" => {
                    self.labelled(name, 0, &[], &property.value, start, &mut body.blocks)?;
                }
                "dynamic" => self.labelled(name, 1, &[], &property.value, start, &mut body.blocks)?,
                _ => body.attributes.push(Attribute {
                    name: name.into(),
                    name_span: Span { start, end: start + name.len() + 2, document: self.document },
                    value: self.expr(&property.value)?,
                }),
            }
        }
        Ok(body)
    }

    fn expr(&self, value: &Value<'_>) -> Result<Expr, SyntaxError> {
        let span = self.span(value);
        let kind = match value {
            Value::NullKeyword(_) => Kind::Null,
            Value::BooleanLit(literal) => Kind::Bool(literal.value),
            Value::NumberLit(literal) => Kind::Number(literal.value.parse().unwrap_or(f64::NAN)),
            Value::StringLit(literal) => return template(&literal.value, span),
            Value::Array(list) => {
                Kind::List(list.elements.iter().map(|element| self.expr(element)).collect::<Result<_, _>>()?)
            }
            Value::Object(object) => {
                let members = object.properties.iter().filter(|property| property.name.as_str() != "//");
                let members = members.map(|property| {
                    let at = self.span(&property.name);
                    Ok((template(property.name.as_str(), at)?, self.expr(&property.value)?))
                });
                Kind::Object(members.collect::<Result<_, SyntaxError>>()?)
            }
        };
        Ok(Expr { kind, span })
    }
}
