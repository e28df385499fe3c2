//! ECS: clusters, services, task sets, scheduled tasks and task definitions.

use serde_json::Value as Json;

use super::{Mapper, containers};
use crate::model::defaults::terraform as defaults;
use crate::model::ecs::{
    Cluster, Compute, NetworkConfiguration, Placement, PlacementKind, ServiceLoadBalancer,
};
use crate::model::iam::Role;
use crate::model::id::{ClusterId, PlacementId, RoleId, TaskDefinitionId};
use crate::model::links::{Links, Member};
use crate::model::origin::{Basis, Resource};
use crate::model::task_definition::{RoleReference, TaskDefinition};
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::ecs_words;
use crate::sources::plan::field::Field;
use crate::sources::plan::links::Arity;

pub(super) fn map(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_iam_role"]) {
        let role = Role { name: mapper.field(at, "name").leaf().text() };
        mapper.architecture.roles.insert(RoleId::from(mapper.address(at)), role);
    }
    clusters(mapper);
    task_definitions(mapper);
    for at in mapper.managed(&["aws_ecs_service"]) {
        let place = mapper.reader.root(at);
        let cluster = mapper.one(at, "cluster");
        let mut placement = placement(mapper, PlacementKind::Service, &place, &place, cluster);
        (placement.load_balancers, placement.load_balancers_open) = load_balancers(mapper, &place);
        placement.service_connect =
            place.get("service_connect_configuration").block().get("enabled").leaf().flag().or_default(false);
        placement.vpc_lattice = has_blocks(&place.get("vpc_lattice_configurations"));
        let controller = place.get("deployment_controller").block().get("type").leaf().text();
        let controller = controller.or_default(defaults::DEPLOYMENT_CONTROLLER.to_owned());
        placement.external_controller = controller.map(|controller| controller == "EXTERNAL");
        insert(mapper, at, placement);
    }
    for at in mapper.managed(&["aws_ecs_task_set"]) {
        let place = mapper.reader.root(at);
        let cluster = mapper.one(at, "cluster");
        let mut placement = placement(mapper, PlacementKind::TaskSet, &place, &place, cluster);
        placement.service = mapper.one(at, "service");
        (placement.load_balancers, placement.load_balancers_open) = load_balancers(mapper, &place);
        insert(mapper, at, placement);
    }
    scheduled_tasks(mapper);
    express_services(mapper);
}

fn insert(mapper: &mut Mapper<'_>, at: usize, placement: Placement) {
    mapper.architecture.placements.insert(PlacementId::from(mapper.address(at)), placement);
}

fn has_blocks(field: &Field<'_>) -> Attr<bool> {
    match field.blocks() {
        Ok(blocks) => Attr::known(!blocks.is_empty(), field.at.clone()),
        Err(unknown) => Attr::unknown(unknown, field.at.clone()),
    }
}

/// Targets of EventBridge rules and Scheduler schedules that run tasks.
fn scheduled_tasks(mapper: &mut Mapper<'_>) {
    for at in mapper.managed(&["aws_cloudwatch_event_target"]) {
        let cluster_field = mapper.field(at, "arn");
        scheduled(mapper, at, &mapper.field(at, "ecs_target"), &cluster_field);
    }
    for at in mapper.managed(&["aws_scheduler_schedule"]) {
        let target = mapper.field(at, "target").block();
        scheduled(mapper, at, &target.get("ecs_parameters"), &target.get("arn"));
    }
}

fn scheduled(mapper: &mut Mapper<'_>, at: usize, target: &Field<'_>, cluster: &Field<'_>) {
    if matches!(target.blocks(), Ok(blocks) if blocks.is_empty()) {
        return;
    }
    let target = target.block();
    let cluster = mapper.reader.links(cluster, Arity::One);
    let placement = placement(mapper, PlacementKind::ScheduledTask, &target, &target, cluster);
    insert(mapper, at, placement);
}

