//! A world resolved for one profile: the scenario that says the same, and the case it makes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use thiserror::Error;

use super::{Action, Person, StoredUser, World, WorldEntry};
use crate::plan::{Case, PlanErrors, resolve};
use crate::saml::{Attribute, AttributeValue, Attributes};
use crate::scenario::{
    Change, EntrySpec, ExpectWord, Grade, MappingEdit, MappingSpec, Scenario, ScenarioId, SendSpec,
    SpUserEdit, SpUserSpec, Step, StepAction, Wait, literal,
};
use crate::sp::{
    AttributeSource, EntryName, GroupFilter, MappingId, Problem, Resource, Role, RoleMapping,
    SpProfile, UserStatus, problems,
};

/// A world resolved for one profile.
///
/// [`Script::case`] is what is played. Its steps are fewer than the world's actions: what an action
/// does to a thing that is not there is no step, nor is a change of what the IdP sends, where only
/// the next login can say it.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The world.
    pub world: World,
    /// What a person would have written.
    pub scenario: Scenario,
    /// The scenario resolved for the profile.
    pub case: Case,
    /// For each action its step of the case, from 0.
    pub steps: Vec<Option<usize>>,
}

/// Why a world cannot be played.
#[derive(Debug, Error)]
pub enum ScriptError {
    /// An SP that does what the documents say would not take its configuration.
    #[error("the SP would refuse the configuration: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Configuration(Vec<Problem>),
    /// The SP's configuration has no word for something in it.
    #[error("the SP's configuration has no word for {0}")]
    Unsaid(String),
    /// It makes no case.
    #[error(transparent)]
    Plan(#[from] PlanErrors),
}

impl Script {
    /// Resolves a world. The same seed gives the same addresses; another seed others, so that an SP
    /// that cannot be reset meets nobody twice.
    ///
    /// # Errors
    /// If the world's entries are none that an SP would take.
    pub fn of(world: &World, profile: &Arc<SpProfile>, seed: &str) -> Result<Self, ScriptError> {
        let world = &world.clone().without_strangers();
        let mut refused: BTreeSet<usize> = BTreeSet::new();
        loop {
            let (scenario, steps) = Writer::new(world, profile, &refused).write();
            let case = resolve(&scenario, profile.clone(), seed)?;
            // An SP that is as it is is not told the configuration.
            let wrong = problems(&case.configuration);
            if case.configures && !wrong.is_empty() {
                return Err(ScriptError::Configuration(wrong));
            }
            if let Some(lack) = case.unsaid() {
                return Err(ScriptError::Unsaid(lack));
            }
            // What is to be refused is not carried on, so the steps behind it are made again.
            match steps.iter().position(|place| is_refused(*place, &case)) {
                Some(action) if refused.insert(action) => {}
                _ => return Ok(Self { world: world.clone(), scenario, case, steps }),
            }
        }
    }

    /// The name of the person who has this address.
    pub fn person_of(&self, email: &str) -> Option<&str> {
        let mut people = self.case.people.values();
        let found = people.find(|person| person.email.eq_ignore_ascii_case(email))?;
        Some(&found.name)
    }

    /// The address of a person; empty if there is none of this name.
    pub fn email_of(&self, name: &str) -> &str {
        self.case.people.get(name).map_or("", |person| person.email.as_str())
    }

    /// What the case does at an action; `None` if it does nothing.
    pub fn case_action(&self, action: usize) -> Option<&crate::plan::Action> {
        let place = self.steps.get(action).copied().flatten()?;
        self.case.steps.get(place).map(|step| &step.action)
    }

    /// An action in a few words: `login jane`.
    pub fn text(&self, action: usize) -> String {
        let place = self.steps.get(action).copied().flatten();
        let step = place.and_then(|place| self.case.steps.get(place));
        match (step, self.world.actions.get(action)) {
            (Some(step), _) => step.text.clone(),
            (None, Some(Action::SetAttributes { person, .. })) => format!("attributes of {person}"),
            _ => "nothing".into(),
        }
    }
}

/// Whether an SP would refuse the configuration of a step that does not expect that yet.
fn is_refused(place: Option<usize>, case: &Case) -> bool {
    let Some(step) = place.and_then(|place| case.steps.get(place)) else { return false };
    let crate::plan::Action::Change { sp: Some(configuration), .. } = &step.action else {
        return false;
    };
    step.expect != [ExpectWord::ConfigurationRefused] && !problems(configuration).is_empty()
}

/// Writes the scenario, following what each action does.
struct Writer<'a> {
    world: &'a World,
    /// Actions whose change is to be refused.
    refused: &'a BTreeSet<usize>,
    /// The mappings of each entry as they are by now.
    mappings: BTreeMap<EntryName, Vec<RoleMapping>>,
    /// Who has a password that the steps need not say.
    passwords: BTreeSet<&'a str>,
    /// What the IdP sends of each person by now.
    attributes: BTreeMap<&'a str, &'a Attributes>,
    groups: GroupAttributes,
}

