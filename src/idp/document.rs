//! The unsigned response, byte for byte as Okta would write it.
//!
//! Attributes stand in the order of their names with the namespace declarations last, there is no
//! white space between elements, and text is escaped as canonical XML escapes it, so that a signature
//! can be put in without touching anything else.

use jiff::{SignedDuration, Timestamp};

use crate::idp::SignParts;
use crate::saml::{
    AcsUrl, Attribute, AttributeValue, Attributes, EntityId, MessageId, NameId, Status,
    SubjectConfirmation, instant, xml,
};

/// How long before and after its issue a response is good (facts/okta.md 3.2).
pub(super) const WINDOW: SignedDuration = SignedDuration::from_mins(5);

const SAML2: &str = r#" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion""#;
const SAML2P: &str = r#" xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol""#;
const XS: &str = r#" xmlns:xs="http://www.w3.org/2001/XMLSchema""#;
const XSI: &str = r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#;

/// Everything a response says.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) response_id: MessageId,
    pub(super) assertion_id: MessageId,
    pub(super) in_response_to: Option<MessageId>,
    pub(super) issued_at: Timestamp,
    pub(super) not_before: Timestamp,
    pub(super) not_on_or_after: Timestamp,
    pub(super) authn_instant: Timestamp,
    pub(super) session_index: String,
    pub(super) destination: AcsUrl,
    pub(super) recipient: AcsUrl,
    pub(super) audience_restrictions: Vec<Vec<EntityId>>,
    pub(super) issuer: EntityId,
    pub(super) name_id: NameId,
    pub(super) class_ref: String,
    pub(super) attributes: Attributes,
    pub(super) sign: SignParts,
}

impl Document {
    /// `xmlns:saml2` once more, as Okta writes it on the parts of an assertion that is signed.
    fn again(&self) -> &'static str {
        if self.sign.assertion() { SAML2 } else { "" }
    }

    /// `xmlns:xs`, where attributes need it.
    fn xs(&self) -> &'static str {
        if self.attributes.0.is_empty() { "" } else { XS }
    }

    fn in_response_to(&self) -> String {
        self.in_response_to
            .as_ref()
            .map(|id| format!(r#" InResponseTo="{}""#, xml::attribute(id.as_str())))
            .unwrap_or_default()
    }
}

/// The unsigned document.
pub(super) fn write(document: &Document) -> String {
    let status = if document.sign.response() { SAML2P } else { "" };
    format!(
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?>"#,
            r#"<saml2p:Response Destination="{destination}" ID="{id}"{in_response_to} "#,
            r#"IssueInstant="{issued_at}" Version="2.0"{saml2p}{xs}>"#,
            "{issuer}",
            r#"<saml2p:Status{status}><saml2p:StatusCode Value="{success}"/></saml2p:Status>"#,
            "{assertion}</saml2p:Response>",
        ),
        destination = xml::attribute(document.destination.as_str()),
        id = document.response_id,
        in_response_to = document.in_response_to(),
        issued_at = instant::write(document.issued_at),
        saml2p = SAML2P,
        xs = document.xs(),
        issuer = issuer(document, SAML2),
        status = status,
        success = Status::SUCCESS,
        assertion = assertion(document),
    )
}

fn assertion(document: &Document) -> String {
    format!(
        concat!(
            r#"<saml2:Assertion ID="{id}" IssueInstant="{issued_at}" Version="2.0"{saml2}{xs}>"#,
            "{issuer}{subject}{conditions}{authn}{attributes}</saml2:Assertion>",
        ),
        id = document.assertion_id,
        issued_at = instant::write(document.issued_at),
        saml2 = SAML2,
        xs = document.xs(),
        issuer = issuer(document, document.again()),
        subject = subject(document),
        conditions = conditions(document),
        authn = authn_statement(document),
        attributes = attribute_statement(document),
    )
}

fn issuer(document: &Document, namespace: &str) -> String {
    format!(
        concat!(
            r#"<saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"{}>"#,
            "{}</saml2:Issuer>",
        ),
        namespace,
        xml::text(document.issuer.as_str())
    )
}

