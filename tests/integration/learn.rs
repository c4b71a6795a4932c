//! Knob discovery: on a reference SP, learning gives back what its profile declares.

use std::sync::Arc;

use samlproof::run::{
    Asked, LearnRecord, Learnt, MOST_LOGINS, Question, RunOptions, findings, learn, rules_block,
};
use samlproof::scenario::{Source, parse_profile, with_rule};
use samlproof::sp::{Rules, SpProfile};
use serde_json::{Value, json};

use crate::plan::embedded_profile;

/// Behaviours that are no knobs, and knobs.
const FINDINGS: usize = 21;

/// An embedded profile with other knobs.
fn with_rules(name: &str, knobs: &[(&str, Value)]) -> Arc<SpProfile> {
    let profile = embedded_profile(name);
    let rules = knobs.iter().fold(profile.rules.clone(), |rules, (name, value)| {
        with_rule(&rules, name, value.clone()).unwrap()
    });
    Arc::new(SpProfile { rules, ..SpProfile::clone(&profile) })
}

async fn learnt(profile: &Arc<SpProfile>) -> LearnRecord {
    let options = RunOptions::embedded().unwrap();
    let record = learn(&options, Arc::clone(profile), |_| {}).await.unwrap();
    assert_eq!(record.stopped, None);
    assert!(record.asked.logins.len() <= MOST_LOGINS, "{record:#?}");
    assert_eq!(record.findings.len(), FINDINGS);
    record
}

fn declared(rules: &Rules, name: &str) -> Value {
    serde_json::to_value(rules).unwrap()[name].clone()
}

/// What is known is what is declared. Returns the knobs of which several values fit, and those of
/// which nothing is known.
fn hold(record: &LearnRecord, rules: &Rules) -> (Vec<String>, Vec<String>) {
    let (mut undecided, mut unknown) = (Vec::new(), Vec::new());
    for finding in record.findings.iter().filter(|finding| finding.rule) {
        let declared = declared(rules, &finding.name);
        match &finding.learnt {
            Learnt::Is(value) => assert_eq!(*value, declared, "{}", finding.name),
            Learnt::OneOf(values) => {
                assert!(values.contains(&declared), "{finding:?}");
                undecided.push(finding.name.clone());
            }
            Learnt::Other(_) => panic!("{finding:?} where {declared} is declared"),
            Learnt::Nothing(why) => {
                assert!(!why.is_empty());
                unknown.push(finding.name.clone());
            }
        }
    }
    (undecided, unknown)
}

