//! Wrong files: all that is wrong with all of them at once, and nothing is started.

use super::{Desk, line_of, scenario};

const SCENARIO: &str = r#"title       = "Several mistakes"
requiremnt  = "A key that is misspelt"
source      = "a document"
grade       = "stated"

[[sp.mapping]]
id   = "researchers"
when = [["groups", "ml-team"]]
org  = { research = "membr" }

[users.jane]
groups = ["ml-team"]

[[steps]]
login  = "jade"
expect = "creatd"
"#;

const PROFILE: &str = r#"name           = "mine"
entity_id      = "https://mine.example"
acs            = "mine.example/acs"
name_id_format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

[rules]
sync_scop = "additive"

[target]
kind = "external"

[target.launch]
command = ["sh", "-c", "touch started; sleep 60"]
reddy   = "http://127.0.0.1:{port}/"
"#;

#[test]
fn all_mistakes_of_all_files_with_place_and_hint() {
    let desk = Desk::new();
    desk.write("jit/wrong.toml", SCENARIO);
    desk.write("jit/good.toml", &scenario("created"));
    desk.write("sp/mine.toml", PROFILE);
    let before = desk.tree();
    let finished = desk.run(&["run", "jit", "--sp", "sp/mine.toml"]).exits(3);
    assert_eq!(finished.stdout, "", "there is no report");
    assert_eq!(desk.news(&before), [""; 0], "nothing was started");
    let at = |file: &str, text: &str, beginning: &str, column: usize| {
        format!("{file}:{}:{column}", line_of(text, beginning))
    };
    finished.complains(&[
        &at("jit/wrong.toml", SCENARIO, "requiremnt", 1),
        "requiremnt",
        "`requirement`",
        &at("jit/wrong.toml", SCENARIO, "org ", 21),
        "membr",
        "`member`",
        &at("jit/wrong.toml", SCENARIO, "login", 10),
        "jade",
        "`jane`",
        &at("jit/wrong.toml", SCENARIO, "expect", 10),
        "creatd",
        "`created`",
        &at("sp/mine.toml", PROFILE, "acs", 18),
        &at("sp/mine.toml", PROFILE, "sync_scop", 1),
        "`sync_scope`",
        &at("sp/mine.toml", PROFILE, "reddy", 1),
        "`ready`",
    ]);
}

#[test]
fn what_only_the_plan_sees_is_wrong_input_too() {
    let desk = Desk::new();
    let text = scenario("created").replace("grade ", "twin = \"jit/tow\"\ngrade ");
    desk.write("jit/one.toml", &text);
    desk.write("jit/two.toml", &scenario("accepted"));
    let finished = desk.run(&["run", "."]).exits(3);
    finished
        .complains(&["`jit/one`: its twin `jit/tow` does not exist", "did you mean `jit/two`?"]);
}

#[test]
fn a_profile_that_names_a_missing_ca_says_so() {
    let desk = Desk::new();
    desk.write("one.toml", super::PLAIN);
    let tls = "\n[target.tls]\nca = \"no-such.pem\"\n";
    desk.write("mine.toml", &super::external(super::closed_port(), tls));
    let finished = desk.run(&["run", "one.toml", "--sp", "mine.toml"]).exits(5);
    finished.reports(&["[target.tls] ca = ", "no-such.pem"]);
}
