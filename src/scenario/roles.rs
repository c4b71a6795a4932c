//! Roles on resources: `org`, `spaces`, `custom`, `projects`, `teams`.

use super::decode::{Item, Table};
use super::words::quote;
use crate::sp::{Resource, Role};

/// Roles as a table gives them.
#[derive(Debug, Default)]
pub(super) struct RoleEdits {
    pub(super) set: Vec<(Resource, Role)>,
    /// Resources with the role `none`, which only edits may say.
    pub(super) removed: Vec<Resource>,
}

/// Reads the role tables of a mapping, of defaults or of a user.
pub(super) fn read_roles(table: &Table<'_>, edit: bool) -> RoleEdits {
    let mut edits = RoleEdits::default();
    let mut read = |key: &'static str, resource: &dyn Fn(&str) -> String, custom: bool| {
        let Some(roles) = table.item(key).and_then(|item| item.table()) else { return };
        for item in roles.items() {
            let resource = match Resource::try_from(resource(item.key)) {
                Ok(resource) => resource,
                Err(_) => {
                    item.key_problem(
                        format!("{} does not name one of the `{key}`", quote(item.key)),
                        matches!(key, "spaces" | "custom").then(|| {
                            "a space is written with its organization, `\"research/vision\"`".into()
                        }),
                    );
                    continue;
                }
            };
            match item.as_text() {
                Some("none") if edit => edits.removed.push(resource),
                _ => edits.set.extend(read_role(&item, custom).map(|role| (resource, role))),
            }
        }
    };
    read("org", &|name| format!("org {name}"), false);
    read("spaces", &|name| format!("space {name}"), false);
    read("custom", &|name| format!("space {name}"), true);
    read("projects", &|name| format!("project {name}"), false);
    read("teams", &|name| format!("team {name}"), false);
    edits
}

/// Reads a role; `custom` takes the text for the bare name of a custom one.
pub(super) fn read_role(item: &Item<'_>, custom: bool) -> Option<Role> {
    let text = item.text()?;
    if custom {
        if text.trim().is_empty() || text.starts_with("custom:") {
            let message = format!("{} is not the name of a custom role", quote(text));
            item.problem(message, Some("the bare name is enough: `data-reader`".into()));
            return None;
        }
        return Some(Role::Custom(text.to_owned()));
    }
    let role = Role::try_from(text.to_owned()).ok();
    if role.is_none() {
        let hint = super::words::suggest(text, &BUILTIN);
        item.problem(format!("{} is not a role", quote(text)), hint);
    }
    role
}

const BUILTIN: [&str; 6] =
    ["admin", "member", "read-write", "read-only", "annotator", "custom:NAME"];

impl Item<'_> {
    /// `org research`, `space research/vision`, `project checkout`, `team ml`.
    pub(super) fn resource(&self) -> Option<Resource> {
        let text = self.text()?;
        let resource = Resource::try_from(text.to_owned());
        if resource.is_err() {
            let hint = "`org X`, `space X/Y`, `project X` or `team X`".to_owned();
            self.problem(format!("{} is not a resource", quote(text)), Some(hint));
        }
        resource.ok()
    }

    /// One set of role lines, or a list of sets of which each is right.
    pub(super) fn role_sets(&self) -> Option<Vec<Vec<String>>> {
        let items = self.list()?;
        if !items.iter().any(Item::is_list) {
            return self.role_lines().map(|lines| vec![lines]);
        }
        if items.len() == 1 {
            let hint = "a single one is written without the outer brackets".to_owned();
            self.problem("there is one set of roles to choose from", Some(hint));
        }
        let mut sets: Vec<Vec<String>> = Vec::new();
        for item in &items {
            let Some(lines) = item.role_lines() else { continue };
            if sets.contains(&lines) {
                item.problem("this is said already", None);
            } else {
                sets.push(lines);
            }
        }
        Some(sets)
    }

    /// Lines as [`crate::sp::Roles::lines`] writes them, sorted.
    pub(super) fn role_lines(&self) -> Option<Vec<String>> {
        let items = self.list()?;
        let mut lines: Vec<_> = items.iter().filter_map(Item::role_line).collect();
        lines.sort();
        lines.dedup();
        Some(lines)
    }

    fn role_line(&self) -> Option<String> {
        let text = self.text()?;
        match text {
            "account admin" | "account annotator" => return Some(text.to_owned()),
            "account member" => {
                let hint =
                    "leave it out: every user is one unless `account admin` is said".to_owned();
                self.problem("`account member` is never listed", Some(hint));
                return None;
            }
            _ => {}
        }
        // A custom role's name may hold spaces, a built-in one has none.
        let split = text.find(" custom:").or_else(|| text.rfind(' '));
        let line = split.and_then(|at| {
            let resource = Resource::try_from(text[..at].to_owned()).ok()?;
            let role = Role::try_from(text[at + 1..].to_owned()).ok()?;
            Some(format!("{resource} {role}"))
        });
        if line.is_none() {
            let hint = "a resource and a role: `org research member`, `space research/vision admin`, `space research/vision custom:reader`, `project checkout read-only`, `team ml member`, or `account admin`";
            self.problem(
                format!("{} is not a role that somebody can hold", quote(text)),
                Some(hint.into()),
            );
        }
        line
    }
}
