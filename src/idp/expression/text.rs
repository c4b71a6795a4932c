//! `String.*`.

use super::function::{Arity, Call, Definition};
use super::{EvaluationError, Value};

type Made = Result<Value, EvaluationError>;

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new("String.append", Arity::Exactly(2), append).alias("append"),
    Definition::new("String.join", Arity::AtLeast(1), join).alias("join"),
    Definition::new("String.len", Arity::Exactly(1), len).alias("len"),
    Definition::new("String.removeSpaces", Arity::Exactly(1), remove_spaces).alias("removeSpaces"),
    Definition::new("String.replace", Arity::Exactly(3), replace).alias("replace"),
    Definition::new("String.replaceFirst", Arity::Exactly(3), replace_first).alias("replaceFirst"),
    Definition::new("String.stringContains", Arity::Exactly(2), contains).alias("stringContains"),
    Definition::new("String.startsWith", Arity::Exactly(2), starts_with).alias("startsWith"),
    Definition::new("String.substring", Arity::Exactly(3), substring).alias("substring"),
    Definition::new("String.substringAfter", Arity::Exactly(2), after).alias("substringAfter"),
    Definition::new("String.substringBefore", Arity::Exactly(2), before).alias("substringBefore"),
    Definition::new("String.toUpperCase", Arity::Exactly(1), upper).alias("toUpperCase"),
    Definition::new("String.toLowerCase", Arity::Exactly(1), lower).alias("toLowerCase"),
    Definition::new("String.stringSwitch", Arity::Pairs(2), switch).alias("stringSwitch"),
];

fn append(call: &mut Call<'_, '_>) -> Made {
    let (text, suffix) = (call.text(0)?, call.text(1)?);
    call.made(text + &suffix)
}

/// An array among the texts stands for its elements.
fn join(call: &mut Call<'_, '_>) -> Made {
    let separator = call.text(0)?;
    let mut texts = vec![];
    for index in 1..call.arguments.len() {
        match call.value(index) {
            Value::Array(items) => {
                for item in items {
                    texts.push(call.as_text(item)?);
                }
            }
            other => texts.push(call.as_text(other)?),
        }
    }
    let separators = texts.len().saturating_sub(1).saturating_mul(separator.len());
    let length = texts.iter().map(String::len).fold(separators, usize::saturating_add);
    call.budget.may_make(length)?;
    call.made(texts.join(&separator))
}

fn len(call: &mut Call<'_, '_>) -> Made {
    let count = call.text(0)?.chars().count();
    Ok(Value::Int(i64::try_from(count).unwrap_or(i64::MAX)))
}

/// All white space, not the blank alone.
fn remove_spaces(call: &mut Call<'_, '_>) -> Made {
    let text: String = call.text(0)?.chars().filter(|c| !c.is_whitespace()).collect();
    call.made(text)
}

fn replace(call: &mut Call<'_, '_>) -> Made {
    replaced(call, usize::MAX)
}

fn replace_first(call: &mut Call<'_, '_>) -> Made {
    replaced(call, 1)
}

/// Literally, as the examples do: no regular expression.
fn replaced(call: &mut Call<'_, '_>, most: usize) -> Made {
    let (text, wanted, replacement) = (call.text(0)?, call.text(1)?, call.text(2)?);
    let count = text.matches(wanted.as_str()).take(most).count();
    let kept = text.len() - count * wanted.len();
    call.budget.may_make(kept.saturating_add(count.saturating_mul(replacement.len())))?;
    call.made(text.replacen(wanted.as_str(), &replacement, count))
}

fn contains(call: &mut Call<'_, '_>) -> Made {
    Ok(Value::Bool(call.text(0)?.contains(call.text(1)?.as_str())))
}

fn starts_with(call: &mut Call<'_, '_>) -> Made {
    Ok(Value::Bool(call.text(0)?.starts_with(call.text(1)?.as_str())))
}

/// From the first position up to the second, both moved into the text.
fn substring(call: &mut Call<'_, '_>) -> Made {
    let position = |index| call.int(index).map(|at| usize::try_from(at).unwrap_or(0));
    let (start, end) = (position(1)?, position(2)?);
    let text = call.text(0)?;
    call.made(text.chars().skip(start).take(end.saturating_sub(start)).collect())
}

fn after(call: &mut Call<'_, '_>) -> Made {
    let (text, wanted) = (call.text(0)?, call.text(1)?);
    call.made(text.split_once(wanted.as_str()).map_or("", |(_, after)| after).to_owned())
}

fn before(call: &mut Call<'_, '_>) -> Made {
    let (text, wanted) = (call.text(0)?, call.text(1)?);
    call.made(text.split_once(wanted.as_str()).map_or("", |(before, _)| before).to_owned())
}

fn upper(call: &mut Call<'_, '_>) -> Made {
    let text = call.text(0)?.to_uppercase();
    call.made(text)
}

fn lower(call: &mut Call<'_, '_>) -> Made {
    let text = call.text(0)?.to_lowercase();
    call.made(text)
}

/// The value of the first key, in the order of the arguments, that occurs in the text.
fn switch(call: &mut Call<'_, '_>) -> Made {
    let text = call.text(0)?;
    for key in (2..call.arguments.len()).step_by(2) {
        if text.contains(call.text(key)?.as_str()) {
            return call.text(key + 1).map(Value::Text);
        }
    }
    call.text(1).map(Value::Text)
}
