//! Route tables, their routes in both forms, and which table serves which subnet.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Mapper;
use super::network::cidr;
use crate::model::id::{
    InternetGatewayId, NatGatewayId, PrefixListId, RouteTableId, SubnetId, VpcId, VpnGatewayId,
};
use crate::model::links::Links;
use crate::model::network::{Destination, Route, RouteTable, RouteTableAssociation, RouteTarget};
use crate::model::origin::Basis;
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::plan::field::Field;
use crate::sources::plan::instances::Action;
use crate::sources::plan::links::Arity;
use crate::sources::plan::targets::MAIN_TABLE;

pub(super) fn map(mapper: &mut Mapper<'_>) {
    let mut tables = tables(mapper);
    main_tables(mapper, &mut tables);
    standalone_routes(mapper, &mut tables);
    propagations(mapper, &mut tables);
    mapper.architecture.route_tables = tables;
    associations(mapper);
}

fn tables(mapper: &mut Mapper<'_>) -> BTreeMap<RouteTableId, RouteTable> {
    let mut tables = BTreeMap::new();
    for at in mapper.of_types(&["aws_route_table", "aws_default_route_table"]) {
        let main = mapper.reader.instance(at).kind == "aws_default_route_table";
        let vpc = if main { vpc_of_default_table(mapper, at) } else { mapper.one(at, "vpc_id") };
        let propagating = mapper.many(at, "propagating_vgws");
        let mut table = RouteTable { vpc, main, routes: Vec::new(), propagating, open: Vec::new() };
        let inline = mapper.field(at, if mapper.reader.instance(at).data { "routes" } else { "route" });
        match inline.blocks() {
            Ok(blocks) => {
                let stale = if inline.configured() { Vec::new() } else { replaced_routes(mapper, at) };
                let blocks = blocks.iter().filter(|block| !stale.iter().any(|old| same_route(block, old)));
                table.routes.extend(
                    blocks.filter_map(|block| route(mapper, block, mapper.address(at), (true, Basis::Value))),
                );
            }
            Err(unknown) => table.open.push(unknown),
        }
        tables.insert(RouteTableId::from(mapper.address(at)), table);
    }
    tables
}

/// `default_route_table_id` names the VPC whose main table it is.
fn vpc_of_default_table(mapper: &Mapper<'_>, at: usize) -> Links<VpcId> {
    let field = mapper.field(at, "default_route_table_id");
    for vpc in mapper.reader.of_types(&["aws_vpc", "aws_default_vpc"]) {
        let address = mapper.address(vpc);
        if mapper.reader.alias(&format!("{address}{MAIN_TABLE}")) == Some(mapper.address(at)) {
            return Links { at: field.at.into(), ..Links::known([VpcId::from(address)], "") };
        }
    }
    mapper.one(at, "vpc_id")
}

/// Main tables that no resource manages. That of a VPC which the plan creates has the local route alone; that of an
/// existing one may hold anything.
fn main_tables(mapper: &mut Mapper<'_>, tables: &mut BTreeMap<RouteTableId, RouteTable>) {
    let vpcs: Vec<usize> = mapper.reader.of_types(&["aws_vpc", "aws_default_vpc"]).collect();
    // a resource that manages the main table of nobody knows which VPC
    let unplaced: Vec<Unknown> = mapper
        .reader
        .of_types(&["aws_default_route_table"])
        .filter_map(|at| {
            let table =
                mapper.reader.peek::<RouteTableId>(&mapper.field(at, "default_route_table_id"), Arity::One);
            table.hidden().next().cloned()
        })
        .collect();
    for at in vpcs {
        let address = mapper.address(at);
        let id = format!("{address}{MAIN_TABLE}");
        if mapper.reader.alias(&id).is_some() {
            continue;
        }
        let created = mapper.reader.instance(at).action == Action::Create
            && mapper.reader.instance(at).kind != "aws_default_vpc";
        let open = if created {
            unplaced.clone()
        } else {
            vec![Unknown::new(
                Why::OutsideInput,
                format!("the main route table of {address}, which exists and is not described in the plan"),
            )]
        };
        let vpc = Links::known([VpcId::from(address)], "main_route_table_id");
        tables.insert(
            RouteTableId::from(id.as_str()),
            RouteTable { vpc, main: true, routes: Vec::new(), propagating: Links::absent(""), open },
        );
        mapper.register_part(&id, "main_route_table", address);
    }
}

