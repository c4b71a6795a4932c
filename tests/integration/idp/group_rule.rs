//! Group rules, and groups.

use samlproof::env::Env;
use samlproof::idp::{GroupRuleDraft, GroupRuleError, Org};

use super::fixture::{self, now};

const JANE: &str = "jane@acme.example";
const KIM: &str = "kim@acme.example";

fn org() -> Org {
    let env = fixture::env();
    let mut org = fixture::org(&env);
    org.add_group("research", &env);
    org.add_group("staff", &env);
    org
}

/// Ids that no other name gives.
fn env(name: &str) -> Env {
    Env::fixed(now(), name)
}

fn group(org: &Org, name: &str) -> String {
    org.groups.iter().find(|group| group.name == name).unwrap().id.clone()
}

fn draft(org: &Org, condition: &str, into: &str) -> GroupRuleDraft {
    GroupRuleDraft {
        name: format!("{into} rule"),
        condition: condition.into(),
        groups: [group(org, into)].into(),
        ..GroupRuleDraft::default()
    }
}

/// Adds a rule and activates it.
fn rule(org: &mut Org, condition: &str, into: &str) -> String {
    let draft = draft(org, condition, into);
    let id = org.add_group_rule(&draft, &env(condition)).unwrap().id.clone();
    org.activate_group_rule(&id, now()).unwrap();
    id
}

fn is_in(org: &Org, login: &str, group: &str) -> bool {
    org.groups_of(org.user_by_login(login).unwrap()).contains(group)
}

const RESEARCH: &str = "user.department == \"R&D\"";

#[test]
fn a_rule_is_inactive_until_it_is_activated() {
    let mut org = org();
    let wanted = draft(&org, RESEARCH, "research");
    let id = org.add_group_rule(&wanted, &env("one")).unwrap().id.clone();
    assert!(id.starts_with("0pr"));
    org.settle(now());
    assert!(!is_in(&org, JANE, "research"), "facts 7.42");
    org.activate_group_rule(&id, now()).unwrap();
    assert!(is_in(&org, JANE, "research") && !is_in(&org, KIM, "research"));
    assert!(org.activate_group_rule("0prnone", now()).is_err());
}

#[test]
fn members_come_and_go_with_their_profile_while_it_is_active() {
    let mut org = org();
    let id = rule(&mut org, RESEARCH, "research");
    org.user_by_login_mut(KIM).unwrap().set("department", "R&D");
    org.user_by_login_mut(JANE).unwrap().set("department", "Sales");
    org.settle(now());
    assert!(!is_in(&org, JANE, "research") && is_in(&org, KIM, "research"));
    org.deactivate_group_rule(&id, now()).unwrap();
    org.user_by_login_mut(KIM).unwrap().set("department", "Sales");
    org.settle(now());
    assert!(is_in(&org, KIM, "research"), "who is in stays");
}

#[test]
fn an_active_rule_is_neither_replaced_nor_deleted() {
    let mut org = org();
    let id = rule(&mut org, RESEARCH, "research");
    let other = draft(&org, "user.department == \"Sales\"", "staff");
    let active = GroupRuleError::Active { id: id.clone() };
    assert_eq!(org.replace_group_rule(&id, &other, now()), Err(active.clone()));
    assert_eq!(org.delete_group_rule(&id, true, now()), Err(active));
    org.deactivate_group_rule(&id, now()).unwrap();
    org.replace_group_rule(&id, &other, now()).unwrap();
    assert!(is_in(&org, JANE, "research"), "whom it put in there stays");
    org.activate_group_rule(&id, now()).unwrap();
    assert!(!is_in(&org, JANE, "staff"));
}

#[test]
fn deleting_a_rule_keeps_or_takes_its_members() {
    for (remove, stays) in [(false, true), (true, false)] {
        let mut org = org();
        let id = rule(&mut org, RESEARCH, "research");
        org.deactivate_group_rule(&id, now()).unwrap();
        org.delete_group_rule(&id, remove, now()).unwrap();
        assert_eq!(is_in(&org, JANE, "research"), stays);
        assert!(org.group_rules.is_empty());
    }
}

