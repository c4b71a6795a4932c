//! Who may use an app, and under which name.

use samlproof::env::Env;
use samlproof::idp::expression::Template;
use samlproof::idp::{
    AppDraft, AssignmentError, AssignmentScope, GroupSettings, IssueError, Lifecycle, Org,
    OrgDraft, OrgFeatures, SignInPage, UserDraft,
};
use samlproof::keys::{SigningKey, test_only};

use super::fixture::{self, Login, env, now};

const JANE: &str = "jane@acme.example";
const KIM: &str = "kim@acme.example";

fn first() -> GroupSettings {
    GroupSettings { priority: Some(0), ..GroupSettings::default() }
}

/// The fixture's org, whose app is nobody's yet.
fn org() -> Org {
    let mut org = fixture::org(&env());
    org.apps[0].assign_to_nobody();
    org
}

fn id(org: &Org, login: &str) -> String {
    org.user_by_login(login).unwrap().id.clone()
}

fn group(org: &Org, name: &str) -> String {
    org.groups.iter().find(|group| group.name == name).unwrap().id.clone()
}

fn may(org: &Org, login: &str) -> bool {
    org.is_assigned(&org.apps[0], org.user_by_login(login).unwrap())
}

fn scope(org: &Org, login: &str) -> Option<AssignmentScope> {
    org.assignment_scope(&org.apps[0], org.user_by_login(login).unwrap())
}

fn name_id(org: &Org, login: &str) -> Result<String, IssueError> {
    Login::of(org, login).try_issue(&env()).map(|issued| issued.name_id.value)
}

#[test]
fn a_new_app_is_everyones() {
    let mut org = fixture::org(&env());
    assert!(may(&org, JANE) && may(&org, KIM));
    assert_eq!(scope(&org, KIM), Some(AssignmentScope::Group));
    org.apps[0].assign_to_nobody();
    assert!(!may(&org, JANE) && !may(&org, KIM));
}

#[test]
fn users_are_assigned_directly() {
    let mut org = org();
    let (app, kim) = (org.apps[0].id.clone(), id(&org, KIM));
    let username = org.assign_user(&app, &kim, None, now()).unwrap().username.clone();
    assert_eq!(username.as_deref(), Some(KIM));
    assert_eq!((may(&org, KIM), may(&org, JANE)), (true, false));
    org.unassign_user(&app, &kim, now()).unwrap();
    assert!(!may(&org, KIM));
    let again = org.unassign_user(&app, &kim, now()).unwrap_err();
    assert_eq!(again.okta_code(), "E0000007");
}

#[test]
fn groups_bring_their_members_and_take_them_away() {
    let mut org = org();
    let (app, sales, jane) = (org.apps[0].id.clone(), group(&org, "sales"), id(&org, JANE));
    org.assign_group(&app, &sales, first(), now()).unwrap();
    assert_eq!((may(&org, JANE), may(&org, KIM)), (true, false));
    assert_eq!(org.apps[0].assignments[&jane].scope, AssignmentScope::Group);
    let refused = org.unassign_user(&app, &jane, now()).unwrap_err();
    assert_eq!(refused, AssignmentError::ByGroup { id: jane.clone() });

    org.set_groups(KIM, &["sales"], &env());
    org.settle(now());
    let kim = id(&org, KIM);
    assert_eq!(org.apps[0].assignments[&kim].username.as_deref(), Some(KIM));
    org.set_groups(KIM, &[] as &[&str], &env());
    assert!(!may(&org, KIM), "even before it is settled");
    org.settle(now());
    assert!(!org.apps[0].assignments.contains_key(&kim));

    org.unassign_group(&app, &sales, now()).unwrap();
    assert!(!may(&org, JANE) && org.apps[0].assignments.is_empty());
    assert_eq!(org.unassign_group(&app, &sales, now()).unwrap_err().okta_code(), "E0000007");
}

