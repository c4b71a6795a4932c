//! A step in one line for people.

use super::case::{Action, Send};
use crate::saml::{Attribute, AttributeValue};
use crate::scenario::{
    Change, IdpChange, Initiated, MappingEdit, MetadataSpec, SendEncryption, SendKey, SendSpec,
    SpUserEdit, Step, StepAction,
};
use crate::sp::{Resource, Role};

/// What a step does, in one line.
pub(super) fn describe(step: &Step, action: &Action) -> String {
    let mut text = match (&step.action, action) {
        (
            StepAction::Login { people, initiated, send: spec, delivered, control },
            Action::Login { send, .. },
        ) => {
            let word = if *control { "control" } else { "login" };
            let held = if *delivered { "" } else { ", its response held back" };
            format!("{word} {}{held}", login(people, *initiated, spec, send))
        }
        (StepAction::Change(changes), _) => {
            let changes: Vec<_> = changes.iter().map(change).collect();
            format!("change {}", changes.join(", "))
        }
        (StepAction::Replay { person }, _) => format!("replay {person}"),
        (StepAction::PasswordLogin { person, .. }, _) => format!("password login {person}"),
        (StepAction::ResetLink { person }, _) => format!("reset link {person}"),
        (StepAction::Invite { person }, _) => format!("invite {person}"),
        (StepAction::ApiKey { person }, _) => format!("API key {person}"),
        (StepAction::Logout { person }, _) => format!("logout {person}"),
        (StepAction::Probe { person }, _) => format!("probe {person}"),
        (_, Action::Advance(wait)) => format!("advance {wait:#}"),
        // A login resolves to a login, and a wait to a wait.
        (StepAction::Login { .. } | StepAction::Advance(_), _) => String::new(),
    };
    if let Some(browser) = &step.browser {
        text += &match browser.as_str() {
            "fresh" => ", fresh browser".to_owned(),
            name => format!(", browser {name}"),
        };
    }
    text
}

fn login(people: &[String], initiated: Option<Initiated>, spec: &SendSpec, send: &Send) -> String {
    let mut text = people.join(", ");
    if people.len() > 1 {
        text += " at once";
    }
    match initiated {
        Some(Initiated::Idp) => text += ", IdP-initiated",
        Some(Initiated::Sp) => text += ", SP-initiated",
        None => {}
    }
    let sent = sent(spec, send);
    if !sent.is_empty() {
        text += &format!(", sending {}", sent.join(", "));
    }
    text
}

/// As the author wrote it: members of a family share this text.
fn sent(spec: &SendSpec, send: &Send) -> Vec<String> {
    let texts = [
        ("audience", &spec.audience),
        ("recipient", &spec.recipient),
        ("destination", &spec.destination),
        ("issuer", &spec.issuer),
        ("NameID", &spec.name_id),
        ("NameID format", &spec.name_id_format),
        ("InResponseTo", &spec.in_response_to),
    ];
    let mut sent: Vec<_> = texts
        .into_iter()
        .filter_map(|(name, text)| Some(format!("{name} {}", text.as_ref()?)))
        .collect();
    sent.extend(spec.restrictions.iter().map(|all| {
        let all: Vec<_> = all.iter().map(|one| list(one)).collect();
        format!("audiences {}", all.join(" and "))
    }));
    match spec.key {
        SendKey::Own => {}
        SendKey::Other => sent.push("another key's signature".into()),
        SendKey::None => sent.push("no signature".into()),
    }
    match spec.encryption {
        SendEncryption::Own => {}
        SendEncryption::None => sent.push("a plain assertion".into()),
        SendEncryption::Stale => sent.push("an assertion for a stale certificate".into()),
    }
    sent.extend(spec.attributes.iter().map(|(name, values)| format!("{name} = {}", shown(values))));
    sent.extend(spec.omit.iter().map(|name| format!("no {name}")));
    sent.extend(spec.elements.iter().map(|element| {
        let friendly = element.friendly_name.as_ref().map(|name| format!(" ({name})"));
        let Attribute { name, values, .. } = element;
        format!("also {name}{} = {}", friendly.unwrap_or_default(), shown(values))
    }));
    if send.age.is_positive() {
        sent.push(format!("{:#} old", send.age));
    } else if send.age.is_negative() {
        sent.push(format!("{:#} ahead of time", send.age.abs()));
    }
    sent
}

