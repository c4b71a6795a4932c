//! `settings.signOn` of an app: what its responses look like.

use crate::idp::expression::Template;
use crate::idp::{AssertionEncryption, AttributeStatement};
use crate::saml::{AcsUrl, DigestAlgorithm, EntityId, NameIdFormat, SignatureAlgorithm};

/// `settings.signOn` of a custom SAML 2.0 app, by Okta's names (facts/okta.md 4.1).
#[derive(Clone, Debug, PartialEq)]
pub struct SignOn {
    /// `ssoAcsUrl`: where responses are posted.
    pub sso_acs_url: AcsUrl,
    /// `acsEndpoints`: further addresses that a request may ask for (`allowMultipleAcsEndpoints`).
    pub acs_endpoints: Vec<AcsUrl>,
    /// `recipient`.
    pub recipient: AcsUrl,
    /// `destination`.
    pub destination: AcsUrl,
    /// `audience`, emitted byte for byte.
    pub audience: EntityId,
    /// `idpIssuer`; `${org.externalKey}` stands for the app's `exk…`, and there is nothing else to be
    /// filled in ([`crate::idp::expression::Place::Issuer`]).
    pub idp_issuer: String,
    /// `subjectNameIdTemplate`: the NameID's value. `user.userName` in it is the app username, which
    /// stays as it was when the user was assigned; `source.login` is the login of today (graded I).
    pub subject_name_id_template: Template,
    /// `subjectNameIdFormat`: a label, the value is the template's whatever it says.
    pub subject_name_id_format: NameIdFormat,
    /// `responseSigned`.
    pub response_signed: bool,
    /// `assertionSigned`.
    pub assertion_signed: bool,
    /// `signatureAlgorithm`.
    pub signature_algorithm: SignatureAlgorithm,
    /// `digestAlgorithm`, independent of the signature's.
    pub digest_algorithm: DigestAlgorithm,
    /// `assertionEncryption`; `None` is `{"enabled": false}`.
    pub assertion_encryption: Option<AssertionEncryption>,
    /// `authnContextClassRef`, sent whatever the request asks for.
    pub authn_context_class_ref: String,
    /// `honorForceAuthn`.
    pub honor_force_authn: bool,
    /// `defaultRelayState`, for IdP-initiated logins alone.
    pub default_relay_state: String,
    /// `attributeStatements`, in order.
    pub attribute_statements: Vec<AttributeStatement>,
}

impl SignOn {
    /// `urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport`.
    pub const PASSWORD_PROTECTED_TRANSPORT: &str =
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

    /// Okta's defaults for an SP: recipient and destination are the ACS, both parts are signed with
    /// RSA-SHA256, the NameID is labelled unspecified, there are no attributes.
    pub fn new(acs: AcsUrl, audience: EntityId) -> Self {
        Self {
            recipient: acs.clone(),
            destination: acs.clone(),
            sso_acs_url: acs,
            acs_endpoints: vec![],
            audience,
            idp_issuer: "http://www.okta.com/${org.externalKey}".to_owned(),
            subject_name_id_template: Template::user_name(),
            subject_name_id_format: NameIdFormat::new(NameIdFormat::UNSPECIFIED),
            response_signed: true,
            assertion_signed: true,
            signature_algorithm: SignatureAlgorithm::RsaSha256,
            digest_algorithm: DigestAlgorithm::Sha256,
            assertion_encryption: None,
            authn_context_class_ref: Self::PASSWORD_PROTECTED_TRANSPORT.to_owned(),
            honor_force_authn: true,
            default_relay_state: String::new(),
            attribute_statements: vec![],
        }
    }

    /// The further address that a request asks for, if the app lists it. Any other wish is ignored
    /// and the answer goes to `ssoAcsUrl` (facts/okta.md 3.3).
    pub fn requested_acs(&self, wish: Option<&AcsUrl>) -> Option<&AcsUrl> {
        self.acs_endpoints.iter().find(|listed| Some(*listed) == wish)
    }
}
