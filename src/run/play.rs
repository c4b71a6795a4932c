//! One case from its stage to its record.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::family::Played;
use crate::drive::{Target, drive};
use crate::env::Env;
use crate::observation::Observation;
use crate::plan::Case;
use crate::report::{CaseRecord, Status};
use crate::snapshot::{Held, HoldError, Store, hold, render};
use crate::verdict::{CaseOutcome, Verdict, judge, outcomes};

/// When a case begins on a settable clock: 2026-01-05, a Monday, at ten. Any instant would do; a
/// fixed one repeats byte for byte.
pub(super) const BEGINNING: Timestamp = Timestamp::constant(1_767_607_200, 0);

/// A case, the target it is played on, and where its outcome is held.
pub(super) struct Assignment {
    pub(super) case: Case,
    pub(super) target: Arc<Result<Target, String>>,
    pub(super) store: Store,
    pub(super) accept: bool,
    /// Members of a family share a file: one at a time reads and writes it.
    pub(super) holding: Arc<Mutex<()>>,
}

/// Plays, judges, holds.
pub(super) async fn play(assignment: Assignment) -> Played {
    let Assignment { case, target, store, accept, holding } = assignment;
    let mut record = blank(&case);
    let clock = Env::real().clock;
    let started = clock.now();
    match target.as_ref() {
        Err(why) => record.verdict = Verdict::Inconclusive(why.clone()),
        Ok(target) => {
            let env = match target.has_clock() {
                true => Env::fixed(BEGINNING, &case.seed),
                false => Env::real(),
            };
            let observation = drive(&case, target, &env).await;
            drop(env);
            record.verdict = judge(&case, &observation);
            let outcome = outcomes(&case, &observation);
            let _alone = holding.lock().await;
            let text = keep(&mut record, &case, outcome, observation, (store, accept)).await;
            record.duration_ms = millis(started, clock.now());
            return Played { record, text };
        }
    }
    Played { record, text: None }
}

/// Holds the outcome of a case that was played to its end, and keeps what explains it.
async fn keep(
    record: &mut CaseRecord,
    case: &Case,
    outcome: CaseOutcome,
    observation: Observation,
    (store, accept): (Store, bool),
) -> Option<(String, String)> {
    let judged = matches!(record.verdict, Verdict::Pass | Verdict::Fail(_));
    let mut text = None;
    if judged {
        text = Some((case.profile.family.clone(), render(case, &outcome)));
        // What is wrong by the scenario is never accepted as a snapshot.
        let accept = accept && record.verdict == Verdict::Pass;
        match held(case.clone(), outcome.clone(), store, accept).await {
            Ok(held) => record.held = Some(held),
            Err(why) => record.verdict = Verdict::Broken(why),
        }
    }
    record.outcome = Some(outcome);
    if record.status() != Status::Passed {
        record.observation = Some(observation);
    }
    text
}

/// insta reads and writes files.
async fn held(
    case: Case,
    outcome: CaseOutcome,
    store: Store,
    accept: bool,
) -> Result<Held, String> {
    let task = tokio::task::spawn_blocking(move || hold(&case, &outcome, &store, accept));
    let held: Result<Held, HoldError> = task.await.map_err(|error| error.to_string())?;
    held.map_err(|error| error.to_string())
}

/// The record of a case before anything is known.
pub(super) fn blank(case: &Case) -> CaseRecord {
    CaseRecord {
        id: case.id.clone(),
        profile: case.profile.name.clone(),
        title: case.title.clone(),
        requirement: case.requirement.clone(),
        source: case.source.clone(),
        grade: case.grade,
        verdict: Verdict::Broken("it was not played".into()),
        short_of: None,
        held: None,
        outcome: None,
        observation: None,
        duration_ms: 0,
    }
}

/// Whole milliseconds between two instants.
pub(super) fn millis(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_millis()).unwrap_or_default()
}
