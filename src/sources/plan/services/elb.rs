//! Load balancers, listeners, their rules, and target groups.

use super::Mapper;
use crate::model::defaults::terraform as defaults;
use crate::model::elb::{
    Action, ActionType, AttachedTarget, Listener, ListenerRule, LoadBalancer, LoadBalancerType, SecretHeader,
    TargetAttachment, TargetGroup, TargetType,
};
use crate::model::id::{ListenerId, ListenerRuleId, LoadBalancerId, TargetGroupId};
use crate::model::links::Links;
use crate::model::value::{Attr, Unknown, Value};
use crate::sources::plan::field::Field;
use crate::sources::plan::instances;
use crate::sources::plan::links::Arity;

pub(super) fn map(mapper: &mut Mapper<'_>) {
    load_balancers(mapper);
    listeners(mapper);
    listener_rules(mapper);
    target_groups(mapper);
    target_attachments(mapper);
}

fn load_balancers(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_lb", "aws_alb"]) {
        let kind =
            mapper.field(at, "load_balancer_type").leaf().word("a load balancer type", |text| match text {
                "application" => Some(LoadBalancerType::Application),
                "network" => Some(LoadBalancerType::Network),
                "gateway" => Some(LoadBalancerType::Gateway),
                _ => None,
            });
        let mut subnets: Links<_> = mapper.many(at, "subnets");
        if !subnets.stated {
            match mapper.field(at, "subnet_mapping").blocks() {
                Ok(blocks) => {
                    for block in blocks {
                        let one: Links<_> = mapper.reader.links(&block.get("subnet_id"), Arity::One);
                        subnets.stated = true;
                        subnets.basis = subnets.basis.max(one.basis);
                        subnets.members.extend(one.members);
                        subnets.open.extend(one.open);
                    }
                }
                Err(unknown) => subnets.open.push(unknown),
            }
        }
        let balancer = LoadBalancer {
            name: mapper.field(at, "name").leaf().text(),
            load_balancer_type: kind.or_default(defaults::LOAD_BALANCER_TYPE),
            internal: mapper.field(at, "internal").leaf().flag().or_default(defaults::LB_INTERNAL),
            subnets,
            security_groups: mapper.many(at, "security_groups"),
            described: !mapper.reader.instance(at).data,
        };
        mapper.architecture.load_balancers.insert(LoadBalancerId::from(mapper.address(at)), balancer);
    }
    for at in mapper.of_types(&["aws_elb"]) {
        let balancer = LoadBalancer {
            name: mapper.field(at, "name").leaf().text(),
            load_balancer_type: Attr::known(LoadBalancerType::Classic, ""),
            internal: mapper.field(at, "internal").leaf().flag().or_default(defaults::ELB_INTERNAL),
            subnets: mapper.many(at, "subnets"),
            security_groups: mapper.many(at, "security_groups"),
            described: !mapper.reader.instance(at).data,
        };
        mapper.architecture.load_balancers.insert(LoadBalancerId::from(mapper.address(at)), balancer);
    }
}

fn listeners(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_lb_listener", "aws_alb_listener"]) {
        let (actions, open) = actions(mapper, &mapper.field(at, "default_action"));
        let mode = mapper.field(at, "mutual_authentication").block().get("mode").leaf().text();
        let protocol = mapper.field(at, "protocol").leaf().text().map(|text| text.to_ascii_uppercase());
        let listener = Listener {
            load_balancer: mapper.one(at, "load_balancer_arn"),
            port: mapper.field(at, "port").leaf().int(),
            protocol: protocol.or_default(defaults::LISTENER_PROTOCOL.to_owned()),
            actions,
            open,
            mutual_tls: mode.map(|mode| mode == "verify").or_default(false),
        };
        mapper.architecture.listeners.insert(ListenerId::from(mapper.address(at)), listener);
    }
}

fn listener_rules(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_lb_listener_rule", "aws_alb_listener_rule"]) {
        let (actions, open) = actions(mapper, &mapper.field(at, "action"));
        let (headers, headers_open) = demanded_headers(mapper, &mapper.field(at, "condition"));
        let listener = mapper.one(at, "listener_arn");
        let rule = ListenerRule { listener, actions, open, headers, headers_open };
        mapper.architecture.listener_rules.insert(ListenerRuleId::from(mapper.address(at)), rule);
    }
}

/// The headers that conditions demand. All conditions of a rule have to hold, and one of the values of each.
fn demanded_headers(mapper: &Mapper<'_>, field: &Field<'_>) -> (Vec<SecretHeader>, Vec<Unknown>) {
    let conditions = match field.blocks() {
        Ok(conditions) => conditions,
        Err(unknown) => return (Vec::new(), vec![unknown]),
    };
    let (mut headers, mut open) = (Vec::new(), Vec::new());
    for condition in conditions {
        match condition.get("http_header").blocks() {
            Ok(blocks) => {
                headers.extend(blocks.iter().filter(|header| !any_value(header)).filter_map(|header| {
                    secret_header(mapper, &header.get("http_header_name"), &header.get("values"))
                }));
            }
            Err(unknown) => open.push(unknown),
        }
    }
    (headers, open)
}