fn subject(document: &Document) -> String {
    let format = document
        .name_id
        .format
        .as_ref()
        .map(|format| format!(r#" Format="{}""#, xml::attribute(format.as_str())))
        .unwrap_or_default();
    format!(
        concat!(
            "<saml2:Subject{again}><saml2:NameID{format}>{value}</saml2:NameID>",
            r#"<saml2:SubjectConfirmation Method="{bearer}">"#,
            r#"<saml2:SubjectConfirmationData{in_response_to} NotOnOrAfter="{not_on_or_after}" "#,
            r#"Recipient="{recipient}"/></saml2:SubjectConfirmation></saml2:Subject>"#,
        ),
        again = document.again(),
        format = format,
        value = xml::text(&document.name_id.value),
        bearer = SubjectConfirmation::BEARER,
        in_response_to = document.in_response_to(),
        not_on_or_after = instant::write(document.not_on_or_after),
        recipient = xml::attribute(document.recipient.as_str()),
    )
}

fn audience_restriction(audiences: &[EntityId]) -> String {
    let audience = |audience: &EntityId| {
        format!("<saml2:Audience>{}</saml2:Audience>", xml::text(audience.as_str()))
    };
    let audiences: String = audiences.iter().map(audience).collect();
    format!("<saml2:AudienceRestriction>{audiences}</saml2:AudienceRestriction>")
}

fn conditions(document: &Document) -> String {
    let restrictions: String =
        document.audience_restrictions.iter().map(|all| audience_restriction(all)).collect();
    format!(
        concat!(
            r#"<saml2:Conditions NotBefore="{not_before}" NotOnOrAfter="{not_on_or_after}"{again}>"#,
            "{restrictions}</saml2:Conditions>",
        ),
        not_before = instant::write(document.not_before),
        not_on_or_after = instant::write(document.not_on_or_after),
        again = document.again(),
        restrictions = restrictions,
    )
}

fn authn_statement(document: &Document) -> String {
    format!(
        concat!(
            r#"<saml2:AuthnStatement AuthnInstant="{authn_instant}" SessionIndex="{index}"{again}>"#,
            "<saml2:AuthnContext><saml2:AuthnContextClassRef>{class_ref}",
            "</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>",
        ),
        authn_instant = instant::write(document.authn_instant),
        index = xml::attribute(&document.session_index),
        again = document.again(),
        class_ref = xml::text(&document.class_ref),
    )
}

/// Nothing at all where there is no attribute.
fn attribute_statement(document: &Document) -> String {
    if document.attributes.0.is_empty() {
        return String::new();
    }
    let attributes: String = document.attributes.0.iter().map(attribute).collect();
    format!("<saml2:AttributeStatement{}>{attributes}</saml2:AttributeStatement>", document.again())
}

fn attribute(attribute: &Attribute) -> String {
    let format = attribute
        .name_format
        .as_ref()
        .map(|format| format!(r#" NameFormat="{}""#, xml::attribute(format)))
        .unwrap_or_default();
    let friendly = attribute
        .friendly_name
        .as_ref()
        .map(|name| format!(r#" FriendlyName="{}""#, xml::attribute(name)))
        .unwrap_or_default();
    let name = xml::attribute(&attribute.name);
    if attribute.values.is_empty() {
        return format!(r#"<saml2:Attribute{friendly} Name="{name}"{format}/>"#);
    }
    let values: String = attribute.values.iter().map(attribute_value).collect();
    format!(r#"<saml2:Attribute{friendly} Name="{name}"{format}>{values}</saml2:Attribute>"#)
}

fn attribute_value(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Text(text) => format!(
            r#"<saml2:AttributeValue{XS}{XSI} xsi:type="xs:string">{}</saml2:AttributeValue>"#,
            xml::text(text)
        ),
        AttributeValue::Nil => {
            format!(r#"<saml2:AttributeValue{XS}{XSI} xsi:nil="true" xsi:type="xs:string"/>"#)
        }
    }
}
