//! Functions on maps and objects.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::args::{Members, has_spread, hidden, members, take, text, too_large};
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::{MAX_MEMBERS, Val};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "values" => values,
        "keys" => keys,
        "lookup" => lookup,
        "merge" => merge,
        "zipmap" => zipmap,
        "transpose" => transpose,
        _ => return None,
    })
}

type Map = BTreeMap<Rc<str>, Val>;

/// An argument that has to be a map or an object.
fn map(arg: &Val) -> Result<Option<&Map>, Failed> {
    match arg {
        Val::Map(members) => Ok(Some(members)),
        Val::Attr(_) | Val::Unknown(_) | Val::Instance(_) | Val::Call(_) => Ok(None),
        _ => Err(Failed),
    }
}

fn values(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    map(arg)?.map_or_else(|| hidden("values", args), |map| Ok(Val::list(map.values().cloned())))
}

fn keys(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    map(arg)?.map_or_else(|| hidden("keys", args), |map| Ok(Val::list(map.keys().cloned().map(Val::Text))))
}

fn lookup(args: &[Val]) -> Outcome {
    let (arg, key, default) = match args {
        [arg, key] => (arg, key, None),
        [arg, key, default] => (arg, key, Some(default)),
        _ => return Err(Failed),
    };
    let (map, key) = (map(arg)?, text(key)?);
    let Some(map) = map else {
        return hidden("lookup", args);
    };
    match key {
        Some(key) => map.get(&key).or(default).cloned().ok_or(Failed),
        None if map.is_empty() && default.is_none() => Err(Failed),
        None => Ok(Val::either(map.values().chain(default).cloned())),
    }
}

fn merge(args: &[Val]) -> Outcome {
    let args: Vec<Val> = args.iter().filter(|arg| **arg != Val::Null).cloned().collect();
    let maps: Vec<Option<&Map>> = args.iter().map(map).collect::<Result<_, _>>()?;
    if let ([only], [None]) = (args.as_slice(), maps.as_slice()) {
        return Ok(only.clone());
    }
    let Some(maps) = maps.into_iter().collect::<Option<Vec<_>>>() else {
        return hidden("merge", &args);
    };
    let mut merged = Map::new();
    for map in maps {
        merged.extend(map.iter().map(|(key, val)| (key.clone(), val.clone())));
        if merged.len() > MAX_MEMBERS {
            return too_large("merge", &args);
        }
    }
    Ok(Val::map(merged))
}

fn zipmap(args: &[Val]) -> Outcome {
    let [keys, values] = take(args)?;
    let keys = match members(keys)? {
        Members::List(members) if !has_spread(members) => Some(members.to_vec()),
        Members::Sorted(members) => Some(members),
        _ => None,
    };
    let values = match members(values)? {
        Members::List(members) if !has_spread(members) => Some(members),
        Members::Sorted(_) => return Err(Failed),
        _ => None,
    };
    let (Some(keys), Some(values)) = (keys, values) else {
        return hidden("zipmap", args);
    };
    if keys.len() != values.len() {
        return Err(Failed);
    }
    let keys: Vec<Option<Rc<str>>> = keys.iter().map(text).collect::<Result<_, _>>()?;
    let Some(keys) = keys.into_iter().collect::<Option<Vec<_>>>() else {
        return hidden("zipmap", args);
    };
    Ok(Val::map(keys.into_iter().zip(values.iter().cloned())))
}

