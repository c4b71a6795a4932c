//! `[matrix]`: the table of all 32 cells, written as one row for each rule and played as one login
//! for each cell (facts 1a).
//!
//! Every combination of the three switches gets an entry of its own, made from `[sp]`, so that no
//! cell has to wait for a cache. Four people log in at each: new or known, with a match or without.

use std::collections::BTreeMap;

use super::decode::{Item, Table};
use super::expect::{Outcomes, read_expect};
use super::model::{EntrySpec, Grade, Person, SendSpec, SpUserSpec, Step, StepAction};
use super::roles::read_roles;
use super::source::Source;
use super::{ExpectWord, Span};
use crate::sp::{OutcomeClass, Resource, Role};

/// What a cell's snapshot line says beside the outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Which one: `known enforce=1 sync=0 defaults=1 no match`.
    pub name: String,
    /// The row of the table that it belongs to.
    pub row: String,
    /// How certain that row is.
    pub grade: Grade,
    /// Where the row leaves it open: what an SP may choose.
    pub choices: Vec<Choice>,
}

/// One way in which an SP may read an open row.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Its name, as a profile's rule has it.
    pub name: String,
    /// The outcome.
    pub outcome: OutcomeClass,
    /// The stored roles afterwards, where they tell it from others.
    pub grants: Option<Vec<String>>,
}

/// What a matrix makes of a scenario.
#[derive(Debug, Default)]
pub(super) struct Played {
    pub(super) entries: BTreeMap<String, EntrySpec>,
    pub(super) users: BTreeMap<String, Person>,
    pub(super) sp_users: BTreeMap<String, SpUserSpec>,
    pub(super) steps: Vec<Step>,
}

/// The switches that vary, with the letter that stands for each in names.
const SETTINGS: [(&str, char, &str); 3] = [
    ("enforce_saml", 'e', "enforce"),
    ("sync_user_roles", 'y', "sync"),
    ("allow_login_with_defaults", 'd', "defaults"),
];

const DEFAULTS: usize = 2;

/// One cell's place in the table.
#[derive(Clone, Copy, Debug)]
struct Place {
    known: bool,
    on: [bool; 3],
    matches: bool,
}

/// The groups of those who match, and of those who do not.
struct Sent {
    groups: Vec<String>,
    others: Vec<String>,
}

/// A rule, and the cells it is about: `None` means either.
struct Row {
    span: Span,
    row: String,
    known: Option<bool>,
    on: [Option<bool>; 3],
    matches: Option<bool>,
    grade: Grade,
    expect: Vec<ExpectWord>,
    grants: Option<Vec<String>>,
    choices: Vec<Choice>,
}

/// Reads `[matrix]` and lays its cells out. `base` is `[sp]`.
pub(super) fn read_matrix(item: &Item<'_>, base: &EntrySpec, source: &Source) -> Option<Played> {
    let table = item.table()?;
    let groups = table.required("groups").and_then(|item| item.texts());
    // Not to match is another thing than to send nothing (facts trap 9), so it has to be said.
    let others = table.required("others").and_then(|item| item.texts());
    let held = table.item("held").and_then(|item| item.table()).map(|table| {
        let roles = read_roles(&table, false);
        table.finish();
        roles.set
    });
    let rows: Vec<_> = table
        .required("row")
        .map(|item| item.tables())
        .unwrap_or_default()
        .into_iter()
        .filter_map(read_row)
        .collect();
    table.finish();
    let sent = Sent { groups: groups?, others: others? };
    let held = held.unwrap_or_default();
    let mut played = Played { entries: entries(base), ..Played::default() };
    let mut used = vec![false; rows.len()];
    for place in places() {
        let fitting: Vec<_> = (0..rows.len()).filter(|at| rows[*at].fits(place)).collect();
        match fitting.as_slice() {
            [at] => {
                used[*at] = true;
                played.add(place, &rows[*at], &sent, &held, source);
            }
            [] => item.key_problem(format!("no row is about the cell `{}`", place.name()), None),
            [first, second, ..] => item.key_problem(
                format!(
                    "two rows are about the cell `{}`: {} and {}",
                    place.name(),
                    rows[*first].row,
                    rows[*second].row
                ),
                None,
            ),
        }
    }
    for (row, _) in rows.iter().zip(used).filter(|(_, used)| !used) {
        let message = format!("the row {} is about no cell of its own", row.row);
        item.key_problem(message, None);
    }
    Some(played)
}

