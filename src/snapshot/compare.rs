//! An outcome against its stored snapshot, where nothing is to be written.

use super::{Held, Store, render};
use crate::plan::Case;
use crate::verdict::CaseOutcome;

/// Holds an outcome against its stored snapshot without insta: no file is made, none is written.
///
/// Never gives [`Held::Accepted`].
pub fn compare(case: &Case, outcome: &CaseOutcome, store: &Store) -> Held {
    let now = render(case, outcome);
    match store.stored(case) {
        None => Held::New { now },
        Some(file) => {
            let stored = content(&file);
            match stored.trim_end() == now.trim_end() {
                true => Held::Same,
                false => Held::Changed { stored: stored.to_owned(), now },
            }
        }
    }
}

/// What stands below the header, which is fenced by two lines of three dashes.
fn content(file: &str) -> &str {
    let below = file.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    below.map_or(file, |(_, content)| content)
}
