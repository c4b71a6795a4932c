//! Users: made, shown, changed (facts/okta.md 5.2).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::answer::Answer;
use super::call::{self, Call, Caller, Outcome};
use super::error::{ApiError, LOGIN_TAKEN};
use super::fields::{Fields, Problems};
use super::filter::{self, Filter};
use super::page::{self, PageSize};
use super::profile_body::{self, Given};
use super::{discovery, user_json};
use crate::excerpt;
use crate::idp::{GroupKind, Lifecycle, Org, ProfileValue, User, UserStatus, UserTimes};
use crate::serve::{Event, EventType, Subject};

const PAGE: PageSize = PageSize::new(200, 200);

/// GET `/api/v1/users`. Without `filter` and `search` the deactivated are left out.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let filters = ["filter", "search"].into_iter().filter_map(|name| call.param(name));
    let filters = filters.map(Filter::parse).collect::<Result<Vec<_>, _>>()?;
    let start = call.param("q").map(str::to_lowercase);
    let is_meant = |user: &&User| match (&start, filters.is_empty()) {
        (Some(start), _) if !begins(user, start) => false,
        (_, true) => user.status != UserStatus::Deprovisioned,
        (_, false) => {
            let shown = user_json::user(&org, user);
            filters.iter().all(|filter| filter.accepts(&shown))
        }
    };
    let mut users: Vec<&User> = org.users.iter().filter(is_meant).collect();
    if let Some(path) = call.param("sortBy") {
        let key = |user: &&User| {
            let shown = user_json::user(&org, user);
            filter::at(&shown, path).map(|value| value.to_string().to_lowercase())
        };
        users.sort_by_cached_key(key);
        if call.param("sortOrder").is_some_and(|order| order.eq_ignore_ascii_case("desc")) {
            users.reverse();
        }
    }
    page::page(call, &users, PAGE, |user| &user.id, |user| user_json::user(&org, user))
}

/// `q`: how first name, last name or e-mail address begin.
fn begins(user: &User, start: &str) -> bool {
    ["firstName", "lastName", "email"].iter().any(|name| match user.profile.get(*name) {
        Some(ProfileValue::Text(text)) => text.to_lowercase().starts_with(start),
        _ => false,
    })
}

/// GET `/api/v1/users/{id}`: by id, login or the short form of it; `me` is whoever asks.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    if call.name("id") == "me" && call.caller == Caller::Token {
        return Ok(Answer::json(user_json::user(&org, &token_owner(&org))));
    }
    let user = asked_for(call, &org)?;
    Ok(Answer::json(user_json::user(&org, user)))
}

/// The user that a path names. A browser may ask for its own alone.
pub(super) fn asked_for<'a>(call: &Call, org: &'a Org) -> Result<&'a User, ApiError> {
    let id = call.name("id");
    let Caller::Session(_) = call.caller else { return call::user(org, id) };
    let (_, user) = call.service.signed_in(org, &call.headers).ok_or_else(ApiError::session)?;
    let own = id == "me" || id == user.id || id == user.login;
    if own { Ok(user) } else { Err(ApiError::forbidden()) }
}

/// Whom the token belongs to. At Okta that is the administrator who made it; here it is a user of no
/// other use, who is not among the org's people.
fn token_owner(org: &Org) -> User {
    let login = format!("api-token@{}.example", org.subdomain);
    let text = |text: &str| ProfileValue::Text(text.to_owned());
    User {
        id: discovery::derived(org, "00u", "token owner"),
        password: String::new(),
        status: UserStatus::Active,
        profile: BTreeMap::from([
            ("email".to_owned(), text(&login)),
            ("firstName".to_owned(), text("API")),
            ("lastName".to_owned(), text("Token")),
        ]),
        login,
        groups: [].into(),
        linked: [].into(),
        times: UserTimes::active(org.created),
    }
}

/// POST `/api/v1/users?activate=&nextLogin=`.
pub(super) fn create(call: &Call) -> Outcome {
    let activate = call.flag("activate", true)?;
    let change_password = match call.param("nextLogin") {
        None => false,
        Some("changePassword") => true,
        Some(_) => {
            let cause = "nextLogin: changePassword is due".to_owned();
            return Err(ApiError::invalid("nextLogin", vec![cause]));
        }
    };
    let body = call.object()?;
    let now = call.now();
    let (shown, subject) = call.change(|org| {
        let mut user = new_user(call, org, &body)?;
        if activate {
            user.apply(Lifecycle::Activate, now)?;
            if change_password && user.status == UserStatus::Active {
                user.apply(Lifecycle::ExpirePassword, now)?;
            }
        }
        let (id, groups) = (user.id.clone(), user.groups.clone());
        org.users.push(user);
        for group in org.groups.iter_mut().filter(|group| groups.contains(&group.name)) {
            group.last_membership_updated = now;
        }
        org.settle(now);
        let user = call::user(org, &id)?;
        Ok::<_, ApiError>((user_json::user(org, user), Subject::from(user)))
    })?;
    call.report(Event::new(EventType::UserCreate).on(subject.clone()));
    if activate {
        call.report(Event::new(EventType::UserActivate).on(subject));
    }
    Ok(Answer::json(shown))
}

