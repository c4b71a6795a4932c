//! `[[steps]]`.

use super::changes::read_changes;
use super::decode::{Item, Table};
use super::entries::read_resources;
use super::expect::{Outcomes, read_expect};
use super::model::{ExpectWord, Step, StepAction};
use super::names::Names;
use super::send::read_send;
use super::source::Source;
use super::words::quote;

/// The keys that say what a step does.
const ACTIONS: [&str; 11] = [
    "login",
    "control",
    "replay",
    "password_login",
    "reset_link",
    "invite",
    "api_key",
    "logout",
    "probe",
    "change",
    "advance",
];

/// Reads all steps in order; what one changes, the next ones know.
pub(super) fn read_steps(item: &Item<'_>, names: &mut Names, source: &Source) -> Vec<Step> {
    let tables = item.tables();
    if item.is_list() && tables.is_empty() {
        item.problem("there is no step", None);
    }
    let line_starts: Vec<_> = source.text.match_indices('\n').map(|(at, _)| at + 1).collect();
    tables.into_iter().filter_map(|table| read_step(table, names, &line_starts)).collect()
}

fn read_step(table: Table<'_>, names: &mut Names, line_starts: &[usize]) -> Option<Step> {
    let mut actions: Vec<_> = ACTIONS.into_iter().filter_map(|key| table.item(key)).collect();
    actions.sort_by_key(|item| item.key_span.start);
    let read = match actions.as_slice() {
        [] => {
            let hint = format!("one of {}", ACTIONS.map(|key| format!("`{key}`")).join(", "));
            table.problem("the step does nothing", Some(hint));
            // A misspelt action is reported too, with the nearest one.
            declare_others(&table);
            None
        }
        [action] => read_known_step(&table, action, names, line_starts),
        [first, rest @ ..] => {
            for other in rest {
                let message = format!("the step has an action already: {}", quote(first.key));
                other.key_problem(message, Some("give it a `[[steps]]` of its own".into()));
            }
            declare_others(&table);
            None
        }
    };
    table.finish();
    read
}

fn declare_others(table: &Table<'_>) {
    for key in [
        "initiated",
        "send",
        "delivered",
        "password",
        "browser",
        "expect",
        "grants",
        "session",
        "users",
        "sessions",
        "resources",
    ] {
        table.item(key);
    }
}

fn read_known_step(
    table: &Table<'_>,
    item: &Item<'_>,
    names: &mut Names,
    line_starts: &[usize],
) -> Option<Step> {
    let outcomes = outcomes_of(item.key);
    // What is to be refused declares and removes nothing.
    let refusable = (item.key == "change").then(|| names.clone());
    let action = read_action(table, item, names);
    let browser = read_browser(table, item, names, &action);
    let expect = table.item("expect").map(|item| read_expect(&item, outcomes)).unwrap_or_default();
    if let (Some(before), [ExpectWord::ConfigurationRefused]) = (refusable, expect.as_slice()) {
        *names = before;
    }
    let acting = !matches!(item.key, "change" | "advance");
    let after = |key| {
        let after: Option<Item<'_>> = table.item(key);
        if let (Some(after), false) = (&after, acting) {
            let message = format!("`{key}` is about the acting user, and nobody acts here");
            after.key_problem(message, Some("say it in a `probe` or a login".into()));
        }
        after.filter(|_| acting)
    };
    let grants = after("grants").map(|item| item.role_sets());
    let session = after("session").map(|item| item.role_lines());
    let users = after("users").map(|item| item.count());
    let sessions = after("sessions").map(|item| item.count());
    let resources = after("resources").map(|item| read_resources(&item));
    Some(Step {
        span: item.key_span.clone(),
        line: line_starts.partition_point(|start| *start <= item.key_span.start) + 1,
        action: action?,
        browser,
        expect,
        grants: grants.flatten(),
        session: session.flatten(),
        users: users.flatten(),
        sessions: sessions.flatten(),
        resources,
        cell: None,
    })
}

fn outcomes_of(action: &str) -> Outcomes {
    match action {
        "api_key" => Outcomes::Call,
        "probe" => Outcomes::Probe,
        "change" => Outcomes::Change,
        "logout" | "advance" => Outcomes::Nothing,
        _ => Outcomes::Login,
    }
}

fn read_action(table: &Table<'_>, item: &Item<'_>, names: &mut Names) -> Option<StepAction> {
    match item.key {
        "login" | "control" => return read_login(table, item, names),
        "password_login" => return read_password_login(table, item, names),
        "change" => return read_changes(item, names).map(StepAction::Change),
        "advance" => return item.wait().map(StepAction::Advance),
        _ => {}
    }
    let person = match item.key {
        // These need a login by SAML before them.
        "replay" => known_person(item, names.people.iter().map(String::as_str)),
        _ => known_person(item, names.everybody()),
    }?;
    Some(match item.key {
        "replay" => StepAction::Replay { person },
        "reset_link" => StepAction::ResetLink { person },
        "invite" => StepAction::Invite { person },
        "api_key" => StepAction::ApiKey { person },
        "logout" => StepAction::Logout { person },
        _ => StepAction::Probe { person },
    })
}

fn known_person<'n>(item: &Item<'_>, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let name = item.text()?;
    item.check_name("user", name, known).then(|| name.to_owned())
}

fn read_login(table: &Table<'_>, item: &Item<'_>, names: &Names) -> Option<StepAction> {
    let known = || names.people.iter().map(String::as_str);
    let items = item.list_or_one();
    let people: Vec<_> = items.iter().filter_map(|item| known_person(item, known())).collect();
    if items.is_empty() {
        item.problem("nobody logs in", None);
    }
    let initiated = table.item("initiated").and_then(|item| item.word());
    let send = table.item("send").map(|item| read_send(&item, names));
    let delivered = table.item("delivered").and_then(|item| item.flag()).unwrap_or(true);
    (people.len() == items.len() && !people.is_empty()).then_some(StepAction::Login {
        people,
        initiated,
        send: Box::new(send.flatten().unwrap_or_default()),
        delivered,
        control: item.key == "control",
    })
}

fn read_password_login(table: &Table<'_>, item: &Item<'_>, names: &Names) -> Option<StepAction> {
    let person = known_person(item, names.everybody());
    let password = table.item("password").map(|item| item.text().map(str::to_owned));
    if let (Some(person), None) = (&person, &password) {
        let has_password = names.sp_users.get(person).copied().unwrap_or_default();
        if !has_password {
            let hint = format!(
                "say which one is tried, `password = \"…\"`, or give one in `[sp_users.{person}]`"
            );
            item.problem(format!("`{person}` has no password"), Some(hint));
        }
    }
    Some(StepAction::PasswordLogin { person: person?, password: password.flatten() })
}

fn read_browser(
    table: &Table<'_>,
    action: &Item<'_>,
    names: &mut Names,
    read: &Option<StepAction>,
) -> Option<String> {
    if matches!(action.key, "change" | "advance" | "api_key") {
        return None;
    }
    let item = table.item("browser")?;
    let name = item.sentence()?;
    if let Some(StepAction::Login { people, .. }) = read
        && people.len() > 1
        && name != "fresh"
    {
        item.problem("several people cannot share one browser at once", None);
    }
    if name == "fresh" {
        return Some(name);
    }
    if matches!(action.key, "probe" | "logout") {
        let known: Vec<_> = names
            .everybody()
            .into_iter()
            .chain(names.browsers.iter().map(String::as_str))
            .collect();
        item.check_name("browser", &name, known);
    } else {
        names.browsers.insert(name.clone());
    }
    Some(name)
}
