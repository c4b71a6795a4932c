//! One attempt to log in, with all that is known of it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;

use super::ago::Moment;
use super::logins::Head;
use super::pretty::pretty;
use crate::crypto::{AlgorithmPolicy, Engine, verify};
use crate::saml::{self, Assertion, SignatureVerdict, SignedKind};
use crate::serve::{Attempt, OrgService, Outcome, Sent, pages};

#[derive(Template)]
#[template(path = "developer/login.html")]
struct Login {
    org: String,
    head: Head,
    request: Option<String>,
    remarks: Vec<String>,
    response: Option<Posted>,
    embed: Option<String>,
}

/// A response that went out.
struct Posted {
    acs: String,
    relay_state: String,
    subject: String,
    signatures: Vec<Signature>,
    attributes: Vec<(String, Vec<String>)>,
    absent: Vec<(String, String)>,
    facts: Vec<(&'static str, String)>,
    times: Vec<(&'static str, Moment)>,
    sent: String,
    clear: Option<String>,
}

/// Whether what is signed in a document holds.
struct Signature {
    good: bool,
    text: String,
}

/// GET `/_samlproof/logins/{number}`.
pub(super) async fn page(
    State(service): State<OrgService>,
    Path(number): Path<String>,
) -> Response {
    let found = number.parse().ok().and_then(|number| service.attempt(number));
    let Some(attempt) = found else { return pages::not_found() };
    let now = service.env().clock.now();
    let org = service.snapshot();
    let app = attempt.app.as_ref().and_then(|app| org.active_app(&app.external_key));
    let page = Login {
        org: org.name.clone(),
        head: Head::of(&attempt, now),
        request: attempt.request.as_deref().map(pretty),
        remarks: attempt.remarks.clone(),
        response: response(&attempt, now),
        embed: app.map(|app| app.embed_path()),
    };
    pages::html(StatusCode::OK, &page)
}

fn response(attempt: &Attempt, now: Timestamp) -> Option<Posted> {
    let Outcome::Sent { sent, absent } = &attempt.outcome else { return None };
    let issued = &sent.issued;
    let readable = issued.clear.as_deref().unwrap_or(&issued.xml);
    let read = saml::Response::parse(readable).ok();
    let assertion = read.as_ref().and_then(|read| read.assertions.first());
    let values = |attribute: &saml::Attribute| {
        let texts = attribute.values.iter();
        texts.map(|value| value.text().unwrap_or("(nil)").to_owned()).collect()
    };
    let attributes = issued.attributes.0.iter();
    Some(Posted {
        acs: issued.acs.as_str().to_owned(),
        relay_state: sent.relay_state.clone(),
        subject: issued.name_id.value.clone(),
        signatures: signatures(attempt, sent),
        attributes: attributes.map(|one| (one.name.clone(), values(one))).collect(),
        absent: absent.iter().map(|one| (one.name.clone(), one.why.to_string())).collect(),
        facts: assertion.map(facts).unwrap_or_default(),
        times: assertion.map(|assertion| times(assertion, now)).unwrap_or_default(),
        sent: pretty(&issued.xml),
        clear: issued.clear.as_deref().map(pretty),
    })
}

/// What the certificate of the app's key says of the document that was sent, and of the one before
/// its assertion was encrypted.
fn signatures(attempt: &Attempt, sent: &Arc<Sent>) -> Vec<Signature> {
    let certificate = attempt.app.as_ref().and_then(|app| app.certificate.clone());
    let trusted: Vec<_> = certificate.into_iter().collect();
    let policy = AlgorithmPolicy::danger_with_sha1();
    let said = |document: &str, xml: &str| {
        let verdict = verify(Engine::Native, xml, &trusted, &policy);
        match verdict {
            SignatureVerdict::Valid(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| {
                        let kind = match part.kind {
                            SignedKind::Response => "response",
                            SignedKind::Assertion => "assertion",
                            SignedKind::Message => "message",
                        };
                        format!("{kind} with {:?} and {:?}", part.signature, part.digest)
                    })
                    .collect();
                Signature { good: true, text: format!("{document}: {}", parts.join(", ")) }
            }
            SignatureVerdict::Invalid(fault) => {
                Signature { good: false, text: format!("{document}: {fault}") }
            }
        }
    };
    let issued = &sent.issued;
    let mut all = vec![said("As it was sent", &issued.xml)];
    all.extend(issued.clear.as_deref().map(|clear| said("Before it was encrypted", clear)));
    all
}

fn facts(assertion: &Assertion) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Issuer", assertion.issuer.as_str().to_owned())];
    let restrictions = assertion.conditions.iter().flat_map(|one| &one.audience_restrictions);
    let audiences = restrictions.flatten().map(|audience| audience.as_str().to_owned());
    facts.extend(audiences.map(|audience| ("Audience", audience)));
    for confirmation in &assertion.confirmations {
        let recipient = confirmation.recipient.iter().map(|url| url.as_str().to_owned());
        facts.extend(recipient.map(|recipient| ("Recipient", recipient)));
        let answered = confirmation.in_response_to.iter().map(|id| id.as_str().to_owned());
        facts.extend(answered.map(|id| ("InResponseTo", id)));
    }
    let format = assertion.name_id.format.iter().map(|format| format.as_str().to_owned());
    facts.extend(format.map(|format| ("NameID format", format)));
    facts
}

fn times(assertion: &Assertion, now: Timestamp) -> Vec<(&'static str, Moment)> {
    let conditions = assertion.conditions.as_ref();
    let confirmed = assertion.confirmations.first().and_then(|one| one.not_on_or_after);
    let authenticated = assertion.authn_statement.as_ref().map(|one| one.authn_instant);
    [
        ("Issued", Some(assertion.issue_instant)),
        ("Valid from (NotBefore)", conditions.and_then(|one| one.not_before)),
        ("Valid until (NotOnOrAfter)", conditions.and_then(|one| one.not_on_or_after)),
        ("To be posted until", confirmed),
        ("Signed in at the org", authenticated),
    ]
    .into_iter()
    .filter_map(|(name, at)| Some((name, Moment::new(at?, now))))
    .collect()
}
