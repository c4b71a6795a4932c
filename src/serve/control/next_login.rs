//! What a login does otherwise than the org says.

use std::time::Duration;

use jiff::SignedDuration;

use crate::idp::{App, Encrypt, Overrides, SignParts};
use crate::keys::{KeyAlgorithm, SigningKey, test_only};
use crate::saml::{AcsUrl, EntityId};

/// What the next login does otherwise: for one user or all, at one app or all, once or until it is
/// taken back.
///
/// ```
/// use samlproof::serve::NextLogin;
///
/// let expired = NextLogin::new().of("jane@acme.test").at("My SP").expired();
/// let slow = NextLogin::new().sticky().delay(std::time::Duration::from_secs(2));
/// ```
#[derive(Clone, Debug, Default)]
pub struct NextLogin {
    pub(in crate::serve) user: Option<String>,
    pub(in crate::serve) app: Option<String>,
    pub(in crate::serve) sticky: bool,
    overrides: Overrides,
    window: Window,
    other_key: bool,
    delay: Duration,
    error: Option<ErrorPage>,
}

/// When a response is valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Window {
    /// Now, or as `Overrides::age` says.
    #[default]
    AsSaid,
    /// It was.
    Past,
    /// It will be.
    Future,
}

/// A page that a person sees in place of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorPage {
    /// 400, "Bad SAML request".
    BadRequest,
    /// 403, "App Not Assigned".
    NotAssigned,
    /// 403, "You do not have permission to perform the requested action."
    Denied,
    /// 404.
    NotFound,
    /// 429.
    TooManyRequests,
    /// 500.
    InternalError,
}

impl ErrorPage {
    /// Its name over HTTP.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::NotAssigned => "not-assigned",
            Self::Denied => "denied",
            Self::NotFound => "not-found",
            Self::TooManyRequests => "too-many-requests",
            Self::InternalError => "internal-error",
        }
    }
}

impl NextLogin {
    /// The longest delay: a request that takes a minute is given up.
    pub const MAX_DELAY: Duration = Duration::from_secs(50);
    /// How long ago an expired response expired, and when one that is not yet valid will be.
    const FAR: SignedDuration = SignedDuration::from_hours(1);

    /// As the org says, once, for everybody at every app.
    pub fn new() -> Self {
        Self::default()
    }

    /// For the user of this login alone.
    #[must_use]
    pub fn of(self, login: impl Into<String>) -> Self {
        Self { user: Some(login.into()), ..self }
    }

    /// At the app of this label alone; its name or `0oa…` will do too.
    #[must_use]
    pub fn at(self, app: impl Into<String>) -> Self {
        Self { app: Some(app.into()), ..self }
    }

    /// Every login until it is taken back, not the next alone.
    #[must_use]
    pub fn sticky(self) -> Self {
        Self { sticky: true, ..self }
    }

    /// With these overrides, in place of all that was said of the response before.
    #[must_use]
    pub fn with(self, overrides: Overrides) -> Self {
        Self { overrides, ..self }
    }

    /// An hour after its validity ended, whatever the app's lifetime is.
    #[must_use]
    pub fn expired(self) -> Self {
        Self { window: Window::Past, ..self }
    }

    /// An hour before its validity begins.
    #[must_use]
    pub fn not_yet_valid(self) -> Self {
        Self { window: Window::Future, ..self }
    }

