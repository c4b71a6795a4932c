//! `samlproof fuzz`: made-up role mappings and logins against an SP.

use std::fs;
use std::io::IsTerminal;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use samlproof::env::Env;
use samlproof::fuzz::{
    FuzzError, FuzzFinding, FuzzOptions, FuzzRecord, Judges, Law, Over, Regressions, Watch, fuzz,
};
use samlproof::reference::Fault;
use samlproof::scenario::Catalogue;
use samlproof::sp::{SpProfile, TargetKind};

use super::exit::Exit;
use super::hunt::watched;

/// The profile that is fuzzed unless another one is named.
const USUAL: &str = "arize-us";

/// The arguments of `samlproof fuzz`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  samlproof fuzz                                  1,000 cases on an embedded SP, in process
  samlproof fuzz --time 60s --over http           a minute, over HTTPS on loopback
  samlproof fuzz --sp my-sp.toml --cases 200      your SP, as its profile reaches it
  samlproof fuzz --seed 7 --cases 5000            what somebody else has seen
  samlproof fuzz --law order-of-values            one law alone
  samlproof run fuzz-findings --sp my-sp.toml     play again what was found

The seed is printed first; with it the same cases are drawn. What was found is written as scenario
files, and its cases are kept in fuzz-regressions/PROFILE.txt, beside the profile or here, and played
first the next time.

Exit codes: 0 nothing was found, 1 something was, 2 usage, 3 a file is wrong, 4 nothing was played,
5 the SP could not be reached, 70 the harness broke, 130 interrupted before anything was found.")]
pub(crate) struct FuzzArgs {
    /// An SP profile of yours
    #[arg(long, value_name = "FILE", conflicts_with = "profile")]
    sp: Option<PathBuf>,
    /// An embedded SP profile [default: arize-us]
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,
    /// How an embedded SP is reached
    #[arg(long, value_enum, default_value_t = Way::InProcess)]
    over: Way,
    /// How many cases are drawn, at most [default: 1000, or no limit with --time]
    #[arg(short, long, value_name = "N")]
    cases: Option<u64>,
    /// Everything is drawn from this text [default: a new one]
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// How long cases are drawn, at most: 60s, 5m, 1h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    time: Option<Duration>,
    /// Judge by these laws alone; `oracle` is what the documents and the profile say
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    law: Vec<String>,
    /// Name the laws, each with what it says, and play nothing
    #[arg(long)]
    list_laws: bool,
    /// Go on after the first finding, up to so many
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true,
          default_missing_value = "10")]
    keep_going: Option<NonZero<usize>>,
    /// Plays that a finding may be shrunk by [default: 1500; 150 on an SP of yours]
    #[arg(long, value_name = "N")]
    shrink: Option<u64>,
    /// How many cases are played at once [default: the number of processors]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Where findings are written as scenario files
    #[arg(long, value_name = "DIR", default_value = "fuzz-findings")]
    out: PathBuf,
    /// Seconds that one HTTP exchange may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// Keep the keys of the mock IdP in this folder, so that an SP's trust in them lasts
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// Let the embedded SP do something wrong, to see it found: M39 (samlproof sp --list-faults)
    #[arg(long, value_name = "ID", hide = true, conflicts_with = "sp")]
    fault: Option<Fault>,
    /// How the record is printed
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    format: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    /// Its router is called as a service
    InProcess,
    /// HTTPS on loopback, with browsers
    Http,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people
    Human,
    /// The record, versioned
    Json,
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time; write 60s, 5m or 1h");
    let (digits, seconds) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(digits) if text.ends_with('h') => (digits, 3600),
        Some(digits) if text.ends_with('m') => (digits, 60),
        Some(digits) => (digits, 1),
        None => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

/// A profile and the folder that its regressions are kept in.
struct Subject {
    profile: Arc<SpProfile>,
    folder: PathBuf,
}

impl FuzzArgs {
    fn subject(&self) -> Result<Subject, Exit> {
        let files: Vec<PathBuf> = self.sp.iter().cloned().collect();
        let catalogue = Catalogue::load(&[], &files).map_err(|errors| {
            anstream::eprint!("{}", errors.render(std::io::stderr().is_terminal()));
            Exit::Input
        })?;
        let name = self.profile.as_deref().unwrap_or(USUAL);
        let wanted = |profile: &&Arc<SpProfile>| self.sp.is_some() || profile.name == name;
        let Some(profile) = catalogue.profiles.iter().find(wanted) else {
            let known: Vec<&str> = catalogue.profiles.iter().map(|one| one.name.as_str()).collect();
            anstream::eprintln!("error: no SP profile `{name}`; there are {}", known.join(", "));
            return Err(Exit::Usage);
        };
        let folder = self.sp.as_deref().map_or_else(|| PathBuf::from("."), folder_of);
        Ok(Subject { profile: Arc::clone(profile), folder: folder.join(Regressions::FOLDER) })
    }

