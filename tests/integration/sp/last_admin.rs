//! The account's last admin (row Y5).

use samlproof::sp::{
    AccountRole, Decision, Explanation, LastAdmin, Reason, Roles, User, spare_last_admin,
};

use super::entry::user;

/// A decision that makes the user this in the account.
fn to(account: AccountRole) -> Explanation {
    let roles = Roles { account, ..Roles::default() };
    explained(Decision::Update { roles, resources: vec![] })
}

fn explained(decision: Decision) -> Explanation {
    Explanation { decision, row: "T4", hits: vec![], teams: vec![], knobs: vec![], dropped: vec![] }
}

fn boss() -> User {
    user(AccountRole::Admin, &[])
}

#[test]
fn y5_what_becomes_of_the_last_admin_is_the_knobs_to_say() {
    let spared = |knob| spare_last_admin(to(AccountRole::Member), Some(&boss()), true, knob);
    let kept = spared(LastAdmin::Keep);
    assert_eq!(kept.decision, to(AccountRole::Admin).decision);
    assert_eq!(kept.knobs, ["last_admin"]);
    let refused = spared(LastAdmin::Reject);
    assert_eq!(refused.decision, Decision::Reject(Reason::LastAdmin));
    assert_eq!(refused.knobs, ["last_admin"]);
    let demoted = spared(LastAdmin::Demote);
    assert_eq!(demoted.decision, to(AccountRole::Member).decision);
    assert_eq!(demoted.knobs, ["last_admin"]);
}

#[test]
fn y5_twin_everybody_else_gets_what_was_decided() {
    let member = user(AccountRole::Member, &[]);
    for knob in [LastAdmin::Keep, LastAdmin::Reject, LastAdmin::Demote] {
        for (why, user, is_last, who) in [
            (to(AccountRole::Member), Some(&boss()), false, "one of several admins"),
            (to(AccountRole::Admin), Some(&boss()), true, "an admin who stays one"),
            (to(AccountRole::Member), Some(&member), true, "no admin"),
            (to(AccountRole::Admin), Some(&member), true, "a member who becomes one"),
            (to(AccountRole::Member), None, true, "nobody the SP has"),
            (explained(Decision::Unchanged), Some(&boss()), true, "nothing is written"),
            (explained(Decision::Reject(Reason::NoRoleMatch)), Some(&boss()), true, "refused"),
        ] {
            let spared = spare_last_admin(why.clone(), user, is_last, knob);
            assert_eq!(spared.decision, why.decision, "{knob:?}: {who}");
            assert!(spared.knobs.is_empty(), "{knob:?}: {who}");
        }
    }
}
