//! An app as the API shows it, in the order of a recorded answer (facts/okta.md 4.3).

use serde_json::{Map, Value, json};

use super::instant::instant;
use super::{discovery, policies, sign_on_json};
use crate::idp::{App, AppStatus, Org};
use crate::serve::setup;

/// An app. What a client said of it that changes nothing here is in it as it came.
pub(super) fn app(org: &Org, app: &App) -> Value {
    let mut shown = json!({
        "id": app.id,
        "orn": format!("orn:okta:idp:{}:apps:{}:{}", org.id, app.name, app.id),
        "name": app.name,
        "label": app.label,
        "status": app.status.name(),
        "lastUpdated": instant(app.last_updated),
        "created": instant(app.created),
    });
    let mut said = usual(app);
    for (name, value) in &app.kept {
        merge(said.entry(name.as_str()).or_insert(Value::Null), value);
    }
    let mut said = Value::Object(said);
    merge(&mut said, &in_force(app));
    said["settings"]["signOn"] = sign_on(app);
    if let (Some(shown), Value::Object(said)) = (shown.as_object_mut(), said) {
        shown.extend(said);
        shown.insert("_links".to_owned(), links(org, app));
    }
    shown
}

/// What an app says of which nothing was said.
fn usual(app: &App) -> Map<String, Value> {
    let link = format!("{}_link", app.name);
    let usual = json!({
        "accessibility": { "selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null },
        "visibility": {
            "autoLaunch": false,
            "autoSubmitToolbar": false,
            "hide": { "iOS": false, "web": false },
            "appLinks": { (link): true },
        },
        "features": [],
        "signOnMode": "SAML_2_0",
        "credentials": {
            "userNameTemplate": { "template": "", "type": "BUILT_IN" },
            "signing": { "kid": null },
        },
        "settings": {
            "app": {},
            "notifications": {
                "vpn": { "network": { "connection": "DISABLED" }, "message": null, "helpUrl": null },
            },
            "manualProvisioning": false,
            "implicitAssignment": false,
            "notes": { "admin": null, "enduser": null },
            "signOn": {},
        },
    });
    match usual {
        Value::Object(usual) => usual,
        _ => Map::new(),
    }
}

/// What is in force, whatever was said.
fn in_force(app: &App) -> Value {
    let path = "credentials.userNameTemplate.template";
    json!({
        "signOnMode": "SAML_2_0",
        "accessibility": { "errorRedirectUrl": app.error_redirect_url },
        "credentials": {
            "userNameTemplate": {
                "template": sign_on_json::template(app, path, &app.user_name_template),
            },
            "signing": { "kid": app.keys.get(app.signing).map(|key| &key.kid) },
        },
        "settings": { "implicitAssignment": app.implicit_assignment },
    })
}

fn sign_on(app: &App) -> Value {
    let mut shown = sign_on_json::sign_on(app);
    let kept = app.kept.get("settings").and_then(|settings| settings.get("signOn"));
    let kept = kept.and_then(Value::as_object).into_iter().flatten();
    if let Some(shown) = shown.as_object_mut() {
        for (name, value) in kept {
            // Okta leaves these out of custom apps (facts/okta.md 4.3).
            if !name.ends_with("Override") && !KNOWN.contains(&name.as_str()) {
                shown.entry(name.as_str()).or_insert_with(|| value.clone());
            }
        }
    }
    shown
}

/// What is shown only where it is in force.
const KNOWN: [&str; 3] = ["spCertificate", "participateSlo", "samlAssertionLifetimeSeconds"];

/// Puts what `more` says into a value: objects name by name, all else in the place of what was there.
fn merge(value: &mut Value, more: &Value) {
    match (value, more) {
        (Value::Object(value), Value::Object(more)) => {
            for (name, more) in more {
                merge(value.entry(name.as_str()).or_insert(Value::Null), more);
            }
        }
        (value, more) => *value = more.clone(),
    }
}

fn links(org: &Org, app: &App) -> Value {
    let base = &org.base_url;
    let own = format!("{base}/api/v1/apps/{}", app.id);
    let policy = org.access_policy_of(app).map(|policy| policies::address(org, policy));
    let enrollment = discovery::derived(org, "rst", policies::ENROLLMENT);
    let help = format!("{base}{}", setup::instructions_path(app));
    let mut links = json!({
        "help": { "href": help, "type": "text/html" },
        "metadata": { "href": format!("{own}/sso/saml/metadata"), "type": "application/xml" },
        "uploadLogo": { "href": format!("{own}/logo"), "hints": { "allow": ["POST"] } },
        "appLinks": [{
            "name": format!("{}_link", app.name),
            "href": format!("{base}{}", app.embed_path()),
            "type": "text/html",
        }],
        "profileEnrollment": { "href": format!("{base}/api/v1/policies/{enrollment}") },
        "policies": { "href": format!("{own}/policies"), "hints": { "allow": ["PUT"] } },
        "groups": { "href": format!("{own}/groups") },
        "logo": [{
            "name": "medium",
            "href": format!("{base}/assets/img/logos/default.png"),
            "type": "image/png",
        }],
        "accessPolicy": { "href": policy },
        "users": { "href": format!("{own}/users") },
    });
    let next = match app.status {
        AppStatus::Active => "deactivate",
        AppStatus::Inactive => "activate",
    };
    links[next] = json!({ "href": format!("{own}/lifecycle/{next}") });
    links
}
