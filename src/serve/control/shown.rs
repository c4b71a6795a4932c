//! Attempts to log in and what waits, as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Upcoming;
use crate::saml::AttributeValue;
use crate::serve::{Absent, Attempt, Outcome, Sent};

/// An attempt, with all that was received and sent.
pub(super) fn attempt(attempt: &Attempt) -> Value {
    let app = attempt
        .app
        .as_ref()
        .map(|app| json!({ "id": app.id, "external_key": app.external_key, "label": app.label }));
    let (outcome, response, refusal) = match &attempt.outcome {
        Outcome::Sent { sent, absent } => ("sent", Some(response(sent, absent)), None),
        Outcome::Refused(refusal) => ("refused", None, Some(refusal.to_string())),
    };
    json!({
        "number": attempt.number,
        "at": attempt.at.to_string(),
        "user": attempt.login,
        "app": app,
        "initiated": attempt.initiated.map(|initiated| initiated.name()),
        "request_xml": attempt.request.as_deref(),
        "remarks": attempt.remarks,
        "altered": attempt.altered,
        "outcome": outcome,
        "refusal": refusal,
        "response": response,
    })
}

fn response(sent: &Sent, absent: &[Absent]) -> Value {
    let issued = &sent.issued;
    let mut attributes: BTreeMap<&str, Vec<Option<&str>>> = BTreeMap::new();
    for attribute in &issued.attributes.0 {
        let values = attribute.values.iter().map(AttributeValue::text);
        attributes.entry(&attribute.name).or_default().extend(values);
    }
    json!({
        "acs": issued.acs,
        "relay_state": sent.relay_state,
        "in_response_to": sent.request.as_ref().map(|request| &request.id),
        "response_id": issued.response_id,
        "assertion_id": issued.assertion_id,
        "issued_at": issued.issued_at.to_string(),
        "name_id": issued.name_id.value,
        "name_id_format": issued.name_id.format,
        "attributes": attributes,
        "absent": absent
            .iter()
            .map(|one| json!({ "name": one.name, "why": one.why.to_string() }))
            .collect::<Vec<_>>(),
        "xml": issued.xml,
        "decrypted_xml": issued.clear,
    })
}

/// Something that waits.
pub(super) fn upcoming(upcoming: &Upcoming) -> Value {
    let Upcoming { id, login } = upcoming;
    json!({
        "id": id,
        "user": login.user,
        "app": login.app,
        "sticky": login.sticky,
        "differences": login.differences(),
    })
}
