//! The form of an app: as it is shown, and as it is typed.

use std::collections::BTreeMap;

use super::assignees::Assignees;
use super::field::{Fields, one_line};
use super::statement_row::{StatementRow, word};
use crate::idp::{App, AttributeSource, AttributeStatement, Org, Preset};

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
    pub(super) assigned: Assignees,
    pub(super) attributes: Vec<StatementRow>,
    pub(super) groups: Vec<StatementRow>,
    /// By the field's name.
    pub(super) problems: BTreeMap<&'static str, String>,
}

impl AppForm {
    /// What a preset begins with.
    pub(super) fn of(preset: &Preset) -> Self {
        let row = |name: &str, filter: &str, value: &str| StatementRow {
            name: name.to_owned(),
            filter: filter.to_owned(),
            value: value.to_owned(),
            format: word(preset.format).to_owned(),
            problem: None,
        };
        Self {
            preset: preset.id.to_owned(),
            label: preset.label.to_owned(),
            acs: preset.acs.to_owned(),
            entity_id: preset.entity_id.to_owned(),
            name_id_format: preset.name_id_format.to_owned(),
            token: preset.token.then(String::new),
            x5c: String::new(),
            assigned: Assignees::everyone(),
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
            problems: BTreeMap::new(),
        }
    }

    /// An app as it is.
    pub(super) fn of_app(org: &Org, app: &App) -> Self {
        let preset = Preset::of(app);
        let on = &app.sign_on;
        let token = token_of(app);
        let at_token = token.map(|(at, _)| at);
        let rows = on.attribute_statements.iter().enumerate();
        let rows = rows.filter(|(at, _)| Some(*at) != at_token);
        let (groups, attributes): (Vec<_>, Vec<_>) = rows
            .map(|(_, statement)| statement)
            .partition(|statement| matches!(statement.source, AttributeSource::Groups(_)));
        let rows = |of: Vec<&AttributeStatement>| of.into_iter().map(StatementRow::of).collect();
        let encryption = on.assertion_encryption.as_ref();
        Self {
            preset: preset.id.to_owned(),
            label: app.label.clone(),
            acs: on.sso_acs_url.to_string(),
            entity_id: on.audience.to_string(),
            name_id_format: on.subject_name_id_format.to_string(),
            token: preset
                .token
                .then(|| token.map(|(_, statement)| token_text(statement)).unwrap_or_default()),
            x5c: encryption.map(|it| it.certificate().to_pem()).unwrap_or_default(),
            assigned: Assignees::of(org, app),
            attributes: rows(attributes),
            groups: rows(groups),
            problems: BTreeMap::new(),
        }
    }

    /// What was sent, of an app that is there or of a new one.
    pub(super) fn read(fields: &Fields, app: Option<&App>) -> Self {
        let one = |name: &str| one_line(fields.one(name));
        let preset = match app {
            Some(app) => Preset::of(app),
            None => Preset::find(fields.one("preset")).unwrap_or(&Preset::GENERIC),
        };
        Self {
            preset: preset.id.to_owned(),
            label: one("label"),
            acs: one("acs"),
            entity_id: one("entity_id"),
            name_id_format: one("name_id_format"),
            token: preset.token.then(|| one("token")),
            x5c: fields.one("x5c").trim().to_owned(),
            assigned: Assignees {
                users: fields.one("users").to_owned(),
                groups: fields.one("groups").to_owned(),
            },
            attributes: StatementRow::read(fields, "attribute"),
            groups: StatementRow::read(fields, "group"),
            problems: BTreeMap::new(),
        }
    }

    pub(super) fn note(&mut self, field: &'static str, problem: impl ToString) {
        self.problems.entry(field).or_insert_with(|| problem.to_string());
    }

    /// Whether nothing is wrong with it.
    pub(super) fn is_good(&self) -> bool {
        let mut rows = self.attributes.iter().chain(&self.groups);
        self.problems.is_empty() && rows.all(|row| row.problem.is_none())
    }
}

/// The statement that the field for the token shows, where there is such a field, and its place.
pub(super) fn token_of(app: &App) -> Option<(usize, &AttributeStatement)> {
    let is_token = |statement: &AttributeStatement| {
        let literal = matches!(statement.source, AttributeSource::Literal(_));
        literal && statement.name == Preset::TOKEN
    };
    let mut statements = app.sign_on.attribute_statements.iter().enumerate();
    let found = statements.find(|(_, statement)| is_token(statement));
    found.filter(|_| Preset::of(app).token)
}

/// What the field shows of it, as it is, without the quotes that an expression's field needs.
pub(super) fn token_text(statement: &AttributeStatement) -> String {
    match &statement.source {
        AttributeSource::Literal(text) => one_line(text),
        AttributeSource::Expression(_) | AttributeSource::Groups(_) => String::new(),
    }
}
