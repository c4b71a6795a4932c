//! The fields of a form that was sent.

use url::form_urlencoded;

use crate::saml::xml;

/// Names and values in the order in which they came.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn read(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first value of this name; empty if there is none.
    pub(super) fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Whether the first value of this name says something.
    pub(super) fn says(&self, name: &str) -> bool {
        !self.one(name).is_empty()
    }

    /// Every value of this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Says so of a text that no assertion could carry: each login would come to nothing.
pub(super) fn check_characters(text: &str) -> Result<(), String> {
    match xml::unwritable(text) {
        Some(found) => Err(format!("an assertion cannot carry the character {found:?}")),
        None => Ok(()),
    }
}

/// A text as a field of one line sends it: browsers leave out line breaks, and spaces around it are
/// nobody's intention.
pub(super) fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], "").trim().to_owned()
}
