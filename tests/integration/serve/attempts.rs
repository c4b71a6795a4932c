//! Every attempt to log in is on the record, refused ones too.

use samlproof::idp::{Assignment, AttributeStatement, GroupFilter, Overrides, UserStatus};
use samlproof::saml::{AcsUrl, AuthnRequest, Binding, EntityId, NameIdFormat, NameIdPolicy};
use samlproof::serve::{Absence, Attempt, Initiated, Outcome, Refusal, SignInProblem};

use super::{ORG, Started, posted, request};

fn last(started: &Started) -> Attempt {
    Attempt::clone(started.service.attempts().last().unwrap())
}

fn refusal(started: &Started) -> (Option<String>, Option<Initiated>, Refusal) {
    let Attempt { login, initiated, outcome, .. } = last(started);
    match outcome {
        Outcome::Refused(refusal) => (login, initiated, refusal),
        Outcome::Sent { .. } => panic!("a response was sent"),
    }
}

#[tokio::test]
async fn what_was_sent_is_there_with_the_request_and_the_certificate() {
    let started = Started::new().await;
    let browser = started.browser();
    let asked = request("_r1");
    let page = browser.log_in(&started.start(&asked, None), "jane@one.test", "right").await;
    let posted = posted(&page);
    let attempt = last(&started);
    assert_eq!((attempt.number, attempt.initiated), (1, Some(Initiated::Sp)));
    assert_eq!(attempt.login.as_deref(), Some("jane@one.test"));
    assert_eq!(attempt.request.as_deref(), Some(asked.to_xml().as_str()));
    let org = started.service.org();
    let app = attempt.app.unwrap();
    assert_eq!((app.id, app.label), (org.apps[0].id.clone(), "One SP".to_owned()));
    assert_eq!(app.certificate.as_ref(), org.apps[0].signing_key().map(|key| key.certificate()));
    let Outcome::Sent { sent, absent } = attempt.outcome else { panic!("refused") };
    assert_eq!((sent.issued.xml.as_str(), absent), (posted.xml.as_str(), vec![]));
    // Who takes responses off the record leaves the attempts.
    assert_eq!(started.service.take_sent_for("jane@one.test").len(), 1);
    browser.follow(&started.embed()).await;
    let attempts = started.service.attempts();
    let numbers: Vec<u64> = attempts.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!((attempts[1].initiated, attempts[1].request.clone()), (Some(Initiated::Idp), None));
    assert_eq!(started.service.attempt(2), Some(attempts[1].clone()));
    assert_eq!(started.service.attempt(3), None);
}

#[tokio::test]
async fn each_refusal_says_which_it_is() {
    let started = Started::with(|org, env| {
        org.add_user("held@one.test", "right", env).status = UserStatus::Suspended;
    })
    .await;
    let browser = started.browser();
    let start = started.start(&request("_r"), None);
    let form = browser.follow(&start).await;
    assert!(started.service.attempts().is_empty(), "asking to sign in is no attempt");
    for (login, password, problem) in [
        ("nobody@one.test", "right", SignInProblem::UnknownUser),
        ("jane@one.test", "wrong", SignInProblem::Password),
        ("held@one.test", "right", SignInProblem::Status(UserStatus::Suspended)),
    ] {
        browser.submit(&form, login, password).await;
        let refused = (Some(login.to_owned()), Some(Initiated::Sp), Refusal::SignIn(problem));
        assert_eq!(refusal(&started), refused);
        assert_eq!(last(&started).app.unwrap().label, "One SP");
    }
    posted(&browser.sign_in(&form, "jane@one.test", "right").await);

    let jane = Some("jane@one.test".to_owned());
    started.service.update(|org| org.apps[0].assign_to_nobody());
    browser.follow(&start).await;
    let not_assigned = |started: &Started| {
        let (login, initiated, refusal) = refusal(started);
        assert!(matches!(refusal, Refusal::NotAssigned(_)), "{refusal}");
        (login, initiated)
    };
    assert_eq!(not_assigned(&started), (jane.clone(), Some(Initiated::Sp)));
    assert!(last(&started).request.is_some());
    browser.follow(&started.embed()).await;
    assert_eq!(not_assigned(&started), (jane.clone(), Some(Initiated::Idp)));

    browser.open(&format!("{}?SAMLRequest=%25", started.sso())).await;
    let (login, _, problem) = refusal(&started);
    assert_eq!(login, None);
    assert!(matches!(problem, Refusal::BadRequest(text) if text.contains("not base64")));

    browser.open(&format!("{ORG}/app/acme_onesp_1/exkNobody/sso/saml")).await;
    let (.., problem) = refusal(&started);
    assert_eq!(problem, Refusal::NoSuchApp("/app/acme_onesp_1/exkNobody/sso/saml".to_owned()));
    assert_eq!(last(&started).app, None);

    started.service.update(|org| org.apps[0].implicit_assignment = true);
    let unwritable = Overrides { name_id: Some("\u{0}".to_owned()), ..Overrides::default() };
    started.service.next_login("jane@one.test", unwritable);
    browser.follow(&started.embed()).await;
    let (.., problem) = refusal(&started);
    assert!(matches!(problem, Refusal::NoResponse(text) if text.contains("NameID")));
}

