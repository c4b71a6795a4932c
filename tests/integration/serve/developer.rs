//! The developer's view over HTTP.

mod edit;
mod edit_refused;

use http::{HeaderName, HeaderValue, Method, StatusCode};
use samlproof::idp::{
    AccessRuleDraft, AppDraft, AppStatus, AssertionEncryption, AssignmentScope, AttributeSource,
    AttributeStatement, Org,
};
use samlproof::keys::test_only;
use samlproof::net::{Answer, Request};
use samlproof::serve::OrgService;

use super::{Browser, ORG, Started, posted, request};
use crate::net::url;

async fn text(browser: &Browser, path: &str) -> String {
    let answer = browser.open(&format!("{ORG}{path}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    answer.text().into_owned()
}

/// What stands in the element of this id, up to the first of these closing tags.
fn part<'a>(html: &'a str, id: &str, close: &str) -> &'a str {
    let (_, rest) = html.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("{html}"));
    rest.split_once(close).unwrap().0
}

#[tokio::test]
async fn a_login_is_explained_from_its_request_to_its_absent_attributes() {
    let started = Started::with(|org, env| {
        org.set_groups("jane@one.test", &["sales"], env);
    })
    .await;
    let browser = started.browser();
    assert!(text(&browser, "/_samlproof/").await.contains("Nobody has tried to log in yet"));
    let page = started.start(&request("id-of-the-sp"), Some("deep/link"));
    let sent = posted(&browser.log_in(&page, "jane@one.test", "right").await);
    started.env.clock.advance(jiff::SignedDuration::from_secs(63));

    let list = text(&browser, "/_samlproof/").await;
    for seen in ["1 min 3 s ago", "jane@one.test", "One SP", "response sent, without groups"] {
        assert!(list.contains(seen), "{seen}: {list}");
    }
    let login = text(&browser, "/_samlproof/logins/1").await;
    let signatures = part(&login, "signatures", "</ul>");
    assert!(signatures.contains("Holds by the app's certificate"), "{signatures}");
    assert!(signatures.contains("response with") && signatures.contains("assertion with"));
    let attributes = part(&login, "attributes", "</table>");
    assert!(attributes.contains("email") && attributes.contains("<code>jane@one.test</code>"));
    let absent = part(&login, "absent", "</table>");
    let why = "group filter REGEX `ml-.*` matched none of: Everyone, sales";
    assert!(absent.contains(why), "{absent}");
    assert!(
        part(&login, "times", "</dl>").contains("in 3 min 57 s"),
        "valid for 5 minutes: {login}"
    );
    let request = part(&login, "request", "</pre>");
    assert!(
        request.contains("id-of-the-sp") && request.contains("&#60;saml:Issuer&#62;"),
        "{request}"
    );
    assert!(login.contains("deep/link"));
    let again = part(&login, "again", "</p>");
    assert!(again.contains("/home/acme_onesp_1/"), "{again}");
    assert!(again.contains("can only be begun there"), "the SP began it: {again}");
    // Nobody verifies what is pretty, and it is the same document.
    let pretty = super::html_decode(part(&login, "sent", "</code>"));
    assert!(pretty.contains(sent.response.assertions[0].id.as_str()));
}

#[tokio::test]
async fn a_value_of_spaces_is_seen_in_the_document_and_its_indent_is_no_value() {
    let started = Started::with(|org, _| {
        let spaces = AttributeStatement {
            name: "spaces".to_owned(),
            format: Default::default(),
            source: AttributeSource::Literal("  ".to_owned()),
        };
        org.apps[0].sign_on.attribute_statements = vec![spaces];
    })
    .await;
    let browser = started.browser();
    posted(&browser.log_in(&started.embed(), "jane@one.test", "right").await);
    let login = text(&browser, "/_samlproof/logins/1").await;
    let pretty = super::html_decode(part(&login, "sent", "</code>"));
    assert!(pretty.contains("xsi:type=\"xs:string\">  </saml2:AttributeValue>"), "{pretty}");
    assert!(pretty.contains("\n    <saml2:Issuer"), "{pretty}");
}