/// Learns a profile with these knobs, of which these stay undecided and these unknown.
async fn gives_back(name: &str, knobs: &[(&str, Value)], undecided: &[&str], unknown: &[&str]) {
    let profile = with_rules(name, knobs);
    let record = learnt(&profile).await;
    let (left, missing) = hold(&record, &profile.rules);
    assert_eq!(
        (left.as_slice(), missing.as_slice()),
        (&strings(undecided)[..], &strings(unknown)[..])
    );
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn the_knobs_of_the_embedded_profiles_are_given_back() {
    gives_back("arize-us", &[], &[], &[]).await;
    gives_back("k6-cloud", &[], &[], &OF_EXISTING_USERS).await;
}

/// Without effect where an existing user's roles are never looked at again.
const OF_EXISTING_USERS: [&str; 7] = [
    "sync_scope",
    "existing_no_match",
    "existing_no_match_sync_off",
    "existing_no_match_enforced_sync_off",
    "absent_attribute",
    "admin_revocable",
    "last_admin",
];

#[tokio::test]
async fn an_sp_that_takes_away_what_it_gave_alone() {
    let knobs = [
        ("sync_scope", json!("managed-only")),
        ("existing_no_match", json!("unchanged")),
        ("existing_no_match_sync_off", json!("reject")),
        ("existing_no_match_enforced_sync_off", json!("strip")),
        ("multi_org", json!("first")),
        ("multi_space", json!("last")),
        ("multi_custom", json!("most-permissive")),
        ("admin_revocable", json!("no")),
        ("absent_attribute", json!("keep")),
        ("idp_initiated", json!(false)),
    ];
    // Where no admin is demoted, the last one is not either.
    let undecided = ["sync"]; // Refused while sync is off: the switch, or no match, may be why.
    gives_back("arize-us", &knobs, &undecided, &["last_admin"]).await;
}

#[tokio::test]
async fn an_sp_that_never_asks_whether_to_sync() {
    let knobs = [("sync", json!("always")), ("existing_no_match_defaults_off", json!("strip"))];
    let without_effect = ["existing_no_match_sync_off", "existing_no_match_enforced_sync_off"];
    gives_back("arize-us", &knobs, &[], &without_effect).await;
}

#[tokio::test]
async fn an_sp_that_syncs_what_is_linked() {
    let knobs = [("sync_scope", json!("linked-targets")), ("existing_no_match", json!("strip"))];
    gives_back("arize-us", &knobs, &[], &[]).await;
}

#[tokio::test]
async fn an_sp_that_only_adds() {
    let knobs = [
        ("sync_scope", json!("additive")),
        ("existing_no_match", json!("defaults-if-no-membership")),
        ("existing_no_match_enforced_sync_off", json!("unchanged")),
        ("multi_org", json!("last")),
        ("multi_space", json!("first")),
        ("multi_custom", json!("last")),
        ("last_admin", json!("keep")),
    ];
    gives_back("arize-us", &knobs, &[], &[]).await;
}

#[tokio::test]
async fn an_sp_that_refuses_and_adds_its_defaults_to_everything() {
    let knobs = [
        ("defaults_combine", json!("on-top")),
        ("existing_no_match", json!("reject")),
        ("existing_no_match_enforced_sync_off", json!("apply-defaults")),
        ("last_admin", json!("reject")),
    ];
    gives_back("arize-us", &knobs, &[], &[]).await;
}

#[tokio::test]
async fn an_sp_that_strips() {
    let knobs = [
        ("existing_no_match", json!("strip")),
        ("existing_no_match_enforced_sync_off", json!("reject")),
        ("sp_initiated_provisions", json!(false)),
    ];
    gives_back("arize-us", &knobs, &[], &[]).await;
}

#[tokio::test]
async fn what_the_evidence_does_not_tell_apart_is_told_as_it_is() {
    // Defaults on top, and nothing is ever taken away: applying them changes nothing any more.
    let knobs = [
        ("defaults_combine", json!("on-top")),
        ("sync_scope", json!("additive")),
        ("existing_no_match", json!("apply-defaults")),
    ];
    gives_back("arize-us", &knobs, &["existing_no_match"], &[]).await;
}

#[tokio::test]
async fn the_block_is_read_back_and_learning_again_agrees() {
    let knobs = [("sync_scope", json!("managed-only")), ("idp_initiated", json!(false))];
    for (name, knobs) in [("k6-cloud", &[][..]), ("arize-us", &knobs)] {
        let profile = with_rules(name, knobs);
        let first = learnt(&profile).await;
        let text = format!(
            "name = \"again\"\nentity_id = \"x\"\nmetadata = \"x\"\nacs = \"https://sp.example/acs\"\n\
             name_id_format = \"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\"\n\
             [target]\nkind = \"reference\"\n{}",
            first.rules
        );
        let read = parse_profile(&Source::new("again.toml", text), None);
        let read = read.unwrap_or_else(|errors| panic!("{}", errors.render(false)));
        assert_eq!(read.rules, profile.rules);
        let again = Arc::new(SpProfile { rules: read.rules, ..SpProfile::clone(&profile) });
        assert_eq!(learnt(&again).await.findings, first.findings);
    }
}

/// What a discovery on `arize-us` asked, for changing an answer.
async fn asked() -> Asked {
    learnt(&embedded_profile("arize-us")).await.asked
}

fn of<'a>(found: &'a [samlproof::run::Finding], name: &str) -> &'a Learnt {
    &found.iter().find(|finding| finding.name == name).unwrap().learnt
}

#[tokio::test]
async fn an_answer_that_no_value_says_is_told_and_never_rounded() {
    let mut asked = asked().await;
    for login in &mut asked.logins {
        if login.question == Question::Several {
            // The role of the value that comes first in the assertion.
            let lines =
                ["org oak admin", "org elm read-only", "org ash read-only", "org fir admin"];
            let own = ["org yew member", "org box member"];
            login.holds = Some(lines.iter().chain(&own).map(|line| (*line).to_owned()).collect());
        }
        if login.question == Question::SyncOff {
            login.holds = Some(["team starters member".to_owned()].into());
        }
    }
    let found = findings(&asked);
    let Learnt::Other(what) = of(&found, "multi_org") else { panic!("{found:#?}") };
    assert!(what.contains("first value"), "{what}");
    let Learnt::Nothing(why) = of(&found, "multi_space") else { panic!("{found:#?}") };
    assert!(why.contains("space"), "{why}");
    assert_eq!(*of(&found, "sync"), Learnt::Is(json!("always")));
    assert!(matches!(of(&found, "existing_no_match_sync_off"), Learnt::Nothing(_)));
    let block = rules_block(&found, &Rules::default());
    assert!(
        !block.contains("\nmulti_org") && block.contains("# multi_org: no value fits"),
        "{block}"
    );
}

#[tokio::test]
async fn without_the_state_only_refusals_tell_anything() {
    let mut asked = asked().await;
    for login in &mut asked.logins {
        (login.held, login.holds, login.admins) = (None, None, None);
    }
    let found = findings(&asked);
    assert_eq!(*of(&found, "idp_initiated"), Learnt::Is(json!(true)));
    // Refused with the attribute absent: that much is seen without the state.
    assert_eq!(*of(&found, "absent_attribute"), Learnt::Is(json!("no-groups")));
    for name in ["sync", "sync_scope", "existing_no_match", "multi_org", "last_admin"] {
        let Learnt::Nothing(why) = of(&found, name) else { panic!("{name}: {found:#?}") };
        assert!(why.contains("observe.state"), "{name}: {why}");
    }
}
