//! Which endpoint the name of a service resolves to within a VPC.
//!
//! Sources: AWS PrivateLink guide, "Private DNS"; Route 53 developer guide, "Working with private hosted zones".

use super::fact::{Evidence, Fact, Truth};
use crate::model::Architecture;
use crate::model::id::VpcEndpointId;
use crate::model::network::VpcEndpoint;
use crate::model::route53::EndpointAlias;
use crate::model::value::{Unknown, Value, Why};

/// Whether the service's name resolves to an endpoint for clients in its VPC: by the private DNS of the endpoint, or by
/// a private hosted zone of one's own.
pub fn resolves(architecture: &Architecture, id: &VpcEndpointId, endpoint: &VpcEndpoint) -> Fact<bool> {
    let own = Truth::of(&endpoint.private_dns.value);
    let inbound_only = Truth::of(&endpoint.private_dns_inbound_only.value);
    let vpc = vpc_dns(architecture, endpoint);
    let aliased = Truth::any(
        architecture.endpoint_aliases.iter().map(|alias| is_alias(architecture, alias, id, endpoint)),
    );
    let mut evidence = Vec::new();
    let mut say = |holds: bool, path: &str, message: &str| {
        if holds {
            evidence.push(Evidence::new(id.as_str(), path.to_owned(), message.to_owned()));
        }
    };
    say(own == Truth::No, &endpoint.private_dns.at, "private DNS is off");
    say(
        inbound_only == Truth::Yes,
        &endpoint.private_dns_inbound_only.at,
        "private DNS answers inbound resolver endpoints only",
    );
    say(aliased == Truth::Yes, "", "a private hosted zone leads its name here");
    if vpc == Truth::No {
        let vpcs = endpoint.vpc.candidates();
        evidence.extend(vpcs.map(|vpc| {
            Evidence::new(vpc.as_str(), "enable_dns_hostnames", "DNS support or hostnames are off")
        }));
    }
    let named = Truth::any([Truth::all([own, inbound_only.negate()]), aliased]);
    Fact { value: Truth::all([named, vpc]).into_value(), basis: endpoint.vpc.basis, evidence }
}

/// Private DNS works only in a VPC with DNS support and hostnames, and so do private hosted zones.
fn vpc_dns(architecture: &Architecture, endpoint: &VpcEndpoint) -> Truth {
    let answer = endpoint.vpc.agree("the VPC of the endpoint", |id| match architecture.vpcs.get(id) {
        Some(vpc) => {
            Truth::all([Truth::of(&vpc.dns_support.value), Truth::of(&vpc.dns_hostnames.value)]).into_value()
        }
        None => Value::Unknown(Unknown::new(Why::OutsideInput, format!("the DNS settings of {id}"))),
    });
    Truth::of(&answer)
}

/// Whether a record leads the service's name to the endpoint, in the endpoint's VPC.
fn is_alias(
    architecture: &Architecture,
    alias: &EndpointAlias,
    id: &VpcEndpointId,
    endpoint: &VpcEndpoint,
) -> Truth {
    let leads =
        match alias.endpoint.only() {
            Some(to) if to == id => Truth::Yes,
            _ if alias.endpoint.possibly(id) => {
                Truth::Maybe(alias.endpoint.hidden().next().cloned().unwrap_or_else(|| {
                    Unknown::new(Why::Undecided, format!("whether a record leads to {id}"))
                }))
            }
            _ => Truth::No,
        };
    let named = match (&alias.name.value, &endpoint.service.value, &endpoint.region.value) {
        (Value::Known(name), Value::Known(service), Value::Known(region)) => {
            if is_name_of(name, service, region) { Truth::Yes } else { Truth::No }
        }
        (Value::Unknown(unknown), ..) | (_, Value::Unknown(unknown), _) | (_, _, Value::Unknown(unknown)) => {
            Truth::Maybe(unknown.clone())
        }
        _ => Truth::No,
    };
    let zone = alias.zone.agree("the zone of the record", |zone| match architecture.hosted_zones.get(zone) {
        Some(zone) => endpoint.vpc.agree("the VPC of the endpoint", |vpc| {
            if zone.vpcs.surely(vpc) {
                return Value::Known(true);
            }
            match zone.vpcs.hidden().next() {
                Some(unknown) if zone.vpcs.possibly(vpc) => Value::Unknown(unknown.clone()),
                _ => Value::Known(false),
            }
        }),
        None => Value::Unknown(Unknown::new(Why::OutsideInput, format!("the VPCs of {zone}"))),
    });
    Truth::all([leads, named, Truth::of(&zone)])
}

/// Whether a record has the name by which a service is called: its endpoint in the region (AWS General Reference,
/// "Service endpoints and quotas"). What is called by names below it needs a wildcard.
fn is_name_of(name: &str, service: &str, region: &str) -> bool {
    let Some(host) = name.strip_suffix(".amazonaws.com").or(name.strip_suffix(".amazonaws.com.cn")) else {
        return false;
    };
    let Some(host) = host.strip_suffix(&format!(".{region}")) else { return false };
    match service {
        "ecr.api" => host == "api.ecr",
        "ecr.dkr" => host
            .strip_suffix(".dkr.ecr")
            .is_some_and(|account| account == "*" || account.bytes().all(|byte| byte.is_ascii_digit())),
        "s3" => host == "*.s3",
        "ecs-agent" => host == "ecs-a" || host == "*.ecs-a",
        "kinesis-streams" => host == "kinesis",
        "kinesis-firehose" => host == "firehose",
        other => host == other,
    }
}

#[cfg(test)]
mod tests {
    use super::is_name_of;

    #[test]
    fn services_are_called_by_their_names() {
        for (name, service, expected) in [
            ("api.ecr.eu-west-1.amazonaws.com", "ecr.api", true),
            ("*.dkr.ecr.eu-west-1.amazonaws.com", "ecr.dkr", true),
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "ecr.dkr", true),
            ("dkr.ecr.eu-west-1.amazonaws.com", "ecr.dkr", false),
            ("logs.eu-west-1.amazonaws.com", "logs", true),
            ("logs.eu-central-1.amazonaws.com", "logs", false),
            ("*.s3.eu-west-1.amazonaws.com", "s3", true),
            ("s3.eu-west-1.amazonaws.com", "s3", false),
            ("firehose.eu-west-1.amazonaws.com", "kinesis-firehose", true),
            ("logs.example.com", "logs", false),
        ] {
            assert_eq!(is_name_of(name, service, "eu-west-1"), expected, "{name}");
        }
    }
}
