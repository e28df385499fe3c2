//! What the source adds to a planned resource: parts that the plan calls unknown and the expression tells.
//!
//! Planned values, marks and the source's values are three trees of the same shape. What the plan states stays; where
//! it says unknown the source's value takes its place, down to the parts that really are unknown.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value as Json;

use super::scope::Scope;
use super::source::Source;
use super::value::{Attribute, Val};
use crate::sources::hcl::syntax::{Block, Body, Kind};

/// A resource with what the source adds, each argument worked out when it is first asked for.
#[derive(Debug)]
pub(in crate::sources::plan) struct Refined {
    /// Its block.
    pub(in crate::sources::plan) block: Rc<Block>,
    /// Arguments that the plan calls unknown, or partly so, and that the source sets.
    parts: BTreeMap<String, OnceCell<Part>>,
}

/// An argument with what the source adds.
#[derive(Debug)]
pub(in crate::sources::plan) struct Part {
    /// Its value, in the shape of `after`.
    pub(in crate::sources::plan) after: Json,
    /// What remains unknown, in the shape of `after_unknown`.
    pub(in crate::sources::plan) unknown: Json,
    /// What the source says, in the order of the plan.
    pub(in crate::sources::plan) val: Val,
}

impl Refined {
    /// An argument that the source has more to say of than the plan.
    pub(in crate::sources::plan) fn part(
        &self,
        source: &Source<'_>,
        instance: usize,
        name: &str,
    ) -> Option<&Part> {
        self.parts.get(name).map(|cell| cell.get_or_init(|| source.part(instance, &self.block, name)))
    }
}

impl Source<'_> {
    /// A managed resource with what its block adds; nothing where the source does not hold it.
    pub(in crate::sources::plan) fn refine(&self, instance: usize) -> Option<Refined> {
        let of = &self.instances.all[instance];
        if of.data {
            return None;
        }
        let block = self.block(instance)?;
        let marks = of.unknown.get().as_object().into_iter().flatten();
        let marked = marks.filter(|(name, mark)| any_mark(mark) && block.body.sets(name));
        let parts = marked.map(|(name, _)| (name.clone(), OnceCell::new())).collect();
        Some(Refined { block, parts })
    }

    fn part(&self, instance: usize, block: &Rc<Block>, name: &str) -> Part {
        let of = &self.instances.all[instance];
        let val = match self.scope_of(instance, block) {
            Some(scope) => {
                self.begin();
                self.member(&block.body, name, &scope)
            }
            None => Val::unseen("the source of its module is not at hand", []),
        };
        let mark = of.unknown.get().get(name).unwrap_or(&Json::Null);
        let (after, unknown, val) = merge(of.after.get().get(name), mark, val);
        Part { after, unknown, val }
    }

    /// What a body says of `name`: an argument, or the blocks of that type.
    fn member(&self, body: &Body, name: &str, scope: &Scope) -> Val {
        match body.attribute(name) {
            Some(attribute) => self.value(&attribute.value, scope),
            None => Val::list(self.blocks(body, name, scope).into_iter().map(|made| made.val)),
        }
    }

    /// The nested blocks of a type, those that dynamic blocks make included.
    pub(super) fn blocks<'b>(&self, body: &'b Body, kind: &str, scope: &Scope) -> Vec<Made<'b>> {
        let mut made = Vec::new();
        for block in &body.blocks {
            match &*block.kind {
                "dynamic" if block.labels.first().is_some_and(|label| &**label == kind) => {
                    self.dynamic(block, scope, &mut made);
                }
                own if own == kind => made.push(Made { val: self.body(&block.body, scope), block }),
                _ => {}
            }
        }
        made
    }

    /// Terraform language documentation, "dynamic Blocks".
    fn dynamic<'b>(&self, block: &'b Block, scope: &Scope, made: &mut Vec<Made<'b>>) {
        let Some(content) = block.body.blocks_of("content").next() else { return };
        let iterator = match block.body.attribute("iterator").map(|of| &of.value.kind) {
            Some(Kind::Name(name) | Kind::Text(name)) => name.clone(),
            _ => block.labels.first().cloned().unwrap_or_default(),
        };
        let Some(for_each) = block.body.attribute("for_each") else { return };
        let collection = self.value(&for_each.value, scope);
        let one = |key: Val, value: Val| {
            let item = Val::map([(Rc::from("key"), key), (Rc::from("value"), value)]);
            self.body(&content.body, &scope.with(None, Val::Null, &iterator, item))
        };
        let many = |of: &Val| {
            let member = Val::unseen("what it iterates over is known after apply", [of]);
            Val::Spread(Rc::new(Val::list([one(member.clone(), member)])))
        };
        match super::iterate::pairs(&collection) {
            Some(pairs) => made.extend(pairs.into_iter().map(|(key, value)| Made {
                val: match value {
                    Val::Spread(of) => many(&of),
                    value => one(key, value),
                },
                block: content,
            })),
            None if collection == Val::Null => {}
            None => made.push(Made { val: many(&collection), block: content }),
        }
    }

    /// A nested block as an object.
    fn body(&self, body: &Body, scope: &Scope) -> Val {
        let mut members: Vec<(Rc<str>, Val)> = Vec::new();
        for attribute in &body.attributes {
            members.push((attribute.name.clone(), self.value(&attribute.value, scope)));
        }
        for block in &body.blocks {
            let name = match &*block.kind {
                "dynamic" => block.labels.first().cloned().unwrap_or_default(),
                _ => block.kind.clone(),
            };
            if !members.iter().any(|(own, _)| *own == name) {
                let blocks = self.blocks(body, &name, scope).into_iter().map(|made| made.val);
                members.push((name, Val::list(blocks)));
            }
        }
        Val::map(members)
    }
}