fn propagations(mapper: &mut Mapper<'_>, tables: &mut BTreeMap<RouteTableId, RouteTable>) {
    for at in mapper.managed(&["aws_vpn_gateway_route_propagation"]) {
        let of: Links<RouteTableId> = mapper.one(at, "route_table_id");
        let gateway: Links<VpnGatewayId> = mapper.one(at, "vpn_gateway_id");
        for (id, table) in tables.iter_mut().filter(|(id, _)| of.possibly(id)) {
            if of.surely(id) {
                table.propagating.members.extend(gateway.members.clone());
                table.propagating.open.extend(gateway.open.iter().cloned());
            } else {
                let whether =
                    || Unknown::new(Why::Undecided, format!("whether a gateway propagates to {id}"));
                table.propagating.open.push(of.hidden().next().cloned().unwrap_or_else(whether));
            }
        }
    }
}

fn standalone_routes(mapper: &mut Mapper<'_>, tables: &mut BTreeMap<RouteTableId, RouteTable>) {
    for at in mapper.managed(&["aws_route"]) {
        let of: Links<RouteTableId> = mapper.one(at, "route_table_id");
        for (id, member) in &of.members {
            if let Some(table) = tables.get_mut(id) {
                table.routes.extend(route(
                    mapper,
                    &mapper.reader.root(at),
                    mapper.address(at),
                    (member.certain, of.basis),
                ));
            }
        }
        if let Some(hidden) = of.hidden().next() {
            let fact = format!("{} may belong to it: {}", mapper.address(at), hidden.fact);
            let unknown = Unknown::with_remedy(hidden.why, fact, hidden.remedy.clone());
            let others = tables.iter_mut().filter(|(id, _)| !of.members.contains_key(*id));
            others.for_each(|(_, table)| table.open.push(unknown.clone()));
        }
    }
}

/// The attributes of a route that name its target.
const TARGETS: [(&str, RouteTarget); 10] = [
    ("nat_gateway_id", RouteTarget::NatGateway),
    ("egress_only_gateway_id", RouteTarget::EgressOnlyInternetGateway),
    ("transit_gateway_id", RouteTarget::TransitGateway),
    ("vpc_peering_connection_id", RouteTarget::VpcPeeringConnection),
    ("vpc_endpoint_id", RouteTarget::VpcEndpoint),
    ("network_interface_id", RouteTarget::NetworkInterface),
    ("instance_id", RouteTarget::Instance),
    ("core_network_arn", RouteTarget::CoreNetwork),
    ("carrier_gateway_id", RouteTarget::CarrierGateway),
    ("local_gateway_id", RouteTarget::LocalGateway),
];

