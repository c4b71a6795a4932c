//! An IdP's metadata (M 2.4.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::read::{Namespace, Place, ReadError, ReadErrorKind, read};
use super::{Binding, EntityId, NameIdFormat};

/// What an SP takes from an IdP's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdpMetadata {
    /// `entityID`.
    pub entity_id: EntityId,
    /// `validUntil`, if it says so.
    pub valid_until: Option<Timestamp>,
    /// `<SingleSignOnService>`s in order; there is at least one.
    pub sso: Vec<SsoEndpoint>,
    /// The signing certificates in order, as DER: those of `use="signing"` and of no use said.
    pub certificates: Vec<Vec<u8>>,
    /// `WantAuthnRequestsSigned`; absent means false.
    pub want_signed: bool,
    /// `<NameIDFormat>`s in order.
    pub name_id_formats: Vec<NameIdFormat>,
}

/// A `<SingleSignOnService>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoEndpoint {
    /// `Binding`.
    pub binding: Binding,
    /// `Location`.
    pub location: String,
}

impl IdpMetadata {
    /// Reads an `<EntityDescriptor>` with an `<IDPSSODescriptor>`. Whether the certificates are
    /// usable is for the reader of X.509 to say.
    ///
    /// # Errors
    /// If the document breaks a limit, is not well-formed, describes no IdP, or has a certificate
    /// that is not base64.
    pub fn parse(xml: &str) -> Result<Self, ReadError> {
        read(xml, Namespace::Metadata, "EntityDescriptor", descriptor)
    }

    /// Where a message of this binding is sent.
    pub fn sso_location(&self, binding: &Binding) -> Option<&str> {
        let endpoint = self.sso.iter().find(|endpoint| endpoint.binding == *binding)?;
        Some(&endpoint.location)
    }
}

fn descriptor(place: Place<'_>) -> Result<IdpMetadata, ReadError> {
    let role = place.required_child(Namespace::Metadata, "IDPSSODescriptor")?;
    let sso: Vec<SsoEndpoint> = role
        .children(Namespace::Metadata, "SingleSignOnService")
        .map(endpoint)
        .collect::<Result<_, _>>()?;
    if sso.is_empty() {
        let parent = "IDPSSODescriptor".to_owned();
        let child = "SingleSignOnService";
        return Err(role.error(ReadErrorKind::MissingElement { parent, child }));
    }
    Ok(IdpMetadata {
        entity_id: EntityId::new(place.required("entityID")?),
        valid_until: place.instant("validUntil")?,
        sso,
        certificates: certificates(role, KeyUse::Signing)?,
        want_signed: role.boolean("WantAuthnRequestsSigned")?.unwrap_or(false),
        name_id_formats: name_id_formats(role)?,
    })
}

fn endpoint(place: Place<'_>) -> Result<SsoEndpoint, ReadError> {
    Ok(SsoEndpoint {
        binding: Binding::from_urn(place.required("Binding")?),
        location: place.required("Location")?.to_owned(),
    })
}

/// What a `<KeyDescriptor>` is for; one that does not say is for both (M 2.4.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyUse {
    Signing,
    Encryption,
}

/// The certificates of a use, as DER.
pub(super) fn certificates(role: Place<'_>, wanted: KeyUse) -> Result<Vec<Vec<u8>>, ReadError> {
    let wanted = match wanted {
        KeyUse::Signing => "signing",
        KeyUse::Encryption => "encryption",
    };
    role.children(Namespace::Metadata, "KeyDescriptor")
        .filter(|key| key.attribute("use").is_none_or(|usage| usage == wanted))
        .flat_map(|key| key.children(Namespace::Signature, "KeyInfo"))
        .flat_map(|info| info.children(Namespace::Signature, "X509Data"))
        .flat_map(|data| data.children(Namespace::Signature, "X509Certificate"))
        .map(certificate)
        .collect()
}

fn certificate(place: Place<'_>) -> Result<Vec<u8>, ReadError> {
    let text = place.text()?;
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD
        .decode(&compact)
        .map_err(|_not_base64| place.bad_value("the text", &compact, "a certificate in base64"))
}

pub(super) fn name_id_formats(role: Place<'_>) -> Result<Vec<NameIdFormat>, ReadError> {
    role.children(Namespace::Metadata, "NameIDFormat")
        .map(|format| Ok(NameIdFormat::new(format.text()?.trim())))
        .collect()
}
