//! Lists: pages of them, and the two `Link` headers that lead on (facts/okta.md 5.1).

use http::header;
use serde_json::Value;
use url::form_urlencoded;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;

/// How many items a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageSize {
    /// Without `limit`.
    pub(super) default: usize,
    /// At most; a larger `limit` is taken as this one.
    pub(super) most: usize,
}

impl PageSize {
    pub(super) const fn new(default: usize, most: usize) -> Self {
        Self { default, most }
    }

    /// What `limit` asks for. `-1` is Okta's way of asking for all, and gets the most.
    pub(super) fn of(self, call: &Call) -> Result<usize, ApiError> {
        let Some(text) = call.param("limit") else { return Ok(self.default) };
        match text.parse::<i64>() {
            Ok(-1) => Ok(self.most),
            Ok(number) if number > 0 => {
                Ok(usize::try_from(number).unwrap_or(self.most).min(self.most))
            }
            _ => {
                let cause = "limit: a whole number from 1 is due".to_owned();
                Err(ApiError::invalid("limit", vec![cause]))
            }
        }
    }
}

/// One page of a list whose items are known by an id. The id of the last item is where the next
/// page begins, even if it has been deleted since.
pub(super) fn page<T>(
    call: &Call,
    items: &[T],
    size: PageSize,
    id: impl Fn(&T) -> &str,
    show: impl Fn(&T) -> Value,
) -> Result<Answer, ApiError> {
    let limit = size.of(call)?;
    let begin = match call.param("after") {
        None => 0,
        Some(after) => match items.iter().position(|item| id(item) == after) {
            Some(place) => place + 1,
            None => {
                call.service.gone().place_of(after, items.iter().map(&id), &call.org()).ok_or_else(
                    || {
                        let cause = format!("after: nothing in this list has the id {after:?}");
                        ApiError::invalid("after", vec![cause])
                    },
                )?
            }
        },
    };
    let shown = &items[begin..items.len().min(begin.saturating_add(limit))];
    let more = begin + shown.len() < items.len();
    let next = shown.last().filter(|_| more).map(|item| id(item).to_owned());
    let answer = Answer::json(Value::Array(shown.iter().map(show).collect()));
    Ok(linked(answer, call, limit, next.as_deref()))
}

/// The answer with the links of a page: `self`, and behind it `next` if there is one. Each is a
/// header of its own: a client that keeps the last one alone must keep `next`.
pub(super) fn linked(answer: Answer, call: &Call, limit: usize, next: Option<&str>) -> Answer {
    let itself = link(call, limit, None, "self");
    let answer = answer.header(header::LINK, itself);
    match next {
        None => answer,
        Some(after) => answer.header(header::LINK, link(call, limit, Some(after), "next")),
    }
}

/// The address of a page. It says the limit even where the call does not.
fn link(call: &Call, limit: usize, after: Option<&str>, relation: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    let said = call.query.iter().filter(|(name, value)| name != "limit" || !value.is_empty());
    for (name, value) in said {
        if after.is_none() || name != "after" {
            query.append_pair(name, value);
        }
    }
    if call.param("limit").is_none() {
        query.append_pair("limit", &limit.to_string());
    }
    format!("<{}?{}>; rel=\"{relation}\"", call.url(&call.path), query.finish())
}
