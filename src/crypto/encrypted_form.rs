//! The one form of encrypted assertion that is accepted.
//!
//! XML Encryption lets cipher text be fetched from anywhere, keys be named, nested and agreed on, and
//! data be transformed on the way. SAML needs none of it: what is not named here is refused.

use uppsala::NodeId;

use super::document::{ASSERTION, Bounded, DSIG, PROTOCOL};
use super::encrypt::{ELEMENT, XENC};
use super::strict::Odd;
use crate::saml::{DigestAlgorithm, EncryptionAlgorithm, KeyTransportAlgorithm};

/// An encrypted assertion of the accepted form. Nothing is decrypted yet.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) key_transport: KeyTransportAlgorithm,
    pub(super) content: EncryptionAlgorithm,
    pub(super) key: Vec<u8>,
    pub(super) data: Vec<u8>,
}

/// What is wrong with the visible part of an encrypted assertion.
#[derive(Debug)]
pub(super) enum Fault {
    Form(String),
    Algorithm(String),
}

impl From<Odd> for Fault {
    fn from(odd: Odd) -> Self {
        Self::Form(odd.0)
    }
}

/// The one encrypted assertion of a response.
pub(super) fn encrypted(document: &Bounded<'_>) -> Result<Found, Fault> {
    let reader = Reader { document };
    let root = document.root().filter(|root| document.is(*root, PROTOCOL, "Response"));
    let root = root.ok_or_else(|| form("the document is no response"))?;
    let mut all = document
        .child_elements(root)
        .filter(|child| document.is(*child, ASSERTION, "EncryptedAssertion"));
    match (all.next(), all.next()) {
        (Some(only), None) => reader.assertion(only),
        (None, _) => Err(form("there is no EncryptedAssertion in the response")),
        _ => Err(form("there is more than one EncryptedAssertion in the response")),
    }
}

fn form(cause: impl Into<String>) -> Fault {
    Fault::Form(cause.into())
}

struct Reader<'d, 'x> {
    document: &'d Bounded<'x>,
}

impl Reader<'_, '_> {
    /// EncryptedData with the key inside its KeyInfo or beside it (C 2.3.4): there is one key, so
    /// nothing has to point at it.
    fn assertion(&self, node: NodeId) -> Result<Found, Fault> {
        self.document.only_attributes(node, &[])?;
        let children = self.document.only_elements(node, "EncryptedAssertion")?;
        let Some((data, beside)) = children.split_first() else {
            return Err(form("an empty EncryptedAssertion"));
        };
        self.named(*data, XENC, "EncryptedData")?;
        self.document.only_attributes(*data, &["Id", "Type"])?;
        if self.document.attribute(*data, "Type").is_some_and(|found| found != ELEMENT) {
            return Err(form("EncryptedData of another Type than Element"));
        }
        let (method, key_info, cipher) = self.parts(*data, "EncryptedData")?;
        let content = self.algorithm(method, EncryptionAlgorithm::from_uri)?;
        if !self.document.only_elements(method, "EncryptionMethod")?.is_empty() {
            return Err(form("a cipher with parameters"));
        }
        let mut keys = beside.to_vec();
        if let Some(info) = key_info {
            let inside = self.document.only_elements(info, "KeyInfo")?;
            keys.extend(inside.iter().filter(|node| self.is(**node, XENC, "EncryptedKey")));
        }
        let [key] = keys.as_slice() else {
            return Err(form(format!("{} EncryptedKeys, where one is expected", keys.len())));
        };
        let (key_transport, key) = self.key(*key)?;
        Ok(Found { key_transport, content, key, data: cipher })
    }

    fn key(&self, node: NodeId) -> Result<(KeyTransportAlgorithm, Vec<u8>), Fault> {
        self.named(node, XENC, "EncryptedKey")?;
        self.document.only_attributes(node, &["Id", "Recipient"])?;
        let (method, _own_key_info, cipher) = self.parts(node, "EncryptedKey")?;
        let transport = self.algorithm(method, KeyTransportAlgorithm::from_uri)?;
        for parameter in self.document.only_elements(method, "EncryptionMethod")? {
            // The only hash that `rsa-oaep-mgf1p` is used with here; it is also the default.
            self.named(parameter, DSIG, "DigestMethod")?;
            let sha1 = |uri: &str| (uri == DigestAlgorithm::Sha1.uri()).then_some(());
            self.algorithm(parameter, sha1)?;
            if !self.document.only_elements(parameter, "DigestMethod")?.is_empty() {
                return Err(form("a DigestMethod with parameters"));
            }
        }
        Ok((transport, cipher))
    }

    /// EncryptionMethod, KeyInfo if there is one, and the bytes of CipherData. ReferenceList and
    /// CarriedKeyName say what a key is for, which is plain where there is one.
    fn parts(&self, node: NodeId, name: &str) -> Result<(NodeId, Option<NodeId>, Vec<u8>), Fault> {
        let mut children = self.document.only_elements(node, name)?;
        if name == "EncryptedKey" {
            children.retain(|child| {
                !self.is(*child, XENC, "ReferenceList") && !self.is(*child, XENC, "CarriedKeyName")
            });
        }
        let (method, info, cipher) = match *children.as_slice() {
            [method, cipher] => (method, None, cipher),
            [method, info, cipher] if self.is(info, DSIG, "KeyInfo") => {
                (method, Some(info), cipher)
            }
            _ => {
                return Err(form(format!("{name} is EncryptionMethod, KeyInfo and CipherData")));
            }
        };
        self.named(method, XENC, "EncryptionMethod")?;
        self.named(cipher, XENC, "CipherData")?;
        self.document.only_attributes(cipher, &[])?;
        let values = self.document.only_elements(cipher, "CipherData")?;
        let [value] = *values.as_slice() else {
            return Err(form("CipherData holds one CipherValue"));
        };
        // A CipherReference would have to be fetched.
        self.named(value, XENC, "CipherValue")?;
        self.document.only_attributes(value, &[])?;
        Ok((method, info, self.document.only_base64(value, "CipherValue")?))
    }

    fn algorithm<T>(&self, node: NodeId, known: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
        self.document.only_attributes(node, &["Algorithm"])?;
        let uri = self.document.attribute(node, "Algorithm").unwrap_or_default();
        known(uri).ok_or_else(|| Fault::Algorithm(uri.to_owned()))
    }

    fn is(&self, node: NodeId, namespace: &str, local: &str) -> bool {
        self.document.is(node, namespace, local)
    }

    fn named(&self, node: NodeId, namespace: &str, local: &str) -> Result<(), Fault> {
        if self.is(node, namespace, local) {
            Ok(())
        } else {
            Err(form(format!("another element where {local} is expected")))
        }
    }
}
