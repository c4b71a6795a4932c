//! Every row of the facts is held by a scenario, and every scenario that the list of faults names
//! is there under that id.

use std::collections::BTreeSet;

use samlproof::scenario::Catalogue;

/// The tables: their letter, and the number of their rows.
const TABLES: [(char, usize); 7] =
    [('T', 11), ('P', 24), ('Y', 8), ('D', 24), ('E', 10), ('C', 10), ('K', 25)];

/// Rows that no scenario can hold yet, with the reason.
const NOT_HELD: [(&str, &str); 0] = [];

/// The faults of section 4 with the scenarios that it names.
const NAMED: [(&str, &[&str]); 86] = [
    ("M01", &["bind/audience-slash-us", "bind/audience-slash-eu", "bind/audience-slash-k6"]),
    ("M02", &["bind/region-matrix"]),
    ("M03", &["bind/wrong-audience-right-recipient"]),
    ("M04", &["bind/right-audience-wrong-recipient"]),
    ("M05", &["bind/two-restrictions", "bind/two-audiences-one-restriction"]),
    ("M06", &["bind/time-window"]),
    ("M07", &["bind/replay"]),
    ("M08", &["bind/inresponseto-swap"]),
    ("M09", &["bind/nameid-format"]),
    ("M10", &["def/off-new-nomatch"]),
    ("M11", &["def/off-new-nomatch"]),
    ("M12", &["def/off-enforce-on-nomatch"]),
    ("M13", &["def/on-match-excludes-defaults"]),
    ("M14", &["def/on-new-nomatch"]),
    ("M15", &["def/enforce-existing-nomatch"]),
    ("M16", &["sync/default-not-overriding"]),
    ("M17", &["map/and-of-two"]),
    ("M18", &["map/two-mappings-one-matches"]),
    ("M19", &["map/multivalue-each-position"]),
    ("M20", &["map/repeated-attribute"]),
    ("M21", &["map/comma-in-value"]),
    ("M22", &["map/prefix-lookalike"]),
    ("M23", &["map/value-case"]),
    ("M24", &["map/name-case", "map/friendly-name"]),
    ("M25", &["map/whitespace"]),
    ("M26", &["map/builtin-order-invariance"]),
    ("M27", &["map/builtin-order-invariance"]),
    ("M28", &["map/custom-first-wins"]),
    ("M29", &["map/union-distinct-spaces"]),
    ("M30", &["map/edit-keeps-position"]),
    ("M31", &["map/readd-goes-last"]),
    ("M32", &["adm/flag-only-when-matched"]),
    ("M33", &["adm/any-match-suffices"]),
    ("M34", &["adm/defaults-never-admin"]),
    ("M35", &["map/empty-conditions"]),
    ("M36", &["map/dangling-target"]),
    ("M37", &["sync/off-existing-unchanged"]),
    ("M38", &["jit/sync-off-new-mapped"]),
    ("M39", &["sync/on-group-lost"]),
    ("M40", &["sync/on-org-switched"]),
    ("M41", &["sync/on-admin-lost"]),
    ("M42", &["sync/attr-absent", "sync/attr-empty", "sync/attr-blank"]),
    ("M43", &["sync/on-all-groups-lost"]),
    ("M44", &["sync/reject-is-atomic"]),
    ("M45", &["sync/bystanders-unchanged"]),
    ("M46", &["adm/last-admin"]),
    ("M47", &["dom/unvalidated", "dom/unvalidated-overlapping-file"]),
    ("M48", &["dom/flag-ignored"]),
    ("M49", &["dom/lookalikes"]),
    ("M50", &["dom/cross-tenant"]),
    ("M51", &["dom/overlap-override", "dom/overlap-other-domain"]),
    ("M52", &["dom/unique-systemwide"]),
    ("M53", &["life/email-case"]),
    ("M54", &["life/email-attr-disagrees"]),
    ("M55", &["life/link-foreign-admin"]),
    ("M56", &["life/inactive"]),
    ("M57", &["life/deleted-returns"]),
    ("M58", &["life/invited"]),
    ("M59", &["enf/password"]),
    ("M60", &["enf/reset-link"]),
    ("M61", &["enf/off-password-ok"]),
    ("M62", &["enf/scope"]),
    ("M63", &["cache/busy-entry"]),
    (
        "M64",
        &["cache/warm-metadata", "cache/warm-domain", "cache/warm-mapping", "cache/warm-settings"],
    ),
    ("M65", &["cache/domain-added-after-miss"]),
    ("M66", &["cache/cold-immediate"]),
    ("M67", &["cache/two-entries-interleaved"]),
    ("M68", &["cache/cert-rollover"]),
    ("M69", &["cache/metadata-url-down"]),
    ("M70", &["sess/old-roles-until-login"]),
    ("M71", &["sess/24h-cap"]),
    ("M72", &["sess/logout-forces-saml"]),
    ("M73", &["sess/not-revoked"]),
    ("M74", &["k6/token-missing", "k6/token-foreign-issuer"]),
    ("M75", &["k6/second-login-no-change"]),
    ("M76", &["k6/groups-changed-later"]),
    ("M77", &["k6/defaults-changed"]),
    ("M78", &["k6/default-permissions"]),
    ("M79", &["k6/everyone-ignored"]),
    ("M80", &["k6/sp-first-login"]),
    ("M81", &["k6/enforced-owner"]),
    ("M82", &["k6/higher-membership"]),
    ("M83", &["k6/autocreate", "k6/autocreate-race"]),
    ("M84", &["jit/concurrent-first-login"]),
    ("M85", &["k6/encryption"]),
    ("M86", &["adm/admin-only-mapping"]),
];

