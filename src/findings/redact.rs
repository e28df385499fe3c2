//! The last wall before anything is shown: texts that a source marks as sensitive are taken out.
//!
//! Rules judge such texts where they have to (an image tag in a definition that is sensitive as a whole), and messages
//! are made without them where that is known beforehand; this is for what slips through.

use std::collections::BTreeSet;

/// What stands in the place of a sensitive text.
pub const REDACTED: &str = "(sensitive)";

/// Takes sensitive texts out of messages.
#[derive(Debug, Default)]
pub struct Redactor {
    /// The longest first, so that a text is gone before a part of it is looked for.
    texts: Vec<String>,
}

impl Redactor {
    /// For these texts.
    pub fn new(texts: &BTreeSet<String>) -> Self {
        let mut texts: Vec<String> = texts.iter().filter(|text| !text.trim().is_empty()).cloned().collect();
        texts.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Self { texts }
    }

    /// The text without them. Short ones count as whole words only: a port must not take the digits out of an address.
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.texts {
            if text.contains(secret.as_str()) {
                text = if secret.len() < 4 {
                    replace_words(&text, secret)
                } else {
                    text.replace(secret.as_str(), REDACTED)
                };
            }
        }
        text
    }
}

fn replace_words(text: &str, word: &str) -> String {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices(word) {
        let end = at + word.len();
        if !joins(text[..at].chars().next_back()) && !joins(text[end..].chars().next()) {
            result.push_str(&text[done..at]);
            result.push_str(REDACTED);
            done = end;
        }
    }
    result + &text[done..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_texts_out_and_leaves_words_whole() {
        let texts = ["hunter2-hunter2", "hunter2", "80", " "].map(str::to_owned).into_iter().collect();
        let redactor = Redactor::new(&texts);
        assert_eq!(redactor.redact("a hunter2-hunter2 b"), "a (sensitive) b");
        assert_eq!(redactor.redact("hunter2!"), "(sensitive)!");
        assert_eq!(redactor.redact("port 80, not 8080 or 80a"), "port (sensitive), not 8080 or 80a");
        assert_eq!(Redactor::default().redact("x"), "x");
    }
}
