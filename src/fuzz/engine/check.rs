//! One world, played and judged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::judges::Judges;
use super::options::FuzzOptions;
use super::watch::Watch;
use crate::fuzz::{
    Action, Disagreement, Law, LawKind, OpenRules, Oracle, Played, Player, Script, ScriptError,
    Side, World, report,
};
use crate::observation::Trouble;
use crate::sp::{SpProfile, TargetKind};

/// Plays worlds on one SP and judges them.
#[derive(Debug)]
pub(super) struct Checker {
    pub(super) player: Player,
    profile: Arc<SpProfile>,
    open: OpenRules,
    /// Keeps this run's addresses apart from those of every other.
    run: String,
    /// How many worlds were played: each has addresses of its own on an SP that keeps them.
    plays: AtomicU64,
    watch: Arc<Watch>,
}

/// What became of a world.
#[derive(Debug)]
pub(super) enum Checked {
    /// Everything in it is as it must be.
    Good,
    /// Something is not.
    Bad(Box<Wrong>),
    /// No SP would take its configuration.
    Discarded,
    /// It could not be played.
    Stuck(Trouble),
}

/// What is not as it must be, and the world that shows it: the one that was asked about, or one
/// that a law compares it with.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    pub(super) disagreement: Disagreement,
    pub(super) shown: World,
}

/// What keeps a world from being judged.
enum Obstacle {
    Discarded,
    Stuck(Trouble),
}

impl Checker {
    pub(super) fn new(player: Player, options: &FuzzOptions, watch: Arc<Watch>) -> Self {
        Self {
            player,
            profile: Arc::clone(&options.profile),
            open: options.open.clone(),
            run: options.run.clone(),
            plays: AtomicU64::new(0),
            watch,
        }
    }

    /// Plays a world and has it judged. `number` chooses where a law has a choice.
    pub(super) async fn check(&self, world: &World, judges: &Judges, number: u64) -> Checked {
        match self.judge(world, judges, number).await {
            Ok(None) => Checked::Good,
            Ok(Some(wrong)) => Checked::Bad(Box::new(wrong)),
            Err(Obstacle::Discarded) => Checked::Discarded,
            Err(Obstacle::Stuck(trouble)) => Checked::Stuck(trouble),
        }
    }

    async fn judge(
        &self,
        world: &World,
        judges: &Judges,
        number: u64,
    ) -> Result<Option<Wrong>, Obstacle> {
        let (script, played) = self.play(world).await?;
        let shown = |disagreement: Box<Disagreement>| Wrong {
            disagreement: *disagreement,
            shown: world.clone(),
        };
        if judges.oracle()
            && let Err(found) = Oracle::new(&script, &self.open).judge(&played)
        {
            return Ok(Some(shown(found)));
        }
        for law in judges.invariants() {
            if let LawKind::Invariant(holds) = law.kind
                && let Err(found) = holds(&script, &played)
            {
                return Ok(Some(shown(found)));
            }
        }
        for law in judges.comparisons(number) {
            let side = Side { script: &script, played: &played };
            if let Some(wrong) = self.compare(law, side, number).await? {
                return Ok(Some(wrong));
            }
        }
        Ok(None)
    }

    /// Plays the world that a law compares this one with, if it has one.
    async fn compare(
        &self,
        law: &Law,
        base: Side<'_>,
        number: u64,
    ) -> Result<Option<Wrong>, Obstacle> {
        let LawKind::Metamorphic { variant, compare } = law.kind else { return Ok(None) };
        let Some(other) = variant(base.script, number) else { return Ok(None) };
        let (script, played) = match self.play(&other).await {
            Ok(played) => played,
            // The law says nothing where the other world is none that an SP would take.
            Err(Obstacle::Discarded) => return Ok(None),
            Err(stuck) => return Err(stuck),
        };
        let found = compare(base, Side { script: &script, played: &played }).err();
        Ok(found.map(|disagreement| Wrong { disagreement: *disagreement, shown: other }))
    }

    async fn play(&self, world: &World) -> Result<(Script, Played), Obstacle> {
        let script = self.script(world).map_err(|_| Obstacle::Discarded)?;
        let logins = script.world.actions.iter().map(|action| match action {
            Action::Login { at_once, .. } => u64::try_from(*at_once).unwrap_or(u64::MAX),
            _ => 0,
        });
        self.watch.logins.fetch_add(logins.sum(), Ordering::Relaxed);
        let played = self.player.play(&script).await.map_err(Obstacle::Stuck)?;
        Ok((script, played))
    }

    /// A world with the addresses of its next play.
    fn script(&self, world: &World) -> Result<Script, ScriptError> {
        let play = self.plays.fetch_add(1, Ordering::Relaxed);
        let seed = match self.profile.target {
            TargetKind::Reference => "fuzz".to_owned(),
            TargetKind::External(_) => format!("{} {play}", self.run),
        };
        Script::of(world, &self.profile, &seed)
    }

    /// What is wrong as a scenario file, or why it cannot be written as one.
    pub(super) fn scenario(&self, wrong: &Wrong, seed: &str) -> Result<String, String> {
        let script = self.script(&wrong.shown).map_err(|error| error.to_string())?;
        report(&script, &self.open, (&wrong.disagreement, seed)).map_err(|error| error.to_string())
    }
}
