//! Functions that write texts in another way, and YAML.

use std::fmt::Write as _;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::args::{hidden, not_followed, take, text, too_large};
use super::{Failed, Function, Outcome, json};
use crate::sources::plan::meaning::value::{MAX_TEXT, Val};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "yamldecode" => yamldecode,
        "base64encode" => base64encode,
        "base64decode" => base64decode,
        "urlencode" => urlencode,
        "sha256" => sha256,
        "basename" => basename,
        "dirname" => dirname,
        _ => return None,
    })
}

/// A function of one known text.
fn of_text(function: &str, args: &[Val], make: fn(&str) -> Result<String, Failed>) -> Outcome {
    let [arg] = take(args)?;
    match text(arg)? {
        Some(text) if text.len() > MAX_TEXT / 3 => too_large(function, args),
        Some(text) => make(&text).map(Val::text),
        None => hidden(function, args),
    }
}

fn yamldecode(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let Some(text) = text(arg)? else {
        return hidden("yamldecode", args);
    };
    let blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    if text.lines().all(blank) {
        return Err(Failed);
    }
    if text.split(|char: char| char.is_whitespace() || ",[]{}".contains(char)).any(is_read_in_two_ways) {
        return not_followed("yamldecode", args);
    }
    match serde_saphyr::from_str::<Json>(&text) {
        Ok(json) => Ok(json::value(&json)),
        // this parser is stricter here and there
        Err(_) => not_followed("yamldecode", args),
    }
}

/// Terraform reads YAML in a version of its own, between 1.1 and 1.2. Words that differ between versions, and what is
/// none of the plain numbers, are left alone.
fn is_read_in_two_ways(word: &str) -> bool {
    // as a key, null is an error, and numbers are written anew
    let key = word.ends_with(':');
    let word = word.trim_end_matches(':');
    let lower = word.to_ascii_lowercase();
    let spelt = matches!(&*lower, "y" | "n" | "yes" | "no" | "on" | "off")
        || matches!(&*lower, "true" | "false" | "null") && *lower != *word;
    let numeric = word.trim_start_matches(['+', '-', '.']).starts_with(|char: char| char.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_hexdigit() || b"xXoO_.+-:tTzZ".contains(&byte))
        && word.matches('.').count() < 2;
    let special = word.contains(".inf") || lower.contains(".nan") || lower.contains(".inf");
    let odd_key = key && (matches!(word, "~" | "null") || numeric && word.contains('.'));
    spelt
        || special
        || odd_key
        || word.starts_with(['!', '&', '*'])
        || word == "<<"
        || numeric && !is_plain_number(word)
}

