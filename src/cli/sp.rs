//! `samlproof sp`: a reference SP that goes on running, honest or with a fault.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use samlproof::env::Env;
use samlproof::keys::TlsAuthority;
use samlproof::net::{
    Bind, Bound, Client, ClientOptions, HostServer, Limits, Request, TlsIdentity, parse_url,
};
use samlproof::reference::{Fault, ReferenceOptions, ReferenceSp};
use samlproof::saml::AcsUrl;
use samlproof::scenario::Catalogue;
use samlproof::sp::SpProfile;
use serde_json::json;

use super::exit::Exit;
use super::interrupt::interrupted;
use super::sp_entries::{IdpSource, configuration};

/// The arguments of `samlproof sp`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  samlproof sp                                      arize-eu on a free port, in plain HTTP
  samlproof sp k6-cloud --port 8080 --idp-metadata https://acme.okta.com/app/x/sso/saml/metadata
  samlproof sp --idp-metadata acme.example=idp.xml --idp-metadata other.example=other.xml
  samlproof sp --tls-ca keys/tls-ca.pem             HTTPS; `samlproof certs ca` makes the CA
  samlproof sp --fault M39                          takes nothing away when it syncs
  samlproof sp --list-faults

It ends with Ctrl-C. Everything it stores is in memory. Never let it guard anything.

Exit codes: 0 stopped, 2 usage, 3 a file is wrong, 70 it could not start.")]
pub(crate) struct SpArgs {
    /// An embedded SP profile by its name, or a profile file of yours
    #[arg(value_name = "PROFILE", default_value = "arize-eu")]
    profile: String,
    /// What it does wrong: M39
    #[arg(long, value_name = "ID")]
    fault: Option<Fault>,
    /// The port of the public host on 127.0.0.1; any free one by default
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// The port of the administrators' listener on 127.0.0.1; any free one by default
    #[arg(long, value_name = "N", default_value_t = 0)]
    admin_port: u16,
    /// An IdP to trust, for users of DOMAIN (example.com if left out); may be given several times
    #[arg(long, value_name = "[DOMAIN=]URL|FILE")]
    idp_metadata: Vec<IdpSource>,
    /// A PEM file with CAs to trust when metadata is fetched over HTTPS
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Serve HTTPS, with a certificate of this CA (private key and certificate in PEM)
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// Print one line of JSON instead of text for people
    #[arg(long)]
    json: bool,
    /// Print every fault and what it does wrong, and start nothing
    #[arg(long)]
    list_faults: bool,
}

/// Why there is no SP: the exit code and what to say.
type Failure = (Exit, String);

