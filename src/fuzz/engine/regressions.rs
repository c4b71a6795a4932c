//! Cases that have failed once, kept as proptest keeps them and played first the next time.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::seed::{CaseSeed, NoCaseSeed};

/// What every file begins with.
const HEAD: &str = "\
# Seeds of cases that samlproof fuzz has found something with. They are played again before any new
# case is drawn. It is recommended to keep this file under version control, so that everybody who
# fuzzes this SP has these cases played.
";

/// The file of one profile: a line `cc SEED # what it shrank to` for each case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regressions {
    path: PathBuf,
}

/// A file of regressions that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegressionsError {
    /// It cannot be read or written.
    #[error("{}: {cause}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// A line that says something else.
    #[error("{}:{line}: {cause}; a line is `cc SEED # a remark`, or `# a remark`", .path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        cause: NoCaseSeed,
    },
}

impl Regressions {
    /// The folder that regressions are kept in, beside the profile or in the current folder.
    pub const FOLDER: &str = "fuzz-regressions";

    /// The file of a profile in a folder; neither need exist.
    pub fn of(folder: &Path, profile: &str) -> Self {
        Self { path: folder.join(format!("{profile}.txt")) }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The cases in it, in order; none if there is no such file.
    ///
    /// # Errors
    /// If it cannot be read, or a line cannot be understood.
    pub fn read(&self) -> Result<Vec<CaseSeed>, RegressionsError> {
        let Some(text) = self.text()? else { return Ok(Vec::new()) };
        let mut seeds = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let said = line.split('#').next().unwrap_or_default().trim();
            if said.is_empty() {
                continue;
            }
            let seed = said.strip_prefix("cc ").unwrap_or(said).trim();
            seeds.push(seed.parse().map_err(|cause| RegressionsError::Line {
                path: self.path.clone(),
                line: number + 1,
                cause,
            })?);
        }
        Ok(seeds)
    }

    /// Adds a case with a remark, unless it is there.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn add(&self, seed: CaseSeed, remark: &str) -> Result<(), RegressionsError> {
        let mut text = self.text()?.unwrap_or_else(|| HEAD.to_owned());
        if text.contains(&seed.to_string()) {
            return Ok(());
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let remark: String = remark.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(text, "cc {seed} # {remark}").expect("a String takes all text");
        let folder = self.path.parent().map_or(Ok(()), std::fs::create_dir_all);
        folder.and_then(|()| std::fs::write(&self.path, text)).map_err(|cause| self.failed(cause))
    }

    fn text(&self) -> Result<Option<String>, RegressionsError> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.failed(cause)),
        }
    }

    fn failed(&self, cause: io::Error) -> RegressionsError {
        RegressionsError::File { path: self.path.clone(), cause }
    }
}
