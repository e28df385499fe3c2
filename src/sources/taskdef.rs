//! Task definition files: what people register, describe, or keep as a template.
//!
//! Takes register-task-definition input, describe output (`{"taskDefinition": …}`), a list of container definitions
//! and a single one. Owns which of these a document is; the shape itself is read by [`super::ecs_json`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::ecs_json::{self, Reading};
use super::leaf::SensitiveTexts;
use super::placeholder::Holes;
use super::{Kind, Loaded};
use crate::model::Architecture;
use crate::model::gap::Gap;
use crate::model::id::TaskDefinitionId;
use crate::model::links::Links;
use crate::model::origin::{Basis, DocumentId, Origin, Resource};
use crate::model::task_definition::{RoleReference, TaskDefinition};
use crate::model::value::{Attr, Unknown, Why};

/// What a task definition document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A task definition.
    Whole,
    /// A task definition under `taskDefinition`.
    Described,
    /// A list of container definitions.
    Containers,
    /// One container definition.
    Container,
}

/// Keys of a container definition (ECS API reference, `ContainerDefinition`) that other things with an image lack.
const CONTAINER_KEYS: [&str; 13] = [
    "cpu",
    "memory",
    "environment",
    "secrets",
    "entryPoint",
    "portMappings",
    "essential",
    "logConfiguration",
    "mountPoints",
    "memoryReservation",
    "dockerLabels",
    "readonlyRootFilesystem",
    "dependsOn",
];

/// Which form a JSON value has, if it is a task definition at all.
pub fn form(json: &Json) -> Option<Form> {
    let has = |json: &Json, key: &str| {
        json.as_object().is_some_and(|object| object.keys().any(|name| name.eq_ignore_ascii_case(key)))
    };
    let of_ecs = |json: &Json| CONTAINER_KEYS.iter().any(|key| has(json, key));
    let container = |json: &Json| has(json, "image") && (has(json, "name") || of_ecs(json));
    if has(json, "containerDefinitions") {
        Some(Form::Whole)
    } else if json.get("taskDefinition").is_some_and(|inner| has(inner, "containerDefinitions")) {
        Some(Form::Described)
    } else if json.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(container)) {
        Some(Form::Containers)
    } else if container(json) && of_ecs(json) {
        // name and image alone are found in many other things
        Some(Form::Container)
    } else {
        None
    }
}

/// Reads a task definition. `span` is where the JSON stands in the document, `name` what to call it where it has no
/// family.
pub fn read(json: &Json, form: Form, name: &str, document: DocumentId, span: (usize, usize)) -> Loaded {
    let whole = match form {
        Form::Described => json.get("taskDefinition").unwrap_or(json),
        Form::Whole | Form::Containers | Form::Container => json,
    };
    let family = match form {
        Form::Whole | Form::Described => family_of(whole).unwrap_or(name),
        Form::Containers | Form::Container => name,
    };
    let id = TaskDefinitionId::from(family);
    let texts = SensitiveTexts::default();
    let (shapes, secret_holes) = (BTreeMap::new(), BTreeSet::new());
    let reading = Reading {
        id: &id,
        of: family,
        sensitive: false,
        basis: Basis::Value,
        holes: Holes::Template,
        shapes: &shapes,
        secret_holes: &secret_holes,
        texts: &texts,
    };
    let (definition, containers) = match form {
        Form::Whole | Form::Described => ecs_json::task_definition(whole, "", reading),
        Form::Containers | Form::Container => {
            let (ids, containers) = ecs_json::container_definitions(json, "", reading);
            (containers_only(ids, family), containers)
        }
    };
    let mut gaps = Vec::new();
    let none = definition.containers.value.known().is_none_or(Vec::is_empty);
    if none && definition.containers.value.unknown().is_none() {
        gaps.push(Gap {
            what: "the containers".to_owned(),
            why: "containerDefinitions is empty, and ECS registers no task definition without a container"
                .to_owned(),
            remedy: "add them, or scan what is registered".to_owned(),
        });
    }
    let within = if form == Form::Described { "taskDefinition" } else { "" };
    let origin = Origin { document, offset: span.0, end: span.1, within: within.to_owned(), source: None };
    let mut architecture = Architecture::default();
    let resource = |kind: &str, name: &str, container: Option<String>| Resource {
        kind: kind.to_owned(),
        name: name.to_owned(),
        shown_as: container
            .as_ref()
            .map_or_else(|| family.to_owned(), |container| format!("{family}#{container}")),
        container,
        origin: Some(origin.clone()),
    };
    for (container_id, container) in containers {
        let name = container_id.as_str()[id.as_str().len() + 1..].to_owned();
        let container_resource = resource("ecs_container", &name, Some(name.clone()));
        architecture.resources.insert(container_id.to_string(), container_resource);
        architecture.containers.insert(container_id, container);
    }
    architecture.resources.insert(id.to_string(), resource("ecs_task_definition", family, None));
    architecture.task_definitions.insert(id, definition);
    Loaded {
        kind: Kind::TaskDefinition,
        architecture,
        resources: 1,
        sensitive: texts.into_inner(),
        gaps,
        source: None,
        notices: Vec::new(),
    }
}

