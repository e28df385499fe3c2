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
    let before = text.get(start..span.start).unwrap_or_default();
    let mut masked = Masked::default();
    // what stands before it in its line may be the end of a comment
    if before.contains("*/") {
        masked.text.push_str("… ");
    } else {
        masked.read(before, before.len());
    }
    let begin = masked.text.len();
    let end = span.end.clamp(span.start, text.len());
    let rest = text.get(span.start..).unwrap_or_default();
    let length = end - span.start;
    let end_shown = masked.read(rest, length);
    let shown: Vec<String> =
        masked.text.lines().take(MAX_LINES).map(|line| line.chars().take(MAX_COLUMNS).collect()).collect();
    // of several lines the first is marked
    let first = shown.first().map_or(0, String::len);
    let end_shown = end_shown.min(first);
    Frame {
        text: shown.iter().map(|line| format!("{line}\n")).collect(),
        first_line,
        marked: begin.min(first)..end_shown.max(begin.min(first)),
    }
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

/// Keys of which nothing is shown, numbers included.
static SECRET: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)pass|secret|token|credential|auth|api_?key|private_?key|\bpin\b"));
/// The first word of blocks whose labels are names.
const HEADERS: [&str; 7] = ["resource", "data", "module", "dynamic", "provider", "variable", "output"];

/// Configuration as it may be shown: literal texts only where they are the plain value of a key that is known to hold no
/// secret, and do not look like one; no comments, no heredocs.
#[derive(Debug, Default)]
struct Masked {
    text: String,
    /// The key whose value is read.
    key: String,
    /// The word that is read.
    word: String,
    /// The word before this place, which is a key if its sign follows.
    candidate: String,
    /// Nothing but brackets, commas and other texts stood between the key and this place.
    plain: bool,
    /// Conditionals whose second branch is still to come.
    conditionals: usize,
    /// The line began with the header of a block.
    header: bool,
    /// A bracket stands directly behind a name: what follows is a key, `roles["task"]`.
    indexed: bool,
    /// The last sign of code that is no space.
    last: Option<char>,
    /// For each open quote or interpolation: whether it is a quote, and its text is shown.
    open: Vec<(bool, bool)>,
}

