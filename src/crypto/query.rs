//! Signatures of the HTTP-Redirect binding: over the query string, not in the XML (B 3.4.4.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use super::AlgorithmPolicy;
use super::primitive::{sign_bytes, verify_bytes};
use crate::keys::{Certificate, KeyError, SigningKey};
use crate::saml::{SignatureAlgorithm, SignatureFault};

/// Bytes of a query string.
const MAX_QUERY: usize = 256 << 10;

/// A signature over a query string that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuerySignature {
    /// Its algorithm.
    pub algorithm: SignatureAlgorithm,
    /// Index of the trusted certificate that verified it.
    pub trusted: usize,
}

/// Signs `SAMLRequest=…` or `SAMLResponse=…`, with `&RelayState=…` behind it if there is one, all
/// URL-encoded already; returns it with `SigAlg` and `Signature`.
pub fn sign_query(
    query: &str,
    key: &SigningKey,
    algorithm: SignatureAlgorithm,
) -> Result<String, KeyError> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let signed = format!("{query}&SigAlg={}", encoded(algorithm.uri()));
    let signature = sign_bytes(key, algorithm, signed.as_bytes())?;
    Ok(format!("{signed}&Signature={}", encoded(&STANDARD.encode(signature))))
}

/// Verifies the signature of a query string as it was received, still encoded. The signed octets are
/// put together from the parameters in the binding's order, so their order in the query is free; a
/// parameter that occurs twice is refused.
pub fn verify_query(
    query: &str,
    trusted: &[Certificate],
    policy: &AlgorithmPolicy,
) -> Result<QuerySignature, SignatureFault> {
    if query.len() > MAX_QUERY {
        return Err(SignatureFault::Unreadable(format!("{} bytes of query", query.len())));
    }
    let raw = |name: &str| -> Result<Option<&str>, SignatureFault> {
        let mut values = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .filter(|(key, _)| decoded(key) == name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some((_, value)), None) => Ok(Some(value)),
            (Some(_), Some(_)) => Err(SignatureFault::Form(format!("{name} occurs twice"))),
        }
    };
    let (name, message) = match (raw("SAMLRequest")?, raw("SAMLResponse")?) {
        (Some(message), None) => ("SAMLRequest", message),
        (None, Some(message)) => ("SAMLResponse", message),
        _ => return Err(SignatureFault::Form("not one SAMLRequest or SAMLResponse".to_owned())),
    };
    let (Some(algorithm), Some(signature)) = (raw("SigAlg")?, raw("Signature")?) else {
        return Err(SignatureFault::Missing);
    };
    let relay = raw("RelayState")?.map(|relay| format!("&RelayState={relay}")).unwrap_or_default();
    let signed = format!("{name}={message}{relay}&SigAlg={algorithm}");
    let uri = decoded(algorithm);
    let algorithm = SignatureAlgorithm::from_uri(&uri)
        .filter(|algorithm| policy.signatures.contains(algorithm))
        .ok_or(SignatureFault::Algorithm(uri))?;
    let compact: String = decoded(signature).split_whitespace().collect();
    let signature =
        STANDARD.decode(compact).map_err(|error| SignatureFault::Form(error.to_string()))?;
    trusted
        .iter()
        .position(|trusted| verify_bytes(trusted, algorithm, signed.as_bytes(), &signature))
        .map(|trusted| QuerySignature { algorithm, trusted })
        .ok_or_else(|| SignatureFault::Key("query".to_owned()))
}

/// A name or value without its URL encoding.
fn decoded(text: &str) -> String {
    let pair = format!("={text}");
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
