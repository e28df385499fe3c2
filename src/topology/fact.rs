//! A derived fact: its value, how firmly it is known, and the resources that make it true.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::model::origin::Basis;
use crate::model::value::{Unknown, Value, Why};

/// One link of an evidence chain: a resource, the attribute that matters, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Evidence {
    /// The resource.
    pub resource: String,
    /// Path of the attribute within it; empty for the resource as a whole.
    pub path: String,
    /// What it says.
    pub message: String,
}

impl Evidence {
    /// A link of an evidence chain.
    pub fn new(resource: impl Into<String>, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { resource: resource.into(), path: path.into(), message: message.into() }
    }
}

/// A derived fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact<T> {
    /// Known, absent (it does not apply), or unknown.
    pub value: Value<T>,
    /// How firmly it is known.
    pub basis: Basis,
    /// What makes it true.
    pub evidence: Vec<Evidence>,
}

impl<T> Fact<T> {
    /// A fact that holds.
    pub fn known(value: T, basis: Basis, evidence: Vec<Evidence>) -> Self {
        Self { value: Value::Known(value), basis, evidence }
    }

    /// A fact that cannot be told.
    pub fn unknown(unknown: Unknown) -> Self {
        Self { value: Value::Unknown(unknown), basis: Basis::Value, evidence: Vec::new() }
    }

    /// A fact that does not apply.
    pub fn absent() -> Self {
        Self { value: Value::Absent, basis: Basis::Value, evidence: Vec::new() }
    }
}

impl<T: Serialize> Serialize for Fact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.value {
            Value::Known(value) => map.serialize_entry("known", value)?,
            Value::Absent => map.serialize_entry("absent", &true)?,
            Value::Unknown(unknown) => map.serialize_entry("unknown", unknown)?,
        }
        map.serialize_entry("basis", &self.basis)?;
        map.serialize_entry("evidence", &self.evidence)?;
        map.end()
    }
}

impl<T: JsonSchema> JsonSchema for Fact<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Fact_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let known = generator.subschema_for::<T>();
        let unknown = generator.subschema_for::<Unknown>();
        let basis = generator.subschema_for::<Basis>();
        let evidence = generator.subschema_for::<Vec<Evidence>>();
        json_schema!({
            "description": "A derived fact: exactly one of `known`, `absent` or `unknown`, with its evidence.",
            "type": "object",
            "properties": {
                "known": known, "absent": { "const": true }, "unknown": unknown, "basis": basis, "evidence": evidence,
            },
            "required": ["basis", "evidence"],
            "oneOf": [{ "required": ["known"] }, { "required": ["absent"] }, { "required": ["unknown"] }],
        })
    }
}

/// Three-valued truth with the reason of the third; the algebra of verdicts (catalogue, definition V).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// Nobody can tell.
    Maybe(Unknown),
}

impl Truth {
    /// Holds if any part holds; else cannot be told if any part cannot.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::No;
        for part in parts {
            match part {
                Self::Yes => return Self::Yes,
                Self::Maybe(unknown) => {
                    result = if result == Self::No { Self::Maybe(unknown) } else { result }
                }
                Self::No => {}
            }
        }
        result
    }

    /// Holds if every part holds; fails if any part fails.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::any(parts.into_iter().map(Self::negate)).negate()
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Maybe(unknown) => Self::Maybe(unknown),
        }
    }

    /// A truth value, of which absence is no.
    pub fn of(value: &Value<bool>) -> Self {
        match value {
            Value::Known(true) => Self::Yes,
            Value::Known(false) | Value::Absent => Self::No,
            Value::Unknown(unknown) => Self::Maybe(unknown.clone()),
        }
    }

    /// What holds only if a candidate is the one that is meant.
    #[must_use]
    pub fn if_certain(self, certain: bool, what: impl FnOnce() -> String) -> Self {
        match self {
            Self::Yes if !certain => Self::Maybe(Unknown::new(Why::Undecided, what())),
            other => other,
        }
    }

    /// As a value.
    pub fn into_value(self) -> Value<bool> {
        match self {
            Self::Yes => Value::Known(true),
            Self::No => Value::Known(false),
            Self::Maybe(unknown) => Value::Unknown(unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maybe() -> Truth {
        Truth::Maybe(Unknown::new(Why::AfterApply, "x"))
    }

    #[test]
    fn unknown_never_becomes_an_answer() {
        assert_eq!(Truth::any([Truth::No, maybe()]), maybe());
        assert_eq!(Truth::any([maybe(), Truth::Yes]), Truth::Yes);
        assert_eq!(Truth::any([]), Truth::No);
        assert_eq!(Truth::all([Truth::Yes, maybe()]), maybe());
        assert_eq!(Truth::all([maybe(), Truth::No]), Truth::No);
        assert_eq!(Truth::all([]), Truth::Yes);
        assert_eq!(maybe().negate(), maybe());
        assert!(matches!(Truth::Yes.if_certain(false, || "y".into()), Truth::Maybe(_)));
        assert_eq!(Truth::No.if_certain(false, || "y".into()), Truth::No);
    }
}
