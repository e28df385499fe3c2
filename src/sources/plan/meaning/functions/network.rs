//! Functions on CIDR blocks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::args::{hidden, not_followed, take, text, whole};
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::Val;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "cidrsubnet" => cidrsubnet,
        "cidrsubnets" => cidrsubnets,
        "cidrhost" => cidrhost,
        "cidrnetmask" => cidrnetmask,
        _ => return None,
    })
}

/// A block, its address without the bits of hosts.
#[derive(Debug, Clone, Copy)]
struct Block {
    v4: bool,
    start: u128,
    length: u32,
}

impl Block {
    fn parse(text: &str) -> Result<Self, Failed> {
        let (address, length) = text.split_once('/').ok_or(Failed)?;
        let (v4, address) = if address.contains(':') {
            (false, address.parse::<Ipv6Addr>().map_err(|_| Failed)?.to_bits())
        } else {
            (true, u128::from(parse_v4(address)?.to_bits()))
        };
        let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length: u32 = length.parse().ok().filter(|_| digits).ok_or(Failed)?;
        let block = Self { v4, start: 0, length };
        if length > block.bits() {
            return Err(Failed);
        }
        Ok(Self { start: address & !block.host_mask(), ..block })
    }

    /// Bits of an address.
    fn bits(self) -> u32 {
        if self.v4 { 32 } else { 128 }
    }

    fn host_mask(self) -> u128 {
        low_bits(self.bits() - self.length)
    }

    /// An IPv4 address in the clothes of IPv6: Terraform mixes the two up.
    fn is_mapped(self) -> bool {
        !self.v4 && Ipv6Addr::from_bits(self.start).to_ipv4_mapped().is_some()
    }

    fn address(self, address: u128) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "an IPv4 address has 32 bits")]
        let address = if self.v4 {
            IpAddr::V4(Ipv4Addr::from_bits(address as u32))
        } else {
            IpAddr::V6(Ipv6Addr::from_bits(address))
        };
        address.to_string()
    }

    fn text(self) -> Val {
        Val::text(format!("{}/{}", self.address(self.start), self.length))
    }
}

fn low_bits(count: u32) -> u128 {
    1u128.checked_shl(count).map_or(u128::MAX, |bit| bit - 1)
}

/// Terraform still accepts zeros in front of a part, and reads it as decimal.
fn parse_v4(address: &str) -> Result<Ipv4Addr, Failed> {
    let mut parts = Vec::new();
    for part in address.split('.') {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let part = part.trim_start_matches('0');
        let part = if part.is_empty() { Ok(0) } else { part.parse::<u8>() };
        parts.push(part.ok().filter(|_| digits).ok_or(Failed)?);
    }
    let parts: [u8; 4] = parts.try_into().map_err(|_| Failed)?;
    Ok(parts.into())
}

fn cidrsubnet(args: &[Val]) -> Outcome {
    let [prefix, new_bits, number] = take(args)?;
    let (Some(prefix), Some(new_bits), Some(number)) = (text(prefix)?, whole(new_bits)?, whole(number)?)
    else {
        return hidden("cidrsubnet", args);
    };
    let block = Block::parse(&prefix)?;
    if block.is_mapped() || new_bits < 0 || number < 0 {
        // Terraform gives an answer, though one that nobody wants
        return not_followed("cidrsubnet", args);
    }
    let new_bits = u32::try_from(new_bits).map_err(|_| Failed)?;
    let number = u128::try_from(number).map_err(|_| Failed)?;
    if new_bits > block.bits() - block.length || number > low_bits(new_bits) {
        return Err(Failed);
    }
    let length = block.length + new_bits;
    let start = block.start | number.checked_shl(block.bits() - length).unwrap_or(0);
    Ok(Block { start, length, ..block }.text())
}

fn cidrsubnets(args: &[Val]) -> Outcome {
    let (prefix, lengths) = args.split_first().ok_or(Failed)?;
    let prefix = text(prefix)?;
    let lengths: Vec<Option<i64>> = lengths.iter().map(whole).collect::<Result<_, _>>()?;
    let (Some(prefix), Some(lengths)) = (prefix, lengths.into_iter().collect::<Option<Vec<i64>>>()) else {
        return hidden("cidrsubnets", args);
    };
    let block = Block::parse(&prefix)?;
    if block.is_mapped() {
        return not_followed("cidrsubnets", args);
    }
    if block.start == 0 && !lengths.is_empty() {
        // Terraform steps back from the block first, and finds nothing in front of the first address
        return Err(Failed);
    }
    let last = block.start | block.host_mask();
    let mut next = Some(block.start);
    let mut subnets = Vec::new();
    for new_bits in lengths {
        let new_bits = u32::try_from(new_bits).ok().filter(|bits| (1..=32).contains(bits)).ok_or(Failed)?;
        let length = block.length + new_bits;
        if length > block.bits() {
            return Err(Failed);
        }
        let hosts = low_bits(block.bits() - length);
        // the next address at which a block of this length may begin
        let start = next.and_then(|next| next.checked_add(hosts)).ok_or(Failed)? & !hosts;
        if start > last {
            return Err(Failed);
        }
        subnets.push(Block { start, length, ..block }.text());
        next = (start | hosts).checked_add(1);
    }
    Ok(Val::list(subnets))
}

