//! The statements of an app, as its form has them.

use std::collections::{HashMap, HashSet};

use super::statement_row::StatementRow;
use crate::idp::{App, AttributeStatement};

/// The statements of an app, being written anew.
pub(super) struct Statements<'a> {
    old: &'a [AttributeStatement],
    rows: Vec<StatementRow>,
    /// The places of each name that a row can have.
    places: HashMap<String, Vec<usize>>,
    /// At the places of the old ones.
    kept: Vec<Option<AttributeStatement>>,
    new: Vec<AttributeStatement>,
    /// Names are unique over all that an app says of its users (facts/okta.md 4.2).
    names: HashSet<String>,
}

impl<'a> Statements<'a> {
    pub(super) fn of(app: Option<&'a App>) -> Self {
        let old = app.map(|app| app.sign_on.attribute_statements.as_slice()).unwrap_or_default();
        let rows: Vec<StatementRow> = old.iter().map(StatementRow::of).collect();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            places.entry(row.name.clone()).or_default().push(place);
        }
        // No row can say a blank one: it stays.
        let stays = rows.iter().zip(old).map(|(row, old)| row.is_blank().then(|| old.clone()));
        let kept = stays.collect();
        let claims = app.into_iter().flat_map(|app| &app.federated_claims);
        let names = claims.map(|claim| claim.statement.name.clone()).collect();
        Self { old, rows, places, kept, new: vec![], names }
    }

    /// Keeps the statement that a row shows as it is, whatever a new one may be; `false` if it shows none.
    pub(super) fn keep(&mut self, row: &StatementRow) -> bool {
        let mut places = self.places.get(&row.name).into_iter().flatten().copied();
        let free = |place: &usize| self.kept[*place].is_none() && self.rows[*place] == *row;
        let Some(place) = places.find(free) else { return false };
        self.names.insert(self.old[place].name.clone());
        self.kept[place] = Some(self.old[place].clone());
        true
    }

    /// The place of a name that is free.
    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        let mut places = self.places.get(name)?.iter().copied();
        places.find(|place| self.kept[*place].is_none())
    }

    pub(super) fn add(
        &mut self,
        place: Option<usize>,
        statement: AttributeStatement,
    ) -> Result<(), String> {
        if !self.names.insert(statement.name.clone()) {
            return Err("another statement has this name".to_owned());
        }
        match place {
            Some(place) => self.kept[place] = Some(statement),
            None => self.new.push(statement),
        }
        Ok(())
    }

    pub(super) fn all(self) -> Vec<AttributeStatement> {
        self.kept.into_iter().flatten().chain(self.new).collect()
    }
}
