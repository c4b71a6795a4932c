//! What is wrong with a configuration: everything at once, before anything of it is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::targets::exists;
use super::{
    BuiltinRole, Configuration, Defaults, EmailDomain, EmptyConditions, Entry, MetadataSource,
    NoMatchNew, Resource, Role, RoleMapping, Selector, email_domain,
};

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: `entry main, mapping researchers`.
    pub place: String,
    /// What is wrong, and what would be right.
    pub text: String,
    /// The row of the facts.
    pub row: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.place, self.text, self.row)
    }
}

/// Everything that is wrong with a configuration; empty if an SP would store it.
pub fn problems(configuration: &Configuration) -> Vec<Problem> {
    let mut found = Vec::new();
    found.extend(names(&configuration.entries));
    found.extend(domains(&configuration.entries));
    found.extend(tokens(&configuration.entries));
    let existing: BTreeSet<Resource> = configuration.resources.iter().cloned().collect();
    for entry in &configuration.entries {
        found.extend(selection(entry));
        found.extend(metadata(entry));
        found.extend(defaults(entry, &existing));
        found.extend(mappings(entry));
    }
    found.extend(users(configuration));
    found
}

pub(super) fn problem(
    place: impl fmt::Display,
    text: impl fmt::Display,
    row: &'static str,
) -> Problem {
    Problem { place: place.to_string(), text: text.to_string(), row }
}

pub(super) fn place(entry: &Entry) -> String {
    format!("entry {}", entry.name.0)
}

fn names(entries: &[Entry]) -> Vec<Problem> {
    let repeated = repeated(entries.iter().map(|entry| (entry.name.0.clone(), ())));
    repeated
        .into_iter()
        .map(|(name, ())| problem(format!("entry {name}"), "two entries have this name", "0"))
        .collect()
}

/// D6: a domain stands in one entry of the whole system, whatever account the others belong to. D7:
/// beside it, it may stand in one of the operator's file.
fn domains(entries: &[Entry]) -> Vec<Problem> {
    let all = entries.iter().flat_map(|entry| {
        let key = |own: &EmailDomain| (own.domain.to_ascii_lowercase(), entry.managed_by_file);
        entry.domains.iter().map(move |own| (key(own), place(entry)))
    });
    repeated(all)
        .into_iter()
        .map(|((domain, _), place)| problem(place, format!("the domain `{domain}` is taken"), "D6"))
        .collect()
}

/// K2: a token picks one entry.
fn tokens(entries: &[Entry]) -> Vec<Problem> {
    let all = entries.iter().filter_map(|entry| Some((entry.token.clone()?, place(entry))));
    // The token is a secret (trap 21) and not repeated in the message.
    repeated(all)
        .into_iter()
        .map(|(_, place)| problem(place, "another entry has the same token", "K2"))
        .collect()
}

/// What the SP finds the entry by is there and has its form.
fn selection(entry: &Entry) -> Vec<Problem> {
    let mut found = Vec::new();
    match entry.rules.selector {
        Selector::EmailDomain if entry.domains.is_empty() => {
            found.push(problem(place(entry), "at least one e-mail domain is required", "D24"));
        }
        Selector::Token if entry.token.as_deref().is_none_or(|token| token.trim().is_empty()) => {
            found.push(problem(place(entry), "a token is required", "K2"));
        }
        _ => {}
    }
    for own in &entry.domains {
        if email_domain(&format!("x@{}", own.domain)) != Some(own.domain.as_str()) {
            let text = format!("`{}` is not an e-mail domain", own.domain);
            found.push(problem(place(entry), text, "D11"));
        }
    }
    found
}

/// D21: exactly one source; the type leaves room for no second one, so it only may be empty.
fn metadata(entry: &Entry) -> Option<Problem> {
    let (MetadataSource::Url(text) | MetadataSource::Xml(text)) = &entry.metadata;
    let empty = text.trim().is_empty();
    empty.then(|| problem(place(entry), "exactly one metadata source is required", "D21"))
}

/// D22: the switch and the values go together. K24: their targets exist.
fn defaults(entry: &Entry, existing: &BTreeSet<Resource>) -> Vec<Problem> {
    let place = || format!("{}, defaults", place(entry));
    let given = entry.defaults.as_ref().filter(|defaults| !defaults.grants.is_empty());
    let mut found = Vec::new();
    match (entry.settings.allow_login_with_defaults, given) {
        // K25.
        (true, None) if entry.rules.default_project.is_some() => {}
        (true, None) => found.push(problem(
            place(),
            "allow_login_with_defaults is on and there are no default roles",
            "D22",
        )),
        (true, Some(defaults)) => found.extend(
            incomplete(defaults, entry.rules.default_space)
                .map(|text| problem(place(), text, "D22")),
        ),
        (false, Some(_)) => found.push(problem(
            place(),
            "allow_login_with_defaults is off and there are default roles",
            "D22",
        )),
        (false, None)
            if entry.mappings.is_empty()
                && entry.group_teams.is_none()
                && entry.rules.no_match_new != NoMatchNew::BareMember =>
        {
            found.push(problem(
                place(),
                "allow_login_with_defaults is off and there is no mapping: nobody could enter",
                "D22, D23",
            ));
        }
        (false, None) => {}
    }
    let grants = given.into_iter().flat_map(|defaults| &defaults.grants);
    for grant in grants.filter(|grant| !exists(existing, &grant.resource)) {
        found.push(problem(place(), format!("`{}` does not exist", grant.resource), "K24"));
    }
    found
}

