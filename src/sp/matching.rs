//! Which mappings an assertion matches.

use super::{EmptyConditions, Entry, RepeatedAttribute, RoleMapping, Rules, WhiteSpace, Wildcard};
use crate::saml::{AttributeValue, Attributes};

/// The mappings that match, in configuration order.
pub(super) fn hits<'a>(entry: &'a Entry, attributes: &Attributes) -> Vec<&'a RoleMapping> {
    entry.mappings.iter().filter(|mapping| matches(mapping, &entry.rules, attributes)).collect()
}

/// P1: all pairs, each for itself. P5: two pairs of one name both have to be among its values.
/// P2: a mapping without pairs is refused when it is saved; if there is one it matches nobody,
/// unless the SP says otherwise.
///
/// Where the SP has a wildcard for sources, `*` wants nothing, not even that the attribute is there.
fn matches(mapping: &RoleMapping, rules: &Rules, attributes: &Attributes) -> bool {
    if mapping.when.is_empty() {
        return rules.empty_conditions == EmptyConditions::MatchAll;
    }
    mapping.when.iter().all(|(name, wanted)| {
        is_anything(wanted, rules)
            || heard(rules, attributes, name).any(|value| same(value, wanted, rules))
    })
}

/// P6: byte for byte, exact case; white space around it counts, unless the SP trims.
fn same(value: &str, wanted: &str, rules: &Rules) -> bool {
    match rules.white_space {
        WhiteSpace::Exact => value == wanted,
        WhiteSpace::Trim => value.trim() == wanted.trim(),
    }
}

fn is_anything(wanted: &str, rules: &Rules) -> bool {
    wanted == "*" && matches!(rules.wildcard, Wildcard::AnySource | Wildcard::Both)
}

/// The values of an attribute that count.
///
/// P3: every one of them. P4: of every `<Attribute>` of that name, or of one as the SP says. P7:
/// `Name`, never `FriendlyName`. P22: nil and blank ones say nothing. K13: some group names are
/// ignored.
pub(super) fn heard<'a>(
    rules: &'a Rules,
    attributes: &'a Attributes,
    name: &'a str,
) -> impl Iterator<Item = &'a str> {
    let Attributes(all) = attributes;
    let named = || all.iter().filter(move |attribute| attribute.name == name);
    let (skipped, taken) = match rules.repeated_attribute {
        RepeatedAttribute::Merge => (0, usize::MAX),
        RepeatedAttribute::First => (0, 1),
        RepeatedAttribute::Last => (named().count().saturating_sub(1), 1),
    };
    named()
        .skip(skipped)
        .take(taken)
        .flat_map(|attribute| &attribute.values)
        .filter_map(AttributeValue::text)
        .filter(|value| !value.trim().is_empty())
        .filter(|value| !rules.ignored_groups.iter().any(|ignored| ignored == value))
}

/// The first attribute that the SP insists on and that has no value (K1).
pub(super) fn missing<'a>(rules: &'a Rules, attributes: &Attributes) -> Option<&'a str> {
    rules
        .required_attributes
        .iter()
        .map(String::as_str)
        .find(|name| attributes.values(name).all(|value| value.trim().is_empty()))
}

/// Whether not one attribute that the entry looks at is in the assertion (P22): Okta leaves out a
/// group attribute that no group passes, so silence and "no groups" look alike.
pub(super) fn is_silent(entry: &Entry, attributes: &Attributes) -> bool {
    let mut named = entry
        .mappings
        .iter()
        .flat_map(|mapping| mapping.when.iter().map(|(name, _)| name))
        .chain(entry.group_teams.iter().map(|teams| &teams.attribute))
        .peekable();
    named.peek().is_some()
        && named.all(|name| attributes.0.iter().all(|attribute| attribute.name != *name))
}
