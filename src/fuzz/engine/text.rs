//! A finding for people.

use std::fmt;

use super::record::{FuzzFinding, Origin};

/// The widest that the column of what was expected may be.
const WIDEST: usize = 52;

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Regression(number) => write!(f, "kept case {number}"),
            Self::Case(number) => write!(f, "case {number}"),
        }
    }
}

/// What was expected and what was there, side by side, with a mark where they differ; then the one
/// difference, and what is left of the case.
impl fmt::Display for FuzzFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.disagreement;
        writeln!(f, "{}, {}: {}", self.origin, found.judge, found.about)?;
        let expected = found.expected.first().map(String::as_str).unwrap_or_default();
        let (expected, actual) = (parts(expected), parts(&found.actual));
        let longest = expected.iter().map(|part| part.chars().count()).max().unwrap_or_default();
        let width = longest.clamp("expected".len(), WIDEST);
        writeln!(f, "    {:width$}    actual", "expected")?;
        for (left, right) in rows(&expected, &actual) {
            let mark = if left == right { ' ' } else { '≠' };
            let line = format!("  {mark} {left:width$}    {right}");
            writeln!(f, "{}", line.trim_end())?;
        }
        for other in found.expected.iter().skip(1) {
            writeln!(f, "    or: {other}")?;
        }
        writeln!(f, "  {}", found.difference)?;
        let Self { found, shrunk, plays, .. } = self;
        write!(f, "  mappings × pairs × values: {found}; shrunk to {shrunk} in {plays} plays")
    }
}

/// `created: org a member, space a/b member`, one below the other.
fn parts(text: &str) -> Vec<String> {
    let (class, roles) = text.split_once(": ").unwrap_or((text, ""));
    let roles = roles.split(", ").filter(|role| !role.is_empty());
    std::iter::once(class).chain(roles).map(str::to_owned).collect()
}

/// The same beside the same; what one side alone has beside nothing.
fn rows<'a>(expected: &'a [String], actual: &'a [String]) -> Vec<(&'a str, &'a str)> {
    let (Some(left), Some(right)) = (expected.first(), actual.first()) else { return Vec::new() };
    let mut rows = vec![(left.as_str(), right.as_str())];
    for part in &expected[1..] {
        let same = actual[1..].contains(part);
        rows.push((part, if same { part } else { "" }));
    }
    let more = actual[1..].iter().filter(|part| !expected[1..].contains(part));
    rows.extend(more.map(|part| ("", part.as_str())));
    rows
}
