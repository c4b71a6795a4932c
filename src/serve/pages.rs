//! The pages that people see, small and without pictures.

use std::borrow::Cow;
use std::fmt::Write;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use crate::idp::{App, Issued};
use crate::saml::encode_post;

/// Where the script of the auto-post page is.
pub(super) const AUTO_POST_SCRIPT_PATH: &str = "/assets/js/interstitial.js";

const HTML: &str = "text/html;charset=utf-8";
/// Nothing is loaded from elsewhere and nothing written into a page can run.
const POLICY: &str =
    "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'self'";

/// The page that posts a response to the SP by itself (facts/okta.md 1.4). RelayState is always there,
/// even when it is empty, and all values are encoded as OWASP recommends for attributes.
pub(super) fn auto_post(org: &str, app: &str, issued: &Issued, relay_state: &str) -> Response {
    let body = format!(
        concat!(
            "<h1 id=\"okta-auth-heading\" class='signing-in-text'>Signing in to {app}</h1>\n",
            r#"<form id="appForm" action="{acs}" method="POST">"#,
            r#"<input name="SAMLResponse" type="hidden" value="{response}"/>"#,
            r#"<input name="RelayState" type="hidden" value="{relay_state}"/></form>"#,
            "\n<noscript><p>Javascript is disabled on your browser. Please enable Javascript and ",
            "refresh this page to use Okta.</p>\n",
            r#"<button type="submit" form="appForm">Continue</button></noscript>"#,
            "\n<script src=\"{script}\"></script>",
        ),
        app = escape(app),
        acs = encode_attribute(issued.acs.as_str()),
        response = encode_attribute(&encode_post(&issued.xml)),
        relay_state = encode_attribute(relay_state),
        script = AUTO_POST_SCRIPT_PATH,
    );
    page(StatusCode::OK, &format!("{org} - Signing in..."), &body)
}

/// GET of the script: a file of its own, so that the policy need not allow scripts inside pages.
pub(super) async fn auto_post_script() -> Response {
    let script = "document.getElementById('appForm').submit();\n";
    ([(header::CONTENT_TYPE, "text/javascript;charset=utf-8")], script).into_response()
}

/// The sign-in form, with what went wrong the last time.
pub(super) fn sign_in(org: &str, from: &str, username: &str, problem: Option<&str>) -> Response {
    let problem = problem
        .map(|problem| format!("<p class=\"infobox-error\" role=\"alert\">{problem}</p>\n"))
        .unwrap_or_default();
    let body = format!(
        concat!(
            "<h1>Sign In</h1>\n{problem}",
            r#"<form id="signin-form" action="/login/login.htm" method="POST">"#,
            r#"<input name="fromURI" type="hidden" value="{from}"/>"#,
            "\n<p><label for=\"username\">Username</label> ",
            r#"<input id="username" name="username" type="text" autocomplete="username" "#,
            r#"required value="{username}"/></p>"#,
            "\n<p><label for=\"password\">Password</label> ",
            r#"<input id="password" name="password" type="password" "#,
            "autocomplete=\"current-password\"/></p>\n",
            r#"<p><button type="submit">Sign In</button></p></form>"#,
        ),
        problem = problem,
        from = encode_attribute(from),
        username = encode_attribute(username),
    );
    page(StatusCode::OK, &format!("{org} - Sign In"), &body)
}

/// The dashboard.
pub(super) fn user_home(org: &str, login: &str, apps: &[&App]) -> Response {
    let mut items = String::new();
    for app in apps {
        let (link, label) = (encode_attribute(&app.embed_path()), escape(&app.label));
        // Writing into a String does not fail.
        let _ = writeln!(items, r#"<li><a class="app-button" href="{link}">{label}</a></li>"#);
    }
    let body = format!(
        "<h1>My Apps</h1>\n<p>Signed in as {}. <a href=\"/login/signout\">Sign out</a></p>\n\
         <ul>\n{items}</ul>",
        escape(login)
    );
    page(StatusCode::OK, &format!("{org} - My Apps"), &body)
}

/// 400 for a SAMLRequest that makes no sense (facts/okta.md 3.4).
pub(super) fn bad_saml_request() -> Response {
    error(
        StatusCode::BAD_REQUEST,
        "Bad Request",
        "Your request resulted in an error.",
        "<h2 id=\"error-description\">Description:&nbsp;Bad SAML request</h2>",
    )
}

/// 403 for an app that is not the user's.
pub(super) fn not_assigned(app: &str) -> Response {
    let explanation = format!(
        "<p id=\"error-description\">Sorry, you cannot access {} because you are not assigned this \
         app in Okta. If you're wondering why this is happening, please contact your \
         administrator.</p>",
        escape(app)
    );
    error(StatusCode::FORBIDDEN, "App Not Assigned", "App Not Assigned", &explanation)
}

/// 404 for an unknown app or path.
pub(super) fn not_found() -> Response {
    error(
        StatusCode::NOT_FOUND,
        "Page Not Found",
        "Page Not Found",
        "<p id=\"error-description\">There is nothing at this address.</p>",
    )
}

/// 500 for a response that could not be made: the mock's fault or that of its settings.
pub(super) fn internal_error() -> Response {
    error(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Internal Server Error",
        "Your request resulted in an error.",
        "<p id=\"error-description\">No response could be made; the log says why.</p>",
    )
}

/// 302 to an absolute address of ASCII characters.
pub(super) fn redirect(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => not_found(),
    }
}

/// Text between tags.
fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// An attribute's value: everything but ASCII letters, digits and `,.-_` by number.
fn encode_attribute(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 64);
    for character in text.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ',' | '.' | '-' | '_' => encoded.push(character),
            '&' => encoded.push_str("&amp;"),
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '"' => encoded.push_str("&quot;"),
            other => {
                // Writing into a String does not fail.
                let _ = write!(encoded, "&#x{:x};", u32::from(other));
            }
        }
    }
    encoded
}

fn error(status: StatusCode, title: &str, heading: &str, explanation: &str) -> Response {
    let body = format!(
        concat!(
            r#"<div class="error-wrap clearfix"><div class="error">"#,
            r#"<p class="error-title">{title}</p></div><div class="error-content">"#,
            r#"<h1>{heading}</h1>{explanation}<div class="nav-button-bar">"#,
            r#"<a class="nav-button button-primary" href="/"> Go to Homepage</a></div></div></div>"#,
        ),
        title = title,
        heading = heading,
        explanation = explanation,
    );
    page(status, title, &body)
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        concat!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<title>{}</title>\n</head>\n<body>\n<main>\n{}\n</main>\n</body>\n</html>\n",
        ),
        escape(title),
        body
    );
    let headers = [(header::CONTENT_TYPE, HTML), (header::CONTENT_SECURITY_POLICY, POLICY)];
    (status, headers, html).into_response()
}