fn rows() -> BTreeSet<String> {
    let rows = |(letter, count)| (1..=count).map(move |number| format!("{letter}{number}"));
    TABLES.into_iter().flat_map(rows).collect()
}

fn catalogue() -> Catalogue {
    Catalogue::embedded().unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn every_row_has_a_scenario_that_covers_it() {
    let catalogue = catalogue();
    let covered: BTreeSet<String> =
        catalogue.scenarios.iter().flat_map(|loaded| loaded.scenario.covers.clone()).collect();
    let excepted: BTreeSet<String> = NOT_HELD.iter().map(|(row, _)| (*row).to_owned()).collect();
    let missing: Vec<String> = rows().into_iter().filter(|row| !covered.contains(row)).collect();
    let missing_ones: BTreeSet<String> = missing.into_iter().collect();
    assert_eq!(missing_ones, excepted, "left: not covered; right: excepted, with a reason");
}

#[test]
fn nothing_covers_a_row_that_is_none() {
    let rows = rows();
    let faults: BTreeSet<&str> = NAMED.iter().map(|(fault, _)| *fault).collect();
    for loaded in catalogue().scenarios {
        for covered in &loaded.scenario.covers {
            assert!(
                rows.contains(covered) || faults.contains(covered.as_str()),
                "{} covers {covered}, which is no row",
                loaded.scenario.id
            );
        }
    }
}

#[test]
fn every_scenario_that_a_fault_names_is_there() {
    let catalogue = catalogue();
    let ids: BTreeSet<&str> =
        catalogue.scenarios.iter().map(|loaded| loaded.scenario.id.0.as_str()).collect();
    let named: BTreeSet<&str> = NAMED.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    let missing: BTreeSet<&str> = named.difference(&ids).copied().collect();
    assert!(missing.is_empty(), "{missing:?}");
    let numbers: Vec<_> = NAMED.iter().map(|(fault, _)| (*fault).to_owned()).collect();
    let all: Vec<_> = (1..=86).map(|number| format!("M{number:02}")).collect();
    assert_eq!(numbers, all);
}
