//! The dashboard.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{encode_attribute, html};
use crate::idp::App;

#[derive(Template)]
#[template(path = "user_home.html")]
struct UserHome<'a> {
    org: &'a str,
    login: &'a str,
    tiles: Vec<Tile<'a>>,
}

struct Tile<'a> {
    label: &'a str,
    initial: String,
    link: String,
}

/// A tile for each app.
pub(in crate::serve) fn user_home(org: &str, login: &str, apps: &[&App]) -> Response {
    let tiles = apps.iter().map(|app| Tile {
        label: &app.label,
        initial: app.label.chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default(),
        link: encode_attribute(&format!("{}?fromHome=true", app.embed_path())),
    });
    html(StatusCode::OK, &UserHome { org, login, tiles: tiles.collect() })
}
