//! Org files: what `samlproof idp` serves.

use std::collections::{BTreeMap, BTreeSet};

use super::app::read_plain;
use super::decode::{Item, Table, decode};
use super::org_app::read_apps;
use super::source::{ParseErrors, Source};
use super::words::quote;
use crate::idp::expression::{Place, Schema};
use crate::idp::{
    ArrayAttributes, Org, OrgDraft, OrgFeatures, Pipeline, ProfileValue, SignInPage, User,
    UserDraft,
};

/// Parses an org file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_org(source: &Source) -> Result<OrgDraft, ParseErrors> {
    decode(source, read_org)
}

fn read_org(root: Table<'_>) -> Option<OrgDraft> {
    if is_oversized(&root) {
        return None;
    }
    let subdomain = root.required("subdomain").and_then(|item| read_subdomain(&item));
    let name = root.item("name").map(|item| item.sentence());
    let sign_in = root.item("sign_in").map(|item| item.choice(&["password", "personas"]));
    let features = read_features(&root);
    let api_token = root.item("api_token").map(|item| read_token(&item));
    let mut people = root.item("users").map(|item| read_users(&item)).unwrap_or_default();
    let more = root.item("profile_attributes").map(|item| read_texts(&item)).unwrap_or_default();
    people.attributes.extend(more);
    let apps = root.item("apps").map(|item| read_apps(&item, &people)).unwrap_or_default();
    root.finish();
    let subdomain = subdomain?;
    let sign_in_page = match sign_in {
        None | Some(Some("password")) => SignInPage::Password,
        Some(word) => word.map(|_| SignInPage::Personas)?,
    };
    Some(OrgDraft {
        sign_in_page,
        features: features?,
        api_token: api_token.unwrap_or_else(|| Some(Org::API_TOKEN.to_owned()))?,
        name: name.unwrap_or_else(|| Some(subdomain.clone()))?,
        subdomain,
        users: people.users,
        apps,
        profile_attributes: people.attributes,
    })
}

fn read_features(root: &Table<'_>) -> Option<OrgFeatures> {
    let pipeline = root.item("pipeline").map(|item| item.word());
    let array_attributes = root.item("array_attributes").map(|item| item.word());
    Some(OrgFeatures {
        pipeline: pipeline.unwrap_or_else(|| Some(Pipeline::default()))?,
        array_attributes: array_attributes.unwrap_or_else(|| Some(ArrayAttributes::default()))?,
    })
}

/// Names are looked up everywhere: this bounds the time that takes, whatever the file holds.
fn is_oversized(root: &Table<'_>) -> bool {
    let mut oversized = false;
    for (key, limit) in [("users", 1000), ("apps", 100)] {
        if let Some(item) = root.item(key).filter(|item| item.len() > limit) {
            item.key_problem(format!("there are more than {limit} `{key}`"), None);
            oversized = true;
        }
    }
    oversized
}

