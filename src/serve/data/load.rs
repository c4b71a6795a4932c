//! Reading an org back.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::change::{APP, ASSIGNMENT, GROUP, ORG, OrgFacts, Placed, Places, RULE, USER};
use super::{DataError, OrgData};
use crate::idp::{App, Assignment, Org};

impl OrgData {
    /// The org that is kept here, without an address; `None` if there is none yet.
    ///
    /// # Errors
    /// [`DataError`].
    pub fn load(&self) -> Result<Option<Org>, DataError> {
        Ok(self.load_with_places()?.0)
    }

    pub(super) fn load_with_places(&self) -> Result<(Option<Org>, Places), DataError> {
        let records = self.records()?;
        let reader = Reader { path: self.path(), records: &records };
        let (mut org, places) = reader.org()?;
        if let Some(org) = org.as_mut().filter(|_| self.is_older()) {
            org.seed = std::mem::take(&mut org.seed).outdated();
        }
        Ok((org, places))
    }
}

struct Reader<'a> {
    path: &'a Path,
    records: &'a BTreeMap<String, Vec<u8>>,
}

impl Reader<'_> {
    fn org(&self) -> Result<(Option<Org>, Places), DataError> {
        let mut places = Places::default();
        let Some(facts) = self.records.get(ORG) else {
            return match self.records.keys().next() {
                None => Ok((None, places)),
                Some(key) => Err(self.wrong(key, "it belongs to an org that is not here")),
            };
        };
        let facts: OrgFacts = self.read(ORG, facts)?;
        let mut org = Org {
            id: facts.id,
            subdomain: facts.subdomain,
            name: facts.name,
            base_url: String::new(),
            sign_in_page: facts.sign_in_page,
            features: facts.features,
            users: self.list(USER, &mut places)?,
            groups: self.list(GROUP, &mut places)?,
            apps: self.list(APP, &mut places)?,
            group_rules: self.list(RULE, &mut places)?,
            profile_attributes: facts.profile_attributes,
            attribute_definitions: facts.attribute_definitions,
            inline_hooks: facts.inline_hooks,
            access_policies: facts.access_policies,
            seed: facts.seed,
            api_token: facts.api_token,
            created: facts.created,
        };
        self.assign(&mut org.apps)?;
        Ok((Some(org), places))
    }

    fn list<T: DeserializeOwned>(
        &self,
        kind: &str,
        places: &mut Places,
    ) -> Result<Vec<T>, DataError> {
        let mut found: Vec<Placed<T>> = vec![];
        for (key, json) in self.of_kind(kind) {
            let placed: Placed<T> = self.read(key, json)?;
            places.insert(key.clone(), placed.place);
            found.push(placed);
        }
        found.sort_by_key(|placed| placed.place);
        Ok(found.into_iter().map(|placed| placed.it).collect())
    }

    fn assign(&self, apps: &mut [App]) -> Result<(), DataError> {
        for (key, json) in self.of_kind(ASSIGNMENT) {
            let assignment: Assignment = self.read(key, json)?;
            let ids = key.splitn(3, '/').skip(1).collect::<Vec<_>>();
            let app = ids.first().and_then(|id| apps.iter_mut().find(|app| app.id == *id));
            match (app, ids.get(1)) {
                (Some(app), Some(user)) => app.assignments.insert((*user).to_owned(), assignment),
                _ => return Err(self.wrong(key, "there is no such app")),
            };
        }
        Ok(())
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&String, &Vec<u8>)> {
        let prefix = format!("{kind}/");
        self.records.iter().filter(move |(key, _)| key.starts_with(&prefix))
    }

    fn read<T: DeserializeOwned>(&self, key: &str, json: &[u8]) -> Result<T, DataError> {
        serde_json::from_slice(json).map_err(|error| self.wrong(key, &error.to_string()))
    }

    fn wrong(&self, key: &str, cause: &str) -> DataError {
        let (path, key, cause) = (self.path.to_owned(), key.to_owned(), cause.to_owned());
        DataError::Record { path, key, cause }
    }
}
