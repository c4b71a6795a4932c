//! What a hook is asked.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{InlineHook, assertion};
use crate::idp::{App, Issue, Unsigned, User};
use crate::saml::instant;

/// What is known of a login beside the assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookCall {
    /// `eventId`.
    pub event_id: String,
    /// `data.context.request.id`.
    pub request_id: String,
    /// The method by which the browser came.
    pub method: String,
    /// The session's id.
    pub session_id: String,
    /// Now.
    pub now: Timestamp,
}

impl HookCall {
    /// The body. What this org does not have is left out of it: an end of the session, the identity
    /// provider of a user, the address of a browser.
    pub fn body(&self, issue: &Issue<'_>, unsigned: &Unsigned) -> Value {
        let Issue { org, app, .. } = *issue;
        let address = format!("{}{}", org.base_url, app.sso_path());
        json!({
            "source": address,
            "eventId": self.event_id,
            "eventTime": instant::write(self.now),
            "data": {
                "context": {
                    "request": {
                        "id": self.request_id,
                        "method": self.method,
                        "url": { "value": address },
                    },
                    "protocol": protocol(app),
                    "session": self.session(issue),
                    "user": user(issue),
                },
                "assertion": assertion::to_json(unsigned.document()),
            },
            "eventTypeVersion": "1.0",
            "cloudEventVersion": "0.1",
            "eventType": InlineHook::TYPE,
            "contentType": "application/json",
        })
    }

    fn session(&self, issue: &Issue<'_>) -> Value {
        let since = instant::write(issue.authn_instant);
        json!({
            "id": self.session_id,
            "userId": issue.user.id,
            "login": issue.user.login,
            "createdAt": since,
            "status": "ACTIVE",
            "lastPasswordVerification": since,
            "amr": ["PASSWORD"],
            "mfaActive": false,
        })
    }
}

fn protocol(app: &App) -> Value {
    let issuer = app.issuer();
    json!({
        "type": "SAML2.0",
        "issuer": { "id": app.id, "name": app.label, "uri": issuer.as_str() },
    })
}

fn user(issue: &Issue<'_>) -> Value {
    let User { id, times, .. } = issue.user;
    let text = |name| issue.user.property(name).text();
    let base_url = &issue.org.base_url;
    json!({
        "id": id,
        "passwordChanged": times.password_changed.map(instant::write),
        "profile": {
            "login": issue.user.login,
            "firstName": text("firstName"),
            "lastName": text("lastName"),
            "locale": text("locale"),
            "timeZone": text("timeZone"),
        },
        "_links": {
            "groups": { "href": format!("{base_url}/{id}/groups") },
            "factors": { "href": format!("{base_url}/api/v1/users/{id}/factors") },
        },
    })
}
