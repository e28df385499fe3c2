//! What an expression refers to, as `configuration` of a plan lists it: the start of each reference, no more.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::syntax::{Expr, Kind, Piece};

/// The objects that an expression refers to (`var.a`, `local.b`, `aws_vpc.main`, `data.aws_vpc.main`, `module.c`,
/// `each.value`), iteration variables left out.
pub fn references(expr: &Expr) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(expr, &mut Vec::new(), &mut found);
    found
}

fn walk(expr: &Expr, bound: &mut Vec<Rc<str>>, found: &mut BTreeSet<String>) {
    match &expr.kind {
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Item => {}
        Kind::Name(_) | Kind::Get(..) => {
            if let Some(names) = path(expr) {
                add(&names, bound, found);
            } else if let Kind::Get(of, _) = &expr.kind {
                walk(of, bound, found);
            }
        }
        Kind::Index(of, key) => {
            walk(of, bound, found);
            walk(key, bound, found);
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

/// The names of a plain chain of attributes.
fn path(expr: &Expr) -> Option<Vec<&str>> {
    match &expr.kind {
        Kind::Name(name) => Some(vec![name]),
        Kind::Get(of, name) => {
            let mut names = path(of)?;
            names.push(name);
            Some(names)
        }
        _ => None,
    }
}

fn add(names: &[&str], bound: &[Rc<str>], found: &mut BTreeSet<String>) {
    let Some((first, rest)) = names.split_first() else { return };
    if bound.iter().any(|name| &**name == *first) {
        return;
    }
    let length = match *first {
        "data" => 3,
        "resource" => return add(rest, &[], found),
        // the plan does not list these
        "self" => return,
        _ => 2,
    };
    found.insert(names.iter().take(length).copied().collect::<Vec<_>>().join("."));
}
