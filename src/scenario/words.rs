//! Words that a file may hold: what they mean, which are near, how they are listed.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::excerpt;

/// Reads a word as the name of an enum's value.
///
/// # Errors
/// The allowed words, where serde names them.
pub(super) fn parse_word<T: DeserializeOwned>(text: &str) -> Result<T, Vec<String>> {
    serde_json::from_value(Value::String(text.to_owned())).map_err(|error| expected(&error))
}

/// The words that a serde error lists after `expected`.
pub(super) fn expected(error: &serde_json::Error) -> Vec<String> {
    let message = error.to_string();
    let listed = message.split_once(", expected ").map_or("", |(_, listed)| listed);
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What to write instead of `word`, given everything that may stand there.
pub(super) fn suggest<S: AsRef<str>>(word: &str, known: &[S]) -> Option<String> {
    if known.is_empty() {
        return None;
    }
    let mut list: Vec<_> = known.iter().take(LONGEST_LIST).map(|k| quote(k.as_ref())).collect();
    if known.len() > LONGEST_LIST {
        list.push("…".to_owned());
    }
    let list = list.join(", ");
    Some(match nearest(word, known) {
        Some(near) => format!("did you mean {}? known: {list}", quote(near)),
        None => format!("known: {list}"),
    })
}

/// The known word that `word` is most likely a misspelling of.
pub fn nearest<'a, S: AsRef<str>>(word: &str, known: &'a [S]) -> Option<&'a str> {
    // Bounded work, whatever the file holds.
    if word.len() > 80 {
        return None;
    }
    known
        .iter()
        .take(500)
        .map(AsRef::as_ref)
        .filter(|known| known.len() <= 80)
        .map(|known| (strsim::damerau_levenshtein(word, known), known))
        .filter(|(distance, known)| *distance <= (word.len().max(known.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// A word in backticks, shortened where it would fill the page.
pub(super) fn quote(word: &str) -> String {
    format!("`{}`", excerpt::name(word))
}

const LONGEST_LIST: usize = 40;
