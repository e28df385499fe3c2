//! The ECS wire shape of task definitions, and its one mapping into the model.
//!
//! Task definition files, `container_definitions` of a plan and answers of the API have the same shape; all of them
//! are read here. Keys are matched as the services' own decoders do, exactly first, then in any case.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::ecs_words::{compatibility, cpu_units, is_windows, mebibytes, network_mode, role_name};
use super::leaf::{Leaf, SensitiveTexts};
use super::placeholder::{Holes, has_placeholder, is_placeholder, with_holes};
use super::secret_shape::{awaits_password, credential, shape};
use crate::model::defaults;
use crate::model::id::{ContainerId, TaskDefinitionId};
use crate::model::image::Image;
use crate::model::links::Links;
use crate::model::origin::Basis;
use crate::model::task_definition::{
    Container, EnvironmentVariable, LogConfiguration, PortMapping, ReadableText, RoleReference, SecretStore,
    Shape, TaskDefinition,
};
use crate::model::value::{Attr, Unknown, Value, Why};

/// What a reading needs to know of its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The task definition that is read.
    pub id: &'a TaskDefinitionId,
    /// How messages name it.
    pub of: &'a str,
    /// The source marks everything in it as sensitive.
    pub sensitive: bool,
    /// How firmly it is known.
    pub basis: Basis,
    /// What a placeholder in it stands for.
    pub holes: Holes,
    /// What sensitive texts looked like, by the placeholder that stands for each.
    pub shapes: &'a BTreeMap<String, Shape>,
    /// Placeholders of what is sensitive.
    pub secret_holes: &'a BTreeSet<String>,
    /// Where sensitive texts are noted.
    pub texts: &'a SensitiveTexts,
}

/// A place in the JSON.
#[derive(Debug, Clone)]
struct Node<'a> {
    json: Option<&'a Json>,
    /// It would be part of something that is not what it should be.
    hidden: Option<Unknown>,
    at: String,
    reading: Reading<'a>,
}

impl<'a> Node<'a> {
    fn get(&self, key: &str) -> Self {
        let json = self.json.and_then(Json::as_object).and_then(|object| {
            object
                .get(key)
                .or_else(|| object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, v)| v))
        });
        let at = if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) };
        let hidden = match self.json {
            None | Some(Json::Null | Json::Object(_)) => self.hidden.clone(),
            Some(other) => Some(self.misshapen(other, "an object")),
        };
        Self { json, hidden, at, reading: self.reading }
    }

    fn leaf(&self) -> Leaf<'a> {
        let value = match (&self.hidden, self.json) {
            (Some(unknown), _) => Value::Unknown(unknown.clone()),
            (None, None | Some(Json::Null)) => Value::Absent,
            (None, Some(json)) => Value::Known(json),
        };
        let Reading { of, sensitive, texts, basis, holes, .. } = self.reading;
        Leaf { of, at: self.at.clone(), value, sensitive, basis, holes, texts }
    }

    /// The elements of a list.
    fn list(&self) -> Attr<Vec<Self>> {
        self.structure("a list", |json| {
            let elements = json.as_array()?.iter().enumerate();
            Some(
                elements
                    .map(|(index, json)| {
                        let at = format!("{}[{index}]", self.at);
                        let mut node = Self { json: Some(json), hidden: None, at, reading: self.reading };
                        // nothing at all is no element
                        node.hidden = json.is_null().then(|| node.misshapen(json, "an element"));
                        node
                    })
                    .collect(),
            )
        })
    }

    /// The members of an object.
    fn members(&self) -> Attr<Vec<(&'a str, Self)>> {
        self.structure("an object", |json| {
            Some(
                json.as_object()?
                    .iter()
                    .map(|(key, json)| {
                        let at = format!("{}[\"{key}\"]", self.at);
                        (key.as_str(), Self { json: Some(json), hidden: None, at, reading: self.reading })
                    })
                    .collect(),
            )
        })
    }

    fn structure<T>(&self, expected: &str, f: impl FnOnce(&'a Json) -> Option<T>) -> Attr<T> {
        let value = match (&self.hidden, self.json) {
            (Some(unknown), _) => Value::Unknown(unknown.clone()),
            (None, None | Some(Json::Null)) => Value::Absent,
            (None, Some(json)) => match f(json) {
                Some(value) => Value::Known(value),
                None => Value::Unknown(self.misshapen(json, expected)),
            },
        };
        self.attr(value)
    }

    fn attr<T>(&self, value: Value<T>) -> Attr<T> {
        Attr { basis: self.reading.basis, ..Attr::new(value, self.at.clone()) }
    }

    /// Why a text that is nothing but a placeholder says nothing.
    fn placeholder(&self) -> Unknown {
        if self.json.and_then(Json::as_str).is_some_and(|text| self.reading.secret_holes.contains(text)) {
            return Unknown::new(Why::Sensitive, self.fact("is sensitive"));
        }
        let holes = self.reading.holes;
        holes.unknown(self.fact(holes.whole()))
    }

    /// What is missing where something else stands in its place.
    fn misshapen(&self, json: &Json, expected: &str) -> Unknown {
        match json {
            Json::String(text) if is_placeholder(text) => self.placeholder(),
            _ => Unknown::new(Why::Unparsable, self.fact(&format!("is not {expected}"))),
        }
    }

    fn fact(&self, state: &str) -> String {
        format!("{}: {} {state}", self.reading.of, self.at)
    }

    /// Whether something is there at all, whatever it is.
    fn present(&self) -> Attr<bool> {
        let empty = match self.json {
            None | Some(Json::Null) => true,
            Some(Json::Array(list)) => list.is_empty(),
            Some(Json::Object(object)) => object.is_empty(),
            Some(Json::String(text)) => text.trim().is_empty(),
            Some(_) => false,
        };
        Attr::known(!empty, self.at.clone())
    }
}

