//! Terraform's functions, on values of which parts may be unknown.
//!
//! Source: Terraform language documentation, "Built-in Functions". A function gives its result, an error where
//! Terraform would stop with one, or an unknown value where an argument hides what it needs. What a function cannot
//! see into it passes on as mentioned, so that nothing that may be in the result is lost.

mod args;
mod collections;
mod conversions;
mod encoding;
mod formats;
mod json;
mod kinds;
mod maps;
mod network;
mod numbers;
mod patterns;
mod sets;
#[cfg(test)]
mod testing;
mod texts;

pub(in crate::sources::plan) use self::json::decode_template;
pub(super) use self::kinds::{set, unify};
use std::cell::Cell;

use super::value::{MAX_ALTERNATIVES, Val};

/// Terraform would stop with an error here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sources::plan) struct Failed;

/// What an expression or a function comes to.
pub(in crate::sources::plan) type Outcome = Result<Val, Failed>;

/// A function over arguments none of which is an [`Val::Either`] at its top.
type Function = fn(&[Val]) -> Outcome;

/// Calls a function by its name. Those that need the surroundings (`try`, `can`, `templatefile`, `file`) are not here.
/// An argument that may be one of several values is tried with each of them; `dropped` is set where that fails for some.
pub(in crate::sources::plan) fn call(name: &str, args: &[Val], dropped: &Cell<bool>) -> Outcome {
    let Some(function) = find(name) else {
        return Ok(Val::unseen(format!("the function {name} is not followed"), args));
    };
    let mut choices: Vec<Vec<Val>> = vec![Vec::new()];
    for arg in args {
        let alternatives: &[Val] = match arg {
            Val::Either(alternatives) => alternatives,
            one => std::slice::from_ref(one),
        };
        if choices.len() * alternatives.len() > MAX_ALTERNATIVES {
            return Ok(Val::unseen("it may be one of too many values", args));
        }
        choices = choices
            .iter()
            .flat_map(|begun| {
                alternatives.iter().map(move |next| begun.iter().chain([next]).cloned().collect())
            })
            .collect();
    }
    if let [only] = choices.as_slice() {
        return function(only);
    }
    // an alternative that fails is not the one, unless something catches the failure
    let results: Vec<Val> = choices.iter().filter_map(|args| function(args).ok()).collect();
    if results.len() < choices.len() {
        dropped.set(true);
    }
    if results.is_empty() { Err(Failed) } else { Ok(Val::either(results)) }
}

fn find(name: &str) -> Option<Function> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    let rooms: [fn(&str) -> Option<Function>; 10] = [
        collections::find,
        maps::find,
        sets::find,
        conversions::find,
        texts::find,
        patterns::find,
        formats::find,
        json::find,
        numbers::find,
        network::find,
    ];
    rooms.iter().find_map(|find| find(name)).or_else(|| encoding::find(name))
}
