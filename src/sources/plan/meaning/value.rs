//! What an expression can be told to yield before Terraform has applied it.
//!
//! A value of Terraform's language in which every part may also be: an attribute of a resource that is known after
//! apply ([`Val::Attr`]), one of several values ([`Val::Either`]), or something that cannot be followed
//! ([`Val::Unknown`], which keeps what it mentions). Owns the algebra of these; must not know files or syntax.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value as Json;

use crate::model::task_definition::Shape;
use crate::sources::plan::reference::{Key, Step};

/// How many alternatives are kept apart; more become one unknown value.
pub(in crate::sources::plan) const MAX_ALTERNATIVES: usize = 16;
/// How many members a collection may have, and how many bytes a text: absurd sizes are not followed.
pub(in crate::sources::plan) const MAX_MEMBERS: usize = 50_000;
pub(in crate::sources::plan) const MAX_TEXT: usize = 4 << 20;

/// A value, as far as it can be told. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sources::plan) enum Val {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// A text of which parts are not known.
    Template(Rc<[Piece]>),
    /// A list or tuple, its members in order. A member may be [`Val::Spread`].
    List(Rc<[Val]>),
    /// A set: sorted where all members are known texts, else in no order.
    Set(Rc<[Val]>),
    /// A map or object.
    Map(Rc<BTreeMap<Rc<str>, Val>>),
    /// A resource or data source instance as a whole, by its index among the instances.
    Instance(usize),
    /// A module call as a whole: the object of its outputs.
    Call(Rc<CallRef>),
    /// What an attribute of an instance will hold. The path is never empty.
    Attr(Attribute),
    /// One of these, in no order; at least two, none of them an `Either` itself.
    Either(Rc<[Val]>),
    /// In a list or set only: any number of members, those of a collection that cannot be told apart yet.
    Spread(Rc<Val>),
    /// It cannot be told.
    Unknown(Rc<Unseen>),
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sources::plan) enum Piece {
    Text(Rc<str>),
    /// What stands here is not known; never a known scalar.
    Hole(Val),
}

/// An attribute of an instance, known after apply.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sources::plan) struct Attribute {
    /// Index among the instances.
    pub(in crate::sources::plan) instance: usize,
    /// The way into it.
    pub(in crate::sources::plan) path: Rc<[Step]>,
}

/// One instance of a module call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sources::plan) struct CallRef {
    /// Address of the module instance that is called.
    pub(in crate::sources::plan) module: String,
}

/// Something that cannot be told.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sources::plan) struct Unseen {
    /// The expression that could not be followed, as it is written, literal texts left out; may be empty.
    pub(in crate::sources::plan) quote: Rc<str>,
    /// Why, in words that continue a sentence: "it is read while applying".
    pub(in crate::sources::plan) reason: Rc<str>,
    /// What it mentions: instances (an empty path) and their attributes. It may yield parts of these.
    pub(in crate::sources::plan) mentions: Vec<Attribute>,
    /// It comes from a value that is marked sensitive.
    pub(in crate::sources::plan) sensitive: bool,
    /// What the sensitive text looked like before it was dropped.
    pub(in crate::sources::plan) shape: Option<Shape>,
}

