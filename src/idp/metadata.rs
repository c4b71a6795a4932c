//! The metadata an app publishes.

use thiserror::Error;

use crate::idp::{App, AppKey, Org};
use crate::saml::{Binding, NameIdFormat, xml};

/// Why there is no metadata to show.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MetadataError {
    /// The app has no key of this `kid`.
    #[error("the app {app} has no key {kid}")]
    NoKey {
        /// The app's name.
        app: String,
        /// What was asked for.
        kid: String,
    },
    /// A key that it has to show is not made yet.
    #[error("the key {kid} of the app {app} is not made yet")]
    Pending {
        /// The app's name.
        app: String,
        /// The key.
        kid: String,
    },
}

/// The metadata of an app in Okta's byte form (facts/okta.md 2.1): one line, except inside the
/// certificates. It shows the key of the `kid` that is asked for; with none, as at the public address,
/// the published ones, which on Okta is always the active one alone.
///
/// # Errors
/// If a key is not there, or not yet.
pub fn metadata(org: &Org, app: &App, kid: Option<&str>) -> Result<String, MetadataError> {
    let keys: String = match kid {
        None => app
            .published
            .iter()
            .filter_map(|index| app.keys.get(*index))
            .map(|key| key_descriptor(app, key))
            .collect::<Result<_, _>>()?,
        Some(kid) => {
            let no_key = || MetadataError::NoKey { app: app.name.clone(), kid: kid.to_owned() };
            key_descriptor(app, app.key_credential(kid).ok_or_else(no_key)?)?
        }
    };
    let formats: String = name_id_formats(app.sign_on.subject_name_id_format.as_str())
        .iter()
        .map(|format| format!("<md:NameIDFormat>{}</md:NameIDFormat>", xml::text(format)))
        .collect();
    // Without SLO there is nothing between the key and the formats.
    let logout = match app.sign_on.slo {
        Some(_) => services("SingleLogoutService", &format!("{}{}", org.base_url, app.slo_path())),
        None => String::new(),
    };
    Ok(format!(
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?>"#,
            r#"<md:EntityDescriptor entityID="{entity}" "#,
            r#"xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">"#,
            r#"<md:IDPSSODescriptor WantAuthnRequestsSigned="false" "#,
            r#"protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">"#,
            "{keys}{logout}{formats}{sign_on}",
            "</md:IDPSSODescriptor></md:EntityDescriptor>",
        ),
        entity = xml::attribute(app.issuer().as_str()),
        keys = keys,
        logout = logout,
        formats = formats,
        sign_on = services("SingleSignOnService", &format!("{}{}", org.base_url, app.sso_path())),
    ))
}

/// The same address by both bindings.
fn services(name: &str, location: &str) -> String {
    let location = xml::attribute(location);
    [Binding::HttpPost, Binding::HttpRedirect]
        .iter()
        .map(|binding| format!(r#"<md:{name} Binding="{}" Location="{location}"/>"#, binding.urn()))
        .collect()
}

fn key_descriptor(app: &App, key: &AppKey) -> Result<String, MetadataError> {
    let pending = || MetadataError::Pending { app: app.name.clone(), kid: key.kid.clone() };
    let certificate = key.key().ok_or_else(pending)?.certificate().to_okta_base64();
    Ok(format!(
        concat!(
            r#"<md:KeyDescriptor use="signing">"#,
            r#"<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">"#,
            "<ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>",
            "</ds:KeyInfo></md:KeyDescriptor>",
        ),
        certificate
    ))
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
