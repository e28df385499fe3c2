//! The syntax tree of the configuration language, the same for `.tf` and `.tf.json`.
//!
//! Source: HCL native syntax specification, "Expressions" and "Templates"; Terraform language documentation.

use std::cell::OnceCell;
use std::ops::Deref;
use std::rc::Rc;

use crate::model::origin::DocumentId;
use crate::sources::document::Document;

/// A range of bytes in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub document: DocumentId,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

/// An expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Where it stands; the expression around it for what is inside of a string of `.tf.json`.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`
    Bool(bool),
    /// `1.5`
    Number(f64),
    /// A text without anything to evaluate in it.
    Text(Rc<str>),
    /// A quoted or heredoc template.
    Template(Vec<Piece>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{a = b}`; a bare word as key is a text.
    Object(Vec<(Expr, Expr)>),
    /// The word at the start of a traversal: `var`, `aws_subnet`, an iteration variable.
    Name(Rc<str>),
    /// `of.name`
    Get(Box<Expr>, Rc<str>),
    /// `of[key]`
    Index(Box<Expr>, Box<Expr>),
    /// `of[*].rest` and `of.*.rest`: `rest` with [`Kind::Item`] at its root, for each member.
    Splat(Box<Expr>, Box<Expr>),
    /// The member that a splat is at.
    Item,
    /// `name(args)`, the last of them spread out where `spread`.
    Call {
        /// Name with its namespace (`provider::aws::arn_parse`).
        name: Rc<str>,
        /// Arguments.
        args: Vec<Expr>,
        /// `...` behind the last.
        spread: bool,
    },
    /// `condition ? then : otherwise`
    Conditional(Box<[Expr; 3]>),
    /// `!x`, `-x`
    Unary(Unary, Box<Expr>),
    /// `a + b`
    Binary(Binary, Box<[Expr; 2]>),
    /// `[for k, v in c : x if y]` and `{for k, v in c : k => v...}`
    For(Box<For>),
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Literal text, escapes resolved and stripped where the template says so.
    Text(Rc<str>),
    /// `${x}`
    Value(Expr),
    /// `%{if c}…%{else}…%{endif}`
    If {
        /// The condition.
        condition: Expr,
        /// Pieces where it holds.
        then: Vec<Piece>,
        /// Pieces where it does not.
        otherwise: Vec<Piece>,
    },
    /// `%{for k, v in c}…%{endfor}`
    For {
        /// Variable of the key or index.
        key: Option<Rc<str>>,
        /// Variable of the member.
        value: Rc<str>,
        /// What is iterated over.
        collection: Expr,
        /// Pieces for each member.
        body: Vec<Piece>,
    },
}

/// A `for` expression.
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// Variable of the key or index.
    pub key: Option<Rc<str>>,
    /// Variable of the member.
    pub value: Rc<str>,
    /// What is iterated over.
    pub collection: Expr,
    /// Key of the result: it makes an object, else a tuple.
    pub result_key: Option<Expr>,
    /// Member of the result.
    pub result: Expr,
    /// Which members are taken.
    pub condition: Option<Expr>,
    /// `...`: members of equal keys are gathered.
    pub grouped: bool,
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Unary {
    Not,
    Minus,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Binary {
    Or,
    And,
    Equal,
    Differ,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divided,
    Modulo,
}

/// What stands between the braces of a block.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// Arguments.
    pub attributes: Vec<Attribute>,
    /// Nested blocks. In `.tf.json` only `dynamic` and `lifecycle` are told from arguments.
    pub blocks: Vec<Block>,
    /// It cannot be parsed, so that nothing is known of what is in it.
    pub broken: bool,
}

/// An argument.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: Rc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// Its value.
    pub value: Expr,
}

/// A block.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its type (`resource`, `ingress`, `dynamic`).
    pub kind: Rc<str>,
    /// Its labels.
    pub labels: Vec<Rc<str>>,
    /// The whole of it, from its type on.
    pub span: Span,
    /// What is in it.
    pub body: LazyBody,
}

/// What is in a block, parsed when it is first looked at: of a module that others wrote most is never needed.
#[derive(Debug, Clone)]
pub struct LazyBody {
    parsed: OnceCell<Body>,
    pending: Option<(Rc<Document>, Span)>,
}

impl LazyBody {
    /// Of a block that stands at `span` and is not parsed yet.
    pub(super) fn pending(document: Rc<Document>, span: Span) -> Self {
        Self { parsed: OnceCell::new(), pending: Some((document, span)) }
    }

    /// To change what is in it.
    pub(super) fn get_mut(&mut self) -> &mut Body {
        let _ = &**self;
        self.pending = None;
        self.parsed.get_mut().unwrap_or_else(|| unreachable!("it was looked at"))
    }
}

impl From<Body> for LazyBody {
    fn from(body: Body) -> Self {
        Self { parsed: body.into(), pending: None }
    }
}

impl Deref for LazyBody {
    type Target = Body;

    fn deref(&self) -> &Body {
        self.parsed.get_or_init(|| match &self.pending {
            Some((document, span)) => super::parse::block(document, *span),
            None => Body::default(),
        })
    }
}

impl Body {
    /// An argument by its name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// Nested blocks of a type, in order; those that a `dynamic` block makes are its own.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }

    /// Whether anything in it sets `name`: an argument, a block, or a dynamic block.
    pub fn sets(&self, name: &str) -> bool {
        self.attribute(name).is_some()
            || self.blocks.iter().any(|block| match &*block.kind {
                "dynamic" => block.labels.first().is_some_and(|label| &**label == name),
                kind => kind == name,
            })
    }
}
