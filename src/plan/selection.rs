//! Which cases are wanted.

use std::fmt;
use std::str::FromStr;

use globset::{Glob, GlobMatcher};

use super::error::PlanError;
use super::fresh::hex;
use crate::scenario::ScenarioId;

/// Which cases are wanted. `Default` wants all that are not slow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Ids, their beginnings (`jit`, `jit/new`) or globs over them (`*/off-*`); empty: all.
    pub scenarios: Vec<String>,
    /// Areas, whole; empty: all.
    pub areas: Vec<String>,
    /// Globs over profile names; empty: all.
    pub profiles: Vec<String>,
    /// Whether cases may wait in real time.
    pub slow: bool,
    /// One part of the cases.
    pub partition: Option<Partition>,
    /// Makes domains, addresses and tokens; on a real SP each run has another.
    pub seed: String,
}

/// `hash:m/n`: the m-th of n parts. A case stays in its part as long as its id and profile do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    part: u64,
    parts: u64,
}

/// A text that is no partition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a partition: write `hash:M/N` with 1 <= M <= N, such as `hash:1/4`")]
pub struct PartitionError(String);

impl FromStr for Partition {
    type Err = PartitionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (part, parts) = text.strip_prefix("hash:")?.split_once('/')?;
            let (part, parts) = (part.parse().ok()?, parts.parse().ok()?);
            (1..=parts).contains(&part).then_some(Self { part, parts })
        };
        parse().ok_or_else(|| PartitionError(text.to_owned()))
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hash:{}/{}", self.part, self.parts)
    }
}

impl Partition {
    /// Whether a scenario on a profile belongs to this part.
    pub fn contains(&self, id: &ScenarioId, profile: &str) -> bool {
        let hash = u64::from_str_radix(&hex(&format!("{id}\0{profile}"), 16), 16);
        hash.unwrap_or_default() % self.parts == self.part - 1
    }
}

/// A selection with its globs compiled.
pub(super) struct Wanted {
    scenarios: Vec<(String, GlobMatcher)>,
    areas: Vec<String>,
    profiles: Vec<(String, GlobMatcher)>,
}

impl Wanted {
    /// # Errors
    /// Every pattern that is not one.
    pub(super) fn new(selection: &Selection) -> Result<Self, Vec<PlanError>> {
        let mut errors = Vec::new();
        let mut compile = |patterns: &[String]| -> Vec<_> {
            let compiled = patterns.iter().map(|pattern| match glob(pattern) {
                Ok(glob) => Some((pattern.clone(), glob)),
                Err(cause) => {
                    errors.push(PlanError::BadGlob { pattern: pattern.clone(), cause });
                    None
                }
            });
            compiled.flatten().collect()
        };
        let scenarios = compile(&selection.scenarios);
        let profiles = compile(&selection.profiles);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self { scenarios, areas: selection.areas.clone(), profiles })
    }

    pub(super) fn scenario(&self, id: &ScenarioId) -> bool {
        let named = self.scenarios.is_empty()
            || self.scenarios.iter().any(|(pattern, glob)| fits(pattern, glob, id));
        named && (self.areas.is_empty() || self.areas.iter().any(|area| id.area() == area))
    }

    pub(super) fn profile(&self, name: &str) -> bool {
        self.profiles.is_empty() || self.profiles.iter().any(|(_, glob)| glob.is_match(name))
    }

    /// Patterns that fit nothing at all: probably misspelt.
    pub(super) fn unused<'w>(
        &'w self,
        ids: &'w [&ScenarioId],
        profiles: &'w [&str],
    ) -> impl Iterator<Item = (&'static str, &'w str)> {
        let scenarios = self
            .scenarios
            .iter()
            .filter(|(pattern, glob)| !ids.iter().any(|id| fits(pattern, glob, id)))
            .map(|(pattern, _)| ("scenario", pattern.as_str()));
        let areas = self
            .areas
            .iter()
            .filter(|area| !ids.iter().any(|id| id.area() == **area))
            .map(|area| ("area", area.as_str()));
        let profiles = self
            .profiles
            .iter()
            .filter(|(_, glob)| !profiles.iter().any(|name| glob.is_match(name)))
            .map(|(pattern, _)| ("profile", pattern.as_str()));
        scenarios.chain(areas).chain(profiles)
    }
}

pub(super) fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    let glob = Glob::new(pattern).map_err(|error| error.kind().to_string())?;
    Ok(glob.compile_matcher())
}

fn fits(pattern: &str, glob: &GlobMatcher, id: &ScenarioId) -> bool {
    id.0.starts_with(pattern) || glob.is_match(&id.0)
}