/// Serves until it is interrupted.
pub(crate) fn execute(args: &SpArgs) -> Exit {
    if args.list_faults {
        for fault in Fault::ALL {
            anstream::println!("{fault}  {}", fault.summary());
        }
        return Exit::Success;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let served = runtime
        .map_err(|error| (Exit::Broken, format!("cannot start: {error}")))
        .and_then(|runtime| runtime.block_on(serve(args)));
    match served {
        Ok(()) => Exit::Success,
        Err((exit, why)) => {
            anstream::eprintln!("error: {why}");
            exit
        }
    }
}

/// What is running.
struct Running {
    sp: ReferenceSp,
    profile: SpProfile,
    admin_url: String,
    public: HostServer,
    admin: HostServer,
}

async fn serve(args: &SpArgs) -> Result<(), Failure> {
    let running = start(args).await?;
    if !args.idp_metadata.is_empty() {
        configure(args, &running).await?;
    }
    if args.json {
        anstream::println!("{}", described(args, &running));
    } else {
        anstream::println!("{}", text(args, &running));
    }
    interrupted().await;
    tokio::join!(running.public.stop(), running.admin.stop());
    Ok(())
}

async fn start(args: &SpArgs) -> Result<Running, Failure> {
    let broken = |error: &dyn std::fmt::Display| (Exit::Broken, error.to_string());
    let bound = bind(args.port).await?;
    let admin = bind(args.admin_port).await?;
    let scheme = if args.tls_ca.is_some() { "https" } else { "http" };
    let origin = format!("{scheme}://{}", bound.addr());
    let admin_url = format!("http://{}", admin.addr());

    let named = profile(&args.profile)?;
    let profile = moved(&named, &origin)?;
    let mut client = ClientOptions::default();
    if let Some(file) = &args.trust {
        client = client.trust_pem(&read(file)?).map_err(|error| at(file, &error))?;
    }
    let options =
        ReferenceOptions { client, fault: args.fault, ..ReferenceOptions::new(Env::real()) };
    let sp = ReferenceSp::start(profile.clone(), options).map_err(|error| broken(&error))?;
    let identity = args.tls_ca.as_deref().map(identity).transpose()?;
    let public = vec![(sp.host().to_owned(), sp.public_router())];
    let public =
        bound.serve(identity, public, Limits::default()).map_err(|error| broken(&error))?;
    let routers = vec![("127.0.0.1".to_owned(), sp.admin_router())];
    let admin = admin.serve(None, routers, Limits::default()).map_err(|error| broken(&error))?;
    Ok(Running { sp, profile, admin_url, public, admin })
}

async fn bind(port: u16) -> Result<Bound, Failure> {
    let bind = Bind::At(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    Bound::new(bind).await.map_err(|error| (Exit::Usage, error.to_string()))
}

/// An embedded profile, or that of a file.
fn profile(name: &str) -> Result<Arc<SpProfile>, Failure> {
    let file = Path::new(name);
    let files = if file.is_file() { vec![file.to_path_buf()] } else { Vec::new() };
    let catalogue = Catalogue::load(&[], &files);
    let catalogue = catalogue.map_err(|errors| (Exit::Input, errors.render(false)))?;
    let mut profiles = catalogue.profiles.into_iter();
    let found = if files.is_empty() {
        profiles.find(|profile| profile.name == name)
    } else {
        profiles.next()
    };
    found.ok_or_else(|| {
        (Exit::Usage, format!("`{name}` is no embedded profile, and there is no such file"))
    })
}

/// The profile with its pages where the SP is served. The entity id stays as it is.
fn moved(profile: &SpProfile, origin: &str) -> Result<SpProfile, Failure> {
    let to = |url: &str| -> Result<String, Failure> {
        let url = parse_url(url).map_err(|error| (Exit::Input, error.to_string()))?;
        let own = url.origin().ascii_serialization();
        Ok(url.as_str().replacen(&own, origin, 1))
    };
    // `{email}` would be escaped on the way through a URL.
    let plain = |url: &String| Ok::<_, Failure>(to(url)?.replace("%7Bemail%7D", "{email}"));
    Ok(SpProfile {
        acs: AcsUrl::new(to(profile.acs.as_str())?),
        metadata: profile.metadata.as_ref().map(plain).transpose()?,
        login_start: profile.login_start.as_ref().map(plain).transpose()?,
        ..profile.clone()
    })
}

fn identity(file: &Path) -> Result<TlsIdentity, Failure> {
    let authority = TlsAuthority::from_pem(&read(file)?).map_err(|error| at(file, &error))?;
    let identity = authority.server_identity(&["127.0.0.1", "localhost"]);
    let identity = identity.map_err(|error| at(file, &error))?;
    TlsIdentity::new(identity).map_err(|error| at(file, &error))
}

/// Hands the IdPs over as an administrator would.
async fn configure(args: &SpArgs, running: &Running) -> Result<(), Failure> {
    let configuration = configuration(&running.profile, &args.idp_metadata)?;
    let broken = |error: &dyn std::fmt::Display| (Exit::Broken, error.to_string());
    let body = serde_json::to_value(configuration).map_err(|error| broken(&error))?;
    let client = Client::new(&ClientOptions::default()).map_err(|error| broken(&error))?;
    let url =
        parse_url(&format!("{}/config", running.admin_url)).map_err(|error| broken(&error))?;
    let answer = client.send(Request::json(http::Method::PUT, url, &body)).await;
    let answer = answer.map_err(|error| broken(&error))?;
    if answer.status.is_success() {
        return Ok(());
    }
    let problems: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let texts = problems["problems"].as_array().into_iter().flatten();
    let texts: Vec<String> =
        texts.map(|one| format!("{}: {}", one["place"], one["text"])).collect();
    Err((Exit::Input, format!("the SP refuses this: {}", texts.join("; "))))
}

/// The addresses by their names.
fn addresses(running: &Running) -> BTreeMap<&'static str, String> {
    let SpProfile { entity_id, acs, metadata, login_start, .. } = &running.profile;
    let mut all: BTreeMap<&'static str, String> = [
        ("entity_id", entity_id.as_str().to_owned()),
        ("acs", acs.as_str().to_owned()),
        ("admin", running.admin_url.clone()),
    ]
    .into();
    all.extend(metadata.clone().map(|url| ("metadata", url)));
    all.extend(login_start.clone().map(|url| ("login_start", url)));
    all
}

fn described(args: &SpArgs, running: &Running) -> serde_json::Value {
    let mut line = json!({ "profile": running.profile.name, "fault": args.fault.map(Fault::id) });
    for (name, address) in addresses(running) {
        line[name] = address.into();
    }
    line
}

fn text(args: &SpArgs, running: &Running) -> String {
    let fault = match args.fault {
        Some(fault) => format!("{fault}: {}", fault.summary()),
        None => "none".to_owned(),
    };
    let mut lines = vec![format!("{} is running, Ctrl-C ends it", running.profile.name)];
    lines.push(format!("  {:<12} {fault}", "fault"));
    let addresses = addresses(running);
    lines.extend(addresses.iter().map(|(name, address)| format!("  {name:<12} {address}")));
    lines.push(format!("  {:<12} {}", "host", running.sp.host()));
    lines.join("\n")
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| at(file, &error))
}

fn at(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    (Exit::Input, format!("{}: {error}", file.display()))
}
