//! An app's own page: opened, saved, and what else can be done with it.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use jiff::SignedDuration;
use samlproof::idp::expression::Template;
use samlproof::idp::{
    AccessRuleDraft, AcsEndpoint, App, AppDraft, AppStatus, AssertionEncryption, Assignment,
    AssignmentScope, AttributeSource, AttributeStatement, FederatedClaim, GroupAssignment,
    GroupFilter, Org, ParticipateSlo, SingleLogout,
};
use samlproof::keys::test_only;
use samlproof::net::{Answer, Request};
use samlproof::saml::{
    AcsUrl, AttributeNameFormat, Binding, EncryptionAlgorithm, EntityId, KeyTransportAlgorithm,
    NameIdFormat,
};
use samlproof::serve::{Event, EventType, OrgService};
use serde_json::{Value, json};

use super::super::{Browser, ORG, Started, html_decode, posted, values};
use super::{part, text};
use crate::net::url;

/// The fields of a page's form as a browser would send them.
#[derive(Clone, Debug)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn read(html: &str) -> Self {
        let (_, form) = html.split_once("<form id=\"app-form\"").unwrap();
        let (form, _) = form.split_once("</form>").unwrap();
        let mut fields = vec![];
        let (mut select, mut chosen) = (String::new(), None);
        for piece in form.split('<').skip(1) {
            let (tag, content) = piece.split_once('>').unwrap();
            let value = |name: &str| {
                let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
                Some(html_decode(rest.split_once('"').unwrap().0))
            };
            match tag.split([' ', '/']).next().unwrap() {
                "input" => {
                    // A field of one line has none of the breaks that stand in it.
                    let text = value("value").unwrap().replace(['\r', '\n'], "");
                    fields.push((value("name").unwrap(), text));
                }
                "textarea" => {
                    let text = html_decode(content);
                    let text = text.strip_prefix('\n').map(str::to_owned).unwrap_or(text);
                    fields.push((
                        value("name").unwrap(),
                        text.replace('\r', "").replace('\n', "\r\n"),
                    ));
                }
                "select" => (select, chosen) = (value("name").unwrap(), None),
                "option" if chosen.is_none() || tag.ends_with(" selected") => {
                    chosen = Some(html_decode(content));
                }
                _ if tag == "/select" => fields.push((select.clone(), chosen.take().unwrap())),
                _ => {}
            }
        }
        Self(fields)
    }

    pub(super) fn value(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        &fields.find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name}: {self:?}")).1
    }

    /// The same with another text in the first field of this name that holds `old`.
    pub(super) fn with(mut self, name: &str, old: &str, new: &str) -> Self {
        let field = self.0.iter_mut().find(|(known, value)| known == name && value == old);
        field.unwrap_or_else(|| panic!("there is no {name} of {old:?}")).1 = new.to_owned();
        self
    }

    /// The same with one more field.
    pub(super) fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with a text in place of whatever stands in the first field of this name.
    pub(super) fn set(self, name: &str, new: &str) -> Self {
        let old = self.value(name).to_owned();
        self.with(name, &old, new)
    }
}

pub(super) async fn edited(browser: &Browser, id: &str) -> Form {
    Form::read(&text(browser, &format!("/_samlproof/apps/{id}/edit")).await)
}

pub(super) async fn post(browser: &Browser, path: &str, fields: &Form) -> Answer {
    browser.0.send(Request::form(url(&format!("{ORG}{path}")), fields.fields())).await.unwrap()
}

async fn save(browser: &Browser, id: &str, form: &Form) {
    let answer = post(browser, &format!("/_samlproof/apps/{id}"), form).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text());
}

async fn press(browser: &Browser, id: &str, button: &str) -> StatusCode {
    post(browser, &format!("/_samlproof/apps/{id}/{button}"), &Form(vec![])).await.status
}

pub(super) fn app(service: &OrgService, id: &str) -> App {
    service.org().app_by_id(id).unwrap().clone()
}

/// All that is known of an app, but when it was changed.
pub(super) fn all(app: &App) -> (Value, BTreeMap<String, Assignment>) {
    let mut shown = serde_json::to_value(app).unwrap();
    shown["last_updated"].take();
    (shown, app.assignments.clone())
}

