//! Lines of a configuration file that are shown with a finding.
//!
//! Owns what of them may be shown: a text that is, or may be, a secret never leaves this module.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::secret_shape::credential;
use crate::model::origin::Frame;

/// How many lines are shown at most; of what is longer, the first ones.
const MAX_LINES: usize = 6;
/// How many columns of a line are shown at most.
const MAX_COLUMNS: usize = 160;

/// The lines of `span`, whose first one has the number `first_line`.
pub(super) fn frame(text: &str, span: Range<usize>, first_line: usize) -> Frame {
    let start = text[..span.start.min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let mut shown = String::new();
    let mut marked = 0..0;
    let mut at = start;
    for (index, line) in text[start..].split_inclusive('\n').take(MAX_LINES).enumerate() {
        if index > 0 && at >= span.end {
            break;
        }
        let bare = line.trim_end_matches(['\n', '\r']);
        let masked: String = mask(bare).chars().map(harmless).take(MAX_COLUMNS).collect();
        if index == 0 {
            // masking keeps the width of what stands before the first text
            let from = (span.start - start).min(masked.len());
            marked.start =
                shown.len() + (0..=from).rev().find(|at| masked.is_char_boundary(*at)).unwrap_or(0);
        }
        let ends_here = span.end <= at + bare.len();
        shown.push_str(&masked);
        marked.end = shown.len();
        if ends_here && index == 0 && span.end > span.start && masked == bare {
            marked.end = marked.start + (span.end - span.start);
        }
        shown.push('\n');
        at += line.len();
        // what follows is the text of a heredoc or of a comment
        if bare.contains("<<") || bare.contains("/*") {
            break;
        }
    }
    // a block of several lines is marked at its first
    if let Some(end) = shown[marked.start..].find('\n') {
        marked.end = marked.end.min(marked.start + end);
    }
    Frame { text: shown, first_line, marked }
}

/// What a terminal would take for a command is not shown as it is.
fn harmless(letter: char) -> char {
    match letter {
        '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    }
}

/// Keys whose texts are shown: what they hold is named by the service, or public by its nature.
const SHOWN: &[&str] = &[
    "action",
    "availability_zone",
    "certificate_arn",
    "cidr_block",
    "cidr_blocks",
    "cidr_ipv4",
    "cidr_ipv6",
    "destination_cidr_block",
    "engine",
    "engine_version",
    "family",
    "image",
    "image_tag_mutability",
    "instance_class",
    "ip_protocol",
    "ipv6_cidr_blocks",
    "launch_type",
    "load_balancer_type",
    "logDriver",
    "name",
    "name_prefix",
    "network_mode",
    "protocol",
    "requires_compatibilities",
    "security_groups",
    "service_name",
    "source",
    "ssl_policy",
    "status_code",
    "subnets",
    "target_type",
    "type",
    "vpc_endpoint_type",
];

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a constant pattern: {error}"))
}

/// The first line of a block: its labels are names.
static HEADER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^\s*(?:resource|data|module|dynamic|provider|variable|output)\s+""#));
/// A key and the sign behind it.
static KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r"([A-Za-z_][A-Za-z0-9_-]*)\s*[=:](?:[^=]|$)"));
/// Keys of which nothing is shown, numbers included.
static SECRET: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)pass|secret|token|credential|auth|api_?key|private_?key|\bpin\b"));

/// A line without texts that may be secrets: those of keys that are known to hold none stay, unless they look like one.
/// Comments go: nobody knows what people write there.
fn mask(line: &str) -> String {
    let header = HEADER.is_match(line);
    let mut key: Option<String> = None;
    let mut result = String::new();
    let mut rest = line;
    loop {
        let end = rest.find(['"', '#']).into_iter().chain(rest.find("//")).min().unwrap_or(rest.len());
        let (code, after) = rest.split_at(end);
        if let Some(found) = KEY.captures_iter(code).last() {
            key = Some(found[1].to_owned());
        }
        result.push_str(code);
        if key.as_deref().is_some_and(|key| SECRET.is_match(key)) && code.contains(['=', ':']) {
            // `password = 12345`
            let kept = code.find(['=', ':']).map_or(0, |at| at + 1);
            result.truncate(result.len() - code.len() + kept);
            result.push_str(" …");
            return result;
        }
        let Some(inner) = after.strip_prefix('"') else { return result.trim_end().to_owned() };
        let mut escaped = false;
        let end = inner.find(|letter| {
            let ends = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        });
        let (text, after) = match end {
            Some(end) => (&inner[..end], &inner[end + 1..]),
            None => (inner, ""),
        };
        let is_key = after.trim_start().starts_with(':');
        if is_key {
            key = Some(text.to_owned());
        }
        let named = header || is_key || key.as_deref().is_some_and(|key| SHOWN.contains(&key));
        let shown = text.is_empty() || (named && credential(text).is_none());
        result.push('"');
        result.push_str(if shown { text } else { "…" });
        result.push('"');
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meant_part_is_marked() {
        let text = "resource \"aws_lb\" \"x\" {\n  internal = false\n}\n";
        let start = text.find("internal").expect("it is there");
        let frame = frame(text, start..start + 16, 2);
        assert_eq!((frame.text.as_str(), frame.first_line), ("  internal = false\n", 2));
        assert_eq!(&frame.text[frame.marked], "internal = false");
    }

    #[test]
    fn nothing_commands_a_terminal() {
        let frame = frame("  a\u{1b}[31m = \u{202e}b\n", 2..12, 1);
        assert_eq!(frame.text, "  a\u{fffd}[31m = \u{fffd}b\n");
    }

    #[test]
    fn texts_that_may_be_secrets_are_not_shown() {
        for (line, shown) in [
            ("  password = \"hunter2\"", "  password = …"),
            ("  value = \"hunter2\" # hunter2", "  value = \"…\""),
            ("  cidr_blocks = [\"0.0.0.0/0\"]", "  cidr_blocks = [\"0.0.0.0/0\"]"),
            ("  image = \"AKIAIOSFODNN7EXAMPLE\"", "  image = \"…\""),
            (
                "  { name = \"DB_PASSWORD\", value = \"hunter2\" },",
                "  { name = \"DB_PASSWORD\", value = \"…\" },",
            ),
            ("  name = \"DB_PASSWORD\", value = \"hunter2\"", "  name = \"DB_PASSWORD\", value = \"…\""),
            ("  \"password\": \"hunter2\",", "  \"password\": …"),
            ("  master_password = 12345678", "  master_password = …"),
            ("resource \"aws_lb\" \"x\" {", "resource \"aws_lb\" \"x\" {"),
            ("  subnets = aws_subnet.a[*].id // hunter2", "  subnets = aws_subnet.a[*].id"),
        ] {
            assert_eq!(mask(line), shown);
        }
    }
}
