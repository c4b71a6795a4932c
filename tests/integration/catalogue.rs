//! The embedded catalogue as a whole: complete, sandwiched, twinned, and every outcome stored.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use samlproof::plan::{Selection, plan};
use samlproof::scenario::{Catalogue, ExpectWord, Scenario, Step, StepAction};
use samlproof::sp::OutcomeClass;

/// What the five groups of the main job consist of, with the matrix of regions and k6's own.
const MINIMUM: &str = "
    jit/new-mapped jit/sync-off-new-mapped jit/concurrent-first-login jit/precreated-none-invite
    life/deleted-returns

    sync/on-group-gained sync/on-group-lost sync/on-org-switched sync/off-existing-unchanged
    sync/on-admin-lost sync/manual-grant sync/attr-absent sync/attr-empty sync/attr-blank

    def/on-new-nomatch def/off-new-nomatch def/on-match-excludes-defaults
    def/enforce-existing-nomatch def/off-enforce-on-nomatch def/on-existing-nomatch

    enf/password enf/reset-link enf/scope enf/off-password-ok enf/toggle-off-restores
    enf/api-key-survives

    cache/cold-immediate cache/warm-mapping cache/warm-settings cache/warm-domain
    cache/warm-metadata cache/busy-entry cache/cert-rollover sess/old-roles-until-login
    sess/logout-forces-saml sess/24h-cap cache/worst-case-with-session

    bind/region-matrix
    k6/first-login k6/second-login k6/token-missing k6/default-permissions
";

/// The tables of facts and how many rows each has; `M` numbers the mistakes an SP can make.
const ROWS: [(char, u32); 8] =
    [('T', 11), ('P', 24), ('Y', 8), ('D', 24), ('E', 10), ('C', 10), ('K', 25), ('M', 86)];

fn scenarios() -> BTreeMap<String, Scenario> {
    let catalogue = Catalogue::embedded().unwrap_or_else(|errors| panic!("{errors}"));
    let loaded = catalogue.scenarios.into_iter();
    loaded.map(|loaded| (loaded.scenario.id.to_string(), loaded.scenario)).collect()
}

/// The steps in which somebody tries to get in.
fn is_entry(step: &Step) -> bool {
    matches!(
        step.action,
        StepAction::Login { .. }
            | StepAction::Replay { .. }
            | StepAction::PasswordLogin { .. }
            | StepAction::ResetLink { .. }
            | StepAction::Invite { .. }
    )
}

/// Whether a step can come out in no other way than by a refusal.
fn is_refused(step: &Step) -> bool {
    let refusal = |word: &ExpectWord| {
        use OutcomeClass::{Accepted, Created, Unchanged, Updated};
        match word {
            ExpectWord::RejectedFor(_) | ExpectWord::Refused => true,
            ExpectWord::Class(class) => !matches!(class, Accepted | Created | Unchanged | Updated),
            _ => false,
        }
    };
    // A response that is held back was not refused.
    let held_back = matches!(step.action, StepAction::Login { delivered: false, .. });
    is_entry(step) && !held_back && !step.expect.is_empty() && step.expect.iter().all(refusal)
}

/// Whether a step is a SAML login that must be let in.
fn is_let_in(step: &Step) -> bool {
    let StepAction::Login { control, .. } = &step.action else { return false };
    let accepted = |word: &ExpectWord| {
        use OutcomeClass::{Accepted, Created, Unchanged, Updated};
        match word {
            ExpectWord::Accepted => true,
            ExpectWord::Class(class) => matches!(class, Accepted | Created | Unchanged | Updated),
            _ => false,
        }
    };
    *control || (!step.expect.is_empty() && step.expect.iter().all(accepted))
}

/// The profiles that each scenario is played on.
fn played_on() -> BTreeMap<String, BTreeSet<String>> {
    let catalogue = Catalogue::embedded().unwrap();
    let plan = plan(&catalogue, &Selection::default()).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(plan.skipped, []);
    let mut played: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for case in &plan.cases {
        played.entry(case.id.to_string()).or_default().insert(case.profile.name.clone());
    }
    played
}

#[test]
fn every_scenario_is_played_on_all_members_of_its_families() {
    let played = played_on();
    let mut families: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for profile in Catalogue::embedded().unwrap().profiles {
        families.entry(profile.family.clone()).or_default().insert(profile.name.clone());
    }
    let names: Vec<_> = families.keys().map(String::as_str).collect();
    assert_eq!(names, ["arize", "gitlab", "grafana", "k6", "snowflake"]);
    for (id, scenario) in scenarios() {
        let profiles = played.get(&id).unwrap_or_else(|| panic!("{id} is played nowhere"));
        if scenario.profiles.iter().all(|name| !name.contains(['*', '{'])) {
            // It is about these members alone.
            assert_eq!(*profiles, scenario.profiles.iter().cloned().collect(), "{id}");
        } else {
            let half =
                families.values().any(|all| !all.is_subset(profiles) && !all.is_disjoint(profiles));
            assert!(!half, "{id}: {profiles:?}");
        }
    }
}

/// Every rule that decides something is stated by a profile that the scenario is played on, so that
/// somewhere it is judged.
#[test]
fn what_rules_decide_is_decided_somewhere() {
    let profiles = Catalogue::embedded().unwrap().profiles;
    let played = played_on();
    let mut decided = 0;
    for (id, scenario) in scenarios() {
        for rule in scenario.decided_by.keys() {
            let mut own = profiles.iter().filter(|profile| played[&id].contains(&profile.name));
            assert!(own.any(|profile| profile.declared.contains(rule)), "{id}: {rule}");
            decided += 1;
        }
    }
    assert_eq!(decided, 6);
}

