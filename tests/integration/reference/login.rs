//! Whole logins: the response as the IdP issues it, in by POST, out as a session or a reason.

use samlproof::idp::{AuthnRequestFacts, Overrides, SignParts};
use samlproof::keys::test_only;
use samlproof::saml::{AcsUrl, AttributeValue, EntityId};
use samlproof::sp::{EmailDomain, EntryName, MetadataSource, Settings, UserStatus};

use super::world::{Browser, Idp, JANE, World, entry, seed};

const MEMBER: [&str; 1] = ["org research member"];

#[tokio::test]
async fn a_first_login_creates_the_user_and_opens_a_session() {
    let world = World::new().await;
    let (mut jane, page) = world.login(JANE).await;
    assert!(page.is_in(), "{page:?}");
    assert_eq!(jane.whoami().await.unwrap(), MEMBER);
    assert_eq!(world.roles(JANE).await.unwrap(), MEMBER);
    let state = world.state().await;
    assert_eq!((state.users.len(), state.sessions.len()), (1, 1));
    assert!(jane.get("/").await.body.contains(JANE));
    let (_, page) = world.login(JANE).await;
    assert!(page.is_in());
    assert_eq!(world.state().await.users, state.users, "a second login creates nobody");
}

#[tokio::test]
async fn a_refusal_writes_nothing() {
    let mut world = World::new().await;
    world.idp.person("joe@example.com", &["ml-other"]);
    let before = world.state().await;
    let (mut joe, page) = world.login("joe@example.com").await;
    assert_eq!(page.refused(), "NoRoleMatch");
    assert_eq!(world.state().await, before);
    assert_eq!(joe.whoami().await, None);
    assert_eq!(joe.set_cookies, Vec::<String>::new());
}

#[tokio::test]
async fn either_signature_is_enough_and_none_is_not() {
    let world = World::new().await;
    let signed = async |sign| {
        let overrides = Overrides { sign: Some(sign), ..Overrides::default() };
        world.login_with(JANE, &overrides).await.1
    };
    for sign in [SignParts::Both, SignParts::Response, SignParts::Assertion] {
        assert!(signed(sign).await.is_in(), "{sign:?}");
    }
    assert_eq!(signed(SignParts::Nothing).await.refused(), "BadSignature");
}

#[tokio::test]
async fn each_binding_that_is_wrong_is_refused_for_its_own_reason() {
    let world = World::new().await;
    let acs = || Some(AcsUrl::new("https://app.arize.com/auth/v2/saml/"));
    let of = |change: fn(&mut Overrides)| {
        let mut overrides = Overrides::default();
        change(&mut overrides);
        overrides
    };
    let other = || test_only::signing("other");
    for (expected, overrides) in [
        ("BadSignature", Overrides { signing_key: other(), ..Overrides::default() }),
        ("BadRecipient", Overrides { recipient: acs(), ..Overrides::default() }),
        ("BadDestination", Overrides { destination: acs(), ..Overrides::default() }),
        ("BadAudience", of(|o| o.audience = Some(EntityId::new("https://app.arize.com/")))),
        ("BadIssuer", of(|o| o.issuer = Some(EntityId::new("http://www.okta.com/other")))),
        ("Expired", of(|o| o.age = jiff::SignedDuration::from_secs(361))),
        ("NotYetValid", of(|o| o.age = jiff::SignedDuration::from_secs(-361))),
        ("UnknownDomain", of(|o| o.name_id = Some("jane@elsewhere.example".into()))),
        ("UnknownDomain", of(|o| o.name_id = Some("jane".into()))),
    ] {
        let before = world.state().await;
        let (_, page) = world.login_with(JANE, &overrides).await;
        assert_eq!(page.refused(), expected);
        assert_eq!(world.state().await, before, "{expected}");
        assert!(world.login(JANE).await.1.is_in(), "the control login after {expected}");
    }
    let inside = of(|o| o.age = jiff::SignedDuration::from_secs(359));
    assert!(world.login_with(JANE, &inside).await.1.is_in());
}

#[tokio::test]
async fn what_is_no_response_is_refused() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    for (fields, reason) in [
        (vec![], "Unreadable"),
        (vec![("SAMLResponse", "%%%")], "Unreadable"),
        (vec![("SAMLResponse", "PHg+")], "Unreadable"),
    ] {
        let page = browser.post("/auth/v2/saml", &fields).await;
        assert_eq!(page.refused(), reason);
    }
    assert_eq!(browser.get("/auth/v2/saml").await.status, 405);
}

