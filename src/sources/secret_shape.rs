//! What a text looks like, so that it can be judged and dropped.
//!
//! Owns the patterns of credentials. Nothing of the text leaves this module.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use crate::model::task_definition::Shape;

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

/// Access key ids of IAM users and of sessions (IAM user guide, "IAM identifiers": prefixes AKIA and ASIA).
static ACCESS_KEY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[^A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?:$|[^A-Z0-9])"));
/// User and password before the host of a URL (RFC 3986, section 3.2.1); a password that is a placeholder is none.
static URL_PASSWORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]*:([^/\s@]+)@"));
/// A password or key among the settings of a connection string (ADO.NET and ODBC `Password=`, JDBC `?password=`, JAAS
/// `password="…"`, Azure Storage `AccountKey=`, Azure Service Bus `SharedAccessKey=`).
static SETTING_PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?i)(?:^|[;,?&\s])(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*["']?([^;,&\s"']+)"#)
});
static PRIVATE_KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"));
/// Header and payload of a JSON Web Token are base64url of JSON objects (RFC 7519, section 3).
static JWT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"));
static SCALAR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:true|false|yes|no|on|off|null|none|[+-]?\d+(?:\.\d+)?(?:ms|s|m|h|d|k|kb|mb|gb|ki|mi|gi|%)?)$",
    )
});
/// Where a store keeps a secret, as programs that fetch it themselves take it (`ssm:/shop/db`, `vault:kv/shop`).
static STORE_PATH: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:ssm|secretsmanager|vault|awsssm|awssm):(?:/?[A-Za-z0-9_.-]+)+$"));
/// A slug with slashes is the name of a secret or parameter, or a path; random text has capitals or padding in it.
static SLUG_PATH: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:[a-z0-9._-]+/)+[a-z0-9._-]+$"));
static URL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[A-Za-z][A-Za-z0-9+.-]*://"));

/// Tokens in the published formats of their providers.
static TOKENS: LazyLock<RegexSet> = LazyLock::new(|| {
    let forms = [
        r"\bgh[pousr]_[A-Za-z0-9]{36,}",                 // GitHub
        r"\bgithub_pat_[A-Za-z0-9_]{22,}",               // GitHub, fine-grained
        r"\bglpat-[A-Za-z0-9_-]{20,}",                   // GitLab
        r"\bxox[abeprs]-[A-Za-z0-9-]{10,}",              // Slack
        r"hooks\.slack\.com/services/T[A-Za-z0-9]+/",    // Slack webhook
        r"\b[sr]k_live_[A-Za-z0-9]{16,}",                // Stripe
        r"\bAIza[A-Za-z0-9_-]{35}",                      // Google
        r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}", // SendGrid
        r"\bnpm_[A-Za-z0-9]{36}",                        // npm
        r"\bpypi-[A-Za-z0-9_-]{16,}",                    // PyPI
        r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}",       // OpenAI, Anthropic
        r"\bdop_v1_[a-f0-9]{64}",                        // DigitalOcean
        r"\bhvs\.[A-Za-z0-9_-]{20,}",                    // HashiCorp Vault
    ];
    RegexSet::new(forms).unwrap_or_else(|error| unreachable!("constant patterns: {error}"))
});

/// The credential in a text, if there is one.
pub fn credential(text: &str) -> Option<Shape> {
    if PRIVATE_KEY.is_match(text) {
        Some(Shape::PrivateKey)
    } else if ACCESS_KEY.is_match(text) {
        Some(Shape::AwsAccessKeyId)
    } else if has_url_password(text) {
        Some(Shape::UrlWithPassword)
    } else if has_setting_password(text) {
        Some(Shape::ConnectionStringWithPassword)
    } else if JWT.is_match(text) {
        Some(Shape::Jwt)
    } else if TOKENS.is_match(text) {
        Some(Shape::ProviderToken)
    } else {
        None
    }
}

