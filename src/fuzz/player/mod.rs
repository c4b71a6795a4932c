//! Playing what was generated: in process, over HTTP, on somebody else's SP.

mod stand;

pub use stand::{Entered, Stand, StandError};
