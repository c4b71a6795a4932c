//! `samlproof idp`: serves a mock Okta org.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::pin::pin;

use clap::Args;
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::idp::{Org, OrgDraft};
use samlproof::keys::{KeyStore, StoreError, TlsAuthority};
use samlproof::scenario::{ParseErrors, Source, parse_org};
use samlproof::serve::{
    AppAddresses, AppKeyError, AppKeys, Listen, OrgServer, OrgService, StartError,
};
use serde_json::json;

use super::exit::Exit;
use super::interrupt::interrupted;

/// The org that is served when no file is given; shown by `--help`, to be copied.
const DEMO_ORG: &str = include_str!("demo_org.toml");

/// The arguments of `samlproof idp`.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    after_long_help = concat!(
        "Examples:
  samlproof idp                                        the org below, on a free port
  samlproof idp org.toml --port 8443 --keys keys       the same addresses and keys every time
  samlproof idp org.toml --https --ca keys --json      HTTPS, and one line of JSON for a program

The entity ids and paths of an org follow from its file. With --port and --keys an SP that has
stored them goes on trusting the org after a restart. Ctrl-C and SIGTERM stop it.

Exit codes: 0 stopped as asked, 2 usage, 3 a file is wrong, 5 the port is taken, 70 it broke.

The org that is served without a file, which shows what a file may hold:

",
        include_str!("demo_org.toml")
    )
)]
pub(crate) struct IdpArgs {
    /// The org file; without it an org with one app and two users (see --help)
    #[arg(value_name = "ORG.TOML")]
    file: Option<PathBuf>,
    /// The port; 0 takes any free one
    #[arg(short, long, default_value_t = 0)]
    port: u16,
    /// The address to listen on; others than loopback let everybody in who reaches this machine
    #[arg(long, value_name = "IP", default_value_t = IpAddr::from(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// The host name in the org's addresses, and the one that it answers to beside localhost
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    host: Option<String>,
    /// Keep each app's signing key in this folder; made when there is none
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// Serve HTTPS with a certificate of samlproof's own CA
    #[arg(long)]
    https: bool,
    /// Keep the CA in this folder [default: that of --keys]; made when there is none
    #[arg(long, value_name = "DIR", requires = "https")]
    ca: Option<PathBuf>,
    /// Print the addresses as one line of JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  samlproof idp
  samlproof idp org.toml --port 8443 --keys keys
  samlproof idp org.toml --https --ca keys --json

`--help` shows an org file.";

/// Serves until it is told to stop, and says how it ended.
pub(crate) fn execute(args: &IdpArgs) -> Exit {
    match prepared(args).and_then(|prepared| served(args, &prepared)) {
        Ok(()) => Exit::Success,
        Err(failure) => failure.print(),
    }
}

/// Everything that can be wrong before something is started.
struct Prepared {
    org: Org,
    draft: OrgDraft,
    keys: AppKeys,
    authority: Option<(TlsAuthority, PathBuf)>,
}

enum Failure {
    Usage(&'static str),
    Unreadable(PathBuf, std::io::Error),
    Parse(ParseErrors),
    Key(AppKeyError),
    Authority(StoreError),
    Start(StartError),
    Runtime(std::io::Error),
}

impl Failure {
    fn print(self) -> Exit {
        let (exit, text) = match self {
            Self::Parse(errors) => {
                anstream::eprintln!("{}", errors.render(std::io::stderr().is_terminal()));
                return Exit::Input;
            }
            Self::Usage(text) => (Exit::Usage, text.to_owned()),
            Self::Unreadable(file, error) => {
                (Exit::Input, format!("{} cannot be read: {error}", file.display()))
            }
            Self::Key(AppKeyError::Store(error)) | Self::Authority(error) => {
                (Exit::of_store(&error), error.to_string())
            }
            Self::Key(error) => (Exit::Input, error.to_string()),
            Self::Start(StartError::Net(error)) => (Exit::Inconclusive, error.to_string()),
            Self::Start(error) => (Exit::Broken, error.to_string()),
            Self::Runtime(error) => (Exit::Broken, format!("cannot start: {error}")),
        };
        anstream::eprintln!("error: {text}");
        exit
    }
}

fn prepared(args: &IdpArgs) -> Result<Prepared, Failure> {
    let draft = parse_org(&source(args.file.as_deref())?).map_err(Failure::Parse)?;
    let now = Env::real().clock.now();
    let authority = match (args.https, args.ca.as_ref().or(args.keys.as_ref())) {
        (false, _) => None,
        (true, None) => return Err(Failure::Usage(NO_FOLDER)),
        (true, Some(folder)) => {
            let store = KeyStore::new(folder, "tls-ca");
            let authority = store.load_or_make_authority(now).map_err(Failure::Authority)?;
            Some((authority, store.certificate_path()))
        }
    };
    let keys = args.keys.clone().map_or(AppKeys::Fresh, AppKeys::Kept);
    let org = draft.to_org(|app| keys.key(&draft.subdomain, app, now)).map_err(Failure::Key)?;
    Ok(Prepared { org, draft, keys, authority })
}

const NO_FOLDER: &str = "--https needs --ca DIR (or --keys DIR) to keep the CA in: whoever is to \
                         reach the org must trust the certificate tls-ca.crt there";

fn source(file: Option<&Path>) -> Result<Source, Failure> {
    let Some(file) = file else { return Ok(Source::new("the demo org", DEMO_ORG)) };
    let mut text = String::new();
    // One byte too many is enough for the parser to refuse the file.
    let limit = Source::MAX_BYTES as u64 + 1;
    match File::open(file).and_then(|file| file.take(limit).read_to_string(&mut text)) {
        Ok(_) => Ok(Source::new(file.display().to_string(), text)),
        Err(error) => Err(Failure::Unreadable(file.to_owned(), error)),
    }
}

fn served(args: &IdpArgs, prepared: &Prepared) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(Failure::Runtime)?.block_on(async {
        let mut stop = pin!(interrupted());
        // Listens for signals from here on: whoever reads the addresses may stop it at once.
        tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            () = std::future::ready(()) => {}
        }
        let service = OrgService::new(prepared.org.clone(), Env::real(), Engine::default());
        let listen = Listen {
            addr: Some((args.bind, args.port).into()),
            host: args.host.as_deref(),
            authority: prepared.authority.as_ref().map(|(authority, _)| authority),
        };
        let server = OrgServer::start(&listen, service).await.map_err(Failure::Start)?;
        warn(args);
        print(args, prepared, &server.service().org());
        stop.await;
        server.stop().await;
        Ok(())
    })
}

