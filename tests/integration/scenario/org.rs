//! Org files: every mistake at once, and the same file without them.

use std::collections::BTreeSet;

use samlproof::idp::{
    ArrayAttributes, AssertionEncryption, Assigned, AttributeSource, OrgDraft, OrgFeatures,
    Pipeline, ProfileValue, UserStatus,
};
use samlproof::keys::{KeyKind, SigningKey, test_only};
use samlproof::saml::{
    DigestAlgorithm, EncryptionAlgorithm, KeyTransportAlgorithm, NameIdFormat, SignatureAlgorithm,
};
use samlproof::scenario::{ParseErrors, Source, parse_org};

const WRONG: &str = r#"subdomian = "acme"
subdomain = "Acme Inc"
name      = " "
pipeline  = "idxx"
array_attributes = "both"

[[apps]]
label            = "One SP"
unlisted_acs     = "forbid"
acs              = "sp.test/acs"
entity_id        = "https://sp.test "
recipient        = "ftp://sp.test"
name_id_format   = "urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress"
response_signed  = false
assertion_signed = false
signature_algorithm = "RSA_SHA"
digest_algorithm = "SHA-256"
assign           = ["jnae", "joe@one.test", 7]

[[apps.attribute]]
name   = "groups"
groups = { regex = "ml-(" }

[[apps.attribute]]
name = "both"
user = "email"
literal = "x"

[[apps.attribute]]
name    = "token"
literal = "{token}"

[[apps]]
label     = "one-sp"
acs       = "https://other.test/acs"
assign    = { groups = ["ml-taem"] }

[[apps]]
label     = "Third"
acs       = "https://third.test/acs"
entity_id = "a\u0001b"
assign    = "nobody"

[users.jane]
email    = "jane@one.test"
groups   = ["ml-team", ""]
frstName = "Jane"

[users.joe]
login    = "joe@one.test"
password = ""
profile  = { password = "x", level = 3.5 }

[users.Jack]
login = "JACK@one.test"

[users.jack]
login = "jack@one.test"

[users.jim]
firstName = "Jim"

[users.joan]
email = "joan of arc"
"#;

const RIGHT: &str = r#"subdomain = "acme"
name      = "Acme"
pipeline  = "idx"
array_attributes = "joined"

[[apps]]
label            = "One SP"
unlisted_acs     = "refuse"
acs              = "https://sp.test/acs"
entity_id        = "https://sp.test"
recipient        = "http://sp.test/recipient"
destination      = "https://sp.test/destination"
name_id_format   = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
response_signed  = false
assertion_signed = true
signature_algorithm = "ECDSA_SHA384"
digest_algorithm = "SHA384"
default_relay_state = "/home"
assign           = ["jane", "joe@one.test"]

[[apps.attribute]]
name   = "groups"
groups = { regex = "ml-.*" }

[[apps.attribute]]
name = "email"
user = "email"

[[apps.attribute]]
name    = "token"
literal = "abc"

[[apps]]
label     = "Another SP"
acs       = "https://other.test/acs"
entity_id = "other"
assign    = { groups = ["ml-team"] }

[[apps]]
label     = "Third"
acs       = "https://third.test/acs"
entity_id = "ab"
assign    = "everyone"

[users.jane]
email     = "jane@one.test"
groups    = ["ml-team"]
firstName = "Jane"

[users.joe]
login    = "joe@one.test"
password = "secret"
profile  = { level = "3", teams = ["a", "b"] }

[users.jack]
login = "JACK"
email = "jack@one.test"
"#;

fn org(text: &str) -> Result<OrgDraft, ParseErrors> {
    parse_org(&Source::new("org.toml", text))
}

#[test]
fn all_mistakes_of_an_org_are_reported_at_once() {
    let errors = org(WRONG).unwrap_err();
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(errors.render(false));
}

#[test]
fn an_empty_org_file_lacks_its_subdomain_alone() {
    let errors = org("").unwrap_err();
    assert_eq!(errors.problems.len(), 1, "{errors}");
    assert_eq!(errors.problems[0].message, "the key `subdomain` is missing");
    org("subdomain = \"acme\"").unwrap();
}

