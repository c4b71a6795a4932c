//! What a form comes to: an app as it is wanted, or all that is wrong.

use http::HeaderMap;
use jiff::Timestamp;

use super::app_form::{AppForm, token_of, token_text};
use super::assignees::AssignedIds;
use super::field::{check_characters, one_line};
use super::statements::Statements;
use crate::idp::expression::{Place, Schema};
use crate::idp::{
    App, AppDraft, AssertionEncryption, AttributeSource, AttributeStatement, Org, Preset, SignOn,
};
use crate::net::parse_url;
use crate::saml::{AcsUrl, AttributeNameFormat, EntityId, NameIdFormat};
use crate::serve::memberships::Memberships;
use crate::serve::{Event, EventType, OrgService, Subject};

/// A form in which nothing is wrong.
pub(super) struct WantedApp {
    pub(super) label: String,
    pub(super) sign_on: SignOn,
    assigned: AssignedIds,
}

/// What was done, for the system log.
pub(super) struct Applied {
    pub(super) id: String,
    subject: Subject,
    members: Vec<Event>,
}

impl AppForm {
    /// The app that is wanted, or the form with everything that is wrong noted in it. `app` is the app if
    /// it is there already: then what is left alone stays exactly as it is, whatever a new app may be.
    pub(super) fn check(mut self, org: &Org, app: Option<&App>) -> Result<WantedApp, Box<Self>> {
        let label = self.checked_label(app);
        let old = app.map(|app| &app.sign_on);
        let new = || SignOn::new(AcsUrl::new(""), EntityId::new(""));
        let mut sign_on = old.cloned().unwrap_or_else(new);
        self.set_addresses(&mut sign_on, old);
        sign_on.subject_name_id_format = self.checked_format(old);
        sign_on.attribute_statements = self.statements(org, app);
        sign_on.assertion_encryption = self.encryption(old);
        let (assigned, problems) = self.assigned.ids(org, app);
        for (field, problem) in [("users", problems.users), ("groups", problems.groups)] {
            if let Some(problem) = problem {
                self.note(field, problem);
            }
        }
        if !self.is_good() {
            return Err(Box::new(self));
        }
        Ok(WantedApp { label, sign_on, assigned })
    }

    fn checked_label(&mut self, app: Option<&App>) -> String {
        if let Some(same) = unchanged(&self.label, app.map(|app| app.label.as_str())) {
            return same.to_owned();
        }
        let fits = (1..=100).contains(&self.label.chars().count());
        match app {
            Some(_) if !fits => self.note("label", "1 to 100 characters"),
            None if !fits || AppDraft::new(&self.label, "", "").slug().is_empty() => self.note(
                "label",
                "1 to 100 characters, a letter or digit of ASCII among them: they become part of \
                 the app's addresses",
            ),
            _ => {}
        }
        self.label.clone()
    }

    /// Recipient and destination follow the address where they are the same, as with Okta's box "Use this
    /// for Recipient and Destination".
    fn set_addresses(&mut self, on: &mut SignOn, old: Option<&SignOn>) {
        if unchanged(&self.acs, old.map(|on| on.sso_acs_url.as_str())).is_none() {
            self.check_acs();
            let new = AcsUrl::new(&self.acs);
            let before = std::mem::replace(&mut on.sso_acs_url, new.clone());
            for follower in [&mut on.recipient, &mut on.destination] {
                if *follower == before {
                    *follower = new.clone();
                }
            }
        }
        if unchanged(&self.entity_id, old.map(|on| on.audience.as_str())).is_none() {
            if self.entity_id.is_empty() {
                self.note("entity_id", "what the SP calls itself, byte for byte; often an address");
            }
            if let Err(problem) = check_characters(&self.entity_id) {
                self.note("entity_id", problem);
            }
            on.audience = EntityId::new(&self.entity_id);
        }
    }

    fn check_acs(&mut self) {
        if let Err(problem) = check_characters(&self.acs) {
            return self.note("acs", problem);
        }
        match parse_url(&self.acs).ok() {
            None => self.note("acs", "a whole address, as https://sp.example/saml/acs"),
            Some(url) if url.host_str().is_some_and(|host| host.contains('_')) => self.note(
                "acs",
                "Okta's form refuses a host name with _ in it: give the SP another, with - for example",
            ),
            Some(_) => {}
        }
    }

