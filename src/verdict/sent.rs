//! What the IdP really sent. A mock that never sends what a scenario asks it for proves nothing (facts
//! F29), so these lines are read from the document that was posted, not from the plan.

use crate::observation::SentResponse;
use crate::plan::{Action, Send};

/// A line for each attribute, in the order of names; then one for each other part that the step's
/// `send` changes.
pub(super) fn sent_lines(action: &Action, sent: &SentResponse) -> Vec<String> {
    let mut lines: Vec<String> = sent
        .attributes
        .0
        .iter()
        .map(|attribute| {
            let values = attribute.values.iter();
            let values = values.map(|value| value.text().map_or("(nil)".into(), quoted));
            format!("{} = {}", attribute.name, list(values))
        })
        .collect();
    lines.sort();
    if let Action::Login { send, .. } = action {
        lines.extend(changed(send, sent));
    }
    lines
}

/// The parts that `send` changes, as the document has them.
fn changed(send: &Send, sent: &SentResponse) -> Vec<String> {
    let mut lines = Vec::new();
    if send.name_id.is_some() || send.name_id_format.is_some() {
        let format = sent.name_id.format.as_ref();
        let format = format.map_or("no format".to_owned(), ToString::to_string);
        lines.push(format!("NameID = {} ({format})", quoted(&sent.name_id.value)));
    }
    let Some(document) = sent.document() else {
        lines.push("a document that cannot be read".into());
        return lines;
    };
    let assertion = document.assertions.first();
    let confirmation = assertion.and_then(|assertion| assertion.confirmations.first());
    let mut say = |name: &str, asked: bool, value: Option<String>| {
        if asked {
            lines.push(format!("{name} = {}", value.unwrap_or_else(|| "none".into())));
        }
    };
    let restrictions = assertion.and_then(|assertion| assertion.conditions.as_ref()).map(|known| {
        let all = known.audience_restrictions.iter();
        all.map(|one| list(one.iter().map(quoted))).collect::<Vec<_>>().join(" and ")
    });
    let recipient = confirmation.and_then(|known| known.recipient.as_ref()).map(quoted);
    let answers = document.in_response_to.as_ref().map(quoted);
    say("Audience", send.audience.is_some() || send.restrictions.is_some(), restrictions);
    say("Recipient", send.recipient.is_some(), recipient);
    say("Destination", send.destination.is_some(), document.destination.as_ref().map(quoted));
    say("Issuer", send.issuer.is_some(), document.issuer.as_ref().map(quoted));
    say("InResponseTo", send.in_response_to.is_some(), answers);
    lines
}

fn quoted(value: impl ToString) -> String {
    format!("{:?}", value.to_string())
}

fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(", "))
}
