//! What a run is asked to do, and what it tells while it does it.

use std::path::PathBuf;
use std::time::Duration;

use crate::crypto::Engine;
use crate::plan::Selection;
use crate::reference::Fault;
use crate::report::CaseRecord;
use crate::scenario::{Catalogue, CatalogueErrors};

/// What a run is asked to do.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The scenarios and profiles.
    pub catalogue: Catalogue,
    /// Which of them.
    pub selection: Selection,
    /// Where snapshots are kept for embedded scenarios on a profile of the user's: beside it.
    pub snapshots: Option<PathBuf>,
    /// How many cases are played at once.
    pub jobs: usize,
    /// Whether outcomes are written as snapshots.
    pub accept: bool,
    /// The engine that signs and verifies.
    pub engine: Engine,
    /// How long one exchange may take.
    pub timeout: Duration,
    /// Where the IdP's keys for external SPs are kept; `None` makes new ones for the run.
    pub keys: Option<PathBuf>,
    /// What reference SPs do wrong, if anything; what they fail then is no finding about them.
    pub fault: Option<Fault>,
}

impl RunOptions {
    /// Everything that is embedded: all scenarios on all reference SPs, two cases at once.
    ///
    /// # Errors
    /// None in a released crate: a test parses all of it.
    pub fn embedded() -> Result<Self, CatalogueErrors> {
        Ok(Self {
            catalogue: Catalogue::embedded()?,
            selection: Selection::default(),
            snapshots: None,
            jobs: 2,
            accept: false,
            engine: Engine::default(),
            timeout: Duration::from_secs(10),
            keys: None,
            fault: None,
        })
    }
}

/// What a run tells while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The plan is made.
    Planned {
        /// How many cases will be played.
        cases: usize,
    },
    /// A case has come to its end.
    Finished(&'a CaseRecord),
}