/// A default organization needs a default space in it where the SP has spaces, and the other way
/// round.
fn incomplete(defaults: &Defaults, spaces: bool) -> Option<String> {
    let resources = || defaults.grants.iter().map(|grant| &grant.resource);
    resources().find_map(|resource| match (resource, resource.parent()) {
        (Resource::Org(_), _)
            if spaces && !resources().any(|r| r.parent().as_ref() == Some(resource)) =>
        {
            Some(format!("`{resource}` has no default space"))
        }
        (_, Some(org)) if !resources().any(|r| *r == org) => {
            Some(format!("`{resource}` has no default role on `{org}`"))
        }
        _ => None,
    })
}

fn mappings(entry: &Entry) -> Vec<Problem> {
    let mut found: Vec<Problem> = repeated(entry.mappings.iter().map(|m| (m.id.0.clone(), ())))
        .into_iter()
        .map(|(id, ())| problem(mapping_place(entry, &id), "two mappings have this id", "P20"))
        .collect();
    found.extend(entry.mappings.iter().flat_map(|mapping| one_mapping(entry, mapping)));
    found.extend(mixed_spaces(entry));
    found
}

fn mapping_place(entry: &Entry, id: &str) -> String {
    format!("{}, mapping {id}", place(entry))
}

fn one_mapping(entry: &Entry, mapping: &RoleMapping) -> Vec<Problem> {
    let place = || mapping_place(entry, &mapping.id.0);
    let mut found = Vec::new();
    if mapping.when.is_empty() && entry.rules.empty_conditions == EmptyConditions::Refuse {
        found.push(problem(place(), "a mapping needs at least one attribute pair", "P2"));
    }
    for (resource, ()) in repeated(mapping.roles.iter().map(|(resource, _)| (resource, ()))) {
        found.push(problem(place(), format!("`{resource}` is given two roles"), "P14"));
    }
    for (resource, role) in &mapping.roles {
        match (resource, role) {
            (Resource::Org(_), Role::Custom(_)) => found.push(problem(
                place(),
                format!("`{resource}` cannot have a custom role; spaces and projects can"),
                "0",
            )),
            (Resource::Org(_), Role::Builtin(BuiltinRole::Admin)) => {
                let inside =
                    |(other, _): &&(Resource, Role)| other.parent().as_ref() == Some(resource);
                found.extend(mapping.roles.iter().find(inside).map(|(space, _)| {
                    let text = format!("an admin of `{resource}` needs no role on `{space}`");
                    problem(place(), text, "P16")
                }));
            }
            _ => {}
        }
    }
    found
}

/// P14: a space has built-in or custom roles, over all mappings of an entry.
fn mixed_spaces(entry: &Entry) -> Vec<Problem> {
    let mut kinds: BTreeMap<&Resource, (bool, bool)> = BTreeMap::new();
    for (resource, role) in entry.mappings.iter().flat_map(|mapping| &mapping.roles) {
        if matches!(resource, Resource::Space { .. }) {
            let (builtin, custom) = kinds.entry(resource).or_default();
            match role {
                Role::Builtin(_) => *builtin = true,
                Role::Custom(_) => *custom = true,
            }
        }
    }
    kinds
        .into_iter()
        .filter(|(_, kinds)| *kinds == (true, true))
        .map(|(space, _)| {
            let text = format!("`{space}` is given built-in and custom roles; choose one kind");
            problem(place(entry), text, "P14")
        })
        .collect()
}

/// D14: addresses that differ only in case are one user.
fn users(configuration: &Configuration) -> Vec<Problem> {
    let all = configuration.users.iter().map(|user| (user.email.to_ascii_lowercase(), ()));
    let twice = repeated(all).into_iter().map(|(email, ())| (email, "given twice", "D14"));
    let no_address = configuration
        .users
        .iter()
        .filter(|user| email_domain(&user.email).is_none())
        .map(|user| (user.email.clone(), "not an e-mail address", "D13"));
    twice
        .chain(no_address)
        .map(|(email, text, row)| problem(format!("user {email}"), text, row))
        .collect()
}

/// The keys that occur again, with what came with them the second time.
fn repeated<K: Ord + Clone, V>(all: impl Iterator<Item = (K, V)>) -> Vec<(K, V)> {
    let mut seen = BTreeSet::new();
    all.filter(|(key, _)| !seen.insert(key.clone())).collect()
}
