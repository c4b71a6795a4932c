//! What the pages load: all of it from the org itself.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

const STYLESHEET: &str = include_str!("assets/org.css");
/// A file of its own, so that the policy need not allow scripts inside pages.
const AUTO_POST_SCRIPT: &str = include_str!("assets/interstitial.js");
const ERROR_IMAGES: [(u16, &[u8]); 5] = [
    (400, include_bytes!("assets/http-error-400.png")),
    (403, include_bytes!("assets/http-error-403.png")),
    (404, include_bytes!("assets/http-error-404.png")),
    (429, include_bytes!("assets/http-error-429.png")),
    (500, include_bytes!("assets/http-error-500.png")),
];

/// Of every app and group, where the API says that they have one.
const LOGO: &[u8] = include_bytes!("assets/logo.png");
const LOGO_PATHS: [&str; 3] = [
    "/assets/img/logos/default.png",
    "/assets/img/logos/groups/medium.png",
    "/assets/img/logos/groups/large.png",
];

/// Stylesheet, script and pictures.
pub(in crate::serve) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let mut router = Router::new()
        .route("/assets/css/org.css", get(|| async { text("text/css", STYLESHEET) }))
        .route(
            "/assets/js/interstitial.js",
            get(|| async { text("text/javascript", AUTO_POST_SCRIPT) }),
        );
    let error_images = ERROR_IMAGES.map(|(code, bytes)| (error_image_path(code), bytes));
    let logos = LOGO_PATHS.map(|path| (path.to_owned(), LOGO));
    for (path, bytes) in error_images.into_iter().chain(logos) {
        let image = move || async move { ([(header::CONTENT_TYPE, "image/png")], bytes) };
        router = router.route(&path, get(image));
    }
    router
}

/// The picture of an error page.
pub(super) fn error_image(status: StatusCode) -> String {
    error_image_path(status.as_u16())
}

/// Of the form that Okta's have: a hash stands before the suffix (facts/okta.md 3.4). Ours is fixed.
fn error_image_path(code: u16) -> String {
    format!("/assets/img/ui/http-error-{code}.5a3d1c60.png")
}

fn text(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, format!("{kind};charset=utf-8"))], text).into_response()
}
