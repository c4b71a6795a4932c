//! Who judges: the oracle, the laws, or some of them.

use thiserror::Error;

use crate::fuzz::{Judge, Law, LawKind};

/// Who judges.
#[derive(Clone, Debug)]
pub struct Judges {
    /// Whether the oracle does.
    oracle: bool,
    laws: Vec<&'static Law>,
    /// How many laws that compare two worlds are held of one case.
    compared: usize,
}

/// A name that no judge has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no law `{0}`; samlproof fuzz --list-laws names them, and the oracle is `oracle`")]
pub struct NoSuchLaw(pub String);

impl Default for Judges {
    /// The oracle and every law. Of the laws that compare two worlds one is held of each case, in
    /// turn, as each costs another play.
    fn default() -> Self {
        Self { oracle: true, laws: Law::ALL.iter().collect(), compared: 1 }
    }
}

impl Judges {
    /// The name by which the oracle is chosen.
    pub const ORACLE: &str = "oracle";

    /// The judges of these names alone, all of them at each case; all there are if none is named.
    ///
    /// # Errors
    /// The first name that is none.
    pub fn named(names: &[String]) -> Result<Self, NoSuchLaw> {
        if names.is_empty() {
            return Ok(Self::default());
        }
        let mut judges = Self { oracle: false, laws: Vec::new(), compared: usize::MAX };
        for name in names {
            match Law::named(name) {
                Some(law) => judges.laws.push(law),
                None if name == Self::ORACLE => judges.oracle = true,
                None => return Err(NoSuchLaw(name.clone())),
            }
        }
        Ok(judges)
    }

    /// Nobody but this one.
    pub(super) fn only(judge: &Judge) -> Self {
        let law = match judge {
            Judge::Oracle => None,
            Judge::Law(name) => Law::named(name),
        };
        let oracle = *judge == Judge::Oracle;
        Self { oracle, laws: law.into_iter().collect(), compared: usize::MAX }
    }

    pub(super) fn oracle(&self) -> bool {
        self.oracle
    }

    /// The laws about one world.
    pub(super) fn invariants(&self) -> impl Iterator<Item = &'static Law> {
        let alone = |law: &&&'static Law| matches!(law.kind, LawKind::Invariant(_));
        self.laws.iter().filter(alone).copied()
    }

    /// The laws about two worlds that are held of the case of this number.
    pub(super) fn comparisons(&self, number: u64) -> impl Iterator<Item = &'static Law> {
        let compares = |law: &&'static Law| matches!(law.kind, LawKind::Metamorphic { .. });
        let all: Vec<&'static Law> = self.laws.iter().copied().filter(compares).collect();
        let count = all.len().min(self.compared);
        let turn = u64::try_from(all.len().max(1)).unwrap_or(u64::MAX);
        let first = usize::try_from(number % turn).unwrap_or_default();
        all.into_iter().cycle().skip(first).take(count)
    }
}
