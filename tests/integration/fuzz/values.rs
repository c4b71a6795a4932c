//! What is made up: legal, varied, and small where it need not be large.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use samlproof::fuzz::strategies::{self, VALUE_MIX};
use samlproof::fuzz::{Action, Capabilities, Script, World};
use samlproof::saml::{AttributeValue, xml};

use super::{embedded_profile, sample};

#[test]
fn every_value_can_be_sent_and_the_mix_is_the_documented_one() {
    let values = sample(strategies::value(), 5000);
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    for value in &values {
        assert_eq!(xml::unwritable(value), None, "{value:?}");
        let kind = VALUE_MIX.iter().find(|(_, _, all)| all.contains(&value.as_str())).unwrap();
        *kinds.entry(kind.1).or_default() += 1;
    }
    assert_eq!(VALUE_MIX.iter().map(|(weight, ..)| weight).sum::<u32>(), 100);
    for (weight, kind, _) in VALUE_MIX {
        let share = f64::from(kinds[kind]) / 50.0;
        assert!((share - f64::from(weight)).abs() < 2.5, "{kind}: {share} in 100");
    }
}

#[test]
fn assertions_are_of_every_kind() {
    let all = sample(strategies::attributes(), 2000);
    let some = |what: &str, is: &dyn Fn(&samlproof::saml::Attributes) -> bool| {
        assert!(all.iter().any(is), "none is {what}");
    };
    some("without attributes", &|one| one.0.is_empty());
    some("with a repeated attribute", &|one| one.0.len() > 1 && one.0[0].name == one.0[1].name);
    some("with a FriendlyName", &|one| one.0.iter().any(|a| a.friendly_name.is_some()));
    some("without values", &|one| one.0.iter().any(|a| a.values.is_empty()));
    some("nil", &|one| one.0.iter().any(|a| a.values.contains(&AttributeValue::Nil)));
    some("large", &|one| one.0.iter().any(|a| a.values.len() > 500));
    some("a repeated value", &|one| {
        one.0.iter().any(|a| a.values.len() > 1 && a.values[0] == a.values[1])
    });
}

#[test]
fn every_action_occurs() {
    let can = Capabilities::of(&embedded_profile("arize-eu"));
    let worlds = sample(strategies::world(&can), 400);
    let words: std::collections::BTreeSet<String> = worlds
        .iter()
        .flat_map(|world| &world.actions)
        .map(|action| format!("{action:?}").split([' ', '{']).next().unwrap().to_owned())
        .collect();
    assert_eq!(words.len(), 15, "{words:?}");
    assert!(worlds.iter().any(|world| world.entries.len() == 2));
    assert!(
        worlds
            .iter()
            .flat_map(|world| &world.actions)
            .any(|action| matches!(action, Action::Login { at_once: 2, .. }))
    );
}

#[test]
fn nothing_is_asked_of_a_target_that_it_cannot_do() {
    let profile = embedded_profile("arize-eu");
    let can = Capabilities {
        configure: false,
        reconfigure: false,
        second_entry: false,
        clock: false,
        password_login: false,
        logout: false,
        whoami: false,
        ..Capabilities::of(&profile)
    };
    for world in sample(strategies::world(&can), 200) {
        assert!(world.entries.is_empty() && world.stored.is_empty());
        let only =
            |action: &Action| matches!(action, Action::Login { .. } | Action::SetAttributes { .. });
        assert!(world.actions.iter().all(only), "{world:?}");
        let script = Script::of(&world, &profile, "seed").unwrap();
        assert!(!script.case.configures);
    }
}

/// Shrinks until nothing smaller fails.
fn shrunk<S: Strategy>(strategy: &S, fails: impl Fn(&S::Value) -> bool) -> Option<S::Value> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
    let config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let mut tree = (0..2000)
        .map(|_| strategy.new_tree(&mut runner).unwrap())
        .find(|tree| fails(&tree.current()))?;
    let mut smallest = tree.current();
    let mut more = tree.simplify();
    for _ in 0..20_000 {
        if !more {
            break;
        }
        if fails(&tree.current()) {
            smallest = tree.current();
            more = tree.simplify();
        } else {
            more = tree.complicate();
        }
    }
    Some(smallest)
}

#[test]
fn worlds_shrink_to_one_mapping_one_pair_and_plain_words() {
    let can = Capabilities::of(&embedded_profile("arize-eu"));
    let strategy = strategies::world(&can);
    let logins = |world: &World| {
        world.actions.iter().filter(|action| matches!(action, Action::Login { .. })).count()
    };
    let world = shrunk(&strategy, |world| logins(world) >= 1).unwrap();
    // A change is made together with the wait and the login after it; the engine takes them apart.
    assert!(world.actions.len() <= 3, "{world:#?}");
    let [entry] = world.entries.as_slice() else { panic!("{world:#?}") };
    let [mapping] = entry.mappings.as_slice() else { panic!("{world:#?}") };
    assert_eq!(mapping.when, [("groups".to_owned(), "ml-team".to_owned())]);
    assert_eq!(mapping.roles.len(), 1);
    assert!(!entry.sync_user_roles && !entry.enforce_saml && entry.defaults.is_empty());
    assert!(world.stored.is_empty(), "{world:#?}");
    assert!(world.people.iter().all(|person| person.attributes.0.is_empty()), "{world:#?}");
    // Two of each where two are needed.
    let two = shrunk(&strategy, |world| {
        world.entries.iter().any(|entry| {
            entry.mappings.len() >= 2 && entry.mappings.iter().any(|one| one.when.len() >= 2)
        })
    })
    .unwrap();
    assert_eq!(two.entries[0].mappings.len(), 2, "{two:#?}");
    assert_eq!(two.entries[0].mappings.iter().map(|one| one.when.len()).sum::<usize>(), 3);
}
