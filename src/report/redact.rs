//! Secrets are taken out at the last step, whatever form they were printed in.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Shorter texts are words, not secrets: taking them out would garble a report.
const SHORTEST: usize = 8;

/// Replaces every secret by `[redacted]`: as it is, URL-encoded, and in base64.
pub(super) fn redact(mut text: String, secrets: &[String]) -> String {
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST) {
        let url: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for form in [secret.clone(), url, BASE64_STANDARD.encode(secret)] {
            text = text.replace(&form, "[redacted]");
        }
    }
    text
}