impl<'a> Writer<'a> {
    fn new(world: &'a World, profile: &SpProfile, refused: &'a BTreeSet<usize>) -> Self {
        let people = world.people.iter();
        let stored = world.stored.iter();
        Self {
            world,
            refused,
            mappings: world
                .entries
                .iter()
                .map(|entry| (entry.name.clone(), entry.mappings.clone()))
                .collect(),
            passwords: stored
                .filter(|user| user.has_password)
                .map(|user| user.person.as_str())
                .collect(),
            attributes: people.map(|person| (person.name.as_str(), &person.attributes)).collect(),
            groups: GroupAttributes::of(profile),
        }
    }

    fn write(mut self) -> (Scenario, Vec<Option<usize>>) {
        let mut steps = Vec::new();
        let mut places = Vec::new();
        for (number, action) in self.world.actions.iter().enumerate() {
            let step = self.step(number, action);
            places.push(step.is_some().then_some(steps.len()));
            steps.extend(step);
        }
        let people = self.world.people.iter();
        let known = self.world.stored.iter();
        let scenario = Scenario {
            id: ScenarioId("fuzz/world".into()),
            title: "A world that was made up".into(),
            requirement: "An SP MUST do what its documents say.".into(),
            source: "fuzz".into(),
            grade: Grade::Undefined,
            covers: Vec::new(),
            profiles: vec!["*".into()],
            needs: Vec::new(),
            level: None,
            twin: None,
            decided_by: Default::default(),
            entries: self.world.entries.iter().map(|entry| self.entry(entry)).collect(),
            orgs: BTreeMap::from([("main".to_owned(), Default::default())]),
            users: people.map(|person| (person.name.clone(), self.person(person))).collect(),
            sp_users: known.map(|user| (user.person.clone(), self.stored(user))).collect(),
            steps,
        };
        (scenario, places)
    }

    fn entry(&self, entry: &WorldEntry) -> (String, EntrySpec) {
        let name = &entry.name.0;
        let switches = [
            ("enforce_saml", entry.enforce_saml, false),
            ("sync_user_roles", entry.sync_user_roles, false),
            ("allow_login_with_defaults", !entry.defaults.is_empty(), false),
            ("jit", entry.jit, true),
        ];
        let settings = switches.into_iter().filter(|(_, on, usual)| on != usual);
        let spec = EntrySpec {
            account: (name != "main").then(|| name.clone()),
            settings: settings.map(|(name, on, _)| (name.to_owned(), on)).collect(),
            mappings: entry.mappings.iter().map(mapping).collect(),
            defaults: in_files_order(&entry.defaults),
            group_teams: entry
                .teams
                .as_ref()
                .map(|teams| (teams.attribute.clone(), teams.auto_create)),
            ..EntrySpec::default()
        };
        (name.clone(), spec)
    }

    fn person(&self, person: &Person) -> crate::scenario::Person {
        let usual = person.address == format!("{}@{{domain}}", person.name);
        crate::scenario::Person {
            email: (!usual).then(|| person.address.clone()),
            groups: self.groups.plain(&person.attributes).unwrap_or_default(),
            ..crate::scenario::Person::default()
        }
    }

    fn stored(&self, user: &StoredUser) -> SpUserSpec {
        let account = self.account(&user.person);
        SpUserSpec {
            email: None,
            account: (account != "main").then(|| account.to_owned()),
            password: user.has_password.then(|| password(&user.person)),
            status: user.status,
            account_admin: user.account_admin,
            roles: in_files_order(&user.roles),
        }
    }

