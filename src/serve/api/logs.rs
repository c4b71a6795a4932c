//! GET `/api/v1/logs`: the system log (facts/okta.md 5.3).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Call, Outcome};
use super::error::ApiError;
use super::filter::Filter;
use super::page::{PageSize, linked};
use super::{discovery, log_json};

const PAGE: PageSize = PageSize::new(100, 1000);

/// What a call asks of the log.
struct Wanted {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    filter: Option<Filter>,
    /// Words that all have to be somewhere in an event, in lower case.
    words: Vec<String>,
    descending: bool,
    /// Where to read on: the number of the first event, or of the one behind the first backwards.
    after: Option<u64>,
}

impl Wanted {
    fn of(call: &Call) -> Result<Self, ApiError> {
        let instant = |name: &str| {
            call.param(name).map(str::parse::<Timestamp>).transpose().map_err(|_unreadable| {
                let cause = format!("{name}: an instant is due, as in 2026-03-04T05:06:07.000Z");
                ApiError::invalid(name, vec![cause])
            })
        };
        let refused =
            |name: &str, cause: &str| ApiError::invalid(name, vec![format!("{name}: {cause}")]);
        let descending = match call.param("sortOrder") {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("ASCENDING") => false,
            Some(order) if order.eq_ignore_ascii_case("DESCENDING") => true,
            Some(_) => return Err(refused("sortOrder", "ASCENDING or DESCENDING is due")),
        };
        let after = call.param("after").map(str::parse).transpose();
        Ok(Self {
            since: instant("since")?,
            until: instant("until")?,
            filter: call.param("filter").map(Filter::parse).transpose()?,
            words: call
                .param("q")
                .map(|words| words.to_lowercase().split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
            descending,
            after: after
                .map_err(|_| refused("after", "it comes from the link of a page before"))?,
        })
    }

    fn passes(&self, published: Timestamp, shown: &Value) -> bool {
        let text = || shown.to_string().to_lowercase();
        self.since.is_none_or(|since| published >= since)
            && self.until.is_none_or(|until| published < until)
            && self.filter.as_ref().is_none_or(|filter| filter.accepts(shown))
            && (self.words.is_empty() || {
                let text = text();
                self.words.iter().all(|word| text.contains(word))
            })
    }
}

/// GET `/api/v1/logs`. `next` is always there, for whoever waits for more; not where `until` or the
/// beginning of the log says that there is no more.
pub(super) fn list(call: &Call) -> Outcome {
    let wanted = Wanted::of(call)?;
    let limit = PAGE.of(call)?;
    let org = call.org();
    let mut entries = call.service.logged();
    let end = entries.last().map_or(wanted.after.unwrap_or_default(), |last| last.number + 1);
    if wanted.descending {
        entries.reverse();
    }
    let token_owner = discovery::derived(&org, "00u", "token owner");
    let mut shown = vec![];
    let mut next = end;
    let mut more = false;
    for entry in entries {
        let in_reach = match (wanted.after, wanted.descending) {
            (None, _) => true,
            (Some(after), false) => entry.number >= after,
            (Some(after), true) => entry.number < after,
        };
        if !in_reach {
            continue;
        }
        let event = log_json::entry(&entry, &token_owner);
        if !wanted.passes(entry.published, &event) {
            continue;
        }
        if shown.len() == limit {
            more = true;
            break;
        }
        next = if wanted.descending { entry.number } else { entry.number + 1 };
        shown.push(event);
    }
    let next = if more || wanted.descending { next } else { end };
    let waits = !wanted.descending && wanted.until.is_none();
    let answer = Answer::json(Value::Array(shown));
    let next = (more || waits).then(|| next.to_string());
    Ok(linked(answer, call, limit, next.as_deref()))
}

/// An object of texts.
pub(super) fn texts<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a String)>) -> Value {
    let pairs = pairs.into_iter().map(|(name, text)| (name.to_owned(), json!(text)));
    Value::Object(pairs.collect::<Map<_, _>>())
}
