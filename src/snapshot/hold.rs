//! One snapshot, held by insta.
//!
//! insta's macros would bake this machine's path into the binary, ask cargo for the workspace and
//! panic on a difference. The function behind them does none of that if it is given a workspace of
//! its own, a `Settings` comparator that keeps both sides, and a configuration that always passes.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use insta::_macro_support::{SnapshotValue, assert_snapshot};
use insta::{Settings, Snapshot};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use thiserror::Error;

use super::{Store, render};
use crate::plan::Case;
use crate::verdict::CaseOutcome;

/// What holding an outcome against its snapshot gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// It is as stored.
    Same,
    /// It differs.
    Changed {
        /// The stored text.
        stored: String,
        /// The text of this run.
        now: String,
    },
    /// Nothing is stored yet.
    New {
        /// The text of this run.
        now: String,
    },
    /// It was written, as the user asked.
    Accepted,
}

/// Why an outcome could not be held.
#[derive(Debug, Error)]
pub enum HoldError {
    /// The workspace that insta needs could not be made.
    #[error("cannot make a temporary folder for snapshots: {0}")]
    Workspace(#[from] std::io::Error),
    /// insta could not write.
    #[error("cannot write the snapshot below {folder}: {cause}")]
    Write {
        /// The store's folder.
        folder: PathBuf,
        /// What insta said.
        cause: String,
    },
}

/// Holds the outcome of a case against its stored snapshot.
///
/// With `accept` the snapshot is written, unless the store is embedded. The user's `INSTA_UPDATE` wins
/// over that and everything else; by default a `.snap.new` is put beside the old one, and nothing in
/// CI.
///
/// # Errors
/// If a folder cannot be made or a snapshot cannot be written.
pub fn hold(
    case: &Case,
    outcome: &CaseOutcome,
    store: &Store,
    accept: bool,
) -> Result<Held, HoldError> {
    let now = render(case, outcome);
    let workspace = Workspace::new(store, case, accept)?;
    let seen = workspace.assert(case, &now)?;
    // insta alone knows what `accept` and the user's own `INSTA_UPDATE` come to: look what it did.
    let is_stored = || store.stored(case).is_some_and(|file| body(&file) == now.trim_end());
    match seen {
        Some((stored, _)) if stored.trim_end() == now.trim_end() => Ok(Held::Same),
        _ if is_stored() => {
            remove_pending(&workspace.snapshots, case)?;
            Ok(Held::Accepted)
        }
        Some((stored, _)) => Ok(Held::Changed { stored, now }),
        None => Ok(Held::New { now }),
    }
}

/// Takes away what an earlier run left beside the snapshot to be looked at: the user has decided.
fn remove_pending(folder: &Path, case: &Case) -> Result<(), HoldError> {
    match std::fs::remove_file(folder.join(format!("{}.snap.new", case.id.slug()))) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => {
            Err(HoldError::Write { folder: folder.to_path_buf(), cause: cause.to_string() })
        }
        _ => Ok(()),
    }
}

/// What a snapshot file holds below its header.
fn body(file: &str) -> &str {
    let below = file.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    below.map_or(file, |(_, body)| body).trim_end()
}

/// The place where insta works: a configuration, and snapshots that may be written.
struct Workspace {
    root: TempDir,
    /// The folder that holds this case's `.snap`.
    snapshots: PathBuf,
}

impl Workspace {
    fn new(store: &Store, case: &Case, accept: bool) -> Result<Self, HoldError> {
        let root = TempDir::new()?;
        let config = root.path().join(".config");
        std::fs::create_dir(&config)?;
        let update = if accept { "always" } else { "auto" };
        let behaviour =
            format!("behavior:\n  force_pass: true\n  output: none\n  update: {update}\n");
        std::fs::write(config.join("insta.yaml"), behaviour)?;

        let relative = Store::relative(case);
        let below = relative.parent().unwrap_or(Path::new(""));
        let snapshots = match store {
            // A relative path would be looked for from our own workspace.
            Store::Folder(folder) => std::path::absolute(folder)?.join(below),
            Store::Embedded(_) => {
                let copy = root.path().join(below);
                std::fs::create_dir_all(&copy)?;
                if let Some(stored) = store.stored(case) {
                    std::fs::write(root.path().join(&relative), stored)?;
                }
                copy
            }
        };
        Ok(Self { root, snapshots })
    }

    /// Lets insta compare, and gives both sides if there is an old one.
    fn assert(&self, case: &Case, now: &str) -> Result<Option<(String, String)>, HoldError> {
        let seen = Arc::new(Mutex::new(None));
        let slug = case.id.slug();
        let mut settings = Settings::new();
        settings.set_snapshot_path(&self.snapshots);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(&case.title);
        settings.set_comparator(Box::new(Both(Arc::clone(&seen))));
        // Not a path: insta would look it up and write where it stands on this machine.
        let source = case.id.to_string();
        let result = settings.bind(|| {
            let value = SnapshotValue::FileText { name: Some(slug.into()), content: now };
            assert_snapshot(value, self.root.path(), slug, "samlproof", &source, 0, "")
        });
        result.map_err(|cause| HoldError::Write {
            folder: self.snapshots.clone(),
            cause: cause.to_string(),
        })?;
        // A poisoned lock would need a panic inside the comparator, which has none.
        Ok(seen.lock().map_or(None, |mut seen| seen.take()))
    }
}

/// A comparator that keeps what it compared.
struct Both(Arc<Mutex<Option<(String, String)>>>);

impl insta::Comparator for Both {
    fn matches(&self, reference: &Snapshot, test: &Snapshot) -> bool {
        let text =
            |snapshot: &Snapshot| snapshot.as_text().map(ToString::to_string).unwrap_or_default();
        let (old, new) = (text(reference), text(test));
        let same = old == new;
        if let Ok(mut kept) = self.0.lock() {
            *kept = Some((old, new));
        }
        same
    }

    fn dyn_clone(&self) -> Box<dyn insta::Comparator> {
        Box::new(Self(Arc::clone(&self.0)))
    }
}
