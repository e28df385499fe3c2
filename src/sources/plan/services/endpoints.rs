//! VPC endpoints and the resources that attach them.

use super::Mapper;
use crate::model::defaults::terraform as defaults;
use crate::model::id::{PrefixListId, VpcEndpointId};
use crate::model::links::Links;
use crate::model::network::{EndpointType, PrefixList, VpcEndpoint};
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::plan::links::Arity;
use crate::sources::plan::targets::{ENDPOINT_PREFIX_LIST, Target};

pub(super) fn map(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_vpc_endpoint"]) {
        let id = VpcEndpointId::from(mapper.address(at));
        let endpoint = endpoint(mapper, at);
        if endpoint.endpoint_type.value == Value::Known(EndpointType::Gateway) {
            let list = format!("{id}{ENDPOINT_PREFIX_LIST}");
            let name = mapper.field(at, "service_name").leaf().text();
            let entries = Attr::absent("cidr_blocks");
            mapper
                .architecture
                .prefix_lists
                .insert(PrefixListId::from(list.as_str()), PrefixList { name, entries });
            mapper.register_part(&list, "prefix_list", id.as_str());
        }
        mapper.architecture.vpc_endpoints.insert(id, endpoint);
    }
    attach(mapper, "aws_vpc_endpoint_route_table_association", "route_table_id", |endpoint| {
        &mut endpoint.route_tables
    });
    attach(mapper, "aws_vpc_endpoint_subnet_association", "subnet_id", |endpoint| &mut endpoint.subnets);
    attach(mapper, "aws_vpc_endpoint_security_group_association", "security_group_id", |endpoint| {
        &mut endpoint.security_groups
    });
    for at in mapper.managed(&["aws_vpc_endpoint_private_dns"]) {
        let of: Links<VpcEndpointId> = mapper.one(at, "vpc_endpoint_id");
        let private_dns = mapper.field(at, "private_dns_enabled").leaf().flag();
        let resource = mapper.address(at).to_owned();
        if let Some(hidden) = of.hidden().next() {
            for (id, endpoint) in &mut mapper.architecture.vpc_endpoints {
                if !of.surely(id) && endpoint.private_dns.value != private_dns.value {
                    let at = endpoint.private_dns.at.clone();
                    endpoint.private_dns = Attr::unknown(hidden.clone(), at);
                }
            }
        }
        for (id, member) in &of.members {
            let Some(endpoint) = mapper.architecture.vpc_endpoints.get_mut(id) else { continue };
            endpoint.private_dns = if member.certain || endpoint.private_dns.value == private_dns.value {
                private_dns.clone()
            } else {
                let fact = format!("{resource}: whether {id} is the endpoint that it sets private DNS of");
                Attr::unknown(Unknown::new(Why::Undecided, fact), endpoint.private_dns.at.clone())
            };
        }
    }
}

fn endpoint(mapper: &Mapper<'_>, at: usize) -> VpcEndpoint {
    let name = mapper.field(at, "service_name").leaf().text();
    let endpoint_type = mapper.field(at, "vpc_endpoint_type").leaf().word("an endpoint type", |text| {
        Some(match text.to_ascii_lowercase().as_str() {
            "interface" => EndpointType::Interface,
            "gateway" => EndpointType::Gateway,
            "gatewayloadbalancer" => EndpointType::GatewayLoadBalancer,
            _ => EndpointType::Other,
        })
    });
    let mut subnets: Links<_> = mapper.many(at, "subnet_ids");
    match mapper.field(at, "subnet_configuration").blocks() {
        Ok(blocks) => {
            for block in blocks {
                let more = mapper.reader.links(&block.get("subnet_id"), Arity::One);
                merge(&mut subnets, more);
            }
        }
        Err(unknown) => merge(&mut subnets, Links::unknown(unknown, "subnet_configuration")),
    }
    let inbound_only =
        mapper.field(at, "dns_options").block().get("private_dns_only_for_inbound_resolver_endpoint");
    VpcEndpoint {
        vpc: mapper.one(at, "vpc_id"),
        service: name.clone().map(|name| service(&name).0),
        region: name.map(|name| service(&name).1),
        endpoint_type: endpoint_type.or_default(defaults::VPC_ENDPOINT_TYPE),
        private_dns: mapper
            .field(at, "private_dns_enabled")
            .leaf()
            .flag()
            .or_default(defaults::PRIVATE_DNS_ENABLED),
        private_dns_inbound_only: inbound_only.leaf().flag().or_default(defaults::PRIVATE_DNS_INBOUND_ONLY),
        subnets,
        security_groups: mapper.many(at, "security_group_ids"),
        route_tables: mapper.many(at, "route_table_ids"),
    }
}

/// Service and region of a service name: `com.amazonaws.eu-west-1.ecr.dkr`, with `cn.` in front in China and `-fips`
/// behind where it is one; names of other providers stay whole.
fn service(name: &str) -> (String, String) {
    let aws = name.strip_prefix("cn.").unwrap_or(name).strip_prefix("com.amazonaws.");
    match aws.and_then(|rest| rest.split_once('.')) {
        Some((region, service)) => {
            (service.strip_suffix("-fips").unwrap_or(service).to_owned(), region.to_owned())
        }
        None => (name.to_owned(), String::new()),
    }
}

/// Adds what an association resource attaches to its endpoint.
fn attach<I: Target>(
    mapper: &mut Mapper<'_>,
    kind: &str,
    attribute: &str,
    links: fn(&mut VpcEndpoint) -> &mut Links<I>,
) {
    for at in mapper.managed(&[kind]) {
        let of: Links<VpcEndpointId> = mapper.one(at, "vpc_endpoint_id");
        let attached: Links<I> = mapper.one(at, attribute);
        for hidden in of.hidden() {
            let others = mapper.architecture.vpc_endpoints.iter_mut().filter(|(id, _)| !of.surely(id));
            for (_, endpoint) in others {
                links(endpoint).open.push(hidden.clone());
            }
        }
        for (id, member) in &of.members {
            if let Some(endpoint) = mapper.architecture.vpc_endpoints.get_mut(id) {
                let mut attached = attached.clone();
                attached.members.values_mut().for_each(|other| other.certain &= member.certain);
                merge(links(endpoint), attached);
            }
        }
    }
}

fn merge<I: Ord + Clone>(into: &mut Links<I>, from: Links<I>) {
    into.stated |= from.stated;
    into.basis = into.basis.max(from.basis);
    into.open.extend(from.open);
    for (id, member) in from.members {
        into.members.entry(id).and_modify(|known| known.certain |= member.certain).or_insert(member);
    }
}

#[cfg(test)]
mod tests {
    use super::service;

    #[test]
    fn service_names_are_taken_apart() {
        for (name, expected) in [
            ("com.amazonaws.eu-west-1.ecr.dkr", ("ecr.dkr", "eu-west-1")),
            ("com.amazonaws.us-gov-west-1.logs-fips", ("logs", "us-gov-west-1")),
            ("cn.com.amazonaws.cn-north-1.ecr.api", ("ecr.api", "cn-north-1")),
            ("com.amazonaws.vpce.eu-west-1.vpce-svc-0a", ("eu-west-1.vpce-svc-0a", "vpce")),
            ("example.service", ("example.service", "")),
        ] {
            assert_eq!(service(name), (expected.0.to_owned(), expected.1.to_owned()), "{name}");
        }
    }
}
