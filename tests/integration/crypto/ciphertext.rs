//! Encrypted assertions that nobody means well with: each refused, and the one it was made from taken.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samlproof::crypto::{DecryptError, EncryptionProfile, decrypt_assertion, encrypted_assertion};
use samlproof::keys::DecryptionKey;
use samlproof::saml::{EncryptionAlgorithm, KeyTransportAlgorithm};

use super::encryption::{around, encrypted, profiles, sp_key};
use super::fixture::{between, key, replaced, signed_assertion};

const OAEP_CBC: EncryptionProfile = EncryptionProfile {
    key_transport: KeyTransportAlgorithm::RsaOaep,
    content: EncryptionAlgorithm::Aes256Cbc,
};

fn taken(xml: &str) {
    assert_eq!(decrypt_assertion(xml, sp_key()).err(), None, "{xml}");
}

fn fails(name: &str, xml: &str) {
    assert_eq!(decrypt_assertion(xml, sp_key()), Err(DecryptError::Failed), "{name}");
}

fn is_odd(name: &str, xml: &str) {
    let found = decrypt_assertion(xml, sp_key());
    assert!(matches!(found, Err(DecryptError::Form(_))), "{name}: {found:?}");
}

/// The text of the n-th CipherValue: the first is the key's, the second the data's.
fn cipher_value(xml: &str, number: usize) -> &str {
    let value = xml.split("<xenc:CipherValue>").nth(number + 1).unwrap();
    value.split('<').next().unwrap()
}

/// The same with the bytes of a CipherValue changed.
fn with_bytes(xml: &str, number: usize, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let old = cipher_value(xml, number);
    let mut bytes = STANDARD.decode(old).unwrap();
    change(&mut bytes);
    replaced(xml, old, &STANDARD.encode(bytes))
}

fn response_of(bytes: &[u8], profile: EncryptionProfile) -> String {
    around(&encrypted_assertion(bytes, sp_key().certificate(), profile).unwrap())
}

#[test]
fn a_changed_cipher_text_fails_and_says_no_more() {
    let other = key("other").to_pem();
    let other = DecryptionKey::from_pem(&other, &other).unwrap();
    for profile in profiles() {
        let good = encrypted(&signed_assertion(), profile);
        taken(&good);
        taken(&with_bytes(&good, 1, |_| {}));
        for (name, number, change) in [
            ("a truncated key", 0, (|bytes| bytes.truncate(200)) as fn(&mut Vec<u8>)),
            ("a long key", 0, |bytes| bytes.push(0)),
            ("a key of zeros", 0, |bytes| bytes.fill(0)),
            ("a changed key", 0, |bytes| bytes[100] ^= 1),
            ("half of the data", 1, |bytes| bytes.truncate(bytes.len() / 2)),
            ("no whole block", 1, |bytes| bytes.truncate(bytes.len() - 1)),
            ("an initialisation vector alone", 1, |bytes| bytes.truncate(16)),
            ("less than that", 1, |bytes| bytes.truncate(5)),
            ("one byte", 1, |bytes| bytes.truncate(1)),
            ("a changed first byte", 1, |bytes| bytes[20] ^= 0x40),
        ] {
            fails(&format!("{name}, {profile:?}"), &with_bytes(&good, number, change));
        }
        assert_eq!(decrypt_assertion(&good, &other), Err(DecryptError::Failed));
    }
}

#[test]
fn every_bit_of_a_gcm_text_counts() {
    for key_transport in KeyTransportAlgorithm::ALL {
        let profile = EncryptionProfile { key_transport, content: EncryptionAlgorithm::Aes256Gcm };
        let good = encrypted(&signed_assertion(), profile);
        taken(&good);
        let length = STANDARD.decode(cipher_value(&good, 1)).unwrap().len();
        for at in [0, 11, 12, 500, length - 17, length - 16, length - 1] {
            fails("a flipped bit", &with_bytes(&good, 1, |bytes| bytes[at] ^= 1));
        }
    }
}