/// Reads a whole task definition, as `RegisterTaskDefinition` takes and `DescribeTaskDefinition` returns it.
pub fn task_definition(
    json: &Json,
    at: &str,
    reading: Reading<'_>,
) -> (TaskDefinition, Vec<(ContainerId, Container)>) {
    let root = Node { json: Some(json), hidden: None, at: at.to_owned(), reading };
    let definitions = root.get("containerDefinitions");
    let (ids, containers) = containers(&definitions);
    let platform = root.get("runtimePlatform").get("operatingSystemFamily");
    let compatibilities = root.get("requiresCompatibilities");
    let definition = TaskDefinition {
        family: root.get("family").leaf().text(),
        network_mode: root.get("networkMode").leaf().word("a network mode", network_mode),
        cpu: root.get("cpu").leaf().word("a task CPU size", cpu_units),
        memory: root.get("memory").leaf().word("a task memory size", mebibytes),
        ephemeral_storage: root.get("ephemeralStorage").get("sizeInGiB").leaf().int(),
        requires_compatibilities: words(&compatibilities, "launch types", compatibility),
        windows: platform.leaf().text().map(|family| is_windows(&family)).or_default(false),
        execution_role: role(&root.get("executionRoleArn")),
        task_role: role(&root.get("taskRoleArn")),
        containers: ids,
        mentioned_repositories: Links::absent(definitions.at.clone()),
    };
    (definition, containers)
}

/// Reads a list of container definitions that stands at `at`, or a single one.
pub fn container_definitions(
    json: &Json,
    at: &str,
    reading: Reading<'_>,
) -> (Attr<Vec<ContainerId>>, Vec<(ContainerId, Container)>) {
    let node = Node { json: Some(json), hidden: None, at: at.to_owned(), reading };
    if json.is_object() {
        let id = ContainerId::from(format!("{}#{}", reading.id, name_of(&node, 0)).as_str());
        return (Attr::known(vec![id.clone()], at.to_owned()), vec![(id, container(&node, 0))]);
    }
    containers(&node)
}

