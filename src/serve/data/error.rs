//! Why an org cannot be kept, or not be read back.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A data file that cannot be used.
#[derive(Clone, Debug, Error)]
pub enum DataError {
    /// The file system refused.
    #[error("{path}: {action} failed: {cause}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        cause: String,
    },
    /// Another process has it open.
    #[error("{path} is in use by another process; stop that one, or keep this org elsewhere")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// Something else, or damaged.
    #[error(
        "{path} is no data file of samlproof, or is damaged: {cause}; move it away to begin anew"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        cause: String,
    },
    /// Written by a later version of this program.
    #[error(
        "{path} was written by a newer samlproof, in format {found}; this one knows {known}: use the \
         newer one, or move the file away to begin anew"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u64,
        /// The latest that is known.
        known: u64,
    },
    /// Written before the store's format changed, which was before the first release.
    #[error(
        "{path} was written by an earlier samlproof, in a format that is not read any more: use that one, \
         or move the file away to begin anew"
    )]
    Older {
        /// The file.
        path: PathBuf,
    },
    /// A record of it makes no sense.
    #[error("{path}: the record {key} cannot be read: {cause}; move the file away to begin anew")]
    Record {
        /// The file.
        path: PathBuf,
        /// The record.
        key: String,
        /// What is wrong with it.
        cause: String,
    },
}

impl DataError {
    pub(super) fn file(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::File { path: path.to_owned(), action, cause: error.to_string() }
    }

    /// What the store says while it opens a file.
    pub(super) fn opening(path: &Path, error: redb::DatabaseError) -> Self {
        let path = path.to_owned();
        match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Self::InUse { path },
            redb::DatabaseError::UpgradeRequired(_) => Self::Older { path },
            // Data that makes no sense, and a file that ends too early, are no fault of the file system.
            redb::DatabaseError::Storage(redb::StorageError::Io(error))
                if !matches!(
                    error.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                ) =>
            {
                Self::File { path, action: "opening", cause: error.to_string() }
            }
            other => Self::Damaged { path, cause: other.to_string() },
        }
    }

    /// What the store says later.
    pub(super) fn using(path: &Path, error: redb::Error) -> Self {
        let path = path.to_owned();
        match error {
            redb::Error::Corrupted(cause) => Self::Damaged { path, cause },
            other => Self::File { path, action: "reading or writing", cause: other.to_string() },
        }
    }
}
