//! Terraform plans and states, as `terraform show -json` writes them.
//!
//! Owns the way from the document to the model: the envelope ([`envelope`]), values and their instances
//! ([`instances`]), the configuration ([`config`]), references ([`reference`], [`resolve`], [`links`]), a place in all of these
//! ([`field`]), and one mapper for each AWS service. Must not judge: what a plan leaves open stays open.

mod choose;
mod config;
mod edges;
mod envelope;
mod field;
mod instances;
mod links;
mod meaning;
mod reader;
mod reference;
mod resolve;
mod services;
mod targets;
mod told;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use self::config::Module;
pub use self::edges::{Edge, EdgeOutcome};
use self::envelope::Envelope;
use self::instances::Instances;
use self::meaning::source::Source;
use self::reader::Reader;
use self::resolve::Resolver;
use super::directories::Directories;
use super::document::Documents;
use super::{Kind, Loaded};
use crate::model::gap::Gap;
use crate::model::origin::DocumentId;

/// Why a plan cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Not the shape of a plan. What the parser says of it may repeat a value, and is for its position only.
    #[error("not the shape of a plan")]
    Shape(#[from] serde_json::Error),
    /// A format that this version does not know.
    #[error("format version {0}")]
    Format(String),
}

/// Reads a plan or a state out of a document, with the files that it was made from where they are found. `text` is
/// its JSON, which stands at `offset`.
pub fn read(
    text: &str,
    (document, offset): (DocumentId, usize),
    documents: &Documents,
    directories: &Directories,
) -> Result<(Loaded, Vec<Edge>), PlanError> {
    let envelope: Envelope<'_> = serde_json::from_str(text)?;
    if let Some(version) = &envelope.format_version
        && !matches!(version.split('.').next(), Some("0" | "1"))
    {
        return Err(PlanError::Format(version.to_string()));
    }
    let state =
        envelope.values.is_some() && envelope.resource_changes.is_none() && envelope.planned_values.is_none();
    let instances = Instances::new(&envelope, text);
    let configuration =
        envelope.configuration.as_ref().and_then(|configuration| configuration.root_module.as_ref());
    let root = configuration.map(Module::new).unwrap_or_default();
    let variables = envelope.variables.iter().flatten();
    let variables: BTreeMap<String, Json> =
        variables.filter_map(|(name, variable)| Some((name.to_string(), variable.value.clone()?))).collect();
    let has_prior_state = envelope.prior_state.is_some();
    let deferred = envelope.deferred_changes.as_ref().is_some_and(|deferred| !deferred.is_empty());
    let complete = envelope.complete != Some(false) && envelope.errored != Some(true) && !deferred;
    let provider_regions = envelope.configuration.as_ref().map(config::provider_regions).unwrap_or_default();
    let resolver = Resolver {
        instances: &instances,
        root: &root,
        variables: &variables,
        provider_regions: &provider_regions,
        has_prior_state,
        complete,
        followed: std::cell::Cell::default(),
    };
    let path = documents.get(document).path.clone();
    let candidates = directories.candidates(&path, documents);
    let (chosen, mut notices) = choose::choose(&path, configuration.map(|_| &root), candidates);
    let source = chosen.as_ref().map(|chosen| {
        let whole = (complete, has_prior_state);
        let configured = (&root, &variables);
        Source::new(chosen.tree.clone(), documents, &instances, configured, whole, chosen.foreign.clone())
    });
    let reader = Reader::new(resolver, source.as_ref(), configuration.is_some());
    let mut architecture = services::map(&reader, document);
    for resource in architecture.resources.values_mut() {
        if let Some(origin) = &mut resource.origin {
            origin.offset += offset;
            origin.end += offset;
        }
    }
    let resources = instances.all.iter().filter(|instance| !instance.data).count();
    let (texts, edges) = reader.finish();
    let mut sensitive = texts.into_inner();
    // a sensitive variable may reach attributes that are not marked
    for (name, value) in &variables {
        let marked = root.variables.get(name).is_some_and(|variable| variable.sensitive);
        if let (true, Json::String(text)) = (marked, value) {
            sensitive.insert(text.clone());
        }
    }
    let mut gaps = Vec::new();
    if envelope.errored == Some(true) {
        gaps.push(Gap {
            what: "a part of the plan".to_owned(),
            why: "Terraform reports that planning failed, so resources may be missing".to_owned(),
            remedy: "correct the errors that `terraform plan` reports, and scan the complete plan".to_owned(),
        });
    }
    let holds_nothing =
        envelope.resource_changes.is_none() && envelope.planned_values.is_none() && envelope.values.is_none();
    if holds_nothing {
        gaps.push(Gap {
            what: "the resources".to_owned(),
            why: "there is no plan and no state in it, as `terraform show -json` writes it where neither is"
                .to_owned(),
            remedy: "run it in the directory of the configuration, with the plan file".to_owned(),
        });
    }
    if deferred {
        gaps.push(Gap {
            what: "a part of the plan".to_owned(),
            why: "Terraform defers some changes to a later plan, so resources are missing".to_owned(),
            remedy: "apply this plan, and scan the next one as well".to_owned(),
        });
    }
    if envelope.complete == Some(false) {
        gaps.push(Gap {
            what: "a part of the plan".to_owned(),
            why: "the plan says that it is not complete, as with -target, so resources may be missing"
                .to_owned(),
            remedy: "plan the whole configuration, and scan that plan".to_owned(),
        });
    }
    let kind = if state { Kind::TerraformState } else { Kind::TerraformPlan };
    if let Some(source) = &source {
        notices.extend(source.late());
    }
    let source = chosen.map(|chosen| chosen.directory);
    Ok((Loaded { kind, architecture, resources, sensitive, gaps, source, notices }, edges))
}
