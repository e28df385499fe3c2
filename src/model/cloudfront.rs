//! CloudFront distributions as fronts of load balancers.

use schemars::JsonSchema;
use serde::Serialize;

use super::elb::SecretHeader;
use super::id::LoadBalancerId;
use super::links::Links;
use super::value::{Attr, Unknown};

/// A distribution.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Distribution {
    /// It has a web ACL: any WAF Classic id or `WAFv2` ARN.
    pub web_acl: Attr<bool>,
    /// Its origins.
    pub origins: Vec<CloudFrontOrigin>,
    /// What other origins it may have, or what their headers may be.
    pub origins_open: Vec<Unknown>,
}

/// An origin of a distribution.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CloudFrontOrigin {
    /// The load balancer it leads to; nothing for buckets and other hosts.
    pub load_balancer: Links<LoadBalancerId>,
    /// Through a VPC origin.
    pub vpc_origin: bool,
    /// Headers that it adds to requests.
    pub headers: Vec<SecretHeader>,
}
