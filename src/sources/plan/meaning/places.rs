//! Where the arguments and blocks of a planned resource stand in the source.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::refine::align;
use super::scope::Scope;
use super::source::Source;
use crate::model::origin::{SourcePlace, SourceSpan};
use crate::sources::hcl::syntax::{Body, Expr, Kind, Span};
use crate::sources::plan::instances::split_module;

impl Source<'_> {
    /// The place of an instance: its block, what is in it, and the calls that lead there.
    pub(in crate::sources::plan) fn place(&self, instance: usize) -> Option<SourcePlace> {
        let of = &self.instances.all[instance];
        let block = self.block(instance)?;
        let scope = self.scope_of(instance, &block)?;
        let mut parts = BTreeMap::new();
        let planned = (of.after.get(), of.unknown.get());
        self.places(&block.body, "", planned, &scope, &mut parts);
        Some(SourcePlace { block: span(block.span), parts, calls: self.chain(&of.module) })
    }

    /// The calls of a module instance, the innermost first, each with its address.
    fn chain(&self, address: &str) -> Vec<(String, SourceSpan)> {
        let mut calls = Vec::new();
        let mut rest = address;
        while let Some((parent, name, _)) = split_module(rest) {
            let call = self.module(parent).and_then(|module| Some(module.calls.get(name)?.block.clone()));
            if let Some(block) = call {
                calls.push((rest.to_owned(), span(block.span)));
            }
            rest = parent;
        }
        calls
    }

    /// Places of everything in a body, by its path in the plan.
    fn places(
        &self,
        body: &Body,
        at: &str,
        (after, unknown): (&Json, &Json),
        scope: &Scope,
        into: &mut BTreeMap<String, SourceSpan>,
    ) {
        let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        for attribute in &body.attributes {
            let path = path(&attribute.name);
            let Span { document, start, .. } = attribute.name_span;
            let whole = Span { document, start, end: attribute.value.span.end.max(attribute.name_span.end) };
            expression(&attribute.value, &path, into);
            // in JSON syntax a block of which there is one is an object
            if matches!(attribute.value.kind, Kind::Object(_)) {
                expression(&attribute.value, &format!("{path}[0]"), into);
            }
            into.insert(path, span(whole));
        }
        let mut kinds: Vec<&str> = body
            .blocks
            .iter()
            .filter_map(|block| match &*block.kind {
                "dynamic" => block.labels.first().map(|label| &**label),
                "lifecycle" | "provisioner" | "connection" => None,
                kind => Some(kind),
            })
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        let none = Vec::new();
        for kind in kinds {
            let elements = after.get(kind).and_then(Json::as_array).unwrap_or(&none);
            let marks = unknown.get(kind).and_then(Json::as_array).unwrap_or(&none);
            let written: Vec<_> = body
                .blocks
                .iter()
                .filter(|block| {
                    &*block.kind == kind
                        || (&*block.kind == "dynamic"
                            && block.labels.first().is_some_and(|label| &**label == kind))
                })
                .collect();
            let first = written[0];
            into.insert(path(kind), span(first.span));
            // one block needs no evaluation to be told from others
            let made: Vec<_> = match written.as_slice() {
                [only] if &*only.kind != "dynamic" => vec![*only],
                _ => {
                    self.begin();
                    let made = self.blocks(body, kind, scope);
                    let vals: Vec<_> = made.iter().map(|made| made.val.clone()).collect();
                    let order = if elements.is_empty() || elements.len() != vals.len() {
                        Some((0..made.len()).collect())
                    } else {
                        align(elements, marks, &vals)
                    };
                    let order: Vec<usize> = order.unwrap_or_default();
                    order.into_iter().map(|at| made[at].block).collect()
                }
            };
            for (index, block) in made.into_iter().enumerate() {
                let inner = format!("{}[{index}]", path(kind));
                into.insert(inner.clone(), span(block.span));
                let part = |json: &[Json]| json.get(index).cloned().unwrap_or(Json::Null);
                self.places(&block.body, &inner, (&part(elements), &part(marks)), scope, into);
            }
        }
    }
}

/// Places inside of literals; what `jsonencode` is given stands where its text would.
fn expression(expr: &Expr, at: &str, into: &mut BTreeMap<String, SourceSpan>) {
    match &expr.kind {
        Kind::Call { name, args, .. } if matches!(&**name, "jsonencode" | "tolist") => {
            if let [arg] = args.as_slice() {
                expression(arg, at, into);
            }
        }
        Kind::List(members) => {
            for (index, member) in members.iter().enumerate() {
                let path = format!("{at}[{index}]");
                into.insert(path.clone(), span(member.span));
                expression(member, &path, into);
            }
        }
        Kind::Object(members) => {
            for (key, member) in members {
                let Kind::Text(name) = &key.kind else { continue };
                let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                let path = if plain { format!("{at}.{name}") } else { format!("{at}[\"{name}\"]") };
                expression(member, &path, into);
                into.insert(path, span(Span { end: member.span.end.max(key.span.end), ..key.span }));
            }
        }
        _ => {}
    }
}

fn span(span: Span) -> SourceSpan {
    SourceSpan { document: span.document, start: span.start, end: span.end }
}
