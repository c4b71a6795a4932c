//! What is done with users as a whole.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::error::ApiError;
use super::{user_json, users};
use crate::idp::{Deletion, Lifecycle};
use crate::serve::{Event, EventType, Subject};

/// Does it, and says what the user looks like afterwards.
fn apply(call: &Call, operation: Lifecycle, kind: Option<EventType>) -> Result<Value, ApiError> {
    let now = call.now();
    let (shown, subject) = call.change(|org| {
        let id = users::asked_for(call, org)?.id.clone();
        let user = org.users.iter_mut().find(|user| user.id == id);
        let user = user.ok_or_else(|| ApiError::not_found(&id, "User"))?;
        user.apply(operation, now)?;
        org.settle(now);
        let user = call::user(org, &id)?;
        Ok::<_, ApiError>((user_json::user(org, user), Subject::from(user)))
    })?;
    if let Some(kind) = kind {
        call.report(Event::new(kind).on(subject));
    }
    Ok(shown)
}

/// Where a link that is mailed at Okta would lead. No mail is sent here, so it is always told.
fn link(call: &Call, name: &str, page: &str) -> Value {
    let token = call.service.env().ids.secret();
    json!({ name: call.url(&format!("{page}/{token}")) })
}

/// POST `…/lifecycle/activate`. The link in the answer leads nowhere: a password is set over the API.
pub(super) fn activate(call: &Call) -> Outcome {
    apply(call, Lifecycle::Activate, Some(EventType::UserActivate))?;
    if call.flag("sendEmail", true)? {
        return Ok(Answer::json(json!({})));
    }
    let mut answer = link(call, "activationUrl", "/welcome");
    answer["activationToken"] = call.service.env().ids.secret().into();
    Ok(Answer::json(answer))
}

/// POST `…/lifecycle/reactivate`.
pub(super) fn reactivate(call: &Call) -> Outcome {
    apply(call, Lifecycle::Reactivate, None)?;
    Ok(Answer::json(json!({})))
}

/// POST `…/lifecycle/deactivate`.
pub(super) fn deactivate(call: &Call) -> Outcome {
    apply(call, Lifecycle::Deactivate, Some(EventType::UserDeactivate))?;
    Ok(Answer::json(json!({})))
}

/// POST `…/lifecycle/suspend`.
pub(super) fn suspend(call: &Call) -> Outcome {
    apply(call, Lifecycle::Suspend, Some(EventType::UserSuspend))?;
    Ok(Answer::json(json!({})))
}

/// POST `…/lifecycle/unsuspend`.
pub(super) fn unsuspend(call: &Call) -> Outcome {
    apply(call, Lifecycle::Unsuspend, Some(EventType::UserUnsuspend))?;
    Ok(Answer::json(json!({})))
}

/// POST `…/lifecycle/unlock`.
pub(super) fn unlock(call: &Call) -> Outcome {
    apply(call, Lifecycle::Unlock, None)?;
    Ok(Answer::json(json!({})))
}

/// POST `…/lifecycle/reset_password`.
pub(super) fn reset_password(call: &Call) -> Outcome {
    apply(call, Lifecycle::ResetPassword, None)?;
    Ok(Answer::json(match call.flag("sendEmail", true)? {
        true => json!({}),
        false => link(call, "resetPasswordUrl", "/reset_password"),
    }))
}

/// POST `…/lifecycle/expire_password`.
pub(super) fn expire_password(call: &Call) -> Outcome {
    Ok(Answer::json(apply(call, Lifecycle::ExpirePassword, None)?))
}

/// DELETE `/api/v1/users/{id}`: the first time deactivates, the second deletes.
pub(super) fn delete(call: &Call) -> Outcome {
    let now = call.now();
    let (deletion, subject) = call.change(|org| {
        let user = users::asked_for(call, org)?;
        let (id, subject) = (user.id.clone(), Subject::from(user));
        call.service.note_gone(&id, org);
        let deletion = org.delete_user(&id, now)?;
        org.settle(now);
        Ok::<_, ApiError>((deletion, subject))
    })?;
    let kind = match deletion {
        Deletion::Deactivated => EventType::UserDeactivate,
        Deletion::Deleted => EventType::UserDelete,
    };
    call.report(Event::new(kind).on(subject));
    Ok(Answer::nothing())
}
