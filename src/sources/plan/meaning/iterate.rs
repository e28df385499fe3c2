//! Collections taken apart and made anew: `for` expressions and splats.

use std::rc::Rc;

use super::functions::{Failed, Outcome};
use super::scope::Scope;
use super::source::Source;
use super::types::truth;
use super::value::Val;
use crate::sources::hcl::syntax::{Expr, For};

impl Source<'_> {
    pub(super) fn splat(&self, of: &Val, rest: &Expr, scope: &Scope) -> Outcome {
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

    pub(super) fn iterate(&self, of: &For, scope: &Scope) -> Outcome {
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
            return Ok(object_of(&keyed));
        }
        let mut groups: Vec<(Val, Vec<Val>)> = Vec::new();
        for (key, val) in keyed {
            match groups.iter_mut().find(|(of, _)| *of == key) {
                Some((_, vals)) => vals.push(val),
                None => groups.push((key, vec![val])),
            }
        }
        let groups: Vec<(Val, Val)> = groups.into_iter().map(|(key, vals)| (key, Val::list(vals))).collect();
        Ok(object_of(&groups))
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
pub(super) fn object_of(members: &[(Val, Val)]) -> Val {
    let mut known = Vec::with_capacity(members.len());
    for (key, val) in members {
        let Some(key) = key.scalar_text() else {
            let all: Vec<&Val> = members.iter().flat_map(|(key, val)| [key, val]).collect();
            return Val::unseen("one of its keys is known after apply", all);
        };
        known.push((key, val.clone()));
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
