//! Access policies: every org has one, which lets everybody in who is assigned.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::discovery;
use super::error::ApiError;
use super::instant::instant;
use crate::idp::Org;

/// The id of the org's access policy.
pub(super) fn access_policy(org: &Org) -> String {
    discovery::derived(org, "rst", "access policy")
}

fn policy(org: &Org) -> Value {
    let id = access_policy(org);
    let own = format!("{}/api/v1/policies/{id}", org.base_url);
    json!({
        "id": id,
        "status": "ACTIVE",
        "name": "Default Policy",
        "description": "Lets in whoever is assigned",
        "priority": 1,
        "system": true,
        "conditions": null,
        "created": instant(org.created),
        "lastUpdated": instant(org.created),
        "_links": {
            "self": { "href": own, "hints": { "allow": ["GET"] } },
            "rules": { "href": format!("{own}/rules"), "hints": { "allow": ["GET"] } },
        },
        "type": "ACCESS_POLICY",
    })
}

/// GET `/api/v1/policies?type=ACCESS_POLICY`: exactly one. Other types are not there.
pub(super) fn list(call: &Call) -> Outcome {
    let kind = call.param("type").unwrap_or_default();
    match kind {
        "ACCESS_POLICY" => Ok(Answer::json(json!([policy(&call.org())]))),
        "" => {
            let cause = "type: The field cannot be left blank".to_owned();
            Err(ApiError::invalid("type", vec![cause]))
        }
        other => {
            let shown: String = other.chars().take(80).collect();
            Err(ApiError::unimplemented(&format!("policies of type {shown}")))
        }
    }
}

/// GET `/api/v1/policies/{policy}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    known(call, &org)?;
    Ok(Answer::json(policy(&org)))
}

/// PUT `/api/v1/apps/{app}/policies/{policy}`: the app has that policy anyway.
pub(super) fn assign(call: &Call) -> Outcome {
    let org = call.org();
    call::app(&org, call.name("app"))?;
    known(call, &org)?;
    Ok(Answer::nothing())
}

fn known(call: &Call, org: &Org) -> Result<(), ApiError> {
    let id = call.name("policy");
    if id == access_policy(org) { Ok(()) } else { Err(ApiError::not_found(id, "Policy")) }
}
