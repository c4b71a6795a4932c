//! Reading responses and assertions.

use super::read::{Namespace, Place, ReadError, read};
use super::{
    AcsUrl, Assertion, Attribute, AttributeValue, Attributes, AuthnStatement, Conditions, EntityId,
    MessageId, NameId, NameIdFormat, Response, Status, SubjectConfirmation,
};

impl Response {
    /// Reads a `<samlp:Response>` document with the assertions that are its children. What it says
    /// is not to be believed: believe the [`super::SignedPart`] alone.
    ///
    /// # Errors
    /// If the document breaks a limit, is not well-formed, or lacks what C 3.3.3 requires.
    pub fn parse(xml: &str) -> Result<Self, ReadError> {
        read(xml, Namespace::Protocol, "Response", response)
    }
}

impl Assertion {
    /// Reads a document whose root is a `<saml:Assertion>`, such as the canonical text of a
    /// [`super::SignedPart`].
    ///
    /// # Errors
    /// If the document breaks a limit, is not well-formed, or lacks what C 2.3.3 requires; also if
    /// its subject has no `<NameID>`, which is all that SPs here can use.
    pub fn parse(xml: &str) -> Result<Self, ReadError> {
        read(xml, Namespace::Assertion, "Assertion", assertion)
    }
}

fn response(place: Place<'_>) -> Result<Response, ReadError> {
    version(place)?;
    let issuer = place.child(Namespace::Assertion, "Issuer")?;
    let status = place.required_child(Namespace::Protocol, "Status")?;
    Ok(Response {
        id: MessageId::new(place.required("ID")?),
        in_response_to: place.attribute("InResponseTo").map(MessageId::new),
        destination: place.attribute("Destination").map(AcsUrl::new),
        issue_instant: place.required_instant("IssueInstant")?,
        issuer: issuer.map(Place::text).transpose()?.map(EntityId::new),
        status: read_status(status)?,
        assertions: place
            .children(Namespace::Assertion, "Assertion")
            .map(assertion)
            .collect::<Result<_, _>>()?,
        encrypted: place.children(Namespace::Assertion, "EncryptedAssertion").count(),
    })
}

pub(super) fn read_status(place: Place<'_>) -> Result<Status, ReadError> {
    let code = place.required_child(Namespace::Protocol, "StatusCode")?;
    let sub_code = code.child(Namespace::Protocol, "StatusCode")?;
    let message = place.child(Namespace::Protocol, "StatusMessage")?;
    Ok(Status {
        code: code.required("Value")?.to_owned(),
        sub_code: sub_code.map(|sub| sub.required("Value").map(str::to_owned)).transpose()?,
        message: message.map(Place::text).transpose()?,
    })
}

fn assertion(place: Place<'_>) -> Result<Assertion, ReadError> {
    version(place)?;
    let subject = place.required_child(Namespace::Assertion, "Subject")?;
    let conditions = place.child(Namespace::Assertion, "Conditions")?;
    let authn_statement = place.children(Namespace::Assertion, "AuthnStatement").next();
    Ok(Assertion {
        id: MessageId::new(place.required("ID")?),
        issue_instant: place.required_instant("IssueInstant")?,
        issuer: EntityId::new(place.required_child(Namespace::Assertion, "Issuer")?.text()?),
        name_id: name_id(subject.required_child(Namespace::Assertion, "NameID")?)?,
        confirmations: subject
            .children(Namespace::Assertion, "SubjectConfirmation")
            .map(confirmation)
            .collect::<Result<_, _>>()?,
        conditions: conditions.map(read_conditions).transpose()?,
        authn_statement: authn_statement.map(read_authn_statement).transpose()?,
        attributes: Attributes(
            place
                .children(Namespace::Assertion, "AttributeStatement")
                .flat_map(|statement| statement.children(Namespace::Assertion, "Attribute"))
                .map(attribute)
                .collect::<Result<_, _>>()?,
        ),
    })
}

/// C 3.2.1, 2.3.3: another version is another language.
pub(super) fn version(place: Place<'_>) -> Result<(), ReadError> {
    match place.required("Version")? {
        "2.0" => Ok(()),
        other => Err(place.bad_value("Version", other, "2.0")),
    }
}

pub(super) fn name_id(place: Place<'_>) -> Result<NameId, ReadError> {
    Ok(NameId { format: place.attribute("Format").map(NameIdFormat::new), value: place.text()? })
}

fn confirmation(place: Place<'_>) -> Result<SubjectConfirmation, ReadError> {
    let data = place.child(Namespace::Assertion, "SubjectConfirmationData")?;
    let attribute = |name| data.and_then(|data| data.attribute(name));
    let instant = |name| data.map_or(Ok(None), |data| data.instant(name));
    Ok(SubjectConfirmation {
        method: place.required("Method")?.to_owned(),
        recipient: attribute("Recipient").map(AcsUrl::new),
        in_response_to: attribute("InResponseTo").map(MessageId::new),
        not_before: instant("NotBefore")?,
        not_on_or_after: instant("NotOnOrAfter")?,
    })
}

fn read_conditions(place: Place<'_>) -> Result<Conditions, ReadError> {
    let mut conditions = Conditions {
        not_before: place.instant("NotBefore")?,
        not_on_or_after: place.instant("NotOnOrAfter")?,
        ..Conditions::default()
    };
    for child in place.elements() {
        if child.is(Namespace::Assertion, "AudienceRestriction") {
            let audiences = child
                .children(Namespace::Assertion, "Audience")
                .map(|audience| audience.text().map(EntityId::new))
                .collect::<Result<_, _>>()?;
            conditions.audience_restrictions.push(audiences);
        } else if child.is(Namespace::Assertion, "OneTimeUse") {
            conditions.one_time_use = true;
        } else if !child.is(Namespace::Assertion, "ProxyRestriction") {
            // A proxy restriction binds those who issue further assertions, not those who read.
            conditions.unknown.push(child.name().to_owned());
        }
    }
    Ok(conditions)
}

fn read_authn_statement(place: Place<'_>) -> Result<AuthnStatement, ReadError> {
    let context = place.required_child(Namespace::Assertion, "AuthnContext")?;
    let class_ref = context.child(Namespace::Assertion, "AuthnContextClassRef")?;
    Ok(AuthnStatement {
        authn_instant: place.required_instant("AuthnInstant")?,
        session_index: place.attribute("SessionIndex").map(str::to_owned),
        session_not_on_or_after: place.instant("SessionNotOnOrAfter")?,
        class_ref: class_ref.map(Place::text).transpose()?,
    })
}

fn attribute(place: Place<'_>) -> Result<Attribute, ReadError> {
    let values = place.children(Namespace::Assertion, "AttributeValue").map(|value| {
        // A value may hold elements (C 2.7.3.1.1); what is kept of them is their text.
        match value.attribute_in(Namespace::SchemaInstance, "nil") {
            Some("true" | "1") => AttributeValue::Nil,
            _ => AttributeValue::Text(value.all_text()),
        }
    });
    Ok(Attribute {
        name: place.required("Name")?.to_owned(),
        friendly_name: place.attribute("FriendlyName").map(str::to_owned),
        name_format: place.attribute("NameFormat").map(str::to_owned),
        values: values.collect(),
    })
}
