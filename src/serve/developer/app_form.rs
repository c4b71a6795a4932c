//! The form for a new app: as it is typed, and what it comes to.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::field::Fields;
use super::statement_row::{FORMATS, StatementRow};
use crate::idp::expression::{Place, Schema};
use crate::idp::{
    AppDraft, AssertionEncryption, AttributeSource, AttributeStatement, Org, Preset, SignOn,
};
use crate::saml::{AcsUrl, AttributeNameFormat, EntityId, NameIdFormat};

/// The formats that are offered (facts/okta.md 4.1).
pub(super) const NAME_ID_FORMATS: [&str; 4] = [
    NameIdFormat::UNSPECIFIED,
    NameIdFormat::EMAIL_ADDRESS,
    NameIdFormat::PERSISTENT,
    NameIdFormat::TRANSIENT,
];

/// What was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(super) struct AppForm {
    pub(super) preset: String,
    pub(super) label: String,
    pub(super) acs: String,
    pub(super) entity_id: String,
    pub(super) name_id_format: String,
    /// Asked for where the preset has one.
    pub(super) token: Option<String>,
    pub(super) x5c: String,
    pub(super) assign: String,
    /// Logins or names of groups, one a line.
    pub(super) assignees: String,
    pub(super) attributes: Vec<StatementRow>,
    pub(super) groups: Vec<StatementRow>,
    /// By the field's name.
    pub(super) problems: BTreeMap<&'static str, String>,
}

/// A form in which nothing is wrong.
pub(super) struct NewApp {
    pub(super) label: String,
    pub(super) sign_on: SignOn,
    pub(super) assigned: AssignedIds,
}

/// Who may use it, by id.
pub(super) enum AssignedIds {
    Everyone,
    Users(Vec<String>),
    Groups(Vec<String>),
}

impl AppForm {
    /// What a preset begins with.
    pub(super) fn of(preset: &Preset) -> Self {
        let word = FORMATS.iter().find(|(_, format)| *format == preset.format);
        let format = word.map_or("", |(word, _)| word).to_owned();
        let row = |name: &str, filter: &str, value: &str| StatementRow {
            name: name.to_owned(),
            filter: filter.to_owned(),
            value: value.to_owned(),
            format: format.clone(),
            problem: None,
        };
        Self {
            preset: preset.id.to_owned(),
            label: preset.label.to_owned(),
            acs: preset.acs.to_owned(),
            entity_id: preset.entity_id.to_owned(),
            name_id_format: preset.name_id_format.to_owned(),
            token: preset.token.then(String::new),
            assign: "everyone".to_owned(),
            attributes: preset
                .attributes
                .iter()
                .map(|(name, value)| row(name, "", value))
                .collect(),
            groups: preset
                .groups
                .iter()
                .map(|(name, kind, value)| row(name, kind, value))
                .collect(),
            ..Self::default()
        }
    }

    /// What was sent. Spaces around a value are nobody's intention.
    pub(super) fn read(fields: &Fields) -> Self {
        let one = |name: &str| fields.one(name).trim().to_owned();
        let preset = Preset::find(&one("preset")).unwrap_or(&Preset::GENERIC);
        Self {
            preset: preset.id.to_owned(),
            label: one("label"),
            acs: one("acs"),
            entity_id: one("entity_id"),
            name_id_format: one("name_id_format"),
            token: preset.token.then(|| one("token")),
            x5c: one("x5c"),
            assign: one("assign"),
            assignees: one("assignees"),
            attributes: StatementRow::read(fields, "attribute"),
            groups: StatementRow::read(fields, "group"),
            problems: BTreeMap::new(),
        }
    }

    /// The app that is wanted, or the form with everything that is wrong noted in it.
    pub(super) fn check(mut self, org: &Org) -> Result<NewApp, Box<Self>> {
        self.check_addresses();
        let statements = self.statements(org);
        let encryption = self.encryption();
        let assigned = self.assigned(org);
        let good = self.problems.is_empty()
            && self.attributes.iter().chain(&self.groups).all(|row| row.problem.is_none());
        let (true, Some(assigned)) = (good, assigned) else { return Err(Box::new(self)) };
        let mut sign_on = SignOn::new(AcsUrl::new(&self.acs), EntityId::new(&self.entity_id));
        sign_on.subject_name_id_format = NameIdFormat::new(&self.name_id_format);
        sign_on.attribute_statements = statements;
        sign_on.assertion_encryption = encryption;
        Ok(NewApp { label: self.label, sign_on, assigned })
    }

