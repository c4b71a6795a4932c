//! Other worlds that differ in the configuration, in who is known, or in what is done; and what must
//! be alike in two worlds.

use std::collections::BTreeSet;

use super::Side;
use super::comparison::{Rows, accepted, broken, difference, rows, text};
use super::draw::Draw;
use super::facts::{defaults, entry_of, logs_in, switch};
use crate::fuzz::{Action, Judged, Script, StoredUser, Switch, World};
use crate::sp::{
    AbsentAttribute, AdminRevocable, BuiltinRole, LastAdmin, Multi, NoMatchExisting, Resource,
    Role, SyncScope, SyncWhen, UserStatus,
};

/// A pair more on one of the first mappings: another mapping's, or one that nobody has.
pub(super) fn added_pair(script: &Script, seed: u64) -> Option<World> {
    let mut draw = Draw::new(seed);
    let mut world = script.world.clone();
    let pairs: Vec<(String, String)> =
        world.entries.iter().flat_map(|e| &e.mappings).flat_map(|m| m.when.clone()).collect();
    let mut mappings: Vec<_> =
        world.entries.iter_mut().flat_map(|entry| &mut entry.mappings).collect();
    let place = draw.below(mappings.len());
    let mapping = mappings.get_mut(place)?;
    let (name, _) = pairs.first()?.clone();
    let pair = match draw.below(2) {
        0 => pairs.get(draw.below(pairs.len()))?.clone(),
        _ => (name, "ml-nobody".into()),
    };
    mapping.when.push(pair);
    Some(world)
}

/// Who is new in both worlds enters the narrower one only if they enter the other, and has roles on
/// nothing else. Held of entries without defaults, which are for those whom nothing matches.
pub(super) fn new_users_get_no_more(base: Side<'_>, narrow: Side<'_>) -> Judged {
    const LAW: &str = "added-pair-narrows";
    for action in 0..narrow.played.steps.len() {
        let Some(person) = logs_in(narrow.script, action) else { continue };
        let world = &base.script.world;
        let entry = entry_of(world, person);
        let rules = &base.script.case.profile.rules;
        if defaults(world, &entry, action).count() > 0 || rules.default_project.is_some() {
            continue;
        }
        let is_new = |side: Side<'_>| {
            let before = side.played.steps.get(action).and_then(|step| step.before.as_ref());
            before.is_some_and(|before| {
                before.users_of(side.script.email_of(person)).next().is_none()
            })
        };
        let (Some(wide_rows), Some(rows)) = (rows(base, action), rows(narrow, action)) else {
            continue;
        };
        if !is_new(base) || !is_new(narrow) {
            continue;
        }
        let resources = |rows: &Rows| -> Option<BTreeSet<String>> {
            rows.get(person).map(|row| row.iter().filter_map(|line| held_on(line)).collect())
        };
        let (wide, is) = (resources(&wide_rows), resources(&rows));
        let Some(is) = is else { continue };
        let wide_on = wide.clone().unwrap_or_default();
        if wide.is_none() || !is.is_subset(&wide_on) {
            let extra = match &wide {
                None => "somebody enters whom fewer conditions refuse".to_owned(),
                Some(wide) => difference(wide, &is),
            };
            let why = (text(rows.get(person)), extra);
            let expected = format!("no more than {}", text(wide_rows.get(person)));
            return Err(broken(LAW, narrow.script, action, expected, why));
        }
    }
    Ok(())
}

/// What a line of a row is about, without the role: fewer matches may give another one. That
/// somebody is an annotator or a member is no privilege; that they are an admin is.
fn held_on(line: &str) -> Option<String> {
    match line {
        "account admin" => Some(line.into()),
        _ if line.starts_with("account ") || line.starts_with("user ") => None,
        _ => {
            let role = line.find(" custom:").or_else(|| line.rfind(' '));
            role.map(|role| line[..role].to_owned())
        }
    }
}

/// The mappings of each entry in another order, if the profile says that it does not matter.
pub(super) fn shuffled_mappings(script: &Script, seed: u64) -> Option<World> {
    let rules = &script.case.profile.rules;
    if (rules.multi_org, rules.multi_space) != (Multi::MostPermissive, Multi::MostPermissive) {
        return None;
    }
    let mut draw = Draw::new(seed);
    let mut world = script.world.clone();
    for entry in &mut world.entries {
        draw.shuffle(&mut entry.mappings);
    }
    (world != script.world).then_some(world)
}

