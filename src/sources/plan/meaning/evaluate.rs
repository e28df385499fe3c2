//! Partial evaluation: what an expression may yield.
//!
//! Source: HCL native syntax specification, "Expressions" and "Templates"; Terraform language documentation,
//! "Expressions". Whatever the value turns out to be after apply is covered by the result: what is not known yet stays
//! an attribute of its resource, a choice that cannot be made stays a choice. Must not know files.

use std::rc::Rc;

use super::functions::{self, Failed, Outcome};
use super::scope::Scope;
use super::source::Source;
use super::types::{number, piece, truth, unified};
use super::value::{Attribute, MAX_MEMBERS, Piece, Unseen, Val};
use crate::sources::hcl::syntax::{self, Binary, Expr, For, Kind, Unary};
use crate::sources::plan::reference::Step;
use crate::sources::secret_shape::shape;

/// How deep expressions lead into each other; real configurations stay below a hundred.
const MAX_DEPTH: u32 = 250;
/// How many expressions are evaluated for one plan, and for one attribute of it.
const MAX_STEPS: u64 = 20_000_000;
const MAX_STEPS_EACH: u64 = 400_000;

/// Whether there is a number or truth value in it, which may have to become a text.
fn converts(val: &Val) -> bool {
    match val {
        Val::Bool(_) | Val::Number(_) => true,
        Val::List(members) | Val::Set(members) | Val::Either(members) => members.iter().any(converts),
        Val::Map(members) => members.values().any(converts),
        _ => false,
    }
}

/// Functions that fail for some values of the right type: what is caught then is an outcome, too.
const MAY_FAIL: [&str; 21] = [
    "chunklist",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "cidrsubnets",
    "coalesce",
    "coalescelist",
    "element",
    "index",
    "jsondecode",
    "lookup",
    "one",
    "parseint",
    "range",
    "regex",
    "regexall",
    "slice",
    "tobool",
    "tonumber",
    "yamldecode",
    "zipmap",
];

/// Whether the structure of a value is not settled.
fn is_open(val: &Val) -> bool {
    match val {
        Val::Either(_) | Val::Unknown(_) => true,
        Val::List(members) | Val::Set(members) => {
            members.iter().any(|member| matches!(member, Val::Spread(_)))
        }
        _ => false,
    }
}

impl<'p> Source<'p> {
    /// What an expression may yield.
    pub(super) fn eval(&self, expr: &Expr, scope: &Scope) -> Outcome {
        let depth = self.depth.get();
        self.steps.set(self.steps.get() + 1);
        if depth > MAX_DEPTH || self.steps.get() > self.stop_at.get() {
            return Ok(Val::unseen("it is too large to be followed", []));
        }
        self.depth.set(depth + 1);
        let outcome = self.kind(expr, scope);
        self.depth.set(depth);
        outcome.map(|val| val.quoted(|| self.quote(expr)))
    }

    /// The same, where an error of Terraform's cannot be: the plan would not exist.
    pub(super) fn value(&self, expr: &Expr, scope: &Scope) -> Val {
        let val = self.eval(expr, scope);
        val.unwrap_or_else(|_| Val::unseen("it cannot be followed", []).quoted(|| self.quote(expr)))
    }

    /// Begins the evaluation of an attribute.
    pub(super) fn begin(&self) {
        self.stop_at.set((self.steps.get() + MAX_STEPS_EACH).min(MAX_STEPS));
    }

