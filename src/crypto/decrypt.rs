//! Decrypts the assertion of a response.

use thiserror::Error;

use super::cipher;
use super::document::{ASSERTION, Bounded, Unread};
use super::encrypt::padding;
use super::encrypted_form::{Fault, Found, encrypted};
use crate::keys::DecryptionKey;

/// Why an assertion was not decrypted. What depends on the key is one variant without particulars:
/// whoever learns more of it, over many tries, reads what was encrypted for somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecryptError {
    /// The document is not well-formed, has a DTD, or is over a limit.
    #[error("the document cannot be read: {0}")]
    Unreadable(String),
    /// What stands in the open is not of the one accepted form.
    #[error("the encrypted assertion has a form that is not accepted: {0}")]
    Form(String),
    /// An algorithm that is not known here.
    #[error("encryption algorithm not allowed: {0}")]
    Algorithm(String),
    /// It is not encrypted to this key, was changed on the way, or holds no assertion.
    #[error("the encrypted assertion cannot be decrypted to an assertion with this key")]
    Failed,
}

impl From<Unread> for DecryptError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed(cause) => Self::Unreadable(cause),
            Unread::DuplicateId(id) => Self::Unreadable(format!("the ID {id} occurs twice")),
        }
    }
}

impl From<Fault> for DecryptError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Form(cause) => Self::Form(cause),
            Fault::Algorithm(uri) => Self::Algorithm(uri),
        }
    }
}

/// The text of the one encrypted assertion of a response.
///
/// The document may be anything; it is read under the limits of [`super::verify()`]. What comes out
/// is a document of its own within the same limits, without DTD, whose root is a `saml:Assertion` and
/// whose namespaces are all declared in it. Nothing is believed because it was encrypted: everybody
/// has the certificate. Its signature is [`super::verify_assertion`]'s to verify.
///
/// Where the response is signed, verify that first and decrypt its canonical bytes: then nobody but
/// the signer can have cipher texts tried.
pub fn decrypt_assertion(xml: &str, key: &DecryptionKey) -> Result<String, DecryptError> {
    let document = Bounded::parse(xml)?;
    let found = encrypted(&document)?;
    let text = plain(&found, key).ok_or(DecryptError::Failed)?;
    let inner = Bounded::parse(&text).map_err(|_unread| DecryptError::Failed)?;
    let is_assertion = inner.root().is_some_and(|root| inner.is(root, ASSERTION, "Assertion"));
    drop(inner);
    if is_assertion { Ok(text) } else { Err(DecryptError::Failed) }
}

/// A key that cannot be decrypted, or is of another length, is replaced by a random one, so that what
/// follows is the same work and fails at the same place (RFC 3218, section 2.3.2).
fn plain(found: &Found, key: &DecryptionKey) -> Option<String> {
    let mut session = cipher::session_key(found.content).ok()?;
    let sent = key.decrypt(padding(found.key_transport), &found.key);
    if let Some(sent) = sent.filter(|sent| sent.len() == found.content.key_length()) {
        session = sent;
    }
    let bytes = cipher::decrypt(found.content, &session, &found.data).ok()?;
    String::from_utf8(bytes).ok()
}