/// Whether one of the values matches whatever is sent: `*` stands for any text (ELB, "HTTP header conditions").
fn any_value(header: &Field<'_>) -> bool {
    let Value::Known(values) = header.get("values").state() else { return false };
    let texts = values.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    texts.into_iter().any(|text| text.chars().all(|letter| matches!(letter, '*' | '?')))
}

/// A header by name, its values reduced to what can be compared. `None` where not even the name is known.
pub(super) fn secret_header(
    mapper: &Mapper<'_>,
    name: &Field<'_>,
    values: &Field<'_>,
) -> Option<SecretHeader> {
    let name = name.leaf().text().value.known()?.to_ascii_lowercase();
    Some(SecretHeader { name, values: mapper.reader.fingerprints(values) })
}

fn actions(mapper: &Mapper<'_>, field: &Field<'_>) -> (Vec<Action>, Vec<Unknown>) {
    match field.blocks() {
        Ok(blocks) => (blocks.iter().map(|block| action(mapper, block)).collect(), Vec::new()),
        Err(unknown) => (Vec::new(), vec![unknown]),
    }
}

fn action(mapper: &Mapper<'_>, block: &Field<'_>) -> Action {
    let action_type = block.get("type").leaf().word("an action type", |text| match text {
        "forward" => Some(ActionType::Forward),
        "redirect" => Some(ActionType::Redirect),
        "fixed-response" => Some(ActionType::FixedResponse),
        "authenticate-oidc" | "authenticate-cognito" | "jwt-validation" => Some(ActionType::Authenticate),
        _ => None,
    });
    let mut target_groups: Vec<Links<TargetGroupId>> = Vec::new();
    let single: Links<TargetGroupId> = mapper.reader.links(&block.get("target_group_arn"), Arity::One);
    if single.stated {
        target_groups.push(single);
    }
    let forward = block.get("forward");
    match forward.blocks() {
        Ok(forwards) => {
            for forward in forwards {
                match forward.get("target_group").blocks() {
                    Ok(groups) => target_groups.extend(
                        groups.iter().map(|group| mapper.reader.links(&group.get("arn"), Arity::One)),
                    ),
                    Err(unknown) => target_groups.push(Links::unknown(unknown, forward.at.clone())),
                }
            }
        }
        Err(unknown) => target_groups.push(Links::unknown(unknown, forward.at.clone())),
    }
    let redirects_to_https = match &action_type.value {
        // without a protocol the redirect keeps the one of the request
        Value::Known(ActionType::Redirect) => block
            .get("redirect")
            .block()
            .get("protocol")
            .leaf()
            .text()
            .map(|protocol| protocol.eq_ignore_ascii_case("HTTPS"))
            .or_default(false),
        Value::Known(_) | Value::Absent => Attr::absent(block.at.clone()),
        Value::Unknown(unknown) => Attr::unknown(unknown.clone(), block.at.clone()),
    };
    Action { action_type, target_groups, redirects_to_https }
}

fn target_groups(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_lb_target_group", "aws_alb_target_group"]) {
        let target_type = mapper.field(at, "target_type").leaf().word("a target type", |text| match text {
            "instance" => Some(TargetType::Instance),
            "ip" => Some(TargetType::Ip),
            "lambda" => Some(TargetType::Lambda),
            "alb" => Some(TargetType::Alb),
            _ => None,
        });
        let check = mapper.field(at, "health_check").block().get("port");
        // "traffic-port" is the port of the target itself
        let health_check_port = match check.leaf().text().value {
            Value::Known(text) if text == "traffic-port" => Attr::absent(check.at.clone()),
            _ => check.leaf().int(),
        };
        let group = TargetGroup {
            target_type: target_type.or_default(defaults::TARGET_TYPE),
            port: mapper.field(at, "port").leaf().int(),
            health_check_port,
            vpc: mapper.one(at, "vpc_id"),
            created: mapper.reader.instance(at).action == instances::Action::Create,
        };
        mapper.architecture.target_groups.insert(TargetGroupId::from(mapper.address(at)), group);
    }
}

/// Types of targets that are no task.
const NO_TASKS: [&str; 6] = [
    "aws_instance",
    "aws_spot_instance_request",
    "aws_lambda_function",
    "aws_lambda_alias",
    "aws_lb",
    "aws_alb",
];

fn target_attachments(mapper: &mut Mapper<'_>) {
    for at in mapper.managed(&["aws_lb_target_group_attachment", "aws_alb_target_group_attachment"]) {
        let target = mapper.field(at, "target_id");
        let no_task = match target.state() {
            Value::Known(json) => {
                json.as_str().is_some_and(|id| id.starts_with("i-") || id.starts_with("arn:"))
            }
            Value::Absent => true,
            Value::Unknown(_) => {
                let kinds = mapper.reader.kinds(&target);
                !kinds.is_empty() && kinds.iter().all(|kind| NO_TASKS.contains(&kind.as_str()))
            }
        };
        let attachment = TargetAttachment {
            resource: mapper.address(at).to_owned(),
            target_group: mapper.one(at, "target_group_arn"),
            target: if no_task { AttachedTarget::NoTask } else { AttachedTarget::MayBeTask },
        };
        mapper.architecture.target_attachments.push(attachment);
    }
}