fn shown(values: &[AttributeValue]) -> String {
    let values: Vec<_> =
        values.iter().map(|v| v.text().map_or("nil".into(), |v| format!("{v:?}"))).collect();
    list(&values)
}

fn change(change: &Change) -> String {
    let place = |entry: &str| match entry {
        "main" => "sp".to_owned(),
        other => format!("entries.{other}"),
    };
    match change {
        Change::ByCustomer => "by the customer".to_owned(),
        Change::EntryRemoved { entry } => format!("{} removed", place(entry)),
        Change::Setting { entry, name, value } => {
            format!("{}.settings.{name} = {value}", place(entry))
        }
        Change::Mapping { entry, mapping } => {
            format!("{}.mapping.{}", place(entry), mapping_edit(mapping))
        }
        Change::MappingRemoved { entry, id } => format!("{}.mapping.{id} removed", place(entry)),
        Change::Defaults { entry, roles } => {
            format!("{}.defaults = {}", place(entry), list(&role_lines(roles, &[])))
        }
        Change::Domains { entry, domains } => {
            format!("{}.domains = {}", place(entry), list(domains))
        }
        Change::Validated { entry, validated } => {
            format!("{}.validated = {validated}", place(entry))
        }
        Change::Metadata { entry, source } => format!("{}.{}", place(entry), metadata(source)),
        Change::ResourcesRemoved(resources) => {
            let resources: Vec<_> = resources.iter().map(ToString::to_string).collect();
            format!("removed {}", list(&resources))
        }
        Change::Assigned { person, assigned } => format!("users.{person}.assigned = {assigned}"),
        Change::Groups { person, groups } => format!("users.{person}.groups = {}", list(groups)),
        Change::Profile { person, key, value } => {
            format!("users.{person}.profile.{key} = {value:?}")
        }
        Change::SpUser { name, user } => format!("sp_users.{name}: {}", user_edit(user)),
        Change::SpUserDeleted { name } => format!("sp_users.{name} deleted"),
        Change::Idp { org, change } => format!("idp.{org}.{}", idp_change(change)),
    }
}

fn metadata(source: &MetadataSpec) -> String {
    match source {
        MetadataSpec::Org(org) => format!("org = {org}"),
        MetadataSpec::Url(url) => format!("metadata_url = {url:?}"),
        MetadataSpec::Xml(xml) => format!("metadata_xml = {xml:?}"),
    }
}

fn mapping_edit(edit: &MappingEdit) -> String {
    let mut parts = Vec::new();
    if let Some(when) = &edit.when {
        let pairs: Vec<_> = when.iter().map(|(name, value)| format!("{name}={value}")).collect();
        parts.push(format!("when {}", list(&pairs)));
    }
    parts.extend(edit.account_admin.map(|admin| format!("account_admin = {admin}")));
    parts.extend(role_lines(&edit.roles, &edit.removed));
    format!("{}: {}", edit.id, parts.join(", "))
}

fn user_edit(edit: &SpUserEdit) -> String {
    let mut parts = Vec::new();
    parts.extend(edit.status.map(|status| format!("{status:?}").to_lowercase()));
    parts.extend(edit.password.as_ref().map(|_| "a password".to_owned()));
    parts.extend(edit.account_admin.map(|admin| format!("account_admin = {admin}")));
    parts.extend(role_lines(&edit.roles, &edit.removed));
    parts.join(", ")
}

fn role_lines(set: &[(Resource, Role)], removed: &[Resource]) -> Vec<String> {
    let set = set.iter().map(|(resource, role)| format!("{resource} {role}"));
    set.chain(removed.iter().map(|resource| format!("{resource} none"))).collect()
}

fn idp_change(change: &IdpChange) -> String {
    let key = |number: &usize| match number {
        0 => "current".to_owned(),
        1 => "next".to_owned(),
        other => format!("key {other}"),
    };
    match change {
        IdpChange::Publish(keys) => {
            format!("publish = {}", list(&keys.iter().map(key).collect::<Vec<_>>()))
        }
        IdpChange::SignWith(number) => format!("sign_with = {}", key(number)),
        IdpChange::MetadataUp(up) => format!("metadata {}", if *up { "up" } else { "down" }),
    }
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.join(", "))
}
