//! Functions on numbers and bools.

use super::args::{
    EXACT, Members, flag, has_spread, hidden, members, not_followed, number, take, too_large, whole,
};
use super::{Failed, Function, Outcome};
use crate::sources::plan::meaning::value::{MAX_MEMBERS, Val};

/// Terraform refuses to make longer ranges.
const MAX_RANGE: usize = 1024;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "min" => min,
        "max" => max,
        "abs" => abs,
        "ceil" => ceil,
        "floor" => floor,
        "signum" => signum,
        "parseint" => parseint,
        "pow" => pow,
        "log" => log,
        "sum" => sum,
        "range" => range,
        "alltrue" => alltrue,
        "anytrue" => anytrue,
        _ => return None,
    })
}

/// Terraform counts in decimal, with far more digits. This one and sums of a few like it come out the same here.
fn is_exact(number: f64) -> bool {
    let scaled = number * 1024.0;
    scaled.fract() == 0.0 && scaled.abs() < EXACT
}

fn fold(function: &str, args: &[Val], choose: fn(f64, f64) -> f64) -> Outcome {
    if args.is_empty() {
        return Err(Failed);
    }
    let numbers: Vec<Option<f64>> = args.iter().map(number).collect::<Result<_, _>>()?;
    match numbers.into_iter().collect::<Option<Vec<f64>>>() {
        Some(numbers) => Ok(numbers.into_iter().reduce(choose).map_or(Val::Null, Val::Number)),
        None => hidden(function, args),
    }
}

fn min(args: &[Val]) -> Outcome {
    fold("min", args, f64::min)
}

fn max(args: &[Val]) -> Outcome {
    fold("max", args, f64::max)
}

fn map(function: &str, args: &[Val], make: fn(f64) -> f64) -> Outcome {
    let [arg] = take(args)?;
    // no zero below zero
    number(arg)?.map_or_else(|| hidden(function, args), |number| Ok(Val::Number(make(number) + 0.0)))
}

fn abs(args: &[Val]) -> Outcome {
    map("abs", args, f64::abs)
}

fn ceil(args: &[Val]) -> Outcome {
    map("ceil", args, f64::ceil)
}

fn floor(args: &[Val]) -> Outcome {
    map("floor", args, f64::floor)
}

fn signum(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    whole(arg)?.map_or_else(
        || hidden("signum", args),
        |whole| Ok(Val::Number(f64::from(i8::try_from(whole.signum()).unwrap_or_default()))),
    )
}

fn parseint(args: &[Val]) -> Outcome {
    let [text, base] = take(args)?;
    let base = whole(base)?;
    let text = match text {
        Val::Text(text) => text,
        Val::Template(_) | Val::Attr(_) | Val::Unknown(_) => return hidden("parseint", args),
        _ => return Err(Failed),
    };
    let Some(base) = base else {
        return hidden("parseint", args);
    };
    let base = u32::try_from(base).ok().filter(|base| (2..=62).contains(base)).ok_or(Failed)?;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err(Failed);
    }
    let mut sum = Some(0u64);
    for char in digits.chars() {
        let digit = digit(char, base).filter(|digit| *digit < base).ok_or(Failed)?;
        sum = sum.and_then(|sum| sum.checked_mul(base.into())?.checked_add(digit.into()));
    }
    #[expect(clippy::cast_precision_loss, reason = "the range is checked")]
    match sum.map(|sum| sum as f64).filter(|sum| *sum < EXACT) {
        Some(sum) => Ok(Val::Number(if negative { 0.0 - sum } else { sum })),
        None => not_followed("parseint", args),
    }
}

/// Up to base 36 a letter counts the same in both cases.
fn digit(char: char, base: u32) -> Option<u32> {
    match char {
        'A'..='Z' if base > 36 => Some(u32::from(char) - u32::from('A') + 36),
        _ => char.to_digit(36),
    }
}