fn kinds(service: &OrgService) -> Vec<EventType> {
    service.logged().into_iter().map(|entry| entry.event.kind).collect()
}

/// An app with a bit of everything, and what no form would make of it. Says its id.
fn odd_app(org: &mut Org, env: &samlproof::env::Env) -> String {
    let team = |org: &Org, name: &str| {
        org.groups.iter().find(|group| group.name == name).unwrap().id.clone()
    };
    org.add_user("bob@one.test", "right", env);
    org.set_groups("bob@one.test", &["ml-team", " odd\nteam "], env);
    let jane = org.user_by_login("jane@one.test").unwrap().id.clone();
    let bob = org.user_by_login("bob@one.test").unwrap().id.clone();
    let (ml, odd) = (team(org, "ml-team"), team(org, " odd\nteam "));
    let draft = AppDraft::new("Odd  label", "https://odd_host.test/acs", " odd audience ")
        .access(AccessRuleDraft::deny(["sales"]));
    let id = draft.add_to(org, test_only::signing("okta-1").unwrap()).id.clone();
    let claim = ("ofc1", "claim");
    let claim = FederatedClaim::new(
        claim,
        "user.profile.email",
        (org, org.app_by_id(&id).unwrap()),
        env.clock.now(),
    );
    let app = org.apps.iter_mut().find(|app| app.id == id).unwrap();
    app.federated_claims.push(claim.unwrap());
    app.keys.push(test_only::signing("okta-2").unwrap().into());
    (app.signing, app.published) = (1, vec![0, 1]);
    app.preset = Some("k6-cloud".into());
    app.status = AppStatus::Inactive;
    app.user_name_template = Template::parse("x-${source.login}").unwrap();
    app.profile_attributes = ["team".to_owned()].into();
    app.error_redirect_url = Some("https://help.test/".into());
    app.implicit_assignment = true;
    app.kept.insert("visibility".into(), json!({ "autoSubmitToolbar": true }));
    let literal = |text: &str| AttributeSource::Literal(text.into());
    let statement = |name: &str, source| AttributeStatement {
        name: name.into(),
        format: AttributeNameFormat::Uri,
        source,
    };
    let on = &mut app.sign_on;
    on.attribute_statements = vec![
        AttributeStatement::groups("first", GroupFilter::starts_with(" ml-\n")),
        statement("token", literal(" t0ken ")),
        statement("spaces", literal("  ")),
        statement("empty", literal("")),
        statement("lines", literal("one\r\ntwo")),
        statement("quoted", literal("say \"user.email\" & <so>")),
        statement("looks-like-one", literal("user.email")),
        statement(" spaced name ", literal("x")),
        AttributeStatement::groups("", GroupFilter::contains("")),
        AttributeStatement::groups("everything", GroupFilter::contains("")),
        AttributeStatement::expression("gone", "user.doesNotExist"),
        AttributeStatement::expression(
            "sum",
            "user.firstName+' '  + String.toUpperCase(user.email)",
        ),
        AttributeStatement::groups("pattern", GroupFilter::regex("(a|b)\"&.*").unwrap())
            .with_format(AttributeNameFormat::Basic),
        statement("long", literal(&"x".repeat(3000))),
    ];
    on.recipient = AcsUrl::new("https://odd.test/recipient");
    on.allow_multiple_acs_endpoints = true;
    on.acs_endpoints = vec![AcsEndpoint { url: AcsUrl::new("https://odd.test/2"), index: 7 }];
    on.subject_name_id_template = Template::parse("${source.login}").unwrap();
    on.subject_name_id_format = NameIdFormat::new("urn:of:nobody");
    on.assertion_signed = false;
    on.default_relay_state = "deep".into();
    on.honor_force_authn = false;
    on.request_compressed = true;
    on.saml_signed_request_enabled = true;
    on.sp_certificate = Some(test_only::decryption().certificate().clone());
    let encryption = AssertionEncryption::new(test_only::decryption().certificate().clone());
    on.assertion_encryption = Some(
        encryption.unwrap().with(KeyTransportAlgorithm::Rsa15, EncryptionAlgorithm::Aes128Cbc),
    );
    on.slo = Some(SingleLogout {
        issuer: EntityId::new("https://odd.test"),
        logout_url: "https://odd.test/slo".into(),
    });
    on.participate_slo = Some(ParticipateSlo {
        logout_request_url: "https://odd.test/slo2".into(),
        session_index_required: true,
        binding: Binding::HttpRedirect,
    });
    on.sp_issuer = Some("https://odd.test".into());
    on.saml_assertion_lifetime_seconds = Some(77);
    on.audience_override = Some(EntityId::new("https://odd.test/over"));
    let group = |priority| GroupAssignment {
        priority,
        profile: [("team".to_owned(), "red".into())].into(),
        last_updated: None,
    };
    app.group_assignments = [(ml, group(7)), (odd, group(3))].into();
    let named = |name: &str, scope| Assignment {
        scope,
        username: Some(name.into()),
        profile: [("team".to_owned(), "red".into())].into(),
        ..Assignment::default()
    };
    app.assignments = [
        (jane, named("boss", AssignmentScope::User)),
        (bob, named("old-bob", AssignmentScope::Group)),
        ("00u-yet-to-come".to_owned(), named("later", AssignmentScope::User)),
    ]
    .into();
    org.settle(env.clock.now());
    id
}

