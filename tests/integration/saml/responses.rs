//! Responses and assertions of all kinds of IdPs.

use samlproof::saml::{
    Assertion, AttributeValue, EntityId, ReadErrorKind, Response, SubjectConfirmation,
};

const ASSERTION: &str = r#"<s:Assertion xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" ID="a" Version="2.0" IssueInstant="2026-01-02T03:04:05Z"><s:Issuer>idp</s:Issuer><s:Subject><s:NameID Format="f"> jane@x.example </s:NameID><s:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><s:SubjectConfirmationData Recipient="https://sp/acs" InResponseTo="r" NotOnOrAfter="2026-01-02T03:09:05Z"/></s:SubjectConfirmation><s:SubjectConfirmation Method="m"/></s:Subject><s:Conditions NotBefore="2026-01-02T02:59:05Z"><s:AudienceRestriction><s:Audience>one</s:Audience><s:Audience>two</s:Audience></s:AudienceRestriction><s:AudienceRestriction/><s:OneTimeUse/><s:ProxyRestriction/><x:Strange xmlns:x="u"/></s:Conditions><s:AuthnStatement AuthnInstant="2026-01-02T03:00:00Z" SessionIndex="i" SessionNotOnOrAfter="2026-01-03T03:00:00Z"><s:AuthnContext><s:AuthnContextClassRef>c</s:AuthnContextClassRef></s:AuthnContext></s:AuthnStatement><s:AttributeStatement><s:Attribute Name="groups" NameFormat="n" FriendlyName="g"><s:AttributeValue>A</s:AttributeValue><s:AttributeValue/><s:AttributeValue xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/></s:Attribute></s:AttributeStatement><s:AttributeStatement><s:Attribute Name="empty"/><s:Attribute Name="groups"><s:AttributeValue>C</s:AttributeValue></s:Attribute></s:AttributeStatement></s:Assertion>"#;

fn response(inside: &str) -> String {
    format!(
        r#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="r1" Version="2.0" IssueInstant="2026-01-02T03:04:05.678Z"><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>{inside}</p:Response>"#
    )
}

#[test]
fn an_assertion_reads_in_full() {
    let assertion = Assertion::parse(ASSERTION).unwrap();
    assert_eq!(assertion.issuer, EntityId::new("idp"));
    assert_eq!(assertion.name_id.value, " jane@x.example ", "untrimmed");
    assert_eq!(assertion.name_id.format.unwrap().as_str(), "f");
    let [bearer, other] = assertion.confirmations.as_slice() else { panic!("two confirmations") };
    assert_eq!(bearer.method, SubjectConfirmation::BEARER);
    assert_eq!(bearer.recipient.as_ref().unwrap().as_str(), "https://sp/acs");
    assert_eq!(bearer.in_response_to.as_ref().unwrap().as_str(), "r");
    assert_eq!(bearer.not_on_or_after, Some("2026-01-02T03:09:05Z".parse().unwrap()));
    assert_eq!((other.recipient.as_ref(), other.not_on_or_after), (None, None));
    let conditions = assertion.conditions.unwrap();
    assert_eq!(conditions.not_before, Some("2026-01-02T02:59:05Z".parse().unwrap()));
    assert_eq!(conditions.not_on_or_after, None);
    let audiences = [vec![EntityId::new("one"), EntityId::new("two")], vec![]];
    assert_eq!(conditions.audience_restrictions, audiences);
    assert!(conditions.one_time_use);
    assert_eq!(conditions.unknown, ["Strange"]);
    let statement = assertion.authn_statement.unwrap();
    assert_eq!(statement.session_index.as_deref(), Some("i"));
    assert_eq!(statement.session_not_on_or_after, Some("2026-01-03T03:00:00Z".parse().unwrap()));
    assert_eq!(statement.class_ref.as_deref(), Some("c"));
}