fn family_of(json: &Json) -> Option<&str> {
    let object = json.as_object()?;
    let family = object.iter().find(|(key, _)| key.eq_ignore_ascii_case("family"))?.1.as_str()?.trim();
    (!family.is_empty()).then_some(family)
}

/// A task definition of which only the containers are here: everything else lies outside.
fn containers_only(containers: Attr<Vec<crate::model::id::ContainerId>>, of: &str) -> TaskDefinition {
    fn outside(of: &str, what: &str) -> Unknown {
        Unknown::with_remedy(
            Why::OutsideInput,
            format!("{of}: {what} is not in this file, which holds container definitions only"),
            "scan the whole task definition, or the Terraform plan that registers it",
        )
    }
    fn hidden<T>(of: &str, what: &'static str) -> Attr<T> {
        Attr::unknown(outside(of, what), what)
    }
    let role = |what: &'static str| RoleReference {
        role: Links::unknown(outside(of, what), what),
        name: hidden(of, what),
    };
    TaskDefinition {
        family: hidden(of, "family"),
        network_mode: hidden(of, "networkMode"),
        cpu: hidden(of, "cpu"),
        memory: hidden(of, "memory"),
        ephemeral_storage: hidden(of, "ephemeralStorage"),
        requires_compatibilities: hidden(of, "requiresCompatibilities"),
        windows: hidden(of, "runtimePlatform"),
        execution_role: role("executionRoleArn"),
        task_role: role("taskRoleArn"),
        containers,
        mentioned_repositories: Links { stated: false, ..Links::known([], "") },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::image::Registry;
    use crate::model::task_definition::{Compatibility, NetworkMode, SecretStore, Shape};
    use crate::model::value::Value;

    fn loaded(json: &Json) -> Loaded {
        let form = form(json).expect("a task definition");
        read(json, form, "file", DocumentId(0), (0, 0))
    }

    #[test]
    fn knows_its_forms() {
        let container = json!({"name": "a", "image": "b"});
        for (json, expected) in [
            (json!({"containerDefinitions": []}), Some(Form::Whole)),
            (json!({"ContainerDefinitions": []}), Some(Form::Whole)),
            (json!({"taskDefinition": {"containerDefinitions": []}}), Some(Form::Described)),
            (json!([container]), Some(Form::Containers)),
            (json!({"name": "a", "image": "b", "essential": true}), Some(Form::Container)),
            (container, None),
            (json!([]), None),
            (json!({"taskDefinition": "arn:aws:ecs:…"}), None),
            (json!({"name": "package", "version": "1"}), None),
            (json!([{"image": "x"}]), None),
        ] {
            assert_eq!(form(&json), expected, "{json}");
        }
    }

    #[test]
    fn reads_a_whole_one_loosely() {
        let loaded = loaded(&json!({
            "family": "web", "networkMode": "awsvpc", "cpu": ".5 vCPU", "memory": "1 GB", "revision": null,
            "requiresCompatibilities": ["FARGATE"], "executionRoleArn": "arn:aws:iam::123456789012:role/path/exec",
            "taskRoleArn": null,
            "containerDefinitions": [{
                "name": "app", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1.2", "cpu": "256",
                "portMappings": [{"containerPort": "8080"}, {"containerPortRange": "9000-9010"}],
                "environment": [{"name": "A", "value": "hunter2"}, {"name": "B", "value": null}],
                "secrets": [{"name": "S", "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"},
                            {"name": "P", "valueFrom": "/app/p"}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-region": "eu-west-1"}},
            }],
        }));
        let definition = &loaded.architecture.task_definitions[&TaskDefinitionId::from("web")];
        assert_eq!(definition.cpu.value, Value::Known(512));
        assert_eq!(definition.memory.value, Value::Known(1024));
        assert_eq!(definition.network_mode.value, Value::Known(NetworkMode::Awsvpc));
        assert_eq!(definition.requires_compatibilities.value, Value::Known(vec![Compatibility::Fargate]));
        assert_eq!(definition.execution_role.name.value, Value::Known("exec".to_owned()));
        assert_eq!(definition.task_role.name.value, Value::Absent);
        let container = &loaded.architecture.containers[&"web#app".into()];
        assert_eq!(container.cpu.value, Value::Known(256));
        let image = container.image.value.known().expect("an image");
        assert!(
            matches!(image.registry.known(), Some(Registry::Ecr { region, .. }) if region == "eu-west-1")
        );
        let ports = container.ports.value.known().expect("ports");
        assert_eq!(
            (ports[1].from.value.clone(), ports[1].to.value.clone()),
            (Value::Known(9000), Value::Known(9010))
        );
        let shapes: Vec<_> = container
            .environment
            .value
            .known()
            .expect("environment")
            .iter()
            .map(|e| e.shape.value.clone())
            .collect();
        assert_eq!(shapes, [Value::Known(Shape::Text), Value::Known(Shape::Empty)]);
        assert_eq!(
            container.secrets.value,
            Value::Known(vec![SecretStore::SecretsManager, SecretStore::ParameterStore])
        );
        assert_eq!(loaded.architecture.resources["web#app"].shown_as, "web#app");
    }

    #[test]
    fn placeholders_are_unknown_and_wrong_types_are_no_panic() {
        let loaded = loaded(&json!({
            "family": "web", "cpu": "<CPU>", "memory": ["1"], "taskRoleArn": ["arn:a", "arn:b"], "networkMode": 5,
            "containerDefinitions": [
                {"name": "<NAME>", "image": "<IMAGE1_NAME>", "environment": "${ENV}", "portMappings": {"a": 1}},
                {"name": "b", "image": "nginx:${TAG}", "logConfiguration": "none", "secrets": [{"valueFrom": "${X}"}]},
                {"name": "b", "image": 7}, "oops", null,
            ],
        }));
        let definition = &loaded.architecture.task_definitions[&TaskDefinitionId::from("web")];
        let why = |unknown: Option<&Unknown>| unknown.map(|unknown| unknown.why);
        assert_eq!(why(definition.cpu.value.unknown()), Some(Why::Placeholder));
        assert_eq!(why(definition.memory.value.unknown()), Some(Why::Unparsable));
        assert_eq!(why(definition.task_role.name.value.unknown()), Some(Why::Unparsable));
        assert_eq!(definition.containers.value.known().map(Vec::len), Some(5));
        let first = &loaded.architecture.containers[&"web#0".into()];
        assert_eq!(why(first.image.value.unknown()), Some(Why::Placeholder));
        assert_eq!(why(first.environment.value.unknown()), Some(Why::Placeholder));
        assert_eq!(why(first.ports.value.unknown()), Some(Why::Unparsable));
        let second = &loaded.architecture.containers[&"web#b".into()];
        assert_eq!(
            why(second.image.value.known().and_then(|image| image.tag.unknown())),
            Some(Why::Placeholder)
        );
        assert_eq!(why(second.log.driver.value.unknown()), Some(Why::Unparsable));
        assert_eq!(why(second.secrets.value.unknown()), Some(Why::Placeholder));
        let third = &loaded.architecture.containers[&"web#b#2".into()];
        assert_eq!(why(third.image.value.unknown()), Some(Why::Unparsable));
    }

    #[test]
    fn a_bare_list_says_what_it_lacks() {
        let loaded = loaded(&json!([{"name": "a", "image": "b:1"}]));
        let definition = &loaded.architecture.task_definitions[&TaskDefinitionId::from("file")];
        let unknown = definition.network_mode.value.unknown().expect("unknown");
        assert_eq!(unknown.why, Why::OutsideInput);
        assert!(loaded.architecture.containers.contains_key(&"file#a".into()));
    }
}
