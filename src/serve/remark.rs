//! What an AuthnRequest asks for and does not get. The org answers all the same, as Okta does
//! (facts/okta.md 3.2, 3.3), so that only whoever looks here learns of it.

use super::incoming::Requested;
use crate::excerpt;
use crate::idp::{App, AuthnRequestFacts, Org};
use crate::saml::Binding;

/// What of a request is not done, or not as whoever wrote it may think.
pub(super) fn remarks(org: &Org, app: &App, request: &Requested) -> Vec<String> {
    let (message, sign_on) = (&request.message, &app.sign_on);
    let mut remarks = vec![];
    let endpoint = format!("{}{}", org.base_url, app.sso_path());
    if let Some(destination) = message.destination.as_ref().filter(|it| **it != endpoint) {
        remarks.push(format!(
            "its Destination is {}, and it came to {endpoint}",
            excerpt::address(destination)
        ));
    }
    let audience = sign_on.audience().as_str();
    if let Some(issuer) = message.issuer.as_ref().filter(|issuer| issuer.as_str() != audience) {
        remarks.push(format!(
            "its Issuer is {}, and the app's audience {audience}: the assertion says the latter",
            excerpt::address(issuer.as_str())
        ));
    }
    // What a signed request says is followed; whether it is signed is looked at elsewhere.
    let signed = sign_on.saml_signed_request_enabled;
    let facts = AuthnRequestFacts { signed, ..AuthnRequestFacts::from(message) };
    if let Some(asked) = sign_on.unlisted_acs(&facts) {
        remarks.push(format!(
            "it asks for the AssertionConsumerService{asked}, which the app does not have: the response \
             goes to {}",
            sign_on.requested_acs(&facts).unwrap_or(sign_on.acs()).as_str()
        ));
    }
    let configured = &sign_on.subject_name_id_format;
    let format = message.name_id_policy.as_ref().and_then(|policy| policy.format.as_ref());
    if let Some(format) = format.filter(|format| *format != configured && !signed) {
        remarks.push(format!(
            "it asks for the NameID format {}: the app's is {configured}, whatever is asked for",
            excerpt::address(format.as_str())
        ));
    }
    if let Some(binding) = message.protocol_binding.as_ref().filter(|it| **it != Binding::HttpPost)
    {
        let binding = excerpt::address(binding.urn());
        remarks.push(format!("it asks for the binding {binding}: responses are always posted"));
    }
    let class = &sign_on.authn_context_class_ref;
    if let Some(other) = message.class_refs.iter().find(|asked| *asked != class)
        && !message.class_refs.contains(class)
    {
        let other = excerpt::address(other);
        remarks
            .push(format!("it asks for the authentication context {other}: the app's is {class}"));
    }
    if message.force_authn && !sign_on.honor_force_authn {
        remarks.push("it says ForceAuthn, which the app does not honour".to_owned());
    }
    if message.is_passive {
        remarks.push("it says IsPassive, which the org does not know".to_owned());
    }
    remarks
}
