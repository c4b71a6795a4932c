//! `settings.signOn.assertionEncryption` of an app.

use serde::{Deserialize, Serialize};

use crate::crypto::{self, EncryptError, EncryptionProfile};
use crate::idp::sign_on::certificate_of;
use crate::keys::{Certificate, KeyError};
use crate::saml::{EncryptionAlgorithm, KeyTransportAlgorithm, MessageId};

/// `assertionEncryption` where it is enabled, by Okta's names (facts/okta.md 4.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionEncryption {
    /// `keyTransportAlgorithm`.
    pub key_transport_algorithm: KeyTransportAlgorithm,
    /// `encryptionAlgorithm`.
    pub encryption_algorithm: EncryptionAlgorithm,
    /// `x5c`: the SP's certificate. Okta takes a list and uses its first.
    certificate: Certificate,
}

impl AssertionEncryption {
    /// Encryption to a certificate with RSA-OAEP and AES-256-CBC.
    ///
    /// # Errors
    /// [`KeyError::CannotEncrypt`] if its key is not RSA with 2048 bits or more.
    pub fn new(certificate: Certificate) -> Result<Self, KeyError> {
        if !certificate.public_key().can_encrypt() {
            return Err(KeyError::CannotEncrypt);
        }
        Ok(Self {
            key_transport_algorithm: KeyTransportAlgorithm::default(),
            encryption_algorithm: EncryptionAlgorithm::default(),
            certificate,
        })
    }

    /// The same with a certificate as `x5c` has it: DER in base64, or the PEM that people have.
    ///
    /// # Errors
    /// If it is no certificate, or as [`AssertionEncryption::new`].
    pub fn from_x5c(text: &str) -> Result<Self, KeyError> {
        Self::new(certificate_of(text)?)
    }

    /// The same with these algorithms.
    #[must_use]
    pub fn with(
        self,
        key_transport_algorithm: KeyTransportAlgorithm,
        encryption_algorithm: EncryptionAlgorithm,
    ) -> Self {
        Self { key_transport_algorithm, encryption_algorithm, ..self }
    }

    /// The SP's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The response with the assertion of this ID encrypted.
    pub(super) fn apply(&self, xml: &str, id: &MessageId) -> Result<String, EncryptError> {
        let profile = EncryptionProfile {
            key_transport: self.key_transport_algorithm,
            content: self.encryption_algorithm,
        };
        crypto::encrypt_assertion(xml, id, &self.certificate, profile)
    }
}

/// Whether one response's assertion is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Encrypt {
    /// As the app says.
    #[default]
    AsApp,
    /// It is not.
    Nothing,
    /// It is, like this.
    To(AssertionEncryption),
}

impl Encrypt {
    /// What an app that says this does.
    pub(super) fn of<'a>(
        &'a self,
        app: Option<&'a AssertionEncryption>,
    ) -> Option<&'a AssertionEncryption> {
        match self {
            Self::AsApp => app,
            Self::Nothing => None,
            Self::To(encryption) => Some(encryption),
        }
    }
}