/// A route from its block or resource; `None` for the local one.
fn route(
    mapper: &Mapper<'_>,
    place: &Field<'_>,
    resource: &str,
    (certain, basis): (bool, Basis),
) -> Option<Route> {
    let mut set: Option<(Field<'_>, Attr<RouteTarget>)> = None;
    let mut open: Vec<(Field<'_>, Attr<RouteTarget>)> = Vec::new();
    let fields = TARGETS.iter().map(|(name, target)| {
        let field = place.get(name);
        let attr = Attr::known(*target, field.at.clone());
        (field, attr)
    });
    let gateway = place.get("gateway_id");
    let gateway_target = gateway_target(mapper, &gateway);
    for (field, attr) in fields.chain([(gateway, gateway_target)]) {
        match field.state() {
            Value::Known(json) if json.as_str().is_none_or(|text| !text.is_empty()) => {
                set = Some((field, attr));
            }
            Value::Known(_) | Value::Absent => {}
            Value::Unknown(_) => open.push((field, attr)),
        }
    }
    // a route has one target: the one attribute that is unknown must be it
    let (field, target) = match (set, open.len()) {
        (Some(set), _) => set,
        (None, 1) => open.remove(0),
        (None, 0) => {
            let unknown = Unknown::new(Why::Unparsable, format!("{resource}: {} has no target", place.at));
            (place.clone(), Attr::unknown(unknown, place.at.clone()))
        }
        (None, _) => {
            let names: Vec<&str> = open.iter().map(|(field, _)| field.at.as_str()).collect();
            let fact = format!(
                "{resource}: any of {} may be the target, all are known after apply",
                names.join(", ")
            );
            let at = place.at.clone();
            (open.remove(0).0, Attr::unknown(Unknown::new(Why::AfterApply, fact), at))
        }
    };
    if target.value == Value::Known(RouteTarget::Local) {
        return None;
    }
    let is_nat = target.value == Value::Known(RouteTarget::NatGateway);
    let nat_gateway: Links<NatGatewayId> =
        if is_nat { mapper.reader.links(&field, Arity::One) } else { Links::absent(field.at.clone()) };
    Some(Route {
        destination: destination(mapper, place, resource),
        target_shown: shown(mapper, &field, &target),
        target,
        nat_gateway,
        blackhole: false,
        resource: resource.to_owned(),
        certain,
        basis: basis.max(field.basis_of_presence()),
    })
}

/// `gateway_id` takes internet gateways, virtual private gateways, gateway endpoints and `local`.
fn gateway_target(mapper: &Mapper<'_>, field: &Field<'_>) -> Attr<RouteTarget> {
    let value = match field.state() {
        Value::Known(Json::String(id)) => match id.split('-').next().unwrap_or_default() {
            "igw" => Value::Known(RouteTarget::InternetGateway),
            "vgw" => Value::Known(RouteTarget::VpnGateway),
            "vpce" => Value::Known(RouteTarget::VpcEndpoint),
            "local" => Value::Known(RouteTarget::Local),
            _ => Value::Unknown(Unknown::new(
                Why::Unparsable,
                format!("{}: {} is no gateway id", field.of(), field.at),
            )),
        },
        Value::Known(_) | Value::Absent => Value::Absent,
        Value::Unknown(_) => {
            let internet: Links<InternetGatewayId> = mapper.reader.peek(field, Arity::One);
            let vpn: Links<VpnGatewayId> = mapper.reader.peek(field, Arity::One);
            // not what the attribute is for, but accepted by the service
            let nat: Links<NatGatewayId> = mapper.reader.peek(field, Arity::One);
            let internet_too = !internet.members.is_empty();
            let vpn_too = !vpn.members.is_empty();
            if internet_too && !vpn_too && internet.closed() {
                Value::Known(RouteTarget::InternetGateway)
            } else if vpn_too && !internet_too && vpn.closed() {
                Value::Known(RouteTarget::VpnGateway)
            } else if !internet_too && !vpn_too && !nat.members.is_empty() && nat.closed() {
                Value::Known(RouteTarget::NatGateway)
            } else {
                Value::Unknown(field.hidden())
            }
        }
    };
    Attr::new(value, field.at.clone())
}

/// How a person would name the target: its address, or its id.
fn shown(mapper: &Mapper<'_>, field: &Field<'_>, target: &Attr<RouteTarget>) -> Option<String> {
    if field.is_sensitive() {
        return None;
    }
    if let Value::Known(Json::String(id)) = field.state() {
        return Some(id.clone());
    }
    match target.value.known()? {
        RouteTarget::InternetGateway => first(&mapper.reader.peek::<InternetGatewayId>(field, Arity::One)),
        RouteTarget::NatGateway => first(&mapper.reader.peek::<NatGatewayId>(field, Arity::One)),
        _ => None,
    }
}

fn first<I: Ord + Clone + AsRef<str>>(links: &Links<I>) -> Option<String> {
    let names: Vec<&str> = links.candidates().map(AsRef::as_ref).collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

/// The attributes of a route that say what it is for, in the spelling of blocks, resources and data sources.
const DESTINATIONS: [&str; 4] =
    ["cidr_block", "destination_cidr_block", "ipv6_cidr_block", "destination_ipv6_cidr_block"];

fn destination(mapper: &Mapper<'_>, place: &Field<'_>, resource: &str) -> Destination {
    for name in DESTINATIONS {
        let block = cidr(&place.get(name));
        match block.value {
            Value::Known(_) => return Destination::Cidr(block),
            Value::Unknown(unknown) => return Destination::Unknown(unknown),
            Value::Absent => {}
        }
    }
    let list: Links<PrefixListId> = mapper.reader.links(&place.get("destination_prefix_list_id"), Arity::One);
    if list.stated {
        return Destination::PrefixList(list);
    }
    Destination::Unknown(Unknown::new(
        Why::Unparsable,
        format!("{resource}: {} has no destination", place.at),
    ))
}

/// What route resources of a table were before this plan: a table that is not configured inline still lists them as
/// they were when it was last read.
fn replaced_routes<'r>(mapper: &Mapper<'r>, table: usize) -> Vec<&'r Json> {
    let instances = mapper.reader.instances();
    let id = mapper.reader.instance(table).after.get().get("id");
    // what Terraform forgets stays where it is
    let gone = instances.gone.iter().filter(|instance| instance.action == Action::Gone);
    let routes = instances.all.iter().chain(gone).filter(|instance| instance.kind == "aws_route");
    routes
        .map(|instance| instance.before.get())
        .filter(|before| id.is_some() && before.get("route_table_id") == id)
        .collect()
}

fn same_route(block: &Field<'_>, old: &Json) -> bool {
    let text = |json: Option<&Json>| json.and_then(Json::as_str).unwrap_or_default().to_owned();
    let pairs = [
        ("cidr_block", "destination_cidr_block"),
        ("ipv6_cidr_block", "destination_ipv6_cidr_block"),
        ("destination_prefix_list_id", "destination_prefix_list_id"),
    ];
    pairs.iter().all(|(inline, standalone)| text(block.get(inline).value) == text(old.get(standalone)))
}

fn associations(mapper: &mut Mapper<'_>) {
    let none = || Links::absent("");
    for at in mapper.managed(&["aws_route_table_association"]) {
        let subnet: Links<SubnetId> = mapper.one(at, "subnet_id");
        // an association of a gateway serves no subnet
        if !subnet.stated {
            continue;
        }
        let resource = mapper.address(at).to_owned();
        let route_table = mapper.one(at, "route_table_id");
        let association = RouteTableAssociation { resource, subnet, main_of: none_vpc(), route_table };
        mapper.architecture.route_table_associations.push(association);
    }
    for at in mapper.managed(&["aws_main_route_table_association"]) {
        let association = RouteTableAssociation {
            resource: mapper.address(at).to_owned(),
            subnet: none(),
            main_of: mapper.one(at, "vpc_id"),
            route_table: mapper.one(at, "route_table_id"),
        };
        mapper.architecture.route_table_associations.push(association);
    }
    let tables: Vec<usize> = mapper.reader.of_types(&["aws_route_table"]).collect();
    for at in tables.into_iter().filter(|at| mapper.reader.instance(*at).data) {
        let Ok(blocks) = mapper.field(at, "associations").blocks() else { continue };
        for block in blocks {
            let route_table = Links::known([RouteTableId::from(mapper.address(at))], block.at.clone());
            let main = block.get("main").leaf().flag().value == Value::Known(true);
            let association = RouteTableAssociation {
                resource: mapper.address(at).to_owned(),
                subnet: mapper.reader.links(&block.get("subnet_id"), Arity::One),
                main_of: if main { mapper.one(at, "vpc_id") } else { none_vpc() },
                route_table,
            };
            mapper.architecture.route_table_associations.push(association);
        }
    }
}

fn none_vpc() -> Links<VpcId> {
    Links::absent("")
}
