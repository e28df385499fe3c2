//! What a task needs to start where there is no way to the internet, and which endpoint gives it.
//!
//! Catalogue, definition D8 and ECS-VPCE-001. Sources: Amazon ECS developer guide, "Amazon ECS interface VPC
//! endpoints"; Amazon ECR user guide, "Amazon ECR interface VPC endpoints".

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::fact::{Evidence, Truth};
use super::groups::vpc_cidrs;
use super::interfaces::InterfaceFacts;
use super::placements::PlacementFacts;
use super::private_dns::resolves;
use super::reach::{End, connects};
use super::subnets::{Egress, SubnetFacts};
use crate::model::Architecture;
use crate::model::ecs::Placement;
use crate::model::id::{PlacementId, SubnetId, TaskDefinitionId, VpcEndpointId};
use crate::model::image::Registry;
use crate::model::links::Links;
use crate::model::network::{Cidr, EndpointType, VpcEndpoint};
use crate::model::security_group::Protocol;
use crate::model::task_definition::{Container, SecretStore};
use crate::model::value::{Unknown, Value, Why};

/// What the tasks of a placement need of AWS, and how they can get it.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EndpointNeeds {
    /// Needed services (`ecr.api`), with what makes them needed.
    pub services: BTreeMap<String, Vec<Evidence>>,
    /// What else may be needed.
    pub open: Vec<Unknown>,
    /// Subnets without a proven way to the internet: where their default route leads.
    pub subnets: BTreeMap<SubnetId, Value<Egress>>,
    /// For each subnet, those with a way to the internet included, and each needed service: the endpoints on the way.
    pub paths: Vec<Path>,
}

/// The way from a subnet to a service.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Path {
    /// The subnet.
    pub subnet: SubnetId,
    /// Tasks may be placed in it for certain.
    pub certain: bool,
    /// The service.
    pub service: String,
    /// Some endpoint serves it.
    pub met: Value<bool>,
    /// Endpoints of that service in the VPC.
    pub endpoints: Vec<EndpointOption>,
}

/// An endpoint as a way to a service.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EndpointOption {
    /// The endpoint.
    pub endpoint: VpcEndpointId,
    /// Its type.
    pub endpoint_type: Value<EndpointType>,
    /// It is one of this service in this VPC.
    pub matches: Value<bool>,
    /// The service's name resolves to it; absent for a gateway.
    pub private_dns: Value<bool>,
    /// It is in the route table of the subnet; absent for an interface endpoint.
    pub routed: Value<bool>,
    /// The tasks' groups let 443 out to it.
    pub egress: Value<bool>,
    /// Its groups let 443 in from the tasks; absent for a gateway.
    pub ingress: Value<bool>,
}

/// Adds needs and paths to every placement.
pub fn derive(
    architecture: &Architecture,
    subnets: &BTreeMap<SubnetId, SubnetFacts>,
    interfaces: &BTreeMap<String, InterfaceFacts>,
    placements: &mut BTreeMap<PlacementId, PlacementFacts>,
) {
    for (id, facts) in placements {
        let Some(placement) = architecture.placements.get(id) else { continue };
        let mut needs = EndpointNeeds::default();
        services(architecture, id, placement, facts, &mut needs);
        for (subnet, member) in &facts.subnets {
            let unknown =
                || Value::Unknown(Unknown::new(Why::OutsideInput, format!("the routes of {subnet}")));
            let egress = subnets.get(subnet).map_or_else(unknown, |facts| facts.egress.value.clone());
            if !matches!(egress, Value::Known(Egress::Nat | Egress::Igw)) {
                needs.subnets.insert(subnet.clone(), egress);
            }
            for service in needs.services.keys() {
                let place = Place { architecture, subnets, interfaces, id, facts, subnet };
                needs.paths.push(place.path(service, member.certain));
            }
        }
        facts.endpoints = needs;
    }
}

