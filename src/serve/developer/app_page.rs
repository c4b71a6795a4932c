//! The page with the form of an app.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;

use super::app_form::AppForm;
use super::statement_row::{FILTERS, FORMATS, StatementRow};
use super::usernames::OldNames;
use crate::idp::{App, Org, Preset, SignOn};
use crate::serve::{AppAddresses, pages};

#[derive(Template)]
#[template(path = "developer/app_form.html")]
struct Page {
    org: String,
    form: AppForm,
    encrypted: bool,
    formats: Vec<String>,
    filters: [&'static str; 4],
    words: Vec<&'static str>,
    app: Option<Shown>,
}

/// What the page says of an app that is there.
struct Shown {
    id: String,
    at: AppAddresses,
    status: &'static str,
    active: bool,
    misses_token: bool,
    implicit: bool,
    claims: String,
    template: String,
    old_names: OldNames,
}

/// The form, with empty rows behind those that are filled; of an app that is there with all else that can
/// be done with it.
pub(super) fn shown(
    org: &Org,
    app: Option<&App>,
    mut form: AppForm,
    (status, now): (StatusCode, Timestamp),
) -> Response {
    const EMPTY: usize = 2;
    let encrypted = Preset::find(&form.preset).is_some_and(|preset| preset.encrypted);
    let blank = |filter: &str| StatementRow {
        filter: filter.to_owned(),
        format: FORMATS[0].0.to_owned(),
        ..StatementRow::default()
    };
    form.attributes.extend((0..EMPTY).map(|_| blank("")));
    form.groups.push(blank(FILTERS[0]));
    let mut formats = SignOn::NAME_ID_FORMATS.map(str::to_owned).to_vec();
    // An app that was not made by the form may have another, and keeps it.
    let own = app.map(|app| app.sign_on.subject_name_id_format.to_string());
    formats.extend(own.filter(|own| !SignOn::NAME_ID_FORMATS.contains(&own.as_str())));
    let page = Page {
        org: org.name.clone(),
        form,
        encrypted,
        formats,
        filters: FILTERS,
        words: FORMATS.iter().map(|(word, _)| *word).collect(),
        app: app.map(|app| Shown::of(org, app, now)),
    };
    pages::html(status, &page)
}

impl Shown {
    fn of(org: &Org, app: &App, now: Timestamp) -> Self {
        let claims = app.federated_claims.iter().map(|claim| claim.statement.name.as_str());
        Self {
            id: app.id.clone(),
            at: AppAddresses::of(org, app),
            status: app.status.name(),
            active: app.status.is_active(),
            misses_token: Preset::misses_token(app),
            implicit: app.implicit_assignment,
            claims: claims.collect::<Vec<_>>().join(", "),
            template: app.user_name_template.to_string(),
            old_names: OldNames::of(org, app, now),
        }
    }
}

impl Page {
    fn is(&self, one: &str, other: &str) -> bool {
        one == other
    }

    fn problem(&self, field: &str) -> Option<&str> {
        self.form.problems.get(field).map(String::as_str)
    }

    /// What a field that is wrong says to a screen reader.
    fn mark(&self, field: &str) -> String {
        match self.problem(field) {
            Some(_) => format!(r#" aria-invalid="true" aria-describedby="{field}-problem""#),
            None => String::new(),
        }
    }
}