fn containers(definitions: &Node<'_>) -> (Attr<Vec<ContainerId>>, Vec<(ContainerId, Container)>) {
    let list = definitions.list();
    let Value::Known(nodes) = &list.value else {
        return (list.map(|_| Vec::new()), Vec::new());
    };
    let mut containers: Vec<(ContainerId, Container)> = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.iter().enumerate() {
        let mut id = ContainerId::from(format!("{}#{}", node.reading.id, name_of(node, index)).as_str());
        if containers.iter().any(|(other, _)| *other == id) {
            id = ContainerId::from(format!("{id}#{index}").as_str());
        }
        containers.push((id, container(node, index)));
    }
    let ids = containers.iter().map(|(id, _)| id.clone()).collect();
    (definitions.attr(Value::Known(ids)), containers)
}

/// The name of a container where it is known and may be shown, else its position.
fn name_of(node: &Node<'_>, index: usize) -> String {
    match node.get("name").json {
        Some(Json::String(name)) if !node.reading.sensitive && !name.is_empty() && !has_placeholder(name) => {
            name.clone()
        }
        _ => index.to_string(),
    }
}

fn container(node: &Node<'_>, index: usize) -> Container {
    let name = name_of(node, index);
    let label = if name == index.to_string() {
        format!("container {index}")
    } else {
        format!("container \"{name}\"")
    };
    let firelens = node.get("firelensConfiguration");
    let config_type = firelens.get("options").get("config-file-type").leaf().text();
    let (texts, texts_open) = readable_texts(node);
    Container {
        task_definition: node.reading.id.clone(),
        label,
        name: node.get("name").leaf().text(),
        image: image(&node.get("image")),
        repository: Links::absent("image"),
        essential: node.get("essential").leaf().flag().or_default(defaults::aws::ESSENTIAL),
        cpu: node.get("cpu").leaf().int(),
        memory: node.get("memory").leaf().int(),
        memory_reservation: node.get("memoryReservation").leaf().int(),
        ports: ports(&node.get("portMappings")),
        log: log_configuration(&node.get("logConfiguration")),
        firelens: firelens.present(),
        firelens_config_in_s3: config_type.map(|kind| kind == "s3").or_default(false),
        environment: environment(&node.get("environment")),
        texts,
        texts_open,
        basis: node.reading.basis,
        secrets: secrets(node),
        environment_files: node.get("environmentFiles").present(),
    }
}

fn image(node: &Node<'_>) -> Attr<Image> {
    let leaf = node.leaf();
    let Value::Known(Json::String(text)) = leaf.value else {
        return leaf.word("an image reference", |_| None);
    };
    let text = text.trim();
    if text.is_empty() {
        return Attr::absent(node.at.clone());
    }
    if is_placeholder(text) {
        return Attr::unknown(node.placeholder(), node.at.clone());
    }
    if node.reading.sensitive {
        node.reading.texts.add(text);
    }
    let of = format!("{}: {}", node.reading.of, node.at);
    let hole = |part: &str| {
        node.reading.holes.unknown(match node.reading.holes {
            Holes::Template => format!("{of}: the {part} of image {text} is a placeholder"),
            Holes::AfterApply => format!("{of}: the {part} of image {text} is known after apply"),
        })
    };
    let parsed = Image::parse(&with_holes(text), text, &hole);
    if let (true, Some(image)) = (node.reading.sensitive, &parsed) {
        let parts = [&image.repository, &image.tag, &image.digest];
        parts.into_iter().filter_map(Value::known).for_each(|part| node.reading.texts.add(part));
    }
    match parsed {
        Some(image) => node.attr(Value::Known(image)),
        None => {
            Attr::unknown(Unknown::new(Why::Unparsable, node.fact("is no image reference")), node.at.clone())
        }
    }
}