#[tokio::test]
async fn who_is_not_assigned_learns_whose_the_app_is() {
    let started = Started::with(|org, env| {
        org.set_groups("jane@one.test", &["sales"], env);
        let staff = org.add_user("joe@one.test", "right", env).id.clone();
        let groups = ["k6-admins", "k6-viewers"].map(|name| org.add_group(name, env));
        org.apps[0].assign_to_groups(groups);
        org.apps[0].assignments.insert(staff, Assignment::default());
    })
    .await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let told = |started: &Started| refusal(started).2.to_string();
    let prefix = "the user is not assigned to the app";
    assert_eq!(
        told(&started),
        format!(
            "{prefix}: it is assigned to the groups k6-admins, k6-viewers and to 1 by name; \
             the user is in Everyone, sales"
        )
    );

    started.service.update(|org| org.apps[0].assignments.clear());
    browser.follow(&started.embed()).await;
    let groups = "it is assigned to the groups k6-admins, k6-viewers";
    assert_eq!(told(&started), format!("{prefix}: {groups}; the user is in Everyone, sales"));

    started.service.update(|org| org.apps[0].assign_to_nobody());
    browser.follow(&started.embed()).await;
    assert_eq!(told(&started), format!("{prefix}: it is assigned to nobody"));
}

#[tokio::test]
async fn an_absent_attribute_says_why() {
    let started = Started::with(|org, _| {
        org.set_groups("jane@one.test", &["sales", "ml-team"], &samlproof::env::Env::real());
        let filter = |value| GroupFilter::regex(value).unwrap();
        org.apps[0].sign_on.attribute_statements = vec![
            AttributeStatement::groups("admins", filter("adm-.*")),
            AttributeStatement::groups("groups", filter("ml-.*")),
            AttributeStatement::expression("department", "user.department"),
            AttributeStatement::expression("initials", "String.toUpperCase(user.nickName)"),
            AttributeStatement::expression("email", "user.email"),
            AttributeStatement::expression("login", "user.login"),
        ];
    })
    .await;
    let left_out = Overrides { omit: ["login".to_owned()].into(), ..Overrides::default() };
    started.service.next_login("jane@one.test", left_out);
    started.browser().log_in(&started.embed(), "jane@one.test", "right").await;
    let Outcome::Sent { absent, .. } = last(&started).outcome else { panic!("refused") };
    let told: Vec<String> =
        absent.iter().map(|absent| format!("{}: {}", absent.name, absent.why)).collect();
    assert_eq!(
        told,
        [
            "admins: group filter REGEX `adm-.*` matched none of: Everyone, ml-team, sales",
            "department: user.department is empty",
            "initials: the expression `String.toUpperCase(user.nickName)` came to nothing; \
             empty in it: user.nickName",
            "login: it had a value, which an override or a hook took out",
        ]
    );
    assert_eq!(absent[1].why, Absence::Property("user.department".to_owned()));
}

#[tokio::test]
async fn the_latest_512_are_kept() {
    let started = Started::new().await;
    let browser = started.browser();
    for _ in 0..520 {
        browser.open(&format!("{}?SAMLRequest=%25", started.sso())).await;
    }
    let attempts = started.service.attempts();
    assert_eq!((attempts.len(), attempts[0].number, attempts[511].number), (512, 9, 520));
}

