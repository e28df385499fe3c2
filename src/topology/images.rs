//! Images and the ECR repositories they come from.
//!
//! Catalogue, definition D9; the reference itself is taken apart in the model.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::fact::Fact;
use crate::model::Architecture;
use crate::model::ecr::Repository;
use crate::model::id::{ContainerId, RepositoryId, TaskDefinitionId};
use crate::model::image::{Image, Registry};
use crate::model::origin::Basis;
use crate::model::value::{Unknown, Value, Why};

/// A use of a repository.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Use {
    /// The task definition.
    pub task_definition: TaskDefinitionId,
    /// The tag that is used; absent where the image has none.
    pub tag: Value<String>,
    /// The image is pinned by digest.
    pub pinned: Value<bool>,
    /// An exclusion filter of the repository matches the tag.
    pub excluded: Value<bool>,
}

impl Use {
    /// A use of which nothing but the repository is known.
    fn unseen(task_definition: &TaskDefinitionId, unknown: &Unknown) -> Self {
        Self {
            task_definition: task_definition.clone(),
            tag: Value::Unknown(unknown.clone()),
            pinned: Value::Unknown(unknown.clone()),
            excluded: Value::Unknown(unknown.clone()),
        }
    }
}

/// What follows for a repository.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RepositoryFacts {
    /// Its uses.
    pub uses: Vec<Use>,
    /// How firmly they are known.
    pub basis: Basis,
}

/// What follows for a container.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ContainerFacts {
    /// The repository of its image, where it is an ECR repository of the input.
    pub repository: Fact<RepositoryId>,
    /// A pull-through cache rule fills that repository.
    pub pull_through: bool,
    /// What the image runs, as far as its name tells: `redis`, `valkey`, `memcached`.
    pub cache_engine: Option<String>,
}

/// Facts about images.
#[derive(Debug, Default)]
pub struct Images {
    /// By container.
    pub containers: BTreeMap<ContainerId, ContainerFacts>,
    /// By repository.
    pub repositories: BTreeMap<RepositoryId, RepositoryFacts>,
}

/// Finds which repository each image comes from.
pub fn derive(architecture: &Architecture) -> Images {
    let mut images = Images::default();
    for id in architecture.repositories.keys() {
        images.repositories.insert(id.clone(), RepositoryFacts::default());
    }
    for (id, container) in &architecture.containers {
        let image = container.image.value.known();
        let repository = match &container.image.value {
            _ if container.repository.only().is_some() => {
                let of = container.repository.members.keys().next().cloned();
                of.map_or_else(Fact::absent, |of| Fact::known(of, container.repository.basis, Vec::new()))
            }
            Value::Known(image) => repository(architecture, image),
            Value::Absent => Fact::absent(),
            Value::Unknown(unknown) => Fact::unknown(unknown.clone()),
        };
        if let (Some(image), Value::Known(of)) = (image, &repository.value) {
            let filters = architecture.repositories.get(of).map(|of| &of.exclusion_filters.value);
            let excluded = excluded(filters, image);
            let pinned = match &image.digest {
                Value::Known(_) => Value::Known(true),
                Value::Absent => Value::Known(false),
                Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            };
            let task_definition = container.task_definition.clone();
            let facts = images.repositories.entry(of.clone()).or_default();
            facts.uses.push(Use { task_definition, tag: image.tag.clone(), pinned, excluded });
            facts.basis = facts.basis.max(repository.basis);
        }
        // an image that cannot be read, of a repository that is known
        if let (Value::Unknown(unknown), Value::Known(of)) = (&container.image.value, &repository.value) {
            let facts = images.repositories.entry(of.clone()).or_default();
            facts.basis = facts.basis.max(repository.basis);
            facts.uses.push(Use::unseen(&container.task_definition, unknown));
        }
        let pull_through = image.is_some_and(|image| pulls_through(architecture, image));
        let cache_engine = image.and_then(cache_engine);
        images.containers.insert(id.clone(), ContainerFacts { repository, pull_through, cache_engine });
    }
    for (id, definition) in &architecture.task_definitions {
        for of in definition.mentioned_repositories.candidates() {
            let hidden = || {
                let known = definition.containers.value.unknown().cloned();
                known.unwrap_or_else(|| Unknown::new(Why::AfterApply, format!("{id}: the tag of the image")))
            };
            let facts = images.repositories.entry(of.clone()).or_default();
            facts.basis = Basis::Reference;
            facts.uses.push(Use::unseen(id, &hidden()));
        }
    }
    images
}