#[tokio::test]
async fn only_the_signed_bytes_are_believed() {
    let world = World::new().await;
    let overrides = Overrides { sign: Some(SignParts::Assertion), ..Overrides::default() };
    let issued = world.idp.issue(JANE, None, &overrides);
    let assertion = issued.xml.find("<saml2:Assertion").unwrap();
    // A second, unsigned assertion in front of the signed one.
    let evil = issued.xml[assertion..].split("</saml2:Assertion>").next().unwrap();
    let evil = format!("{evil}</saml2:Assertion>")
        .replace(JANE, "evil@example.com")
        .replace(issued.assertion_id.as_str(), "evil");
    let evil = match (evil.find("<ds:Signature"), evil.find("</ds:Signature>")) {
        (Some(start), Some(end)) => {
            format!("{}{}", &evil[..start], &evil[end + "</ds:Signature>".len()..])
        }
        _ => evil,
    };
    let wrapped = format!("{}{evil}{}", &issued.xml[..assertion], &issued.xml[assertion..]);
    let mut browser = Browser::new(&world);
    let page = browser.post_response(&wrapped).await;
    assert!(["Ambiguous", "BadSignature"].contains(&page.refused()), "{page:?}");
    assert!(world.state().await.users.is_empty());
    assert!(browser.post_response(&issued.xml).await.is_in());
}

#[tokio::test]
async fn a_response_is_used_once() {
    let world = World::new().await;
    let issued = world.idp.issue(JANE, None, &Overrides::default());
    let (mut one, mut other) = (Browser::new(&world), Browser::new(&world));
    assert!(one.post_response(&issued.xml).await.is_in());
    let before = world.state().await;
    assert_eq!(other.post_response(&issued.xml).await.refused(), "Replay");
    assert_eq!(world.state().await, before);
    world.advance(359);
    assert_eq!(other.post_response(&issued.xml).await.refused(), "Replay");
    world.advance(1);
    assert_eq!(other.post_response(&issued.xml).await.refused(), "Expired");
}

#[tokio::test]
async fn a_request_is_answered_in_the_browser_that_made_it() {
    let world = World::new().await;
    let (mut jane, mut thief) = (Browser::new(&world), Browser::new(&world));
    let request = jane.start(JANE).await;
    assert_eq!(request.acs_url, Some(AcsUrl::new(super::world::ACS)));
    let facts = AuthnRequestFacts::from(&request);
    let issued = world.idp.issue(JANE, Some(&facts), &Overrides::default());
    thief.start(JANE).await;
    assert_eq!(thief.post_response(&issued.xml).await.refused(), "InResponseTo");
    assert!(jane.post_response(&issued.xml).await.is_in());
    assert_eq!(jane.post_response(&issued.xml).await.refused(), "Replay");
    let again = world.idp.issue(JANE, Some(&facts), &Overrides::default());
    assert_eq!(jane.post_response(&again.xml).await.refused(), "InResponseTo");
}

#[tokio::test]
async fn a_login_cannot_start_for_an_unknown_domain() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let page = browser.get("/auth/v2/login?email=jane@elsewhere.example").await;
    assert_eq!(page.refused(), "UnknownDomain");
    assert_eq!(browser.get("/auth/v2/login").await.refused(), "UnknownDomain");
    browser.start("Jane@EXAMPLE.com").await;
}

#[tokio::test]
async fn unsolicited_responses_can_be_forbidden() {
    let mut world = World::new().await;
    world.configure(|entry| entry.rules.idp_initiated = false).await;
    assert_eq!(world.login(JANE).await.1.refused(), "UnsolicitedNotAllowed");
    let mut jane = Browser::new(&world);
    let request = jane.start(JANE).await;
    let facts = AuthnRequestFacts { acs_url: None, ..AuthnRequestFacts::from(&request) };
    let issued = world.idp.issue(JANE, Some(&facts), &Overrides::default());
    assert!(jane.post_response(&issued.xml).await.is_in());
}

#[tokio::test]
async fn d12_an_idp_cannot_name_users_of_another_entry() {
    let mut world = World::new().await;
    let mut other = Idp::new("other", "okta-2", &world.env);
    other.person("eve@other.example", &["ml-team"]);
    let mut second = entry("other", "other.example", &other);
    second.account = "other".into();
    world.configuration.entries.push(second);
    world.hand_over().await;
    let as_jane = Overrides { name_id: Some(JANE.into()), ..Overrides::default() };
    let mut eve = Browser::new(&world);
    let page = eve.post_response(&other.issue("eve@other.example", None, &as_jane).xml).await;
    assert_eq!(page.refused(), "IssuerDomainMismatch");
    let honest = other.issue("eve@other.example", None, &Overrides::default());
    assert!(eve.post_response(&honest.xml).await.is_in());
    assert!(world.login(JANE).await.1.is_in());
}

#[tokio::test]
async fn d14_to_d19_the_life_of_a_user() {
    let mut world = World::new().await;
    world.seed(seed(JANE, None, UserStatus::Inactive)).await;
    assert_eq!(world.login(JANE).await.1.refused(), "UserInactive");
    world.seed(seed("JANE@Example.com", None, UserStatus::Invited)).await;
    assert!(world.login(JANE).await.1.is_in());
    let state = world.state().await;
    assert_eq!(state.users.len(), 1, "case makes no second user");
    assert_eq!(state.users[0].status, UserStatus::Active);
    let old = state.users[0].id.clone();
    world.configuration.deleted_users = vec![JANE.into()];
    world.hand_over().await;
    assert_eq!(world.state().await.users, []);
    assert!(world.login(JANE).await.1.is_in());
    assert_ne!(world.state().await.users[0].id, old);
}

