//! What was seen while a world was played.

use serde::{Deserialize, Serialize};

use super::Script;
use crate::observation::{Identity, Observation, Whoami};
use crate::saml::Attributes;
use crate::sp::{Outcome, State};
use crate::verdict::outcomes;

/// A world as it was played: one step for each of its actions, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Played {
    /// One for each action.
    pub steps: Vec<PlayedStep>,
}

/// What was seen of one action.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlayedStep {
    /// The SP's stored state before, if it can be read.
    pub before: Option<State>,
    /// The SP's stored state after.
    pub after: Option<State>,
    /// One for each attempt to enter or to ask who is there, and one for a change of the SP's
    /// configuration; none for an action that did nothing.
    pub attempts: Vec<PlayedAttempt>,
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayedAttempt {
    /// Whose attempt it was, by the address as the IdP has it; of a change anything that is none.
    pub email: String,
    /// What became of it. A change that the SP took is `accepted`, one that it refused `rejected`.
    pub outcome: Outcome,
    /// Who is logged in afterwards, if the SP tells and somebody is.
    pub session: Option<Whoami>,
    /// Whether the SP tells who is logged in.
    pub told: bool,
    /// The attributes that the IdP really sent, if it sent any response.
    pub sent: Option<Attributes>,
}

impl Played {
    /// Reads off an observation, as `drive` makes it of [`Script::case`], what was seen of each
    /// action; `None` if it was not played to its end.
    pub fn of(script: &Script, observation: &Observation) -> Option<Self> {
        let told = outcomes(&script.case, observation);
        let complete =
            observation.trouble.is_none() && observation.steps.len() == script.case.steps.len();
        if !complete {
            return None;
        }
        let mut last: Option<State> = None;
        let steps = script.steps.iter().map(|place| {
            let seen = place.and_then(|place| observation.steps.get(place));
            let Some(seen) = seen else {
                return PlayedStep { before: last.clone(), after: last.clone(), attempts: vec![] };
            };
            last.clone_from(&seen.after);
            let outcomes = place.and_then(|place| told.steps.get(place)).into_iter();
            let outcomes = outcomes.flat_map(|step| &step.attempts);
            let attempts =
                seen.attempts.iter().zip(outcomes).map(|(attempt, outcome)| PlayedAttempt {
                    email: attempt.email.clone(),
                    outcome: outcome.outcome.clone(),
                    session: match &attempt.identity {
                        Identity::User(whoami) => Some(whoami.clone()),
                        Identity::Nobody | Identity::Unknown => None,
                    },
                    told: attempt.identity != Identity::Unknown,
                    sent: attempt.sent.last().map(|sent| sent.attributes.clone()),
                });
            PlayedStep {
                before: seen.before.clone(),
                after: seen.after.clone(),
                attempts: attempts.collect(),
            }
        });
        Some(Self { steps: steps.collect() })
    }
}
