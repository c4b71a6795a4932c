//! The bytes of a signature, in Okta's form (facts/okta.md 3.1): one line, prefix `ds`, the
//! certificate broken every 76 columns.

use super::document::DSIG;
use super::sign::SignatureProfile;
use crate::keys::Certificate;

/// Exclusive canonicalisation without comments.
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The enveloped signature transform.
pub(super) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// The namespace declaration of the signature.
pub(super) fn open() -> String {
    format!("<ds:Signature xmlns:ds=\"{DSIG}\">")
}

/// `<ds:SignedInfo>`, to stand inside [`open`]. The ID is of [`super::sign`]'s alphabet and needs no
/// escaping, and neither do the prefixes.
pub(super) fn signed_info(id: &str, profile: &SignatureProfile, digest_value: &str) -> String {
    let exclusive = if profile.inclusive_prefixes.is_empty() {
        format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"/>")
    } else {
        let prefixes = profile.inclusive_prefixes.join(" ");
        format!(
            "<ds:Transform Algorithm=\"{EXCLUSIVE}\">\
             <ec:InclusiveNamespaces PrefixList=\"{prefixes}\" xmlns:ec=\"{EXCLUSIVE}\"/>\
             </ds:Transform>"
        )
    };
    let signature = profile.signature.uri();
    let digest = profile.digest.uri();
    format!(
        "<ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"/>\
         <ds:SignatureMethod Algorithm=\"{signature}\"/><ds:Reference URI=\"#{id}\">\
         <ds:Transforms><ds:Transform Algorithm=\"{ENVELOPED}\"/>{exclusive}</ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{digest}\"/><ds:DigestValue>{digest_value}</ds:DigestValue>\
         </ds:Reference></ds:SignedInfo>"
    )
}

/// The text of a DigestValue. It is part of what is signed, and libxmlsec1 breaks it after 64 columns,
/// so it is broken there whoever computes it. Only SHA-512 is that long, which Okta does not offer:
/// what Okta writes stays on one line.
pub(super) fn digest_text(base64: &str) -> String {
    const COLUMNS: usize = 64;
    match base64.split_at_checked(COLUMNS) {
        Some((first, rest)) if !rest.is_empty() => format!("{first}\n{rest}"),
        _ => base64.to_owned(),
    }
}

/// `<ds:SignatureValue>` and the end of the signature, with the certificate if one is given.
pub(super) fn close(signature_value: &str, certificate: Option<&Certificate>) -> String {
    let key_info =
        certificate.map(Certificate::to_okta_base64).map_or_else(String::new, |base64| {
            format!(
                "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{base64}</ds:X509Certificate>\
             </ds:X509Data></ds:KeyInfo>"
            )
        });
    format!("<ds:SignatureValue>{signature_value}</ds:SignatureValue>{key_info}</ds:Signature>")
}
