//! What is selected, and what is wrong with a catalogue as a whole.

use samlproof::plan::{Partition, PlanErrors, Selection, plan};
use samlproof::scenario::{Catalogue, Scenario};

use super::{embedded_profile, load};
use crate::scenario::{scenario_as, with_head};

fn one(id: &str, rest: &str) -> Scenario {
    let steps = "[users.jane]\n[[steps]]\nlogin = \"jane\"\nexpect = \"created\"\n";
    scenario_as(id, &with_head(&format!("{rest}\n{steps}"))).unwrap()
}

fn three() -> Catalogue {
    let scenarios = vec![one("jit/new", ""), one("jit/old", ""), one("sync/off-new", "")];
    load(scenarios, vec![embedded_profile("arize-us"), embedded_profile("k6-cloud")])
}

fn selected(selection: &Selection) -> Result<Vec<String>, PlanErrors> {
    let plan = plan(&three(), selection)?;
    Ok(plan.cases.iter().map(|case| format!("{} {}", case.id, case.profile.name)).collect())
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn ids_are_selected_by_beginning_or_glob() {
    let select = |scenarios: &[&str], areas: &[&str]| {
        let profiles = texts(&["arize-*"]);
        let (scenarios, areas) = (texts(scenarios), texts(areas));
        selected(&Selection { scenarios, areas, profiles, ..Selection::default() }).unwrap()
    };
    assert_eq!(select(&["jit"], &[]), ["jit/new arize-us", "jit/old arize-us"]);
    assert_eq!(select(&["*new"], &[]), ["jit/new arize-us", "sync/off-new arize-us"]);
    assert_eq!(select(&["*new"], &["jit"]), ["jit/new arize-us"]);
    assert_eq!(select(&["jit/new", "sync/off-new"], &[]).len(), 2);
    assert_eq!(selected(&Selection::default()).unwrap().len(), 6);
}

#[test]
fn selecting_nothing_is_told_apart_from_what_is_wrong() {
    let scenarios = Selection { scenarios: texts(&["jit/nwe"]), ..Selection::default() };
    let profiles = Selection { profiles: texts(&["arise-us"]), ..Selection::default() };
    let areas = Selection { areas: texts(&["jitt"]), ..Selection::default() };
    for (selection, message) in [
        (scenarios, "no scenario is selected by `jit/nwe`; did you mean `jit/new`?"),
        (profiles, "no profile is selected by `arise-us`; did you mean `arize-us`?"),
        (areas, "no area is selected by `jitt`; did you mean `jit`?"),
    ] {
        let errors = selected(&selection).unwrap_err();
        assert!(errors.nothing_selected());
        assert_eq!(errors.errors[0].to_string(), message);
    }
    let contradiction =
        Selection { scenarios: texts(&["jit"]), areas: texts(&["sync"]), ..Selection::default() };
    assert!(selected(&contradiction).unwrap_err().nothing_selected());
    let glob = Selection { scenarios: texts(&["jit/[new"]), ..Selection::default() };
    let errors = selected(&glob).unwrap_err();
    assert!(errors.is_usage() && !errors.nothing_selected());
}

#[test]
fn parts_are_disjoint_and_make_up_the_whole() {
    let part = |part: &str| {
        let partition = Some(part.parse::<Partition>().unwrap());
        selected(&Selection { partition, ..Selection::default() }).unwrap_or_default()
    };
    let mut all: Vec<_> = ["hash:1/3", "hash:2/3", "hash:3/3"].into_iter().flat_map(part).collect();
    all.sort();
    assert_eq!(all, selected(&Selection::default()).unwrap());
    for wrong in ["hash:0/3", "hash:4/3", "1/3", "hash:1", "hash:1/0", "hash:-1/3"] {
        assert!(wrong.parse::<Partition>().is_err(), "{wrong}");
    }
}

#[test]
fn a_twin_exists_and_differs() {
    let twin = |twin: &str| one("jit/new", &format!("twin = \"{twin}\""));
    let profiles = vec![embedded_profile("arize-us")];
    let plan_with = |twin: Scenario, other: Scenario| {
        plan(&load(vec![twin, other], profiles.clone()), &Selection::default())
    };
    let differs = "[sp]\nsettings = { jit = false }\n";
    plan_with(twin("jit/other"), one("jit/other", differs)).unwrap();
    let errors = plan_with(twin("jit/othre"), one("jit/other", differs)).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "error: `jit/new`: its twin `jit/othre` does not exist; did you mean `jit/other`?"
    );
    assert!(!errors.nothing_selected());
    let errors = plan_with(twin("jit/other"), one("jit/other", "")).unwrap_err();
    assert!(errors.to_string().contains("differs in no input"), "{errors}");
    // A twin that was not asked for, but is there.
    let mut catalogue = load(vec![twin("jit/other")], profiles.clone());
    catalogue.other_ids.insert(one("jit/other", "").id);
    plan(&catalogue, &Selection::default()).unwrap();
}

#[test]
fn ids_and_names_are_unique() {
    let profile = embedded_profile("arize-us");
    let twice = load(vec![one("jit/new", ""), one("jit/new", "")], vec![profile.clone(), profile]);
    let errors = plan(&twice, &Selection::default()).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "error: there are two scenarios `jit/new`\nerror: there are two profiles `arize-us`"
    );
}
