//! All scenarios on all profiles.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::case::Case;
use super::error::{PlanError, PlanErrors};
use super::needs::{Unmet, unmet};
use super::resolve::resolve;
use super::selection::{Selection, Wanted, glob};
use crate::scenario::{Catalogue, Level, Scenario, ScenarioId, nearest};
use crate::sp::SpProfile;

/// What is played, and what is not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// In the order of ids, then profiles.
    pub cases: Vec<Case>,
    /// What was selected and cannot be played.
    pub skipped: Vec<Skipped>,
}

/// A scenario that was selected and cannot be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The scenario.
    pub id: ScenarioId,
    /// Its title.
    pub title: String,
    /// The profile; `None` where no profile at hand is one that the scenario is written for.
    pub profile: Option<String>,
    /// Why.
    pub reason: String,
    /// The level it needs, where the profile offers less.
    pub short_of: Option<Level>,
}

/// Resolves what is selected of a catalogue.
///
/// # Errors
/// Everything that is wrong with the catalogue as a whole, with a case, or with the selection: see
/// [`PlanErrors::nothing_selected`] and [`PlanErrors::is_usage`].
pub fn plan(catalogue: &Catalogue, selection: &Selection) -> Result<Plan, PlanErrors> {
    let wanted = Wanted::new(selection).map_err(|errors| PlanErrors { errors })?;
    let mut errors = catalogue_errors(catalogue);
    let ids: Vec<_> = catalogue.scenarios.iter().map(|loaded| &loaded.scenario.id).collect();
    let profiles: Vec<_> = catalogue.profiles.iter().map(|p| p.name.as_str()).collect();
    errors.extend(
        wanted
            .unused(&ids, &profiles)
            .map(|(what, pattern)| nothing(what, pattern, &ids, &profiles)),
    );
    let mut plan = Plan::default();
    for loaded in &catalogue.scenarios {
        if wanted.scenario(&loaded.scenario.id) {
            plan_scenario(&loaded.scenario, catalogue, selection, &wanted, &mut plan)
                .unwrap_or_else(|more| errors.extend(more.errors));
        }
    }
    if errors.is_empty() && plan.cases.is_empty() && plan.skipped.is_empty() {
        let wanted = "this combination".to_owned();
        errors.push(PlanError::NothingSelected { what: "case", wanted, nearest: Vec::new() });
    }
    if errors.is_empty() { Ok(plan) } else { Err(PlanErrors { errors }) }
}

fn plan_scenario(
    scenario: &Scenario,
    catalogue: &Catalogue,
    selection: &Selection,
    wanted: &Wanted,
    plan: &mut Plan,
) -> Result<(), PlanErrors> {
    let skip = |profile: Option<&str>, Unmet { reason, short_of }: Unmet| Skipped {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        profile: profile.map(str::to_owned),
        reason,
        short_of,
    };
    let suitable: Vec<_> =
        catalogue.profiles.iter().filter(|profile| is_for(scenario, profile)).collect();
    if suitable.is_empty() {
        let reason = format!("it is written for the profiles {}", scenario.profiles.join(", "));
        plan.skipped.push(skip(None, reason.into()));
    }
    let mut errors = Vec::new();
    for profile in suitable {
        let in_part =
            selection.partition.is_none_or(|part| part.contains(&scenario.id, &profile.name));
        if !wanted.profile(&profile.name) || !in_part {
            continue;
        }
        if let Some(unmet) = unmet(scenario, profile, selection.slow) {
            plan.skipped.push(skip(Some(&profile.name), unmet));
            continue;
        }
        match resolve(scenario, Arc::clone(profile), &selection.seed) {
            Ok(case) => match case.unsaid() {
                Some(lack) => {
                    let reason = format!("this SP's configuration has no word for {lack}");
                    plan.skipped.push(skip(Some(&profile.name), reason.into()));
                }
                None => plan.cases.push(case),
            },
            Err(more) => errors.extend(more.errors),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(PlanErrors { errors }) }
}

/// `!GLOB` takes profiles out that another glob takes in.
fn is_for(scenario: &Scenario, profile: &SpProfile) -> bool {
    // The parser has tried each glob.
    let fits = |pattern: &str| glob(pattern).is_ok_and(|glob| glob.is_match(&profile.name));
    let out = |pattern: &String| pattern.strip_prefix('!').is_some_and(fits);
    scenario.profiles.iter().any(|pattern| fits(pattern)) && !scenario.profiles.iter().any(out)
}

fn catalogue_errors(catalogue: &Catalogue) -> Vec<PlanError> {
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for loaded in &catalogue.scenarios {
        let id = &loaded.scenario.id;
        if !seen.insert(id) {
            errors.push(PlanError::DuplicateId { id: id.clone() });
        }
    }
    let mut names = BTreeSet::new();
    for profile in &catalogue.profiles {
        if !names.insert(&profile.name) {
            errors.push(PlanError::DuplicateProfile { name: profile.name.clone() });
        }
    }
    let known: Vec<&str> =
        seen.iter().copied().chain(&catalogue.other_ids).map(|id| id.0.as_str()).collect();
    for loaded in &catalogue.scenarios {
        errors.extend(twin_error(&loaded.scenario, catalogue, &known));
    }
    errors
}

fn twin_error(scenario: &Scenario, catalogue: &Catalogue, known: &[&str]) -> Option<PlanError> {
    let twin = scenario.twin.clone()?;
    let id = scenario.id.clone();
    if !known.contains(&twin.0.as_str()) {
        let nearest = nearest(&twin.0, known).map(str::to_owned).into_iter().collect();
        return Some(PlanError::UnknownTwin { id, twin, nearest });
    }
    let other = catalogue.scenarios.iter().find(|loaded| loaded.scenario.id == twin)?;
    let same = substance(scenario) == substance(&other.scenario);
    same.then_some(PlanError::TwinDoesNotDiffer { id, twin })
}

/// What a scenario does and expects, without what it says about itself and where that stands.
fn substance(scenario: &Scenario) -> Scenario {
    let mut bare = scenario.clone();
    bare.id = ScenarioId(String::new());
    bare.twin = None;
    bare.covers.clear();
    for text in [&mut bare.title, &mut bare.requirement, &mut bare.source] {
        text.clear();
    }
    for step in &mut bare.steps {
        step.span = 0..0;
        step.line = 0;
    }
    bare
}

fn nothing(what: &'static str, pattern: &str, ids: &[&ScenarioId], profiles: &[&str]) -> PlanError {
    let known: Vec<&str> = match what {
        "profile" => profiles.to_vec(),
        "area" => ids.iter().map(|id| id.area()).collect(),
        _ => ids.iter().map(|id| id.0.as_str()).collect(),
    };
    let near = nearest(pattern, &known).map(str::to_owned);
    PlanError::NothingSelected {
        what,
        wanted: format!("`{pattern}`"),
        nearest: near.into_iter().collect(),
    }
}