/// Express Mode services: without a network configuration they use the default VPC.
fn express_services(mapper: &mut Mapper<'_>) {
    for at in mapper.managed(&["aws_ecs_express_gateway_service"]) {
        let place = mapper.reader.root(at);
        let cluster = mapper.one(at, "cluster");
        let mut placement = placement(mapper, PlacementKind::ExpressService, &place, &place, cluster);
        let address = mapper.address(at);
        // what ECS creates for it is no resource of the plan
        let hidden = |what: &str| {
            Unknown::new(
                Why::OutsideInput,
                format!("{address}: {what}, which ECS decides for an Express Mode service"),
            )
        };
        placement.compute = Attr::known(Compute::Fargate, "");
        placement.load_balancers_open.push(hidden("its load balancer"));
        placement.task_definition = Links::unknown(hidden("its task definition"), "primary_container");
        placement.network = match placement.network.value {
            Value::Known(network) => Attr::known(
                NetworkConfiguration {
                    assign_public_ip: Attr::unknown(hidden("public addresses"), "network_configuration"),
                    ..network
                },
                "network_configuration",
            ),
            _ => Attr::unknown(
                Unknown::new(
                    Why::OutsideInput,
                    format!(
                        "{address}: the subnets of the default VPC, which it uses without a network configuration"
                    ),
                ),
                "network_configuration",
            ),
        };
        insert(mapper, at, placement);
    }
}

/// What all placements have in common. `task` is where the task definition is named, `place` where the rest stands.
fn placement(
    mapper: &Mapper<'_>,
    kind: PlacementKind,
    place: &Field<'_>,
    task: &Field<'_>,
    cluster: Links<ClusterId>,
) -> Placement {
    let definition = ["task_definition", "task_definition_arn"].map(|name| task.get(name));
    let definition = definition.iter().find(|field| field.value.is_some() || field.wholly_unknown());
    let task_definition = match definition {
        Some(field) => task_definition_of(mapper, field),
        None => Links::absent("task_definition"),
    };
    Placement {
        kind,
        region: mapper.reader.region(place.instance),
        cluster,
        service: Links::absent("service"),
        task_definition,
        compute: compute(place),
        platform_version: place.get("platform_version").leaf().text(),
        network: network(mapper, &place.get("network_configuration")),
        load_balancers: Vec::new(),
        load_balancers_open: Vec::new(),
        execute_command: place
            .get("enable_execute_command")
            .leaf()
            .flag()
            .or_default(defaults::ENABLE_EXECUTE_COMMAND),
        service_connect: Attr::known(false, "service_connect_configuration"),
        vpc_lattice: Attr::known(false, "vpc_lattice_configurations"),
        external_controller: Attr::known(false, "deployment_controller"),
    }
}

/// A task definition by ARN, by family and revision, or by family alone.
fn task_definition_of(mapper: &Mapper<'_>, field: &Field<'_>) -> Links<TaskDefinitionId> {
    let mut links: Links<TaskDefinitionId> = mapper.reader.peek(field, Arity::One);
    if let (Value::Known(Json::String(text)), true) = (field.state(), links.members.is_empty()) {
        // without its revision the name stands for the latest one, which is the one that is planned
        let name = text.rsplit('/').next().unwrap_or(text);
        let named = |at: &usize| {
            let after = mapper.reader.instance(*at).after.get();
            let text = |name: &str| after.get(name).and_then(Json::as_str);
            text("family") == Some(name)
                || text("arn").is_some_and(|arn| arn.rsplit('/').next() == Some(name))
        };
        let found: Vec<usize> = mapper.reader.of_types(&["aws_ecs_task_definition"]).filter(named).collect();
        if let [at] = found.as_slice() {
            links = Links::known([TaskDefinitionId::from(mapper.address(*at))], field.at.clone());
        }
    }
    if links.stated {
        mapper.reader.note(field, &links);
    }
    links
}

