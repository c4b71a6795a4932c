//! Playing worlds: in process, over HTTP, on somebody else's SP.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Played, Script};
use crate::drive::{InProcess, InProcessOptions, Target, TargetError, TargetOptions, drive};
use crate::env::Env;
use crate::idp::SignParts;
use crate::observation::Trouble;
use crate::sp::{SpProfile, TargetKind};

/// When a world begins on a settable clock; any instant would do, a fixed one repeats.
const BEGINNING: Timestamp = Timestamp::constant(1_767_607_200, 0);

/// How an embedded SP is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    /// Its router is called as a service.
    #[default]
    InProcess,
    /// By HTTPS on loopback, with browsers, as scenarios are played.
    Http,
}

/// An SP that worlds can be played on. Only assertions are signed, not the responses around them.
#[derive(Debug)]
pub struct Player(Kind);

#[derive(Debug)]
enum Kind {
    InProcess(Box<InProcess>),
    Target(Box<Target>),
}

impl Player {
    /// Makes an SP ready. One that is not embedded is always reached as its profile says.
    ///
    /// # Errors
    /// If a listener, a certificate or a folder cannot be made.
    pub async fn start(
        profile: Arc<SpProfile>,
        over: Over,
        options: TargetOptions,
    ) -> Result<Self, TargetError> {
        if profile.target == TargetKind::Reference && over == Over::InProcess {
            let key = |keys: &[_]| keys.first().unwrap_or(&options.keys.stranger).clone();
            let options = InProcessOptions {
                main: key(&options.keys.main),
                other: key(&options.keys.other),
                stranger: options.keys.stranger.clone(),
                signed: SignParts::Assertion,
                fault: options.fault,
            };
            return Ok(Self(Kind::InProcess(Box::new(InProcess::new(profile, options)))));
        }
        let signed = match profile.target {
            TargetKind::Reference => SignParts::Assertion,
            // What an SP of others requires to be signed is not ours to know: Okta signs both.
            TargetKind::External(_) => SignParts::Both,
        };
        let target = Target::start(profile, options).await?.signing(signed);
        Ok(Self(Kind::Target(Box::new(target))))
    }

    /// Whether worlds may be played side by side, each on an SP of its own.
    pub fn is_parallel(&self) -> bool {
        match &self.0 {
            Kind::InProcess(_) => true,
            Kind::Target(target) => target.is_parallel(),
        }
    }

    /// Plays a script.
    ///
    /// # Errors
    /// What kept it from being played to its end. What the SP does is none.
    pub async fn play(&self, script: &Script) -> Result<Played, Trouble> {
        let case = &script.case;
        let fixed = || Env::fixed(BEGINNING, &case.seed);
        let observation = match &self.0 {
            Kind::InProcess(player) => player.drive(case, &fixed()).await,
            Kind::Target(target) if target.has_clock() => drive(case, target, &fixed()).await,
            Kind::Target(target) => drive(case, target, &Env::real()).await,
        };
        match (Played::of(script, &observation), observation.trouble) {
            (Some(played), _) => Ok(played),
            (None, Some(trouble)) => Err(trouble),
            (None, None) => Err(Trouble::Launch("the play ended before its last step".into())),
        }
    }

    /// Ends what was started.
    pub async fn stop(self) {
        match self.0 {
            Kind::InProcess(_) => {}
            Kind::Target(target) => target.stop().await,
        }
    }
}
