//! Whether a source is the one that a plan was made with.
//!
//! A plan keeps which blocks there are, the constants and the references of every argument. A source that differs in
//! any of these is another branch, or a later state, and is not used.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value as Json;

use super::refine::loosely_equal;
use crate::sources::hcl::module::{Module, Variable};
use crate::sources::hcl::references::references;
use crate::sources::hcl::syntax::{Block, Body, Expr, Kind};
use crate::sources::plan::config::{self, Expression};
use crate::sources::plan::reference::Reference;

/// What differs between the plan and the source: for the root module, and for each module below by its call path.
#[derive(Debug, Default)]
pub(in crate::sources::plan) struct Differences {
    pub(in crate::sources::plan) root: Vec<String>,
    /// Call path (`a.b`) and what differs in that module.
    pub(in crate::sources::plan) modules: Vec<(String, Vec<String>)>,
}

/// Compares a plan's configuration with a source.
pub(in crate::sources::plan) fn differences(plan: &config::Module, source: &Module) -> Differences {
    let mut root = names(plan, source);
    expressions(plan, source, &mut root);
    let mut found = Differences { root, modules: Vec::new() };
    if found.root.is_empty() {
        calls(plan, source, "", &mut found.modules);
    }
    found
}

fn calls(plan: &config::Module, source: &Module, path: &str, into: &mut Vec<(String, Vec<String>)>) {
    for (name, call) in &plan.calls {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let Some(called) = source.calls.get(name.as_str()).and_then(|call| call.module.as_ref()) else {
            continue;
        };
        // what is in the blocks of a called module is compared when it is looked at
        let differs = names(&call.module, called);
        if differs.is_empty() {
            calls(&call.module, called, &path, into);
        } else {
            into.push((path, differs));
        }
    }
}

/// Which blocks there are.
fn names(plan: &config::Module, source: &Module) -> Vec<String> {
    let mut found = Vec::new();
    let shown = |(data, kind, name): &(bool, String, String)| {
        format!("{}{kind}.{name}", if *data { "data." } else { "" })
    };
    let own = |(data, kind, name): &(bool, Rc<str>, Rc<str>)| (*data, kind.to_string(), name.to_string());
    let planned: BTreeSet<String> = plan.resources.keys().map(shown).collect();
    let written: BTreeSet<String> = source.resources.keys().map(|name| shown(&own(name))).collect();
    compare(&planned, &written, source.incomplete, &mut found);
    let called = |name: &str| format!("module.{name}");
    let planned = plan.calls.keys().map(|name| called(name)).collect();
    let written = source.calls.keys().map(|name| called(name)).collect();
    compare(&planned, &written, source.incomplete, &mut found);
    let variable = |name: &str| format!("var.{name}");
    let planned = plan.variables.keys().map(|name| variable(name)).collect();
    let written = source.variables.keys().map(|name| variable(name)).collect();
    compare(&planned, &written, source.incomplete, &mut found);
    found
}

/// What is in the blocks.
fn expressions(plan: &config::Module, source: &Module, found: &mut Vec<String>) {
    for (name, resource) in &plan.resources {
        let key = (name.0, Rc::from(name.1.as_str()), Rc::from(name.2.as_str()));
        if let Some(block) = source.resources.get(&key) {
            found.extend(resource_differs(name, resource, block));
        }
    }
    for (name, call) in &plan.calls {
        if let Some(own) = source.calls.get(name.as_str()) {
            let of = format!("module.{name}");
            body(&of, "", &call.arguments, &own.block.body, found);
            repetition(&of, (call.for_each.as_ref(), call.count.as_ref()), &own.block.body, found);
        }
    }
    for (name, planned) in &plan.outputs {
        match source.outputs.get(name.as_str()).and_then(|output| output.value()) {
            Some(written) => argument(&format!("output.{name}"), "value", planned, written, found),
            None if source.incomplete => {}
            None => found.push(format!("output.{name} is in the plan, not in the source")),
        }
    }
    for (name, planned) in &plan.variables {
        let written = source.variables.get(name.as_str()).and_then(Variable::default);
        if let (Some(planned), Some(written)) = (&planned.default, written.and_then(literal))
            && !loosely_equal(&written, planned)
        {
            found.push(format!("var.{name} has another default in the source"));
        }
    }
}

