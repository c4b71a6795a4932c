//! Federated claims of an app (facts/okta.md 4.2). The shapes beyond the body are graded M.

use http::StatusCode;
use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::instant;
use crate::idp::{App, AttributeStatement, FederatedClaim, Org, StatementError};
use crate::serve::{Event, EventType, Subject};

/// The most claims of an app.
const MOST: usize = 100;

fn shown(claim: &FederatedClaim) -> Value {
    json!({
        "id": claim.id,
        "name": claim.statement.name,
        "expression": claim.expression,
        "created": instant(claim.created),
        "lastUpdated": instant(claim.last_updated),
    })
}

fn asked_for<'a>(call: &Call, app: &'a App) -> Result<&'a FederatedClaim, ApiError> {
    let id = call.name("claim");
    let found = app.federated_claims.iter().find(|claim| claim.id == id);
    found.ok_or_else(|| ApiError::not_found(id, "FederatedClaim"))
}

/// GET `/api/v1/apps/{app}/federated-claims`.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let claims = call::app(&org, call.name("app"))?.federated_claims.iter();
    Ok(Answer::json(claims.map(shown).collect::<Vec<_>>().into()))
}

/// GET `/api/v1/apps/{app}/federated-claims/{claim}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    Ok(Answer::json(shown(asked_for(call, call::app(&org, call.name("app"))?)?)))
}

/// The claim that a body describes, under this id. No other claim or statement has its name.
fn read(call: &Call, org: &Org, id: &str) -> Result<FederatedClaim, ApiError> {
    let app = call::app(org, call.name("app"))?;
    let body = call.object()?;
    let problems = Problems::default();
    let fields = Fields::new(&body, &problems);
    let name = fields.required("name").unwrap_or_default();
    let length = name.chars().count();
    if length > AttributeStatement::MAX_NAME {
        fields.note("name", StatementError::Name { length });
    }
    let own = app.federated_claims.iter().find(|claim| claim.id == id);
    let keeps_name = own.is_some_and(|own| own.statement.name == name);
    if !keeps_name && app.statements().any(|other| other.name == name) {
        fields.note("name", StatementError::SameName { name: name.to_owned() });
    }
    let expression = fields.required("expression").unwrap_or_default();
    let length = expression.chars().count();
    if length > AttributeStatement::MAX_VALUE {
        fields.note("expression", StatementError::TooLong { length });
    }
    let claim = FederatedClaim::new((id, name), expression, (org, app), call.now());
    if let (Err(error), false) = (&claim, expression.is_empty()) {
        fields.note("expression", error.okta_cause(expression));
    }
    problems.check("federatedClaim")?;
    let claim = claim.map_err(|error| ApiError::invalid("federatedClaim", vec![error.to_string()]));
    Ok(FederatedClaim { created: own.map_or(call.now(), |own| own.created), ..claim? })
}

/// POST `/api/v1/apps/{app}/federated-claims`.
pub(super) fn create(call: &Call) -> Outcome {
    let id = call.service.env().ids.okta("ofc");
    let answer = changed(call, Some(&id))?;
    Ok(answer.status(StatusCode::CREATED))
}

/// PUT `/api/v1/apps/{app}/federated-claims/{claim}`.
pub(super) fn replace(call: &Call) -> Outcome {
    changed(call, None)
}

/// Adds the claim of this id, or puts another in the place of the one that the path names.
fn changed(call: &Call, new: Option<&str>) -> Outcome {
    let now = call.now();
    let (shown, subject) = call.change(|org| {
        let id = match new {
            Some(new) => new.to_owned(),
            None => asked_for(call, call::app(org, call.name("app"))?)?.id.clone(),
        };
        let claim = read(call, org, &id)?;
        let app = call::app_mut(org, call.name("app"))?;
        let place = app.federated_claims.iter().position(|known| known.id == claim.id);
        if place.is_none() && app.federated_claims.len() >= MOST {
            let cause = format!("an app has {MOST} claims at most");
            return Err(ApiError::invalid("federatedClaim", vec![cause]));
        }
        let shown = shown(&claim);
        match place {
            Some(place) => app.federated_claims[place] = claim,
            None => app.federated_claims.push(claim),
        }
        app.last_updated = now;
        Ok((shown, Subject::from(&*app)))
    })?;
    call.report(Event::new(EventType::AppUpdate).on(subject));
    Ok(Answer::json(shown))
}

/// DELETE `/api/v1/apps/{app}/federated-claims/{claim}`.
pub(super) fn delete(call: &Call) -> Outcome {
    let now = call.now();
    let subject = call.change(|org| {
        let id = asked_for(call, call::app(org, call.name("app"))?)?.id.clone();
        let app = call::app_mut(org, call.name("app"))?;
        app.federated_claims.retain(|claim| claim.id != id);
        app.last_updated = now;
        Ok(Subject::from(&*app))
    })?;
    call.report(Event::new(EventType::AppUpdate).on(subject));
    Ok(Answer::nothing())
}
