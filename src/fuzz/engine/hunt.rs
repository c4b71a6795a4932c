//! The hunt from its first case to its record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use thiserror::Error;
use tokio::runtime::Handle;

use super::check::{Checked, Checker, Wrong};
use super::judges::Judges;
use super::options::FuzzOptions;
use super::record::{FuzzFinding, FuzzRecord, Origin};
use super::regressions::{Regressions, RegressionsError};
use super::seed::CaseSeed;
use super::shrink::Shrinker;
use super::size::Size;
use super::watch::Watch;
use crate::drive::TargetError;
use crate::env::{Clock, Env};
use crate::fuzz::{Capabilities, Player, World, strategies};
use crate::observation::Trouble;

/// Why there was no hunt.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FuzzError {
    /// The SP cannot be made ready.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The kept cases cannot be read, or a new one cannot be kept.
    #[error(transparent)]
    Regressions(#[from] RegressionsError),
    /// A thread of the hunt came to a bad end.
    #[error("a worker gave up: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

/// Draws cases, plays and judges them, and shrinks what disagrees.
///
/// Kept cases come first, then new ones until one of the limits is reached. What is found depends on
/// seed and limits alone, not on how many cases are played at once; only a limit of time cuts where
/// the time is over. [`Watch::stop`] ends it sooner, with what was found so far.
///
/// # Errors
/// If the SP cannot be made ready, or the file of kept cases cannot be used.
pub async fn fuzz(options: FuzzOptions, watch: Arc<Watch>) -> Result<FuzzRecord, FuzzError> {
    let clock = Env::real().clock;
    let started = clock.now();
    let kept = options.regressions.as_ref().map_or(Ok(Vec::new()), Regressions::read)?;
    let player = Player::start(Arc::clone(&options.profile), options.over, options.target.clone());
    let player = player.await?;
    let workers = if player.is_parallel() { options.jobs.max(1) } else { 1 };
    let hunt = Arc::new(Hunt::new(player, kept, &options, (watch, clock.clone())));
    let mut tasks = Vec::new();
    for _ in 0..workers {
        let (hunt, handle) = (Arc::clone(&hunt), Handle::current());
        tasks.push(tokio::task::spawn_blocking(move || hunt.work(&handle)));
    }
    for task in tasks {
        task.await?;
    }
    let took = clock.now().duration_since(started);
    let hunt = Arc::into_inner(hunt).expect("every worker has ended and let go of the hunt");
    let record = hunt.end(&options, took).await;
    if let Some(regressions) = &options.regressions {
        for finding in &record.findings {
            if let (Origin::Case(_), Ok(seed)) = (finding.origin, finding.case_seed.parse()) {
                let remark = format!("{}, {}", finding.disagreement, finding.shrunk);
                regressions.add(seed, &remark)?;
            }
        }
    }
    Ok(record)
}

/// What the workers share.
struct Hunt {
    checker: Checker,
    judges: Judges,
    capabilities: Capabilities,
    kept: Vec<CaseSeed>,
    seed: String,
    /// How many cases there are, kept ones included.
    count: u64,
    deadline: Option<Timestamp>,
    clock: Clock,
    wanted: usize,
    shrink: u64,
    next: AtomicU64,
    watch: Arc<Watch>,
    seen: Mutex<Seen>,
}

/// What has become of the cases, by their places: kept ones first.
#[derive(Default)]
struct Seen {
    /// Cases that were judged.
    played: BTreeSet<u64>,
    /// Cases that no SP would take.
    discarded: BTreeSet<u64>,
    /// Cases that disagreed; they may still be being shrunk.
    disagreed: BTreeSet<u64>,
    findings: BTreeMap<u64, FuzzFinding>,
    trouble: BTreeMap<u64, Trouble>,
}

impl Seen {
    /// The place of the case that ends the hunt, as far as is known.
    fn end(&self, wanted: usize) -> u64 {
        let found = self.disagreed.iter().nth(wanted.saturating_sub(1)).copied();
        let stuck = self.trouble.keys().next().copied();
        found.into_iter().chain(stuck).min().unwrap_or(u64::MAX)
    }
}

impl Hunt {
    fn new(
        player: Player,
        kept: Vec<CaseSeed>,
        options: &FuzzOptions,
        (watch, clock): (Arc<Watch>, Clock),
    ) -> Self {
        let time = options.time.map(SignedDuration::try_from);
        let deadline = time.map(|time| {
            clock.now().checked_add(time.unwrap_or(SignedDuration::MAX)).unwrap_or(Timestamp::MAX)
        });
        let replayed = kept.len() as u64;
        Self {
            checker: Checker::new(player, options, Arc::clone(&watch)),
            judges: options.judges.clone(),
            capabilities: Capabilities::of(&options.profile),
            kept,
            seed: options.seed.clone(),
            count: options.cases.map_or(u64::MAX, |cases| cases.saturating_add(replayed)),
            deadline,
            clock,
            wanted: options.findings.max(1),
            shrink: options.shrink,
            next: AtomicU64::new(0),
            watch,
            seen: Mutex::default(),
        }
    }

    /// Plays cases until there are no more to play. On a thread of its own: what is drawn holds
    /// things that may not leave their thread.
    fn work(&self, handle: &Handle) {
        let strategy = strategies::world(&self.capabilities);
        while let Some(place) = self.next() {
            handle.block_on(self.case(place, &strategy));
        }
    }

    /// The place of the next case to be played.
    fn next(&self) -> Option<u64> {
        let late = self.deadline.is_some_and(|deadline| deadline <= self.clock.now());
        if late || self.watch.stop.is_cancelled() {
            return None;
        }
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        let end = self.seen().end(self.wanted);
        (place < self.count && place < end).then_some(place)
    }

    async fn case(&self, place: u64, strategy: &BoxedStrategy<World>) {
        let seed = self.seed_of(place);
        let Ok(mut tree) = strategy.new_tree(&mut seed.runner()) else {
            self.seen().discarded.insert(place);
            return;
        };
        let world = tree.current();
        let checked = tokio::select! {
            () = self.watch.stop.cancelled() => return,
            checked = self.checker.check(&world, &self.judges, place) => checked,
        };
        self.watch.cases.fetch_add(1, Ordering::Relaxed);
        match checked {
            Checked::Good => drop(self.seen().played.insert(place)),
            Checked::Discarded => drop(self.seen().discarded.insert(place)),
            Checked::Stuck(trouble) => drop(self.seen().trouble.insert(place, trouble)),
            Checked::Bad(wrong) => {
                {
                    let mut seen = self.seen();
                    seen.played.insert(place);
                    seen.disagreed.insert(place);
                }
                self.watch.findings.fetch_add(1, Ordering::Relaxed);
                self.shrunk((place, seed), &mut tree, (world, *wrong)).await;
            }
        }
    }

    /// Shrinks a finding, as far as time and whoever looks on allow.
    async fn shrunk(
        &self,
        (place, seed): (u64, CaseSeed),
        tree: &mut impl ValueTree<Value = World>,
        (world, wrong): (World, Wrong),
    ) {
        let found = Size::of(&wrong.shown);
        self.watch.shrinking.fetch_add(1, Ordering::Relaxed);
        let mut shrinker = Shrinker::new(&self.checker, (world, wrong), place);
        tokio::select! {
            () = self.watch.stop.cancelled() => {}
            () = shrinker.shrink(tree, self.shrink) => {}
        }
        self.watch.shrinking.fetch_sub(1, Ordering::Relaxed);
        let (wrong, plays) = shrinker.end();
        let origin = self.origin(place);
        let scenario = self.checker.scenario(&wrong, &self.named(origin));
        let finding = FuzzFinding {
            origin,
            case_seed: seed.to_string(),
            found,
            shrunk: Size::of(&wrong.shown),
            disagreement: wrong.disagreement,
            world: wrong.shown,
            plays,
            scenario: scenario.as_ref().ok().cloned(),
            inexpressible: scenario.err(),
        };
        self.seen().findings.insert(place, finding);
    }

    /// How a case is named in a scenario.
    fn named(&self, origin: Origin) -> String {
        match origin {
            Origin::Case(number) => format!("{} (case {number})", self.seed),
            Origin::Regression(number) => format!("kept as a regression (number {number})"),
        }
    }

    fn seed_of(&self, place: u64) -> CaseSeed {
        let kept = usize::try_from(place).ok().and_then(|place| self.kept.get(place));
        kept.copied().unwrap_or_else(|| match self.origin(place) {
            Origin::Case(number) | Origin::Regression(number) => CaseSeed::of(&self.seed, number),
        })
    }

    fn origin(&self, place: u64) -> Origin {
        match place.checked_sub(self.kept.len() as u64) {
            Some(number) => Origin::Case(number + 1),
            None => Origin::Regression(place + 1),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // What a panic elsewhere leaves behind is whole: every change is one call.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record. What was played behind the case that ended the hunt is left out: how much that is
    /// depends on how many cases were played at once.
    async fn end(self, options: &FuzzOptions, took: SignedDuration) -> FuzzRecord {
        let interrupted = self.watch.stop.is_cancelled();
        let replayed = self.kept.len() as u64;
        let seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        let end = seen.end(self.wanted);
        let upto =
            |places: &BTreeSet<u64>| places.range(replayed..=end.max(replayed)).count() as u64;
        let played = upto(&seen.played);
        let discarded = upto(&seen.discarded);
        let again = seen.played.range(..replayed.min(end.saturating_add(1))).count() as u64;
        let logins = self.watch.logins.load(Ordering::Relaxed);
        let findings = seen.findings.into_iter().filter(|(place, _)| *place <= end);
        let trouble = seen.trouble.into_iter().next().filter(|(place, _)| *place <= end);
        self.checker.player.stop().await;
        FuzzRecord {
            version: FuzzRecord::VERSION,
            samlproof: env!("CARGO_PKG_VERSION").into(),
            profile: options.profile.name.clone(),
            seed: self.seed,
            cases: played + discarded,
            discarded,
            replayed: again,
            logins,
            duration_ms: u64::try_from(took.as_millis()).unwrap_or_default(),
            interrupted,
            trouble: trouble.map(|(_, trouble)| trouble.to_string()),
            findings: findings.map(|(_, finding)| finding).collect(),
        }
    }
}