fn transpose(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let Some(map) = map(arg)? else {
        return hidden("transpose", args);
    };
    let mut transposed: BTreeMap<Rc<str>, Vec<Val>> = BTreeMap::new();
    let mut open = false;
    for (key, list) in map {
        let texts = match list {
            // one of several, of which each may fit
            Val::Either(_) => {
                open = true;
                continue;
            }
            list => match members(list)? {
                Members::List(members) | Members::Unordered(members) => members.to_vec(),
                Members::Sorted(members) => members,
                Members::Hidden => {
                    open = true;
                    continue;
                }
            },
        };
        for member in &texts {
            match text(member)? {
                Some(text) => transposed.entry(text).or_default().push(Val::Text(key.clone())),
                None => open = true,
            }
        }
    }
    if open {
        return hidden("transpose", args);
    }
    Ok(Val::map(transposed.into_iter().map(|(text, keys)| (text, Val::list(keys)))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn maps() {
        check(&[
            ("values", "{'b': 1, 'a': '@1'}", "['@1', 1]"),
            ("values", "{'a': null}", "[null]"),
            ("values", "[1]", "'!'"),
            ("values", "null", "'!'"),
            ("values", "'@1'", "'??'"),
            ("keys", "{'b': '?1', 'a': 2}", "['a', 'b']"),
            ("keys", "[1]", "'!'"),
            ("keys", "'#1'", "'??'"),
            ("lookup", "{'a': 1}, 'a', 2", "1"),
            ("lookup", "{'a': 1}, 'b', 'x'", "'x'"),
            ("lookup", "{'a': null}, 'a', 2", "null"),
            ("lookup", "{'1': 2}, 1, 3", "2"),
            ("lookup", "{'a': 1}, 'a'", "1"),
            ("lookup", "{'a': 1}, 'b'", "'!'"),
            ("lookup", "{'a': 1}, null, 2", "'!'"),
            ("lookup", "null, 'a', 2", "'!'"),
            ("lookup", "{'a': 1}, 'a', null, 3", "'!'"),
            ("lookup", "{'a': '@1', 'b': '@2'}, '@3', 'x'", "{'$either': ['@1', '@2', 'x']}"),
            ("lookup", "{}, '@3', 'x'", "'x'"),
            ("lookup", "'@1', 'a', '@2'", "'??'"),
            ("merge", "", "{}"),
            ("merge", "{'a': 1}, {'a': 2, 'b': '@1'}", "{'a': 2, 'b': '@1'}"),
            ("merge", "{'a': {'b': 1}}, {'a': {'c': 2}}", "{'a': {'c': 2}}"),
            ("merge", "{'a': 1}, null", "{'a': 1}"),
            ("merge", "null, null", "{}"),
            ("merge", "{'a': 1}, {'a': null}", "{'a': null}"),
            ("merge", "[1], {'a': 1}", "'!'"),
            ("merge", "'@1', {'a': 1}", "'??'"),
            ("merge", "'@1', null", "'@1'"),
            ("zipmap", "['a', 'b'], [1, '@1']", "{'a': 1, 'b': '@1'}"),
            ("zipmap", "[1, 2], ['x', 'y']", "{'1': 'x', '2': 'y'}"),
            ("zipmap", "['a', 'a'], [1, 2]", "{'a': 2}"),
            ("zipmap", "{'$set': ['a']}, ['b']", "{'a': 'b'}"),
            ("zipmap", "[], []", "{}"),
            ("zipmap", "['a'], [1, 2]", "'!'"),
            ("zipmap", "['a'], {'$set': ['b']}", "'!'"),
            ("zipmap", "[null], [1]", "'!'"),
            ("zipmap", "['a'], null", "'!'"),
            ("zipmap", "'a', ['b']", "'!'"),
            ("zipmap", "['@1'], ['b']", "'??'"),
            ("zipmap", "['a'], [{'$spread': '@1'}]", "'??'"),
            ("transpose", "{'a': ['1', '2'], 'b': ['2', '3']}", "{'1': ['a'], '2': ['a', 'b'], '3': ['b']}"),
            ("transpose", "{'a': [1], 'b': []}", "{'1': ['a']}"),
            ("transpose", "{'a': ['1', '1']}", "{'1': ['a', 'a']}"),
            ("transpose", "{'a': {'$set': ['x']}}", "{'x': ['a']}"),
            ("transpose", "{'a': null}", "'!'"),
            ("transpose", "{'a': [null]}", "'!'"),
            ("transpose", "{'a': 'x'}", "'!'"),
            ("transpose", "null", "'!'"),
            ("transpose", "{'a': ['@1']}", "'??'"),
            ("transpose", "{'a': '@1'}", "'??'"),
        ]);
    }
}
