//! ECR repositories and pull-through cache rules; the account, where the plan tells it.

use super::Mapper;
use crate::model::defaults::terraform as defaults;
use crate::model::ecr::{PullThroughCacheRule, Repository, TagMutability};
use crate::model::id::RepositoryId;
use crate::model::image::{Image, Registry};
use crate::model::value::{Attr, Unknown, Value, Why};

pub(super) fn map(mapper: &mut Mapper<'_>) {
    let identities: Vec<usize> = mapper.reader.of_types(&["aws_caller_identity"]).collect();
    mapper.architecture.account_id = identities
        .into_iter()
        .find_map(|at| mapper.field(at, "account_id").leaf().text().value.known().cloned());
    for at in mapper.of_types(&["aws_ecr_repository"]) {
        let data = mapper.reader.instance(at).data;
        let mutability = mapper.field(at, "image_tag_mutability").leaf().word("a tag mutability", |text| {
            Some(match text {
                "MUTABLE" => TagMutability::Mutable,
                "IMMUTABLE" => TagMutability::Immutable,
                "MUTABLE_WITH_EXCLUSION" => TagMutability::MutableWithExclusion,
                "IMMUTABLE_WITH_EXCLUSION" => TagMutability::ImmutableWithExclusion,
                _ => return None,
            })
        });
        // the URL is what images name, so it tells best whose repository it is
        let (account, region) = match registry_of(mapper, at) {
            Some((account, region)) => (Some(account), Some(region)),
            None => (None, None),
        };
        let url = |part| Attr::known(part, "repository_url");
        let repository = Repository {
            name: mapper.field(at, "name").leaf().text(),
            account_id: account.map_or_else(|| mapper.field(at, "registry_id").leaf().text(), url),
            region: region.map_or_else(|| mapper.reader.region(at), url),
            tag_mutability: if data { mutability } else { mutability.or_default(defaults::TAG_MUTABILITY) },
            exclusion_filters: exclusion_filters(mapper, at),
        };
        mapper.architecture.repositories.insert(RepositoryId::from(mapper.address(at)), repository);
    }
    for at in mapper.managed(&["aws_ecr_pull_through_cache_rule"]) {
        let rule = PullThroughCacheRule {
            resource: mapper.address(at).to_owned(),
            prefix: mapper.field(at, "ecr_repository_prefix").leaf().text(),
        };
        mapper.architecture.pull_through_caches.push(rule);
    }
}

/// Account and region of the registry, from the URL of the repository.
fn registry_of(mapper: &Mapper<'_>, at: usize) -> Option<(String, String)> {
    let url = mapper.field(at, "repository_url").leaf().text().value;
    let hole = |part: &str| Unknown::new(Why::Unparsable, format!("{}: {part}", mapper.address(at)));
    match Image::parse(url.known()?, url.known()?, &hole)?.registry {
        Value::Known(Registry::Ecr { account, region }) => Some((account, region)),
        _ => None,
    }
}

fn exclusion_filters(mapper: &Mapper<'_>, at: usize) -> Attr<Vec<String>> {
    let field = mapper.field(at, "image_tag_mutability_exclusion_filter");
    let blocks = match field.blocks() {
        Ok(blocks) => blocks,
        Err(unknown) => return Attr::unknown(unknown, field.at),
    };
    let mut filters = Vec::new();
    for block in blocks {
        match block.get("filter").leaf().text().value {
            Value::Known(filter) => filters.push(filter),
            Value::Absent => {}
            Value::Unknown(unknown) => return Attr::unknown(unknown, field.at),
        }
    }
    Attr::known(filters, field.at)
}
