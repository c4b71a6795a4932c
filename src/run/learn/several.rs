//! Two groups with the same targets: which role wins, which values are read, and whether case counts.

use std::collections::BTreeSet;

use super::probe::Kind;
use crate::sp::Multi;

/// The targets in both orders and with either role.
const TARGETS: [&str; 4] = ["oak", "elm", "ash", "fir"];

/// Which role wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Winner {
    /// As a value of the knob says.
    Knob(Multi),
    /// In another way.
    Other(&'static str),
    /// Neither this kind nor these roles are there: not both groups counted.
    Unclear,
}

/// Reads the four targets; `a` is admin, `r` is read-only.
pub(super) fn winner(kind: Kind, lines: &BTreeSet<String>) -> Winner {
    let role = |name: &&str| {
        let has = |role| lines.contains(&kind.line(name, role));
        match (has("admin"), has("read-only")) {
            (true, false) => 'a',
            (false, true) => 'r',
            _ => '?',
        }
    };
    if !(reads_first(kind, lines) && reads_last(kind, lines)) {
        return Winner::Unclear;
    }
    match TARGETS.iter().map(role).collect::<String>().as_str() {
        "aaaa" => Winner::Knob(Multi::MostPermissive),
        "rara" => Winner::Knob(Multi::First),
        "arar" => Winner::Knob(Multi::Last),
        "rrrr" => Winner::Other("the least permissive role wins"),
        "arra" => Winner::Other("the role of the first value in the assertion wins"),
        "raar" => Winner::Other("the role of the last value in the assertion wins"),
        _ => Winner::Other("the roles follow no order that is known here"),
    }
}

/// Whether the value that comes earlier counted.
pub(super) fn reads_first(kind: Kind, lines: &BTreeSet<String>) -> bool {
    lines.contains(&kind.line("box", "member"))
}

/// Whether the value that comes last counted.
pub(super) fn reads_last(kind: Kind, lines: &BTreeSet<String>) -> bool {
    lines.contains(&kind.line("yew", "member"))
}

/// Whether a value in the wrong case counted.
pub(super) fn ignores_case(kind: Kind, lines: &BTreeSet<String>) -> bool {
    lines.contains(&kind.line("bay", "member"))
}
