//! Images and the ECR repositories they come from.
//!
//! Catalogue, definition D9; the reference itself is taken apart in the model.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::fact::{Fact, Truth};
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
            Value::Known(image) => repository(architecture, image),
            Value::Absent => Fact::absent(),
            Value::Unknown(unknown) => Fact::unknown(unknown.clone()),
        };
        if let (Some(image), Value::Known(of)) = (image, &repository.value) {
            let filters = architecture.repositories.get(of).map(|of| &of.exclusion_filters.value);
            let excluded = match (filters, &image.tag) {
                (Some(Value::Known(filters)), Value::Known(tag)) => {
                    Value::Known(filters.iter().any(|filter| matches(filter, tag)))
                }
                (Some(Value::Known(filters)), Value::Absent) => {
                    Value::Known(filters.iter().any(|filter| matches(filter, "latest")))
                }
                (Some(Value::Unknown(unknown)), _) | (_, Value::Unknown(unknown)) => {
                    Value::Unknown(unknown.clone())
                }
                _ => Value::Known(false),
            };
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
            facts.uses.push(Use {
                task_definition: id.clone(),
                tag: Value::Unknown(hidden()),
                pinned: Value::Unknown(hidden()),
                excluded: Value::Unknown(hidden()),
            });
        }
    }
    images
}

/// The repository of the input that an image comes from; absent where it is not an ECR image.
fn repository(architecture: &Architecture, image: &Image) -> Fact<RepositoryId> {
    let account = match &image.registry {
        Value::Known(Registry::Ecr { account, .. }) => account,
        Value::Known(_) | Value::Absent => return Fact::absent(),
        Value::Unknown(unknown) => return Fact::unknown(unknown.clone()),
    };
    let name = match &image.repository {
        Value::Known(name) => name,
        Value::Absent => return Fact::absent(),
        Value::Unknown(unknown) => return Fact::unknown(unknown.clone()),
    };
    let found = architecture.repositories.iter().find(|(_, repository)| {
        repository.name.value.known() == Some(name)
            && same_account(architecture, repository, account) != Truth::No
    });
    match found {
        Some((id, _)) => Fact::known(id.clone(), Basis::Value, Vec::new()),
        None => Fact::unknown(Unknown::new(
            Why::OutsideInput,
            format!("the ECR repository {name}, which the input does not describe"),
        )),
    }
}

/// Whether a repository is in an account, as far as both are known.
fn same_account(architecture: &Architecture, repository: &Repository, account: &str) -> Truth {
    let own = repository.account_id.value.known().or(architecture.account_id.as_ref());
    match own {
        Some(own) if account.is_empty() || own == account => Truth::Yes,
        Some(_) => Truth::No,
        None => Truth::Yes,
    }
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
