//! Encrypts an assertion to a service provider's certificate.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use uppsala::NodeId;

use super::cipher;
use super::document::{ASSERTION, Bounded, DSIG, Unread};
use crate::keys::{Certificate, KeyError, RsaPadding};
use crate::saml::{DigestAlgorithm, EncryptionAlgorithm, KeyTransportAlgorithm, MessageId};

/// `http://www.w3.org/2001/04/xmlenc#`.
pub(super) const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// The Type of data that is an element.
pub(super) const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";

/// How an assertion is to be encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncryptionProfile {
    /// How the key travels.
    pub key_transport: KeyTransportAlgorithm,
    /// How the assertion is encrypted.
    pub content: EncryptionAlgorithm,
}

/// Why nothing was encrypted.
#[derive(Debug, Error)]
pub enum EncryptError {
    /// Not well-formed, a DTD, or over a limit.
    #[error("the document with the assertion to encrypt cannot be read: {0}")]
    Unreadable(String),
    /// The ID is that of no assertion.
    #[error("no saml:Assertion of the document has the ID {0}")]
    NoAssertion(MessageId),
    /// The certificate's key encrypts nothing.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The crypto library refused.
    #[error("the crypto library refused to encrypt")]
    Refused,
}

impl From<Unread> for EncryptError {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed(cause) => Self::Unreadable(cause),
            Unread::DuplicateId(id) => Self::Unreadable(format!("the ID {id} occurs twice")),
        }
    }
}

/// Puts `<saml2:EncryptedAssertion>` in the place of the assertion with an ID; all other bytes of
/// the document stay as they are. An assertion is signed before, a response after it (C 6.1, facts/okta.md
/// 3.2).
///
/// What is encrypted is the assertion as it stands, with the namespaces that it has from around it,
/// so that it can be read where nothing is around it.
pub fn encrypt_assertion(
    xml: &str,
    id: &MessageId,
    recipient: &Certificate,
    profile: EncryptionProfile,
) -> Result<String, EncryptError> {
    let document = Bounded::parse(xml)?;
    let none = || EncryptError::NoAssertion(id.clone());
    let assertion = document
        .by_id(id.as_str())
        .filter(|node| document.is(*node, ASSERTION, "Assertion"))
        .ok_or_else(none)?;
    let range = document.tree.node_range(assertion).ok_or_else(none)?;
    let text = &xml[range.clone()];
    let name_end = text.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let plain = [name, &inherited(&document, assertion, text), rest].concat();
    let encrypted = encrypted_assertion(plain.as_bytes(), recipient, profile)?;
    Ok([&xml[..range.start], &encrypted, &xml[range.end..]].concat())
}

/// A `<saml2:EncryptedAssertion>` of any bytes, on one line. Key and initialisation vector are the
/// system's randomness, so it is another one each time.
pub fn encrypted_assertion(
    plain: &[u8],
    recipient: &Certificate,
    profile: EncryptionProfile,
) -> Result<String, EncryptError> {
    let refused = |_unspecified| EncryptError::Refused;
    let key = cipher::session_key(profile.content).map_err(refused)?;
    let data = cipher::encrypt(profile.content, &key, plain).map_err(refused)?;
    let key = recipient.public_key().encrypt(padding(profile.key_transport), &key)?;
    Ok(element(profile, &STANDARD.encode(key), &STANDARD.encode(data)))
}

/// The padding behind a key transport.
pub(super) fn padding(algorithm: KeyTransportAlgorithm) -> RsaPadding {
    match algorithm {
        KeyTransportAlgorithm::RsaOaep => RsaPadding::OaepSha1,
        KeyTransportAlgorithm::Rsa15 => RsaPadding::Pkcs1,
    }
}

/// OpenSAML's form, which Okta's software is built on; Okta's own bytes are not on record (facts
/// 3.2 [M]). The recipient's certificate is not repeated in it.
fn element(profile: EncryptionProfile, key: &str, data: &str) -> String {
    let digest = match profile.key_transport {
        KeyTransportAlgorithm::RsaOaep => {
            format!("<ds:DigestMethod Algorithm=\"{}\"/>", DigestAlgorithm::Sha1.uri())
        }
        KeyTransportAlgorithm::Rsa15 => String::new(),
    };
    let transport = profile.key_transport.uri();
    let content = profile.content.uri();
    format!(
        "<saml2:EncryptedAssertion xmlns:saml2=\"{ASSERTION}\">\
         <xenc:EncryptedData Type=\"{ELEMENT}\" xmlns:xenc=\"{XENC}\">\
         <xenc:EncryptionMethod Algorithm=\"{content}\"/>\
         <ds:KeyInfo xmlns:ds=\"{DSIG}\"><xenc:EncryptedKey>\
         <xenc:EncryptionMethod Algorithm=\"{transport}\">{digest}</xenc:EncryptionMethod>\
         <xenc:CipherData><xenc:CipherValue>{key}</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedKey></ds:KeyInfo>\
         <xenc:CipherData><xenc:CipherValue>{data}</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedData></saml2:EncryptedAssertion>"
    )
}

/// The declarations of ancestors that the element's text may need: those of prefixes that occur in
/// it, whether as a prefix or in a PrefixList, and a default namespace.
fn inherited(document: &Bounded<'_>, node: NodeId, text: &str) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut added = String::new();
    let mut next = Some(node);
    while let Some(at) = next {
        for (prefix, name) in declarations(document, at) {
            if seen.contains(&prefix) {
                continue;
            }
            seen.push(prefix);
            if at == node || !text.contains(prefix) {
                continue;
            }
            let name = crate::saml::xml::attribute(name);
            added += &match prefix {
                // Nothing at all is what it is without a declaration.
                "" if name.is_empty() => String::new(),
                "" => format!(" xmlns=\"{name}\""),
                prefix => format!(" xmlns:{prefix}=\"{name}\""),
            };
        }
        next = document.tree.parent(at);
    }
    added
}

fn declarations<'d>(
    document: &'d Bounded<'_>,
    node: NodeId,
) -> impl Iterator<Item = (&'d str, &'d str)> {
    let element = document.tree.element(node).into_iter();
    element
        .flat_map(|element| &element.namespace_declarations)
        .map(|(prefix, name)| (&**prefix, &**name))
}
