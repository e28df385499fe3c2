//! When two values are equal, and what Terraform makes of members of different types where they have to be of one.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Failed;
use crate::sources::plan::meaning::value::{Piece, Val};

/// It stands for one value, known now or after apply: two that are equal here are equal then.
pub(super) fn is_determined(val: &Val) -> bool {
    match val {
        Val::Null
        | Val::Bool(_)
        | Val::Number(_)
        | Val::Text(_)
        | Val::Instance(_)
        | Val::Call(_)
        | Val::Attr(_) => true,
        Val::Template(pieces) => {
            pieces.iter().all(|piece| !matches!(piece, Piece::Hole(val) if !is_determined(val)))
        }
        Val::List(members) | Val::Set(members) => members.iter().all(is_determined),
        Val::Map(members) => members.values().all(is_determined),
        Val::Either(_) | Val::Spread(_) | Val::Unknown(_) => false,
    }
}

/// Whether two values of one type are equal, where this is decided.
pub(super) fn same(a: &Val, b: &Val) -> Option<bool> {
    if a == b {
        return is_determined(a).then_some(true);
    }
    // the members of a set may have been written down in another order
    let decided = a.is_known() && b.is_known() && !holds_set(a) && !holds_set(b);
    decided.then_some(false)
}

fn holds_set(val: &Val) -> bool {
    match val {
        Val::Set(_) => true,
        Val::List(members) => members.iter().any(holds_set),
        Val::Map(members) => members.values().any(holds_set),
        _ => false,
    }
}

/// A set of these. What is not determined is kept as often as it is given, since it may be another value each time.
pub(in crate::sources::plan::meaning) fn set(members: Vec<Val>) -> Val {
    if members.iter().all(is_determined) {
        return Val::set(members);
    }
    let mut unique: Vec<Val> = Vec::new();
    for member in members {
        if !unique.iter().any(|earlier| same(earlier, &member) == Some(true)) {
            unique.push(member);
        }
    }
    Val::Set(unique.into())
}

/// The type of a value, as far as it decides about conversions.
#[derive(Debug, Clone)]
enum Kind {
    /// Null, or not known.
    Any,
    Text,
    Number,
    Bool,
    List(Vec<Kind>),
    Map(BTreeMap<Rc<str>, Kind>),
}

impl Kind {
    fn of(val: &Val) -> Self {
        match val {
            Val::Text(_) | Val::Template(_) => Self::Text,
            Val::Number(_) => Self::Number,
            Val::Bool(_) => Self::Bool,
            Val::List(members) | Val::Set(members) => Self::List(members.iter().map(Self::of).collect()),
            Val::Map(members) => {
                Self::Map(members.iter().map(|(key, val)| (key.clone(), Self::of(val))).collect())
            }
            // a null among them leaves the type open
            Val::Either(alternatives) if !alternatives.contains(&Val::Null) => {
                Self::merged(alternatives.iter().map(Self::of)).unwrap_or(Self::Any)
            }
            Val::Null
            | Val::Instance(_)
            | Val::Call(_)
            | Val::Attr(_)
            | Val::Either(_)
            | Val::Spread(_)
            | Val::Unknown(_) => Self::Any,
        }
    }

    /// The type of both; nothing where one of them would have to be converted.
    fn merge(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Any, kind) | (kind, Self::Any) => kind,
            (Self::Text, Self::Text) => Self::Text,
            (Self::Number, Self::Number) => Self::Number,
            (Self::Bool, Self::Bool) => Self::Bool,
            (Self::List(a), Self::List(b)) if a.len() == b.len() => {
                Self::List(a.into_iter().zip(b).map(|(a, b)| a.merge(b)).collect::<Option<_>>()?)
            }
            (Self::List(a), Self::List(b)) => Self::List(vec![Self::merged(a.into_iter().chain(b))?]),
            (Self::Map(a), Self::Map(mut b)) => {
                if a.len() == b.len() && a.keys().all(|key| b.contains_key(key)) {
                    let merge = |(key, a): (Rc<str>, Self)| {
                        let b = b.remove(&key)?;
                        Some((key, a.merge(b)?))
                    };
                    Self::Map(a.into_iter().map(merge).collect::<Option<_>>()?)
                } else {
                    let keys: Vec<Rc<str>> = a.keys().chain(b.keys()).cloned().collect();
                    let kind = Self::merged(a.into_values().chain(b.into_values()))?;
                    Self::Map(keys.into_iter().map(|key| (key, kind.clone())).collect())
                }
            }
            _ => return None,
        })
    }

    fn merged(kinds: impl Iterator<Item = Self>) -> Option<Self> {
        kinds.into_iter().try_fold(Self::Any, Self::merge)
    }

    fn is_compound(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_))
    }
}

