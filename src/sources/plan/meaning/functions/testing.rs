//! How tests write values, and tables of calls.
//!
//! JSON with single quotes. `'@1'` is the attribute `id` of instance 1, `'?1'` an unknown value that mentions it,
//! `'#1'` the instance; `{'$set': []}`, `{'$either': []}`, `{'$spread': x}` and `{'$template': ['text', hole]}` are what
//! they say. As a result, `'!'` is an error, and `'??'` any unknown value that mentions all that the arguments mention.

use serde_json::Value as Json;

use super::{Failed, call};
use crate::sources::plan::meaning::value::{Attribute, Piece, Val};
use crate::sources::plan::reference::Step;

/// A value as it is written here.
pub(super) fn val(text: &str) -> Val {
    from_json(&serde_json::from_str(&text.replace('\'', "\"")).expect(text))
}

fn from_json(json: &Json) -> Val {
    let list =
        |json: &Json| -> Vec<Val> { json.as_array().expect("an array").iter().map(from_json).collect() };
    match json {
        Json::String(text) => match (text.get(..1), text.get(1..).and_then(|digits| digits.parse().ok())) {
            (Some("@"), Some(instance)) => attr(instance),
            (Some("?"), Some(instance)) => Val::unseen("a test", [&attr(instance)]),
            (Some("#"), Some(instance)) => Val::Instance(instance),
            _ => Val::text(text),
        },
        Json::Array(_) => Val::list(list(json)),
        Json::Object(members) => match members.iter().next().map(|(key, json)| (key.as_str(), json)) {
            Some(("$set", members)) => Val::Set(list(members).into()),
            Some(("$either", members)) => Val::either(list(members)),
            Some(("$spread", of)) => Val::Spread(from_json(of).into()),
            Some(("$template", pieces)) => Val::template(list(pieces).into_iter().map(Piece::Hole)),
            _ => Val::map(members.iter().map(|(key, json)| (key.as_str().into(), from_json(json)))),
        },
        scalar => Val::from_json(scalar),
    }
}

fn attr(instance: usize) -> Val {
    Val::Attr(Attribute { instance, path: [Step::Attr("id".into())].into() })
}

/// Function, arguments, result.
pub(super) fn check(table: &[(&str, &str, &str)]) {
    for (name, args, expected) in table {
        let args = val(&format!("[{args}]"));
        let Val::List(given) = &args else { panic!("{args:?}") };
        let result = call(name, given, &std::cell::Cell::default());
        match *expected {
            "'!'" => assert_eq!(result, Err(Failed), "{name}({args:?})"),
            "'??'" => match &result {
                Ok(Val::Unknown(unseen)) => {
                    assert!(args.mentions().iter().all(|mention| unseen.mentions.contains(mention)));
                    assert!(!unseen.reason.contains(&format!("function {name} ")), "{name}");
                }
                other => panic!("{name}({args:?}) is {other:?}"),
            },
            expected => assert_eq!(result, Ok(val(expected)), "{name}({args:?})"),
        }
    }
}