/// What differs in a resource block.
pub(in crate::sources::plan) fn resource_differs(
    name: &config::ResourceName,
    planned: &config::Resource,
    written: &Block,
) -> Vec<String> {
    let shown = format!("{}{}.{}", if name.0 { "data." } else { "" }, name.1, name.2);
    let mut found = Vec::new();
    body(&shown, "", &planned.attributes, &written.body, &mut found);
    repetition(&shown, (planned.for_each.as_ref(), planned.count.as_ref()), &written.body, &mut found);
    found
}

/// `for_each` and `count`, which stand beside the expressions in a plan.
fn repetition(
    of: &str,
    (for_each, count): (Option<&Expression>, Option<&Expression>),
    written: &Body,
    found: &mut Vec<String>,
) {
    for (name, planned) in [("for_each", for_each), ("count", count)] {
        match (planned, written.attribute(name)) {
            (Some(planned), Some(written)) => argument(of, name, planned, &written.value, found),
            (Some(_), None) => found.push(format!("{of}: {name} is set in the plan, not in the source")),
            // what a function makes of literals leaves no trace in a plan
            (None, Some(written)) if !significant(references(&written.value).into_iter()).is_empty() => {
                found.push(format!("{of}: {name} is set in the source, not in the plan"));
            }
            (None, Some(_) | None) => {}
        }
    }
}

/// What differs in one argument.
pub(in crate::sources::plan) fn argument_differs(
    of: &str,
    planned: &Expression,
    written: &Expr,
) -> Vec<String> {
    let mut found = Vec::new();
    argument(of, "value", planned, written, &mut found);
    found
}

fn compare(
    planned: &BTreeSet<String>,
    written: &BTreeSet<String>,
    incomplete: bool,
    found: &mut Vec<String>,
) {
    if !incomplete {
        found.extend(
            planned.difference(written).map(|name| format!("{name} is in the plan, not in the source")),
        );
    }
    found.extend(written.difference(planned).map(|name| format!("{name} is in the source, not in the plan")));
}

type Attributes = std::collections::BTreeMap<String, Expression>;

fn body(of: &str, at: &str, planned: &Attributes, written: &Body, found: &mut Vec<String>) {
    for (name, expression) in planned {
        let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        match written.attribute(name) {
            Some(attribute) => argument(of, &at, expression, &attribute.value, found),
            None if !written.sets(name) && says_something(expression) => {
                found.push(format!("{of}: {at} is set in the plan, not in the source"));
            }
            None => blocks(of, &at, expression, &blocks_of(written, name), found),
        }
    }
    let planned = |name: &str| META.contains(&name) || planned.contains_key(name);
    let place = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    for attribute in &written.attributes {
        if !planned(&attribute.name) && attribute.value.kind != Kind::Null {
            found.push(format!("{of}: {} is set in the source, not in the plan", place(&attribute.name)));
        }
    }
    for block in &written.blocks {
        // what a dynamic block makes is not in the plan's configuration
        if &*block.kind != "dynamic" && !planned(&block.kind) && !dynamic_too(written, &block.kind) {
            found.push(format!("{of}: {} is in the source, not in the plan", place(&block.kind)));
        }
    }
}

/// Whether an expression of a plan is more than a trace of something that is not set.
fn says_something(expression: &Expression) -> bool {
    match expression {
        Expression::Constant(constant) => !constant.is_null(),
        Expression::References(_) => true,
        Expression::Blocks(blocks) => !blocks.is_empty(),
        Expression::Block(block) => !block.is_empty(),
        Expression::Opaque => false,
    }
}

/// Arguments and blocks that are not among the expressions of a plan.
const META: [&str; 12] = [
    "connection",
    "content",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "providers",
    "provisioner",
    "source",
    "timeouts",
    "version",
];

fn dynamic_too(written: &Body, kind: &str) -> bool {
    let mut dynamic = written.blocks_of("dynamic");
    dynamic.any(|block| block.labels.first().is_some_and(|label| &**label == kind))
}

