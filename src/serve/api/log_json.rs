//! An event as the API shows it (facts/okta.md 5.3).

use serde_json::{Value, json};

use super::logs::texts;
use crate::serve::event::okta_instant;
use crate::serve::{LogEntry, Subject};

/// An event. A call with the API token was made by the token's owner. Where from is not known here.
pub(super) fn entry(entry: &LogEntry, token_owner: &str) -> Value {
    let event = &entry.event;
    let actor = match &event.actor {
        Some(actor) => subject(actor),
        None => json!({
            "id": token_owner,
            "type": "User",
            "alternateId": "unknown",
            "displayName": "API token",
            "detailEntry": null,
        }),
    };
    json!({
        "actor": actor,
        "client": {
            "userAgent": event.user_agent.as_ref().map(|agent| json!({
                "rawUserAgent": agent,
                "os": "Unknown",
                "browser": "UNKNOWN",
            })),
            "zone": null,
            "device": null,
            "id": null,
            "ipAddress": null,
            "geographicalContext": null,
        },
        "device": null,
        "authenticationContext": { "authenticationStep": 0, "externalSessionId": "unknown" },
        "displayMessage": event.kind.display_message(),
        "eventType": event.kind.name(),
        "outcome": { "result": event.outcome.name(), "reason": event.reason },
        "published": okta_instant(entry.published),
        "securityContext": {},
        "severity": if event.reason.is_some() { "WARN" } else { "INFO" },
        "debugContext": {
            "debugData": texts(event.debug_data.iter().map(|(name, text)| (*name, text))),
        },
        "legacyEventType": event.kind.legacy(),
        "transaction": { "type": "WEB", "id": entry.uuid, "detail": {} },
        "uuid": entry.uuid,
        "version": "0",
        "request": { "ipChain": [] },
        "target": event.targets.iter().map(subject).collect::<Vec<_>>(),
    })
}

fn subject(subject: &Subject) -> Value {
    json!({
        "id": subject.id,
        "type": subject.kind,
        "alternateId": subject.alternate_id,
        "displayName": subject.display_name,
        "detailEntry": null,
    })
}
