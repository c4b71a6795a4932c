//! Each law can be broken, and an honest SP breaks none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use samlproof::fuzz::{
    Action, Capabilities, Judged, Law, LawKind, Played, Script, Side, StoredUser, Switch, World,
    WorldEntry, strategies,
};
use samlproof::reference::Fault;
use samlproof::scenario::Catalogue;
use samlproof::sp::{
    AccountRole, EntryName, Grant, GrantSource, MappingId, OutcomeClass, Resource, Role,
    RoleMapping, SpProfile, SyncWhen, User, UserStatus,
};

use super::{Ground, person, sample};

/// Plays what a law asks for, and lets it be changed before the law sees it.
fn judged(
    ground: &Ground,
    law: &Law,
    world: &World,
    tamper: impl Fn(&Script, &mut Played),
) -> Option<Judged> {
    let script = ground.script(world);
    let mut played = ground.play(&script);
    Some(match law.kind {
        LawKind::Invariant(holds) => {
            tamper(&script, &mut played);
            holds(&script, &played)
        }
        LawKind::Metamorphic { variant, compare } => {
            let other = ground.script(&(0..20).find_map(|seed| variant(&script, seed))?);
            let mut again = ground.play(&other);
            tamper(&other, &mut again);
            let side = |script, played| Side { script, played };
            compare(side(&script, &played), side(&other, &again))
        }
    })
}

#[test]
fn an_honest_sp_breaks_no_law() {
    for name in ["arize-eu", "k6-cloud"] {
        let ground = Ground::new(name, None);
        // Each law is held of the first worlds of which it says something.
        let mut spoken: BTreeMap<&str, usize> = BTreeMap::new();
        for world in sample(strategies::world(&Capabilities::of(&ground.profile)), 60) {
            for law in Law::ALL {
                if spoken.get(law.name).is_some_and(|times| *times >= 6) {
                    continue;
                }
                let Some(judged) = judged(&ground, law, &world, |_, _| {}) else { continue };
                *spoken.entry(law.name).or_default() += 1;
                if let Err(found) = judged {
                    panic!("{found}\n{found:#?}\n{world:#?}");
                }
            }
        }
        let spoken: BTreeSet<&str> = spoken.into_keys().collect();
        let all: BTreeSet<&str> = Law::ALL.iter().map(|law| law.name).collect();
        let silent: Vec<_> = all.difference(&spoken).collect();
        if name == "arize-eu" {
            assert!(silent.is_empty(), "{silent:?} said nothing of any world");
        }
    }
}

fn role(resource: &str, role: &str) -> (Resource, Role) {
    (resource.to_owned().try_into().unwrap(), role.to_owned().try_into().unwrap())
}

fn mapping(id: &str, value: &str, given: &str) -> RoleMapping {
    RoleMapping {
        id: MappingId(id.into()),
        when: vec![("groups".into(), value.into())],
        account_admin: false,
        roles: vec![role(given, "member")],
    }
}

/// Jane is new and matches; carol is known and may use a password; sync is off.
fn world() -> World {
    let mappings = vec![
        mapping("researchers", "ml-team", "org research"),
        mapping("others", "ml-ops", "org sales"),
    ];
    World {
        entries: vec![WorldEntry::new("main", mappings)],
        people: vec![person("jane", &["ml-team", "ml-ops"]), person("carol", &["ml-none"])],
        stored: vec![StoredUser {
            person: "carol".into(),
            status: UserStatus::Active,
            account_admin: false,
            has_password: true,
            roles: vec![role("org sales", "read-only")],
        }],
        actions: vec![
            Action::login("jane"),
            Action::login("carol"),
            Action::PasswordLogin { person: "carol".into() },
        ],
    }
}

fn user<'p>(script: &Script, played: &'p mut Played, step: usize, name: &str) -> &'p mut User {
    let after = played.steps[step].after.as_mut().unwrap();
    let email = script.email_of(name).to_owned();
    after.users.iter_mut().find(|user| user.email == email).unwrap()
}

fn grant(user: &mut User, resource: &str, level: &str) {
    let (resource, role) = role(resource, level);
    user.roles.set(Grant { resource, role, source: GrantSource::Manual });
}

/// The law holds of what an honest SP does, and sees what `tamper` does to it.
#[track_caller]
fn can_fail(name: &str, world: &World, tamper: impl Fn(&Script, &mut Played)) {
    let ground = Ground::new("arize-eu", None);
    let law = Law::named(name).unwrap();
    let honest = judged(&ground, law, world, |_, _| {}).expect("the law speaks of this world");
    assert_eq!(honest, Ok(()));
    let found = judged(&ground, law, world, tamper).unwrap().expect_err("the law was broken");
    assert_eq!(found.judge.to_string(), format!("law {name}"));
    assert!(!found.difference.is_empty() && !found.difference.contains('\n'), "{found:?}");
}

#[test]
fn a_refusal_that_leaves_a_user_is_seen() {
    let mut refused = world();
    refused.people[0] = person("jane", &["ml-other"]);
    can_fail("refusal-leaves-no-trace", &refused, |script, played| {
        let mut left = user(script, played, 0, "carol").clone();
        left.id = "new".into();
        left.email = script.email_of("jane").into();
        played.steps[0].after.as_mut().unwrap().users.push(left);
    });
}

