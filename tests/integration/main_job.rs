//! The main job by the public API: the whole catalogue on the embedded SPs; and it can fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use samlproof::crypto::Engine;
use samlproof::plan::Selection;
use samlproof::reference::Fault;
use samlproof::report::{RunRecord, Status};
use samlproof::run::{RunOptions, run};
use samlproof::scenario::Catalogue;
use samlproof::verdict::Verdict;

/// Plays scenarios, all if none is named, against the embedded snapshots.
async fn play(catalogue: Catalogue, scenarios: &[&str]) -> RunRecord {
    play_with(None, catalogue, scenarios).await
}

/// The same, with a fault planted.
async fn play_with(fault: Option<Fault>, catalogue: Catalogue, scenarios: &[&str]) -> RunRecord {
    let scenarios = scenarios.iter().map(|id| (*id).to_owned()).collect();
    let options = RunOptions {
        catalogue,
        selection: Selection { scenarios, ..Selection::default() },
        snapshots: None,
        jobs: 4,
        accept: false,
        engine: Engine::default(),
        timeout: Duration::from_secs(60),
        keys: None,
        fault,
    };
    run(options, |_| ()).await.unwrap()
}

/// The status of each scenario on each profile, and why.
fn statuses(record: &RunRecord) -> BTreeMap<String, (Status, String)> {
    let cases = record.cases.iter();
    cases
        .map(|case| {
            let why = format!("{:?} {:?}", case.verdict, case.held);
            (case.id.to_string(), (case.status(), why))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_catalogue_passes_on_the_embedded_sps() {
    let record = play(Catalogue::embedded().unwrap(), &[]).await;
    let wrong: Vec<_> = record
        .cases
        .iter()
        .filter(|case| !matches!(case.status(), Status::Passed | Status::Skipped))
        .map(|case| format!("{} on {}: {:?} {:?}", case.id, case.profile, case.verdict, case.held))
        .collect();
    assert_eq!(wrong, [""; 0]);
    let played = record.cases.iter().filter(|case| case.status() == Status::Passed);
    let profiles: BTreeSet<_> = played.map(|case| case.profile.as_str()).collect();
    assert_eq!(
        profiles,
        BTreeSet::from(["arize-eu", "arize-us", "gitlab", "grafana", "k6-cloud", "snowflake"])
    );
    // What is written for a real SP is all that these cannot play.
    let mut skipped = record.cases.iter().filter(|case| case.status() == Status::Skipped);
    assert!(skipped.all(|case| case.id.area() == "sp" && case.profile == "-"));
}

/// An SP that is wrong in one thing.
struct Wrong {
    /// The line of its profile that is another, by its key.
    key: &'static str,
    value: &'static str,
    /// The scenario that must notice.
    red: &'static str,
    /// The one that must not.
    green: &'static str,
}

const fn wrong(
    key: &'static str,
    value: &'static str,
    red: &'static str,
    green: &'static str,
) -> Wrong {
    Wrong { key, value, red, green }
}

const ARIZE: &str = include_str!("../../scenarios/profiles/arize-us.toml");
const K6: &str = include_str!("../../scenarios/profiles/k6-cloud.toml");
const GRAFANA: &str = include_str!("../../scenarios/profiles/grafana.toml");
const GITLAB: &str = include_str!("../../scenarios/profiles/gitlab.toml");
const SNOWFLAKE: &str = include_str!("../../scenarios/profiles/snowflake.toml");

/// Of Arize's documents: what an SP may get wrong, who sees it, and who must not.
const WRONG_ARIZE: [Wrong; 16] = [
    wrong("sync_scope", "\"additive\"", "sync/on-group-lost", "sync/off-existing-unchanged"),
    wrong("sync_scope", "\"additive\"", "sync/on-org-switched", "sync/on-group-gained"),
    wrong("sync_scope", "\"managed-only\"", "sync/manual-grant", "sync/on-group-gained"),
    wrong("admin_revocable", "\"no\"", "sync/on-admin-lost", "sync/off-existing-unchanged"),
    wrong("sync", "\"never\"", "sync/on-group-gained", "sync/off-existing-unchanged"),
    wrong("sync", "\"never\"", "sync/attr-absent", "jit/new-mapped"),
    wrong("existing_no_match", "\"strip\"", "def/on-existing-nomatch", "def/on-new-nomatch"),
    wrong("defaults_combine", "\"on-top\"", "def/on-match-excludes-defaults", "def/on-new-nomatch"),
    wrong("absent_attribute", "\"keep\"", "sync/attr-absent", "sync/attr-empty"),
    wrong("idp_initiated", "false", "sp/idp-initiated", "sp/first-login"),
    wrong("mapping_cache", "\"5m\"", "cache/warm-mapping", "cache/cold-immediate"),
    wrong("settings_cache", "\"5m\"", "cache/warm-settings", "sync/off-existing-unchanged"),
    wrong("settings_cache", "\"5m\"", "enf/toggle-off-restores", "enf/password"),
    wrong("domain_cache", "\"5m\"", "cache/warm-domain", "cache/cold-immediate"),
    wrong("metadata_cache", "\"5m\"", "cache/warm-metadata", "sp/other-key"),
    wrong("session", "\"48h\"", "sess/24h-cap", "sess/logout-forces-saml"),
];

const WRONG_K6: [Wrong; 2] = [
    wrong("selector", "\"single\"", "k6/token-missing", "k6/first-login"),
    wrong("ignored_groups", "[]", "k6/everyone-ignored", "k6/first-login"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_sp_that_is_wrong_in_one_thing_is_found_out() {
    let cases =
        WRONG_ARIZE.iter().map(|one| (ARIZE, one)).chain(WRONG_K6.iter().map(|one| (K6, one)));
    for (profile, wrong) in cases {
        let Wrong { key, value, red, green } = wrong;
        let record = play(with(profile, key, value), &[red, green]).await;
        let statuses = statuses(&record);
        let (status, why) = &statuses[*red];
        assert_eq!(*status, Status::Failed, "{red} does not see {key} = {value}: {why}");
        let (status, why) = &statuses[*green];
        assert_eq!(*status, Status::Passed, "{green} is no twin for {key} = {value}: {why}");
    }
}

/// What no document says and a profile declares: the faults that break just that are seen by what
/// somebody expects under it, not only by a snapshot.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_profile_declares_is_held_against_it() {
    for (fault, scenario) in [
        ("M20", "map/repeated-attribute"),
        ("M25", "map/whitespace"),
        ("M35", "map/empty-conditions"),
        ("M36", "map/dangling-target"),
        ("M46", "adm/last-admin"),
        ("M49", "dom/lookalikes"),
    ] {
        let fault = Some(fault.parse().unwrap());
        let record = play_with(fault, Catalogue::embedded().unwrap(), &[scenario]).await;
        assert_eq!(record.cases.len(), 2, "{scenario} on arize-eu and arize-us");
        for case in &record.cases {
            let failed = matches!(case.verdict, Verdict::Fail(_));
            assert!(failed, "{scenario} does not see {fault:?}: {:?}", case.verdict);
        }
    }
}

/// Of the other SPs' documents.
const WRONG_GRAFANA: [Wrong; 11] = [
    wrong("sync", "\"never\"", "grafana/manual-role-reset", "grafana/skip-org-role-sync"),
    wrong("sync", "\"flag\"", "grafana/no-match-resets", "grafana/several-orgs"),
    wrong("sync_scope", "\"linked-targets\"", "grafana/manual-role-reset", "grafana/several-orgs"),
    wrong("wildcard", "\"none\"", "grafana/wildcards", "grafana/several-orgs"),
    wrong("wildcard", "\"any-source\"", "grafana/wildcards", "grafana/no-match-resets"),
    wrong("wildcard", "\"all-targets\"", "grafana/wildcards", "grafana/no-match-resets"),
    wrong("multi_org", "\"first\"", "grafana/several-orgs", "grafana/wildcards"),
    wrong("targets", "\"must-exist\"", "grafana/unknown-org", "grafana/several-orgs"),
    wrong("targets", "\"auto-create\"", "grafana/unknown-org", "grafana/several-orgs"),
    wrong("existing_no_match", "\"unchanged\"", "grafana/no-match-resets", "grafana/wildcards"),
    wrong("idp_initiated", "true", "grafana/idp-initiated", "grafana/idp-initiated-allowed"),
];

const WRONG_GITLAB: [Wrong; 9] = [
    wrong("sync", "\"flag\"", "gitlab/another-link-left", "gitlab/last-link-removed"),
    wrong("sync_scope", "\"replace-all\"", "gitlab/last-link-removed", "gitlab/another-link-left"),
    wrong("sync_scope", "\"replace-all\"", "gitlab/unlinked-group", "gitlab/linked-group"),
    wrong("sync_scope", "\"managed-only\"", "gitlab/last-link-removed", "gitlab/another-link-left"),
    wrong("sync_scope", "\"additive\"", "gitlab/linked-group", "gitlab/highest-role"),
    wrong(
        "defaults_combine",
        "\"only-if-no-match\"",
        "gitlab/default-membership",
        "gitlab/no-default",
    ),
    wrong("existing_no_match", "\"unchanged\"", "gitlab/top-group-linked", "gitlab/highest-role"),
    wrong(
        "existing_no_match_defaults_off",
        "\"reject\"",
        "gitlab/no-default",
        "gitlab/highest-role",
    ),
    wrong("no_match_new", "\"defaults\"", "gitlab/no-default", "gitlab/default-membership"),
];

const WRONG_SNOWFLAKE: [Wrong; 3] = [
    wrong("sync", "\"always\"", "snowflake/made-by-hand", "snowflake/first-login"),
    wrong("sync", "\"flag\"", "snowflake/later-logins", "snowflake/made-by-hand"),
    wrong("no_match_new", "\"defaults\"", "snowflake/first-login", "snowflake/later-logins"),
];

/// What somebody wrote down about these SPs sees it, whether there is a snapshot or not.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_expected_of_grafana_gitlab_and_snowflake_tells_a_wrong_one() {
    let of = |profile, wrong: &'static [Wrong]| wrong.iter().map(move |one| (profile, one));
    let cases = of(GRAFANA, &WRONG_GRAFANA)
        .chain(of(GITLAB, &WRONG_GITLAB))
        .chain(of(SNOWFLAKE, &WRONG_SNOWFLAKE));
    for (profile, Wrong { key, value, red, green }) in cases {
        let record = play(with(profile, key, value), &[red, green]).await;
        for case in &record.cases {
            let failed = matches!(case.verdict, Verdict::Fail(_));
            let (id, verdict) = (case.id.to_string(), &case.verdict);
            if id == *red {
                assert!(failed, "{id} does not see {key} = {value}: {verdict:?}");
            } else if id == *green {
                assert_eq!(case.status(), Status::Passed, "{id} on {key} = {value}: {verdict:?}");
            }
        }
        let ids: BTreeSet<_> = record.cases.iter().map(|case| case.id.to_string()).collect();
        assert!(ids.contains(*red) && ids.contains(*green), "{ids:?}");
    }
}

/// The embedded scenarios on one profile of which one line is another, or new among the rules.
fn with(profile: &str, key: &str, value: &str) -> Catalogue {
    let line = format!("{key} = {value}\n");
    let is_it = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
    let mut text: String =
        profile.lines().filter(|line| !is_it(line)).map(|line| format!("{line}\n")).collect();
    let table = if profile.lines().any(|line| is_it(line) && is_timing(profile, line)) {
        "[timing]\n"
    } else {
        "[rules]\n"
    };
    let at = text.find(table).unwrap() + table.len();
    text.insert_str(at, &line);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    fs::write(&file, text).unwrap();
    Catalogue::load(&[], &[file]).unwrap_or_else(|errors| panic!("{errors}"))
}

fn is_timing(profile: &str, line: &str) -> bool {
    let (begin, end) = (profile.find("[timing]").unwrap(), profile.find("[rules]").unwrap());
    profile[begin..end].contains(line)
}

/// A profile that was written anew, and means the same, changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_profile_from_a_file_passes() {
    let record = play(with(ARIZE, "sync_scope", "\"replace-all\""), &["sync/on-group-lost"]).await;
    assert_eq!(statuses(&record)["sync/on-group-lost"].0, Status::Passed);
}
