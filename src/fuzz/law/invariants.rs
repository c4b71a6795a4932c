//! Laws about one played world.

use std::collections::BTreeSet;

use super::comparison::{broken, difference, row, stored, text};
use super::facts::{defaults, entry_of, logs_in, mappings, switch};
use crate::fuzz::{Action, Judged, Played, PlayedStep, Script, Switch, World};
use crate::saml::AttributeValue;
use crate::sp::{State, SyncWhen, User, UserStatus};

/// Where everybody is refused, what is stored stays as it is.
pub(super) fn refusal_leaves_no_trace(script: &Script, played: &Played) -> Judged {
    for (action, step) in acting(script, played) {
        let refused = !step.attempts.is_empty()
            && step.attempts.iter().all(|attempt| !attempt.outcome.class.is_accepted());
        let (Some(before), Some(after)) = (&step.before, &step.after) else { continue };
        if refused && let Some(change) = changed(script, before, after, &[]) {
            let law = "refusal-leaves-no-trace";
            let why = (change.clone(), format!("a refused login left something behind: {change}"));
            return Err(broken(law, script, action, "what is stored stays".into(), why));
        }
    }
    Ok(())
}

/// Nobody but who acts is changed.
pub(super) fn bystanders_stay(script: &Script, played: &Played) -> Judged {
    for (action, step) in acting(script, played) {
        let person = script.world.actions[action].person().unwrap_or_default();
        let (Some(before), Some(after)) = (&step.before, &step.after) else { continue };
        if let Some(change) = changed(script, before, after, &[script.email_of(person)]) {
            let why = (change.clone(), format!("somebody else changed: {change}"));
            let expected = "everybody else stays".into();
            return Err(broken("bystanders-stay", script, action, expected, why));
        }
    }
    Ok(())
}

/// With sync off, a login leaves an existing user as they are.
///
/// Not held where SAML-only and defaults come together (facts T8), nor of a user whom the login
/// makes active (facts D17), nor before every change of the switch is out of every cache: an entry
/// counts whose sync was never on. An SP that always syncs has no switch to be off.
pub(super) fn sync_off_leaves_existing(script: &Script, played: &Played) -> Judged {
    if script.case.profile.rules.sync == SyncWhen::Always {
        return Ok(());
    }
    for (action, step) in acting(script, played) {
        let Some(person) = logs_in(script, action) else { continue };
        let (world, entry) = (&script.world, entry_of(&script.world, person));
        let only = |wanted, value| switch(world, &entry, wanted, action) == BTreeSet::from([value]);
        let t8 = !only(Switch::EnforceSaml, false) && defaults(world, &entry, action).count() > 0;
        if !only(Switch::SyncUserRoles, false) || t8 {
            continue;
        }
        let (Some(before), Some(after)) = (&step.before, &step.after) else { continue };
        let email = script.email_of(person);
        let known = before.users_of(email).next();
        let Some(known) = known.filter(|user| user.status == UserStatus::Active) else { continue };
        let now = after.users_of(email).next().map(row);
        if now.as_ref() != Some(&row(known)) {
            let is = now.clone().unwrap_or_default();
            let why = (text(now.as_ref()), difference(&row(known), &is));
            let law = "sync-off-leaves-existing";
            return Err(broken(law, script, action, text(Some(&row(known))), why));
        }
    }
    Ok(())
}

/// Values that no mapping names give nothing beyond the defaults.
///
/// Values are compared byte for byte, whatever their attribute. Not held where groups become teams.
pub(super) fn unknown_value_gives_nothing(script: &Script, played: &Played) -> Judged {
    for (action, step) in acting(script, played) {
        let Some(person) = logs_in(script, action) else { continue };
        let world = &script.world;
        let entry = entry_of(world, person);
        let teams = world.entry(&entry).is_none_or(|entry| entry.teams.is_some());
        if teams || is_named(world, action, person) {
            continue;
        }
        let (Some(before), Some(after)) = (&step.before, &step.after) else { continue };
        let email = script.email_of(person);
        let held = before.users_of(email).flat_map(|user| user.roles.lines());
        let given = defaults(world, &entry, action).map(|(on, role)| format!("{on} {role}"));
        let mut allowed: BTreeSet<String> = held.chain(given).collect();
        // What every organization's annotator is (facts P19), and the project that stands in where
        // no default is configured (facts K25), are no privilege of a value's.
        allowed.insert("account annotator".into());
        let project = script.case.profile.rules.default_project.iter();
        allowed.extend(project.map(|project| format!("project {project} member")));
        let is: BTreeSet<String> =
            after.users_of(email).flat_map(|user| user.roles.lines()).collect();
        if !is.is_subset(&allowed) {
            let extra: BTreeSet<String> = is.difference(&allowed).cloned().collect();
            let why = (text(Some(&is)), difference(&BTreeSet::new(), &extra));
            let expected = "nothing that was not held, and no more than the defaults".into();
            let law = "unknown-value-gives-nothing";
            return Err(broken(law, script, action, expected, why));
        }
    }
    Ok(())
}

/// Whether a value that is sent of a person stands in a mapping.
fn is_named(world: &World, action: usize, person: &str) -> bool {
    let entry = entry_of(world, person);
    let sent = world.attributes_at(action, person);
    let mut values = sent.into_iter().flat_map(|sent| &sent.0).flat_map(|one| &one.values);
    values.any(|value| {
        let AttributeValue::Text(text) = value else { return false };
        let mut pairs = mappings(world, &entry, action).flat_map(|mapping| &mapping.when);
        pairs.any(|(_, wanted)| wanted == text)
    })
}

/// The actions in which somebody tries something, with what was seen.
fn acting<'a>(
    script: &'a Script,
    played: &'a Played,
) -> impl Iterator<Item = (usize, &'a PlayedStep)> {
    let steps = script.world.actions.iter().zip(&played.steps).enumerate();
    steps.filter_map(|(action, (done, step))| {
        let tries = matches!(
            done,
            Action::Login { .. }
                | Action::PasswordLogin { .. }
                | Action::Probe { .. }
                | Action::Logout { .. }
        );
        (tries && script.steps[action].is_some()).then_some((action, step))
    })
}

/// The first user, but for those of these addresses, who is not stored as before.
fn changed(script: &Script, before: &State, after: &State, but: &[&str]) -> Option<String> {
    let others = |user: &&&User| !but.iter().any(|email| email.eq_ignore_ascii_case(&user.email));
    let name = |user: &User| script.person_of(&user.email).unwrap_or(&user.email).to_owned();
    let (old, new) = (stored(before), stored(after));
    let gone = old.values().filter(others).find_map(|user| match new.get(user.id.as_str()) {
        None => Some(format!("{} is gone", name(user))),
        Some(now) if now != user => {
            Some(format!("{}: {}", name(user), difference(&row(user), &row(now))))
        }
        Some(_) => None,
    });
    let came = new.values().filter(others).find(|user| !old.contains_key(user.id.as_str()));
    gone.or_else(|| came.map(|user| format!("{} is new", name(user))))
}
