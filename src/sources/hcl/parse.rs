//! Native syntax: from the parser's tree to ours.
//!
//! The only place that names the parser.

use std::borrow::Cow;
use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOperator, Expression, FuncCall, Object, ObjectKey, Traversal, TraversalOperator, UnaryOperator,
};
use hcl_edit::parser;
use hcl_edit::structure;
use hcl_edit::template::{Directive, Element, Strip, Template};

use super::syntax::{Attribute, Binary, Block, Body, Expr, For, Kind, Piece, Span, Unary};
use crate::model::origin::DocumentId;
use crate::sources::document::Document;

/// Why a text is no configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct SyntaxError {
    /// What the parser expected; nothing of the text itself.
    pub(super) message: String,
    /// Where it stopped.
    pub(super) offset: usize,
}

impl From<parser::Error> for SyntaxError {
    fn from(error: parser::Error) -> Self {
        Self { message: error.message().to_owned(), offset: error.location().offset() }
    }
}

/// Parses a `.tf` file.
pub(super) fn body(text: &str, document: DocumentId) -> Result<Body, SyntaxError> {
    let parsed = parser::parse_body(text)?;
    Ok(Converter { document, fixed: None, offset: 0 }.body(&parsed))
}

/// Parses the one block that stands at `span`; see [`super::outline`].
pub(super) fn block(document: &Document, span: Span) -> Body {
    let text = document.text.get(span.start..span.end).unwrap_or_default();
    let converter = Converter { document: span.document, fixed: None, offset: span.start };
    let parsed = parser::parse_body(text).map(|parsed| converter.body(&parsed));
    match parsed.map(|mut body| (body.blocks.pop(), body.blocks.len() + body.attributes.len())) {
        Ok((Some(mut block), 0)) => std::mem::take(block.body.get_mut()),
        Ok(_) | Err(_) => Body { broken: true, ..Body::default() },
    }
}

/// Parses a template, such as a file for `templatefile` or a string of `.tf.json`. `span` is where it stands.
pub(super) fn template(text: &str, span: Span) -> Result<Expr, SyntaxError> {
    if !text.contains("${") && !text.contains("%{") {
        return Ok(Expr { kind: Kind::Text(text.into()), span });
    }
    let parsed = parser::parse_template(text)?;
    Ok(Converter { document: span.document, fixed: Some(span), offset: 0 }.template(
        &parsed,
        None,
        Lines::Many,
    ))
}

/// How many steps a traversal has; real ones have fewer than twenty, and each is one more expression inside another.
const MAX_OPERATORS: usize = 100;

struct Converter {
    document: DocumentId,
    /// The place of everything, where the text is not a document of its own.
    fixed: Option<Span>,
    /// Where the text begins in its document.
    offset: usize,
}

impl Converter {
    fn span(&self, range: Option<Range<usize>>) -> Span {
        self.fixed.unwrap_or_else(|| {
            let range = range.unwrap_or_default();
            let Range { start, end } = range;
            Span { document: self.document, start: self.offset + start, end: self.offset + end }
        })
    }

    fn body(&self, body: &structure::Body) -> Body {
        let mut result = Body::default();
        for structure in body {
            match structure {
                structure::Structure::Attribute(attribute) => result.attributes.push(Attribute {
                    name: attribute.key.as_str().into(),
                    name_span: self.span(attribute.key.span()),
                    value: self.expr(&attribute.value),
                }),
                structure::Structure::Block(block) => {
                    let span = self.span(block.span());
                    let start = block.ident.span().map_or(span.start, |ident| self.offset + ident.start);
                    result.blocks.push(Block {
                        kind: block.ident.as_str().into(),
                        labels: block.labels.iter().map(|label| label.as_str().into()).collect(),
                        span: Span { start, ..span },
                        body: self.body(&block.body).into(),
                    });
                }
            }
        }
        result
    }

