//! `{…}` in texts: which are known where.

use super::decode::Item;
use super::words::{quote, suggest};

impl Item<'_> {
    /// A text whose placeholders must be among the known ones.
    pub(super) fn template<S: AsRef<str>>(&self, known: &[S]) -> Option<String> {
        let text = self.text()?;
        for name in placeholders(text) {
            if !known.iter().any(|known| known.as_ref() == name) {
                let hint = suggest(name, known);
                let none = || Some("no placeholder can stand here".to_owned());
                let message = format!("unknown placeholder {}", quote(&format!("{{{name}}}")));
                self.problem(message, hint.or_else(none));
            }
        }
        Some(text.to_owned())
    }

    /// A list of such texts.
    pub(super) fn templates<S: AsRef<str>>(&self, known: &[S]) -> Option<Vec<String>> {
        Some(self.list()?.iter().filter_map(|item| item.template(known)).collect())
    }
}

/// The names in braces. Braces around anything that is not a name (JSON, a regex's `{2}`) are text.
pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| {
        let name = rest.split_once('}')?.0;
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        is_name.then_some(name)
    })
}

/// The placeholder that stands for `{` itself, in what the IdP sends.
pub(crate) const BRACE: &str = "brace";

/// A text as it has to be written where placeholders stand, so that it is taken as it is:
/// `{brace}domain}` is `{domain}`.
pub fn literal(text: &str) -> String {
    match placeholders(text).next() {
        None => text.to_owned(),
        Some(_) => text.replace('{', &format!("{{{BRACE}}}")),
    }
}