/// What a text looks like.
pub fn shape(text: &str) -> Shape {
    let text = text.trim();
    if let Some(credential) = credential(text) {
        return credential;
    }
    if text.is_empty() {
        Shape::Empty
    } else if SCALAR.is_match(text) {
        Shape::Scalar
    } else if text.starts_with("arn:") {
        Shape::Arn
    } else if URL.is_match(text) {
        Shape::Url
    } else if text.starts_with('/')
        || text.starts_with("./")
        || text.starts_with("~/")
        || SLUG_PATH.is_match(text)
        || STORE_PATH.is_match(text)
    {
        Shape::Path
    } else {
        Shape::Text
    }
}

/// Whether a URL or connection string has a placeholder where its password will stand.
pub fn awaits_password(text: &str) -> bool {
    let passwords = URL_PASSWORD.captures_iter(text).chain(SETTING_PASSWORD.captures_iter(text));
    let mut passwords = passwords.filter_map(|found| found.get(1));
    passwords.any(|password| super::placeholder::has_placeholder(password.as_str()))
}

fn has_url_password(text: &str) -> bool {
    URL_PASSWORD.captures_iter(text).any(|found| {
        found.get(1).is_some_and(|password| !super::placeholder::has_placeholder(password.as_str()))
    })
}

/// A setting is a password unless it is filled in later, masked, or no more than a switch.
fn has_setting_password(text: &str) -> bool {
    SETTING_PASSWORD.captures_iter(text).filter_map(|found| found.get(1)).any(|value| {
        let value = value.as_str();
        let masked = value.chars().all(|letter| matches!(letter, '*' | 'x' | 'X' | '.'));
        !(masked
            || value.starts_with(['$', '%', '{', '<'])
            || super::placeholder::has_placeholder(value)
            || SCALAR.is_match(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_credentials() {
        let token = format!("ghp_{}", "a1".repeat(18));
        let jwt = format!("eyJ{0}.eyJ{0}.sig", "hbGciOiJI");
        for (text, expected) in [
            ("AKIAIOSFODNN7EXAMPLE", Shape::AwsAccessKeyId),
            ("key=ASIAIOSFODNN7EXAMPLE;", Shape::AwsAccessKeyId),
            ("postgres://shop:pa55word@db.internal:5432/shop", Shape::UrlWithPassword),
            ("--db=redis://:secret@cache:6379", Shape::UrlWithPassword),
            ("Server=db;User Id=shop;Password=hunter2;", Shape::ConnectionStringWithPassword),
            ("jdbc:postgresql://db/shop?user=shop&password=hunter2", Shape::ConnectionStringWithPassword),
            (
                r#"ScramLoginModule required username="a" password="b-c";"#,
                Shape::ConnectionStringWithPassword,
            ),
            ("AccountName=x;AccountKey=Zm9v+YmFy==", Shape::ConnectionStringWithPassword),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII", Shape::PrivateKey),
            (token.as_str(), Shape::ProviderToken),
            (jwt.as_str(), Shape::Jwt),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn sees_what_is_none() {
        for (text, expected) in [
            ("", Shape::Empty),
            ("3600", Shape::Scalar),
            ("TRUE", Shape::Scalar),
            ("30s", Shape::Scalar),
            ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:x", Shape::Arn),
            ("/run/secrets/db", Shape::Path),
            ("shop/user/db", Shape::Path),
            ("ssm:/shop/npm-token", Shape::Path),
            ("vault:kv/shop", Shape::Path),
            ("vault: the password", Shape::Text),
            ("https://id.example.com", Shape::Url),
            ("postgres://shop:${DB_PASSWORD}@db/shop", Shape::Url),
            ("postgres://shop@db/shop", Shape::Url),
            ("Server=db;Password=${DB_PASSWORD}", Shape::Text),
            ("Server=db;Password=%DB_PASSWORD%", Shape::Text),
            ("https://shop.example.com/?password=****", Shape::Url),
            ("--reset-password=true", Shape::Text),
            ("password=true", Shape::Text),
            ("hunter2-hunter2", Shape::Text),
            ("aB3/xYz+12==", Shape::Text),
            ("XAKIAIOSFODNN7EXAMPLEX", Shape::Text),
            ("k-3f9d0c7b1a", Shape::Text),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }
}