#[test]
fn a_direct_assignment_outlives_the_groups_and_falls_back_to_it() {
    let mut org = org();
    let (app, sales, jane) = (org.apps[0].id.clone(), group(&org, "sales"), id(&org, JANE));
    org.assign_group(&app, &sales, first(), now()).unwrap();
    org.assign_user(&app, &jane, Some("jj"), now()).unwrap();
    assert_eq!(scope(&org, JANE), Some(AssignmentScope::User));
    org.unassign_user(&app, &jane, now()).unwrap();
    assert_eq!(scope(&org, JANE), Some(AssignmentScope::Group));
    assert_eq!(org.apps[0].assignments[&jane].username.as_deref(), Some(JANE), "computed anew");
    org.assign_user(&app, &jane, None, now()).unwrap();
    org.unassign_group(&app, &sales, now()).unwrap();
    assert_eq!(scope(&org, JANE), Some(AssignmentScope::User));
}

#[test]
fn in_broker_mode_nobody_needs_to_be_assigned() {
    let mut org = org();
    assert!(!may(&org, KIM));
    org.apps[0].implicit_assignment = true;
    assert!(may(&org, KIM));
    assert_eq!(scope(&org, KIM), None);
    assert_eq!(name_id(&org, KIM).unwrap(), KIM);
}

#[test]
fn the_username_is_stale_until_it_is_updated() {
    let mut org = org();
    let (app, jane) = (org.apps[0].id.clone(), id(&org, JANE));
    org.assign_user(&app, &jane, None, now()).unwrap();
    org.rename_user(&jane, "jane.doe@acme.example", now()).unwrap();
    org.settle(now());
    let new = "jane.doe@acme.example";
    assert_eq!(name_id(&org, new).unwrap(), JANE, "facts 7.2");
    assert_eq!(org.update_username(&app, &jane, now()).unwrap(), new);
    assert_eq!(name_id(&org, new).unwrap(), new);
    let taken = org.rename_user(&jane, "KIM@acme.example", now()).unwrap_err();
    assert_eq!(taken.okta_code(), "E0000001");
    org.rename_user(&jane, "Jane.Doe@acme.example", now()).unwrap();
}

#[test]
fn the_templates_make_username_and_name_id() {
    let mut org = org();
    let template = |text: &str| Template::parse(text).unwrap();
    let (app, jane) = (org.apps[0].id.clone(), id(&org, JANE));
    org.apps[0].user_name_template = template("${fn:substringBefore(source.login, \"@\")}");
    org.assign_user(&app, &jane, None, now()).unwrap();
    assert_eq!(name_id(&org, JANE).unwrap(), "jane");
    org.apps[0].sign_on.subject_name_id_template = template("${source.login}");
    assert_eq!(name_id(&org, JANE).unwrap(), JANE);
    org.apps[0].sign_on.subject_name_id_template =
        template("${fn:toUpperCase(user.userName)}/${org.subDomain}");
    assert_eq!(name_id(&org, JANE).unwrap(), "JANE/acme");
}

#[test]
fn a_blank_username_assigns_nobody_and_signs_nobody_on() {
    let mut org = org();
    let (app, jane) = (org.apps[0].id.clone(), id(&org, JANE));
    org.apps[0].user_name_template = Template::parse("${user.nickName}").unwrap();
    let refused = org.assign_user(&app, &jane, None, now()).unwrap_err();
    assert_eq!(refused, AssignmentError::BlankUsername { login: JANE.into() });
    assert_eq!(refused.okta_code(), "E0000001");
    org.apps[0].implicit_assignment = true;
    assert!(matches!(name_id(&org, JANE), Err(IssueError::BlankNameId { .. })));
    org.user_by_login_mut(JANE).unwrap().set("nickName", "jj");
    assert_eq!(name_id(&org, JANE).unwrap(), "jj");
    org.assign_user(&app, &jane, None, now()).unwrap();
}

#[test]
fn what_cannot_be_evaluated_makes_no_response() {
    let mut org = fixture::org(&env());
    let statement = |value| samlproof::idp::AttributeStatement::expression("n", value);
    org.apps[0].sign_on.attribute_statements = vec![statement("Convert.toInt(user.department)")];
    let error = name_id(&org, JANE).unwrap_err();
    assert!(error.to_string().contains("the attribute n of the app acme_arizeax_1"), "{error}");
    org.user_by_login_mut(JANE).unwrap().set("department", "41.6");
    let sent = Login::of(&org, JANE).issue(&env()).attributes;
    assert_eq!(sent.0[0].values[0].text(), Some("42"));
}

