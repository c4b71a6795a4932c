//! Access policies. Of their conditions people count, users and groups; other conditions are refused
//! unless they are open to all. What a rule asks of the authentication is kept and shown: there is one
//! factor here, the password.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::discovery;
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::instant;
use super::policy_rules;
use crate::excerpt;
use crate::idp::{AccessPolicy, Org};
use crate::serve::{Event, EventType, Subject};

/// The most policies of an org.
const MOST: usize = 500;

/// The type that samlproof has.
pub(super) const TYPE: &str = "ACCESS_POLICY";

/// What the id is derived from of the policy that an app's `profileEnrollment` names.
pub(super) const ENROLLMENT: &str = "profile enrollment";

/// The address of a policy.
pub(super) fn address(org: &Org, policy: &AccessPolicy) -> String {
    format!("{}/api/v1/policies/{}", org.base_url, policy.id)
}

fn is_default(org: &Org, policy: &AccessPolicy) -> bool {
    org.default_access_policy().is_some_and(|default| default.id == policy.id)
}

/// A policy as the API shows it. Its priority is its place in the org, though apps name theirs.
fn shown(org: &Org, policy: &AccessPolicy) -> Value {
    let own = address(org, policy);
    let place = org.access_policies.iter().position(|other| other.id == policy.id);
    let system = is_default(org, policy);
    let allow = if system { json!(["GET", "PUT"]) } else { json!(["GET", "PUT", "DELETE"]) };
    json!({
        "id": policy.id,
        "status": "ACTIVE",
        "name": policy.name,
        "description": policy.description,
        "priority": place.map_or(1, |place| place + 1),
        "system": system,
        "conditions": null,
        "created": instant(policy.created),
        "lastUpdated": instant(policy.last_updated),
        "_links": {
            "self": { "href": own, "hints": { "allow": allow } },
            "rules": { "href": format!("{own}/rules"), "hints": { "allow": ["GET", "POST"] } },
        },
        "type": TYPE,
    })
}

/// The policy that a call names.
pub(super) fn asked_for<'a>(call: &Call, org: &'a Org) -> Result<&'a AccessPolicy, ApiError> {
    let id = call.name("policy");
    if id == discovery::derived(org, "rst", ENROLLMENT) {
        return Err(other_type("PROFILE_ENROLLMENT"));
    }
    let found = org.access_policies.iter().find(|policy| policy.id == id);
    found.ok_or_else(|| ApiError::not_found(id, "Policy"))
}

/// As [`asked_for`], to be changed.
pub(super) fn asked_for_mut<'a>(
    call: &Call,
    org: &'a mut Org,
) -> Result<&'a mut AccessPolicy, ApiError> {
    let id = call.name("policy");
    let found = org.access_policies.iter_mut().find(|policy| policy.id == id);
    found.ok_or_else(|| ApiError::not_found(id, "Policy"))
}

/// GET `/api/v1/policies?type=ACCESS_POLICY`. Exactly one is the system's (facts/okta.md 5.2).
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    match call.param("type").unwrap_or_default() {
        TYPE => {
            let policies = org.access_policies.iter().map(|policy| shown(&org, policy));
            Ok(Answer::json(policies.collect::<Vec<_>>().into()))
        }
        "" => {
            let cause = "type: The field cannot be left blank".to_owned();
            Err(ApiError::invalid("type", vec![cause]))
        }
        other => Err(other_type(other)),
    }
}

fn other_type(other: &str) -> ApiError {
    let shown = excerpt::name(other);
    ApiError::unimplemented(&format!("policies of type {shown}"))
}

/// GET `/api/v1/policies/{policy}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    Ok(Answer::json(shown(&org, asked_for(call, &org)?)))
}

