//! Placeholders of templates, as people leave them in task definitions.
//!
//! Owns which pieces of a text are holes to be filled later. What they will be filled with is not to be guessed.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::image::HOLE;
use crate::model::value::{Unknown, Why};

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holes {
    /// What a template is to be filled with.
    Template,
    /// What Terraform learns while applying: the text was made from the configuration's files.
    AfterApply,
}

impl Holes {
    /// Words for a text that is nothing but a placeholder, to follow the name of its place.
    pub fn whole(self) -> &'static str {
        match self {
            Self::Template => "is a placeholder",
            Self::AfterApply => "is known after apply",
        }
    }

    /// Words for a text that has a placeholder in it.
    pub fn held(self) -> &'static str {
        match self {
            Self::Template => "holds a placeholder",
            Self::AfterApply => "is known in part only before apply",
        }
    }

    /// The missing fact.
    pub fn unknown(self, fact: String) -> Unknown {
        let why = match self {
            Self::Template => Why::Placeholder,
            Self::AfterApply => Why::AfterApply,
        };
        Unknown::new(why, fact)
    }
}

/// `<IMAGE1_NAME>`, `${X}`, `{{ must_env `X` }}`, `%X%`, `__X__`, `@X@`, `@@X@@`, `#{X}`, and `$X` as a whole word.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        r"<[A-Za-z][A-Za-z0-9_ .-]*>",
        r"[$#]\{[^{}]*\}",
        r"\{\{.*?\}\}",
        r"%[A-Za-z_][A-Za-z0-9_]*%",
        r"__[A-Z][A-Z0-9_]*?__",
        r"@@[A-Za-z][A-Za-z0-9_]*@@",
        r"@[A-Z][A-Z0-9_]+@",
        r"\$[A-Za-z_][A-Za-z0-9_]*",
    ];
    Regex::new(&forms.join("|")).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
});

/// Whether a text has a placeholder in it.
pub fn has_placeholder(text: &str) -> bool {
    PLACEHOLDER.is_match(text)
}

/// Whether a text is nothing but a placeholder.
pub fn is_placeholder(text: &str) -> bool {
    PLACEHOLDER.find(text.trim()).is_some_and(|found| found.len() == text.trim().len())
}

/// The text with a [`HOLE`] for each placeholder.
pub fn with_holes(text: &str) -> String {
    PLACEHOLDER.replace_all(text, HOLE.to_string()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_usual_forms() {
        for text in [
            "<IMAGE1_NAME>",
            "${TAG}",
            "{{ must_env `X` }}",
            "$NAME",
            "%IMAGE%",
            "__TAG__",
            "@VERSION@",
            "#{Build.Id}",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        assert_eq!(with_holes("a:${B}-{{ env `C` `d` }}"), "a:\u{1}-\u{1}");
        assert!(!is_placeholder("a${B}") && has_placeholder("a${B}"));
    }

    #[test]
    fn ordinary_text_has_none() {
        for text in ["nginx:1.25", "a@sha256:abc", "100%", "x < 3", "cost 5$", "user@example.com", "{}"] {
            assert!(!has_placeholder(text), "{text}");
        }
    }
}
