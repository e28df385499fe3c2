//! Functions on texts.

use std::rc::Rc;

use super::args::{
    Members, has_spread, hidden, is_plain, members, not_followed, take, text, too_large, whole,
};
use super::kinds::as_text;
use super::{Failed, Function, Outcome, patterns};
use crate::sources::plan::meaning::value::{MAX_MEMBERS, MAX_TEXT, Piece, Val};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "join" => join,
        "split" => split,
        "replace" => replace,
        "lower" => lower,
        "upper" => upper,
        "title" => title,
        "trim" => trim,
        "trimprefix" => trimprefix,
        "trimsuffix" => trimsuffix,
        "trimspace" => trimspace,
        "substr" => substr,
        "startswith" => startswith,
        "endswith" => endswith,
        "strcontains" => strcontains,
        "indent" => indent,
        "chomp" => chomp,
        "strrev" => strrev,
        _ => return None,
    })
}

/// A function of known texts alone; `None` where what it would give is not told here.
fn of_texts<const N: usize>(
    function: &str,
    args: &[Val],
    make: impl FnOnce([&str; N]) -> Option<Val>,
) -> Outcome {
    let given: &[Val; N] = take(args)?;
    let texts: Vec<Option<Rc<str>>> = given.iter().map(text).collect::<Result<_, _>>()?;
    let Some(texts) = texts.into_iter().collect::<Option<Vec<_>>>() else {
        return hidden(function, args);
    };
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    make(texts.try_into().map_err(|_| Failed)?).map_or_else(|| not_followed(function, args), Ok)
}

fn join(args: &[Val]) -> Outcome {
    let (separator, lists) = args.split_first().filter(|(_, lists)| !lists.is_empty()).ok_or(Failed)?;
    let separator = text(separator)?;
    let mut all = Vec::new();
    let mut seen = true;
    for list in lists {
        match members(list)? {
            Members::List(members) => all.extend_from_slice(members),
            Members::Sorted(members) => all.extend(members),
            Members::Unordered([only]) => all.push(only.clone()),
            Members::Unordered(_) | Members::Hidden => seen = false,
        }
    }
    if all.iter().any(|member| matches!(member, Val::Null | Val::List(_) | Val::Set(_) | Val::Map(_))) {
        return Err(Failed);
    }
    let whole = |member: &Val| matches!(member, Val::Instance(_) | Val::Call(_));
    let Some(separator) = separator.filter(|_| seen && !has_spread(&all) && !all.iter().any(whole)) else {
        return hidden("join", args);
    };
    let mut pieces = Vec::new();
    let mut length = 0;
    for member in &all {
        if !pieces.is_empty() {
            pieces.push(Piece::Text(separator.clone()));
        }
        let piece = match as_text(member) {
            Val::Text(text) => Piece::Text(text),
            hole => Piece::Hole(hole),
        };
        length += separator.len() + if let Piece::Text(text) = &piece { text.len() } else { 0 };
        pieces.push(piece);
    }
    if length > MAX_TEXT { too_large("join", args) } else { Ok(Val::template(merged(pieces))) }
}

/// Known pieces side by side as one, in one go.
pub(super) fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged = Vec::new();
    let mut run = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => run.push_str(&text),
            hole @ Piece::Hole(_) => {
                merged.extend([Piece::Text(std::mem::take(&mut run).into()), hole]);
            }
        }
    }
    merged.push(Piece::Text(run.into()));
    merged
}

fn split(args: &[Val]) -> Outcome {
    of_texts("split", args, |[separator, text]| {
        let parts: Vec<Val> = if separator.is_empty() {
            text.chars().take(MAX_MEMBERS + 1).map(|char| Val::text(char.to_string())).collect()
        } else {
            text.split(separator).take(MAX_MEMBERS + 1).map(Val::text).collect()
        };
        (parts.len() <= MAX_MEMBERS).then(|| Val::list(parts))
    })
}

fn replace(args: &[Val]) -> Outcome {
    of_texts("replace", args, |[text, what, with]| {
        let pattern = what.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        if let Some(pattern) = pattern {
            return patterns::replaced(text, pattern, with).map(Val::text);
        }
        let found = if what.is_empty() { text.chars().count() + 1 } else { text.matches(what).count() };
        let length = found.saturating_mul(with.len()).saturating_add(text.len());
        (length <= MAX_TEXT).then(|| Val::text(text.replace(what, with)))
    })
}

