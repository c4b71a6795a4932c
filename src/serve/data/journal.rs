//! Writing changes down, in order, on a thread of its own.

use std::fmt;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::change::{Places, changes};
use super::store::Changes;
use super::{DataError, OrgData};
use crate::idp::Org;

/// Takes changes, and says when they are on the disk.
pub(in crate::serve) struct Journal {
    tail: Mutex<Tail>,
    progress: watch::Receiver<Progress>,
    writer: Option<std::thread::JoinHandle<()>>,
}

/// Where the next change goes. Changes are numbered from 1.
struct Tail {
    /// The org as it was noted last.
    noted: Arc<Org>,
    places: Places,
    last: u64,
    batches: Option<Sender<Batch>>,
}

struct Batch {
    number: u64,
    changes: Changes,
}

/// How far the writer is.
#[derive(Clone, Debug, Default)]
struct Progress {
    /// All up to this one is on the disk.
    kept: u64,
    /// All up to this one was tried.
    tried: u64,
    /// Why not all of it is kept.
    problem: Option<DataError>,
}

impl Journal {
    /// Starts to keep an org, of which the file has an earlier state or none.
    ///
    /// # Errors
    /// [`DataError`], if what is kept cannot be read or the thread cannot be started.
    pub(in crate::serve) fn start(data: OrgData, org: Arc<Org>) -> Result<Self, DataError> {
        let (kept, places) = data.load_with_places()?;
        let (batches, inbox) = mpsc::channel();
        let (report, progress) = watch::channel(Progress::default());
        let path = data.path().to_owned();
        let writer = std::thread::Builder::new()
            .name("samlproof-data".to_owned())
            .spawn(move || write_all(&data, &inbox, &report))
            .map_err(DataError::file(&path, "starting the thread that writes"))?;
        let mut tail = Tail { noted: org.clone(), places, last: 0, batches: Some(batches) };
        let first = changes(kept.as_ref(), &org, &mut tail.places);
        tail.send(first);
        Ok(Self { tail: Mutex::new(tail), progress, writer: Some(writer) })
    }

    /// Has a change written down. Whoever changes the org calls this while nobody else can.
    pub(in crate::serve) fn note(&self, after: &Arc<Org>) {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let Tail { noted, places, .. } = &mut *tail;
        let changes = changes(Some(noted), after, places);
        tail.noted = after.clone();
        if !changes.is_empty() {
            tail.send(changes);
        }
    }

    /// Waits until everything that was noted is on the disk. What could not be written is tried again.
    ///
    /// # Errors
    /// Why it is not.
    pub(in crate::serve) async fn flushed(&self) -> Result<(), DataError> {
        let mut progress = self.progress.clone();
        let (wanted, tried) = {
            let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
            let wanted = tail.last;
            if progress.borrow().kept >= wanted {
                return Ok(());
            }
            (wanted, tail.send(Changes::new()))
        };
        let done = |progress: &Progress| progress.kept >= wanted || progress.tried >= tried;
        let end = progress.wait_for(done).await.map(|progress| progress.clone());
        match end {
            Ok(progress) if progress.kept >= wanted => Ok(()),
            Ok(Progress { problem: Some(problem), .. }) => Err(problem),
            // The writer ends with the journal, and reports each failure.
            Ok(_) | Err(_) => Err(DataError::File {
                path: std::path::PathBuf::new(),
                action: "writing",
                cause: "the thread that writes is gone".to_owned(),
            }),
        }
    }
}

impl Tail {
    fn send(&mut self, changes: Changes) -> u64 {
        self.last += 1;
        let batch = Batch { number: self.last, changes };
        if let Some(batches) = &self.batches {
            // Without a writer nothing is ever reported as kept.
            let _ = batches.send(batch);
        }
        self.last
    }
}

/// Lets the writer finish.
impl Drop for Journal {
    fn drop(&mut self) {
        self.tail.get_mut().unwrap_or_else(PoisonError::into_inner).batches = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("progress", &self.progress).finish_non_exhaustive()
    }
}

/// Writes until the journal is gone. What arrives meanwhile is written at once; what failed is tried
/// again with what arrives next.
fn write_all(data: &OrgData, inbox: &Receiver<Batch>, report: &watch::Sender<Progress>) {
    let mut open = Changes::new();
    while let Ok(first) = inbox.recv() {
        let mut last = first.number;
        open.extend(first.changes);
        while let Ok(next) = inbox.try_recv() {
            last = next.number;
            open.extend(next.changes);
        }
        let written = if open.is_empty() { Ok(()) } else { data.write(&open) };
        match written {
            Ok(()) => {
                open.clear();
                report.send_replace(Progress { kept: last, tried: last, problem: None });
            }
            Err(problem) => {
                tracing::error!(%problem, "a change could not be kept");
                report.send_modify(|progress| {
                    progress.tried = last;
                    progress.problem = Some(problem);
                });
            }
        }
    }
}
