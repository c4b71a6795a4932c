//! A finding made small: first by what was drawn, then by what is there.

use proptest::strategy::ValueTree;

use super::check::{Checked, Checker, Wrong};
use super::judges::Judges;
use super::reduce::smaller;
use crate::fuzz::{World, pruned};

/// Of the plays allowed, the part that goes to proptest's own shrinking.
const DRAWN_SHARE: u64 = 4;

/// Shrinks a world on one SP.
pub(super) struct Shrinker<'a> {
    checker: &'a Checker,
    judges: Judges,
    /// What chooses where a law has a choice.
    number: u64,
    /// How many plays are left.
    left: u64,
    plays: u64,
    world: World,
    wrong: Wrong,
}

impl<'a> Shrinker<'a> {
    /// A shrinker of a world; whoever found something wrong in it is the only judge from now on.
    pub(super) fn new(checker: &'a Checker, (world, wrong): (World, Wrong), number: u64) -> Self {
        let judges = Judges::only(&wrong.disagreement.judge);
        Self { checker, judges, number, left: 0, plays: 0, world, wrong }
    }

    /// Shrinks by at most so many plays. It may be dropped at any time; [`Shrinker::end`] has what
    /// was reached.
    pub(super) async fn shrink(&mut self, tree: &mut impl ValueTree<Value = World>, plays: u64) {
        self.left = plays / DRAWN_SHARE;
        self.by_what_was_drawn(tree).await;
        self.left = plays.saturating_sub(self.plays);
        self.by_what_is_there().await;
    }

    /// What was reached, and by how many plays.
    pub(super) fn end(self) -> (Wrong, u64) {
        (self.wrong, self.plays)
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

    /// Every part in turn, and again from the first as long as that helps. Behind what could be
    /// taken out it goes on where it was: what was tried before that seldom helps now.
    async fn by_what_is_there(&mut self) {
        let mut helped = true;
        while helped && self.left > 0 {
            helped = self.cut_off().await;
            let mut candidates = smaller(&self.world);
            let mut place = 0;
            while let Some(candidate) = candidates.get(place) {
                if self.try_out(candidate.clone()).await {
                    helped = true;
                    self.cut_off().await;
                    candidates = smaller(&self.world);
                } else {
                    place += 1;
                }
            }
        }
    }

    /// Nothing that happens behind the disagreement matters, nor who takes no part in it.
    async fn cut_off(&mut self) -> bool {
        let world = pruned(&self.world, self.wrong.disagreement.action);
        world != self.world && self.try_out(world).await
    }

    /// Takes a world if it is still wrong.
    async fn try_out(&mut self, world: World) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        self.plays += 1;
        match self.checker.check(&world, &self.judges, self.number).await {
            Checked::Bad(wrong) => {
                self.world = world;
                self.wrong = *wrong;
                true
            }
            _ => false,
        }
    }
}
