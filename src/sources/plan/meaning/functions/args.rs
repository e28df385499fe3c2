//! How functions read their arguments: `Err` where Terraform would stop, nothing where the argument hides what is
//! asked for.

use std::rc::Rc;

use super::{Failed, Outcome};
use crate::sources::plan::meaning::value::Val;

/// How many members are compared each with each; more are not followed.
pub(super) const MAX_COMPARED: usize = 2_000;

/// 2^53: below it a whole number is exact.
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;

/// What a function comes to whose argument hides what it needs.
#[expect(clippy::unnecessary_wraps, reason = "functions end with it")]
pub(super) fn hidden(function: &str, args: &[Val]) -> Outcome {
    Ok(Val::unseen(format!("{function}() of something that is known after apply"), args))
}

/// What a function comes to that is known, but not told here.
#[expect(clippy::unnecessary_wraps, reason = "functions end with it")]
pub(super) fn not_followed(function: &str, args: &[Val]) -> Outcome {
    Ok(Val::unseen(format!("{function}() is not followed for what it is given here"), args))
}

/// What a function comes to that would be too large.
#[expect(clippy::unnecessary_wraps, reason = "functions end with it")]
pub(super) fn too_large(function: &str, args: &[Val]) -> Outcome {
    Ok(Val::unseen(format!("the result of {function}() is too large to be followed"), args))
}

/// Exactly this many arguments.
pub(super) fn take<const N: usize>(args: &[Val]) -> Result<&[Val; N], Failed> {
    args.try_into().map_err(|_| Failed)
}

/// An argument that has to be a text.
pub(super) fn text(arg: &Val) -> Result<Option<Rc<str>>, Failed> {
    match arg {
        Val::Null | Val::List(_) | Val::Set(_) | Val::Map(_) => Err(Failed),
        _ => Ok(arg.scalar_text()),
    }
}

/// An argument that has to be a number.
pub(super) fn number(arg: &Val) -> Result<Option<f64>, Failed> {
    match arg {
        Val::Number(number) => Ok(Some(*number)),
        Val::Text(text) => parse_number(text),
        Val::Null | Val::Bool(_) | Val::List(_) | Val::Set(_) | Val::Map(_) => Err(Failed),
        _ => Ok(None),
    }
}

/// An argument that has to be a whole number.
pub(super) fn whole(arg: &Val) -> Result<Option<i64>, Failed> {
    Ok(match number(arg)? {
        Some(number) if number.fract() != 0.0 => return Err(Failed),
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        Some(number) if number.abs() < EXACT => Some(number as i64),
        _ => None,
    })
}

/// An argument that has to be a bool.
pub(super) fn flag(arg: &Val) -> Result<Option<bool>, Failed> {
    match arg {
        Val::Bool(flag) => Ok(Some(*flag)),
        Val::Text(text) => match &**text {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            _ => Err(Failed),
        },
        Val::Null | Val::Number(_) | Val::List(_) | Val::Set(_) | Val::Map(_) => Err(Failed),
        _ => Ok(None),
    }
}

/// A number as Terraform reads it from a text; nothing where more digits are written than are kept here.
pub(super) fn parse_number(text: &str) -> Result<Option<f64>, Failed> {
    let decimal = text.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    if !decimal {
        // infinity, and the binary exponents that Go reads
        let bare = text.trim_start_matches(['+', '-']);
        let odd = bare.eq_ignore_ascii_case("inf")
            || bare.starts_with(|first: char| first.is_ascii_digit()) && bare.contains(['p', 'P']);
        return if odd { Ok(None) } else { Err(Failed) };
    }
    let number: f64 = text.parse().map_err(|_| Failed)?;
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0').len();
    let kept = digits <= 15 || digits <= 16 && number.fract() == 0.0 && number.abs() < EXACT;
    Ok((kept && number.is_finite()).then_some(number))
}

/// Every character of it is one that a reader sees, as far as this is told without Unicode's tables.
pub(super) fn is_plain(text: &str) -> bool {
    text.chars().all(|char| char < '\u{300}' && char != '\r')
}

/// An argument that has to be a list, tuple or set.
pub(super) enum Members<'a> {
    List(&'a [Val]),
    /// A set of known scalars, in the order in which Terraform walks through it.
    Sorted(Vec<Val>),
    /// A set in no order. It also stands for a list the order of which is not known.
    Unordered(&'a [Val]),
    /// Which members it has is known after apply.
    Hidden,
}

pub(super) fn members(arg: &Val) -> Result<Members<'_>, Failed> {
    match arg {
        Val::List(members) => Ok(Members::List(members)),
        Val::Set(members) => Ok(sorted(members).map_or(Members::Unordered(members), Members::Sorted)),
        Val::Null | Val::Bool(_) | Val::Number(_) | Val::Text(_) | Val::Template(_) | Val::Map(_) => {
            Err(Failed)
        }
        _ => Ok(Members::Hidden),
    }
}

/// The members of a set in Terraform's order: null comes last.
fn sorted(members: &[Val]) -> Option<Vec<Val>> {
    let rank = |val: &Val| match val {
        Val::Bool(_) => Some(0),
        Val::Number(_) => Some(1),
        Val::Text(_) => Some(2),
        Val::Null => Some(3),
        _ => None,
    };
    if !members.iter().all(|member| rank(member).is_some()) {
        return None;
    }
    let mut sorted = members.to_vec();
    sorted.sort_by(|a, b| match (a, b) {
        (Val::Bool(a), Val::Bool(b)) => a.cmp(b),
        (Val::Number(a), Val::Number(b)) => a.total_cmp(b),
        (Val::Text(a), Val::Text(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    });
    Some(sorted)
}

pub(super) fn has_spread(members: &[Val]) -> bool {
    members.iter().any(|member| matches!(member, Val::Spread(_)))
}

/// A list that holds any number of the members of this.
pub(super) fn some_of(collection: &Val) -> Val {
    Val::list([Val::Spread(Rc::new(collection.clone()))])
}

/// As a member: this, or nothing.
pub(super) fn perhaps(val: Val) -> Val {
    Val::Spread(Rc::new(Val::Set([val].into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers() {
        for (text, expected) in [
            ("1", Ok(Some(1.0))),
            ("1.50", Ok(Some(1.5))),
            ("1e3", Ok(Some(1000.0))),
            ("+.5", Ok(Some(0.5))),
            ("5.", Ok(Some(5.0))),
            ("0010", Ok(Some(10.0))),
            ("9007199254740991", Ok(Some(9_007_199_254_740_991.0))),
            ("9007199254740993", Ok(None)),
            ("0.1234567890123456789", Ok(None)),
            ("1e999", Ok(None)),
            ("Inf", Ok(None)),
            ("1p3", Ok(None)),
            ("", Err(Failed)),
            ("-", Err(Failed)),
            ("1e", Err(Failed)),
            (" 1", Err(Failed)),
            ("1_000", Err(Failed)),
            ("0x10", Err(Failed)),
            ("nan", Err(Failed)),
            ("infinity", Err(Failed)),
        ] {
            assert_eq!(parse_number(text), expected, "{text}");
        }
    }
}
