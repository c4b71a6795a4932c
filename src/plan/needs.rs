//! What a scenario needs of a target, and which profiles cannot give it.

use std::collections::BTreeSet;

use super::configuration::entry_specs;
use crate::scenario::{Change, ExpectWord, Initiated, Need, Scenario, Step, StepAction};
use crate::sp::{Configure, ExternalTarget, OutcomeClass, SpProfile, TargetKind};

/// Everything a scenario needs: what it says, and what its steps cannot do without.
pub(super) fn needs(scenario: &Scenario) -> BTreeSet<Need> {
    let mut needs: BTreeSet<Need> = scenario.needs.iter().copied().collect();
    if !scenario.entries.is_empty() || !scenario.sp_users.is_empty() {
        needs.insert(Need::Configure);
    }
    for step in &scenario.steps {
        needs.extend(step_needs(step));
    }
    needs
}

fn step_needs(step: &Step) -> Vec<Need> {
    let mut needs = match &step.action {
        // Who is logged in afterwards is the outcome.
        StepAction::Login { initiated, .. } => match initiated {
            Some(Initiated::Sp) => vec![Need::Whoami, Need::SpInitiated],
            Some(Initiated::Idp) => vec![Need::Whoami, Need::IdpInitiated],
            None => vec![Need::Whoami],
        },
        StepAction::Replay { .. } | StepAction::Probe { .. } => vec![Need::Whoami],
        StepAction::PasswordLogin { .. } => vec![Need::Whoami, Need::PasswordLogin],
        StepAction::ResetLink { .. } => vec![Need::Whoami, Need::ResetLink],
        StepAction::Invite { .. } => vec![Need::Whoami, Need::Invite],
        StepAction::ApiKey { .. } => vec![Need::ApiKey],
        StepAction::Logout { .. } => vec![Need::Logout],
        StepAction::Change(_) if reconfigures(step) => vec![Need::Configure],
        StepAction::Change(_) => vec![],
        StepAction::Advance(_) => vec![Need::Clock],
    };
    if step.session.is_some() {
        needs.push(Need::Whoami);
    }
    let counted = step.users.is_some() || step.sessions.is_some();
    let stored = counted || step.grants.is_some() || step.resources.is_some();
    if stored || step.expect.iter().any(tells_of_storage) {
        needs.push(Need::Observe);
    }
    needs
}

fn reconfigures(step: &Step) -> bool {
    matches!(&step.action, StepAction::Change(changes) if changes.iter().any(is_at_sp))
}

fn is_at_sp(change: &Change) -> bool {
    !matches!(
        change,
        Change::Groups { .. }
            | Change::Profile { .. }
            | Change::Assigned { .. }
            | Change::Idp { .. }
    )
}

/// Created, updated and unchanged differ in what is stored alone.
fn tells_of_storage(word: &ExpectWord) -> bool {
    use OutcomeClass::{Created, Unchanged, Updated};
    matches!(word, ExpectWord::Class(Created | Updated | Unchanged))
}

/// Why a scenario cannot be played on a profile; `None` if it can.
pub(super) fn unmet(scenario: &Scenario, profile: &SpProfile, slow: bool) -> Option<String> {
    let needs = needs(scenario);
    if needs.contains(&Need::SpInitiated) && profile.login_start.is_none() {
        return Some("the profile has no `login_start`, and a login starts at the SP".into());
    }
    for step in &scenario.steps {
        if let StepAction::Advance(wait) = &step.action {
            let wait = wait.resolve(&profile.timing);
            if wait.is_negative() {
                let line = step.line;
                return Some(format!(
                    "its timing is too short: line {line} would wait until {wait:#}"
                ));
            }
        }
    }
    match &profile.target {
        TargetKind::Reference => None,
        TargetKind::External(target) => unmet_outside(scenario, &needs, target, slow),
    }
}

fn unmet_outside(
    scenario: &Scenario,
    needs: &BTreeSet<Need>,
    target: &ExternalTarget,
    slow: bool,
) -> Option<String> {
    if scenario.orgs.len() > 1 {
        return Some("several orgs can be set up on a reference SP only".into());
    }
    if entry_specs(scenario).len() > 1 {
        return Some("several entries can be set up on a reference SP only".into());
    }
    if target.adapters.configure == Configure::Launch && scenario.steps.iter().any(reconfigures) {
        return Some(
            "it changes the SP on the way, and with `configure = launch` that means to start it \
             afresh"
                .into(),
        );
    }
    let reason = |need: &Need| outside_reason(*need, target, slow);
    needs.iter().find_map(reason).map(str::to_owned)
}

fn outside_reason(need: Need, target: &ExternalTarget, slow: bool) -> Option<&'static str> {
    let adapters = &target.adapters;
    let (met, reason) = match need {
        Need::Configure => (
            adapters.configure != Configure::Fixed,
            "it needs other settings, and the profile's `configure` is `fixed`",
        ),
        Need::Observe => (adapters.state.is_some(), "the profile has no `observe.state`"),
        Need::Whoami => (adapters.whoami.is_some(), "the profile has no `observe.whoami`"),
        Need::PasswordLogin => {
            (adapters.password_login.is_some(), "the profile has no `password_login`")
        }
        Need::ResetLink => (adapters.reset_link.is_some(), "the profile has no `reset_link`"),
        Need::Invite => (adapters.invite.is_some(), "the profile has no `invite`"),
        Need::ApiKey => (adapters.api_key.is_some(), "the profile has no `api_key`"),
        Need::Logout => (adapters.logout.is_some(), "the profile has no `logout`"),
        Need::Clock => (slow, "slow: needs real waiting"),
        Need::SpInitiated | Need::IdpInitiated => (true, ""),
    };
    (!met).then_some(reason)
}
