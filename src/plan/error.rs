//! What keeps a plan from being made.

use crate::scenario::ScenarioId;

/// Everything that keeps a plan from being made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.iter().map(|error| format!("error: {error}")).collect::<Vec<_>>().join("\n"))]
pub struct PlanErrors {
    /// Never empty.
    pub errors: Vec<PlanError>,
}

impl PlanErrors {
    /// Whether nothing is wrong except that the selection selects nothing (exit code 4; otherwise 3,
    /// or 2 for [`PlanErrors::is_usage`]).
    pub fn nothing_selected(&self) -> bool {
        self.errors.iter().all(|error| matches!(error, PlanError::NothingSelected { .. }))
    }

    /// Whether everything that is wrong is wrong with the selection's own syntax (exit code 2).
    pub fn is_usage(&self) -> bool {
        self.errors.iter().all(|error| matches!(error, PlanError::BadGlob { .. }))
    }
}

impl From<PlanError> for PlanErrors {
    fn from(error: PlanError) -> Self {
        Self { errors: vec![error] }
    }
}

/// One thing that keeps a plan from being made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Two scenarios have one id.
    #[error("there are two scenarios `{id}`")]
    DuplicateId {
        /// The id.
        id: ScenarioId,
    },
    /// Two profiles have one name.
    #[error("there are two profiles `{name}`")]
    DuplicateProfile {
        /// The name.
        name: String,
    },
    /// A twin that does not exist.
    #[error("`{id}`: its twin `{twin}` does not exist{}", hint(.nearest))]
    UnknownTwin {
        /// The scenario.
        id: ScenarioId,
        /// The twin it names.
        twin: ScenarioId,
        /// Ids that were perhaps meant.
        nearest: Vec<String>,
    },
    /// A twin that is the same scenario again.
    #[error("`{id}`: its twin `{twin}` differs in no input and no expectation")]
    TwinDoesNotDiffer {
        /// The scenario.
        id: ScenarioId,
        /// The twin it names.
        twin: ScenarioId,
    },
    /// A pattern of the selection is not one.
    #[error("`{pattern}` is not a glob: {cause}")]
    BadGlob {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A pattern of the selection fits nothing, or all of them together fit nothing.
    #[error("no {what} is selected by {}{}", .wanted, hint(.nearest))]
    NothingSelected {
        /// `scenario`, `profile`, `area`, or `case`.
        what: &'static str,
        /// What was asked for.
        wanted: String,
        /// Names that were perhaps meant.
        nearest: Vec<String>,
    },
    /// A wait that would go back in time.
    #[error("`{id}` on `{profile}`, line {line}: the wait would end {wait}")]
    NegativeWait {
        /// The scenario.
        id: ScenarioId,
        /// The profile whose timing is too short.
        profile: String,
        /// The step's line.
        line: usize,
        /// When it would end.
        wait: String,
    },
    /// Two people of one org have one address.
    #[error("`{id}`: {first} and {second} of one org both have the address {email}")]
    SharedAddress {
        /// The scenario.
        id: ScenarioId,
        /// One of them.
        first: String,
        /// The other.
        second: String,
        /// The address.
        email: String,
    },
}

fn hint(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    let names: Vec<_> = nearest.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", names.join(", "))
}
