//! Taking over a changed org file.

use std::convert::Infallible;

use samlproof::env::Env;
use samlproof::idp::{
    Access, AccessPolicy, AccessRuleDraft, AppDraft, AppKey, Org, OrgDraft, OrgFeatures, Sown,
    UserDraft, UserStatus,
};
use samlproof::keys::test_only;

use super::fixture::now;

struct Sowing {
    org: Org,
    keys: usize,
}

impl Sowing {
    fn new(draft: &OrgDraft) -> Self {
        let mut sowing = Self { org: draft.empty_org(), keys: 0 };
        sowing.sow(draft);
        sowing
    }

    fn sow(&mut self, draft: &OrgDraft) -> Sown {
        let keys = &mut self.keys;
        let key = |_: &AppDraft| {
            *keys += 1;
            Ok::<AppKey, Infallible>(test_only::signing("okta-1").unwrap().into())
        };
        draft.sow(&mut self.org, now(), key).unwrap()
    }

    fn logins(&self) -> Vec<&str> {
        self.org.users.iter().map(|user| user.login.as_str()).collect()
    }
}

fn draft() -> OrgDraft {
    OrgDraft {
        subdomain: "acme".into(),
        name: "Acme".into(),
        api_token: "00token".into(),
        sign_in_page: Default::default(),
        features: OrgFeatures::default(),
        users: vec![
            UserDraft::new("jane@one.test").groups(["ml"]).with("title", "Dr"),
            UserDraft::new("joe@one.test").groups(["ops"]),
        ],
        apps: vec![AppDraft::new("My SP", "https://sp.test/acs", "https://sp.test")],
        profile_attributes: Default::default(),
    }
}

#[test]
fn an_empty_seed_makes_what_a_draft_makes() {
    let sown = Sowing::new(&draft());
    let made = draft().to_org(|_| Ok::<_, Infallible>(test_only::signing("okta-1").unwrap()));
    let mut made = made.unwrap();
    made.begin(now());
    made.settle(now());
    assert_eq!(sown.org.users, made.users);
    assert_eq!(sown.org.groups, made.groups);
    assert_eq!(sown.org.apps[0].id, made.apps[0].id);
    assert_eq!(sown.org.apps[0].assignments, made.apps[0].assignments);
    assert_eq!(sown.org.name, "Acme");
}

#[test]
fn the_same_file_again_leaves_what_was_changed_otherwise() {
    let mut sowing = Sowing::new(&draft());
    let env = Env::fixed(now(), "api");
    sowing.org.add_user("api@one.test", "secret", &env);
    sowing.org.user_by_login_mut("jane@one.test").unwrap().set("title", "Prof");
    let joe = sowing.org.user_by_login("joe@one.test").unwrap().id.clone();
    sowing.org.rename_user(&joe, "joseph@one.test", now()).unwrap();
    sowing.org.apps[0].label = "Renamed".into();
    let before = sowing.org.clone();
    assert_eq!(sowing.sow(&draft()), Sown::default());
    assert_eq!(sowing.org.users, before.users);
    assert_eq!(sowing.org.apps[0].label, "Renamed");
    assert_eq!(sowing.keys, 1, "no key is asked for twice");

    // What was deleted stays deleted.
    let app = sowing.org.apps.remove(0);
    assert_eq!(sowing.sow(&draft()), Sown::default());
    assert!(sowing.org.apps.is_empty(), "{} is back", app.label);
}

