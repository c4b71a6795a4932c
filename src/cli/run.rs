//! `samlproof run`: plays the scenarios and prints the report.

use std::io::IsTerminal;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use samlproof::crypto::Engine;
use samlproof::env::Env;
use samlproof::plan::{Partition, Selection};
use samlproof::reference::Fault;
use samlproof::report::{Format, RunRecord, render};
use samlproof::run::{RunError, RunOptions, run};
use samlproof::scenario::{Catalogue, CatalogueErrors};

use super::exit::Exit;
use super::interrupt::interrupted;
use super::progress::Bar;

/// The arguments of `samlproof run`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  samlproof run                                   the whole catalogue on the embedded SPs
  samlproof run --scenario 'cache/*' --profile arize-eu
  samlproof run --sp my-sp.toml                   the catalogue on your SP
  samlproof run --sp my-sp.toml --accept          keep its outcomes as snapshots
  samlproof run scenarios/jit my/scenario.toml    scenarios of yours
  samlproof run --format json > run.json

Exit codes: 0 all as expected, 1 findings, 2 usage, 3 a file is wrong, 4 nothing was played,
5 inconclusive, 70 the harness broke.")]
pub(crate) struct RunArgs {
    /// Scenario files, or folders of them; the embedded catalogue if there are none
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// An SP profile of yours, played in place of the embedded ones; may be given several times
    #[arg(long, value_name = "FILE")]
    sp: Vec<PathBuf>,
    /// Only these scenarios: ids, their beginnings, or globs
    #[arg(short, long, value_name = "ID")]
    scenario: Vec<String>,
    /// Only these SP profiles: names or globs
    #[arg(short, long, value_name = "NAME")]
    profile: Vec<String>,
    /// Only one part of the cases, such as hash:1/4; a case stays in its part
    #[arg(long, value_name = "hash:M/N")]
    partition: Option<Partition>,
    /// Also scenarios that have to wait in real time
    #[arg(long)]
    slow: bool,
    /// How many cases are played at once [default: twice the number of processors]
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
    /// Keep the outcomes of scenarios that pass as snapshots
    #[arg(long)]
    accept: bool,
    /// Seconds that one HTTP exchange may take
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// Keep the keys of the mock IdP in this folder, so that an SP's trust in them lasts
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// Let the embedded SPs do something wrong, to see what goes red: M39 (samlproof sp --list-faults)
    #[arg(long, value_name = "ID", hide = true, conflicts_with_all = ["accept", "sp"])]
    fault: Option<Fault>,
    /// The signature engine
    #[arg(long, default_value_t = Engine::default())]
    engine: Engine,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    format: Shape,
    /// With the HTTP exchanges of everything that did not pass
    #[arg(short, long)]
    verbose: bool,
    /// Print the cases that would be played, and play none
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people
    Human,
    /// The record, versioned
    Json,
}

impl RunArgs {
    fn to_options(&self) -> Result<RunOptions, CatalogueErrors> {
        let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
        Ok(RunOptions {
            catalogue: Catalogue::load(&self.paths, &self.sp)?,
            selection: self.to_selection(),
            snapshots: self.sp.first().map(|file| folder_of(file).join("snapshots")),
            jobs: self.jobs.map_or(2 * cores, NonZero::get),
            accept: self.accept,
            engine: self.engine,
            timeout: Duration::from_secs(self.timeout.max(1)),
            keys: self.keys.clone(),
            fault: self.fault,
        })
    }

    fn to_selection(&self) -> Selection {
        Selection {
            scenarios: self.scenario.clone(),
            profiles: self.profile.clone(),
            slow: self.slow,
            partition: self.partition,
            // A real SP keeps what an earlier run left: each run brings addresses of its own.
            seed: if self.sp.is_empty() { String::new() } else { Env::real().ids.secret() },
            ..Selection::default()
        }
    }

    fn to_format(&self) -> Format {
        match self.format {
            Shape::Human => Format::Human {
                colour: anstream::AutoStream::choice(&std::io::stdout())
                    != anstream::ColorChoice::Never,
                verbose: self.verbose,
            },
            Shape::Json => Format::Json,
        }
    }
}

/// Runs, prints the report to standard output, and says how it ended.
pub(crate) fn execute(args: &RunArgs) -> Exit {
    let options = match args.to_options() {
        Ok(options) => options,
        Err(errors) => {
            anstream::eprint!("{}", errors.render(std::io::stderr().is_terminal()));
            return Exit::Input;
        }
    };
    if args.accept && args.paths.is_empty() && args.sp.is_empty() {
        anstream::eprintln!(
            "error: the embedded snapshots are read only; name the folder to write to, as in \
             `samlproof run --accept scenarios`"
        );
        return Exit::Usage;
    }
    if args.dry_run {
        return super::plan::execute(&options);
    }
    match played(options) {
        Ok(Some(record)) => {
            anstream::print!("{}", render(&record, args.to_format()));
            Exit::of(&record)
        }
        Ok(None) => {
            anstream::eprintln!("interrupted: everything that was started has been stopped");
            Exit::Interrupted
        }
        Err(Failure::Run(error)) => {
            anstream::eprintln!("{error}");
            Exit::of_error(&error)
        }
        Err(Failure::Runtime(error)) => {
            anstream::eprintln!("error: cannot start: {error}");
            Exit::Broken
        }
    }
}

enum Failure {
    Run(RunError),
    Runtime(std::io::Error),
}

/// The record, or nothing if the user interrupted.
fn played(options: RunOptions) -> Result<Option<RunRecord>, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(Failure::Runtime)?.block_on(async {
        let bar = Bar::new();
        tokio::select! {
            record = run(options, |progress| bar.show(progress)) => {
                bar.finish();
                record.map(Some).map_err(Failure::Run)
            }
            () = interrupted() => {
                bar.finish();
                Ok(None)
            }
        }
    })
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
