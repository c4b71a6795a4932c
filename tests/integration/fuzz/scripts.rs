//! A world is the same whether it is played as it is or written as a scenario first.

use std::sync::Arc;

use samlproof::env::Env;
use samlproof::fuzz::{
    Action, Capabilities, Disagreement, Inexpressible, Judge, OpenRules, Script, ScriptError,
    World, WorldEntry, attribute, pruned, report, strategies,
};
use samlproof::plan::resolve;
use samlproof::saml::{AttributeValue, Attributes};
use samlproof::scenario::{ExpectWord, Scenario, ScenarioId, Source, Step};
use samlproof::sp::{EntryName, MappingId, RoleMapping};
use samlproof::verdict::{Verdict, judge};

use super::{BEGINNING, Ground, person, sample};

fn found() -> Disagreement {
    Disagreement {
        judge: Judge::Law("bystanders-stay".into()),
        action: 0,
        about: "login jane".into(),
        expected: vec!["nothing\nelse".into()],
        actual: "something".into(),
        difference: "`org research \"member\"` is too much".into(),
    }
}

fn read(text: &str) -> Scenario {
    Scenario::parse(ScenarioId("fuzz/world".into()), &Source::new("fuzz", text))
        .unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

/// A step without where it stands and what comes of it.
fn done(step: &Step) -> Step {
    Step { span: 0..0, line: 0, expect: vec![], grants: None, users: None, ..step.clone() }
}

#[test]
fn what_is_written_says_what_was_played_and_an_honest_sp_is_green_on_it() {
    for name in ["arize-eu", "k6-cloud"] {
        let ground = Ground::new(name, None);
        for world in sample(strategies::world(&Capabilities::of(&ground.profile)), 25) {
            let script = ground.script(&world);
            let text = match report(&script, &OpenRules::default(), (&found(), "7")) {
                Err(Inexpressible::Nothing) if script.case.steps.is_empty() => continue,
                text => text.unwrap(),
            };
            let written = read(&text);
            assert_eq!(written.entries, script.scenario.entries, "{text}");
            assert_eq!(written.users, script.scenario.users, "{text}");
            assert_eq!(written.sp_users, script.scenario.sp_users, "{text}");
            let steps: Vec<Step> = written.steps.iter().map(done).collect();
            let played: Vec<Step> = script.scenario.steps.iter().map(done).collect();
            assert_eq!(steps, played, "{text}");
            let case = resolve(&written, ground.profile.clone(), "other seed").unwrap();
            let env = Env::fixed(BEGINNING, &case.seed);
            let seen = ground.runtime.block_on(ground.player.drive(&case, &env));
            assert_eq!(judge(&case, &seen), Verdict::Pass, "{text}\n{world:#?}");
        }
    }
}

#[test]
fn an_sp_is_told_nothing_that_its_configuration_has_no_word_for() {
    let text = include_str!("../../sps/django-saml2-auth/profile.toml");
    let profile = Arc::new(crate::scenario::profile(text).unwrap());
    let mut configured = 0;
    for world in sample(strategies::world(&Capabilities::of(&profile)), 200) {
        match Script::of(&world, &profile, "seed") {
            Ok(script) => configured += script.case.configuration.entries.len(),
            // Nobody could enter: no mapping is left, and there are no defaults.
            Err(ScriptError::Configuration(_)) => {}
            Err(error) => panic!("{error}\n{world:#?}"),
        }
    }
    assert!(configured > 150, "{configured}");
    let mut world = small();
    world.entries[0].mappings[0].account_admin = true;
    let refused = Script::of(&world, &profile, "seed");
    assert!(matches!(refused, Err(ScriptError::Unsaid(_))), "{refused:?}");
}

#[test]
fn a_written_finding_reads_like_the_catalogue() {
    let ground = Ground::new("arize-eu", None);
    let world = World {
        actions: vec![
            Action::login("jane"),
            Action::SetAttributes {
                person: "jane".into(),
                attributes: Attributes(vec![attribute(
                    "groups",
                    Some("Groups".into()),
                    vec![AttributeValue::Text("ml-\u{e9}\u{a0}".into()), AttributeValue::Nil],
                )]),
            },
            Action::login("jane"),
        ],
        ..small()
    };
    let script = ground.script(&pruned(&world, 2));
    let text = report(&script, &OpenRules::default(), (&found(), "7")).unwrap();
    let _bound = crate::shared_snapshots();
    insta::assert_snapshot!(text);
}

#[test]
fn a_value_that_looks_like_a_placeholder_is_sent_as_it_is() {
    let ground = Ground::new("arize-eu", None);
    let mut world = small();
    for text in ["{domain}", "{brace}", "{{x}}", "{", "{ 1 }"] {
        let value = AttributeValue::Text(text.into());
        let sent = Attributes(vec![attribute("groups", Some(text.into()), vec![value])]);
        world.people[0].attributes.clone_from(&sent);
        let script = ground.script(&world);
        let played = ground.play(&script);
        let really = played.steps[0].attempts[0].sent.clone().unwrap();
        assert_eq!(really.0.last(), sent.0.last(), "{text}");
        let written = read(&report(&script, &OpenRules::default(), (&found(), "7")).unwrap());
        assert_eq!(written.steps[0].action, script.scenario.steps[0].action, "{text}");
    }
}

/// One mapping, jane with the group it names, and one login.
fn small() -> World {
    let mapping = RoleMapping {
        id: MappingId("researchers".into()),
        when: vec![("groups".into(), "ml-team".into())],
        account_admin: false,
        roles: vec![(
            "org research".to_owned().try_into().unwrap(),
            "member".to_owned().try_into().unwrap(),
        )],
    };
    World {
        entries: vec![WorldEntry::new("main", vec![mapping])],
        people: vec![person("jane", &["ml-team"])],
        stored: vec![],
        actions: vec![Action::login("jane")],
    }
}

#[test]
fn whatever_is_taken_out_of_a_world_leaves_one() {
    let ground = Ground::new("arize-eu", None);
    for world in sample(strategies::world(&Capabilities::of(&ground.profile)), 40) {
        for place in 0..world.actions.len() {
            let mut less = world.clone();
            less.actions.remove(place);
            ground.script(&less);
        }
        for place in 0..world.people.len() {
            let mut less = world.clone();
            less.people.remove(place);
            ground.script(&less);
        }
        let text = serde_json::to_string(&world).unwrap();
        assert_eq!(serde_json::from_str::<World>(&text).unwrap(), world);
    }
}

#[test]
fn a_configuration_that_no_sp_takes_is_no_script_and_a_change_to_one_is_to_be_refused() {
    let ground = Ground::new("arize-eu", None);
    let mut world = small();
    let main = || EntryName("main".into());
    let id = MappingId("researchers".into());
    world.actions.insert(0, Action::RemoveMapping { entry: main(), id: id.clone() });
    // What was refused was not removed, so it can be edited.
    let role = ("org sales".to_owned().try_into().unwrap(), "admin".to_owned().try_into().unwrap());
    world.actions.push(Action::SetRole { entry: main(), id, resource: role.0, role: role.1 });
    let script = ground.script(&world);
    assert_eq!(script.case.steps[0].expect, [ExpectWord::ConfigurationRefused]);
    assert_eq!(script.steps, [Some(0), Some(1), Some(2)]);
    world.entries[0].mappings.clear();
    let refused = Script::of(&world, &ground.profile, "seed");
    assert!(refused.unwrap_err().to_string().contains("nobody could enter"));
}
