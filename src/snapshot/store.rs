//! Where snapshots are.

use std::path::{Path, PathBuf};

use crate::plan::Case;

/// Where the snapshots of a run are.
#[derive(Clone, Debug)]
pub enum Store {
    /// The ones that came with samlproof, by their path below the store; they cannot be written.
    Embedded(fn(&str) -> Option<&'static str>),
    /// A `snapshots` folder beside scenarios or beside an SP profile.
    Folder(PathBuf),
}

impl Store {
    /// The path of a case's snapshot below the store.
    pub(super) fn relative(case: &Case) -> PathBuf {
        Path::new(&case.profile.family).join(format!("{}.snap", case.id))
    }

    /// The stored text of a case, header included, if there is one.
    pub(super) fn stored(&self, case: &Case) -> Option<String> {
        let relative = Self::relative(case);
        match self {
            Self::Embedded(find) => find(relative.to_str()?).map(ToOwned::to_owned),
            Self::Folder(folder) => std::fs::read_to_string(folder.join(relative)).ok(),
        }
    }
}
