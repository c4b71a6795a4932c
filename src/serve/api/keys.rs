//! The keys of an app (facts/okta.md 2.3).

use http::StatusCode;
use serde_json::Value;
use tokio::runtime::Handle;

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::error::ApiError;
use crate::idp::{AppKey, KeyCredentialError};
use crate::serve::{Event, EventType, Subject};

impl From<KeyCredentialError> for ApiError {
    fn from(error: KeyCredentialError) -> Self {
        match &error {
            KeyCredentialError::NoKey(kid) => Self::not_found(kid, "AppKeyCredential"),
            KeyCredentialError::NoApp(id) => Self::not_found(id, "AppInstance"),
            KeyCredentialError::ValidityYears => {
                Self::invalid("generateKey", vec![error.to_string()])
            }
            KeyCredentialError::Exists => Self::invalid("cloneKey", vec![error.to_string()]),
        }
    }
}

/// The key as it is shown; it is made first if it is pending.
pub(super) fn shown(call: &Call, app: &str, kid: &str) -> Result<Value, ApiError> {
    Handle::current().block_on(call.service.made(app, kid));
    let org = call.org();
    let key = call::app(&org, app)?.key_credential(kid);
    let key = key.ok_or_else(|| ApiError::not_found(kid, "AppKeyCredential"))?;
    let web_key = key.json_web_key().ok_or_else(ApiError::internal)?;
    serde_json::to_value(web_key).map_err(|_cannot_fail| ApiError::internal())
}

/// GET `…/credentials/keys`.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let id = call.name("app");
    let kids = call::app(&org, id)?.keys.iter().map(|key| shown(call, id, &key.kid));
    Ok(Answer::json(kids.collect::<Result<Vec<_>, _>>()?.into()))
}

/// GET `…/credentials/keys/{kid}`.
pub(super) fn one(call: &Call) -> Outcome {
    Ok(Answer::json(shown(call, call.name("app"), call.name("kid"))?))
}

/// POST `…/credentials/keys/generate?validityYears=`. The key signs nothing until the app names it.
pub(super) fn generate(call: &Call) -> Outcome {
    let years = match call.param("validityYears") {
        None => i64::from(AppKey::VALIDITY_YEARS),
        Some(text) => text.parse().map_err(|_no_number| KeyCredentialError::ValidityYears)?,
    };
    let id = call.name("app");
    let (kid, subject) = call.change(|org| {
        let app = call::app_mut(org, id)?;
        let kid = app.generate_key(years, call.service.env())?.kid.clone();
        Ok::<_, ApiError>((kid, Subject::from(&*app)))
    })?;
    let shown = shown(call, id, &kid)?;
    call.report(Event::new(EventType::KeyGenerate).on(subject).on(Subject::key(&kid)));
    Ok(Answer::json(shown).status(StatusCode::CREATED))
}

/// POST `…/credentials/keys/{kid}/clone?targetAid=`.
pub(super) fn clone_to(call: &Call) -> Outcome {
    let blank = || {
        ApiError::invalid("cloneKey", vec!["targetAid: The field cannot be left blank".to_owned()])
    };
    let target = call.param("targetAid").ok_or_else(blank)?;
    let (id, kid) = (call.name("app"), call.name("kid"));
    // Two copies of a key that is yet to be made would become two keys.
    shown(call, id, kid)?;
    let subject = call.change(|org| {
        org.clone_key(id, kid, target)?;
        Ok::<_, ApiError>(Subject::from(call::app(org, target)?))
    })?;
    let shown = shown(call, target, kid)?;
    call.report(Event::new(EventType::KeyClone).on(subject).on(Subject::key(kid)));
    Ok(Answer::json(shown).status(StatusCode::CREATED))
}