fn read_row(table: Table<'_>) -> Option<Row> {
    let span = table.span();
    let row = table.required("row").and_then(|item| item.sentence());
    let grade = table.required("grade").and_then(|item| item.word());
    let known = table.item("user").and_then(|item| item.choice(&["new", "known"]));
    let matches = table.item("match").and_then(|item| item.flag());
    let mut on = [None; 3];
    if let Some(settings) = table.item("settings").and_then(|item| item.table()) {
        for (at, (name, _, _)) in SETTINGS.into_iter().enumerate() {
            on[at] = settings.item(name).and_then(|item| item.flag());
        }
        settings.finish();
    }
    let expect = table.item("expect");
    if grade == Some(Grade::Undefined)
        && let Some(expect) = &expect
    {
        let hint = "an open row is recorded, not judged; say what an SP may do in `choices`";
        expect.key_problem("nothing can be expected of an open row", Some(hint.into()));
    } else if expect.is_none() && grade.is_some_and(|grade| grade != Grade::Undefined) {
        table.problem("the row expects nothing", None);
    }
    let expect = expect.map(|item| read_expect(&item, Outcomes::Login)).unwrap_or_default();
    let grants = table.item("grants").and_then(|item| item.role_lines());
    let choices = table.item("choices").map(|item| item.tables()).unwrap_or_default();
    let choices = choices.into_iter().filter_map(read_choice).collect();
    table.finish();
    let known = known.map(|word| word == "known");
    Some(Row { span, row: row?, known, on, matches, grade: grade?, expect, grants, choices })
}

fn read_choice(table: Table<'_>) -> Option<Choice> {
    let name = table.required("name").and_then(|item| item.sentence());
    let outcome = table.required("outcome").and_then(|item| item.word());
    let grants = table.item("grants").and_then(|item| item.role_lines());
    table.finish();
    Some(Choice { name: name?, outcome: outcome?, grants })
}

impl Row {
    fn fits(&self, place: Place) -> bool {
        let either = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
        either(self.known, place.known)
            && either(self.matches, place.matches)
            && self.on.into_iter().zip(place.on).all(|(wanted, is)| either(wanted, is))
    }
}

/// All cells: new users first, then by switches, the match before the lack of one.
fn places() -> impl Iterator<Item = Place> {
    (0..32_u8).map(|number| {
        let bit = |at: u8| number >> at & 1 == 1;
        Place { known: bit(4), on: [bit(3), bit(2), bit(1)], matches: !bit(0) }
    })
}

impl Place {
    fn name(self) -> String {
        let user = if self.known { "known" } else { "new  " };
        let on = SETTINGS.into_iter().zip(self.on);
        let on: Vec<_> = on.map(|((_, _, word), on)| format!("{word}={}", u8::from(on))).collect();
        let matches = if self.matches { "match   " } else { "no match" };
        format!("{user} {} {matches}", on.join(" "))
    }

    fn person(self) -> String {
        let user = if self.known { "known" } else { "new" };
        let matches = if self.matches { "match" } else { "none" };
        format!("{user}-{matches}-{}", self.tag())
    }

    fn tag(self) -> String {
        let on = SETTINGS.into_iter().zip(self.on);
        on.map(|((_, letter, _), on)| format!("{letter}{}", u8::from(on))).collect()
    }

    /// The first entry is `main`, which every scenario has.
    fn entry(self) -> String {
        if self.on == [false; 3] { "main".to_owned() } else { self.tag() }
    }

    fn email(self) -> String {
        match self.entry().as_str() {
            "main" => format!("{}@{{domain}}", self.person()),
            other => format!("{}@{{domain.{other}}}", self.person()),
        }
    }
}

fn entries(base: &EntrySpec) -> BTreeMap<String, EntrySpec> {
    let entry = |place: Place| {
        let mut spec = base.clone();
        for ((name, _, _), on) in SETTINGS.into_iter().zip(place.on) {
            spec.settings.insert(name.to_owned(), on);
        }
        if !place.on[DEFAULTS] {
            // An SP takes default values only where the switch is on (D22).
            spec.defaults.clear();
        }
        (place.entry(), spec)
    };
    places().map(entry).collect()
}

impl Played {
    fn add(
        &mut self,
        place: Place,
        row: &Row,
        sent: &Sent,
        held: &[(Resource, Role)],
        source: &Source,
    ) {
        let name = place.person();
        let groups = if place.matches { &sent.groups } else { &sent.others }.clone();
        let email = Some(place.email());
        let person = Person { email: email.clone(), groups, ..Person::default() };
        self.users.insert(name.clone(), person);
        if place.known {
            let user = SpUserSpec { email, roles: held.to_vec(), ..SpUserSpec::default() };
            self.sp_users.insert(name.clone(), user);
        }
        let before = source.text.get(..row.span.start).unwrap_or_default();
        self.steps.push(Step {
            span: row.span.clone(),
            line: before.matches('\n').count() + 1,
            action: StepAction::Login {
                people: vec![name],
                initiated: None,
                send: Box::new(SendSpec::default()),
                delivered: true,
                control: false,
            },
            browser: None,
            expect: row.expect.clone(),
            grants: row.grants.clone().map(|lines| vec![lines]),
            session: None,
            users: None,
            sessions: None,
            resources: None,
            cell: Some(Cell {
                name: place.name(),
                row: row.row.clone(),
                grade: row.grade,
                choices: row.choices.clone(),
            }),
        });
    }
}