pub(super) async fn with_odd_app() -> (Started, String) {
    let mut id = String::new();
    let started = Started::with(|org, env| id = odd_app(org, env)).await;
    (started, id)
}

#[tokio::test]
async fn opened_and_saved_an_app_is_what_it_was() {
    let (started, id) = with_odd_app().await;
    let before = app(&started.service, &id);
    assert_eq!(before.assignments.len(), 3);
    let form = edited(&started.browser(), &id).await;
    assert_eq!(form.value("token"), " t0ken ".trim());
    assert_eq!((form.value("users"), form.value("groups")), ("jane@one.test", "ml-team"));
    started.env.clock.advance(SignedDuration::from_secs(60));
    save(&started.browser(), &id, &form).await;
    let after = app(&started.service, &id);
    assert_eq!(all(&before), all(&after));
    assert_eq!(after.last_updated, before.last_updated + SignedDuration::from_secs(60));
    assert_eq!(kinds(&started.service), [EventType::AppUpdate]);
    let Event { targets, .. } = started.service.logged().pop().unwrap().event;
    assert_eq!(targets[0].id, id);
}

#[tokio::test]
async fn what_is_typed_changes_and_all_else_stays() {
    let (started, id) = with_odd_app().await;
    let browser = started.browser();
    let before = app(&started.service, &id);
    let form = edited(&browser, &id)
        .await
        .set("label", "Plain")
        .set("acs", "https://new.test/acs")
        .set("token", "new-token")
        .with("attribute_value", "\"user.email\"", "user.email")
        .with("attribute_name", "empty", "")
        .with("group_value", "(a|b)\"&.*", "c.*")
        .set("name_id_format", NameIdFormat::PERSISTENT);
    save(&browser, &id, &form).await;
    let after = app(&started.service, &id);
    let mut wanted = before.clone();
    wanted.label = "Plain".into();
    let on = &mut wanted.sign_on;
    on.sso_acs_url = AcsUrl::new("https://new.test/acs");
    // The recipient was another one before, and is not shown.
    on.destination = on.sso_acs_url.clone();
    on.subject_name_id_format = NameIdFormat::new(NameIdFormat::PERSISTENT);
    on.attribute_statements[1].source = AttributeSource::Literal("new-token".into());
    let email = AttributeSource::parse("user.email").unwrap();
    on.attribute_statements[6].source = email;
    on.attribute_statements[12].source =
        AttributeSource::Groups(GroupFilter::regex("c.*").unwrap());
    on.attribute_statements.remove(3);
    assert_eq!(all(&wanted), all(&after));
    assert_eq!(after.name, before.name, "it is part of the addresses");
    assert!(text(&browser, "/_samlproof/apps").await.contains(">Plain</h2>"));

    // Emptied and named anew, statements go and come.
    let form = edited(&browser, &id)
        .await
        .set("token", "")
        .set("x5c", "")
        .with("attribute_name", "", "added")
        .with("attribute_value", "", "user.login");
    save(&browser, &id, &form).await;
    let after = app(&started.service, &id);
    wanted.sign_on.attribute_statements.remove(1);
    let added = AttributeStatement::expression("added", "user.login");
    wanted.sign_on.attribute_statements.push(added);
    wanted.sign_on.assertion_encryption = None;
    assert_eq!(all(&wanted), all(&after));
}