/// Whether an exclusion filter matches the tag by which an image is pulled.
fn excluded(filters: Option<&Value<Vec<String>>>, image: &Image) -> Value<bool> {
    let tag = match (&image.tag, &image.digest) {
        (Value::Known(tag), _) => tag,
        (Value::Absent, Value::Absent) => "latest",
        // by digest alone
        (Value::Absent, Value::Known(_)) => return Value::Known(false),
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => {
            return Value::Unknown(unknown.clone());
        }
    };
    match filters {
        Some(Value::Known(filters)) => Value::Known(filters.iter().any(|filter| matches(filter, tag))),
        Some(Value::Unknown(unknown)) => Value::Unknown(unknown.clone()),
        Some(Value::Absent) | None => Value::Known(false),
    }
}

/// The repository of the input that an image comes from; absent where it is not an ECR image.
fn repository(architecture: &Architecture, image: &Image) -> Fact<RepositoryId> {
    let registry = match &image.registry {
        Value::Known(registry @ Registry::Ecr { .. }) => registry,
        Value::Known(_) | Value::Absent => return Fact::absent(),
        Value::Unknown(unknown) => return Fact::unknown(unknown.clone()),
    };
    let name = match &image.repository {
        Value::Known(name) => name,
        Value::Absent => return Fact::absent(),
        Value::Unknown(unknown) => return Fact::unknown(unknown.clone()),
    };
    let named = architecture.repositories.iter().filter(|(_, of)| of.name.value.known() == Some(name));
    let found = named.filter_map(|(id, of)| Some((id, same_registry(architecture, of, registry)?)));
    // the firmest answer of several
    match found.min_by_key(|(_, basis)| *basis) {
        Some((id, basis)) => Fact::known(id.clone(), basis, Vec::new()),
        None => Fact::unknown(Unknown::new(
            Why::OutsideInput,
            format!("the ECR repository {name}, which the input does not describe"),
        )),
    }
}

/// How firmly a repository is in a registry: by value where account and region of both are known, by its name alone
/// where one of them is not; `None` where it is in another one.
fn same_registry(architecture: &Architecture, of: &Repository, registry: &Registry) -> Option<Basis> {
    let Registry::Ecr { account, region } = registry else { return None };
    let own_account = of.account_id.value.known().or(architecture.account_id.as_ref());
    let mut basis = Basis::Value;
    for (own, named) in [(own_account, account), (of.region.value.known(), region)] {
        match own {
            Some(own) if own == named => {}
            Some(_) if !named.is_empty() => return None,
            _ => basis = Basis::Reference,
        }
    }
    Some(basis)
}

/// A repository under the prefix of a pull-through cache rule.
fn pulls_through(architecture: &Architecture, image: &Image) -> bool {
    let Some(repository) = image.repository.known() else { return false };
    architecture.pull_through_caches.iter().any(|rule| {
        rule.prefix.value.known().is_some_and(|prefix| {
            prefix == "ROOT"
                || repository.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    })
}

/// The cache that an image runs, by the last part of its repository.
fn cache_engine(image: &Image) -> Option<String> {
    let name = image.repository.known()?.rsplit('/').next()?;
    ["redis", "valkey", "memcached"].into_iter().find(|engine| name == *engine).map(str::to_owned)
}

/// Whether a filter with `*` for any characters matches a tag (ECR: wildcard exclusion filters).
fn matches(filter: &str, tag: &str) -> bool {
    let mut parts = filter.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = tag.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(previous) = last.replace(part) {
            match rest.find(previous) {
                Some(at) => rest = &rest[at + str::len(previous)..],
                None => return false,
            }
        }
    }
    match last {
        Some(end) => rest.ends_with(end),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn filters_match_as_ecr_does() {
        for (filter, tag, expected) in [
            ("latest", "latest", true),
            ("latest", "latest-1", false),
            ("dev-*", "dev-1", true),
            ("dev-*", "prod-1", false),
            ("*", "anything", true),
            ("*-rc*", "1.0-rc1", true),
            ("*-rc", "1.0-rc1", false),
            ("1.*.3", "1.2.3", true),
            ("1.*.3", "1.3", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(matches(filter, tag), expected, "{filter} {tag}");
        }
    }
}