/// The blocks of a type; nothing where a dynamic block makes some of them.
fn blocks_of<'b>(written: &'b Body, kind: &'b str) -> Vec<&'b Block> {
    if dynamic_too(written, kind) { Vec::new() } else { written.blocks_of(kind).collect() }
}

fn blocks(of: &str, at: &str, expression: &Expression, written: &[&Block], found: &mut Vec<String>) {
    match expression {
        Expression::Blocks(planned) if planned.len() == written.len() => {
            for (planned, written) in planned.iter().zip(written) {
                body(of, at, planned, &written.body, found);
            }
        }
        Expression::Block(planned) if written.len() == 1 => body(of, at, planned, &written[0].body, found),
        Expression::Blocks(planned) if !written.is_empty() => found.push(format!(
            "{of} has {} {at} in the plan, {} in the source",
            planned.len(),
            written.len()
        )),
        // an argument that is written as blocks
        Expression::References(planned) if !written.is_empty() => {
            let mut all = BTreeSet::new();
            for block in written {
                all.extend(block.body.attributes.iter().flat_map(|attribute| references(&attribute.value)));
            }
            same_references(of, at, planned, &all, found);
        }
        _ => {}
    }
}

fn argument(of: &str, at: &str, planned: &Expression, written: &Expr, found: &mut Vec<String>) {
    match planned {
        Expression::Constant(constant) => {
            let refers = !references(written).is_empty();
            let differs = literal(written).is_some_and(|own| !loosely_equal(&own, constant));
            if refers || differs {
                found.push(format!("{of}: {at} is another constant in the source"));
            }
        }
        Expression::References(planned) => {
            same_references(of, at, planned, &references(written), found);
        }
        Expression::Opaque if !significant(references(written).into_iter()).is_empty() => {
            found.push(format!("{of}: {at} refers to nothing in the plan"));
        }
        // in JSON syntax blocks are arguments
        Expression::Blocks(_) | Expression::Block(_) | Expression::Opaque => {}
    }
}

fn same_references(
    of: &str,
    at: &str,
    planned: &[Reference],
    written: &BTreeSet<String>,
    found: &mut Vec<String>,
) {
    let planned = significant(planned.iter().map(ToString::to_string));
    let written = significant(written.iter().cloned());
    // behind parentheses a plan keeps the start of a reference only
    let begins = |start: &String, whole: &String| {
        whole.strip_prefix(start.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let same = planned.iter().all(|planned| written.iter().any(|written| begins(planned, written)))
        && written.iter().all(|written| planned.iter().any(|planned| begins(planned, written)));
    if !same {
        let listed = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        let (plan, source) = (listed(&planned), listed(&written));
        let or_nothing = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
        found.push(format!(
            "{of}: {at} refers to {} in the plan, to {} in the source",
            or_nothing(plan),
            or_nothing(source)
        ));
    }
}

/// References that say something about a configuration, without those that others begin with: a plan lists
/// `aws_vpc.a` beside `aws_vpc.a.id`.
fn significant(references: impl Iterator<Item = String>) -> BTreeSet<String> {
    let other = ["each", "count", "path", "terraform", "self", "ephemeral"];
    let all: BTreeSet<String> = references
        .map(|name| name.strip_prefix("resource.").map(str::to_owned).unwrap_or(name))
        .filter(|name| name.contains('.') && !other.contains(&name.split('.').next().unwrap_or_default()))
        .collect();
    let longer = |name: &str| {
        all.iter().any(|other| other.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    all.iter().filter(|name| !longer(name)).cloned().collect()
}

/// A literal as JSON; nothing for what has to be evaluated.
fn literal(expr: &Expr) -> Option<Json> {
    Some(match &expr.kind {
        Kind::Null => Json::Null,
        Kind::Bool(flag) => Json::Bool(*flag),
        Kind::Number(number) => super::value::Val::Number(*number).to_json()?,
        Kind::Text(text) => Json::String(text.to_string()),
        Kind::List(members) => Json::Array(members.iter().map(literal).collect::<Option<_>>()?),
        _ => return None,
    })
}
