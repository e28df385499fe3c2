//! Documented defaults: what holds where a source is silent.
//!
//! Each default stands here once, with the source it holds for and where that is written down. A default applies to
//! what is *absent*; what is unknown stays unknown.

use super::ecr::TagMutability;
use super::elb::{LoadBalancerType, TargetType};
use super::network::EndpointType;

/// Defaults of the Terraform AWS provider (registry.terraform.io/providers/hashicorp/aws, argument reference of each
/// resource), which sends them to AWS where a configuration is silent.
pub mod terraform {
    use super::{EndpointType, LoadBalancerType, TagMutability, TargetType};

    /// `aws_ecs_service`, `aws_ecs_task_set`, `aws_cloudwatch_event_target`, `aws_scheduler_schedule`:
    /// `network_configuration.assign_public_ip`, "Default `false`".
    pub const ASSIGN_PUBLIC_IP: bool = false;
    /// `aws_ecs_service.enable_execute_command`.
    pub const ENABLE_EXECUTE_COMMAND: bool = false;
    /// `aws_ecs_service.deployment_controller.type`: "Default: `ECS`".
    pub const DEPLOYMENT_CONTROLLER: &str = "ECS";
    /// `aws_lb.load_balancer_type`: "The default value is `application`".
    pub const LOAD_BALANCER_TYPE: LoadBalancerType = LoadBalancerType::Application;
    /// `aws_lb.internal`: "Defaults to `false`".
    pub const LB_INTERNAL: bool = false;
    /// `aws_elb.internal`: not set makes an internet-facing load balancer.
    pub const ELB_INTERNAL: bool = false;
    /// `aws_lb_target_group.target_type`: "The default is `instance`".
    pub const TARGET_TYPE: TargetType = TargetType::Instance;
    /// `aws_vpc.enable_dns_support`: "Defaults to true".
    pub const ENABLE_DNS_SUPPORT: bool = true;
    /// `aws_vpc.enable_dns_hostnames`: "Defaults false".
    pub const ENABLE_DNS_HOSTNAMES: bool = false;
    /// `aws_default_vpc.enable_dns_hostnames`: a default VPC has hostnames on (VPC user guide, "Default VPCs").
    pub const DEFAULT_VPC_DNS_HOSTNAMES: bool = true;
    /// `aws_vpc_endpoint.vpc_endpoint_type`: "Defaults to `Gateway`".
    pub const VPC_ENDPOINT_TYPE: EndpointType = EndpointType::Gateway;
    /// `aws_vpc_endpoint.private_dns_enabled`: "Defaults to `false`".
    pub const PRIVATE_DNS_ENABLED: bool = false;
    /// `aws_vpc_endpoint.dns_options.private_dns_only_for_inbound_resolver_endpoint`: false where not set.
    pub const PRIVATE_DNS_INBOUND_ONLY: bool = false;
    /// `aws_nat_gateway.connectivity_type`: "Defaults to `public`".
    pub const NAT_PUBLIC: bool = true;
    /// `aws_rds_cluster.engine_mode`: "Defaults to: `provisioned`".
    pub const ENGINE_MODE: &str = "provisioned";
    /// `aws_elasticache_replication_group.engine`: "Default is `redis`".
    pub const CACHE_ENGINE: &str = "redis";
    /// `aws_ecr_repository.image_tag_mutability`: "Defaults to `MUTABLE`".
    pub const TAG_MUTABILITY: TagMutability = TagMutability::Mutable;
    /// `aws_lb_listener.protocol` of an Application Load Balancer: "Defaults to `HTTP`".
    pub const LISTENER_PROTOCOL: &str = "HTTP";
}

/// Defaults of the AWS APIs themselves.
pub mod aws {
    /// `ContainerDefinition.essential`: "If this parameter is omitted, a container is assumed to be essential"
    /// (ECS API reference).
    pub const ESSENTIAL: bool = true;
    /// Ports of database engines (RDS `CreateDBInstance`, `Port`), by prefix of the engine name.
    pub const DB_PORTS: [(&str, i64); 8] = [
        ("aurora-postgresql", 5432),
        ("aurora", 3306),
        ("postgres", 5432),
        ("mysql", 3306),
        ("mariadb", 3306),
        ("sqlserver", 1433),
        ("oracle", 1521),
        ("db2", 50000),
    ];
    /// Ports of cache engines (ElastiCache `CreateReplicationGroup`, `CreateCacheCluster`: `Port`).
    pub const CACHE_PORTS: [(&str, i64); 3] = [("redis", 6379), ("valkey", 6379), ("memcached", 11211)];
    /// The second port of a serverless Redis or Valkey cache: its read endpoint (ElastiCache user guide).
    pub const SERVERLESS_READ_PORT: i64 = 6380;
}