/// Everybody enters alike and holds the same roles, but for custom ones and those on projects,
/// where the first mapping wins (facts P9).
pub(super) fn the_same_built_in_roles(base: Side<'_>, other: Side<'_>) -> Judged {
    alike("order-of-mappings", base, other, |line| {
        !line.contains(" custom:") && !line.starts_with("project ")
    })
}

/// Everybody enters alike and holds the same roles, in whatever order values come.
pub(super) fn the_same_in_any_order(base: Side<'_>, other: Side<'_>) -> Judged {
    alike("order-of-values", base, other, |_| true)
}

/// Everybody enters alike and holds the same roles, whatever else is sent.
pub(super) fn the_same_with_more(base: Side<'_>, other: Side<'_>) -> Judged {
    alike("unreferenced-attribute", base, other, |_| true)
}

fn alike(law: &str, base: Side<'_>, other: Side<'_>, counts: impl Fn(&str) -> bool) -> Judged {
    for (action, (was, is)) in base.played.steps.iter().zip(&other.played.steps).enumerate() {
        let (was, is) = (accepted(was), accepted(is));
        if was != is {
            let word = |all: &[bool]| {
                let words = all.iter().map(|one| if *one { "accepted" } else { "refused" });
                words.collect::<Vec<_>>().join(", ")
            };
            let difference = format!("it was {} and is {}", word(&was), word(&is));
            return Err(broken(law, other.script, action, word(&was), (word(&is), difference)));
        }
        let (Some(was), Some(is)) = (rows(base, action), rows(other, action)) else { continue };
        same_rows(law, other.script, action, (was, is), &counts)?;
    }
    Ok(())
}

fn same_rows(
    law: &str,
    script: &Script,
    action: usize,
    (was, is): (Rows, Rows),
    counts: &impl Fn(&str) -> bool,
) -> Judged {
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for name in names {
        let counted = |rows: &Rows| -> Option<BTreeSet<String>> {
            rows.get(name).map(|row| row.iter().filter(|line| counts(line)).cloned().collect())
        };
        let (was, is) = (counted(&was), counted(&is));
        if was != is {
            let differs =
                difference(&was.clone().unwrap_or_default(), &is.clone().unwrap_or_default());
            let why = (format!("{name}: {}", text(is.as_ref())), format!("of {name}: {differs}"));
            let expected = format!("{name}: {}", text(was.as_ref()));
            return Err(broken(law, script, action, expected, why));
        }
    }
    Ok(())
}

/// One login is made twice. Not where the profile treats who was just let in as somebody to refuse
/// or to strip.
pub(super) fn login_twice(script: &Script, seed: u64) -> Option<World> {
    let rules = &script.case.profile.rules;
    let unkind = [NoMatchExisting::Strip, NoMatchExisting::Reject];
    if unkind.contains(&rules.existing_no_match)
        || unkind.contains(&rules.existing_no_match_enforced_sync_off)
    {
        return None;
    }
    let mut world = script.world.clone();
    let logins: Vec<usize> =
        (0..world.actions.len()).filter(|action| logs_in(script, *action).is_some()).collect();
    let action = *logins.get(Draw::new(seed).below(logins.len()))?;
    world.actions.insert(action + 1, world.actions[action].clone());
    Some(world)
}

/// After the last action everybody holds the same roles.
pub(super) fn the_same_in_the_end(once: Side<'_>, twice: Side<'_>) -> Judged {
    let last = |side: Side<'_>| side.played.steps.len().checked_sub(1);
    let (Some(was), Some(is)) = (last(once), last(twice)) else { return Ok(()) };
    let (Some(was), Some(now)) = (rows(once, was), rows(twice, is)) else { return Ok(()) };
    same_rows("login-twice", twice.script, is, (was, now), &|_: &str| true)
}