#[test]
fn what_the_file_says_otherwise_is_set_and_keeps_its_ids_and_keys() {
    let mut sowing = Sowing::new(&draft());
    let before = sowing.org.clone();
    sowing.org.users[0].set("title", "Prof");
    let mut changed = draft();
    changed.name = "Acme Ltd".into();
    changed.users[0] = UserDraft::new("jane@one.test").groups(["sales"]).with("title", "Sir");
    changed.apps[0] = AppDraft::new("My SP", "https://sp.test/other", "https://sp.test")
        .assigned_to(["joe@one.test"]);
    assert_eq!(sowing.sow(&changed), Sown { added: 0, changed: 2, removed: 1, org: true });
    let jane = &sowing.org.users[0];
    assert_eq!((&jane.id, jane.login.as_str()), (&before.users[0].id, "jane@one.test"));
    assert_eq!(jane.profile["title"], "Sir".into());
    assert_eq!(sowing.org.groups_of(jane), ["Everyone", "sales"].into());
    let names: Vec<&str> = sowing.org.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["Everyone", "ops", "sales"], "nobody names `ml` any more");
    let (app, old) = (&sowing.org.apps[0], &before.apps[0]);
    assert_eq!((&app.id, &app.name, &app.external_key), (&old.id, &old.name, &old.external_key));
    assert_eq!(app.keys[0].kid, old.keys[0].kid);
    assert_eq!(app.sign_on.sso_acs_url.as_str(), "https://sp.test/other");
    assert!(!sowing.org.is_assigned(app, jane));
    assert_eq!(sowing.org.name, "Acme Ltd");
    assert_eq!(sowing.sow(&changed), Sown::default());
}

#[test]
fn what_leaves_the_file_goes_and_what_never_was_in_it_stays() {
    let mut sowing = Sowing::new(&draft());
    let env = Env::fixed(now(), "api");
    sowing.org.add_user("api@one.test", "secret", &env);
    sowing.org.set_groups("api@one.test", &["ops", "api"], &env);
    let mut less = draft();
    less.users.pop();
    less.apps.clear();
    assert_eq!(sowing.sow(&less), Sown { added: 0, changed: 0, removed: 2, org: false });
    assert_eq!(sowing.logins(), ["jane@one.test", "api@one.test"]);
    let names: Vec<&str> = sowing.org.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["Everyone", "ml", "ops", "api"], "somebody is in `ops` still");
    assert!(sowing.org.apps.is_empty());

    // Who is there already becomes the file's, and goes with it.
    let mut more = less.clone();
    more.users.push(UserDraft::new("API@one.test"));
    let id = sowing.org.user_by_login("api@one.test").unwrap().id.clone();
    assert_eq!(sowing.sow(&more), Sown { added: 0, changed: 1, removed: 0, org: false });
    assert_eq!(sowing.org.user_by_login("api@one.test").unwrap().id, id);
    // Nobody is in `ops` and `api` now, but they are not the file's to delete.
    assert_eq!(sowing.sow(&less), Sown { added: 0, changed: 0, removed: 1, org: false });
    assert_eq!(sowing.logins(), ["jane@one.test"]);
}

#[test]
fn a_key_that_does_not_fit_any_more_is_replaced_and_one_that_fails_changes_nothing() {
    let mut sowing = Sowing::new(&draft());
    let mut changed = draft();
    changed.users.clear();
    changed.apps[0].sign_on.signature_algorithm = samlproof::saml::SignatureAlgorithm::EcdsaSha256;
    let org = sowing.org.clone();
    let failed = changed.sow(&mut sowing.org, now(), |_| Err::<AppKey, _>("no"));
    assert_eq!(failed, Err("no"));
    assert_eq!((&sowing.org.users, &sowing.org.seed), (&org.users, &org.seed));
    let ecdsa =
        |_: &AppDraft| Ok::<_, Infallible>(test_only::signing("ecdsa-p256").unwrap().into());
    changed.sow(&mut sowing.org, now(), ecdsa).unwrap();
    let app = &sowing.org.apps[0];
    assert_eq!((app.keys.len(), app.signing, app.published.as_slice()), (2, 1, &[1][..]));
}