fn ports(node: &Node<'_>) -> Attr<Vec<PortMapping>> {
    node.list().map(|mappings| {
        mappings
            .iter()
            .map(|mapping| {
                let range = mapping.get("containerPortRange");
                let port = mapping.get("containerPort").leaf().int();
                if range.leaf().text().value == Value::Absent {
                    PortMapping { from: port.clone(), to: port, range: false }
                } else {
                    let end = |pick: fn(&str) -> Option<&str>| {
                        range.leaf().word("a port range", |text| pick(text)?.trim().parse().ok())
                    };
                    PortMapping {
                        from: end(|text| text.split('-').next()),
                        to: end(|text| text.split('-').next_back()),
                        range: true,
                    }
                }
            })
            .collect()
    })
}

fn log_configuration(node: &Node<'_>) -> LogConfiguration {
    let options = node.get("options");
    let driver = node.get("logDriver").leaf().text();
    let structure = node.members();
    let driver = match structure.value {
        Value::Unknown(unknown) => Attr::unknown(unknown, node.at.clone()),
        _ => driver,
    };
    let awslogs_region = options.get("awslogs-region");
    let region = if awslogs_region.json.is_some() { awslogs_region } else { options.get("region") };
    let output = options.get("Name").leaf().text();
    LogConfiguration { driver, region: region.leaf().text(), output }
}

fn environment(node: &Node<'_>) -> Attr<Vec<EnvironmentVariable>> {
    node.list().map(|entries| {
        entries
            .iter()
            .map(|entry| {
                let name = entry.get("name").leaf().text();
                EnvironmentVariable { name, shape: shape_of(&entry.get("value")) }
            })
            .collect()
    })
}

/// The shape of a text. A text that is a placeholder as a whole is unknown; one that only holds some is judged for
/// what stands around them.
fn shape_of(node: &Node<'_>) -> Attr<Shape> {
    let value = match (&node.hidden, node.json) {
        (Some(unknown), _) => Value::Unknown(unknown.clone()),
        (None, None | Some(Json::Null)) => Value::Known(Shape::Empty),
        (None, Some(Json::String(text))) if is_placeholder(text) => match node.reading.shapes.get(text) {
            Some(shape) => Value::Known(*shape),
            None => Value::Unknown(node.placeholder()),
        },
        (None, Some(Json::String(text))) if awaits_password(text) => {
            let fact = node.fact("has a placeholder where its password will stand");
            Value::Unknown(node.reading.holes.unknown(fact))
        }
        (None, Some(Json::String(text))) => Value::Known(shape(text)),
        (None, Some(Json::Number(_) | Json::Bool(_))) => Value::Known(Shape::Scalar),
        (None, Some(Json::Array(_) | Json::Object(_))) => {
            Value::Unknown(Unknown::new(Why::Unparsable, node.fact("is not a text")))
        }
    };
    Attr::new(value, node.at.clone())
}

/// The texts of a container that anybody who may describe the task definition can read.
fn readable_texts(node: &Node<'_>) -> (Vec<ReadableText>, Vec<Unknown>) {
    let (mut texts, mut open) = (Vec::new(), Vec::new());
    let mut lists = vec![("command", node.get("command")), ("entryPoint", node.get("entryPoint"))];
    lists.push(("healthCheck", node.get("healthCheck").get("command")));
    for (part, list) in lists {
        match list.list().value {
            Value::Known(elements) => {
                let elements = elements.iter().map(|element| ReadableText {
                    part: part.to_owned(),
                    key: None,
                    shape: argument_shape(element),
                });
                texts.extend(elements);
            }
            Value::Absent => {}
            Value::Unknown(unknown) => open.push(unknown),
        }
    }
    let options = node.get("logConfiguration").get("options");
    for (part, object) in [("dockerLabels", node.get("dockerLabels")), ("logConfiguration", options)] {
        match object.members().value {
            Value::Known(members) => texts.extend(members.iter().map(|(key, value)| ReadableText {
                part: part.to_owned(),
                key: Some((*key).to_owned()),
                shape: shape_of(value),
            })),
            Value::Absent => {}
            Value::Unknown(unknown) => open.push(unknown),
        }
    }
    (texts, open)
}

