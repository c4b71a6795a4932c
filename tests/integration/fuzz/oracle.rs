//! The oracle agrees with an honest SP, and with no faulty one.

use samlproof::fuzz::{
    Action, Capabilities, OpenRules, Oracle, PlayedStep, World, WorldEntry, strategies,
};
use samlproof::reference::Fault;
use samlproof::sp::{EntryName, MappingId, OutcomeClass, Resource, Role, RoleMapping, SpProfile};

use super::{Ground, embedded_profile, person, sample};

#[test]
fn an_honest_sp_is_never_found_wrong() {
    for name in ["arize-eu", "k6-cloud"] {
        let ground = Ground::new(name, None);
        let worlds = sample(strategies::world(&Capabilities::of(&ground.profile)), 40);
        for world in worlds {
            let script = ground.script(&world);
            let played = ground.play(&script);
            let open = OpenRules::default();
            let judged = Oracle::new(&script, &open).judge(&played);
            if let Err(found) = judged {
                panic!("{found}\n{found:#?}\n{world:#?}\n{:#?}", played.steps[found.action]);
            }
        }
    }
}

#[test]
fn faulty_sps_are_found_wrong() {
    let honest = Ground::new("arize-eu", None);
    let worlds = sample(strategies::world(&Capabilities::of(&honest.profile)), 150);
    for fault in [Fault::FirstValueOnly, Fault::SyncOnlyAdds, Fault::NamesakeSynced] {
        let ground = Ground::new("arize-eu", Some(fault));
        let found = worlds.iter().any(|world| {
            let script = ground.script(world);
            let open = OpenRules::default();
            Oracle::new(&script, &open).judge(&ground.play(&script)).is_err()
        });
        assert!(found, "{fault}: {}", fault.summary());
    }
}

/// Jane has two groups, and the first is mapped; sync is on.
fn world(actions: Vec<Action>) -> World {
    let mapping = RoleMapping {
        id: MappingId("researchers".into()),
        when: vec![("groups".into(), "ml-team".into())],
        account_admin: false,
        roles: vec![role("org research", "member")],
    };
    let mut main = WorldEntry::new("main", vec![mapping]);
    main.sync_user_roles = true;
    World {
        entries: vec![main],
        people: vec![person("jane", &["ml-team", "ml-ops"])],
        stored: vec![],
        actions,
    }
}

fn role(resource: &str, role: &str) -> (Resource, Role) {
    (resource.to_owned().try_into().unwrap(), role.to_owned().try_into().unwrap())
}

fn raised() -> Action {
    let (resource, role) = role("org research", "admin");
    let id = MappingId("researchers".into());
    Action::SetRole { entry: EntryName("main".into()), id, resource, role }
}

/// How many things may come of an action, and that an honest SP does one of them.
fn outcomes(actions: Vec<Action>, action: usize) -> Vec<String> {
    let ground = Ground::new("arize-eu", None);
    let script = ground.script(&world(actions));
    let (played, open) = (ground.play(&script), OpenRules::default());
    let oracle = Oracle::new(&script, &open);
    assert_eq!(oracle.judge(&played), Ok(()));
    let expected = oracle.expected(action, &played.steps[action]).unwrap();
    expected.iter().map(ToString::to_string).collect()
}

#[test]
fn inside_the_time_of_a_cache_old_and_new_are_right() {
    let login = || Action::login("jane");
    let wait = |seconds| Action::Advance { seconds };
    let (old, new) = ("unchanged: org research member", "updated: org research admin");
    assert_eq!(outcomes(vec![login(), raised(), login()], 2), [new, old]);
    assert_eq!(outcomes(vec![login(), raised(), wait(59), login()], 3), [new, old]);
    assert_eq!(outcomes(vec![login(), raised(), wait(61), login()], 3), [new]);
    // The time is that of the load: a login in between does not prolong it.
    let busy = vec![login(), wait(30), raised(), wait(20), login(), wait(41), login()];
    assert_eq!(outcomes(busy, 6).len(), 1);
    // Nobody has looked at it: it counts at once.
    assert_eq!(outcomes(vec![raised(), login()], 1), ["created: org research admin"]);
}

#[test]
fn a_knob_that_nobody_declared_leaves_every_value_right() {
    let actions = vec![
        Action::login("jane"),
        Action::SetAttributes {
            person: "jane".into(),
            attributes: person("jane", &["ml-heads"]).attributes,
        },
        Action::login("jane"),
    ];
    let ground = Ground::new("arize-eu", Some(Fault::SyncOnlyAdds));
    let mut lost = world(actions);
    let heads = RoleMapping {
        id: MappingId("heads".into()),
        when: vec![("groups".into(), "ml-heads".into())],
        account_admin: false,
        roles: vec![role("org sales", "member")],
    };
    lost.entries[0].mappings.push(heads);
    let script = ground.script(&lost);
    let played = ground.play(&script);
    let open = OpenRules::of(["sync_scope"]);
    assert_eq!(Oracle::new(&script, &open).judge(&played), Ok(()));
    let declared = OpenRules::default();
    let found = Oracle::new(&script, &declared).judge(&played).unwrap_err();
    assert_eq!((found.action, found.difference.as_str()), (2, "`org research member` is too much"));
    assert_eq!(found.expected, ["updated: org sales member"]);
}

