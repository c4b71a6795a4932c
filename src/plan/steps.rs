//! The steps of a case.

use jiff::SignedDuration;

use super::case::{Action, CaseStep, IdpEdit, Send};
use super::configuration::Configured;
use super::error::PlanError;
use super::fresh::Fresh;
use super::text::describe;
use crate::saml::{Attribute, AttributeValue};
use crate::scenario::{Change, ExpectWord, Initiated, Scenario, SendSpec, Step, StepAction, Wait};
use crate::sp::{Configuration, SpProfile};

/// Resolves all steps; what one changes is carried on to the next.
pub(super) fn resolve_steps(
    scenario: &Scenario,
    profile: &SpProfile,
    fresh: &Fresh,
    configured: &mut Configured,
) -> Result<Vec<CaseStep>, Vec<PlanError>> {
    let mut passwords: Passwords = scenario
        .sp_users
        .iter()
        .filter_map(|(name, user)| Some((name.clone(), user.password.clone()?)))
        .collect();
    let mut steps = Vec::new();
    let mut errors = Vec::new();
    for (index, step) in scenario.steps.iter().enumerate() {
        let number = index + 1;
        if let StepAction::Change(changes) = &step.action {
            remember_passwords(changes, &mut passwords);
        }
        let context = Context { number, profile, fresh, passwords: &passwords };
        match action(step, &context, configured) {
            Ok(action) => steps.push(CaseStep {
                number,
                line: step.line,
                text: describe(step, &action),
                action,
                control: matches!(step.action, StepAction::Login { control: true, .. }),
                expect: step.expect.clone(),
                grants: step.grants.clone(),
                session: step.session.clone(),
                users: step.users,
                sessions: step.sessions,
                resources: step.resources.clone(),
                cell: step.cell.clone(),
            }),
            Err(wait) => errors.push(PlanError::NegativeWait {
                id: scenario.id.clone(),
                profile: profile.name.clone(),
                line: step.line,
                wait,
            }),
        }
    }
    if errors.is_empty() { Ok(steps) } else { Err(errors) }
}

/// What a step is resolved by.
struct Context<'a> {
    number: usize,
    profile: &'a SpProfile,
    fresh: &'a Fresh,
    passwords: &'a Passwords,
}

type Passwords = std::collections::BTreeMap<String, String>;

fn remember_passwords(changes: &[Change], passwords: &mut Passwords) {
    for change in changes {
        match change {
            Change::SpUser { name, user } => {
                let given = user.password.clone().map(|password| (name.clone(), password));
                passwords.extend(given);
            }
            Change::SpUserDeleted { name } => {
                passwords.remove(name);
            }
            _ => {}
        }
    }
}

/// # Errors
/// The wait, where it would be negative.
fn action(
    step: &Step,
    context: &Context<'_>,
    configured: &mut Configured,
) -> Result<Action, String> {
    let Context { profile, fresh, .. } = *context;
    let browser = |person: &str| browser_of(step, person, context.number);
    let own = |person: &String| (person.clone(), browser(person));
    Ok(match &step.action {
        StepAction::Login { people, initiated, send, delivered, .. } => Action::Login {
            people: browsers(people, &browser),
            initiated: initiated.unwrap_or_else(|| default_start(profile)),
            send: resolve_send(send, fresh),
            delivered: *delivered,
        },
        StepAction::PasswordLogin { person, password } => {
            let stored = || context.passwords.get(person).cloned();
            let password = password.clone().or_else(stored).unwrap_or_default();
            let (person, browser) = own(person);
            Action::PasswordLogin { person, browser, password }
        }
        StepAction::Replay { person } => {
            let (person, browser) = own(person);
            Action::Replay { person, browser }
        }
        StepAction::ResetLink { person } => {
            let (person, browser) = own(person);
            Action::ResetLink { person, browser }
        }
        StepAction::Invite { person } => {
            let (person, browser) = own(person);
            Action::Invite { person, browser }
        }
        StepAction::ApiKey { person } => Action::ApiKey { person: person.clone() },
        StepAction::Logout { person } => {
            let (person, browser) = own(person);
            Action::Logout { person, browser }
        }
        StepAction::Probe { person } => {
            let (person, browser) = own(person);
            Action::Probe { person, browser }
        }
        StepAction::Change(changes) => Action::Change {
            sp: change(step, changes, configured, fresh),
            idp: changes.iter().filter_map(|change| idp_edit(change, fresh)).collect(),
        },
        StepAction::Advance(wait) => Action::Advance(advance(*wait, profile)?),
    })
}

