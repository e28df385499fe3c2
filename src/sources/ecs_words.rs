//! Words and sizes of the ECS API and of Terraform's ECS resources, as loosely as the services read them.

use crate::model::task_definition::{Compatibility, NetworkMode};

/// The name in a role's ARN, its path left out; a bare name is itself.
pub fn role_name(arn: &str) -> Option<String> {
    let name = match arn.strip_prefix("arn:") {
        Some(rest) => rest.split(':').nth(4)?.strip_prefix("role/")?,
        None => arn,
    };
    name.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// `networkMode` of the API and of Terraform.
pub fn network_mode(text: &str) -> Option<NetworkMode> {
    Some(match text.to_ascii_lowercase().as_str() {
        "awsvpc" => NetworkMode::Awsvpc,
        "bridge" => NetworkMode::Bridge,
        "host" => NetworkMode::Host,
        "none" => NetworkMode::None,
        "default" => NetworkMode::Default,
        _ => return None,
    })
}

/// `requiresCompatibilities` of the API and of Terraform.
pub fn compatibility(text: &str) -> Option<Compatibility> {
    Some(match text.to_ascii_uppercase().as_str() {
        "FARGATE" => Compatibility::Fargate,
        "EC2" => Compatibility::Ec2,
        "EXTERNAL" => Compatibility::External,
        "MANAGED_INSTANCES" => Compatibility::ManagedInstances,
        _ => return None,
    })
}

/// Whether an operating system family is a Windows one (`WINDOWS_SERVER_2022_CORE`).
pub fn is_windows(family: &str) -> bool {
    family.to_ascii_uppercase().starts_with("WINDOWS")
}

/// A task's CPU size in units: `512`, `.5 vCPU`, `0.5 vcpu` (ECS developer guide, "Task size").
pub fn cpu_units(text: &str) -> Option<i64> {
    size(text, "vcpu")
}

/// A task's memory in MiB: `1024`, `1GB`, `1 GB`, `0.5gb` (ECS developer guide, "Task size").
pub fn mebibytes(text: &str) -> Option<i64> {
    size(text, "gb")
}

/// A plain number, or a decimal of `unit`, which is 1024 of the plain one.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn size(text: &str, unit: &str) -> Option<i64> {
    let lower = text.trim().to_ascii_lowercase();
    let (number, factor) = match lower.strip_suffix(unit) {
        Some(number) => (number.trim().parse::<f64>().ok()?, 1024.0),
        None => (lower.parse::<f64>().ok()?, 1.0),
    };
    let size = number * factor;
    (size.fract() == 0.0 && (0.0..1.0e9).contains(&size)).then_some(size as i64)
}
