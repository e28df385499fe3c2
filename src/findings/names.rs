//! Parts of resources have ids of their own (`aws_vpc.main#default`); people get words for them.

use std::collections::BTreeMap;

use crate::model::origin::Resource;

/// What the ids of parts are called in messages.
#[derive(Debug, Default)]
pub struct Names {
    /// Id and words, longer ids first.
    parts: Vec<(String, String)>,
}

impl Names {
    /// The names of everything that is part of something else.
    pub fn new(resources: &BTreeMap<String, Resource>) -> Self {
        let parts = resources.iter().filter(|(id, of)| id.contains('#') && **id != of.shown_as);
        let words = |of: &Resource| match &of.container {
            Some(container) => format!("container \"{container}\" of {}", of.shown_as),
            None => format!("the {} of {}", of.kind.replace('_', " "), of.shown_as),
        };
        let mut parts: Vec<(String, String)> = parts.map(|(id, of)| (id.clone(), words(of))).collect();
        parts.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
        Self { parts }
    }

    /// A text with words for the ids of parts.
    pub fn spell(&self, text: &str) -> String {
        if !text.contains('#') {
            return text.to_owned();
        }
        self.parts.iter().fold(text.to_owned(), |text, (id, words)| text.replace(id, words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_spelt_out() {
        let of = |kind: &str, container: Option<&str>| Resource {
            kind: kind.to_owned(),
            name: "main".to_owned(),
            shown_as: "aws_vpc.main".to_owned(),
            container: container.map(str::to_owned),
            origin: None,
        };
        let resources = BTreeMap::from([
            ("aws_vpc.main".to_owned(), of("vpc", None)),
            ("aws_vpc.main#default".to_owned(), of("default_security_group", None)),
            ("aws_vpc.main#web".to_owned(), of("ecs_task_definition", Some("web"))),
        ]);
        let names = Names::new(&resources);
        assert_eq!(
            names.spell("aws_vpc.main#default, aws_vpc.main and aws_vpc.main#web"),
            "the default security group of aws_vpc.main, aws_vpc.main and container \"web\" of aws_vpc.main"
        );
    }
}