impl Masked {
    /// Reads to the end of the line in which the byte `length` lies. Gives the place of that byte in what is shown.
    fn read(&mut self, text: &str, length: usize) -> usize {
        let mut end = None;
        let mut letters = text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            if at >= length && end.is_none() {
                end = Some(self.text.len());
            }
            let rest = &text[at..];
            if letter == '\n' {
                if at >= length || self.text.lines().count() > MAX_LINES {
                    break;
                }
                self.header = false;
            }
            match self.open.last().copied() {
                Some((true, shown)) => {
                    if letter == '\\' {
                        letters.next();
                        self.push_hidden();
                    } else if letter == '"' {
                        self.open.pop();
                        self.text.push('"');
                    } else if rest.starts_with("${") || rest.starts_with("%{") {
                        letters.next();
                        self.text.push_str(&rest[..2]);
                        self.open.push((false, false));
                        self.plain = false;
                    } else if shown {
                        self.text.push(harmless(letter));
                    } else {
                        self.push_hidden();
                    }
                }
                inside => {
                    if letter == '#' || rest.starts_with("//") {
                        self.end_word();
                        while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
                        continue;
                    }
                    if rest.starts_with("/*") || rest.starts_with("<<") {
                        self.end_word();
                        // what follows is the text of a comment or a heredoc
                        self.text.push('…');
                        break;
                    }
                    if inside.is_some() && letter == '}' {
                        self.end_word();
                        self.open.pop();
                        self.text.push('}');
                        continue;
                    }
                    match letter {
                        '"' => self.quote(&rest[1..]),
                        _ => self.code(letter),
                    }
                }
            }
        }
        end.unwrap_or(self.text.len())
    }

    fn push_hidden(&mut self) {
        if !self.text.ends_with('…') {
            self.text.push('…');
        }
    }

    /// A quote opens: whether the text in it is shown.
    fn quote(&mut self, rest: &str) {
        self.end_word();
        let inner = rest.find('"').map_or(rest, |end| &rest[..end]);
        let after = rest.get(inner.len() + 1..).unwrap_or_default().trim_start();
        // a key of JSON syntax; behind a question mark it would be a branch
        let is_key = after.starts_with(':')
            && self.conditionals == 0
            && matches!(self.last, None | Some('{' | ',' | '}'));
        if is_key {
            inner.clone_into(&mut self.key);
            self.candidate.clear();
        }
        let is_index = self.indexed && self.last == Some('[');
        let named = self.header || is_key || is_index || (self.plain && SHOWN.contains(&self.key.as_str()));
        let shown = self.open.is_empty() && named && credential(inner).is_none();
        self.text.push('"');
        self.open.push((true, shown));
        self.last = Some('"');
    }

    fn code(&mut self, letter: char) {
        if letter.is_alphanumeric() || letter == '_' || letter == '-' {
            self.word.push(letter);
            if self.plain && SECRET.is_match(&self.key) {
                self.push_hidden();
            } else {
                self.text.push(letter);
            }
            return;
        }
        let glued = !self.word.is_empty();
        self.end_word();
        self.indexed = letter == '[' && glued;
        if letter.is_whitespace() {
            self.text.push(if letter == '\n' { '\n' } else { ' ' });
            return;
        }
        match letter {
            '=' if !matches!(self.last, Some('=' | '!' | '<' | '>')) => self.begin_value(),
            ':' if self.conditionals == 0 => self.begin_value(),
            ':' => {
                self.conditionals -= 1;
                self.plain = false;
            }
            '?' => {
                self.conditionals += 1;
                self.plain = false;
            }
            '[' | ']' | ',' => {}
            _ => self.plain = false,
        }
        if matches!(letter, '{' | '}' | ',') {
            self.conditionals = 0;
        }
        self.candidate.clear();
        self.last = Some(letter);
        self.text.push(harmless(letter));
    }

    fn begin_value(&mut self) {
        if !self.candidate.is_empty() {
            self.key = std::mem::take(&mut self.candidate);
        }
        self.plain = true;
        // an argument that is called as a block is
        self.header = false;
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        if HEADERS.contains(&self.word.as_str()) && self.open.is_empty() && self.last.is_none() {
            self.header = true;
        }
        // a value that is no text
        self.plain = false;
        self.candidate = std::mem::take(&mut self.word);
        self.last = Some('w');
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

    fn mask(line: &str) -> String {
        let mut masked = Masked::default();
        masked.read(line, line.len());
        masked.text.trim_end().to_owned()
    }

    #[test]
    fn texts_that_may_be_secrets_are_not_shown() {
        for (line, shown) in [
            ("  password = \"hunter2\"", "  password = \"…\""),
            ("  value = \"hunter2\" # hunter2", "  value = \"…\""),
            ("  cidr_blocks = [\"0.0.0.0/0\", \"::/0\"]", "  cidr_blocks = [\"0.0.0.0/0\", \"::/0\"]"),
            ("  image = \"AKIAIOSFODNN7EXAMPLE\"", "  image = \"…\""),
            (
                "  { name = \"DB_PASSWORD\", value = \"hunter2\" },",
                "  { name = \"DB_PASSWORD\", value = \"…\" },",
            ),
            ("  name = \"DB_PASSWORD\", value = \"hunter2\"", "  name = \"DB_PASSWORD\", value = \"…\""),
            ("  \"password\": \"hunter2\",", "  \"password\": \"…\","),
            ("  \"type\": \"forward\",", "  \"type\": \"forward\","),
            ("  master_password = 12345678", "  master_password = …"),
            ("resource \"aws_lb\" \"x\" {", "resource \"aws_lb\" \"x\" {"),
            ("  subnets = aws_subnet.a[*].id // hunter2", "  subnets = aws_subnet.a[*].id"),
            ("  value = \"${upper(\"hunter2\")}\"", "  value = \"${upper(\"…\")}\""),
            ("  value = a ? \"hunter2\" : \"hunter3\"", "  value = a ? \"…\" : \"…\""),
            ("  name = a ? \"hunter2\" : \"hunter3\"", "  name = a ? \"…\" : \"…\""),
            ("  internal = false /* hunter2 */", "  internal = false …"),
            ("  security_groups = [bcrypt(\"hunter2\")]", "  security_groups = [bcrypt(\"…\")]"),
            ("  image = \"reg/${upper(\"hunter2\")}:1\"", "  image = \"reg/${upper(\"…\")}:1\""),
            ("  user_data = <<EOT\nhunter2\nEOT", "  user_data = …"),
            ("  a = module.roles.arns[\"task\"]", "  a = module.roles.arns[\"task\"]"),
            ("  data = \"hunter2\"", "  data = \"…\""),
            ("  output = { a = \"hunter2\" }", "  output = { a = \"…\" }"),
            ("  a = [\"hunter2\"]", "  a = [\"…\"]"),
            ("  a = x == \"hunter2\"", "  a = x == \"…\""),
            ("  name: \"web\", value: \"hunter2\"", "  name: \"web\", value: \"…\""),
            ("  value = \"a\\\"hunter2\"", "  value = \"…\""),
            (
                "  value = \"%{ if x == \"hunter2\" }hunter2%{ endif }\"",
                "  value = \"%{ if x == \"…\" }…%{ endif }\"",
            ),
        ] {
            assert_eq!(mask(line), shown);
        }
    }
}
