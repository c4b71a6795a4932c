//! Walks through a case's steps.

use super::act::Actor;
use super::stage::Stage;
use super::target::Target;
use crate::env::Env;
use crate::observation::{Observation, StepObservation, Trouble};
use crate::plan::Case;

/// Plays a case on a target and writes down what is seen.
///
/// Nothing that the SP does is an error: silence, refusal and nonsense are in the observation. What
/// kept the case from being played to its end is in [`Observation::trouble`].
pub async fn drive(case: &Case, target: &Target, env: &Env) -> Observation {
    let mut steps = Vec::new();
    let trouble = match target.set(case, env).await {
        Ok(mut set) => {
            let played = play(case, set.stage(), &mut steps).await;
            let trouble = played.err().map(|trouble| set.explain(trouble));
            set.strike().await;
            trouble
        }
        Err(trouble) => Some(trouble),
    };
    Observation { steps, trouble }
}

async fn play(case: &Case, stage: &Stage, steps: &mut Vec<StepObservation>) -> Result<(), Trouble> {
    let mut actor = Actor::new(case, stage);
    let mut before = stage.ports.state().await?;
    for step in &case.steps {
        let attempts = actor.act(&step.action).await?;
        // An SP that is silent once makes the case prove nothing, and would be waited for again in
        // every step that follows.
        if let Some(silence) = attempts.iter().find_map(|attempt| attempt.end.silence()).cloned() {
            steps.push(StepObservation { before, after: None, attempts });
            return Err(silence);
        }
        let after = stage.ports.state().await?;
        steps.push(StepObservation { before, after: after.clone(), attempts });
        before = after;
    }
    Ok(())
}
