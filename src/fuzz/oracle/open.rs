//! Knobs that a profile does not declare: each of their values is right.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::scenario::with_rule;
use crate::sp::{Rules, SpProfile, TargetKind};

/// The knobs that decide what a login gives, with their values. What else is in `[rules]` says what
/// an SP is, and a profile that leaves it out means the default.
const KNOBS: [(&str, &[&str]); 11] = [
    (
        "existing_no_match",
        &["apply-defaults", "unchanged", "defaults-if-no-membership", "strip", "reject"],
    ),
    (
        "existing_no_match_enforced_sync_off",
        &["defaults-if-no-membership", "unchanged", "apply-defaults", "strip", "reject"],
    ),
    ("existing_no_match_sync_off", &["allow-unchanged", "reject"]),
    ("sync_scope", &["replace-all", "managed-only", "additive"]),
    ("admin_revocable", &["yes", "no"]),
    ("last_admin", &["demote", "keep", "reject"]),
    ("multi_org", &["most-permissive", "first", "last"]),
    ("multi_space", &["most-permissive", "first", "last"]),
    ("multi_custom", &["first", "last", "most-permissive"]),
    ("defaults_combine", &["only-if-no-match", "on-top"]),
    ("absent_attribute", &["no-groups", "keep"]),
];

/// The knobs that are open; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenRules {
    knobs: Vec<(&'static str, &'static [&'static str])>,
}

/// A profile's text that is no TOML.
#[derive(Debug, Error)]
#[error("the profile is no TOML file: {0}")]
pub struct OpenRulesError(#[from] toml::de::Error);

impl OpenRules {
    /// The knobs that a profile's text leaves out of `[rules]`. The embedded SP is what its
    /// profile says with all defaults, so there none is open.
    ///
    /// # Errors
    /// If the text is no TOML.
    pub fn undeclared(profile: &SpProfile, text: &str) -> Result<Self, OpenRulesError> {
        if profile.target == TargetKind::Reference {
            return Ok(Self::default());
        }
        let table: toml::Table = text.parse()?;
        let rules = table.get("rules").and_then(toml::Value::as_table);
        let declared: BTreeSet<&str> =
            rules.into_iter().flat_map(toml::Table::keys).map(String::as_str).collect();
        let open = KNOBS.iter().map(|(name, _)| *name).filter(|name| !declared.contains(name));
        Ok(Self::of(open))
    }

    /// The knobs of these names; others are not known and left out.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let names: BTreeSet<&str> = names.into_iter().collect();
        Self { knobs: KNOBS.into_iter().filter(|(name, _)| names.contains(name)).collect() }
    }

    /// Whether every knob is declared.
    pub fn is_empty(&self) -> bool {
        self.knobs.is_empty()
    }

    /// The rules with every combination of what is open, the declared ones first.
    pub(super) fn readings(&self, rules: &Rules) -> impl Iterator<Item = Rules> {
        let count: usize = self.knobs.iter().map(|(_, values)| values.len()).product();
        let others = if self.knobs.is_empty() { 0 } else { count };
        std::iter::once(rules.clone())
            .chain((0..others).filter_map(|number| self.reading(rules, number)))
    }

    fn reading(&self, rules: &Rules, mut number: usize) -> Option<Rules> {
        let mut read = rules.clone();
        for (name, values) in &self.knobs {
            let value = values[number % values.len()];
            number /= values.len();
            read = with_rule(&read, name, value.into()).ok()?;
        }
        (read != *rules).then_some(read)
    }
}
