//! Calling an app's inline hook over HTTP.

use axum::http::StatusCode;
use http::{Method, header};
use serde_json::Value;

use super::{Event, EventType, OrgService};
use crate::idp::{App, HookCall, InlineHook, InlineHookStatus, Issue, Org, Unsigned};
use crate::net::{Client, ClientOptions, NetError, Request, parse_url};

/// The most that is read of an answer.
const ANSWER_LIMIT: usize = 256 << 10;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error(transparent)]
    Net(#[from] NetError),
    #[error("status {0}")]
    Status(StatusCode),
}

impl NoAnswer {
    /// Okta tries once more, but not after a 4xx; and a redirect is an answer that is not followed.
    fn again(&self) -> bool {
        match self {
            Self::Net(NetError::BadUrl { .. } | NetError::BadHeader { .. }) => false,
            Self::Net(_) => true,
            Self::Status(status) => status.is_server_error(),
        }
    }
}

/// The hook that is asked about an app's assertions, if one is registered and active.
pub(super) fn of<'a>(org: &'a Org, app: &App) -> Option<&'a InlineHook> {
    let hook = org.inline_hook(app.sign_on.inline_hooks.first()?)?;
    (hook.status == InlineHookStatus::Active).then_some(hook)
}

/// The response as the hook wants it. A hook that is slow, fails or answers nonsense changes nothing:
/// the flow goes on with the original assertion.
pub(super) async fn asked(
    service: &OrgService,
    hook: &InlineHook,
    issue: &Issue<'_>,
    unsigned: Unsigned,
    (method, sid): (&str, &str),
) -> Unsigned {
    let ids = service.page_ids();
    let call = HookCall {
        event_id: ids.secret(),
        request_id: ids.secret(),
        method: method.to_owned(),
        session_id: sid.to_owned(),
        now: service.env().clock.now(),
    };
    let body = call.body(issue, &unsigned);
    let problem = match answer(hook, &body).await {
        Ok(answer) => match unsigned.answered(&answer) {
            Ok(changed) => {
                tracing::info!(app = issue.app.name, hook = hook.id, "asked the inline hook");
                return changed;
            }
            Err(fault) => fault.to_string(),
        },
        Err(error) => error.to_string(),
    };
    tracing::warn!(
        app = issue.app.name,
        hook = hook.id,
        problem,
        "the inline hook is not followed"
    );
    let event = Event::new(EventType::InlineHookExecuted).by(issue.user).on(issue.app);
    service.report(event.failed(problem).with("hookId", hook.id.as_str()));
    unsigned
}

/// The body of a 2xx, after one more try where that is worth it.
async fn answer(hook: &InlineHook, body: &Value) -> Result<Vec<u8>, NoAnswer> {
    // A client for each call: hooks are few, and keep no cookies and no connections.
    let options = ClientOptions {
        timeout: hook.timeout,
        body_limit: ANSWER_LIMIT,
        ..ClientOptions::default()
    };
    let client = Client::new(&options)?;
    match once(&client, hook, body).await {
        Err(error) if error.again() => once(&client, hook, body).await,
        other => other,
    }
}

async fn once(client: &Client, hook: &InlineHook, body: &Value) -> Result<Vec<u8>, NoAnswer> {
    let mut request = Request::json(Method::POST, parse_url(&hook.uri)?, body);
    request = request.header(header::ACCEPT.as_str(), "application/json")?;
    for (name, value) in hook.headers.iter().chain(&hook.auth) {
        request = request.header(name, value)?;
    }
    let answer = client.send(request).await?;
    match answer.status.is_success() {
        true => Ok(answer.body.to_vec()),
        false => Err(NoAnswer::Status(answer.status)),
    }
}
