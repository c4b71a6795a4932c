//! A hunt with somebody who looks on: a line of progress, and Ctrl-C.

use std::future::Future;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use samlproof::fuzz::Watch;

use super::interrupt::interrupted;

/// How often a terminal shows how far it is.
const REDRAWN: Duration = Duration::from_millis(200);
/// How often a line is printed elsewhere.
const PRINTED: Duration = Duration::from_secs(10);

/// Waits for a hunt to end, and shows how far it is. Ctrl-C ends it; what it has by then is what
/// comes out.
pub(crate) fn watched<T>(hunt: impl Future<Output = T>, watch: &Watch) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let line = Line::new();
        let mut hunt = std::pin::pin!(hunt);
        let mut stop = std::pin::pin!(interrupted());
        let mut ticks = tokio::time::interval(line.pause());
        // The first tick comes at once.
        ticks.tick().await;
        let mut stopped = false;
        let outcome = loop {
            tokio::select! {
                outcome = &mut hunt => break outcome,
                () = &mut stop, if !stopped => {
                    watch.stop();
                    stopped = true;
                    line.say("interrupted: ending with what was found so far");
                }
                _ = ticks.tick() => line.show(watch),
            }
        };
        line.finish();
        outcome
    }))
}

/// A line on standard error.
struct Line {
    bar: ProgressBar,
    terminal: bool,
    since: Instant,
}

impl Line {
    fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target =
            if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        Self { bar, terminal, since: Instant::now() }
    }

    fn pause(&self) -> Duration {
        if self.terminal { REDRAWN } else { PRINTED }
    }

    fn show(&self, watch: &Watch) {
        let counts = watch.counts();
        let seconds = self.since.elapsed().as_secs_f64().max(0.001);
        let rate = |count: u64| count as f64 / seconds;
        let mut text = format!(
            "{} cases ({:.0}/s), {} logins ({:.0}/s)",
            counts.cases,
            rate(counts.cases),
            counts.logins,
            rate(counts.logins)
        );
        if counts.findings > 0 {
            text += &format!(", {} found", counts.findings);
        }
        if counts.shrinking > 0 {
            text += &format!(", {} being shrunk", counts.shrinking);
        }
        self.bar.tick();
        self.bar.set_message(text.clone());
        if !self.terminal {
            self.say(&text);
        }
    }

    fn say(&self, text: &str) {
        match self.terminal {
            true => self.bar.println(format!("samlproof: {text}")),
            false => anstream::eprintln!("samlproof: {text}"),
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