#[test]
fn a_bystander_who_changes_is_seen() {
    can_fail("bystanders-stay", &world(), |script, played| {
        grant(user(script, played, 0, "carol"), "org research", "admin");
    });
}

#[test]
fn a_sync_that_is_off_and_happens_is_seen() {
    can_fail("sync-off-leaves-existing", &world(), |script, played| {
        grant(user(script, played, 1, "carol"), "org research", "read-only");
    });
}

#[test]
fn an_sp_that_always_syncs_has_no_switch_that_is_off() {
    let ground = Ground::new("arize-eu", None);
    let mut script = ground.script(&world());
    let mut played = ground.play(&script);
    grant(user(&script, &mut played, 1, "carol"), "org research", "read-only");
    let law = Law::named("sync-off-leaves-existing").unwrap();
    let LawKind::Invariant(holds) = law.kind else { panic!("it looks at one world") };
    assert!(holds(&script, &played).is_err());
    let mut always = SpProfile::clone(&script.case.profile);
    always.rules.sync = SyncWhen::Always;
    script.case.profile = Arc::new(always);
    assert_eq!(holds(&script, &played), Ok(()));
}

#[test]
fn a_privilege_from_nowhere_is_seen() {
    can_fail("unknown-value-gives-nothing", &world(), |script, played| {
        user(script, played, 1, "carol").roles.account = AccountRole::Admin;
    });
}

#[test]
fn a_value_that_counts_by_its_place_is_seen() {
    let lose = |script: &Script, played: &mut Played| {
        user(script, played, 0, "jane").roles.grants.pop_first();
    };
    can_fail("order-of-values", &world(), lose);
    can_fail("unreferenced-attribute", &world(), lose);
    can_fail("order-of-mappings", &world(), lose);
}

#[test]
fn a_pair_more_that_gives_more_is_seen() {
    can_fail("added-pair-narrows", &world(), |script, played| {
        if played.steps[0].attempts[0].outcome.class.is_accepted() {
            grant(user(script, played, 0, "jane"), "org lobby", "read-only");
        }
    });
}

#[test]
fn a_second_login_that_changes_something_is_seen() {
    can_fail("login-twice", &world(), |script, played| {
        let last = played.steps.len() - 1;
        user(script, played, last, "jane").roles.grants.clear();
    });
}

#[test]
fn a_known_user_who_keeps_what_a_new_one_does_not_get_is_seen() {
    let mut synced = world();
    synced.entries[0].sync_user_roles = true;
    can_fail("new-and-existing-converge", &synced, |script, played| {
        grant(user(script, played, 0, "jane"), "org lobby", "member");
    });
}

#[test]
fn a_password_that_saml_only_opens_is_seen() {
    let mut tried = world();
    tried.people.push(person("jane2", &[]));
    tried.actions.push(Action::PasswordLogin { person: "jane".into() });
    can_fail("saml-only-shrinks-passwords", &tried, |_, played| {
        for attempt in &mut played.steps[3].attempts {
            attempt.outcome.class = OutcomeClass::Unchanged;
        }
    });
}

#[test]
fn laws_catch_faults_without_the_oracle() {
    let mut synced = world();
    synced.entries[0].sync_user_roles = true;
    let mut off = world();
    off.people[1] = person("carol", &["ml-team"]);
    let mut switched = synced.clone();
    switched.actions.insert(
        0,
        Action::SetSwitch {
            entry: EntryName("main".into()),
            switch: Switch::SyncUserRoles,
            on: true,
        },
    );
    for (fault, law, world) in [
        (Fault::NoMatchLeavesUser, "refusal-leaves-no-trace", {
            let mut refused = world();
            refused.people[0] = person("jane", &["ml-other"]);
            refused
        }),
        (Fault::RefusalCommitsHalf, "refusal-leaves-no-trace", switched),
        (Fault::SyncsWhenOff, "sync-off-leaves-existing", off),
        (Fault::FirstValueOnly, "order-of-values", world()),
        (Fault::SyncOnlyAdds, "new-and-existing-converge", synced),
    ] {
        let ground = Ground::new("arize-eu", Some(fault));
        let law = Law::named(law).unwrap();
        let judged = judged(&ground, law, &world, |_, _| {}).unwrap();
        assert!(judged.is_err(), "{fault} by {}", law.name);
    }
}

#[test]
fn each_law_has_a_sentence_and_a_scenario_that_is_there() {
    let catalogue = Catalogue::embedded().unwrap();
    let names: BTreeSet<&str> = Law::ALL.iter().map(|law| law.name).collect();
    assert_eq!(names.len(), Law::ALL.len());
    for law in Law::ALL {
        assert!(law.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", law.name);
        assert!(law.sentence.ends_with('.') && law.sentence.matches('.').count() == 1);
        let known = catalogue.scenarios.iter().any(|one| one.scenario.id.0 == law.scenario);
        assert!(known, "{} names no scenario: {}", law.name, law.scenario);
    }
}
