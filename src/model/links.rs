//! References to other resources.
//!
//! A list of subnets in a plan may be three ids, three references, or an expression that mentions five subnets and
//! a condition. [`Links`] says all of these: which members there are, which of them are bound to be there, and what
//! else may be in it that nobody can see.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::origin::Basis;
use super::value::{Unknown, Value, Why};

/// One member of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Member {
    /// It is bound to be there; otherwise it is one of several candidates.
    pub certain: bool,
}

/// What an attribute that names other resources names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(bound(serialize = "I: Serialize + Ord"))]
#[schemars(rename = "Links_{I}")]
pub struct Links<I: Ord> {
    /// The members by id.
    pub members: BTreeMap<I, Member>,
    /// What else may be in it. Empty: the members are all there is.
    pub open: Vec<Unknown>,
    /// Path of the attribute within its resource.
    pub at: Cow<'static, str>,
    /// How firmly the members are known.
    pub basis: Basis,
    /// Whether the source sets the attribute at all.
    pub stated: bool,
}

impl<I: Ord + Clone> Links<I> {
    /// The attribute is not set.
    pub fn absent(at: impl Into<Cow<'static, str>>) -> Self {
        Self { members: BTreeMap::new(), open: Vec::new(), at: at.into(), basis: Basis::Value, stated: false }
    }

    /// Members that the source states by value.
    pub fn known(ids: impl IntoIterator<Item = I>, at: impl Into<Cow<'static, str>>) -> Self {
        let members = ids.into_iter().map(|id| (id, Member { certain: true })).collect();
        Self { members, open: Vec::new(), at: at.into(), basis: Basis::Value, stated: true }
    }

    /// Nothing is known of it but that it is set.
    pub fn unknown(unknown: Unknown, at: impl Into<Cow<'static, str>>) -> Self {
        Self {
            members: BTreeMap::new(),
            open: vec![unknown],
            at: at.into(),
            basis: Basis::Value,
            stated: true,
        }
    }

    /// Whether the members are all there is.
    pub fn closed(&self) -> bool {
        self.open.is_empty()
    }

    /// Nothing is in it, for certain.
    pub fn none(&self) -> bool {
        self.members.is_empty() && self.closed()
    }

    /// The one member of a reference that has exactly one and no doubt.
    pub fn only(&self) -> Option<&I> {
        match self.members.iter().next() {
            Some((id, member)) if member.certain && self.members.len() == 1 && self.closed() => Some(id),
            _ => None,
        }
    }

    /// The candidates of a scalar reference: every id that it may be.
    pub fn candidates(&self) -> impl Iterator<Item = &I> {
        self.members.keys()
    }

    /// Whether `id` is a member for certain.
    pub fn surely(&self, id: &I) -> bool {
        self.members.get(id).is_some_and(|member| member.certain)
    }

    /// Whether `id`, a resource of the input, may be a member: it is a candidate, or something unseen may be in it.
    /// What is known to lie outside the input is no resource of it.
    pub fn possibly(&self, id: &I) -> bool {
        self.members.contains_key(id) || self.hidden().next().is_some()
    }

    /// The doubts that may hide a resource of the input.
    pub fn hidden(&self) -> impl Iterator<Item = &Unknown> {
        self.open.iter().filter(|unknown| unknown.why != Why::OutsideInput)
    }

    /// Applies `f` to each candidate and gives the common answer: known where all agree and no other candidate can
    /// exist, absent where the reference names nothing, else unknown, naming the candidates.
    pub fn agree<T: PartialEq>(&self, what: &str, mut f: impl FnMut(&I) -> Value<T>) -> Value<T>
    where
        I: AsRef<str>,
    {
        if let Some(unknown) = self.open.first() {
            return Value::Unknown(unknown.clone());
        }
        let mut answers = self.members.keys().map(|id| (id, f(id)));
        let Some((_, first)) = answers.next() else { return Value::Absent };
        for (_, answer) in answers {
            if let Value::Unknown(unknown) = answer {
                return Value::Unknown(unknown);
            }
            if answer != first {
                let names: Vec<&str> = self.members.keys().map(AsRef::as_ref).collect();
                return Value::Unknown(Unknown::new(
                    Why::Undecided,
                    format!("{what}: it may be any of {}, which differ", names.join(", ")),
                ));
            }
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::SubnetId;

    fn either(ids: &[&str]) -> Links<SubnetId> {
        let mut links = Links::known(ids.iter().map(|id| SubnetId::from(*id)), "subnets");
        for member in links.members.values_mut() {
            member.certain = false;
        }
        links
    }

    #[test]
    fn candidates_that_agree_answer_and_others_do_not() {
        let links = either(&["a", "b"]);
        assert_eq!(links.agree("class", |_| Value::Known(1)), Value::Known(1));
        let differ = links.agree("class", |id| Value::Known(id.as_str().to_owned()));
        assert_eq!(differ.unknown().map(|unknown| unknown.why), Some(Why::Undecided));
        assert!(differ.unknown().is_some_and(|unknown| unknown.fact.contains("a, b")));
    }

    #[test]
    fn an_open_reference_never_agrees() {
        let mut links = Links::known([SubnetId::from("a")], "subnets");
        links.open.push(Unknown::new(Why::OutsideInput, "subnet-1"));
        assert!(links.agree("class", |_| Value::Known(1)).unknown().is_some());
        assert_eq!(links.only(), None);
        assert!(!links.possibly(&SubnetId::from("z")), "what lies outside is no resource of the input");
        links.open.push(Unknown::new(Why::AfterApply, "var.more"));
        assert!(links.possibly(&SubnetId::from("z")));
    }

    #[test]
    fn only_one_certain_member_is_the_only_one() {
        assert_eq!(Links::known([SubnetId::from("a")], "x").only(), Some(&SubnetId::from("a")));
        assert_eq!(either(&["a"]).only(), None);
        assert_eq!(Links::<SubnetId>::absent("x").agree("class", |_| Value::Known(1)), Value::Absent);
    }
}
