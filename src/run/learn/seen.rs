//! A login as it was seen.

use std::collections::BTreeSet;

use super::record::{Login, Question};
use crate::observation::{Exchange, StepObservation};
use crate::plan::Case;
use crate::sp::{AccountRole, State};
use crate::verdict::StepOutcome;

/// What is known of a login before it is looked at.
pub(super) struct About<'a> {
    pub(super) number: usize,
    pub(super) question: Question,
    pub(super) from_idp: bool,
    /// The attribute that carries groups.
    pub(super) groups: &'a str,
}

/// What was seen of a login.
pub(super) fn login(
    case: &Case,
    seen: &StepObservation,
    outcome: &StepOutcome,
    about: &About<'_>,
) -> Option<Login> {
    let attempt = outcome.attempts.first()?;
    let lines = |state: &Option<State>| -> Option<BTreeSet<String>> {
        let state = state.as_ref()?;
        Some(state.users_of(&attempt.email).flat_map(|user| user.roles.lines()).collect())
    };
    let named = |text: &String| {
        let mut text = text.clone();
        case.aliases.iter().for_each(|(own, shown)| text = text.replace(own.as_str(), shown));
        text
    };
    let admins = |state: &State| {
        state.users.iter().filter(|user| user.roles.account == AccountRole::Admin).count()
    };
    let sent = attempt.sent.iter().find(|line| line.starts_with(&format!("{} = ", about.groups)));
    let exchanges = seen.attempts.iter().flat_map(|attempt| &attempt.exchanges);
    Some(Login {
        number: about.number,
        question: about.question,
        from_idp: about.from_idp,
        sent: sent.cloned(),
        outcome: attempt.outcome.clone(),
        held: lines(&seen.before),
        holds: lines(&seen.after),
        stored: outcome.stored.get(&attempt.email).into_iter().flatten().map(named).collect(),
        admins: seen.before.as_ref().map(admins),
        exchanges: exchanges.map(exchange).collect(),
    })
}

fn exchange(exchange: &Exchange) -> String {
    let status = exchange.status.map_or("no answer".into(), |status| status.to_string());
    let url = exchange.url.split('?').next().unwrap_or_default();
    format!("{} {url} {status}", exchange.method)
}