    fn to_options(&self) -> Result<FuzzOptions, Exit> {
        let judges = Judges::named(&self.law).map_err(|error| {
            anstream::eprintln!("error: {error}");
            Exit::Usage
        })?;
        let Subject { profile, folder } = self.subject()?;
        if self.fault.is_some() && profile.target != TargetKind::Reference {
            anstream::eprintln!("error: only an embedded SP can be told to do something wrong");
            return Err(Exit::Usage);
        }
        let seed = self.seed.clone().unwrap_or_else(|| Env::real().ids.number(1 << 32).to_string());
        let regressions = Regressions::of(&folder, &profile.name);
        let options = FuzzOptions::new(profile, &seed, self.keys.as_deref());
        let mut options = options.map_err(|error| {
            anstream::eprintln!("error: {error}");
            Exit::Broken
        })?;
        options.judges = judges;
        options.over = match self.over {
            Way::InProcess => Over::InProcess,
            Way::Http => Over::Http,
        };
        options.cases = self.cases.or(if self.time.is_some() { None } else { options.cases });
        options.time = self.time;
        options.findings = self.keep_going.map_or(1, NonZero::get);
        options.shrink = self.shrink.unwrap_or(options.shrink);
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        options.jobs = self.jobs.map_or(cores, NonZero::get);
        options.target.timeout = Duration::from_secs(self.timeout.max(1));
        options.target.fault = self.fault;
        // What an SP with a planted fault fails says nothing of the honest one.
        options.regressions = self.fault.is_none().then_some(regressions);
        Ok(options)
    }
}

/// Fuzzes, prints the record to standard output, and says how it ended.
pub(crate) fn execute(args: &FuzzArgs) -> Exit {
    if args.list_laws {
        for law in Law::ALL {
            anstream::println!("{}\n    {}\n    shown by {}", law.name, law.sentence, law.scenario);
        }
        return Exit::Success;
    }
    let options = match args.to_options() {
        Ok(options) => options,
        Err(exit) => return exit,
    };
    anstream::eprintln!("samlproof: seed {}, profile {}", options.seed, options.profile.name);
    let watch = Arc::new(Watch::default());
    let record = match watched(fuzz(options, Arc::clone(&watch)), &watch) {
        Ok(Ok(record)) => record,
        Ok(Err(error)) => {
            anstream::eprintln!("error: {error}");
            return exit_of(&error);
        }
        Err(error) => {
            anstream::eprintln!("error: cannot start: {error}");
            return Exit::Broken;
        }
    };
    let files = match written(&record.findings, &args.out) {
        Ok(files) => files,
        Err(error) => {
            anstream::eprintln!("error: {}: {error}", args.out.display());
            return Exit::Broken;
        }
    };
    match args.format {
        Shape::Human => human(&record, &files, args),
        Shape::Json => match serde_json::to_string_pretty(&record) {
            Ok(text) => anstream::println!("{text}"),
            Err(error) => {
                anstream::eprintln!("error: cannot print the record: {error}");
                return Exit::Broken;
            }
        },
    }
    if let Some(trouble) = &record.trouble {
        anstream::eprintln!("error: {trouble}");
    }
    ended(&record)
}

fn exit_of(error: &FuzzError) -> Exit {
    match error {
        FuzzError::Regressions(_) => Exit::Input,
        FuzzError::Target(_) => Exit::Inconclusive,
        _ => Exit::Broken,
    }
}

fn ended(record: &FuzzRecord) -> Exit {
    match record {
        _ if !record.findings.is_empty() => Exit::Findings,
        _ if record.trouble.is_some() => Exit::Inconclusive,
        _ if record.interrupted => Exit::Interrupted,
        _ if record.cases + record.replayed == 0 => Exit::NothingPlayed,
        _ => Exit::Success,
    }
}

/// Writes the findings as scenario files; none for what cannot be one.
fn written(findings: &[FuzzFinding], out: &Path) -> std::io::Result<Vec<Option<PathBuf>>> {
    let write = |finding: &FuzzFinding| {
        let Some(text) = &finding.scenario else { return Ok(None) };
        fs::create_dir_all(out)?;
        let digits = finding.case_seed.get(..12).unwrap_or(&finding.case_seed);
        let path = out.join(format!("finding-{digits}.toml"));
        fs::write(&path, text)?;
        Ok(Some(path))
    };
    findings.iter().map(write).collect()
}

fn human(record: &FuzzRecord, files: &[Option<PathBuf>], args: &FuzzArgs) {
    for (finding, file) in record.findings.iter().zip(files) {
        anstream::println!("{finding}");
        match (file, &finding.inexpressible) {
            (Some(file), _) => {
                let on = match &args.sp {
                    Some(sp) => format!("--sp {}", sp.display()),
                    None => format!("--profile {}", record.profile),
                };
                anstream::println!("  play it again: samlproof run {} {on}", file.display());
            }
            (None, why) => {
                let why = why.as_deref().unwrap_or_default();
                anstream::println!("  it cannot be written as a scenario: {why}");
            }
        }
        anstream::println!();
    }
    let seconds = record.duration_ms.max(1) as f64 / 1000.0;
    let FuzzRecord { cases, discarded, replayed, logins, .. } = record;
    let mut line = format!("{cases} cases");
    if *discarded > 0 {
        line += &format!(" ({discarded} that no SP would take)");
    }
    if *replayed > 0 {
        line += &format!(", {replayed} kept ones first");
    }
    let findings = match record.findings.len() {
        0 => "nothing found".to_owned(),
        1 => "1 finding".to_owned(),
        many => format!("{many} findings"),
    };
    let stopped = if record.interrupted { "; interrupted" } else { "" };
    anstream::println!(
        "{line}, {logins} logins in {seconds:.1} s ({:.0} logins a second): {findings}{stopped}; \
         seed {}",
        *logins as f64 / seconds,
        record.seed
    );
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
