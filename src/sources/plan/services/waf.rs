//! Web ACLs and their associations with load balancers.

use super::Mapper;
use crate::model::id::{LoadBalancerId, WebAclId};
use crate::model::links::Links;
use crate::model::value::Value;
use crate::model::waf::{WebAcl, WebAclAssociation};
use crate::sources::plan::field::Field;
use crate::sources::plan::links::Arity;

pub(super) fn map(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_wafv2_web_acl", "aws_wafregional_web_acl"]) {
        let acl =
            WebAcl { scope: mapper.field(at, "scope").leaf().text().map(|scope| scope.to_ascii_uppercase()) };
        mapper.architecture.web_acls.insert(WebAclId::from(mapper.address(at)), acl);
    }
    for (kind, acl, classic) in [
        ("aws_wafv2_web_acl_association", "web_acl_arn", false),
        ("aws_wafregional_web_acl_association", "web_acl_id", true),
    ] {
        for at in mapper.managed(&[kind]) {
            let association = WebAclAssociation {
                resource: mapper.address(at).to_owned(),
                web_acl: mapper.one(at, acl),
                load_balancer: protected(mapper, &mapper.field(at, "resource_arn")),
                classic,
            };
            mapper.architecture.web_acl_associations.push(association);
        }
    }
}

/// The load balancer that is protected; nothing where it is an API, a user pool or a service of another kind.
fn protected(mapper: &Mapper<'_>, field: &Field<'_>) -> Links<LoadBalancerId> {
    let other_kind = match field.state() {
        Value::Known(json) => json
            .as_str()
            .is_some_and(|arn| arn.starts_with("arn:") && !arn.contains(":elasticloadbalancing:")),
        Value::Absent => true,
        Value::Unknown(_) => {
            let kinds = mapper.reader.kinds(field);
            !kinds.is_empty()
                && kinds.iter().all(|kind| {
                    !matches!(kind.as_str(), "aws_lb" | "aws_alb") && PROTECTED.contains(&kind.as_str())
                })
        }
    };
    if other_kind { Links::absent(field.at.clone()) } else { mapper.reader.links(field, Arity::One) }
}

/// What else a web ACL protects.
const PROTECTED: [&str; 5] = [
    "aws_api_gateway_stage",
    "aws_appsync_graphql_api",
    "aws_cognito_user_pool",
    "aws_apprunner_service",
    "aws_verifiedaccess_instance",
];
