//! From resources of the plan to the model, one file for each AWS service.
//!
//! Each mapper reads the attributes of its resource types as the provider documents them, puts documented defaults
//! where a configuration is silent, and leaves everything else as it stands: known, absent or unknown.

mod cloudfront;
mod containers;
mod ecr;
mod ecs;
mod elb;
mod endpoints;
mod network;
mod other_interfaces;
mod route53;
mod routes;
mod security_groups;
mod stores;
mod waf;

use std::sync::Arc;

use super::field::Field;
use super::links::Arity;
use super::reader::Reader;
use super::targets::Target;
use crate::model::Architecture;
use crate::model::links::Links;
use crate::model::origin::{DocumentId, Origin, Resource};

/// Maps every resource that the model knows.
pub(super) fn map(reader: &Reader<'_>, document: DocumentId) -> Architecture {
    let mut mapper = Mapper { reader, document, architecture: Architecture::default() };
    network::map(&mut mapper);
    routes::map(&mut mapper);
    endpoints::map(&mut mapper);
    route53::map(&mut mapper);
    security_groups::map(&mut mapper);
    elb::map(&mut mapper);
    ecs::map(&mut mapper);
    stores::map(&mut mapper);
    ecr::map(&mut mapper);
    waf::map(&mut mapper);
    cloudfront::map(&mut mapper);
    other_interfaces::map(&mut mapper);
    mapper.architecture
}

/// The architecture while it grows.
struct Mapper<'r> {
    reader: &'r Reader<'r>,
    document: DocumentId,
    architecture: Architecture,
}

impl<'r> Mapper<'r> {
    /// The instances of some types, each entered among the resources that findings may name.
    fn of_types(&mut self, types: &[&str]) -> Vec<usize> {
        let found: Vec<usize> = self.reader.of_types(types).collect();
        for at in &found {
            self.register(*at);
        }
        found
    }

    /// The managed ones among them.
    fn managed(&mut self, types: &[&str]) -> Vec<usize> {
        self.of_types(types).into_iter().filter(|at| !self.reader.instance(*at).data).collect()
    }

    fn register(&mut self, at: usize) {
        if self.architecture.resources.contains_key(self.reader.address(at)) {
            return;
        }
        let instance = self.reader.instance(at);
        let (start, end) = instance.span;
        let resource = Resource {
            kind: instance.kind.strip_prefix("aws_").unwrap_or(&instance.kind).to_owned(),
            name: instance.shown_name().to_owned(),
            shown_as: instance.address.to_string(),
            container: None,
            origin: Some(Origin {
                document: self.document,
                offset: start,
                end,
                within: String::new(),
                source: self.reader.source.and_then(|source| source.place(at)).map(Arc::new),
            }),
        };
        self.architecture.resources.insert(instance.address.to_string(), resource);
    }

    /// Enters a part of a resource that has an id of its own (`<vpc>#main`) and is shown as its owner.
    fn register_part(&mut self, id: &str, kind: &str, owner: &str) {
        if let Some(of) = self.architecture.resources.get(owner) {
            let part = Resource { kind: kind.to_owned(), ..of.clone() };
            self.architecture.resources.insert(id.to_owned(), part);
        }
    }

    fn address(&self, at: usize) -> &'r str {
        self.reader.address(at)
    }

    fn field(&self, at: usize, name: &str) -> Field<'r> {
        self.reader.field(at, name)
    }

    fn one<I: Target>(&self, at: usize, name: &str) -> Links<I> {
        self.reader.links(&self.field(at, name), Arity::One)
    }

    fn many<I: Target>(&self, at: usize, name: &str) -> Links<I> {
        self.reader.links(&self.field(at, name), Arity::Many)
    }
}