    fn expr(&self, expr: &Expression) -> Expr {
        let span = self.span(expr.span());
        let boxed = |expr: &Expression| Box::new(self.expr(expr));
        let kind = match expr {
            Expression::Null(_) => Kind::Null,
            Expression::Bool(flag) => Kind::Bool(*flag.value()),
            Expression::Number(number) => Kind::Number(number.value().as_f64().unwrap_or(f64::NAN)),
            Expression::String(text) => Kind::Text(text.value().as_str().into()),
            Expression::Array(array) => Kind::List(array.iter().map(|member| self.expr(member)).collect()),
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(string) => {
                let template: Template = string.iter().cloned().collect();
                return self.template(&template, Some(span), Lines::One);
            }
            Expression::HeredocTemplate(heredoc) => {
                return self.template(&heredoc.template, Some(span), Lines::Many);
            }
            Expression::Parenthesis(inner) => Expr { span, ..self.expr(inner.inner()) }.kind,
            Expression::Variable(name) => Kind::Name(name.as_str().into()),
            Expression::Conditional(of) => Kind::Conditional(Box::new([
                self.expr(&of.cond_expr),
                self.expr(&of.true_expr),
                self.expr(&of.false_expr),
            ])),
            Expression::FuncCall(call) => self.call(call),
            Expression::Traversal(traversal) => return self.traversal(traversal, span),
            Expression::UnaryOp(of) => match (of.operator.value(), &of.expr) {
                (UnaryOperator::Not, inner) => Kind::Unary(Unary::Not, boxed(inner)),
                (UnaryOperator::Neg, inner) => Kind::Unary(Unary::Minus, boxed(inner)),
            },
            Expression::BinaryOp(of) => {
                let operands = Box::new([self.expr(&of.lhs_expr), self.expr(&of.rhs_expr)]);
                Kind::Binary(binary(*of.operator.value()), operands)
            }
            Expression::ForExpr(of) => Kind::For(Box::new(For {
                key: of.intro.key_var.as_ref().map(|name| name.as_str().into()),
                value: of.intro.value_var.as_str().into(),
                collection: self.expr(&of.intro.collection_expr),
                result_key: of.key_expr.as_ref().map(|key| self.expr(key)),
                result: self.expr(&of.value_expr),
                condition: of.cond.as_ref().map(|condition| self.expr(&condition.expr)),
                grouped: of.grouping,
            })),
        };
        Expr { kind, span }
    }

