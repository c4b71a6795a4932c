//! API keys: they work whatever the login settings are (E4, Y7).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response as Reply};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::server::Sp;
use crate::sp::UserStatus;

/// Makes a key for a user; `None` if there is no such user.
pub(super) fn issue(sp: &Sp, email: &str) -> Option<String> {
    let key = sp.env.ids.secret();
    sp.store.write(|book| {
        let user = book.users_of(email).next()?.user.id.clone();
        book.api_keys.insert(key.clone(), user);
        Some(key)
    })
}

/// Says whose key `Authorization: Bearer …` carries.
pub(super) async fn me(State(sp): State<Arc<Sp>>, headers: HeaderMap) -> Reply {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = header.and_then(|value| value.strip_prefix("Bearer "));
    let email = key.and_then(|key| {
        sp.store.read(|book| {
            let id = book.api_keys.get(key)?;
            let user = &book.users.iter().find(|stored| stored.user.id == *id)?.user;
            (user.status == UserStatus::Active).then(|| user.email.clone())
        })
    });
    match email {
        Some(email) => Json(json!({ "email": email })).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}
