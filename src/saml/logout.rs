//! Single logout: the LogoutRequest and the LogoutResponse (C 3.7).

use jiff::Timestamp;

use super::read::{Namespace, Place, ReadError, read};
use super::response_reader::{name_id, read_status, version};
use super::{EntityId, MessageId, NameId, Status, instant, xml};

/// A `<samlp:LogoutRequest>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutRequest {
    /// `ID`.
    pub id: MessageId,
    /// `IssueInstant`.
    pub issue_instant: Timestamp,
    /// `Destination`.
    pub destination: Option<String>,
    /// `NotOnOrAfter`.
    pub not_on_or_after: Option<Timestamp>,
    /// `<Issuer>`.
    pub issuer: Option<EntityId>,
    /// `<NameID>`: whose sessions end. Encrypted ones and base ids are not read.
    pub name_id: NameId,
    /// `<SessionIndex>`es; none means all sessions.
    pub session_indexes: Vec<String>,
}

/// A `<samlp:LogoutResponse>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutResponse {
    /// `ID`.
    pub id: MessageId,
    /// `InResponseTo`.
    pub in_response_to: Option<MessageId>,
    /// `IssueInstant`.
    pub issue_instant: Timestamp,
    /// `Destination`.
    pub destination: Option<String>,
    /// `<Issuer>`.
    pub issuer: Option<EntityId>,
    /// `<Status>`.
    pub status: Status,
}

impl LogoutRequest {
    /// A request for all of somebody's sessions that says no more than it must.
    pub fn new(id: MessageId, issue_instant: Timestamp, issuer: EntityId, name_id: NameId) -> Self {
        Self {
            id,
            issue_instant,
            destination: None,
            not_on_or_after: None,
            issuer: Some(issuer),
            name_id,
            session_indexes: vec![],
        }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// If the document breaks a limit, is not well-formed, or lacks what C 3.7.1 requires.
    pub fn parse(xml: &str) -> Result<Self, ReadError> {
        read(xml, Namespace::Protocol, "LogoutRequest", request)
    }

    /// The document, without a signature, in the byte form of Okta's messages.
    pub fn to_xml(&self) -> String {
        let format = self.name_id.format.as_ref();
        let format = format.map(|format| xml::named("Format", format.as_str()));
        let indexes: String = self
            .session_indexes
            .iter()
            .map(|index| format!("<saml2p:SessionIndex>{}</saml2p:SessionIndex>", xml::text(index)))
            .collect();
        let until = self.not_on_or_after.map(|at| xml::named("NotOnOrAfter", &instant::write(at)));
        let children = format!(
            "<saml2:NameID{}{SAML2}>{}</saml2:NameID>{indexes}",
            format.unwrap_or_default(),
            xml::text(&self.name_id.value),
        );
        let head = Head {
            name: "LogoutRequest",
            destination: self.destination.as_deref(),
            id: &self.id,
            in_response_to: None,
            issue_instant: self.issue_instant,
            more: until.unwrap_or_default(),
            issuer: self.issuer.as_ref(),
        };
        head.around(&children)
    }
}

impl LogoutResponse {
    /// Reads a response.
    ///
    /// # Errors
    /// If the document breaks a limit, is not well-formed, or lacks what C 3.7.2 requires.
    pub fn parse(xml: &str) -> Result<Self, ReadError> {
        read(xml, Namespace::Protocol, "LogoutResponse", response)
    }

    /// The document, without a signature, in the byte form of Okta's messages.
    pub fn to_xml(&self) -> String {
        let head = Head {
            name: "LogoutResponse",
            destination: self.destination.as_deref(),
            id: &self.id,
            in_response_to: self.in_response_to.as_ref(),
            issue_instant: self.issue_instant,
            more: String::new(),
            issuer: self.issuer.as_ref(),
        };
        head.around(&status(&self.status))
    }
}

const SAML2: &str = r#" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion""#;

/// What both messages begin with.
struct Head<'a> {
    name: &'static str,
    destination: Option<&'a str>,
    id: &'a MessageId,
    in_response_to: Option<&'a MessageId>,
    issue_instant: Timestamp,
    more: String,
    issuer: Option<&'a EntityId>,
}

impl Head<'_> {
    /// Attributes in the order of their names, the namespace last (facts/okta.md 3.1).
    fn around(&self, children: &str) -> String {
        let attribute = |name, value: Option<&str>| value.map(|value| xml::named(name, value));
        let attributes = [
            attribute("Destination", self.destination),
            attribute("ID", Some(self.id.as_str())),
            attribute("InResponseTo", self.in_response_to.map(MessageId::as_str)),
            attribute("IssueInstant", Some(&instant::write(self.issue_instant))),
            Some(self.more.clone()),
            attribute("Version", Some("2.0")),
        ];
        let attributes: String = attributes.into_iter().flatten().collect();
        let issuer = self.issuer.map(|issuer| {
            format!(
                concat!(
                    r#"<saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"{}>"#,
                    "{}</saml2:Issuer>",
                ),
                SAML2,
                xml::text(issuer.as_str())
            )
        });
        format!(
            concat!(
                r#"<?xml version="1.0" encoding="UTF-8"?><saml2p:{name}{attributes} "#,
                r#"xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol">{issuer}{children}"#,
                "</saml2p:{name}>",
            ),
            name = self.name,
            attributes = attributes,
            issuer = issuer.unwrap_or_default(),
            children = children,
        )
    }
}

fn status(status: &Status) -> String {
    let code = xml::named("Value", &status.code);
    let code = match &status.sub_code {
        None => format!("<saml2p:StatusCode{code}/>"),
        Some(sub) => format!(
            "<saml2p:StatusCode{code}><saml2p:StatusCode{}/></saml2p:StatusCode>",
            xml::named("Value", sub)
        ),
    };
    let message = status.message.as_ref().map(|message| {
        format!("<saml2p:StatusMessage>{}</saml2p:StatusMessage>", xml::text(message))
    });
    format!("<saml2p:Status>{code}{}</saml2p:Status>", message.unwrap_or_default())
}

fn request(place: Place<'_>) -> Result<LogoutRequest, ReadError> {
    version(place)?;
    let issuer = place.child(Namespace::Assertion, "Issuer")?;
    Ok(LogoutRequest {
        id: MessageId::new(place.required("ID")?),
        issue_instant: place.required_instant("IssueInstant")?,
        destination: place.attribute("Destination").map(str::to_owned),
        not_on_or_after: place.instant("NotOnOrAfter")?,
        issuer: issuer.map(Place::text).transpose()?.map(EntityId::new),
        name_id: name_id(place.required_child(Namespace::Assertion, "NameID")?)?,
        session_indexes: place
            .children(Namespace::Protocol, "SessionIndex")
            .map(Place::text)
            .collect::<Result<_, _>>()?,
    })
}

fn response(place: Place<'_>) -> Result<LogoutResponse, ReadError> {
    version(place)?;
    let issuer = place.child(Namespace::Assertion, "Issuer")?;
    Ok(LogoutResponse {
        id: MessageId::new(place.required("ID")?),
        in_response_to: place.attribute("InResponseTo").map(MessageId::new),
        issue_instant: place.required_instant("IssueInstant")?,
        destination: place.attribute("Destination").map(str::to_owned),
        issuer: issuer.map(Place::text).transpose()?.map(EntityId::new),
        status: read_status(place.required_child(Namespace::Protocol, "Status")?)?,
    })
}