fn cidrhost(args: &[Val]) -> Outcome {
    let [prefix, number] = take(args)?;
    let (Some(prefix), Some(number)) = (text(prefix)?, whole(number)?) else {
        return hidden("cidrhost", args);
    };
    let block = Block::parse(&prefix)?;
    if block.is_mapped() {
        return not_followed("cidrhost", args);
    }
    // below zero it counts from the end
    let host = if number < 0 {
        block.host_mask().checked_sub(u128::from(number.unsigned_abs()) - 1)
    } else {
        Some(u128::from(number.unsigned_abs())).filter(|host| *host <= block.host_mask())
    };
    Ok(Val::text(block.address(block.start | host.ok_or(Failed)?)))
}

fn cidrnetmask(args: &[Val]) -> Outcome {
    let [prefix] = take(args)?;
    let Some(prefix) = text(prefix)? else {
        return hidden("cidrnetmask", args);
    };
    let block = Block::parse(&prefix)?;
    if block.is_mapped() {
        return not_followed("cidrnetmask", args);
    }
    if !block.v4 {
        return Err(Failed);
    }
    Ok(Val::text(block.address(low_bits(32) & !block.host_mask())))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn subnets() {
        check(&[
            ("cidrsubnet", "'10.0.0.0/16', 8, 2", "'10.0.2.0/24'"),
            ("cidrsubnet", "'10.0.0.0/16', 8, 255", "'10.0.255.0/24'"),
            ("cidrsubnet", "'10.0.0.0/16', 8, 256", "'!'"),
            ("cidrsubnet", "'10.0.0.0/16', 8, -1", "'??'"),
            ("cidrsubnet", "'10.0.0.0/16', -1, 0", "'??'"),
            ("cidrsubnet", "'10.0.0.0/16', 16, 65535", "'10.0.255.255/32'"),
            ("cidrsubnet", "'10.0.0.0/16', 17, 0", "'!'"),
            ("cidrsubnet", "'10.0.1.5/16', 8, 2", "'10.0.2.0/24'"),
            ("cidrsubnet", "'10.0.0.0/16', 0, 0", "'10.0.0.0/16'"),
            ("cidrsubnet", "'10.0.0.0/16', 0, 1", "'!'"),
            ("cidrsubnet", "'10.0.0.0/16', 8.5, 2", "'!'"),
            ("cidrsubnet", "'10.0.0.0/16', '8', '2'", "'10.0.2.0/24'"),
            ("cidrsubnet", "'10.0.0.0/0', 32, 1", "'0.0.0.1/32'"),
            ("cidrsubnet", "'2001:db8::/56', 8, 18", "'2001:db8:0:12::/64'"),
            ("cidrsubnet", "'2001:db8::/32', 32, 4294967295", "'2001:db8:ffff:ffff::/64'"),
            ("cidrsubnet", "'2001:db8::/32', 64, 99999999999", "'2001:db8:0:17:4876:e7ff::/96'"),
            ("cidrsubnet", "'2001:db8::/32', 33, 1", "'2001:db8:0:0:8000::/65'"),
            ("cidrsubnet", "'2001:db8::/32', 96, 1", "'2001:db8::1/128'"),
            ("cidrsubnet", "'fe80:0:0:1::/64', 1, 1", "'fe80:0:0:1:8000::/65'"),
            ("cidrsubnet", "'::/0', 16, 1", "'1::/16'"),
            ("cidrsubnet", "'::/96', 32, 167772161", "'::a00:1/128'"),
            ("cidrsubnet", "'::ffff:10.0.0.0/112', 8, 1", "'??'"),
            ("cidrsubnet", "'010.0.0.0/8', 8, 2", "'10.2.0.0/16'"),
            ("cidrsubnet", "'10.0.0.00000000/08', 8, 1", "'10.1.0.0/16'"),
            ("cidrsubnet", "'bad', 8, 2", "'!'"),
            ("cidrsubnet", "'10.0.0.0', 8, 2", "'!'"),
            ("cidrsubnet", "'10.0.0.0/33', 8, 2", "'!'"),
            ("cidrsubnet", "'10.0.0/16', 8, 2", "'!'"),
            ("cidrsubnet", "'10.0.0.0/+8', 8, 2", "'!'"),
            ("cidrsubnet", "'10.0.0.0/8/8', 8, 2", "'!'"),
            ("cidrsubnet", "'fe80::1%eth0/64', 8, 1", "'!'"),
            ("cidrsubnet", "'1:2::/', 8, 1", "'!'"),
            ("cidrsubnet", "null, 8, 2", "'!'"),
            ("cidrsubnet", "'10.0.0.0/16', 8", "'!'"),
            ("cidrsubnet", "'@1', 8, '?2'", "'??'"),
            (
                "cidrsubnets",
                "'10.1.0.0/16', 4, 4, 8, 4",
                "['10.1.0.0/20', '10.1.16.0/20', '10.1.32.0/24', '10.1.48.0/20']",
            ),
            ("cidrsubnets", "'10.1.0.0/16', 4, 2, '4'", "['10.1.0.0/20', '10.1.64.0/18', '10.1.128.0/20']"),
            ("cidrsubnets", "'10.1.2.3/16', 1, 2", "['10.1.0.0/17', '10.1.128.0/18']"),
            ("cidrsubnets", "'255.255.255.0/24', 1, 1", "['255.255.255.0/25', '255.255.255.128/25']"),
            ("cidrsubnets", "'255.255.0.0/16', 1, 1, 1", "'!'"),
            ("cidrsubnets", "'10.1.0.0/16', 8, 1, 8", "'!'"),
            ("cidrsubnets", "'10.1.0.0/16'", "[]"),
            ("cidrsubnets", "'10.1.0.0/16', 0", "'!'"),
            ("cidrsubnets", "'10.1.0.0/16', -1", "'!'"),
            ("cidrsubnets", "'10.1.0.0/16', 17", "'!'"),
            ("cidrsubnets", "'2001:db8::/32', 33", "'!'"),
            ("cidrsubnets", "'2001:db8::/32', 32", "['2001:db8::/64']"),
            (
                "cidrsubnets",
                "'fd00:fd12:3456:7890::/56', 16, 32",
                "['fd00:fd12:3456:7800::/72', 'fd00:fd12:3456:7800:100::/88']",
            ),
            ("cidrsubnets", "'0.0.0.0/8', 1, 1", "'!'"),
            ("cidrsubnets", "'::/0', 1", "'!'"),
            ("cidrsubnets", "'@1', 4", "'??'"),
            ("cidrsubnets", "", "'!'"),
        ]);
    }

    #[test]
    fn hosts_and_masks() {
        check(&[
            ("cidrhost", "'10.0.0.0/16', 5", "'10.0.0.5'"),
            ("cidrhost", "'10.0.0.0/16', -1", "'10.0.255.255'"),
            ("cidrhost", "'10.0.0.0/16', -5", "'10.0.255.251'"),
            ("cidrhost", "'10.0.0.0/16', 65535", "'10.0.255.255'"),
            ("cidrhost", "'10.0.0.0/16', 65536", "'!'"),
            ("cidrhost", "'10.0.0.0/16', -65536", "'10.0.0.0'"),
            ("cidrhost", "'10.0.0.0/16', -65537", "'!'"),
            ("cidrhost", "'10.0.3.4/16', 2", "'10.0.0.2'"),
            ("cidrhost", "'10.0.0.0/32', 0", "'10.0.0.0'"),
            ("cidrhost", "'10.0.0.0/32', 1", "'!'"),
            ("cidrhost", "'10.0.0.0/32', -1", "'10.0.0.0'"),
            ("cidrhost", "'10.0.0.0/31', -3", "'!'"),
            ("cidrhost", "'fd00:fd12:3456:7890:00a2::/72', 34", "'fd00:fd12:3456:7890::22'"),
            ("cidrhost", "'2001:db8::/32', -1", "'2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'"),
            ("cidrhost", "'2001:db8::/32', 99999999999999999999999", "'??'"),
            ("cidrhost", "'64:ff9b::/96', 167772161", "'64:ff9b::a00:1'"),
            ("cidrhost", "'::/64', 0", "'::'"),
            ("cidrhost", "'10.0.0.256/8', 1", "'!'"),
            ("cidrhost", "'10.0.0.0/16', 1.5", "'!'"),
            ("cidrhost", "'10.0.0.0/16', null", "'!'"),
            ("cidrhost", "'@1', 1", "'??'"),
            ("cidrnetmask", "'10.0.0.0/16'", "'255.255.0.0'"),
            ("cidrnetmask", "'10.0.0.0/0'", "'0.0.0.0'"),
            ("cidrnetmask", "'10.0.0.0/32'", "'255.255.255.255'"),
            ("cidrnetmask", "'010.0.0.0/12'", "'255.240.0.0'"),
            ("cidrnetmask", "'2001:db8::/32'", "'!'"),
            ("cidrnetmask", "null", "'!'"),
            ("cidrnetmask", "'@1'", "'??'"),
        ]);
    }
}
