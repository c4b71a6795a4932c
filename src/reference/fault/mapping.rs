//! M17 to M36 and M86: which mappings match, and what they give together.

use super::Fault;
use super::decision::{Given, written};
use crate::saml::{Attribute, AttributeValue, Attributes};
use crate::sp::{AccountRole, Explanation, MappingId, Multi, RoleMapping, Rules};

/// A pair that nobody's assertion has and that everybody's is given (M35).
const EVERYBODY: (&str, &str) = ("urn:samlproof:fault:everybody", "yes");

pub(super) fn on_the_way_in(fault: Fault, given: &mut Given<'_>) {
    values(fault, &mut given.attributes);
    let same_name = |attribute: &Attribute, name: &str| attribute.name == name;
    match fault {
        Fault::AnyPairMatches => one_pair_each(&mut given.entry.mappings),
        Fault::AllMappingsMustMatch => {
            let all: Vec<_> = given.entry.mappings.iter().flat_map(|m| m.when.clone()).collect();
            given.entry.mappings.iter_mut().for_each(|mapping| mapping.when.clone_from(&all));
        }
        Fault::PrefixMatches => hear(given, same_name, |value, wanted| value.starts_with(wanted)),
        Fault::ValueCaseIgnored => {
            hear(given, same_name, |value, wanted| value.to_lowercase() == wanted.to_lowercase());
        }
        Fault::ValueTrimmed => {
            hear(given, same_name, |value, wanted| value.trim() == wanted.trim())
        }
        Fault::NameLooselyMatched => hear(given, loosely, |value, wanted| value == wanted),
        Fault::FirstMappingOnly => {
            let hits = given.explain().hits;
            given.entry.mappings.retain(|mapping| hits.first() == Some(&mapping.id));
        }
        Fault::AdminFlagLeaks => {
            let any = given.entry.mappings.iter().any(|mapping| mapping.account_admin);
            set_admin(given, any);
        }
        Fault::AllMustMakeAdmin => {
            let hits = given.explain().hits;
            let all = hit(&given.entry.mappings, &hits).all(|mapping| mapping.account_admin);
            set_admin(given, all && !hits.is_empty());
        }
        Fault::EmptyMappingMatchesAll => match_all(given),
        Fault::AdminOnlyIsNoMatch => {
            given.entry.mappings.retain(|m| !(m.account_admin && m.roles.is_empty()));
        }
        _ => several(fault, &mut given.entry.rules),
    }
}

pub(super) fn on_the_way_out(fault: Fault, why: &mut Explanation) {
    let dangling = fault == Fault::DanglingTargetMakesAdmin && !why.dropped.is_empty();
    if let (true, Some(roles)) = (dangling, written(&mut why.decision)) {
        roles.account = AccountRole::Admin;
    }
}

/// M19 to M21: which values an attribute has.
fn values(fault: Fault, Attributes(attributes): &mut Attributes) {
    match fault {
        Fault::FirstValueOnly => attributes.iter_mut().for_each(|one| one.values.truncate(1)),
        Fault::LastAttributeOnly => {
            let names: Vec<String> = attributes.iter().map(|one| one.name.clone()).collect();
            let mut place = 0;
            attributes.retain(|one| {
                place += 1;
                !names[place..].contains(&one.name)
            });
        }
        Fault::CommaSplits => {
            for attribute in attributes {
                let texts = attribute.values.iter().filter_map(AttributeValue::text);
                let parts = texts.flat_map(|text| text.split(','));
                attribute.values = parts.map(|part| AttributeValue::Text(part.into())).collect();
            }
        }
        _ => {}
    }
}

/// M26 to M28: which of several roles wins.
fn several(fault: Fault, rules: &mut Rules) {
    match (fault, rules.multi_space, rules.multi_custom) {
        (Fault::FirstBuiltinRoleWins, Multi::MostPermissive, _) => rules.multi_space = Multi::First,
        (Fault::LastBuiltinRoleWins, Multi::MostPermissive, _) => rules.multi_space = Multi::Last,
        (Fault::LastCustomRoleWins, _, Multi::First) => rules.multi_custom = Multi::Last,
        _ => {}
    }
}

/// M22 to M25: where an attribute of a name that counts as the wanted one has a value that does,
/// the pair is taken to want just that.
fn hear(
    given: &mut Given<'_>,
    same_name: impl Fn(&Attribute, &str) -> bool,
    same_value: impl Fn(&str, &str) -> bool,
) {
    let Attributes(attributes) = &given.attributes;
    let pairs = given.entry.mappings.iter_mut().flat_map(|mapping| &mut mapping.when);
    for (name, wanted) in pairs {
        let found = attributes.iter().filter(|one| same_name(one, name)).find_map(|one| {
            let mut texts = one.values.iter().filter_map(AttributeValue::text);
            let value = texts.find(|value| same_value(value, wanted))?;
            Some((one.name.clone(), value.to_owned()))
        });
        if let Some(found) = found {
            (*name, *wanted) = found;
        }
    }
}

fn loosely(attribute: &Attribute, name: &str) -> bool {
    attribute.name.eq_ignore_ascii_case(name) || attribute.friendly_name.as_deref() == Some(name)
}

/// M17: a mapping for each pair.
fn one_pair_each(mappings: &mut Vec<RoleMapping>) {
    let each = std::mem::take(mappings).into_iter().flat_map(|mapping| {
        let pairs = mapping.when.clone();
        pairs.into_iter().map(move |pair| RoleMapping { when: vec![pair], ..mapping.clone() })
    });
    *mappings = each.collect();
}

/// M35: what has no condition gets one that always holds.
fn match_all(given: &mut Given<'_>) {
    let (name, value) = (EVERYBODY.0.to_owned(), EVERYBODY.1.to_owned());
    for mapping in given.entry.mappings.iter_mut().filter(|mapping| mapping.when.is_empty()) {
        mapping.when.push((name.clone(), value.clone()));
    }
    let values = vec![AttributeValue::Text(value)];
    given.attributes.0.push(Attribute { name, friendly_name: None, name_format: None, values });
}

fn hit<'a>(
    mappings: &'a [RoleMapping],
    hits: &'a [MappingId],
) -> impl Iterator<Item = &'a RoleMapping> {
    mappings.iter().filter(|mapping| hits.contains(&mapping.id))
}

fn set_admin(given: &mut Given<'_>, admin: bool) {
    given.entry.mappings.iter_mut().for_each(|mapping| mapping.account_admin = admin);
}