    fn note(&mut self, field: &'static str, problem: impl ToString) {
        self.problems.entry(field).or_insert_with(|| problem.to_string());
    }

    fn check_addresses(&mut self) {
        let slug = AppDraft::new(&self.label, "", "").slug();
        if slug.is_empty() || self.label.chars().count() > 100 {
            self.note(
                "label",
                "1 to 100 characters, a letter or digit of ASCII among them: they become part of \
                 the app's addresses",
            );
        }
        let url = Url::parse(&self.acs).ok();
        if url.is_none_or(|url| !matches!(url.scheme(), "http" | "https")) {
            self.note("acs", "a whole address, as https://sp.example/saml/acs");
        }
        if self.entity_id.is_empty() {
            self.note("entity_id", "what the SP calls itself, byte for byte; often an address");
        }
        if !NAME_ID_FORMATS.contains(&self.name_id_format.as_str()) {
            self.note("name_id_format", "one of those in the list");
        }
    }

    /// The statements, and the token among them. Names are unique over all of them (facts/okta.md 4.2).
    fn statements(&mut self, org: &Org) -> Vec<AttributeStatement> {
        let schema = Schema::of(org, Place::AttributeStatement, None);
        let mut good: Vec<AttributeStatement> = vec![];
        let token = self.token.clone();
        match token {
            Some(token) if token.is_empty() => {
                self.note("token", "a token is needed: the one that the SP's vendor has given you");
            }
            Some(token) => good.push(AttributeStatement {
                name: "token".to_owned(),
                format: AttributeNameFormat::Basic,
                source: AttributeSource::Literal(token),
            }),
            None => {}
        }
        let attributes = self.attributes.iter_mut().map(|row| (row.attribute(&schema), row));
        let groups = self.groups.iter_mut().map(|row| (row.group(), row));
        for (read, row) in attributes.chain(groups) {
            match read {
                Ok(statement) if good.iter().any(|other| other.name == statement.name) => {
                    row.problem = Some("another statement has this name".to_owned());
                }
                Ok(statement) => good.push(statement),
                Err(problem) => row.problem = Some(problem),
            }
        }
        good
    }

    fn encryption(&mut self) -> Option<AssertionEncryption> {
        if self.x5c.is_empty() {
            return None;
        }
        AssertionEncryption::from_x5c(&self.x5c).map_err(|error| self.note("x5c", error)).ok()
    }

    fn assigned(&mut self, org: &Org) -> Option<AssignedIds> {
        let names: BTreeSet<String> = self
            .assignees
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        let id_of = |name: &String| match self.assign.as_str() {
            "users" => org.user_by_name(name).map(|user| user.id.clone()),
            _ => org.groups.iter().find(|group| group.name == *name).map(|group| group.id.clone()),
        };
        let found: Vec<(String, Option<String>)> = names
            .into_iter()
            .map(|name| (id_of(&name), name))
            .map(|(id, name)| (name, id))
            .collect();
        let known: Vec<String> = found.iter().filter_map(|(_, id)| id.clone()).collect();
        let unknown: Vec<&str> =
            found.iter().filter(|(_, id)| id.is_none()).map(|(name, _)| name.as_str()).collect();
        match self.assign.as_str() {
            "everyone" => Some(AssignedIds::Everyone),
            "users" | "groups" if !unknown.is_empty() => {
                let problem = format!("the org has none called {}", unknown.join(", "));
                self.note("assignees", problem);
                None
            }
            "users" | "groups" if known.is_empty() => {
                self.note("assignees", "name one at least, or choose everyone");
                None
            }
            "users" => Some(AssignedIds::Users(known)),
            "groups" => Some(AssignedIds::Groups(known)),
            _ => {
                self.note("assign", "everyone, users or groups");
                None
            }
        }
    }
}
