//! The choice between two implementations.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Who computes and checks the values of a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Engine {
    /// bergshamra's canonicalisation and aws-lc's keys.
    #[default]
    Native,
    /// libxmlsec1 on libxml2 and OpenSSL: a second opinion that shares no code with the first.
    #[cfg(feature = "xmlsec")]
    Libxmlsec,
}

impl Engine {
    /// Those that this build has.
    pub const ALL: &[Self] = &[
        Self::Native,
        #[cfg(feature = "xmlsec")]
        Self::Libxmlsec,
    ];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            #[cfg(feature = "xmlsec")]
            Self::Libxmlsec => "xmlsec",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().copied().find(|engine| engine.name() == text);
        known.ok_or_else(|| match text {
            "xmlsec" => UnknownEngine::NotBuilt,
            other => UnknownEngine::Unknown(other.to_owned()),
        })
    }
}

/// An engine that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnknownEngine {
    /// There is none of this name.
    #[error("`{0}` is not a signature engine; there are native and xmlsec")]
    Unknown(String),
    /// libxmlsec1 was left out of this build.
    #[error(
        "this build has no xmlsec engine: install libxmlsec1-dev and libclang-dev, then build with `--features xmlsec`"
    )]
    NotBuilt,
}
