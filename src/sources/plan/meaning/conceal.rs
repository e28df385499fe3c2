//! What remains of values that are marked sensitive.

use std::rc::Rc;

use super::value::{Unseen, Val};
use crate::sources::secret_shape::shape;

/// A value without anything that must not be shown: texts and numbers are dropped, and what they looked like is kept;
/// which resources it names is no secret.
pub(super) fn conceal(val: &Val) -> Val {
    match val {
        Val::Null | Val::Instance(_) | Val::Call(_) | Val::Attr(_) => val.clone(),
        Val::List(members) => Val::list(members.iter().map(conceal)),
        Val::Set(members) => Val::List(members.iter().map(conceal).collect()),
        Val::Map(members) => Val::map(members.iter().map(|(key, val)| (key.clone(), conceal(val)))),
        Val::Either(members) => Val::either(members.iter().map(conceal)),
        Val::Spread(of) => Val::Spread(Rc::new(conceal(of))),
        Val::Bool(_) | Val::Number(_) | Val::Text(_) | Val::Template(_) | Val::Unknown(_) => secret(val),
    }
}

/// What remains of a value that is marked sensitive.
fn secret(val: &Val) -> Val {
    let shape = match val {
        Val::Unknown(unseen) => unseen.shape,
        other => other.scalar_text().map(|text| shape(&text)),
    };
    Val::Unknown(Rc::new(Unseen {
        quote: Rc::from(""),
        reason: Rc::from("its value is sensitive"),
        mentions: val.mentions(),
        sensitive: true,
        shape,
    }))
}
