//! What an existing user without a match gets: which values of the knob fit what was seen.

use std::collections::BTreeSet;

use super::record::Login;
use crate::sp::{NoMatchExisting, OutcomeClass, SyncScope};

const ALL: [NoMatchExisting; 5] = [
    NoMatchExisting::Unchanged,
    NoMatchExisting::ApplyDefaults,
    NoMatchExisting::DefaultsIfNoMembership,
    NoMatchExisting::Strip,
    NoMatchExisting::Reject,
];

/// What the values of the knob work with.
pub(super) struct Ground<'a> {
    /// The line of the default role.
    pub(super) defaults: &'a str,
    /// The lines of the roles that were given by hand.
    pub(super) by_hand: &'a [String],
    /// The one of them that no mapping names.
    pub(super) unlinked: &'a str,
    /// What the sync scope may be.
    pub(super) scopes: &'a [SyncScope],
}

/// The values that fit a login; none where the SP did something else, `None` where it is not known
/// what it did.
pub(super) fn fitting(login: &Login, ground: &Ground<'_>) -> Option<Vec<NoMatchExisting>> {
    if !login.entered() {
        let refused = login.outcome.class == OutcomeClass::Rejected;
        return Some(if refused { vec![NoMatchExisting::Reject] } else { Vec::new() });
    }
    let (held, holds) = (grants(login.held.as_ref()?), grants(login.holds.as_ref()?));
    let fits = |choice: &NoMatchExisting| predicted(*choice, &held, ground).contains(&holds);
    Some(ALL.into_iter().filter(fits).collect())
}

/// The grants that a value can leave, one set for each possible scope.
fn predicted(
    choice: NoMatchExisting,
    held: &BTreeSet<String>,
    ground: &Ground<'_>,
) -> Vec<BTreeSet<String>> {
    let defaults = BTreeSet::from([ground.defaults.to_owned()]);
    match choice {
        NoMatchExisting::Reject => Vec::new(),
        NoMatchExisting::Strip => {
            let left = |scope: &SyncScope| match scope {
                SyncScope::LinkedTargets => kept(SyncScope::LinkedTargets, held, ground),
                _ => BTreeSet::new(),
            };
            ground.scopes.iter().map(left).collect()
        }
        NoMatchExisting::DefaultsIfNoMembership if held.is_empty() => vec![defaults],
        NoMatchExisting::DefaultsIfNoMembership | NoMatchExisting::Unchanged => vec![held.clone()],
        NoMatchExisting::ApplyDefaults => {
            let after = |scope: &SyncScope| &kept(*scope, held, ground) | &defaults;
            ground.scopes.iter().map(after).collect()
        }
    }
}

/// What a sync that gives none of it leaves.
fn kept(scope: SyncScope, held: &BTreeSet<String>, ground: &Ground<'_>) -> BTreeSet<String> {
    let stays = |line: &&String| match scope {
        SyncScope::ReplaceAll => false,
        SyncScope::ManagedOnly => ground.by_hand.contains(line),
        SyncScope::LinkedTargets => **line == ground.unlinked,
        SyncScope::Additive => true,
    };
    held.iter().filter(stays).cloned().collect()
}

/// The lines without the account role.
pub(super) fn grants(lines: &BTreeSet<String>) -> BTreeSet<String> {
    lines.iter().filter(|line| !line.starts_with("account ")).cloned().collect()
}