#[tokio::test]
async fn a_refused_login_says_why_and_what_is_written_into_it_cannot_run() {
    let started = Started::with(|org, _| org.apps[0].assign_to_nobody()).await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let page = format!("{ORG}/app/x/<script>alert(1)</script>/sso/saml");
    browser.open(&page.replace('<', "%3C").replace('>', "%3E")).await;

    let list = text(&browser, "/_samlproof/").await;
    assert!(list.contains("the user is not assigned to the app"), "{list}");
    assert!(!list.contains("<script>"), "{list}");
    let login = text(&browser, "/_samlproof/logins/1").await;
    assert!(part(&login, "outcome", "</p>").contains("not assigned"));
    assert!(!login.contains("id=\"sent\""), "there is no response");
    for gone in ["/_samlproof/logins/99", "/_samlproof/logins/x", "/_samlproof/logins/-1"] {
        let answer = browser.open(&format!("{ORG}{gone}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{gone}");
    }
}

#[tokio::test]
async fn an_encrypted_assertion_is_shown_in_the_clear_beside_what_was_sent() {
    let started = Started::with(|org, _| {
        let to = test_only::decryption().certificate().clone();
        let encryption = AssertionEncryption::new(to).unwrap();
        org.apps[0].sign_on.assertion_encryption = Some(encryption);
    })
    .await;
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let login = text(&browser, "/_samlproof/logins/1").await;
    assert!(part(&login, "sent", "</pre>").contains("EncryptedAssertion"));
    assert!(part(&login, "clear", "</pre>").contains("AttributeStatement"));
    let signatures = part(&login, "signatures", "</ul>");
    assert!(!signatures.contains("Does not hold"), "{signatures}");
    assert!(signatures.contains("Before it was encrypted: assertion"), "{signatures}");
}

#[tokio::test]
async fn a_signature_by_another_key_is_said_not_to_hold() {
    let started = Started::new().await;
    let browser = started.browser();
    let stranger = test_only::signing("other").unwrap();
    let overrides = samlproof::idp::Overrides { signing_key: Some(stranger), ..Default::default() };
    started.service.next_login("jane@one.test", overrides);
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let login = text(&browser, "/_samlproof/logins/1").await;
    assert!(part(&login, "signatures", "</ul>").contains("Does not hold"));
}

/// A form as it is sent, in the order of its rows.
const GOOD: [(&str, &str); 14] = [
    ("preset", "generic"),
    ("label", "Payroll & more"),
    ("acs", "https://pay.test/acs"),
    ("entity_id", "https://pay.test"),
    ("name_id_format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
    ("attribute_name", "mail"),
    ("attribute_format", "basic"),
    ("attribute_value", "user.email"),
    ("group_name", "groups"),
    ("group_format", "unspecified"),
    ("group_filter", "STARTS_WITH"),
    ("group_value", "ml-"),
    ("users", "jane@one.test\r\n"),
    ("groups", ""),
];

/// The same with another value of a field.
fn good_but<'a>(field: &str, value: &'a str) -> Vec<(&'static str, &'a str)> {
    let fields = GOOD.into_iter();
    fields.map(|(name, good)| (name, if name == field { value } else { good })).collect()
}

async fn submit(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let action = url(&format!("{ORG}/_samlproof/apps"));
    browser.0.send(Request::form(action, fields.iter().copied())).await.unwrap()
}

fn added(service: &OrgService) -> Org {
    service.org()
}

#[tokio::test]
async fn an_app_of_the_form_is_there_and_people_log_in_to_it() {
    let started = Started::new().await;
    let browser = started.browser();
    let answer = submit(&browser, &GOOD).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text());
    let org = added(&started.service);
    let app = org.apps.last().unwrap();
    assert_eq!((app.label.as_str(), app.status), ("Payroll & more", AppStatus::Active));
    let shown = text(&browser, "/_samlproof/apps").await;
    assert!(shown.contains("Payroll &#38; more"), "{shown}");
    assert!(shown.contains(&format!("{ORG}{}", app.metadata_path())), "{shown}");
    assert!(shown.contains("<dd>jane@one.test</dd>"), "who is assigned: {shown}");
    assert!(shown.contains("<dd>https://pay.test/acs</dd>"), "{shown}");
    assert!(shown.contains("<dd>mail, groups</dd>"), "{shown}");
    let page =
        browser.log_in(&format!("{ORG}{}", app.embed_path()), "jane@one.test", "right").await;
    let sent = posted(&page);
    assert_eq!(sent.action, "https://pay.test/acs");
    assert_eq!(super::values(&sent, "mail"), ["jane@one.test"]);
    assert_eq!(super::values(&sent, "groups"), ["ml-team"]);
}

