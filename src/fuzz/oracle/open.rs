//! Knobs that a profile does not declare: each of their values is right.

use std::collections::{BTreeMap, BTreeSet};

use super::login::Login;
use crate::saml::AttributeValue;
use crate::sp::{
    AbsentAttribute, AdminRevocable, DefaultsCombine, Entry, ExistingNoMatch, LastAdmin, Multi,
    NoMatchExisting, NoMatchNew, RepeatedAttribute, Resource, Role, Rules, SpProfile, SyncScope,
    SyncWhen, TargetKind, Targets, WhiteSpace,
};

/// A knob that decides what a login gives.
#[derive(Debug)]
struct Knob {
    name: &'static str,
    /// Sets it to each of its values.
    set: &'static [fn(&mut Rules)],
    /// Whether it can make a difference to a login. Where it can make none, its values are not gone
    /// through: all knobs together have millions of combinations.
    matters: fn(&Login<'_>, &Entry) -> bool,
}

/// `knob!(field: Type { Value, … }, |login, entry| …)`.
macro_rules! knob {
    ($field:ident: $type:ident { $($value:ident),+ }, $matters:expr) => {
        Knob {
            name: stringify!($field),
            set: &[$(|rules| rules.$field = $type::$value),+],
            matters: $matters,
        }
    };
}

/// The knobs that decide what a login gives. What else is in `[rules]` says what an SP is, and a
/// profile that leaves it out means the default.
const KNOBS: &[Knob] = &[
    knob!(no_match_new: NoMatchNew { Defaults, Reject, BareMember }, |login, _| !login.is_known()),
    knob!(
        existing_no_match:
            NoMatchExisting { ApplyDefaults, Unchanged, DefaultsIfNoMembership, Strip, Reject },
        |login, entry| login.is_known() && is_synced(entry) && has_defaults(entry)
    ),
    knob!(
        existing_no_match_enforced_sync_off:
            NoMatchExisting { DefaultsIfNoMembership, Unchanged, ApplyDefaults, Strip, Reject },
        |login, entry| login.is_known() && !is_synced(entry) && has_defaults(entry)
    ),
    knob!(
        existing_no_match_defaults_off:
            NoMatchExisting { Reject, Unchanged, ApplyDefaults, DefaultsIfNoMembership, Strip },
        |login, entry| login.is_known() && is_synced(entry) && !has_defaults(entry)
    ),
    knob!(
        existing_no_match_sync_off: ExistingNoMatch { AllowUnchanged, Reject },
        |login, entry| login.is_known() && !is_synced(entry) && !has_defaults(entry)
    ),
    knob!(sync_scope: SyncScope { ReplaceAll, ManagedOnly, LinkedTargets, Additive }, |login, _| {
        login.is_known()
    }),
    knob!(admin_revocable: AdminRevocable { Yes, No }, |login, _| login.is_known()),
    knob!(last_admin: LastAdmin { Demote, Keep, Reject }, |login, _| login.is_known()),
    knob!(multi_org: Multi { MostPermissive, First, Last }, |_, entry| {
        is_given_twice(entry, |on, _| matches!(on, Resource::Org(_)))
    }),
    knob!(multi_space: Multi { MostPermissive, First, Last }, |_, entry| {
        is_given_twice(entry, |on, _| matches!(on, Resource::Space { .. }))
    }),
    knob!(multi_custom: Multi { First, Last, MostPermissive }, |_, entry| {
        is_given_twice(entry, |on, role| {
            matches!(role, Role::Custom(_)) || matches!(on, Resource::Project(_))
        })
    }),
    knob!(defaults_combine: DefaultsCombine { OnlyIfNoMatch, OnTop }, |_, entry| {
        has_defaults(entry)
    }),
    knob!(absent_attribute: AbsentAttribute { NoGroups, Keep }, |login, _| login.is_known()),
    knob!(repeated_attribute: RepeatedAttribute { Merge, First, Last }, |login, _| {
        let sent = &login.attributes.0;
        let names: BTreeSet<&str> = sent.iter().map(|attribute| attribute.name.as_str()).collect();
        names.len() < sent.len()
    }),
    knob!(white_space: WhiteSpace { Exact, Trim }, |login, entry| {
        let sent = login.attributes.0.iter().flat_map(|attribute| &attribute.values);
        let wanted = entry.mappings.iter().flat_map(|mapping| &mapping.when);
        let wanted = wanted.map(|(_, value)| value.as_str());
        sent.filter_map(AttributeValue::text).chain(wanted).any(|text| text.trim() != text)
    }),
    knob!(targets: Targets { IgnoreUnknown, MustExist, AutoCreate }, |login, entry| {
        let mut roles = entry.mappings.iter().flat_map(|mapping| &mapping.roles);
        roles.any(|(on, _)| !login.existing.contains(on))
    }),
];

fn is_synced(entry: &Entry) -> bool {
    match entry.rules.sync {
        SyncWhen::Flag => entry.settings.sync_user_roles,
        SyncWhen::Always => true,
        SyncWhen::Never => false,
    }
}

fn has_defaults(entry: &Entry) -> bool {
    entry.settings.allow_login_with_defaults
        && (entry.defaults.is_some() || entry.rules.default_project.is_some())
}

/// Whether two mappings give roles, of those that count, on one thing.
fn is_given_twice(entry: &Entry, counts: impl Fn(&Resource, &Role) -> bool) -> bool {
    let mut given: BTreeMap<&Resource, usize> = BTreeMap::new();
    let roles = entry.mappings.iter().flat_map(|mapping| &mapping.roles);
    for (on, _) in roles.filter(|(on, role)| counts(on, role)) {
        *given.entry(on).or_default() += 1;
    }
    given.values().any(|count| *count > 1)
}

/// The knobs that are open; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenRules {
    names: BTreeSet<&'static str>,
}

impl OpenRules {
    /// The knobs that a profile leaves out of `[rules]`. The embedded SP is what its profile says
    /// with all defaults, so there none is open.
    pub fn undeclared(profile: &SpProfile) -> Self {
        if profile.target == TargetKind::Reference {
            return Self::default();
        }
        let names = KNOBS.iter().map(|knob| knob.name);
        Self { names: names.filter(|name| !profile.declared.contains(*name)).collect() }
    }

    /// The knobs of these names; others are not known and left out.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: BTreeSet<&str> = names.into_iter().collect();
        let all = KNOBS.iter().map(|knob| knob.name);
        Self { names: all.filter(|name| names.contains(name)).collect() }
    }

    /// Whether every knob is declared.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The rules of an entry with every combination of what is open and can matter to a login, the
    /// declared ones first.
    pub(super) fn readings<'a>(
        &'a self,
        login: &Login<'_>,
        entry: &'a Entry,
    ) -> impl Iterator<Item = Rules> + 'a {
        let open = |knob: &&Knob| self.names.contains(knob.name) && (knob.matters)(login, entry);
        let knobs: Vec<&'static Knob> = KNOBS.iter().filter(open).collect();
        let count: usize = knobs.iter().map(|knob| knob.set.len()).product();
        let others = if knobs.is_empty() { 0 } else { count };
        std::iter::once(entry.rules.clone())
            .chain((0..others).filter_map(move |number| reading(&knobs, &entry.rules, number)))
    }
}

/// One combination; `None` if it is what is declared.
fn reading(knobs: &[&Knob], rules: &Rules, mut number: usize) -> Option<Rules> {
    let mut read = rules.clone();
    for knob in knobs {
        knob.set[number % knob.set.len()](&mut read);
        number /= knob.set.len();
    }
    (read != *rules).then_some(read)
}
