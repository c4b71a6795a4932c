//! Instants as Okta writes them.

use jiff::Timestamp;
use serde_json::Value;

/// `2025-03-14T00:58:30.000Z`: whole seconds (facts/okta.md 5.1).
pub(super) fn instant(at: Timestamp) -> Value {
    at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string().into()
}

/// The same, or null.
pub(super) fn maybe(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, instant)
}
