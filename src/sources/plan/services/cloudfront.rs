//! CloudFront distributions, as far as they front load balancers.

use super::Mapper;
use super::elb::secret_header;
use crate::model::cloudfront::{CloudFrontOrigin, Distribution};
use crate::model::elb::SecretHeader;
use crate::model::id::{DistributionId, LoadBalancerId, VpcOriginId};
use crate::model::links::Links;
use crate::model::value::{Attr, Unknown, Value};
use crate::sources::plan::field::Field;
use crate::sources::plan::links::Arity;

pub(super) fn map(mapper: &mut Mapper<'_>) {
    for at in mapper.managed(&["aws_cloudfront_distribution"]) {
        let acl = mapper.field(at, "web_acl_id");
        let web_acl = match acl.state() {
            Value::Known(json) => {
                Attr::known(json.as_str().is_some_and(|text| !text.is_empty()), acl.at.clone())
            }
            Value::Absent => Attr::known(false, acl.at.clone()),
            // configured with the ARN of something: set, unless what it names cannot be seen
            Value::Unknown(unknown) => {
                if mapper.reader.kinds(&acl).iter().any(|kind| kind.starts_with("aws_waf")) {
                    Attr::known(true, acl.at.clone())
                } else {
                    Attr::unknown(unknown, acl.at.clone())
                }
            }
        };
        let mut origins_open = Vec::new();
        let blocks = mapper.field(at, "origin").blocks().unwrap_or_else(|unknown| {
            origins_open.push(unknown);
            Vec::new()
        });
        let origins = blocks.iter().map(|block| origin(mapper, block, &mut origins_open)).collect();
        mapper.architecture.distributions.insert(
            DistributionId::from(mapper.address(at)),
            Distribution { web_acl, origins, origins_open },
        );
    }
}

fn origin(mapper: &Mapper<'_>, origin: &Field<'_>, open: &mut Vec<Unknown>) -> CloudFrontOrigin {
    let vpc_origin = match origin.get("vpc_origin_config").blocks() {
        Ok(blocks) => blocks.into_iter().next(),
        Err(unknown) => {
            open.push(unknown);
            None
        }
    };
    let load_balancer = match &vpc_origin {
        Some(config) => vpc_origin_target(mapper, &config.get("vpc_origin_id")),
        None => by_name(mapper, &origin.get("domain_name")),
    };
    let headers = origin.get("custom_header").blocks().unwrap_or_else(|unknown| {
        open.push(unknown);
        Vec::new()
    });
    let headers: Vec<SecretHeader> = headers
        .iter()
        .filter_map(|header| secret_header(mapper, &header.get("name"), &header.get("value")))
        .collect();
    CloudFrontOrigin { load_balancer, vpc_origin: vpc_origin.is_some(), headers }
}

/// A load balancer by its DNS name. A name that is known and no load balancer's is another host.
fn by_name(mapper: &Mapper<'_>, field: &Field<'_>) -> Links<LoadBalancerId> {
    let links: Links<LoadBalancerId> = mapper.reader.peek(field, Arity::One);
    let other_host = if let Value::Known(json) = field.state() {
        json.as_str().is_some_and(|name| !name.contains(".elb."))
    } else {
        let kinds = mapper.reader.kinds(field);
        links.members.is_empty()
            && !kinds.is_empty()
            && links.hidden().count() <= 1
            && kinds.iter().all(|kind| !matches!(kind.as_str(), "aws_lb" | "aws_alb" | "aws_elb"))
    };
    if links.members.is_empty() && other_host { Links::absent(field.at.clone()) } else { links }
}

/// The load balancer behind a VPC origin.
fn vpc_origin_target(mapper: &Mapper<'_>, field: &Field<'_>) -> Links<LoadBalancerId> {
    let origins: Links<VpcOriginId> = mapper.reader.links(field, Arity::One);
    let Some(id) = origins.only() else {
        return Links { open: origins.open, stated: true, ..Links::absent(field.at.clone()) };
    };
    let found =
        mapper.reader.of_types(&["aws_cloudfront_vpc_origin"]).find(|at| mapper.address(*at) == id.as_str());
    match found {
        Some(at) => mapper
            .reader
            .links(&mapper.field(at, "vpc_origin_endpoint_config").block().get("arn"), Arity::One),
        None => Links::absent(field.at.clone()),
    }
}
