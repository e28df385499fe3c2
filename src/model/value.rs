//! A leaf of the model: known, absent or unknown with a reason; and where it stands.
//!
//! There is no `Default`, no `unwrap_or` and no conversion to `Option` that would merge absence with ignorance: the
//! only way to a default is [`Attr::or_default`], which records that it was one.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::origin::Basis;

/// Why a fact is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Terraform learns it only while applying.
    AfterApply,
    /// A call that would have told was denied, throttled or failed.
    NotCollected,
    /// The source marks the value as sensitive; it is judged for shape where possible and never shown.
    Sensitive,
    /// The value is there but does not parse.
    Unparsable,
    /// It names something that is not part of what was scanned.
    OutsideInput,
    /// A placeholder of a template stands in its place.
    Placeholder,
    /// Several candidates remain, and they differ in what matters.
    Undecided,
}

/// A fact that is missing: what, why, and how to obtain it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Unknown {
    /// The kind of ignorance.
    pub why: Why,
    /// The missing fact, in words that name its resource and attribute. Never holds a secret.
    pub fact: String,
    /// What a person can do to make it known.
    pub remedy: String,
}

impl Unknown {
    /// A missing fact with the usual remedy for its kind.
    pub fn new(why: Why, fact: impl Into<String>) -> Self {
        let remedy = match why {
            Why::AfterApply => {
                "make it known at plan time, or scan again once it has been applied and is known"
            }
            Why::NotCollected => "grant the read permission that is named, and scan again",
            Why::Sensitive => "remove the sensitive mark if the value is no secret, or judge it by hand",
            Why::Unparsable => "correct the value at the place that is named",
            Why::OutsideInput => {
                "manage or read it (resource or data source) in the same configuration, so that the plan describes it"
            }
            Why::Placeholder => "render the template, then scan the result",
            Why::Undecided => "scan again once the ids are known, as in a plan after the first apply",
        };
        Self::with_remedy(why, fact, remedy)
    }

    /// A missing fact with a remedy of its own.
    pub fn with_remedy(why: Why, fact: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { why, fact: fact.into(), remedy: remedy.into() }
    }
}

/// What a source says of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<T> {
    /// The source states it, or a documented default applies.
    Known(T),
    /// The source states that it is not set.
    Absent,
    /// Nobody can tell from the source.
    Unknown(Unknown),
}

impl<T> Value<T> {
    /// The value where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unknown(_) => None,
        }
    }

    /// The reason where it is unknown.
    pub fn unknown(&self) -> Option<&Unknown> {
        match self {
            Self::Unknown(unknown) => Some(unknown),
            Self::Known(_) | Self::Absent => None,
        }
    }

    /// Applies `f` to a known value; absence and ignorance stay what they are.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Value<U> {
        match self {
            Self::Known(value) => Value::Known(f(value)),
            Self::Absent => Value::Absent,
            Self::Unknown(unknown) => Value::Unknown(unknown),
        }
    }

    /// Applies a fallible `f` to a known value; what it refuses becomes [`Why::Unparsable`] with `fact`.
    pub fn parse<U>(self, f: impl FnOnce(&T) -> Option<U>, fact: impl FnOnce() -> String) -> Value<U> {
        match self {
            Self::Known(value) => match f(&value) {
                Some(parsed) => Value::Known(parsed),
                None => Value::Unknown(Unknown::new(Why::Unparsable, fact())),
            },
            Self::Absent => Value::Absent,
            Self::Unknown(unknown) => Value::Unknown(unknown),
        }
    }
}

/// One attribute of a resource: its value, the path at which it stands, and how firmly it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attr<T> {
    /// What the source says.
    pub value: Value<T>,
    /// The path of the attribute within its resource, in the spelling of the source
    /// (`network_configuration[0].assign_public_ip`).
    pub at: Cow<'static, str>,
    /// How firmly it is known.
    pub basis: Basis,
    /// The source is silent and a documented default (see [`super::defaults`]) stands in.
    pub defaulted: bool,
}

impl<T> Attr<T> {
    /// An attribute as the source states it.
    pub fn new(value: Value<T>, at: impl Into<Cow<'static, str>>) -> Self {
        Self { value, at: at.into(), basis: Basis::Value, defaulted: false }
    }

