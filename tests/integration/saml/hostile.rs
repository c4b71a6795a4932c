//! Documents that want to be expensive, ambiguous or fatal.

use proptest::prelude::*;
use samlproof::saml::{
    Assertion, AuthnRequest, IdpMetadata, Limits, ReadError, ReadErrorKind, Response, SpMetadata,
};

/// The error of a document that would be a fine metadata root but for `inside` and `attributes`.
fn read(attributes: &str, inside: &str) -> Result<(), ReadError> {
    let xml =
        format!("<R xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\" {attributes}>{inside}</R>");
    // The name of the root is looked at last, so this error means: everything else is fine.
    match AuthnRequest::parse(&xml).unwrap_err() {
        ReadError { kind: ReadErrorKind::Root { .. }, .. } => Ok(()),
        other => Err(other),
    }
}

fn whole(xml: &str) -> Result<(), ReadError> {
    match AuthnRequest::parse(xml).unwrap_err() {
        ReadError { kind: ReadErrorKind::Root { .. }, .. } => Ok(()),
        other => Err(other),
    }
}

#[test]
fn a_document_type_declaration_is_refused() {
    for dtd in [
        "<!DOCTYPE R>",
        "<!DOCTYPE R [<!ENTITY a \"b\">]>",
        "<!DOCTYPE R SYSTEM \"file:///etc/passwd\">",
        "\n<!-- --><!DOCTYPE R [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>",
    ] {
        let error = whole(&format!("{dtd}<R/>")).unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Dtd, "{dtd}");
    }
    assert_eq!(whole("<!-- a comment --><?pi?><R/>"), Ok(()));
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert_eq!(read("", &nested(63)), Ok(()));
    let error = read("", &nested(64)).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::TooDeep { limit: 64 });
    assert!(read("", &"<a>".repeat(300_000)).is_err());
}

#[test]
fn size_is_bounded() {
    let limit = Limits::DOCUMENT.size;
    let xml = |padding: usize| format!("<R>{}</R>", "x".repeat(padding));
    assert_eq!(whole(&xml(limit - 7)), Ok(()));
    let error = whole(&xml(limit - 6)).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::TooLarge { size: limit + 1, limit });
}

#[test]
fn the_number_of_elements_is_bounded() {
    assert_eq!(read("", &"<a/>".repeat(49_999)), Ok(()));
    let error = read("", &"<a/>".repeat(50_000)).unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::TooManyElements { limit: 50_000 });
}

#[test]
fn attributes_are_bounded() {
    let many = |count: usize| (0..count).map(|n| format!("a{n}='' ")).collect::<String>();
    assert_eq!(read(&many(63), ""), Ok(()));
    let error = read(&many(64), "").unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::TooManyAttributes { limit: 64 });
    assert!(read(&many(60_000), "").is_err());
}

#[test]
fn namespace_declarations_are_bounded() {
    let level = |depth: usize| {
        let declarations: String = (0..60).map(|n| format!(" xmlns:p{depth}x{n}='u'")).collect();
        format!("<a{declarations}>")
    };
    let nested = |depth: usize| {
        format!("{}{}", (0..depth).map(level).collect::<String>(), "</a>".repeat(depth))
    };
    assert_eq!(read("", &nested(2)), Ok(()));
    assert!(matches!(read("", &nested(3)).unwrap_err().kind, ReadErrorKind::Syntax(_)));
}

