//! Signatures of the HTTP-Redirect binding.

use samlproof::crypto::{AlgorithmPolicy, sign_query, verify_query};
use samlproof::keys::Certificate;
use samlproof::saml::{SignatureAlgorithm, SignatureFault};

use super::fixture::{key, replaced};

const QUERY: &str = "SAMLRequest=nVPBbts%2BfZ&RelayState=https%3A%2F%2Fsp%2Fa%20b";

fn trusted() -> Vec<Certificate> {
    ["other", "okta-1"].map(|name| key(name).certificate().clone()).to_vec()
}

fn verified(query: &str) -> Result<usize, SignatureFault> {
    verify_query(query, &trusted(), &AlgorithmPolicy::modern()).map(|signature| signature.trusted)
}

fn signed() -> String {
    sign_query(QUERY, &key("okta-1"), SignatureAlgorithm::RsaSha256).unwrap()
}

#[test]
fn signed_query_verifies_in_any_order_of_its_parameters() {
    let query = signed();
    assert!(query.starts_with(QUERY));
    assert_eq!(verified(&query), Ok(1));
    let mut parameters: Vec<_> = query.split('&').collect();
    parameters.reverse();
    assert_eq!(verified(&format!("other=1&{}", parameters.join("&"))), Ok(1));
}

#[test]
fn ecdsa_signs_queries_too() {
    let query = sign_query(QUERY, &key("ecdsa-p256"), SignatureAlgorithm::EcdsaSha256).unwrap();
    let trusted = [key("ecdsa-p256").certificate().clone()];
    assert!(verify_query(&query, &trusted, &AlgorithmPolicy::modern()).is_ok());
    assert!(sign_query(QUERY, &key("ecdsa-p256"), SignatureAlgorithm::RsaSha256).is_err());
}

#[test]
fn changed_queries_are_refused() {
    let query = signed();
    let key_fault = Err(SignatureFault::Key("query".into()));
    assert_eq!(verified(&replaced(&query, "a%20b", "a%20c")), key_fault);
    // The octets count, not what they stand for.
    assert_eq!(verified(&replaced(&query, "a%20b", "a+b")), key_fault);
    assert_eq!(verified(&replaced(&query, "&RelayState=https%3A%2F%2Fsp%2Fa%20b", "")), key_fault);
    assert_eq!(verified(&replaced(&query, "SAMLRequest=", "SAMLResponse=")), key_fault);
    let (unsigned, _) = query.split_once("&Signature=").unwrap();
    assert_eq!(verified(unsigned), Err(SignatureFault::Missing));
    assert_eq!(verified(QUERY), Err(SignatureFault::Missing));
    for repeated in ["RelayState=x", "SAMLRequest=x", "SigAlg=x", "Signature=x", "%52elayState=x"] {
        assert!(matches!(verified(&format!("{query}&{repeated}")), Err(SignatureFault::Form(_))));
    }
    assert!(matches!(verified(&format!("{query}&SAMLResponse=x")), Err(SignatureFault::Form(_))));
    let sha1 =
        query.replace("2001%2F04%2Fxmldsig-more%23rsa-sha256", "2000%2F09%2Fxmldsig%23rsa-sha1");
    assert!(matches!(verified(&sha1), Err(SignatureFault::Algorithm(_))));
    assert!(matches!(verified(&"a=b&".repeat(1 << 20)), Err(SignatureFault::Unreadable(_))));
}
