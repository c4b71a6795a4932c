//! How certificates are made: the only place that knows rcgen's parameters for signing keys.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rcgen::string::{Ia5String, PrintableString};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, DnValue, KeyPair, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256, RsaKeySize, SerialNumber,
};
use x509_parser::time::ASN1Time;

use super::{KeyError, KeyKind};

/// What may differ between two certificates of Okta's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateProfile {
    /// The CN: the org's subdomain.
    pub subdomain: String,
    /// Validity in years; Okta's own is 10, and 2 to 10 can be asked for (facts/okta.md 2.3).
    pub years: u8,
}

impl CertificateProfile {
    /// The profile of an org's subdomain, valid for Okta's ten years.
    pub fn okta(subdomain: impl Into<String>) -> Self {
        Self { subdomain: subdomain.into(), years: 10 }
    }

    /// The same, valid for so many years.
    #[must_use]
    pub fn valid_for(self, years: u8) -> Self {
        Self { years, ..self }
    }
}

/// Makes a key (PEM) and its self-signed certificate (DER): X.509 v3 without extensions, the serial
/// is the creation time in epoch milliseconds, valid from a minute before creation (facts/okta.md
/// 2.2).
pub(super) fn self_signed(
    kind: KeyKind,
    profile: &CertificateProfile,
    now: Timestamp,
) -> Result<(String, Vec<u8>), KeyError> {
    let failed = |error: rcgen::Error| KeyError::Generation { kind, cause: error.to_string() };
    let key = key_pair(kind).map_err(failed)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = okta_name(&profile.subdomain).map_err(failed)?;
    params.serial_number = Some(serial(now)?);
    let until = years_after(now, profile.years)?;
    set_validity(&mut params, now - SignedDuration::from_secs(60), until)?;
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok((key.serialize_pem(), certificate.der().to_vec()))
}

/// A key pair of a kind.
pub(super) fn key_pair(kind: KeyKind) -> Result<KeyPair, rcgen::Error> {
    let rsa = |size| KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, size);
    match kind {
        KeyKind::Rsa2048 => rsa(RsaKeySize::_2048),
        KeyKind::Rsa3072 => rsa(RsaKeySize::_3072),
        KeyKind::Rsa4096 => rsa(RsaKeySize::_4096),
        KeyKind::EcdsaP256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
        KeyKind::EcdsaP384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384),
    }
}

/// Sets a certificate's validity; x509-parser's conversion spares a dependency on rcgen's time
/// library.
pub(super) fn set_validity(
    params: &mut CertificateParams,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), KeyError> {
    let date = |time: Timestamp| {
        ASN1Time::from_timestamp(time.as_second())
            .map(|date| date.to_datetime())
            .map_err(|_range| KeyError::Time(time.to_string()))
    };
    params.not_before = date(from)?;
    params.not_after = date(until)?;
    Ok(())
}

fn okta_name(subdomain: &str) -> Result<DistinguishedName, rcgen::Error> {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, DnValue::PrintableString(PrintableString::try_from("US")?));
    name.push(DnType::StateOrProvinceName, "California");
    name.push(DnType::LocalityName, "San Francisco");
    name.push(DnType::OrganizationName, "Okta");
    name.push(DnType::OrganizationalUnitName, "SSOProvider");
    name.push(DnType::CommonName, subdomain);
    name.push(
        DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]),
        DnValue::Ia5String(Ia5String::try_from("info@okta.com")?),
    );
    Ok(name)
}

fn serial(now: Timestamp) -> Result<SerialNumber, KeyError> {
    let millis =
        u64::try_from(now.as_millisecond()).map_err(|_negative| KeyError::Time(now.to_string()))?;
    let bytes: Vec<u8> = millis.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    Ok(SerialNumber::from_slice(&bytes))
}

pub(super) fn years_after(start: Timestamp, years: u8) -> Result<Timestamp, KeyError> {
    start
        .to_zoned(TimeZone::UTC)
        .checked_add(i64::from(years).years())
        .map(|end| end.timestamp())
        .map_err(|_range| KeyError::Time(start.to_string()))
}
