//! What an expression refers to, as `configuration` of a plan lists it: each reference as far as its steps are literal.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::syntax::{Expr, Kind, Piece};

/// What an expression refers to (`var.a.b`, `local.b`, `aws_subnet.a[0].id`, `module.c["x"].y`, `each.value`), iteration
/// variables left out.
pub fn references(expr: &Expr) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(expr, &mut Vec::new(), &mut found);
    found
}

fn walk(expr: &Expr, bound: &mut Vec<Rc<str>>, found: &mut BTreeSet<String>) {
    match &expr.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Item => {}
        Kind::Name(_) | Kind::Get(..) | Kind::Index(..) => {
            if let Some((root, text)) = path(expr) {
                if !bound.iter().any(|name| &**name == root) {
                    found.insert(text);
                }
                return;
            }
            match &expr.kind {
                Kind::Get(of, _) => walk(of, bound, found),
                Kind::Index(of, key) => {
                    walk(of, bound, found);
                    walk(key, bound, found);
                }
                _ => {}
            }
        }
        Kind::Splat(of, rest) => {
            walk(of, bound, found);
            walk(rest, bound, found);
        }
        Kind::Template(pieces) => template(pieces, bound, found),
        Kind::List(members) => members.iter().for_each(|member| walk(member, bound, found)),
        Kind::Object(members) => members.iter().for_each(|(key, value)| {
            walk(key, bound, found);
            walk(value, bound, found);
        }),
        Kind::Call { args, .. } => args.iter().for_each(|arg| walk(arg, bound, found)),
        Kind::Conditional(parts) => parts.iter().for_each(|part| walk(part, bound, found)),
        Kind::Unary(_, of) => walk(of, bound, found),
        Kind::Binary(_, operands) => operands.iter().for_each(|operand| walk(operand, bound, found)),
        Kind::For(of) => {
            walk(&of.collection, bound, found);
            within(bound, of.key.as_ref(), &of.value, |bound| {
                let parts = of.result_key.iter().chain([&of.result]).chain(&of.condition);
                parts.for_each(|part| walk(part, bound, found));
            });
        }
    }
}

fn template(pieces: &[Piece], bound: &mut Vec<Rc<str>>, found: &mut BTreeSet<String>) {
    for piece in pieces {
        match piece {
            Piece::Text(_) => {}
            Piece::Value(expr) => walk(expr, bound, found),
            Piece::If { condition, then, otherwise } => {
                walk(condition, bound, found);
                template(then, bound, found);
                template(otherwise, bound, found);
            }
            Piece::For { key, value, collection, body } => {
                walk(collection, bound, found);
                within(bound, key.as_ref(), value, |bound| template(body, bound, found));
            }
        }
    }
}

fn within(
    bound: &mut Vec<Rc<str>>,
    key: Option<&Rc<str>>,
    value: &Rc<str>,
    f: impl FnOnce(&mut Vec<Rc<str>>),
) {
    let before = bound.len();
    bound.extend(key.cloned());
    bound.push(value.clone());
    f(bound);
    bound.truncate(before);
}

/// The root and the text of a chain of attributes and literal keys.
fn path(expr: &Expr) -> Option<(&str, String)> {
    Some(match &expr.kind {
        Kind::Name(name) => (name, name.to_string()),
        Kind::Get(of, name) => {
            let (root, text) = path(of)?;
            (root, format!("{text}.{name}"))
        }
        Kind::Index(of, key) => {
            let (root, text) = path(of)?;
            match &key.kind {
                Kind::Number(index) => (root, format!("{text}[{index}]")),
                Kind::Text(name) => (root, format!("{text}[\"{name}\"]")),
                _ => return None,
            }
        }
        _ => return None,
    })
}
