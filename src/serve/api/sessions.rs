//! Sessions at the org.

use http::header;
use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{Call, Caller, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::instant;
use super::users;
use crate::serve::{OrgService, cookies};

/// A session as the API shows it. It has no end of its own here: `expiresAt` is null.
fn shown(service: &OrgService, sid: &str) -> Result<Value, ApiError> {
    let missing = || ApiError::not_found(sid, "Session");
    let session = service.sessions().find(sid).ok_or_else(missing)?;
    let org = service.snapshot();
    let user = org.users.iter().find(|user| user.id == session.user_id).ok_or_else(missing)?;
    let base = &org.base_url;
    let own = format!("{base}/api/v1/sessions/{sid}");
    Ok(json!({
        "id": sid,
        "userId": user.id,
        "login": user.login,
        "createdAt": instant(session.since),
        "expiresAt": null,
        "status": "ACTIVE",
        "lastPasswordVerification": instant(session.since),
        "lastFactorVerification": null,
        "amr": ["pwd"],
        "idp": { "id": org.id, "type": "OKTA" },
        "mfaActive": false,
        "_links": {
            "self": { "href": own, "hints": { "allow": ["GET", "DELETE"] } },
            "refresh": {
                "href": format!("{own}/lifecycle/refresh"),
                "hints": { "allow": ["POST"] },
            },
            "user": { "name": user.display_name(), "href": format!("{base}/api/v1/users/{}", user.id) },
        },
    }))
}

/// POST `/api/v1/sessions` with a `sessionToken`.
pub(super) fn create(call: &Call) -> Outcome {
    let body = call.object()?;
    let problems = Problems::default();
    let token = Fields::new(&body, &problems).required("sessionToken").unwrap_or_default();
    problems.check("session")?;
    let sid = call.service.begin_by_token(token, &call.headers);
    let sid = sid.ok_or_else(ApiError::authentication)?;
    let cookie = cookies::begin(&call.org().base_url, &sid);
    Ok(Answer::json(shown(&call.service, &sid)?).header(header::SET_COOKIE, cookie))
}

/// The session of whoever asks, which a tool with a token has none of.
fn own(call: &Call) -> Result<&str, ApiError> {
    match &call.caller {
        Caller::Session(sid) => Ok(sid),
        Caller::Token | Caller::Nobody => Err(ApiError::not_found("me", "Session")),
    }
}

/// GET `/api/v1/sessions/me`, and its refresh, which has nothing to do.
pub(super) fn mine(call: &Call) -> Outcome {
    Ok(Answer::json(shown(&call.service, own(call)?)?))
}

/// DELETE `/api/v1/sessions/me`.
pub(super) fn end_mine(call: &Call) -> Outcome {
    let sid = own(call)?;
    end_session(call, sid);
    let cookie = cookies::end(&call.org().base_url);
    Ok(Answer::nothing().header(header::SET_COOKIE, cookie))
}

/// GET `/api/v1/sessions/{id}`, and its refresh.
pub(super) fn one(call: &Call) -> Outcome {
    Ok(Answer::json(shown(&call.service, call.name("id"))?))
}

/// DELETE `/api/v1/sessions/{id}`.
pub(super) fn end(call: &Call) -> Outcome {
    shown(&call.service, call.name("id"))?;
    end_session(call, call.name("id"));
    Ok(Answer::nothing())
}

/// DELETE `/api/v1/users/{id}/sessions`.
pub(super) fn end_of_user(call: &Call) -> Outcome {
    let user = users::asked_for(call, &call.org())?.id.clone();
    let sids = call.service.sessions().of_user(&user);
    for sid in sids {
        end_session(call, &sid);
    }
    Ok(Answer::nothing())
}

fn end_session(call: &Call, sid: &str) {
    let session = call.service.sessions().find(sid);
    if let Some(session) = session {
        call.service.signed_off(&call.org(), &session.user_id, &call.headers);
    }
    call.service.sessions().end(sid);
}
