//! Functions with regular expressions.
//!
//! Terraform's are those of Go. A pattern, or a text, that Go and the engine here may read in two ways is not followed.
//! Sources: Go `regexp/syntax`; documentation of the crate `regex`.

use std::rc::Rc;

use regex::{Captures, Regex};

use super::args::{hidden, not_followed, take, text, too_large};
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::{MAX_MEMBERS, MAX_TEXT, Val};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "regex" => regex,
        "regexall" => regexall,
        _ => return None,
    })
}

/// More repetitions than these are an error for Go.
const MAX_REPEAT: u32 = 1000;

/// The pattern, where it means here what it means for Go, on this text.
fn compile(pattern: &str, text: &str) -> Option<Regex> {
    // classes and the folding of case go by ASCII in Go, and by Unicode here
    let classes = pattern.contains('\\') || pattern.contains("(?");
    if classes && (!text.is_ascii() || text.contains('\u{b}')) || !is_common(pattern) {
        return None;
    }
    Regex::new(pattern).ok()
}

/// Only syntax that both engines read alike.
fn is_common(pattern: &str) -> bool {
    let mut rest = pattern;
    let mut repeated = false;
    while let Some(char) = rest.chars().next() {
        let after = &rest[char.len_utf8()..];
        let (next, repeats) = match char {
            '\\' => (escape(after), false),
            '[' => (class(after), false),
            '(' => (group(after), false),
            '*' | '+' | '?' => (Some(after.strip_prefix('?').unwrap_or(after)), true),
            '{' => (repetition(after).map(|after| after.strip_prefix('?').unwrap_or(after)), true),
            _ => (Some(after), false),
        };
        let Some(next) = next else {
            return false;
        };
        // Go refuses a repetition of a repetition
        if repeats && repeated {
            return false;
        }
        repeated = repeats;
        rest = next;
    }
    true
}

/// Past an escape.
fn escape(rest: &str) -> Option<&str> {
    let char = rest.chars().next()?;
    let after = &rest[char.len_utf8()..];
    let known = match char {
        'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'A' | 'z' | 'n' | 't' | 'r' | 'f' | 'v' | 'a' => true,
        'b' | 'B' => !after.starts_with('{'),
        '<' | '>' => false,
        char => char.is_ascii_punctuation(),
    };
    known.then_some(after)
}

/// Past a group's opening.
fn group(rest: &str) -> Option<&str> {
    let Some(rest) = rest.strip_prefix('?') else {
        return Some(rest);
    };
    if let Some(named) = rest.strip_prefix("P<").or_else(|| rest.strip_prefix('<')) {
        let (name, after) = named.split_once('>')?;
        return name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(after);
    }
    let after = rest.trim_start_matches(['i', 'm', 's', 'U', '-']);
    after.strip_prefix([':', ')'])
}

/// Past the braces of a repetition.
fn repetition(rest: &str) -> Option<&str> {
    let (inside, after) = rest.split_once('}')?;
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let count = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok());
    let small = |count: Option<u32>| count.is_none_or(|count| count <= MAX_REPEAT);
    let (least, most) = (count(least)?, count(most)?);
    // no repetition at all would leave out the group
    let never = least == Some(0) && (most == Some(0) || !inside.contains(','));
    (least.is_some() && small(least) && small(most) && !never).then_some(after)
}

/// Past a class of characters.
fn class(rest: &str) -> Option<&str> {
    let mut rest = rest.strip_prefix('^').unwrap_or(rest);
    rest = rest.strip_prefix(']').unwrap_or(rest);
    loop {
        if ["&&", "--", "~~"].iter().any(|set| rest.starts_with(set)) {
            return None;
        }
        if let Some(named) = rest.strip_prefix("[:") {
            rest = named.split_once(":]")?.1;
            continue;
        }
        let char = rest.chars().next()?;
        let after = &rest[char.len_utf8()..];
        rest = match char {
            ']' => return Some(after),
            '[' => return None,
            '\\' if after.starts_with(['b', 'B', 'A', 'z']) => return None,
            '\\' => escape(after)?,
            _ => after,
        };
    }
}

/// The text with every match replaced; nothing where this is not followed.
pub(super) fn replaced(text: &str, pattern: &str, with: &str) -> Option<String> {
    let regex = compile(pattern, text)?;
    if !is_common_replacement(with) {
        return None;
    }
    let mut replaced = String::new();
    let mut last = 0;
    for captures in regex.captures_iter(text) {
        let found = captures.get(0)?;
        replaced.push_str(&text[last..found.start()]);
        captures.expand(with, &mut replaced);
        last = found.end();
        if replaced.len() > MAX_TEXT {
            return None;
        }
    }
    replaced.push_str(&text[last..]);
    Some(replaced)
}