/// A nested block that was made, and the block that it was made from.
#[derive(Debug)]
pub(super) struct Made<'b> {
    pub(super) val: Val,
    pub(super) block: &'b Block,
}

/// The planned value of a place and what of it is unknown.
pub(super) fn planned(value: Option<&Json>, unknown: Option<&Json>, at: &Attribute) -> Val {
    match (value, unknown) {
        (_, Some(Json::Bool(true))) => Val::Attr(at.clone()),
        (value, Some(Json::Object(marks))) if any_mark(&Json::Object(marks.clone())) => {
            let names =
                value.and_then(Json::as_object).into_iter().flat_map(|of| of.keys()).chain(marks.keys());
            let names: std::collections::BTreeSet<&String> = names.collect();
            Val::map(names.into_iter().map(|name| {
                let part = value.and_then(|of| of.get(name));
                (Rc::from(name.as_str()), planned(part, marks.get(name), &at.member(name)))
            }))
        }
        (value, Some(Json::Array(marks))) if marks.iter().any(any_mark) => {
            let length = marks.len().max(value.and_then(Json::as_array).map_or(0, Vec::len));
            #[expect(clippy::cast_precision_loss, reason = "an index is small")]
            Val::list((0..length).map(|index| {
                let part = value.and_then(|of| of.get(index));
                planned(part, marks.get(index), &at.at(index as f64))
            }))
        }
        (value, _) => value.map_or(Val::Null, Val::from_json),
    }
}

/// Whether anything in a mark is set.
pub(in crate::sources::plan) fn any_mark(mark: &Json) -> bool {
    match mark {
        Json::Bool(flag) => *flag,
        Json::Array(list) => list.iter().any(any_mark),
        Json::Object(object) => object.values().any(any_mark),
        _ => false,
    }
}

