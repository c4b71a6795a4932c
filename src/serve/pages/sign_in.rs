//! The sign-in page.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{encode_attribute, html};

/// What the sign-in page shows.
#[derive(Debug, Default)]
pub(in crate::serve) struct SignIn<'a> {
    /// The org's name.
    pub(in crate::serve) org: &'a str,
    /// `fromURI`: where to go afterwards.
    pub(in crate::serve) from: &'a str,
    /// The username that was typed before.
    pub(in crate::serve) username: &'a str,
    /// What there is to say.
    pub(in crate::serve) notice: Option<Notice>,
    /// Who may be picked, in place of a password; empty where a password is asked for.
    pub(in crate::serve) personas: Vec<Persona>,
}

/// What there is to say on the sign-in page.
#[derive(Clone, Copy, Debug)]
pub(in crate::serve) enum Notice {
    /// Why the last attempt failed.
    Problem(&'static str),
    /// The session has ended.
    SignedOut,
}

/// A user to pick.
#[derive(Clone, Debug)]
pub(in crate::serve) struct Persona {
    /// `00u…`.
    pub(in crate::serve) id: String,
    /// The display name, or what else is known.
    pub(in crate::serve) name: String,
    /// The login.
    pub(in crate::serve) login: String,
    /// The names of the groups, joined.
    pub(in crate::serve) groups: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    org: &'a str,
    from: String,
    username: String,
    notice: Option<Notice>,
    personas: &'a [Persona],
}

impl SignIn<'_> {
    /// The page, with the status that goes with it.
    pub(in crate::serve) fn page(&self, status: StatusCode) -> Response {
        let page = Page {
            org: self.org,
            from: encode_attribute(self.from),
            username: encode_attribute(self.username),
            notice: self.notice,
            personas: &self.personas,
        };
        html(status, &page)
    }
}
