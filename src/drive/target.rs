//! A started SP that cases can be played on.

use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::embedded::{self, EmbeddedSet};
use super::external::{External, ExternalSet};
use super::stage::Stage;
use crate::crypto::Engine;
use crate::env::Env;
use crate::idp::SignParts;
use crate::keys::{KeyError, SigningKey, TlsAuthority};
use crate::net::NetError;
use crate::observation::Trouble;
use crate::plan::Case;
use crate::reference::Fault;
use crate::sp::{SpProfile, TargetKind};

/// What a target is started with.
#[derive(Clone, Debug)]
pub struct TargetOptions {
    /// The engine that signs, and that a reference SP verifies with.
    pub engine: Engine,
    /// The CA of every certificate that is shown on loopback.
    pub authority: Arc<TlsAuthority>,
    /// The keys of the orgs and a stranger's.
    pub keys: TargetKeys,
    /// How long one exchange may take.
    pub timeout: Duration,
    /// What a reference SP does wrong, if anything.
    pub fault: Option<Fault>,
}

/// The signing keys of a target.
#[derive(Clone, Debug)]
pub struct TargetKeys {
    /// The main org's current and next key.
    pub main: Vec<SigningKey>,
    /// Any other org's current and next key.
    pub other: Vec<SigningKey>,
    /// A key that no SP is told of: RSA with 2048 bits or more.
    pub stranger: SigningKey,
}

/// Why a target could not be started.
#[derive(Debug, Error)]
pub enum TargetError {
    /// A listener or a client could not be made.
    #[error(transparent)]
    Net(#[from] NetError),
    /// A certificate could not be made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// A file or folder that the SP is to be given could not be made.
    #[error("cannot prepare a folder for the SP: {0}")]
    Folder(#[from] std::io::Error),
    /// The profile or the SP is not usable.
    #[error("{0}")]
    Sp(Trouble),
}

/// An SP that cases can be played on.
#[derive(Debug)]
pub struct Target {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Every case gets an instance of its own.
    Embedded(embedded::Maker),
    /// One SP, one case at a time.
    External(Box<External>),
}

impl Target {
    /// Makes an SP ready: an external one gets its IdP; it is launched by its first case.
    ///
    /// # Errors
    /// If a listener, a certificate or a folder cannot be made.
    pub async fn start(
        profile: Arc<SpProfile>,
        options: TargetOptions,
    ) -> Result<Self, TargetError> {
        let kind = match &profile.target {
            TargetKind::Reference => Kind::Embedded(embedded::Maker::new(profile, options)),
            TargetKind::External(_) => {
                Kind::External(Box::new(External::start(profile, options).await?))
            }
        };
        Ok(Self { kind })
    }

    /// Has the IdP sign these parts of its responses; both unless this is said.
    #[must_use]
    pub fn signing(mut self, parts: SignParts) -> Self {
        match &mut self.kind {
            Kind::Embedded(maker) => maker.sign(parts),
            Kind::External(external) => external.sign(parts),
        }
        self
    }

    /// Whether cases may be played side by side.
    pub fn is_parallel(&self) -> bool {
        matches!(self.kind, Kind::Embedded(_))
    }

    /// Whether each case can have a clock of its own.
    pub fn has_clock(&self) -> bool {
        matches!(self.kind, Kind::Embedded(_))
    }

    /// Ends what was started.
    pub async fn stop(self) {
        match self.kind {
            Kind::Embedded(_) => {}
            Kind::External(external) => external.stop().await,
        }
    }

    /// Sets the stage for a case.
    pub(super) async fn set(&self, case: &Case, env: &Env) -> Result<Set<'_>, Trouble> {
        match &self.kind {
            Kind::Embedded(maker) => maker.set(case, env).await.map(Set::Embedded),
            Kind::External(external) => external.set(case, env).await.map(Set::External),
        }
    }
}

/// A stage and what keeps it standing.
#[derive(Debug)]
pub(super) enum Set<'a> {
    Embedded(EmbeddedSet),
    External(ExternalSet<'a>),
}

impl Set<'_> {
    pub(super) fn stage(&self) -> &Stage {
        match self {
            Self::Embedded(set) => &set.stage,
            Self::External(set) => &set.stage,
        }
    }

    /// Adds what the SP itself printed to a trouble.
    pub(super) fn explain(&mut self, trouble: Trouble) -> Trouble {
        match self {
            Self::Embedded(_) => trouble,
            Self::External(set) => set.explain(trouble),
        }
    }

    /// Takes the stage down.
    pub(super) async fn strike(self) {
        match self {
            Self::Embedded(set) => set.strike().await,
            Self::External(_) => {}
        }
    }
}