#[test]
fn templates_that_name_each_other_end() {
    let mut org = fixture::org(&env());
    let key = test_only::signing("okta-1").unwrap();
    org.add_app("Other", fixture::sign_on(), key, &Env::fixed(now(), "other"));
    org.apps[0].user_name_template = Template::parse("a${acme_other_1.userName}").unwrap();
    org.apps[1].user_name_template = Template::parse("b${acme_arizeax_1.userName}").unwrap();
    assert_eq!(name_id(&org, JANE).unwrap(), "a");
}

#[test]
fn deactivated_users_are_not_assigned_and_lose_what_they_have() {
    let mut org = org();
    let (app, jane) = (org.apps[0].id.clone(), id(&org, JANE));
    org.assign_user(&app, &jane, None, now()).unwrap();
    org.user_by_login_mut(JANE).unwrap().apply(Lifecycle::Deactivate, now()).unwrap();
    org.settle(now());
    assert!(!may(&org, JANE));
    let refused = org.assign_user(&app, &jane, None, now()).unwrap_err();
    assert_eq!((refused.okta_code(), may(&org, JANE)), ("E0000038", false));
    let nobody = org.assign_user(&app, "00unobody", None, now()).unwrap_err();
    assert_eq!(nobody.to_string(), "there is no User 00unobody");
}

#[test]
fn a_draft_assigns_people_and_groups_that_come_later() {
    let key = || Ok::<SigningKey, ()>(test_only::signing("okta-1").unwrap());
    let later = AppDraft {
        assigned: samlproof::idp::Assigned::Groups(["New".into()].into()),
        ..AppDraft::new("B", "https://b", "b")
    };
    let draft = OrgDraft {
        api_token: "00token".into(),
        sign_in_page: SignInPage::default(),
        features: OrgFeatures::default(),
        subdomain: "acme".into(),
        name: "Acme".into(),
        users: vec![],
        apps: vec![AppDraft::new("A", "https://a", "a").assigned_to([KIM]), later],
        profile_attributes: [].into(),
    };
    let mut org = draft.to_org(|_| key()).unwrap();
    org.settle(now());
    UserDraft::new(KIM).groups(["New"]).add_to(&mut org);
    UserDraft::new(JANE).add_to(&mut org);
    let env: Env = env();
    org.settle(env.clock.now());
    for (app, wanted) in org.apps.iter().zip([AssignmentScope::User, AssignmentScope::Group]) {
        let scope = |login| org.assignment_scope(app, org.user_by_login(login).unwrap());
        assert_eq!((scope(KIM), scope(JANE)), (Some(wanted), None), "{}", app.label);
    }
}

#[test]
fn priorities_are_one_groups_each_and_stay_within_bounds() {
    let mut org = org();
    let app = org.apps[0].id.clone();
    let env = env();
    let [a, b, c] = &["a", "b", "c"].map(|name| org.add_group(name, &env));
    // An org file gives all groups the same.
    org.apps[0].assign_to_groups([a.clone(), b.clone()]);
    let mut assign = |group: &str, priority: Option<u32>| {
        let settings = GroupSettings { priority, profile: None };
        org.assign_group(&app, group, settings, now()).unwrap();
        let of = |id: &String| org.apps[0].group_assignments.get(id).map(|one| one.priority);
        [of(a), of(b), of(c)]
    };
    let sorted = |mut found: [Option<u32>; 3]| {
        found.sort();
        found
    };
    let found = assign(c, Some(0));
    assert_eq!((found[2], sorted(found)), (Some(0), [Some(0), Some(1), Some(2)]));
    // Without a wish it stays, and what is said of nothing stays as well.
    assert_eq!(assign(c, None), found);
    let found = assign(c, Some(100));
    assert_eq!(found[2], Some(100));
    // At the end of the numbers those before move up: each is one that can be asked for again.
    let found = assign(a, Some(100));
    assert_eq!((found[0], found[2]), (Some(99), Some(100)));
    let found = assign(b, Some(u32::MAX));
    assert_eq!(found, [Some(98), Some(100), Some(99)]);
    assert_eq!(assign(c, None), found);
    let late = org.add_group("late", &env);
    org.assign_group(&app, &late, GroupSettings::default(), now()).unwrap();
    let priorities: std::collections::BTreeSet<u32> =
        org.apps[0].group_assignments.values().map(|one| one.priority).collect();
    assert_eq!(priorities, [97, 98, 99, 100].into());
    assert_eq!(org.apps[0].group_assignments[&late].priority, 100);
}
