//! The documented semantics: who is created, updated, left alone or refused.
//!
//! Letters in comments name the rows of facts/service-provider-semantics.md: T the table of all 32
//! cells, P the evaluation of mappings, Y what a sync removes, K the rows of k6 Cloud.

use std::collections::BTreeSet;

use super::apply::{add, apply, strip};
use super::matching::{hits, is_silent, missing};
use super::merge::{account_of, merge};
use super::targets::{drop_dangling, exists, named_teams, with_memberships};
use super::{
    AbsentAttribute, AccountRole, BuiltinRole, Decision, DefaultsCombine, Entry, ExistingNoMatch,
    Explanation, Grant, GrantSource, MappingId, NoMatchExisting, NoMatchNew, Reason, Resource,
    Role, Roles, SyncWhen, Targets, User,
};
use crate::saml::Attributes;

/// Decides what becomes of an assertion that every check has accepted and every gate let through.
///
/// `existing` are the resources that can be granted. Pure: the same inputs decide the same.
pub fn decide(
    entry: &Entry,
    existing: &BTreeSet<Resource>,
    user: Option<&User>,
    attributes: &Attributes,
) -> Decision {
    explain(entry, existing, user, attributes).decision
}

/// [`decide`], with what led to it.
pub fn explain(
    entry: &Entry,
    existing: &BTreeSet<Resource>,
    user: Option<&User>,
    attributes: &Attributes,
) -> Explanation {
    let reading = Reading::of(entry, existing, attributes);
    // K1.
    let (row, decision, knob) = if missing(&entry.rules, attributes).is_some() {
        ("K1", Decision::Reject(Reason::MissingAttribute), Some("required_attributes"))
    } else {
        match user {
            None => reading.reachable(new_user(entry, &reading)),
            Some(user) => reading.reachable(existing_user(entry, user, &reading, attributes)),
        }
    };
    let combined = entry.rules.defaults_combine == DefaultsCombine::OnTop && reading.matched;
    let combined = combined.then_some("defaults_combine");
    Explanation {
        decision,
        row,
        hits: reading.hits,
        teams: reading.teams,
        knobs: knob.into_iter().chain(combined).collect(),
        dropped: reading.dropped,
    }
}

/// A row of the facts, what it decides, and the knob that was asked where the row leaves it open.
type Ruling = (&'static str, Decision, Option<&'static str>);

/// The cells of a new user. Neither `enforce_saml` nor `sync_user_roles` is asked (trap 7), nor
/// `sync`: an SP that never syncs gives roles once.
fn new_user(entry: &Entry, reading: &Reading) -> Ruling {
    let knob = Some("no_match_new");
    match (reading.matched, &reading.defaults) {
        // T1: the mappings' roles, and the defaults are not added.
        (true, _) => ("T1", reading.create(&reading.want), None),
        (false, Defaults::These(_) | Defaults::Gone)
            if entry.rules.no_match_new == NoMatchNew::Reject =>
        {
            ("T2", Decision::Reject(Reason::NoRoleMatch), knob)
        }
        // T2.
        (false, Defaults::These(defaults)) => ("T2", reading.create(defaults), None),
        // P21 for the defaults: there is nothing left to give.
        (false, Defaults::Gone) => ("T2", Decision::Reject(Reason::DanglingTarget), None),
        (false, Defaults::Off) if entry.rules.no_match_new == NoMatchNew::BareMember => {
            ("T3", reading.create(&Roles::default()), knob)
        }
        // T3: also with SAML-only on, which has no values of its own to give.
        (false, Defaults::Off) => ("T3", Decision::Reject(Reason::NoRoleMatch), None),
    }
}

/// The cells of a user whom the SP has already.
fn existing_user(entry: &Entry, user: &User, reading: &Reading, attributes: &Attributes) -> Ruling {
    let rules = &entry.rules;
    let enforce = entry.settings.enforce_saml;
    let sync = match rules.sync {
        SyncWhen::Flag => entry.settings.sync_user_roles,
        SyncWhen::Always => true,
        // K6–K8: this SP never looks at a user's groups again, whatever the switches say.
        SyncWhen::Never => return ("K8", Decision::Unchanged, Some("sync")),
    };
    // P22: an SP may take silence for "nothing is said".
    if sync && rules.absent_attribute == AbsentAttribute::Keep && is_silent(entry, attributes) {
        return ("P22", Decision::Unchanged, Some("absent_attribute"));
    }
    let synced = || reading.update(apply(&user.roles, &reading.want, entry));
    let no_match = |choice| reading.without_match(choice, user, entry);
    let defaults = !matches!(reading.defaults, Defaults::Off);
    match (enforce, sync, defaults, reading.matched) {
        (_, true, _, true) => ("T4", synced(), None),
        (_, false, _, true) => ("T5", Decision::Unchanged, None),
        (true, true, true, false) => ("T6", no_match(NoMatchExisting::ApplyDefaults), None),
        (false, true, true, false) => {
            ("T7", no_match(rules.existing_no_match), Some("existing_no_match"))
        }
        (true, false, true, false) => {
            let choice = rules.existing_no_match_enforced_sync_off;
            ("T8", no_match(choice), Some("existing_no_match_enforced_sync_off"))
        }
        (false, false, true, false) => ("T9", Decision::Unchanged, None),
        (_, true, false, false) => {
            let choice = rules.existing_no_match_defaults_off;
            let knob = (choice != NoMatchExisting::Reject).then_some(DEFAULTS_OFF);
            ("T10", no_match(choice), knob)
        }
        (_, false, false, false) => {
            let decision = match rules.existing_no_match_sync_off {
                ExistingNoMatch::AllowUnchanged => Decision::Unchanged,
                ExistingNoMatch::Reject => Decision::Reject(Reason::NoRoleMatch),
            };
            ("T11", decision, Some("existing_no_match_sync_off"))
        }
    }
}

