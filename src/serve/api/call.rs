//! One call, as its handler sees it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use http::HeaderMap;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::body;
use super::error::ApiError;
use crate::idp::{App, Org, User};
use crate::serve::memberships::Memberships;
use crate::serve::{Event, OrgService};

/// What a handler says.
pub(super) type Outcome = Result<Answer, ApiError>;

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// A tool with the org's token.
    Token,
    /// A browser with a session: the value of its cookie.
    Session(String),
    /// Nobody, which some addresses do not mind.
    Nobody,
}

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) service: OrgService,
    pub(super) caller: Caller,
    /// The path as it was asked for.
    pub(super) path: String,
    /// The parts of the path that are not fixed, by name, decoded.
    pub(super) names: BTreeMap<&'static str, String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Who came and went by what this call changed, to be told behind what it reports itself.
    pub(super) memberships: RefCell<Vec<Event>>,
}

impl Call {
    /// The org as it is now.
    pub(super) fn org(&self) -> Arc<Org> {
        self.service.snapshot()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.service.env().clock.now()
    }

    /// A part of the path; the route has it, or the routes' test fails.
    pub(super) fn name(&self, name: &str) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }

    /// The first parameter of this name that is not empty.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter that is true or false.
    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool, ApiError> {
        match self.param(name) {
            None => Ok(default),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(ApiError::invalid(name, vec![format!("{name}: true or false is due")])),
        }
    }

    /// The body, which has to be an object.
    pub(super) fn object(&self) -> Result<Map<String, Value>, ApiError> {
        body::object(&self.body)
    }

    /// The body, which may be left out.
    pub(super) fn optional_object(&self) -> Result<Map<String, Value>, ApiError> {
        body::optional(&self.body)
    }

    /// Changes the org. The change is done, and kept where orgs are kept, when this returns. What
    /// refuses has to refuse before it changes anything.
    pub(super) fn change<R>(
        &self,
        change: impl FnOnce(&mut Org) -> Result<R, ApiError>,
    ) -> Result<R, ApiError> {
        self.service.update(|org| {
            let before = Memberships::of(org);
            let changed = change(org)?;
            self.memberships.borrow_mut().extend(before.changed(org));
            Ok(changed)
        })
    }

    /// Reports an event of this call.
    pub(super) fn report(&self, event: Event) {
        self.service.report(event.from_request(&self.headers));
    }

    /// Reports who came and went, once all is done.
    pub(super) fn report_memberships(&self) {
        self.memberships.take().into_iter().for_each(|event| self.report(event));
    }

    /// The address of a path under the org's own.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.org().base_url)
    }
}

/// The app of this id.
pub(super) fn app<'a>(org: &'a Org, id: &str) -> Result<&'a App, ApiError> {
    org.app_by_id(id).ok_or_else(|| ApiError::not_found(id, "AppInstance"))
}

/// As [`app`], to be changed.
pub(super) fn app_mut<'a>(org: &'a mut Org, id: &str) -> Result<&'a mut App, ApiError> {
    let app = org.apps.iter_mut().find(|app| app.id == id);
    app.ok_or_else(|| ApiError::not_found(id, "AppInstance"))
}

/// The user of this id, login, or part of a login before the `@` that is nobody else's.
pub(super) fn user<'a>(org: &'a Org, id: &str) -> Result<&'a User, ApiError> {
    let by_id = org.users.iter().find(|user| user.id == id);
    let found = by_id.or_else(|| org.user_by_name(id));
    found.ok_or_else(|| ApiError::not_found(id, "User"))
}
