//! Partial evaluation: what an expression may yield.
//!
//! Source: HCL native syntax specification, "Expressions" and "Templates"; Terraform language documentation,
//! "Expressions". Whatever the value turns out to be after apply is covered by the result: what is not known yet stays
//! an attribute of its resource, a choice that cannot be made stays a choice. Must not know files.

use super::functions::{Failed, Outcome};
use super::iterate::{object_of, pairs};
use super::scope::Scope;
use super::source::Source;
use super::types::{number, piece, truth, unified};
use super::value::{Attribute, MAX_MEMBERS, Piece, Val};
use crate::sources::hcl::syntax::{self, Expr, Kind, Unary};
use crate::sources::plan::reference::Step;

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

impl Source<'_> {
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
    pub(super) fn any(&self, outcomes: Vec<Outcome>) -> Outcome {
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
        Ok(object_of(&known))
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
    pub(super) fn each(&self, alternatives: &[Val], f: impl Fn(&Val) -> Outcome) -> Outcome {
        self.any(alternatives.iter().map(f).collect())
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
