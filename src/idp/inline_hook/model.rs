//! A hook that an org has registered.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::idp::Org;

/// An inline hook of type [`InlineHook::TYPE`] with an HTTP channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineHook {
    /// `cal…`.
    pub id: String,
    /// The name that people see.
    pub name: String,
    /// Whether it is called.
    pub status: InlineHookStatus,
    /// `channel.config.uri`.
    pub uri: String,
    /// `channel.config.headers`: sent with every call.
    pub headers: Vec<(String, String)>,
    /// `channel.config.authScheme` of type `HEADER`: name and secret of one more header.
    pub auth: Option<(String, String)>,
    /// How long one call may take: [`InlineHook::TIMEOUT`] at Okta, where it cannot be changed.
    pub timeout: Duration,
    /// When it was registered.
    pub created: Timestamp,
    /// When it was changed last.
    pub last_updated: Timestamp,
}

/// `status` of a hook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum InlineHookStatus {
    /// It is called.
    #[default]
    Active,
    /// It is not.
    Inactive,
}

/// A hook as somebody describes one, for one app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineHookDraft {
    /// Where it is.
    pub uri: String,
    /// Sent with every call.
    pub headers: Vec<(String, String)>,
    /// Name and secret of one more header.
    pub auth: Option<(String, String)>,
    /// How long one call may take.
    pub timeout: Duration,
}

impl InlineHookDraft {
    /// The hook of this id, active.
    pub fn registered(&self, id: &str, name: &str, now: Timestamp) -> InlineHook {
        InlineHook {
            headers: self.headers.clone(),
            auth: self.auth.clone(),
            timeout: self.timeout,
            ..InlineHook::new(id, name, &self.uri, now)
        }
    }
}

impl InlineHook {
    /// The type, and the `eventType` of its calls.
    pub const TYPE: &str = "com.okta.saml.tokens.transform";
    /// Okta's time limit.
    pub const TIMEOUT: Duration = Duration::from_secs(3);

    /// An active hook without headers, registered now.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        uri: impl Into<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            status: InlineHookStatus::Active,
            uri: uri.into(),
            headers: vec![],
            auth: None,
            timeout: Self::TIMEOUT,
            created: now,
            last_updated: now,
        }
    }
}

impl Org {
    /// The hook of this `cal…`.
    pub fn inline_hook(&self, id: &str) -> Option<&InlineHook> {
        self.inline_hooks.iter().find(|hook| hook.id == id)
    }

    /// Registers a hook, in the place of one of the same id.
    pub fn put_inline_hook(&mut self, hook: InlineHook) {
        match self.inline_hooks.iter_mut().find(|other| other.id == hook.id) {
            Some(other) => *other = InlineHook { created: other.created, ..hook },
            None => self.inline_hooks.push(hook),
        }
    }
}
