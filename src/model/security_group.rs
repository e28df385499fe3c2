//! Security groups and their rules, normalised as far as notation goes.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::id::{PrefixListId, SecurityGroupId, VpcId};
use super::links::Links;
use super::network::Cidr;
use super::origin::Basis;
use super::value::{Attr, Unknown};

/// IP protocol of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Every protocol and port (`-1`, `all`).
    All,
    /// 6.
    Tcp,
    /// 17.
    Udp,
    /// 1; ports are type and code.
    Icmp,
    /// 58; ports are type and code.
    Icmpv6,
    /// Any other number; it has no ports.
    Other,
}

impl Protocol {
    /// Reads the notation of the EC2 API and of Terraform: names in any case, or IANA numbers.
    ///
    /// Source: EC2 API reference, `IpPermission.IpProtocol`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "-1" | "all" => Self::All,
            "tcp" | "6" => Self::Tcp,
            "udp" | "17" => Self::Udp,
            "icmp" | "1" => Self::Icmp,
            "icmpv6" | "58" => Self::Icmpv6,
            other => match other.parse::<u8>() {
                Ok(_) => Self::Other,
                Err(_) => return None,
            },
        })
    }
}

/// An inclusive range of ports, or of ICMP type and code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct PortRange {
    /// First port.
    pub from: i64,
    /// Last port.
    pub to: i64,
}

impl PortRange {
    /// Every port.
    pub const ALL: Self = Self { from: 0, to: 65535 };

    /// Whether both have a port in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// Whether `other` lies within it.
    pub fn contains(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

/// The other end of a rule: where ingress comes from, where egress goes to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// A block.
    Cidr(Attr<Cidr>),
    /// A prefix list.
    PrefixList(Links<PrefixListId>),
    /// Members of security groups.
    Groups(Links<SecurityGroupId>),
    /// Members of the same group.
    SelfReference,
    /// Nobody can tell what.
    Unknown(Unknown),
}

/// One rule of a security group, with one peer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Rule {
    /// The resource that states it: the group, or a rule resource.
    pub resource: String,
    /// Path of the rule within that resource.
    pub at: String,
    /// It is bound to belong to this group; otherwise the group is one of several candidates.
    pub certain: bool,
    /// How firmly it is known to belong to this group.
    pub basis: Basis,
    /// Protocol.
    pub protocol: Attr<Protocol>,
    /// Ports; every port for protocols without any.
    pub ports: Attr<PortRange>,
    /// The other end.
    pub peer: Peer,
}

/// The rules of one direction.
#[derive(Debug, Default, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Rules {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Groups that some rule names for certain, where the plan does not tell which rule it is.
    pub somewhere: BTreeSet<SecurityGroupId>,
    /// What else may be among them.
    pub open: Vec<Unknown>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SecurityGroup {
    /// The VPC it is in.
    pub vpc: Links<VpcId>,
    /// The default group of its VPC.
    pub default: bool,
    /// Rules for traffic towards its members.
    pub ingress: Rules,
    /// Rules for traffic from its members.
    pub egress: Rules,
    /// Inline and standalone rules are mixed, so that each apply removes what the other adds.
    pub conflict: bool,
}

/// Something outside ECS, RDS, ElastiCache, EFS and ELB that holds security groups: an instance, a function.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OtherInterface {
    /// The resource.
    pub resource: String,
    /// Its groups.
    pub security_groups: Links<SecurityGroupId>,
}

#[cfg(test)]
mod tests {
    use super::{PortRange, Protocol};

    #[test]
    fn numbers_and_names_of_protocols_are_the_same() {
        for (text, protocol) in [
            ("-1", Protocol::All),
            ("ALL", Protocol::All),
            ("6", Protocol::Tcp),
            ("TCP", Protocol::Tcp),
            ("17", Protocol::Udp),
            ("icmp", Protocol::Icmp),
            ("58", Protocol::Icmpv6),
            ("50", Protocol::Other),
        ] {
            assert_eq!(Protocol::parse(text), Some(protocol), "{text}");
        }
        assert_eq!(Protocol::parse("${var.protocol}"), None);
    }

    #[test]
    fn ranges_are_inclusive() {
        let range = PortRange { from: 80, to: 90 };
        assert!(range.overlaps(PortRange { from: 90, to: 91 }));
        assert!(!range.overlaps(PortRange { from: 91, to: 99 }));
        assert!(PortRange::ALL.contains(range) && !range.contains(PortRange::ALL));
    }
}
