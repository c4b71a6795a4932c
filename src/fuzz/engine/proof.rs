//! The fuzzer against SPs that are known to be wrong: every fault of the decision has to be found.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::hunt::{FuzzError, fuzz};
use super::options::FuzzOptions;
use super::record::{FuzzFinding, FuzzRecord};
use super::size::Size;
use super::watch::Watch;
use crate::reference::Fault;

/// The faults that worlds are about: mappings, sync, defaults, admins (M10 to M46, M84, M86).
pub const FUZZED: &[Fault] = &[
    Fault::NoMatchLeavesUser,
    Fault::NoMatchEntersWithoutRoles,
    Fault::EnforcementTurnsDefaultsOn,
    Fault::DefaultsOnTopOfMatch,
    Fault::DefaultSpaceForgotten,
    Fault::EnforcedDefaultsForgotten,
    Fault::DefaultsOverrideMatch,
    Fault::AnyPairMatches,
    Fault::AllMappingsMustMatch,
    Fault::FirstValueOnly,
    Fault::LastAttributeOnly,
    Fault::CommaSplits,
    Fault::PrefixMatches,
    Fault::ValueCaseIgnored,
    Fault::NameLooselyMatched,
    Fault::ValueTrimmed,
    Fault::FirstBuiltinRoleWins,
    Fault::LastBuiltinRoleWins,
    Fault::LastCustomRoleWins,
    Fault::FirstMappingOnly,
    Fault::EditMovesToEnd,
    Fault::ReaddKeepsPosition,
    Fault::AdminFlagLeaks,
    Fault::AllMustMakeAdmin,
    Fault::DefaultsMakeAdmin,
    Fault::EmptyMappingMatchesAll,
    Fault::DanglingTargetMakesAdmin,
    Fault::SyncsWhenOff,
    Fault::SyncOffBlocksMappings,
    Fault::SyncOnlyAdds,
    Fault::SyncOnlyInMatchedOrgs,
    Fault::SyncKeepsAdmin,
    Fault::AbsentAttributeMistaken,
    Fault::EmptyResultNotWritten,
    Fault::RefusalCommitsHalf,
    Fault::NamesakeSynced,
    Fault::LastAdminMistaken,
    Fault::ConcurrentDuplicates,
    Fault::AdminOnlyIsNoMatch,
];

/// What the fuzzer makes of an honest SP, and of one with each fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FuzzProof {
    /// The version of this form.
    pub version: u32,
    /// The version of samlproof.
    pub samlproof: String,
    /// The seed of every hunt.
    pub seed: String,
    /// How many cases a fault may take, at most.
    pub cases: u64,
    /// The hunt on the honest SP, if there was one.
    pub honest: Option<FuzzRecord>,
    /// One for each fault.
    pub faults: Vec<FaultHunt>,
}

/// The hunt for one fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultHunt {
    /// The fault: `M39`.
    pub id: String,
    /// What it does wrong.
    pub summary: String,
    /// How many cases it took to find it, or were drawn in vain.
    pub cases: u64,
    /// What was found.
    pub finding: Option<FuzzFinding>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

impl FaultHunt {
    /// Whether it is found, and small.
    pub fn is_good(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.shrunk.fits(Size::SMALL))
    }
}

impl FuzzProof {
    /// The version of the JSON form; it rises when a reader would have to change.
    pub const VERSION: u32 = 1;

    /// Whether every fault is found and small, and nothing is found where there is none.
    pub fn is_good(&self) -> bool {
        let honest = |record: &FuzzRecord| record.findings.is_empty() && record.trouble.is_none();
        self.honest.as_ref().is_none_or(honest) && self.faults.iter().all(FaultHunt::is_good)
    }
}

/// Hunts each fault on the embedded SP of the options, all from their seed and with their limit of
/// cases; and, if `honest` says how many cases, the SP without any. `progress` is told of each fault
/// when its hunt is over.
///
/// # Errors
/// As [`fuzz`]. Where [`Watch::stop`] ends it, what has been hunted so far is in the proof.
pub async fn prove(
    options: FuzzOptions,
    (faults, honest): (&[Fault], Option<u64>),
    watch: Arc<Watch>,
    progress: impl Fn(&FaultHunt),
) -> Result<FuzzProof, FuzzError> {
    let options = FuzzOptions { findings: 1, regressions: None, ..options };
    let mut proof = FuzzProof {
        version: FuzzProof::VERSION,
        samlproof: env!("CARGO_PKG_VERSION").into(),
        seed: options.seed.clone(),
        cases: options.cases.unwrap_or(u64::MAX),
        honest: None,
        faults: Vec::new(),
    };
    for fault in faults {
        let mut options = options.clone();
        options.target.fault = Some(*fault);
        let record = fuzz(options, Arc::clone(&watch)).await?;
        if record.interrupted {
            return Ok(proof);
        }
        let hunt = FaultHunt {
            id: fault.id().into(),
            summary: fault.summary().into(),
            cases: record.cases,
            finding: record.findings.into_iter().next(),
            duration_ms: record.duration_ms,
        };
        progress(&hunt);
        proof.faults.push(hunt);
    }
    if let Some(cases) = honest {
        let options = FuzzOptions { cases: Some(cases), ..options };
        proof.honest = Some(fuzz(options, watch).await?);
    }
    Ok(proof)
}