    fn kind(&self, expr: &Expr, scope: &Scope) -> Outcome {
        Ok(match &expr.kind {
            Kind::Null => Val::Null,
            Kind::Bool(flag) => Val::Bool(*flag),
            Kind::Number(number) => Val::Number(*number),
            Kind::Text(text) => Val::Text(text.clone()),
            Kind::Template(pieces) => Val::template(self.pieces(pieces, scope)?),
            Kind::List(members) => Val::list(
                members.iter().map(|member| self.eval(member, scope)).collect::<Result<Vec<_>, _>>()?,
            ),
            Kind::Object(members) => self.object(members, scope)?,
            Kind::Name(name) => match scope.bound(name) {
                Some(val) => val.clone(),
                None => Val::unseen("it is not known here", []),
            },
            Kind::Item => scope.item.clone().ok_or(Failed)?,
            Kind::Get(of, name) => match self.named(expr, scope) {
                Some(outcome) => outcome?,
                None => self.get(&self.eval(of, scope)?, name)?,
            },
            Kind::Index(of, key) => {
                let (of, key) = (self.eval(of, scope)?, self.eval(key, scope)?);
                self.index(&of, &key)?
            }
            Kind::Splat(of, rest) => self.splat(&self.eval(of, scope)?, rest, scope)?,
            Kind::Call { name, args, spread } => self.call(name, args, *spread, scope)?,
            Kind::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                match self.eval(condition, scope)? {
                    Val::Null => return Err(Failed),
                    val => match truth(&val) {
                        Some(true) => self.branch(then, otherwise, scope)?,
                        Some(false) => self.branch(otherwise, then, scope)?,
                        None => self.either([then, otherwise], scope)?,
                    },
                }
            }
            Kind::Unary(operator, of) => {
                let val = self.eval(of, scope)?;
                match operator {
                    Unary::Not => truth(&val).map(|flag| Val::Bool(!flag)),
                    Unary::Minus => number(&val).map(|number| Val::Number(-number)),
                }
                .unwrap_or_else(|| Val::unseen("it is known after apply", [&val]))
            }
            Kind::Binary(operator, operands) => self.binary(*operator, operands, scope)?,
            Kind::For(of) => self.iterate(of, scope)?,
        })
    }

    /// The branch that is taken, in the type that both have in common: `true ? 1 : "2"` is a text.
    fn branch(&self, taken: &Expr, other: &Expr, scope: &Scope) -> Outcome {
        let val = self.eval(taken, scope)?;
        if !converts(&val) {
            return Ok(val);
        }
        Ok(match self.eval(other, scope) {
            Ok(Val::Null) | Err(Failed) => val,
            Ok(other) => unified(vec![val, other]).swap_remove(0),
        })
    }

    /// Any of some expressions; those that fail are not the one.
    fn either<'e>(&self, of: impl IntoIterator<Item = &'e Expr>, scope: &Scope) -> Outcome {
        let outcomes: Vec<Outcome> = of.into_iter().map(|expr| self.eval(expr, scope)).collect();
        self.any(outcomes)
    }

    /// Any of some outcomes, but for failures; that there were some is noted for whoever catches them.
    fn any(&self, outcomes: Vec<Outcome>) -> Outcome {
        let all = outcomes.len();
        let vals: Vec<Val> = outcomes.into_iter().flatten().collect();
        if vals.len() < all {
            self.dropped.set(true);
        }
        if vals.is_empty() { Err(Failed) } else { Ok(Val::either(vals)) }
    }

    fn object(&self, members: &[(Expr, Expr)], scope: &Scope) -> Outcome {
        let mut known = Vec::new();
        for (key, val) in members {
            let (key, val) = (self.eval(key, scope)?, self.eval(val, scope)?);
            known.push((key, val));
        }
        Ok(object_of(known))
    }

    /// A member by its name.
    pub(super) fn get(&self, of: &Val, name: &str) -> Outcome {
        Ok(match of {
            Val::Map(members) => members.get(name).cloned().ok_or(Failed)?,
            Val::Instance(instance) => self.attribute(*instance, name),
            Val::Call(call) => self.output(call, name)?,
            Val::Attr(attribute) => Val::Attr(self.inside(attribute)?.member(name)),
            Val::Either(alternatives) => self.each(alternatives, |one| self.get(one, name))?,
            Val::Unknown(_) => of.clone(),
            Val::Spread(of) => Val::unseen("it is one of many", [&**of]),
            Val::Null
            | Val::Bool(_)
            | Val::Number(_)
            | Val::Text(_)
            | Val::Template(_)
            | Val::List(_)
            | Val::Set(_) => return Err(Failed),
        })
    }

    /// An attribute that is taken apart: an id is a text, and has no parts; of others nobody knows before apply.
    fn inside<'a>(&self, attribute: &'a Attribute) -> Result<&'a Attribute, Failed> {
        match attribute.path.last() {
            Some(Step::Attr(name)) if matches!(name.as_str(), "id" | "arn" | "name") => Err(Failed),
            _ => {
                self.dropped.set(true);
                Ok(attribute)
            }
        }
    }

    /// A member by an index or key.
    pub(super) fn index(&self, of: &Val, key: &Val) -> Outcome {
        match (of, key) {
            (Val::Either(alternatives), _) => return self.each(alternatives, |one| self.index(one, key)),
            (_, Val::Either(keys)) => return self.each(keys, |key| self.index(of, key)),
            _ => {}
        }
        let text = key.scalar_text();
        Ok(match of {
            Val::Map(members) => match text {
                Some(key) => members.get(&key).cloned().ok_or(Failed)?,
                None if *key == Val::Null => return Err(Failed),
                None => {
                    // the key may be none of them
                    self.dropped.set(true);
                    any_of(members.values(), key)
                }
            },
            Val::List(members) => match number(key) {
                Some(index) => nth(members, index)?,
                None if key.is_known() => return Err(Failed),
                None => {
                    self.dropped.set(true);
                    any_of(members.iter(), key)
                }
            },
            // the order of a set that is not known
            Val::Set(members) if !of.is_known() => any_of(members.iter(), key),
            Val::Instance(_) | Val::Call(_) => match text {
                Some(name) => self.get(of, &name)?,
                None => Val::unseen("its key is known after apply", [of, key]),
            },
            Val::Attr(attribute) => match (number(key), text) {
                _ if self.inside(attribute).is_err() => return Err(Failed),
                (Some(index), _) if index >= 0.0 && index.fract() == 0.0 => Val::Attr(attribute.at(index)),
                (_, Some(name)) => Val::Attr(attribute.member(&name)),
                _ => Val::unseen("its key is known after apply", [of, key]),
            },
            Val::Unknown(_) => of.clone(),
            Val::Spread(of) => Val::unseen("it is one of many", [&**of]),
            Val::Set(_) | Val::Null | Val::Bool(_) | Val::Number(_) | Val::Text(_) | Val::Template(_) => {
                return Err(Failed);
            }
            Val::Either(_) => return Err(Failed),
        })
    }

    /// A function of each alternative; those for which it fails are not the one.
    fn each(&self, alternatives: &[Val], f: impl Fn(&Val) -> Outcome) -> Outcome {
        self.any(alternatives.iter().map(f).collect())
    }

    fn splat(&self, of: &Val, rest: &Expr, scope: &Scope) -> Outcome {
        let member = |item: &Val| self.eval(rest, &scope.with_item(item.clone()));
        Ok(match of {
            Val::Null => Val::list([]),
            Val::List(members) | Val::Set(members) => {
                let each = members.iter().map(|one| spread(one, &member)).collect::<Result<Vec<_>, _>>()?;
                in_order_of(of, each)
            }
            Val::Either(alternatives) => self.each(alternatives, |one| self.splat(one, rest, scope))?,
            // it may be a list or not
            Val::Attr(_) | Val::Unknown(_) => {
                Val::list([Val::Spread(Rc::new(Val::unseen("it is known after apply", [of])))])
            }
            one => Val::list([member(one)?]),
        })
    }

    fn call(&self, name: &str, args: &[Expr], spread: bool, scope: &Scope) -> Outcome {
        match name {
            "try" => return self.attempt(args, scope),
            "can" => {
                let arg = args.first().ok_or(Failed)?;
                return Ok(match self.caught(arg, scope) {
                    (Ok(val @ Val::Unknown(_)), _) | (Ok(val), true) => {
                        Val::unseen("it is known after apply", [&val])
                    }
                    (Ok(_), false) => Val::Bool(true),
                    (Err(_), _) => Val::Bool(false),
                });
            }
            _ => {}
        }
        let mut vals = args.iter().map(|arg| self.eval(arg, scope)).collect::<Result<Vec<_>, _>>()?;
        if spread {
            match vals.pop() {
                Some(Val::List(members) | Val::Set(members))
                    if !members.iter().any(|member| matches!(member, Val::Spread(_))) =>
                {
                    vals.extend(members.iter().cloned());
                }
                Some(other) => {
                    return Ok(Val::unseen(
                        "its arguments are known after apply",
                        vals.iter().chain([&other]),
                    ));
                }
                None => return Err(Failed),
            }
        }
        match (name, vals.as_slice()) {
            ("sensitive", [val]) => Ok(conceal(val)),
            ("file", [Val::Text(path)]) => Ok(self.file(path)),
            ("fileexists", [Val::Text(path)]) => Ok(match self.file(path) {
                Val::Text(_) => Val::Bool(true),
                _ => Val::unseen("whether the file exists is not looked up", []),
            }),
            ("templatefile", [Val::Text(path), of]) => match self.file(path) {
                Val::Text(text) => self.rendered(&text, of),
                other => Ok(other),
            },
            ("templatestring", [Val::Text(text), of]) => self.rendered(text, of),
            _ => {
                let outcome = functions::call(name, &vals, &self.dropped)?;
                if MAY_FAIL.contains(&name) && is_open(&outcome) {
                    self.dropped.set(true);
                }
                Ok(outcome)
            }
        }
    }

    /// An outcome, and whether some way to it fails.
    fn caught(&self, expr: &Expr, scope: &Scope) -> (Outcome, bool) {
        let before = self.dropped.replace(false);
        let outcome = self.eval(expr, scope);
        (outcome, self.dropped.replace(before))
    }

    fn attempt(&self, args: &[Expr], scope: &Scope) -> Outcome {
        let mut perhaps = Vec::new();
        for arg in args {
            match self.caught(arg, scope) {
                (Err(Failed), _) => {}
                // whether it fails is not known either
                (Ok(val @ Val::Unknown(_)), _) | (Ok(val), true) => perhaps.push(val),
                (Ok(val), false) => {
                    perhaps.push(val);
                    break;
                }
            }
        }
        if perhaps.is_empty() { Err(Failed) } else { Ok(Val::either(perhaps)) }
    }

    /// A template with the members of an object as its variables.
    fn rendered(&self, text: &str, of: &Val) -> Outcome {
        let Some(template) = self.template(text) else {
            return Ok(Val::unseen("the template cannot be parsed", [of]));
        };
        match of {
            Val::Map(members) => {
                let names = members.iter().map(|(name, val)| (name.clone(), val.clone())).collect();
                let outcome = self.eval(&template, &self.template_scope(names))?;
                Ok(piece(outcome).map_or(Val::unseen("it is no text", [of]), |piece| Val::template([piece])))
            }
            Val::Either(alternatives) => self.each(alternatives, |one| self.rendered(text, one)),
            other => Ok(Val::unseen("its variables are known after apply", [other])),
        }
    }

    fn pieces(&self, pieces: &[syntax::Piece], scope: &Scope) -> Result<Vec<Piece>, Failed> {
        let mut result = Vec::new();
        for of in pieces {
            match of {
                syntax::Piece::Text(text) => result.push(Piece::Text(text.clone())),
                syntax::Piece::Value(expr) => result.push(piece(self.eval(expr, scope)?).ok_or(Failed)?),
                syntax::Piece::If { condition, then, otherwise } => {
                    let condition = self.eval(condition, scope)?;
                    match truth(&condition) {
                        Some(true) => result.extend(self.pieces(then, scope)?),
                        Some(false) => result.extend(self.pieces(otherwise, scope)?),
                        None => {
                            let both = [then, otherwise].map(|of| self.pieces(of, scope));
                            let both = both.into_iter().flatten().map(Val::template);
                            result.push(Piece::Hole(Val::either(both)));
                        }
                    }
                }
                syntax::Piece::For { key, value, collection, body } => {
                    let collection = self.eval(collection, scope)?;
                    match pairs(&collection) {
                        Some(pairs) if !pairs.iter().any(|(_, val)| matches!(val, Val::Spread(_))) => {
                            for (k, v) in pairs {
                                result.extend(self.pieces(body, &scope.with(key.as_ref(), k, value, v))?);
                            }
                        }
                        _ => result.push(Piece::Hole(Val::unseen(
                            "what it repeats is known after apply",
                            [&collection],
                        ))),
                    }
                }
            }
            if result.len() > MAX_MEMBERS {
                return Ok(vec![Piece::Hole(Val::unseen("it is too large to be followed", []))]);
            }
        }
        Ok(result)
    }

    fn binary(&self, operator: Binary, operands: &[Expr; 2], scope: &Scope) -> Outcome {
        let left = self.eval(&operands[0], scope)?;
        let short = match (operator, truth(&left)) {
            (Binary::And, Some(false)) => Some(false),
            (Binary::Or, Some(true)) => Some(true),
            _ => None,
        };
        if let Some(flag) = short {
            return Ok(Val::Bool(flag));
        }
        let right = self.eval(&operands[1], scope)?;
        let unseen = || Val::unseen("it is known after apply", [&left, &right]);
        Ok(match operator {
            Binary::And | Binary::Or => match (truth(&left), truth(&right)) {
                (Some(left), Some(right)) if operator == Binary::And => Val::Bool(left && right),
                (Some(left), Some(right)) => Val::Bool(left || right),
                (None, Some(false)) if operator == Binary::And => Val::Bool(false),
                (None, Some(true)) if operator == Binary::Or => Val::Bool(true),
                _ => unseen(),
            },
            Binary::Equal | Binary::Differ => match equal(&left, &right) {
                Some(equal) => Val::Bool(equal == (operator == Binary::Equal)),
                None => unseen(),
            },
            _ => match (number(&left), number(&right)) {
                (Some(left), Some(right)) => arithmetic(operator, left, right)?,
                _ if left.is_known() && right.is_known() => return Err(Failed),
                _ => unseen(),
            },
        })
    }

    fn iterate(&self, of: &For, scope: &Scope) -> Outcome {
        let collection = self.eval(&of.collection, scope)?;
        match &collection {
            Val::Either(alternatives) => self.each(alternatives, |one| self.iterate_over(of, one, scope)),
            one => self.iterate_over(of, one, scope),
        }
    }

    fn iterate_over(&self, of: &For, collection: &Val, scope: &Scope) -> Outcome {
        let Some(pairs) = pairs(collection) else {
            if *collection == Val::Null {
                return Err(Failed);
            }
            // what a member of it would give, so that nothing it mentions is lost
            let member = Val::unseen("it is known after apply", [collection]);
            let inside =
                self.eval(&of.result, &scope.with(of.key.as_ref(), member.clone(), &of.value, member));
            let inside = inside.unwrap_or(Val::Null);
            let result = Val::unseen("what it iterates over is known after apply", [collection, &inside]);
            return Ok(if of.result_key.is_some() {
                result
            } else {
                Val::list([Val::Spread(Rc::new(result))])
            });
        };
        let mut members = Vec::new();
        let mut keyed = Vec::new();
        for (key, val) in pairs {
            // any number of members
            let (val, many) = match val {
                Val::Spread(inner) => match &*inner {
                    Val::List(of) | Val::Set(of) => (Val::either(of.iter().cloned().map(single)), true),
                    other => (Val::unseen("it is one of many", [other]), true),
                },
                val => (val, false),
            };
            let inner = scope.with(of.key.as_ref(), key, &of.value, val);
            let mut many = many;
            if let Some(condition) = &of.condition {
                let condition = self.eval(condition, &inner)?;
                match truth(&condition) {
                    Some(false) => continue,
                    Some(true) => {}
                    None => many = true,
                }
            }
            let result = self.eval(&of.result, &inner)?;
            match &of.result_key {
                None if many => members.push(Val::Spread(Rc::new(Val::list([result])))),
                None => members.push(result),
                Some(key) => {
                    let key = self.eval(key, &inner)?;
                    let key = if many {
                        Val::unseen("whether it is there is known after apply", [&key])
                    } else {
                        key
                    };
                    keyed.push((key, result));
                }
            }
        }
        if of.result_key.is_none() {
            return Ok(in_order_of(collection, members));
        }
        if !of.grouped {
            return Ok(object_of(keyed));
        }
        let mut groups: Vec<(Val, Vec<Val>)> = Vec::new();
        for (key, val) in keyed {
            match groups.iter_mut().find(|(of, _)| *of == key) {
                Some((_, vals)) => vals.push(val),
                None => groups.push((key, vec![val])),
            }
        }
        Ok(object_of(groups.into_iter().map(|(key, vals)| (key, Val::list(vals))).collect()))
    }
}

