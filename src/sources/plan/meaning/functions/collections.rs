//! Functions on lists, by the order of their members.

use std::rc::Rc;

use super::args::{
    MAX_COMPARED, Members, has_spread, hidden, is_plain, members, not_followed, perhaps, some_of, take,
    too_large, whole,
};
use super::kinds::{as_text, is_determined, same, unify};
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::{MAX_ALTERNATIVES, MAX_MEMBERS, Piece, Val};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "concat" => concat,
        "flatten" => flatten,
        "compact" => compact,
        "distinct" => distinct,
        "slice" => slice,
        "element" => element,
        "reverse" => reverse,
        "one" => one,
        "coalescelist" => coalescelist,
        "contains" => contains,
        "length" => length,
        "index" => index,
        "chunklist" => chunklist,
        "sort" => sort,
        "matchkeys" => matchkeys,
        _ => return None,
    })
}

fn concat(args: &[Val]) -> Outcome {
    if args.is_empty() {
        return Err(Failed);
    }
    let mut all = Vec::new();
    for arg in args {
        match members(arg)? {
            Members::List(members) => all.extend_from_slice(members),
            Members::Sorted(_) => return Err(Failed),
            Members::Unordered(_) | Members::Hidden => all.push(Val::Spread(Rc::new(arg.clone()))),
        }
        if all.len() > MAX_MEMBERS {
            return too_large("concat", args);
        }
    }
    Ok(Val::list(all))
}

fn flatten(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let mut flat = Vec::new();
    match members(arg)? {
        Members::Hidden if matches!(arg, Val::Attr(_) | Val::Unknown(_)) => return Ok(some_of(arg)),
        Members::Hidden => return hidden("flatten", args),
        _ => flatten_into(arg, &mut flat),
    }
    if flat.len() > MAX_MEMBERS { too_large("flatten", args) } else { Ok(Val::list(flat)) }
}

fn flattened(collection: &Val) -> Val {
    let mut flat = Vec::new();
    flatten_into(collection, &mut flat);
    Val::list(flat)
}

/// Takes one member, or the collection, apart.
fn flatten_into(val: &Val, flat: &mut Vec<Val>) {
    let is_collection = |val: &Val| matches!(val, Val::List(_) | Val::Set(_));
    match (val, members(val)) {
        (_, Ok(Members::List(members))) => members.iter().for_each(|member| flatten_into(member, flat)),
        (_, Ok(Members::Sorted(members))) => flat.extend(members),
        (_, Ok(Members::Unordered(members))) => {
            flat.push(Val::Spread(Rc::new(flattened(&Val::list(members.iter().cloned())))));
        }
        (Val::Spread(of), _) if is_collection(of) => flat.push(Val::Spread(Rc::new(flattened(of)))),
        (Val::Unknown(_), _) => flat.push(Val::Spread(Rc::new(val.clone()))),
        (Val::Either(alternatives), _)
            if alternatives.iter().any(|val| is_collection(val) || matches!(val, Val::Unknown(_))) =>
        {
            let list = |val: &Val| match val {
                Val::Unknown(_) => val.clone(),
                val if is_collection(val) => flattened(val),
                val => Val::list([val.clone()]),
            };
            flat.push(Val::Spread(Rc::new(Val::either(alternatives.iter().map(list)))));
        }
        _ => flat.push(val.clone()),
    }
}

