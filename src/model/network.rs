//! VPCs, subnets, route tables, gateways and endpoints, in the words of the EC2 API.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use ipnet::IpNet;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::id::{NatGatewayId, PrefixListId, RouteTableId, SecurityGroupId, SubnetId, VpcId, VpnGatewayId};
use super::links::Links;
use super::origin::Basis;
use super::value::{Attr, Unknown};

/// An IPv4 or IPv6 block, its host bits cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr(pub IpNet);

impl FromStr for Cidr {
    type Err = ();

    /// Reads `10.0.0.0/8`; a bare address is its own `/32` or `/128`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        text.parse::<IpNet>()
            .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
            .map(|net| Self(net.trunc()))
            .map_err(|_| ())
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Cidr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl JsonSchema for Cidr {
    fn schema_name() -> Cow<'static, str> {
        "Cidr".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "An IPv4 or IPv6 block, such as 10.0.0.0/16." })
    }
}

/// A VPC.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Vpc {
    /// Its blocks, primary and secondary, IPv4 and IPv6.
    pub cidrs: Attr<Vec<Cidr>>,
    /// DNS resolution through the VPC resolver.
    pub dns_support: Attr<bool>,
    /// DNS hostnames; interface endpoints with private DNS need both.
    pub dns_hostnames: Attr<bool>,
    /// The default VPC of the region.
    pub default: bool,
}

/// A subnet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Subnet {
    /// The VPC it is in.
    pub vpc: Links<VpcId>,
    /// Its IPv4 block.
    pub cidr: Attr<Cidr>,
    /// Whether it has an IPv6 block.
    pub ipv6: Attr<bool>,
    /// Availability zone by name (`eu-west-1a`).
    pub availability_zone: Attr<String>,
    /// Region; absent where the source does not say it.
    pub region: Attr<String>,
}

/// What a route leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RouteTarget {
    /// `igw-…`: the internet, both ways.
    InternetGateway,
    /// `cagw-…`: the carrier network of a Wavelength zone, both ways.
    CarrierGateway,
    /// `nat-…`.
    NatGateway,
    /// `eigw-…`: IPv6 outwards only.
    EgressOnlyInternetGateway,
    /// `vgw-…`.
    VpnGateway,
    /// `tgw-…`.
    TransitGateway,
    /// `pcx-…`.
    VpcPeeringConnection,
    /// `vpce-…`: a Gateway Load Balancer or firewall endpoint.
    VpcEndpoint,
    /// `eni-…`: a NAT instance or appliance.
    NetworkInterface,
    /// `i-…`.
    Instance,
    /// Cloud WAN.
    CoreNetwork,
    /// `lgw-…` of an Outpost.
    LocalGateway,
    /// The VPC itself.
    Local,
}

/// What a route is for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// A block.
    Cidr(Attr<Cidr>),
    /// A prefix list.
    PrefixList(Links<PrefixListId>),
    /// Nobody can tell.
    Unknown(Unknown),
}

/// One route.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Route {
    /// What it is for.
    pub destination: Destination,
    /// What kind of thing it leads to.
    pub target: Attr<RouteTarget>,
    /// The gateway it leads to, as a person would name it.
    pub target_shown: Option<String>,
    /// The NAT gateway, where it leads to one.
    pub nat_gateway: Links<NatGatewayId>,
    /// In an account: the target is gone.
    pub blackhole: bool,
    /// The resource that states it: the table, or a route resource.
    pub resource: String,
    /// It is bound to be in this table; otherwise the table is one of several candidates.
    pub certain: bool,
    /// How firmly it is known.
    pub basis: Basis,
}

/// A route table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RouteTable {
    /// The VPC it is in.
    pub vpc: Links<VpcId>,
    /// Set where it is the main table of its VPC.
    pub main: bool,
    /// Its routes but the local one.
    pub routes: Vec<Route>,
    /// Virtual private gateways that propagate routes to it, a default route among them perhaps.
    pub propagating: Links<VpnGatewayId>,
    /// What may be in it that nobody can see.
    pub open: Vec<Unknown>,
}

/// The table of a subnet, or the main table of a VPC.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RouteTableAssociation {
    /// The resource that states it.
    pub resource: String,
    /// The subnet; nothing where it makes a main table.
    pub subnet: Links<SubnetId>,
    /// The VPC whose main table it sets; nothing for a subnet's association.
    pub main_of: Links<VpcId>,
    /// The table.
    pub route_table: Links<RouteTableId>,
}

/// A NAT gateway.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct NatGateway {
    /// Its subnet; nothing for a regional one.
    pub subnet: Links<SubnetId>,
    /// It leads to the internet (connectivity type public), not to other networks.
    pub public: Attr<bool>,
}

/// Type of a VPC endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndpointType {
    /// Network interfaces in subnets.
    Interface,
    /// An entry in route tables.
    Gateway,
    /// Gateway Load Balancer.
    GatewayLoadBalancer,
    /// VPC Lattice resource or service network, and what AWS adds.
    Other,
}

/// A VPC endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VpcEndpoint {
    /// The VPC it is in.
    pub vpc: Links<VpcId>,
    /// The service without prefix and region (`ecr.dkr`); `None` within a known name that is no AWS service.
    pub service: Attr<String>,
    /// The region of its service name.
    pub region: Attr<String>,
    /// Its type.
    pub endpoint_type: Attr<EndpointType>,
    /// The service's public name resolves to it within the VPC.
    pub private_dns: Attr<bool>,
    /// Private DNS answers only inbound resolver endpoints (S3), not clients in the VPC.
    pub private_dns_inbound_only: Attr<bool>,
    /// Subnets of an interface endpoint.
    pub subnets: Links<SubnetId>,
    /// Security groups of an interface endpoint.
    pub security_groups: Links<SecurityGroupId>,
    /// Route tables of a gateway endpoint.
    pub route_tables: Links<RouteTableId>,
}

/// A list of blocks under one id.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PrefixList {
    /// Its name; AWS-managed ones start with `com.amazonaws.`.
    pub name: Attr<String>,
    /// Its entries.
    pub entries: Attr<Vec<Cidr>>,
}

impl PrefixList {
    /// Whether AWS keeps it (VPC user guide, "AWS-managed prefix lists").
    pub fn aws_managed(&self) -> bool {
        self.name.value.known().is_some_and(|name| name.starts_with("com.amazonaws."))
    }
}

/// VPC Block Public Access of a region.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BlockPublicAccess {
    /// The resource that states it.
    pub resource: String,
    /// The region that it holds for.
    pub region: Attr<String>,
    /// Traffic through internet gateways is blocked both ways.
    pub bidirectional: Attr<bool>,
    /// VPCs that are excluded.
    pub excluded_vpcs: Vec<Links<VpcId>>,
    /// Subnets that are excluded.
    pub excluded_subnets: Vec<Links<SubnetId>>,
}

#[cfg(test)]
mod tests {
    use super::Cidr;

    #[test]
    fn blocks_are_normalised_and_nonsense_is_refused() {
        let shown = |text: &str| text.parse::<Cidr>().map(|cidr| cidr.to_string());
        assert_eq!(shown("10.1.2.3/16"), Ok("10.1.0.0/16".into()));
        assert_eq!(shown(" 192.0.2.1 "), Ok("192.0.2.1/32".into()));
        assert_eq!(shown("2001:DB8::/32"), Ok("2001:db8::/32".into()));
        assert_eq!(shown("10.0.0.0/33"), Err(()));
        assert_eq!(shown("aws_subnet.a.cidr_block"), Err(()));
    }
}