/// What stands for a member that may be drawn: members of a spread are no spreads themselves.
fn single(val: Val) -> Val {
    match val {
        Val::Spread(of) => Val::unseen("it is one of many", [&*of]),
        other => other,
    }
}

/// A function of a member of a list; of each that it may be, where it stands for several.
fn spread(member: &Val, f: &dyn Fn(&Val) -> Outcome) -> Outcome {
    let Val::Spread(of) = member else { return f(member) };
    Ok(Val::Spread(Rc::new(match &**of {
        Val::List(members) | Val::Set(members) => {
            Val::list(members.iter().map(|one| spread(one, f)).collect::<Result<Vec<_>, _>>()?)
        }
        Val::Either(lists) => {
            let lists = lists.iter().filter_map(|list| match list {
                Val::List(members) | Val::Set(members) => members
                    .iter()
                    .map(|one| spread(one, f))
                    .collect::<Result<Vec<_>, _>>()
                    .ok()
                    .map(Val::list),
                other => Some(Val::unseen("it is known after apply", [other])),
            });
            Val::either(lists)
        }
        other => Val::unseen("it is known after apply", [other]),
    })))
}

/// A list made from each member of a collection: in no order where that has none.
fn in_order_of(collection: &Val, members: Vec<Val>) -> Val {
    match collection {
        Val::Set(_) if !collection.is_known() => Val::Set(members.into()),
        _ => Val::list(members),
    }
}