#[test]
fn the_org_without_the_mistakes_is_accepted() {
    let org = org(RIGHT).unwrap();
    assert_eq!((org.subdomain.as_str(), org.name.as_str()), ("acme", "Acme"));
    let logins: Vec<_> = org.users.iter().map(|user| user.login.as_str()).collect();
    assert_eq!(logins, ["jane@one.test", "joe@one.test", "JACK"]);
    assert_eq!(org.users[0].password, "password");
    assert_eq!(org.users[0].profile["firstName"], "Jane".into());
    assert_eq!(org.users[1].password, "secret");
    let teams = ProfileValue::List(vec!["a".into(), "b".into()]);
    assert_eq!(org.users[1].profile["teams"], teams);
    assert_eq!(org.users[2].profile["email"], "jack@one.test".into());

    let joined = ArrayAttributes::Joined;
    let features = OrgFeatures { pipeline: Pipeline::Identity, array_attributes: joined };
    assert_eq!(org.features, features);
    let [app, other, third] = org.apps.as_slice() else { panic!("{:?}", org.apps) };
    let sign_on = &app.sign_on;
    assert_eq!(sign_on.recipient.as_str(), "http://sp.test/recipient");
    assert_eq!(sign_on.destination.as_str(), "https://sp.test/destination");
    assert_eq!(sign_on.subject_name_id_format, NameIdFormat::email_address());
    assert_eq!((sign_on.response_signed, sign_on.assertion_signed), (false, true));
    assert_eq!(sign_on.signature_algorithm, SignatureAlgorithm::EcdsaSha384);
    assert_eq!(sign_on.digest_algorithm, DigestAlgorithm::Sha384);
    assert_eq!(sign_on.default_relay_state, "/home");
    assert_eq!(sign_on.attribute_statements.len(), 3);
    let email = AttributeSource::user("email");
    assert_eq!(sign_on.attribute_statements[1].source, email);
    assert_eq!(app.key_kind(), KeyKind::EcdsaP384);
    let both = ["jane@one.test", "joe@one.test"].map(str::to_owned);
    assert_eq!(app.assigned, Assigned::Logins(BTreeSet::from(both)));
    assert_eq!(other.assigned, Assigned::Groups(BTreeSet::from(["ml-team".to_owned()])));
    assert_eq!(other.key_kind(), KeyKind::Rsa2048);
    assert_eq!(third.assigned, Assigned::Everyone);
    assert!(app.refuses_unlisted_acs && !other.refuses_unlisted_acs);
}

#[test]
fn ids_follow_from_the_names_in_the_file() {
    let key = |_: &_| Ok::<SigningKey, ()>(test_only::signing("okta-1").unwrap());
    let one = org(RIGHT).unwrap().to_org(key).unwrap();
    let again = org(RIGHT).unwrap().to_org(key).unwrap();
    let ids = |org: &samlproof::idp::Org| {
        let apps = org.apps.iter().map(|app| (app.id.clone(), app.external_key.clone()));
        let users = org.users.iter().map(|user| (user.id.clone(), user.login.clone()));
        (apps.collect::<BTreeSet<_>>(), users.collect::<BTreeSet<_>>())
    };
    assert_eq!(ids(&one), ids(&again));
    assert_eq!((ids(&one).0.len(), ids(&one).1.len()), (3, 3));
    let elsewhere = org(&RIGHT.replace("\"acme\"", "\"acme-2\"")).unwrap().to_org(key).unwrap();
    assert!(ids(&one).0.is_disjoint(&ids(&elsewhere).0));

    let jane = one.user_by_login("jane@one.test").unwrap();
    let jack = one.user_by_login("jack").unwrap();
    assert!(one.is_assigned(&one.apps[0], jane) && !one.is_assigned(&one.apps[0], jack));
    assert!(one.is_assigned(&one.apps[1], jane) && !one.is_assigned(&one.apps[1], jack));
    assert!(one.is_assigned(&one.apps[2], jack));
}

#[test]
fn an_oversized_org_is_refused_before_names_are_looked_up() {
    let users: String = (0..1001).map(|n| format!("[users.u{n}]\nlogin = \"u{n}\"\n")).collect();
    let errors = org(&format!("subdomain = \"acme\"\n{users}")).unwrap_err();
    assert_eq!(errors.problems.len(), 1, "{errors}");
    assert!(errors.problems[0].message.contains("more than 1000 `users`"));
}

