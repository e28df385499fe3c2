//! Load balancers, listeners and target groups, in the words of the `ELBv2` API.

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{ListenerId, LoadBalancerId, SecurityGroupId, SubnetId, TargetGroupId, VpcId};
use super::links::Links;
use super::value::{Attr, Unknown};

/// Type of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoadBalancerType {
    /// Layer 7.
    Application,
    /// Layer 4.
    Network,
    /// Appliances.
    Gateway,
    /// Classic Load Balancer.
    Classic,
}

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LoadBalancer {
    /// Name; services name Classic Load Balancers by it.
    pub name: Attr<String>,
    /// Type.
    pub load_balancer_type: Attr<LoadBalancerType>,
    /// Scheme internal, not internet-facing.
    pub internal: Attr<bool>,
    /// Its subnets.
    pub subnets: Links<SubnetId>,
    /// Its security groups.
    pub security_groups: Links<SecurityGroupId>,
    /// The source describes what is attached to it: listeners, web ACLs. Otherwise it may have more of them.
    pub described: bool,
}

/// What a listener or rule does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionType {
    /// To target groups.
    Forward,
    /// To another URL.
    Redirect,
    /// An answer of its own.
    FixedResponse,
    /// `OpenID` Connect, Cognito or JWT validation: the load balancer calls the identity provider.
    Authenticate,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Action {
    /// What it does.
    pub action_type: Attr<ActionType>,
    /// Where it forwards to.
    pub target_groups: Vec<Links<TargetGroupId>>,
    /// It redirects to HTTPS; absent for other actions.
    pub redirects_to_https: Attr<bool>,
}

/// A listener.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Listener {
    /// The load balancer.
    pub load_balancer: Links<LoadBalancerId>,
    /// Port.
    pub port: Attr<i64>,
    /// Protocol in capitals (`HTTPS`, `TCP_UDP`).
    pub protocol: Attr<String>,
    /// Default actions.
    pub actions: Vec<Action>,
    /// What else may be among the actions.
    pub open: Vec<Unknown>,
    /// Mutual TLS verifies clients, so that revocation lists may have to be fetched.
    pub mutual_tls: Attr<bool>,
}

/// A header that a rule demands, or that an origin request carries; the value is only ever compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecretHeader {
    /// Header name in lower case.
    pub name: String,
    /// What stands for its values: digests of known ones, the address of unknown ones.
    #[serde(skip)]
    pub values: Vec<String>,
}

/// A listener rule.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ListenerRule {
    /// The listener.
    pub listener: Links<ListenerId>,
    /// Actions.
    pub actions: Vec<Action>,
    /// What else may be among the actions.
    pub open: Vec<Unknown>,
    /// Headers it demands.
    pub headers: Vec<SecretHeader>,
    /// What other headers it may demand.
    pub headers_open: Vec<Unknown>,
}

/// What a target group holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetType {
    /// EC2 instances.
    Instance,
    /// Addresses; tasks in awsvpc mode.
    Ip,
    /// A function.
    Lambda,
    /// An Application Load Balancer behind a Network Load Balancer.
    Alb,
}

/// A target group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TargetGroup {
    /// What it holds.
    pub target_type: Attr<TargetType>,
    /// Port of targets that are registered without one.
    pub port: Attr<i64>,
    /// Port of the health check; absent: the traffic port.
    pub health_check_port: Attr<i64>,
    /// The VPC of its targets.
    pub vpc: Links<VpcId>,
    /// Whether the plan creates it, so that nothing outside can route to it yet.
    pub created: bool,
}

/// What was registered with a target group by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttachedTarget {
    /// An instance, a function or another load balancer: no task.
    NoTask,
    /// An address or something unknown: may be a task.
    MayBeTask,
}

/// A target that was registered by hand.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TargetAttachment {
    /// The resource that states it.
    pub resource: String,
    /// The group.
    pub target_group: Links<TargetGroupId>,
    /// The target.
    pub target: AttachedTarget,
}
