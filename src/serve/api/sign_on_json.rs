//! `settings.signOn` as the API shows it (facts/okta.md 4.1, 4.3).

use serde_json::{Map, Value, json};

use super::filter;
use crate::idp::expression::Template;
use crate::idp::{App, AssertionEncryption, AttributeSource, AttributeStatement, SignOn};
use crate::saml::{
    Binding, DigestAlgorithm, EncryptionAlgorithm, KeyTransportAlgorithm, SignatureAlgorithm,
};

/// Algorithms by Okta's names; behind its own two, those that samlproof has besides.
pub(super) const SIGNATURES: [(&str, SignatureAlgorithm); 7] = [
    ("RSA_SHA256", SignatureAlgorithm::RsaSha256),
    ("RSA_SHA1", SignatureAlgorithm::RsaSha1),
    ("RSA_SHA384", SignatureAlgorithm::RsaSha384),
    ("RSA_SHA512", SignatureAlgorithm::RsaSha512),
    ("ECDSA_SHA256", SignatureAlgorithm::EcdsaSha256),
    ("ECDSA_SHA384", SignatureAlgorithm::EcdsaSha384),
    ("ECDSA_SHA512", SignatureAlgorithm::EcdsaSha512),
];

/// As [`SIGNATURES`].
pub(super) const DIGESTS: [(&str, DigestAlgorithm); 4] = [
    ("SHA256", DigestAlgorithm::Sha256),
    ("SHA1", DigestAlgorithm::Sha1),
    ("SHA384", DigestAlgorithm::Sha384),
    ("SHA512", DigestAlgorithm::Sha512),
];

/// `keyTransportAlgorithm`.
pub(super) const KEY_TRANSPORTS: [(&str, KeyTransportAlgorithm); 2] =
    [("RSA_OAEP", KeyTransportAlgorithm::RsaOaep), ("RSA_15", KeyTransportAlgorithm::Rsa15)];

/// `encryptionAlgorithm`.
pub(super) const ENCRYPTIONS: [(&str, EncryptionAlgorithm); 3] = [
    ("AES128_CBC", EncryptionAlgorithm::Aes128Cbc),
    ("AES256_CBC", EncryptionAlgorithm::Aes256Cbc),
    ("AES256_GCM", EncryptionAlgorithm::Aes256Gcm),
];

fn word<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

/// `settings.signOn` of an app, in Okta's order.
pub(super) fn sign_on(app: &App) -> Value {
    let on: &SignOn = &app.sign_on;
    let mut shown = json!({
        "defaultRelayState": on.default_relay_state,
        "ssoAcsUrl": on.sso_acs_url,
        "idpIssuer": on.idp_issuer,
        "audience": on.audience,
        "recipient": on.recipient,
        "destination": on.destination,
        "subjectNameIdTemplate":
            template(app, "settings.signOn.subjectNameIdTemplate", &on.subject_name_id_template),
        "subjectNameIdFormat": on.subject_name_id_format,
        "responseSigned": on.response_signed,
        "assertionSigned": on.assertion_signed,
        "signatureAlgorithm": word(&SIGNATURES, &on.signature_algorithm),
        "digestAlgorithm": word(&DIGESTS, &on.digest_algorithm),
        "honorForceAuthn": on.honor_force_authn,
        "authnContextClassRef": on.authn_context_class_ref,
        "spIssuer": on.sp_issuer,
        "requestCompressed": on.request_compressed,
        "attributeStatements": statements(app),
        "inlineHooks": on.inline_hooks.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
        "assertionEncryption": encryption(on.assertion_encryption.as_ref()),
        "allowMultipleAcsEndpoints": on.allow_multiple_acs_endpoints,
        "acsEndpoints": on.acs_endpoints.iter()
            .map(|endpoint| json!({ "url": endpoint.url, "index": endpoint.index }))
            .collect::<Vec<_>>(),
        "samlSignedRequestEnabled": on.saml_signed_request_enabled,
    });
    if let Some(shown) = shown.as_object_mut() {
        insert_logout(shown, on);
    }
    shown
}

