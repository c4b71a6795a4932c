//! Making one response: what goes into it, and what was really sent.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::crypto::{self, EncryptError, Engine, SignError, SignatureProfile};
use crate::env::Env;
use crate::idp::document::{self, Document};
use crate::idp::expression::{EvaluationError, Scope};
use crate::idp::{App, Encrypt, Org, User};
use crate::keys::SigningKey;
use crate::saml::{
    AcsUrl, Attribute, AttributeNameFormat, AttributeValue, Attributes, AuthnRequest, EntityId,
    MessageId, NameId, NameIdFormat, xml,
};

/// What one response is made from.
#[derive(Clone, Debug)]
pub struct Issue<'a> {
    /// The org.
    pub org: &'a Org,
    /// The app. Whether the user may use it ([`Org::is_assigned`]) is the caller's question.
    pub app: &'a App,
    /// The user.
    pub user: &'a User,
    /// What the AuthnRequest said; `None` for an IdP-initiated login.
    pub request: Option<&'a AuthnRequestFacts>,
    /// When the user's session at the org began; it may be hours ago.
    pub authn_instant: Timestamp,
    /// What is done otherwise than Okta would.
    pub overrides: &'a Overrides,
}

/// What of an AuthnRequest shows in the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnRequestFacts {
    /// `ID`: becomes InResponseTo and SessionIndex.
    pub id: MessageId,
    /// `AssertionConsumerServiceURL`; followed only if the app lists it or the request is signed.
    pub acs_url: Option<AcsUrl>,
    /// `AssertionConsumerServiceIndex`; followed only if the app lists it.
    pub acs_index: Option<u16>,
    /// Whether the app asks for signed requests, and this one's signature holds.
    pub signed: bool,
}

/// Those of a request whose signature nobody asked for.
impl From<&AuthnRequest> for AuthnRequestFacts {
    fn from(request: &AuthnRequest) -> Self {
        Self {
            id: request.id.clone(),
            acs_url: request.acs_url.clone(),
            acs_index: request.acs_index,
            signed: false,
        }
    }
}

/// What is done otherwise than Okta would, this once. The default changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `<Audience>`.
    pub audience: Option<EntityId>,
    /// Several `<AudienceRestriction>`, each with its `<Audience>`s, in place of the usual one.
    pub audience_restrictions: Option<Vec<Vec<EntityId>>>,
    /// `Recipient`.
    pub recipient: Option<AcsUrl>,
    /// `Destination`; the response is still posted to the ACS.
    pub destination: Option<AcsUrl>,
    /// `<Issuer>` of response and assertion.
    pub issuer: Option<EntityId>,
    /// The NameID's value; its format stays.
    pub name_id: Option<String>,
    /// The NameID's format; its value stays.
    pub name_id_format: Option<NameIdFormat>,
    /// `InResponseTo`, of an unsolicited response too.
    pub in_response_to: Option<MessageId>,
    /// The key that signs.
    pub signing_key: Option<SigningKey>,
    /// Values by attribute name: they take the place of what the app sends, or are added behind.
    /// No value at all is an `<Attribute>` without `<AttributeValue>`.
    pub attributes: BTreeMap<String, Vec<AttributeValue>>,
    /// Attributes that are left out, whatever else is said of them.
    pub omit: BTreeSet<String>,
    /// Further `<Attribute>` elements behind all others: of a name that occurs already, with a
    /// FriendlyName, as they are given. Nothing here is left out.
    pub elements: Vec<Attribute>,
    /// How much older than now the response is; negative for one from the future. Every instant in
    /// it is shifted.
    pub age: SignedDuration,
    /// What is signed; `None` as the app says.
    pub sign: Option<SignParts>,
    /// Whether the assertion is encrypted, and to whom.
    pub encrypt: Encrypt,
}

/// What of a response is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignParts {
    /// The assertion, then the response around it.
    Both,
    /// The response alone.
    Response,
    /// The assertion alone.
    Assertion,
    /// Nothing, which Okta never does.
    Nothing,
}

impl SignParts {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Response => "response",
            Self::Assertion => "assertion",
            Self::Nothing => "nothing",
        }
    }

    /// Whether the response is signed.
    pub fn response(self) -> bool {
        matches!(self, Self::Both | Self::Response)
    }

    /// Whether the assertion is signed.
    pub fn assertion(self) -> bool {
        matches!(self, Self::Both | Self::Assertion)
    }

    fn of(app: &App) -> Self {
        match (app.sign_on.response_signed, app.sign_on.assertion_signed) {
            (true, true) => Self::Both,
            (true, false) => Self::Response,
            (false, true) => Self::Assertion,
            (false, false) => Self::Nothing,
        }
    }
}

