//! Image references.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::value::{Unknown, Value};

/// Where an image is pulled from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Registry {
    /// A private ECR registry.
    Ecr {
        /// Account.
        account: String,
        /// Region.
        region: String,
    },
    /// Amazon ECR Public.
    EcrPublic,
    /// Docker Hub.
    DockerHub,
    /// A registry that is known to be on the public internet.
    Public {
        /// Host.
        host: String,
    },
    /// Any other host.
    Other {
        /// Host and port.
        host: String,
    },
}

/// An image reference, taken apart.
///
/// Source: the distribution reference grammar (`[registry[:port]/]repository[:tag][@digest]`); Amazon ECR user guide,
/// "Amazon ECR private registries" and "Making requests over IPv6" for the forms of its host names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Image {
    /// As written.
    pub text: String,
    /// Where it is pulled from.
    pub registry: Value<Registry>,
    /// Repository below the registry (`library/nginx`).
    pub repository: Value<String>,
    /// Tag; absent means `latest` unless there is a digest.
    pub tag: Value<String>,
    /// Digest (`sha256:…`).
    pub digest: Value<String>,
}

/// Stands for a placeholder while an image reference is taken apart.
pub const HOLE: char = '\u{1}';

impl Image {
    /// Takes a reference apart. `HOLE` in `text` marks where a placeholder stands; the parts that it touches are
    /// unknown, for the reason that `hole` gives. `shown` is the reference as written. `None` for what cannot be a reference.
    pub fn parse(text: &str, shown: &str, hole: &dyn Fn(&str) -> Unknown) -> Option<Self> {
        if text.is_empty() || text.contains(char::is_whitespace) || text.contains("//") {
            return None;
        }
        let known = |part: Cow<'_, str>, name: &str| {
            if part.contains(HOLE) { Value::Unknown(hole(name)) } else { Value::Known(part.into_owned()) }
        };
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, known(digest.into(), "digest")),
            None => (text, Value::Absent),
        };
        let (path, tag) = match name.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (name, None),
        };
        let is_tag = |tag: &str| {
            tag.contains(HOLE)
                || (!tag.is_empty()
                    && tag.len() <= 128
                    && !tag.starts_with(['.', '-'])
                    && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)))
        };
        let is_digest = |digest: &str| {
            digest.contains(HOLE)
                || digest.split_once(':').is_some_and(|(algorithm, hex)| {
                    let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
                    !algorithm.is_empty() && !hex.is_empty() && is_hex
                })
        };
        let valid = tag.is_none_or(is_tag) && digest.known().is_none_or(|digest| is_digest(digest));
        if !valid {
            return None;
        }
        // a placeholder at the end may bring the tag, and any tag may bring a digest
        let open_end = name.ends_with(HOLE) && digest == Value::Absent;
        let tag = match tag {
            Some(tag) => known(tag.into(), if open_end { "tag or digest" } else { "tag" }),
            None if open_end => Value::Unknown(hole("tag or digest")),
            None => Value::Absent,
        };
        let digest = if open_end { Value::Unknown(hole("tag or digest")) } else { digest };
        let (registry, repository) = match path.split_once('/') {
            Some((host, rest)) if host.contains(HOLE) && !is_host(host) => {
                (Value::Unknown(hole("registry")), known(rest.into(), "repository"))
            }
            Some((host, rest)) if is_host(host) => {
                let registry = match registry(host) {
                    _ if host.contains(HOLE) => registry_with_holes(host)
                        .map_or_else(|| Value::Unknown(hole("registry")), Value::Known),
                    registry => Value::Known(registry),
                };
                (registry, known(rest.into(), "repository"))
            }
            Some(_) => (Value::Known(Registry::DockerHub), known(path.into(), "repository")),
            None if path.contains(HOLE) => {
                (Value::Unknown(hole("registry")), Value::Unknown(hole("repository")))
            }
            None => (Value::Known(Registry::DockerHub), Value::Known(format!("library/{path}"))),
        };
        let image = Self { text: shown.to_owned(), registry, repository, tag, digest };
        (!image.repository.known().is_some_and(String::is_empty)).then_some(image)
    }
}

/// The first component is a registry iff it has a dot or a colon, or is localhost.
fn is_host(component: &str) -> bool {
    component.contains(['.', ':']) || component == "localhost"
}

fn registry(host: &str) -> Registry {
    let lower = host.to_ascii_lowercase();
    let name = lower.split_once(':').map_or(lower.as_str(), |(name, _)| name);
    if let Some((account, region)) = private_ecr(name) {
        return Registry::Ecr { account: account.to_owned(), region: region.to_owned() };
    }
    match name {
        "public.ecr.aws" | "ecr-public.aws.com" => Registry::EcrPublic,
        "docker.io" | "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" => {
            Registry::DockerHub
        }
        "ghcr.io"
        | "quay.io"
        | "mcr.microsoft.com"
        | "gcr.io"
        | "registry.k8s.io"
        | "registry.gitlab.com"
        | "docker.elastic.co"
        | "nvcr.io"
        | "lscr.io" => Registry::Public { host: name.to_owned() },
        _ if name.ends_with(".gcr.io") || name.ends_with(".pkg.dev") => {
            Registry::Public { host: name.to_owned() }
        }
        _ => Registry::Other { host: lower.clone() },
    }
}