/// What tasks run on: the launch type, or the capacity providers of the strategy.
fn compute(place: &Field<'_>) -> Attr<Compute> {
    let launch_type = place.get("launch_type").leaf().word("a launch type", |text| match text {
        "FARGATE" => Some(Compute::Fargate),
        "EC2" | "MANAGED_INSTANCES" => Some(Compute::Ec2),
        "EXTERNAL" => Some(Compute::External),
        _ => None,
    });
    if launch_type.value != Value::Absent {
        return launch_type;
    }
    strategy(&place.get("capacity_provider_strategy"))
}

fn strategy(field: &Field<'_>) -> Attr<Compute> {
    let blocks = match field.blocks() {
        Ok(blocks) => blocks,
        Err(unknown) => return Attr::unknown(unknown, field.at.clone()),
    };
    let mut computes = Vec::new();
    for block in blocks {
        let provider = block.get("capacity_provider").leaf().text();
        match provider.value {
            Value::Known(name) if name.starts_with("FARGATE") => computes.push(Compute::Fargate),
            Value::Known(_) => computes.push(Compute::Ec2),
            Value::Absent => {}
            Value::Unknown(unknown) => return Attr::unknown(unknown, field.at.clone()),
        }
    }
    match computes.first() {
        Some(first) => Attr::known(*first, field.at.clone()),
        None => Attr::absent(field.at.clone()),
    }
}

fn network(mapper: &Mapper<'_>, field: &Field<'_>) -> Attr<NetworkConfiguration> {
    let block = match field.blocks() {
        Ok(blocks) => match blocks.into_iter().next() {
            Some(block) => block,
            None => return Attr::absent(field.at.clone()),
        },
        Err(unknown) => return Attr::unknown(unknown, field.at.clone()),
    };
    let network = NetworkConfiguration {
        subnets: mapper.reader.links(&block.get("subnets"), Arity::Many),
        security_groups: mapper.reader.links(&block.get("security_groups"), Arity::Many),
        assign_public_ip: block.get("assign_public_ip").leaf().flag().or_default(defaults::ASSIGN_PUBLIC_IP),
    };
    Attr::known(network, block.at)
}

fn load_balancers(mapper: &Mapper<'_>, place: &Field<'_>) -> (Vec<ServiceLoadBalancer>, Vec<Unknown>) {
    let blocks = match place.get("load_balancer").blocks() {
        Ok(blocks) => blocks,
        Err(unknown) => return (Vec::new(), vec![unknown]),
    };
    let balancers = blocks.iter().map(|block| {
        let alternate = block.get("advanced_configuration").block().get("alternate_target_group_arn");
        let groups =
            [block.get("target_group_arn"), alternate].map(|field| mapper.reader.links(&field, Arity::One));
        let classic = block.get("elb_name").leaf().text();
        let classic = match classic.value {
            Value::Absent => block.get("load_balancer_name").leaf().text(),
            _ => classic,
        };
        ServiceLoadBalancer {
            target_groups: groups.into_iter().filter(|links: &Links<_>| links.stated).collect(),
            classic,
            container_port: block.get("container_port").leaf().int(),
        }
    });
    (balancers.collect(), Vec::new())
}

fn clusters(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_ecs_cluster"]) {
        let exec = mapper.field(at, "configuration").block().get("execute_command_configuration").block();
        let log = exec.get("log_configuration").block();
        let data = mapper.reader.instance(at).data;
        let outside = |what: &str| {
            Unknown::new(
                Why::OutsideInput,
                format!("{}: {what}, which its data source does not return", mapper.address(at)),
            )
        };
        let set = |field: &Field<'_>, what: &str| {
            if data { Attr::unknown(outside(what), field.at.clone()) } else { field.is_set() }
        };
        let cluster = Cluster {
            exec_kms_key: set(&exec.get("kms_key_id"), "the key of ECS Exec sessions"),
            exec_logs_to_cloudwatch: set(&log.get("cloud_watch_log_group_name"), "the log group of ECS Exec"),
            exec_logs_to_s3: set(&log.get("s3_bucket_name"), "the log bucket of ECS Exec"),
            default_compute: if data {
                Attr::unknown(
                    outside("the default capacity provider strategy"),
                    "default_capacity_provider_strategy",
                )
            } else {
                strategy(&mapper.field(at, "default_capacity_provider_strategy"))
            },
        };
        mapper.architecture.clusters.insert(ClusterId::from(mapper.address(at)), cluster);
    }
    for at in mapper.managed(&["aws_ecs_cluster_capacity_providers"]) {
        let of: Links<ClusterId> = mapper.one(at, "cluster_name");
        let default = strategy(&mapper.field(at, "default_capacity_provider_strategy"));
        for id in of.candidates() {
            if let Some(cluster) = mapper.architecture.clusters.get_mut(id) {
                cluster.default_compute = default.clone();
            }
        }
    }
}