/// The characters one by one, as Go maps them: what becomes several characters in other languages stays out.
fn each_char<I: Iterator<Item = char>>(text: &str, map: fn(char) -> I) -> Option<Val> {
    let one = |char| {
        let mut mapped = map(char);
        mapped.next().filter(|_| mapped.next().is_none())
    };
    text.chars().map(one).collect::<Option<String>>().map(Val::text)
}

fn lower(args: &[Val]) -> Outcome {
    of_texts("lower", args, |[text]| each_char(text, char::to_lowercase))
}

fn upper(args: &[Val]) -> Outcome {
    of_texts("upper", args, |[text]| each_char(text, char::to_uppercase))
}

fn title(args: &[Val]) -> Outcome {
    of_texts("title", args, |[text]| {
        let mut inside = false;
        let title = text.chars().map(|char| {
            let titled = if inside { char } else { char.to_ascii_uppercase() };
            inside = char.is_ascii_alphanumeric() || char == '_';
            titled
        });
        text.is_ascii().then(|| Val::text(title.collect::<String>()))
    })
}

fn trim(args: &[Val]) -> Outcome {
    of_texts("trim", args, |[text, chars]| Some(Val::text(text.trim_matches(|char| chars.contains(char)))))
}

fn trimprefix(args: &[Val]) -> Outcome {
    of_texts("trimprefix", args, |[text, prefix]| Some(Val::text(text.strip_prefix(prefix).unwrap_or(text))))
}

fn trimsuffix(args: &[Val]) -> Outcome {
    of_texts("trimsuffix", args, |[text, suffix]| Some(Val::text(text.strip_suffix(suffix).unwrap_or(text))))
}

fn trimspace(args: &[Val]) -> Outcome {
    of_texts("trimspace", args, |[text]| Some(Val::text(text.trim())))
}

fn chomp(args: &[Val]) -> Outcome {
    of_texts("chomp", args, |[text]| Some(Val::text(text.trim_end_matches(['\r', '\n']))))
}

fn strrev(args: &[Val]) -> Outcome {
    of_texts("strrev", args, |[text]| {
        is_plain(text).then(|| Val::text(text.chars().rev().collect::<String>()))
    })
}

