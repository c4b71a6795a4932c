//! Rows D and K2, K3, K17: whose user an assertion names, and whether they may enter.

use samlproof::saml::Attributes;
use samlproof::sp::{
    AccountRole, Claim, DomainMatch, DomainUnvalidated, EmailDomain, Entry, EntryName, Reason,
    Rules, Selector, Settings, User, UserStatus, admit,
};

use super::entry::{entry, says, user};

fn of_domain(name: &str, domain: &str, validated: bool) -> Entry {
    let domains = vec![EmailDomain { domain: domain.into(), validated }];
    Entry { name: EntryName(name.into()), domains, ..entry() }
}

/// What an assertion of the first entry's IdP may do.
fn settled(entries: &[Entry], email: &str, attributes: &Attributes) -> Result<(), Reason> {
    let claim = Claim::of(entries[0].rules.selector, email, attributes)?;
    claim.settle(&entries[0], claim.owner(entries).as_ref())
}

#[test]
fn d1_and_d11_a_domain_is_compared_whole_and_without_case() {
    let entries = [of_domain("main", "Example.com", true)];
    for email in ["jane@example.com", "jane@EXAMPLE.COM", "a@b@example.com"] {
        assert_eq!(settled(&entries, email, &says(&[])), Ok(()), "{email}");
    }
    for email in [
        "jane@eng.example.com",
        "jane@evil-example.com",
        "jane@example.com.",
        "jane@example.co",
        "jane@",
        "@example.com",
        "example.com",
        "ja ne@example.com",
        "",
    ] {
        let found = settled(&entries, email, &says(&[]));
        assert_eq!(found, Err(Reason::UnknownDomain), "{email}");
    }
}

#[test]
fn d11_knob_takes_what_is_below_a_domain_for_it() {
    let rules = Rules { domain_match: DomainMatch::Suffix, ..Rules::default() };
    let entries = [Entry { rules, ..of_domain("main", "Example.com", true) }];
    for email in ["jane@example.com", "jane@eng.example.com", "jane@a.b.EXAMPLE.com"] {
        assert_eq!(settled(&entries, email, &says(&[])), Ok(()), "{email}");
    }
    for email in ["jane@evil-example.com", "jane@example.com.", "jane@example.com.evil"] {
        let found = settled(&entries, email, &says(&[]));
        assert_eq!(found, Err(Reason::UnknownDomain), "{email}");
    }
}

#[test]
fn d2_an_unvalidated_domain_enters_only_where_the_knob_says_so() {
    let entries = [of_domain("main", "example.com", false)];
    let refused = settled(&entries, "jane@example.com", &says(&[]));
    assert_eq!(refused, Err(Reason::DomainUnvalidated));
    let rules = Rules { domain_unvalidated: DomainUnvalidated::Allow, ..Rules::default() };
    let entries = [Entry { rules, ..entries[0].clone() }];
    assert_eq!(settled(&entries, "jane@example.com", &says(&[])), Ok(()));
}

#[test]
fn d12_an_idp_speaks_only_for_its_own_domains() {
    let entries = [of_domain("a", "a.example", true), of_domain("b", "b.example", true)];
    let foreign = settled(&entries, "jane@b.example", &says(&[]));
    assert_eq!(foreign, Err(Reason::IssuerDomainMismatch));
    assert_eq!(settled(&entries, "jane@a.example", &says(&[])), Ok(()));
}

#[test]
fn k2_and_k3_a_token_picks_the_entry_and_is_no_credential_of_its_own() {
    let of_token = |name: &str, token: &str| Entry {
        name: EntryName(name.into()),
        token: Some(token.into()),
        rules: Rules { selector: Selector::Token, ..Rules::default() },
        ..entry()
    };
    let entries = [of_token("a", "t-a"), of_token("b", "t-b")];
    let with = |token: &[&str]| settled(&entries, "jane@any.example", &says(&[("token", token)]));
    assert_eq!(settled(&entries, "x@y.z", &says(&[])), Err(Reason::TokenMissing));
    assert_eq!(with(&[" "]), Err(Reason::TokenMissing));
    assert_eq!(with(&["t-c"]), Err(Reason::TokenUnknown));
    assert_eq!(with(&["T-A"]), Err(Reason::TokenUnknown));
    assert_eq!(with(&["t-b"]), Err(Reason::IssuerDomainMismatch));
    assert_eq!(with(&["t-a"]), Ok(()));
}

#[test]
fn d15_to_d18_who_may_enter() {
    let stored = |status, account: &str| User {
        status,
        account: account.into(),
        ..user(AccountRole::Member, &[])
    };
    for status in [UserStatus::Active, UserStatus::Invited, UserStatus::Expired] {
        assert_eq!(admit(&entry(), Some(&stored(status, "acme")), false), Ok(()));
    }
    let inactive = stored(UserStatus::Inactive, "acme");
    assert_eq!(admit(&entry(), Some(&inactive), false), Err(Reason::UserInactive));
    let elsewhere = stored(UserStatus::Active, "other");
    assert_eq!(admit(&entry(), Some(&elsewhere), false), Err(Reason::AccountConflict));
}

#[test]
fn k17_a_new_user_may_be_provisioned_at_the_idps_door_only() {
    let rules = Rules { sp_initiated_provisions: false, ..Rules::default() };
    let entry = Entry { rules, ..entry() };
    assert_eq!(admit(&entry, None, true), Err(Reason::SignUpDisabled));
    assert_eq!(admit(&entry, None, false), Ok(()));
    assert_eq!(admit(&entry, Some(&user(AccountRole::Member, &[])), true), Ok(()));
}

#[test]
fn without_provisioning_only_known_users_enter() {
    let settings = Settings { jit: false, ..Settings::default() };
    let entry = Entry { settings, ..entry() };
    assert_eq!(admit(&entry, None, false), Err(Reason::SignUpDisabled));
    assert_eq!(admit(&entry, Some(&user(AccountRole::Member, &[])), false), Ok(()));
}