/// An object, unless one of its keys is not known.
fn object_of(members: Vec<(Val, Val)>) -> Val {
    let mut known = Vec::with_capacity(members.len());
    for (key, val) in &members {
        match key.scalar_text() {
            Some(key) => known.push((key, val.clone())),
            None => {
                let all: Vec<&Val> = members.iter().flat_map(|(key, val)| [key, val]).collect();
                return Val::unseen("one of its keys is known after apply", all);
            }
        }
    }
    Val::map(known)
}

/// Members of a collection with their keys or indexes; nothing for what is no visible collection.
pub(super) fn pairs(collection: &Val) -> Option<Vec<(Val, Val)>> {
    #[expect(clippy::cast_precision_loss, reason = "collections are smaller than that")]
    Some(match collection {
        Val::List(members) => {
            members.iter().enumerate().map(|(at, val)| (Val::Number(at as f64), val.clone())).collect()
        }
        // a set's members are their own keys
        Val::Set(members) => members.iter().map(|val| (single(val.clone()), val.clone())).collect(),
        Val::Map(members) => members.iter().map(|(key, val)| (Val::Text(key.clone()), val.clone())).collect(),
        _ => return None,
    })
}

/// The member at a position. Behind members that stand for any number of others it may be each of them.
fn nth(members: &[Val], index: f64) -> Outcome {
    if index < 0.0 || index.fract() != 0.0 {
        return Err(Failed);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole and not negative"
    )]
    let index = index as usize;
    let many = members.iter().position(|member| matches!(member, Val::Spread(_)));
    match many {
        Some(at) if at <= index => Ok(any_of(members[at..].iter(), &Val::Null)),
        _ => members.get(index).cloned().ok_or(Failed),
    }
}

