//! One scenario on one profile.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::{Case, CaseOrg, CasePerson, CaseStep};
use super::configuration::{Configured, entry_specs, org_of};
use super::error::{PlanError, PlanErrors};
use super::fresh::Fresh;
use super::needs::{level, needs};
use super::steps::resolve_steps;
use crate::scenario::{Scenario, with_rule};
use crate::sp::{AppAttribute, AttributeSource, Configuration, SpProfile};

/// Resolves a scenario for a profile. The same seed gives the same case; another seed gives other
/// domains, addresses and tokens, so that a run on a real SP meets nothing that an earlier one left.
///
/// # Errors
/// What can only be seen here: a wait that would be negative, an address given twice.
pub fn resolve(
    scenario: &Scenario,
    profile: Arc<SpProfile>,
    seed: &str,
) -> Result<Case, PlanErrors> {
    let mut fresh = Fresh::new(seed, &scenario.id, &profile);
    for (name, _) in entry_specs(scenario) {
        fresh.declare_entry(name);
    }
    let people = people(scenario, &fresh);
    let mut errors = shared_addresses(scenario, &people);
    let emails = sp_emails(scenario, &fresh, &people);
    let mut configured = Configured::new(scenario, &profile, &fresh, emails);
    let configuration = configured.initial();
    let mut steps = match resolve_steps(scenario, &profile, &fresh, &mut configured) {
        Ok(steps) => steps,
        Err(more) => {
            errors.extend(more);
            Vec::new()
        }
    };
    if !errors.is_empty() {
        return Err(PlanErrors { errors });
    }
    if !is_decided(scenario, &profile) {
        steps.iter_mut().for_each(CaseStep::expect_nothing);
    }
    Ok(Case {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        requirement: scenario.requirement.clone(),
        source: scenario.source.clone(),
        grade: scenario.grade,
        needs: needs(scenario).into_iter().collect(),
        level: level(scenario),
        twin: scenario.twin.clone(),
        seed: fresh.tag.clone(),
        aliases: aliases(scenario, &fresh, &people, &configuration),
        configures: !scenario.entries.is_empty(),
        orgs: orgs(scenario, &profile, &fresh, &configuration),
        configuration,
        people,
        steps,
        profile,
    })
}

/// Whether the profile states every rule that the scenario's expectations rest on, and states it so.
/// A rule that is only assumed of an SP is nothing to find it guilty by.
fn is_decided(scenario: &Scenario, profile: &SpProfile) -> bool {
    scenario.decided_by.iter().all(|(name, value)| {
        let so = with_rule(&profile.rules, name, value.clone());
        profile.declared.contains(name) && so.is_ok_and(|rules| rules == profile.rules)
    })
}

/// Everybody whom a step can name. A user whom the SP alone knows is given to the first org too:
/// no step logs them in by SAML.
fn people(scenario: &Scenario, fresh: &Fresh) -> BTreeMap<String, CasePerson> {
    let sp_only = scenario.sp_users.keys().filter(|name| !scenario.users.contains_key(*name));
    let names = scenario.users.keys().chain(sp_only);
    names.map(|name| (name.clone(), person(name, scenario, fresh))).collect()
}