#[test]
fn attributes_keep_order_repetition_empty_and_nil() {
    let attributes = Assertion::parse(ASSERTION).unwrap().attributes;
    let names: Vec<_> = attributes.0.iter().map(|attribute| attribute.name.as_str()).collect();
    assert_eq!(names, ["groups", "empty", "groups"]);
    assert_eq!(
        attributes.0[0].values,
        [
            AttributeValue::Text("A".into()),
            AttributeValue::Text(String::new()),
            AttributeValue::Nil
        ]
    );
    assert_eq!(attributes.0[0].name_format.as_deref(), Some("n"));
    assert_eq!(attributes.0[0].friendly_name.as_deref(), Some("g"));
    assert!(attributes.0[1].values.is_empty());
    assert_eq!(attributes.values("groups").collect::<Vec<_>>(), ["A", "", "C"]);
}

#[test]
fn a_response_carries_its_assertions_and_its_status() {
    let read = Response::parse(&response(&format!("{ASSERTION}{ASSERTION}"))).unwrap();
    assert!(read.status.is_success());
    assert_eq!(read.assertions.len(), 2);
    assert_eq!((read.issuer, read.in_response_to, read.destination), (None, None, None));
    let none = Response::parse(&response("")).unwrap();
    assert!(none.assertions.is_empty());
}

#[test]
fn an_assertion_that_is_not_a_child_of_the_response_is_not_read() {
    let hidden = response(&format!("<p:Extensions>{ASSERTION}</p:Extensions>"));
    assert!(Response::parse(&hidden).unwrap().assertions.is_empty());
}

#[test]
fn a_comment_does_not_cut_a_name_short() {
    for cut in [
        "jane@x.example<!---->.evil.example",
        "jane@x.example<?x?>.evil.example",
        "jane@x.example<![CDATA[.evil]]>.example",
        "jane@x.example&#46;evil.example",
    ] {
        let xml = ASSERTION.replace(" jane@x.example ", cut);
        let name_id = Assertion::parse(&xml).unwrap().name_id;
        assert_eq!(name_id.value, "jane@x.example.evil.example", "{cut}");
    }
}

#[test]
fn an_element_inside_a_name_is_refused() {
    let xml = ASSERTION.replace(" jane@x.example ", "jane<s:X/>@x.example");
    let error = Assertion::parse(&xml).unwrap_err();
    assert!(matches!(error.kind, ReadErrorKind::NotText { .. }), "{error}");
}

#[test]
fn line_ends_are_one_character_and_references_stay() {
    let xml = ASSERTION.replace(">A<", ">a\r\nb\rc&#xD;d &amp;&lt;&gt;&quot;&apos; 😀<");
    let attributes = Assertion::parse(&xml).unwrap().attributes;
    assert_eq!(attributes.first("groups"), Some("a\nb\nc\rd &<>\"' 😀"));
}

#[test]
fn the_status_of_a_refusal_reads_with_code_and_message() {
    let xml = response("").replace(
        r#"<p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>"#,
        r#"<p:StatusCode Value="top"><p:StatusCode Value="sub"/></p:StatusCode><p:StatusMessage>no</p:StatusMessage>"#,
    );
    let status = Response::parse(&xml).unwrap().status;
    assert!(!status.is_success());
    assert_eq!((status.code.as_str(), status.sub_code.as_deref()), ("top", Some("sub")));
    assert_eq!(status.message.as_deref(), Some("no"));
}

#[test]
fn what_must_be_there_once_is_there_once() {
    let issuer = "<s:Issuer>idp</s:Issuer>";
    let twice = ASSERTION.replace(issuer, &issuer.repeat(2));
    let none = ASSERTION.replace(issuer, "");
    let repeated = Assertion::parse(&twice).unwrap_err();
    assert!(matches!(repeated.kind, ReadErrorKind::Repeated { child: "Issuer", .. }));
    let missing = Assertion::parse(&none).unwrap_err();
    assert!(matches!(missing.kind, ReadErrorKind::MissingElement { child: "Issuer", .. }));
    assert!(Assertion::parse(ASSERTION).is_ok());
}
