//! One run from beginning to end.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use thiserror::Error;
use tokio::sync::Mutex;
use tokio_util::task::AbortOnDropHandle;

use super::family::{Played, compare};
use super::options::{Progress, RunOptions};
use super::play::{Assignment, blank, millis, play};
use crate::drive::{Target, TargetKeys, TargetOptions};
use crate::env::Env;
use crate::keys::{KeyError, StoreError, TlsAuthority};
use crate::plan::{Case, Plan, PlanErrors, Skipped, plan};
use crate::report::{CaseRecord, RunRecord};
use crate::scenario::Catalogue;
use crate::snapshot::Store;
use crate::sp::TargetKind;
use crate::verdict::Verdict;

/// Why there was no run.
#[derive(Debug, Error)]
pub enum RunError {
    /// The plan is wrong or empty.
    #[error(transparent)]
    Plan(#[from] PlanErrors),
    /// A key cannot be made or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The CA for loopback cannot be made.
    #[error("cannot make a CA for loopback: {0}")]
    Authority(#[from] KeyError),
}

/// Targets by profile; one that could not be started says why.
type Targets = BTreeMap<String, Arc<Result<Target, String>>>;

/// Runs what the options select and records it.
///
/// What an SP does is in the record; an error means that nothing was started. Dropping the future
/// ends everything that was started.
///
/// # Errors
/// If the plan cannot be made or the run's keys cannot be had.
pub async fn run(
    options: RunOptions,
    progress: impl Fn(Progress<'_>),
) -> Result<RunRecord, RunError> {
    let clock = Env::real().clock;
    let started = clock.now();
    let Plan { cases, skipped } = plan(&options.catalogue, &options.selection)?;
    progress(Progress::Planned { cases: cases.len() });
    let secrets = secrets(&cases);
    let targets = targets(&cases, &options).await?;

    let mut played = play_all(cases, &targets, &options, &progress).await;
    for target in targets.into_values() {
        if let Some(Ok(target)) = Arc::into_inner(target) {
            target.stop().await;
        }
    }

    compare(&mut played);
    let mut cases: Vec<CaseRecord> = played.into_iter().map(|played| played.record).collect();
    cases.extend(skipped.into_iter().filter_map(|one| skipped_record(one, &options.catalogue)));
    cases.sort_by(|one, two| (&one.id, &one.profile).cmp(&(&two.id, &two.profile)));
    Ok(RunRecord {
        version: RunRecord::VERSION,
        samlproof: env!("CARGO_PKG_VERSION").into(),
        started,
        duration_ms: millis(started, clock.now()),
        cases,
        secrets,
    })
}

/// Starts one target for each profile that has a case.
async fn targets(cases: &[Case], options: &RunOptions) -> Result<Targets, RunError> {
    let mut targets = Targets::new();
    for case in cases {
        let profile = &case.profile;
        if targets.contains_key(&profile.name) {
            continue;
        }
        let target = target_options(&profile.target, options)?;
        let started = Target::start(Arc::clone(profile), target).await;
        let started = started.map_err(|error| error.to_string());
        targets.insert(profile.name.clone(), Arc::new(started));
    }
    Ok(targets)
}

/// What the targets of this kind are started with.
pub(super) fn target_options(
    kind: &TargetKind,
    options: &RunOptions,
) -> Result<TargetOptions, RunError> {
    Ok(TargetOptions {
        engine: options.engine,
        authority: Arc::new(TlsAuthority::new(Env::real().clock.now())?),
        keys: TargetKeys::of(kind, options.keys.as_deref())?,
        timeout: options.timeout,
        fault: options.fault,
    })
}

async fn play_all(
    cases: Vec<Case>,
    targets: &Targets,
    options: &RunOptions,
    progress: &impl Fn(Progress<'_>),
) -> Vec<Played> {
    let holding = Arc::new(Mutex::new(()));
    let tasks = cases.into_iter().filter_map(|case| {
        let target = Arc::clone(targets.get(&case.profile.name)?);
        let store = store(&case, options);
        let holding = Arc::clone(&holding);
        Some(async move {
            let fallback = blank(&case);
            let accept = options.accept;
            let assignment = Assignment { case, target, store, accept, holding };
            let task = AbortOnDropHandle::new(tokio::spawn(play(assignment)));
            task.await.unwrap_or_else(|error| {
                let verdict = Verdict::Broken(error.to_string());
                Played { record: CaseRecord { verdict, ..fallback }, text: None }
            })
        })
    });
    let mut played = stream::iter(tasks).buffer_unordered(options.jobs.max(1));
    let mut all = Vec::new();
    while let Some(case) = played.next().await {
        progress(Progress::Finished(&case.record));
        all.push(case);
    }
    all
}

/// Where the snapshot of a case is: beside its scenario, beside the user's profile, or embedded.
pub(super) fn store(case: &Case, options: &RunOptions) -> Store {
    let loaded = options.catalogue.scenarios.iter().find(|one| one.scenario.id == case.id);
    let root = loaded.and_then(|loaded| loaded.root.as_ref());
    match (root, &options.snapshots) {
        (Some(root), _) => Store::Folder(root.join("snapshots")),
        (None, Some(folder)) => Store::Folder(folder.clone()),
        (None, None) => Store::Embedded(Catalogue::snapshot),
    }
}

/// The record of a case that is not played.
fn skipped_record(skipped: Skipped, catalogue: &Catalogue) -> Option<CaseRecord> {
    let Skipped { id, title, profile, reason, short_of } = skipped;
    let loaded = catalogue.scenarios.iter().find(|one| one.scenario.id == id)?;
    Some(CaseRecord {
        id,
        profile: profile.unwrap_or_else(|| "-".into()),
        title,
        requirement: loaded.scenario.requirement.clone(),
        source: loaded.scenario.source.clone(),
        grade: loaded.scenario.grade,
        verdict: Verdict::Skip(reason),
        short_of,
        held: None,
        outcome: None,
        observation: None,
        duration_ms: 0,
    })
}

/// What must not be printed: the tokens of all entries.
fn secrets(cases: &[Case]) -> Vec<String> {
    let entries = cases.iter().flat_map(|case| &case.configuration.entries);
    entries.filter_map(|entry| entry.token.clone()).collect()
}