fn person(name: &str, scenario: &Scenario, fresh: &Fresh) -> CasePerson {
    let known = scenario.users.get(name).cloned().unwrap_or_default();
    let sp_user = scenario.sp_users.get(name);
    let org = known.org.unwrap_or_else(|| "main".into());
    let written = known.email.or_else(|| sp_user.and_then(|user| user.email.clone()));
    let email = match written {
        Some(email) => fresh.fill(&email),
        None => format!("{name}@{}", fresh.domain(entry_of(&org, scenario))),
    };
    let mut profile: BTreeMap<String, String> = [
        ("firstName", capitalised(name)),
        ("lastName", "Example".into()),
        ("email", email.clone()),
        ("login", email.clone()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    profile.extend(known.profile.into_iter().map(|(key, value)| (key, fresh.fill(&value))));
    CasePerson {
        name: name.to_owned(),
        org,
        email,
        sp_password: sp_user.and_then(|user| user.password.clone()),
        groups: known.groups,
        profile,
    }
}

/// The entry whose domain the people of an org have: the first that has the org's metadata.
fn entry_of<'s>(org: &str, scenario: &'s Scenario) -> &'s str {
    let entries = entry_specs(scenario);
    let found = entries.into_iter().find(|(name, spec)| org_of(name, *spec, scenario) == org);
    found.map_or("main", |(name, _)| name)
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The address of everybody at the SP. It may differ from the IdP's where `[sp_users]` says so.
fn sp_emails(
    scenario: &Scenario,
    fresh: &Fresh,
    people: &BTreeMap<String, CasePerson>,
) -> BTreeMap<String, String> {
    let email = |person: &CasePerson| {
        let own = scenario.sp_users.get(&person.name).and_then(|user| user.email.as_ref());
        own.map_or_else(|| person.email.clone(), |email| fresh.fill(email))
    };
    people.values().map(|person| (person.name.clone(), email(person))).collect()
}

fn shared_addresses(scenario: &Scenario, people: &BTreeMap<String, CasePerson>) -> Vec<PlanError> {
    let mut seen = BTreeMap::new();
    let mut errors = Vec::new();
    for person in people.values().filter(|person| scenario.users.contains_key(&person.name)) {
        let key = (person.org.clone(), person.email.to_lowercase());
        if let Some(first) = seen.insert(key, person.name.clone()) {
            errors.push(PlanError::SharedAddress {
                id: scenario.id.clone(),
                first,
                second: person.name.clone(),
                email: person.email.clone(),
            });
        }
    }
    errors
}

fn orgs(
    scenario: &Scenario,
    profile: &SpProfile,
    fresh: &Fresh,
    configuration: &Configuration,
) -> Vec<CaseOrg> {
    let others = scenario.orgs.keys().map(String::as_str).filter(|name| *name != "main");
    let org = |name: &str| {
        let own = scenario.orgs.get(name).and_then(|org| org.attributes.as_ref());
        let entry = entry_of(name, scenario);
        let entry = configuration.entries.iter().find(|known| known.name.0 == entry);
        let token = entry.and_then(|entry| entry.token.as_deref());
        let attributes = own.unwrap_or(&profile.app.attributes);
        CaseOrg {
            name: name.to_owned(),
            subdomain: format!("{name}-{}", fresh.tag),
            attributes: attributes.iter().map(|a| with_token(a, token)).collect(),
        }
    };
    std::iter::once("main").chain(others).map(org).collect()
}

fn with_token(attribute: &AppAttribute, token: Option<&str>) -> AppAttribute {
    let mut attribute = attribute.clone();
    if let AttributeSource::Literal(text) = &mut attribute.source {
        *text = text.replace("{token}", token.unwrap_or_default());
    }
    attribute
}

/// This case's own texts, and those that differ between the members of a family, with what snapshots
/// show for them; longer ones first, so that replacing them in order is right.
fn aliases(
    scenario: &Scenario,
    fresh: &Fresh,
    people: &BTreeMap<String, CasePerson>,
    configuration: &Configuration,
) -> Vec<(String, String)> {
    let word = |what: &str, entry: &str| match entry {
        "main" => format!("{{{what}}}"),
        other => format!("{{{what}.{other}}}"),
    };
    let mut aliases = Vec::new();
    for (name, _) in entry_specs(scenario) {
        aliases.push((fresh.domain(name), word("domain", name)));
    }
    let domains = aliases.clone();
    for person in people.values() {
        for (domain, alias) in &domains {
            if let Some(local) = person.email.strip_suffix(domain.as_str()) {
                aliases.push((person.email.clone(), format!("{local}{alias}")));
            }
        }
    }
    for entry in &configuration.entries {
        let token = entry.token.iter().map(|token| (token.clone(), word("token", &entry.name.0)));
        aliases.extend(token);
    }
    // Whole values only, in their quotes: the beginning of another one is not the SP's own name.
    for (name, value) in fresh.sp_names() {
        aliases.push((format!("{value:?}"), format!("\"{{{name}}}\"")));
    }
    for org in scenario.orgs.keys() {
        aliases.push((format!("{org}-{}", fresh.tag), word("org", org)));
    }
    aliases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    aliases.dedup();
    aliases
}
