//! How a message quotes what others wrote: its beginning, for it may be as long as a document.

use std::borrow::Cow;

/// The first `most` characters; `…` stands for the rest.
pub(crate) fn head(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// A name, an id or a word, which people keep shorter than this.
pub(crate) fn name(text: &str) -> Cow<'_, str> {
    head(text, 80)
}

/// A URL, which may hold a whole SAML message; a host and a path are shorter than this.
pub(crate) fn address(text: &str) -> Cow<'_, str> {
    head(text, 200)
}
