//! ECR repositories, in the words of the ECR API.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Attr;

/// Whether tags can be moved (`imageTagMutability`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TagMutability {
    /// Every tag can be moved.
    Mutable,
    /// No tag can be moved.
    Immutable,
    /// Every tag can be moved but those that a filter matches.
    MutableWithExclusion,
    /// No tag can be moved but those that a filter matches.
    ImmutableWithExclusion,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Repository {
    /// Name, its namespace included.
    pub name: Attr<String>,
    /// Account, where it is known.
    pub account_id: Attr<String>,
    /// Region, where it is known.
    pub region: Attr<String>,
    /// Whether tags can be moved.
    pub tag_mutability: Attr<TagMutability>,
    /// Exclusion filters, with `*` for any characters.
    pub exclusion_filters: Attr<Vec<String>>,
}

/// A pull-through cache rule.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PullThroughCacheRule {
    /// The resource that states it.
    pub resource: String,
    /// Prefix of the repositories it fills.
    pub prefix: Attr<String>,
}
