//! Ids of scenarios.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `area/slug`: the path of a scenario's file without its suffix. Stable: selections, twins and
/// snapshots name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScenarioId(pub String);

impl ScenarioId {
    /// The part before the last slash, empty if there is none.
    pub fn area(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(area, _)| area)
    }

    /// The part after the last slash.
    pub fn slug(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, slug)| slug)
    }
}

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