    /// The account of a person: the entry whose domain the address has.
    fn account(&self, person: &str) -> &'static str {
        let address = self.world.person(person).map(|person| person.address.as_str());
        if address.is_some_and(|address| address.contains("{domain.other}")) {
            "other"
        } else {
            "main"
        }
    }

    /// What an action is in a scenario; `None` if it does nothing there.
    fn step(&mut self, number: usize, action: &'a Action) -> Option<Step> {
        if action.person().is_some_and(|person| self.world.person(person).is_none())
            || action.entry().is_some_and(|entry| self.world.entry(entry).is_none())
        {
            return None;
        }
        let before = self.mappings.clone();
        let refused = self.refused.contains(&number);
        let action = self.step_action(action)?;
        if refused {
            self.mappings = before;
        }
        Some(Step {
            span: 0..0,
            line: 0,
            action,
            browser: None,
            expect: if refused { vec![ExpectWord::ConfigurationRefused] } else { Vec::new() },
            grants: None,
            session: None,
            users: None,
            sessions: None,
            resources: None,
            cell: None,
        })
    }

    fn step_action(&mut self, action: &'a Action) -> Option<StepAction> {
        Some(match action {
            Action::Login { person, initiated, at_once } => StepAction::Login {
                people: vec![person.clone(); (*at_once).max(1)],
                initiated: Some(*initiated),
                send: Box::new(self.send(person)),
                delivered: true,
                control: false,
            },
            Action::SetAttributes { person, attributes } => {
                self.attributes.insert(person, attributes);
                let groups = self.groups.plain(attributes)?;
                StepAction::Change(vec![Change::Groups { person: person.clone(), groups }])
            }
            Action::Advance { seconds } => StepAction::Advance(Wait {
                from: None,
                offset: SignedDuration::from_secs(i64::from(*seconds)),
            }),
            Action::Probe { person } => StepAction::Probe { person: person.clone() },
            Action::Logout { person } => StepAction::Logout { person: person.clone() },
            Action::PasswordLogin { person } => {
                let known = self.passwords.contains(person.as_str());
                let password = (!known).then(|| password(person));
                StepAction::PasswordLogin { person: person.clone(), password }
            }
            Action::Delete { person } => {
                self.passwords.remove(person.as_str());
                StepAction::Change(vec![Change::SpUserDeleted { name: person.clone() }])
            }
            Action::Deactivate { person } => {
                let user =
                    SpUserEdit { status: Some(UserStatus::Inactive), ..SpUserEdit::default() };
                StepAction::Change(vec![Change::SpUser { name: person.clone(), user }])
            }
            Action::RemoveResource { resource } => {
                StepAction::Change(vec![Change::ResourcesRemoved(vec![resource.clone()])])
            }
            _ => StepAction::Change(self.entry_changes(action)?),
        })
    }

    /// What is sent in a login: nothing of its own where the app sends just that by itself.
    fn send(&self, person: &str) -> SendSpec {
        let Some(attributes) = self.attributes.get(person) else { return SendSpec::default() };
        if self.groups.plain(attributes).is_some() {
            return SendSpec::default();
        }
        SendSpec {
            omit: self.groups.names.clone(),
            elements: attributes.0.iter().map(written).collect(),
            ..SendSpec::default()
        }
    }

    /// Changes of an entry; `None` if there is nothing to change.
    fn entry_changes(&mut self, action: &Action) -> Option<Vec<Change>> {
        Some(match action {
            Action::SetMapping { entry, mapping } => vec![self.set_mapping(entry, mapping)],
            Action::SetRole { entry, id, resource, role } => {
                let mut mapping = self.mapping(entry, id)?.clone();
                mapping.roles.retain(|(known, _)| known != resource);
                mapping.roles.push((resource.clone(), role.clone()));
                vec![self.set_mapping(entry, &mapping)]
            }
            Action::RemoveMapping { entry, id } => {
                self.mapping(entry, id)?;
                self.mappings.get_mut(entry)?.retain(|mapping| mapping.id != *id);
                vec![Change::MappingRemoved { entry: entry.0.clone(), id: id.0.clone() }]
            }
            Action::RestoreMapping { entry, id } => {
                let at_first = &self.world.entry(entry)?.mappings;
                let mapping = at_first.iter().find(|mapping| mapping.id == *id)?;
                vec![self.set_mapping(entry, mapping)]
            }
            Action::SetSwitch { entry, switch, on } => vec![Change::Setting {
                entry: entry.0.clone(),
                name: switch.name().to_owned(),
                value: *on,
            }],
            Action::SetDefaults { entry, roles } => vec![
                Change::Setting {
                    entry: entry.0.clone(),
                    name: "allow_login_with_defaults".into(),
                    value: !roles.is_empty(),
                },
                Change::Defaults { entry: entry.0.clone(), roles: in_files_order(roles) },
            ],
            _ => return None,
        })
    }

    fn mapping(&self, entry: &EntryName, id: &MappingId) -> Option<&RoleMapping> {
        self.mappings.get(entry)?.iter().find(|mapping| mapping.id == *id)
    }

    /// The mapping as a whole, so that nothing of an older one shows through.
    fn set_mapping(&mut self, entry: &EntryName, mapping: &RoleMapping) -> Change {
        let mappings = self.mappings.entry(entry.clone()).or_default();
        let given: Vec<&Resource> = mapping.roles.iter().map(|(resource, _)| resource).collect();
        let mut removed: Vec<Resource> = Vec::new();
        match mappings.iter_mut().find(|known| known.id == mapping.id) {
            Some(known) => {
                let old = known.roles.iter().map(|(resource, _)| resource);
                removed.extend(old.filter(|resource| !given.contains(resource)).cloned());
                removed.sort();
                known.clone_from(mapping);
            }
            None => mappings.push(mapping.clone()),
        }
        let edit = MappingEdit {
            id: mapping.id.0.clone(),
            when: Some(mapping.when.clone()),
            account_admin: Some(mapping.account_admin),
            roles: in_files_order(&mapping.roles),
            removed,
        };
        Change::Mapping { entry: entry.0.clone(), mapping: edit }
    }
}

