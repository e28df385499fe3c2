//! Type constraints of variables, and what they make of a value.
//!
//! Source: Terraform language documentation, "Type Constraints" and "Optional Object Type Attributes".

use std::collections::BTreeMap;
use std::rc::Rc;

use super::functions::{set, unify};
use super::value::{Piece, Val, number_text};
use crate::sources::hcl::syntax::{Expr, Kind};

/// A type constraint.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    /// `any`, and what is not understood.
    Any,
    Text,
    Number,
    Bool,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Tuple(Vec<Type>),
    Object(BTreeMap<Rc<str>, Member>),
}

/// An attribute of an object type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    kind: Type,
    optional: bool,
    default: Option<Expr>,
}

impl Type {
    /// Reads `list(object({a = optional(string, "x")}))`. In `.tf.json` and in old configurations it is a text.
    pub(super) fn parse(expr: &Expr) -> Self {
        match &expr.kind {
            Kind::Name(name) => Self::word(name),
            Kind::Text(text) => Self::word(text),
            Kind::Call { name, args, .. } => {
                let inner = || Box::new(args.first().map_or(Self::Any, Self::parse));
                match (&**name, args.first().map(|arg| &arg.kind)) {
                    ("list", _) => Self::List(inner()),
                    ("set", _) => Self::Set(inner()),
                    ("map", _) => Self::Map(inner()),
                    ("tuple", Some(Kind::List(members))) => {
                        Self::Tuple(members.iter().map(Self::parse).collect())
                    }
                    ("object", Some(Kind::Object(members))) => {
                        let members = members.iter().filter_map(|(key, kind)| match &key.kind {
                            Kind::Text(name) => Some((name.clone(), Member::parse(kind))),
                            _ => None,
                        });
                        Self::Object(members.collect())
                    }
                    _ => Self::Any,
                }
            }
            _ => Self::Any,
        }
    }

    fn word(word: &str) -> Self {
        match word {
            "string" => Self::Text,
            "number" => Self::Number,
            "bool" => Self::Bool,
            "list" => Self::List(Box::new(Self::Any)),
            "map" => Self::Map(Box::new(Self::Any)),
            _ => Self::Any,
        }
    }

    /// A value of this type. `default` evaluates the default of an optional attribute. What is not known keeps being
    /// so; what does not fit stays as it is, because the plan would not exist if it mattered.
    pub(super) fn convert(&self, val: Val, default: &dyn Fn(&Expr) -> Val) -> Val {
        match (self, val) {
            (_, Val::Either(alternatives)) => {
                Val::either(alternatives.iter().map(|one| self.convert(one.clone(), default)))
            }
            (Self::Text, val) => val.scalar_text().map_or(val, Val::Text),
            (Self::Number, Val::Text(text)) => text.trim().parse().map_or(Val::Text(text), Val::Number),
            (Self::Bool, Val::Text(text)) => match &*text {
                "true" => Val::Bool(true),
                "false" => Val::Bool(false),
                _ => Val::Text(text),
            },
            (Self::List(of), Val::List(members) | Val::Set(members)) => {
                Val::list(of.all(members.iter().map(|member| of.member(member, default)).collect()))
            }
            (Self::Set(of), Val::List(members) | Val::Set(members)) => {
                set(of.all(members.iter().map(|member| of.member(member, default)).collect()))
            }
            (Self::Tuple(types), Val::List(members)) if types.len() == members.len() => {
                Val::list(types.iter().zip(members.iter()).map(|(of, member)| of.member(member, default)))
            }
            (Self::Map(of), Val::Map(members)) => {
                let vals = members.values().map(|member| of.convert(member.clone(), default)).collect();
                Val::map(members.keys().cloned().zip(of.all(vals)))
            }
            (Self::Object(types), Val::Map(members)) => Val::map(types.iter().filter_map(|(name, of)| {
                let given = members.get(name).filter(|val| !(of.default.is_some() && **val == Val::Null));
                let val = match given {
                    Some(val) => of.kind.convert(val.clone(), default),
                    None if of.optional => match &of.default {
                        Some(expr) => of.kind.convert(default(expr), default),
                        None => Val::Null,
                    },
                    None => return None,
                };
                Some((name.clone(), val))
            })),
            (_, val) => val,
        }
    }

    /// Members of a collection of `any`: all of one type.
    fn all(&self, members: Vec<Val>) -> Vec<Val> {
        match self {
            Self::Any => unified(members),
            _ => members,
        }
    }

    fn member(&self, member: &Val, default: &dyn Fn(&Expr) -> Val) -> Val {
        match member {
            Val::Spread(of) => Val::Spread(of.clone()),
            other => self.convert(other.clone(), default),
        }
    }
}

