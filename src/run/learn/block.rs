//! The `[rules]` block to paste.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::record::{Finding, Learnt};
use crate::sp::Rules;

/// A `[rules]` block in place of the profile's: what was learnt, and what the profile declares that
/// was not.
///
/// Where several values fit, the declared one stays if it is among them, and the others are said.
pub fn rules_block(findings: &[Finding], declared: &Rules) -> String {
    let declared = fields(declared);
    let usual = fields(&Rules::default());
    let mut text = "[rules]\n".to_owned();
    let mut open = String::new();
    let mut known = Vec::new();
    for finding in findings.iter().filter(|finding| finding.rule) {
        let name = finding.name.as_str();
        match &finding.learnt {
            Learnt::Is(value) => {
                known.push(name);
                line(&mut text, name, value);
            }
            Learnt::OneOf(values) => {
                let values: Vec<_> = values.iter().map(Value::to_string).collect();
                comment(&mut open, &format!("{name}: {} fit", values.join(" and ")));
            }
            Learnt::Other(what) => comment(&mut open, &format!("{name}: no value fits: {what}")),
            Learnt::Nothing(_) => comment(&mut open, &format!("{name}: not learnt")),
        }
    }
    let kept: Vec<_> = declared
        .iter()
        .filter(|(name, value)| !known.contains(&name.as_str()) && usual.get(*name) != Some(*value))
        .collect();
    if !kept.is_empty() {
        comment(&mut text, "As the profile declares it:");
        kept.into_iter().for_each(|(name, value)| line(&mut text, name, value));
    }
    text + &open
}

fn fields(rules: &Rules) -> BTreeMap<String, Value> {
    let value = serde_json::to_value(rules).unwrap_or_default();
    value.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// What is null is not said: TOML has no word for it.
fn line(text: &mut String, name: &str, value: &Value) {
    if !value.is_null() {
        // Strings, flags, whole numbers and lists of strings are written alike in JSON and TOML.
        let _ = writeln!(text, "{name} = {value}");
    }
}

fn comment(text: &mut String, words: &str) {
    for words in words.lines() {
        let _ = writeln!(text, "# {words}");
    }
}
