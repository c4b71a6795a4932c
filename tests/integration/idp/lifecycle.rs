//! What may be done with a user of which status.

use samlproof::idp::{Deletion, Lifecycle, LifecycleError, UserStatus};

use super::fixture::{env, now, org};

const JANE: &str = "jane@acme.example";

#[test]
fn only_active_users_may_sign_in() {
    let may: Vec<_> = UserStatus::ALL.into_iter().filter(|status| status.may_sign_in()).collect();
    assert_eq!(may, [UserStatus::Active]);
}

/// Every operation on every status: where it leads, or Okta's code.
#[test]
fn the_table_of_operations() {
    let mut org = org(&env());
    let jane = org.user_by_login_mut(JANE).unwrap();
    let mut lines = vec![];
    for operation in Lifecycle::ALL {
        let mut line = format!("{:16}", operation.name());
        for status in UserStatus::ALL {
            jane.status = status;
            let result = match jane.apply(operation, now()) {
                Ok(next) => next.name().to_owned(),
                Err(error) => {
                    assert_eq!(jane.status, status, "a refusal changes nothing");
                    format!("({})", error.okta_code())
                }
            };
            line += &format!(" {}→{result}", status.name());
        }
        lines.push(line);
    }
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn whoever_has_no_password_is_provisioned_first() {
    let mut org = org(&env());
    let jane = org.user_by_login_mut(JANE).unwrap();
    jane.status = UserStatus::Staged;
    jane.password.clear();
    assert_eq!(jane.apply(Lifecycle::Activate, now()), Ok(UserStatus::Provisioned));
    assert!(!jane.status.may_sign_in());
    assert_eq!(jane.set_password("new", now()), UserStatus::Active);
    assert_eq!(jane.apply(Lifecycle::Activate, now()), Err(LifecycleError::AlreadyActive));
    jane.apply(Lifecycle::Suspend, now()).unwrap();
    assert_eq!(jane.set_password("newer", now()), UserStatus::Suspended, "that is no way back in");
}

#[test]
fn a_user_is_deleted_in_two_steps_and_leaves_nothing() {
    let env = env();
    let mut org = org(&env);
    let jane = org.user_by_login(JANE).unwrap().id.clone();
    org.users[1].linked.insert("manager".into(), jane.clone());
    org.settle(env.clock.now());
    assert!(org.apps[0].assignments.contains_key(&jane));
    assert_eq!(org.delete_user(&jane, now()), Ok(Deletion::Deactivated));
    assert_eq!(org.user_by_login(JANE).unwrap().status, UserStatus::Deprovisioned);
    assert_eq!(org.delete_user(&jane, now()), Ok(Deletion::Deleted));
    assert!(org.user_by_login(JANE).is_none());
    assert!(org.users[0].linked.is_empty() && !org.apps[0].assignments.contains_key(&jane));
    assert_eq!(org.delete_user(&jane, now()).unwrap_err().okta_code(), "E0000007");
}
