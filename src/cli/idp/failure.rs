//! Why nothing is served.

use std::io::IsTerminal;
use std::path::PathBuf;

use samlproof::keys::StoreError;
use samlproof::scenario::ParseErrors;
use samlproof::serve::{AppKeyError, DataError, NotKept, StartError};

use crate::cli::exit::Exit;

/// Why an org cannot be served, or a file not taken over.
pub(super) enum Failure {
    /// Used wrongly.
    Usage(String),
    /// A file that cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// A file that is wrong.
    Parse(ParseErrors),
    /// A file that cannot be taken over as it is.
    Unfit(String),
    /// A key that cannot be had.
    Key(AppKeyError),
    /// A data file that cannot be used.
    Data(DataError),
    /// A data file that cannot be written.
    NotKept(NotKept),
    /// A CA that cannot be had.
    Authority(StoreError),
    /// The port is taken, say.
    Start(StartError),
    /// No runtime.
    Runtime(std::io::Error),
}

impl Failure {
    /// Says it on standard error.
    pub(super) fn print(self) -> Exit {
        let (exit, text) = match self {
            Self::Parse(errors) => {
                anstream::eprintln!("{}", errors.render(std::io::stderr().is_terminal()));
                return Exit::Input;
            }
            Self::Usage(text) => (Exit::Usage, text),
            Self::Unfit(text) => (Exit::Input, text),
            Self::Unreadable(file, error) => {
                (Exit::Input, format!("{} cannot be read: {error}", file.display()))
            }
            Self::Key(AppKeyError::Store(error)) | Self::Authority(error) => {
                (Exit::of_store(&error), error.to_string())
            }
            Self::Key(error) => (Exit::Input, error.to_string()),
            Self::Data(error) => {
                let exit = match error {
                    DataError::File { .. } => Exit::Broken,
                    DataError::InUse { .. } => Exit::Inconclusive,
                    _ => Exit::Input,
                };
                (exit, error.to_string())
            }
            Self::NotKept(error) => (Exit::Broken, error.to_string()),
            Self::Start(StartError::Net(error)) => (Exit::Inconclusive, error.to_string()),
            Self::Start(error) => (Exit::Broken, error.to_string()),
            Self::Runtime(error) => (Exit::Broken, format!("cannot start: {error}")),
        };
        anstream::eprintln!("error: {text}");
        exit
    }
}