/// A response, and what was really put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The signed document.
    pub xml: String,
    /// The same before its assertion was encrypted, where it was: what the SP will see in it.
    pub clear: Option<String>,
    /// `ID` of the response.
    pub response_id: MessageId,
    /// `SessionIndex`, by which a LogoutRequest names the session.
    pub session_index: String,
    /// `ID` of the assertion.
    pub assertion_id: MessageId,
    /// Where it is to be posted.
    pub acs: AcsUrl,
    /// `<Issuer>` of both.
    pub issuer: EntityId,
    /// The subject.
    pub name_id: NameId,
    /// The audiences of all restrictions.
    pub audiences: Vec<EntityId>,
    /// The attributes.
    pub attributes: Attributes,
    /// `IssueInstant` of both.
    pub issued_at: Timestamp,
    /// `NotOnOrAfter` of the conditions.
    pub not_on_or_after: Timestamp,
}

/// Why no response was made.
#[derive(Debug, Error)]
pub enum IssueError {
    /// `signing` points at no key.
    #[error("the app {app} has no key number {index}: it has {count}")]
    NoKey {
        /// The app's name.
        app: String,
        /// `signing`.
        index: usize,
        /// How many keys there are.
        count: usize,
    },
    /// A character that XML 1.0 has no way to write.
    #[error("{place} holds the character {character:?}, which XML cannot carry")]
    Character {
        /// Where it stands.
        place: String,
        /// The character.
        character: char,
    },
    /// An instant outside of the years that can be written.
    #[error("an age of {age} puts the response outside of the years 0001 to 9999")]
    Age {
        /// The age asked for.
        age: SignedDuration,
    },
    /// An expression of the app cannot be evaluated for the user.
    #[error("{place} of the app {app} cannot be made for {login}: {cause}")]
    Expression {
        /// The attribute or template.
        place: String,
        /// The app's name.
        app: String,
        /// The user's login.
        login: String,
        /// Why.
        cause: Box<EvaluationError>,
    },
    /// The subject is blank, which Okta shows an error for (facts/okta.md 7).
    #[error(
        "the NameID of {login} at the app {app} is blank: give the assignment a username or change subjectNameIdTemplate"
    )]
    BlankNameId {
        /// The app's name.
        app: String,
        /// The user's login.
        login: String,
    },
    /// The signature was not made.
    #[error("the response cannot be signed: {0}")]
    Sign(#[from] SignError),
    /// The assertion was not encrypted.
    #[error("the assertion cannot be encrypted: {0}")]
    Encrypt(#[from] EncryptError),
}

/// Makes a response in Okta's byte form (facts/okta.md 3.1, 3.2): signs the assertion, encrypts it
/// where that is asked for, then signs the response.
///
/// # Errors
/// If the app has no signing key, the key does not fit the algorithm, an instant is out of range, or
/// a text holds a character that XML cannot carry.
pub fn issue(issue: &Issue<'_>, engine: Engine, env: &Env) -> Result<Issued, IssueError> {
    sign(issue, prepare(issue, env)?, engine)
}

/// A response before it is signed, when it can still be changed.
#[derive(Clone, Debug)]
pub struct Unsigned(Document);

impl Unsigned {
    pub(super) fn of(document: Document) -> Self {
        Self(document)
    }

    pub(super) fn document(&self) -> &Document {
        &self.0
    }

    /// Whether XML can carry it.
    pub(super) fn writable(&self) -> Result<(), IssueError> {
        writable(&self.0)
    }
}

/// The first half of [`issue()`]: what the response says.
///
/// # Errors
/// As [`issue()`], but for keys and signatures.
pub fn prepare(issue: &Issue<'_>, env: &Env) -> Result<Unsigned, IssueError> {
    let draft = draft(issue, env)?;
    writable(&draft)?;
    Ok(Unsigned(draft))
}

/// The second half of [`issue()`]: signatures, and encryption where that is asked for.
///
/// # Errors
/// As [`issue()`].
pub fn sign(issue: &Issue<'_>, unsigned: Unsigned, engine: Engine) -> Result<Issued, IssueError> {
    let draft = unsigned.0;
    let key = signing_key(issue)?;
    let mut xml = document::write(&draft);
    let profile = profile(issue.app, &draft);
    if draft.sign.assertion() {
        xml = crypto::sign_enveloped(engine, &xml, &draft.assertion_id, key, &profile)?;
    }
    let mut clear = None;
    let of_app = issue.app.sign_on.assertion_encryption.as_ref();
    if let Some(encryption) = issue.overrides.encrypt.of(of_app) {
        let encrypted = encryption.apply(&xml, &draft.assertion_id)?;
        clear = Some(std::mem::replace(&mut xml, encrypted));
    }
    if draft.sign.response() {
        xml = crypto::sign_enveloped(engine, &xml, &draft.response_id, key, &profile)?;
    }
    let sign_on = &issue.app.sign_on;
    let chosen = issue.request.and_then(|request| sign_on.requested_acs(request));
    Ok(Issued {
        xml,
        clear,
        acs: chosen.unwrap_or(sign_on.acs()).clone(),
        response_id: draft.response_id,
        session_index: draft.session_index,
        assertion_id: draft.assertion_id,
        issuer: draft.issuer,
        name_id: draft.name_id,
        audiences: draft.audience_restrictions.into_iter().flatten().collect(),
        attributes: draft.attributes,
        issued_at: draft.issued_at,
        not_on_or_after: draft.not_on_or_after,
    })
}

/// Everything the document says, in one place.
fn draft(issue: &Issue<'_>, env: &Env) -> Result<Document, IssueError> {
    let Issue { app, user, overrides, .. } = *issue;
    let sign_on = &app.sign_on;
    let shifted = |instant: Timestamp| within_years(instant, overrides.age);
    let issued_at = shifted(env.clock.now())?;
    let chosen = issue.request.and_then(|request| sign_on.requested_acs(request));
    let lifetime = sign_on.saml_assertion_lifetime_seconds;
    let lifetime = lifetime.map_or(document::WINDOW, |it| SignedDuration::from_secs(it.into()));
    let scope = Scope::new(issue.org, user, env.clock.now()).at(app);
    let response_id = MessageId::new(env.ids.message());
    let assertion_id = MessageId::new(env.ids.message());
    Ok(Document {
        session_index: match issue.request {
            Some(request) => request.id.as_str().to_owned(),
            None => format!("id{}.{}", issued_at.as_millisecond(), env.ids.number(1 << 31)),
        },
        response_id,
        assertion_id,
        in_response_to: overrides
            .in_response_to
            .clone()
            .or_else(|| issue.request.map(|request| request.id.clone())),
        issued_at,
        not_before: within_years(issued_at, document::WINDOW)?,
        not_on_or_after: within_years(issued_at, -lifetime)?,
        authn_instant: shifted(issue.authn_instant)?,
        destination: either(&overrides.destination, chosen.unwrap_or(sign_on.destination())),
        recipient: either(&overrides.recipient, chosen.unwrap_or(sign_on.recipient())),
        audience_restrictions: overrides
            .audience_restrictions
            .clone()
            .unwrap_or_else(|| vec![vec![either(&overrides.audience, sign_on.audience())]]),
        issuer: either(&overrides.issuer, &app.issuer()),
        name_id: NameId {
            format: Some(either(&overrides.name_id_format, &sign_on.subject_name_id_format)),
            value: subject(issue, &scope)?,
        },
        class_ref: sign_on.authn_context_class_ref.clone(),
        attributes: attributes(issue, &scope)?,
        sign: overrides.sign.unwrap_or_else(|| SignParts::of(app)),
    })
}

/// What `subjectNameIdTemplate` says, unless something else is wanted.
fn subject(issue: &Issue<'_>, scope: &Scope<'_>) -> Result<String, IssueError> {
    if let Some(name_id) = &issue.overrides.name_id {
        return Ok(name_id.clone());
    }
    let template = &issue.app.sign_on.subject_name_id_template;
    let value = template.evaluate(scope).map_err(|cause| failed(issue, "the NameID", cause))?;
    if value.trim().is_empty() {
        let (app, login) = (issue.app.name.clone(), issue.user.login.clone());
        return Err(IssueError::BlankNameId { app, login });
    }
    Ok(value)
}

fn failed(issue: &Issue<'_>, place: &str, cause: EvaluationError) -> IssueError {
    let (app, login) = (issue.app.name.clone(), issue.user.login.clone());
    IssueError::Expression { place: place.to_owned(), app, login, cause: Box::new(cause) }
}

/// What the app sends for the user, then the overrides: replaced in place, added behind, left out.
fn attributes(issue: &Issue<'_>, scope: &Scope<'_>) -> Result<Attributes, IssueError> {
    let overrides = issue.overrides;
    let mut replacements = overrides.attributes.clone();
    let mut sent = vec![];
    for statement in issue.app.statements() {
        let attribute = if overrides.attributes.contains_key(&statement.name) {
            replacements
                .remove(&statement.name)
                .map(|values| attribute(&statement.name, statement.format, values))
        } else {
            let place = || format!("the attribute {}", statement.name);
            statement.evaluate(scope).map_err(|cause| failed(issue, &place(), cause))?
        };
        sent.extend(attribute);
    }
    sent.extend(
        replacements
            .into_iter()
            .map(|(name, values)| attribute(&name, AttributeNameFormat::default(), values)),
    );
    sent.retain(|attribute| !overrides.omit.contains(&attribute.name));
    sent.extend(overrides.elements.iter().cloned());
    Ok(Attributes(sent))
}

fn attribute(name: &str, format: AttributeNameFormat, values: Vec<AttributeValue>) -> Attribute {
    Attribute {
        name: name.to_owned(),
        friendly_name: None,
        name_format: Some(format.urn().to_owned()),
        values,
    }
}

fn signing_key<'a>(issue: &Issue<'a>) -> Result<&'a SigningKey, IssueError> {
    let app = issue.app;
    issue.overrides.signing_key.as_ref().or_else(|| app.signing_key()).ok_or_else(|| {
        IssueError::NoKey { app: app.name.clone(), index: app.signing, count: app.keys.len() }
    })
}

