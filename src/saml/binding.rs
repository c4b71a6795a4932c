//! How messages travel: HTTP-Redirect (B 3.4) and HTTP-POST (B 3.5).

/// A binding by its URN.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Binding {
    /// `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect`.
    HttpRedirect,
    /// `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST`.
    HttpPost,
    /// Another one, as written.
    Other(String),
}

impl Binding {
    /// Its URN.
    pub fn urn(&self) -> &str {
        match self {
            Self::HttpRedirect => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            Self::HttpPost => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
            Self::Other(urn) => urn,
        }
    }

    /// The binding of a URN.
    pub fn from_urn(urn: &str) -> Self {
        [Self::HttpRedirect, Self::HttpPost]
            .into_iter()
            .find(|known| known.urn() == urn)
            .unwrap_or_else(|| Self::Other(urn.to_owned()))
    }
}