/// The staged user that a body describes.
fn new_user(call: &Call, org: &Org, body: &Map<String, Value>) -> Result<User, ApiError> {
    let problems = Problems::default();
    let fields = Fields::new(body, &problems);
    let mut given = read_profile(org, &fields, &problems);
    for name in ["firstName", "lastName", "email", "login"] {
        let text =
            matches!(given.get(name), Some(Some(ProfileValue::Text(text))) if !text.is_empty());
        if !text && !is_misread(body, name) {
            problems.note(name, "The field cannot be left blank");
        }
    }
    let login = take_login(org, &mut given, None, &problems).unwrap_or_default();
    let password = read_password(&fields);
    let groups = read_groups(org, &fields);
    let provider = fields.child("credentials").child("provider").text("type").unwrap_or("OKTA");
    problems.check("newUser")?;
    if provider != "OKTA" {
        let provider = excerpt::name(provider);
        return Err(ApiError::unimplemented(&format!("users of the provider {provider}")));
    }
    let now = call.now();
    let mut user = User {
        id: call.service.env().ids.okta("00u"),
        login,
        password: String::new(),
        status: UserStatus::Staged,
        profile: given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        groups: groups.into_iter().map(|(_, name)| name).collect(),
        linked: BTreeMap::new(),
        times: UserTimes::staged(now),
    };
    if let Some(password) = password {
        user.set_password(password, now);
    }
    Ok(user)
}

/// Whether a profile has the attribute, but as something that was complained of already.
fn is_misread(body: &Map<String, Value>, name: &str) -> bool {
    let value = body.get("profile").and_then(|profile| profile.get(name));
    value.is_some_and(|value| match value {
        Value::String(text) => !text.is_empty(),
        value => value.is_object() || value.is_array(),
    })
}

/// POST `/api/v1/users/{id}`: what is given changes, all else stays.
pub(super) fn update(call: &Call) -> Outcome {
    change(call, false)
}

/// PUT `/api/v1/users/{id}`: the profile is what is given, and nothing else.
pub(super) fn replace(call: &Call) -> Outcome {
    change(call, true)
}

fn change(call: &Call, replaced: bool) -> Outcome {
    let body = call.object()?;
    let now = call.now();
    let shown = call.change(|org| {
        let id = asked_for(call, org)?.id.clone();
        let problems = Problems::default();
        let fields = Fields::new(&body, &problems);
        if replaced && !fields.child("profile").is_there() {
            problems.note("profile", "The field cannot be left blank");
        }
        let mut given = read_profile(org, &fields, &problems);
        let login = take_login(org, &mut given, Some(&id), &problems);
        let password = read_password(&fields);
        for name in ["email", "firstName", "lastName"] {
            let emptied = matches!(given.get(name), Some(None));
            if emptied || replaced && !given.contains_key(name) {
                problems.note(name, "The field cannot be left blank");
            }
        }
        problems.check("user")?;
        if let Some(login) = &login {
            org.rename_user(&id, login, now)?;
        }
        let user = org.users.iter_mut().find(|user| user.id == id);
        let user = user.ok_or_else(|| ApiError::not_found(&id, "User"))?;
        if replaced {
            user.profile.clear();
        }
        for (name, value) in given {
            match value {
                Some(value) => user.profile.insert(name, value),
                None => user.profile.remove(&name),
            };
        }
        user.times.last_updated = now;
        if let Some(password) = password {
            user.set_password(password, now);
        }
        org.settle(now);
        let user = call::user(org, &id)?;
        Ok((user_json::user(org, user), Subject::from(user)))
    });
    let (shown, subject) = shown?;
    call.report(Event::new(EventType::UserProfile).on(subject));
    Ok(Answer::json(shown))
}

fn read_profile(org: &Org, fields: &Fields<'_>, problems: &Problems) -> Given {
    let profile = fields.child("profile");
    let known = profile_body::known_of_user(&org.profile_attributes);
    profile.map().map(|map| profile_body::read(map, problems, known)).unwrap_or_default()
}

/// Takes the login out of a profile, if it is a good one and nobody else's.
fn take_login(
    org: &Org,
    given: &mut Given,
    own: Option<&str>,
    problems: &Problems,
) -> Option<String> {
    let login = match given.remove("login")? {
        Some(ProfileValue::Text(login)) if login.is_empty() && own.is_none() => return None,
        Some(ProfileValue::Text(login)) => login,
        _ => {
            problems.note("login", "The field cannot be left blank");
            return None;
        }
    };
    let holder = org.user_by_login(&login).map(|user| user.id.as_str());
    let unchanged = holder.is_some() && holder == own;
    let is_address = login.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !login.contains(char::is_whitespace)
    });
    if !unchanged && !is_address {
        problems.note("login", "Username must be in the form of an email address");
    } else if !unchanged && login.chars().count() > 100 {
        problems.note("login", "it has more than 100 characters");
    } else if holder.is_some() && !unchanged {
        problems.push(LOGIN_TAKEN.to_owned());
    }
    Some(login)
}

fn read_password<'a>(fields: &Fields<'a>) -> Option<&'a str> {
    let password = fields.child("credentials").child("password");
    if password.value("hash").is_some() || password.value("hook").is_some() {
        password.note("hash", "samlproof takes passwords as they are, in `value`");
    }
    password.text("value").filter(|text| !text.is_empty())
}

/// Ids and names of `groupIds`.
fn read_groups(org: &Org, fields: &Fields<'_>) -> Vec<(String, String)> {
    let ids = fields.texts("groupIds").unwrap_or_default();
    let mut found = vec![];
    for id in ids {
        let group = org.groups.iter().find(|group| group.id == id);
        match group.filter(|group| group.kind == GroupKind::Okta) {
            Some(group) => found.push((group.id.clone(), group.name.clone())),
            None => fields.note("groupIds", format_args!("{id} is no group that people fill")),
        }
    }
    found
}
