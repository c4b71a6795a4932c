//! `samlproof selftest`: whether the catalogue catches every fault of a reference SP.

use std::num::NonZero;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use samlproof::fuzz::FUZZED;
use samlproof::plan::Selection;
use samlproof::reference::{Fault, NoSuchFault};
use samlproof::run::{Caught, FaultRecord, RunError, RunOptions, SelftestRecord, Trial, selftest};

use super::exit::Exit;
use super::interrupt::interrupted;
use super::progress::Bar;
use super::proof::{self, ProofArgs};

/// Scenarios that are named in a line of the matrix.
const SHOWN: usize = 8;

/// The arguments of `samlproof selftest`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  samlproof selftest                          every scenario against every fault
  samlproof selftest --fault M39,M40
  samlproof selftest --scenario 'sync/*' --fault M39
  samlproof selftest --format json > selftest.json
  samlproof selftest --fuzz                   the fuzzer against every fault it is about
  samlproof selftest --fuzz --honest 100000   and 100,000 cases without a fault
  samlproof selftest --fuzz --fault none --honest 10000

Exit codes: 0 every fault is caught by a scenario named for it, 1 one is not or something is red
without a fault, 4 nothing was selected, 70 the harness broke. With --fuzz: 1 if a fault is not found
within the cases, or not shrunk to two mappings, two pairs and two values, or something is found
without a fault.")]
pub(crate) struct SelftestArgs {
    /// Only these faults, separated by commas: M39,M40 (samlproof sp --list-faults names them); with
    /// --fuzz also `none`
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    fault: Vec<Wanted>,
    /// Prove the fuzzer instead of the catalogue
    #[arg(long, conflicts_with = "scenario")]
    fuzz: bool,
    /// How many cases a fault may take to be found
    #[arg(long, value_name = "N", default_value_t = 2000, requires = "fuzz")]
    cases: u64,
    /// What every case is drawn from
    #[arg(long, value_name = "TEXT", default_value = "samlproof", requires = "fuzz")]
    seed: String,
    /// Also so many cases without a fault
    #[arg(long, value_name = "N", requires = "fuzz")]
    honest: Option<u64>,
    /// Only these scenarios: ids, their beginnings, or globs
    #[arg(short, long, value_name = "ID")]
    scenario: Vec<String>,
    /// Only these SP profiles: names or globs
    #[arg(short, long, value_name = "NAME")]
    profile: Vec<String>,
    /// How many cases are played at once [default: twice the number of processors]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// How the matrix is printed
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    format: Shape,
}

/// A fault, or none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted(Option<Fault>);

impl FromStr for Wanted {
    type Err = NoSuchFault;

    fn from_str(text: &str) -> Result<Self, NoSuchFault> {
        if text == "none" { Ok(Self(None)) } else { text.parse().map(|fault| Self(Some(fault))) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people
    Human,
    /// The record, versioned
    Json,
}

/// Plays, prints the matrix to standard output, and says how it ended.
pub(crate) fn execute(args: &SelftestArgs) -> Exit {
    if args.fuzz {
        return fuzz(args);
    }
    let options = match RunOptions::embedded() {
        Ok(options) => options,
        Err(errors) => {
            anstream::eprint!("{}", errors.render(false));
            return Exit::Input;
        }
    };
    let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
    let options = RunOptions {
        selection: Selection {
            scenarios: args.scenario.clone(),
            profiles: args.profile.clone(),
            ..Selection::default()
        },
        jobs: args.jobs.map_or(2 * cores, NonZero::get),
        ..options
    };
    let named: Vec<Fault> = args.fault.iter().filter_map(|wanted| wanted.0).collect();
    let faults = if args.fault.is_empty() { Fault::ALL.to_vec() } else { named };
    match played(options, &faults) {
        Ok(Some(Ok(record))) => print(&record, args.format),
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

fn fuzz(args: &SelftestArgs) -> Exit {
    let faults: Vec<Fault> = args.fault.iter().filter_map(|wanted| wanted.0).collect();
    if args.profile.len() > 1
        || (!args.fault.is_empty() && faults.is_empty() && args.honest.is_none())
    {
        anstream::eprintln!(
            "error: --fuzz takes one --profile, and --fault none only with --honest"
        );
        return Exit::Usage;
    }
    let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
    proof::execute(&ProofArgs {
        faults: if args.fault.is_empty() { FUZZED.to_vec() } else { faults },
        cases: args.cases,
        seed: args.seed.clone(),
        honest: args.honest,
        profile: args.profile.first().map_or_else(|| "arize-us".into(), Clone::clone),
        jobs: args.jobs.map_or(cores, NonZero::get),
        json: args.format == Shape::Json,
    })
}

/// The record, or nothing if the user interrupted.
fn played(
    options: RunOptions,
    faults: &[Fault],
) -> std::io::Result<Option<Result<SelftestRecord, RunError>>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let bar = Bar::new();
        let progress = |planned: Option<usize>, green: bool| match planned {
            Some(cases) => bar.begin(cases),
            None => bar.played(green),
        };
        let record = tokio::select! {
            record = selftest(options, faults, progress) => Some(record),
            () = interrupted() => None,
        };
        bar.finish();
        record
    }))
}