#[tokio::test]
async fn what_a_request_asks_for_in_vain_is_told() {
    let started = Started::new().await;
    let browser = started.browser();
    let plain = AuthnRequest { destination: Some(started.sso()), ..request("_plain") };
    posted(&browser.log_in(&started.start(&plain, None), "jane@one.test", "right").await);
    assert_eq!(last(&started).remarks, Vec::<String>::new());
    // What the app has may be asked for.
    let good = AuthnRequest {
        acs_url: Some(AcsUrl::new(super::ACS)),
        protocol_binding: Some(Binding::HttpPost),
        name_id_policy: Some(NameIdPolicy {
            format: Some(started.service.org().apps[0].sign_on.subject_name_id_format.clone()),
            allow_create: None,
        }),
        force_authn: false,
        ..plain.clone()
    };
    posted(&browser.follow(&started.start(&good, None)).await);
    assert_eq!(last(&started).remarks, Vec::<String>::new());

    started.service.update(|org| org.apps[0].sign_on.honor_force_authn = false);
    let odd = AuthnRequest {
        destination: Some("https://other.test/sso".to_owned()),
        issuer: Some(EntityId::new("urn:wrong-sp")),
        acs_url: Some(AcsUrl::new("https://evil.test/acs")),
        protocol_binding: Some(Binding::HttpRedirect),
        name_id_policy: Some(NameIdPolicy {
            format: Some(NameIdFormat::new("urn:oasis:names:tc:SAML:2.0:nameid-format:transient")),
            allow_create: None,
        }),
        class_refs: vec!["urn:other".to_owned()],
        force_authn: true,
        is_passive: true,
        ..plain
    };
    let page = browser.follow(&started.start(&odd, None)).await;
    assert_eq!(posted(&page).action, super::ACS, "it is answered all the same");
    let remarks = last(&started).remarks;
    for (place, part) in [
        "its Destination is https://other.test/sso, and it came to https://acme.okta.com/app/",
        "its Issuer is urn:wrong-sp, and the app's audience https://sp.test",
        "AssertionConsumerServiceURL https://evil.test/acs, which the app does not have",
        "the NameID format urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        "the binding urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
        "the authentication context urn:other",
        "ForceAuthn, which the app does not honour",
        "IsPassive",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(remarks[place].contains(part), "{part}: {remarks:#?}");
    }
    assert_eq!(remarks.len(), 8);
    let number = last(&started).number;
    let page = browser.open(&format!("{ORG}/_samlproof/logins/{number}")).await;
    assert!(page.text().contains("its Issuer is urn:wrong-sp"), "{}", page.text());
    // An address of the list may be asked for, by its index too.
    started.service.update(|org| {
        org.apps[0].sign_on.allow_acs_endpoints([AcsUrl::new("https://evil.test/acs")]);
    });
    let listed = AuthnRequest { acs_url: odd.acs_url, ..request("_listed") };
    browser.follow(&started.start(&listed, None)).await;
    let by_index = AuthnRequest { acs_index: Some(1), ..request("_index") };
    browser.follow(&started.start(&by_index, None)).await;
    let unknown = AuthnRequest { acs_index: Some(7), ..request("_unknown") };
    browser.follow(&started.start(&unknown, None)).await;
    // Where several are not allowed, or requests have to be signed, what is asked for counts otherwise.
    started.service.update(|org| org.apps[0].sign_on.allow_multiple_acs_endpoints = false);
    browser.follow(&started.start(&listed, None)).await;
    let off = last(&started).remarks;
    assert!(off.len() == 1 && off[0].contains("https://evil.test/acs"), "{off:?}");
    started.service.update(|org| org.apps[0].sign_on.allow_multiple_acs_endpoints = true);
    browser.follow(&started.start(&listed, None)).await;
    browser.follow(&started.start(&by_index, None)).await;
    browser.follow(&started.start(&unknown, None)).await;
    let remarks: Vec<usize> =
        started.service.attempts().iter().rev().take(3).map(|one| one.remarks.len()).collect();
    assert_eq!(remarks, [1, 0, 0]);
    started.service.update(|org| org.apps[0].sign_on.saml_signed_request_enabled = true);
    browser.follow(&started.start(&by_index, None)).await;
    let signed = last(&started).remarks;
    assert!(
        signed.len() == 1 && signed[0].contains("Index 1, which the app does not have"),
        "{signed:?}"
    );
}
