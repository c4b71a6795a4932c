//! The AuthnRequest (C 3.4.1).

use jiff::Timestamp;

use super::read::{Namespace, Place, ReadError, read};
use super::response_reader::version;
use super::{AcsUrl, Binding, EntityId, MessageId, NameIdFormat, instant, xml};

/// A `<samlp:AuthnRequest>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnRequest {
    /// `ID`.
    pub id: MessageId,
    /// `IssueInstant`.
    pub issue_instant: Timestamp,
    /// `<Issuer>`. P 4.1.4.1 requires it, Okta does without (facts/okta.md 3.3).
    pub issuer: Option<EntityId>,
    /// `Destination`.
    pub destination: Option<String>,
    /// `AssertionConsumerServiceURL`.
    pub acs_url: Option<AcsUrl>,
    /// `AssertionConsumerServiceIndex`.
    pub acs_index: Option<u16>,
    /// `ProtocolBinding`: how the response should come.
    pub protocol_binding: Option<Binding>,
    /// `ForceAuthn`; absent means false.
    pub force_authn: bool,
    /// `IsPassive`; absent means false.
    pub is_passive: bool,
    /// `<NameIDPolicy>`.
    pub name_id_policy: Option<NameIdPolicy>,
    /// `<AuthnContextClassRef>`s of `<RequestedAuthnContext>`.
    pub class_refs: Vec<String>,
}

/// `<samlp:NameIDPolicy>` (C 3.4.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameIdPolicy {
    /// `Format`.
    pub format: Option<NameIdFormat>,
    /// `AllowCreate`, if said.
    pub allow_create: Option<bool>,
}

impl AuthnRequest {
    /// A request that says no more than it must (P 4.1.4.1).
    pub fn new(id: MessageId, issue_instant: Timestamp, issuer: EntityId) -> Self {
        Self {
            id,
            issue_instant,
            issuer: Some(issuer),
            destination: None,
            acs_url: None,
            acs_index: None,
            protocol_binding: None,
            force_authn: false,
            is_passive: false,
            name_id_policy: None,
            class_refs: vec![],
        }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// If the document breaks a limit, is not well-formed, or lacks what C 3.2.1 requires.
    pub fn parse(xml: &str) -> Result<Self, ReadError> {
        read(xml, Namespace::Protocol, "AuthnRequest", request)
    }

    /// The document, without a signature. Instants are written in milliseconds.
    pub fn to_xml(&self) -> String {
        format!(
            concat!(
                r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" "#,
                r#"xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" "#,
                r#"ID="{id}" Version="2.0" IssueInstant="{instant}"{attributes}>"#,
                "{children}</samlp:AuthnRequest>",
            ),
            id = xml::attribute(self.id.as_str()),
            instant = instant::write(self.issue_instant),
            attributes = self.attributes(),
            children = self.children(),
        )
    }

    fn attributes(&self) -> String {
        let index = self.acs_index.map(|index| index.to_string());
        [
            ("Destination", self.destination.as_deref()),
            ("ForceAuthn", self.force_authn.then_some("true")),
            ("IsPassive", self.is_passive.then_some("true")),
            ("AssertionConsumerServiceURL", self.acs_url.as_ref().map(AcsUrl::as_str)),
            ("AssertionConsumerServiceIndex", index.as_deref()),
            ("ProtocolBinding", self.protocol_binding.as_ref().map(Binding::urn)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(xml::named(name, value?)))
        .collect()
    }

    fn children(&self) -> String {
        let mut children = String::new();
        if let Some(issuer) = &self.issuer {
            let issuer = xml::text(issuer.as_str());
            children.push_str(&format!("<saml:Issuer>{issuer}</saml:Issuer>"));
        }
        if let Some(policy) = &self.name_id_policy {
            let format = policy.format.as_ref().map(|format| xml::named("Format", format.as_str()));
            let allow_create =
                policy.allow_create.map(|allow| xml::named("AllowCreate", &allow.to_string()));
            children.push_str(&format!(
                "<samlp:NameIDPolicy{}{}/>",
                format.unwrap_or_default(),
                allow_create.unwrap_or_default()
            ));
        }
        if !self.class_refs.is_empty() {
            let refs: String = self
                .class_refs
                .iter()
                .map(|class_ref| xml::text(class_ref))
                .map(|text| {
                    format!("<saml:AuthnContextClassRef>{text}</saml:AuthnContextClassRef>")
                })
                .collect();
            children.push_str(&format!(
                "<samlp:RequestedAuthnContext>{refs}</samlp:RequestedAuthnContext>"
            ));
        }
        children
    }
}

fn request(place: Place<'_>) -> Result<AuthnRequest, ReadError> {
    version(place)?;
    let issuer = place.child(Namespace::Assertion, "Issuer")?;
    let policy = place.child(Namespace::Protocol, "NameIDPolicy")?;
    let context = place.child(Namespace::Protocol, "RequestedAuthnContext")?;
    Ok(AuthnRequest {
        id: MessageId::new(place.required("ID")?),
        issue_instant: place.required_instant("IssueInstant")?,
        issuer: issuer.map(Place::text).transpose()?.map(EntityId::new),
        destination: place.attribute("Destination").map(str::to_owned),
        acs_url: place.attribute("AssertionConsumerServiceURL").map(AcsUrl::new),
        acs_index: place.parsed(
            "AssertionConsumerServiceIndex",
            "a number up to 65535",
            |value| value.parse().ok(),
        )?,
        protocol_binding: place.attribute("ProtocolBinding").map(Binding::from_urn),
        force_authn: place.boolean("ForceAuthn")?.unwrap_or(false),
        is_passive: place.boolean("IsPassive")?.unwrap_or(false),
        name_id_policy: policy.map(name_id_policy).transpose()?,
        class_refs: context
            .into_iter()
            .flat_map(|context| context.children(Namespace::Assertion, "AuthnContextClassRef"))
            .map(Place::text)
            .collect::<Result<_, _>>()?,
    })
}

fn name_id_policy(place: Place<'_>) -> Result<NameIdPolicy, ReadError> {
    Ok(NameIdPolicy {
        format: place.attribute("Format").map(NameIdFormat::new),
        allow_create: place.boolean("AllowCreate")?,
    })
}
