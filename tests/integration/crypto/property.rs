//! Whatever one byte is changed to, nothing but what was signed is believed.

use proptest::prelude::*;
use samlproof::crypto::Engine;
use samlproof::saml::SignatureVerdict;

use super::fixture::{Signed, key, profile, sign, signed_assertion, unsigned, verified};

/// The original and a version of it with one byte changed, if that is still text.
fn mutated(xml: &str, position: prop::sample::Index, byte: u8) -> Option<String> {
    let mut bytes = xml.as_bytes().to_vec();
    let at = position.index(bytes.len());
    bytes[at] = byte;
    String::from_utf8(bytes).ok()
}

/// Refused, or the same canonical bytes, and the same verdict by every engine.
fn holds(xml: &str, changed: &str) -> Result<(), TestCaseError> {
    let certificate = key("okta-1").certificate().clone();
    let SignatureVerdict::Valid(original) = verified(Engine::Native, xml, &certificate) else {
        return Err(TestCaseError::fail("the original is refused"));
    };
    let verdict = verified(Engine::Native, changed, &certificate);
    if let SignatureVerdict::Valid(parts) = &verdict {
        for part in parts {
            let same = original.iter().find(|signed| signed.id == part.id);
            prop_assert_eq!(same.map(|signed| &signed.canonical), Some(&part.canonical));
        }
    }
    for engine in Engine::ALL {
        prop_assert_eq!(&verified(*engine, changed, &certificate), &verdict, "{}", engine);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_assertion_is_refused_or_the_same(position: prop::sample::Index, byte in any::<u8>()) {
        let xml = signed_assertion();
        if let Some(changed) = mutated(&xml, position, byte) {
            holds(&xml, &changed)?;
        }
    }

    #[test]
    fn changed_markup_is_refused_or_the_same(
        position: prop::sample::Index,
        byte in prop::sample::select(b"<>&\"'=/ \t\n\r#;:!-x?".to_vec()),
    ) {
        let okta = key("okta-1");
        let xml = sign(Engine::Native, &unsigned(), Signed::Both, &okta, &profile(&okta));
        if let Some(changed) = mutated(&xml, position, byte) {
            holds(&xml, &changed)?;
        }
    }

    #[test]
    fn arbitrary_text_is_refused(text in "[<>a&;!\\[\\]\"'=/ :-]{0,80}") {
        let certificate = key("okta-1").certificate().clone();
        for engine in Engine::ALL {
            prop_assert!(matches!(verified(*engine, &text, &certificate), SignatureVerdict::Invalid(_)));
        }
    }
}
