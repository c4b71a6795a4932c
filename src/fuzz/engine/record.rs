//! What came of a hunt.

use serde::{Deserialize, Serialize};

use super::Size;
use crate::fuzz::{Disagreement, World};

/// What came of a hunt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FuzzRecord {
    /// The version of this form.
    pub version: u32,
    /// The version of samlproof.
    pub samlproof: String,
    /// The SP profile.
    pub profile: String,
    /// The seed: with it, and as many cases, the same is found again.
    pub seed: String,
    /// Cases that were drawn, played and judged, up to the one that ended the hunt.
    pub cases: u64,
    /// Cases that were drawn and that no SP would take.
    pub discarded: u64,
    /// Cases of earlier hunts that were played again.
    pub replayed: u64,
    /// Logins, over all cases and everything that was played to shrink.
    pub logins: u64,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// Whether somebody stopped it.
    pub interrupted: bool,
    /// What kept a case from being played, if that ended the hunt.
    pub trouble: Option<String>,
    /// What was found, in the order of the cases.
    pub findings: Vec<FuzzFinding>,
}

impl FuzzRecord {
    /// The version of the JSON form; it rises when a reader would have to change.
    pub const VERSION: u32 = 1;
}

/// Where a case came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It was kept by an earlier hunt: its place in the file, from 1.
    Regression(u64),
    /// It was drawn: its number, from 1.
    Case(u64),
}

/// A world that an SP does not handle as it must.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FuzzFinding {
    /// Where the case came from.
    pub origin: Origin,
    /// The seed of that one case, in hexadecimal digits.
    pub case_seed: String,
    /// What is wrong with what is left of it.
    pub disagreement: Disagreement,
    /// What is left of it.
    pub world: World,
    /// How large it was.
    pub found: Size,
    /// How large it is now.
    pub shrunk: Size,
    /// How many plays that took.
    pub plays: u64,
    /// The same as a scenario file, which a right SP passes.
    pub scenario: Option<String>,
    /// Why it cannot be written as one.
    pub inexpressible: Option<String>,
}