fn pow(args: &[Val]) -> Outcome {
    let [base, exponent] = take(args)?;
    let (Some(base), Some(exponent)) = (number(base)?, number(exponent)?) else {
        return hidden("pow", args);
    };
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    let whole = |number: f64| (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64);
    let exponent = whole(exponent).and_then(|exponent| u32::try_from(exponent).ok());
    let power = whole(base).zip(exponent).and_then(|(base, exponent)| base.checked_pow(exponent));
    #[expect(clippy::cast_precision_loss, reason = "the range is checked")]
    match power.map(|power| power as f64).filter(|power| power.abs() < EXACT) {
        Some(power) => Ok(Val::Number(power)),
        None => not_followed("pow", args),
    }
}

fn log(args: &[Val]) -> Outcome {
    let [of, base] = take(args)?;
    let (Some(of), Some(base)) = (number(of)?, number(base)?) else {
        return hidden("log", args);
    };
    // for these it is tried out that the last digit is Terraform's
    #[expect(clippy::float_cmp, reason = "these bases only")]
    if of.fract() == 0.0 && (1.0..=1024.0).contains(&of) && (base == 2.0 || base == 10.0) {
        Ok(Val::Number(logarithm(of) / logarithm(base)))
    } else {
        not_followed("log", args)
    }
}

/// The natural logarithm of a number from one up, computed as Go does. Others differ in the last digit.
///
/// Source: Go, `math/log.go`, after FreeBSD's `e_log.c`.
fn logarithm(number: f64) -> f64 {
    let (mut fraction, mut exponent) = (number, 0.0);
    while fraction >= std::f64::consts::SQRT_2 {
        fraction /= 2.0;
        exponent += 1.0;
    }
    let f = fraction - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = 6.666_666_666_666_735e-1
        + s4 * (2.857_142_874_366_239e-1 + s4 * (1.818_357_216_161_805e-1 + s4 * 1.479_819_860_511_658_6e-1));
    let even = 3.999_999_999_940_942e-1 + s4 * (2.222_219_843_214_978_4e-1 + s4 * 1.531_383_769_920_937_3e-1);
    let series = s2 * odd + s4 * even;
    let half = 0.5 * f * f;
    let (high, low) = (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10);
    exponent * high - ((half - (s * (half + series) + exponent * low)) - f)
}

/// The members of a list, tuple or set in which each one is seen.
fn seen(arg: &Val) -> Result<Option<Vec<Val>>, Failed> {
    Ok(match members(arg)? {
        Members::List(members) | Members::Unordered(members) => {
            Some(members).filter(|members| !has_spread(members)).map(<[Val]>::to_vec)
        }
        Members::Sorted(members) => Some(members),
        Members::Hidden => None,
    })
}

fn sum(args: &[Val]) -> Outcome {
    let [arg] = take(args)?;
    let Some(members) = seen(arg)? else {
        return hidden("sum", args);
    };
    let numbers: Vec<Option<f64>> = members.iter().map(number).collect::<Result<_, _>>()?;
    let Some(numbers) = numbers.into_iter().collect::<Option<Vec<f64>>>() else {
        return hidden("sum", args);
    };
    match numbers.as_slice() {
        [] => Err(Failed),
        [only] => Ok(Val::Number(*only)),
        _ if numbers.iter().all(|number| is_exact(*number))
            && is_exact(numbers.iter().map(|n| n.abs()).sum()) =>
        {
            Ok(Val::Number(numbers.iter().sum()))
        }
        _ => not_followed("sum", args),
    }
}

fn range(args: &[Val]) -> Outcome {
    let numbers: Vec<Option<f64>> = args.iter().map(number).collect::<Result<_, _>>()?;
    let Some(numbers) = numbers.into_iter().collect::<Option<Vec<f64>>>() else {
        return if (1..=3).contains(&args.len()) { hidden("range", args) } else { Err(Failed) };
    };
    let direction = |start: f64, end: f64| if end < start { -1.0 } else { 1.0 };
    let (start, end, step) = match *numbers.as_slice() {
        [end] => (0.0, end, direction(0.0, end)),
        [start, end] => (start, end, direction(start, end)),
        [start, end, step] => (start, end, step),
        _ => return Err(Failed),
    };
    if step < 0.0 && end > start || step > 0.0 && end < start {
        return Err(Failed);
    }
    if ![start, end, step].into_iter().all(is_exact) {
        return not_followed("range", args);
    }
    let mut range = Vec::new();
    let mut next = start;
    // a step of zero ends at the limit, as in Terraform
    while if step < 0.0 { next > end } else { next < end } {
        if range.len() == MAX_RANGE {
            return Err(Failed);
        }
        range.push(Val::Number(next));
        next += step;
    }
    if range.is_empty() && step == 0.0 && end < start {
        return Err(Failed);
    }
    Ok(Val::list(range))
}