fn any_of<'v>(members: impl Iterator<Item = &'v Val>, key: &Val) -> Val {
    let members: Vec<&Val> = members.collect();
    if members.iter().any(|member| matches!(member, Val::Spread(_))) {
        return Val::unseen("which member it is, is known after apply", members.into_iter().chain([key]));
    }
    Val::either(members.into_iter().cloned())
}

/// Whether two values are equal, where that can be told.
fn equal(left: &Val, right: &Val) -> Option<bool> {
    match (left, right) {
        (Val::Attr(a), Val::Attr(b)) if a == b => Some(true),
        (Val::Null, Val::Null) => Some(true),
        // Terraform calculates in decimals
        (Val::Number(a), Val::Number(b)) if a.fract() != 0.0 || b.fract() != 0.0 => {
            ((a - b).abs() > 1e-6).then_some(false)
        }
        (Val::Text(_) | Val::Bool(_) | Val::Number(_), Val::Text(_) | Val::Bool(_) | Val::Number(_)) => {
            Some(left == right)
        }
        // an object of several members is nothing
        (Val::Null, Val::List(_) | Val::Set(_) | Val::Map(_) | Val::Instance(_) | Val::Template(_))
        | (Val::List(_) | Val::Set(_) | Val::Map(_) | Val::Instance(_) | Val::Template(_), Val::Null) => {
            Some(false)
        }
        // of equal members a list and a tuple are not equal, and which one it is, is not kept here
        _ if left.is_known() && right.is_known() && left.to_json() != right.to_json() => Some(false),
        _ => None,
    }
}