    fn object(&self, object: &Object) -> Kind {
        let members = object.iter().map(|(key, value)| {
            let key = match key {
                ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                    Expr { kind: Kind::Text(name.as_str().into()), span: self.span(name.span()) }
                }
                ObjectKey::Expression(expr) => self.expr(expr),
            };
            (key, self.expr(value.expr()))
        });
        Kind::Object(members.collect())
    }

    fn call(&self, call: &FuncCall) -> Kind {
        let mut name: String =
            call.name.namespace.iter().map(|part| format!("{}::", part.as_str())).collect();
        name.push_str(call.name.name.as_str());
        Kind::Call {
            name: name.into(),
            args: call.args.iter().map(|arg| self.expr(arg)).collect(),
            spread: call.args.expand_final(),
        }
    }

    fn traversal(&self, traversal: &Traversal, span: Span) -> Expr {
        if traversal.operators.len() > MAX_OPERATORS {
            // no name at all, so that nothing is found by it
            return Expr { kind: Kind::Name("".into()), span };
        }
        let operators: Vec<&TraversalOperator> =
            traversal.operators.iter().map(hcl_edit::Decorated::value).collect();
        self.steps(self.expr(&traversal.expr), &operators, span)
    }

    fn steps(&self, mut expr: Expr, operators: &[&TraversalOperator], span: Span) -> Expr {
        let start = expr.span;
        let mut rest = operators;
        while let Some((operator, after)) = rest.split_first() {
            rest = after;
            let kind = match operator {
                TraversalOperator::GetAttr(name) => Kind::Get(Box::new(expr), name.as_str().into()),
                TraversalOperator::Index(key) => Kind::Index(Box::new(expr), Box::new(self.expr(key))),
                TraversalOperator::LegacyIndex(index) => {
                    #[expect(clippy::cast_precision_loss, reason = "an index is small")]
                    let index = Kind::Number(*index.value() as f64);
                    Kind::Index(Box::new(expr), Box::new(Expr { kind: index, span }))
                }
                TraversalOperator::FullSplat(_) | TraversalOperator::AttrSplat(_) => {
                    // an attribute-only splat takes in attributes, a full one all that follows
                    let attributes_only = matches!(operator, TraversalOperator::AttrSplat(_));
                    let taken = rest
                        .iter()
                        .take_while(|step| !attributes_only || matches!(step, TraversalOperator::GetAttr(_)));
                    let (inside, outside) = rest.split_at(taken.count());
                    rest = outside;
                    let item = Expr { kind: Kind::Item, span };
                    Kind::Splat(Box::new(expr), Box::new(self.steps(item, inside, span)))
                }
            };
            expr = Expr { kind, span: Span { start: start.start.min(span.start), ..span } };
        }
        expr
    }

    fn template(&self, template: &Template, span: Option<Span>, lines: Lines) -> Expr {
        let span = span.unwrap_or_else(|| self.span(template.span()));
        let mut pieces = self.pieces(template, (false, false), lines);
        match pieces.as_mut_slice() {
            // a template of one interpolation is its value
            [Piece::Value(_)] => match pieces.remove(0) {
                Piece::Value(expr) => expr,
                _ => Expr { kind: Kind::Text("".into()), span },
            },
            [] => Expr { kind: Kind::Text("".into()), span },
            [Piece::Text(text)] => Expr { kind: Kind::Text(text.clone()), span },
            _ => Expr { kind: Kind::Template(pieces), span },
        }
    }

    /// The pieces of a template. `strip_start` and `strip_end` come from the directive around it.
    fn pieces(
        &self,
        template: &Template,
        (strip_start, strip_end): (bool, bool),
        lines: Lines,
    ) -> Vec<Piece> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut pieces = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            match element {
                Element::Literal(text) => {
                    let before = index.checked_sub(1).and_then(|at| elements.get(at));
                    let after = elements.get(index + 1);
                    let trim_start = before.map_or(strip_start, |before| strips(before).1);
                    let trim_end = after.map_or(strip_end, |after| strips(after).0);
                    let mut text: Cow<'_, str> = text.value().as_str().into();
                    if trim_start {
                        text = lines.trim_start(&text).into();
                    }
                    if trim_end {
                        text = lines.trim_end(&text).into();
                    }
                    if !text.is_empty() {
                        pieces.push(Piece::Text(text.as_ref().into()));
                    }
                }
                Element::Interpolation(of) => pieces.push(Piece::Value(self.expr(&of.expr))),
                Element::Directive(directive) => pieces.push(self.directive(directive, lines)),
            }
        }
        pieces
    }

    fn directive(&self, directive: &Directive, lines: Lines) -> Piece {
        match directive {
            Directive::If(of) => {
                let then_end = of.else_expr.as_ref().map_or(of.endif_expr.strip, |of| of.strip);
                let otherwise = of.else_expr.as_ref().map(|of_else| {
                    let (start, end) = (of_else.strip.strip_end(), of.endif_expr.strip.strip_start());
                    self.pieces(&of_else.template, (start, end), lines)
                });
                Piece::If {
                    condition: self.expr(&of.if_expr.cond_expr),
                    then: self.pieces(
                        &of.if_expr.template,
                        (of.if_expr.strip.strip_end(), then_end.strip_start()),
                        lines,
                    ),
                    otherwise: otherwise.unwrap_or_default(),
                }
            }
            Directive::For(of) => Piece::For {
                key: of.for_expr.key_var.as_ref().map(|name| name.as_str().into()),
                value: of.for_expr.value_var.as_str().into(),
                collection: self.expr(&of.for_expr.collection_expr),
                body: self.pieces(
                    &of.for_expr.template,
                    (of.for_expr.strip.strip_end(), of.endfor_expr.strip.strip_start()),
                    lines,
                ),
            },
        }
    }
}