/// In CBC the byte of the block before changes the one byte of the last block: the padding's length.
#[test]
fn a_cbc_padding_is_one_block_at_most_and_one_byte_at_least() {
    let assertion =
        between(&signed_assertion(), "<saml2:Assertion", "</saml2:Assertion>").to_owned();
    for content in [EncryptionAlgorithm::Aes128Cbc, EncryptionAlgorithm::Aes256Cbc] {
        let profile = EncryptionProfile { content, ..OAEP_CBC };
        for more in 0..16 {
            let text = format!("{assertion}{}", " ".repeat(more));
            let length = 16 - text.len() % 16;
            let good = response_of(text.as_bytes(), profile);
            assert_eq!(decrypt_assertion(&good, sp_key()), Ok(text.clone()));
            let claiming = |claimed: usize| {
                with_bytes(&good, 1, |bytes| {
                    let at = bytes.len() - 17;
                    bytes[at] ^= u8::try_from(length ^ claimed).unwrap();
                })
            };
            for claimed in [0, 17, 32, 128, 255] {
                fails(&format!("{claimed} bytes of padding"), &claiming(claimed));
            }
            taken(&claiming(length));
        }
    }
}

#[test]
fn there_is_one_encrypted_assertion_with_one_key() {
    let good = encrypted(&signed_assertion(), OAEP_CBC);
    taken(&good);
    let whole = between(&good, "<saml2:EncryptedAssertion", "</saml2:EncryptedAssertion>");
    let inner_key = between(&good, "<xenc:EncryptedKey>", "</xenc:EncryptedKey>");
    let data = between(&good, "<xenc:EncryptedData", "</xenc:EncryptedData>");
    let info = between(&good, "<ds:KeyInfo", "</ds:KeyInfo>");
    is_odd("no assertion", &good.replace(whole, ""));
    is_odd("two assertions", &good.replace(whole, &whole.repeat(2)));
    is_odd("no key", &good.replace(inner_key, ""));
    is_odd("no KeyInfo", &good.replace(info, ""));
    is_odd("two keys", &good.replace(inner_key, &inner_key.repeat(2)));
    is_odd("no data", &good.replace(data, ""));
    is_odd("two data", &good.replace(data, &data.repeat(2)));
    is_odd("a plain assertion", &signed_assertion());
    is_odd("no response", whole);
    // Beside the data, where some put it (C 2.3.4), with what it then says of itself.
    let beside = replaced(
        inner_key,
        "<xenc:EncryptedKey>",
        "<xenc:EncryptedKey Id=\"k\" Recipient=\"sp\" xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">",
    );
    let beside = replaced(
        &beside,
        "</xenc:EncryptedKey>",
        "<xenc:ReferenceList><xenc:DataReference URI=\"#d\"/></xenc:ReferenceList></xenc:EncryptedKey>",
    );
    let pointer =
        "<ds:RetrievalMethod Type=\"http://www.w3.org/2001/04/xmlenc#EncryptedKey\" URI=\"#k\"/>";
    let moved = replaced(&good, inner_key, pointer);
    taken(&replaced(&moved, "</xenc:EncryptedData>", &format!("</xenc:EncryptedData>{beside}")));
    let both = replaced(&good, "</xenc:EncryptedData>", &format!("</xenc:EncryptedData>{beside}"));
    is_odd("a key in it and one beside it", &both);
}

#[test]
fn nothing_is_fetched_nested_or_transformed() {
    let good = encrypted(&signed_assertion(), OAEP_CBC);
    taken(&good);
    let data = between(&good, "</ds:KeyInfo>", "</xenc:EncryptedData>");
    let value = between(data, "<xenc:CipherValue>", "</xenc:CipherValue>");
    for (name, from, to) in [
        ("a reference", value, "<xenc:CipherReference URI=\"http://127.0.0.1/\"/>"),
        ("another type", "xmlenc#Element\"", "xmlenc#Content\""),
        ("an encoding", "<xenc:EncryptedData ", "<xenc:EncryptedData Encoding=\"deflate\" "),
        ("a MIME type", "<xenc:EncryptedData ", "<xenc:EncryptedData MimeType=\"a/b\" "),
        ("a comment", "<ds:KeyInfo ", "<!-- --><ds:KeyInfo "),
        (
            "an instruction in the value",
            "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedD",
            "<?x?></xenc:CipherValue></xenc:CipherData></xenc:EncryptedD",
        ),
        (
            "no base64",
            "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedD",
            "*</xenc:CipherValue></xenc:CipherData></xenc:EncryptedD",
        ),
        (
            "an OAEP label",
            "<ds:DigestMethod",
            "<xenc:OAEPparams>AA==</xenc:OAEPparams><ds:DigestMethod",
        ),
    ] {
        let changed = replaced(&good, from, to);
        is_odd(name, &changed);
    }
    is_odd("an empty value", &good.replace(value, "<xenc:CipherValue/>"));
}

