//! A scenario as the text of its file, in the shape of the catalogue's.
//!
//! Only what worlds come to is written; [`super::report`] hands nothing else over.

use std::fmt::Write;

use crate::saml::{Attribute, AttributeValue};
use crate::scenario::{
    Change, EntrySpec, ExpectWord, Grade, Initiated, MappingEdit, MappingSpec, Person, Scenario,
    SendSpec, SpUserEdit, SpUserSpec, Step, StepAction,
};
use crate::sp::{Resource, Role, UserStatus};

/// The text of a scenario.
pub(super) fn write(scenario: &Scenario) -> String {
    let mut text = head(scenario);
    for (name, entry) in &scenario.entries {
        let table = if name == "main" { "sp".to_owned() } else { format!("entries.{name}") };
        text += &self::entry(&table, entry);
    }
    for (name, person) in &scenario.users {
        text += &self::person(name, person);
    }
    for (name, user) in &scenario.sp_users {
        text += &sp_user(name, user);
    }
    for step in &scenario.steps {
        text += &self::step(step);
    }
    text
}

fn head(scenario: &Scenario) -> String {
    let grade = match scenario.grade {
        Grade::Stated => "stated",
        Grade::Implied => "implied",
        Grade::Undefined => "undefined",
    };
    lines(&[
        ("title", string(&scenario.title)),
        ("requirement", string(&scenario.requirement)),
        ("source", string(&scenario.source)),
        ("grade", string(grade)),
        ("profiles", strings(&scenario.profiles)),
    ])
}

fn entry(table: &str, entry: &EntrySpec) -> String {
    let mut keys: Vec<(&str, String)> = Vec::new();
    keys.extend(entry.account.as_ref().map(|account| ("account", string(account))));
    let settings = entry.settings.iter().map(|(name, on)| format!("{name} = {on}"));
    let settings: Vec<String> = settings.collect();
    if !settings.is_empty() {
        keys.push(("settings", inline(&settings)));
    }
    if !entry.defaults.is_empty() {
        keys.push(("defaults", inline(&roles(&entry.defaults, &[]))));
    }
    keys.extend(entry.group_teams.as_ref().map(|(attribute, create)| {
        let attribute = format!("attribute = {}", string(attribute));
        ("group_teams", inline(&[attribute, format!("auto_create = {create}")]))
    }));
    let mut text = format!("\n[{table}]\n{}", lines(&keys));
    for mapping in &entry.mappings {
        let _ = write!(text, "\n[[{table}.mapping]]\n{}", self::mapping(mapping));
    }
    text
}

fn mapping(mapping: &MappingSpec) -> String {
    let mut keys = vec![("id", string(&mapping.id)), ("when", pairs(&mapping.when))];
    if mapping.account_admin {
        keys.push(("account_admin", "true".into()));
    }
    let tables = role_tables(&mapping.roles, &[]);
    keys.extend(tables.into_iter().map(|(kind, roles)| (kind, inline(&roles))));
    lines(&keys)
}

fn person(name: &str, person: &Person) -> String {
    let mut keys = Vec::new();
    keys.extend(person.email.as_ref().map(|email| ("email", string(email))));
    if !person.groups.is_empty() || person.email.is_none() {
        keys.push(("groups", strings(&person.groups)));
    }
    format!("\n[users.{name}]\n{}", lines(&keys))
}

fn sp_user(name: &str, user: &SpUserSpec) -> String {
    let mut keys: Vec<(&str, String)> = Vec::new();
    keys.extend(user.account.as_ref().map(|account| ("account", string(account))));
    keys.extend(user.password.as_ref().map(|password| ("password", string(password))));
    if user.status != UserStatus::Active {
        keys.push(("status", status(user.status)));
    }
    if user.account_admin {
        keys.push(("account_admin", "true".into()));
    }
    let tables = role_tables(&user.roles, &[]);
    keys.extend(tables.into_iter().map(|(kind, roles)| (kind, inline(&roles))));
    format!("\n[sp_users.{name}]\n{}", lines(&keys))
}

