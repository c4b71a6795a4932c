//! The commands.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{certs, fuzz, idp, learn, run, selftest, sp};

/// Proves a SAML service provider.
///
/// Plays what the documents say of an SP against it, with a mock Okta org as the identity provider,
/// and judges by who is logged in and what the SP stored.
#[derive(Debug, Parser)]
#[command(name = "samlproof", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Play scenarios on the embedded SPs, or on yours, and report
    Run(Box<run::RunArgs>),
    /// Make up role mappings and logins, and look for what an SP gets wrong
    Fuzz(Box<fuzz::FuzzArgs>),
    /// Find out the rules of an SP by a few logins, and print a [rules] block for its profile
    Learn(Box<learn::LearnArgs>),
    /// Serve a mock Okta org until it is stopped
    Idp(Box<idp::IdpArgs>),
    /// Prove the catalogue itself: every fault of the embedded SPs has to be caught
    Selftest(selftest::SelftestArgs),
    /// Serve a reference SP on loopback, honest or with a fault
    Sp(sp::SpArgs),
    /// Make and rotate signing keys and the CA for TLS
    #[command(subcommand)]
    Certs(certs::Command),
}

/// Runs the command that the process was started with.
pub(crate) fn start() -> ExitCode {
    let exit = match Cli::parse().command {
        Command::Run(args) => run::execute(&args),
        Command::Fuzz(args) => fuzz::execute(&args),
        Command::Learn(args) => learn::execute(&args),
        Command::Idp(args) => idp::execute(&args),
        Command::Selftest(args) => selftest::execute(&args),
        Command::Sp(args) => sp::execute(&args),
        Command::Certs(command) => certs::run(&command),
    };
    exit.into()
}
