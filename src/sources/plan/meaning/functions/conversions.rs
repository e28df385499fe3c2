//! Functions that make one type of another, or choose between values.

use super::args::{Members, flag, hidden, members, not_followed, number, take};
use super::collections::is_blank;
use super::kinds::{as_text, unify};
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::Val;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "tostring" => tostring,
        "tonumber" => tonumber,
        "tobool" => tobool,
        "tolist" => tolist,
        "tomap" => tomap,
        "coalesce" => coalesce,
        "sensitive" | "nonsensitive" | "ephemeralasnull" => itself,
        _ => return None,
    })
}

fn itself(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    Ok(arg.clone())
}

fn tostring(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    match arg {
        Val::Null | Val::Template(_) | Val::Attr(_) | Val::Unknown(_) => Ok(arg.clone()),
        Val::Instance(_) | Val::Call(_) => hidden("tostring", args),
        _ => arg.scalar_text().map(Val::Text).ok_or(Failed),
    }
}

fn tonumber(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    match arg {
        Val::Null | Val::Unknown(_) => Ok(arg.clone()),
        Val::Text(_) => {
            number(arg)?.map_or_else(|| not_followed("tonumber", args), |number| Ok(Val::Number(number)))
        }
        _ => number(arg)?.map_or_else(|| hidden("tonumber", args), |number| Ok(Val::Number(number))),
    }
}

fn tobool(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    match arg {
        Val::Null | Val::Unknown(_) => Ok(arg.clone()),
        _ => flag(arg)?.map_or_else(|| hidden("tobool", args), |flag| Ok(Val::Bool(flag))),
    }
}

/// A set in no order stays that set: then it stands for the list.
fn tolist(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    if *arg == Val::Null {
        return Ok(Val::Null);
    }
    match members(arg)? {
        Members::List(members) => unify(members.to_vec())?
            .map_or_else(|| not_followed("tolist", args), |members| Ok(Val::list(members))),
        Members::Sorted(members) => Ok(Val::list(members)),
        Members::Unordered([only]) => Ok(Val::list([only.clone()])),
        Members::Unordered(_) | Members::Hidden => Ok(arg.clone()),
    }
}

fn tomap(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    match arg {
        Val::Null | Val::Attr(_) | Val::Unknown(_) | Val::Instance(_) | Val::Call(_) => Ok(arg.clone()),
        Val::Map(members) => match unify(members.values().cloned().collect())? {
            Some(values) => Ok(Val::map(members.keys().cloned().zip(values))),
            None => not_followed("tomap", args),
        },
        _ => Err(Failed),
    }
}

