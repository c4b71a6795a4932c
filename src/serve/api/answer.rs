//! What a call answers.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;

/// The answer of a call that went well.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    content: Content,
    headers: Vec<(HeaderName, String)>,
}

#[derive(Debug)]
enum Content {
    Nothing,
    Json(Value),
    Text(&'static str, String),
}

impl Answer {
    /// 200 with JSON: of what was created as well (facts/okta.md 5.2).
    pub(super) fn json(value: Value) -> Self {
        Self { status: StatusCode::OK, content: Content::Json(value), headers: vec![] }
    }

    /// 204.
    pub(super) fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, content: Content::Nothing, headers: vec![] }
    }

    /// 200 with a text of this type.
    pub(super) fn text(content_type: &'static str, text: String) -> Self {
        Self { content: Content::Text(content_type, text), ..Self::nothing() }
            .status(StatusCode::OK)
    }

    /// 302.
    pub(super) fn redirect(location: String) -> Self {
        Self::nothing().status(StatusCode::FOUND).header(header::LOCATION, location)
    }

    pub(super) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same with one more header; several of one name stay several.
    pub(super) fn header(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn into_response(self) -> Response {
        let (content_type, body) = match self.content {
            Content::Nothing => (None, Body::empty()),
            Content::Json(value) => (Some("application/json"), Body::from(value.to_string())),
            Content::Text(content_type, text) => (Some(content_type), Body::from(text)),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            // A value that is none is of a client's making; nobody can be told more.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.append(name, value);
            }
        }
        response
    }
}