/// The services that the tasks of a placement need.
fn services(
    architecture: &Architecture,
    id: &PlacementId,
    placement: &Placement,
    facts: &PlacementFacts,
    needs: &mut EndpointNeeds,
) {
    needs.open.extend(placement.task_definition.open.iter().cloned());
    let candidates: Vec<EndpointNeeds> = placement
        .task_definition
        .candidates()
        .map(|definition| definition_needs(architecture, definition, facts))
        .collect();
    for of in &candidates {
        needs.open.extend(of.open.iter().cloned());
        for (service, evidence) in &of.services {
            // what only some candidates need is needed only if one of these is meant
            if candidates.iter().all(|other| other.services.contains_key(service)) {
                for each in evidence {
                    needs.add(service, each.clone());
                }
            } else {
                let fact = format!("{id}: whether it runs a task definition that needs {service}");
                needs.open.push(Unknown::new(Why::Undecided, fact));
            }
        }
    }
    let id = id.as_str();
    match &placement.execute_command.value {
        Value::Known(true) => exec_needs(architecture, id, placement, needs),
        Value::Known(false) | Value::Absent => {}
        Value::Unknown(unknown) => needs.open.push(unknown.clone()),
    }
    match &placement.service_connect.value {
        Value::Known(true) => {
            let at = placement.service_connect.at.to_string();
            needs.add("ecs-agent", Evidence::new(id, at, "Service Connect is on"));
        }
        Value::Known(false) | Value::Absent => {}
        Value::Unknown(unknown) => needs.open.push(unknown.clone()),
    }
    needs.open.sort_unstable();
    needs.open.dedup();
}

impl EndpointNeeds {
    fn add(&mut self, service: &str, evidence: Evidence) {
        let known = self.services.entry(service.to_owned()).or_default();
        if !known.contains(&evidence) {
            known.push(evidence);
        }
    }
}

fn definition_needs(
    architecture: &Architecture,
    definition: &TaskDefinitionId,
    facts: &PlacementFacts,
) -> EndpointNeeds {
    let mut needs = EndpointNeeds::default();
    if let Some(of) = architecture.task_definitions.get(definition) {
        needs.open.extend(of.containers.value.unknown().cloned());
        for container in of.containers.value.known().into_iter().flatten() {
            if let Some(of) = architecture.containers.get(container) {
                container_needs(container.as_str(), of, facts, &mut needs);
            }
        }
    } else {
        let fact = format!("the containers of {definition}");
        needs.open.push(Unknown::new(Why::OutsideInput, fact));
    }
    needs
}

fn container_needs(id: &str, container: &Container, facts: &PlacementFacts, needs: &mut EndpointNeeds) {
    let label = &container.label;
    match container.image.value.known().map(|image| &image.registry) {
        // endpoints are regional: for an image of another region they are of no use
        Some(Value::Known(Registry::Ecr { region, .. }))
            if facts.region.known().is_some_and(|own| own != region && !region.is_empty()) => {}
        Some(Value::Known(Registry::Ecr { .. })) => {
            let message = format!("{label} pulls its image from Amazon ECR");
            for service in ["ecr.api", "ecr.dkr", "s3"] {
                needs.add(service, Evidence::new(id, container.image.at.to_string(), message.as_str()));
            }
        }
        Some(Value::Known(_) | Value::Absent) => {}
        Some(Value::Unknown(unknown)) => needs.open.push(unknown.clone()),
        None => needs.open.extend(container.image.value.unknown().cloned()),
    }
    log_needs(id, container, facts, needs);
    match &container.secrets.value {
        Value::Known(stores) => {
            for store in stores {
                let (service, name) = match store {
                    SecretStore::SecretsManager => ("secretsmanager", "Secrets Manager"),
                    SecretStore::ParameterStore => ("ssm", "Parameter Store"),
                };
                let message = format!("{label} reads secrets from {name}");
                needs.add(service, Evidence::new(id, container.secrets.at.to_string(), message));
            }
        }
        Value::Absent => {}
        Value::Unknown(unknown) => needs.open.push(unknown.clone()),
    }
    for (attr, message) in [
        (&container.environment_files, "reads environment files from S3"),
        (&container.firelens_config_in_s3, "reads its FireLens configuration from S3"),
    ] {
        match &attr.value {
            Value::Known(true) => {
                needs.add("s3", Evidence::new(id, attr.at.to_string(), format!("{label} {message}")));
            }
            Value::Known(false) | Value::Absent => {}
            Value::Unknown(unknown) => needs.open.push(unknown.clone()),
        }
    }
}