#[test]
fn the_minimum_set_is_there() {
    let scenarios = scenarios();
    let missing: Vec<_> =
        MINIMUM.split_whitespace().filter(|id| !scenarios.contains_key(*id)).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn passwords_are_refused_to_members_and_both_kinds_of_admin() {
    let scenario = &scenarios()["enf/password"];
    let refused: Vec<_> = scenario.steps.iter().filter(|step| is_refused(step)).collect();
    let users = refused.iter().map(|step| match &step.action {
        StepAction::PasswordLogin { person, .. } => &scenario.sp_users[person],
        other => panic!("{other:?}"),
    });
    let kinds: BTreeSet<_> = users
        .map(|user| match (&user.account_admin, user.roles.as_slice()) {
            (true, _) => "account admin".to_owned(),
            (false, [(_, role)]) => role.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["account admin", "admin", "member"].map(str::to_owned).into());
}

#[test]
fn every_refusal_stands_between_two_logins_that_are_let_in() {
    let mut refusals = 0;
    for (id, scenario) in scenarios() {
        let refused: Vec<_> =
            (0..).zip(&scenario.steps).filter(|(_, step)| is_refused(step)).collect();
        for (at, step) in &refused {
            let (before, after) = scenario.steps.split_at(*at);
            assert!(before.iter().any(is_let_in), "{id}: nothing before line {}", step.line);
            assert!(after.iter().any(is_let_in), "{id}: nothing after line {}", step.line);
        }
        // In a matrix every cell has its neighbours.
        let has_twin = scenario.twin.is_some() || scenario.steps.iter().any(|s| s.cell.is_some());
        assert!(refused.is_empty() || has_twin, "{id} refuses and has no twin");
        refusals += refused.len();
    }
    assert!(refusals > 20);
}

/// What a scenario says must come of it, step by step.
fn expectations(scenario: &Scenario) -> Vec<String> {
    let steps = scenario.steps.iter().filter(|step| !matches!(step.action, StepAction::Advance(_)));
    steps
        .map(|step| {
            format!(
                "{:?} {:?} {:?} {:?} {:?}",
                step.expect, step.grants, step.session, step.users, step.sessions
            )
        })
        .collect()
}

/// How many parts of the stage two scenarios set differently: settings, mappings, defaults, other
/// entries' parts, people, the SP's users, the orgs.
fn stage_differences(one: &Scenario, two: &Scenario) -> usize {
    let main = |scenario: &Scenario| scenario.entries.get("main").cloned().unwrap_or_default();
    let (a, b) = (main(one), main(two));
    let others = |scenario: &Scenario| -> Vec<String> {
        let entries = scenario.entries.iter().filter(|(name, _)| *name != "main");
        entries.map(|entry| format!("{entry:?}")).collect()
    };
    [
        a.settings != b.settings,
        a.mappings != b.mappings,
        a.defaults != b.defaults,
        others(one) != others(two),
        one.users != two.users,
        one.sp_users != two.sp_users,
        one.orgs != two.orgs,
    ]
    .into_iter()
    .filter(|differs| *differs)
    .count()
}

/// What can be checked of a twin: it is another scenario, for a profile that the first is for, that
/// expects something else, on a stage that differs in a few parts at most. That it differs in the
/// one input that matters is for the reader.
#[test]
fn twins_share_the_profiles_and_come_out_differently() {
    let (scenarios, played) = (scenarios(), played_on());
    for (id, scenario) in &scenarios {
        let Some(twin) = &scenario.twin else { continue };
        let other = scenarios.get(&twin.to_string()).unwrap_or_else(|| panic!("{id}: no {twin}"));
        assert_ne!(scenario.id, other.id);
        let apart = played[id].is_disjoint(&played[&twin.to_string()]);
        assert!(!apart, "{id} and {twin} are played on no profile in common");
        assert_ne!(expectations(scenario), expectations(other), "{id} and {twin} expect the same");
        let differences = stage_differences(scenario, other);
        assert!(differences <= 5, "{id} and {twin} differ in {differences} parts of the stage");
    }
}

/// A refusal's twin is let in where the scenario is not: it has an accepting step, and fewer
/// refusals, or none.
#[test]
fn the_twin_of_a_refusal_lets_somebody_in() {
    let scenarios = scenarios();
    for (id, scenario) in &scenarios {
        let Some(twin) = scenario.twin.as_ref().filter(|_| scenario.steps.iter().any(is_refused))
        else {
            continue;
        };
        let twin = &scenarios[&twin.to_string()];
        let entered = |step: &Step| is_entry(step) && !is_refused(step);
        assert!(twin.steps.iter().any(entered), "{id}: nobody enters in {}", twin.id);
    }
}

#[test]
fn what_is_covered_exists() {
    for (id, scenario) in scenarios() {
        for row in &scenario.covers {
            let table = ROWS.iter().find(|(table, _)| row.starts_with(*table));
            let number: u32 =
                row.get(1..).and_then(|number| number.parse().ok()).unwrap_or_default();
            let exists = table.is_some_and(|(_, rows)| (1..=*rows).contains(&number));
            assert!(exists, "{id} covers {row}, which is no row");
        }
    }
}

#[test]
fn every_played_scenario_has_its_snapshots_and_there_is_no_other() {
    let catalogue = Catalogue::embedded().unwrap();
    let plan = plan(&catalogue, &Selection::default()).unwrap();
    let wanted: BTreeSet<String> =
        plan.cases.iter().map(|case| format!("{}/{}.snap", case.profile.family, case.id)).collect();
    for path in &wanted {
        assert!(
            Catalogue::snapshot(path).is_some_and(|text| !text.is_empty()),
            "{path} is missing"
        );
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/snapshots");
    assert_eq!(files(&root, &root), wanted);
}

fn files(root: &Path, folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(root, &path));
        } else {
            found.insert(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
    found
}