#[test]
fn algorithms_are_those_that_are_known() {
    for profile in profiles() {
        let good = encrypted(&signed_assertion(), profile);
        taken(&good);
        for (from, to) in [
            (profile.content.uri(), "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"),
            (profile.content.uri(), "http://www.w3.org/2009/xmlenc11#aes128-gcm"),
            (profile.key_transport.uri(), "http://www.w3.org/2001/04/xmlenc#kw-aes256"),
            (profile.key_transport.uri(), "http://www.w3.org/2009/xmlenc11#rsa-oaep"),
        ] {
            let found = decrypt_assertion(&replaced(&good, from, to), sp_key());
            assert_eq!(found, Err(DecryptError::Algorithm(to.to_owned())));
        }
    }
    let good = encrypted(&signed_assertion(), OAEP_CBC);
    let sha256 = replaced(&good, "xmldsig#sha1", "xmldsig-more#sha256");
    assert!(matches!(decrypt_assertion(&sha256, sp_key()), Err(DecryptError::Algorithm(_))));
    // A key of the length of another cipher.
    let long = replaced(&good, "aes256-cbc", "aes128-cbc");
    fails("a key that is too long", &long);
    let short = encrypted(
        &signed_assertion(),
        EncryptionProfile { content: EncryptionAlgorithm::Aes128Cbc, ..OAEP_CBC },
    );
    fails("a key that is too short", &replaced(&short, "aes128-cbc", "aes256-cbc"));
}

#[test]
fn what_comes_out_is_an_assertion_that_the_strict_reader_reads() {
    let plain = "<a:Assertion xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\">TEXT</a:Assertion>";
    let nested = |levels: usize| {
        let (open, close) = ("<b>".repeat(levels), "</b>".repeat(levels));
        replaced(plain, "TEXT", &format!("{open}{close}"))
    };
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{plain}");
    let wide = replaced(plain, "TEXT", &"<b/>".repeat(50_000));
    let internal = "<!DOCTYPE a [<!ENTITY e \"jane\">]>";
    let external = "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
    for profile in profiles() {
        for good in [plain, &declared, &nested(60)] {
            assert_eq!(
                decrypt_assertion(&response_of(good.as_bytes(), profile), sp_key()),
                Ok(good.to_owned())
            );
        }
        for (name, bytes) in [
            ("nothing", &b""[..]),
            ("garbage", b"\x00\xff\xfe garbage"),
            ("no UTF-8", &[plain.as_bytes(), b"\xff"].concat()),
            ("text", b"jane"),
            ("half of it", &plain.as_bytes()[..60]),
            ("two of it", plain.repeat(2).as_bytes()),
            (
                "another element",
                replaced(plain, "TEXT", "").replace("Assertion", "Advice").as_bytes(),
            ),
            ("another namespace", plain.replace("2.0", "1.1").as_bytes()),
            ("a prefix from around it", b"<saml2:Assertion/>"),
            ("a DTD", format!("{internal}{plain}").as_bytes()),
            ("an entity", format!("{internal}{}", replaced(plain, "TEXT", "&e;")).as_bytes()),
            ("a file", format!("{external}{}", replaced(plain, "TEXT", "&e;")).as_bytes()),
            ("too deep", nested(70).as_bytes()),
            ("too wide", wide.as_bytes()),
        ] {
            fails(name, &response_of(bytes, profile));
        }
    }
}

#[test]
fn a_huge_document_is_not_read() {
    let plain = "<a:Assertion xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\">TEXT</a:Assertion>";
    let of = |length: usize| {
        let text = replaced(plain, "TEXT", &"y".repeat(length));
        decrypt_assertion(&response_of(text.as_bytes(), OAEP_CBC), sp_key())
    };
    assert!(of(700_000).is_ok());
    assert!(matches!(of(900_000), Err(DecryptError::Unreadable(_))));
    let dtd = "<!DOCTYPE a [<!ENTITY e \"x\">]>";
    let good = encrypted(&signed_assertion(), OAEP_CBC);
    let outside = replaced(&good, "<saml2p:Response", &format!("{dtd}<saml2p:Response"));
    assert!(matches!(decrypt_assertion(&outside, sp_key()), Err(DecryptError::Unreadable(_))));
    taken(&good);
}
