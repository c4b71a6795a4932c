//! The model: ids, names, paths, who is who and who may.

use std::collections::BTreeSet;

use samlproof::idp::{Org, UserStatus};
use samlproof::keys::test_only;

use super::fixture::{self, env, org, sign_on};

#[test]
fn ids_have_oktas_prefixes_and_length() {
    let org = org(&env());
    let app = &org.apps[0];
    for (id, prefix) in [
        (&org.id, "00o"),
        (&org.users[0].id, "00u"),
        (&org.groups[0].id, "00g"),
        (&app.id, "0oa"),
        (&app.external_key, "exk"),
        (&app.link_id, "aln"),
    ] {
        assert!(id.starts_with(prefix) && id.len() == 20, "{id}");
    }
    assert_ne!(app.id[3..], app.external_key[3..]);
}

#[test]
fn app_names_count_up_within_their_base() {
    let env = env();
    let mut org = Org::new("oie-00", "https://oie-00.okta.com/", &env);
    assert_eq!(org.base_url, "https://oie-00.okta.com");
    let key = test_only::signing("okta-1").unwrap();
    let mut name = |label: &str| org.add_app(label, sign_on(), key.clone(), &env).name.clone();
    assert_eq!(name("testAcc_574762019"), "oie-00_testacc574762019_1");
    assert_eq!(name("Test Acc 574762019"), "oie-00_testacc574762019_2");
    assert_eq!(name("Other"), "oie-00_other_1");
}

#[test]
fn paths_are_oktas() {
    let org = org(&env());
    let app = &org.apps[0];
    let exk = &app.external_key;
    assert_eq!(app.sso_path(), format!("/app/acme_arizeax_1/{exk}/sso/saml"));
    assert_eq!(app.metadata_path(), format!("/app/{exk}/sso/saml/metadata"));
    assert_eq!(app.embed_path(), format!("/home/acme_arizeax_1/{}/{}", app.id, app.link_id));
    assert_eq!(org.app_by_external_key(exk).unwrap().id, app.id);
    assert!(org.app_by_external_key(&app.id).is_none());
}

#[test]
fn the_issuer_is_at_okta_com_unless_the_app_says_otherwise() {
    let mut org = org(&env());
    let app = &mut org.apps[0];
    assert_eq!(app.issuer().as_str(), format!("http://www.okta.com/{}", app.external_key));
    app.sign_on.idp_issuer = "https://shared.example/idp".into();
    assert_eq!(app.issuer().as_str(), "https://shared.example/idp");
}

#[test]
fn logins_ignore_case_and_emails_do_not_matter() {
    let mut org = org(&env());
    assert_eq!(org.user_by_login("JANE@Acme.example").unwrap().login, "jane@acme.example");
    org.user_by_login_mut("jane@acme.example").unwrap().set("email", "other@acme.example");
    assert!(org.user_by_login("other@acme.example").is_none());
}

#[test]
fn everybody_is_in_everyone_and_groups_are_made_when_named() {
    let env = env();
    let mut org = org(&env);
    let kim = org.user_by_login("kim@acme.example").unwrap();
    assert_eq!(org.groups_of(kim), BTreeSet::from(["Everyone"]));
    assert!(org.set_groups("kim@acme.example", &["new", "Everyone"], &env));
    assert!(!org.set_groups("nobody@acme.example", &["other"], &env));
    let names: Vec<_> = org.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["Everyone", "ml-team", "ml-leads", "sales", "new"]);
    let kim = org.user_by_login("kim@acme.example").unwrap();
    assert_eq!(org.groups_of(kim), BTreeSet::from(["Everyone", "new"]));
}

#[test]
fn only_active_users_may_sign_in() {
    assert!(UserStatus::Active.may_sign_in());
    assert!(!UserStatus::Suspended.may_sign_in());
    assert!(!UserStatus::Deprovisioned.may_sign_in());
}

#[test]
fn the_same_env_makes_the_same_org() {
    assert_eq!(format!("{:?}", org(&env())), format!("{:?}", org(&env())));
    let other = samlproof::env::Env::fixed(fixture::now(), "other seed");
    assert_ne!(org(&env()).id, org(&other).id);
}
