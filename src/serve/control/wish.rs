//! A [`NextLogin`] as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::upcoming::is_called;
use super::{ErrorPage, NextLogin};
use crate::idp::{Org, SignParts};
use crate::saml::{AcsUrl, AttributeValue, EntityId, MessageId};

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
    /// What is wrong with it, all at once.
    pub(super) fn problems(&self, org: &Org) -> Vec<String> {
        let mut problems = vec![];
        if let Some(user) = self.user.as_ref().filter(|user| org.user_by_login(user).is_none()) {
            problems.push(format!("user: there is no user {user:?}"));
        }
        if let Some(app) = &self.app
            && !org.apps.iter().any(|known| is_called(known, app))
        {
            let labels: Vec<&str> = org.apps.iter().map(|app| app.label.as_str()).collect();
            problems.push(format!("app: there is no app {app:?}, but {labels:?}"));
        }
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
            problems.push("nothing is done otherwise: say `\"expired\": true`, say".to_owned());
        }
        problems
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
