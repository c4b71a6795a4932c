//! Names that must not be mistaken for one another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares a newtype over text that is compared byte for byte and never normalised.
macro_rules! opaque_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text, byte for byte as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

opaque_text! {
    /// An entity id (C 8.3.6). Opaque text: parsing it as a URL would add or drop a slash, and the
    /// slash is what tells Arize's US entity id from its EU one.
    EntityId
}

opaque_text! {
    /// The address of an assertion consumer service, compared byte for byte with Destination and
    /// Recipient (B 3.5.5.2, P 4.1.4.2).
    AcsUrl
}

opaque_text! {
    /// The ID of a request, response or assertion (C 1.3.4).
    MessageId
}

opaque_text! {
    /// The URN of a NameID format (C 8.3). A label only: Okta's value is the application username
    /// whatever the format says.
    NameIdFormat
}

impl NameIdFormat {
    /// `…1.1:nameid-format:emailAddress`; a `2.0` twin of it does not exist.
    pub const EMAIL_ADDRESS: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    /// `…1.1:nameid-format:unspecified`.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    /// `…1.1:nameid-format:x509SubjectName`; core writes its first letter large, Okta does not.
    pub const X509_SUBJECT_NAME: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName";
    /// `…2.0:nameid-format:persistent`.
    pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    /// `…2.0:nameid-format:transient`.
    pub const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

    /// The e-mail format.
    pub fn email_address() -> Self {
        Self::new(Self::EMAIL_ADDRESS)
    }
}

/// The subject of an assertion (C 2.2.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameId {
    /// `Format`, absent when the element carries none.
    pub format: Option<NameIdFormat>,
    /// The text, untrimmed.
    pub value: String,
}
