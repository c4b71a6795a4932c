//! The apps of the org, and a new one.

use std::collections::BTreeSet;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::app_form::{AppForm, AssignedIds, NAME_ID_FORMATS, NewApp};
use super::field::Fields;
use super::statement_row::{FILTERS, FORMATS, StatementRow};
use crate::idp::{AccessRule, App, AppKey, Org, Preset};
use crate::serve::{AppAddresses, Event, EventType, OrgService, Subject, origin, pages};

#[derive(Template)]
#[template(path = "developer/apps.html")]
struct Apps {
    org: String,
    apps: Vec<Shown>,
    presets: [Preset; 4],
}

struct Shown {
    id: String,
    at: AppAddresses,
    status: &'static str,
    acs: String,
    audience: String,
    attributes: String,
    assigned: String,
    /// The access policy, unless it is the org's own.
    policy: String,
}

#[derive(Template)]
#[template(path = "developer/app_form.html")]
struct Page {
    org: String,
    form: AppForm,
    encrypted: bool,
    formats: [&'static str; 4],
    filters: [&'static str; 4],
    words: Vec<&'static str>,
}

/// GET `/_samlproof/apps`.
pub(super) async fn list(State(service): State<OrgService>) -> Response {
    let org = service.snapshot();
    let apps = org.apps.iter().map(|app| Shown {
        id: app.id.clone(),
        at: AppAddresses::of(&org, app),
        status: app.status.name(),
        acs: app.sign_on.acs().to_string(),
        audience: app.sign_on.audience().to_string(),
        attributes: app.statements().map(|one| &*one.name).collect::<Vec<_>>().join(", "),
        assigned: assigned(&org, app),
        policy: app.access_policy.as_ref().map(|_| policy(&org, app)).unwrap_or_default(),
    });
    let page = Apps { org: org.name.clone(), apps: apps.collect(), presets: Preset::ALL };
    pages::html(StatusCode::OK, &page)
}

/// The rules of an app's policy, in words and in their order.
fn policy(org: &Org, app: &App) -> String {
    let rules = org.access_policy_of(app).map(|policy| policy.rules.iter());
    let rules = rules.into_iter().flatten().filter(|rule| rule.active);
    let names = |ids: &BTreeSet<String>| {
        let groups = org.groups.iter().filter(|group| ids.contains(&group.id));
        let users = org.users.iter().filter(|user| ids.contains(&user.id));
        groups.map(|group| &*group.name).chain(users.map(|user| &*user.login)).collect::<Vec<_>>()
    };
    let rules = rules.map(|rule| {
        let AccessRule { name, access, people, .. } = rule;
        let meant = names(&people.groups.union(&people.users).cloned().collect());
        let out = names(&people.excluded_groups.union(&people.excluded_users).cloned().collect());
        let meant = match (people.is_everybody(), meant.is_empty()) {
            (true, _) => "everybody".to_owned(),
            (false, true) => "nobody who is there".to_owned(),
            (false, false) => meant.join(", "),
        };
        let out = if out.is_empty() { String::new() } else { format!(" but {}", out.join(", ")) };
        format!("{name}: {} {meant}{out}", access.name().to_lowercase())
    });
    rules.collect::<Vec<_>>().join("; ")
}

/// Who may use an app, in words.
fn assigned(org: &Org, app: &App) -> String {
    if app.implicit_assignment {
        return "everybody, without an assignment".to_owned();
    }
    let groups = org.groups.iter().filter(|group| app.group_assignments.contains_key(&group.id));
    let mut names: Vec<&str> = groups.map(|group| group.name.as_str()).collect();
    let direct = org.users.iter().filter(|user| {
        let stored = app.assignments.get(&user.id);
        stored.is_some_and(|one| one.scope == crate::idp::AssignmentScope::User)
    });
    names.extend(direct.map(|user| user.login.as_str()));
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

/// GET `/_samlproof/apps/new?preset=`.
pub(super) async fn form(State(service): State<OrgService>, RawQuery(query): RawQuery) -> Response {
    let fields = Fields::read(query.unwrap_or_default().as_bytes());
    let preset = Preset::find(&fields.one("preset")).unwrap_or(&Preset::GENERIC);
    shown(&service.snapshot(), AppForm::of(preset), StatusCode::OK)
}

/// POST `/_samlproof/apps`. The key is made while nobody waits.
pub(super) async fn create(
    State(service): State<OrgService>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !origin::is_own(&headers) {
        return pages::bad_request("This form was not sent by a page of this org");
    }
    let org = service.snapshot();
    let fields = Fields::read(&body);
    if !fields.one("more").is_empty() {
        return shown(&org, AppForm::read(&fields), StatusCode::OK);
    }
    let wanted = match AppForm::read(&fields).check(&org) {
        Ok(wanted) => wanted,
        Err(form) => return shown(&org, *form, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let subject = add(&service, wanted);
    service.report(Event::new(EventType::AppCreate).on(subject.clone()));
    service.report(Event::new(EventType::AppActivate).on(subject));
    pages::redirect(&format!("{}/_samlproof/apps", org.base_url))
}

fn add(service: &OrgService, wanted: NewApp) -> Subject {
    let env = service.env();
    service.update(|org| {
        let key = AppKey::pending(AppKey::VALIDITY_YEARS, env);
        let app = org.add_app(&wanted.label, wanted.sign_on, key, env);
        match wanted.assigned {
            AssignedIds::Everyone => {}
            AssignedIds::Users(ids) => app.assign_to_users(ids),
            AssignedIds::Groups(ids) => app.assign_to_groups(ids),
        }
        let subject = Subject::from(&*app);
        org.settle(env.clock.now());
        subject
    })
}

/// The form, with empty rows behind those that are filled.
fn shown(org: &Org, mut form: AppForm, status: StatusCode) -> Response {
    const EMPTY: usize = 2;
    let encrypted = Preset::find(&form.preset).is_some_and(|preset| preset.encrypted);
    let blank = |filter: &str| StatementRow {
        filter: filter.to_owned(),
        format: FORMATS[0].0.to_owned(),
        ..StatementRow::default()
    };
    form.attributes.extend((0..EMPTY).map(|_| blank("")));
    form.groups.push(blank(FILTERS[0]));
    let page = Page {
        org: org.name.clone(),
        form,
        encrypted,
        formats: NAME_ID_FORMATS,
        filters: FILTERS,
        words: FORMATS.iter().map(|(word, _)| *word).collect(),
    };
    pages::html(status, &page)
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