#[tokio::test]
async fn users_and_groups_come_and_go_and_those_who_stay_keep_their_names() {
    let (started, id) = with_odd_app().await;
    let browser = started.browser();
    let service = &started.service;
    let user = |login: &str| service.org().user_by_login(login).unwrap().id.clone();
    let named = |id: &str, who: &str| {
        let assignment = app(service, id).assignments.get(who).cloned();
        assignment.map(|one| (one.scope, one.username.unwrap()))
    };
    service.update(|org| {
        org.add_user("ann@one.test", "right", &started.env);
        org.set_groups("ann@one.test", &["sales"], &started.env);
        org.settle(started.env.clock.now());
    });
    let (jane, bob, ann) = (user("jane@one.test"), user("bob@one.test"), user("ann@one.test"));
    let (direct, by_group) = (AssignmentScope::User, AssignmentScope::Group);

    let form = edited(&browser, &id).await.set("users", "ann").set("groups", "ml-team\r\nsales");
    save(&browser, &id, &form).await;
    assert_eq!(named(&id, &jane), Some((by_group, "boss".into())), "ml-team has her too");
    assert_eq!(named(&id, &bob), Some((by_group, "old-bob".into())));
    assert_eq!(named(&id, &ann), Some((direct, "x-ann@one.test".into())));
    assert_eq!(named(&id, "00u-yet-to-come"), Some((direct, "later".into())));
    let mut order: Vec<u32> =
        app(service, &id).group_assignments.values().map(|group| group.priority).collect();
    order.sort_unstable();
    assert_eq!(order, [3, 7, 8], "the new one is the last");
    assert_eq!(kinds(service), [EventType::AppUpdate, EventType::AppUserAdd]);

    let form = edited(&browser, &id).await.set("users", "bob@one.test").set("groups", "");
    save(&browser, &id, &form).await;
    assert_eq!(named(&id, &bob), Some((direct, "old-bob".into())));
    assert_eq!((named(&id, &jane), named(&id, &ann)), (None, None));
    let removed = kinds(service).into_iter().filter(|kind| *kind == EventType::AppUserRemove);
    assert_eq!(removed.count(), 2);
    let org = service.org();
    let odd: BTreeSet<&str> = app(service, &id)
        .group_assignments
        .keys()
        .map(|id| org.groups.iter().find(|group| group.id == *id).unwrap().name.as_str())
        .collect();
    assert_eq!(odd, [" odd\nteam "].into(), "no line can name it, so it stays");
}

#[tokio::test]
async fn a_vendor_gives_the_token_for_an_app_that_is_there() {
    let started = Started::new().await;
    let browser = started.browser();
    let form = Form::read(&text(&browser, "/_samlproof/apps/new?preset=k6-cloud").await);
    // An SP of one's own, which the preset's address does not tell.
    let form = form.set("acs", "https://k6.test/sso/acs/");
    let answer = post(&browser, "/_samlproof/apps", &form).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text());
    let made = started.service.org().apps.pop().unwrap();
    assert!(made.statements().all(|statement| statement.name != "token"));
    let missing = "The token is still missing";
    assert!(text(&browser, "/_samlproof/apps").await.contains(missing));
    let page = format!("/_samlproof/apps/{}/edit", made.id);
    let shown = text(&browser, &page).await;
    assert!(part(&shown, "token-missing", "</strong>").contains("It is still missing"), "{shown}");
    assert!(shown.contains(&format!("{ORG}{}", made.metadata_path())), "{shown}");
    let embed = format!("{ORG}{}", made.embed_path());
    let sent = posted(&browser.log_in(&embed, "jane@one.test", "right").await);
    assert_eq!(values(&sent, "token"), [""; 0]);

    save(&browser, &made.id, &edited(&browser, &made.id).await.set("token", "t0ken")).await;
    let sent = posted(&browser.follow(&embed).await);
    assert_eq!(values(&sent, "token"), ["t0ken"]);
    assert!(!text(&browser, "/_samlproof/apps").await.contains(missing));
    let shown = text(&browser, &page).await;
    assert!(!shown.contains("token-missing"), "{shown}");
    assert_eq!(Form::read(&shown).value("token"), "t0ken");
    // Another app has no such field, and misses nothing.
    let other = format!("/_samlproof/apps/{}/edit", started.service.org().apps[0].id);
    assert!(!text(&browser, &other).await.contains("Advanced Sign-on Settings"));
}

