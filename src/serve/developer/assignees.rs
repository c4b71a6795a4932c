//! Who may use an app, by names, one a line.

use std::collections::{BTreeSet, HashMap};

use super::field::one_line;
use crate::idp::{App, Group, Org, User, UserStatus};

/// The names as they are typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Assignees {
    /// Logins, or the part of one before the `@`.
    pub(super) users: String,
    /// Names of groups; everybody is in one of them.
    pub(super) groups: String,
}

/// Who may use it, by id.
#[derive(Debug, Default)]
pub(super) struct AssignedIds {
    pub(super) users: BTreeSet<String>,
    pub(super) groups: BTreeSet<String>,
}

/// What is wrong with the names of each kind.
#[derive(Debug, Default)]
pub(super) struct AssigneeProblems {
    pub(super) users: Option<String>,
    pub(super) groups: Option<String>,
}

impl Assignees {
    /// The group that everybody is in.
    pub(super) fn everyone() -> Self {
        Self { users: String::new(), groups: Org::EVERYONE.to_owned() }
    }

    /// Who may use an app as it is.
    pub(super) fn of(org: &Org, app: &App) -> Self {
        let known = Known::of(org);
        let users = app.direct_users().filter_map(|id| known.line_of_user(id));
        let groups = app.group_assignments.keys().filter_map(|id| known.line_of_group(id));
        let text = |mut lines: Vec<String>| {
            lines.sort();
            lines.join("\n")
        };
        Self { users: text(users.collect()), groups: text(groups.collect()) }
    }

    /// Who is meant. Whom no line can name, such as a user of the org file who is yet to come, stays.
    pub(super) fn ids(&self, org: &Org, app: Option<&App>) -> (AssignedIds, AssigneeProblems) {
        let known = Known::of(org);
        let mut ids = AssignedIds::default();
        let (mut unknown, mut deactivated, mut no_groups) = (vec![], vec![], vec![]);
        for line in lines(&self.users) {
            match known.user(&line) {
                None => unknown.push(line),
                Some(user) if user.status == UserStatus::Deprovisioned => deactivated.push(line),
                Some(user) => {
                    ids.users.insert(user.id.clone());
                }
            }
        }
        for line in lines(&self.groups) {
            match known.groups.get(line.as_str()) {
                Some(group) => {
                    ids.groups.insert(group.id.clone());
                }
                None => no_groups.push(line),
            }
        }
        let unnamed = |id: &&String| known.line_of_user(id).is_none();
        ids.users.extend(app.into_iter().flat_map(App::direct_users).filter(unnamed).cloned());
        let assigned = app.into_iter().flat_map(|app| app.group_assignments.keys());
        ids.groups.extend(assigned.filter(|id| known.line_of_group(id).is_none()).cloned());
        let said = |what: &str, names: &[String]| {
            (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
        };
        let none = "the org has none called";
        let users = [said(none, &unknown), said("deactivated, and so no user:", &deactivated)];
        let users: Vec<String> = users.into_iter().flatten().collect();
        let problems = AssigneeProblems {
            users: (!users.is_empty()).then(|| users.join("; ")),
            groups: said(none, &no_groups),
        };
        (ids, problems)
    }
}

fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(one_line).filter(|line| !line.is_empty()).collect()
}

/// The users and groups of an org, to be found many at a time.
struct Known<'a> {
    org: &'a Org,
    users: HashMap<&'a str, &'a User>,
    logins: HashMap<String, &'a User>,
    group_ids: HashMap<&'a str, &'a Group>,
    groups: HashMap<&'a str, &'a Group>,
}

impl<'a> Known<'a> {
    fn of(org: &'a Org) -> Self {
        Self {
            org,
            users: org.users.iter().map(|user| (user.id.as_str(), user)).collect(),
            logins: org.users.iter().map(|user| (user.login.to_lowercase(), user)).collect(),
            group_ids: org.groups.iter().map(|group| (group.id.as_str(), group)).collect(),
            groups: org.groups.iter().map(|group| (group.name.as_str(), group)).collect(),
        }
    }

    fn user(&self, line: &str) -> Option<&'a User> {
        let by_login = self.logins.get(&line.to_lowercase()).copied();
        by_login.or_else(|| self.org.user_by_name(line))
    }

    /// The line by which a user is found again.
    fn line_of_user(&self, id: &str) -> Option<String> {
        let login = one_line(&self.users.get(id)?.login);
        let found = self.user(&login).filter(|user| user.status != UserStatus::Deprovisioned);
        (found?.id == id).then_some(login)
    }

    /// The line by which a group is found again.
    fn line_of_group(&self, id: &str) -> Option<String> {
        let name = one_line(&self.group_ids.get(id)?.name);
        (self.groups.get(name.as_str())?.id == id).then_some(name)
    }
}
