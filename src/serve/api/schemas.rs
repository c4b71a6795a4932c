//! Profile schemas and mappings.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{self, Call, Outcome};
use super::discovery;
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::instant;
use super::page::{self, PageSize};
use crate::excerpt;
use crate::idp::{App, Org, ProfileValue, User};

/// The most custom attributes of a schema.
const MOST: usize = 1000;

/// What is said of attributes, by name.
type Definitions = BTreeMap<String, Value>;

/// The schema of custom attributes: as it was said, else (in an org that came from a file) of the type
/// of what somebody has of it, and a text where nobody has any.
fn custom<'a>(
    names: &BTreeSet<String>,
    said: &Definitions,
    values: impl Fn(&str) -> Option<&'a ProfileValue>,
) -> Map<String, Value> {
    let property = |name: &String| {
        if let Some(said) = said.get(name) {
            let mut shown = property(name, "string");
            if let (Some(shown), Some(said)) = (shown.as_object_mut(), said.as_object()) {
                shown.extend(said.clone());
            }
            return (name.clone(), shown);
        }
        let kind = match values(name) {
            Some(ProfileValue::Bool(_)) => "boolean",
            Some(ProfileValue::Int(_)) => "integer",
            Some(ProfileValue::Num(_)) => "number",
            Some(ProfileValue::List(_)) => "array",
            Some(ProfileValue::Text(_)) | None => "string",
        };
        let mut property = property(name, kind);
        if kind == "array" {
            property["items"] = json!({ "type": "string" });
        }
        (name.clone(), property)
    };
    names.iter().map(property).collect()
}

fn property(name: &str, kind: &str) -> Value {
    json!({
        "title": name,
        "type": kind,
        "mutability": "READ_WRITE",
        "scope": "NONE",
        "permissions": [{ "principal": "SELF", "action": "READ_ONLY" }],
        "master": { "type": "PROFILE_MASTER" },
    })
}

fn schema(org: &Org, id: &str, title: &str, base: &Map<String, Value>, custom: Value) -> Value {
    json!({
        "id": id,
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": title,
        "title": title,
        "lastUpdated": instant(org.created),
        "created": instant(org.created),
        "definitions": {
            "custom": { "id": "#custom", "type": "object", "properties": custom, "required": [] },
            "base": { "id": "#base", "type": "object", "properties": base, "required": [] },
        },
        "type": "object",
        "properties": {
            "profile": {
                "allOf": [{ "$ref": "#/definitions/custom" }, { "$ref": "#/definitions/base" }],
            },
        },
    })
}

fn user_schema(org: &Org) -> Value {
    let id = discovery::derived(org, "osc", "user schema");
    let id = format!("{}/meta/schemas/{id}", org.base_url);
    let base: Map<String, Value> = User::BASE_ATTRIBUTES
        .iter()
        .map(|name| ((*name).to_owned(), property(name, "string")))
        .collect();
    let value = |name: &str| org.users.iter().find_map(|user| user.profile.get(name));
    let custom = custom(&org.profile_attributes, &org.attribute_definitions, value);
    let mut shown = schema(org, &id, "user", &base, custom.into());
    shown["definitions"]["base"]["required"] = json!(["login", "email", "firstName", "lastName"]);
    shown
}

fn app_schema(org: &Org, app: &App) -> Value {
    let id = format!("{}/meta/schemas/apps/{}/default", org.base_url, app.id);
    let base = Map::from_iter([("userName".to_owned(), property("userName", "string"))]);
    let value = |name: &str| app.assignments.values().find_map(|found| found.profile.get(name));
    let custom = custom(&app.profile_attributes, &app.attribute_definitions, value);
    schema(org, &id, &format!("{} User", app.label), &base, custom.into())
}

/// GET `/api/v1/meta/schemas/user/default`.
pub(super) fn user(call: &Call) -> Outcome {
    Ok(Answer::json(user_schema(&call.org())))
}

