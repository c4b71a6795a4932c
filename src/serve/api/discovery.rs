//! What an org says of itself.

use jiff::Timestamp;
use serde_json::json;

use super::answer::Answer;
use super::call::{Call, Outcome};
use crate::env::Env;
use crate::idp::Org;

/// GET `/.well-known/okta-organization`.
pub(super) fn organization(call: &Call) -> Outcome {
    let org = call.org();
    Ok(Answer::json(json!({
        "id": org.id,
        "cell": "op3",
        "_links": { "organization": { "href": org.base_url } },
        "pipeline": org.features.pipeline.name(),
        "settings": {
            "analyticsCollectionEnabled": false,
            "bugReportingEnabled": true,
            "omEnabled": false,
            "pssoEnabled": true,
            "desktopMFAEnabled": true,
            "itpEnabled": true,
        },
    })))
}

/// The id of something that every org has one of: it follows from the org's own.
pub(super) fn derived(org: &Org, prefix: &str, what: &str) -> String {
    Env::fixed(Timestamp::UNIX_EPOCH, &format!("{}/{what}", org.id)).ids.okta(prefix)
}