fn arithmetic(operator: Binary, left: f64, right: f64) -> Outcome {
    let number = match operator {
        Binary::Plus => left + right,
        Binary::Minus => left - right,
        Binary::Times => left * right,
        Binary::Divided if right != 0.0 => left / right,
        Binary::Modulo if right != 0.0 => left % right,
        Binary::Less => return Ok(Val::Bool(left < right)),
        Binary::LessOrEqual => return Ok(Val::Bool(left <= right)),
        Binary::Greater => return Ok(Val::Bool(left > right)),
        Binary::GreaterOrEqual => return Ok(Val::Bool(left >= right)),
        Binary::Divided | Binary::Modulo | Binary::And | Binary::Or | Binary::Equal | Binary::Differ => {
            return Err(Failed);
        }
    };
    Ok(Val::Number(number))
}

/// A value without anything that must not be shown: texts and numbers are dropped, and what they looked like is kept;
/// which resources it names is no secret.
pub(super) fn conceal(val: &Val) -> Val {
    match val {
        Val::Null | Val::Instance(_) | Val::Call(_) | Val::Attr(_) => val.clone(),
        Val::List(members) => Val::list(members.iter().map(conceal)),
        Val::Set(members) => Val::List(members.iter().map(conceal).collect()),
        Val::Map(members) => Val::map(members.iter().map(|(key, val)| (key.clone(), conceal(val)))),
        Val::Either(members) => Val::either(members.iter().map(conceal)),
        Val::Spread(of) => Val::Spread(Rc::new(conceal(of))),
        Val::Bool(_) | Val::Number(_) | Val::Text(_) | Val::Template(_) | Val::Unknown(_) => secret(val),
    }
}

/// What remains of a value that is marked sensitive.
fn secret(val: &Val) -> Val {
    let shape = val.scalar_text().map(|text| shape(&text));
    Val::Unknown(Rc::new(Unseen {
        quote: Rc::from(""),
        reason: Rc::from("its value is sensitive"),
        mentions: val.mentions(),
        sensitive: true,
        shape,
    }))
}
