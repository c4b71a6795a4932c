//! How the process ends.

use std::process::ExitCode;

use samlproof::keys::StoreError;
use samlproof::report::RunRecord;
use samlproof::run::RunError;

/// Why the process ends; the number is its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All as expected.
    Success = 0,
    /// Something is not as it should be.
    Findings = 1,
    /// The command was used wrongly.
    Usage = 2,
    /// A file that was read is wrong.
    Input = 3,
    /// Nothing was selected, or everything was skipped.
    NothingPlayed = 4,
    /// An SP was not reached, or a control login failed.
    Inconclusive = 5,
    /// samlproof itself, or the system under it, failed.
    Broken = 70,
    /// The user stopped it: 128 and the number of SIGINT, as shells say it.
    Interrupted = 130,
}

impl Exit {
    /// How a run ends. Where several hold, a broken harness comes first, then findings, then what
    /// is inconclusive, then that nothing was played.
    pub(crate) fn of(record: &RunRecord) -> Self {
        let counts = record.counts();
        match counts {
            _ if counts.broken > 0 => Self::Broken,
            _ if counts.failed > 0 => Self::Findings,
            _ if counts.inconclusive > 0 => Self::Inconclusive,
            _ if counts.passed == 0 => Self::NothingPlayed,
            _ => Self::Success,
        }
    }

    /// How a command ends whose keys cannot be read or written.
    pub(crate) fn of_store(error: &StoreError) -> Self {
        match error {
            StoreError::Exists { .. } | StoreError::Absent { .. } => Self::Usage,
            StoreError::Content { .. } => Self::Input,
            StoreError::File { .. } | StoreError::Key(_) => Self::Broken,
        }
    }

    /// How a run that could not begin ends.
    pub(crate) fn of_error(error: &RunError) -> Self {
        match error {
            RunError::Plan(errors) if errors.nothing_selected() => Self::NothingPlayed,
            RunError::Plan(errors) if errors.is_usage() => Self::Usage,
            RunError::Plan(_) | RunError::Store(_) => Self::Input,
            RunError::Authority(_) => Self::Broken,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
