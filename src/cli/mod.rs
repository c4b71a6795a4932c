//! The command line. One file a command: its arguments, their conversion, one call, printing.

mod certs;
mod command;
mod exit;
mod fuzz;
mod hunt;
mod idp;
mod interrupt;
mod learn;
mod plan;
mod progress;
mod proof;
mod run;
mod selftest;
mod sp;
mod sp_entries;

pub(crate) use command::start;