#[tokio::test]
async fn an_app_of_k6_s_address_has_the_field_whoever_made_it() {
    let mut id = String::new();
    let started = Started::with(|org, _| {
        let draft = AppDraft::new("By file", "https://api.k6.io/sso/acs/", "https://api.k6.io/");
        id = draft.add_to(org, test_only::signing("okta-2").unwrap()).id.clone();
    })
    .await;
    let browser = started.browser();
    assert!(text(&browser, "/_samlproof/apps").await.contains("The token is still missing"));
    save(&browser, &id, &edited(&browser, &id).await.set("token", "user.email")).await;
    let token = app(&started.service, &id).sign_on.attribute_statements.pop().unwrap();
    assert_eq!(token.source, AttributeSource::Literal("user.email".into()));
    assert_eq!((token.name.as_str(), token.format), ("token", AttributeNameFormat::Basic));
}

#[tokio::test]
async fn usernames_are_old_until_they_are_updated() {
    let (started, id) = with_odd_app().await;
    let browser = started.browser();
    let service = &started.service;
    service.update(|org| {
        let bob = org.user_by_login("bob@one.test").unwrap().id.clone();
        org.rename_user(&bob, "robert@one.test", started.env.clock.now()).unwrap();
        let template = "${user.login == 'jane@one.test' ? '' : 'y-' + user.login}";
        let app = org.apps.iter_mut().find(|app| app.id == id).unwrap();
        app.user_name_template = Template::parse(template).unwrap();
    });
    let page = format!("/_samlproof/apps/{id}/edit");
    let old = text(&browser, &page).await;
    let table = part(&old, "old-names", "</table>");
    assert!(table.contains("<td>old-bob</td><td>y-robert@one.test</td>"), "{table}");
    assert!(table.contains("none, and it stays: it comes to nothing"), "{table}");
    assert_eq!(press(&browser, &id, "usernames").await, StatusCode::FOUND);
    let names: BTreeSet<String> =
        app(service, &id).assignments.into_values().map(|one| one.username.unwrap()).collect();
    assert_eq!(names, ["boss", "later", "y-robert@one.test"].map(str::to_owned).into());
    let table = text(&browser, &page).await;
    assert!(!part(&table, "old-names", "</table>").contains("robert"), "{table}");
    service.update(|org| {
        let app = org.apps.iter_mut().find(|app| app.id == id).unwrap();
        app.user_name_template = Template::login();
    });
    assert_eq!(press(&browser, &id, "usernames").await, StatusCode::FOUND);
    assert!(text(&browser, &page).await.contains("All of them are what it says today."));
}

#[tokio::test]
async fn an_app_is_deactivated_before_it_is_deleted() {
    let started = Started::new().await;
    let browser = started.browser();
    let id = started.service.org().apps[0].id.clone();
    let page = format!("/_samlproof/apps/{id}/edit");
    let shown = text(&browser, &page).await;
    assert!(shown.contains("id=\"deactivate\"") && !shown.contains("id=\"delete\""), "{shown}");
    assert_eq!(press(&browser, &id, "delete").await, StatusCode::BAD_REQUEST);
    assert!(app(&started.service, &id).status.is_active(), "it is there, and as it was");

    assert_eq!(press(&browser, &id, "deactivate").await, StatusCode::FOUND);
    assert_eq!(app(&started.service, &id).status, AppStatus::Inactive);
    let shown = text(&browser, &page).await;
    assert!(shown.contains("id=\"activate\"") && shown.contains("id=\"delete\""), "{shown}");
    assert_eq!(press(&browser, &id, "activate").await, StatusCode::FOUND);
    assert!(app(&started.service, &id).status.is_active());
    assert_eq!(press(&browser, &id, "deactivate").await, StatusCode::FOUND);
    assert_eq!(press(&browser, &id, "delete").await, StatusCode::FOUND);
    assert!(started.service.org().apps.is_empty());
    let told = [
        EventType::AppDeactivate,
        EventType::AppActivate,
        EventType::AppDeactivate,
        EventType::AppDelete,
    ];
    assert_eq!(kinds(&started.service), told);
}
