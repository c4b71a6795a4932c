//! `samlproof learn`: finds out the knobs of an SP, and prints them with the evidence.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::plan::Selection;
use samlproof::run::{
    Finding, LearnProgress, LearnRecord, Learnt, Login, MOST_LOGINS, RunError, RunOptions, learn,
};
use samlproof::scenario::Catalogue;
use samlproof::sp::SpProfile;
use serde_json::Value;

use super::exit::Exit;
use super::interrupt::interrupted;
use super::progress::Bar;

/// The arguments of `samlproof learn`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  samlproof learn --sp my-sp.toml             the knobs of your SP, and a [rules] block to paste
  samlproof learn --sp my-sp.toml --verbose   with every login and its HTTP exchanges
  samlproof learn --profile k6-cloud          those of an embedded SP
  samlproof learn --sp my-sp.toml --format json > learnt.json

It gives the SP people and configurations of its own and makes at most 14 logins. What the profile
cannot meet is said, and where the evidence fits several values all of them are printed.

Exit codes: 0 learnt, 2 usage, 3 the profile is wrong, 4 nothing could be learnt, 5 the first login
was refused or the SP was not reached, 70 the harness broke.")]
pub(crate) struct LearnArgs {
    /// The SP profile
    #[arg(long, value_name = "FILE", required_unless_present = "profile")]
    sp: Option<PathBuf>,
    /// An embedded SP profile, by its name
    #[arg(short, long, value_name = "NAME", conflicts_with = "sp")]
    profile: Option<String>,
    /// Seconds that one HTTP exchange may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// Keep the keys of the mock IdP in this folder, so that an SP's trust in them lasts
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// The signature engine
    #[arg(long, default_value_t = Engine::default())]
    engine: Engine,
    /// How the findings are printed
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    format: Shape,
    /// With every login and its HTTP exchanges
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people
    Human,
    /// The record, versioned
    Json,
}

/// Asks, prints what was learnt to standard output, and says how it ended.
pub(crate) fn execute(args: &LearnArgs) -> Exit {
    let files: Vec<PathBuf> = args.sp.iter().cloned().collect();
    let catalogue = match Catalogue::load(&[], &files) {
        Ok(catalogue) => catalogue,
        Err(errors) => {
            let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
            anstream::eprintln!("{}", errors.render(colour));
            return Exit::Input;
        }
    };
    let wanted =
        |profile: &&Arc<SpProfile>| args.profile.as_ref().is_none_or(|n| profile.name == *n);
    let Some(profile) = catalogue.profiles.iter().find(wanted).cloned() else {
        let known: Vec<_> =
            catalogue.profiles.iter().map(|profile| profile.name.as_str()).collect();
        let name = args.profile.as_deref().unwrap_or_default();
        anstream::eprintln!("error: no profile is called `{name}`; there are {}", known.join(", "));
        return Exit::NothingPlayed;
    };
    let options = RunOptions {
        catalogue: Catalogue::default(),
        selection: Selection { seed: args.seed(), ..Selection::default() },
        snapshots: None,
        jobs: 1,
        accept: false,
        engine: args.engine,
        timeout: Duration::from_secs(args.timeout.max(1)),
        keys: args.keys.clone(),
        fault: None,
    };
    match learnt(&options, Arc::clone(&profile)) {
        Ok(Some(Ok(record))) => print(&record, &profile, args),
        Ok(Some(Err(error))) => {
            anstream::eprintln!("{error}");
            Exit::of_error(&error)
        }
        Ok(None) => {
            anstream::eprintln!("interrupted: everything that was started has been stopped");
            Exit::Interrupted
        }
        Err(error) => {
            anstream::eprintln!("error: cannot start: {error}");
            Exit::Broken
        }
    }
}

impl LearnArgs {
    /// A real SP keeps what an earlier discovery left: each brings addresses of its own.
    fn seed(&self) -> String {
        if self.sp.is_none() { String::new() } else { Env::real().ids.secret() }
    }
}

