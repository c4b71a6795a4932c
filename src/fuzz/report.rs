//! A finding as a scenario file, for `samlproof run` and for a bug report.

use std::collections::BTreeSet;

use super::oracle::Expected;
use super::{Action, Disagreement, Judge, Law, OpenRules, Oracle, Played, Script, World, toml};
use crate::plan::PlanErrors;
use crate::scenario::{ExpectWord, Grade, ParseErrors, Scenario, ScenarioId, Source, StepAction};
use crate::sp::OutcomeClass;

/// Why a script cannot be written as a scenario.
#[derive(Debug, thiserror::Error)]
pub enum Inexpressible {
    /// Nothing happens in it that a scenario has a step for.
    #[error("nothing happens")]
    Nothing,
    /// What was written is no scenario. That is a mistake of the writer's.
    #[error("the scenario written is none: {0}")]
    Parse(#[from] ParseErrors),
    /// It makes no case.
    #[error("the scenario written makes no case: {0}")]
    Plan(#[from] PlanErrors),
}

/// The world up to an action, without the people who neither do anything nor are known to the SP.
pub fn pruned(world: &World, action: usize) -> World {
    let mut world = world.clone();
    world.actions.truncate(action.saturating_add(1));
    let acting: BTreeSet<&str> = world.actions.iter().filter_map(Action::person).collect();
    let acts = |name: &str| acting.contains(name);
    let people = world.people.clone();
    let stored = |name: &str| world.stored.iter().any(|user| user.person == name);
    let kept = people.into_iter().filter(|person| acts(&person.name) || stored(&person.name));
    world.people = kept.collect();
    world
}

/// The text of a scenario that says what an SP must make of a script, with `expect` and `grants` as
/// the oracle has them; an SP that does what its documents and its profile say is green on it.
///
/// `found` names what it is about, `seed` is the number from which it was made.
///
/// # Errors
/// If the scenario language cannot say it.
pub fn report(
    script: &Script,
    open: &OpenRules,
    (found, seed): (&Disagreement, &str),
) -> Result<String, Inexpressible> {
    if script.case.steps.is_empty() {
        return Err(Inexpressible::Nothing);
    }
    let mut scenario = expected(script, open);
    let law = match &found.judge {
        Judge::Law(name) => Law::named(name),
        Judge::Oracle => None,
    };
    scenario.title = format!("{}: {}", found.judge, found.difference);
    scenario.requirement = law.map_or_else(
        || "An SP MUST do what its documents say, and where they are silent its profile.".into(),
        |law| law.sentence.to_owned(),
    );
    scenario.source = format!("samlproof fuzz, seed {seed}");
    scenario.profiles = vec![script.case.profile.name.clone()];
    scenario.grade = if judges(&scenario) { Grade::Implied } else { Grade::Undefined };
    let text = comment(found, seed) + &toml::write(&scenario);
    let source = Source::new("fuzz", text.clone());
    let parsed = Scenario::parse(ScenarioId("fuzz/world".into()), &source)?;
    crate::plan::resolve(&parsed, script.case.profile.clone(), "seed")?;
    Ok(text)
}

fn comment(found: &Disagreement, seed: &str) -> String {
    let mut lines = vec![format!("Found by samlproof fuzz with seed {seed}; {}.", found.judge)];
    lines.extend(found.expected.iter().map(|line| format!("expected: {line}")));
    lines.push(format!("actual:   {}", found.actual));
    let flat = |line: &String| -> String {
        line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    lines.iter().map(|line| format!("# {}\n", flat(line).trim_end())).collect()
}

/// The scenario with what is expected of each step.
///
/// Where several outcomes are right the step says all of them. What comes later of the same person
/// depends on which it was, and is not judged.
fn expected(script: &Script, open: &OpenRules) -> Scenario {
    let oracle = Oracle::new(script, open);
    let rehearsed = oracle.rehearse();
    let mut scenario = script.scenario.clone();
    let mut unsure: BTreeSet<&str> = BTreeSet::new();
    for (action, place) in script.steps.iter().enumerate() {
        let Some(step) = place.and_then(|place| scenario.steps.get_mut(place)) else { continue };
        let (person, at_once) = match &step.action {
            StepAction::Login { people, .. } => (people.first().cloned(), people.len()),
            StepAction::PasswordLogin { person, .. } => (Some(person.clone()), 1),
            _ => continue,
        };
        let Some(person) = person else { continue };
        let name = script.world.actions[action].person().unwrap_or_default();
        let seen = &rehearsed.steps[action];
        if unsure.contains(name) {
            continue;
        }
        let Some(all) = oracle.expected(action, seen) else { continue };
        if all.len() > 1 || at_once > 1 {
            unsure.insert(name);
        }
        if at_once > 1 {
            step.users = users(&rehearsed, script, action, &person);
            continue;
        }
        step.expect = words(&all);
        step.grants = grants(&rehearsed, script, (action, &person), &all).map(|rows| vec![rows]);
        if let [Expected::Refused(_)] = all.as_slice()
            && step.grants.is_none()
        {
            step.users = users(&rehearsed, script, action, &person);
        }
    }
    scenario
}

fn words(all: &[Expected]) -> Vec<ExpectWord> {
    let mut words = Vec::new();
    for one in all {
        let word = match one {
            Expected::Refused(reason) => ExpectWord::RejectedFor(*reason),
            // Ids and sources may change where no role does.
            Expected::Entered { class: OutcomeClass::Created, .. } => {
                ExpectWord::Class(OutcomeClass::Created)
            }
            Expected::Entered { .. } => ExpectWord::Accepted,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The roles afterwards, if they are the same whatever comes.
fn grants(
    rehearsed: &Played,
    script: &Script,
    (action, person): (usize, &str),
    all: &[Expected],
) -> Option<Vec<String>> {
    let before = rehearsed.steps.get(action)?.before.as_ref()?;
    let held = before.users_of(script.email_of(person)).next().map(|user| user.roles.lines());
    let mut rows = all.iter().map(|one| match one {
        Expected::Refused(_) => held.clone(),
        Expected::Entered { row, .. } => Some(row.roles.clone()),
    });
    let first = rows.next()??;
    rows.all(|row| row.as_ref() == Some(&first)).then(|| first.into_iter().collect())
}

fn users(rehearsed: &Played, script: &Script, action: usize, person: &str) -> Option<usize> {
    let after = rehearsed.steps.get(action)?.after.as_ref()?;
    Some(after.users_of(script.email_of(person)).count())
}

fn judges(scenario: &Scenario) -> bool {
    scenario
        .steps
        .iter()
        .any(|step| !step.expect.is_empty() || step.grants.is_some() || step.users.is_some())
}
