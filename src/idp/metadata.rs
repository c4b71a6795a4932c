//! The metadata an app publishes.

use crate::idp::{App, Org};
use crate::saml::{Binding, NameIdFormat, xml};

/// The public metadata of an app in Okta's byte form (facts/okta.md 2.1): one line, except inside
/// the certificates; one KeyDescriptor for each published key, which on Okta is always one.
pub fn metadata(org: &Org, app: &App) -> String {
    let keys: String = app
        .published_keys()
        .map(|key| key_descriptor(&key.certificate().to_okta_base64()))
        .collect();
    let formats: String = name_id_formats(app.sign_on.subject_name_id_format.as_str())
        .iter()
        .map(|format| format!("<md:NameIDFormat>{}</md:NameIDFormat>", xml::text(format)))
        .collect();
    let location = format!("{}{}", org.base_url, app.sso_path());
    let services: String = [Binding::HttpPost, Binding::HttpRedirect]
        .iter()
        .map(|binding| {
            format!(
                r#"<md:SingleSignOnService Binding="{}" Location="{}"/>"#,
                binding.urn(),
                xml::attribute(&location)
            )
        })
        .collect();
    format!(
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?>"#,
            r#"<md:EntityDescriptor entityID="{entity}" "#,
            r#"xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">"#,
            r#"<md:IDPSSODescriptor WantAuthnRequestsSigned="false" "#,
            r#"protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">"#,
            "{keys}{formats}{services}",
            "</md:IDPSSODescriptor></md:EntityDescriptor>",
        ),
        entity = xml::attribute(app.issuer().as_str()),
        keys = keys,
        formats = formats,
        services = services,
    )
}

fn key_descriptor(certificate: &str) -> String {
    format!(
        concat!(
            r#"<md:KeyDescriptor use="signing">"#,
            r#"<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#,
            "<ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>",
            "</ds:KeyInfo></md:KeyDescriptor>",
        ),
        certificate
    )
}

/// The list that follows from `subjectNameIdFormat`: e-mail is always in it, a format other than
/// that is added, unspecified before it and the others behind.
fn name_id_formats(format: &str) -> Vec<&str> {
    match format {
        NameIdFormat::EMAIL_ADDRESS => vec![format],
        NameIdFormat::UNSPECIFIED => vec![format, NameIdFormat::EMAIL_ADDRESS],
        other => vec![NameIdFormat::EMAIL_ADDRESS, other],
    }
}