    /// For another audience.
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.and(|overrides| overrides.audience = Some(EntityId::new(audience)))
    }

    /// With another `Recipient`.
    #[must_use]
    pub fn recipient(self, recipient: impl Into<String>) -> Self {
        self.and(|overrides| overrides.recipient = Some(AcsUrl::new(recipient)))
    }

    /// From another issuer.
    #[must_use]
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        self.and(|overrides| overrides.issuer = Some(EntityId::new(issuer)))
    }

    /// Without a signature.
    #[must_use]
    pub fn unsigned(self) -> Self {
        self.and(|overrides| overrides.sign = Some(SignParts::Nothing))
    }

    /// Signed by a key that is not the app's.
    #[must_use]
    pub fn other_key(self) -> Self {
        Self { other_key: true, ..self }
    }

    /// Without this attribute.
    #[must_use]
    pub fn without(self, attribute: impl Into<String>) -> Self {
        self.and(|overrides| {
            overrides.omit.insert(attribute.into());
        })
    }

    /// So much later; [`NextLogin::MAX_DELAY`] at most.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        Self { delay: delay.min(Self::MAX_DELAY), ..self }
    }

    /// An error page, and no response.
    #[must_use]
    pub fn error(self, page: ErrorPage) -> Self {
        Self { error: Some(page), ..self }
    }

    pub(super) fn and(mut self, change: impl FnOnce(&mut Overrides)) -> Self {
        change(&mut self.overrides);
        self
    }

    pub(super) fn wait(&self) -> Duration {
        self.delay
    }

    /// What it does otherwise, each in a few words; nothing if it does nothing.
    pub fn differences(&self) -> Vec<String> {
        let Overrides { audience, recipient, destination, issuer, name_id, .. } = &self.overrides;
        let said = |name: &str, value: Option<&str>| value.map(|value| format!("{name} {value}"));
        let window = match self.window {
            Window::AsSaid => None,
            Window::Past => Some("expired".to_owned()),
            Window::Future => Some("not yet valid".to_owned()),
        };
        let age = self.overrides.age;
        let other_key = self.other_key || self.overrides.signing_key.is_some();
        let fixed = [
            window,
            (!age.is_zero()).then(|| format!("{} s old", age.as_secs())),
            said("audience", audience.as_ref().map(EntityId::as_str)),
            said("Recipient", recipient.as_ref().map(AcsUrl::as_str)),
            said("Destination", destination.as_ref().map(AcsUrl::as_str)),
            said("issuer", issuer.as_ref().map(EntityId::as_str)),
            said("NameID", name_id.as_deref()),
            said("NameID format", self.overrides.name_id_format.as_ref().map(|it| it.as_str())),
            said("InResponseTo", self.overrides.in_response_to.as_ref().map(|id| id.as_str())),
            self.overrides.sign.map(|parts| format!("signed: {}", parts.name())),
            other_key.then(|| "signed by another key".to_owned()),
            (self.overrides.encrypt != Encrypt::default()).then(|| "encryption".to_owned()),
            (!self.delay.is_zero()).then(|| format!("{} ms later", self.delay.as_millis())),
            self.error.map(|page| format!("error page {}", page.name())),
        ];
        let omitted = self.overrides.omit.iter().map(|name| format!("without {name}"));
        let added = self.overrides.elements.iter().map(|attribute| &attribute.name);
        let changed = self.overrides.attributes.keys().chain(added);
        let changed = changed.map(|name| format!("attribute {name}"));
        let audiences = self.overrides.audience_restrictions.iter();
        let audiences = audiences.map(|all| format!("{} audience restrictions", all.len()));
        fixed.into_iter().flatten().chain(audiences).chain(omitted).chain(changed).collect()
    }

    pub(in crate::serve) fn error_page(&self) -> Option<ErrorPage> {
        self.error
    }

    /// The overrides for a response of this app.
    pub(in crate::serve) fn overrides(self, app: &App) -> Overrides {
        let mut overrides = self.overrides;
        let lifetime = app.sign_on.saml_assertion_lifetime_seconds.unwrap_or(300);
        match self.window {
            Window::AsSaid => {}
            Window::Past => {
                overrides.age = Self::FAR + SignedDuration::from_secs(i64::from(lifetime));
            }
            // Responses are valid from five minutes before they are issued (facts/okta.md 3.2).
            Window::Future => overrides.age = -Self::FAR - SignedDuration::from_mins(5),
        }
        if self.other_key {
            overrides.signing_key = another_key(app);
        }
        overrides
    }
}

/// A published key that can make the app's signatures and is not the app's.
fn another_key(app: &App) -> Option<SigningKey> {
    let own = app.signing_key();
    let family = own.map_or(KeyAlgorithm::Rsa, |key| key.kind().algorithm());
    let keys = ["other", "other-org", "ecdsa-p256", "ecdsa-p384"].into_iter();
    let mut keys = keys.filter_map(test_only::signing);
    keys.find(|key| {
        key.kind().algorithm() == family
            && own.is_none_or(|own| own.certificate() != key.certificate())
    })
}
