//! Progress on standard error: a bar on a terminal, a line now and then elsewhere.

use std::cell::Cell;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use samlproof::report::Status;
use samlproof::run::Progress;

/// Elsewhere than on a terminal, a line is printed for each of this many parts of the run.
const PARTS: u64 = 4;

/// Shows how far a run is.
pub(crate) struct Bar {
    bar: ProgressBar,
    terminal: bool,
    failed: Cell<u64>,
    /// What is counted.
    noun: Cell<&'static str>,
}

impl Bar {
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(
            None,
            if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() },
        );
        let template = "{bar:30} {pos}/{len} cases  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, terminal, failed: Cell::new(0), noun: Cell::new("cases played") }
    }

    pub(crate) fn show(&self, progress: Progress<'_>) {
        match progress {
            Progress::Planned { cases } => self.begin(cases),
            Progress::Finished(case) => self.played(case.status() == Status::Passed),
        }
    }

    /// So many cases will be played.
    pub(crate) fn begin(&self, cases: usize) {
        self.bar.set_length(cases as u64);
        self.line(&format!("playing {cases} cases"));
    }

    /// At most so many logins will be made.
    pub(crate) fn begin_logins(&self, most: usize) {
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} logins, {len} at most") {
            self.bar.set_style(style);
        }
        self.noun.set("logins made");
        self.bar.set_length(most as u64);
        self.line(&format!("making {most} logins at most"));
    }

    /// One of them was.
    pub(crate) fn played(&self, passed: bool) {
        self.bar.inc(1);
        if !passed {
            self.failed.set(self.failed.get() + 1);
        }
        self.bar.set_message(match self.failed.get() {
            0 => String::new(),
            failed => format!("{failed} not passed"),
        });
        let (position, length) = (self.bar.position(), self.bar.length().unwrap_or(0));
        if length >= PARTS && position.is_multiple_of(length.div_ceil(PARTS)) {
            self.line(&format!("{position} of {length} {}", self.noun.get()));
        }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn line(&self, text: &str) {
        if !self.terminal {
            anstream::eprintln!("samlproof: {text}");
        }
    }
}