/// These as members of one type: beside a text, numbers and bools become texts. Nothing where parts of the members
/// would have to be converted.
///
/// A number beside something that is known after apply is kept. Should that be a text, the number would be one too.
pub(in crate::sources::plan::meaning) fn unify(members: Vec<Val>) -> Result<Option<Vec<Val>>, Failed> {
    let kinds: Vec<Kind> = members.iter().map(Kind::of).collect();
    let compound = kinds.iter().any(Kind::is_compound);
    // what is one of several may be a number, and still become a text
    let texts = kinds.iter().any(|kind| matches!(kind, Kind::Text));
    if texts && !compound {
        return Ok(Some(members.iter().map(as_text).collect()));
    }
    if Kind::merged(kinds.iter().cloned()).is_some() {
        return Ok(Some(members));
    }
    if compound && kinds.iter().all(|kind| kind.is_compound() || matches!(kind, Kind::Any)) {
        return Ok(None);
    }
    if compound {
        return Err(Failed);
    }
    // a number and a bool: only a text that is not seen yet can bring them together
    let hidden = |(kind, member): (&Kind, &Val)| matches!(kind, Kind::Any) && *member != Val::Null;
    if kinds.iter().zip(&members).any(hidden) { Ok(None) } else { Err(Failed) }
}

/// A member of a list of texts.
pub(super) fn as_text(val: &Val) -> Val {
    match val {
        Val::Number(_) | Val::Bool(_) => val.scalar_text().map_or_else(|| val.clone(), Val::Text),
        Val::Either(alternatives) => Val::either(alternatives.iter().map(as_text)),
        Val::Spread(of) => match &**of {
            Val::List(members) => Val::Spread(Rc::new(Val::list(members.iter().map(as_text)))),
            Val::Set(members) => Val::Spread(Rc::new(Val::Set(members.iter().map(as_text).collect()))),
            _ => val.clone(),
        },
        _ => val.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::val;
    use super::*;

    #[test]
    fn tells_what_is_equal() {
        for (a, b, expected) in [
            ("1", "1", Some(true)),
            ("1", "'1'", Some(false)),
            ("'@1'", "'@1'", Some(true)),
            ("'@1'", "'@2'", None),
            ("'@1'", "'a'", None),
            ("'@1'", "null", None),
            ("'?1'", "'?1'", None),
            ("{'$template': ['a', '?1']}", "{'$template': ['a', '?1']}", None),
            ("{'$template': ['a', '@1']}", "{'$template': ['a', '@1']}", Some(true)),
            ("['a', '@1']", "['a', '@1']", Some(true)),
            ("[1]", "[2]", Some(false)),
            ("{'$set': [[1], [2]]}", "{'$set': [[2], [1]]}", None),
        ] {
            assert_eq!(same(&val(a), &val(b)), expected, "{a} {b}");
        }
    }

    #[test]
    fn makes_one_type_of_several() {
        for (members, expected) in [
            ("[1, 'a', true, null]", Ok(Some("['1', 'a', 'true', null]"))),
            ("[1, 2]", Ok(Some("[1, 2]"))),
            ("[1, true]", Err(Failed)),
            ("[1, true, '@1']", Ok(None)),
            ("[1, '@1']", Ok(Some("[1, '@1']"))),
            ("[1, {'$template': ['a', '@1']}]", Ok(Some("['1', {'$template': ['a', '@1']}]"))),
            ("[{'$either': [1, 2]}, 'a']", Ok(Some("[{'$either': ['1', '2']}, 'a']"))),
            ("[1, [1]]", Err(Failed)),
            ("[{'$either': [1, 'b']}, 'a']", Ok(Some("[{'$either': ['1', 'b']}, 'a']"))),
            ("[[1], ['a']]", Ok(None)),
            ("[['a', 1], ['b', 2]]", Ok(Some("[['a', 1], ['b', 2]]"))),
            ("[['a', 1], ['b']]", Ok(None)),
            ("[['a'], []]", Ok(Some("[['a'], []]"))),
            (
                "[{'a': 1, 'b': 'x'}, {'a': 2, 'b': '@1'}]",
                Ok(Some("[{'a': 1, 'b': 'x'}, {'a': 2, 'b': '@1'}]")),
            ),
            ("[{'a': 1}, {'b': 'x'}]", Ok(None)),
            ("[{'a': 1}, {'b': 2}]", Ok(Some("[{'a': 1}, {'b': 2}]"))),
        ] {
            let Val::List(given) = val(members) else { panic!("{members}") };
            let expected = expected.map(|list| list.map(val));
            assert_eq!(unify(given.to_vec()).map(|list| list.map(Val::list)), expected, "{members}");
        }
    }
}
