//! A key that somebody else is to certify.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, SanType, string};
use serde::{Deserialize, Serialize};

use super::issue::key_pair;
use super::{Certificate, KeyError, KeyKind, SigningKey};

/// A private key without a certificate, and the request for one (PKCS #10, RFC 2986).
///
/// Serialised it has the private key in it: that is for keeping, and nothing to be handed out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningRequest {
    key_pem: String,
    /// DER in base64.
    request: String,
}

/// Whom a request is for; what is empty is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestSubject {
    /// `C`: two letters.
    pub country: String,
    /// `ST`.
    pub state: String,
    /// `L`.
    pub locality: String,
    /// `O`.
    pub organization: String,
    /// `OU`.
    pub organizational_unit: String,
    /// `CN`.
    pub common_name: String,
    /// Host names of the subject alternative name.
    pub dns_names: Vec<String>,
}

impl SigningRequest {
    /// Makes a key and the request for its certificate.
    ///
    /// # Errors
    /// [`KeyError::HostName`] for a host name that cannot stand in a certificate, and
    /// [`KeyError::Generation`].
    pub fn generate(kind: KeyKind, subject: &RequestSubject) -> Result<Self, KeyError> {
        let failed = |error: rcgen::Error| KeyError::Generation { kind, cause: error.to_string() };
        let mut params = CertificateParams::default();
        params.distinguished_name = subject.name().map_err(failed)?;
        for name in &subject.dns_names {
            let known = string::Ia5String::try_from(name.as_str());
            let known = known.map_err(|_not_ascii| KeyError::HostName(name.clone()))?;
            params.subject_alt_names.push(SanType::DnsName(known));
        }
        let key = key_pair(kind).map_err(failed)?;
        let request = params.serialize_request(&key).map_err(failed)?;
        Ok(Self { key_pem: key.serialize_pem(), request: STANDARD.encode(request.der()) })
    }

    /// The request: DER in base64, one line.
    pub fn to_base64(&self) -> &str {
        &self.request
    }

    /// The key with the certificate that it was given.
    ///
    /// # Errors
    /// [`KeyError::Mismatch`] if the certificate is another key's.
    pub fn certified(&self, certificate: Certificate) -> Result<SigningKey, KeyError> {
        SigningKey::with_certificate(&self.key_pem, certificate)
    }
}

impl fmt::Debug for SigningRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningRequest").field("request", &self.request).finish_non_exhaustive()
    }
}

impl RequestSubject {
    fn name(&self) -> Result<DistinguishedName, rcgen::Error> {
        let mut name = DistinguishedName::new();
        if !self.country.is_empty() {
            let country = string::PrintableString::try_from(self.country.as_str())?;
            name.push(DnType::CountryName, DnValue::PrintableString(country));
        }
        let parts = [
            (DnType::StateOrProvinceName, &self.state),
            (DnType::LocalityName, &self.locality),
            (DnType::OrganizationName, &self.organization),
            (DnType::OrganizationalUnitName, &self.organizational_unit),
            (DnType::CommonName, &self.common_name),
        ];
        for (kind, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
            name.push(kind, text.as_str());
        }
        Ok(name)
    }
}
