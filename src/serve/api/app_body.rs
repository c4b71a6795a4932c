//! Reading apps.

use serde_json::{Map, Value};

use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::{hooks, sign_on_body};
use crate::excerpt;
use crate::idp::expression::{Place, Schema, Template};
use crate::idp::{App, Org, SignOn, StatementError};

/// What an app is to be. What is `None` was not said.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) label: String,
    pub(super) sign_on: Option<SignOn>,
    user_name_template: Option<Template>,
    implicit_assignment: Option<bool>,
    /// `accessibility.errorRedirectUrl`; an app that is replaced without one has none.
    error_redirect_url: Option<String>,
    /// `credentials.signing.kid`.
    kid: Option<String>,
    kept: Map<String, Value>,
}

/// The longest label, in characters.
const LONGEST_LABEL: usize = 100;

/// What only the org itself says of an app.
const READ_ONLY: [&str; 11] = [
    "id",
    "orn",
    "name",
    "label",
    "status",
    "created",
    "lastUpdated",
    "_links",
    "_embedded",
    "signOnMode",
    "features",
];

/// Reads a body. `app` is the app if it is there already: then `settings.signOn` may be left out, as
/// in the body that Okta's guide gives for changing the key (facts/okta.md 2.3), and stays as it is.
pub(super) fn read(
    org: &Org,
    app: Option<&App>,
    body: &Map<String, Value>,
) -> Result<Wanted, ApiError> {
    let problems = Problems::default();
    let fields = Fields::new(body, &problems);
    is_saml(&fields, &problems)?;
    check_name(&fields, app)?;
    let label = fields.required("label").unwrap_or_default();
    if label.chars().nth(LONGEST_LABEL).is_some() {
        fields.note("label", format_args!("it has more than {LONGEST_LABEL} characters"));
    }
    let settings = fields.child("settings");
    let sign_on = settings.child("signOn");
    let id = app.map(|app| app.id.as_str());
    let sign_on = match (sign_on.is_there(), app) {
        (false, Some(_)) => None,
        _ => {
            let read = sign_on_body::read(org, id, &sign_on);
            hooks::check(org, &read, &sign_on);
            Some(read)
        }
    };
    let statements = sign_on.iter().flat_map(|sign_on| &sign_on.attribute_statements);
    let claims = app.map(|app| app.federated_claims.as_slice()).unwrap_or_default();
    for name in statements.map(|statement| &statement.name) {
        if claims.iter().any(|claim| claim.statement.name == *name) {
            let name = name.clone();
            fields.note("settings.signOn.attributeStatements", StatementError::SameName { name });
        }
    }
    let credentials = fields.child("credentials");
    let naming = credentials.child("userNameTemplate");
    let schema = Schema::of(org, Place::UserName, id);
    let wanted = Wanted {
        label: label.to_owned(),
        sign_on,
        user_name_template: sign_on_body::template(&naming, "template", &schema),
        implicit_assignment: settings
            .is_there()
            .then(|| settings.flag("implicitAssignment").unwrap_or_default()),
        error_redirect_url: error_redirect_url(&fields.child("accessibility")),
        kid: credentials.child("signing").text("kid").map(str::to_owned),
        kept: kept(body, app),
    };
    if let (Some(kid), Some(app)) = (&wanted.kid, app)
        && app.key_credential(kid).is_none()
    {
        let shown = excerpt::name(kid);
        problems.note("credentials.signing.kid", format_args!("the app has no key {shown}"));
    }
    problems.check(if app.is_some() { "app" } else { "newApp" })?;
    Ok(wanted)
}

fn error_redirect_url(accessibility: &Fields<'_>) -> Option<String> {
    let text = accessibility.text("errorRedirectUrl").filter(|text| !text.is_empty())?;
    if !App::is_redirect_url(text) {
        accessibility.note("errorRedirectUrl", "a URL of http or https is due");
    }
    Some(text.to_owned())
}

/// samlproof has SAML 2.0 apps and no others.
fn is_saml(fields: &Fields<'_>, problems: &Problems) -> Result<(), ApiError> {
    const OTHERS: [&str; 10] = [
        "AUTO_LOGIN",
        "BASIC_AUTH",
        "BOOKMARK",
        "BROWSER_PLUGIN",
        "MFA_AS_SERVICE",
        "OPENID_CONNECT",
        "SAML_1_1",
        "SECURE_PASSWORD_STORE",
        "WS_FEDERATION",
        "HEADER_BASED_AUTH",
    ];
    match fields.required("signOnMode") {
        Some("SAML_2_0") | None => Ok(()),
        Some(other) if OTHERS.contains(&other) => {
            Err(ApiError::unimplemented(&format!("apps of signOnMode {other}")))
        }
        Some(other) => {
            let shown = excerpt::name(other);
            problems.note("signOnMode", format_args!("{shown:?} is none of Okta's"));
            Ok(())
        }
    }
}

/// A new app's name is made by the org; another one would be that of an app of Okta's catalogue.
fn check_name(fields: &Fields<'_>, app: Option<&App>) -> Result<(), ApiError> {
    match (fields.text("name"), app) {
        (Some(name), None) if !name.is_empty() => {
            let shown = excerpt::name(name);
            Err(ApiError::unimplemented(&format!("apps of Okta's catalogue, such as {shown}")))
        }
        (Some(name), Some(app)) if name != app.name => {
            fields.note("name", format_args!("it stays {}", app.name));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What is kept of a body. Where it says nothing of `settings` they stay, as in the body that Okta's
/// guide gives for changing the key (facts/okta.md 2.3), and so does what it leaves out of `credentials`.
fn kept(body: &Map<String, Value>, app: Option<&App>) -> Map<String, Value> {
    let mut kept = body.clone();
    kept.retain(|name, value| !READ_ONLY.contains(&name.as_str()) && !value.is_null());
    for block in ["settings", "credentials"] {
        let old = app.and_then(|app| app.kept.get(block));
        match (kept.get_mut(block), old) {
            (None, Some(old)) => {
                kept.insert(block.to_owned(), old.clone());
            }
            (Some(Value::Object(new)), Some(Value::Object(old))) if block == "credentials" => {
                for (name, value) in old {
                    new.entry(name.as_str()).or_insert_with(|| value.clone());
                }
            }
            _ => {}
        }
    }
    if let Some(Value::Object(credentials)) = kept.get_mut("credentials") {
        credentials.remove("signing");
    }
    kept
}

impl Wanted {
    /// Has the app be like this. Says whether another key signs now.
    pub(super) fn apply(self, app: &mut App) -> Result<bool, ApiError> {
        let rotated = match &self.kid {
            Some(kid) if app.key_credential(kid).is_some() => app.activate_key(kid)?,
            _ => false,
        };
        app.label = self.label;
        app.kept = self.kept;
        app.error_redirect_url = self.error_redirect_url;
        if let Some(sign_on) = self.sign_on {
            app.sign_on = sign_on;
        }
        if let Some(template) = self.user_name_template {
            app.user_name_template = template;
        }
        if let Some(implicit) = self.implicit_assignment {
            app.implicit_assignment = implicit;
        }
        Ok(rotated)
    }
}
