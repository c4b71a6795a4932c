//! An SP that takes encrypted assertions, or nothing else, and what it tells of those it cannot read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use samlproof::crypto::{EncryptionProfile, Engine, encrypted_assertion, sign_enveloped};
use samlproof::crypto::{SignatureProfile, encrypt_assertion};
use samlproof::idp::{AssertionEncryption, Encrypt, Issued, Overrides, SignParts};
use samlproof::keys::{CertificateProfile, DecryptionKey, KeyKind, test_only};
use samlproof::reference::{Fault, ReferenceOptions};
use samlproof::saml::SpMetadata;
use samlproof::sp::{Encryption, Rules, SpProfile};

use super::world::{Browser, JANE, Page, World, env, profile};

fn asking(encryption: Encryption) -> SpProfile {
    SpProfile { rules: Rules { encryption, ..Rules::default() }, ..profile() }
}

/// An SP that asks for encryption like this, with an org whose app does not encrypt.
async fn world(encryption: Encryption, options: ReferenceOptions) -> World {
    let mut world = World::with_options(asking(encryption), options);
    world.configure(|entry| entry.rules.encryption = encryption).await;
    world
}

async fn requiring() -> World {
    world(Encryption::Required, ReferenceOptions::new(env())).await
}

fn to_sp() -> AssertionEncryption {
    AssertionEncryption::new(test_only::decryption().certificate().clone()).unwrap()
}

/// The SP's key as its metadata publishes it.
async fn published(world: &World) -> SpMetadata {
    let page = Browser::new(world).get("/auth/v2/saml/metadata").await;
    assert_eq!(page.status, StatusCode::OK);
    SpMetadata::parse(&page.body).unwrap()
}

fn signed(sign: SignParts, encrypt: Encrypt) -> Overrides {
    Overrides { sign: Some(sign), encrypt, ..Overrides::default() }
}

fn said(page: &Page) -> String {
    if page.is_in() { "in".into() } else { page.refused().to_owned() }
}

async fn post(world: &World, xml: &str) -> String {
    said(&Browser::new(world).post_response(xml).await)
}

