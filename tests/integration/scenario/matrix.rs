//! `[matrix]`: one row for each rule, one login for each of 32 cells.

use std::collections::BTreeSet;

use samlproof::scenario::{Grade, StepAction};
use samlproof::sp::OutcomeClass;

use super::{scenario, with_head};

const BASE: &str = r#"
[sp]
[[sp.mapping]]
id   = "m"
when = [["groups", "ml-team"]]
org  = { research = "member" }
[sp.defaults]
org    = { lobby = "read-only" }
spaces = { "lobby/desk" = "read-only" }
"#;

const ROWS: &str = r#"
[matrix]
groups = ["ml-team"]
others = ["ml-other"]
held   = { org = { research = "read-only" } }
[[matrix.row]]
row = "all that match"
match = true
grade = "stated"
expect = "accepted"
[[matrix.row]]
row = "new ones without"
user = "new"
match = false
grade = "implied"
expect = ["created", "rejected"]
[[matrix.row]]
row = "known ones without"
user = "known"
match = false
grade = "undefined"
choices = [{ name = "strip", outcome = "updated", grants = [] }, { name = "reject", outcome = "rejected" }]
"#;

#[test]
fn a_matrix_is_laid_out_as_32_logins_at_8_entries() {
    let scenario = scenario(&with_head(&format!("{BASE}{ROWS}"))).unwrap();
    assert_eq!(scenario.steps.len(), 32);
    let settings: BTreeSet<_> = scenario.entries.values().map(|e| &e.settings).collect();
    assert_eq!((scenario.entries.len(), settings.len()), (8, 8));
    for (name, entry) in &scenario.entries {
        let on = entry.settings["allow_login_with_defaults"];
        assert_eq!(on, !entry.defaults.is_empty(), "{name}");
    }
    assert_eq!((scenario.users.len(), scenario.sp_users.len()), (32, 16));
    let names: BTreeSet<_> =
        scenario.steps.iter().map(|step| step.cell.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(names.len(), 32);
    let last = scenario.steps.last().unwrap();
    let cell = last.cell.as_ref().unwrap();
    assert_eq!(cell.name, "known enforce=1 sync=1 defaults=1 no match");
    assert_eq!((cell.row.as_str(), cell.grade), ("known ones without", Grade::Undefined));
    assert_eq!(cell.choices[1].outcome, OutcomeClass::Rejected);
    assert!(last.expect.is_empty());
    let StepAction::Login { people, .. } = &last.action else { panic!("a login") };
    let person = &scenario.users[&people[0]];
    assert_eq!(person.email.as_deref(), Some("known-none-e1y1d1@{domain.e1y1d1}"));
    assert_eq!(person.groups, ["ml-other"]);
}

#[test]
fn all_mistakes_of_a_matrix_are_reported_at_once() {
    let rows = ROWS
        .replace(
            "match = true\n",
            "match = true\nsettings = { enforce_saml = true, jit = false }\n",
        )
        .replace("grade = \"undefined\"", "grade = \"undefined\"\nexpect = \"created\"")
        .replace("outcome = \"rejected\"", "outcome = \"refused\"");
    let twice = r#"
[[matrix.row]]
row = "again"
user = "new"
match = false
grade = "stated"
[users.jane]
[[steps]]
login = "jane"
"#;
    let errors = scenario(&with_head(&format!("{BASE}{rows}{twice}"))).unwrap_err().to_string();
    for expected in [
        "`users` has no place beside `[matrix]`",
        "`steps` has no place beside `[matrix]`",
        "no row is about the cell `new   enforce=0 sync=0 defaults=0 match   `",
        "two rows are about the cell `new   enforce=1 sync=1 defaults=1 no match`",
        "unknown key `jit`",
        "nothing can be expected of an open row",
        "the row expects nothing",
        "`outcome` cannot be `refused`",
    ] {
        assert!(errors.contains(expected), "{expected}\n{errors}");
    }
}

#[test]
fn what_those_without_a_match_bring_has_to_be_said() {
    let silent = ROWS.replace("others = [\"ml-other\"]\n", "");
    let errors = scenario(&with_head(&format!("{BASE}{silent}"))).unwrap_err().to_string();
    assert!(errors.contains("the key `others` is missing in `matrix`"), "{errors}");
    // Nothing is something that can be said.
    let nothing = ROWS.replace("others = [\"ml-other\"]", "others = []");
    let scenario = scenario(&with_head(&format!("{BASE}{nothing}"))).unwrap();
    assert!(scenario.users["known-none-e0y0d0"].groups.is_empty());
}
