//! Which addresses are public, and how many.
//!
//! Catalogue, definition D7. Private are RFC 1918, RFC 6598 (100.64.0.0/10) and unique local addresses (RFC 4193), and
//! what is never routed at all; the blocks of a VPC are internal to it even where they are public space.

use std::str::FromStr;
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::network::Cidr;

/// Blocks that are not publicly routed.
static PRIVATE: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let blocks = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
        "::/3",
        "4000::/2",
        "8000::/1",
    ];
    let parse = |block: &str| {
        IpNet::from_str(block).unwrap_or_else(|error| unreachable!("a constant block {block}: {error}"))
    };
    blocks.into_iter().map(parse).collect()
});

/// How far a set of addresses reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Within the VPC.
    Vpc,
    /// Private addresses.
    Private,
    /// Some publicly routable addresses.
    Public,
    /// All of IPv4 or all of IPv6.
    World,
}

/// How far a block reaches, seen from a VPC with these blocks.
pub fn scope(block: Cidr, vpc: &[Cidr]) -> Scope {
    if block.0.prefix_len() == 0 {
        Scope::World
    } else if vpc.iter().any(|own| own.0.contains(&block.0)) {
        Scope::Vpc
    } else if public_addresses(&[block], vpc) > 0 {
        Scope::Public
    } else {
        Scope::Private
    }
}

/// Whether a block has any publicly routable address.
pub fn has_public(block: Cidr) -> bool {
    public_addresses(&[block], &[]) > 0
}

/// The number of publicly routable addresses that blocks cover together, overlaps counted once. IPv6 counts in /64
/// networks, the smallest that is assigned to a site, so that `::/0` and `0.0.0.0/0` are both far above any limit.
pub fn public_addresses(blocks: &[Cidr], internal: &[Cidr]) -> u64 {
    let nets = |blocks: &[Cidr]| blocks.iter().map(|block| block.0).collect::<Vec<_>>();
    let blocks = IpNet::aggregate(&nets(blocks));
    let mut excluded = PRIVATE.clone();
    excluded.extend(nets(internal));
    let excluded = IpNet::aggregate(&excluded);
    let public = blocks.iter().map(|block| {
        // blocks are nested or disjoint
        if excluded.iter().any(|other| other.contains(block)) {
            return 0;
        }
        let inside: u128 = excluded.iter().filter(|other| block.contains(*other)).map(size).sum();
        size(block).saturating_sub(inside)
    });
    u64::try_from(public.sum::<u128>()).unwrap_or(u64::MAX).min(MANY)
}

/// Enough to be the world: counts stop here, so that every JSON reader can hold them.
const MANY: u64 = 1 << 40;

fn size(block: &IpNet) -> u128 {
    match block {
        IpNet::V4(net) => 1 << (Ipv4Net::max_prefix_len(net) - net.prefix_len()),
        // less than a /64 is still one network
        IpNet::V6(net) => 1 << Ipv6Net::max_prefix_len(net).saturating_sub(64 + net.prefix_len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(texts: &[&str]) -> Vec<Cidr> {
        texts.iter().map(|text| text.parse().expect("a block")).collect()
    }

    fn count(texts: &[&str]) -> u64 {
        public_addresses(&blocks(texts), &[])
    }

    #[test]
    fn counts_public_addresses_once() {
        assert_eq!(count(&["10.0.0.0/8", "192.168.1.0/24", "100.64.0.0/10", "fc00::/7"]), 0);
        assert_eq!(count(&["198.51.100.0/24"]), 256);
        assert_eq!(count(&["198.51.100.0/24", "198.51.100.0/25"]), 256);
        assert_eq!(count(&["2001:db8::/64"]), 1);
        assert_eq!(count(&["2001:db8::/48"]), 65536);
        assert_eq!(count(&["0.0.0.0/1", "128.0.0.0/1"]), count(&["0.0.0.0/0"]));
        assert!(count(&["0.0.0.0/0"]) > 3_000_000_000);
        assert_eq!(count(&["::/0"]), MANY);
        assert_eq!(count(&["::/1", "8000::/1"]), MANY);
        // 8.0.0.0/5 holds 10.0.0.0/8
        assert_eq!(count(&["8.0.0.0/5"]), (1 << 27) - (1 << 24));
    }

    #[test]
    fn the_blocks_of_the_vpc_are_internal() {
        let vpc = blocks(&["52.0.0.0/16"]);
        assert_eq!(public_addresses(&blocks(&["52.0.0.0/16"]), &vpc), 0);
        let scope = |text: &str| scope(blocks(&[text])[0], &vpc);
        assert_eq!(scope("52.0.4.0/24"), Scope::Vpc);
        assert_eq!(scope("52.0.0.0/15"), Scope::Public);
        assert_eq!(scope("10.0.0.0/8"), Scope::Private);
        assert_eq!(scope("::/0"), Scope::World);
        assert_eq!(scope("203.0.113.7/32"), Scope::Public);
    }

    #[test]
    fn only_global_unicast_is_public_in_ipv6() {
        assert!(has_public(blocks(&["2000::/3"])[0]) && has_public(blocks(&["::/0"])[0]));
        assert!(!has_public(blocks(&["fe80::/10"])[0]) && !has_public(blocks(&["ff00::/8"])[0]));
    }
}
