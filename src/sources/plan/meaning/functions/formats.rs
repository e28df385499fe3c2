//! `format` and `formatlist`.
//!
//! Source: Terraform language documentation, "format Function".

use std::rc::Rc;

use super::args::{
    EXACT, Members, flag, has_spread, hidden, is_plain, members, not_followed, number, text, too_large,
};
use super::json::{encoded, quoted};
use super::texts::merged;
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::{MAX_MEMBERS, MAX_TEXT, Piece, Val, number_text};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "format" => format_one,
        "formatlist" => format_list,
        _ => return None,
    })
}

fn format_one(args: &[Val]) -> Outcome {
    let (format, values) = args.split_first().ok_or(Failed)?;
    match text(format)? {
        Some(format) => match formatted(&format, values)? {
            Some(val) => Ok(val),
            None => not_followed("format", args),
        },
        None => hidden("format", args),
    }
}

fn format_list(args: &[Val]) -> Outcome {
    let (format, values) = args.split_first().ok_or(Failed)?;
    let format = text(format)?;
    let mut count = None;
    let mut columns: Vec<Result<Vec<Val>, Val>> = Vec::new();
    let mut seen = true;
    for val in values {
        let column = match val {
            Val::List(_) | Val::Set(_) => match members(val)? {
                Members::List(members) if !has_spread(members) => members.to_vec(),
                Members::Sorted(members) => members,
                _ => {
                    seen = false;
                    continue;
                }
            },
            // it may be a list of them
            Val::Attr(_) | Val::Unknown(_) | Val::Instance(_) | Val::Call(_) => {
                seen = false;
                continue;
            }
            scalar => {
                columns.push(Err(scalar.clone()));
                continue;
            }
        };
        if *count.get_or_insert(column.len()) != column.len() {
            return Err(Failed);
        }
        columns.push(Ok(column));
    }
    let Some(format) = format.filter(|_| seen) else {
        return hidden("formatlist", args);
    };
    let count = count.unwrap_or(1);
    if count > MAX_MEMBERS {
        return too_large("formatlist", args);
    }
    let mut list = Vec::new();
    let mut size = 0;
    for row in 0..count {
        let values: Vec<Val> = columns
            .iter()
            .map(|column| column.as_ref().map_or_else(Clone::clone, |column| column[row].clone()))
            .collect();
        let Some(val) = formatted(&format, &values)? else {
            return not_followed("formatlist", args);
        };
        size += val.as_text().map_or(0, str::len);
        list.push(val);
        if size > MAX_TEXT {
            return too_large("formatlist", args);
        }
    }
    Ok(Val::list(list))
}

/// One `%` of a format.
#[expect(clippy::struct_excessive_bools, reason = "these are the flags of a format")]
#[derive(Debug, Default)]
struct Verb {
    minus: bool,
    plus: bool,
    space: bool,
    sharp: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// Which argument it asks for, counted from one.
    argument: Option<usize>,
    letter: char,
}