#[tokio::test]
async fn concurrent_first_logins_make_one_user() {
    let world = World::new().await;
    let logins = (0..16).map(|_| world.login(JANE));
    for (_, page) in futures_util::future::join_all(logins).await {
        assert!(page.is_in());
    }
    let state = world.state().await;
    assert_eq!((state.users.len(), state.sessions.len()), (1, 16));
}

#[tokio::test]
async fn sessions_keep_the_roles_they_were_opened_with_for_a_day() {
    let mut world = World::new().await;
    let (mut old, _) = world.login(JANE).await;
    world.configure(|entry| entry.mappings = vec![super::world::mapped("admin")]).await;
    world.advance(60);
    let (mut new, _) = world.login(JANE).await;
    assert_eq!(old.whoami().await.unwrap(), MEMBER);
    assert_eq!(new.whoami().await.unwrap(), ["org research admin"]);
    world.advance(24 * 3600 - 61);
    assert_eq!(old.whoami().await.unwrap(), MEMBER);
    world.advance(1);
    assert_eq!(old.whoami().await, None, "24 hours are over");
    assert!(new.whoami().await.is_some());
}

#[tokio::test]
async fn cookies_are_closed_to_scripts_and_to_plain_http() {
    let world = World::new().await;
    let (jane, _) = world.login(JANE).await;
    let session = &jane.set_cookies[0];
    for part in ["sp_session=", "; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/"] {
        assert!(session.contains(part), "{session}");
    }
    let mut browser = Browser::new(&world);
    browser.start(JANE).await;
    assert!(browser.set_cookies[0].contains("SameSite=None"), "the answer is posted by the IdP");
}

#[tokio::test]
async fn logging_out_ends_this_session_and_no_other() {
    let world = World::new().await;
    let (mut one, _) = world.login(JANE).await;
    let (mut other, _) = world.login(JANE).await;
    let cookie = one.cookie_header();
    assert!(one.post("/logout", &[]).await.is_in());
    assert_eq!(one.whoami().await, None);
    assert!(other.whoami().await.is_some());
    assert!(!cookie.is_empty() && one.cookie_header().is_empty());
    assert_eq!(world.state().await.sessions.len(), 1);
}

#[tokio::test]
async fn k2_and_k3_a_token_has_to_be_the_entrys() {
    let mut world = World::new().await;
    world
        .configure(|entry| {
            entry.rules.selector = samlproof::sp::Selector::Token;
            entry.rules.sp_initiated_provisions = false;
            entry.domains.clear();
            entry.token = Some("t0ken".into());
        })
        .await;
    let with = |token: &str| Overrides {
        attributes: [("token".to_owned(), vec![AttributeValue::Text(token.into())])].into(),
        ..Overrides::default()
    };
    assert_eq!(world.login(JANE).await.1.refused(), "TokenMissing");
    assert_eq!(world.login_with(JANE, &with("other")).await.1.refused(), "TokenUnknown");
    let mut jane = Browser::new(&world);
    let request = jane.start(JANE).await;
    let facts = AuthnRequestFacts { acs_url: None, ..AuthnRequestFacts::from(&request) };
    let issued = world.idp.issue(JANE, Some(&facts), &with("t0ken"));
    assert_eq!(jane.post_response(&issued.xml).await.refused(), "SignUpDisabled", "K17");
    assert!(world.login_with(JANE, &with("t0ken")).await.1.is_in());
    let issued = world.idp.issue(JANE, Some(&facts), &with("t0ken"));
    assert!(jane.post_response(&issued.xml).await.is_in(), "K17 is about new users");
}

#[tokio::test]
async fn decisions_are_on_record() {
    let mut world = World::new().await;
    world.idp.person("joe@example.com", &[]);
    world.login(JANE).await;
    world.login("joe@example.com").await;
    let (_, decisions) = world.admin("GET", "/decisions", "").await;
    assert_eq!(decisions[0]["decision"]["row"], "T1");
    assert_eq!(decisions[0]["decision"]["hits"][0], "researchers");
    assert_eq!(decisions[0]["checks"].as_array().unwrap().len(), 14);
    assert_eq!(decisions[1]["refused"]["gate"], "G6");
    assert_eq!(decisions[1]["refused"]["reason"], "NoRoleMatch");
}

#[tokio::test]
async fn two_entries_of_one_idp_are_told_apart_by_domain() {
    let mut world = World::new().await;
    let mut second = world.configuration.entries[0].clone();
    second.name = EntryName("second".into());
    second.domains = vec![EmailDomain { domain: "second.example".into(), validated: true }];
    second.metadata = MetadataSource::Xml(world.idp.metadata());
    second.settings = Settings { jit: false, ..Settings::default() };
    world.configuration.entries.push(second);
    world.hand_over().await;
    world.idp.person("kim@second.example", &["ml-team"]);
    assert_eq!(world.login("kim@second.example").await.1.refused(), "SignUpDisabled");
    assert!(world.login(JANE).await.1.is_in());
}
