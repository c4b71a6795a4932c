//! A [`NextLogin`] as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::upcoming::is_called;
use super::{ErrorPage, NextLogin};
use crate::idp::{App, Org, SignParts};
use crate::saml::{AcsUrl, AttributeValue, EntityId, MessageId, xml};

/// What somebody wants of the next login.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wish {
    user: Option<String>,
    app: Option<String>,
    sticky: bool,
    expired: bool,
    not_yet_valid: bool,
    age_seconds: Option<i64>,
    audience: Option<String>,
    recipient: Option<String>,
    destination: Option<String>,
    issuer: Option<String>,
    name_id: Option<String>,
    in_response_to: Option<String>,
    sign: Option<Sign>,
    other_key: bool,
    without: BTreeSet<String>,
    attributes: BTreeMap<String, Vec<String>>,
    delay_ms: u64,
    error: Option<ErrorPage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sign {
    Both,
    Response,
    Assertion,
    Nothing,
}

impl Wish {
    /// Reads a body.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        // A list would be read as the fields in their order.
        if body.trim_ascii_start().first() != Some(&b'{') {
            return Err("an object is due, such as {\"expired\": true}".to_owned());
        }
        serde_json::from_slice(body).map_err(|error| error.to_string())
    }

    /// What is wrong with it, all at once.
    pub(super) fn problems(&self, org: &Org) -> Vec<String> {
        let mut problems = vec![];
        if let Some(user) = self.user.as_ref().filter(|user| org.user_by_login(user).is_none()) {
            problems.push(format!("user: there is no user {user:?}"));
        }
        self.check_app(org, &mut problems);
        self.check_texts(&mut problems);
        let windows = [self.expired, self.not_yet_valid, self.age_seconds.is_some()];
        if windows.into_iter().filter(|said| *said).count() > 1 {
            problems.push("expired, not_yet_valid, age_seconds: one of them alone".to_owned());
        }
        let longest = NextLogin::MAX_DELAY.as_millis();
        if u128::from(self.delay_ms) > longest {
            problems.push(format!("delay_ms: {} is more than {longest}", self.delay_ms));
        }
        let scope = Self {
            user: self.user.clone(),
            app: self.app.clone(),
            sticky: self.sticky,
            ..Self::default()
        };
        if *self == scope {
            let some = "expired, audience, without, delay_ms, error";
            problems.push(format!("nothing is done otherwise: say what, such as one of {some}"));
        }
        problems
    }

    /// One app is meant, or all; and what is left out is something that they send.
    fn check_app(&self, org: &Org, problems: &mut Vec<String>) {
        let meant = |app: &&App| self.app.as_ref().is_none_or(|text| is_called(app, text));
        let apps: Vec<&App> = org.apps.iter().filter(meant).collect();
        match (&self.app, apps.as_slice()) {
            (Some(text), []) => {
                let labels: Vec<&str> = org.apps.iter().map(|app| app.label.as_str()).collect();
                problems.push(format!("app: there is no app {text:?}, but {labels:?}"));
                return;
            }
            (Some(text), several @ [_, _, ..]) => {
                let ids: Vec<&str> = several.iter().map(|app| app.id.as_str()).collect();
                problems.push(format!("app: several are called {text:?}; say which: {ids:?}"));
            }
            _ => {}
        }
        // What a hook adds is not known.
        if apps.iter().any(|app| !app.sign_on.inline_hooks.is_empty()) {
            return;
        }
        let sent: BTreeSet<&String> =
            apps.iter().flat_map(|app| app.statements()).map(|one| &one.name).collect();
        for name in self.without.iter().filter(|name| !sent.contains(name)) {
            problems.push(format!("without: no attribute {name:?} is sent, but {sent:?}"));
        }
    }

    /// What cannot stand in a document would be found out at the login.
    fn check_texts(&self, problems: &mut Vec<String>) {
        let single = [
            ("audience", &self.audience),
            ("recipient", &self.recipient),
            ("destination", &self.destination),
            ("issuer", &self.issuer),
            ("name_id", &self.name_id),
            ("in_response_to", &self.in_response_to),
        ];
        let single = single.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        let named = self.attributes.keys().map(|name| ("attributes", name));
        let values = self.attributes.values().flatten().map(|value| ("attributes", value));
        for (name, text) in single.chain(named).chain(values) {
            if let Some(found) = xml::unwritable(text) {
                problems.push(format!("{name}: XML cannot carry the character {found:?}"));
            }
        }
    }
}

impl From<Wish> for NextLogin {
    fn from(wish: Wish) -> Self {
        let mut login = Self::new();
        (login.user, login.app, login.sticky) = (wish.user, wish.app, wish.sticky);
        if wish.expired {
            login = login.expired();
        }
        if wish.not_yet_valid {
            login = login.not_yet_valid();
        }
        if wish.other_key {
            login = login.other_key();
        }
        if let Some(page) = wish.error {
            login = login.error(page);
        }
        login.delay(Duration::from_millis(wish.delay_ms)).and(|overrides| {
            overrides.audience = wish.audience.map(EntityId::new);
            overrides.recipient = wish.recipient.map(AcsUrl::new);
            overrides.destination = wish.destination.map(AcsUrl::new);
            overrides.issuer = wish.issuer.map(EntityId::new);
            overrides.name_id = wish.name_id;
            overrides.in_response_to = wish.in_response_to.map(MessageId::new);
            overrides.omit = wish.without;
            overrides.age = SignedDuration::from_secs(wish.age_seconds.unwrap_or_default());
            overrides.sign = wish.sign.map(|sign| match sign {
                Sign::Both => SignParts::Both,
                Sign::Response => SignParts::Response,
                Sign::Assertion => SignParts::Assertion,
                Sign::Nothing => SignParts::Nothing,
            });
            let values =
                |values: Vec<String>| values.into_iter().map(AttributeValue::Text).collect();
            let attributes = wish.attributes.into_iter();
            overrides.attributes = attributes.map(|(name, texts)| (name, values(texts))).collect();
        })
    }
}
