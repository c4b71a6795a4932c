//! What an administrator of the customer may not change, and staff may.

use samlproof::sp::{Author, Configuration, EmailDomain, Entry, EntryName, beyond_author};

use super::entry::{admin, entry, mapping};

fn domain(name: &str, validated: bool) -> EmailDomain {
    EmailDomain { domain: name.into(), validated }
}

/// An entry whose first mapping makes account admins, with one confirmed domain and one that is not.
fn stored() -> Entry {
    Entry {
        domains: vec![domain("own.test", true), domain("new.test", false)],
        mappings: vec![
            admin(mapping("boss", &[("groups", "boss")], &[])),
            mapping("m", &[("groups", "a")], &[("org o", "member")]),
        ],
        ..entry()
    }
}

fn file_entry() -> Entry {
    Entry { name: EntryName("file".into()), managed_by_file: true, ..stored() }
}

/// The rows that speak against it when this author hands these entries over.
fn rows(by: Author, given: Vec<Entry>) -> Vec<&'static str> {
    let given = Configuration { by, entries: given, ..Configuration::default() };
    let found = beyond_author(&[stored(), file_entry()], &given);
    found.into_iter().map(|problem| problem.row).collect()
}

/// What speaks against a customer's change of the stored entry. Staff may change all of it.
fn changed(change: impl FnOnce(&mut Entry)) -> Vec<&'static str> {
    let mut entry = stored();
    change(&mut entry);
    let both = vec![entry, file_entry()];
    assert_eq!(rows(Author::Staff, both.clone()), NOTHING);
    rows(Author::Customer, both)
}

const NOTHING: [&str; 0] = [];

#[test]
fn d5_a_customer_may_repeat_a_confirmation_and_not_make_one() {
    assert_eq!(changed(|_| {}), NOTHING, "a flag that stands is repeated");
    assert_eq!(changed(|entry| entry.domains[1].validated = true), ["D5"]);
    assert_eq!(changed(|entry| entry.domains.push(domain("more.test", true))), ["D5"]);
    assert_eq!(changed(|entry| entry.domains.push(domain("more.test", false))), NOTHING);
    assert_eq!(changed(|entry| entry.domains[0].validated = false), NOTHING);
    assert_eq!(
        changed(|entry| entry.domains.iter_mut().for_each(|own| own.domain.insert(0, 'x'))),
        ["D5"],
        "the confirmation of one domain is none of another"
    );
    let new = Entry { name: EntryName("new".into()), ..stored() };
    let with_new = vec![stored(), file_entry(), new];
    assert_eq!(rows(Author::Customer, with_new.clone()), ["D5"], "of an entry nobody knows");
    assert_eq!(rows(Author::Staff, with_new), NOTHING);
}

#[test]
fn d9_an_entry_of_the_operators_file_is_read_only() {
    let customer = |given| rows(Author::Customer, given);
    assert_eq!(customer(vec![stored(), file_entry()]), NOTHING, "unchanged");
    assert_eq!(customer(vec![stored()]), ["D9"], "taken away");
    let mut changed = file_entry();
    changed.mappings.pop();
    assert_eq!(customer(vec![stored(), changed.clone()]), ["D9"], "changed");
    changed.managed_by_file = false;
    assert_eq!(customer(vec![stored(), changed]), ["D9"], "changed and taken out of the file");
    let claimed = Entry { managed_by_file: true, ..stored() };
    assert_eq!(customer(vec![claimed, file_entry()]), ["D9"], "said to be of the file");
    assert_eq!(customer(vec![file_entry()]), NOTHING, "an entry of its own a customer may delete");
}

#[test]
fn d23_the_last_mapping_that_makes_admins_stays() {
    assert_eq!(changed(|entry| drop(entry.mappings.remove(0))), ["D23"]);
    assert_eq!(changed(|entry| entry.mappings[0].account_admin = false), ["D23"]);
    assert_eq!(changed(|entry| drop(entry.mappings.remove(1))), NOTHING);
    let moved = |entry: &mut Entry| {
        entry.mappings[0].account_admin = false;
        entry.mappings[1].account_admin = true;
    };
    assert_eq!(changed(moved), NOTHING, "another mapping makes them");
}

#[test]
fn all_that_is_beyond_a_customer_is_told_at_once() {
    let mut entry = stored();
    entry.domains[1].validated = true;
    entry.mappings.remove(0);
    assert_eq!(rows(Author::Customer, vec![entry]), ["D5", "D23", "D9"]);
}
