//! Why an input cannot be used, in one clear sentence.

/// Why an input cannot be used, and what to do. It follows the path and a colon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}; {remedy}")]
pub struct Refusal {
    /// What was read, and what is wrong with it.
    pub why: String,
    /// What to do.
    pub remedy: String,
    /// It is a thing of another kind, which a directory may well hold beside inputs.
    pub other_kind: bool,
}

impl Refusal {
    /// An input that is broken.
    pub fn broken(why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { why: why.into(), remedy: remedy.into(), other_kind: false }
    }

    /// Not something to scan, and not meant to be.
    pub fn not_an_input(what: &str, remedy: impl Into<String>) -> Self {
        let why = format!("it is {what}, which ecs-audit does not read");
        Self { why, remedy: remedy.into(), other_kind: true }
    }
}
