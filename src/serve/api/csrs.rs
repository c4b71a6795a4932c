//! Certificate signing requests of an app (facts/okta.md 2.3). The shapes are graded M.

use http::StatusCode;
use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::instant;
use super::keys;
use crate::idp::{App, AppCsr, Org};
use crate::keys::{Certificate, KeyError, KeyKind, RequestSubject, SigningRequest};
use crate::serve::{Event, EventType, Subject};

/// The most requests of an app that wait.
const MOST: usize = 100;

fn shown(org: &Org, app: &App, csr: &AppCsr) -> Value {
    let own = format!("{}/api/v1/apps/{}/credentials/csrs/{}", org.base_url, app.id, csr.id);
    let publish = format!("{own}/lifecycle/publish");
    json!({
        "id": csr.id,
        "created": instant(csr.created),
        "csr": csr.request.to_base64(),
        "kty": "RSA",
        "_links": {
            "self": { "href": own, "hints": { "allow": ["GET", "DELETE"] } },
            "publish": { "href": publish, "hints": { "allow": ["POST"] } },
        },
    })
}

fn asked_for<'a>(call: &Call, app: &'a App) -> Result<&'a AppCsr, ApiError> {
    let id = call.name("csr");
    app.csr(id).ok_or_else(|| ApiError::not_found(id, "Csr"))
}

/// GET `…/credentials/csrs`.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let app = call::app(&org, call.name("app"))?;
    let all = app.csrs.iter().map(|csr| shown(&org, app, csr));
    Ok(Answer::json(all.collect::<Vec<_>>().into()))
}

/// GET `…/credentials/csrs/{csr}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    let app = call::app(&org, call.name("app"))?;
    Ok(Answer::json(shown(&org, app, asked_for(call, app)?)))
}

/// POST `…/credentials/csrs`: makes a key, of which the request is shown and nothing else.
pub(super) fn create(call: &Call) -> Outcome {
    let id = call.name("app");
    call::app(&call.org(), id)?;
    let subject = subject(call)?;
    // Takes a while: before the org is changed, so that nobody waits.
    let request = SigningRequest::generate(KeyKind::Rsa2048, &subject);
    let request = request.map_err(|error| ApiError::invalid("csr", vec![error.to_string()]))?;
    let made = call.change(|org| {
        let app = call::app_mut(org, id)?;
        if app.csrs.len() >= MOST {
            let cause = format!("{MOST} requests of the app wait for a certificate already");
            return Err(ApiError::invalid("csr", vec![cause]));
        }
        let csr = AppCsr::new(request, call.service.env());
        app.csrs.push(csr.clone());
        Ok(shown(org, call::app(org, id)?, &csr))
    })?;
    Ok(Answer::json(made).status(StatusCode::CREATED))
}

fn subject(call: &Call) -> Result<RequestSubject, ApiError> {
    let body = call.object()?;
    let problems = Problems::default();
    let fields = Fields::new(&body, &problems);
    let named = fields.child("subject");
    let text = |name: &str| {
        let text = named.text(name).unwrap_or_default();
        if text.chars().count() > 64 {
            named.note(name, "it has more than 64 characters");
        }
        text.to_owned()
    };
    let subject = RequestSubject {
        country: text("countryName"),
        state: text("stateOrProvinceName"),
        locality: text("localityName"),
        organization: text("organizationName"),
        organizational_unit: text("organizationalUnitName"),
        common_name: text("commonName"),
        dns_names: fields
            .child("subjectAltNames")
            .texts("dnsNames")
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect(),
    };
    let country = subject.country.as_bytes();
    let letters = country.iter().all(u8::is_ascii_alphabetic);
    if !letters || ![0, 2].contains(&country.len()) {
        named.note("countryName", "two letters are due");
    }
    problems.check("csr")?;
    Ok(subject)
}

/// POST `…/credentials/csrs/{csr}/lifecycle/publish`: the certificate as PEM, as DER, or as its base64.
pub(super) fn publish(call: &Call) -> Outcome {
    let (id, now) = (call.name("app"), call.now());
    let certificate = certificate(&call.body)
        .map_err(|error| ApiError::invalid("certificate", vec![error.to_string()]));
    let (kid, subject) = call.change(|org| {
        let csr = asked_for(call, call::app(org, id)?)?.clone();
        let app = call::app_mut(org, id)?;
        let kid = app.publish_csr(&csr, certificate?, now);
        let kid = kid.map_err(|error| ApiError::invalid("certificate", vec![error.to_string()]))?;
        Ok((kid, Subject::from(&*app)))
    })?;
    call.report(Event::new(EventType::KeyGenerate).on(subject).on(Subject::key(&kid)));
    Ok(Answer::json(keys::shown(call, id, &kid)?).status(StatusCode::CREATED))
}

fn certificate(body: &[u8]) -> Result<Certificate, KeyError> {
    match std::str::from_utf8(body) {
        Ok(text) if text.contains("-----BEGIN") => Certificate::from_pem(text),
        Ok(text) => Certificate::from_base64(text.trim().trim_matches('"')),
        Err(_) => Certificate::from_der(body),
    }
}

/// DELETE `…/credentials/csrs/{csr}`.
pub(super) fn delete(call: &Call) -> Outcome {
    call.change(|org| {
        let csr = asked_for(call, call::app(org, call.name("app"))?)?.id.clone();
        call::app_mut(org, call.name("app"))?.csrs.retain(|known| known.id != csr);
        Ok(())
    })?;
    Ok(Answer::nothing())
}
