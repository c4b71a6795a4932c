//! An SP's metadata (M 2.4.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::idp_metadata::{KeyUse, certificates, name_id_formats};
use super::read::{Namespace, Place, ReadError, ReadErrorKind, read};
use super::{AcsUrl, Binding, EntityId, NameIdFormat, xml};

/// What an IdP takes from an SP's metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpMetadata {
    /// `entityID`.
    pub entity_id: EntityId,
    /// `<AssertionConsumerService>`s in order; there is at least one.
    pub acs: Vec<AcsEndpoint>,
    /// `<NameIDFormat>`s in order.
    pub name_id_formats: Vec<NameIdFormat>,
    /// `AuthnRequestsSigned`; absent means false.
    pub authn_requests_signed: bool,
    /// `WantAssertionsSigned`; absent means false.
    pub want_assertions_signed: bool,
    /// The certificates to encrypt to, in order, as DER: those of `use="encryption"` and of no use
    /// said.
    pub encryption_certificates: Vec<Vec<u8>>,
}

/// An `<AssertionConsumerService>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcsEndpoint {
    /// `index`.
    pub index: u16,
    /// `Location`.
    pub url: AcsUrl,
    /// `Binding`.
    pub binding: Binding,
    /// `isDefault`, if said.
    pub is_default: Option<bool>,
}

impl SpMetadata {
    /// An SP with one ACS that takes HTTP-POST and wants its assertions signed.
    pub fn new(entity_id: EntityId, acs: AcsUrl, name_id_format: NameIdFormat) -> Self {
        let binding = Binding::HttpPost;
        Self {
            entity_id,
            acs: vec![AcsEndpoint { index: 0, url: acs, binding, is_default: Some(true) }],
            name_id_formats: vec![name_id_format],
            authn_requests_signed: false,
            want_assertions_signed: true,
            encryption_certificates: Vec::new(),
        }
    }

    /// Reads an `<EntityDescriptor>` with an `<SPSSODescriptor>`.
    ///
    /// # Errors
    /// If the document breaks a limit, is not well-formed, or describes no SP with an ACS.
    pub fn parse(xml: &str) -> Result<Self, ReadError> {
        read(xml, Namespace::Metadata, "EntityDescriptor", descriptor)
    }

    /// The ACS that a response goes to when the request names none: the one that says it is the
    /// default, else the first that does not say it is not, else the first (M 2.2.3).
    pub fn default_acs(&self) -> Option<&AcsEndpoint> {
        let said = |wanted| self.acs.iter().find(|acs| acs.is_default == wanted);
        said(Some(true)).or_else(|| said(None)).or_else(|| self.acs.first())
    }

    /// The document.
    pub fn to_xml(&self) -> String {
        let formats: String = self
            .name_id_formats
            .iter()
            .map(|format| xml::text(format.as_str()))
            .map(|format| format!("<md:NameIDFormat>{format}</md:NameIDFormat>"))
            .collect();
        let acs: String = self.acs.iter().map(AcsEndpoint::to_xml).collect();
        let keys: String =
            self.encryption_certificates.iter().map(|der| encryption_key(der)).collect();
        format!(
            concat!(
                r#"<?xml version="1.0" encoding="UTF-8"?>"#,
                r#"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"{entity}>"#,
                r#"<md:SPSSODescriptor AuthnRequestsSigned="{requests}" "#,
                r#"WantAssertionsSigned="{assertions}" "#,
                r#"protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">"#,
                "{keys}{formats}{acs}</md:SPSSODescriptor></md:EntityDescriptor>",
            ),
            entity = xml::named("entityID", self.entity_id.as_str()),
            requests = self.authn_requests_signed,
            assertions = self.want_assertions_signed,
            keys = keys,
            formats = formats,
            acs = acs,
        )
    }
}

impl AcsEndpoint {
    fn to_xml(&self) -> String {
        let is_default = self.is_default.map(|is| xml::named("isDefault", &is.to_string()));
        format!(
            "<md:AssertionConsumerService{}{}{}{}/>",
            xml::named("Binding", self.binding.urn()),
            xml::named("Location", self.url.as_str()),
            xml::named("index", &self.index.to_string()),
            is_default.unwrap_or_default(),
        )
    }
}

fn encryption_key(der: &[u8]) -> String {
    format!(
        concat!(
            r#"<md:KeyDescriptor use="encryption">"#,
            r#"<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>"#,
            "<ds:X509Certificate>{}</ds:X509Certificate>",
            "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
        ),
        STANDARD.encode(der)
    )
}

fn descriptor(place: Place<'_>) -> Result<SpMetadata, ReadError> {
    let role = place.required_child(Namespace::Metadata, "SPSSODescriptor")?;
    let acs: Vec<AcsEndpoint> = role
        .children(Namespace::Metadata, "AssertionConsumerService")
        .map(endpoint)
        .collect::<Result<_, _>>()?;
    if acs.is_empty() {
        let parent = "SPSSODescriptor".to_owned();
        let child = "AssertionConsumerService";
        return Err(role.error(ReadErrorKind::MissingElement { parent, child }));
    }
    Ok(SpMetadata {
        entity_id: EntityId::new(place.required("entityID")?),
        acs,
        name_id_formats: name_id_formats(role)?,
        authn_requests_signed: role.boolean("AuthnRequestsSigned")?.unwrap_or(false),
        want_assertions_signed: role.boolean("WantAssertionsSigned")?.unwrap_or(false),
        encryption_certificates: certificates(role, KeyUse::Encryption)?,
    })
}

fn endpoint(place: Place<'_>) -> Result<AcsEndpoint, ReadError> {
    let index = place.required("index")?;
    Ok(AcsEndpoint {
        index: index
            .parse()
            .map_err(|_| place.bad_value("index", index, "a number up to 65535"))?,
        url: AcsUrl::new(place.required("Location")?),
        binding: Binding::from_urn(place.required("Binding")?),
        is_default: place.boolean("isDefault")?,
    })
}
