//! The same case on a reference SP gives the same bytes.

use std::sync::Arc;

use jiff::Timestamp;

use samlproof::drive::{Target, drive};
use samlproof::env::Env;
use samlproof::observation::Observation;
use samlproof::plan::resolve;
use samlproof::scenario::Catalogue;
use samlproof::verdict::{Verdict, judge};

use super::options;
use crate::plan::embedded_profile;

/// Plays an embedded scenario with this seed, all at this instant.
async fn seen(id: &str, profile: &str, seed: &str) -> Observation {
    let catalogue = Catalogue::embedded().unwrap();
    let loaded = catalogue.scenarios.iter().find(|one| one.scenario.id.to_string() == id).unwrap();
    let profile = embedded_profile(profile);
    let case = resolve(&loaded.scenario, Arc::clone(&profile), seed).unwrap();
    let target = Target::start(profile, options()).await.unwrap();
    let beginning: Timestamp = "2026-01-05T10:00:00Z".parse().unwrap();
    let seen = drive(&case, &target, &Env::fixed(beginning, &case.seed)).await;
    target.stop().await;
    assert_eq!(judge(&case, &seen), Verdict::Pass);
    seen
}

fn documents(observation: &Observation) -> Vec<&str> {
    let attempts = observation.steps.iter().flat_map(|step| &step.attempts);
    attempts.flat_map(|attempt| &attempt.sent).map(|sent| sent.xml.as_str()).collect()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    for id in ["jit/new-mapped", "cache/cert-rollover"] {
        let (one, two) = (seen(id, "arize-us", "seed").await, seen(id, "arize-us", "seed").await);
        assert!(!documents(&one).is_empty());
        assert_eq!(documents(&one), documents(&two), "{id}");
        // What the SP stored, and when its sessions end, is the same too.
        let states = |seen: &Observation| -> Vec<_> {
            seen.steps.iter().map(|step| (step.before.clone(), step.after.clone())).collect()
        };
        assert_eq!(states(&one), states(&two), "{id}");
    }
}

#[tokio::test]
async fn another_seed_gives_other_bytes() {
    let (one, two) = (
        seen("jit/new-mapped", "arize-us", "seed").await,
        seen("jit/new-mapped", "arize-us", "another").await,
    );
    assert_ne!(documents(&one), documents(&two));
}

#[tokio::test]
async fn a_whole_response_is_kept() {
    let seen = seen("jit/new-mapped", "arize-us", "seed").await;
    let documents = documents(&seen);
    let [response] = documents.as_slice() else { panic!("{documents:#?}") };
    let _snapshots = crate::shared_snapshots();
    // One element a line, so that a difference can be seen.
    insta::assert_snapshot!(response.replace("><", ">\n<"));
}
