//! Functions on sets.

use std::rc::Rc;

use super::args::{
    MAX_COMPARED, Members, has_spread, hidden, members, not_followed, perhaps, take, too_large,
};
use super::kinds::{same, set, unify};
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::{MAX_MEMBERS, Val};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "toset" => toset,
        "setunion" => setunion,
        "setintersection" => setintersection,
        "setsubtract" => setsubtract,
        "setproduct" => setproduct,
        _ => return None,
    })
}

/// A set of this many members would take too long to compare.
fn is_large(members: &[Val]) -> bool {
    members.len() > MAX_COMPARED && !members.iter().all(|member| matches!(member, Val::Text(_)))
}

fn toset(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    if *arg == Val::Null {
        return Ok(Val::Null);
    }
    let Members::List(members) = members(arg)? else {
        return Ok(arg.clone());
    };
    match unify(members.to_vec())? {
        Some(members) if is_large(&members) => too_large("toset", args),
        Some(members) => Ok(set(members)),
        None => not_followed("toset", args),
    }
}

/// The members of each argument, all of one type.
fn sets(args: &[Val]) -> Result<Option<Vec<Vec<Val>>>, Failed> {
    let mut all = Vec::new();
    let mut lengths = Vec::new();
    for arg in args {
        let begin = all.len();
        match members(arg)? {
            Members::List(members) | Members::Unordered(members) => all.extend_from_slice(members),
            Members::Sorted(members) => all.extend(members),
            Members::Hidden => all.push(Val::Spread(Rc::new(arg.clone()))),
        }
        lengths.push(all.len() - begin);
    }
    Ok(unify(all)?.map(|all| {
        let mut all = all.into_iter();
        lengths.into_iter().map(|length| all.by_ref().take(length).collect()).collect()
    }))
}

fn setunion(args: &[Val]) -> Outcome {
    if args.is_empty() {
        return Err(Failed);
    }
    match sets(args)? {
        Some(sets) => {
            let all = sets.concat();
            if is_large(&all) { too_large("setunion", args) } else { Ok(set(all)) }
        }
        None => not_followed("setunion", args),
    }
}

/// Whether a value is a member, where this is decided.
fn holds(members: &[Val], val: &Val) -> Option<bool> {
    let mut decided = Some(false);
    for member in members {
        match same(member, val) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => decided = None,
        }
    }
    decided
}

fn setintersection(args: &[Val]) -> Outcome {
    if args.is_empty() {
        return Err(Failed);
    }
    let Some(sets) = sets(args)? else {
        return not_followed("setintersection", args);
    };
    if sets.iter().map(Vec::len).sum::<usize>() > MAX_COMPARED {
        return too_large("setintersection", args);
    }
    let mut certain = Vec::new();
    let mut possible = Vec::new();
    for val in sets.iter().flatten() {
        let held: Vec<Option<bool>> = sets.iter().map(|members| holds(members, val)).collect();
        if held.iter().all(|held| *held == Some(true)) {
            certain.push(val.clone());
        } else if !held.contains(&Some(false)) {
            possible.push(val.clone());
        }
    }
    if !possible.is_empty() {
        certain.push(Val::Spread(Rc::new(set(possible))));
    }
    Ok(set(certain))
}

fn setsubtract(args: &[Val]) -> Outcome {
    let [_, _]: &[Val; 2] = take(args)?;
    let Some(sets) = sets(args)? else {
        return not_followed("setsubtract", args);
    };
    let [from, without] = sets.as_slice() else {
        return Err(Failed);
    };
    if from.len().saturating_mul(without.len()) > MAX_COMPARED * MAX_COMPARED {
        return too_large("setsubtract", args);
    }
    let mut left = Vec::new();
    for val in from {
        match holds(without, val) {
            Some(true) => {}
            Some(false) => left.push(val.clone()),
            None if without.is_empty() || matches!(val, Val::Spread(_)) => left.push(val.clone()),
            None => left.push(perhaps(val.clone())),
        }
    }
    if is_large(&left) { too_large("setsubtract", args) } else { Ok(set(left)) }
}