fn task_definitions(mapper: &mut Mapper<'_>) {
    for at in mapper.managed(&["aws_ecs_task_definition"]) {
        let id = TaskDefinitionId::from(mapper.address(at));
        let place = mapper.reader.root(at);
        let definitions = place.get("container_definitions");
        let (containers, found) = containers::read(mapper, &id, &definitions);
        for (container_id, container) in found {
            let owner = id.as_str();
            let name = container_id.as_str()[owner.len() + 1..].to_owned();
            if let Some(resource) = mapper.architecture.resources.get(owner) {
                let part = Resource { container: Some(name), ..resource.clone() };
                mapper.architecture.resources.insert(container_id.to_string(), part);
            }
            mapper.architecture.containers.insert(container_id, container);
        }
        let mentioned = mapper.reader.mentions(&definitions).into_iter();
        let mentioned_repositories = if containers.value.unknown().is_some() {
            let members = mentioned.map(|id| (id, Member { certain: true })).collect();
            Links { members, basis: Basis::Reference, stated: true, ..Links::absent(definitions.at.clone()) }
        } else {
            Links::absent(definitions.at.clone())
        };
        let family = place.get("runtime_platform").block().get("operating_system_family").leaf().text();
        let definition = TaskDefinition {
            family: place.get("family").leaf().text(),
            network_mode: place.get("network_mode").leaf().word("a network mode", ecs_words::network_mode),
            cpu: place.get("cpu").leaf().word("a task CPU size", ecs_words::cpu_units),
            memory: place.get("memory").leaf().word("a task memory size", ecs_words::mebibytes),
            ephemeral_storage: place.get("ephemeral_storage").block().get("size_in_gib").leaf().int(),
            requires_compatibilities: compatibilities(&place.get("requires_compatibilities")),
            windows: family.map(|family| ecs_words::is_windows(&family)).or_default(false),
            execution_role: role(mapper, &place.get("execution_role_arn")),
            task_role: role(mapper, &place.get("task_role_arn")),
            containers,
            mentioned_repositories,
        };
        mapper.architecture.task_definitions.insert(id, definition);
    }
}

fn compatibilities(field: &Field<'_>) -> Attr<Vec<crate::model::task_definition::Compatibility>> {
    let texts = field.texts().parse(field.of(), "a list of launch types", |texts| {
        texts.iter().map(|text| ecs_words::compatibility(text)).collect::<Option<Vec<_>>>()
    });
    match texts.value {
        Value::Known(list) if list.is_empty() => Attr::absent(texts.at),
        _ => texts,
    }
}

fn role(mapper: &Mapper<'_>, field: &Field<'_>) -> RoleReference {
    let role: Links<RoleId> = mapper.reader.links(field, Arity::One);
    let planned =
        |id: &RoleId| mapper.architecture.roles.get(id).and_then(|role| role.name.value.known().cloned());
    let name = match field.state() {
        Value::Unknown(_) => match role.only().and_then(planned) {
            Some(name) => Attr { basis: role.basis, ..Attr::known(name, field.at.clone()) },
            None => field.leaf().text(),
        },
        _ => field.leaf().word("a role", ecs_words::role_name),
    };
    RoleReference { role, name }
}
