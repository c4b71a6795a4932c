//! The forms that a record is printed in.

use super::{RunRecord, human, redact};

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: a line a scenario, what is wrong in full, the counts.
    Human {
        /// With ANSI colours.
        colour: bool,
        /// With the HTTP exchanges and the outcome of every step of what is not passed.
        verbose: bool,
    },
    /// The record itself, as JSON.
    Json,
}

/// Renders a record, secrets redacted.
pub fn render(record: &RunRecord, format: Format) -> String {
    let text = match format {
        Format::Human { colour, verbose } => human::render(record, colour, verbose),
        Format::Json => serde_json::to_string_pretty(record)
            .map(|json| json + "\n")
            .expect("a record holds nothing that JSON cannot"),
    };
    redact::redact(text, &record.secrets)
}