    fn checked_format(&mut self, old: Option<&SignOn>) -> NameIdFormat {
        let old = old.map(|on| &on.subject_name_id_format);
        if let Some(same) = old.filter(|old| one_line(old.as_str()) == self.name_id_format) {
            return same.clone();
        }
        if !SignOn::NAME_ID_FORMATS.contains(&self.name_id_format.as_str()) {
            self.note("name_id_format", "one of those in the list");
        }
        NameIdFormat::new(&self.name_id_format)
    }

    /// The statements. Each row that was left alone is the statement it was; one that was changed keeps the
    /// place of its name, and new ones come last, the token first.
    fn statements(&mut self, org: &Org, app: Option<&App>) -> Vec<AttributeStatement> {
        let schema = Schema::of(org, Place::AttributeStatement, app.map(|app| app.id.as_str()));
        let mut statements = Statements::of(app);
        if let Some(token) = self.token.clone() {
            let old = app.and_then(token_of);
            let place = old.map(|(place, ..)| place);
            let added = match token_statement(&token, old.map(|(_, statement)| statement)) {
                Ok(Some(statement)) => statements.add(place, statement),
                Ok(None) => Ok(()),
                Err(problem) => Err(problem),
            };
            if let Err(problem) = added {
                self.note("token", problem);
            }
        }
        let attributes = self.attributes.iter_mut().map(|row| (true, row));
        let groups = self.groups.iter_mut().map(|row| (false, row));
        let rows = attributes.chain(groups).collect::<Vec<_>>();
        let changed: Vec<_> = rows.into_iter().filter(|(_, row)| !statements.keep(row)).collect();
        for (is_attribute, row) in changed {
            let read = if is_attribute { row.attribute(&schema) } else { row.group() };
            let place = statements.place_of(&row.name);
            row.problem = read.and_then(|statement| statements.add(place, statement)).err();
        }
        statements.all()
    }

    /// As it was typed, with the algorithms that the app has.
    fn encryption(&mut self, old: Option<&SignOn>) -> Option<AssertionEncryption> {
        if self.x5c.is_empty() {
            return None;
        }
        let read = AssertionEncryption::from_x5c(&self.x5c);
        let new = read.map_err(|error| self.note("x5c", error)).ok()?;
        Some(match old.and_then(|on| on.assertion_encryption.as_ref()) {
            Some(old) => new.with(old.key_transport_algorithm, old.encryption_algorithm),
            None => new,
        })
    }
}

/// What was there before, where a field says no other thing.
fn unchanged<'a>(typed: &str, old: Option<&'a str>) -> Option<&'a str> {
    old.filter(|old| one_line(old) == typed)
}

/// The statement that the field for the token stands for; `old` is the one that it stood for.
fn token_statement(
    text: &str,
    old: Option<&AttributeStatement>,
) -> Result<Option<AttributeStatement>, String> {
    if let Some(same) = old.filter(|old| token_text(old) == text) {
        return Ok(Some(same.clone()));
    }
    check_characters(text)?;
    if text.chars().count() > AttributeStatement::MAX_VALUE {
        return Err(format!("a token has {} characters at most", AttributeStatement::MAX_VALUE));
    }
    Ok((!text.is_empty()).then(|| AttributeStatement {
        name: Preset::TOKEN.to_owned(),
        format: old.map_or(AttributeNameFormat::Basic, |old| old.format),
        source: AttributeSource::Literal(text.to_owned()),
    }))
}

impl WantedApp {
    /// Has the app of this id be like this. `None` if there is none.
    pub(super) fn apply(self, org: &mut Org, id: &str, now: Timestamp) -> Option<Applied> {
        let before = Memberships::of(org);
        let AssignedIds { users, groups } = &self.assigned;
        org.reassign(id, users, groups, now).ok()?;
        let app = org.apps.iter_mut().find(|app| app.id == id)?;
        app.label = self.label;
        app.sign_on = self.sign_on;
        app.last_updated = now;
        let subject = Subject::from(org.app_by_id(id)?);
        Some(Applied { id: id.to_owned(), subject, members: before.changed(org) })
    }
}

impl Applied {
    /// Reports these events of the app, and who came to it and lost it.
    pub(super) fn report(self, kinds: &[EventType], service: &OrgService, headers: &HeaderMap) {
        let own = kinds.iter().map(|kind| Event::new(*kind).on(self.subject.clone()));
        for event in own.chain(self.members) {
            service.report(event.from_request(headers));
        }
    }
}
