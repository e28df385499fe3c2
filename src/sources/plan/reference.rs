//! The strings of a `references` list, taken apart.
//!
//! Terraform writes each reference in full and then its prefixes down to the object it belongs to:
//! `aws_subnet.a[0].id`, `aws_subnet.a[0]`, `aws_subnet.a`.

use std::fmt;

use serde_json::Value as Json;

/// A key of `for_each` or an index of `count`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Index(i64),
    Name(String),
}

impl Key {
    /// The `index` of a resource instance, which plans write as number or text.
    pub(super) fn from_json(json: &Json) -> Option<Self> {
        match json {
            Json::Number(number) => number.as_i64().map(Self::Index),
            Json::String(name) => Some(Self::Name(name.clone())),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "{index}"),
            Self::Name(name) => write!(f, "\"{name}\""),
        }
    }
}

/// A step from an object into its parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Attr(String),
    Key(Key),
}

impl Step {
    /// Whether it is the attribute `name`.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Attr(own) if own == name)
    }
}

/// What a reference starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    Resource {
        data: bool,
        kind: String,
        name: String,
    },
    Module(String),
    Variable(String),
    Local(String),
    CountIndex,
    EachKey,
    EachValue,
    /// `path.module`, `terraform.workspace`: a text that is no reference to anything.
    Constant,
    /// `self`, ephemeral resources and what Terraform may add.
    Other(String),
}

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) subject: Subject,
    pub(super) steps: Vec<Step>,
}

impl Reference {
    /// Takes one string apart.
    pub(super) fn parse(text: &str) -> Self {
        let mut steps = steps(text);
        let word = |steps: &mut Vec<Step>| match steps.first() {
            Some(Step::Attr(_)) => match steps.remove(0) {
                Step::Attr(word) => word,
                Step::Key(_) => String::new(),
            },
            _ => String::new(),
        };
        let subject = match word(&mut steps).as_str() {
            "var" => Subject::Variable(word(&mut steps)),
            "local" => Subject::Local(word(&mut steps)),
            "module" => Subject::Module(word(&mut steps)),
            "path" | "terraform" => Subject::Constant,
            "count" => {
                steps.clear();
                Subject::CountIndex
            }
            "each" => match word(&mut steps).as_str() {
                "key" => Subject::EachKey,
                _ => Subject::EachValue,
            },
            "data" => Subject::Resource { data: true, kind: word(&mut steps), name: word(&mut steps) },
            "self" | "ephemeral" => Subject::Other(text.to_owned()),
            "resource" => Subject::Resource { data: false, kind: word(&mut steps), name: word(&mut steps) },
            kind => match word(&mut steps) {
                name if name.is_empty() => Subject::Other(text.to_owned()),
                name => Subject::Resource { data: false, kind: kind.to_owned(), name },
            },
        };
        Self { subject, steps }
    }

    /// Takes a whole list apart, the prefixes that Terraform adds left out.
    pub(super) fn parse_list<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Self> {
        let mut references: Vec<(&str, Self)> = Vec::new();
        for text in texts {
            let prefix_of_last = references.last().is_some_and(|(last, _)| {
                last.strip_prefix(text).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            });
            if !prefix_of_last && !references.iter().any(|(known, _)| *known == text) {
                references.push((text, Self::parse(text)));
            }
        }
        references.into_iter().map(|(_, reference)| reference).collect()
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Subject::Resource { data: true, kind, name } => write!(f, "data.{kind}.{name}")?,
            Subject::Resource { data: false, kind, name } => write!(f, "{kind}.{name}")?,
            Subject::Module(name) => write!(f, "module.{name}")?,
            Subject::Variable(name) => write!(f, "var.{name}")?,
            Subject::Local(name) => write!(f, "local.{name}")?,
            Subject::CountIndex => f.write_str("count.index")?,
            Subject::EachKey => f.write_str("each.key")?,
            Subject::EachValue => f.write_str("each.value")?,
            Subject::Constant => f.write_str("path")?,
            Subject::Other(text) => f.write_str(text)?,
        }
        for step in &self.steps {
            match step {
                Step::Attr(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key}]")?,
            }
        }
        Ok(())
    }
}

/// The steps of `a.b["c.d"][0].e`.
fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if let Some(inside) = rest.strip_prefix("[\"") {
            let (key, after) = inside.split_once("\"]").unwrap_or((inside, ""));
            steps.push(Step::Key(Key::Name(key.replace("\\\"", "\"").replace("\\\\", "\\"))));
            rest = after;
        } else if let Some(inside) = rest.strip_prefix('[') {
            let (index, after) = inside.split_once(']').unwrap_or((inside, ""));
            if let Ok(index) = index.parse() {
                steps.push(Step::Key(Key::Index(index)));
            }
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if !word.is_empty() {
                // `a.0.id`, the index notation of Terraform 0.11 that is still accepted
                steps.push(match word.parse() {
                    Ok(index) => Step::Key(Key::Index(index)),
                    Err(_) => Step::Attr(word.to_owned()),
                });
            }
            rest = after;
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attr(name: &str) -> Step {
        Step::Attr(name.to_owned())
    }

    #[test]
    fn takes_references_apart() {
        let resource =
            |data, kind: &str, name: &str| Subject::Resource { data, kind: kind.into(), name: name.into() };
        let name = |key: &str| Step::Key(Key::Name(key.into()));
        for (text, subject, steps) in [
            ("aws_subnet.a.id", resource(false, "aws_subnet", "a"), vec![attr("id")]),
            (
                "aws_subnet.a[0].id",
                resource(false, "aws_subnet", "a"),
                vec![Step::Key(Key::Index(0)), attr("id")],
            ),
            ("aws_subnet.a[\"x.y\"]", resource(false, "aws_subnet", "a"), vec![name("x.y")]),
            (
                "aws_subnet.a.0.id",
                resource(false, "aws_subnet", "a"),
                vec![Step::Key(Key::Index(0)), attr("id")],
            ),
            ("data.aws_vpc.v.id", resource(true, "aws_vpc", "v"), vec![attr("id")]),
            ("module.vpc[\"a\"].ids", Subject::Module("vpc".into()), vec![name("a"), attr("ids")]),
            ("var.a.b", Subject::Variable("a".into()), vec![attr("b")]),
            ("local.x", Subject::Local("x".into()), vec![]),
            ("each.value.id", Subject::EachValue, vec![attr("id")]),
            ("each.key", Subject::EachKey, vec![]),
            ("count.index", Subject::CountIndex, vec![]),
            ("path.module", Subject::Constant, vec![attr("module")]),
            ("each.value", Subject::EachValue, vec![]),
            ("", Subject::Other(String::new()), vec![]),
            ("nonsense", Subject::Other("nonsense".into()), vec![]),
        ] {
            let reference = Reference::parse(text);
            assert_eq!(reference, Reference { subject, steps }, "{text}");
            if !text.contains(".0.") && !text.starts_with("path") {
                assert_eq!(reference.to_string(), text);
            }
        }
    }

    #[test]
    fn leaves_out_the_prefixes_that_terraform_adds() {
        let texts = [
            "aws_subnet.a[0].id",
            "aws_subnet.a[0]",
            "aws_subnet.a",
            "var.n",
            "var.n",
            "aws_subnet.ab.id",
            "aws_subnet.ab",
        ];
        assert_eq!(Reference::parse_list(texts.into_iter()).len(), 3);
    }
}