impl Val {
    pub(in crate::sources::plan) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Rc::from(text.as_ref()))
    }

    pub(in crate::sources::plan) fn list(members: impl IntoIterator<Item = Self>) -> Self {
        Self::List(members.into_iter().collect())
    }

    pub(in crate::sources::plan) fn map(members: impl IntoIterator<Item = (Rc<str>, Self)>) -> Self {
        Self::Map(Rc::new(members.into_iter().collect()))
    }

    /// A set of these: each once, in the order of texts where all are known.
    pub(in crate::sources::plan) fn set(members: impl IntoIterator<Item = Self>) -> Self {
        let mut unique: Vec<Self> = Vec::new();
        let mut texts = std::collections::BTreeSet::new();
        for member in members {
            let fresh = match &member {
                Self::Text(text) => texts.insert(text.clone()),
                other => !unique.contains(other),
            };
            if fresh {
                unique.push(member);
            }
        }
        if unique.iter().all(|member| matches!(member, Self::Text(_))) {
            unique.sort_by(|a, b| a.as_text().cmp(&b.as_text()));
        } else if unique.iter().all(|member| matches!(member, Self::Number(_))) {
            unique.sort_by(|a, b| a.as_number().unwrap_or(0.0).total_cmp(&b.as_number().unwrap_or(0.0)));
        }
        Self::Set(unique.into())
    }

    /// One of these; each once. Alternatives of alternatives are taken apart; too many are one unknown value.
    pub(in crate::sources::plan) fn either(alternatives: impl IntoIterator<Item = Self>) -> Self {
        let mut unique: Vec<Self> = Vec::new();
        for alternative in alternatives {
            let parts = match alternative {
                Self::Either(parts) => parts.to_vec(),
                other => vec![other],
            };
            for part in parts {
                if !unique.contains(&part) {
                    unique.push(part);
                }
            }
        }
        match unique.len() {
            1 => unique.remove(0),
            0 => Self::unseen("nothing remains to choose from", []),
            many if many > MAX_ALTERNATIVES => {
                Self::unseen("it may be one of too many values", unique.iter().collect::<Vec<_>>())
            }
            _ => Self::Either(unique.into()),
        }
    }

    /// A text of pieces: adjacent known ones joined, a single text where nothing is unknown.
    pub(in crate::sources::plan) fn template(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut joined: Vec<Piece> = Vec::new();
        let mut push = |piece: Piece| match (joined.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(last)), Piece::Text(text)) => *last = format!("{last}{text}").into(),
            (_, piece) => joined.push(piece),
        };
        for piece in pieces {
            match piece {
                Piece::Hole(Self::Template(inner)) => inner.iter().cloned().for_each(&mut push),
                Piece::Hole(Self::Text(text)) => push(Piece::Text(text)),
                piece => push(piece),
            }
        }
        match joined.as_slice() {
            [] => Self::text(""),
            [Piece::Text(text)] if text.len() <= MAX_TEXT => Self::Text(text.clone()),
            _ => Self::Template(joined.into()),
        }
    }

    /// What cannot be told, because of `reason`; it mentions what `of` mention.
    pub(in crate::sources::plan) fn unseen<'a>(
        reason: impl AsRef<str>,
        of: impl IntoIterator<Item = &'a Self>,
    ) -> Self {
        let mut mentions = Vec::new();
        let mut sensitive = false;
        for val in of {
            val.add_mentions(&mut mentions);
            sensitive |= val.is_sensitive();
        }
        mentions.sort_unstable();
        mentions.dedup();
        Self::Unknown(Rc::new(Unseen {
            quote: Rc::from(""),
            reason: Rc::from(reason.as_ref()),
            mentions,
            sensitive,
            shape: None,
        }))
    }

    /// The same, with the expression where it has none yet.
    pub(in crate::sources::plan) fn quoted(self, quote: impl FnOnce() -> String) -> Self {
        match self {
            Self::Unknown(unseen) if unseen.quote.is_empty() => {
                Self::Unknown(Rc::new(Unseen { quote: quote().into(), ..(*unseen).clone() }))
            }
            other => other,
        }
    }

    /// Every instance and attribute that it holds or mentions.
    pub(in crate::sources::plan) fn mentions(&self) -> Vec<Attribute> {
        let mut mentions = Vec::new();
        self.add_mentions(&mut mentions);
        mentions.sort_unstable();
        mentions.dedup();
        mentions
    }

    fn add_mentions(&self, into: &mut Vec<Attribute>) {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Call(_) => {}
            Self::Template(pieces) => {
                for piece in pieces.iter() {
                    if let Piece::Hole(val) = piece {
                        val.add_mentions(into);
                    }
                }
            }
            Self::List(members) | Self::Set(members) | Self::Either(members) => {
                members.iter().for_each(|member| member.add_mentions(into));
            }
            Self::Map(members) => members.values().for_each(|member| member.add_mentions(into)),
            Self::Instance(instance) => into.push(Attribute { instance: *instance, path: Rc::from([]) }),
            Self::Attr(attribute) => into.push(attribute.clone()),
            Self::Spread(of) => of.add_mentions(into),
            Self::Unknown(unseen) => into.extend(unseen.mentions.iter().cloned()),
        }
    }

    fn is_sensitive(&self) -> bool {
        match self {
            Self::Unknown(unseen) => unseen.sensitive,
            Self::List(members) | Self::Set(members) | Self::Either(members) => {
                members.iter().any(Self::is_sensitive)
            }
            Self::Map(members) => members.values().any(Self::is_sensitive),
            Self::Template(pieces) => {
                pieces.iter().any(|piece| matches!(piece, Piece::Hole(val) if val.is_sensitive()))
            }
            Self::Spread(of) => of.is_sensitive(),
            _ => false,
        }
    }

    pub(in crate::sources::plan) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(in crate::sources::plan) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// How many parts it has; nothing where these are more than `limit`.
    pub(in crate::sources::plan) fn size(&self, limit: usize) -> Option<usize> {
        let sum = |parts: &mut dyn Iterator<Item = &Self>| {
            let mut sum = 1;
            for part in parts {
                sum += part.size(limit.checked_sub(sum)?)?;
            }
            Some(sum)
        };
        let size = match self {
            Self::Text(text) => 1 + text.len() / 100,
            Self::Template(pieces) => {
                let mut size = 1;
                for piece in pieces.iter() {
                    size += match piece {
                        Piece::Text(text) => 1 + text.len() / 100,
                        Piece::Hole(val) => val.size(limit.checked_sub(size)?)?,
                    };
                }
                size
            }
            Self::List(members) | Self::Set(members) | Self::Either(members) => sum(&mut members.iter())?,
            Self::Map(members) => sum(&mut members.values())?,
            Self::Spread(of) => 1 + of.size(limit.checked_sub(1)?)?,
            Self::Unknown(unseen) => 1 + unseen.mentions.len(),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Instance(_)
            | Self::Call(_)
            | Self::Attr(_) => 1,
        };
        (size <= limit).then_some(size)
    }

    /// Every part of it is known now. An instance or a call as a whole is not.
    pub(in crate::sources::plan) fn is_known(&self) -> bool {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => true,
            Self::List(members) | Self::Set(members) => members.iter().all(Self::is_known),
            Self::Map(members) => members.values().all(Self::is_known),
            Self::Template(_)
            | Self::Instance(_)
            | Self::Call(_)
            | Self::Attr(_)
            | Self::Either(_)
            | Self::Spread(_)
            | Self::Unknown(_) => false,
        }
    }

    /// A scalar as the text that Terraform makes of it; nothing for what is no known scalar.
    pub(in crate::sources::plan) fn scalar_text(&self) -> Option<Rc<str>> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Bool(flag) => Some(Rc::from(if *flag { "true" } else { "false" })),
            Self::Number(number) => Some(number_text(*number).into()),
            _ => None,
        }
    }

    /// As JSON, where every part is known.
    pub(in crate::sources::plan) fn to_json(&self) -> Option<Json> {
        Some(match self {
            Self::Null => Json::Null,
            Self::Bool(flag) => Json::Bool(*flag),
            Self::Number(number) => number_json(*number),
            Self::Text(text) => Json::String(text.to_string()),
            Self::List(members) | Self::Set(members) => {
                Json::Array(members.iter().map(Self::to_json).collect::<Option<_>>()?)
            }
            Self::Map(members) => {
                let members = members.iter().map(|(key, val)| Some((key.to_string(), val.to_json()?)));
                Json::Object(members.collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    /// From JSON: an array is a list.
    pub(in crate::sources::plan) fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::Bool(*flag),
            Json::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Json::String(text) => Self::text(text),
            Json::Array(members) => Self::list(members.iter().map(Self::from_json)),
            Json::Object(members) => {
                Self::map(members.iter().map(|(key, json)| (Rc::from(key.as_str()), Self::from_json(json))))
            }
        }
    }

    /// A key of `for_each` or an index of `count`.
    pub(in crate::sources::plan) fn from_key(key: &Key) -> Self {
        match key {
            #[expect(clippy::cast_precision_loss, reason = "an index of count is small")]
            Key::Index(index) => Self::Number(*index as f64),
            Key::Name(name) => Self::text(name),
        }
    }
}

/// A number as Terraform writes it: whole numbers without a point.
pub(in crate::sources::plan) fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

fn number_json(number: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    if number.fract() == 0.0 && number.abs() < 9.0e15 {
        Json::from(number as i64)
    } else {
        serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number)
    }
}

impl Attribute {
    /// A member of it.
    pub(in crate::sources::plan) fn member(&self, name: &str) -> Self {
        self.step(Step::Attr(name.to_owned()))
    }

    /// An element of it.
    #[expect(clippy::cast_possible_truncation, reason = "an index is small")]
    pub(in crate::sources::plan) fn at(&self, index: f64) -> Self {
        self.step(Step::Key(Key::Index(index as i64)))
    }

    fn step(&self, step: Step) -> Self {
        let path = self.path.iter().cloned().chain([step]).collect();
        Self { instance: self.instance, path }
    }
}