/// The record, or nothing if the user interrupted.
fn learnt(
    options: &RunOptions,
    profile: Arc<SpProfile>,
) -> std::io::Result<Option<Result<LearnRecord, RunError>>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let bar = Bar::new();
        bar.begin_logins(MOST_LOGINS);
        let record = tokio::select! {
            record = learn(options, profile, |LearnProgress::Asked(_)| bar.played(true)) => Some(record),
            () = interrupted() => None,
        };
        bar.finish();
        record
    }))
}

fn print(record: &LearnRecord, profile: &SpProfile, args: &LearnArgs) -> Exit {
    match args.format {
        Shape::Human => human(record, profile, args.verbose),
        Shape::Json => match serde_json::to_string_pretty(record) {
            Ok(text) => anstream::println!("{text}"),
            Err(error) => {
                anstream::eprintln!("error: cannot print the record: {error}");
                return Exit::Broken;
            }
        },
    }
    match (&record.stopped, record.learnt()) {
        (Some(_), _) => Exit::Inconclusive,
        (None, 0) => Exit::NothingPlayed,
        (None, _) => Exit::Success,
    }
}

fn human(record: &LearnRecord, profile: &SpProfile, verbose: bool) {
    let declared = serde_json::to_value(&profile.rules).unwrap_or_default();
    for login in &record.asked.logins {
        anstream::println!("{}", evidence(login));
        if verbose {
            login.exchanges.iter().for_each(|exchange| anstream::println!("       {exchange}"));
        }
    }
    anstream::println!();
    for finding in &record.findings {
        anstream::println!("{}", line(finding, declared.get(&finding.name)));
    }
    anstream::println!("\n{}", record.rules);
    if let Some(stopped) = &record.stopped {
        anstream::println!("stopped: {stopped}");
    }
    let logins = match record.asked.logins.len() {
        1 => "1 login".to_owned(),
        logins => format!("{logins} logins"),
    };
    let seconds = record.duration_ms as f64 / 1000.0;
    anstream::println!(
        "{} of {} learnt by {logins} on {} in {seconds:.1} s",
        record.learnt(),
        record.findings.len(),
        record.profile
    );
}

/// `sync_scope = "replace-all"`, or why it is not known.
fn line(finding: &Finding, declared: Option<&Value>) -> String {
    let name = &finding.name;
    let differs = |known: &[Value]| match declared {
        Some(declared) if finding.rule && !known.contains(declared) => {
            format!("  (the profile declares {declared})")
        }
        _ => String::new(),
    };
    let told = match &finding.learnt {
        Learnt::Is(value) if finding.rule => {
            format!("{name} = {value}{}", differs(std::slice::from_ref(value)))
        }
        Learnt::Is(value) => format!("{name}: {}", value.as_str().unwrap_or_default()),
        Learnt::OneOf(values) => {
            let shown: Vec<_> = values.iter().map(Value::to_string).collect();
            format!("{name}: {} (the evidence fits each){}", shown.join(" or "), differs(values))
        }
        Learnt::Other(what) => format!("{name}: no value says it: {what}"),
        Learnt::Nothing(why) => format!("{name}: not learnt: {why}"),
    };
    told + &by(&finding.logins)
}

/// What was asked and sent, and in a second line what the SP did.
fn evidence(login: &Login) -> String {
    let Login { number, question, outcome, stored, .. } = login;
    let sent = login.sent.as_deref().unwrap_or("no such attribute");
    let changes: Vec<_> =
        stored.iter().filter(|line| !line.starts_with('=')).map(String::as_str).collect();
    let changes = match changes.as_slice() {
        [] => String::new(),
        changes => format!(": {}", changes.join(", ")),
    };
    format!("{number:>4}   {}; sent {sent}\n       {outcome}{changes}", question.words())
}

/// `  [login 2, 3]`.
fn by(logins: &[usize]) -> String {
    match logins {
        [] => String::new(),
        logins => {
            let logins: Vec<_> = logins.iter().map(ToString::to_string).collect();
            format!("   [login {}]", logins.join(", "))
        }
    }
}
