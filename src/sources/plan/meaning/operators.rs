//! Operators with two operands.

use super::functions::{Failed, Outcome};
use super::scope::Scope;
use super::source::Source;
use super::types::{number, truth};
use super::value::Val;
use crate::sources::hcl::syntax::{Binary, Expr};

impl Source<'_> {
    pub(super) fn binary(&self, operator: Binary, operands: &[Expr; 2], scope: &Scope) -> Outcome {
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
