//! `Convert.*` and `Iso3166Convert.*`.

use rust_iso3166::CountryCode;

use super::function::{Arity, Call, Definition};
use super::{EvaluationError, Value};

type Made = Result<Value, EvaluationError>;

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new("Convert.toInt", Arity::Exactly(1), to_int),
    Definition::new("Convert.toNum", Arity::Exactly(1), to_num),
    Definition::new("Iso3166Convert.toAlpha2", Arity::Exactly(1), to_alpha2),
    Definition::new("Iso3166Convert.toAlpha3", Arity::Exactly(1), to_alpha3),
    Definition::new("Iso3166Convert.toNumeric", Arity::Exactly(1), to_numeric),
    Definition::new("Iso3166Convert.toName", Arity::Exactly(1), to_name),
];

/// To the nearest whole number, halves upwards as Java rounds them; null stays null, and an empty text,
/// which functions make of it, is null.
fn to_int(call: &mut Call<'_, '_>) -> Made {
    if let Value::Text(text) = call.value(0)
        && let Ok(number) = text.trim().parse()
    {
        return Ok(Value::Int(number));
    }
    match to_num(call)? {
        Value::Num(number) => whole(number)
            .map(Value::Int)
            .ok_or_else(|| EvaluationError::unreadable(call.name, &number.to_string(), WHOLE)),
        other => Ok(other),
    }
}

const WHOLE: &str = "a whole number of 64 bits";

fn whole(number: f64) -> Option<i64> {
    let rounded = (number + 0.5).floor();
    // Both bounds are powers of two, which f64 holds exactly; the upper one is the first too large.
    (-(2_f64.powi(63))..2_f64.powi(63)).contains(&rounded).then_some(rounded as i64)
}

fn to_num(call: &mut Call<'_, '_>) -> Made {
    match call.value(0) {
        Value::Null => Ok(Value::Null),
        Value::Text(text) if text.trim().is_empty() => Ok(Value::Null),
        Value::Num(number) => Ok(Value::Num(*number)),
        Value::Int(number) => Ok(Value::Num(*number as f64)),
        Value::Text(text) => {
            let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
            let error = || EvaluationError::unreadable(call.name, text, "a number");
            number.map(Value::Num).ok_or_else(error)
        }
        other => Err(call.wrong("a text or a number", other)),
    }
}

fn to_alpha2(call: &mut Call<'_, '_>) -> Made {
    country(call, |country| country.alpha2.to_owned())
}

fn to_alpha3(call: &mut Call<'_, '_>) -> Made {
    country(call, |country| country.alpha3.to_owned())
}

fn to_numeric(call: &mut Call<'_, '_>) -> Made {
    country(call, |country| country.numeric_str())
}

fn to_name(call: &mut Call<'_, '_>) -> Made {
    country(call, |country| country.name.to_owned())
}

/// By two letters, three letters or up to three digits; null if there is none.
fn country(call: &mut Call<'_, '_>, what: fn(CountryCode) -> String) -> Made {
    let code = call.text(0)?.trim().to_uppercase();
    let found = match code.len() {
        _ if !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit()) => {
            code.parse().ok().and_then(rust_iso3166::from_numeric)
        }
        2 => rust_iso3166::from_alpha2(&code),
        3 => rust_iso3166::from_alpha3(&code),
        _ => None,
    };
    Ok(found.map_or(Value::Null, |found| Value::Text(what(found))))
}