fn step(step: &Step) -> String {
    let mut keys: Vec<(&str, String)> = Vec::new();
    match &step.action {
        StepAction::Login { people, initiated, send, .. } => {
            let who = match people.as_slice() {
                [one] => string(one),
                several => strings(several),
            };
            keys.push(("login", who));
            keys.extend(initiated.map(|initiated| match initiated {
                Initiated::Sp => ("initiated", string("sp")),
                Initiated::Idp => ("initiated", string("idp")),
            }));
            keys.extend(self::send(send).map(|send| ("send", send)));
        }
        StepAction::PasswordLogin { person, password } => {
            keys.push(("password_login", string(person)));
            keys.extend(password.as_ref().map(|password| ("password", string(password))));
        }
        StepAction::Logout { person } => keys.push(("logout", string(person))),
        StepAction::Probe { person } => keys.push(("probe", string(person))),
        StepAction::Advance(wait) => {
            keys.push(("advance", string(&format!("{}s", wait.offset.as_secs()))));
        }
        StepAction::Change(changes) => {
            let changes: Vec<String> = changes.iter().filter_map(change).collect();
            keys.push(("change", inline(&changes)));
        }
        // No world comes to these.
        StepAction::Replay { .. }
        | StepAction::ResetLink { .. }
        | StepAction::Invite { .. }
        | StepAction::ApiKey { .. } => {}
    }
    keys.extend(expect(&step.expect).map(|expect| ("expect", expect)));
    keys.extend(step.grants.as_ref().map(|sets| ("grants", grants(sets))));
    keys.extend(step.users.map(|users| ("users", users.to_string())));
    format!("\n[[steps]]\n{}", lines(&keys))
}

/// One set of rows, or several of which one has to hold.
fn grants(sets: &[Vec<String>]) -> String {
    match sets {
        [one] => strings(one),
        several => {
            let sets: Vec<String> = several.iter().map(|one| strings(one)).collect();
            format!("[{}]", sets.join(", "))
        }
    }
}

fn expect(words: &[ExpectWord]) -> Option<String> {
    match words {
        [] => None,
        [one] => Some(string(&one.to_string())),
        several => {
            let words: Vec<String> = several.iter().map(ToString::to_string).collect();
            Some(strings(&words))
        }
    }
}

fn send(send: &SendSpec) -> Option<String> {
    let mut parts = Vec::new();
    if !send.omit.is_empty() {
        parts.push(format!("omit = {}", strings(&send.omit)));
    }
    if !send.elements.is_empty() {
        let elements: Vec<String> = send.elements.iter().map(element).collect();
        parts.push(format!("elements = [{}]", elements.join(", ")));
    }
    (!parts.is_empty()).then(|| inline(&parts))
}

fn element(attribute: &Attribute) -> String {
    let mut parts = vec![format!("name = {}", string(&attribute.name))];
    let friendly = attribute.friendly_name.as_ref();
    parts.extend(friendly.map(|name| format!("friendly_name = {}", string(name))));
    let values = attribute.values.iter().map(|value| match value {
        AttributeValue::Text(text) => string(text),
        AttributeValue::Nil => "{ nil = true }".into(),
    });
    parts.push(format!("values = [{}]", values.collect::<Vec<_>>().join(", ")));
    inline(&parts)
}

fn change(change: &Change) -> Option<String> {
    let of = |entry: &str| match entry {
        "main" => "sp".to_owned(),
        other => format!("entries.{other}"),
    };
    Some(match change {
        Change::Setting { entry, name, value } => {
            format!("{}.settings.{name} = {value}", of(entry))
        }
        Change::Mapping { entry, mapping } => {
            format!("{}.mapping.{} = {}", of(entry), mapping.id, edit(mapping))
        }
        Change::MappingRemoved { entry, id } => {
            format!("{}.mapping.{id} = {}", of(entry), string("removed"))
        }
        Change::Defaults { entry, roles } => {
            format!("{}.defaults = {}", of(entry), inline(&self::roles(roles, &[])))
        }
        Change::ResourcesRemoved(resources) => {
            let resources: Vec<String> = resources.iter().map(ToString::to_string).collect();
            format!("removed = {}", strings(&resources))
        }
        Change::Groups { person, groups } => format!("users.{person}.groups = {}", strings(groups)),
        Change::SpUser { name, user } => format!("sp_users.{name} = {}", user_edit(user)),
        Change::SpUserDeleted { name } => format!("sp_users.{name} = {}", string("deleted")),
        // No world comes to the others.
        _ => return None,
    })
}

