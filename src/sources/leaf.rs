//! A JSON value on its way into the model: read as text, number or flag, as loosely as the services do.
//!
//! Owns the conversions that every source shares. Numbers come as strings and strings as numbers; a placeholder is
//! an unknown value; what does not convert is unknown, and is never repeated in a message.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::placeholder::{Holes, has_placeholder};
use crate::model::origin::Basis;
use crate::model::value::{Attr, Unknown, Value, Why};

/// Texts that were admitted to the model although the source marks them sensitive: rules may judge them, and no
/// output may show them.
#[derive(Debug, Default)]
pub struct SensitiveTexts(RefCell<BTreeSet<String>>);

impl SensitiveTexts {
    /// Remembers a text.
    pub fn add(&self, text: &str) {
        if !text.is_empty() {
            self.0.borrow_mut().insert(text.to_owned());
        }
    }

    /// All that were remembered.
    pub fn into_inner(self) -> BTreeSet<String> {
        self.0.into_inner()
    }
}

/// One JSON value with the place it stands at.
#[derive(Debug, Clone)]
pub struct Leaf<'a> {
    /// The resource, as messages name it.
    pub of: &'a str,
    /// Path of the attribute.
    pub at: String,
    /// What stands there.
    pub value: Value<&'a Json>,
    /// The source marks it as sensitive.
    pub sensitive: bool,
    /// How firmly it is known.
    pub basis: Basis,
    /// What a placeholder in a text stands for.
    pub holes: Holes,
    /// Where sensitive texts are noted.
    pub texts: &'a SensitiveTexts,
}

impl<'a> Leaf<'a> {
    /// A text. A number is its own text; an empty text is none.
    pub fn text(self) -> Attr<String> {
        let (texts, sensitive) = (self.texts, self.sensitive);
        let attr = self.convert("a text", |value| match value {
            Json::String(text) => Some(text.trim().to_owned()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        });
        if let (true, Some(text)) = (sensitive, attr.value.known()) {
            texts.add(text);
        }
        match attr.value {
            Value::Known(text) if text.is_empty() => Attr { value: Value::Absent, ..attr },
            _ => attr,
        }
    }

    /// A whole number, or the text of one. An empty text is none.
    pub fn int(self) -> Attr<i64> {
        if matches!(&self.value, Value::Known(Json::String(text)) if text.trim().is_empty()) {
            return Attr::absent(self.at);
        }
        if let (true, Value::Known(json)) = (self.sensitive, &self.value) {
            self.texts
                .add(json.as_str().map_or_else(|| json.to_string(), |text| text.trim().to_owned()).as_str());
        }
        self.convert("a whole number", integer)
    }

    /// A truth value, or the text of one.
    pub fn flag(self) -> Attr<bool> {
        self.convert("true or false", |value| match value {
            Json::Bool(flag) => Some(*flag),
            Json::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" => Some(true),
                "false" | "0" | "" => Some(false),
                _ => None,
            },
            _ => None,
        })
    }

    /// A text that has to be one of a vocabulary.
    pub fn word<T>(self, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Attr<T> {
        let of = self.of;
        self.text().parse(of, expected, |text| parse(text))
    }

    fn convert<T>(self, expected: &str, f: impl FnOnce(&'a Json) -> Option<T>) -> Attr<T> {
        let fact = |state: &str| format!("{}: {} {state}", self.of, self.at);
        let value = match self.value {
            Value::Known(Json::String(text)) if has_placeholder(text) => {
                Value::Unknown(self.holes.unknown(fact(self.holes.held())))
            }
            Value::Known(Json::Null) | Value::Absent => Value::Absent,
            Value::Known(json) => match f(json) {
                Some(value) => Value::Known(value),
                None => Value::Unknown(Unknown::new(Why::Unparsable, fact(&format!("is not {expected}")))),
            },
            Value::Unknown(unknown) => Value::Unknown(unknown),
        };
        Attr { basis: self.basis, ..Attr::new(value, self.at) }
    }
}

/// A JSON number or numeric text as a whole number.
fn integer(value: &Json) -> Option<i64> {
    match value {
        Json::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Json::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| text.parse().ok().and_then(whole))
        }
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9.0e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn leaf<'a>(value: &'a Json, texts: &'a SensitiveTexts) -> Leaf<'a> {
        Leaf {
            of: "task",
            at: "x".to_owned(),
            value: Value::Known(value),
            sensitive: true,
            basis: Basis::Value,
            holes: Holes::Template,
            texts,
        }
    }

    #[test]
    fn converts_as_loosely_as_the_services_do() {
        let texts = SensitiveTexts::default();
        let int = |json: Json| leaf(&json, &texts).int().value;
        assert_eq!(int(json!("256")), Value::Known(256));
        assert_eq!(int(json!(256.0)), Value::Known(256));
        assert_eq!(int(json!("")), Value::Absent);
        assert_eq!(int(json!(null)), Value::Absent);
        assert!(int(json!("many")).unknown().is_some());
        assert!(int(json!([1])).unknown().is_some());
        let flag = |json: Json| leaf(&json, &texts).flag().value;
        assert_eq!(flag(json!("True")), Value::Known(true));
        assert!(flag(json!({})).unknown().is_some());
        assert_eq!(leaf(&json!(5), &texts).text().value, Value::Known("5".to_owned()));
        assert_eq!(leaf(&json!(" "), &texts).text().value, Value::Absent);
    }

    #[test]
    fn a_placeholder_is_unknown_and_what_is_refused_is_not_repeated() {
        let texts = SensitiveTexts::default();
        let placeholder = json!("${CPU}");
        let unknown = leaf(&placeholder, &texts).int().value.unknown().cloned().expect("unknown");
        assert_eq!((unknown.why, unknown.fact.as_str()), (Why::Placeholder, "task: x holds a placeholder"));
        let refused = json!("hunter2");
        let unknown = leaf(&refused, &texts).int().value.unknown().cloned().expect("unknown");
        assert_eq!(unknown.fact, "task: x is not a whole number");
    }

    #[test]
    fn sensitive_texts_are_noted() {
        let texts = SensitiveTexts::default();
        let value = json!("s3cret-name");
        assert_eq!(leaf(&value, &texts).text().value, Value::Known("s3cret-name".to_owned()));
        assert_eq!(texts.into_inner().into_iter().collect::<Vec<_>>(), ["s3cret-name"]);
    }
}