#[tokio::test]
async fn an_app_is_for_whom_its_form_names() {
    let started = Started::with(|org, env| {
        let gone = org.add_user("gone@one.test", "x", env);
        gone.status = samlproof::idp::UserStatus::Deprovisioned;
    })
    .await;
    let browser = started.browser();
    for (users, groups, problem) in [
        ("nobody@one.test", "", "the org has none called nobody@one.test"),
        ("gone@one.test", "", "deactivated, and so no user: gone@one.test"),
        ("", "ml-team\nML-team", "the org has none called ML-team"),
    ] {
        let mut fields = good_but("users", users);
        *fields.last_mut().unwrap() = ("groups", groups);
        let answer = submit(&browser, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{users} {groups}");
        assert!(answer.text().contains(problem), "{problem}: {}", answer.text());
    }
    assert_eq!(started.service.org().apps.len(), 1, "nothing is made");
    for (users, groups, direct, of_groups, shown) in [
        ("JANE", "", 1, 0, "jane@one.test"),
        ("", "Everyone", 0, 1, "Everyone"),
        ("jane@one.test", " ml-team \r\nEveryone\r\n", 1, 2, "Everyone, ml-team, jane@one.test"),
        ("", "\n", 0, 0, "nobody"),
    ] {
        let mut fields = good_but("users", users);
        *fields.last_mut().unwrap() = ("groups", groups);
        let answer = submit(&browser, &fields).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{users} {groups}: {}", answer.text());
        let app = started.service.org().apps.pop().unwrap();
        let directly = app.assignments.values().filter(|one| one.scope == AssignmentScope::User);
        assert_eq!((directly.count(), app.group_assignments.len()), (direct, of_groups));
        let list = text(&browser, "/_samlproof/apps").await;
        let (_, section) = list.split_once(&format!("id=\"app-{}\"", app.id)).unwrap();
        assert!(section.contains(&format!("<dd>{shown}</dd>")), "{shown}: {section}");
    }
}

#[tokio::test]
async fn a_host_with_an_underscore_is_refused_as_at_okta() {
    let started = Started::new().await;
    let browser = started.browser();
    let refused = submit(&browser, &good_but("acs", "https://my_sp.test/saml/acs_1")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = refused.text();
    assert!(part(&html, "acs-problem", "</p>").contains("refuses a host name with _ in it"));
    let taken = submit(&browser, &good_but("acs", "https://my-sp.test/saml/acs_1")).await;
    assert_eq!(taken.status, StatusCode::FOUND, "in a path it is as good as any: {}", taken.text());
}

#[tokio::test]
async fn every_name_id_format_of_okta_is_offered_and_taken() {
    let started = Started::new().await;
    let browser = started.browser();
    let form = text(&browser, "/_samlproof/apps/new").await;
    let offered = part(&form, "name_id_format", "</select>");
    let formats = [
        "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    ];
    assert_eq!(offered.matches("<option").count(), formats.len());
    for format in formats {
        assert!(offered.contains(&format!(">{format}</option>")), "{format}: {offered}");
        let answer = submit(&browser, &good_but("name_id_format", format)).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{format}");
        let app = started.service.org().apps.pop().unwrap();
        assert_eq!(app.sign_on.subject_name_id_format.as_str(), format);
    }
    let other = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName";
    let answer = submit(&browser, &good_but("name_id_format", other)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn rules_of_access_are_read_in_words() {
    let started = Started::with(|org, _| {
        let draft = AppDraft::new("Ruled", "https://r.test/acs", "https://r.test").access(
            AccessRuleDraft {
                except_users: ["jane@one.test".to_owned()].into(),
                ..AccessRuleDraft::deny(["ml-team"])
            },
        );
        draft.add_to(org, test_only::signing("okta-2").unwrap());
    })
    .await;
    let shown = text(&started.browser(), "/_samlproof/apps").await;
    let words = "Rule 1: deny ml-team but jane@one.test; Catch-all Rule: allow everybody";
    assert!(shown.contains(words), "{shown}");
    started.service.update(|org| {
        let id = org.groups.iter().find(|group| group.name == "ml-team").unwrap().id.clone();
        assert!(org.delete_group(&id));
    });
    let shown = text(&started.browser(), "/_samlproof/apps").await;
    assert!(shown.contains("Rule 1: deny nobody who is there but jane@one.test"), "{shown}");
    assert_eq!(shown.matches("Access policy").count(), 1, "{shown}");
}

#[tokio::test]
async fn all_that_is_wrong_with_a_form_is_said_at_once_and_nothing_typed_is_lost() {
    let started = Started::new().await;
    let browser = started.browser();
    let long = "t".repeat(1025);
    let wrong = [
        ("preset", "k6-cloud"),
        ("label", "!!!"),
        ("acs", "pay.test/acs"),
        ("entity_id", " "),
        ("name_id_format", "x"),
        ("token", &long),
        ("attribute_name", "mail"),
        ("attribute_format", "basic"),
        ("attribute_value", "user.nope"),
        ("attribute_name", ""),
        ("attribute_format", "basic"),
        ("attribute_value", "user.email"),
        ("group_name", "mail2"),
        ("group_format", "unspecified"),
        ("group_filter", "REGEX"),
        ("group_value", "("),
        ("x5c", "no certificate"),
        ("users", "nobody@one.test\njane@one.test"),
        ("groups", "no-team"),
    ];
    let answer = submit(&browser, &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.text();
    for field in ["acs", "entity_id", "name_id_format", "token", "x5c", "users", "groups"] {
        assert!(html.contains(&format!("id=\"{field}-problem\"")), "{field}: {html}");
        assert!(html.contains(&format!("aria-describedby=\"{field}-problem\"")), "{field}");
    }
    assert!(html.contains("the org has none called nobody@one.test"), "{html}");
    assert!(
        html.contains("say the attribute's name") || html.contains("say the attribute&#39;s name")
    );
    assert_eq!(html.matches("class=\"problem\"").count(), 11, "{html}");
    for typed in [
        "value=\"pay.test/acs\"",
        "value=\"user.nope\"",
        "value=\"(\"",
        "no certificate</textarea>",
        "nobody@one.test\njane@one.test</textarea>",
        "no-team</textarea>",
    ] {
        assert!(html.contains(typed), "{typed}: {html}");
    }
    assert_eq!(started.service.org().apps.len(), 1, "nothing is made");
}

#[tokio::test]
async fn more_rows_are_given_without_a_word_about_what_is_filled() {
    let started = Started::new().await;
    let browser = started.browser();
    let rows = |html: &str| html.matches("name=\"attribute_name\"").count();
    let first = text(&browser, "/_samlproof/apps/new").await;
    let fields =
        [("label", ""), ("attribute_name", "a"), ("attribute_name", "b"), ("more", "rows")];
    let answer = submit(&browser, &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    let html = answer.text();
    assert_eq!((rows(&first), rows(&html)), (2, 4));
    assert!(!html.contains("class=\"problem\""), "{html}");
    assert_eq!(started.service.org().apps.len(), 1, "nothing is made");
}

#[tokio::test]
async fn two_statements_of_one_name_are_refused() {
    let started = Started::new().await;
    let mut fields = GOOD.to_vec();
    fields[8] = ("group_name", "mail");
    let answer = submit(&started.browser(), &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("another statement has this name"));
}

#[tokio::test]
async fn a_form_of_another_site_adds_nothing() {
    let started = Started::new().await;
    let browser = started.browser();
    let from = |origin: &'static str| {
        let action = url(&format!("{ORG}/_samlproof/apps"));
        let mut request = Request::form(action, GOOD);
        let header = HeaderName::from_static("origin");
        request.headers.insert(header, HeaderValue::from_static(origin));
        assert_eq!(request.method, Method::POST);
        request
    };
    let refused = browser.0.send(from("https://evil.test")).await.unwrap();
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(started.service.org().apps.len(), 1);
    let taken = browser.0.send(from(ORG)).await.unwrap();
    assert_eq!(taken.status, StatusCode::FOUND);
    assert_eq!(started.service.org().apps.len(), 2);
}

#[tokio::test]
async fn the_token_of_a_preset_is_a_literal_whatever_it_looks_like() {
    let started = Started::new().await;
    let browser = started.browser();
    let form = text(&browser, "/_samlproof/apps/new?preset=k6-cloud").await;
    assert!(
        form.contains("Advanced Sign-on Settings") && form.contains("https://api.k6.io/sso/acs/")
    );
    let plain = text(&browser, "/_samlproof/apps/new?preset=arize-eu").await;
    assert!(!plain.contains("Advanced Sign-on Settings"));
    let mut fields = GOOD.to_vec();
    fields[0] = ("preset", "k6-cloud");
    fields.push(("token", "user.email"));
    assert_eq!(submit(&browser, &fields).await.status, StatusCode::FOUND);
    let org = started.service.org();
    let statements = &org.apps.last().unwrap().sign_on.attribute_statements;
    let token = statements.iter().find(|statement| statement.name == "token").unwrap();
    assert_eq!(token.source, AttributeSource::Literal("user.email".into()));
}
