//! VPCs, subnets, NAT gateways, prefix lists and Block Public Access.

use super::Mapper;
use crate::model::defaults::terraform as defaults;
use crate::model::id::{NatGatewayId, PrefixListId, SubnetId, VpcId};
use crate::model::links::Links;
use crate::model::network::{BlockPublicAccess, Cidr, NatGateway, PrefixList, Subnet, Vpc};
use crate::model::origin::Basis;
use crate::model::value::{Attr, Unknown, Value, Why};
use crate::sources::plan::field::Field;
use crate::sources::plan::links::Arity;

pub(super) fn map(mapper: &mut Mapper<'_>) {
    vpcs(mapper);
    subnets(mapper);
    nat_gateways(mapper);
    prefix_lists(mapper);
    block_public_access(mapper);
}

/// A block, read and normalised.
pub(super) fn cidr(field: &Field<'_>) -> Attr<Cidr> {
    field.leaf().word("a CIDR block", |text| text.parse().ok())
}

fn vpcs(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_vpc", "aws_default_vpc"]) {
        let data = mapper.reader.instance(at).data;
        let default = mapper.reader.instance(at).kind == "aws_default_vpc"
            || mapper.field(at, "default").leaf().flag().value == Value::Known(true);
        let mut cidrs =
            vec![cidr(&mapper.field(at, "cidr_block")), cidr(&mapper.field(at, "ipv6_cidr_block"))];
        if let Ok(blocks) = mapper.field(at, "cidr_block_associations").blocks() {
            cidrs.extend(blocks.iter().map(|block| cidr(&block.get("cidr_block"))));
        }
        let dns_support = mapper.field(at, "enable_dns_support").leaf().flag();
        let dns_hostnames = mapper.field(at, "enable_dns_hostnames").leaf().flag();
        let (dns_support, dns_hostnames) = if data {
            (dns_support, dns_hostnames)
        } else {
            let hostnames =
                if default { defaults::DEFAULT_VPC_DNS_HOSTNAMES } else { defaults::ENABLE_DNS_HOSTNAMES };
            (dns_support.or_default(defaults::ENABLE_DNS_SUPPORT), dns_hostnames.or_default(hostnames))
        };
        let vpc = Vpc { cidrs: all_of(cidrs, "cidr_block"), dns_support, dns_hostnames, default };
        mapper.architecture.vpcs.insert(VpcId::from(mapper.address(at)), vpc);
    }
    for at in mapper.managed(&["aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association"])
    {
        let vpc: Links<VpcId> = mapper.one(at, "vpc_id");
        let blocks = [cidr(&mapper.field(at, "cidr_block")), cidr(&mapper.field(at, "ipv6_cidr_block"))];
        for id in vpc.candidates() {
            if let Some(vpc) = mapper.architecture.vpcs.get_mut(id) {
                let known = vpc
                    .cidrs
                    .clone()
                    .map(|cidrs| cidrs.into_iter().map(|cidr| Attr::known(cidr, "")).collect());
                if let Value::Known(known) = known.value {
                    let known: Vec<Attr<Cidr>> = known;
                    vpc.cidrs = all_of(known.into_iter().chain(blocks.clone()).collect(), "cidr_block");
                }
            }
        }
    }
}

/// The known members of a list of attributes; unknown as soon as one of them is.
fn all_of<T: Ord>(attrs: Vec<Attr<T>>, at: &'static str) -> Attr<Vec<T>> {
    let mut all = Vec::new();
    for attr in attrs {
        match attr.value {
            Value::Known(value) => all.push(value),
            Value::Absent => {}
            Value::Unknown(unknown) => return Attr::unknown(unknown, at),
        }
    }
    all.sort_unstable();
    all.dedup();
    Attr::known(all, at)
}

fn subnets(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_subnet", "aws_default_subnet"]) {
        let vpc = if mapper.reader.instance(at).kind == "aws_default_subnet" {
            default_vpc(mapper, at)
        } else {
            mapper.one(at, "vpc_id")
        };
        let subnet = Subnet {
            vpc,
            cidr: cidr(&mapper.field(at, "cidr_block")),
            ipv6: has_ipv6(&mapper.field(at, "ipv6_cidr_block")),
            availability_zone: mapper.field(at, "availability_zone").leaf().text(),
            region: mapper.reader.region(at),
        };
        mapper.architecture.subnets.insert(SubnetId::from(mapper.address(at)), subnet);
    }
}

/// The default VPC of the region, which a default subnet is in without saying so.
fn default_vpc(mapper: &Mapper<'_>, at: usize) -> Links<VpcId> {
    let mut defaults = mapper.reader.of_types(&["aws_default_vpc"]);
    if let (Some(vpc), None) = (defaults.next(), defaults.next()) {
        Links { basis: Basis::Reference, ..Links::known([VpcId::from(mapper.address(vpc))], "vpc_id") }
    } else {
        let fact = format!(
            "{}: the default VPC of the region, which the input does not describe",
            mapper.address(at)
        );
        Links::unknown(Unknown::new(Why::OutsideInput, fact), "vpc_id")
    }
}

