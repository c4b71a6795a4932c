//! What a scenario needs of a target, and which profiles cannot give it.

use std::collections::BTreeSet;

use super::configuration::entry_specs;
use crate::scenario::{Change, ExpectWord, Initiated, Level, Need, Scenario, Step, StepAction};
use crate::sp::{Configure, ExternalTarget, OutcomeClass, SpProfile, TargetKind};

/// Everything a scenario needs: what it says, and what its steps cannot do without.
pub(super) fn needs(scenario: &Scenario) -> BTreeSet<Need> {
    let mut needs: BTreeSet<Need> = scenario.needs.iter().copied().collect();
    if !scenario.entries.is_empty() || !scenario.sp_users.is_empty() {
        needs.insert(Need::Configure);
    }
    for step in &scenario.steps {
        needs.extend(step_needs(step));
        // Who is logged in afterwards is the outcome, unless HTTP alone is to tell it.
        if is_login(step) && scenario.level != Some(Level::L0) {
            needs.insert(Need::Whoami);
        }
    }
    needs
}

/// How much of a target has to be seen: what the scenario says, and at least what its steps need.
pub(super) fn level(scenario: &Scenario) -> Level {
    let needs = needs(scenario);
    let of_needs = if needs.contains(&Need::Observe) {
        Level::L2
    } else if needs.contains(&Need::Whoami) {
        Level::L1
    } else {
        Level::L0
    };
    scenario.level.unwrap_or_default().max(of_needs)
}

/// How much of a profile's SP can be seen, and what is missing for the next level.
fn offered(profile: &SpProfile) -> (Level, &'static str) {
    match &profile.target {
        TargetKind::Reference => (Level::L3, ""),
        TargetKind::External(target) => match (&target.adapters.whoami, &target.adapters.state) {
            (None, _) => (Level::L0, "the profile has no `observe.whoami`"),
            (_, None) => (Level::L1, "the profile has no `observe.state`"),
            _ => (Level::L2, "only a reference SP has a clock to set"),
        },
    }
}

fn is_login(step: &Step) -> bool {
    matches!(step.action, StepAction::Login { .. } | StepAction::Replay { .. })
}

fn step_needs(step: &Step) -> Vec<Need> {
    let mut needs = match &step.action {
        StepAction::Login { initiated, .. } => match initiated {
            Some(Initiated::Sp) => vec![Need::SpInitiated],
            Some(Initiated::Idp) => vec![Need::IdpInitiated],
            None => vec![],
        },
        StepAction::Replay { .. } => vec![],
        StepAction::Probe { .. } => vec![Need::Whoami],
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

/// Why a scenario cannot be played on a profile.
#[derive(Debug)]
pub(super) struct Unmet {
    pub(super) reason: String,
    /// The level it needs, where the profile offers less.
    pub(super) short_of: Option<Level>,
}

impl From<String> for Unmet {
    fn from(reason: String) -> Self {
        Self { reason, short_of: None }
    }
}

/// Why a scenario cannot be played on a profile; `None` if it can.
pub(super) fn unmet(scenario: &Scenario, profile: &SpProfile, slow: bool) -> Option<Unmet> {
    let (level, (offered, lack)) = (level(scenario), offered(profile));
    let other = unmet_otherwise(scenario, profile, slow);
    // What no adapter can mend comes first.
    if other.is_none() && level > offered {
        let reason = format!("it needs {level}, and this SP offers {offered}: {lack}");
        return Some(Unmet { reason, short_of: Some(level) });
    }
    other.map(Unmet::from)
}

fn unmet_otherwise(scenario: &Scenario, profile: &SpProfile, slow: bool) -> Option<String> {
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
    let by_http = target.adapters.whoami.is_none() && scenario.level == Some(Level::L0);
    if by_http && target.adapters.rejected.is_empty() {
        return Some(
            "nothing tells a refusal from a welcome: the profile has neither `observe.whoami` nor \
             `outcome.rejected`"
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
        Need::PasswordLogin => {
            (adapters.password_login.is_some(), "the profile has no `password_login`")
        }
        Need::ResetLink => (adapters.reset_link.is_some(), "the profile has no `reset_link`"),
        Need::Invite => (adapters.invite.is_some(), "the profile has no `invite`"),
        Need::ApiKey => (adapters.api_key.is_some(), "the profile has no `api_key`"),
        Need::Logout => (adapters.logout.is_some(), "the profile has no `logout`"),
        Need::Clock => (slow, "slow: needs real waiting"),
        // These are told by the level, or before.
        Need::Observe | Need::Whoami | Need::SpInitiated | Need::IdpInitiated => (true, ""),
    };
    (!met).then_some(reason)
}
