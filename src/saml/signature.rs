//! What is said of a signature: algorithms by name and the verdict on a document. No crypto here.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::MessageId;
use crate::excerpt;

/// A signature algorithm by its XML-DSig URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignatureAlgorithm {
    /// `http://www.w3.org/2000/09/xmldsig#rsa-sha1`; refused unless asked for.
    RsaSha1,
    /// `http://www.w3.org/2001/04/xmldsig-more#rsa-sha256`, Okta's default.
    RsaSha256,
    /// `http://www.w3.org/2001/04/xmldsig-more#rsa-sha384`.
    RsaSha384,
    /// `http://www.w3.org/2001/04/xmldsig-more#rsa-sha512`.
    RsaSha512,
    /// `http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256`.
    EcdsaSha256,
    /// `http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384`.
    EcdsaSha384,
    /// `http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512`.
    EcdsaSha512,
}

impl SignatureAlgorithm {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha384,
        Self::RsaSha512,
        Self::EcdsaSha256,
        Self::EcdsaSha384,
        Self::EcdsaSha512,
    ];

    /// The URI in `<SignatureMethod Algorithm=…>`.
    pub fn uri(self) -> &'static str {
        match self {
            Self::RsaSha1 => "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            Self::RsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Self::RsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            Self::RsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            Self::EcdsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            Self::EcdsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
            Self::EcdsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
        }
    }

    /// The algorithm of a URI, if it is one of these.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }
}

/// A digest algorithm by its XML-DSig URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DigestAlgorithm {
    /// `http://www.w3.org/2000/09/xmldsig#sha1`; refused unless asked for.
    Sha1,
    /// `http://www.w3.org/2001/04/xmlenc#sha256`, Okta's default.
    Sha256,
    /// `http://www.w3.org/2001/04/xmldsig-more#sha384`.
    Sha384,
    /// `http://www.w3.org/2001/04/xmlenc#sha512`.
    Sha512,
}

impl DigestAlgorithm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The URI in `<DigestMethod Algorithm=…>`.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }

    /// The algorithm of a URI, if it is one of these.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }
}

/// Which element a signature stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignedKind {
    /// The `<samlp:Response>` that is the document's root.
    Response,
    /// A `<saml:Assertion>` that is a child of the root.
    Assertion,
    /// An `<samlp:AuthnRequest>`, `<samlp:LogoutRequest>` or `<samlp:LogoutResponse>` that is the
    /// document's root.
    Message,
}

/// A part of a document whose signature holds, with the very bytes that were signed.
///
/// A reader takes what it believes from [`SignedPart::canonical`] alone; whatever else stands in the
/// document was written by nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPart {
    /// What was signed.
    pub kind: SignedKind,
    /// Its `ID`, which the one Reference names.
    pub id: MessageId,
    /// The canonical form that the digest was made of.
    pub canonical: String,
    /// The algorithm of the signature.
    pub signature: SignatureAlgorithm,
    /// The algorithm of the digest.
    pub digest: DigestAlgorithm,
    /// Index of the trusted certificate that verified it.
    pub trusted: usize,
}

/// The verdict on a document's signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureVerdict {
    /// Every signature in the document holds and these parts are signed; never empty.
    Valid(Vec<SignedPart>),
    /// Nothing in the document may be believed.
    Invalid(SignatureFault),
}

/// The most characters of a hostile document that an error quotes.
const LONGEST: usize = 300;

/// Why a document may not be believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignatureFault {
    /// No signature at all on the response or on an assertion of it.
    #[error("nothing in it is signed")]
    Missing,
    /// Not well-formed, a DTD, or over a limit.
    #[error("the document cannot be read: {}", excerpt::head(.0, LONGEST))]
    Unreadable(String),
    /// A signature that is not of the one accepted form.
    #[error("the signature has a form that is not accepted: {}", excerpt::head(.0, LONGEST))]
    Form(String),
    /// An algorithm outside the allow-list.
    #[error("algorithm not allowed: {}", excerpt::head(.0, LONGEST))]
    Algorithm(String),
    /// The digest of the signed element differs: it was changed after signing.
    #[error("the digest of #{} does not match: the signed element was changed", excerpt::head(.0, LONGEST))]
    Digest(String),
    /// The signature value verifies with none of the trusted keys.
    #[error("the signature of #{} verifies with none of the trusted certificates", excerpt::head(.0, LONGEST))]
    Key(String),
    /// The same ID stands in the document twice.
    #[error("the ID {} occurs more than once", excerpt::head(.0, LONGEST))]
    DuplicateId(String),
}