/// Whoever logs in first was known to the SP before, with roles given by hand.
///
/// Held where sync is on and replaces everything, and where the rules make nothing else of who is
/// known than of who is not.
pub(super) fn known_before(script: &Script, seed: u64) -> Option<World> {
    let rules = &script.case.profile.rules;
    let alike = rules.sync != SyncWhen::Never
        && rules.sync_scope == SyncScope::ReplaceAll
        && rules.existing_no_match == NoMatchExisting::ApplyDefaults
        && rules.absent_attribute == AbsentAttribute::NoGroups
        && rules.admin_revocable == AdminRevocable::Yes
        && rules.last_admin == LastAdmin::Demote
        && rules.sp_initiated_provisions;
    let action = first_login(&script.world)?;
    let person = logs_in(script, action)?.to_owned();
    let mut world = script.world.clone();
    let entry = entry_of(&world, &person);
    let on = |wanted| switch(&world, &entry, wanted, action) == BTreeSet::from([true]);
    let known = world.stored.iter().any(|user| user.person == person);
    if !alike || known || !on(Switch::SyncUserRoles) || !on(Switch::Jit) {
        return None;
    }
    // The project is nobody's otherwise, so it has to go.
    let roles = [
        (Resource::Project("attic".into()), Role::Builtin(BuiltinRole::Member)),
        (Resource::Org("sales".into()), Role::Builtin(BuiltinRole::Admin)),
    ];
    let mut draw = Draw::new(seed);
    world.stored.push(StoredUser {
        person,
        status: UserStatus::Active,
        account_admin: draw.below(2) == 1,
        has_password: false,
        roles: roles.into_iter().take(1 + draw.below(2)).collect(),
    });
    Some(world)
}

/// The first login, if nothing but time and what the IdP sends has changed before it.
fn first_login(world: &World) -> Option<usize> {
    let action = world.actions.iter().position(|one| matches!(one, Action::Login { .. }))?;
    let quiet = world.actions.iter().take(action).all(|one| {
        matches!(
            one,
            Action::SetAttributes { .. }
                | Action::Advance { .. }
                | Action::Probe { .. }
                | Action::Logout { .. }
        )
    });
    quiet.then_some(action)
}

/// After the first login the person holds the same roles, or is refused in both worlds.
pub(super) fn the_same_after_first_login(new: Side<'_>, known: Side<'_>) -> Judged {
    const LAW: &str = "new-and-existing-converge";
    let Some(action) = first_login(&known.script.world) else { return Ok(()) };
    let Some(person) = logs_in(known.script, action) else { return Ok(()) };
    let entered = |side: Side<'_>| {
        side.played.steps.get(action).is_some_and(|step| accepted(step).contains(&true))
    };
    let (was, is) = (entered(new), entered(known));
    if was != is {
        let word = |entered| if entered { "accepted" } else { "refused" };
        let difference = format!("a new user is {}, a known one {}", word(was), word(is));
        let why = (word(is).to_owned(), difference);
        return Err(broken(LAW, known.script, action, word(was).into(), why));
    }
    let (Some(mut was_rows), Some(mut is_rows)) = (rows(new, action), rows(known, action)) else {
        return Ok(());
    };
    if !was {
        return Ok(());
    }
    was_rows.retain(|name, _| name == person);
    is_rows.retain(|name, _| name == person);
    same_rows(LAW, known.script, action, (was_rows, is_rows), &|_: &str| true)
}

/// Every entry allows only SAML logins, all the time. Only of worlds in which passwords are tried.
pub(super) fn saml_only(script: &Script, _seed: u64) -> Option<World> {
    let mut world = script.world.clone();
    world.actions.iter().find(|action| matches!(action, Action::PasswordLogin { .. }))?;
    for entry in &mut world.entries {
        entry.enforce_saml = true;
    }
    for action in &mut world.actions {
        if let Action::SetSwitch { switch: Switch::EnforceSaml, on, .. } = action {
            *on = true;
        }
    }
    (world != script.world).then_some(world)
}

/// Whoever enters by password with SAML only enters without, too.
pub(super) fn no_more_passwords(base: Side<'_>, only: Side<'_>) -> Judged {
    let steps = base.played.steps.iter().zip(&only.played.steps).enumerate();
    for (action, (was, is)) in steps {
        let tried = only.script.world.actions.get(action);
        if !matches!(tried, Some(Action::PasswordLogin { .. })) {
            continue;
        }
        if accepted(is).contains(&true) && !accepted(was).contains(&true) {
            let difference = "a password opens with only SAML allowed what it did not open before";
            let why = ("accepted".to_owned(), difference.to_owned());
            let law = "saml-only-shrinks-passwords";
            return Err(broken(law, only.script, action, "refused".into(), why));
        }
    }
    Ok(())
}