fn warn(args: &IdpArgs) {
    if !args.bind.is_loopback() {
        anstream::eprintln!(
            "warning: listening on {}: everybody who reaches this machine can sign in, and the \
             passwords are those of the org file",
            args.bind
        );
        if args.host.is_none() && args.bind.is_unspecified() {
            anstream::eprintln!(
                "warning: the org's addresses say 127.0.0.1; `--host NAME` has them say another"
            );
        }
    }
    if args.keys.is_none() {
        anstream::eprintln!(
            "note: the signing keys are made for this process only; `--keys DIR` keeps them, so \
             that an SP's stored trust survives a restart"
        );
    }
}

fn print(args: &IdpArgs, prepared: &Prepared, org: &Org) {
    let apps = || org.apps.iter().zip(&prepared.draft.apps);
    let shown = |path: PathBuf| path.display().to_string();
    let key_file = |app| prepared.keys.path(&prepared.draft.subdomain, app).map(shown);
    let ca_file = prepared.authority.as_ref().map(|(_, path)| shown(path.clone()));
    let (sign_in, health) =
        (format!("{}/", org.base_url), format!("{}{}", org.base_url, OrgServer::HEALTH_PATH));
    if args.json {
        let apps = apps().map(|(app, draft)| {
            let at = AppAddresses::of(org, app);
            json!({
                "label": at.label, "name": at.name, "entity_id": at.entity_id,
                "metadata_url": at.metadata_url, "sso_url": at.sso_url, "embed_url": at.embed_url,
                "key_file": key_file(draft),
            })
        });
        let users = org.users.iter().map(|user| json!({ "login": user.login }));
        let line = json!({
            "version": 1, "base_url": org.base_url, "sign_in_url": sign_in, "health_url": health,
            "ca_file": ca_file, "apps": apps.collect::<Vec<_>>(), "users": users.collect::<Vec<_>>(),
        });
        return anstream::println!("{line}");
    }
    anstream::println!(
        "{}, an Okta org with {} users\n  sign in   {sign_in}",
        org.name,
        org.users.len()
    );
    if let Some(path) = &ca_file {
        anstream::println!("  CA        {path}");
    }
    for (app, draft) in apps() {
        let at = AppAddresses::of(org, app);
        anstream::println!(
            "\n{}\n  metadata  {}\n  SSO       {}\n  embed     {}\n  issuer    {}",
            at.label,
            at.metadata_url,
            at.sso_url,
            at.embed_url,
            at.entity_id
        );
        if let Some(path) = key_file(draft) {
            anstream::println!("  key       {path}");
        }
    }
    anstream::println!("\nCtrl-C stops it.");
}

/// A host name, as it may stand in a certificate and in an address.
fn host_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if !text.is_empty() && text.len() <= 253 && text.chars().all(plain) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("a host name has letters, digits, `-` and `.` alone; the port is said by --port".into())
    }
}
