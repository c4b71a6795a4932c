//! LogoutRequest and LogoutResponse.

use jiff::Timestamp;
use proptest::prelude::*;
use samlproof::saml::{
    EntityId, LogoutRequest, LogoutResponse, MessageId, NameId, NameIdFormat, ReadErrorKind, Status,
};

use super::text::writable;

fn at() -> Timestamp {
    "2026-01-02T03:04:05.678Z".parse().unwrap()
}

fn request() -> LogoutRequest {
    let name_id =
        NameId { format: Some(NameIdFormat::email_address()), value: "jane@acme.test".into() };
    let issuer = EntityId::new("https://sp/");
    LogoutRequest::new(MessageId::new("_1"), at(), issuer, name_id)
}

#[test]
fn a_logout_request_has_the_byte_form_of_oktas_messages() {
    let mut request = request();
    request.session_indexes = vec!["_s1".into()];
    assert_eq!(
        request.to_xml(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><saml2p:LogoutRequest ID=\"_1\" \
         IssueInstant=\"2026-01-02T03:04:05.678Z\" Version=\"2.0\" \
         xmlns:saml2p=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <saml2:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\" \
         xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://sp/</saml2:Issuer>\
         <saml2:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\" \
         xmlns:saml2=\"urn:oasis:names:tc:SAML:2.0:assertion\">jane@acme.test</saml2:NameID>\
         <saml2p:SessionIndex>_s1</saml2p:SessionIndex></saml2p:LogoutRequest>"
    );
}

#[test]
fn a_logout_request_of_another_sp_reads_with_other_prefixes_and_extras() {
    let xml = r#"<LogoutRequest xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="a" Version="2.0"
 IssueInstant="2026-01-02T03:04:05Z" NotOnOrAfter="2026-01-02T03:09:05Z" Reason="urn:x" Destination="d">
 <x:Issuer xmlns:x="urn:oasis:names:tc:SAML:2.0:assertion">sp</x:Issuer><Extensions/>
 <x:NameID xmlns:x="urn:oasis:names:tc:SAML:2.0:assertion" SPNameQualifier="q">ja<!-- x -->ne</x:NameID>
 <SessionIndex>1</SessionIndex><SessionIndex>2</SessionIndex></LogoutRequest>"#;
    let request = LogoutRequest::parse(xml).unwrap();
    assert_eq!(request.name_id, NameId { format: None, value: "jane".into() });
    assert_eq!(request.session_indexes, ["1", "2"]);
    assert_eq!(request.destination.as_deref(), Some("d"));
    assert_eq!(request.not_on_or_after.unwrap().to_string(), "2026-01-02T03:09:05Z");
}

#[test]
fn what_a_logout_message_lacks_is_named() {
    let good = request().to_xml();
    LogoutRequest::parse(&good).unwrap();
    for (change, says) in [
        ((" ID=\"_1\"", ""), "<LogoutRequest> has no attribute ID"),
        (
            ("Version=\"2.0\"", "Version=\"1.1\""),
            "Version of <LogoutRequest> is \"1.1\", expected 2.0",
        ),
        (("2026-01-02T03:04:05.678Z", "today"), "IssueInstant of <LogoutRequest>"),
        (("saml2:NameID", "saml2:BaseID"), "<LogoutRequest> has no <NameID>"),
        (("LogoutRequest", "AuthnRequest"), "expected <LogoutRequest>, found <AuthnRequest>"),
    ] {
        let error = LogoutRequest::parse(&good.replace(change.0, change.1)).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    let error = LogoutResponse::parse(&good).unwrap_err();
    assert!(matches!(error.kind, ReadErrorKind::Root { .. }));
}

prop_compose! {
    fn requests()(
        texts in prop::collection::vec(writable(), 3),
        format in prop::option::of(writable()),
        destination in prop::option::of(writable()),
        session_indexes in prop::collection::vec(writable(), 0..3),
        until in prop::option::of(0_i64..4_000_000_000_000),
    ) -> LogoutRequest {
        LogoutRequest {
            id: MessageId::new(&texts[0]),
            issue_instant: at(),
            destination,
            not_on_or_after: until.map(|at| Timestamp::from_millisecond(at).unwrap()),
            issuer: Some(EntityId::new(&texts[1])),
            name_id: NameId { format: format.map(NameIdFormat::new), value: texts[2].clone() },
            session_indexes,
        }
    }
}

prop_compose! {
    fn responses()(
        id in writable(),
        in_response_to in prop::option::of(writable()),
        destination in prop::option::of(writable()),
        issuer in prop::option::of(writable()),
        code in writable(),
        sub_code in prop::option::of(writable()),
        message in prop::option::of(writable()),
    ) -> LogoutResponse {
        LogoutResponse {
            id: MessageId::new(id),
            in_response_to: in_response_to.map(MessageId::new),
            issue_instant: at(),
            destination,
            issuer: issuer.map(EntityId::new),
            status: Status { code, sub_code, message },
        }
    }
}

/// A document with something done to it.
fn damaged(xml: &str, place: prop::sample::Index, what: &str) -> String {
    let places: Vec<usize> = xml.char_indices().map(|(at, _)| at).collect();
    let at = *place.get(&places);
    format!("{}{what}{}", &xml[..at], &xml[at..])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_a_logout_message_says_reads_back(request in requests(), response in responses()) {
        prop_assert_eq!(&LogoutRequest::parse(&request.to_xml()).unwrap(), &request);
        prop_assert_eq!(&LogoutResponse::parse(&response.to_xml()).unwrap(), &response);
    }

    #[test]
    fn a_damaged_logout_message_is_read_or_refused_and_never_a_panic(
        request in requests(),
        response in responses(),
        place in any::<prop::sample::Index>(),
        what in "[<>&;\"'/!\\[\\]a-c \u{0}é]{0,8}",
        noise in any::<String>(),
    ) {
        for xml in [request.to_xml(), response.to_xml()] {
            let _ = LogoutRequest::parse(&damaged(&xml, place, &what));
            let _ = LogoutResponse::parse(&damaged(&xml, place, &what));
        }
        prop_assert!(LogoutRequest::parse(&noise).is_err());
        prop_assert!(LogoutResponse::parse(&noise).is_err());
    }
}
