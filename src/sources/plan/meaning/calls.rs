//! Calls: `try`, `can`, files and templates, and the functions that need nothing but their arguments.

use super::conceal::conceal;
use super::functions::{self, Failed, Outcome};
use super::scope::Scope;
use super::source::Source;
use super::types::piece;
use super::value::Val;
use crate::sources::hcl::syntax::Expr;

/// Functions that fail for some values of the right type: what is caught then is an outcome, too.
const MAY_FAIL: [&str; 21] = [
    "chunklist",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "cidrsubnets",
    "coalesce",
    "coalescelist",
    "element",
    "index",
    "jsondecode",
    "lookup",
    "one",
    "parseint",
    "range",
    "regex",
    "regexall",
    "slice",
    "tobool",
    "tonumber",
    "yamldecode",
    "zipmap",
];

/// Whether the structure of a value is not settled.
fn is_open(val: &Val) -> bool {
    match val {
        Val::Either(_) | Val::Unknown(_) => true,
        Val::List(members) | Val::Set(members) => {
            members.iter().any(|member| matches!(member, Val::Spread(_)))
        }
        _ => false,
    }
}

impl Source<'_> {
    pub(super) fn call(&self, name: &str, args: &[Expr], spread: bool, scope: &Scope) -> Outcome {
        match name {
            "try" => return self.attempt(args, scope),
            "can" => {
                let arg = args.first().ok_or(Failed)?;
                return Ok(match self.caught(arg, scope) {
                    (Ok(val @ Val::Unknown(_)), _) | (Ok(val), true) => {
                        Val::unseen("it is known after apply", [&val])
                    }
                    (Ok(_), false) => Val::Bool(true),
                    (Err(_), _) => Val::Bool(false),
                });
            }
            _ => {}
        }
        let mut vals = args.iter().map(|arg| self.eval(arg, scope)).collect::<Result<Vec<_>, _>>()?;
        if spread {
            match vals.pop() {
                Some(Val::List(members) | Val::Set(members))
                    if !members.iter().any(|member| matches!(member, Val::Spread(_))) =>
                {
                    vals.extend(members.iter().cloned());
                }
                Some(other) => {
                    return Ok(Val::unseen(
                        "its arguments are known after apply",
                        vals.iter().chain([&other]),
                    ));
                }
                None => return Err(Failed),
            }
        }
        match (name, vals.as_slice()) {
            ("sensitive", [val]) => Ok(conceal(val)),
            ("file", [Val::Text(path)]) => Ok(self.file(path)),
            ("fileexists", [Val::Text(path)]) => Ok(match self.file(path) {
                Val::Text(_) => Val::Bool(true),
                _ => Val::unseen("whether the file exists is not looked up", []),
            }),
            ("templatefile", [Val::Text(path), of]) => match self.file(path) {
                Val::Text(text) => self.rendered(&text, of),
                other => Ok(other),
            },
            ("templatestring", [Val::Text(text), of]) => self.rendered(text, of),
            _ => {
                let outcome = functions::call(name, &vals, &self.dropped)?;
                if MAY_FAIL.contains(&name) && is_open(&outcome) {
                    self.dropped.set(true);
                }
                Ok(outcome)
            }
        }
    }

    /// An outcome, and whether some way to it fails.
    fn caught(&self, expr: &Expr, scope: &Scope) -> (Outcome, bool) {
        let before = self.dropped.replace(false);
        let outcome = self.eval(expr, scope);
        (outcome, self.dropped.replace(before))
    }

    fn attempt(&self, args: &[Expr], scope: &Scope) -> Outcome {
        let mut perhaps = Vec::new();
        for arg in args {
            match self.caught(arg, scope) {
                (Err(Failed), _) => {}
                // whether it fails is not known either
                (Ok(val @ Val::Unknown(_)), _) | (Ok(val), true) => perhaps.push(val),
                (Ok(val), false) => {
                    perhaps.push(val);
                    break;
                }
            }
        }
        if perhaps.is_empty() { Err(Failed) } else { Ok(Val::either(perhaps)) }
    }

    /// A template with the members of an object as its variables.
    fn rendered(&self, text: &str, of: &Val) -> Outcome {
        let Some(template) = self.template(text) else {
            return Ok(Val::unseen("the template cannot be parsed", [of]));
        };
        match of {
            Val::Map(members) => {
                let names = members.iter().map(|(name, val)| (name.clone(), val.clone())).collect();
                let outcome = self.eval(&template, &Scope::template(names))?;
                Ok(piece(outcome).map_or(Val::unseen("it is no text", [of]), |piece| Val::template([piece])))
            }
            Val::Either(alternatives) => self.each(alternatives, |one| self.rendered(text, one)),
            other => Ok(Val::unseen("its variables are known after apply", [other])),
        }
    }
}