fn log_needs(id: &str, container: &Container, facts: &PlacementFacts, needs: &mut EndpointNeeds) {
    let (label, log) = (&container.label, &container.log);
    let other_region = match (&log.region.value, &facts.region) {
        (Value::Known(log), Value::Known(own)) => log != own,
        _ => false,
    };
    let service = match (&log.driver.value, &log.output.value) {
        (Value::Unknown(unknown), _) => return needs.open.push(unknown.clone()),
        (Value::Known(driver), _) if driver == "awslogs" => "logs",
        (Value::Known(driver), Value::Unknown(unknown)) if driver == "awsfirelens" => {
            return needs.open.push(unknown.clone());
        }
        // its configuration file may name any output
        (Value::Known(driver), Value::Absent) if driver == "awsfirelens" => {
            let fact =
                format!("{id}: where {label} sends its logs, which its FireLens configuration file says");
            let remedy = "name the output in the options of logConfiguration, or check the file";
            return needs.open.push(Unknown::with_remedy(Why::OutsideInput, fact, remedy));
        }
        (Value::Known(driver), Value::Known(output)) if driver == "awsfirelens" => match output.as_str() {
            "cloudwatch" | "cloudwatch_logs" => "logs",
            "kinesis" | "kinesis_streams" => "kinesis-streams",
            "firehose" | "kinesis_firehose" => "kinesis-firehose",
            "s3" => "s3",
            _ => return,
        },
        _ => return,
    };
    // an endpoint reaches its own region only; what is sent elsewhere is another rule's concern
    if !other_region {
        let message = format!("{label} sends its logs there");
        needs.add(service, Evidence::new(id, log.driver.at.to_string(), message));
    }
}

fn exec_needs(architecture: &Architecture, id: &str, placement: &Placement, needs: &mut EndpointNeeds) {
    let at = placement.execute_command.at.to_string();
    needs.add("ssmmessages", Evidence::new(id, at, "ECS Exec is on"));
    needs.open.extend(placement.cluster.open.iter().cloned());
    let outside = |cluster: &str| {
        let fact =
            format!("{id}: the ECS Exec configuration of {cluster}, which the input does not describe");
        Unknown::new(Why::OutsideInput, fact)
    };
    if !placement.cluster.stated {
        needs.open.push(outside("the default cluster"));
    }
    for cluster in placement.cluster.candidates() {
        let Some(of) = architecture.clusters.get(cluster) else {
            needs.open.push(outside(cluster.as_str()));
            continue;
        };
        for (service, attr, message) in [
            ("kms", &of.exec_kms_key, "ECS Exec sessions are encrypted with a customer key"),
            ("logs", &of.exec_logs_to_cloudwatch, "ECS Exec sessions are logged to CloudWatch Logs"),
            ("s3", &of.exec_logs_to_s3, "ECS Exec sessions are logged to S3"),
        ] {
            match &attr.value {
                Value::Known(true) => {
                    needs.add(service, Evidence::new(cluster.as_str(), attr.at.to_string(), message));
                }
                Value::Known(false) | Value::Absent => {}
                Value::Unknown(unknown) => needs.open.push(unknown.clone()),
            }
        }
    }
}

