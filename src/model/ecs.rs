//! ECS clusters, and whatever starts tasks in them.

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{ClusterId, PlacementId, SecurityGroupId, SubnetId, TargetGroupId, TaskDefinitionId};
use super::links::Links;
use super::value::{Attr, Unknown};

/// An ECS cluster.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cluster {
    /// ECS Exec sessions are encrypted with a customer key.
    pub exec_kms_key: Attr<bool>,
    /// ECS Exec logs to `CloudWatch` Logs.
    pub exec_logs_to_cloudwatch: Attr<bool>,
    /// ECS Exec logs to S3.
    pub exec_logs_to_s3: Attr<bool>,
    /// What services without launch type and strategy run on.
    pub default_compute: Attr<Compute>,
}

/// What kind of thing starts tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlacementKind {
    /// An ECS service.
    Service,
    /// A task set of a service with an external or `CodeDeploy` controller.
    TaskSet,
    /// An EventBridge rule's or Scheduler schedule's ECS target.
    ScheduledTask,
    /// An Express Mode service.
    ExpressService,
}

/// What tasks run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compute {
    /// Fargate or Fargate Spot.
    Fargate,
    /// Container instances, by launch type or capacity provider.
    Ec2,
    /// ECS Anywhere.
    External,
}

/// Network configuration of tasks in awsvpc mode (`AwsVpcConfiguration`).
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NetworkConfiguration {
    /// The subnets that tasks may be placed in.
    pub subnets: Links<SubnetId>,
    /// The security groups of the tasks' interfaces; none stated means the default group of the VPC.
    pub security_groups: Links<SecurityGroupId>,
    /// Tasks receive a public IPv4 address.
    pub assign_public_ip: Attr<bool>,
}

/// A load balancer entry of a service.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ServiceLoadBalancer {
    /// The target groups that tasks register with, the alternate one of blue/green included.
    pub target_groups: Vec<Links<TargetGroupId>>,
    /// A Classic Load Balancer, by name.
    pub classic: Attr<String>,
    /// The container port that receives the traffic.
    pub container_port: Attr<i64>,
}

/// Something that starts tasks from a task definition.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Placement {
    /// What it is.
    pub kind: PlacementKind,
    /// Region; absent where the source does not say it.
    pub region: Attr<String>,
    /// The cluster.
    pub cluster: Links<ClusterId>,
    /// The service that a task set belongs to.
    pub service: Links<PlacementId>,
    /// The task definition.
    pub task_definition: Links<TaskDefinitionId>,
    /// What its tasks run on; absent where neither launch type nor strategy is stated.
    pub compute: Attr<Compute>,
    /// Fargate platform version.
    pub platform_version: Attr<String>,
    /// Network configuration; absent outside awsvpc mode.
    pub network: Attr<NetworkConfiguration>,
    /// Its load balancers.
    pub load_balancers: Vec<ServiceLoadBalancer>,
    /// What else may be among the load balancers.
    pub load_balancers_open: Vec<Unknown>,
    /// ECS Exec is on.
    pub execute_command: Attr<bool>,
    /// Service Connect is on.
    pub service_connect: Attr<bool>,
    /// It is a target of VPC Lattice.
    pub vpc_lattice: Attr<bool>,
    /// Its task sets, not the service, say what runs where (deployment controller `EXTERNAL`).
    pub external_controller: Attr<bool>,
}