/// Names of groups in braces, and numbers with zeros in front, are read in two ways.
fn is_common_replacement(with: &str) -> bool {
    with.split('$').skip(1).all(|after| {
        let name = after.trim_start_matches('{');
        let zeros = name.starts_with('0') && name[1..].starts_with(|char: char| char.is_ascii_alphanumeric());
        let braced = after.strip_prefix('{').is_none_or(|inside| {
            inside.split_once('}').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
        });
        !zeros && braced
    })
}

/// What Terraform makes of a match: the text, or what its groups have caught.
fn caught(regex: &Regex, captures: &Captures<'_>) -> Val {
    let text = |group: usize| captures.get(group).map_or(Val::Null, |found| Val::text(found.as_str()));
    let names: Vec<Option<Rc<str>>> = regex.capture_names().map(|name| name.map(Rc::from)).collect();
    if names.len() == 1 {
        text(0)
    } else if names[1..].iter().all(Option::is_none) {
        Val::list((1..names.len()).map(text))
    } else {
        let member = |(group, name): (usize, Option<Rc<str>>)| Some((name?, text(group)));
        Val::map(names.into_iter().enumerate().filter_map(member))
    }
}

/// The compiled pattern and the text; what stands in for the result where there is no following it.
fn prepare(function: &str, args: &[Val]) -> Result<Result<(Regex, Rc<str>), Val>, Failed> {
    let [pattern, of] = take(args)?;
    let (Some(pattern), Some(of)) = (text(pattern)?, text(of)?) else {
        return hidden(function, args).map(Err);
    };
    let Some(regex) = compile(&pattern, &of) else {
        return not_followed(function, args).map(Err);
    };
    let named = regex.capture_names().flatten().count();
    // either all groups have names or none
    if named > 0 && named + 1 < regex.captures_len() { Err(Failed) } else { Ok(Ok((regex, of))) }
}

fn regex(args: &[Val]) -> Outcome {
    match prepare("regex", args)? {
        Ok((regex, text)) => regex.captures(&text).map(|captures| caught(&regex, &captures)).ok_or(Failed),
        Err(instead) => Ok(instead),
    }
}