/// The shape of an argument: only credentials matter, a shell line with `$VARIABLES` in it is an ordinary text.
fn argument_shape(node: &Node<'_>) -> Attr<Shape> {
    match node.json {
        Some(Json::String(text)) => Attr::known(credential(text).unwrap_or(Shape::Text), node.at.clone()),
        _ => shape_of(node),
    }
}

/// Where the secrets are kept that a container references.
fn secrets(node: &Node<'_>) -> Attr<Vec<SecretStore>> {
    let log = node.get("logConfiguration");
    let mut stores = Vec::new();
    for list in [node.get("secrets"), log.get("secretOptions")] {
        match list.list().value {
            Value::Known(entries) => {
                for entry in entries {
                    match secret_store(&entry.get("valueFrom")) {
                        Value::Known(store) => stores.push(store),
                        Value::Absent => {}
                        Value::Unknown(unknown) => return Attr::unknown(unknown, entry.at),
                    }
                }
            }
            Value::Absent => {}
            Value::Unknown(unknown) => return Attr::unknown(unknown, list.at),
        }
    }
    let credentials = node.get("repositoryCredentials").get("credentialsParameter");
    match credentials.json {
        None | Some(Json::Null) => {}
        Some(_) => stores.push(SecretStore::SecretsManager),
    }
    stores.sort_unstable();
    stores.dedup();
    Attr::known(stores, node.get("secrets").at)
}

/// The store of a `valueFrom`: an ARN tells by its service, a bare name is a parameter.
fn secret_store(node: &Node<'_>) -> Value<SecretStore> {
    let Some(Json::String(text)) = node.json else {
        return match node.json {
            None | Some(Json::Null) => Value::Absent,
            Some(_) => Value::Unknown(Unknown::new(Why::Unparsable, node.fact("is not a text"))),
        };
    };
    let text = text.trim();
    // a reference of Terraform's says what it refers to
    let refers = |names: &[&str]| {
        node.reading.holes == Holes::AfterApply && names.iter().any(|name| text.contains(name))
    };
    if text.contains(":secretsmanager:") || refers(&["aws_secretsmanager_secret", ".master_user_secret"]) {
        Value::Known(SecretStore::SecretsManager)
    } else if text.contains(":ssm:") || refers(&["aws_ssm_parameter"]) {
        Value::Known(SecretStore::ParameterStore)
    } else if has_placeholder(text) && !text.starts_with('/') {
        Value::Unknown(node.reading.holes.unknown(node.fact(node.reading.holes.held())))
    } else if text.is_empty() {
        Value::Absent
    } else {
        Value::Known(SecretStore::ParameterStore)
    }
}

fn role(node: &Node<'_>) -> RoleReference {
    let name = node.leaf().word("a role", role_name);
    let role = match &name.value {
        Value::Known(_) => Links::unknown(outside_role(node), node.at.clone()),
        Value::Absent => Links::absent(node.at.clone()),
        Value::Unknown(unknown) => Links::unknown(unknown.clone(), node.at.clone()),
    };
    RoleReference { role, name }
}

fn outside_role(node: &Node<'_>) -> Unknown {
    Unknown::new(Why::OutsideInput, node.fact("names a role that is not part of the input"))
}

/// A list of words of a vocabulary.
fn words<T>(node: &Node<'_>, expected: &str, parse: fn(&str) -> Option<T>) -> Attr<Vec<T>> {
    let list = node.list();
    let mut known = Vec::new();
    let Value::Known(elements) = list.value else { return list.map(|_| Vec::new()) };
    for element in elements {
        match element.leaf().word(expected, parse).value {
            Value::Known(word) => known.push(word),
            Value::Absent => {}
            Value::Unknown(unknown) => return Attr::unknown(unknown, element.at),
        }
    }
    if known.is_empty() { Attr::absent(node.at.clone()) } else { Attr::known(known, node.at.clone()) }
}