/// How the literal text of a template is cut into tokens, of which `~` trims the one beside it.
#[derive(Debug, Clone, Copy)]
enum Lines {
    /// In quotes: the whole of it.
    One,
    /// In a heredoc or file: line by line.
    Many,
}

impl Lines {
    fn trim_start(self, text: &str) -> String {
        let end = match self {
            Self::One => text.len(),
            Self::Many => text.find('\n').map_or(text.len(), |at| at + 1),
        };
        format!("{}{}", text[..end].trim_start(), &text[end..])
    }

    fn trim_end(self, text: &str) -> String {
        let start = match self {
            Self::One => 0,
            Self::Many => text[..text.len().saturating_sub(usize::from(text.ends_with('\n')))]
                .rfind('\n')
                .map_or(0, |at| at + 1),
        };
        format!("{}{}", &text[..start], text[start..].trim_end())
    }
}

/// Whether an element takes the space before it, and that behind it.
fn strips(element: &Element) -> (bool, bool) {
    let both = |first: Strip, last: Strip| (first.strip_start(), last.strip_end());
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(of) => both(of.strip, of.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(of) => both(of.if_expr.strip, of.endif_expr.strip),
            Directive::For(of) => both(of.for_expr.strip, of.endfor_expr.strip),
        },
    }
}

fn binary(operator: BinaryOperator) -> Binary {
    match operator {
        BinaryOperator::Eq => Binary::Equal,
        BinaryOperator::NotEq => Binary::Differ,
        BinaryOperator::LessEq => Binary::LessOrEqual,
        BinaryOperator::GreaterEq => Binary::GreaterOrEqual,
        BinaryOperator::Less => Binary::Less,
        BinaryOperator::Greater => Binary::Greater,
        BinaryOperator::Plus => Binary::Plus,
        BinaryOperator::Minus => Binary::Minus,
        BinaryOperator::Mul => Binary::Times,
        BinaryOperator::Div => Binary::Divided,
        BinaryOperator::Mod => Binary::Modulo,
        BinaryOperator::And => Binary::And,
        BinaryOperator::Or => Binary::Or,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Kind {
        let body = body(&format!("x = {text}\n"), DocumentId(0)).expect("it parses");
        body.attributes[0].value.kind.clone()
    }

    #[test]
    fn splats_take_in_what_belongs_to_them() {
        // `a.*.b[0]` is the first of all; of `a[*].b[0]` each has a first one
        assert!(matches!(value("a.*.b[0]"), Kind::Index(of, _) if matches!(of.kind, Kind::Splat(..))));
        let Kind::Splat(_, rest) = value("a[*].b[0]") else { panic!("a splat") };
        assert!(matches!(rest.kind, Kind::Index(..)));
    }

    #[test]
    fn a_template_of_one_interpolation_is_its_value() {
        assert!(matches!(value("\"${a.b}\""), Kind::Get(..)));
        assert!(matches!(value("\"x${a.b}\""), Kind::Template(pieces) if pieces.len() == 2));
        assert_eq!(value("\"$${a}\""), Kind::Text("${a}".into()));
    }

    #[test]
    fn a_marker_trims_the_token_beside_it() {
        for (text, start, end) in [
            ("x:\n", "x:\n", "x:"),
            ("a\n   ", "a\n   ", "a\n"),
            ("\n  b\n", "  b\n", "\n  b"),
            ("   ", "", ""),
        ] {
            assert_eq!(Lines::Many.trim_start(text), start, "{text:?}");
            assert_eq!(Lines::Many.trim_end(text), end, "{text:?}");
        }
        assert_eq!(Lines::One.trim_start("\n  b\n"), "b\n");
    }

    #[test]
    fn a_traversal_without_end_leads_nowhere() {
        assert_eq!(value(&format!("a{}", ".b".repeat(50_000))), Kind::Name("".into()));
    }

    #[test]
    fn errors_have_a_place_and_do_not_repeat_the_text() {
        let error = body("a = 1\nb = = \"hunter2\"\n", DocumentId(0)).expect_err("it is broken");
        assert_eq!(error.offset, 10);
        assert!(!error.message.contains("hunter2"), "{}", error.message);
    }
}
