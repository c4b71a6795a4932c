//! What is not as it must be.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who says that something is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judge {
    /// The documented semantics with the profile's rules.
    Oracle,
    /// A law, by its name.
    Law(String),
}

impl fmt::Display for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oracle => f.write_str("oracle"),
            Self::Law(name) => write!(f, "law {name}"),
        }
    }
}

/// One thing that is not as it must be, with the one difference that matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Who says so.
    pub judge: Judge,
    /// The action of the world, from 0, after which it was seen.
    pub action: usize,
    /// What was looked at: `login jane`.
    pub about: String,
    /// What would have been right, in lines; several where several are.
    pub expected: Vec<String>,
    /// What was there.
    pub actual: String,
    /// The difference in one line.
    pub difference: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.judge, self.about, self.difference)
    }
}

/// What a judge says: nothing, or what is not as it must be.
pub type Judged = Result<(), Box<Disagreement>>;
