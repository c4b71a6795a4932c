//! One world, played and judged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::options::FuzzOptions;
use crate::fuzz::{
    Action, Disagreement, OpenRules, Oracle, Played, Player, Script, ScriptError, World,
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
    pub(super) logins: AtomicU64,
}

/// What became of a world.
#[derive(Debug)]
pub(super) enum Checked {
    /// It was played, and this is the first thing that is not as it must be.
    Played(Option<Box<Disagreement>>),
    /// No SP would take its configuration.
    Discarded,
    /// It could not be played.
    Stuck(Trouble),
}

impl Checker {
    pub(super) fn new(player: Player, options: &FuzzOptions) -> Self {
        Self {
            player,
            profile: Arc::clone(&options.profile),
            open: options.open.clone(),
            run: options.seed.clone(),
            plays: AtomicU64::new(0),
            logins: AtomicU64::new(0),
        }
    }

    /// Plays a world and judges it.
    pub(super) async fn check(&self, world: &World) -> Checked {
        let script = match self.script(world) {
            Ok(script) => script,
            Err(_) => return Checked::Discarded,
        };
        let played = match self.play(&script).await {
            Ok(played) => played,
            Err(trouble) => return Checked::Stuck(trouble),
        };
        Checked::Played(Oracle::new(&script, &self.open).judge(&played).err())
    }

    /// A world and what is wrong with it, as a scenario file.
    pub(super) fn scenario(&self, world: &World, disagreement: &Disagreement) -> String {
        format!("# {disagreement}\n# {world:?}\n")
    }

    /// A world with the addresses of its next play.
    pub(super) fn script(&self, world: &World) -> Result<Script, ScriptError> {
        let play = self.plays.fetch_add(1, Ordering::Relaxed);
        let seed = match self.profile.target {
            TargetKind::Reference => "fuzz".to_owned(),
            TargetKind::External(_) => format!("{} {play}", self.run),
        };
        Script::of(world, &self.profile, &seed)
    }

    async fn play(&self, script: &Script) -> Result<Played, Trouble> {
        let logins = script.world.actions.iter().map(|action| match action {
            Action::Login { at_once, .. } => *at_once as u64,
            _ => 0,
        });
        self.logins.fetch_add(logins.sum(), Ordering::Relaxed);
        self.player.play(script).await
    }
}
