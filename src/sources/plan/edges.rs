//! An account of every attribute that names other resources: how far it was followed, and what hid the rest.

use super::field::Field;
use super::reader::Reader;
use super::resolve::Cause;
use super::targets::Target;
use crate::model::links::Links;
use crate::model::origin::Basis;

/// How an edge of the plan was resolved; the measure of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeOutcome {
    /// The value is known.
    Value,
    /// The source says what it names.
    Source,
    /// References lead to resources or known values.
    Reference,
    /// References lead to data sources that are read while applying.
    DataSource,
    /// It passes through a local value.
    Local,
    /// The configuration does not express it: a dynamic block, a plan without configuration.
    NotExpressed,
    /// Something else hides it.
    Unresolved,
}

/// One attribute that names other resources, and how far it was followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Address of the resource.
    pub resource: String,
    /// Path of the attribute.
    pub at: String,
    /// What it names.
    pub what: &'static str,
    /// How far it was followed.
    pub outcome: EdgeOutcome,
    /// What it leads to, and which of that is certain.
    pub members: Vec<(String, bool)>,
    /// What hides it, in words.
    pub cause: Option<String>,
}

impl<'p> Reader<'p> {
    /// Keeps an account of an edge.
    pub(super) fn note<I: Target>(&self, field: &Field<'p>, links: &Links<I>) {
        let hidden = links.hidden().next();
        let outcome = match (links.basis, hidden) {
            (Basis::Value, _) => EdgeOutcome::Value,
            (Basis::Source, None) => EdgeOutcome::Source,
            (Basis::Reference, None) => EdgeOutcome::Reference,
            (Basis::Source | Basis::Reference, Some(_)) => {
                let causes = self.causes(field);
                if causes.iter().any(|cause| matches!(cause, Cause::Local(_))) {
                    EdgeOutcome::Local
                } else if causes.contains(&Cause::NoExpression) {
                    EdgeOutcome::NotExpressed
                } else if !causes.is_empty()
                    && causes.iter().all(|cause| matches!(cause, Cause::ReadLater(_)))
                {
                    EdgeOutcome::DataSource
                } else {
                    EdgeOutcome::Unresolved
                }
            }
        };
        self.edges.borrow_mut().push(Edge {
            resource: field.of().to_owned(),
            at: field.at.clone(),
            what: I::WHAT,
            outcome,
            members: links
                .members
                .iter()
                .map(|(id, member)| (id.as_ref().to_owned(), member.certain))
                .collect(),
            cause: hidden.map(|unknown| unknown.fact.clone()),
        });
    }
}
