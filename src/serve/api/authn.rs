//! Signing in over the API: what `saml2aws` and its like do (facts/okta.md 1.1, 5.4).

use http::HeaderMap;
use http::header;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::answer::Answer;
use super::call::{Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::{instant, maybe};
use super::state::SessionTokens;
use crate::idp::{User, UserStatus};
use crate::serve::session::Session;
use crate::serve::{Event, OrgService, cookies};

/// POST `/api/v1/authn`. Whoever must set a new password is told so, and cannot do it here.
pub(super) fn authenticate(call: &Call) -> Outcome {
    let body = call.object()?;
    let problems = Problems::default();
    let fields = Fields::new(&body, &problems);
    let username = fields.required("username").unwrap_or_default();
    let password = fields.required("password").unwrap_or_default();
    problems.check("authenticate")?;
    let org = call.org();
    let named = org.user_by_name(username);
    let known = named.filter(|user| !user.password.is_empty() && user.password == password);
    match (named, known) {
        (_, Some(user)) => call.service.password_was_right(user),
        (Some(user), None) => call.service.password_was_wrong(user, &call.headers),
        (None, None) => {}
    }
    let status = match known.map(|user| user.status) {
        Some(UserStatus::Active) => "SUCCESS",
        Some(UserStatus::PasswordExpired) => "PASSWORD_EXPIRED",
        Some(UserStatus::LockedOut) => "LOCKED_OUT",
        _ => {
            call.report(Event::sign_in_refused(&org, username.trim()));
            return Err(ApiError::authentication());
        }
    };
    let user = known.ok_or_else(ApiError::authentication)?;
    let now = call.now();
    let mut answer =
        json!({ "expiresAt": instant(now + SessionTokens::LIFETIME), "status": status });
    match status {
        "SUCCESS" => {
            let token = format!("20111{}", call.service.env().ids.secret());
            call.service.session_tokens().add(token.clone(), &user.id, now);
            answer["sessionToken"] = token.into();
            answer["_embedded"] = json!({ "user": embedded(user) });
            answer["_links"] = json!({
                "cancel": {
                    "href": call.url("/api/v1/authn/cancel"),
                    "hints": { "allow": ["POST"] },
                },
            });
        }
        "LOCKED_OUT" => answer["_embedded"] = json!({}),
        _ => {
            answer["stateToken"] = format!("00{}", call.service.env().ids.secret()).into();
            answer["_embedded"] = json!({ "user": embedded(user) });
        }
    }
    Ok(Answer::json(answer))
}

fn embedded(user: &User) -> Value {
    let text = |name: &str| user.property(name).text();
    json!({
        "id": user.id,
        "passwordChanged": maybe(user.times.password_changed),
        "profile": {
            "login": user.login,
            "firstName": text("firstName"),
            "lastName": text("lastName"),
            "locale": if text("locale").is_empty() { "en".to_owned() } else { text("locale") },
            "timeZone":
                if text("timezone").is_empty() { "America/Los_Angeles".to_owned() } else { text("timezone") },
        },
    })
}

impl OrgService {
    /// Begins the session of a token, which is used up by this, and says the session's id; `None` if
    /// the token is none, or over, or its user may not sign in.
    pub(in crate::serve) fn begin_by_token(
        &self,
        token: &str,
        headers: &HeaderMap,
    ) -> Option<String> {
        let now = self.env().clock.now();
        let user_id = self.session_tokens().take(token, now)?;
        let org = self.snapshot();
        let user = org.users.iter().find(|user| user.id == user_id)?;
        if !user.status.may_sign_in() {
            return None;
        }
        let sid = format!("102{}", self.env().ids.secret());
        self.sessions().begin(sid.clone(), Session::new(&user.id, now));
        self.signed_on(user, &sid, headers);
        Some(sid)
    }
}

/// GET, POST `/login/sessionCookieRedirect`: a session for a token, and on to an address of this org.
/// Without a good token the way leads to sign-in.
pub(super) fn cookie_redirect(call: &Call) -> Outcome {
    let form: Vec<(String, String)> =
        form_urlencoded::parse(&call.body).into_owned().chain(call.query.clone()).collect();
    let field = |name: &str| {
        let found = form.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    };
    let base_url = call.org().base_url.clone();
    let target = field("redirectUrl").unwrap_or("/");
    let base = Url::parse(&base_url).ok();
    let inside = base.and_then(|base| {
        let target = base.join(target).ok()?;
        (target.origin() == base.origin()).then_some(target)
    });
    let Some(target) = inside else {
        let cause = "redirectUrl: an address of this org is due".to_owned();
        return Err(ApiError::invalid("redirectUrl", vec![cause]));
    };
    match call.service.begin_by_token(field("token").unwrap_or_default(), &call.headers) {
        Some(sid) => {
            let cookie = cookies::begin(&base_url, &sid);
            Ok(Answer::redirect(target.to_string()).header(header::SET_COOKIE, cookie))
        }
        None => {
            let mut from = target.path().to_owned();
            if let Some(query) = target.query() {
                from.push('?');
                from.push_str(query);
            }
            let from: String = form_urlencoded::byte_serialize(from.as_bytes()).collect();
            Ok(Answer::redirect(format!("{base_url}/login/login.htm?fromURI={from}")))
        }
    }
}
