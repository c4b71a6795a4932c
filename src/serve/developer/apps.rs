//! The apps of the org, and a new one.

use std::collections::BTreeSet;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::app_form::AppForm;
use super::field::Fields;
use super::{app_edit, app_page};
use crate::idp::{AccessRule, App, AppKey, Org, Preset};
use crate::serve::{AppAddresses, EventType, OrgService, pages};

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
    /// Whether the SP knows the org by a token, and it has none.
    misses_token: bool,
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
        misses_token: Preset::misses_token(app),
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
    let direct: BTreeSet<&String> = app.direct_users().collect();
    let direct = org.users.iter().filter(|user| direct.contains(&user.id));
    names.extend(direct.map(|user| user.login.as_str()));
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

/// GET `/_samlproof/apps/new?preset=`.
pub(super) async fn form(State(service): State<OrgService>, RawQuery(query): RawQuery) -> Response {
    let fields = Fields::read(query.unwrap_or_default().as_bytes());
    let preset = Preset::find(fields.one("preset")).unwrap_or(&Preset::GENERIC);
    shown(&service, AppForm::of(preset), StatusCode::OK)
}

/// POST `/_samlproof/apps`. The key is made while nobody waits.
pub(super) async fn create(
    State(service): State<OrgService>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = Fields::read(&body);
    let form = AppForm::read(&fields, None);
    if fields.says("more") {
        return shown(&service, form, StatusCode::OK);
    }
    let env = service.env();
    let made = service.update(|org| {
        let preset = Some(form.preset.clone()).filter(|id| id != Preset::GENERIC.id);
        let wanted = form.check(org, None)?;
        let key = AppKey::pending(AppKey::VALIDITY_YEARS, env);
        let app = org.add_app(&wanted.label, wanted.sign_on.clone(), key, env);
        app.assign_to_nobody();
        app.preset = preset;
        let id = app.id.clone();
        Ok::<_, Box<AppForm>>(wanted.apply(org, &id, env.clock.now()))
    });
    match made {
        Err(form) => shown(&service, *form, StatusCode::UNPROCESSABLE_ENTITY),
        Ok(None) => pages::not_found(),
        Ok(Some(applied)) => {
            let id = applied.id.clone();
            applied.report(&[EventType::AppCreate, EventType::AppActivate], &service, &headers);
            app_edit::to_list(&service, &id)
        }
    }
}

fn shown(service: &OrgService, form: AppForm, status: StatusCode) -> Response {
    app_page::shown(&service.snapshot(), None, form, (status, service.now()))
}