/// `<account>.dkr.ecr.<region>.amazonaws.com` with holes for account or region is a private registry all the same.
fn registry_with_holes(host: &str) -> Option<Registry> {
    private_ecr(host)
        .filter(|(_, region)| !region.contains(HOLE))
        .map(|(_, region)| Registry::Ecr { account: String::new(), region: region.to_owned() })
}

/// Account and region of a private ECR host.
fn private_ecr(host: &str) -> Option<(&str, &str)> {
    let (account, rest) = host.split_once('.')?;
    let account_ok =
        account == "\u{1}" || (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
    let region = ["dkr.ecr.", "dkr.ecr-fips."]
        .iter()
        .find_map(|prefix| rest.strip_prefix(prefix))
        .and_then(|rest| {
            rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn"))
        })
        .or_else(|| {
            let rest = rest.strip_prefix("dkr-ecr.").or_else(|| rest.strip_prefix("dkr-ecr-fips."))?;
            rest.strip_suffix(".on.aws").or_else(|| rest.strip_suffix(".on.amazonwebservices.com.cn"))
        })?;
    (account_ok && !region.is_empty() && !region.contains('.')).then_some((account, region))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::Why;

    fn hole(part: &str) -> Unknown {
        Unknown::new(Why::Placeholder, part)
    }

    fn parse(text: &str) -> Image {
        Image::parse(text, text, &hole).unwrap_or_else(|| panic!("{text} must parse"))
    }

    fn known(value: &Value<String>) -> &str {
        value.known().map_or("-", String::as_str)
    }

    #[test]
    fn takes_references_apart() {
        for (text, repository, tag, digest) in [
            ("nginx", "library/nginx", "-", "-"),
            ("nginx:1.25", "library/nginx", "1.25", "-"),
            ("bitnami/redis", "bitnami/redis", "-", "-"),
            ("localhost:5000/x", "x", "-", "-"),
            ("host:5000/team/x:1", "team/x", "1", "-"),
            ("ghcr.io/a/b@sha256:abc", "a/b", "-", "sha256:abc"),
            ("ghcr.io/a/b:latest@sha256:abc", "a/b", "latest", "sha256:abc"),
        ] {
            let image = parse(text);
            assert_eq!(
                (known(&image.repository), known(&image.tag), known(&image.digest)),
                (repository, tag, digest)
            );
        }
    }

    #[test]
    fn knows_registries() {
        let ecr = |region: &str| Registry::Ecr { account: "123456789012".into(), region: region.into() };
        for (text, registry) in [
            ("nginx", Registry::DockerHub),
            ("docker.io/library/nginx", Registry::DockerHub),
            ("public.ecr.aws/xray/aws-xray-daemon", Registry::EcrPublic),
            ("quay.io/a/b", Registry::Public { host: "quay.io".into() }),
            ("europe-docker.pkg.dev/p/a/b", Registry::Public { host: "europe-docker.pkg.dev".into() }),
            ("registry.example.com:8443/a", Registry::Other { host: "registry.example.com:8443".into() }),
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a", ecr("eu-west-1")),
            ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a", ecr("us-gov-west-1")),
            ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a", ecr("cn-north-1")),
            ("123456789012.dkr-ecr.eu-west-1.on.aws/a", ecr("eu-west-1")),
            (
                "1234.dkr.ecr.eu-west-1.amazonaws.com/a",
                Registry::Other { host: "1234.dkr.ecr.eu-west-1.amazonaws.com".into() },
            ),
        ] {
            assert_eq!(parse(text).registry, Value::Known(registry), "{text}");
        }
    }

    #[test]
    fn a_placeholder_hides_what_it_touches_and_nothing_else() {
        let image = parse("\u{1}/app:1.2");
        assert!(image.registry.unknown().is_some());
        assert_eq!((known(&image.repository), known(&image.tag)), ("app", "1.2"));
        let image = parse("nginx:\u{1}");
        assert_eq!(known(&image.repository), "library/nginx");
        assert!(image.tag.unknown().is_some() && image.digest.unknown().is_some());
        let image = parse("nginx\u{1}");
        assert!(image.tag.unknown().is_some());
        let image = parse("\u{1}.dkr.ecr.eu-west-1.amazonaws.com/app:1");
        assert_eq!(
            image.registry,
            Value::Known(Registry::Ecr { account: String::new(), region: "eu-west-1".into() })
        );
        assert_eq!(known(&image.tag), "1");
        let image = parse("\u{1}:latest");
        assert_eq!(known(&image.tag), "latest");
    }

    #[test]
    fn refuses_what_is_no_reference() {
        for text in ["", "two words", "https://example.com/x", "docker.io/"] {
            assert_eq!(Image::parse(text, text, &hole), None, "{text:?}");
        }
    }
}
