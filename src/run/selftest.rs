//! The catalogue against an SP that is known to be wrong: every fault has to be caught.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use tokio_util::task::AbortOnDropHandle;

use super::RunError;
use super::conductor::{store, target_options};
use super::options::RunOptions;
use super::play::{BEGINNING, millis};
use crate::drive::{Target, TargetOptions, drive};
use crate::env::Env;
use crate::plan::{Case, Plan, plan};
use crate::reference::Fault;
use crate::scenario::ScenarioId;
use crate::snapshot::{Held, Store, compare};
use crate::sp::TargetKind;
use crate::verdict::{Verdict, judge, outcomes};

/// What the catalogue makes of an honest SP, and of one with each fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelftestRecord {
    /// The version of this form.
    pub version: u32,
    /// The version of samlproof.
    pub samlproof: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Cases that were played, over all faults and none.
    pub played: usize,
    /// What is not green without a fault; anything here makes the rest worthless.
    pub honest: Vec<Trial>,
    /// One for each fault.
    pub faults: Vec<FaultRecord>,
}

/// A case that did not come out as the scenario and its snapshot say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trial {
    /// The scenario.
    pub id: ScenarioId,
    /// The SP profile.
    pub profile: String,
    /// Why nothing can be said of it; `None` where it is red by a finding or a changed snapshot.
    pub unclear: Option<String>,
}

/// What the catalogue makes of one fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultRecord {
    /// The fault: `M39`.
    pub id: String,
    /// What it does wrong.
    pub summary: String,
    /// The scenarios of which one at least has to catch it.
    pub named: Vec<String>,
    /// The scenarios that went red, in order, each once.
    pub caught_by: Vec<ScenarioId>,
    /// What proved nothing: a control login failed, or the play did not come to its end.
    pub unclear: Vec<Trial>,
}

/// Whether a fault is caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caught {
    /// By a scenario that is named for it.
    ByName,
    /// By others only.
    ByOthers,
    /// By none: it escapes.
    Not,
}

impl FaultRecord {
    /// Whether it is caught.
    pub fn caught(&self) -> Caught {
        match self.caught_by.iter().any(|id| self.is_named(id)) {
            _ if self.caught_by.is_empty() => Caught::Not,
            true => Caught::ByName,
            false => Caught::ByOthers,
        }
    }

    /// Whether this scenario is one that is named for the fault.
    pub fn is_named(&self, id: &ScenarioId) -> bool {
        let id = id.to_string();
        self.named.contains(&id)
    }
}

impl SelftestRecord {
    /// The version of the JSON form; it rises when a reader would have to change.
    pub const VERSION: u32 = 1;

    /// How many faults are caught in this way.
    pub fn count(&self, caught: Caught) -> usize {
        self.faults.iter().filter(|fault| fault.caught() == caught).count()
    }

    /// Whether every fault is caught by a scenario that is named for it, and nothing is red without
    /// a fault.
    pub fn is_good(&self) -> bool {
        self.honest.is_empty() && self.count(Caught::ByName) == self.faults.len()
    }
}

/// Plays what the options select on the honest reference SP and on one with each of `faults`.
///
/// On the honest one every case is played. For each fault a scenario is played on one profile of a
/// family, the first: the others share its snapshot and would only say the same again. It is played on
/// the families alone that a scenario named for the fault is played on.
///
/// A fault is caught by a case that has a finding, or whose outcome differs from its stored
/// snapshot; a snapshot that is not there catches nothing. Other people's SPs are left out.
/// `progress` is told how many cases will be played, and of each whether it was green.
///
/// # Errors
/// If the plan cannot be made, or a CA for loopback.
pub async fn selftest(
    options: RunOptions,
    faults: &[Fault],
    progress: impl Fn(Option<usize>, bool),
) -> Result<SelftestRecord, RunError> {
    let clock = Env::real().clock;
    let started = clock.now();
    let Plan { mut cases, .. } = plan(&options.catalogue, &options.selection)?;
    cases.retain(|case| case.profile.target == TargetKind::Reference);
    let with_store = |case: Case| {
        let store = store(&case, &options);
        (Arc::new(case), store)
    };
    let cases: Vec<(Arc<Case>, Store)> = cases.into_iter().map(with_store).collect();
    let one_a_family = one_a_family(&cases);
    let mut tasks = Vec::new();
    let base = target_options(&TargetKind::Reference, &options)?;
    for fault in std::iter::once(None).chain(faults.iter().copied().map(Some)) {
        let options = TargetOptions { fault, ..base.clone() };
        let concerned = fault.map(|fault| concerned(fault, &one_a_family));
        tasks.extend(on_targets(fault, concerned.as_ref().unwrap_or(&cases), &options).await);
    }
    let plays = tasks.len();
    progress(Some(plays), true);
    let played = play_all(tasks, options.jobs, &progress).await;
    let of = |fault: Option<Fault>| {
        let trials = played.iter().filter(move |(of, _)| *of == fault);
        trials.map(|(_, trial)| trial.clone())
    };
    Ok(SelftestRecord {
        version: SelftestRecord::VERSION,
        samlproof: env!("CARGO_PKG_VERSION").into(),
        played: plays,
        honest: of(None).collect(),
        faults: faults.iter().map(|fault| record(*fault, of(Some(*fault)).collect())).collect(),
        duration_ms: millis(started, clock.now()),
    })
}