const DEFAULTS_OFF: &str = "existing_no_match_defaults_off";

/// What an assertion says under an entry's configuration, whoever it is about.
struct Reading {
    hits: Vec<MappingId>,
    teams: Vec<String>,
    /// P24: there is a role to give, or the admin flag. A hit that gives nothing is no match.
    matched: bool,
    want: Roles,
    missing: Vec<Resource>,
    dropped: Vec<Resource>,
    /// A mapping's target is not there, and the SP insists on it.
    unreachable: bool,
    defaults: Defaults,
}

/// The defaults as far as they can be given.
enum Defaults {
    /// The switch is off, or there are no values.
    Off,
    /// Not one of their targets exists (any more).
    Gone,
    /// These.
    These(Roles),
}

impl Reading {
    fn of(entry: &Entry, existing: &BTreeSet<Resource>, attributes: &Attributes) -> Self {
        let hits = hits(entry, attributes);
        let teams = named_teams(entry, existing, attributes);
        let there =
            |resource: &Resource| exists(existing, resource) || teams.missing.contains(resource);
        let makes = entry.rules.targets == Targets::AutoCreate;
        let mut want = merge(&hits, &teams.joined, existing, &entry.rules);
        let mut dropped = drop_dangling(&mut want, |resource| makes || there(resource));
        let unreachable = entry.rules.targets == Targets::MustExist && !dropped.is_empty();
        let matched = !want.grants.is_empty() || want.account == AccountRole::Admin;
        let (offered, gone) = default_roles(entry, there);
        dropped.extend(gone);
        dropped.sort();
        dropped.dedup();
        if entry.rules.defaults_combine == DefaultsCombine::OnTop {
            want = add(&want, &offered);
        }
        with_memberships(&mut want);
        if want.account != AccountRole::Admin {
            want.account = account_of(&want);
        }
        let unknown = want.grants.keys().filter(|resource| !there(resource)).cloned();
        let missing =
            unknown.collect::<Vec<_>>().into_iter().chain(teams.missing.clone()).collect();
        let given = entry.defaults.is_some() || entry.rules.default_project.is_some();
        let defaults = match (entry.settings.allow_login_with_defaults, given) {
            (false, _) | (_, false) => Defaults::Off,
            _ if offered.grants.is_empty() => Defaults::Gone,
            _ => Defaults::These(offered),
        };
        Self {
            hits: hits.into_iter().map(|mapping| mapping.id.clone()).collect(),
            teams: teams.joined,
            matched,
            want,
            missing,
            dropped,
            unreachable,
            defaults,
        }
    }

    /// P21, where every target must exist: a login that would give less than its mappings say is
    /// refused. One that writes nothing is none of this.
    fn reachable(&self, ruling: Ruling) -> Ruling {
        match ruling.1 {
            Decision::Create { .. } | Decision::Update { .. } if self.unreachable => {
                ("P21", Decision::Reject(Reason::DanglingTarget), Some("targets"))
            }
            _ => ruling,
        }
    }

    fn create(&self, roles: &Roles) -> Decision {
        Decision::Create { roles: roles.clone(), resources: self.missing.clone() }
    }

    fn update(&self, roles: Roles) -> Decision {
        Decision::Update { roles, resources: self.missing.clone() }
    }

    /// T6–T8, T10: an existing user whom no mapping matches, while roles are synced or the defaults
    /// are on.
    fn without_match(&self, choice: NoMatchExisting, user: &User, entry: &Entry) -> Decision {
        let defaults = match &self.defaults {
            Defaults::These(defaults) => Some(defaults),
            Defaults::Off | Defaults::Gone => None,
        };
        match (choice, defaults) {
            (NoMatchExisting::Unchanged, _) => Decision::Unchanged,
            (NoMatchExisting::Strip, _) => self.update(strip(&user.roles, entry)),
            (NoMatchExisting::Reject, _) => Decision::Reject(Reason::NoRoleMatch),
            (NoMatchExisting::DefaultsIfNoMembership, _) if !user.roles.grants.is_empty() => {
                Decision::Unchanged
            }
            (_, None) if matches!(self.defaults, Defaults::Off) => {
                Decision::Reject(Reason::NoRoleMatch)
            }
            // P21 for the defaults: giving nothing would take everything.
            (_, None) => Decision::Reject(Reason::DanglingTarget),
            (NoMatchExisting::ApplyDefaults, Some(defaults)) => {
                self.update(apply(&user.roles, defaults, entry))
            }
            (NoMatchExisting::DefaultsIfNoMembership, Some(defaults)) => {
                self.update(add(&user.roles, defaults))
            }
        }
    }
}

/// The entry's default roles, and those of their targets that do not exist. They never make an
/// account admin.
fn default_roles(entry: &Entry, there: impl Fn(&Resource) -> bool) -> (Roles, Vec<Resource>) {
    let mut roles = Roles::default();
    for grant in entry.defaults.iter().flat_map(|defaults| &defaults.grants) {
        roles.set(Grant { source: GrantSource::Default, ..grant.clone() });
    }
    // K25: the organization's own project, where none is configured.
    if let (None, Some(project)) = (&entry.defaults, &entry.rules.default_project) {
        roles.set(Grant {
            resource: Resource::Project(project.clone()),
            role: Role::Builtin(BuiltinRole::Member),
            source: GrantSource::Default,
        });
    }
    let gone = drop_dangling(&mut roles, there);
    with_memberships(&mut roles);
    roles.account = account_of(&roles);
    (roles, gone)
}
