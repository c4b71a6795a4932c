//! Members of a profile family share a snapshot: in one run they come out alike.

use std::collections::BTreeMap;

use crate::report::CaseRecord;
use crate::scenario::ScenarioId;
use crate::verdict::{Finding, Verdict};

/// A played case with the text of its snapshot and its family.
pub(super) struct Played {
    pub(super) record: CaseRecord,
    /// Family and text, if it was played to its end.
    pub(super) text: Option<(String, String)>,
}

/// Adds a finding to every member that differs from the first of its family, by name: not by who
/// was ready first.
pub(super) fn compare(played: &mut [Played]) {
    played.sort_by(|one, two| one.record.profile.cmp(&two.record.profile));
    let mut first: BTreeMap<(String, ScenarioId), (String, String)> = BTreeMap::new();
    for case in played {
        let Some((family, text)) = &case.text else { continue };
        let key = (family.clone(), case.record.id.clone());
        let profile = case.record.profile.clone();
        let (other, expected) = first.entry(key).or_insert_with(|| (profile, text.clone()));
        if expected != text {
            let finding = difference(&case.record.profile, other, expected, text);
            match &mut case.record.verdict {
                Verdict::Fail(findings) => findings.push(finding),
                verdict => *verdict = Verdict::Fail(vec![finding]),
            }
        }
    }
}

/// The first line in which two members differ.
fn difference(profile: &str, other: &str, expected: &str, actual: &str) -> Finding {
    let mut lines = expected.lines().zip(actual.lines()).skip_while(|(one, two)| one == two);
    let (one, two) = lines.next().unwrap_or(("(the end)", "(more or less than that)"));
    Finding {
        step: 0,
        line: 0,
        about: format!("{profile} and {other} share a snapshot and came out differently"),
        expected: vec![format!("{} (as on {other})", one.trim())],
        actual: two.trim().into(),
    }
}
