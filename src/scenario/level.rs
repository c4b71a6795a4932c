//! How much of an SP has to be seen for a verdict.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much of an SP has to be seen, or can be (facts, section 5: observation needed). Each level
/// includes the ones before it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Level {
    /// HTTP alone: statuses, redirects, the pages by which the SP says no.
    #[default]
    L0,
    /// And who is logged in.
    L1,
    /// And what is stored: users and their roles.
    L2,
    /// And a clock that can be set: a reference SP.
    L3,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
        })
    }
}
