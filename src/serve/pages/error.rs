//! The pages of what goes wrong (facts/okta.md 3.4).

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{asset, html};

#[derive(Template)]
#[template(path = "error.html")]
struct Error<'a> {
    code: u16,
    image: String,
    title: &'a str,
    heading: &'a str,
    explanation: Explanation<'a>,
}

/// What stands below the heading.
enum Explanation<'a> {
    /// As Okta's 400 page has it, escaped already.
    Description(&'a str),
    /// A sentence.
    Text(&'a str),
}

/// 400 for a SAMLRequest that makes no sense.
pub(in crate::serve) fn bad_saml_request() -> Response {
    bad_request("Bad SAML request")
}

/// 400 with another description than the usual one.
pub(in crate::serve) fn bad_request(description: &str) -> Response {
    let heading = "Your request resulted in an error.";
    // Okta's words have apostrophes, and so has its page.
    let description = description.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let explanation = Explanation::Description(&description);
    error(StatusCode::BAD_REQUEST, "Bad Request", heading, explanation)
}

/// 403 for an app that is not the user's.
pub(in crate::serve) fn not_assigned(app: &str) -> Response {
    let explanation = format!(
        "Sorry, you cannot access {app} because you are not assigned this app in Okta. If you're \
         wondering why this is happening, please contact your administrator."
    );
    let title = "App Not Assigned";
    error(StatusCode::FORBIDDEN, title, title, Explanation::Text(&explanation))
}

/// 403 for somebody whom the app's access policy keeps out. Okta's title is not known.
pub(in crate::serve) fn denied() -> Response {
    let explanation =
        Explanation::Text("You do not have permission to perform the requested action.");
    error(StatusCode::FORBIDDEN, "Access Denied", "Access Denied", explanation)
}

/// 429 for more requests than there may be. Of Okta's page the mark is known that tools look for.
pub(in crate::serve) fn too_many_requests() -> Response {
    let heading = "Too many requests were made within a minute.";
    let explanation = Explanation::Text("Wait a minute and try again.");
    error(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", heading, explanation)
}

/// 404 for an unknown app or path. Okta's own words are not known.
pub(in crate::serve) fn not_found() -> Response {
    let title = "Page Not Found";
    let explanation = Explanation::Text("There is nothing at this address.");
    error(StatusCode::NOT_FOUND, title, title, explanation)
}

/// 500 for a response that could not be made: the mock's fault or that of its settings.
pub(in crate::serve) fn internal_error() -> Response {
    let heading = "Your request resulted in an error.";
    let explanation = Explanation::Text("No response could be made; the log says why.");
    let title = "Internal Server Error";
    error(StatusCode::INTERNAL_SERVER_ERROR, title, heading, explanation)
}

fn error(status: StatusCode, title: &str, heading: &str, explanation: Explanation<'_>) -> Response {
    let image = asset::error_image(status);
    html(status, &Error { code: status.as_u16(), image, title, heading, explanation })
}