#[test]
fn exclusions_hold_and_a_removed_member_is_one() {
    let mut org = org();
    let (jane, research) = (org.user_by_login(JANE).unwrap().id.clone(), group(&org, "research"));
    let excluding =
        GroupRuleDraft { excluded: [jane.clone()].into(), ..draft(&org, RESEARCH, "research") };
    let id = org.add_group_rule(&excluding, &env("one")).unwrap().id.clone();
    org.activate_group_rule(&id, now()).unwrap();
    assert!(!is_in(&org, JANE, "research"));

    let second = rule(&mut org, "String.startsWith(user.login, \"jane\")", "staff");
    let staff = group(&org, "staff");
    assert!(is_in(&org, JANE, "staff"));
    org.remove_member(&staff, &jane, now()).unwrap();
    assert!(!is_in(&org, JANE, "staff"));
    let rule = org.group_rules.iter().find(|rule| rule.id == second).unwrap();
    assert!(rule.excluded.contains(&jane));
    org.add_member(&research, &jane, now()).unwrap();
    assert!(is_in(&org, JANE, "research"), "by hand all the same");
    assert!(org.add_member("00gnone", &jane, now()).is_err());
}

#[test]
fn rules_see_groups_that_others_fill_and_circles_end() {
    let mut org = org();
    rule(&mut org, "isMemberOfGroupName(\"research\")", "staff");
    rule(&mut org, RESEARCH, "research");
    assert!(is_in(&org, JANE, "staff") && !is_in(&org, KIM, "staff"));
    let mut contrary = draft(&org, "!isMemberOfGroupName(\"staff\")", "staff");
    contrary.name = "contrary".into();
    let id = org.add_group_rule(&contrary, &env("contrary")).unwrap().id.clone();
    org.activate_group_rule(&id, now()).unwrap();
}

#[test]
fn what_rules_fill_counts_for_apps() {
    let mut org = org();
    let (app, research) = (org.apps[0].id.clone(), group(&org, "research"));
    org.apps[0].assign_to_groups([research]);
    assert!(!org.is_assigned(&org.apps[0], org.user_by_login(JANE).unwrap()));
    rule(&mut org, RESEARCH, "research");
    let jane = org.user_by_login(JANE).unwrap();
    assert!(org.is_assigned(&org.apps[0], jane));
    assert_eq!(org.app_by_id(&app).unwrap().assignments[&jane.id].username.as_deref(), Some(JANE));
}

#[test]
fn bad_rules_are_refused() {
    let mut org = org();
    rule(&mut org, RESEARCH, "research");
    let good = draft(&org, "user.city == \"Berlin\"", "staff");
    let with = |change: &dyn Fn(&mut GroupRuleDraft)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad
    };
    let everyone = group(&org, "Everyone");
    for bad in [
        with(&|bad| bad.name = "research rule".into()),
        with(&|bad| bad.name = "x".repeat(51)),
        with(&|bad| bad.name = " ".into()),
        with(&|bad| bad.groups.clear()),
        with(&|bad| bad.groups = [everyone.clone()].into()),
        with(&|bad| bad.groups = ["00gnone".to_owned()].into()),
        with(&|bad| bad.condition = "user.citty == \"Berlin\"".into()),
        with(&|bad| bad.condition = "appuser.userName == \"x\"".into()),
        with(&|bad| bad.condition = "user.city ==".into()),
        with(&|bad| bad.condition = "user.city + \"Berlin\"".into()),
        with(&|bad| bad.condition = "String.len(user.city)".into()),
    ] {
        let error = org.add_group_rule(&bad, &env("one")).unwrap_err();
        assert!(["E0000001", "E0000007"].contains(&error.okta_code()), "{error}");
    }
    org.add_group_rule(&good, &env("one")).unwrap();
}

#[test]
fn groups_are_renamed_and_deleted_with_what_depends_on_them() {
    let mut org = org();
    let (sales, everyone) = (group(&org, "sales"), group(&org, "Everyone"));
    assert!(
        !org.rename_group(&sales, "ml-team", now()) && !org.rename_group(&everyone, "All", now())
    );
    assert!(org.rename_group(&sales, "Sales", now()));
    assert!(is_in(&org, JANE, "Sales") && !is_in(&org, JANE, "sales"));
    org.apps[0].assign_to_groups([sales.clone()]);
    assert!(org.is_assigned(&org.apps[0], org.user_by_login(JANE).unwrap()));
    assert!(org.delete_group(&sales) && !org.delete_group(&sales) && !org.delete_group(&everyone));
    assert!(!is_in(&org, JANE, "Sales") && org.apps[0].group_assignments.is_empty());
}