fn indent(args: &[Val]) -> Outcome {
    let [spaces, lines] = take(args)?;
    let (Some(spaces), Some(lines)) = (whole(spaces)?, text(lines)?) else {
        return hidden("indent", args);
    };
    let spaces = usize::try_from(spaces).map_err(|_| Failed)?;
    let length = lines.matches('\n').count().saturating_mul(spaces).saturating_add(lines.len());
    if length > MAX_TEXT {
        return too_large("indent", args);
    }
    // a single line needs no spaces, however many are asked for
    let spaces = if lines.contains('\n') { spaces } else { 0 };
    Ok(Val::text(lines.replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn substr(args: &[Val]) -> Outcome {
    let [of, offset, length] = take(args)?;
    let (Some(of), Some(offset), Some(length)) = (text(of)?, whole(offset)?, whole(length)?) else {
        return hidden("substr", args);
    };
    if !is_plain(&of) {
        return not_followed("substr", args);
    }
    let count = i64::try_from(of.chars().count()).map_err(|_| Failed)?;
    let start = if offset < 0 { (offset + count).max(0) } else { offset };
    // no length is the rest, and so is zero where the offset counts from the end
    let length = if length < 0 || length == 0 && offset < 0 { count } else { length };
    let (start, length) =
        (usize::try_from(start).map_err(|_| Failed)?, usize::try_from(length).map_err(|_| Failed)?);
    Ok(Val::text(of.chars().skip(start).take(length).collect::<String>()))
}

/// The known text at one end of a template.
fn edge(val: &Val, at_end: bool) -> Option<&str> {
    let Val::Template(pieces) = val else {
        return None;
    };
    match if at_end { pieces.last()? } else { pieces.first()? } {
        Piece::Text(text) => Some(text),
        Piece::Hole(_) => None,
    }
}

/// `fits` tells whether the first text has the second at this end.
fn ends(function: &str, args: &[Val], at_end: bool, fits: fn(&str, &str) -> bool) -> Outcome {
    let [of, wanted] = take(args)?;
    let (known, wanted) = (text(of)?, text(wanted)?);
    let Some(wanted) = wanted else {
        return hidden(function, args);
    };
    let fits = match (known, edge(of, at_end)) {
        (Some(known), _) => Some(fits(&known, &wanted)),
        (None, Some(edge)) if edge.len() >= wanted.len() => Some(fits(edge, &wanted)),
        (None, Some(edge)) if !fits(&wanted, edge) => Some(false),
        _ => None,
    };
    fits.map_or_else(|| hidden(function, args), |fits| Ok(Val::Bool(fits)))
}

fn startswith(args: &[Val]) -> Outcome {
    ends("startswith", args, false, |text, prefix| text.starts_with(prefix))
}

fn endswith(args: &[Val]) -> Outcome {
    ends("endswith", args, true, |text, suffix| text.ends_with(suffix))
}

fn strcontains(args: &[Val]) -> Outcome {
    let [of, wanted] = take(args)?;
    let (known, wanted_text) = (text(of)?, text(wanted)?);
    let (Some(wanted), pieces) = (wanted_text, if let Val::Template(pieces) = of { &**pieces } else { &[] })
    else {
        return hidden("strcontains", args);
    };
    let within = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(&*wanted));
    match known {
        Some(known) => Ok(Val::Bool(known.contains(&*wanted))),
        None if pieces.iter().any(within) => Ok(Val::Bool(true)),
        None => hidden("strcontains", args),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn joined_and_split() {
        check(&[
            ("join", "',', ['a', 'b']", "'a,b'"),
            ("join", "',', []", "''"),
            ("join", "',', [], ['b']", "'b'"),
            ("join", "',', ['a'], ['b']", "'a,b'"),
            ("join", "',', [1, true, 'x']", "'1,true,x'"),
            ("join", "1, ['a', 'b']", "'a1b'"),
            ("join", "',', {'$set': [2, 10]}", "'2,10'"),
            ("join", "',', [null]", "'!'"),
            ("join", "',', 'a'", "'!'"),
            ("join", "null, ['a']", "'!'"),
            ("join", "',', null", "'!'"),
            ("join", "','", "'!'"),
            ("join", "',', [['a']]", "'!'"),
            (
                "join",
                "'-', ['a', '@1', {'$template': ['b', '?2']}]",
                "{'$template': ['a-', '@1', '-b', '?2']}",
            ),
            ("join", "'-', ['', '@1', '']", "{'$template': ['-', '@1', '-']}"),
            ("join", "'-', ['@1', {'$spread': '@2'}]", "'??'"),
            ("join", "'-', {'$set': ['@1', '@2']}", "'??'"),
            ("join", "'-', '@1'", "'??'"),
            ("join", "'@1', ['a', '@2']", "'??'"),
            ("split", "',', 'a,,b,'", "['a', '', 'b', '']"),
            ("split", "',', ''", "['']"),
            ("split", "'', 'abc'", "['a', 'b', 'c']"),
            ("split", "'', ''", "[]"),
            ("split", "'ab', 'xabyabz'", "['x', 'y', 'z']"),
            ("split", "',', 1", "['1']"),
            ("split", "',', null", "'!'"),
            ("split", "',', ['a']", "'!'"),
            ("split", "',', {'$template': ['a,', '@1']}", "'??'"),
        ]);
    }

    #[test]
    fn replaced() {
        check(&[
            ("replace", "'abc', 'b', '$0'", "'a$0c'"),
            ("replace", "'abc', '', 'x'", "'xaxbxcx'"),
            ("replace", "'aaa', 'aa', 'b'", "'ba'"),
            ("replace", "'a/b', '/', '-'", "'a-b'"),
            ("replace", "'abc', '/b', 'x'", "'abc'"),
            ("replace", "1.5, '.', '-'", "'1-5'"),
            ("replace", "null, 'a', 'b'", "'!'"),
            ("replace", "'a', 'a', null", "'!'"),
            ("replace", "'@1', 'a', 'b'", "'??'"),
            ("replace", "'a/b', '//', '-'", "'-a-/-b-'"),
            ("replace", "'abc', '/(b)/', '<$1>'", "'a<b>c'"),
            ("replace", "'/a/', '/a/', 'x'", "'/x/'"),
            ("replace", "'abc', '/(/', 'x'", "'??'"),
        ]);
    }

    #[test]
    fn letters() {
        check(&[
            ("lower", "'ABCÉΣ'", "'abcéσ'"),
            ("lower", "1", "'1'"),
            ("lower", "null", "'!'"),
            ("lower", "['A']", "'!'"),
            ("lower", "'İ'", "'??'"),
            ("lower", "'@1'", "'??'"),
            ("upper", "'éǆ'", "'ÉǄ'"),
            ("upper", "'ß'", "'??'"),
            ("title", "'hELLO-wORLD foo_bar a.b 1a'", "'HELLO-WORLD Foo_bar A.B 1a'"),
            ("title", "'éa'", "'??'"),
            ("title", "null", "'!'"),
            ("strrev", "'aéb'", "'béa'"),
            ("strrev", "12", "'21'"),
            ("strrev", "null", "'!'"),
            ("strrev", "'👨'", "'??'"),
        ]);
    }

    #[test]
    fn trimmed_and_cut() {
        check(&[
            ("trim", "'?!a!?', '!?'", "'a'"),
            ("trim", "'éaé', 'é'", "'a'"),
            ("trim", "'a', ''", "'a'"),
            ("trim", "'abc', null", "'!'"),
            ("trimprefix", "'aab', 'a'", "'ab'"),
            ("trimprefix", "'abc', 'x'", "'abc'"),
            ("trimprefix", "{'$template': ['a', '@1']}, 'a'", "'??'"),
            ("trimsuffix", "'abcc', 'c'", "'abc'"),
            ("trimsuffix", "'abc', ''", "'abc'"),
            ("trimspace", "'  a\\n\\t '", "'a'"),
            ("trimspace", "'\\u00a0a\\u2003\\u0085'", "'a'"),
            ("trimspace", "'\\u200ba\\ufeff'", "'\\u200ba\\ufeff'"),
            ("chomp", "'a\\n\\r\\n\\r'", "'a'"),
            ("chomp", "'\\na'", "'\\na'"),
            ("indent", "2, 'a\\nb\\n\\nc'", "'a\\n  b\\n  \\n  c'"),
            ("indent", "'2', 'a\\nb'", "'a\\n  b'"),
            ("indent", "-1, 'a\\nb'", "'!'"),
            ("indent", "1.5, 'a\\nb'", "'!'"),
            ("indent", "null, 'a'", "'!'"),
            ("indent", "9007199254740991, 'a\\nb'", "'??'"),
            ("indent", "9007199254740991, 'a'", "'a'"),
            ("substr", "'hello', 1, 3", "'ell'"),
            ("substr", "'hello', -3, 2", "'ll'"),
            ("substr", "'hello', 2, -1", "'llo'"),
            ("substr", "'hello', 0, -2", "'hello'"),
            ("substr", "'hello', 5, 1", "''"),
            ("substr", "'hello', 6, 1", "''"),
            ("substr", "'hello', -6, 2", "'he'"),
            ("substr", "'hello', -10, 20", "'hello'"),
            ("substr", "'hello', 0, 0", "''"),
            ("substr", "'abc', -1, 0", "'c'"),
            ("substr", "'', 1, 1", "''"),
            ("substr", "'hello', null, 1", "'!'"),
            ("substr", "'hello', 1.5, 1", "'!'"),
            ("substr", "'hello', '1', 1", "'e'"),
            ("substr", "'abc', 0, 'x'", "'!'"),
            ("substr", "'👨a', 0, 1", "'??'"),
            ("substr", "'@1', 0, 1", "'??'"),
        ]);
    }

    #[test]
    fn compared() {
        check(&[
            ("startswith", "'abc', 'ab'", "true"),
            ("startswith", "'abc', ''", "true"),
            ("startswith", "'abc', 'x'", "false"),
            ("startswith", "null, 'x'", "'!'"),
            ("startswith", "'x', null", "'!'"),
            ("startswith", "{'$template': ['abc', '@1']}, 'ab'", "true"),
            ("startswith", "{'$template': ['abc', '@1']}, 'x'", "false"),
            ("startswith", "{'$template': ['abc', '@1']}, 'xbcd'", "false"),
            ("startswith", "{'$template': ['abc', '@1']}, 'abcd'", "'??'"),
            ("startswith", "{'$template': ['@1', 'abc']}, 'a'", "'??'"),
            ("startswith", "'@1', 'a'", "'??'"),
            ("endswith", "'abc', 'bc'", "true"),
            ("endswith", "'a', 'ba'", "false"),
            ("endswith", "{'$template': ['@1', 'abc']}, 'bc'", "true"),
            ("endswith", "{'$template': ['@1', 'abc']}, 'xabd'", "false"),
            ("endswith", "{'$template': ['@1', 'abc']}, 'xabc'", "'??'"),
            ("strcontains", "'abc', 'b'", "true"),
            ("strcontains", "'abc', ''", "true"),
            ("strcontains", "'abc', 'x'", "false"),
            ("strcontains", "null, 'x'", "'!'"),
            ("strcontains", "{'$template': ['@1', 'abc']}, 'b'", "true"),
            ("strcontains", "{'$template': ['@1', 'abc']}, 'x'", "'??'"),
        ]);
    }
}