fn compact(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let compacted = |members: &[Val]| -> Result<Vec<Val>, Failed> {
        Ok(members.iter().map(compact_member).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    };
    match members(arg)? {
        Members::List(members) => Ok(Val::list(compacted(members)?)),
        Members::Sorted(members) => Ok(Val::list(compacted(&members)?)),
        Members::Unordered(members) => Ok(Val::Set(compacted(members)?.into())),
        Members::Hidden if matches!(arg, Val::Attr(_) | Val::Unknown(_)) => Ok(some_of(arg)),
        Members::Hidden => hidden("compact", args),
    }
}

fn compact_member(member: &Val) -> Result<Option<Val>, Failed> {
    Ok(match member {
        Val::List(_) | Val::Set(_) | Val::Map(_) => return Err(Failed),
        member if is_blank(member) == Some(true) => None,
        Val::Spread(_) => Some(as_text(member)),
        member if is_blank(member) == Some(false) => Some(as_text(member)),
        Val::Either(alternatives) => {
            let some = |val: &&Val| is_blank(val) != Some(true);
            let some: Vec<Val> = alternatives.iter().filter(some).map(as_text).collect();
            Some(Val::Spread(Rc::new(Val::Set(some.into()))))
        }
        _ => Some(perhaps(member.clone())),
    })
}

/// Whether it is null or an empty text. An attribute that is known after apply is an identifier, and these never are.
pub(super) fn is_blank(val: &Val) -> Option<bool> {
    match val {
        Val::Null => Some(true),
        Val::Text(text) => Some(text.is_empty()),
        Val::Template(pieces) => {
            let filled = |piece: &Piece| match piece {
                Piece::Text(text) => !text.is_empty(),
                Piece::Hole(val) => is_blank(val) == Some(false),
            };
            pieces.iter().any(filled).then_some(false)
        }
        Val::Either(alternatives) => {
            let first = is_blank(alternatives.first()?)?;
            alternatives.iter().all(|val| is_blank(val) == Some(first)).then_some(first)
        }
        Val::Spread(_) | Val::Unknown(_) => None,
        _ => Some(false),
    }
}

/// Where members may turn out to be equal it is left open at which positions they stand, and how many there are.
fn distinct(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let members = match members(arg)? {
        Members::List(members) => members.to_vec(),
        Members::Sorted(members) => members,
        Members::Unordered(_) => return Ok(arg.clone()),
        Members::Hidden if matches!(arg, Val::Attr(_) | Val::Unknown(_)) => return Ok(some_of(arg)),
        Members::Hidden => return hidden("distinct", args),
    };
    let Some(members) = unify(members)? else {
        return not_followed("distinct", args);
    };
    if members.iter().all(|member| matches!(member, Val::Text(_))) {
        let mut texts = std::collections::BTreeSet::new();
        return Ok(Val::list(members.into_iter().filter(|member| texts.insert(member.scalar_text()))));
    }
    if members.len() > MAX_COMPARED {
        return too_large("distinct", args);
    }
    let mut unique: Vec<Val> = Vec::new();
    let mut open = has_spread(&members);
    for member in members {
        let equal: Vec<Option<bool>> = unique.iter().map(|earlier| same(earlier, &member)).collect();
        if !equal.contains(&Some(true)) {
            open |= equal.contains(&None);
            unique.push(member);
        }
    }
    Ok(if open { Val::Set(unique.into()) } else { Val::list(unique) })
}

/// How many members stand at a position that is certain.
fn placed(members: &[Val]) -> usize {
    members.iter().position(|member| matches!(member, Val::Spread(_))).unwrap_or(members.len())
}

fn slice(args: &[Val]) -> Outcome {
    let [list, start, end] = take(args)?;
    let (start, end) = (whole(start)?, whole(end)?);
    if start.is_some_and(|start| start < 0) || start.zip(end).is_some_and(|(start, end)| start > end) {
        return Err(Failed);
    }
    let index = |index: Option<i64>| index.and_then(|index| usize::try_from(index).ok());
    match (members(list)?, index(start), index(end)) {
        (Members::Sorted(_), ..) => Err(Failed),
        (Members::List(members), _, Some(end)) if end > members.len() && !has_spread(members) => Err(Failed),
        (Members::List(members), Some(start), Some(end)) => {
            let placed = placed(members);
            let mut slice = members[start.min(placed)..end.min(placed)].to_vec();
            if end > placed {
                slice.push(Val::Spread(Rc::new(Val::list(members[placed..].iter().cloned()))));
            }
            Ok(Val::list(slice))
        }
        (Members::Hidden, ..) if !matches!(list, Val::Attr(_) | Val::Unknown(_)) => hidden("slice", args),
        _ => Ok(some_of(list)),
    }
}

fn element(args: &[Val]) -> Outcome {
    let [list, position] = take(args)?;
    let position = whole(position)?;
    let candidates = match (members(list)?, position) {
        (Members::Sorted(_) | Members::List([]), _) => return Err(Failed),
        (Members::List(members), Some(position)) => {
            let placed = placed(members);
            // from the end where it is negative; Terraform 1.11 does that with lists, and panics over tuples
            let wrapped = i64::try_from(members.len()).ok().map(|length| position.rem_euclid(length));
            let at = if placed == members.len() { wrapped } else { Some(position) };
            match at.and_then(|at| usize::try_from(at).ok()).filter(|at| *at < placed) {
                Some(at) => return Ok(members[at].clone()),
                None => members,
            }
        }
        (Members::List(members) | Members::Unordered(members), _) => members,
        (Members::Hidden, _) => return hidden("element", args),
    };
    if has_spread(candidates) { hidden("element", args) } else { Ok(Val::either(candidates.iter().cloned())) }
}

fn reverse(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    match members(arg)? {
        Members::List(members) => Ok(Val::list(members.iter().rev().cloned())),
        Members::Sorted(members) => Ok(Val::list(members.into_iter().rev())),
        Members::Unordered(_) => Ok(arg.clone()),
        Members::Hidden if matches!(arg, Val::Attr(_) | Val::Unknown(_)) => Ok(some_of(arg)),
        Members::Hidden => hidden("reverse", args),
    }
}

fn one(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let sorted;
    let (members, may_be_equal) = match members(arg)? {
        Members::List(members) => (members, false),
        Members::Sorted(members) => {
            sorted = members;
            (sorted.as_slice(), false)
        }
        Members::Unordered(members) => (members, true),
        Members::Hidden => return hidden("one", args),
    };
    let placed = members.iter().filter(|member| !matches!(member, Val::Spread(_))).count();
    match members {
        [] => Ok(Val::Null),
        _ if placed > 1 && !may_be_equal => Err(Failed),
        _ if placed < members.len() => hidden("one", args),
        [only] => Ok(only.clone()),
        [first, rest @ ..] if rest.iter().any(|other| same(first, other) == Some(false)) => Err(Failed),
        _ if members.len() > MAX_ALTERNATIVES => hidden("one", args),
        _ => Ok(Val::either(members.iter().cloned())),
    }
}

fn coalescelist(args: &[Val]) -> Outcome {
    let mut candidates = Vec::new();
    for arg in args {
        if *arg == Val::Null {
            continue;
        }
        let certain = match members(arg) {
            // one in front of it may spare it
            Ok(Members::Sorted(_)) | Err(Failed) => break,
            Ok(Members::List([])) => continue,
            Ok(Members::List(members) | Members::Unordered(members)) => {
                members.iter().any(|member| !matches!(member, Val::Spread(_)))
            }
            Ok(Members::Hidden) => false,
        };
        candidates.push(arg.clone());
        if certain {
            break;
        }
    }
    if candidates.is_empty() { Err(Failed) } else { Ok(Val::either(candidates)) }
}

/// Whether two values are equal that may be of two types, where this is decided. A list that equals a tuple member by
/// member does not equal it for Terraform.
fn equal(a: &Val, b: &Val) -> Option<bool> {
    let compound = matches!(a, Val::List(_) | Val::Set(_) | Val::Map(_));
    same(a, b).filter(|same| !(*same && compound))
}

fn contains(args: &[Val]) -> Outcome {
    let [list, wanted] = take(args)?;
    let sorted;
    let members = match members(list)? {
        Members::List(members) | Members::Unordered(members) => members,
        Members::Sorted(members) => {
            sorted = members;
            sorted.as_slice()
        }
        Members::Hidden => return hidden("contains", args),
    };
    if *wanted == Val::Null {
        return Err(Failed);
    }
    let mut decided = true;
    for member in members {
        match equal(member, wanted) {
            Some(true) => return Ok(Val::Bool(true)),
            Some(false) => {}
            None => decided = false,
        }
    }
    if decided { Ok(Val::Bool(false)) } else { hidden("contains", args) }
}

fn length(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let length = match arg {
        Val::Null | Val::Bool(_) | Val::Number(_) => return Err(Failed),
        Val::Text(text) if is_plain(text) => Some(text.chars().count()),
        Val::Text(_) => return not_followed("length", args),
        Val::Map(members) => Some(members.len()),
        Val::List(members) => Some(members.len()).filter(|_| !has_spread(members)),
        Val::Set(members) => {
            let decided = members.len() == 1 || arg.is_known();
            Some(members.len()).filter(|_| decided && !has_spread(members))
        }
        _ => None,
    };
    #[expect(clippy::cast_precision_loss, reason = "lengths are small")]
    length.map_or_else(|| hidden("length", args), |length| Ok(Val::Number(length as f64)))
}

fn index(args: &[Val]) -> Outcome {
    let [list, wanted] = take(args)?;
    let members = match members(list)? {
        Members::Sorted(_) | Members::List([]) => return Err(Failed),
        Members::List(members) => members,
        Members::Unordered(_) | Members::Hidden => return hidden("index", args),
    };
    if *wanted == Val::Null {
        return Err(Failed);
    }
    for (index, member) in members.iter().enumerate() {
        match equal(member, wanted) {
            #[expect(clippy::cast_precision_loss, reason = "positions are small")]
            Some(true) => return Ok(Val::Number(index as f64)),
            Some(false) => {}
            None => return hidden("index", args),
        }
    }
    Err(Failed)
}

fn chunklist(args: &[Val]) -> Outcome {
    let [list, size] = take(args)?;
    let size = whole(size)?;
    if size.is_some_and(|size| size < 0) {
        return Err(Failed);
    }
    let members = match members(list)? {
        Members::List(members) if !has_spread(members) => members.to_vec(),
        Members::Sorted(members) => members,
        _ => return hidden("chunklist", args),
    };
    let (Some(members), Some(size)) = (unify(members)?, size) else {
        return hidden("chunklist", args);
    };
    let size = usize::try_from(size).ok().filter(|size| *size > 0).unwrap_or(members.len().max(1));
    Ok(Val::list(members.chunks(size).map(|chunk| Val::list(chunk.iter().cloned()))))
}

fn sort(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let members = match members(arg)? {
        Members::List(members) | Members::Unordered(members) => members.to_vec(),
        Members::Sorted(members) => members,
        Members::Hidden if matches!(arg, Val::Attr(_) | Val::Unknown(_)) => return Ok(some_of(arg)),
        Members::Hidden => return hidden("sort", args),
    };
    if members.iter().any(|member| matches!(member, Val::Null | Val::List(_) | Val::Set(_) | Val::Map(_))) {
        return Err(Failed);
    }
    let mut texts: Vec<Val> = members.iter().map(as_text).collect();
    if texts.iter().all(|text| matches!(text, Val::Text(_))) {
        texts.sort_by(|a, b| a.as_text().cmp(&b.as_text()));
        return Ok(Val::list(texts));
    }
    let in_order = texts.len() == 1 && matches!(arg, Val::List(_));
    Ok(if in_order { Val::list(texts) } else { Val::Set(texts.into()) })
}

fn matchkeys(args: &[Val]) -> Outcome {
    let [values, keys, wanted] = take(args)?;
    let visible = |arg| {
        Ok(match members(arg)? {
            Members::List(members) if !has_spread(members) => Some(members.to_vec()),
            Members::Sorted(members) => Some(members),
            _ => None,
        })
    };
    let searched = match members(wanted)? {
        Members::List(members) | Members::Unordered(members) => members.to_vec(),
        Members::Sorted(members) => members,
        Members::Hidden => vec![Val::Spread(Rc::new(wanted.clone()))],
    };
    let chosen = visible(values)?;
    let (Some(chosen), Some(keys)) = (&chosen, visible(keys)?) else {
        return match chosen.map(unify).transpose()? {
            Some(Some(chosen)) => Ok(some_of(&Val::list(chosen))),
            None if !matches!(values, Val::Instance(_) | Val::Call(_)) => Ok(some_of(values)),
            _ => hidden("matchkeys", args),
        };
    };
    if chosen.len() != keys.len() {
        return Err(Failed);
    }
    if keys.len().saturating_mul(searched.len()) > MAX_COMPARED * MAX_COMPARED {
        return too_large("matchkeys", args);
    }
    let count = keys.len();
    let (Some(chosen), Some(compared)) =
        (unify(chosen.clone())?, unify(keys.into_iter().chain(searched).collect())?)
    else {
        return not_followed("matchkeys", args);
    };
    let (keys, searched) = compared.split_at(count);
    let mut matched = Vec::new();
    for (val, key) in chosen.into_iter().zip(keys) {
        let found: Vec<Option<bool>> = searched.iter().map(|wanted| same(key, wanted)).collect();
        if found.contains(&Some(true)) {
            matched.push(val);
        } else if found.contains(&None) {
            matched.push(if is_determined(&val) {
                perhaps(val)
            } else {
                Val::Spread(Rc::new(Val::list([val])))
            });
        }
    }
    Ok(Val::list(matched))
}

#[cfg(test)]
#[path = "collections_tests.rs"]
mod tests;