/// `xs` is a prefix that canonicalization would not see, as it stands in the values of `xsi:type`
/// alone; so it is named, but only where there are attributes (facts/okta.md 3.2).
fn profile(app: &App, draft: &Document) -> SignatureProfile {
    let inclusive_prefixes =
        if draft.attributes.0.is_empty() { vec![] } else { vec!["xs".to_owned()] };
    SignatureProfile {
        signature: app.sign_on.signature_algorithm,
        digest: app.sign_on.digest_algorithm,
        inclusive_prefixes,
    }
}

/// Refuses text that XML has no way to write, rather than to change it silently.
fn writable(draft: &Document) -> Result<(), IssueError> {
    let mut texts = vec![
        ("the destination", draft.destination.as_str()),
        ("the recipient", draft.recipient.as_str()),
        ("the issuer", draft.issuer.as_str()),
        ("the NameID", draft.name_id.value.as_str()),
        ("the NameID format", draft.name_id.format.as_ref().map_or("", |format| format.as_str())),
        ("the session index", draft.session_index.as_str()),
        ("the authentication context", draft.class_ref.as_str()),
    ];
    let audiences = draft.audience_restrictions.iter().flatten();
    texts.extend(audiences.map(|audience| ("the audience", audience.as_str())));
    texts.extend(draft.in_response_to.iter().map(|id| ("InResponseTo", id.as_str())));
    for attribute in &draft.attributes.0 {
        texts.push(("an attribute's name", attribute.name.as_str()));
        texts.extend(attribute.friendly_name.iter().map(|name| ("a FriendlyName", name.as_str())));
        texts.extend(
            attribute.values.iter().filter_map(|v| Some((attribute.name.as_str(), v.text()?))),
        );
    }
    for (place, text) in texts {
        if let Some(character) = xml::unwritable(text) {
            return Err(IssueError::Character { place: place.to_owned(), character });
        }
    }
    Ok(())
}

fn either<T: Clone>(override_: &Option<T>, usual: &T) -> T {
    override_.as_ref().unwrap_or(usual).clone()
}

/// The instant so much earlier, if a SAML instant can say it.
fn within_years(instant: Timestamp, age: SignedDuration) -> Result<Timestamp, IssueError> {
    let earliest = Timestamp::constant(-62_135_596_800, 0);
    instant
        .checked_sub(age)
        .ok()
        .filter(|shifted| *shifted >= earliest)
        .ok_or(IssueError::Age { age })
}
