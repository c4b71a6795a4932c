//! The hunt: what it finds depends on the seed alone, it is small, and it is kept.

use std::path::Path;
use std::sync::Arc;

use samlproof::fuzz::{
    CaseSeed, FuzzError, FuzzFinding, FuzzOptions, FuzzRecord, Judge, Judges, Origin, Over,
    Regressions, Size, Watch, fuzz,
};
use samlproof::reference::Fault;
use samlproof::scenario::{Scenario, ScenarioId, Source};

use super::embedded_profile;

/// A hunt on `arize-us` for this fault.
fn options(fault: Option<Fault>, cases: u64) -> FuzzOptions {
    let mut options = FuzzOptions::new(embedded_profile("arize-us"), "1", None).unwrap();
    options.target.fault = fault;
    options.cases = Some(cases);
    options
}

fn hunt(options: FuzzOptions) -> FuzzRecord {
    tried(options).unwrap()
}

fn tried(options: FuzzOptions) -> Result<FuzzRecord, FuzzError> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(fuzz(options, Arc::new(Watch::default())))
}

fn in_folder(options: FuzzOptions, folder: &Path) -> FuzzOptions {
    FuzzOptions { regressions: Some(Regressions::of(folder, "arize-us")), ..options }
}

fn only(record: &FuzzRecord) -> &FuzzFinding {
    let [finding] = record.findings.as_slice() else { panic!("{record:#?}") };
    finding
}

#[test]
fn an_honest_sp_has_nothing_to_be_found() {
    let record = hunt(options(None, 150));
    assert_eq!(record.findings, []);
    assert_eq!((record.cases, record.trouble, record.interrupted), (150, None, false));
    assert!(record.logins > 150, "{}", record.logins);
}

#[test]
fn the_same_seed_finds_the_same_however_many_are_played_at_once() {
    let of = |jobs| {
        let options = options(Some(Fault::AnyPairMatches), 100);
        let record = hunt(FuzzOptions { jobs, findings: 2, shrink: 60, ..options });
        assert_eq!(record.findings.len(), 2);
        (record.cases, record.discarded, record.findings)
    };
    assert_eq!(of(1), of(3));
}

#[test]
fn another_seed_draws_other_cases() {
    let of = |seed: &str| {
        let options = options(Some(Fault::SyncOnlyAdds), 200);
        let record = hunt(FuzzOptions { seed: seed.into(), shrink: 0, ..options });
        only(&record).case_seed.clone()
    };
    assert_ne!(of("1"), of("2"));
}

#[test]
fn what_is_found_is_small_and_is_a_scenario() {
    let record = hunt(options(Some(Fault::AllMappingsMustMatch), 200));
    let finding = only(&record);
    assert!(finding.shrunk.fits(Size::SMALL), "{}", finding.shrunk);
    assert_eq!(finding.disagreement.judge, Judge::Oracle);
    let text = finding.scenario.clone().unwrap();
    let source = Source::new("finding.toml", &text);
    let scenario = Scenario::parse(ScenarioId("fuzz/finding".into()), &source).unwrap();
    assert_eq!(scenario.profiles, ["arize-us"]);
    let told = finding.to_string();
    for part in ["case ", "oracle", "expected", "actual", "≠", "shrunk to"] {
        assert!(told.contains(part), "no {part:?} in:\n{told}");
    }
}

#[test]
fn a_law_alone_finds_and_shrinks_what_breaks_it() {
    let judges = Judges::named(&["order-of-values".into()]).unwrap();
    let record = hunt(FuzzOptions { judges, ..options(Some(Fault::FirstValueOnly), 400) });
    let finding = only(&record);
    assert_eq!(finding.disagreement.judge, Judge::Law("order-of-values".into()));
    assert!(finding.shrunk.fits(Size::SMALL), "{}", finding.shrunk);
}

#[test]
fn over_http_the_same_is_found_as_in_process() {
    let of = |over| {
        let options = options(Some(Fault::NoMatchEntersWithoutRoles), 20);
        let record = hunt(FuzzOptions { over, shrink: 12, ..options });
        let finding = only(&record);
        (finding.case_seed.clone(), finding.disagreement.difference.clone())
    };
    assert_eq!(of(Over::Http), of(Over::InProcess));
}

#[test]
fn a_case_that_failed_is_kept_and_played_first() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Regressions::of(folder.path(), "arize-us");
    let faulty = |cases| {
        let options = options(Some(Fault::NoMatchEntersWithoutRoles), cases);
        in_folder(FuzzOptions { shrink: 40, ..options }, folder.path())
    };
    let found = hunt(faulty(50));
    assert!(matches!(only(&found).origin, Origin::Case(_)));
    let seed: CaseSeed = only(&found).case_seed.parse().unwrap();
    assert_eq!(kept.read().unwrap(), [seed]);

    // Without a new case, by what was kept alone; and it is not kept twice.
    let again = hunt(faulty(0));
    assert_eq!(only(&again).origin, Origin::Regression(1));
    assert_eq!(only(&again).world, only(&found).world);
    assert_eq!((again.cases, again.replayed), (0, 1));
    assert_eq!(kept.read().unwrap(), [seed]);

    let mended = hunt(in_folder(options(None, 3), folder.path()));
    assert_eq!((mended.findings.len(), mended.replayed, mended.cases), (0, 1, 3));
}

#[test]
fn a_line_that_is_no_seed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Regressions::of(folder.path(), "arize-us");
    assert_eq!(kept.read().unwrap(), []);
    let seed = CaseSeed::of("1", 1);
    std::fs::write(kept.path(), format!("# a remark\n\ncc {seed} # why\n")).unwrap();
    assert_eq!(kept.read().unwrap(), [seed]);
    std::fs::write(kept.path(), format!("cc {seed}\ncc 12\n")).unwrap();
    let error = tried(in_folder(options(None, 1), folder.path())).unwrap_err();
    assert!(error.to_string().contains("arize-us.txt:2"), "{error}");
}

#[test]
fn whoever_looks_on_can_end_it() {
    let watch = Arc::new(Watch::default());
    watch.stop();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = FuzzOptions { cases: None, ..options(None, 0) };
    let record = runtime.block_on(fuzz(options, Arc::clone(&watch))).unwrap();
    assert!(record.interrupted);
    assert_eq!((record.cases, watch.counts().cases), (0, 0));
}

#[test]
fn judges_are_chosen_by_name() {
    Judges::named(&["oracle".into(), "login-twice".into()]).unwrap();
    let error = Judges::named(&["login-thrice".into()]).unwrap_err();
    assert!(error.to_string().contains("login-thrice"), "{error}");
}