/// What is to be refused is not carried on to the steps behind it.
fn change(
    step: &Step,
    changes: &[Change],
    configured: &mut Configured,
    fresh: &Fresh,
) -> Option<Configuration> {
    let before = configured.clone();
    let after = configured.change(changes, fresh);
    if step.expect == [ExpectWord::ConfigurationRefused] {
        *configured = before;
    }
    after
}

fn advance(wait: Wait, profile: &SpProfile) -> Result<SignedDuration, String> {
    let wait = wait.resolve(&profile.timing);
    if wait.is_negative() { Err(format!("{wait:#}")) } else { Ok(wait) }
}

/// A person's own browser unless the step names one or wants a fresh one.
fn browser_of(step: &Step, person: &str, number: usize) -> String {
    match step.browser.as_deref() {
        Some("fresh") => format!("fresh-{number}"),
        Some(name) => name.to_owned(),
        None => person.to_owned(),
    }
}

/// A name that occurs again gets another browser: two logins at once are two windows.
fn browsers(people: &[String], browser: &dyn Fn(&str) -> String) -> Vec<(String, String)> {
    let mut used: Vec<String> = Vec::new();
    let mut taken = |name: String| {
        let before = used.iter().filter(|used| **used == name).count();
        used.push(name.clone());
        if before == 0 { name } else { format!("{name}-{}", before + 1) }
    };
    people.iter().map(|person| (person.clone(), taken(browser(person)))).collect()
}

/// A login starts at the SP where that is possible.
fn default_start(profile: &SpProfile) -> Initiated {
    if profile.login_start.is_some() { Initiated::Sp } else { Initiated::Idp }
}

fn resolve_send(send: &SendSpec, fresh: &Fresh) -> Send {
    let fill = |text: &Option<String>| text.as_ref().map(|text| fresh.fill(text));
    let value = |value: &AttributeValue| match value {
        AttributeValue::Text(text) => AttributeValue::Text(fresh.fill(text)),
        AttributeValue::Nil => AttributeValue::Nil,
    };
    Send {
        audience: fill(&send.audience),
        restrictions: send.restrictions.as_ref().map(|all| {
            all.iter().map(|one| one.iter().map(|text| fresh.fill(text)).collect()).collect()
        }),
        recipient: fill(&send.recipient),
        destination: fill(&send.destination),
        issuer: fill(&send.issuer),
        name_id: fill(&send.name_id),
        name_id_format: fill(&send.name_id_format),
        in_response_to: fill(&send.in_response_to),
        key: send.key,
        attributes: send
            .attributes
            .iter()
            .map(|(name, values)| (name.clone(), values.iter().map(value).collect()))
            .collect(),
        omit: send.omit.clone(),
        elements: send
            .elements
            .iter()
            .map(|element| Attribute {
                friendly_name: fill(&element.friendly_name),
                values: element.values.iter().map(value).collect(),
                ..element.clone()
            })
            .collect(),
        encryption: send.encryption,
        age: send.age.unwrap_or_default(),
    }
}

fn idp_edit(change: &Change, fresh: &Fresh) -> Option<IdpEdit> {
    Some(match change {
        Change::Groups { person, groups } => {
            IdpEdit::Groups { person: person.clone(), groups: groups.clone() }
        }
        Change::Profile { person, key, value } => {
            IdpEdit::Profile { person: person.clone(), key: key.clone(), value: fresh.fill(value) }
        }
        Change::Assigned { person, assigned } => {
            IdpEdit::Assigned { person: person.clone(), assigned: *assigned }
        }
        Change::Idp { org, change } => IdpEdit::Org { org: org.clone(), change: change.clone() },
        _ => return None,
    })
}