#[test]
fn only_what_an_external_profile_leaves_out_is_open() {
    let mut profile = SpProfile::clone(&embedded_profile("arize-eu"));
    assert!(OpenRules::undeclared(&profile).is_empty());
    let django = include_str!("../../sps/django-saml2-auth/profile.toml");
    profile.target = crate::scenario::profile(django).unwrap().target;
    profile.declared = ["sync_scope".to_owned()].into();
    let open = OpenRules::undeclared(&profile);
    assert!(!open.is_empty() && open != OpenRules::of(["sync_scope"]));
    profile.declared.clear();
    assert_ne!(OpenRules::undeclared(&profile), open);
}

#[test]
fn whom_nothing_matches_is_let_in_or_not_where_nobody_said() {
    let mut nobody = world(vec![Action::login("jane")]);
    nobody.people = vec![person("jane", &["ml-heads"])];
    for fault in [None, Some(Fault::NoMatchEntersWithoutRoles)] {
        let ground = Ground::new("arize-eu", fault);
        let script = ground.script(&nobody);
        let played = ground.play(&script);
        let open = OpenRules::of(["no_match_new"]);
        assert_eq!(Oracle::new(&script, &open).judge(&played), Ok(()));
        let declared = OpenRules::default();
        assert_eq!(Oracle::new(&script, &declared).judge(&played).is_err(), fault.is_some());
    }
}

#[test]
fn an_sp_that_does_not_tell_accounts_has_one() {
    let ground = Ground::new("arize-eu", None);
    let script = ground.script(&world(vec![Action::login("jane"), Action::login("jane")]));
    let mut played = ground.play(&script);
    for step in &mut played.steps {
        let states = [&mut step.before, &mut step.after].into_iter().flatten();
        states.flat_map(|state| &mut state.users).for_each(|user| user.account.clear());
    }
    let open = OpenRules::default();
    assert_eq!(Oracle::new(&script, &open).judge(&played), Ok(()));
    // Another account is one.
    for user in &mut played.steps[1].before.as_mut().unwrap().users {
        user.account = "elsewhere".into();
    }
    assert!(Oracle::new(&script, &open).judge(&played).is_err());
}

#[test]
fn with_every_knob_open_an_honest_sp_is_never_found_wrong() {
    let ground = Ground::new("arize-eu", None);
    let mut stranger = SpProfile::clone(&ground.profile);
    let django = include_str!("../../sps/django-saml2-auth/profile.toml");
    stranger.target = crate::scenario::profile(django).unwrap().target;
    let open = OpenRules::undeclared(&stranger);
    for world in sample(strategies::world(&Capabilities::of(&ground.profile)), 60) {
        let script = ground.script(&world);
        let played = ground.play(&script);
        assert_eq!(Oracle::new(&script, &open).judge(&played), Ok(()));
    }
}

#[test]
fn each_kind_of_action_is_judged() {
    let ground = Ground::new("arize-eu", None);
    let probe = || Action::Probe { person: "jane".into() };
    let password = Action::PasswordLogin { person: "jane".into() };
    let logout = Action::Logout { person: "jane".into() };
    let delete = Action::Delete { person: "jane".into() };
    let wait = Action::Advance { seconds: 1 };
    let actions = vec![Action::login("jane"), probe(), wait, logout, probe(), password, delete];
    let script = ground.script(&world(actions));
    let (played, open) = (ground.play(&script), OpenRules::default());
    let oracle = Oracle::new(&script, &open);
    assert_eq!(oracle.judge(&played), Ok(()));
    let wrong = |action: usize, tamper: &dyn Fn(&mut PlayedStep)| {
        let mut played = played.clone();
        tamper(&mut played.steps[action]);
        let found = oracle.judge_action(&played, action).unwrap_err();
        assert_eq!(found.action, action);
        found.difference
    };
    let session = |step: &mut PlayedStep| step.attempts[0].session = None;
    let kept = |step: &mut PlayedStep| {
        step.attempts[0].session.clone_from(&played.steps[0].attempts[0].session);
    };
    let gone = |step: &mut PlayedStep| step.after.as_mut().unwrap().users.clear();
    let accepted = |step: &mut PlayedStep| {
        step.attempts[0].outcome.class = OutcomeClass::Unchanged;
        step.attempts[0].outcome.reason = None;
    };
    let crash = |step: &mut PlayedStep| {
        step.attempts[0].outcome.class = OutcomeClass::ServerError;
    };
    assert_eq!(wrong(0, &gone), "there are 0 users of this address");
    assert_eq!(wrong(0, &crash), "the SP failed");
    assert_eq!(wrong(1, &session), "the session is over too early");
    assert!(wrong(2, &gone).ends_with("is gone"));
    assert_eq!(wrong(3, &kept), "a session is open that has to be over");
    assert_eq!(wrong(4, &kept), "a session is open that has to be over");
    assert_eq!(wrong(5, &accepted), "the login was accepted and has to be refused");
    let back = |step: &mut PlayedStep| step.after.clone_from(&step.before);
    assert!(wrong(6, &back).ends_with("is still there"));
}
