use std::collections::BTreeSet;

use fancy_regex::Regex;
use samlproof::idp::{AttributeStatement, GroupFilter, Overrides, ProfileValue};
use samlproof::saml::{AttributeValue, MessageId};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::{Started, posted, request, values};

const LOGINS: usize = 200;

/// A mark that is in everything that belongs to one user, and in nothing else.
fn mark(user: usize) -> String {
    format!("mark{user:03}")
}

async fn org_of_many() -> Started {
    Started::with(|org, env| {
        let all = GroupFilter::regex("ml-.*").unwrap();
        org.apps[0].sign_on.attribute_statements = vec![
            AttributeStatement::expression("email", "user.email"),
            AttributeStatement::expression("department", "user.department"),
            AttributeStatement::expression("roles", "user.roles"),
            AttributeStatement::groups("groups", all),
        ];
        for user in 0..LOGINS {
            let mark = mark(user);
            let login = format!("{mark}@many.test");
            let added = org.add_user(&login, &format!("secret-{mark}"), env);
            added.set("department", format!("department-{mark}"));
            let roles = vec![format!("one-{mark}"), format!("two-{mark}")];
            added.profile.insert("roles".to_owned(), ProfileValue::List(roles));
            org.set_groups(&login, &[format!("ml-a-{mark}"), format!("ml-b-{mark}")], env);
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_logins_side_by_side_never_mix() {
    let started = std::sync::Arc::new(org_of_many().await);
    let mut logins = JoinSet::new();
    for user in 0..LOGINS {
        let (started, browser) = (started.clone(), started.browser());
        logins.spawn(async move {
            let mark = mark(user);
            let login = format!("{mark}@many.test");
            // Every third also has something done otherwise, this once.
            if user % 3 == 0 {
                let value = vec![AttributeValue::Text(format!("extra-{mark}"))];
                let attributes = [("extra".to_owned(), value)].into();
                started
                    .service
                    .next_login(&login, Overrides { attributes, ..Overrides::default() });
            }
            let start = match user % 2 {
                0 => started.start(&request(&format!("_{mark}")), Some(&format!("to-{mark}"))),
                _ => format!("{}?RelayState=to-{mark}", started.embed()),
            };
            let page = browser.log_in(&start, &login, &format!("secret-{mark}")).await;
            (user, posted(&page))
        });
    }
    let any_mark = Regex::new(r"mark\d{3}").unwrap();
    let mut seen = BTreeSet::new();
    while let Some(done) = logins.join_next().await {
        let (user, posted) = done.unwrap();
        let mark = mark(user);
        let in_page: BTreeSet<&str> =
            any_mark.find_iter(&posted.xml).map(|found| found.unwrap().as_str()).collect();
        assert_eq!(in_page, BTreeSet::from([mark.as_str()]));
        let assertion = &posted.response.assertions[0];
        assert_eq!(assertion.name_id.value, format!("{mark}@many.test"));
        assert_eq!(values(&posted, "email"), [format!("{mark}@many.test")]);
        assert_eq!(values(&posted, "department"), [format!("department-{mark}")]);
        assert_eq!(values(&posted, "roles"), [format!("one-{mark}"), format!("two-{mark}")]);
        assert_eq!(values(&posted, "groups"), [format!("ml-a-{mark}"), format!("ml-b-{mark}")]);
        let extra = values(&posted, "extra");
        let expected = (user % 3 == 0).then(|| format!("extra-{mark}"));
        assert_eq!(extra, Vec::from_iter(expected));
        assert_eq!(assertion.attributes.0.len(), 4 + extra.len());
        let answers = (user % 2 == 0).then(|| MessageId::new(format!("_{mark}")));
        assert_eq!(posted.response.in_response_to, answers);
        assert_eq!(posted.relay_state, format!("to-{mark}"));
        // The record of this user holds this response and no other.
        let sent = started.service.take_sent_for(&format!("{mark}@many.test"));
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].issued.xml, posted.xml);
        seen.insert(posted.response.id.clone());
    }
    assert_eq!(seen.len(), LOGINS);
    assert!(started.service.sent().is_empty());

    let started = std::sync::Arc::into_inner(started).unwrap();
    let addr = started.server.addr();
    started.server.stop().await;
    assert!(TcpStream::connect(addr).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_during_logins_is_seen_whole_or_not_at_all() {
    let started = std::sync::Arc::new(Started::new().await);
    let browser = started.browser();
    browser.log_in(&started.embed(), "jane@one.test", "right").await;
    let browser = std::sync::Arc::new(browser);
    let mut logins = JoinSet::new();
    for round in 0..60 {
        let (started, browser) = (started.clone(), browser.clone());
        logins.spawn(async move {
            if round % 3 == 0 {
                let groups = [format!("ml-x-{round}"), format!("ml-y-{round}")];
                let env = started.env.clone();
                started.service.update(|org| org.set_groups("jane@one.test", &groups, &env));
            }
            posted(&browser.follow(&started.embed()).await)
        });
    }
    while let Some(done) = logins.join_next().await {
        let groups = values(&done.unwrap(), "groups");
        let rounds: BTreeSet<&str> =
            groups.iter().filter_map(|group| group.get("ml-x-".len()..)).collect();
        assert!(groups == ["ml-team"] || (groups.len() == 2 && rounds.len() == 1), "{groups:?}");
    }
}