    /// A known attribute.
    pub fn known(value: T, at: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Value::Known(value), at)
    }

    /// An attribute that the source states not to be set.
    pub fn absent(at: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Value::Absent, at)
    }

    /// An attribute that cannot be told.
    pub fn unknown(unknown: Unknown, at: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Value::Unknown(unknown), at)
    }

    /// Puts a documented default in the place of an absent value, and remembers it.
    #[must_use]
    pub fn or_default(self, default: T) -> Self {
        match self.value {
            Value::Absent => {
                Self { value: Value::Known(default), at: self.at, basis: self.basis, defaulted: true }
            }
            Value::Known(_) | Value::Unknown(_) => self,
        }
    }

    /// Applies `f` to a known value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Attr<U> {
        Attr { value: self.value.map(f), at: self.at, basis: self.basis, defaulted: self.defaulted }
    }

    /// Applies a fallible `f` to a known value of the resource `of`; what it refuses becomes
    /// [`Why::Unparsable`]. The refused value itself is not repeated: it may be a secret.
    pub fn parse<U>(self, of: &str, expected: &str, f: impl FnOnce(&T) -> Option<U>) -> Attr<U> {
        let at = self.at.clone();
        let fact = || format!("{of}: {at} is not {expected}");
        Attr { value: self.value.parse(f, fact), at: self.at, basis: self.basis, defaulted: self.defaulted }
    }
}

fn serialize_state<T: Serialize, M: SerializeMap>(value: &Value<T>, map: &mut M) -> Result<(), M::Error> {
    match value {
        Value::Known(value) => map.serialize_entry("known", value),
        Value::Absent => map.serialize_entry("absent", &true),
        Value::Unknown(unknown) => map.serialize_entry("unknown", unknown),
    }
}

impl<T: Serialize> Serialize for Value<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        serialize_state(self, &mut map)?;
        map.end()
    }
}

impl<T: JsonSchema> JsonSchema for Value<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Value_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let known = generator.subschema_for::<T>();
        let unknown = generator.subschema_for::<Unknown>();
        json_schema!({
            "description": "Exactly one of `known`, `absent` or `unknown`.",
            "type": "object",
            "properties": { "known": known, "absent": { "const": true }, "unknown": unknown },
            "oneOf": [{ "required": ["known"] }, { "required": ["absent"] }, { "required": ["unknown"] }],
        })
    }
}

impl<T: Serialize> Serialize for Attr<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        serialize_state(&self.value, &mut map)?;
        map.serialize_entry("at", &self.at)?;
        if self.defaulted {
            map.serialize_entry("default", &true)?;
        }
        if self.basis != Basis::Value {
            map.serialize_entry("basis", &self.basis)?;
        }
        map.end()
    }
}

impl<T: JsonSchema> JsonSchema for Attr<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Attr_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let known = generator.subschema_for::<T>();
        let unknown = generator.subschema_for::<Unknown>();
        let basis = generator.subschema_for::<Basis>();
        json_schema!({
            "description": "One attribute: exactly one of `known`, `absent` or `unknown`, and where it stands.",
            "type": "object",
            "properties": {
                "known": known,
                "absent": { "const": true },
                "unknown": unknown,
                "at": { "type": "string", "description": "Path within the resource, in the spelling of the source." },
                "default": { "const": true, "description": "Set where a documented default stands in." },
                "basis": basis,
            },
            "required": ["at"],
            "oneOf": [{ "required": ["known"] }, { "required": ["absent"] }, { "required": ["unknown"] }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown() -> Unknown {
        Unknown::new(Why::AfterApply, "x")
    }

    #[test]
    fn a_default_replaces_absence_and_nothing_else() {
        let absent = Attr::absent("a").or_default(false);
        assert_eq!((absent.value, absent.defaulted), (Value::Known(false), true));
        let known = Attr::known(true, "a").or_default(false);
        assert_eq!((known.value, known.defaulted), (Value::Known(true), false));
        let hidden: Attr<bool> = Attr::unknown(unknown(), "a").or_default(false);
        assert_eq!((hidden.value, hidden.defaulted), (Value::Unknown(unknown()), false));
    }

    #[test]
    fn what_does_not_parse_is_unknown_and_is_not_repeated() {
        let attr =
            Attr::known("hunter2".to_owned(), "port")
                .parse("aws_db_instance.main", "a number", |text| text.parse::<u16>().ok());
        let unknown = attr.value.unknown().expect("must be unknown");
        assert_eq!(unknown.why, Why::Unparsable);
        assert_eq!(unknown.fact, "aws_db_instance.main: port is not a number");
    }

    #[test]
    fn unknown_absorbs() {
        let value: Value<u8> = Value::Unknown(unknown());
        assert_eq!(value.clone().map(u16::from), Value::Unknown(unknown()));
        assert_eq!(value.parse(|_| Some(1_u8), String::new), Value::Unknown(unknown()));
    }

    #[test]
    fn serialises_as_exactly_one_of_three() {
        let json = |attr: &Attr<u8>| serde_json::to_value(attr).expect("serialises");
        assert_eq!(json(&Attr::known(1, "a")), serde_json::json!({"known": 1, "at": "a"}));
        assert_eq!(json(&Attr::absent("a")), serde_json::json!({"absent": true, "at": "a"}));
        assert_eq!(
            json(&Attr::absent("a").or_default(2)),
            serde_json::json!({"known": 2, "at": "a", "default": true})
        );
        assert_eq!(json(&Attr::unknown(unknown(), "a"))["unknown"]["why"], "after_apply");
    }
}
