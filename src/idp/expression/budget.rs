//! What one evaluation may use.

use super::{EvaluationError, Value};

/// Counts what an evaluation makes. Every value that a part of the expression yields is counted once,
/// and what a function does is proportional to its arguments, so this bounds time as well; what is not,
/// regular expressions, counts for more.
#[derive(Debug, Default)]
pub(super) struct Budget {
    used: usize,
}

impl Budget {
    /// The longest text, in bytes.
    const MAX_TEXT: usize = 64 << 10;
    /// All values of one evaluation together, in bytes.
    const MAX_WORK: usize = 1 << 20;
    /// What a regular expression counts for: it is compiled each time.
    const REGEX: usize = 16 << 10;
    /// What it counts for at each name, on which it may go back [`GroupFilter::MAX_STEPS`] times.
    ///
    /// [`GroupFilter::MAX_STEPS`]: crate::idp::GroupFilter::MAX_STEPS
    const REGEX_ON_A_NAME: usize = 512;

    /// Counts a value.
    pub(super) fn charge(&mut self, value: &Value) -> Result<(), EvaluationError> {
        self.spend(value.size())
    }

    /// Counts a regular expression that so many names are held against.
    pub(super) fn charge_regex(&mut self, names: usize) -> Result<(), EvaluationError> {
        self.spend(names.saturating_mul(Self::REGEX_ON_A_NAME).saturating_add(Self::REGEX))
    }

    /// Counts so many bytes of work.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), EvaluationError> {
        self.used = self.used.saturating_add(bytes);
        if self.used > Self::MAX_WORK {
            return Err(EvaluationError::TooLarge { what: "its work", most: Self::MAX_WORK });
        }
        Ok(())
    }

    /// Whether a text of this length may be made; asked before it is.
    pub(super) fn may_make(&self, length: usize) -> Result<(), EvaluationError> {
        if length > Self::MAX_TEXT {
            return Err(EvaluationError::TooLarge { what: "a text", most: Self::MAX_TEXT });
        }
        Ok(())
    }
}
