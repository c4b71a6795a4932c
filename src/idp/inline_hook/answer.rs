//! What a hook's answer does to an assertion.

use serde_json::Value;
use thiserror::Error;

use super::assertion;
use super::pointer::{Op, set};
use crate::idp::Unsigned;

/// The one command.
const PATCH: &str = "com.okta.assertion.patch";
/// Commands and operations of one answer, at most.
const MOST: usize = 1000;
/// The parts of an assertion that can be changed.
const PLACES: [&str; 5] =
    ["/subject/", "/authentication/", "/conditions/", "/claims/", "/lifetime/"];

/// Why an answer is not followed. The assertion then goes out as it was, all of it: no command of a
/// wrong answer is executed (that a wrong command spoils the right ones is graded M).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HookFault {
    /// Not JSON, or not an object with `commands`.
    #[error("the answer is not one: {0}")]
    Shape(String),
    /// The service says that something went wrong.
    #[error("the service reports an error: {0}")]
    Reported(String),
    /// A command that does not exist for this hook.
    #[error("there is no command {0:?}; the one there is is com.okta.assertion.patch")]
    Command(String),
    /// An operation other than `add` and `replace`.
    #[error("there is no op {0:?}; there are add and replace")]
    Op(String),
    /// A path that leads nowhere, or to what cannot be changed.
    #[error("{op} at {path:?}: there is nothing that could be changed like this")]
    Path {
        /// `add` or `replace`.
        op: &'static str,
        /// The path.
        path: String,
    },
    /// A value of another kind than has to stand there.
    #[error("what stands at {0} afterwards is not of its kind")]
    Value(String),
    /// A text that XML has no way to write.
    #[error("{0}")]
    Unwritable(String),
}

impl Unsigned {
    /// The response as the answer of a hook (the body of a 200) has it. An empty body changes
    /// nothing.
    ///
    /// # Errors
    /// [`HookFault`]; nothing is changed by half.
    pub fn answered(&self, body: &[u8]) -> Result<Self, HookFault> {
        if body.trim_ascii().is_empty() {
            return Ok(self.clone());
        }
        let shape = |cause: &str| HookFault::Shape(cause.to_owned());
        let answer: Value =
            serde_json::from_slice(body).map_err(|error| HookFault::Shape(error.to_string()))?;
        let answer = answer.as_object().ok_or_else(|| shape("no object"))?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            let summary = error["errorSummary"].as_str().unwrap_or("no errorSummary");
            return Err(HookFault::Reported(summary.to_owned()));
        }
        let mut changed = assertion::to_json(self.document());
        let commands = match answer.get("commands") {
            None | Some(Value::Null) => return Ok(self.clone()),
            Some(commands) => commands.as_array().ok_or_else(|| shape("commands is no array"))?,
        };
        let mut count = 0;
        for command in commands {
            let kind = command["type"].as_str().unwrap_or_default();
            if kind != PATCH {
                return Err(HookFault::Command(kind.to_owned()));
            }
            let operations = command["value"].as_array();
            for operation in operations.ok_or_else(|| shape("value is no array"))? {
                count += 1;
                if count > MOST {
                    return Err(shape("more than 1000 operations"));
                }
                operate(&mut changed, operation)?;
            }
        }
        let document = assertion::from_json(self.document(), &changed)?;
        let changed = Self::of(document);
        changed.writable().map_err(|error| HookFault::Unwritable(error.to_string()))?;
        Ok(changed)
    }
}

fn operate(assertion: &mut Value, operation: &Value) -> Result<(), HookFault> {
    let path = operation["path"].as_str().unwrap_or_default();
    let (op, name) = match operation["op"].as_str().unwrap_or_default() {
        "add" => (Op::Add, "add"),
        "replace" => (Op::Replace, "replace"),
        other => return Err(HookFault::Op(other.to_owned())),
    };
    // Something new can be a claim alone.
    let places = if op == Op::Add { &PLACES[3..4] } else { &PLACES[..] };
    let nowhere = || HookFault::Path { op: name, path: path.to_owned() };
    if !places.iter().any(|place| path.starts_with(place)) {
        return Err(nowhere());
    }
    let value = operation.get("value").cloned().ok_or_else(nowhere)?;
    set(assertion, op, path, value).ok_or_else(nowhere)
}
