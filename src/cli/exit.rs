//! How the process ends.

use std::process::ExitCode;

/// Why the process ends; the number is its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All as expected.
    Success = 0,
    /// The command was used wrongly.
    Usage = 2,
    /// A file that was read is wrong.
    Input = 3,
    /// samlproof itself, or the system under it, failed.
    Broken = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