/// A token that can stand in a header.
fn read_token(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let good = (8..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if !good {
        let hint =
            "8 to 200 characters of ASCII without spaces; Okta's own begin with `00`".to_owned();
        item.problem("this cannot be an API token".to_owned(), Some(hint));
    }
    good.then(|| text.to_owned())
}

/// A label of a host name that also begins app names and file names.
fn read_subdomain(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = (1..=63).contains(&text.len())
        && text.chars().all(inside)
        && !text.starts_with('-')
        && !text.ends_with('-');
    if !good {
        let hint = "lower-case letters, digits and `-`, as in `acme` of acme.okta.com".to_owned();
        item.problem(format!("{} cannot be a subdomain", quote(text)), Some(hint));
    }
    good.then(|| text.to_owned())
}

/// The users of a file, and what apps may call them.
#[derive(Debug, Default)]
pub(super) struct People {
    users: Vec<UserDraft>,
    /// Logins by the names of the file and by themselves in lower case. A user with a mistake in it
    /// is a known one all the same.
    logins: BTreeMap<String, String>,
    names: Vec<String>,
    groups: BTreeSet<String>,
    /// Custom attributes of their profiles.
    attributes: BTreeSet<String>,
}

impl People {
    /// Notes what a user is called, before anything is found wrong with it.
    fn declare(&mut self, name: &str, table: &Table<'_>) {
        let text = |key| table.item(key).and_then(|item| item.as_text());
        let login = text("login").or_else(|| text("email")).unwrap_or(name);
        self.logins.entry(login.to_lowercase()).or_insert_with(|| login.to_owned());
        // A name goes before another user's login that reads the same.
        self.logins.insert(name.to_owned(), login.to_owned());
    }

    /// The login of whoever goes by this name or login.
    pub(super) fn login(&self, text: &str) -> Option<&str> {
        let found = self.logins.get(text).or_else(|| self.logins.get(&text.to_lowercase()));
        found.map(String::as_str)
    }

    /// The names of the file.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Which names expressions may use where they stand.
    pub(super) fn schema(&self, place: Place) -> Schema {
        Schema { user: Some(self.attributes.clone()), ..Schema::new(place) }
    }

    /// Every group that somebody is in, `Everyone` among them.
    pub(super) fn groups(&self) -> &BTreeSet<String> {
        &self.groups
    }
}

fn read_users(item: &Item<'_>) -> People {
    let mut people = People::default();
    people.groups.insert(Org::EVERYONE.to_owned());
    let items = item.table().map(|table| table.items()).unwrap_or_default();
    let mut seen = BTreeMap::new();
    for item in items {
        item.check_declared();
        people.names.push(item.key.to_owned());
        let Some(table) = item.table() else { continue };
        people.declare(item.key, &table);
        let user = read_user(table, &mut people.groups, &mut people.attributes);
        let Some(user) = user else { continue };
        if let Some(other) = seen.insert(user.login.to_lowercase(), item.key) {
            let hint = "to Okta, upper and lower case are the same in a login".to_owned();
            let message = format!("{} has the login {} too", quote(other), quote(&user.login));
            item.key_problem(message, Some(hint));
        }
        people.users.push(user);
    }
    people
}

fn read_user(
    table: Table<'_>,
    all_groups: &mut BTreeSet<String>,
    attributes: &mut BTreeSet<String>,
) -> Option<UserDraft> {
    let login = table.item("login").map(|item| read_login(&item));
    let email = table.item("email").map(|item| read_login(&item));
    if login.is_none() && email.is_none() {
        let hint = "`email = \"jane@example.com\"`; the login is the same unless it is said";
        table.problem("neither `login` nor `email` is said", Some(hint.into()));
    }
    let password = table.item("password").map(|item| item.sentence());
    let status = table.item("status").map(|item| item.word());
    let groups = table.item("groups").map(|item| read_texts(&item)).unwrap_or_default();
    all_groups.extend(groups.iter().cloned());
    let mut profile: BTreeMap<String, ProfileValue> = BTreeMap::new();
    for name in User::BASE_ATTRIBUTES.into_iter().filter(|name| !["login", "email"].contains(name))
    {
        if let Some(value) = table.item(name).and_then(|item| read_plain(&item)) {
            profile.insert(name.to_owned(), ProfileValue::Text(value));
        }
    }
    if let Some(custom) = table.item("profile") {
        read_custom(&custom, &mut profile);
        // One with a mistake in it is a known one all the same.
        let items = custom.table().map(|table| table.items()).unwrap_or_default();
        attributes.extend(items.iter().map(|item| item.key.to_owned()));
    }
    table.finish();
    let email = email.map_or(Some(None), |email| email.map(Some))?;
    if let Some(email) = &email {
        profile.insert("email".to_owned(), ProfileValue::Text(email.clone()));
    }
    let login = login.unwrap_or(email)?;
    let password = password.unwrap_or_else(|| Some(UserDraft::PASSWORD.to_owned()))?;
    let status = status.map_or(Some(None), |status| status.map(Some))?;
    Some(UserDraft { profile, status, ..UserDraft::new(login).password(password).groups(groups) })
}

/// A login or an address: one word.
fn read_login(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    if text.is_empty()
        || text.len() > 100
        || text.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        let hint = "one word of at most 100 characters: `jane@example.com`".to_owned();
        item.problem(format!("{} is neither a login nor an address", quote(text)), Some(hint));
        return None;
    }
    Some(text.to_owned())
}

/// Further attributes of the profile: texts, lists of them, whole numbers, `true` and `false`.
fn read_custom(item: &Item<'_>, profile: &mut BTreeMap<String, ProfileValue>) {
    let items = item.table().map(|table| table.items()).unwrap_or_default();
    for item in items {
        if ["login", "email", "password", "groups"].contains(&item.key) {
            let hint = format!("write `{}` beside `profile`, not in it", item.key);
            item.key_problem(format!("{} is no custom attribute", quote(item.key)), Some(hint));
        } else if item.is_list() {
            profile.insert(item.key.to_owned(), ProfileValue::List(read_texts(&item)));
        } else if item.is_flag() {
            profile.extend(item.flag().map(|flag| (item.key.to_owned(), ProfileValue::Bool(flag))));
        } else if item.is_number() {
            let number = item.number().map(ProfileValue::Int);
            profile.extend(number.map(|number| (item.key.to_owned(), number)));
        } else if let Some(value) = read_plain(&item) {
            profile.insert(item.key.to_owned(), ProfileValue::Text(value));
        }
    }
}

/// A list of texts that XML can carry and that are not blank.
pub(super) fn read_texts(item: &Item<'_>) -> Vec<String> {
    let items = item.list().unwrap_or_default();
    items.iter().filter_map(|item| item.sentence().and(read_plain(item))).collect()
}
