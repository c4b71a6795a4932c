//! What operators do with values.

use std::cmp::Ordering;

use super::budget::Budget;
use super::{EvaluationError, Operator, Value};

/// Whether a condition holds: booleans, the texts `true` and `false` in any case as SpEL converts
/// them, and null as false.
pub(super) fn truth(place: &'static str, value: &Value) -> Result<bool, EvaluationError> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::Null => Ok(false),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        other => Err(EvaluationError::of_type(place, "a boolean", other)),
    }
}

/// Any operator but `AND` and `OR`, which look at their right side only if they need it.
pub(super) fn apply(
    operator: Operator,
    left: &Value,
    right: &Value,
    budget: &mut Budget,
) -> Result<Value, EvaluationError> {
    let order = || order(operator.symbol(), left, right);
    let holds = match operator {
        Operator::Plus => return plus(left, right, budget),
        Operator::Equal => equal(left, right),
        Operator::Unequal => !equal(left, right),
        Operator::Less => order()?.is_lt(),
        Operator::Greater => order()?.is_gt(),
        Operator::AtMost => order()?.is_le(),
        Operator::AtLeast => order()?.is_ge(),
        Operator::And => truth("AND", left)? && truth("AND", right)?,
        Operator::Or => truth("OR", left)? || truth("OR", right)?,
    };
    Ok(Value::Bool(holds))
}

/// Numbers by value, everything else by type and value: `"123" == 123` is false, as in SpEL.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Int(int), Value::Num(num)) | (Value::Num(num), Value::Int(int)) => {
            *int as f64 == *num
        }
        (left, right) => left == right,
    }
}

fn order(place: &'static str, left: &Value, right: &Value) -> Result<Ordering, EvaluationError> {
    let found = match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Null, right) => {
            Some(if *right == Value::Null { Ordering::Equal } else { Ordering::Less })
        }
        (_, Value::Null) => Some(Ordering::Greater),
        (left, right) => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.partial_cmp(&right),
            _ => None,
        },
    };
    let wanted = match left {
        Value::Int(_) | Value::Num(_) => "a number, as its left side is one",
        Value::Text(_) => "a text, as its left side is one",
        _ => "two numbers or two texts",
    };
    let culprit = if wanted.starts_with("two") { left } else { right };
    found.ok_or_else(|| EvaluationError::of_type(place, wanted, culprit))
}

/// Numbers are added, anything beside a text is joined to it. Null becomes the word `null`, which is
/// why the examples use Elvis.
fn plus(left: &Value, right: &Value, budget: &Budget) -> Result<Value, EvaluationError> {
    match (left, right) {
        (Value::Text(_), other) | (other, Value::Text(_)) => {
            if let Value::Record(_) = other {
                return Err(EvaluationError::of_type("+", "texts or numbers", other));
            }
            let text = |value: &Value| match value {
                Value::Null => "null".to_owned(),
                value => value.text(),
            };
            let (left, right) = (text(left), text(right));
            budget.may_make(left.len() + right.len())?;
            Ok(Value::Text(left + &right))
        }
        (Value::Int(left), Value::Int(right)) => Ok(left
            .checked_add(*right)
            .map_or_else(|| finite(*left as f64 + *right as f64), Value::Int)),
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => Ok(finite(left + right)),
            (None, _) => Err(EvaluationError::of_type("+", "texts or numbers", left)),
            (_, None) => Err(EvaluationError::of_type("+", "texts or numbers", right)),
        },
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Num(number) => Some(*number),
        _ => None,
    }
}

/// A number, or the largest one of that sign.
fn finite(number: f64) -> Value {
    Value::Num(number.clamp(f64::MIN, f64::MAX))
}
