//! The hunt: cases are drawn, played, judged, and shrunk where they disagree.

mod check;
mod hunt;
mod judges;
mod options;
mod proof;
mod record;
mod reduce;
mod regressions;
mod seed;
mod shrink;
mod size;
mod text;
mod watch;

pub use hunt::{FuzzError, fuzz};
pub use judges::{Judges, NoSuchLaw};
pub use options::{FuzzKeysError, FuzzOptions};
pub use proof::{FUZZED, FaultHunt, FuzzProof, prove};
pub use record::{FuzzFinding, FuzzRecord, Origin};
pub use regressions::{Regressions, RegressionsError};
pub use seed::{CaseSeed, NoCaseSeed};
pub use size::Size;
pub use watch::{Counts, Watch};