/// An org with one app that encrypts like this.
fn encrypting(keys: &str) -> Result<Option<AssertionEncryption>, ParseErrors> {
    let text = format!(
        "subdomain = \"acme\"\n[[apps]]\nlabel = \"SP\"\nacs = \"https://sp.test/acs\"\n\
         entity_id = \"sp\"\n[apps.assertion_encryption]\n{keys}"
    );
    Ok(org(&text)?.apps.remove(0).sign_on.assertion_encryption)
}

#[test]
fn an_app_encrypts_to_the_certificate_in_its_x5c() {
    let key = test_only::decryption();
    let x5c = format!("x5c = \"{}\"", key.certificate().to_base64());
    let pem = format!("x5c = \"\"\"\n{}\"\"\"", key.certificate().to_pem());
    let usual = AssertionEncryption::new(key.certificate().clone()).unwrap();
    assert_eq!(encrypting(&x5c).unwrap(), Some(usual.clone()));
    assert_eq!(encrypting(&pem).unwrap(), Some(usual.clone()));
    assert_eq!(encrypting(&format!("{x5c}\nenabled = true")).unwrap(), Some(usual.clone()));
    assert_eq!(encrypting(&format!("{x5c}\nenabled = false")).unwrap(), None);
    for (transport, name) in
        [(KeyTransportAlgorithm::RsaOaep, "RSA_OAEP"), (KeyTransportAlgorithm::Rsa15, "RSA_15")]
    {
        for (content, cipher) in [
            (EncryptionAlgorithm::Aes128Cbc, "AES128_CBC"),
            (EncryptionAlgorithm::Aes256Cbc, "AES256_CBC"),
            (EncryptionAlgorithm::Aes256Gcm, "AES256_GCM"),
        ] {
            let keys = format!(
                "{x5c}\nkey_transport_algorithm = \"{name}\"\nencryption_algorithm = \"{cipher}\""
            );
            assert_eq!(encrypting(&keys).unwrap(), Some(usual.clone().with(transport, content)));
        }
    }
}

#[test]
fn an_encryption_that_cannot_be_is_refused() {
    let good = format!("x5c = \"{}\"", test_only::decryption().certificate().to_base64());
    let ec = test_only::signing("ecdsa-p256").unwrap().certificate().to_base64();
    for (keys, part) in [
        (String::new(), "`x5c` is missing"),
        ("x5c = \"AAAA\"".into(), "the certificate cannot be read"),
        (format!("x5c = \"{ec}\""), "RSA of 2048"),
        (format!("{good}\nencryption_algorithm = \"AES192_CBC\""), "AES192_CBC"),
        (format!("{good}\nkey_transport_algorithm = \"RSA\""), "cannot be `RSA`"),
        (format!("{good}\nenabled = 1"), "`enabled`"),
        (format!("{good}\nalgorithm = \"x\""), "`algorithm`"),
    ] {
        let errors = encrypting(&keys).unwrap_err();
        assert_eq!(errors.problems.len(), 1, "{errors}");
        assert!(errors.problems[0].message.contains(part), "{part}: {errors}");
    }
}

#[test]
fn an_attribute_that_nobody_has_is_told_with_the_one_that_was_meant() {
    let org = |user: &str, more: &str| {
        format!(
            "subdomain = \"acme\"\n{more}\n[users.jane]\nemail = \"jane@one.test\"\nstatus = \"{user}\"\n\
             profile = {{ team = \"a\" }}\n[[apps]]\nlabel = \"A\"\nacs = \"https://a.test\"\n\
             entity_id = \"a\"\n[[apps.attribute]]\nname = \"t\"\nuser = \"taem\"\n"
        )
    };
    let errors = parse_org(&Source::new("org.toml", org("HELD", ""))).unwrap_err().render(false);
    assert!(errors.contains("nobody has an attribute `taem`"), "{errors}");
    assert!(
        errors.contains("did you mean `team`? Else name it in `profile_attributes`"),
        "{errors}"
    );
    assert!(errors.contains("HELD"), "{errors}");
    let declared = org("LOCKED_OUT", "profile_attributes = [\"taem\"]");
    let draft = parse_org(&Source::new("org.toml", declared)).unwrap();
    assert_eq!(draft.users[0].status, Some(UserStatus::LockedOut));
}