fn setproduct(args: &[Val]) -> Outcome {
    if args.len() < 2 {
        return Err(Failed);
    }
    let mut product: Vec<Vec<Val>> = vec![Vec::new()];
    let mut ordered = true;
    let mut seen = true;
    for arg in args {
        let members = match members(arg)? {
            Members::List(members) if !has_spread(members) => members.to_vec(),
            Members::Sorted(members) => {
                ordered = false;
                members
            }
            Members::Unordered(members) if !has_spread(members) => {
                ordered = false;
                members.to_vec()
            }
            _ => {
                seen = false;
                continue;
            }
        };
        let Some(members) = unify(members)? else {
            seen = false;
            continue;
        };
        if product.len().saturating_mul(members.len()) > MAX_MEMBERS {
            return too_large("setproduct", args);
        }
        product = product
            .iter()
            .flat_map(|begun| members.iter().map(|next| begun.iter().chain([next]).cloned().collect()))
            .collect();
    }
    let tuples: Vec<Val> = product.into_iter().map(Val::list).collect();
    if !seen {
        hidden("setproduct", args)
    } else if ordered {
        Ok(Val::list(tuples))
    } else if is_large(&tuples) {
        too_large("setproduct", args)
    } else {
        Ok(set(tuples))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn sets() {
        check(&[
            ("toset", "['b', 'a', 'b']", "{'$set': ['a', 'b']}"),
            ("toset", "[1, 'a', true]", "{'$set': ['1', 'a', 'true']}"),
            ("toset", "[10, 9, 1]", "{'$set': [1, 9, 10]}"),
            ("toset", "[[1], [2]]", "{'$set': [[1], [2]]}"),
            ("toset", "[1, true]", "'!'"),
            ("toset", "null", "null"),
            ("toset", "'a'", "'!'"),
            ("toset", "{'a': 1}", "'!'"),
            ("toset", "[[1], ['a']]", "'??'"),
            ("toset", "['@1', '@2', '@1']", "{'$set': ['@1', '@2']}"),
            ("toset", "['?1', '?1']", "{'$set': ['?1', '?1']}"),
            ("toset", "'@1'", "'@1'"),
            ("setunion", "['a'], ['b', 'a']", "{'$set': ['a', 'b']}"),
            ("setunion", "[1], ['a']", "{'$set': ['1', 'a']}"),
            ("setunion", "[1, 2], [3, 1]", "{'$set': [1, 2, 3]}"),
            ("setunion", "[], []", "{'$set': []}"),
            ("setunion", "", "'!'"),
            ("setunion", "null, ['a']", "'!'"),
            ("setunion", "[1], [true]", "'!'"),
            ("setunion", "'a', ['b']", "'!'"),
            ("setunion", "{'a': 1}, ['b']", "'!'"),
            ("setunion", "['@1'], '@2'", "{'$set': ['@1', {'$spread': '@2'}]}"),
            ("setintersection", "['a', 'b'], ['b', 'c']", "{'$set': ['b']}"),
            ("setintersection", "['a', 'b'], ['b'], ['a']", "{'$set': []}"),
            ("setintersection", "['1'], [1]", "{'$set': ['1']}"),
            ("setintersection", "['a', null], [null]", "{'$set': [null]}"),
            ("setintersection", "['a']", "{'$set': ['a']}"),
            (
                "setintersection",
                "['@1', 'a'], ['@1', 'b']",
                "{'$set': ['@1', {'$spread': {'$set': ['a', 'b']}}]}",
            ),
            (
                "setintersection",
                "['a', 'b'], ['b', '@1']",
                "{'$set': ['b', {'$spread': {'$set': ['a', '@1']}}]}",
            ),
            ("setsubtract", "['a', 'b'], ['b']", "{'$set': ['a']}"),
            ("setsubtract", "['a', 'b'], []", "{'$set': ['a', 'b']}"),
            ("setsubtract", "['1'], [1]", "{'$set': []}"),
            ("setsubtract", "[1, 2], ['2']", "{'$set': ['1']}"),
            ("setsubtract", "['a'], null", "'!'"),
            ("setsubtract", "['a']", "'!'"),
            ("setsubtract", "['@1', 'a'], ['a']", "{'$set': [{'$spread': {'$set': ['@1']}}]}"),
            ("setsubtract", "['@1', '?2'], []", "{'$set': ['@1', '?2']}"),
            ("setsubtract", "'@1', ['a']", "{'$set': [{'$spread': '@1'}]}"),
            ("setsubtract", "['a'], '@1'", "{'$set': [{'$spread': {'$set': ['a']}}]}"),
        ]);
    }

    #[test]
    fn products() {
        check(&[
            ("setproduct", "['b', 'a'], [1, 2]", "[['b', 1], ['b', 2], ['a', 1], ['a', 2]]"),
            ("setproduct", "['a'], [1, 'x'], [true]", "[['a', '1', true], ['a', 'x', true]]"),
            ("setproduct", "['a', 'a'], ['b']", "[['a', 'b'], ['a', 'b']]"),
            ("setproduct", "{'$set': ['a', 'b']}, ['c', 'c']", "{'$set': [['a', 'c'], ['b', 'c']]}"),
            ("setproduct", "[], ['a']", "[]"),
            ("setproduct", "{'$set': []}, ['a']", "{'$set': []}"),
            ("setproduct", "['a']", "'!'"),
            ("setproduct", "null, [1]", "'!'"),
            ("setproduct", "{'a': 1}, [1]", "'!'"),
            ("setproduct", "['@1'], ['a', '@2']", "[['@1', 'a'], ['@1', '@2']]"),
            ("setproduct", "['@1'], '@2'", "'??'"),
            ("setproduct", "['@1'], [{'$spread': '@2'}]", "'??'"),
        ]);
    }
}
