//! A scenario file as a whole.

use std::collections::BTreeMap;

use globset::Glob;
use serde_json::Value;

use super::ScenarioId;
use super::decode::{Item, Table, decode};
use super::entries::read_entries;
use super::matrix::read_matrix;
use super::model::{Grade, Scenario};
use super::names::Names;
use super::people::{read_orgs, read_people, read_sp_users};
use super::rules::read_rule_overrides;
use super::source::{ParseErrors, Source};
use super::steps::read_steps;
use super::words::quote;

impl Scenario {
    /// Parses a scenario file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(id: ScenarioId, source: &Source) -> Result<Self, ParseErrors> {
        decode(source, |root| read_scenario(id, root, source))
    }
}

fn read_scenario(id: ScenarioId, root: Table<'_>, source: &Source) -> Option<Scenario> {
    if is_oversized(&root) {
        return None;
    }
    let mut names = Names::declared(&root);
    let sentence = |key| root.required(key).and_then(|item: Item<'_>| item.sentence());
    let title = sentence("title");
    let requirement = sentence("requirement");
    let where_written = sentence("source");
    let grade = root.required("grade").and_then(|item| item.word());
    let decided_by = root.item("decided_by").map(|item| read_decided_by(&item, grade));
    let covers = root.item("covers").and_then(|item| item.texts()).unwrap_or_default();
    let profiles = root.item("profiles").map(|item| read_globs(&item));
    let needs = root.item("needs").map(|item| read_needs(&item)).unwrap_or_default();
    let level = root.item("level").and_then(|item| item.word());
    let twin = root.item("twin").and_then(|item| read_twin(&item, &id));
    let mut entries = read_entries(&root, &mut names);
    let orgs = read_orgs(&root);
    let mut users = read_people(&root, &names);
    let mut sp_users = read_sp_users(&root, &mut names);
    let played = root.item("matrix").and_then(|item| {
        refuse_beside_matrix(&root);
        let base = entries.get("main").cloned().unwrap_or_default();
        read_matrix(&item, &base, source)
    });
    let steps = if root.has("matrix") { root.item("steps") } else { root.required("steps") };
    let judged = grade != Some(Grade::Undefined) || decided_by.is_some();
    let steps = steps.map(|item| {
        let steps = read_steps(&item, &mut names, source);
        if judged && !steps.is_empty() {
            refuse_silence(&item);
        }
        steps
    });
    root.finish();
    let steps = match played {
        Some(played) => {
            (entries, users, sp_users) = (played.entries, played.users, played.sp_users);
            Some(played.steps)
        }
        None => steps,
    };
    Some(Scenario {
        id,
        title: title?,
        requirement: requirement?,
        source: where_written?,
        grade: grade?,
        decided_by: decided_by.unwrap_or_default(),
        covers,
        profiles: profiles.unwrap_or_else(|| vec!["*".to_owned()]),
        needs,
        level,
        twin,
        entries,
        orgs,
        users,
        sp_users,
        steps: steps?,
    })
}

/// The rules that decide what the documents leave open.
fn read_decided_by(item: &Item<'_>, grade: Option<Grade>) -> BTreeMap<String, Value> {
    if grade.is_some_and(|grade| grade != Grade::Undefined) {
        let hint = "the documents decide; `decided_by` is for the grade `undefined`".to_owned();
        item.key_problem("no rule of a profile decides this", Some(hint));
    }
    read_rule_overrides(item)
}

/// Something must be expected of some step.
fn refuse_silence(steps: &Item<'_>) {
    if !steps.tables().iter().any(is_judged) {
        let hint = "say what must come of a step, with `expect`, `grants`, `session`, `users` or `sessions`; or the grade is `undefined`, with no `decided_by`";
        steps.key_problem("the scenario expects nothing and so proves nothing", Some(hint.into()));
    }
}

/// A matrix says who logs in and when; nothing else may.
fn refuse_beside_matrix(root: &Table<'_>) {
    for key in ["steps", "users", "sp_users", "entries"] {
        if let Some(item) = root.item(key) {
            let hint = "a scenario has `[matrix]` or steps of its own".to_owned();
            item.key_problem(format!("`{key}` has no place beside `[matrix]`"), Some(hint));
        }
    }
}

/// Whether there is more of something than any scenario needs. Names are looked up everywhere: this
/// bounds the time that takes, whatever the file holds.
fn is_oversized(root: &Table<'_>) -> bool {
    let limits =
        [("users", 1000), ("sp_users", 1000), ("steps", 1000), ("entries", 50), ("orgs", 50)];
    let mut oversized = false;
    for (key, limit) in limits {
        if let Some(item) = root.item(key).filter(|item| item.len() > limit) {
            item.key_problem(format!("there are more than {limit} `{key}`"), None);
            oversized = true;
        }
    }
    oversized
}

/// Whether a step says what must come of it, rightly or not.
fn is_judged(step: &Table<'_>) -> bool {
    ["expect", "grants", "session", "users", "sessions", "resources"]
        .into_iter()
        .any(|key| step.has(key))
}

fn read_globs(item: &Item<'_>) -> Vec<String> {
    let items = item.list().unwrap_or_default();
    if item.is_list() && items.is_empty() {
        item.problem("no profile at all", Some("leave the key out to mean all of them".into()));
    }
    let read = |item: &Item<'_>| {
        let glob = item.text()?;
        if let Err(error) = Glob::new(glob.trim_start_matches('!')) {
            let message = format!("{} is not a glob: {}", quote(glob), error.kind());
            item.problem(message, Some("`arize-*`, `{arize,k6}-*`, `*`, `!k6-*`".into()));
            return None;
        }
        Some(glob.to_owned())
    };
    items.iter().filter_map(read).collect()
}

fn read_needs(item: &Item<'_>) -> Vec<super::Need> {
    item.list().unwrap_or_default().iter().filter_map(Item::word).collect()
}

fn read_twin(item: &Item<'_>, own: &ScenarioId) -> Option<ScenarioId> {
    let text = item.text()?;
    let Some(twin) = ScenarioId::parse(text) else {
        let hint =
            "an id is `area/slug`: the file's path without `.toml`, in lower case".to_owned();
        item.problem(format!("{} is not a scenario's id", quote(text)), Some(hint));
        return None;
    };
    if twin == *own {
        item.problem("a scenario is not its own twin", None);
        return None;
    }
    Some(twin)
}
