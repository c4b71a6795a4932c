//! What `samlproof idp` logs, on standard error.

use std::io;

use clap::ValueEnum;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How much is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogLevel {
    /// Nothing
    Off,
    /// What broke
    Error,
    /// And requests that are refused, with the reason
    Warn,
    /// And each login and change, one line each
    Info,
    /// And what goes on in between
    Debug,
}

impl LogLevel {
    /// Logs so much of this crate, and of no other, from here on.
    pub(super) fn start(self) {
        let level = match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
        };
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(io::stderr)
            .with_ansi(false)
            .with_target(false)
            .compact();
        let own = Targets::new().with_target("samlproof", level);
        // Whoever logs already goes on doing so.
        let _ = tracing_subscriber::registry().with(lines).with(own).try_init();
    }
}
