//! HTTP-Redirect and HTTP-POST.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use proptest::prelude::*;
use samlproof::saml::{
    BindingError, Limits, MAX_INFLATED, SamlParam, decode_post, decode_redirect_param, encode_post,
    encode_redirect, redirect_url,
};
use url::Url;

fn query(url: &str) -> Vec<(String, String)> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

#[test]
fn a_redirect_carries_message_and_relay_state() {
    let url =
        redirect_url("https://idp.example/sso", SamlParam::Request, "<a/>", Some("/a b?c=d&e"));
    let [(name, message), (relay_name, relay)] = query(&url).try_into().unwrap();
    assert_eq!((name.as_str(), relay_name.as_str()), ("SAMLRequest", "RelayState"));
    assert_eq!(relay, "/a b?c=d&e");
    assert_eq!(decode_redirect_param(&message).unwrap(), "<a/>");
    assert!(!url.contains('+'), "a blank is %20 to readers of both kinds");
    let bare = redirect_url("https://idp.example/sso", SamlParam::Response, "<a/>", None);
    assert!(bare.starts_with("https://idp.example/sso?SAMLResponse="));
    assert!(!bare.contains("RelayState"));
}

#[test]
fn a_query_that_the_endpoint_has_is_kept() {
    for (endpoint, start) in [
        ("https://idp/sso", "https://idp/sso?SAMLRequest="),
        ("https://idp/sso?", "https://idp/sso?SAMLRequest="),
        ("https://idp/sso?a=b", "https://idp/sso?a=b&SAMLRequest="),
        ("https://idp/sso?a=b&", "https://idp/sso?a=b&SAMLRequest="),
    ] {
        let url = redirect_url(endpoint, SamlParam::Request, "<a/>", None);
        assert!(url.starts_with(start), "{url}");
    }
    let url = redirect_url("https://idp/sso?a=b#f", SamlParam::Request, "<a/>", Some("r"));
    assert!(
        url.starts_with("https://idp/sso?a=b&SAMLRequest=") && url.ends_with("&RelayState=r#f")
    );
}

#[test]
fn a_deflate_bomb_is_refused_and_a_large_message_is_not() {
    let largest = " ".repeat(MAX_INFLATED);
    assert_eq!(decode_redirect_param(&encode_redirect(&largest)).unwrap(), largest);
    let error = decode_redirect_param(&encode_redirect(&" ".repeat(MAX_INFLATED + 1))).unwrap_err();
    assert_eq!(error, BindingError::TooLarge { limit: MAX_INFLATED });
    let bomb = encode_redirect(&" ".repeat(16 << 20));
    assert!(bomb.len() < 30_000);
    assert_eq!(decode_redirect_param(&bomb).unwrap_err(), error);
}

#[test]
fn usual_mistakes_of_a_redirect_are_told_apart() {
    let not_deflated = STANDARD.encode("<samlp:AuthnRequest/>");
    assert!(matches!(decode_redirect_param(&not_deflated), Err(BindingError::Deflate(_))));
    let twice = format!("{}%3D", encode_redirect("<a/>"));
    assert!(matches!(decode_redirect_param(&twice), Err(BindingError::Base64(_))));
    let mut encoder = DeflateEncoder::new(vec![], Compression::default());
    encoder.write_all(b"\xFF\xFE").unwrap();
    let not_text = STANDARD.encode(encoder.finish().unwrap());
    assert_eq!(decode_redirect_param(&not_text), Err(BindingError::Utf8));
}

#[test]
fn a_truncated_redirect_is_refused() {
    let whole = encode_redirect(&"<samlp:AuthnRequest/>".repeat(20));
    let half = &whole[..whole.len() / 8 * 4];
    assert!(matches!(decode_redirect_param(half), Err(BindingError::Deflate(_))), "{half}");
    assert!(decode_redirect_param(&whole).is_ok());
}

#[test]
fn a_form_field_may_be_wrapped_and_unpadded() {
    let xml = "<samlp:Response>é😀 and enough to be wrapped</samlp:Response>";
    let field = encode_post(xml);
    let wrapped: String = field.chars().flat_map(|c| [c, '\r', '\n']).collect();
    assert_eq!(decode_post(&field).unwrap(), xml);
    assert_eq!(decode_post(&wrapped).unwrap(), xml);
    assert_eq!(decode_post(field.trim_end_matches('=')).unwrap(), xml);
    assert!(matches!(decode_post("PHg-"), Err(BindingError::Base64(_))));
}

#[test]
fn a_form_field_is_bounded() {
    let limit = Limits::DOCUMENT.size;
    assert!(decode_post(&encode_post(&"x".repeat(limit))).is_ok());
    for more in [1, 2, 3, 1000] {
        let error = decode_post(&encode_post(&"x".repeat(limit + more))).unwrap_err();
        assert_eq!(error, BindingError::TooLarge { limit });
    }
}

proptest! {
    #[test]
    fn redirects_read_back(xml in any::<String>(), relay in any::<String>()) {
        let url = redirect_url("https://idp.example/sso?x=y", SamlParam::Request, &xml, Some(&relay));
        let [_, (_, message), (_, state)] = query(&url).try_into().unwrap();
        prop_assert_eq!(decode_redirect_param(&message).unwrap(), xml);
        prop_assert_eq!(state, relay);
    }

    #[test]
    fn forms_read_back(xml in any::<String>()) {
        prop_assert_eq!(decode_post(&encode_post(&xml)).unwrap(), xml);
    }

    #[test]
    fn anything_is_decoded_or_refused(bytes in any::<Vec<u8>>(), text in any::<String>()) {
        for value in [STANDARD.encode(&bytes), text] {
            let _ = decode_redirect_param(&value);
            let _ = decode_post(&value);
        }
    }
}
