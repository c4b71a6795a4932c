//! `Arrays.*`. Where an array is due, text is read as CSV (facts/okta.md 4.4); elements are equal if
//! they read the same, since those of a CSV are all text.

use super::function::{Arity, Call, Definition};
use super::{EvaluationError, Value};

type Made = Result<Value, EvaluationError>;

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new("Arrays.add", Arity::Exactly(2), add),
    Definition::new("Arrays.remove", Arity::Exactly(2), remove),
    Definition::new("Arrays.clear", Arity::Exactly(1), clear),
    Definition::new("Arrays.get", Arity::Exactly(2), get),
    Definition::new("Arrays.flatten", Arity::AtLeast(1), flatten),
    Definition::new("Arrays.contains", Arity::Exactly(2), contains),
    Definition::new("Arrays.size", Arity::Exactly(1), size),
    Definition::new("Arrays.isEmpty", Arity::Exactly(1), is_empty),
    Definition::new("Arrays.toCsvString", Arity::Exactly(1), to_csv),
];

fn add(call: &mut Call<'_, '_>) -> Made {
    let mut array = call.array(0);
    array.push(call.value(1).clone());
    Ok(Value::Array(array))
}

/// All elements of that value.
fn remove(call: &mut Call<'_, '_>) -> Made {
    let mut array = call.array(0);
    array.retain(|item| !same(item, call.value(1)));
    Ok(Value::Array(array))
}

fn clear(_: &mut Call<'_, '_>) -> Made {
    Ok(Value::Array(vec![]))
}

fn get(call: &mut Call<'_, '_>) -> Made {
    let position = usize::try_from(call.int(1)?).ok();
    Ok(position.and_then(|at| call.array(0).into_iter().nth(at)).unwrap_or_default())
}

/// Arrays among the values are taken for their elements, at any depth; a text for those of a CSV, as
/// wherever an array is due; null for nothing.
fn flatten(call: &mut Call<'_, '_>) -> Made {
    let mut flat = vec![];
    let given = 0..call.arguments.len();
    let mut waiting: Vec<Value> =
        given.rev().map(|index| Value::Array(call.array(index))).collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Null => {}
            Value::Array(items) => waiting.extend(items.into_iter().rev()),
            other => flat.push(other),
        }
    }
    Ok(Value::Array(flat))
}

fn contains(call: &mut Call<'_, '_>) -> Made {
    Ok(Value::Bool(call.array(0).iter().any(|item| same(item, call.value(1)))))
}

fn size(call: &mut Call<'_, '_>) -> Made {
    Ok(Value::Int(i64::try_from(call.array(0).len()).unwrap_or(i64::MAX)))
}

fn is_empty(call: &mut Call<'_, '_>) -> Made {
    Ok(Value::Bool(call.array(0).is_empty()))
}

fn to_csv(call: &mut Call<'_, '_>) -> Made {
    let array = Value::Array(call.array(0));
    call.made(array.text())
}

fn same(one: &Value, other: &Value) -> bool {
    let scalar = |value: &Value| !matches!(value, Value::Array(_) | Value::Record(_) | Value::Null);
    super::operator::equal(one, other)
        || (scalar(one) && scalar(other) && one.text() == other.text())
}
