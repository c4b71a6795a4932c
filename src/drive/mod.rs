//! Plays a case on a target and writes down what is seen. No opinion here.
//!
//! [`Target::start`] makes an SP reachable: an embedded reference SP a case, or somebody else's SP
//! that is launched and configured by its profile. [`drive`] then walks through the steps with real
//! browsers, one cookie jar each for the SP and for the IdP, and asks the SP after every step who
//! is logged in and what it has stored.

mod act;
mod adapters;
mod browser;
mod command;
mod embedded;
mod external;
mod form;
mod group;
mod in_process;
mod keys;
mod launch;
mod org;
mod placeholders;
mod play;
mod stage;
mod target;

pub use in_process::{InProcess, InProcessOptions};
pub use play::drive;
pub use target::{Target, TargetError, TargetKeys, TargetOptions};
