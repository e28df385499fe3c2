//! `container_definitions`: one JSON text, of which one unknown interpolation hides everything from a plan. The source
//! gives the rest back, member by member.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Mapper;
use crate::model::id::{ContainerId, RepositoryId, TaskDefinitionId};
use crate::model::links::Links;
use crate::model::origin::Basis;
use crate::model::task_definition::{Container, Shape};
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::ecs_json::{self, Reading};
use crate::sources::placeholder::Holes;
use crate::sources::plan::field::{Field, Meaning};
use crate::sources::plan::meaning::definitions::{Definitions, definitions};
use crate::sources::plan::meaning::value::{Attribute, Piece, Val};
use crate::sources::plan::reader::Reader;
use crate::sources::plan::targets::Target;

type Containers = Vec<(ContainerId, Container)>;

/// The containers of a task definition.
pub(super) fn read(
    mapper: &Mapper<'_>,
    id: &TaskDefinitionId,
    field: &Field<'_>,
) -> (Attr<Vec<ContainerId>>, Containers) {
    let (shapes, secret_holes) = (BTreeMap::new(), BTreeSet::new());
    let reading = Reading {
        id,
        of: field.of(),
        sensitive: field.is_sensitive(),
        basis: Basis::Value,
        holes: Holes::Template,
        shapes: &shapes,
        secret_holes: &secret_holes,
        texts: mapper.reader.texts(),
    };
    let text = match field.state() {
        Value::Known(Json::String(text)) => text,
        Value::Known(_) => {
            let unknown = Unknown::new(Why::Unparsable, format!("{id}: container_definitions is not a text"));
            return (Attr::unknown(unknown, field.at.clone()), Vec::new());
        }
        Value::Absent => return (Attr::absent(field.at.clone()), Vec::new()),
        Value::Unknown(unknown) => {
            let told = match &field.meaning {
                Meaning::Val(val) => {
                    definitions(val, &|attribute| mapper.reader.shown(attribute), &|attribute| {
                        repository_url(mapper.reader, attribute)
                    })
                }
                _ => None,
            };
            return match told {
                Some(told) => from_source(mapper.reader, field, &told, reading),
                None => (Attr::unknown(unknown, field.at.clone()), Vec::new()),
            };
        }
    };
    match serde_json::from_str::<Json>(text) {
        Ok(json) if json.is_array() || json.is_object() => {
            ecs_json::container_definitions(&json, &field.at, reading)
        }
        Ok(_) | Err(_) => {
            let fact = format!("{id}: container_definitions is not a JSON list of container definitions");
            (Attr::unknown(Unknown::new(Why::Unparsable, fact), field.at.clone()), Vec::new())
        }
    }
}

/// The containers that the source tells, with what is not known in them as holes.
fn from_source(
    reader: &Reader<'_>,
    field: &Field<'_>,
    told: &Definitions,
    reading: Reading<'_>,
) -> (Attr<Vec<ContainerId>>, Containers) {
    let shapes: &BTreeMap<String, Shape> = &told.shapes;
    // only what the source itself marks is sensitive, and that is not among the texts
    let reading = Reading {
        sensitive: false,
        basis: Basis::Source,
        holes: Holes::AfterApply,
        shapes,
        secret_holes: &told.sensitive,
        ..reading
    };
    let (ids, mut containers) = ecs_json::container_definitions(&told.json, &field.at, reading);
    for (index, (_, container)) in containers.iter_mut().enumerate() {
        let Some(val) = told.images.get(index) else { continue };
        if let Some(repository) = repository_of(reader, val) {
            let known = Links::known([repository], container.image.at.clone());
            container.repository = Links { basis: Basis::Source, ..known };
        }
    }
    (ids, containers)
}

/// The repository whose URL an image begins with, whatever tag follows. One of several that may stand there is none.
fn repository_of(reader: &Reader<'_>, image: &Val) -> Option<RepositoryId> {
    let begin = match image {
        Val::Template(pieces) => match pieces.first()? {
            Piece::Hole(val) => val,
            Piece::Text(_) => return None,
        },
        other => other,
    };
    let Val::Attr(attribute) = begin else { return None };
    let [step] = &*attribute.path else { return None };
    let instance = reader.instance(attribute.instance);
    let accept = RepositoryId::accept(&instance.kind, Some("repository_url"))?;
    step.is("repository_url").then(|| reader.target(&instance.address, accept.suffix))
}

/// What the URL of a repository will be, as far as its form tells: `account.dkr.ecr.region.amazonaws.com/name` (Amazon
/// ECR user guide, "Amazon ECR private registries").
fn repository_url(reader: &Reader<'_>, attribute: &Attribute) -> Option<String> {
    let is_url = attribute.path.len() == 1 && attribute.path[0].is("repository_url");
    let instance = reader.instance(attribute.instance);
    if !is_url || instance.kind != "aws_ecr_repository" {
        return None;
    }
    let address = &instance.address;
    let region = reader.region(attribute.instance).value.known()?.clone();
    let name = reader.field(attribute.instance, "name").leaf().text().value;
    let name = name.known().cloned().unwrap_or_else(|| format!("${{{address}.name}}"));
    let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    // keys of instances are left out: quotes and braces would end the text and the placeholder
    let account: String = address.chars().filter(|letter| !matches!(letter, '{' | '}' | '"')).collect();
    Some(format!("${{{account}.registry_id}}.dkr.ecr.{region}.{suffix}/{name}"))
}
