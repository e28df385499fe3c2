//! Phase two, the configuration: expressions, modules and what they call.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::envelope;
use super::reference::Reference;

/// What the configuration says of an attribute or a block.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A literal.
    Constant(Json),
    /// References; the expression around them is not in the plan.
    References(Vec<Reference>),
    /// A function of nothing, such as `jsonencode({…})` of literals; or something that Terraform may add.
    Opaque,
    /// Nested blocks of one type, in the order of the configuration.
    Blocks(Vec<BTreeMap<String, Expression>>),
    /// A nested block of which there is one at most.
    Block(BTreeMap<String, Expression>),
}

impl Expression {
    fn from_json(json: Json) -> Self {
        match json {
            Json::Object(mut object) => {
                // of JSON syntax Terraform writes the text of an expression as if it were a constant
                if let Some(constant) = object.remove("constant_value").filter(|json| !is_expression(json)) {
                    return Self::Constant(constant);
                }
                if let Some(Json::Array(texts)) = object.get("references") {
                    return Self::References(Reference::parse_list(texts.iter().filter_map(Json::as_str)));
                }
                if object.is_empty() {
                    return Self::Opaque;
                }
                Self::Block(members(object))
            }
            Json::Array(blocks) => Self::Blocks(
                blocks
                    .into_iter()
                    .map(|block| match block {
                        Json::Object(object) => members(object),
                        _ => BTreeMap::new(),
                    })
                    .collect(),
            ),
            _ => Self::Opaque,
        }
    }

    /// Every reference in it, at any depth.
    pub(super) fn references(&self) -> Vec<&Reference> {
        match self {
            Self::Constant(_) | Self::Opaque => Vec::new(),
            Self::References(references) => references.iter().collect(),
            Self::Blocks(blocks) => {
                blocks.iter().flat_map(BTreeMap::values).flat_map(Self::references).collect()
            }
            Self::Block(block) => block.values().flat_map(Self::references).collect(),
        }
    }
}

/// Whether a constant holds a template, at any depth.
fn is_expression(json: &Json) -> bool {
    match json {
        Json::String(text) => text.contains("${") || text.contains("%{"),
        Json::Array(list) => list.iter().any(is_expression),
        Json::Object(object) => object.values().any(is_expression),
        _ => false,
    }
}

fn members(object: serde_json::Map<String, Json>) -> BTreeMap<String, Expression> {
    object.into_iter().map(|(name, json)| (name, Expression::from_json(json))).collect()
}

/// A raw expression; what does not parse is opaque.
fn expression(raw: Option<&RawValue>) -> Option<Expression> {
    raw.map(|raw| serde_json::from_str(raw.get()).map_or(Expression::Opaque, Expression::from_json))
}

/// The attributes of a block.
fn attributes(raw: Option<&RawValue>) -> BTreeMap<String, Expression> {
    match raw.map(|raw| serde_json::from_str(raw.get())) {
        Some(Ok(Json::Object(object))) => members(object),
        _ => BTreeMap::new(),
    }
}

/// A resource block.
#[derive(Debug)]
pub(super) struct Resource {
    /// Key of its provider configuration.
    pub(super) provider: Option<String>,
    pub(super) attributes: BTreeMap<String, Expression>,
    pub(super) for_each: Option<Expression>,
    pub(super) count: Option<Expression>,
}

/// Identity of a resource block within its module.
pub(super) type ResourceName = (bool, String, String);

/// A call of a module.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) arguments: BTreeMap<String, Expression>,
    pub(super) for_each: Option<Expression>,
    pub(super) count: Option<Expression>,
    pub(super) module: Module,
}

/// A variable.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) default: Option<Json>,
    pub(super) sensitive: bool,
}

/// A module of the configuration.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) resources: BTreeMap<ResourceName, Resource>,
    pub(super) calls: BTreeMap<String, Call>,
    pub(super) outputs: BTreeMap<String, Expression>,
    pub(super) variables: BTreeMap<String, Variable>,
}

/// The `region` of each provider configuration.
pub(super) fn provider_regions(raw: &envelope::Configuration<'_>) -> BTreeMap<String, Expression> {
    let providers = raw.provider_config.iter().filter_map(|(key, provider)| {
        let region = attributes(provider.expressions).remove("region")?;
        Some((key.to_string(), region))
    });
    providers.collect()
}

impl Module {
    pub(super) fn new(raw: &envelope::ConfigModule<'_>) -> Self {
        let resources = raw.resources.iter().map(|resource| {
            let data = resource.mode.as_deref() == Some("data");
            let name = (data, resource.kind.to_string(), resource.name.to_string());
            let attributes = attributes(resource.expressions);
            let provider = resource.provider_config_key.as_deref().map(str::to_owned);
            let for_each = expression(resource.for_each_expression);
            let count = expression(resource.count_expression);
            (name, Resource { provider, attributes, for_each, count })
        });
        let calls = raw.module_calls.iter().map(|(name, call)| {
            let arguments = attributes(call.expressions);
            let for_each = expression(call.for_each_expression);
            let count = expression(call.count_expression);
            (name.to_string(), Call { arguments, for_each, count, module: Self::new(&call.module) })
        });
        let outputs = raw.outputs.iter().map(|(name, output)| {
            (name.to_string(), expression(output.expression).unwrap_or(Expression::Opaque))
        });
        let variables = raw.variables.iter().map(|(name, variable)| {
            let default = variable.default.and_then(|raw| serde_json::from_str(raw.get()).ok());
            (name.to_string(), Variable { default, sensitive: variable.sensitive == Some(true) })
        });
        Self {
            resources: resources.collect(),
            calls: calls.collect(),
            outputs: outputs.collect(),
            variables: variables.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Expression {
        Expression::from_json(serde_json::from_str(text).expect("JSON"))
    }

    #[test]
    fn tells_expressions_from_blocks() {
        assert_eq!(parse(r#"{"constant_value": null}"#), Expression::Constant(Json::Null));
        assert_eq!(parse("{}"), Expression::Opaque);
        let text = r#"{"constant_value": "${aws_vpc.a.id}", "references": ["aws_vpc.a.id", "aws_vpc.a"]}"#;
        assert!(matches!(parse(text), Expression::References(list) if list.len() == 1), "JSON syntax");
        assert_eq!(parse(r#"{"constant_value": ["${1 + 1}"]}"#), Expression::Opaque);
        assert!(
            matches!(parse(r#"{"references": ["var.a"]}"#), Expression::References(list) if list.len() == 1)
        );
        assert!(
            matches!(parse(r#"[{"a": {"constant_value": 1}}]"#), Expression::Blocks(list) if list.len() == 1)
        );
        assert!(matches!(parse(r#"{"create": {"constant_value": "5m"}}"#), Expression::Block(_)));
        assert_eq!(parse("5"), Expression::Opaque);
    }

    #[test]
    fn collects_references_at_any_depth() {
        let expression =
            parse(r#"[{"a": [{"b": {"references": ["var.x"]}}], "c": {"references": ["var.y"]}}]"#);
        assert_eq!(expression.references().len(), 2);
    }
}