/// The first case of each scenario in each family.
fn one_a_family(cases: &[(Arc<Case>, Store)]) -> Vec<(Arc<Case>, Store)> {
    let mut seen = BTreeSet::new();
    let first = |(case, _): &&(Arc<Case>, Store)| {
        seen.insert((case.profile.family.clone(), case.id.clone()))
    };
    cases.iter().filter(first).cloned().collect()
}

/// Those of the families that a scenario named for the fault is played on: what it does on SPs that
/// it says nothing about proves nothing. All of them, where no such scenario is selected.
fn concerned(fault: Fault, cases: &[(Arc<Case>, Store)]) -> Vec<(Arc<Case>, Store)> {
    let named = |case: &Case| fault.scenarios().contains(&case.id.to_string().as_str());
    let families: BTreeSet<&str> = cases
        .iter()
        .filter(|(case, _)| named(case))
        .map(|(case, _)| case.profile.family.as_str())
        .collect();
    let is_concerned =
        |case: &Case| families.is_empty() || families.contains(case.profile.family.as_str());
    cases.iter().filter(|(case, _)| is_concerned(case)).cloned().collect()
}

/// The cases with targets that have this fault.
async fn on_targets(
    fault: Option<Fault>,
    cases: &[(Arc<Case>, Store)],
    options: &TargetOptions,
) -> Vec<Task> {
    let mut targets: BTreeMap<&str, Arc<Result<Target, String>>> = BTreeMap::new();
    let mut tasks = Vec::new();
    for (case, store) in cases {
        let name = case.profile.name.as_str();
        if !targets.contains_key(name) {
            let started = Target::start(Arc::clone(&case.profile), options.clone()).await;
            targets.insert(name, Arc::new(started.map_err(|error| error.to_string())));
        }
        tasks.push((fault, Arc::clone(case), store.clone(), Arc::clone(&targets[name])));
    }
    tasks
}

fn record(fault: Fault, trials: Vec<Trial>) -> FaultRecord {
    let (red, unclear): (Vec<_>, Vec<_>) =
        trials.into_iter().partition(|trial| trial.unclear.is_none());
    let mut caught_by: Vec<_> = red.into_iter().map(|trial| trial.id).collect();
    caught_by.dedup();
    FaultRecord {
        id: fault.id().into(),
        summary: fault.summary().into(),
        named: fault.scenarios().iter().map(|id| (*id).into()).collect(),
        caught_by,
        unclear,
    }
}

/// A case to play on a target with a fault.
type Task = (Option<Fault>, Arc<Case>, Store, Arc<Result<Target, String>>);

/// What was not green, sorted by scenario and profile.
async fn play_all(
    tasks: Vec<Task>,
    jobs: usize,
    progress: &impl Fn(Option<usize>, bool),
) -> Vec<(Option<Fault>, Trial)> {
    let tasks = tasks.into_iter().map(|(fault, case, store, target)| async move {
        let (id, profile) = (case.id.clone(), case.profile.name.clone());
        let task = AbortOnDropHandle::new(tokio::spawn(play(case, store, target)));
        let colour = task.await.unwrap_or_else(|error| Colour::Unclear(error.to_string()));
        let unclear = match colour {
            Colour::Green => return None,
            Colour::Red => None,
            Colour::Unclear(why) => Some(why),
        };
        Some((fault, Trial { id, profile, unclear }))
    });
    let mut played = stream::iter(tasks).buffer_unordered(jobs.max(1));
    let mut all = Vec::new();
    while let Some(trial) = played.next().await {
        progress(None, trial.is_none());
        all.extend(trial);
    }
    all.sort();
    all
}

/// How a case came out.
enum Colour {
    Green,
    Red,
    Unclear(String),
}

async fn play(case: Arc<Case>, store: Store, target: Arc<Result<Target, String>>) -> Colour {
    let target = match target.as_ref() {
        Ok(target) => target,
        Err(why) => return Colour::Unclear(why.clone()),
    };
    let env = Env::fixed(BEGINNING, &case.seed);
    let observation = drive(&case, target, &env).await;
    match judge(&case, &observation) {
        Verdict::Fail(_) => Colour::Red,
        Verdict::Pass => match compare(&case, &outcomes(&case, &observation), &store) {
            Held::Changed { .. } => Colour::Red,
            Held::Same | Held::New { .. } | Held::Accepted => Colour::Green,
        },
        Verdict::Skip(_) => Colour::Green,
        Verdict::Inconclusive(why) | Verdict::Broken(why) => Colour::Unclear(why),
    }
}