/// POST `/api/v1/meta/schemas/user/default`: adds custom attributes; one that is null is taken away.
pub(super) fn extend_user(call: &Call) -> Outcome {
    let body = call.object()?;
    let shown = call.change(|org| {
        let known = |name: &str| User::BASE_ATTRIBUTES.contains(&name);
        let org = &mut *org;
        extend(&body, (&mut org.profile_attributes, &mut org.attribute_definitions), known)?;
        Ok(user_schema(org))
    })?;
    Ok(Answer::json(shown))
}

/// GET `/api/v1/meta/schemas/apps/{app}/default`.
pub(super) fn app(call: &Call) -> Outcome {
    let org = call.org();
    Ok(Answer::json(app_schema(&org, call::app(&org, call.name("app"))?)))
}

/// POST `/api/v1/meta/schemas/apps/{app}/default`.
pub(super) fn extend_app(call: &Call) -> Outcome {
    let body = call.object()?;
    let shown = call.change(|org| {
        let app = call::app_mut(org, call.name("app"))?;
        let known = |name: &str| name == "userName";
        extend(&body, (&mut app.profile_attributes, &mut app.attribute_definitions), known)?;
        Ok(app_schema(org, call::app(org, call.name("app"))?))
    })?;
    Ok(Answer::json(shown))
}

fn extend(
    body: &Map<String, Value>,
    (names, said): (&mut BTreeSet<String>, &mut Definitions),
    is_base: impl Fn(&str) -> bool,
) -> Result<(), ApiError> {
    let problems = Problems::default();
    let definitions = Fields::new(body, &problems).child("definitions");
    let properties = definitions.child("custom").child("properties");
    let (mut wanted, mut definitions) = (names.clone(), said.clone());
    for (name, property) in properties.map().into_iter().flatten() {
        if property.is_null() {
            wanted.remove(name);
            definitions.remove(name);
        } else if is_base(name) || !is_name(name) {
            let shown = excerpt::name(name);
            problems
                .note(&shown, "a name of letters, digits and _ that is no base attribute is due");
        } else {
            definitions.insert(name.clone(), property.clone());
            let property = properties.child(name);
            let types = ["string", "boolean", "integer", "number", "array"].map(|it| (it, ()));
            let _ = property.choice("type", &types);
            wanted.insert(name.clone());
        }
    }
    if wanted.len() > MOST {
        problems.push(format!("there are more than {MOST} custom attributes"));
    }
    problems.check("schema")?;
    (*names, *said) = (wanted, definitions);
    Ok(())
}

fn is_name(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.starts_with(|c: char| c.is_ascii_digit())
        && (1..=100).contains(&name.len())
        && name.chars().all(inside)
}

/// GET `/api/v1/mappings`: one for each app and direction, which say nothing more: app usernames are
/// made by the app's own template.
pub(super) fn mappings(call: &Call) -> Outcome {
    let org = call.org();
    let user = discovery::derived(&org, "oty", "user type");
    let user = json!({ "id": user, "name": "user", "type": "user" });
    let both = |app: &App| {
        let of_app = json!({ "id": app.id, "name": app.name, "type": "appuser" });
        [(of_app.clone(), user.clone()), (user.clone(), of_app)]
    };
    let wanted =
        |parameter: &str, end: &Value| call.param(parameter).is_none_or(|id| end["id"] == id);
    let pairs = org.apps.iter().flat_map(both);
    let pairs = pairs.filter(|(from, to)| wanted("sourceId", from) && wanted("targetId", to));
    let shown: Vec<(String, Value)> = pairs
        .map(|(from, to)| {
            let id = discovery::derived(&org, "prm", &format!("{}>{}", from["id"], to["id"]));
            let href = format!("{}/api/v1/mappings/{id}", org.base_url);
            let links = json!({ "self": { "href": href } });
            (id.clone(), json!({ "id": id, "source": from, "target": to, "_links": links }))
        })
        .collect();
    page::page(call, &shown, PageSize::new(20, 200), |(id, _)| id, |(_, shown)| shown.clone())
}
