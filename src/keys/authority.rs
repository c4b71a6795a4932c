//! A certificate authority for TLS on loopback.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::certificate::folded;
use super::issue::{key_pair, set_validity, years_after};
use super::signing_key::key_block;
use super::{Certificate, KeyError, KeyKind};
use crate::env::Env;

/// How long the CA is valid.
const AUTHORITY_YEARS: u8 = 20;
/// How long a server's certificate is valid: short, since it is made anew at every start.
const SERVER_DAYS: i64 = 90;
/// How far back validity starts, for clocks that disagree with the one of the machine it was made on.
const BACKDATED: SignedDuration = SignedDuration::from_hours(24 * 365);

/// A CA (ECDSA P-256) that vouches for servers of tests. Whoever trusts it trusts every name it is
/// asked for, so it belongs into a test's own trust store and nowhere else.
#[derive(Debug)]
pub struct TlsAuthority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// What a rustls server shows: its chain, leaf first, and the key of the leaf.
#[derive(Debug)]
pub struct ServerIdentity {
    /// The certificates, leaf first, then the CA.
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key in PKCS#8.
    pub key: PrivateKeyDer<'static>,
}

impl TlsAuthority {
    /// Makes a CA. TLS lives in real time: `now` is the real one even where a case sets its clock.
    pub fn new(now: Timestamp) -> Result<Self, KeyError> {
        let key = key_pair(KeyKind::EcdsaP256).map_err(failed)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = named("samlproof test CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        set_validity(&mut params, now - BACKDATED, years_after(now, AUTHORITY_YEARS)?)?;
        let certificate = params.self_signed(&key).map_err(failed)?;
        Ok(Self {
            certificate: Certificate::from_der(certificate.der())?,
            issuer: Issuer::new(params, key),
        })
    }

    /// Reads a CA from a PEM text that holds its private key and its certificate.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let certificate = Certificate::from_pem(pem)?;
        let key_pem = key_block(pem).ok_or(KeyError::NoPrivateKey)?;
        let key = KeyPair::from_pem(&key_pem).map_err(|_rejected| KeyError::PrivateKey)?;
        if !certificate.public_key().der().ends_with(key.public_key_raw()) {
            return Err(KeyError::Mismatch);
        }
        let issuer = Issuer::from_ca_cert_pem(&certificate.to_pem(), key).map_err(failed)?;
        Ok(Self { certificate, issuer })
    }

    /// Private key and certificate in one PEM text.
    pub fn to_pem(&self) -> String {
        format!("{}{}", self.issuer.key().serialize_pem(), self.certificate.to_pem())
    }

    /// The CA's certificate, for trust stores.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Makes a key and a certificate for a server of these host names and IP addresses, valid now.
    pub fn server_identity(&self, names: &[&str]) -> Result<ServerIdentity, KeyError> {
        let now = Env::real().clock.now();
        let key = key_pair(KeyKind::EcdsaP256).map_err(failed)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = named("samlproof test server");
        params.subject_alt_names =
            names.iter().map(|name| alternative_name(name)).collect::<Result<_, _>>()?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        set_validity(
            &mut params,
            now - BACKDATED,
            now + SignedDuration::from_hours(24 * SERVER_DAYS),
        )?;
        let leaf = params.signed_by(&key, &self.issuer).map_err(failed)?;
        Ok(ServerIdentity {
            chain: vec![leaf.der().clone(), CertificateDer::from(self.certificate.der().to_vec())],
            key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        })
    }
}

impl Clone for ServerIdentity {
    fn clone(&self) -> Self {
        Self { chain: self.chain.clone(), key: self.key.clone_key() }
    }
}

impl ServerIdentity {
    /// The chain in PEM, for servers that want files.
    pub fn chain_pem(&self) -> String {
        use base64::Engine as _;
        self.chain
            .iter()
            .map(|der| {
                let body = folded(&base64::engine::general_purpose::STANDARD.encode(der), 64);
                format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
            })
            .collect()
    }
}

fn alternative_name(name: &str) -> Result<SanType, KeyError> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let is_host = !name.is_empty()
        && name.len() <= 253
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-*_".contains(&byte));
    let dns = rcgen::string::Ia5String::try_from(name);
    match dns {
        Ok(dns) if is_host => Ok(SanType::DnsName(dns)),
        _ => Err(KeyError::HostName(name.to_owned())),
    }
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "samlproof, for tests only");
    name.push(DnType::CommonName, common_name);
    name
}

fn failed(error: rcgen::Error) -> KeyError {
    KeyError::Generation { kind: KeyKind::EcdsaP256, cause: error.to_string() }
}
