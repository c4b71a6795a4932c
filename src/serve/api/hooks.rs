//! SAML inline hooks.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::instant;
use crate::excerpt;
use crate::idp::{InlineHook, InlineHookStatus, Org, SignOn};
use crate::net::parse_url;

/// The most hooks of an org.
const MOST: usize = 50;

fn status(hook: &InlineHook) -> &'static str {
    match hook.status {
        InlineHookStatus::Active => "ACTIVE",
        InlineHookStatus::Inactive => "INACTIVE",
    }
}

/// A hook as the API shows it. Secrets are not shown.
fn shown(org: &Org, hook: &InlineHook) -> Value {
    let own = format!("{}/api/v1/inlineHooks/{}", org.base_url, hook.id);
    let headers = hook.headers.iter().map(|(key, value)| json!({ "key": key, "value": value }));
    let auth = hook.auth.as_ref().map(|(key, _)| json!({ "type": "HEADER", "key": key }));
    let next = match hook.status {
        InlineHookStatus::Active => "deactivate",
        InlineHookStatus::Inactive => "activate",
    };
    json!({
        "id": hook.id,
        "status": status(hook),
        "name": hook.name,
        "type": InlineHook::TYPE,
        "version": "1.0.0",
        "channel": {
            "type": "HTTP",
            "version": "1.0.0",
            "config": {
                "uri": hook.uri,
                "headers": headers.collect::<Vec<_>>(),
                "method": "POST",
                "authScheme": auth,
            },
        },
        "created": instant(hook.created),
        "lastUpdated": instant(hook.last_updated),
        "_links": {
            "self": { "href": own },
            (next): {
                "href": format!("{own}/lifecycle/{next}"),
                "hints": { "allow": ["POST"] },
            },
        },
    })
}

fn asked_for<'a>(call: &Call, org: &'a Org) -> Result<&'a InlineHook, ApiError> {
    let id = call.name("hook");
    org.inline_hook(id).ok_or_else(|| ApiError::not_found(id, "InlineHook"))
}

/// The hook that a body describes, in the place of `old` if there is one. A secret that is left out
/// stays.
fn read(call: &Call, id: String, old: Option<&InlineHook>) -> Result<InlineHook, ApiError> {
    let body = call.object()?;
    let problems = Problems::default();
    let fields = Fields::new(&body, &problems);
    let kind = if old.is_some() { fields.text("type") } else { fields.required("type") };
    if let Some(other) = kind.filter(|kind| *kind != InlineHook::TYPE) {
        let shown = excerpt::name(other);
        return Err(ApiError::unimplemented(&format!("inline hooks of type {shown}")));
    }
    let name = fields.required("name").unwrap_or_default();
    let _ = fields.choice("version", &[("1.0.0", ())]);
    let channel = fields.child("channel");
    let _ = channel.choice("type", &[("HTTP", ())]);
    let config = channel.child("config");
    let uri = config.required("uri").unwrap_or_default();
    if parse_url(uri).is_err() {
        config.note("uri", "a URL of http or https is due");
    }
    let _ = config.choice("method", &[("POST", ())]);
    let mut hook = InlineHook::new(id, name, uri, call.now());
    for header in config.children("headers") {
        let pair = (header.required("key"), header.text("value").unwrap_or_default());
        if let (Some(key), value) = pair {
            check_header(&header, key, value);
            hook.headers.push((key.to_owned(), value.to_owned()));
        }
    }
    let auth = config.child("authScheme");
    if auth.is_there() {
        let _ = auth.choice("type", &[("HEADER", ())]);
        let key = auth.required("key").unwrap_or_default();
        let kept = old.and_then(|old| old.auth.as_ref()).map(|(_, secret)| secret.as_str());
        let secret = auth.text("value").or(kept).unwrap_or_default();
        check_header(&auth, key, secret);
        hook.auth = Some((key.to_owned(), secret.to_owned()));
    }
    problems.check("inlineHook")?;
    if let Some(old) = old {
        (hook.status, hook.timeout, hook.created) = (old.status, old.timeout, old.created);
    }
    Ok(hook)
}

fn check_header(fields: &Fields<'_>, key: &str, value: &str) {
    if http::HeaderName::try_from(key).is_err() {
        fields.note("key", "a header's name is due");
    }
    if http::HeaderValue::try_from(value).is_err() {
        fields.note("value", "it cannot stand in a header");
    }
}

/// GET `/api/v1/inlineHooks?type=`.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let kind = call.param("type").unwrap_or(InlineHook::TYPE);
    let hooks = org.inline_hooks.iter().filter(|_| kind == InlineHook::TYPE);
    Ok(Answer::json(hooks.map(|hook| shown(&org, hook)).collect::<Vec<_>>().into()))
}

/// GET `/api/v1/inlineHooks/{hook}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    Ok(Answer::json(shown(&org, asked_for(call, &org)?)))
}

/// POST `/api/v1/inlineHooks`: active at once.
pub(super) fn create(call: &Call) -> Outcome {
    let id = call.service.env().ids.okta("cal");
    let made = call.change(|org| {
        let hook = read(call, id.clone(), None)?;
        if org.inline_hooks.len() == MOST {
            let cause = format!("an org has {MOST} inline hooks at most");
            return Err(ApiError::invalid("inlineHook", vec![cause]));
        }
        org.put_inline_hook(hook.clone());
        Ok(shown(org, &hook))
    })?;
    Ok(Answer::json(made))
}

/// PUT `/api/v1/inlineHooks/{hook}`.
pub(super) fn replace(call: &Call) -> Outcome {
    let shown = call.change(|org| {
        let old = asked_for(call, org)?;
        let hook = read(call, old.id.clone(), Some(old))?;
        org.put_inline_hook(hook);
        Ok(shown(org, asked_for(call, org)?))
    })?;
    Ok(Answer::json(shown))
}

/// DELETE `/api/v1/inlineHooks/{hook}`: of one that is not active. Apps that name it do so in vain.
pub(super) fn delete(call: &Call) -> Outcome {
    call.change(|org| {
        let hook = asked_for(call, org)?;
        if hook.status == InlineHookStatus::Active {
            let cause = format!("the hook {} is active; deactivate it first", hook.id);
            return Err(ApiError::invalid("inlineHook", vec![cause]));
        }
        let id = hook.id.clone();
        org.inline_hooks.retain(|hook| hook.id != id);
        Ok(())
    })?;
    Ok(Answer::nothing())
}

/// POST `…/lifecycle/activate`.
pub(super) fn activate(call: &Call) -> Outcome {
    set_status(call, InlineHookStatus::Active)
}

/// POST `…/lifecycle/deactivate`.
pub(super) fn deactivate(call: &Call) -> Outcome {
    set_status(call, InlineHookStatus::Inactive)
}

fn set_status(call: &Call, status: InlineHookStatus) -> Outcome {
    let now = call.now();
    let shown = call.change(|org| {
        let mut hook = asked_for(call, org)?.clone();
        (hook.status, hook.last_updated) = (status, now);
        org.put_inline_hook(hook);
        Ok(shown(org, asked_for(call, org)?))
    })?;
    Ok(Answer::json(shown))
}

/// Notes hooks of an app's `settings.signOn` that the org does not have.
pub(super) fn check(org: &Org, sign_on: &SignOn, fields: &Fields<'_>) {
    for id in sign_on.inline_hooks.iter().filter(|id| org.inline_hook(id).is_none()) {
        let shown = excerpt::name(id);
        fields.note("inlineHooks", format_args!("there is no inline hook {shown}"));
    }
}
