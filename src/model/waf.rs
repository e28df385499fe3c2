//! Web ACLs and what they are attached to.

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{LoadBalancerId, WebAclId};
use super::links::Links;
use super::value::Attr;

/// A `WAFv2` web ACL.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WebAcl {
    /// Scope in capitals: `REGIONAL` or `CLOUDFRONT`.
    pub scope: Attr<String>,
}

/// An association of a web ACL with a load balancer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WebAclAssociation {
    /// The resource that states it.
    pub resource: String,
    /// The web ACL.
    pub web_acl: Links<WebAclId>,
    /// The load balancer; nothing where another kind of resource is protected.
    pub load_balancer: Links<LoadBalancerId>,
    /// WAF Classic (Regional), which AWS has retired.
    pub classic: bool,
}
