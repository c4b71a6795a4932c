//! `samlproof selftest --fuzz`: whether the fuzzer finds every fault of the decision.

use std::sync::Arc;

use samlproof::fuzz::{FaultHunt, FuzzOptions, FuzzProof, Size, Watch, prove};
use samlproof::reference::Fault;
use samlproof::scenario::Catalogue;

use super::exit::Exit;
use super::hunt::watched;

/// What is asked of the proof.
#[derive(Clone, Debug)]
pub(crate) struct ProofArgs {
    /// The faults.
    pub(crate) faults: Vec<Fault>,
    /// How many cases a fault may take.
    pub(crate) cases: u64,
    /// The seed of every hunt.
    pub(crate) seed: String,
    /// How many cases are played on the honest SP.
    pub(crate) honest: Option<u64>,
    /// The embedded SP profile.
    pub(crate) profile: String,
    /// How many cases are played at once.
    pub(crate) jobs: usize,
    /// Whether the record is printed as JSON.
    pub(crate) json: bool,
}

/// Hunts each fault, prints the table as it grows, and says how it ended.
pub(crate) fn execute(args: &ProofArgs) -> Exit {
    let options = match options(args) {
        Ok(options) => options,
        Err(exit) => return exit,
    };
    let faults = args.faults.as_slice();
    let watch = Arc::new(Watch::default());
    if !args.json {
        head(args);
    }
    let progress = |hunt: &FaultHunt| {
        if !args.json {
            anstream::println!("{}", line(hunt));
        }
    };
    let hunt = prove(options, (faults, args.honest), Arc::clone(&watch), progress);
    let proof = match watched(hunt, &watch) {
        Ok(Ok(proof)) => proof,
        Ok(Err(error)) => {
            anstream::eprintln!("error: {error}");
            return Exit::Broken;
        }
        Err(error) => {
            anstream::eprintln!("error: cannot start: {error}");
            return Exit::Broken;
        }
    };
    let interrupted = proof.faults.len() < faults.len()
        || proof.honest.as_ref().is_some_and(|record| record.interrupted);
    if args.json {
        match serde_json::to_string_pretty(&proof) {
            Ok(text) => anstream::println!("{text}"),
            Err(error) => {
                anstream::eprintln!("error: cannot print the record: {error}");
                return Exit::Broken;
            }
        }
    } else {
        human(&proof);
    }
    match proof.is_good() {
        false => Exit::Findings,
        true if interrupted => Exit::Interrupted,
        true => Exit::Success,
    }
}

fn options(args: &ProofArgs) -> Result<FuzzOptions, Exit> {
    let catalogue = Catalogue::embedded().map_err(|errors| {
        anstream::eprint!("{}", errors.render(false));
        Exit::Input
    })?;
    let profile = catalogue.profiles.iter().find(|profile| profile.name == args.profile);
    let Some(profile) = profile else {
        anstream::eprintln!("error: no embedded SP profile `{}`", args.profile);
        return Err(Exit::Usage);
    };
    let options = FuzzOptions::new(Arc::clone(profile), &args.seed, None);
    let options = options.map_err(|error| {
        anstream::eprintln!("error: {error}");
        Exit::Broken
    })?;
    Ok(FuzzOptions { cases: Some(args.cases), jobs: args.jobs, ..options })
}

fn line(hunt: &FaultHunt) -> String {
    let FaultHunt { id, summary, cases, finding, .. } = hunt;
    let Some(finding) = finding else {
        return format!("{id:<6}{cases:>6}  {:<58}{summary}", "ESCAPES");
    };
    let size = finding.shrunk.to_string();
    let large = if finding.shrunk.fits(Size::SMALL) { "" } else { " TOO LARGE" };
    let judge = finding.disagreement.judge.to_string();
    format!("{id:<6}{cases:>6}  {:<28}{judge:<30}{summary}", size + large)
}

/// What the hunts are made from, and the head of their table where there will be one.
fn head(args: &ProofArgs) {
    anstream::println!("seed {}, profile {}\n", args.seed, args.profile);
    if !args.faults.is_empty() {
        anstream::println!(
            "{:<6}{:>6}  {:<28}{:<30}what it does wrong",
            "fault",
            "cases",
            "mappings × pairs × values",
            "found by"
        );
    }
}

fn human(proof: &FuzzProof) {
    let found = proof.faults.iter().filter(|hunt| hunt.is_good()).count();
    let all = proof.faults.len();
    if all > 0 {
        anstream::println!(
            "\n{found} of {all} found within {} cases and shrunk to two mappings, two pairs, two \
             values at most",
            proof.cases
        );
    }
    let Some(honest) = &proof.honest else { return };
    for finding in &honest.findings {
        anstream::println!("\nfound without a fault: {finding}");
    }
    if let Some(trouble) = &honest.trouble {
        anstream::println!("\nnot played to the end: {trouble}");
    }
    let seconds = honest.duration_ms.max(1) as f64 / 1000.0;
    anstream::println!(
        "without a fault: {} cases, {} logins in {seconds:.1} s ({:.0} logins a second), {} found",
        honest.cases,
        honest.logins,
        honest.logins as f64 / seconds,
        honest.findings.len()
    );
}