impl Member {
    fn parse(expr: &Expr) -> Self {
        match &expr.kind {
            Kind::Call { name, args, .. } if &**name == "optional" => Self {
                kind: args.first().map_or(Type::Any, Type::parse),
                optional: true,
                default: args.get(1).cloned(),
            },
            _ => Self { kind: Type::parse(expr), optional: false, default: None },
        }
    }
}

/// Values that have to be of one type. What cannot be converted is not told.
pub(super) fn unified(members: Vec<Val>) -> Vec<Val> {
    match unify(members.clone()) {
        Ok(Some(same)) => same,
        Ok(None) => members
            .iter()
            .map(|member| match member {
                Val::Spread(_) => member.clone(),
                member if members.iter().any(|other| becomes_text(member, other)) => {
                    Val::unseen("the type that it is converted to is not followed", [member])
                }
                member => member.clone(),
            })
            .collect(),
        Err(_) => members,
    }
}

/// Whether a number or truth value in one becomes a text because there may be a text in its place in the other.
fn becomes_text(one: &Val, other: &Val) -> bool {
    match (one, other) {
        (Val::Bool(_) | Val::Number(_), Val::Text(_) | Val::Template(_) | Val::Attr(_) | Val::Unknown(_)) => {
            true
        }
        (Val::List(a) | Val::Set(a), Val::List(b) | Val::Set(b)) => {
            a.iter().any(|one| b.iter().any(|other| becomes_text(one, other)))
        }
        (Val::Map(a), Val::Map(b)) => {
            a.iter().any(|(key, one)| b.get(key).is_some_and(|other| becomes_text(one, other)))
        }
        (Val::Either(alternatives), other) => alternatives.iter().any(|one| becomes_text(one, other)),
        (one, Val::Either(alternatives)) => alternatives.iter().any(|other| becomes_text(one, other)),
        _ => false,
    }
}

/// A value as a piece of a text: a known scalar becomes text, what is not known a hole. Nothing for what cannot be part
/// of a text.
pub(super) fn piece(val: Val) -> Option<Piece> {
    match val {
        Val::Text(text) => Some(Piece::Text(text)),
        Val::Bool(flag) => Some(Piece::Text(Rc::from(if flag { "true" } else { "false" }))),
        Val::Number(number) => Some(Piece::Text(number_text(number).into())),
        Val::Template(_) | Val::Attr(_) | Val::Either(_) | Val::Unknown(_) => Some(Piece::Hole(val)),
        Val::Null
        | Val::List(_)
        | Val::Set(_)
        | Val::Map(_)
        | Val::Instance(_)
        | Val::Call(_)
        | Val::Spread(_) => None,
    }
}

/// A truth value, or the text of one.
pub(super) fn truth(val: &Val) -> Option<bool> {
    match val {
        Val::Bool(flag) => Some(*flag),
        Val::Text(text) => match &**text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A number, or the text of one.
pub(super) fn number(val: &Val) -> Option<f64> {
    match val {
        Val::Number(number) => Some(*number),
        Val::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn converted(constraint: &str, given: &Json) -> Val {
        let expr = crate::sources::hcl::template(&format!("${{{constraint}}}")).expect("an expression");
        let literal = |expr: &Expr| match &expr.kind {
            Kind::Text(text) => Val::Text(text.clone()),
            Kind::Number(number) => Val::Number(*number),
            other => panic!("no literal: {other:?}"),
        };
        Type::parse(&expr).convert(Val::from_json(given), &literal)
    }

    #[test]
    fn values_are_converted_as_terraform_does() {
        for (constraint, given, expected) in [
            ("string", json!(8080), json!("8080")),
            ("number", json!("8080"), json!(8080)),
            ("bool", json!("true"), json!(true)),
            ("set(string)", json!(["b", "a", "b"]), json!(["a", "b"])),
            ("list(string)", json!([1, true]), json!(["1", "true"])),
            ("map(any)", json!({"x": 1, "y": "b"}), json!({"x": "1", "y": "b"})),
            (
                "object({ a = string, b = optional(number, 5), c = optional(string) })",
                json!({"a": 1, "z": 2}),
                json!({"a": "1", "b": 5, "c": null}),
            ),
            ("list(object({ a = optional(string, \"x\") }))", json!([{"a": null}]), json!([{"a": "x"}])),
            ("tuple([string, number])", json!([1, "2"]), json!(["1", 2])),
            ("any", json!({"a": [1]}), json!({"a": [1]})),
        ] {
            assert_eq!(converted(constraint, &given).to_json(), Some(expected), "{constraint}");
        }
    }
}