/// An attribute as a scenario writes it: braces in it are no placeholders.
fn written(attribute: &Attribute) -> Attribute {
    let value = |value: &AttributeValue| match value {
        AttributeValue::Text(text) => AttributeValue::Text(literal(text)),
        AttributeValue::Nil => AttributeValue::Nil,
    };
    Attribute {
        friendly_name: attribute.friendly_name.as_deref().map(literal),
        values: attribute.values.iter().map(value).collect(),
        ..attribute.clone()
    }
}

fn mapping(mapping: &RoleMapping) -> MappingSpec {
    MappingSpec {
        id: mapping.id.0.clone(),
        when: mapping.when.clone(),
        account_admin: mapping.account_admin,
        roles: in_files_order(&mapping.roles),
    }
}

/// Roles in the order of the tables of a file. No two are on one resource, so it is all the same.
fn in_files_order(roles: &[(Resource, Role)]) -> Vec<(Resource, Role)> {
    let mut roles = roles.to_vec();
    roles.sort_by_key(|(resource, role)| match (resource, role) {
        (Resource::Org(_), _) => 0,
        (Resource::Space { .. }, Role::Builtin(_)) => 1,
        (Resource::Space { .. }, Role::Custom(_)) => 2,
        (Resource::Project(_), _) => 3,
        (Resource::Team(_), _) => 4,
    });
    roles
}

/// The password of a person who has one.
fn password(person: &str) -> String {
    format!("{person} has a long password")
}

/// The attributes by which the profile's app sends groups.
#[derive(Clone, Debug)]
struct GroupAttributes {
    names: Vec<String>,
    /// The only one, with the beginning of the groups that it takes.
    only: Option<(String, String)>,
}

impl GroupAttributes {
    fn of(profile: &SpProfile) -> Self {
        let sent: Vec<_> = profile
            .app
            .attributes
            .iter()
            .filter_map(|attribute| match &attribute.source {
                AttributeSource::Groups(filter) => Some((&attribute.name, filter)),
                _ => None,
            })
            .collect();
        let only = match sent.as_slice() {
            [(name, GroupFilter::StartsWith(start))] if !start.is_empty() => {
                Some(((*name).clone(), start.clone()))
            }
            _ => None,
        };
        Self { names: sent.into_iter().map(|(name, _)| name.clone()).collect(), only }
    }

    /// The groups by which the app sends exactly these attributes; `None` if there are none such.
    fn plain(&self, attributes: &Attributes) -> Option<Vec<String>> {
        let (name, start) = self.only.as_ref()?;
        let one = match attributes.0.as_slice() {
            [] => return Some(Vec::new()),
            [one] if one.name == *name && one.friendly_name.is_none() => one,
            _ => return None,
        };
        match one.values.as_slice() {
            // One only: the order of several is the org's.
            [AttributeValue::Text(value)] if value.starts_with(start.as_str()) => {
                Some(vec![value.clone()])
            }
            _ => None,
        }
    }
}
