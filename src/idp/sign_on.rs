//! `settings.signOn` of an app: what its responses look like.

use serde::{Deserialize, Serialize};

use crate::excerpt;
use crate::idp::expression::Template;
use crate::idp::{
    AssertionEncryption, AttributeStatement, AuthnRequestFacts, ParticipateSlo, SingleLogout,
};
use crate::keys::{Certificate, KeyError};
use crate::saml::{AcsUrl, DigestAlgorithm, EntityId, NameIdFormat, SignatureAlgorithm};

/// `settings.signOn` of a custom SAML 2.0 app, by Okta's names (facts/okta.md 4.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignOn {
    /// `ssoAcsUrl`: where responses are posted.
    pub sso_acs_url: AcsUrl,
    /// `allowMultipleAcsEndpoints`: whether a request may ask for one of `acs_endpoints`.
    pub allow_multiple_acs_endpoints: bool,
    /// `acsEndpoints`: further addresses, each with its index; [`SignOn::MAX_ACS_ENDPOINTS`] at most.
    pub acs_endpoints: Vec<AcsEndpoint>,
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
    /// `inlineHooks`: `cal…` of the hook that is asked about each assertion; Okta takes one at most.
    pub inline_hooks: Vec<String>,
    /// `samlSignedRequestEnabled`: requests have to be signed by `sp_certificate`, and their
    /// NameIDPolicy has to be the app's (facts/okta.md 3.3).
    pub saml_signed_request_enabled: bool,
    /// `spCertificate`: whose key signs the SP's requests, logout requests too.
    pub sp_certificate: Option<Certificate>,
    /// `slo`; `None` is `{"enabled": false}`.
    pub slo: Option<SingleLogout>,
    /// `participateSlo`; `None` is absent or `{"enabled": false}`.
    pub participate_slo: Option<ParticipateSlo>,
    /// `spIssuer`; the same as the issuer of `slo` where that is on.
    pub sp_issuer: Option<String>,
    /// `requestCompressed`: of the logout requests that the org sends (graded M).
    pub request_compressed: bool,
    /// `samlAssertionLifetimeSeconds`: how long after its issue an assertion is valid, in place of
    /// Okta's five minutes (its effect is graded M).
    pub saml_assertion_lifetime_seconds: Option<u32>,
    /// `ssoAcsUrlOverride`; like the three below, of apps of the catalogue, and before the usual one.
    pub sso_acs_url_override: Option<AcsUrl>,
    /// `recipientOverride`.
    pub recipient_override: Option<AcsUrl>,
    /// `destinationOverride`.
    pub destination_override: Option<AcsUrl>,
    /// `audienceOverride`.
    pub audience_override: Option<EntityId>,
}

/// One of `acsEndpoints`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcsEndpoint {
    /// `url`, compared byte for byte.
    pub url: AcsUrl,
    /// `index`: what `AssertionConsumerServiceIndex` names it by.
    pub index: u16,
}

impl SignOn {
    /// How many `acsEndpoints` there may be (facts/okta.md 4.1).
    pub const MAX_ACS_ENDPOINTS: usize = 100;

    /// What `subjectNameIdFormat` may be (facts/okta.md 4.1).
    pub const NAME_ID_FORMATS: [&str; 5] = [
        NameIdFormat::UNSPECIFIED,
        NameIdFormat::EMAIL_ADDRESS,
        NameIdFormat::X509_SUBJECT_NAME,
        NameIdFormat::PERSISTENT,
        NameIdFormat::TRANSIENT,
    ];

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
            allow_multiple_acs_endpoints: false,
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
            inline_hooks: vec![],
            saml_signed_request_enabled: false,
            sp_certificate: None,
            slo: None,
            participate_slo: None,
            sp_issuer: None,
            request_compressed: false,
            saml_assertion_lifetime_seconds: None,
            sso_acs_url_override: None,
            recipient_override: None,
            destination_override: None,
            audience_override: None,
        }
    }

    /// Takes `spCertificate` as `x5c` has it: DER in base64, or the PEM that people have.
    ///
    /// # Errors
    /// If it is no certificate.
    pub fn set_sp_certificate(&mut self, text: &str) -> Result<(), KeyError> {
        self.sp_certificate = Some(certificate_of(text)?);
        Ok(())
    }

    /// Lets requests ask for these addresses too, numbered from 1.
    pub fn allow_acs_endpoints(&mut self, urls: impl IntoIterator<Item = AcsUrl>) {
        self.allow_multiple_acs_endpoints = true;
        let numbered = (1..).zip(urls).map(|(index, url)| AcsEndpoint { url, index });
        self.acs_endpoints = numbered.collect();
    }

    /// The address that a request asks for, where it may: one of `acs_endpoints`, by URL or by index,
    /// or whatever a signed request says, which needs no list (facts/okta.md 3.3). Any other wish is
    /// ignored, as is `ssoAcsUrl` itself, which needs no asking.
    pub fn requested_acs<'a>(&'a self, request: &'a AuthnRequestFacts) -> Option<&'a AcsUrl> {
        if request.signed {
            return request.acs_url.as_ref().filter(|url| *url != self.acs());
        }
        let mut listed = self.acs_endpoints.iter().filter(|_| self.allow_multiple_acs_endpoints);
        let asked = |endpoint: &&AcsEndpoint| match (&request.acs_url, request.acs_index) {
            (Some(url), _) => endpoint.url == *url,
            (None, index) => Some(endpoint.index) == index,
        };
        listed.find(asked).map(|endpoint| &endpoint.url)
    }

    /// What a request asks for and does not get: `URL https://…` or `Index 3`, as the rest of an
    /// attribute's name and its value.
    pub fn unlisted_acs(&self, request: &AuthnRequestFacts) -> Option<String> {
        let goes_to = self.requested_acs(request).unwrap_or(self.acs());
        match (&request.acs_url, request.acs_index) {
            (Some(url), _) if url != goes_to => {
                Some(format!("URL {}", excerpt::address(url.as_str())))
            }
            (None, Some(index)) if goes_to == self.acs() => Some(format!("Index {index}")),
            _ => None,
        }
    }

    /// Where responses go that nobody asked to have elsewhere.
    pub fn acs(&self) -> &AcsUrl {
        self.sso_acs_url_override.as_ref().unwrap_or(&self.sso_acs_url)
    }

    /// `Recipient` of responses to [`SignOn::acs`].
    pub fn recipient(&self) -> &AcsUrl {
        self.recipient_override.as_ref().unwrap_or(&self.recipient)
    }

    /// `Destination` of responses to [`SignOn::acs`].
    pub fn destination(&self) -> &AcsUrl {
        self.destination_override.as_ref().unwrap_or(&self.destination)
    }

    /// The audience.
    pub fn audience(&self) -> &EntityId {
        self.audience_override.as_ref().unwrap_or(&self.audience)
    }
}

/// A certificate from PEM, or from its base64 alone.
pub(super) fn certificate_of(text: &str) -> Result<Certificate, KeyError> {
    match text.contains("-----BEGIN") {
        true => Certificate::from_pem(text),
        false => Certificate::from_base64(text),
    }
}
