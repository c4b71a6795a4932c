//! AuthnRequests.

use jiff::Timestamp;
use proptest::prelude::*;
use samlproof::saml::{
    AcsUrl, AuthnRequest, Binding, EntityId, MessageId, NameIdFormat, NameIdPolicy,
};

use super::text::writable;

#[test]
fn a_request_says_what_it_must_and_no_more() {
    let at = "2026-01-02T03:04:05.678Z".parse().unwrap();
    let request = AuthnRequest::new(MessageId::new("_1"), at, EntityId::new("https://sp/"));
    assert_eq!(
        request.to_xml(),
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_1\" Version=\"2.0\" \
         IssueInstant=\"2026-01-02T03:04:05.678Z\"><saml:Issuer>https://sp/</saml:Issuer>\
         </samlp:AuthnRequest>"
    );
    assert_eq!(AuthnRequest::parse(&request.to_xml()).unwrap(), request);
}

#[test]
fn a_request_of_another_sp_reads_with_other_prefixes_and_extras() {
    let xml = r#"<?xml version="1.0"?>
<AuthnRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="a" Version="2.0" IssueInstant="2026-01-02T03:04:05Z"
  ForceAuthn="1" IsPassive="0" AssertionConsumerServiceIndex="3" ProviderName="x">
  <x:Issuer xmlns:x="urn:oasis:names:tc:SAML:2.0:assertion">sp<!-- -->.example</x:Issuer>
  <Extensions/>
  <NameIDPolicy AllowCreate="true"/>
  <RequestedAuthnContext><x:AuthnContextClassRef xmlns:x="urn:oasis:names:tc:SAML:2.0:assertion">c</x:AuthnContextClassRef></RequestedAuthnContext>
</AuthnRequest>"#;
    let request = AuthnRequest::parse(xml).unwrap();
    assert_eq!(request.issuer, Some(EntityId::new("sp.example")));
    assert!(request.force_authn && !request.is_passive);
    assert_eq!(request.acs_index, Some(3));
    assert_eq!(request.name_id_policy.unwrap().allow_create, Some(true));
    assert_eq!(request.class_refs, ["c"]);
}

#[test]
fn errors_name_place_cause_and_what_was_expected() {
    let missing =
        "<AuthnRequest xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\"\n Version=\"2.0\" ID=\"a\"/>";
    assert_eq!(
        AuthnRequest::parse(missing).unwrap_err().to_string(),
        "line 1, column 1: <AuthnRequest> has no attribute IssueInstant"
    );
    let version =
        "\n\n  <AuthnRequest xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\" Version=\"1.1\"/>";
    assert_eq!(
        AuthnRequest::parse(version).unwrap_err().to_string(),
        "line 3, column 3: Version of <AuthnRequest> is \"1.1\", expected 2.0"
    );
    let other = "<LogoutRequest xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>";
    assert_eq!(
        AuthnRequest::parse(other).unwrap_err().to_string(),
        "line 1, column 1: expected <AuthnRequest>, found <LogoutRequest>"
    );
    let namespace = "<AuthnRequest xmlns=\"urn:oasis:names:tc:SAML:1.0:protocol\"/>";
    assert_eq!(
        AuthnRequest::parse(namespace).unwrap_err().to_string(),
        "line 1, column 1: expected <AuthnRequest>, found <AuthnRequest xmlns=\"another namespace\">"
    );
}

prop_compose! {
    fn request()(
        id in writable(),
        millis in 0_i64..=253_402_200_000_000,
        issuer in prop::option::of(writable()),
        destination in prop::option::of(writable()),
        acs in prop::option::of(writable()),
        acs_index in any::<Option<u16>>(),
        binding in prop::option::of(writable()),
        flags in any::<(bool, bool)>(),
        policy in prop::option::of((prop::option::of(writable()), any::<Option<bool>>())),
        class_refs in prop::collection::vec(writable(), 0..3),
    ) -> AuthnRequest {
        AuthnRequest {
            id: MessageId::new(id),
            issue_instant: Timestamp::from_millisecond(millis).unwrap(),
            issuer: issuer.map(EntityId::new),
            destination,
            acs_url: acs.map(AcsUrl::new),
            acs_index,
            protocol_binding: binding.map(|urn| Binding::from_urn(&urn)),
            force_authn: flags.0,
            is_passive: flags.1,
            name_id_policy: policy.map(|(format, allow_create)| NameIdPolicy {
                format: format.map(NameIdFormat::new),
                allow_create,
            }),
            class_refs,
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(request in request()) {
        prop_assert_eq!(AuthnRequest::parse(&request.to_xml()).unwrap(), request);
    }
}