/// Puts the source's value where the plan has none. Gives the value, the marks that remain, and the source's value in
/// the order of the plan.
fn merge(planned: Option<&Json>, mark: &Json, val: Val) -> (Json, Json, Val) {
    let as_planned = || planned.cloned().unwrap_or(Json::Null);
    let untold = || (as_planned(), mark.clone(), Val::unseen("it cannot be matched with the plan", []));
    match mark {
        Json::Bool(true) => {
            let (after, unknown) = project(&val);
            (after, unknown, val)
        }
        Json::Object(marks) => {
            // a block of which there is one at most
            let val = match &val {
                Val::List(members) if members.len() == 1 => members[0].clone(),
                _ => val,
            };
            let Val::Map(members) = &val else { return untold() };
            let names =
                planned.and_then(Json::as_object).into_iter().flat_map(|of| of.keys()).chain(marks.keys());
            let names: std::collections::BTreeSet<&String> = names.collect();
            let (mut after, mut unknown, mut vals) =
                (serde_json::Map::new(), serde_json::Map::new(), Vec::new());
            for name in names {
                let part = planned.and_then(|of| of.get(name));
                let mark = marks.get(name).filter(|mark| any_mark(mark));
                match (mark, members.get(name.as_str())) {
                    (None, val) => {
                        after.insert(name.clone(), part.cloned().unwrap_or(Json::Null));
                        vals.extend(val.map(|val| (Rc::from(name.as_str()), val.clone())));
                    }
                    (Some(mark), Some(val)) => {
                        let (value, mark, val) = merge(part, mark, val.clone());
                        after.insert(name.clone(), value);
                        unknown.insert(name.clone(), mark);
                        vals.push((Rc::from(name.as_str()), val));
                    }
                    // nobody sets it: the provider computes it
                    (Some(_), None) => {
                        after.insert(name.clone(), Json::Null);
                    }
                }
            }
            (Json::Object(after), Json::Object(unknown), Val::map(vals))
        }
        Json::Array(marks) => {
            let none = Vec::new();
            let elements = planned.and_then(Json::as_array).unwrap_or(&none);
            let length = elements.len().max(marks.len());
            let members: Vec<Val> = match &val {
                Val::List(members) | Val::Set(members)
                    if members.len() == length
                        && !members.iter().any(|one| matches!(one, Val::Spread(_))) =>
                {
                    members.to_vec()
                }
                // a single object in JSON syntax
                Val::Map(_) if length == 1 => vec![val.clone()],
                _ => return untold(),
            };
            let Some(order) = align(elements, marks, &members) else { return untold() };
            let unmarked = Json::Bool(false);
            let parts: Vec<_> = order
                .into_iter()
                .enumerate()
                .map(|(index, at)| {
                    let mark = marks.get(index).unwrap_or(&unmarked);
                    merge(elements.get(index), mark, members[at].clone())
                })
                .collect();
            let after = parts.iter().map(|(after, ..)| after.clone()).collect();
            let unknown = parts.iter().map(|(_, unknown, _)| unknown.clone()).collect();
            (Json::Array(after), Json::Array(unknown), Val::list(parts.into_iter().map(|(.., val)| val)))
        }
        _ => (as_planned(), Json::Bool(false), val),
    }
}

/// What of a value is known, and marks for what is not.
fn project(val: &Val) -> (Json, Json) {
    match val {
        Val::Map(members) => {
            let parts = members.iter().map(|(name, val)| (name.to_string(), project(val)));
            let parts: Vec<(String, (Json, Json))> = parts.collect();
            let after = parts.iter().map(|(name, (after, _))| (name.clone(), after.clone())).collect();
            let unknown = parts.into_iter().map(|(name, (_, unknown))| (name, unknown)).collect();
            (Json::Object(after), Json::Object(unknown))
        }
        Val::List(members) | Val::Set(members)
            if !members.iter().any(|member| matches!(member, Val::Spread(_))) =>
        {
            let parts: Vec<(Json, Json)> = members.iter().map(project).collect();
            let after = parts.iter().map(|(after, _)| after.clone()).collect();
            (Json::Array(after), Json::Array(parts.into_iter().map(|(_, unknown)| unknown).collect()))
        }
        other => match other.to_json() {
            Some(json) => (json, Json::Bool(false)),
            None => (Json::Null, Json::Bool(true)),
        },
    }
}