#[tokio::test]
async fn each_rule_takes_what_it_says() {
    let stale = test_only::signing("other").unwrap().certificate().clone();
    let stale = AssertionEncryption::new(stale).unwrap();
    for (rule, plain, encrypted, to_another) in [
        (Encryption::None, "in", "Undecipherable", "Undecipherable"),
        (Encryption::Optional, "in", "in", "Undecipherable"),
        (Encryption::Required, "NotEncrypted", "in", "Undecipherable"),
    ] {
        let world = world(rule, ReferenceOptions::new(env())).await;
        for (encrypt, expected) in [
            (Encrypt::Nothing, plain),
            (Encrypt::To(to_sp()), encrypted),
            (Encrypt::To(stale.clone()), to_another),
        ] {
            let before = world.state().await.users;
            let page = world.login_with(JANE, &signed(SignParts::Both, encrypt)).await.1;
            assert_eq!(said(&page), expected, "{rule:?}");
            if expected != "in" {
                assert_eq!(world.state().await.users, before, "{rule:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_certificate_in_the_metadata_is_the_one_to_encrypt_to() {
    let own = DecryptionKey::generate(
        KeyKind::Rsa2048,
        &CertificateProfile::okta("sp"),
        "2026-01-02T03:04:05Z".parse().unwrap(),
    )
    .unwrap();
    let options =
        ReferenceOptions { decryption_key: Some(own.clone()), ..ReferenceOptions::new(env()) };
    let world = world(Encryption::Required, options).await;
    let certificates = published(&world).await.encryption_certificates;
    assert_eq!(certificates, [own.certificate().der().to_vec()]);
    let encryption = AssertionEncryption::new(own.certificate().clone()).unwrap();
    let page = world.login_with(JANE, &signed(SignParts::Both, Encrypt::To(encryption))).await.1;
    assert!(page.is_in(), "{page:?}");
    let page = world.login_with(JANE, &signed(SignParts::Both, Encrypt::To(to_sp()))).await.1;
    assert_eq!(page.refused(), "Undecipherable");

    assert_eq!(published(&requiring().await).await.encryption_certificates.len(), 1);
    assert_eq!(published(&World::new().await).await.encryption_certificates.len(), 0);
}

#[tokio::test]
async fn a_signature_around_or_inside_is_enough_and_none_is_not() {
    let world = requiring().await;
    for (sign, expected) in [
        (SignParts::Both, "in"),
        (SignParts::Response, "in"),
        (SignParts::Assertion, "in"),
        // Everybody has the certificate: encryption proves nothing.
        (SignParts::Nothing, "BadSignature"),
    ] {
        let page = world.login_with(JANE, &signed(sign, Encrypt::To(to_sp()))).await.1;
        assert_eq!(said(&page), expected, "{sign:?}");
    }
    let other = Overrides {
        signing_key: test_only::signing("other"),
        ..signed(SignParts::Assertion, Encrypt::To(to_sp()))
    };
    assert_eq!(said(&world.login_with(JANE, &other).await.1), "BadSignature");
}

/// The org's assertion for Jane, signed by itself, as others can copy it.
fn jane(world: &World) -> Issued {
    world.idp.issue(JANE, None, &signed(SignParts::Assertion, Encrypt::Nothing))
}

fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let start = xml.find(&format!("<{name}")).unwrap();
    let close = format!("</{name}>");
    &xml[start..start + xml[start..].find(&close).unwrap() + close.len()]
}

fn encrypted(text: &str) -> String {
    let to = test_only::decryption();
    encrypted_assertion(text.as_bytes(), to.certificate(), EncryptionProfile::default()).unwrap()
}

#[tokio::test]
async fn only_what_is_signed_is_believed_however_it_is_wrapped() {
    let world = requiring().await;
    let issued = jane(&world);
    let own = element(&issued.xml, "saml2:Assertion").to_owned();
    let with = |inside: &str| issued.xml.replace(&own, inside);
    let evil = own.replace(JANE, "evil@example.com");
    let unsigned = evil.replace(element(&evil, "ds:Signature"), "");
    for (name, xml, expected) in [
        ("the signed one, encrypted by anybody", with(&encrypted(&own)), "in"),
        ("changed", with(&encrypted(&evil)), "BadSignature"),
        ("unsigned", with(&encrypted(&unsigned)), "BadSignature"),
        (
            "unsigned, with a signed one in it",
            with(&encrypted(
                &unsigned.replace("</saml2:Assertion>", &format!("{own}</saml2:Assertion>")),
            )),
            "BadSignature",
        ),
        ("an encrypted one beside", with(&format!("{own}{}", encrypted(&unsigned))), "Ambiguous"),
        ("two encrypted", with(&encrypted(&own).repeat(2)), "BadSignature"),
    ] {
        let world = requiring().await;
        assert_eq!(post(&world, &xml).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_cipher_text_that_is_not_the_signers_is_never_tried() {
    let world = requiring().await;
    let key = test_only::signing("okta-1").unwrap();
    let sign = |xml: &str, id| {
        let profile = SignatureProfile::for_key(&key).with_prefixes(["xs"]);
        sign_enveloped(Engine::default(), xml, id, &key, &profile).unwrap()
    };
    let issued = jane(&world);
    let to = test_only::decryption();
    let profile = EncryptionProfile::default();
    let xml = encrypt_assertion(&issued.xml, &issued.assertion_id, to.certificate(), profile);
    let good = sign(&xml.unwrap(), &issued.response_id);
    let inside = element(&good, "saml2:EncryptedAssertion");
    let swapped = good.replace(inside, &encrypted("garbage"));
    assert_eq!(post(&world, &swapped).await, "BadSignature");
    assert_eq!(post(&world, &good).await, "in");
    // The signer's own garbage may be called what it is.
    let garbage =
        issued.xml.replace(element(&issued.xml, "saml2:Assertion"), &encrypted("garbage"));
    assert_eq!(post(&world, &sign(&garbage, &issued.response_id)).await, "Undecipherable");
}

/// Where nothing around it is signed, what fails inside is one answer, byte for byte.
#[tokio::test]
async fn failures_of_decryption_cannot_be_told_from_a_bad_signature() {
    let world = requiring().await;
    let issued = jane(&world);
    let own = element(&issued.xml, "saml2:Assertion").to_owned();
    let xml = issued.xml.replace(&own, &encrypted(&own));
    let value = |number: usize| {
        let value = xml.split("<xenc:CipherValue>").nth(number + 1).unwrap();
        value.split('<').next().unwrap()
    };
    let changed = |number: usize, change: fn(&mut Vec<u8>)| {
        let mut bytes = STANDARD.decode(value(number)).unwrap();
        change(&mut bytes);
        xml.replace(value(number), &STANDARD.encode(bytes))
    };
    let elsewhere = own.replace("http://www.okta.com/", "http://www.okta.example/");
    let answers = [
        changed(0, |key| key[9] ^= 1),
        changed(1, |data| data.truncate(64)),
        changed(1, |data| data[40] ^= 1),
        // The padding.
        changed(1, |data| *data.last_mut().unwrap() ^= 1),
        issued.xml.replace(&own, &encrypted("garbage")),
        issued.xml.replace(
            &own,
            &encrypted("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>"),
        ),
        issued.xml.replace(&own, &encrypted(&own.replace(JANE, "evil@example.com"))),
        issued.xml.replace(&own, &encrypted(&elsewhere)),
    ];
    let mut pages = Vec::new();
    for answer in answers {
        let page = Browser::new(&world).post_response(&answer).await;
        pages.push((page.status, page.reason, page.body));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "{pages:?}");
    assert_eq!(pages[0].1.as_deref(), Some("BadSignature"));
    assert_eq!(post(&world, &xml).await, "in");
}

/// Two entries of one IdP: which it is is known only when the subject can be read.
#[tokio::test]
async fn the_entry_is_chosen_by_the_subject_inside() {
    let mut world = World::with_options(asking(Encryption::Required), ReferenceOptions::new(env()));
    let required = |name: &str, domain: &str, world: &World| {
        let mut entry = super::world::entry(name, domain, &world.idp);
        entry.rules.encryption = Encryption::Required;
        entry
    };
    let entries =
        ["first", "second"].map(|name| required(name, &format!("{name}.example"), &world));
    world.configuration.entries = entries.into();
    world.hand_over().await;
    for domain in ["first.example", "second.example"] {
        let email = format!("jane@{domain}");
        world.idp.person(&email, &["ml-team"]);
        let overrides = signed(SignParts::Both, Encrypt::To(to_sp()));
        let page = world.login_with(&email, &overrides).await.1;
        assert!(page.is_in(), "{domain}: {page:?}");
    }
}

#[tokio::test]
async fn m85_takes_a_plain_one_and_is_otherwise_honest() {
    let options =
        ReferenceOptions { fault: Some(Fault::PlainAccepted), ..ReferenceOptions::new(env()) };
    let world = world(Encryption::Required, options).await;
    let plain = signed(SignParts::Both, Encrypt::Nothing);
    assert_eq!(said(&world.login_with(JANE, &plain).await.1), "in");
    let encrypted = signed(SignParts::Both, Encrypt::To(to_sp()));
    assert_eq!(said(&world.login_with(JANE, &encrypted).await.1), "in");
    let unsigned = signed(SignParts::Nothing, Encrypt::Nothing);
    assert_eq!(said(&world.login_with(JANE, &unsigned).await.1), "BadSignature");
}
