//! A user as the API shows one (facts/okta.md 5.2).

use serde_json::{Map, Value, json};

use super::discovery;
use super::instant::{instant, maybe};
use crate::idp::{Org, ProfileValue, User, UserStatus};

/// A user.
pub(super) fn user(org: &Org, user: &User) -> Value {
    json!({
        "id": user.id,
        "status": user.status.name(),
        "created": instant(user.times.created),
        "activated": maybe(user.times.activated),
        "statusChanged": maybe(user.times.status_changed),
        "lastLogin": maybe(user.times.last_login),
        "lastUpdated": instant(user.times.last_updated),
        "passwordChanged": maybe(user.times.password_changed),
        "type": { "id": discovery::derived(org, "oty", "user type") },
        "profile": profile(user),
        "credentials": credentials(user),
        "_links": links(org, user),
    })
}

/// The profile: Okta's usual attributes first, null where they are missing.
pub(super) fn profile(user: &User) -> Value {
    const FIRST: [&str; 6] =
        ["firstName", "lastName", "mobilePhone", "secondEmail", "login", "email"];
    let mut profile = Map::new();
    for name in FIRST {
        let value = match name {
            "login" => user.login.as_str().into(),
            _ => user.profile.get(name).map_or(Value::Null, value),
        };
        profile.insert(name.to_owned(), value);
    }
    for (name, found) in &user.profile {
        profile.entry(name.as_str()).or_insert_with(|| value(found));
    }
    Value::Object(profile)
}

/// A profile attribute.
pub(super) fn value(value: &ProfileValue) -> Value {
    match value {
        ProfileValue::Text(text) => text.as_str().into(),
        ProfileValue::Bool(flag) => (*flag).into(),
        ProfileValue::Int(number) => (*number).into(),
        ProfileValue::Num(number) => (*number).into(),
        ProfileValue::List(items) => items.clone().into(),
    }
}

fn credentials(user: &User) -> Value {
    let provider = json!({ "type": "OKTA", "name": "OKTA" });
    match user.password.is_empty() {
        true => json!({ "provider": provider }),
        false => json!({ "password": {}, "provider": provider }),
    }
}

/// What may be done with a user of this status (which links each status has is graded M).
fn links(org: &Org, user: &User) -> Value {
    let own = format!("{}/api/v1/users/{}", org.base_url, user.id);
    let operations: &[(&str, &str)] = match user.status {
        UserStatus::Staged => &[("activate", "activate")],
        UserStatus::Provisioned => &[
            ("suspend", "suspend"),
            ("resetPassword", "reset_password"),
            ("reactivate", "reactivate"),
            ("resetFactors", "reset_factors"),
            ("deactivate", "deactivate"),
        ],
        UserStatus::Active => &[
            ("suspend", "suspend"),
            ("resetPassword", "reset_password"),
            ("expirePassword", "expire_password"),
            ("resetFactors", "reset_factors"),
            ("deactivate", "deactivate"),
        ],
        UserStatus::Recovery | UserStatus::PasswordExpired => {
            &[("resetPassword", "reset_password"), ("deactivate", "deactivate")]
        }
        UserStatus::LockedOut => &[("unlock", "unlock"), ("deactivate", "deactivate")],
        UserStatus::Suspended => &[("unsuspend", "unsuspend"), ("deactivate", "deactivate")],
        UserStatus::Deprovisioned => &[("activate", "activate"), ("delete", "")],
    };
    let mut links = Map::new();
    for (name, path) in operations {
        let link = match path.is_empty() {
            true => json!({ "href": own, "method": "DELETE" }),
            false => json!({ "href": format!("{own}/lifecycle/{path}"), "method": "POST" }),
        };
        links.insert((*name).to_owned(), link);
    }
    let schema = discovery::derived(org, "osc", "user schema");
    let kind = discovery::derived(org, "oty", "user type");
    let base = &org.base_url;
    links.insert(
        "schema".to_owned(),
        json!({ "href": format!("{base}/api/v1/meta/schemas/user/{schema}") }),
    );
    links.insert(
        "type".to_owned(),
        json!({ "href": format!("{base}/api/v1/meta/types/user/{kind}") }),
    );
    links.insert("self".to_owned(), json!({ "href": own }));
    Value::Object(links)
}
