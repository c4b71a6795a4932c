//! Ids of scenarios.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `area/slug`: the path of a scenario's file without its suffix. Stable: selections, twins and
/// snapshots name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScenarioId(pub String);

impl ScenarioId {
    /// Takes a well-formed id: parts of lower-case letters, digits, `-` and `_`, with slashes
    /// between them. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let part = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
        };
        (text.len() <= 200 && text.split('/').all(part)).then(|| Self(text.to_owned()))
    }

    /// Everything before the last part: `jit` of `jit/new-mapped`; empty where there is one part.
    pub fn area(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(area, _)| area)
    }

    /// The last part: `new-mapped` of `jit/new-mapped`.
    pub fn slug(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.0.as_str(), |(_, slug)| slug)
    }
}

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