/// What is shown only where it is there: `slo` always, in its short form where it is off.
fn insert_logout(shown: &mut Map<String, Value>, on: &SignOn) {
    let mut insert = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    if let Some(certificate) = &on.sp_certificate {
        // Okta folds what it was given (facts/okta.md 4.1).
        let folded = certificate.to_okta_base64().replace('\n', "\r\n");
        insert("spCertificate", json!({ "x5c": [folded] }));
    }
    insert(
        "slo",
        match &on.slo {
            None => json!({ "enabled": false }),
            Some(slo) => {
                json!({ "enabled": true, "issuer": slo.issuer, "logoutUrl": slo.logout_url })
            }
        },
    );
    if let Some(participate) = &on.participate_slo {
        let binding =
            if participate.binding == Binding::HttpRedirect { "REDIRECT" } else { "POST" };
        insert(
            "participateSlo",
            json!({
                "enabled": true,
                "logoutRequestUrl": participate.logout_request_url,
                "sessionIndexRequired": participate.session_index_required,
                "bindingType": binding,
            }),
        );
    }
    for (name, url) in [
        ("ssoAcsUrlOverride", &on.sso_acs_url_override),
        ("recipientOverride", &on.recipient_override),
        ("destinationOverride", &on.destination_override),
    ] {
        if let Some(url) = url {
            insert(name, json!(url));
        }
    }
    if let Some(audience) = &on.audience_override {
        insert("audienceOverride", json!(audience));
    }
    if let Some(seconds) = on.saml_assertion_lifetime_seconds {
        insert("samlAssertionLifetimeSeconds", seconds.into());
    }
}

fn encryption(encryption: Option<&AssertionEncryption>) -> Value {
    let Some(encryption) = encryption else { return json!({ "enabled": false }) };
    json!({
        "enabled": true,
        "keyTransportAlgorithm": word(&KEY_TRANSPORTS, &encryption.key_transport_algorithm),
        "encryptionAlgorithm": word(&ENCRYPTIONS, &encryption.encryption_algorithm),
        "x5c": [encryption.certificate().to_base64()],
    })
}

/// A template as a client wrote it, if that still says what is in force; else written out anew.
pub(super) fn template(app: &App, path: &str, template: &Template) -> String {
    let text = template.to_string();
    let same =
        |written: &&str| Template::parse(written).is_ok_and(|written| written.to_string() == text);
    written(app, path).filter(same).map_or(text.clone(), str::to_owned)
}

fn written<'a>(app: &'a App, path: &str) -> Option<&'a str> {
    let (first, rest) = path.split_once('.')?;
    filter::at(app.kept.get(first)?, rest)?.as_str()
}

fn statements(app: &App) -> Vec<Value> {
    let kept =
        app.kept.get("settings").and_then(|all| filter::at(all, "signOn.attributeStatements"));
    let kept = kept.and_then(Value::as_array);
    let shown = app.sign_on.attribute_statements.iter().enumerate().map(|(index, statement)| {
        let written =
            kept.and_then(|kept| filter::at(kept.get(index)?, "values")?.get(0)?.as_str());
        self::statement(statement, written)
    });
    shown.collect()
}

fn statement(statement: &AttributeStatement, written: Option<&str>) -> Value {
    let (name, namespace) = (&statement.name, statement.format.urn());
    let value = statement.source.written();
    if let AttributeSource::Groups(filter) = &statement.source {
        return json!({
            "type": "GROUP",
            "name": name,
            "namespace": namespace,
            "filterType": filter.kind(),
            "filterValue": value,
        });
    }
    let same = |written: &&str| match (&statement.source, AttributeSource::parse(written)) {
        (AttributeSource::Literal(text), Ok(AttributeSource::Literal(other))) => *text == other,
        (AttributeSource::Expression(_), Ok(AttributeSource::Expression(other))) => {
            other.to_string() == value
        }
        _ => false,
    };
    let value = written.filter(same).map_or(value.clone(), str::to_owned);
    json!({ "type": "EXPRESSION", "name": name, "namespace": namespace, "values": [value] })
}