fn print(record: &SelftestRecord, shape: Shape) -> Exit {
    match shape {
        Shape::Human => human(record),
        Shape::Json => match serde_json::to_string_pretty(record) {
            Ok(text) => anstream::println!("{text}"),
            Err(error) => {
                anstream::eprintln!("error: cannot print the record: {error}");
                return Exit::Broken;
            }
        },
    }
    if record.is_good() { Exit::Success } else { Exit::Findings }
}

fn human(record: &SelftestRecord) {
    for fault in &record.faults {
        anstream::println!("{}", line(fault));
    }
    for trial in &record.honest {
        anstream::println!("red without a fault: {}", named(trial));
    }
    let (all, named) = (record.faults.len(), record.count(Caught::ByName));
    let caught = all - record.count(Caught::Not);
    let how = match caught - named {
        0 if caught == all => "each by a scenario that is named for it".to_owned(),
        0 => format!("{named} by a scenario that is named for it"),
        others => format!("{named} by a scenario that is named for it, {others} by others only"),
    };
    let seconds = record.duration_ms.max(1) as f64 / 1000.0;
    let plays = record.played;
    let honest = match record.honest.len() {
        0 => "nothing is red without a fault".to_owned(),
        red => format!("{red} cases are red without a fault"),
    };
    anstream::println!("\n{caught} of {all} caught, {how}; {honest}");
    anstream::println!(
        "{plays} cases played in {seconds:.1} s ({:.0} a second)",
        plays as f64 / seconds
    );
}

/// `M39  caught   Takes nothing away when it syncs: *sync/on-group-lost, …`; a star marks the
/// scenarios that are named for the fault.
fn line(fault: &FaultRecord) -> String {
    let word = match fault.caught() {
        Caught::ByName => "caught",
        Caught::ByOthers => "others",
        Caught::Not => "ESCAPES",
    };
    let star = |named: bool| if named { "*" } else { "" };
    let mut ids: Vec<(bool, String)> =
        fault.caught_by.iter().map(|id| (fault.is_named(id), id.to_string())).collect();
    ids.sort_by_key(|(named, _)| !named);
    let rest = ids.len().saturating_sub(SHOWN);
    let mut shown: Vec<String> =
        ids.into_iter().take(SHOWN).map(|(named, id)| format!("{}{id}", star(named))).collect();
    if rest > 0 {
        shown.push(format!("and {rest} more"));
    }
    let mut line = format!("{}  {word:<7}  {}: {}", fault.id, fault.summary, shown.join(", "));
    if fault.caught() != Caught::ByName {
        line += &format!(" (named: {})", fault.named.join(", "));
    }
    if !fault.unclear.is_empty() {
        line += &format!(" ({} proved nothing)", fault.unclear.len());
    }
    line
}

fn named(trial: &Trial) -> String {
    let why = trial.unclear.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{} on {}{why}", trial.id, trial.profile)
}