/// Name and description of a body. The name is no other policy's than that of `id`.
fn read(call: &Call, org: &Org, id: Option<&str>) -> Result<(String, String), ApiError> {
    let body = call.object()?;
    let problems = Problems::default();
    let fields = Fields::new(&body, &problems);
    let kind = if id.is_some() { fields.text("type") } else { fields.required("type") };
    if let Some(other) = kind.filter(|kind| *kind != TYPE) {
        return Err(other_type(other));
    }
    let name = fields.required("name").unwrap_or_default();
    let others = org.access_policies.iter().filter(|policy| id != Some(policy.id.as_str()));
    if others.into_iter().any(|other| other.name == name) {
        fields.note("name", "An object with this field already exists");
    }
    if fields.text("status") == Some("INACTIVE") {
        fields.note("status", "access policies are always active");
    }
    problems.check("policy")?;
    Ok((name.to_owned(), fields.text("description").unwrap_or_default().to_owned()))
}

/// POST `/api/v1/policies`: with the catch-all rule alone, which lets everybody in.
pub(super) fn create(call: &Call) -> Outcome {
    let env = call.service.env();
    let (shown, subject) = call.change(|org| {
        let (name, description) = read(call, org, None)?;
        if org.access_policies.len() >= MOST {
            let cause = format!("an org has {MOST} access policies at most");
            return Err(ApiError::invalid("policy", vec![cause]));
        }
        let policy = AccessPolicy::new(env.ids.okta("rst"), &name, env);
        let policy = AccessPolicy { description, ..policy };
        org.access_policies.push(policy.clone());
        Ok((shown(org, &policy), Subject::from(&policy)))
    })?;
    call.report(Event::new(EventType::PolicyCreate).on(subject));
    Ok(Answer::json(shown))
}

/// PUT `/api/v1/policies/{policy}`: name and description.
pub(super) fn replace(call: &Call) -> Outcome {
    changed(call, |org| {
        let id = asked_for(call, org)?.id.clone();
        let (name, description) = read(call, org, Some(&id))?;
        let policy = asked_for_mut(call, org)?;
        (policy.name, policy.description) = (name, description);
        Ok(())
    })?;
    one(call)
}

/// Changes the policy that a call names, or its rules, and notes that in the policy and in the log.
pub(super) fn changed<R>(
    call: &Call,
    change: impl FnOnce(&mut Org) -> Result<R, ApiError>,
) -> Result<R, ApiError> {
    let now = call.now();
    let (result, subject) = call.change(|org| {
        let result = change(org)?;
        let policy = asked_for_mut(call, org)?;
        policy.last_updated = now;
        Ok((result, Subject::from(&*policy)))
    })?;
    call.report(Event::new(EventType::PolicyUpdate).on(subject));
    Ok(result)
}

/// DELETE `/api/v1/policies/{policy}`. Apps that had it have the org's own then.
pub(super) fn delete(call: &Call) -> Outcome {
    let subject = call.change(|org| {
        let policy = asked_for(call, org)?;
        if is_default(org, policy) {
            let cause = format!("the policy {} is the org's own and stays", policy.id);
            return Err(ApiError::invalid("policy", vec![cause]));
        }
        let (id, subject) = (policy.id.clone(), Subject::from(policy));
        org.access_policies.retain(|policy| policy.id != id);
        for app in org.apps.iter_mut().filter(|app| app.access_policy.as_ref() == Some(&id)) {
            app.access_policy = None;
        }
        Ok(subject)
    })?;
    call.report(Event::new(EventType::PolicyDelete).on(subject));
    Ok(Answer::nothing())
}

/// PUT `/api/v1/apps/{app}/policies/{policy}`.
pub(super) fn assign(call: &Call) -> Outcome {
    let now = call.now();
    call.change(|org| {
        call::app(org, call.name("app"))?;
        let policy = asked_for(call, org)?;
        let named = (!is_default(org, policy)).then(|| policy.id.clone());
        let app = call::app_mut(org, call.name("app"))?;
        (app.access_policy, app.last_updated) = (named, now);
        Ok(())
    })?;
    Ok(Answer::nothing())
}

/// GET `/api/v1/policies/{policy}/rules`, in the order they are looked at.
pub(super) fn rules(call: &Call) -> Outcome {
    let org = call.org();
    let policy = asked_for(call, &org)?;
    let rules = policy.rules.iter().map(|rule| policy_rules::shown(&org, policy, rule));
    Ok(Answer::json(rules.collect::<Vec<_>>().into()))
}
