//! The command line. One file a command: its arguments, their conversion, one call, printing.

mod certs;
mod exit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::Exit;

/// Proves a SAML service provider.
#[derive(Debug, Parser)]
#[command(name = "samlproof", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make and rotate signing keys and the CA for TLS
    #[command(subcommand)]
    Certs(certs::Command),
}

/// Runs the command that the process was started with.
pub(crate) fn run() -> ExitCode {
    let exit: Exit = match Cli::parse().command {
        Command::Certs(command) => certs::run(&command),
    };
    exit.into()
}
