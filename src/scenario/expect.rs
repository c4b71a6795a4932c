//! The words of `expect`, and which of them a step can say.

use super::decode::Item;
use super::model::ExpectWord;
use super::words::{parse_word, quote, suggest};
use crate::sp::{OutcomeClass, Reason};

/// What a step's outcome is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcomes {
    /// Somebody tries to enter.
    Login,
    /// An API key is used.
    Call,
    /// A browser asks who is logged in.
    Probe,
    /// The SP is configured.
    Change,
    /// Nothing that could be judged.
    Nothing,
}

impl Outcomes {
    fn words(self) -> &'static [(&'static str, ExpectWord)] {
        use ExpectWord::{
            Accepted, Class, ConfigurationRefused, Refused, SignedIn, SignedOut, Works,
        };
        use OutcomeClass::{Created, RedirectedToIdp, Rejected, Unchanged, Updated};
        match self {
            Self::Login => &[
                ("accepted", Accepted),
                ("created", Class(Created)),
                ("updated", Class(Updated)),
                ("unchanged", Class(Unchanged)),
                ("rejected", Class(Rejected)),
                ("redirected-to-idp", Class(RedirectedToIdp)),
            ],
            Self::Call => &[("works", Works), ("refused", Refused)],
            Self::Probe => &[("signed-in", SignedIn), ("signed-out", SignedOut)],
            Self::Change => {
                &[("accepted", Accepted), ("configuration-refused", ConfigurationRefused)]
            }
            Self::Nothing => &[],
        }
    }
}

/// Reads `expect`: a word, or a list of those that are right.
pub(super) fn read_expect(item: &Item<'_>, outcomes: Outcomes) -> Vec<ExpectWord> {
    if outcomes == Outcomes::Nothing {
        item.key_problem("nothing can be expected of this step", None);
        return Vec::new();
    }
    let mut words = Vec::new();
    for item in item.list_or_one() {
        if let Some(word) = read_word(&item, outcomes) {
            if words.contains(&word) {
                item.problem("this is said already", None);
            } else {
                words.push(word);
            }
        }
    }
    words
}

fn read_word(item: &Item<'_>, outcomes: Outcomes) -> Option<ExpectWord> {
    let text = item.text()?;
    let known = outcomes.words();
    if let Some((_, word)) = known.iter().find(|(name, _)| *name == text) {
        return Some(*word);
    }
    if let (Outcomes::Login, Some(reason)) = (outcomes, text.strip_prefix("rejected ")) {
        return match parse_word::<Reason>(reason) {
            Ok(reason) => Some(ExpectWord::RejectedFor(reason)),
            Err(known) => {
                let message = format!("{} is not a reason for a refusal", quote(reason));
                item.problem(message, suggest(reason, &known));
                None
            }
        };
    }
    let hint = if text == "server-error" {
        Some("a server error is a failure always and cannot be expected".to_owned())
    } else {
        let mut names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        if outcomes == Outcomes::Login {
            names.push("rejected REASON");
        }
        suggest(text, &names)
    };
    item.problem(format!("{} is not an outcome of this step", quote(text)), hint);
    None
}