/// A placement in one of its subnets.
struct Place<'a> {
    architecture: &'a Architecture,
    subnets: &'a BTreeMap<SubnetId, SubnetFacts>,
    interfaces: &'a BTreeMap<String, InterfaceFacts>,
    id: &'a PlacementId,
    facts: &'a PlacementFacts,
    subnet: &'a SubnetId,
}

impl Place<'_> {
    fn path(&self, service: &str, certain: bool) -> Path {
        let endpoints: Vec<EndpointOption> = self
            .architecture
            .vpc_endpoints
            .iter()
            .filter_map(|(id, endpoint)| self.option(id, endpoint, service))
            .collect();
        let met = Truth::any(endpoints.iter().map(|option| {
            let parts =
                [&option.matches, &option.private_dns, &option.routed, &option.egress, &option.ingress];
            let applicable = parts.into_iter().filter(|part| **part != Value::Absent);
            Truth::all(applicable.map(Truth::of))
        }));
        Path {
            subnet: self.subnet.clone(),
            certain,
            service: service.to_owned(),
            met: met.into_value(),
            endpoints,
        }
    }

    fn option(&self, id: &VpcEndpointId, endpoint: &VpcEndpoint, service: &str) -> Option<EndpointOption> {
        let endpoint_type = &endpoint.endpoint_type.value;
        let there = match endpoint_type {
            Value::Known(EndpointType::Interface) => has_interfaces(id, endpoint),
            Value::Known(EndpointType::Gateway) => Truth::Yes,
            Value::Known(EndpointType::GatewayLoadBalancer | EndpointType::Other) | Value::Absent => {
                Truth::No
            }
            Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
        };
        let matches = Truth::all([self.same_vpc(endpoint), self.same_service(endpoint, service), there]);
        if matches == Truth::No {
            return None;
        }
        let own = self.interfaces.get(self.id.as_str());
        let mut option = EndpointOption {
            endpoint: id.clone(),
            endpoint_type: endpoint_type.clone(),
            matches: matches.into_value(),
            private_dns: Value::Absent,
            routed: Value::Absent,
            egress: Value::Absent,
            ingress: Value::Absent,
        };
        match endpoint_type.known() {
            Some(EndpointType::Interface) => {
                let (egress, ingress) = self.interface_reach(id, endpoint, own);
                option.private_dns = resolves(self.architecture, id, endpoint).value;
                option.egress = egress.into_value();
                option.ingress = ingress.into_value();
            }
            Some(EndpointType::Gateway) => {
                option.routed = self.routed(endpoint).into_value();
                option.egress = gateway_reach(endpoint, own).into_value();
            }
            _ => {}
        }
        Some(option)
    }

    fn same_vpc(&self, endpoint: &VpcEndpoint) -> Truth {
        let Some(subnet) = self.architecture.subnets.get(self.subnet) else { return Truth::No };
        match (subnet.vpc.only(), endpoint.vpc.only()) {
            (Some(a), Some(b)) if a == b => Truth::Yes,
            (Some(_), Some(_)) => Truth::No,
            _ => {
                let open = endpoint.vpc.open.first().or(subnet.vpc.open.first()).cloned();
                Truth::Maybe(open.unwrap_or_else(|| Unknown::new(Why::Undecided, "the VPC of the endpoint")))
            }
        }
    }

    fn same_service(&self, endpoint: &VpcEndpoint, service: &str) -> Truth {
        let name = match &endpoint.service.value {
            Value::Known(name) if name == service => Truth::Yes,
            Value::Known(_) | Value::Absent => Truth::No,
            Value::Unknown(unknown) => Truth::Maybe(unknown.clone()),
        };
        let region = match (&endpoint.region.value, &self.facts.region) {
            (Value::Known(of), Value::Known(own)) if of != own => Truth::No,
            _ => Truth::Yes,
        };
        Truth::all([name, region])
    }

    /// The gateway is in the table that serves the subnet.
    fn routed(&self, endpoint: &VpcEndpoint) -> Truth {
        let Some(facts) = self.subnets.get(self.subnet) else { return Truth::No };
        let tables = &facts.route_tables;
        let answer = tables.agree("the route table of the subnet", |table| {
            if endpoint.route_tables.surely(table) {
                Value::Known(true)
            } else if endpoint.route_tables.possibly(table) {
                let open = endpoint.route_tables.hidden().next().cloned();
                Value::Unknown(
                    open.unwrap_or_else(|| Unknown::new(Why::Undecided, "the route tables of the endpoint")),
                )
            } else {
                Value::Known(false)
            }
        });
        Truth::of(&answer)
    }

    fn interface_reach(
        &self,
        id: &VpcEndpointId,
        endpoint: &VpcEndpoint,
        own: Option<&InterfaceFacts>,
    ) -> (Truth, Truth) {
        let (Some(own), Some(other)) = (own, self.interfaces.get(id.as_str())) else {
            let unknown =
                Truth::Maybe(Unknown::new(Why::OutsideInput, format!("the security groups of {id}")));
            return (unknown.clone(), unknown);
        };
        let from = End { groups: Some(&own.groups), blocks: self.block_of_subnet(), prefix_list: None };
        let to = End {
            groups: Some(&other.groups),
            blocks: self.blocks_of(&endpoint.subnets, endpoint),
            prefix_list: None,
        };
        connects(own, &from, other, &to, 443)
    }

    fn block_of_subnet(&self) -> Value<Vec<Cidr>> {
        match self.architecture.subnets.get(self.subnet) {
            Some(subnet) => subnet.cidr.value.clone().map(|cidr| vec![cidr]),
            None => Value::Absent,
        }
    }

    /// The blocks of an endpoint's subnets, else those of its VPC.
    fn blocks_of(&self, subnets: &Links<SubnetId>, endpoint: &VpcEndpoint) -> Value<Vec<Cidr>> {
        let known: Vec<Cidr> = subnets
            .candidates()
            .filter_map(|id| self.architecture.subnets.get(id)?.cidr.value.known().copied())
            .collect();
        if !known.is_empty() && known.len() == subnets.members.len() && subnets.closed() {
            return Value::Known(known);
        }
        let vpc = vpc_cidrs(self.architecture, &endpoint.vpc);
        if vpc.is_empty() {
            Value::Unknown(Unknown::new(Why::AfterApply, "the address blocks of the endpoint's subnets"))
        } else {
            Value::Known(vpc)
        }
    }
}

