//! What `samlproof idp` can be told.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::Args;

use super::log::LogLevel;

/// The org that is served when no file is given; shown by `--help`, to be copied.
pub(super) const DEMO_ORG: &str = include_str!("../demo_org.toml");

/// The arguments of `samlproof idp`.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    after_long_help = concat!(
        "Examples:
  samlproof idp                                        the org below, on a free port
  samlproof idp org.toml --port 8443 --keys keys       the same addresses and keys every time
  samlproof idp org.toml --https --ca keys --json      HTTPS, and one line of JSON for a program
  samlproof idp a.toml b.toml --port 8443              two orgs, on ports 8443 and 8444
  samlproof idp org.toml --port 8443 --data data       what is changed is there after a restart

The entity ids and paths of an org follow from its file. With --port and --keys an SP that has
stored them goes on trusting the org after a restart. Ctrl-C and SIGTERM stop it.

SIGHUP has the files read again. What a file says otherwise than before is changed at once: users,
groups and apps. Ids, keys and sessions of what stays are kept, and so is what was made by other
ways than the file. A file that is wrong is told whole, and its org goes on as it was.

With --data the same holds from one start to the next: the file begins the org, and counts again where
it says something else than at the last start. Sessions are not kept.

Each file is an org of its own, on a port of its own. Browsers keep cookies by host and not by port:
whoever wants to be signed in at several orgs at once gives them names, as in
`--host a.localhost --host b.localhost`, in the order of the files.

Exit codes: 0 stopped as asked, 2 usage, 3 a file is wrong, 5 the port is taken, 70 it broke.

The org that is served without a file, which shows what a file may hold:

",
        include_str!("../demo_org.toml")
    )
)]
pub(crate) struct IdpArgs {
    /// The org files; without any an org with one app and two users (see --help)
    #[arg(value_name = "ORG.TOML")]
    pub(super) files: Vec<PathBuf>,
    /// The port; 0 takes any free one. Further orgs take the ports behind it
    #[arg(short, long, default_value_t = 0)]
    pub(super) port: u16,
    /// The address to listen on; others than loopback let everybody in who reaches this machine
    #[arg(long, value_name = "IP", default_value_t = IpAddr::from(Ipv4Addr::LOCALHOST))]
    pub(super) bind: IpAddr,
    /// The host name in the org's addresses, and the one that it answers to beside localhost; once
    /// for each org
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    pub(super) host: Vec<String>,
    /// Keep each app's signing key in this folder; made when there is none
    #[arg(long, value_name = "DIR")]
    pub(super) keys: Option<PathBuf>,
    /// Keep each org in a file of this folder, with its keys and all that was changed by other ways
    /// than the org file; it is there again after a restart or a crash
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Serve HTTPS with a certificate of samlproof's own CA
    #[arg(long)]
    pub(super) https: bool,
    /// Keep the CA in this folder [default: that of --keys or --data]; made when there is none
    #[arg(long, value_name = "DIR", requires = "https")]
    pub(super) ca: Option<PathBuf>,
    /// How many requests an org takes within a minute of logins at apps, of sign-ins, and of each kind
    /// of calls of the management API; more get 429 [default: any]
    #[arg(long, value_name = "N")]
    pub(super) rate_limit: Option<u32>,
    /// Print the addresses as one line of JSON
    #[arg(long)]
    pub(super) json: bool,
    /// What is logged on standard error
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = LogLevel::Info)]
    pub(super) log: LogLevel,
    /// Log more: the same as `--log debug`
    #[arg(short, long, conflicts_with = "log")]
    pub(super) verbose: bool,
}

const EXAMPLES: &str = "Examples:
  samlproof idp
  samlproof idp org.toml --port 8443 --keys keys
  samlproof idp org.toml --https --ca keys --json
  samlproof idp a.toml b.toml --port 8443

`--help` shows an org file.";

/// A host name, as it may stand in a certificate and in an address.
fn host_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if !text.is_empty() && text.len() <= 253 && text.chars().all(plain) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("a host name has letters, digits, `-` and `.` alone; the port is said by --port".into())
    }
}