fn regexall(args: &[Val]) -> Outcome {
    match prepare("regexall", args)? {
        Ok((regex, text)) => {
            let all: Vec<Val> = regex
                .captures_iter(&text)
                .take(MAX_MEMBERS + 1)
                .map(|found| caught(&regex, &found))
                .collect();
            if all.len() > MAX_MEMBERS { too_large("regexall", args) } else { Ok(Val::list(all)) }
        }
        Err(instead) => Ok(instead),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn matches() {
        check(&[
            ("regex", "'b', 'abc'", "'b'"),
            ("regex", "'x', 'abc'", "'!'"),
            ("regex", "'', 'abc'", "''"),
            ("regex", "'(?:a)', 'abc'", "'a'"),
            ("regex", "'(a)(b)', 'abc'", "['a', 'b']"),
            ("regex", "'(a)|(b)', 'b'", "[null, 'b']"),
            ("regex", "'(?P<x>a)(?<y>b)', 'abc'", "{'x': 'a', 'y': 'b'}"),
            ("regex", "'(?P<x>a)|(?P<y>b)', 'b'", "{'x': null, 'y': 'b'}"),
            ("regex", "'(?P<x>a)(b)', 'abc'", "'!'"),
            ("regex", "'^(\\\\d+)-(\\\\w+)$', '12-ab'", "['12', 'ab']"),
            ("regex", "'^[a-z][a-z0-9-]{0,5}$', 'web-1'", "'web-1'"),
            ("regex", "'[^/]+$', 'a/b/c'", "'c'"),
            (
                "regex",
                "'arn:aws:iam::(\\\\d{12}):role/(.+)', 'arn:aws:iam::123456789012:role/x/y'",
                "['123456789012', 'x/y']",
            ),
            ("regex", "'[[:digit:]]+', 'a12'", "'12'"),
            ("regex", "'^b', 'a\\nb'", "'!'"),
            ("regex", "'(?i)K', 'k'", "'k'"),
            ("regex", "'(?U)a+', 'aaa'", "'a'"),
            ("regex", "']', ']'", "']'"),
            ("regex", "'\\\\/', '/'", "'/'"),
            ("regex", "'.', 'é'", "'é'"),
            ("regex", "'(a*)', 'b'", "['']"),
            ("regex", "null, 'abc'", "'!'"),
            ("regex", "'a', null", "'!'"),
            ("regex", "'a', '@1'", "'??'"),
            ("regexall", "'b', 'abcb'", "['b', 'b']"),
            ("regexall", "'x', 'abc'", "[]"),
            ("regexall", "'(a)(b)?', 'aba'", "[['a', 'b'], ['a', null]]"),
            ("regexall", "'(?P<x>a)', 'aa'", "[{'x': 'a'}, {'x': 'a'}]"),
            ("regexall", "'', 'ab'", "['', '', '']"),
            ("regexall", "'', 'é'", "['', '']"),
            ("regexall", "'a*', 'baac'", "['', 'aa', '']"),
            ("regexall", "'a', '@1'", "'??'"),
        ]);
    }

    #[test]
    fn alternatives_and_repetitions() {
        for (pattern, text, expected) in [
            ("a|", "b", "''"),
            ("^*", "a", "''"),
            ("(?i:A)b", "ab", "'ab'"),
            ("()*", "a", "['']"),
            ("(|a)*", "aa", "['']"),
            ("(|a)+", "aa", "['']"),
            ("(?:|a)*", "aa", "''"),
            ("(a|ab)(c|bcd)(d*)", "abcd", "['a', 'bcd', '']"),
            ("(?:(a)|b)*", "ab", "['a']"),
            ("(a*)*", "b", "['']"),
            ("(a*)+", "b", "['']"),
            ("(a*|b)*", "ab", "['b']"),
            ("(a|b)*?c", "abc", "['b']"),
            ("$^", "", "''"),
            ("a??", "a", "''"),
            ("[a-c-e]", "-", "'-'"),
            ("[]a]", "]", "']'"),
            ("[^]a]", "b", "'b'"),
            ("[[:^alpha:]]", "a1", "'1'"),
            ("[a[:digit:]]+", "1a", "'1a'"),
            (r"[\w.-]+@[\w.-]+", "x a.b-c@d.e y", "'a.b-c@d.e'"),
            (r"[\^a]", "^", "'^'"),
            (r"\Aab\z", "ab", "'ab'"),
            ("(?s)a.c", "a\nc", "'a\\nc'"),
            ("é+", "éé", "'éé'"),
        ] {
            let result = regex(&[Val::text(pattern), Val::text(text)]);
            assert_eq!(result, Ok(super::super::testing::val(expected)), "{pattern}");
        }
    }

    #[test]
    fn replacements() {
        for (text, pattern, with, expected) in [
            ("a+b", r"\+", "-", "a-b"),
            ("abc", "(?P<n>b)", "<$n>", "a<b>c"),
            ("abc", "(b)", "<$1x>", "a<>c"),
            ("abc", "(b)", "<${1}x>", "a<bx>c"),
            ("abc", "b", "$$", "a$c"),
            ("abc", "b", "$0$0", "abbc"),
            ("abc", "b", "$-", "a$-c"),
            ("abc", "b", "$", "a$c"),
            ("abc", "b*", "x", "xaxcx"),
            ("abc", "x*", "-", "-a-b-c-"),
            ("abc", "^", "x", "xabc"),
            ("abc", "$", "x", "abcx"),
            ("a\nb", "(?m)^", "> ", "> a\n> b"),
            ("abab", "(a)(b)", "$2$1", "baba"),
            ("a b", r"\s+", "", "ab"),
            ("abc", "(?i)B", "x", "axc"),
            ("abc", "[[:alpha:]]", "x", "xxx"),
        ] {
            assert_eq!(replaced(text, pattern, with).as_deref(), Some(expected), "{pattern} {with}");
        }
        for (pattern, with) in [("(b)", "$01"), ("b", "${-}"), ("b", "${"), ("(", "x")] {
            assert_eq!(replaced("abc", pattern, with), None, "{pattern} {with}");
        }
    }

    #[test]
    fn what_is_read_in_two_ways_is_not_followed() {
        for pattern in [
            r"a++",
            r"a{2}{3}",
            r"a{,2}",
            r"a{1001}",
            r"(a){0}",
            r"(a){0,0}",
            r"[a&&b]",
            r"[a--b]",
            r"[[a]",
            r"[a-z&&[aeiou]]",
            r"\<a",
            r"\b{start}a",
            r"(?x)a b",
            r"(?R)a",
            r"\Qa.b\E",
            r"\pL",
            r"\p{Greek}",
            r"\x61",
            r"\u0061",
            r"\07",
            r"\é",
            r"\C",
            r"{",
            r"(?P<a.b>x)",
        ] {
            assert!(compile(pattern, "a").is_none(), "{pattern}");
        }
        for (pattern, text) in [(r"\w", "é"), (r"(?i)k", "\u{212a}"), (r"\s", "\u{b}")] {
            assert!(compile(pattern, text).is_none(), "{pattern}");
        }
    }
}