fn coalesce(args: &[Val]) -> Outcome {
    let unified = match unify(args.to_vec()) {
        Ok(Some(unified)) => unified,
        // beside a null without a type, types need not fit
        Err(Failed) if !args.contains(&Val::Null) => return Err(Failed),
        _ => return not_followed("coalesce", args),
    };
    let open = args.iter().any(|arg| !arg.is_known());
    let mut candidates = Vec::new();
    for arg in unified {
        let blank = is_blank(&arg);
        // beside what may turn out to be a text
        if open && matches!(arg, Val::Number(_) | Val::Bool(_)) {
            candidates.push(as_text(&arg));
        }
        if blank != Some(true) {
            candidates.push(arg);
        }
        if blank == Some(false) {
            break;
        }
    }
    if candidates.is_empty() { Err(Failed) } else { Ok(Val::either(candidates)) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn scalars() {
        check(&[
            ("tostring", "1.5", "'1.5'"),
            ("tostring", "true", "'true'"),
            ("tostring", "null", "null"),
            ("tostring", "[]", "'!'"),
            ("tostring", "{}", "'!'"),
            ("tostring", "'@1'", "'@1'"),
            ("tostring", "{'$template': ['a', '@1']}", "{'$template': ['a', '@1']}"),
            ("tonumber", "'1.50'", "1.5"),
            ("tonumber", "'1E3'", "1000"),
            ("tonumber", "'a'", "'!'"),
            ("tonumber", "''", "'!'"),
            ("tonumber", "true", "'!'"),
            ("tonumber", "null", "null"),
            ("tonumber", "'12345678901234567890'", "'??'"),
            ("tonumber", "{'$template': ['1', '@1']}", "'??'"),
            ("tobool", "'true'", "true"),
            ("tobool", "'0'", "false"),
            ("tobool", "'True'", "'!'"),
            ("tobool", "''", "'!'"),
            ("tobool", "1", "'!'"),
            ("tobool", "null", "null"),
            ("tonumber", "'@1'", "'??'"),
            ("tobool", "'?1'", "'?1'"),
            ("sensitive", "'a'", "'a'"),
            ("nonsensitive", "'@1'", "'@1'"),
            ("ephemeralasnull", "null", "null"),
            ("sensitive", "", "'!'"),
        ]);
    }

    #[test]
    fn collections() {
        check(&[
            ("tolist", "[1, 'a']", "['1', 'a']"),
            ("tolist", "[null, 1]", "[null, 1]"),
            ("tolist", "[1, true]", "'!'"),
            ("tolist", "{'$set': [10, 9]}", "[9, 10]"),
            ("tolist", "{'$set': [true, false, null]}", "[false, true, null]"),
            ("tolist", "{'a': 1}", "'!'"),
            ("tolist", "null", "null"),
            ("tolist", "'a'", "'!'"),
            ("tolist", "[[1], ['a', 'b']]", "'??'"),
            ("tolist", "[{'a': 1}, {'a': 2}]", "[{'a': 1}, {'a': 2}]"),
            ("tolist", "{'$set': ['@1', 'a']}", "{'$set': ['@1', 'a']}"),
            ("tolist", "{'$set': ['@1']}", "['@1']"),
            ("tolist", "{'$set': [{'$spread': '@1'}]}", "[{'$spread': '@1'}]"),
            ("tolist", "'@1'", "'@1'"),
            ("tomap", "{'a': 1, 'b': 'x'}", "{'a': '1', 'b': 'x'}"),
            ("tomap", "{'a': 1, 'b': true}", "'!'"),
            ("tomap", "{'a': 1, 'b': [1]}", "'!'"),
            ("tomap", "{'a': 1, 'b': null}", "{'a': 1, 'b': null}"),
            ("tomap", "{'a': '@1', 'b': 'x'}", "{'a': '@1', 'b': 'x'}"),
            ("tomap", "[1]", "'!'"),
            ("tomap", "null", "null"),
        ]);
    }

    #[test]
    fn the_first_that_is_set() {
        check(&[
            ("coalesce", "'', 'a'", "'a'"),
            ("coalesce", "null, 1, 'a'", "'1'"),
            ("coalesce", "null, '', 0", "'0'"),
            ("coalesce", "0, 1", "0"),
            ("coalesce", "false, true", "false"),
            ("coalesce", "[], ['a']", "[]"),
            ("coalesce", "null, {'a': 1}", "{'a': 1}"),
            ("coalesce", "'', ''", "'!'"),
            ("coalesce", "null, null", "'!'"),
            ("coalesce", "", "'!'"),
            ("coalesce", "1, true", "'!'"),
            ("coalesce", "'a', [1]", "'!'"),
            ("coalesce", "[1], ['a']", "'??'"),
            ("coalesce", "null, '', []", "'??'"),
            ("coalesce", "null, '@1', 'a'", "'@1'"),
            ("coalesce", "1, '@1'", "{'$either': ['1', 1]}"),
            ("coalesce", "'?1', '', 'a', 'b'", "{'$either': ['?1', 'a']}"),
            ("coalesce", "'?1'", "'?1'"),
            ("coalesce", "{'$either': [null, '@1']}, 'a'", "{'$either': ['a', '@1']}"),
        ]);
    }
}
