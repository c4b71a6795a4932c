//! An event as the API shows it (facts/okta.md 5.3).

use serde_json::{Value, json};

use super::logs::texts;
use crate::serve::event::okta_instant;
use crate::serve::{LogEntry, Subject};

/// An event. A call with the API token was made by the token's owner.
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
    let client = &event.client;
    let request = [("requestId", &client.request_id), ("dtHash", &client.device_token_hash)];
    let request = request.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let ip_chain = client.ip_address.iter().map(|ip| {
        json!({ "ip": ip, "geographicalContext": null, "version": if ip.contains(':') { "V6" } else { "V4" }, "source": null })
    });
    json!({
        "actor": actor,
        "client": {
            "userAgent": client.user_agent.as_ref().map(|agent| json!({
                "rawUserAgent": agent,
                "os": part_of(agent, &SYSTEMS, "Unknown"),
                "browser": part_of(agent, &BROWSERS, "UNKNOWN"),
            })),
            "zone": null,
            "device": null,
            "id": null,
            "ipAddress": client.ip_address,
            "geographicalContext": null,
        },
        "device": null,
        "authenticationContext": {
            "authenticationStep": 0, "externalSessionId": client.session.as_deref().unwrap_or("unknown"),
        },
        "displayMessage": event.kind.display_message(),
        "eventType": event.kind.name(),
        "outcome": { "result": event.outcome.name(), "reason": event.reason },
        "published": okta_instant(entry.published),
        "securityContext": {},
        "severity": if event.reason.is_some() { "WARN" } else { "INFO" },
        "debugContext": {
            "debugData": texts(event.debug_data.iter().map(|(name, text)| (*name, text)).chain(request)),
        },
        "legacyEventType": event.legacy_event_type(),
        "transaction": { "type": "WEB", "id": entry.uuid, "detail": {} },
        "uuid": entry.uuid,
        "version": "0",
        "request": { "ipChain": ip_chain.collect::<Vec<_>>() },
        "target": event.targets.iter().map(subject).collect::<Vec<_>>(),
    })
}

/// What stands in a `User-Agent`, and what Okta calls it. The first counts: later ones are named by
/// others too.
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Mac OS X", "Mac OS X"),
    ("Android", "Android"),
    ("Linux", "Linux"),
];
const BROWSERS: [(&str, &str); 4] =
    [("Edg/", "EDGE"), ("Firefox/", "FIREFOX"), ("Chrome/", "CHROME"), ("Safari/", "SAFARI")];

fn part_of<'a>(agent: &str, known: &[(&str, &'a str)], otherwise: &'a str) -> &'a str {
    known.iter().find(|(mark, _)| agent.contains(mark)).map_or(otherwise, |(_, name)| name)
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
