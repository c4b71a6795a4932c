//! What every parser must hold, whatever it reads: it ends in a value or in an error that can be shown,
//! takes nothing beyond its limits, and what it takes and writes it takes again.

use std::fmt::Display;
use std::sync::OnceLock;

use samlproof::crypto::{AlgorithmPolicy, Engine, verify, verify_assertion, verify_message};
use samlproof::idp::expression::{Expression, Template};
use samlproof::keys::{SigningKey, test_only};
use samlproof::saml::{
    Assertion, AuthnRequest, IdpMetadata, Limits, LogoutRequest, LogoutResponse, Response,
    SignatureVerdict, SpMetadata, decode_post, decode_redirect_param, encode_post, encode_redirect,
};
use samlproof::scenario::{ParseErrors, Scenario, ScenarioId, Source, parse_org, parse_profile};

/// The longest that an error may be: it quotes what it is about, not the whole document.
const LONGEST_ERROR: usize = 4096;

pub fn authn_request(bytes: &[u8]) {
    xml(bytes, AuthnRequest::parse, Some(AuthnRequest::to_xml));
}

pub fn response(bytes: &[u8]) {
    xml(bytes, Response::parse, None);
    xml(bytes, Assertion::parse, None);
}

pub fn idp_metadata(bytes: &[u8]) {
    xml(bytes, IdpMetadata::parse, None);
}

pub fn sp_metadata(bytes: &[u8]) {
    xml(bytes, SpMetadata::parse, None);
}

pub fn logout(bytes: &[u8]) {
    xml(bytes, LogoutRequest::parse, Some(LogoutRequest::to_xml));
    xml(bytes, LogoutResponse::parse, Some(LogoutResponse::to_xml));
}

/// Both bindings: what is decoded is bounded, and encodes to something that decodes to the same.
pub fn binding(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match decode_redirect_param(text) {
        Ok(xml) => {
            assert!(xml.len() <= samlproof::saml::MAX_INFLATED);
            assert_eq!(decode_redirect_param(&encode_redirect(&xml)).as_deref(), Ok(&*xml));
        }
        Err(error) => shown(&error),
    }
    match decode_post(text) {
        Ok(xml) => assert_eq!(decode_post(&encode_post(&xml)).as_deref(), Ok(&*xml)),
        Err(error) => shown(&error),
    }
}

/// Verifying: nothing that was made up is signed by the key, unless it was damaged outside of what
/// was signed; then what is believed is what was signed.
pub fn signature(bytes: &[u8]) {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let key = KEY.get_or_init(|| test_only::signing("okta-1").expect("it is one of certs/"));
    let trusted = [key.certificate().clone()];
    let policy = AlgorithmPolicy::default();
    for verified in [
        verify(Engine::default(), text, &trusted, &policy),
        verify_assertion(Engine::default(), text, &trusted, &policy),
        verify_message(Engine::default(), text, &trusted, &policy),
    ] {
        match verified {
            SignatureVerdict::Valid(parts) => assert!(!parts.is_empty()),
            SignatureVerdict::Invalid(fault) => shown(&fault),
        }
    }
}

pub fn scenario(bytes: &[u8]) {
    let id = ScenarioId::parse("fuzz/world").expect("it is an id");
    toml(bytes, |source| Scenario::parse(id.clone(), source).map(drop));
}

pub fn profile(bytes: &[u8]) {
    toml(bytes, |source| parse_profile(source, None).map(drop));
}

pub fn org(bytes: &[u8]) {
    toml(bytes, |source| parse_org(source).map(drop));
}

/// An expression is printed to something that is the same expression.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Expression::parse(text) {
        Ok(expression) => {
            assert!(text.chars().count() <= Expression::MAX_LENGTH);
            let printed = expression.to_string();
            // What is printed has brackets that were not there before, and may be too long by them.
            if let Ok(again) = Expression::parse(&printed) {
                assert_eq!(again, expression, "{printed}");
            }
        }
        Err(error) => shown(&error),
    }
    if let Err(error) = Template::parse(text) {
        shown(&error);
    }
}

fn xml<T, E>(bytes: &[u8], parse: fn(&str) -> Result<T, E>, write: Option<fn(&T) -> String>)
where
    T: PartialEq + std::fmt::Debug,
    E: Display,
{
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let value = match parse(text) {
        Ok(value) => value,
        Err(error) => return shown(&error),
    };
    let limits = Limits::DOCUMENT;
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    assert!(bare.len() <= limits.size);
    if let Some(write) = write {
        let written = write(&value);
        match parse(&written) {
            Ok(again) => assert_eq!(again, value, "{written}"),
            // Escapes may make it larger than anything that is read.
            Err(error) => assert!(written.len() > limits.size, "{error}: {written}"),
        }
    }
}

fn toml(bytes: &[u8], parse: impl Fn(&Source) -> Result<(), ParseErrors>) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match parse(&Source::new("fuzz.toml", text)) {
        Ok(()) => assert!(text.len() <= Source::MAX_BYTES),
        Err(errors) => {
            let count = errors.problems.len();
            assert!((1..=ParseErrors::MAX_PROBLEMS).contains(&count));
            let rendered = errors.render(false);
            assert!(rendered.contains("fuzz.toml"));
            let head: String = rendered.chars().take(400).collect();
            assert!(rendered.len() <= count * LONGEST_ERROR, "{} bytes: {head}…", rendered.len());
        }
    }
}

fn shown(error: &impl Display) {
    let text = error.to_string();
    let (length, head) = (text.len(), text.chars().take(200).collect::<String>());
    assert!((1..=LONGEST_ERROR).contains(&length), "{length} bytes: {head}…");
}