/// For each planned element the source's member that it comes from. A set is planned in an order of its own, so blocks
/// are matched by what both sides state; nothing where that leaves a choice that matters.
pub(super) fn align(planned: &[Json], marks: &[Json], members: &[Val]) -> Option<Vec<usize>> {
    let length = members.len();
    let is_object = |index: usize| planned.get(index).is_some_and(Json::is_object);
    if length <= 1 || !(0..length).all(is_object) {
        return Some((0..length).collect());
    }
    let unmarked = Json::Bool(false);
    let mark = |index: usize| marks.get(index).unwrap_or(&unmarked);
    let mut candidates: Vec<Vec<usize>> = (0..length)
        .map(|index| (0..length).filter(|at| fits(&planned[index], mark(index), &members[*at])).collect())
        .collect();
    let mut order: Vec<Option<usize>> = vec![None; length];
    while let Some(index) = (0..length).find(|index| order[*index].is_none() && candidates[*index].len() == 1)
    {
        let at = candidates[index][0];
        order[index] = Some(at);
        for of in &mut candidates {
            of.retain(|other| *other != at);
        }
    }
    // those that cannot be told apart are interchangeable where the plan says the same of them
    for index in 0..length {
        if order[index].is_some() {
            continue;
        }
        let alike: Vec<usize> = (0..length)
            .filter(|other| {
                order[*other].is_none() && planned[*other] == planned[index] && mark(*other) == mark(index)
            })
            .collect();
        if candidates[index].len() != alike.len() {
            return None;
        }
        for (one, at) in alike.iter().zip(candidates[index].clone()) {
            order[*one] = Some(at);
        }
        let taken = candidates[index].clone();
        for of in &mut candidates {
            of.retain(|other| !taken.contains(other));
        }
    }
    order.into_iter().collect()
}

/// Whether a source's block can be the planned one: nothing that both state differs.
fn fits(planned: &Json, mark: &Json, val: &Val) -> bool {
    let (Json::Object(planned), Val::Map(members)) = (planned, val) else { return true };
    members.iter().all(|(name, val)| {
        let hidden = mark == &Json::Bool(true) || mark.get(&**name).is_some_and(any_mark);
        match (planned.get(&**name), val.to_json()) {
            (Some(planned), Some(own)) if !hidden => loosely_equal(&own, planned),
            // what the plan states is not unknown in the source
            (Some(planned), None) if !hidden => planned.is_array() || planned.is_object(),
            _ => true,
        }
    })
}

/// Providers convert: a number may be planned as text, a missing text as an empty one, a list as a set.
pub(in crate::sources::plan) fn loosely_equal(constant: &Json, value: &Json) -> bool {
    let text = |json: &Json| match json {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match (constant, value) {
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| loosely_equal(a, b)))
        }
        (Json::Null, Json::Array(list)) | (Json::Array(list), Json::Null) => list.is_empty(),
        (Json::Null, Json::Bool(false)) => true,
        (Json::Null, Json::Number(number)) => number.as_f64() == Some(0.0),
        (Json::Object(a), Json::Object(b)) => {
            a.iter().all(|(name, a)| b.get(name).is_some_and(|b| loosely_equal(a, b)))
        }
        (Json::Array(_) | Json::Object(_), _) | (_, Json::Array(_) | Json::Object(_)) => constant == value,
        _ => text(constant) == text(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(json: &Json) -> Vec<Val> {
        json.as_array().into_iter().flatten().map(Val::from_json).collect()
    }

    #[test]
    fn blocks_of_a_set_are_matched_by_what_both_sides_state() {
        let planned = [json!({"port": 443, "sg": null}), json!({"port": 80, "sg": null})];
        let marks = [json!({"sg": true}), json!({"sg": true})];
        let written = members(&json!([{"port": 80, "sg": "a"}, {"port": 443, "sg": "b"}]));
        assert_eq!(align(&planned, &marks, &written), Some(vec![1, 0]));
        // of which the plan says the same may stand for each other
        let planned = [json!({"port": 80, "sg": null}), json!({"port": 80, "sg": null})];
        let written = members(&json!([{"port": 80, "sg": "a"}, {"port": 80, "sg": "b"}]));
        assert_eq!(align(&planned, &marks, &written), Some(vec![0, 1]));
        // nothing fits
        let written = members(&json!([{"port": 80, "sg": "a"}, {"port": 81, "sg": "b"}]));
        assert_eq!(align(&planned, &marks, &written), None);
    }

    #[test]
    fn what_the_plan_states_stays() {
        let mark = json!({"a": true, "b": false, "c": true});
        let planned = json!({"a": null, "b": 1});
        let val = Val::from_json(&json!({"a": "told", "b": 2}));
        let (after, unknown, _) = merge(Some(&planned), &mark, val);
        // nobody sets c: the provider computes it
        assert_eq!(after, json!({"a": "told", "b": 1, "c": null}));
        assert_eq!(unknown, json!({"a": false}));
    }
}
