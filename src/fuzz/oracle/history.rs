//! What an SP was told when, and what of it its caches may still show (facts 1f).

use jiff::SignedDuration;

use crate::fuzz::Script;
use crate::plan::{Action, ExpectWord};
use crate::sp::{Configuration, Entry, EntryName, Timing};

/// The configurations of a script with the time they were told, and when the SP was used.
#[derive(Clone, Debug)]
pub(super) struct History {
    /// What was told, with the action that told it; the first with none.
    versions: Vec<(Option<usize>, Configuration)>,
    /// Logins of any kind, with their times.
    uses: Vec<(usize, SignedDuration)>,
    /// The time of each action, from the beginning.
    times: Vec<SignedDuration>,
    timing: Timing,
}

impl History {
    pub(super) fn of(script: &Script) -> Self {
        let mut history = Self {
            versions: vec![(None, script.case.configuration.clone())],
            uses: Vec::new(),
            times: Vec::new(),
            timing: script.case.profile.timing.clone(),
        };
        let mut now = SignedDuration::ZERO;
        for (number, place) in script.steps.iter().enumerate() {
            history.times.push(now);
            let Some(step) = place.and_then(|place| script.case.steps.get(place)) else { continue };
            match &step.action {
                Action::Advance(by) => now += *by,
                Action::Change { sp: Some(told), .. }
                    if step.expect != [ExpectWord::ConfigurationRefused] =>
                {
                    history.versions.push((Some(number), told.clone()));
                }
                Action::Login { .. } | Action::PasswordLogin { .. } => {
                    history.uses.push((number, now));
                }
                _ => {}
            }
        }
        history
    }

    /// The time of an action.
    pub(super) fn time(&self, action: usize) -> SignedDuration {
        self.times.get(action).copied().unwrap_or_default()
    }

    /// What the SP was last told before an action.
    pub(super) fn told(&self, action: usize) -> &Configuration {
        &self.versions[self.current(action)].1
    }

    /// An entry as an SP may see it at an action: its settings and its mappings each as old as
    /// their own cache lets them be. What was last told comes first.
    pub(super) fn seen(&self, action: usize, name: &EntryName) -> Vec<Entry> {
        let settings = self.parts(action, name, self.timing.settings_cache);
        let mappings = self.parts(action, name, self.timing.mapping_cache);
        let mut seen: Vec<Entry> = Vec::new();
        for settings in &settings {
            for mappings in &mappings {
                let entry = Entry {
                    mappings: mappings.mappings.clone(),
                    defaults: mappings.defaults.clone(),
                    group_teams: mappings.group_teams.clone(),
                    ..Entry::clone(settings)
                };
                if !seen.contains(&entry) {
                    seen.push(entry);
                }
            }
        }
        seen
    }

    fn current(&self, action: usize) -> usize {
        // The first was told by no action, so there is always one.
        self.versions
            .iter()
            .rposition(|(told, _)| told.is_none_or(|told| told < action))
            .unwrap_or(0)
    }

    /// C1, C2, C4: what was superseded may still be seen if it was used while it was in force and
    /// no longer ago than the cache lives; it is counted from the use, since nothing of a change
    /// reaches what was loaded before. The very end of that time belongs to both.
    fn parts(&self, action: usize, name: &EntryName, cache: SignedDuration) -> Vec<&Entry> {
        let now = self.time(action);
        let current = self.current(action);
        let in_force = |number: usize, used: usize| {
            let told = self.versions[number].0;
            let next = self.versions.get(number + 1).and_then(|(told, _)| *told);
            told.is_none_or(|told| told < used) && next.is_none_or(|next| used < next)
        };
        let lingers = |number: usize| {
            !cache.is_zero()
                && self.uses.iter().any(|(used, at)| {
                    *used < action && in_force(number, *used) && now - *at <= cache
                })
        };
        std::iter::once(current)
            .chain((0..current).rev().filter(|number| lingers(*number)))
            .filter_map(|number| self.versions[number].1.entries.iter().find(|e| e.name == *name))
            .collect()
    }
}
