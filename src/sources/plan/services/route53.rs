//! Route 53: private hosted zones and their records that lead to VPC endpoints.

use serde_json::Value as Json;

use super::Mapper;
use crate::model::id::{HostedZoneId, VpcEndpointId, VpcId};
use crate::model::links::{Links, Member};
use crate::model::route53::{EndpointAlias, HostedZone};
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::plan::field::Field;
use crate::sources::plan::links::Arity;

const ENDPOINT: &str = "aws_vpc_endpoint";

pub(super) fn map(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_route53_zone"]) {
        let field = mapper.field(at, "vpc");
        let mut vpcs = Links::absent("vpc");
        match field.blocks() {
            Ok(blocks) => {
                for block in blocks {
                    add(&mut vpcs, mapper.reader.links(&block.get("vpc_id"), Arity::One));
                }
            }
            Err(unknown) => vpcs = Links::unknown(unknown, "vpc"),
        }
        if mapper.reader.instance(at).data {
            let fact = format!("{}: its VPCs, which the data source does not return", mapper.address(at));
            vpcs.open.push(Unknown::new(Why::OutsideInput, fact));
        }
        mapper.architecture.hosted_zones.insert(HostedZoneId::from(mapper.address(at)), HostedZone { vpcs });
    }
    for at in mapper.managed(&["aws_route53_zone_association"]) {
        let zone: Links<HostedZoneId> = mapper.one(at, "zone_id");
        let vpc: Links<VpcId> = mapper.one(at, "vpc_id");
        for hidden in zone.hidden() {
            let others = mapper.architecture.hosted_zones.iter_mut().filter(|(id, _)| !zone.surely(id));
            for (_, other) in others {
                other.vpcs.open.push(hidden.clone());
            }
        }
        for (id, member) in &zone.members {
            let Some(zone) = mapper.architecture.hosted_zones.get_mut(id) else { continue };
            let mut vpc = vpc.clone();
            for other in vpc.members.values_mut() {
                other.certain &= member.certain;
            }
            add(&mut zone.vpcs, vpc);
        }
    }
    for at in mapper.managed(&["aws_route53_record"]) {
        if let Some(alias) = alias(mapper, at) {
            mapper.architecture.endpoint_aliases.push(alias);
        }
    }
}

fn add(vpcs: &mut Links<VpcId>, more: Links<VpcId>) {
    vpcs.stated |= more.stated;
    vpcs.basis = vpcs.basis.max(more.basis);
    vpcs.members.extend(more.members);
    vpcs.open.extend(more.open);
}

/// A record that leads to an endpoint, or to something that cannot be told under a name of AWS.
fn alias(mapper: &Mapper<'_>, at: usize) -> Option<EndpointAlias> {
    let alias = mapper.field(at, "alias").block().get("name");
    let target = if alias.configured_or_set() { alias } else { mapper.field(at, "records") };
    let zone: Links<HostedZoneId> = mapper.one(at, "zone_id");
    let name = whole_name(mapper, at, &zone);
    let leads_there = mapper.reader.kinds(&target).contains(ENDPOINT) || !ids(&target).is_empty();
    let of_aws = name.value.known().is_some_and(|name| name.contains(".amazonaws.com"));
    let hidden = target.state().unknown().is_some();
    (leads_there || (of_aws && hidden)).then(|| EndpointAlias {
        zone,
        name,
        endpoint: endpoint(mapper, &target),
    })
}

/// Where it leads: to what its expression refers to, or to the endpoint whose id its value starts with.
fn endpoint(mapper: &Mapper<'_>, target: &Field<'_>) -> Links<VpcEndpointId> {
    let named = ids(target);
    if named.is_empty() {
        return mapper.reader.peek(target, Arity::One);
    }
    let mut links = Links::known([], target.at.clone());
    for at in mapper.reader.of_types(&[ENDPOINT]) {
        let id = mapper.reader.instance(at).after.get().get("id").and_then(Json::as_str);
        if id.is_some_and(|id| named.iter().any(|named| named == id)) {
            links.members.insert(VpcEndpointId::from(mapper.address(at)), Member { certain: true });
        }
    }
    links
}

/// Ids in the names of endpoints (`vpce-0a1b2c-x7y8z9.logs.eu-west-1.vpce.amazonaws.com`).
fn ids(target: &Field<'_>) -> Vec<String> {
    let names: Vec<&str> = match target.state() {
        Value::Known(Json::String(name)) => vec![name],
        Value::Known(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    };
    let id = |name: &str| {
        let mut parts = name.strip_prefix("vpce-")?.split('-');
        parts.next().map(|id| format!("vpce-{id}"))
    };
    names.into_iter().filter_map(id).collect()
}

/// The name with that of the zone behind it, as the provider completes it (`aws_route53_record`, `name`).
fn whole_name(mapper: &Mapper<'_>, at: usize, zone: &Links<HostedZoneId>) -> Attr<String> {
    let name = mapper.field(at, "name").leaf().text();
    let zones = mapper.reader.of_types(&["aws_route53_zone"]);
    let mut zones =
        zones.into_iter().filter(|at| Some(mapper.address(*at)) == zone.only().map(HostedZoneId::as_str));
    let zone = zones.next().map(|at| mapper.field(at, "name").leaf().text().value);
    // an empty name is that of the zone
    let name = match name.value {
        Value::Absent => Value::Known(String::new()),
        other => other,
    };
    let plain = |name: &str| name.trim_end_matches('.').to_ascii_lowercase();
    match (name, zone) {
        (Value::Known(name), Some(Value::Known(zone))) => {
            let (name, zone) = (plain(&name), plain(&zone));
            let whole = match name.as_str() {
                "" => zone,
                name if name == zone || name.ends_with(&format!(".{zone}")) => name.to_owned(),
                name => format!("{name}.{zone}"),
            };
            Attr::known(whole, "name")
        }
        (Value::Known(name), _) if plain(&name).contains(".amazonaws.com") => {
            Attr::known(plain(&name), "name")
        }
        (Value::Unknown(unknown), _) | (_, Some(Value::Unknown(unknown))) => Attr::unknown(unknown, "name"),
        _ => {
            let fact = format!("{}: the name of its hosted zone", mapper.address(at));
            Attr::unknown(Unknown::new(Why::OutsideInput, fact), "name")
        }
    }
}
