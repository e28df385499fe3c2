//! Phase one of reading: the envelope of `terraform show -json`, with every payload left as raw text.
//!
//! Owns the shape of the document (Terraform: "JSON Output Format", format versions 0.1 to 1.2; `OpenTofu` writes the
//! same). Only what later phases look at is named; unknown fields are skipped without being parsed into anything.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// A plan, or a state: the same reader takes both.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    pub(super) format_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) variables: Option<BTreeMap<Cow<'a, str>, Variable>>,
    #[serde(borrow)]
    pub(super) resource_changes: Option<Vec<ResourceChange<'a>>>,
    #[serde(borrow)]
    pub(super) planned_values: Option<Values<'a>>,
    #[serde(borrow)]
    pub(super) prior_state: Option<State<'a>>,
    #[serde(borrow)]
    pub(super) configuration: Option<Configuration<'a>>,
    /// Only in a state.
    #[serde(borrow)]
    pub(super) values: Option<Values<'a>>,
    /// The plan was made although something failed.
    pub(super) errored: Option<bool>,
    /// Changes that a later plan will make.
    pub(super) deferred_changes: Option<Vec<serde::de::IgnoredAny>>,
    /// Whether nothing is left out; false with `-target`.
    pub(super) complete: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Variable {
    pub(super) value: Option<Json>,
}

/// `resource_changes[]`.
#[derive(Debug, Deserialize)]
pub(super) struct ResourceChange<'a> {
    #[serde(borrow)]
    pub(super) address: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) module_address: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) mode: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(default)]
    pub(super) index: Option<Json>,
    #[serde(borrow, default)]
    pub(super) deposed: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) change: Change<'a>,
}

/// `change` of a resource.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Change<'a> {
    #[serde(borrow)]
    pub(super) actions: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) before: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) after: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) after_unknown: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) after_sensitive: Option<&'a RawValue>,
}

/// `prior_state`, and a state's own envelope.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct State<'a> {
    #[serde(borrow)]
    pub(super) values: Option<Values<'a>>,
}

/// `values` and `planned_values`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Values<'a> {
    #[serde(borrow)]
    pub(super) root_module: Option<ValuesModule<'a>>,
}

/// A module in a values representation.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ValuesModule<'a> {
    #[serde(borrow)]
    pub(super) address: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) resources: Vec<ValuesResource<'a>>,
    #[serde(borrow)]
    pub(super) child_modules: Vec<ValuesModule<'a>>,
}

/// A resource in a values representation.
#[derive(Debug, Deserialize)]
pub(super) struct ValuesResource<'a> {
    #[serde(borrow)]
    pub(super) address: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) mode: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(default)]
    pub(super) index: Option<Json>,
    #[serde(borrow, default)]
    pub(super) deposed_key: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) values: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) sensitive_values: Option<&'a RawValue>,
}

/// `configuration`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Configuration<'a> {
    #[serde(borrow)]
    pub(super) root_module: Option<ConfigModule<'a>>,
    #[serde(borrow)]
    pub(super) provider_config: BTreeMap<Cow<'a, str>, ProviderConfig<'a>>,
}

/// A provider block.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProviderConfig<'a> {
    #[serde(borrow)]
    pub(super) expressions: Option<&'a RawValue>,
}

/// A module of the configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConfigModule<'a> {
    #[serde(borrow)]
    pub(super) resources: Vec<ConfigResource<'a>>,
    #[serde(borrow)]
    pub(super) module_calls: BTreeMap<Cow<'a, str>, ModuleCall<'a>>,
    #[serde(borrow)]
    pub(super) outputs: BTreeMap<Cow<'a, str>, Output<'a>>,
    #[serde(borrow)]
    pub(super) variables: BTreeMap<Cow<'a, str>, ConfigVariable<'a>>,
}

/// A resource block.
#[derive(Debug, Deserialize)]
pub(super) struct ConfigResource<'a> {
    #[serde(borrow, default)]
    pub(super) mode: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) provider_config_key: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) expressions: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) for_each_expression: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) count_expression: Option<&'a RawValue>,
}

/// A module call.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ModuleCall<'a> {
    #[serde(borrow)]
    pub(super) expressions: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) for_each_expression: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) count_expression: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) module: ConfigModule<'a>,
}

/// An output of a module.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Output<'a> {
    #[serde(borrow)]
    pub(super) expression: Option<&'a RawValue>,
}

/// A variable of a module.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConfigVariable<'a> {
    /// Present even where it is null: then the variable may be left out.
    #[serde(borrow, deserialize_with = "present")]
    pub(super) default: Option<&'a RawValue>,
    pub(super) sensitive: Option<bool>,
}

/// A value that is there, be it null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}