impl Verb {
    /// Takes a verb apart, without the `%`, and gives what follows.
    fn parse(text: &str) -> Result<(Self, &str), Failed> {
        let mut verb = Self::default();
        let mut rest = text;
        while let Some(flag) = rest.chars().next() {
            match flag {
                '-' => verb.minus = true,
                '+' => verb.plus = true,
                ' ' => verb.space = true,
                '#' => verb.sharp = true,
                '0' => verb.zero = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        (verb.width, rest) = digits(rest);
        if let Some(after) = rest.strip_prefix('.') {
            let (precision, after) = digits(after);
            verb.precision = Some(precision.unwrap_or(0));
            rest = after;
        }
        if let Some(after) = rest.strip_prefix('[') {
            let (argument, after) = digits(after);
            verb.argument = Some(argument.filter(|argument| *argument > 0).ok_or(Failed)?);
            rest = after.strip_prefix(']').ok_or(Failed)?;
        }
        verb.letter = rest.chars().next().filter(char::is_ascii_alphabetic).ok_or(Failed)?;
        Ok((verb, &rest[1..]))
    }

    fn is_bare(&self) -> bool {
        self.width.is_none()
            && self.precision.is_none()
            && !(self.minus || self.plus || self.space || self.sharp || self.zero)
    }

    /// The pieces that one argument becomes; nothing where this is not followed.
    fn apply(&self, arg: &Val) -> Result<Option<Vec<Piece>>, Failed> {
        let known = |text: String| Ok(Some(vec![Piece::Text(text.into())]));
        let text = match self.letter {
            'v' => return self.apply_any(arg),
            's' | 'q' => {
                text(arg)?.map(|text| if self.letter == 'q' { quoted(&text) } else { text.to_string() })
            }
            't' => {
                return Ok(
                    flag(arg)?.map(|flag| vec![Piece::Text(Rc::from(if flag { "true" } else { "false" }))])
                );
            }
            'd' | 'b' | 'o' | 'x' | 'X' | 'f' => {
                let Some(number) = number(arg)? else {
                    return Ok(self.hole(arg));
                };
                return self.number(number)?.map_or(Ok(None), known);
            }
            'e' | 'E' | 'g' | 'G' => return Ok(None),
            _ => return Err(Failed),
        };
        let Some(mut text) = text else {
            return Ok(self.hole(arg));
        };
        // none at all is no limit
        if let Some(precision) = self.precision.filter(|precision| *precision > 0) {
            if !is_plain(&text) || self.letter == 'q' {
                return Ok(None);
            }
            text = text.chars().take(precision).collect();
        }
        self.padded(text).map_or(Ok(None), known)
    }

    /// An argument that is not known, where it goes in as it is.
    fn hole(&self, arg: &Val) -> Option<Vec<Piece>> {
        let fits = matches!(arg, Val::Attr(_) | Val::Template(_) | Val::Unknown(_) | Val::Either(_));
        (fits && self.is_bare() && matches!(self.letter, 's' | 'v' | 'd'))
            .then(|| vec![Piece::Hole(arg.clone())])
    }

    /// `%v`: as fits the value.
    fn apply_any(&self, arg: &Val) -> Result<Option<Vec<Piece>>, Failed> {
        let text = match arg {
            Val::Text(text) if !self.sharp => text.to_string(),
            Val::Number(number) if !self.sharp => general(*number),
            Val::Null
            | Val::Bool(_)
            | Val::Number(_)
            | Val::Text(_)
            | Val::List(_)
            | Val::Set(_)
            | Val::Map(_) => {
                let pieces = merged(encoded(arg)?);
                match pieces.as_slice() {
                    [Piece::Text(text)] => text.to_string(),
                    _ => return Ok(self.is_bare().then_some(pieces)),
                }
            }
            _ => return Ok(self.hole(arg)),
        };
        Ok(self.padded(text).map(|text| vec![Piece::Text(text.into())]))
    }

    fn number(&self, number: f64) -> Result<Option<String>, Failed> {
        if self.letter != 'f' && number.fract() != 0.0 {
            return Err(Failed);
        }
        if self.sharp || number.abs() >= EXACT || self.width.is_some_and(|width| width > MAX_TEXT) {
            return Ok(None);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
        let whole = number.abs() as u64;
        let digits = match self.letter {
            'f' => match decimal(number.abs(), self.precision.unwrap_or(6)) {
                Some(digits) => digits,
                None => return Ok(None),
            },
            _ if self.precision.is_some() => return Ok(None),
            'b' => format!("{whole:b}"),
            'o' => format!("{whole:o}"),
            'x' => format!("{whole:x}"),
            'X' => format!("{whole:X}"),
            _ => whole.to_string(),
        };
        let sign = match number {
            number if number < 0.0 => "-",
            _ if self.plus => "+",
            _ if self.space => " ",
            _ => "",
        };
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + digits.len());
        Ok(Some(if self.minus {
            format!("{sign}{digits}{}", " ".repeat(missing))
        } else if self.zero {
            format!("{sign}{}{digits}", "0".repeat(missing))
        } else {
            format!("{}{sign}{digits}", " ".repeat(missing))
        }))
    }

    fn padded(&self, text: String) -> Option<String> {
        let Some(width) = self.width else {
            return Some(text);
        };
        if width > MAX_TEXT || !is_plain(&text) {
            return None;
        }
        let missing = width.saturating_sub(text.chars().count());
        Some(match (self.minus, self.zero) {
            (true, _) => text + &" ".repeat(missing),
            (false, true) => "0".repeat(missing) + &text,
            (false, false) => " ".repeat(missing) + &text,
        })
    }
}

/// The digits in front; a number that is too large to count is far beyond every limit.
fn digits(text: &str) -> (Option<usize>, &str) {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    ((!digits.is_empty()).then(|| digits.parse().unwrap_or(usize::MAX)), rest)
}

/// With this many digits behind the point. Terraform rounds what was written in decimal, which is not followed where
/// it lies half way.
fn decimal(number: f64, precision: usize) -> Option<String> {
    let written = number_text(number);
    let behind = written.split_once('.').map_or("", |(_, behind)| behind);
    let half_way = behind.len() == precision.saturating_add(1) && behind.ends_with('5');
    (!half_way && precision <= 1000).then(|| format!("{number:.precision$}"))
}

/// As Go's `%g` with as many digits as it takes.
fn general(number: f64) -> String {
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
        _ => number_text(number),
    }
}

/// The text of a format; nothing where it is not followed.
fn formatted(format: &str, args: &[Val]) -> Result<Option<Val>, Failed> {
    let mut pieces = Vec::new();
    let mut rest = format;
    let mut next = 0;
    let mut used = 0;
    let mut followed = true;
    let mut size = format.len();
    while let Some((text, verb)) = rest.split_once('%') {
        pieces.push(Piece::Text(text.into()));
        if let Some(after) = verb.strip_prefix('%') {
            pieces.push(Piece::Text("%".into()));
            rest = after;
            continue;
        }
        let (verb, after) = Verb::parse(verb)?;
        let argument = verb.argument.unwrap_or(next + 1);
        let arg = args.get(argument - 1).ok_or(Failed)?;
        match verb.apply(arg)? {
            Some(made) => {
                let length = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 0 };
                size += made.iter().map(length).sum::<usize>();
                pieces.extend(made);
            }
            None => followed = false,
        }
        if size > MAX_TEXT {
            return Ok(None);
        }
        next = argument;
        used = used.max(argument);
        rest = after;
    }
    pieces.push(Piece::Text(rest.into()));
    if used < args.len() {
        return Err(Failed);
    }
    Ok(followed.then(|| Val::template(merged(pieces))))
}

#[cfg(test)]
#[path = "formats_tests.rs"]
mod tests;
