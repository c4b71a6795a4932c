//! The report for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use super::record::NO_PROFILE;
use super::{CaseRecord, RunRecord, Status};
use crate::excerpt;
use crate::observation::Attempt;
use crate::scenario::{Grade, Level};
use crate::snapshot::Held;
use crate::verdict::{Finding, Verdict};

/// More skipped scenarios than these are told by area.
const NAMED: usize = 6;

/// A line a scenario, then what is wrong, then the counts.
pub(super) fn render(record: &RunRecord, colour: bool, verbose: bool) -> String {
    let mut page = Page { text: String::new(), colour };
    for (id, cases) in by_scenario(record) {
        page.scenario(id, &cases);
    }
    for cases in troubles(record) {
        page.trouble(&cases, verbose);
    }
    page.skipped(record);
    page.counts(record);
    page.text
}

/// Cases of one scenario that came out alike share a line.
fn by_scenario(record: &RunRecord) -> Vec<(&str, Vec<&CaseRecord>)> {
    let mut lines: BTreeMap<(&str, Status), Vec<&CaseRecord>> = BTreeMap::new();
    // Scenarios for other profiles than those at hand are told at the end, together.
    for case in record.cases.iter().filter(|case| case.profile != NO_PROFILE) {
        lines.entry((&case.id.0, case.status())).or_default().push(case);
    }
    lines.into_iter().map(|((id, _), cases)| (id, cases)).collect()
}

/// What did not pass; members of a family that show the very same are told once.
fn troubles(record: &RunRecord) -> Vec<Vec<&CaseRecord>> {
    let mut troubles: Vec<Vec<&CaseRecord>> = Vec::new();
    for case in &record.cases {
        if matches!(case.status(), Status::Passed | Status::Skipped) {
            continue;
        }
        let same = |one: &CaseRecord| {
            (&one.id, &one.verdict, &one.held) == (&case.id, &case.verdict, &case.held)
        };
        match troubles.last_mut().filter(|cases| cases.iter().all(|one| same(one))) {
            Some(cases) => cases.push(case),
            None => troubles.push(vec![case]),
        }
    }
    troubles
}

struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn scenario(&mut self, id: &str, cases: &[&CaseRecord]) {
        let Some(first) = cases.first() else { return };
        let profiles: Vec<&str> = cases.iter().map(|case| case.profile.as_str()).collect();
        let word = self.status(first.status());
        let note = match first.grade {
            Grade::Undefined if first.status() == Status::Passed => chosen(first),
            _ => String::new(),
        };
        self.line(&format!("{word}  {id:<34}  {}  {}{note}", profiles.join(" "), first.title));
    }

    fn trouble(&mut self, cases: &[&CaseRecord], verbose: bool) {
        let Some(case) = cases.first() else { return };
        self.line("");
        let word = self.status(case.status());
        let profiles: Vec<&str> = cases.iter().map(|case| case.profile.as_str()).collect();
        self.line(&format!("{word}  {} on {}: {}", case.id, profiles.join(", "), case.title));
        self.line(&format!("  -> {}", case.requirement));
        self.line(&format!("     ({})", case.source));
        match &case.verdict {
            Verdict::Fail(findings) => findings.iter().for_each(|f| self.finding(case, f)),
            Verdict::Inconclusive(why) | Verdict::Broken(why) => self.line(&format!("  {why}")),
            Verdict::Pass | Verdict::Skip(_) => {}
        }
        match &case.held {
            Some(Held::Changed { stored, now }) => {
                self.line("  the outcome differs from its snapshot (- stored, + this run):");
                self.difference(stored, now);
            }
            Some(Held::New { now }) => {
                self.line("  there is no snapshot of this outcome yet; keep it with --accept:");
                self.difference("", now);
            }
            Some(Held::Same | Held::Accepted) | None => {}
        }
        self.traffic(case, verbose);
    }

    fn finding(&mut self, case: &CaseRecord, finding: &Finding) {
        let Finding { step, line, about, expected, actual } = finding;
        match step {
            // Of the case as a whole.
            0 => self.line(&format!("  {about}:")),
            _ => self.line(&format!("  step {step} ({}.toml:{line}): {about}", case.id)),
        }
        for expected in expected {
            self.line(&format!("     expected  {expected}"));
        }
        self.line(&format!("     actual    {actual}"));
    }

    fn difference(&mut self, stored: &str, now: &str) {
        let diff = TextDiff::from_lines(stored.trim_end(), now.trim_end());
        for group in diff.grouped_ops(2) {
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let (sign, code) = match change.tag() {
                    ChangeTag::Delete => ("-", "31"),
                    ChangeTag::Insert => ("+", "32"),
                    ChangeTag::Equal => (" ", "2"),
                };
                let shown = change.value().trim_end_matches('\n');
                let shown = self.paint(code, &format!("     {sign} {shown}"));
                self.line(&shown);
            }
        }
    }

    /// The exchanges of the attempts; without `verbose` only those of the steps with findings.
    fn traffic(&mut self, case: &CaseRecord, verbose: bool) {
        let Some(observation) = &case.observation else { return };
        let concerned = |number: usize| match &case.verdict {
            Verdict::Fail(findings) => findings.iter().any(|finding| finding.step == number),
            _ => false,
        };
        for (number, step) in (1..).zip(&observation.steps) {
            if verbose || concerned(number) {
                step.attempts.iter().for_each(|attempt| self.attempt(number, attempt, verbose));
            }
        }
    }

    fn attempt(&mut self, number: usize, attempt: &Attempt, verbose: bool) {
        self.line(&format!("  step {number}, {}:", attempt.email));
        for exchange in &attempt.exchanges {
            let status = exchange.status.map_or("no answer".into(), |status| status.to_string());
            let to = exchange
                .location
                .as_deref()
                .map(|to| format!(" -> {}", excerpt::head(to, LONGEST_EXCERPT)));
            self.line(&format!(
                "     {} {} {status}{}",
                exchange.method,
                excerpt::head(&exchange.url, LONGEST_EXCERPT),
                to.unwrap_or_default()
            ));
            if verbose && !exchange.excerpt.is_empty() {
                self.line(&format!(
                    "        {}",
                    excerpt::head(&exchange.excerpt.replace('\n', " "), LONGEST_EXCERPT)
                ));
            }
        }
    }

    /// What was not played, by reason: in full where it is little, by area where it is much.
    fn skipped(&mut self, record: &RunRecord) {
        let mut reasons: BTreeMap<&str, Vec<&CaseRecord>> = BTreeMap::new();
        for case in &record.cases {
            if let Verdict::Skip(reason) = &case.verdict {
                reasons.entry(reason).or_default().push(case);
            }
        }
        for (reason, cases) in reasons {
            let names = if cases.len() <= NAMED { names(&cases) } else { areas(&cases) };
            self.line("");
            self.line(&format!("{} skipped: {reason}", cases.len()));
            self.line(&format!("  {names}"));
        }
    }

    fn counts(&mut self, record: &RunRecord) {
        let counts = record.counts();
        let mut parts =
            vec![format!("{} passed", counts.passed), format!("{} failed", counts.failed)];
        parts.push(format!("{} skipped", counts.skipped));
        parts.push(format!("{} inconclusive", counts.inconclusive));
        if counts.broken > 0 {
            parts.push(format!("{} broken", counts.broken));
        }
        let mut short: BTreeMap<Level, usize> = BTreeMap::new();
        for level in record.cases.iter().filter_map(|case| case.short_of) {
            *short.entry(level).or_default() += 1;
        }
        if !short.is_empty() {
            let short: Vec<_> =
                short.iter().map(|(level, n)| format!("{n} need {level}")).collect();
            self.line("");
            self.line(&format!("skipped for want of observation: {}", short.join(", ")));
        }
        let seconds = record.duration_ms / 1000;
        let tenths = record.duration_ms % 1000 / 100;
        self.line("");
        self.line(&format!("{} in {seconds}.{tenths} s", parts.join(", ")));
    }

    fn status(&self, status: Status) -> String {
        match status {
            Status::Passed => self.paint("32", "pass"),
            Status::Failed => self.paint("1;31", "FAIL"),
            Status::Skipped => self.paint("2", "skip"),
            Status::Inconclusive => self.paint("1;33", "????"),
            Status::Broken => self.paint("1;35", "BROK"),
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.into() }
    }

    fn line(&mut self, content: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{}", content.trim_end());
    }
}

/// What an SP made of a rule that no document states: what became of the last attempt to enter,
/// controls apart.
fn chosen(case: &CaseRecord) -> String {
    let steps = case.outcome.iter().flat_map(|outcome| &outcome.steps);
    let last = steps.filter(|step| !step.control).flat_map(|step| &step.attempts).last();
    last.map(|attempt| format!("  (undefined: the SP chose {})", attempt.outcome))
        .unwrap_or_default()
}

/// `jit/new-mapped on k6-cloud, …`; without the profile where no profile was in question.
fn names(cases: &[&CaseRecord]) -> String {
    let name = |case: &&CaseRecord| match case.profile.as_str() {
        NO_PROFILE => case.id.to_string(),
        profile => format!("{} on {profile}", case.id),
    };
    cases.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// `cache/* (8), def/* (12)`.
fn areas(cases: &[&CaseRecord]) -> String {
    let mut areas: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        *areas.entry(case.id.area()).or_default() += 1;
    }
    areas.iter().map(|(area, count)| format!("{area}/* ({count})")).collect::<Vec<_>>().join(", ")
}

/// Long addresses carry whole messages; their beginning says enough.
const LONGEST_EXCERPT: usize = 120;