/// Traffic to a gateway endpoint goes to the service's own addresses, which its prefix list stands for.
fn gateway_reach(endpoint: &VpcEndpoint, own: Option<&InterfaceFacts>) -> Truth {
    let Some(own) = own else {
        return Truth::Maybe(Unknown::new(Why::OutsideInput, "the security groups of the tasks"));
    };
    let name = match (&endpoint.service.value, &endpoint.region.value) {
        (Value::Known(service), Value::Known(region)) => format!("com.amazonaws.{region}.{service}"),
        _ => String::new(),
    };
    let to = End { groups: None, blocks: Value::Known(Vec::new()), prefix_list: Some(&name) };
    super::reach::admits(&own.egress, &own.egress_open, Protocol::Tcp, 443, &to)
}

/// An interface endpoint answers in the subnets that it is attached to, and nowhere without any.
fn has_interfaces(id: &VpcEndpointId, endpoint: &VpcEndpoint) -> Truth {
    if endpoint.subnets.members.values().any(|member| member.certain) {
        return Truth::Yes;
    }
    match (endpoint.subnets.open.first(), endpoint.subnets.members.is_empty()) {
        (Some(unknown), _) => Truth::Maybe(unknown.clone()),
        (None, true) => Truth::No,
        // one of several candidates is still one
        (None, false) if endpoint.subnets.stated => Truth::Yes,
        (None, false) => Truth::Maybe(Unknown::new(Why::Undecided, format!("the subnets of {id}"))),
    }
}