#[test]
fn what_is_not_well_formed_is_refused() {
    for xml in [
        "",
        "text",
        "<R>",
        "</R>",
        "<R></S>",
        "<R/><R/>",
        "<R/>text",
        "text<R/>",
        "<R/>&amp;",
        "<R/><![CDATA[x]]>",
        "<R a='1' a='2'/>",
        "<R a/>",
        "<R a=1/>",
        "<R a='<'/>",
        "<R xmlns:x='u' xmlns:y='u' x:a='1' y:a='2'/>",
        "<R>]]></R>",
        "<R>a & b</R>",
        "<R>&lt</R>",
        "<R>&#0;</R>",
        "<R>&#xD800;</R>",
        "<R>&#x1F;</R>",
        "<R a='&#1;'/>",
        "<R>\u{1}</R>",
        "<R>\u{FFFF}</R>",
        "<R><!-- -- --></R>",
        "<R><!-- </R>",
        "<1/>",
        "<a:b:c xmlns:a='u'/>",
        "<:a/>",
        "<a: xmlns:a='u'/>",
        "<R -a='1'/>",
        " <?xml version='1.0'?><R/>",
        "<?xml version='1.1'?><R/>",
        "<R><?xml version='1.0'?></R>",
    ] {
        assert!(whole(xml).is_err(), "{xml}");
    }
    for xml in [
        "<?xml version='1.0' encoding='UTF-8'?><R/>",
        "\u{FEFF}<?xml version='1.0'?><R/>\n",
        "<R a='1' b='2'>&lt;&#x1F600;&#9;<![CDATA[<&]]></R>",
        "<R xmlns:x='u' xmlns:y='v' x:a='1' y:a='2' a='3'/>",
        "<é:ü-1.x xmlns:é='u'/>",
    ] {
        assert_eq!(whole(xml), Ok(()), "{xml}");
    }
}

#[test]
fn undefined_entities_and_unbound_prefixes_are_named() {
    let error = read("", "&bomb;").unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Entity("bomb".into()));
    assert!(read("a='&bomb;'", "").is_err());
    let error = read("", "<p:a/>").unwrap_err();
    assert_eq!(error.kind, ReadErrorKind::Prefix("p".into()));
    assert!(read("p:a=''", "").is_err());
    assert_eq!(read("xmlns:p='u' p:a=''", "<p:a/>"), Ok(()));
}

#[test]
fn positions_count_lines_and_characters() {
    let error = whole("<R>\n  <a>\n    é😀&x;</a></R>").unwrap_err();
    assert_eq!((error.line, error.column), (3, 7));
    assert_eq!(error.to_string(), "line 3, column 7: the entity &x; is not defined");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        parse_all(&text);
    }

    #[test]
    fn markup_soup_is_read_or_refused(
        parts in prop::collection::vec(prop::sample::select(SOUP), 0..40)
    ) {
        parse_all(&parts.concat());
    }

    #[test]
    fn a_damaged_response_is_read_or_refused(
        at in 0_usize..RESPONSE.len(), with in any::<char>(), cut in any::<bool>()
    ) {
        let mut xml: Vec<char> = RESPONSE.chars().collect();
        if cut { xml.truncate(at) } else { xml[at] = with }
        parse_all(&xml.into_iter().collect::<String>());
    }
}

fn parse_all(text: &str) {
    let _ = Response::parse(text);
    let _ = Assertion::parse(text);
    let _ = AuthnRequest::parse(text);
    let _ = IdpMetadata::parse(text);
    let _ = SpMetadata::parse(text);
}

const SOUP: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE",
    "&",
    ";",
    "&#",
    "x",
    "=",
    "'",
    "\"",
    " ",
    "\n",
    ":",
    "xmlns",
    "xmlns:p='u'",
    "<p:a",
    "<a>",
    "</a>",
    "é",
    "<Response xmlns=\"urn:oasis:names:tc:SAML:2.0:protocol\">",
    "</Response>",
    "\u{0}",
];

const RESPONSE: &str = "<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"r\" Version=\"2.0\" IssueInstant=\"2026-01-02T03:04:05.678Z\"><p:Status><p:StatusCode Value=\"x\"/></p:Status><s:Assertion xmlns:s=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"a\" Version=\"2.0\" IssueInstant=\"2026-01-02T03:04:05Z\"><s:Issuer>i</s:Issuer><s:Subject><s:NameID>n</s:NameID></s:Subject></s:Assertion></p:Response>";
