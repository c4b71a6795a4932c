//! Whether and how the roles of an existing user follow the groups.

use super::read::{Reader, syncs};
use super::reading::{Reading, json, numbers, other, roles, unchanged, word};
use super::record::{Learnt, Login, Question};
use crate::sp::{SyncScope, SyncWhen};

const ALWAYS: &str = "has no effect here: roles are synced whatever the switch says";
const NO_SYNC: &str = "has no effect here: the roles of an existing user are never looked at again";

impl Reader<'_> {
    pub(super) fn sync(&self) -> Reading {
        let (gain, loss) = (self.login(Question::Gain)?, self.login(Question::Loss)?);
        let both = [gain, loss];
        if let Some(refused) = both.iter().find(|login| !login.entered()) {
            return other("an existing user with a match is refused", &[refused]);
        }
        let gained = roles(gain)?.contains(&self.line("alpha"));
        let swapped = roles(loss)?.contains(&self.line("beta"));
        if gained || swapped {
            return Ok(self.switchable(&both));
        }
        if unchanged(gain)? && unchanged(loss)? {
            return word(SyncWhen::Never, &both);
        }
        other("roles change, and not to what the mappings give", &both)
    }

    /// Roles follow the groups: whether the switch is looked at is told by what becomes of somebody
    /// while it is off.
    fn switchable(&self, seen: &[&Login]) -> (Learnt, Vec<usize>) {
        let of = |learnt, more: &[&Login]| (learnt, numbers(&[seen, more].concat()));
        match self.login(Question::SyncOff).map(|off| (off, off.entered(), unchanged(off))) {
            Ok((off, true, Ok(true))) => of(Learnt::Is(json(&SyncWhen::Flag)), &[off]),
            Ok((off, true, Ok(false))) => of(Learnt::Is(json(&SyncWhen::Always)), &[off]),
            _ => of(Learnt::OneOf(vec![json(&SyncWhen::Flag), json(&SyncWhen::Always)]), &[]),
        }
    }

    pub(super) fn synced(&self) -> Result<(), String> {
        match syncs(self.asked) {
            Some(false) => Err(NO_SYNC.into()),
            _ => Ok(()),
        }
    }

    pub(super) fn scope(&self) -> Result<Option<SyncScope>, String> {
        let (gain, loss) = (self.login(Question::Gain)?, self.login(Question::Loss)?);
        let (after_gain, after_loss) = (roles(gain)?, roles(loss)?);
        let unlinked = after_gain.contains(&self.line("delta"));
        let linked = after_gain.contains(&self.line("epsilon"));
        // Only what was there can be lost.
        if !after_gain.contains(&self.line("alpha")) || !after_loss.contains(&self.line("beta")) {
            return Ok(None);
        }
        Ok(match (unlinked, linked, after_loss.contains(&self.line("alpha"))) {
            (false, false, false) => Some(SyncScope::ReplaceAll),
            (true, true, false) => Some(SyncScope::ManagedOnly),
            (true, false, false) => Some(SyncScope::LinkedTargets),
            (true, true, true) => Some(SyncScope::Additive),
            _ => None,
        })
    }

    pub(super) fn sync_scope(&self) -> Reading {
        self.synced()?;
        let seen = [self.login(Question::Gain)?, self.login(Question::Loss)?];
        match self.scope()? {
            Some(scope) => word(scope, &seen),
            None => other("what stays and what goes follows none of the scopes", &seen),
        }
    }

    /// A knob that says what happens while sync is switched off.
    pub(super) fn switched(&self) -> Result<(), String> {
        self.synced()?;
        match self.sync()?.0 {
            Learnt::Is(always) if always == json(&SyncWhen::Always) => Err(ALWAYS.into()),
            _ => Ok(()),
        }
    }
}
