//! What a hunt is asked to do.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::{Judges, Regressions};
use crate::crypto::Engine;
use crate::drive::{TargetKeys, TargetOptions};
use crate::env::Env;
use crate::fuzz::{OpenRules, Over};
use crate::keys::{KeyError, StoreError, TlsAuthority};
use crate::sp::{SpProfile, TargetKind};

/// What a hunt is asked to do.
#[derive(Clone, Debug)]
pub struct FuzzOptions {
    /// The SP.
    pub profile: Arc<SpProfile>,
    /// Its knobs that nobody declared: each of their values is right.
    pub open: OpenRules,
    /// How an embedded SP is reached.
    pub over: Over,
    /// Keys, time-outs, and what an embedded SP does wrong.
    pub target: TargetOptions,
    /// Everything is drawn from this text.
    pub seed: String,
    /// Keeps the addresses of this run apart from those of others, on an SP that keeps its users.
    pub run: String,
    /// Who judges.
    pub judges: Judges,
    /// How many cases are drawn, at most.
    pub cases: Option<u64>,
    /// How long cases are drawn, at most. What is being played then is played to its end.
    pub time: Option<Duration>,
    /// How many findings end the hunt; at least 1.
    pub findings: usize,
    /// How many cases are played at once, where that can be.
    pub jobs: usize,
    /// How many plays a finding may be shrunk by, at most.
    pub shrink: u64,
    /// Where cases that failed are kept, and played again first.
    pub regressions: Option<Regressions>,
}

/// Why a target has no keys.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FuzzKeysError {
    /// A key cannot be made or kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The CA for loopback cannot be made.
    #[error("cannot make a CA for loopback: {0}")]
    Authority(#[from] KeyError),
}

impl FuzzOptions {
    /// How long one exchange may take.
    const TIMEOUT: Duration = Duration::from_secs(10);
    /// Plays that a finding may be shrunk by in process.
    const SHRINK: u64 = 1500;
    /// The same of somebody else's SP, where a play takes a second rather than a millisecond.
    const SHRINK_OUTSIDE: u64 = 150;

    /// 1,000 cases in process, two at once, from this seed, up to the first finding. `keys` is where
    /// the IdP's keys for somebody else's SP are kept; without one they are new.
    ///
    /// # Errors
    /// If a key cannot be made, read or kept.
    pub fn new(
        profile: Arc<SpProfile>,
        seed: &str,
        keys: Option<&Path>,
    ) -> Result<Self, FuzzKeysError> {
        let target = TargetOptions {
            engine: Engine::default(),
            authority: Arc::new(TlsAuthority::new(Env::real().clock.now())?),
            keys: TargetKeys::of(&profile.target, keys)?,
            timeout: Self::TIMEOUT,
            fault: None,
        };
        let shrink = match profile.target {
            TargetKind::Reference => Self::SHRINK,
            TargetKind::External(_) => Self::SHRINK_OUTSIDE,
        };
        Ok(Self {
            open: OpenRules::undeclared(&profile),
            profile,
            over: Over::default(),
            target,
            seed: seed.to_owned(),
            run: Env::real().ids.secret(),
            judges: Judges::default(),
            cases: Some(1000),
            time: None,
            findings: 1,
            jobs: 2,
            shrink,
            regressions: None,
        })
    }
}