/// Whether a subnet has an IPv6 block. One that is configured and only known later (a part of the VPC's block) is one.
fn has_ipv6(field: &Field<'_>) -> Attr<bool> {
    let present = match field.state() {
        Value::Known(json) => json.as_str().is_some_and(|text| !text.is_empty()),
        Value::Absent => false,
        Value::Unknown(_) => true,
    };
    let basis = if present { field.basis_of_presence() } else { Basis::Value };
    Attr { basis, ..Attr::known(present, field.at.clone()) }
}

fn nat_gateways(mapper: &mut Mapper<'_>) {
    for at in mapper.of_types(&["aws_nat_gateway"]) {
        let public =
            mapper.field(at, "connectivity_type").leaf().word("a connectivity type", |text| match text {
                "public" => Some(true),
                "private" => Some(false),
                _ => None,
            });
        let gateway = NatGateway {
            subnet: mapper.one(at, "subnet_id"),
            public: public.or_default(defaults::NAT_PUBLIC),
        };
        mapper.architecture.nat_gateways.insert(NatGatewayId::from(mapper.address(at)), gateway);
    }
}

fn prefix_lists(mapper: &mut Mapper<'_>) {
    let standalone: Vec<(Links<PrefixListId>, Attr<Cidr>)> = mapper
        .managed(&["aws_ec2_managed_prefix_list_entry"])
        .into_iter()
        .map(|at| (mapper.one(at, "prefix_list_id"), cidr(&mapper.field(at, "cidr"))))
        .collect();
    for at in mapper.of_types(&["aws_ec2_managed_prefix_list", "aws_prefix_list"]) {
        let id = PrefixListId::from(mapper.address(at));
        let mut entries = Vec::new();
        for name in ["entry", "entries"] {
            match mapper.field(at, name).blocks() {
                Ok(blocks) => entries.extend(blocks.iter().map(|block| cidr(&block.get("cidr")))),
                // where resources of their own make the entries, the list computes what it is not configured to hold
                Err(_) if standalone.iter().any(|(list, _)| list.surely(&id)) => {}
                Err(unknown) => entries.push(Attr::unknown(unknown, name)),
            }
        }
        match mapper.field(at, "cidr_blocks").texts().value {
            Value::Known(blocks) => {
                let blocks = blocks.iter().filter_map(|text| text.parse().ok());
                entries.extend(blocks.map(|cidr| Attr::known(cidr, "cidr_blocks")));
            }
            Value::Absent => {}
            Value::Unknown(unknown) => entries.push(Attr::unknown(unknown, "cidr_blocks")),
        }
        let list =
            PrefixList { name: mapper.field(at, "name").leaf().text(), entries: all_of(entries, "entry") };
        mapper.architecture.prefix_lists.insert(id, list);
    }
    for (lists, entry) in standalone {
        for (id, list) in &mut mapper.architecture.prefix_lists {
            if !lists.possibly(id) {
                continue;
            }
            let entry = match lists.hidden().next() {
                _ if lists.surely(id) => entry.value.clone(),
                Some(unknown) => Value::Unknown(unknown.clone()),
                None => {
                    let fact = format!("whether an entry belongs to {id}");
                    Value::Unknown(Unknown::new(Why::Undecided, fact))
                }
            };
            list.entries.value = match (list.entries.value.clone(), entry) {
                (Value::Known(mut entries), Value::Known(entry)) => {
                    entries.push(entry);
                    Value::Known(entries)
                }
                (Value::Known(_), Value::Unknown(unknown)) => Value::Unknown(unknown),
                (other, _) => other,
            };
        }
    }
}

fn block_public_access(mapper: &mut Mapper<'_>) {
    let exclusions = mapper.managed(&["aws_vpc_block_public_access_exclusion"]);
    for at in mapper.managed(&["aws_vpc_block_public_access_options"]) {
        let mode = mapper.field(at, "internet_gateway_block_mode").leaf().text();
        let excluded_vpcs = exclusions.iter().map(|at| mapper.field(*at, "vpc_id"));
        let excluded_subnets = exclusions.iter().map(|at| mapper.field(*at, "subnet_id"));
        let options = BlockPublicAccess {
            resource: mapper.address(at).to_owned(),
            region: mapper.reader.region(at),
            bidirectional: mode.map(|mode| mode == "block-bidirectional"),
            excluded_vpcs: excluded_vpcs.map(|field| mapper.reader.links(&field, Arity::One)).collect(),
            excluded_subnets: excluded_subnets.map(|field| mapper.reader.links(&field, Arity::One)).collect(),
        };
        mapper.architecture.block_public_access.push(options);
    }
}
