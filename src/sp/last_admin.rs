//! The last account admin, when nothing makes them one any more (Y5).

use super::{AccountRole, Decision, Explanation, LastAdmin, Reason, User};

/// What becomes of a decision that would demote the account's last admin.
///
/// `is_last` says whether `user` is the only one left who is an admin of the account; it is not a
/// property of the entry, so [`super::decide`] cannot know it.
pub fn spare_last_admin(
    mut why: Explanation,
    user: Option<&User>,
    is_last: bool,
    knob: LastAdmin,
) -> Explanation {
    let demoted = match (&why.decision, user) {
        (Decision::Update { roles, .. }, Some(user)) => {
            user.roles.account == AccountRole::Admin && roles.account != AccountRole::Admin
        }
        _ => false,
    };
    if !(demoted && is_last) {
        return why;
    }
    why.knobs.push("last_admin");
    match (knob, &mut why.decision) {
        (LastAdmin::Keep, Decision::Update { roles, .. }) => roles.account = AccountRole::Admin,
        (LastAdmin::Reject, decision) => *decision = Decision::Reject(Reason::LastAdmin),
        _ => {}
    }
    why
}