/// `deciding` as one member decides; null counts as false.
fn decide(function: &str, args: &[Val], deciding: bool) -> Outcome {
    let [arg] = take(args)?;
    let (members, all_seen) = match members(arg)? {
        Members::List(members) | Members::Unordered(members) => (members.to_vec(), !has_spread(members)),
        Members::Sorted(members) => (members, true),
        Members::Hidden => return hidden(function, args),
    };
    if members.len() > MAX_MEMBERS {
        return too_large(function, args);
    }
    let flags: Vec<Option<bool>> = members
        .iter()
        .map(|member| if *member == Val::Null { Ok(Some(false)) } else { flag(member) })
        .collect::<Result<_, _>>()?;
    if flags.contains(&Some(deciding)) {
        Ok(Val::Bool(deciding))
    } else if all_seen && !flags.contains(&None) {
        Ok(Val::Bool(!deciding))
    } else {
        hidden(function, args)
    }
}

fn alltrue(args: &[Val]) -> Outcome {
    decide("alltrue", args, false)
}

fn anytrue(args: &[Val]) -> Outcome {
    decide("anytrue", args, true)
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn numbers() {
        check(&[
            ("min", "1, 2", "1"),
            ("min", "'1', 2", "1"),
            ("min", "-1.5, 2", "-1.5"),
            ("min", "", "'!'"),
            ("min", "'a', 2", "'!'"),
            ("min", "1, null", "'!'"),
            ("min", "1, '@1'", "'??'"),
            ("max", "1, 2, 3", "3"),
            ("max", "[1, 2]", "'!'"),
            ("max", "null", "'!'"),
            ("max", "{'$either': [1, 2]}, 2", "2"),
            ("abs", "-1", "1"),
            ("abs", "'-2'", "2"),
            ("abs", "null", "'!'"),
            ("ceil", "1.2", "2"),
            ("ceil", "-0.5", "0"),
            ("ceil", "'1.2'", "2"),
            ("ceil", "'?1'", "'??'"),
            ("floor", "-1.2", "-2"),
            ("floor", "null", "'!'"),
            ("signum", "-3", "-1"),
            ("signum", "'3'", "1"),
            ("signum", "0", "0"),
            ("signum", "0.5", "'!'"),
            ("pow", "2, 3", "8"),
            ("pow", "'2', 3", "8"),
            ("pow", "-2, 3", "-8"),
            ("pow", "0, 0", "1"),
            ("pow", "2, 100", "'??'"),
            ("pow", "10, 400", "'??'"),
            ("pow", "2, -1", "'??'"),
            ("pow", "null, 1", "'!'"),
            ("log", "8, 2", "3"),
            ("log", "1000, 10", "2.9999999999999996"),
            ("log", "3, 2", "1.584962500721156"),
            ("log", "936, 10", "2.971275848738105"),
            ("log", "1, 10", "0"),
            ("log", "0, 10", "'??'"),
            ("log", "null, 1", "'!'"),
        ]);
    }

    #[test]
    fn integers_from_text() {
        check(&[
            ("parseint", "'100', 10", "100"),
            ("parseint", "'FF', '16'", "255"),
            ("parseint", "'-ff', 16", "-255"),
            ("parseint", "'+5', 10", "5"),
            ("parseint", "'-0', 10", "0"),
            ("parseint", "'Zz', 36", "1295"),
            ("parseint", "'zz', 62", "2205"),
            ("parseint", "'ZZ', 62", "3843"),
            ("parseint", "'aA', 62", "656"),
            ("parseint", "'12', 2", "'!'"),
            ("parseint", "'1', 1", "'!'"),
            ("parseint", "'1', 63", "'!'"),
            ("parseint", "'', 10", "'!'"),
            ("parseint", "'1.5', 10", "'!'"),
            ("parseint", "'0x1f', 16", "'!'"),
            ("parseint", "'1_000', 10", "'!'"),
            ("parseint", "12, 10", "'!'"),
            ("parseint", "null, 10", "'!'"),
            ("parseint", "'10', 2.5", "'!'"),
            ("parseint", "'99999999999999999999', 10", "'??'"),
            ("parseint", "'@1', 10", "'??'"),
        ]);
    }

    #[test]
    fn sums_and_ranges() {
        check(&[
            ("sum", "[1, 2]", "3"),
            ("sum", "['1', 2]", "3"),
            ("sum", "[0.25, 0.5]", "0.75"),
            ("sum", "[0.1, 0.2]", "'??'"),
            ("sum", "[0.1]", "0.1"),
            ("sum", "{'$set': [1, 2]}", "3"),
            ("sum", "[]", "'!'"),
            ("sum", "['a']", "'!'"),
            ("sum", "[null, 1]", "'!'"),
            ("sum", "[true]", "'!'"),
            ("sum", "'a'", "'!'"),
            ("sum", "{'a': 1}", "'!'"),
            ("sum", "[1, '@1']", "'??'"),
            ("sum", "[1, {'$spread': '@1'}]", "'??'"),
            ("range", "3", "[0, 1, 2]"),
            ("range", "0", "[]"),
            ("range", "-3", "[0, -1, -2]"),
            ("range", "2.5", "[0, 1, 2]"),
            ("range", "-0.5", "[0]"),
            ("range", "'3'", "[0, 1, 2]"),
            ("range", "1, 4", "[1, 2, 3]"),
            ("range", "4, 1", "[4, 3, 2]"),
            ("range", "3, 3", "[]"),
            ("range", "1, 10, 3", "[1, 4, 7]"),
            ("range", "1, 10, 2.5", "[1, 3.5, 6, 8.5]"),
            ("range", "10, 1, -3", "[10, 7, 4]"),
            ("range", "0, -1, -0.25", "[0, -0.25, -0.5, -0.75]"),
            ("range", "0, 1, 0.1", "'??'"),
            ("range", "1, 10, -1", "'!'"),
            ("range", "10, 1, 3", "'!'"),
            ("range", "1, 10, 0", "'!'"),
            ("range", "10, 1, 0", "'!'"),
            ("range", "3, 3, 0", "[]"),
            ("range", "5, 5, -1", "[]"),
            ("range", "1025", "'!'"),
            ("range", "null", "'!'"),
            ("range", "", "'!'"),
            ("range", "1, 2, 3, 4", "'!'"),
            ("range", "'@1'", "'??'"),
        ]);
    }

    #[test]
    fn bools() {
        check(&[
            ("alltrue", "[]", "true"),
            ("alltrue", "[true, 'true', '1']", "true"),
            ("alltrue", "[true, false]", "false"),
            ("alltrue", "[true, null]", "false"),
            ("alltrue", "[false, 'x']", "'!'"),
            ("alltrue", "[1]", "'!'"),
            ("alltrue", "null", "'!'"),
            ("alltrue", "[false, '@1']", "false"),
            ("alltrue", "[true, '@1']", "'??'"),
            ("alltrue", "[true, {'$spread': '@1'}]", "'??'"),
            ("anytrue", "[]", "false"),
            ("anytrue", "[false, 'true']", "true"),
            ("anytrue", "['0']", "false"),
            ("anytrue", "[null, true]", "true"),
            ("anytrue", "[null, false]", "false"),
            ("anytrue", "'a'", "'!'"),
            ("anytrue", "{'$set': [true]}", "true"),
            ("anytrue", "[true, '@1']", "true"),
            ("anytrue", "[false, '@1']", "'??'"),
            ("anytrue", "'@1'", "'??'"),
        ]);
    }
}
