//! A finding made small: first by what was drawn, then by what is there.

use proptest::strategy::ValueTree;

use super::check::{Checked, Checker};
use super::reduce::smaller;
use crate::fuzz::{Disagreement, World};

/// Of the plays allowed, the part that goes to proptest's own shrinking.
const DRAWN_SHARE: u64 = 4;

/// A finding that has been made small.
#[derive(Debug)]
pub(super) struct Shrunk {
    pub(super) world: World,
    pub(super) disagreement: Disagreement,
    pub(super) plays: u64,
}

/// Shrinks worlds on one SP.
pub(super) struct Shrinker<'a> {
    checker: &'a Checker,
    /// How many plays are left.
    left: u64,
    best: Shrunk,
}

impl<'a> Shrinker<'a> {
    pub(super) fn new(checker: &'a Checker, world: World, disagreement: Disagreement) -> Self {
        Self { checker, left: 0, best: Shrunk { world, disagreement, plays: 0 } }
    }

    /// Shrinks by at most so many plays. It may be dropped at any time; [`Shrinker::end`] has what
    /// was reached.
    pub(super) async fn shrink(&mut self, tree: &mut impl ValueTree<Value = World>, plays: u64) {
        self.left = plays / DRAWN_SHARE;
        self.by_what_was_drawn(tree).await;
        self.left = plays.saturating_sub(self.best.plays);
        self.by_what_is_there().await;
    }

    /// What was reached.
    pub(super) fn end(self) -> Shrunk {
        self.best
    }

    /// proptest's loop: simpler while it still disagrees, one step back where it does not.
    async fn by_what_was_drawn(&mut self, tree: &mut impl ValueTree<Value = World>) {
        let mut more = tree.simplify();
        while more && self.left > 0 {
            more = match self.try_out(tree.current()).await {
                true => tree.simplify(),
                false => tree.complicate(),
            };
        }
    }

    async fn by_what_is_there(&mut self) {
        let mut smaller_found = true;
        while smaller_found && self.left > 0 {
            smaller_found = self.cut_off().await;
            for candidate in smaller(&self.best.world) {
                if self.left == 0 {
                    break;
                }
                if self.try_out(candidate).await {
                    smaller_found = true;
                    break;
                }
            }
        }
    }

    /// Nothing that happens behind the disagreement matters.
    async fn cut_off(&mut self) -> bool {
        let mut world = self.best.world.clone();
        let kept = self.best.disagreement.action + 1;
        let longer = world.actions.len() > kept;
        world.actions.truncate(kept);
        longer && self.try_out(world).await
    }

    /// Takes a world if the same judge still disagrees.
    async fn try_out(&mut self, world: World) -> bool {
        self.left -= 1;
        self.best.plays += 1;
        match self.checker.check(&world).await {
            Checked::Played(Some(disagreement))
                if disagreement.judge == self.best.disagreement.judge =>
            {
                self.best.world = world;
                self.best.disagreement = *disagreement;
                true
            }
            _ => false,
        }
    }
}