#[test]
fn the_rules_of_an_app_come_and_go_with_the_file() {
    let with = |rules: Vec<AccessRuleDraft>| {
        let mut draft = draft();
        draft.apps[0].access_rules = rules;
        draft
    };
    let mut sowing = Sowing::new(&draft());
    let policies = |sowing: &Sowing| {
        let names = sowing.org.access_policies.iter().map(|policy| policy.name.clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(policies(&sowing), ["Default Policy"]);
    sowing.sow(&with(vec![AccessRuleDraft::deny(["ops"])]));
    assert_eq!(policies(&sowing), ["Default Policy", "My SP"]);
    let id = sowing.org.apps[0].access_policy.clone().unwrap();
    // A group that a rule alone names is there, and stays as long as it is named.
    sowing.sow(&with(vec![AccessRuleDraft::deny(["guests"]), AccessRuleDraft::allow(["ml"])]));
    assert_eq!(sowing.org.apps[0].access_policy, Some(id));
    assert_eq!(sowing.org.access_policies[1].rules.len(), 3);
    assert!(sowing.org.groups.iter().any(|group| group.name == "guests"));
    sowing.sow(&draft());
    assert_eq!(policies(&sowing), ["Default Policy"]);
    assert_eq!(sowing.org.apps[0].access_policy, None);
    assert!(!sowing.org.groups.iter().any(|group| group.name == "guests"));
    sowing.sow(&with(vec![AccessRuleDraft::deny(["ops"])]));
    sowing.sow(&OrgDraft { apps: vec![], ..draft() });
    assert_eq!(policies(&sowing), ["Default Policy"], "it went with its app");
}

#[test]
fn who_comes_later_was_made_later_and_a_status_is_that_of_the_file_where_it_says_one() {
    let mut sowing = Sowing::new(&draft());
    let later = now() + jiff::SignedDuration::from_hours(1);
    let mut more = draft();
    more.users.push(UserDraft::new("ann@one.test"));
    more.users[0].status = Some(UserStatus::Suspended);
    more.apps.push(AppDraft::new("Other", "https://other.test/acs", "https://other.test"));
    let key = |_: &AppDraft| Ok::<AppKey, Infallible>(test_only::signing("okta-1").unwrap().into());
    more.sow(&mut sowing.org, later, key).unwrap();
    let [jane, joe, ann] = &sowing.org.users[..] else { panic!("{:?}", sowing.logins()) };
    assert_eq!((jane.times.created, ann.times.created), (now(), later));
    assert_eq!(ann.times.activated, Some(later));
    assert_eq!((sowing.org.apps[0].created, sowing.org.apps[1].created), (now(), later));
    assert_eq!((jane.status, joe.status), (UserStatus::Suspended, UserStatus::Active));
    // Where it says none again, the last one stays.
    more.users[0].status = None;
    more.sow(&mut sowing.org, later, key).unwrap();
    assert_eq!(sowing.org.users[0].status, UserStatus::Suspended);
}

#[test]
fn two_apps_of_one_label_have_rules_of_their_own_and_a_policy_of_others_stays() {
    let mut org = draft().empty_org();
    let app = |rules: Vec<AccessRuleDraft>| {
        let draft = AppDraft::new("My SP", "https://sp.test/acs", "https://sp.test");
        AppDraft { access_rules: rules, ..draft }
    };
    let key = || test_only::signing("okta-1").unwrap();
    app(vec![AccessRuleDraft::deny_everybody()]).add_to(&mut org, key());
    app(vec![]).add_to(&mut org, key());
    org.begin(now());
    let jane = org.add_user("jane@one.test", "right", &Env::fixed(now(), "t")).clone();
    let access = |org: &Org| {
        let of = |app| org.access_rule(app, &jane).unwrap().1.access;
        org.apps.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(access(&org), [Access::Deny, Access::Allow]);

    // A policy that somebody has made by another way, for an app of the file.
    let mut sowing = Sowing::new(&draft());
    let made = AccessPolicy::new("rstMade", "Made", &Env::fixed(now(), "api"));
    sowing.org.access_policies.push(made);
    sowing.org.apps[0].access_policy = Some("rstMade".to_owned());
    sowing.sow(&OrgDraft { apps: vec![], ..draft() });
    let names: Vec<&str> = sowing.org.access_policies.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["Default Policy", "Made"]);
}

#[test]
fn the_times_of_a_user_are_those_of_the_status_from_the_beginning() {
    let mut staged = draft();
    staged.users[0].status = Some(UserStatus::Staged);
    let mut sowing = Sowing::new(&staged);
    let times = &sowing.org.users[0].times;
    assert_eq!((times.activated, times.password_changed, times.status_changed), (None, None, None));
    assert_eq!(sowing.org.users[1].times.activated, Some(now()));
    staged.users[0].status = Some(UserStatus::Active);
    sowing.sow(&staged);
    assert_eq!(sowing.org.users[0].times.status_changed, Some(now()));
}