/// Decimal, without zeros in front.
fn is_plain_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, behind) = word.split_once('.').unwrap_or((word, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole) && digits(behind) && (whole == "0" || !whole.starts_with('0')) && word.len() <= 15
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64encode(args: &[Val]) -> Outcome {
    of_text("base64encode", args, |text| {
        let mut encoded = String::new();
        for chunk in text.as_bytes().chunks(3) {
            let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for index in 0..4u32 {
                let sextet = ALPHABET[(bits >> (18 - 6 * index) & 63) as usize];
                encoded.push(if index as usize <= chunk.len() { char::from(sextet) } else { '=' });
            }
        }
        Ok(encoded)
    })
}

fn base64decode(args: &[Val]) -> Outcome {
    of_text("base64decode", args, |text| {
        // Go passes over the ends of lines, and over nothing else
        let bytes: Vec<u8> = text.bytes().filter(|byte| !b"\r\n".contains(byte)).collect();
        let digits = match bytes.as_slice() {
            [digits @ .., b'=', b'='] | [digits @ .., b'='] | digits => digits,
        };
        if !bytes.len().is_multiple_of(4) {
            return Err(Failed);
        }
        let mut decoded = Vec::new();
        for chunk in digits.chunks(4) {
            let mut bits = 0u32;
            for digit in chunk {
                let sextet = ALPHABET.iter().position(|known| known == digit).ok_or(Failed)?;
                bits = bits << 6 | u32::try_from(sextet).map_err(|_| Failed)?;
            }
            bits <<= 6 * (4 - chunk.len());
            decoded.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
        }
        String::from_utf8(decoded).map_err(|_| Failed)
    })
}

fn urlencode(args: &[Val]) -> Outcome {
    of_text("urlencode", args, |text| {
        let mut encoded = String::new();
        for byte in text.bytes() {
            match byte {
                b' ' => encoded.push('+'),
                byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => {
                    encoded.push(char::from(byte));
                }
                // writing into a text does not fail
                byte => {
                    let _ = write!(encoded, "%{byte:02X}");
                }
            }
        }
        Ok(encoded)
    })
}

fn sha256(args: &[Val]) -> Outcome {
    of_text("sha256", args, |text| {
        let digit = |nibble: u8| char::from_digit(nibble.into(), 16);
        let digest = Sha256::digest(text.as_bytes());
        Ok(digest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect())
    })
}

fn basename(args: &[Val]) -> Outcome {
    of_text("basename", args, |path| {
        let bare = path.trim_end_matches('/');
        Ok(match bare.rsplit('/').next() {
            _ if path.is_empty() => ".",
            _ if bare.is_empty() => "/",
            Some(last) => last,
            None => bare,
        }
        .to_owned())
    })
}

/// What stands in front of the last slash, with the steps back and forth taken out.
fn dirname(args: &[Val]) -> Outcome {
    of_text("dirname", args, |path| {
        let rooted = path.starts_with('/');
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let mut steps: Vec<&str> = Vec::new();
        for step in directory.split('/') {
            match step {
                "" | "." => {}
                ".." if steps.last().is_some_and(|last| *last != "..") => {
                    steps.pop();
                }
                ".." if rooted => {}
                step => steps.push(step),
            }
        }
        let steps = steps.join("/");
        Ok(match (rooted, steps.is_empty()) {
            (true, _) => format!("/{steps}"),
            (false, true) => ".".to_owned(),
            (false, false) => steps,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn yaml() {
        check(&[
            ("yamldecode", "'a: 1\\nb: [x, true, null, ~]\\n'", "{'a': 1, 'b': ['x', true, null, null]}"),
            ("yamldecode", "'- {a: 1, b: [2, 3]}\\n- - x\\n  - z\\n'", "[{'a': 1, 'b': [2, 3]}, ['x', 'z']]"),
            ("yamldecode", "'a: 0.1\\nb: -5\\nc: 1.0\\n'", "{'a': 0.1, 'b': -5, 'c': 1}"),
            ("yamldecode", "'a: |\\n  x\\n  z\\nb: >-\\n  p\\n  q\\n'", "{'a': 'x\\nz\\n', 'b': 'p q'}"),
            (
                "yamldecode",
                r"'a: \'1\'\nb:\nc: d # e\nf: \'x\\ty\'\n'",
                r"{'a': '1', 'b': null, 'c': 'd', 'f': 'x\ty'}",
            ),
            ("yamldecode", "'x: a:b\\nz: http://x\\n'", "{'x': 'a:b', 'z': 'http://x'}"),
            (
                "yamldecode",
                "'cidr: 10.0.0.0/16\\nip: 10.0.0.1\\n'",
                "{'cidr': '10.0.0.0/16', 'ip': '10.0.0.1'}",
            ),
            ("yamldecode", "'1: a\\ntrue: b\\n'", "{'1': 'a', 'true': 'b'}"),
            ("yamldecode", "'a: {}\\nb: 1 2\\nc: c#d\\n'", "{'a': {}, 'b': '1 2', 'c': 'c#d'}"),
            ("yamldecode", "'a: >\\n  x\\n\\n  z\\n   p\\n'", "{'a': 'x\\nz\\n p\\n'}"),
            ("yamldecode", "'a: |\\r\\n  x\\r\\n  z\\r\\n'", "{'a': 'x\\nz\\n'}"),
            ("yamldecode", "'a: -.\\nb: .\\nc: null d\\n'", "{'a': '-.', 'b': '.', 'c': 'null d'}"),
            ("yamldecode", "'null'", "null"),
            ("yamldecode", "'abc'", "'abc'"),
            ("yamldecode", "'a: 5e\\n'", "'??'"),
            ("yamldecode", "''", "'!'"),
            ("yamldecode", "'# only a comment\\n'", "'!'"),
            ("yamldecode", "null", "'!'"),
            ("yamldecode", "'@1'", "'??'"),
            ("yamldecode", "{'$template': ['a: ', '@1']}", "'??'"),
        ]);
        for text in [
            "a: yes",
            "a: On",
            "y: 1",
            "a: True",
            "a: NULL",
            "a: 0x1F",
            "a: 010",
            "a: 0o10",
            "a: 1_000",
            "a: .5",
            "a: 1e3",
            "a: 2020-01-01",
            "a: .inf",
            "a: 1:30",
            "a: +1",
            "a: !!str 1",
            "a: &x 1",
            "<<: {a: 1}",
            "a: 12345678901234567890",
            "---\\na: 1\\n---\\nb: 2",
            "a: 1\\na: 2",
            "a: [",
            "? [a]\\n: 1",
            "~: 1",
            "1.0: a",
        ] {
            check(&[("yamldecode", &format!("'{text}'"), "'??'")]);
        }
    }

    #[test]
    fn base64() {
        check(&[
            ("base64encode", "'hello'", "'aGVsbG8='"),
            ("base64encode", "''", "''"),
            ("base64encode", "'é'", "'w6k='"),
            ("base64encode", "'a'", "'YQ=='"),
            ("base64encode", "'abc'", "'YWJj'"),
            ("base64encode", "null", "'!'"),
            ("base64encode", "'@1'", "'??'"),
            ("base64decode", "'aGVsbG8='", "'hello'"),
            ("base64decode", "''", "''"),
            ("base64decode", "'aGVs\\nbG8='", "'hello'"),
            ("base64decode", "'aGVsbG9='", "'hello'"),
            ("base64decode", "'YR=='", "'a'"),
            ("base64decode", "'aGVsbG8'", "'!'"),
            ("base64decode", "'YQ='", "'!'"),
            ("base64decode", "'aGVsbG8=='", "'!'"),
            ("base64decode", "'aGVsbG8=aGVsbG8='", "'!'"),
            ("base64decode", "'aGVs bG8='", "'!'"),
            ("base64decode", "'a-_b'", "'!'"),
            ("base64decode", "'===='", "'!'"),
            ("base64decode", "'/w=='", "'!'"),
            ("base64decode", "null", "'!'"),
        ]);
    }

    #[test]
    fn others() {
        check(&[
            ("urlencode", "'a b/c?d=é&~-_.!*()'", "'a+b%2Fc%3Fd%3D%C3%A9%26~-_.%21%2A%28%29'"),
            ("urlencode", "'+@:$,;%\\n'", "'%2B%40%3A%24%2C%3B%25%0A'"),
            ("urlencode", "null", "'!'"),
            ("urlencode", "'@1'", "'??'"),
            ("sha256", "''", "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'"),
            ("sha256", "1", "'6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b'"),
            ("sha256", "'é'", "'4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c'"),
            ("sha256", "null", "'!'"),
            ("basename", "'/a/b.c'", "'b.c'"),
            ("basename", "'a//b//'", "'b'"),
            ("basename", "'a/.'", "'.'"),
            ("basename", "''", "'.'"),
            ("basename", "'///'", "'/'"),
            ("basename", "null", "'!'"),
            ("basename", "'@1'", "'??'"),
            ("dirname", "'/a/b.c'", "'/a'"),
            ("dirname", "'/a/b/'", "'/a/b'"),
            ("dirname", "''", "'.'"),
            ("dirname", "'/'", "'/'"),
            ("dirname", "'a'", "'.'"),
            ("dirname", "'a/../b/c'", "'b'"),
            ("dirname", "'//a'", "'/'"),
            ("dirname", "'a//b//'", "'a/b'"),
            ("dirname", "'./a/./b/..'", "'a/b'"),
            ("dirname", "'a/b/../../..'", "'.'"),
            ("dirname", "'../a'", "'..'"),
            ("dirname", "'/../a'", "'/'"),
            ("dirname", "null", "'!'"),
        ]);
    }
}
