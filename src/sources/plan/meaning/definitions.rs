//! Container definitions that the source tells, as JSON with a placeholder for each part that is not known.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::functions::decode_template;
use super::value::{Attribute, Piece, Val};
use crate::model::task_definition::Shape;

/// The text of `container_definitions`, taken apart.
#[derive(Debug)]
pub(in crate::sources::plan) struct Definitions {
    /// The definitions; `${…}` stands for what is not known.
    pub(in crate::sources::plan) json: Json,
    /// What sensitive texts looked like, by the placeholder that stands for each.
    pub(in crate::sources::plan) shapes: BTreeMap<String, Shape>,
    /// Placeholders of what is sensitive.
    pub(in crate::sources::plan) sensitive: BTreeSet<String>,
    /// The image of each container.
    pub(in crate::sources::plan) images: Vec<Val>,
}

/// The definitions in a text; nothing where they cannot be told apart. `shown` names an attribute, `form` gives what is
/// known of its text, with placeholders, where the service gives such texts a form.
pub(in crate::sources::plan) fn definitions(
    text: &Val,
    shown: &dyn Fn(&Attribute) -> String,
    form: &dyn Fn(&Attribute) -> Option<String>,
) -> Option<Definitions> {
    let Val::Template(pieces) = text else { return None };
    let val = match &**pieces {
        [Piece::Hole(Val::List(members))] => Val::List(members.clone()),
        pieces => decode_template(pieces)?,
    };
    let containers: Vec<Val> = match &val {
        Val::List(members) => members.to_vec(),
        one @ Val::Map(_) => vec![one.clone()],
        _ => return None,
    };
    if containers.iter().any(|container| !matches!(container, Val::Map(_))) {
        return None;
    }
    let image = |container: &Val| match container {
        Val::Map(members) => members.get("image").cloned().unwrap_or(Val::Null),
        _ => Val::Null,
    };
    let mut writer = Writer { shapes: BTreeMap::new(), sensitive: BTreeSet::new(), shown, form };
    let json = writer.json(&val);
    let images = containers.iter().map(image).collect();
    Some(Definitions { json, shapes: writer.shapes, sensitive: writer.sensitive, images })
}

struct Writer<'s> {
    shapes: BTreeMap<String, Shape>,
    sensitive: BTreeSet<String>,
    shown: &'s dyn Fn(&Attribute) -> String,
    form: &'s dyn Fn(&Attribute) -> Option<String>,
}

impl Writer<'_> {
    fn json(&mut self, val: &Val) -> Json {
        match val {
            Val::List(members) | Val::Set(members)
                if !members.iter().any(|member| matches!(member, Val::Spread(_))) =>
            {
                Json::Array(members.iter().map(|member| self.json(member)).collect())
            }
            Val::Map(members) => {
                let members = members.iter().map(|(name, member)| (name.to_string(), self.json(member)));
                Json::Object(members.collect::<Map<_, _>>())
            }
            Val::Template(pieces) => {
                let text: String = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => text.to_string(),
                        Piece::Hole(val) => self.hole(val),
                    })
                    .collect();
                Json::String(text)
            }
            other => other.to_json().unwrap_or_else(|| Json::String(self.hole(other))),
        }
    }

    /// What stands for something that is not known.
    fn hole(&mut self, val: &Val) -> String {
        if let Val::Attr(attribute) = val
            && let Some(form) = (self.form)(attribute)
        {
            return form;
        }
        let name = match val {
            Val::Attr(attribute) => (self.shown)(attribute),
            Val::Unknown(unseen) if !unseen.quote.is_empty() => unseen.quote.to_string(),
            other => {
                let names: Vec<String> = other.mentions().iter().map(|of| (self.shown)(of)).collect();
                names.join(", ")
            }
        };
        let name: String = name.chars().filter(|letter| !matches!(letter, '{' | '}' | '$' | '"')).collect();
        let mut hole = format!("${{{}}}", if name.is_empty() { "…" } else { &name });
        if let Val::Unknown(unseen) = val
            && let Some(shape) = unseen.shape
        {
            // two that are written alike may look different
            while self.shapes.get(&hole).is_some_and(|other| *other != shape) {
                hole.insert(2, '~');
            }
            self.shapes.insert(hole.clone(), shape);
        }
        if matches!(val, Val::Unknown(unseen) if unseen.sensitive) {
            self.sensitive.insert(hole.clone());
        }
        hole
    }
}