fn edit(mapping: &MappingEdit) -> String {
    let mut parts = Vec::new();
    parts.extend(mapping.when.as_ref().map(|when| format!("when = {}", pairs(when))));
    parts.extend(mapping.account_admin.map(|admin| format!("account_admin = {admin}")));
    parts.extend(roles(&mapping.roles, &mapping.removed));
    inline(&parts)
}

fn user_edit(user: &SpUserEdit) -> String {
    let parts: Vec<String> =
        user.status.map(|word| format!("status = {}", status(word))).into_iter().collect();
    inline(&parts)
}

fn status(status: UserStatus) -> String {
    string(match status {
        UserStatus::Active => "active",
        UserStatus::Invited => "invited",
        UserStatus::Expired => "expired",
        UserStatus::Inactive => "inactive",
    })
}

/// `org = { research = "member" }`, `spaces = { … }` and so on.
fn roles(set: &[(Resource, Role)], removed: &[Resource]) -> Vec<String> {
    let tables = role_tables(set, removed).into_iter();
    tables.map(|(kind, roles)| format!("{kind} = {}", inline(&roles))).collect()
}

fn role_tables(set: &[(Resource, Role)], removed: &[Resource]) -> Vec<(&'static str, Vec<String>)> {
    let mut tables: Vec<(&'static str, Vec<String>)> =
        ["org", "spaces", "custom", "projects", "teams"].map(|kind| (kind, Vec::new())).into();
    let set = set.iter().map(|(resource, role)| (resource, Some(role)));
    for (resource, role) in set.chain(removed.iter().map(|resource| (resource, None))) {
        let (place, name) = match (resource, role) {
            (Resource::Org(name), _) => (0, name.clone()),
            (Resource::Space { org, space }, Some(Role::Custom(_))) => {
                (2, format!("{org}/{space}"))
            }
            (Resource::Space { org, space }, _) => (1, format!("{org}/{space}")),
            (Resource::Project(name), _) => (3, name.clone()),
            (Resource::Team(name), _) => (4, name.clone()),
        };
        let role = match (role, place) {
            (None, _) => "none".to_owned(),
            (Some(Role::Custom(name)), 2) => name.clone(),
            (Some(role), _) => role.to_string(),
        };
        tables[place].1.push(format!("{} = {}", key(&name), string(&role)));
    }
    tables.retain(|(_, roles)| !roles.is_empty());
    tables
}

fn pairs(when: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        when.iter().map(|(name, value)| format!("[{}, {}]", string(name), string(value))).collect();
    format!("[{}]", pairs.join(", "))
}

/// Keys with their values, the signs of equality under each other.
fn lines(keys: &[(&str, String)]) -> String {
    let width = keys.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
    keys.iter().map(|(key, value)| format!("{key:width$} = {value}\n")).collect()
}

fn inline(parts: &[String]) -> String {
    if parts.is_empty() { "{}".into() } else { format!("{{ {} }}", parts.join(", ")) }
}

fn strings<S: AsRef<str>>(texts: &[S]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| string(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

fn key(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.is_empty() && text.chars().all(bare) { text.to_owned() } else { string(text) }
}

/// A basic string. Whatever looks like something else, or like nothing, is written by its number.
fn string(text: &str) -> String {
    let mut written = String::from('"');
    for c in text.chars() {
        match c {
            '"' => written += "\\\"",
            '\\' => written += "\\\\",
            '\n' => written += "\\n",
            '\t' => written += "\\t",
            '\r' => written += "\\r",
            ' '..='~' => written.push(c),
            _ if c.is_alphanumeric() && !is_combined(c) => written.push(c),
            _ => {
                let number = u32::from(c);
                let _ = match number {
                    ..=0xffff => write!(written, "\\u{number:04X}"),
                    _ => write!(written, "\\U{number:08X}"),
                };
            }
        }
    }
    written.push('"');
    written
}

/// Letters that can be written in two ways.
fn is_combined(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}
