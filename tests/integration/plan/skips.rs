//! What cannot be played is skipped with its reason; with the reason removed it is played.

use samlproof::plan::{Level, Plan, Selection, plan};

use super::{embedded_profile, external, load};
use crate::scenario::{scenario_as, with_head};

fn play(rest: &str, target: &str, slow: bool) -> Plan {
    let scenario = scenario_as("jit/example", &with_head(rest)).unwrap();
    let catalogue = load(vec![scenario], vec![external(target)]);
    plan(&catalogue, &Selection { slow, ..Selection::default() }).unwrap()
}

const WHOAMI: &str = "observe = { whoami = { url = \"https://shop.example/me\" } }\n";
const BOTH: &str = "observe = { whoami = { url = \"https://shop.example/me\" }, state = { command = [\"./state\"] } }\n";
const CONFIGURE: &str = "configure = { kind = \"command\", command = [\"./configure\"] }\n";

fn step(step: &str) -> String {
    format!("[users.jane]\n[[steps]]\n{step}\n")
}

#[test]
fn each_need_has_its_reason_and_its_remedy() {
    let adapter = |key: &str| format!("{WHOAMI}{key} = {{ url = \"https://shop.example/x\" }}\n");
    let login = "login = \"jane\"\nexpect = \"accepted\"";
    let cases: Vec<(String, String, &str, String)> = vec![
        (step(login), String::new(), "observe.whoami", WHOAMI.into()),
        (step("login = \"jane\"\nexpect = \"created\""), WHOAMI.into(), "observe.state", BOTH.into()),
        (step("login = \"jane\"\ngrants = []"), WHOAMI.into(), "observe.state", BOTH.into()),
        (
            format!("[sp]\nsettings = {{ jit = false }}\n{}", step(login)),
            WHOAMI.into(),
            "`configure` is `fixed`",
            format!("{WHOAMI}{CONFIGURE}"),
        ),
        (
            step(&format!("{login}\n[[steps]]\nchange = {{ sp.settings.jit = false }}")),
            WHOAMI.into(),
            "`configure` is `fixed`",
            format!("{WHOAMI}{CONFIGURE}"),
        ),
        (
            step("password_login = \"jane\"\npassword = \"x\"\nexpect = \"rejected\""),
            WHOAMI.into(),
            "password_login",
            format!("{WHOAMI}password_login = {{ url = \"https://shop.example/x\", form = {{}} }}\n"),
        ),
        (step("reset_link = \"jane\"\nexpect = \"rejected\""), WHOAMI.into(), "reset_link", adapter("reset_link")),
        (step("invite = \"jane\"\nexpect = \"rejected\""), WHOAMI.into(), "invite", adapter("invite")),
        (step("logout = \"jane\"\nsessions = 0"), BOTH.into(), "logout", format!("{BOTH}logout = {{ url = \"https://shop.example/x\" }}\n")),
        (
            step("api_key = \"jane\"\nexpect = \"works\""),
            String::new(),
            "api_key",
            "api_key = { issue = { url = \"https://shop.example/x\" }, call = { url = \"https://shop.example/x\" } }\n".into(),
        ),
    ];
    for (scenario, without, reason, with) in cases {
        let plan = play(&scenario, &without, false);
        assert!(plan.cases.is_empty(), "{scenario}");
        assert_eq!(plan.skipped[0].profile.as_deref(), Some("shop"));
        assert!(plan.skipped[0].reason.contains(reason), "{}", plan.skipped[0].reason);
        let plan = play(&scenario, &with, false);
        assert_eq!((plan.cases.len(), &*plan.skipped), (1, &[][..]), "{scenario}");
    }
}

#[test]
fn an_sp_that_is_started_with_its_settings_cannot_be_changed_on_the_way() {
    let launched = format!(
        "{WHOAMI}configure = {{ kind = \"launch\" }}\nlaunch = {{ command = [\"./sp\"], ready = \
         \"https://shop.example/\" }}\n"
    );
    let login = step("login = \"jane\"\nexpect = \"accepted\"");
    let change = "[[steps]]\nchange = { sp.settings.jit = false }\n";
    let changed = play(&format!("[sp]\n{login}{change}"), &launched, false);
    assert!(changed.skipped[0].reason.contains("start it afresh"), "{:?}", changed.skipped);
    assert_eq!(play(&format!("[sp]\n{login}"), &launched, false).cases.len(), 1);
    let elsewhere = "[[steps]]\nchange = { users.jane.groups = [] }\n";
    assert_eq!(play(&format!("[sp]\n{login}{elsewhere}"), &launched, false).cases.len(), 1);
}

#[test]
fn what_the_configuration_of_an_sp_has_no_word_for_is_skipped() {
    let table = |words: &str| {
        let configure = CONFIGURE.trim_end().trim_end_matches('}');
        format!("{WHOAMI}{configure}, vocabulary = {{ {words} }} }}\n")
    };
    let login = step("login = \"jane\"\nexpect = \"accepted\"");
    let mapping = |more: &str, roles: &str| {
        let head = "[sp]\nsettings = { jit = false }\n[[sp.mapping]]\nid = \"one\"\n";
        format!("{head}when = [[\"groups\", \"a\"]{more}]\n{roles}\n{login}")
    };
    let team = mapping("", "teams = { ml = \"member\" }");
    let pair = mapping(", [\"department\", \"b\"]", "teams = { ml = \"member\" }");
    let again =
        "[[sp.mapping]]\nid = \"two\"\nwhen = [[\"groups\", \"a\"]]\nteams = { ops = \"member\" }";
    let twice = mapping("", &format!("teams = {{ ml = \"member\" }}\n{again}"));
    let admin = mapping("", "account_admin = true\nteams = { ml = \"member\" }");
    let user = format!("[sp_users.jane]\nstatus = \"invited\"\n{login}");
    for (scenario, without, lack, with) in [
        (&team, "settings = []", "the setting `jit`", "settings = [\"jit\"]"),
        (&team, "resources = [\"org\"]", "the role `team ml member`", "resources = [\"team\"]"),
        (&team, "roles = [\"admin\"]", "the role `team ml member`", "roles = [\"member\"]"),
        (&team, "attributes = []", "the attribute `groups`", "attributes = [\"groups\"]"),
        (&pair, "one_role_a_value = true", "one pair to one role", ""),
        (&twice, "one_role_a_value = true", "two roles of one value", "one_role_a_value = false"),
        (&admin, "account_admin = false", "makes account admins", "account_admin = true"),
        (&user, "statuses = [\"active\"]", "who is invited", "statuses = [\"invited\"]"),
    ] {
        let plan = play(scenario, &table(without), false);
        assert!(plan.cases.is_empty(), "{without}: {scenario}");
        assert!(plan.skipped[0].reason.contains(lack), "{}", plan.skipped[0].reason);
        assert_eq!(play(scenario, &table(with), false).cases.len(), 1, "{with}: {scenario}");
    }
}

#[test]
fn a_login_that_starts_at_the_sp_needs_an_address() {
    let text = step("login = \"jane\"\ninitiated = \"sp\"\nexpect = \"accepted\"");
    assert!(play(&text, WHOAMI, false).skipped[0].reason.contains("login_start"));
    assert_eq!(play(&text.replace("\"sp\"", "\"idp\""), WHOAMI, false).cases.len(), 1);
}

#[test]
fn waiting_is_slow_outside_of_a_reference() {
    let text =
        step("advance = \"mapping_cache\"\n[[steps]]\nlogin = \"jane\"\nexpect = \"accepted\"");
    assert_eq!(play(&text, WHOAMI, false).skipped[0].reason, "slow: needs real waiting");
    assert_eq!(play(&text, WHOAMI, true).cases.len(), 1);
}

#[test]
fn several_entries_or_orgs_are_for_references() {
    let target = format!("{WHOAMI}{CONFIGURE}");
    let steps = step("login = \"jane\"\nexpect = \"accepted\"");
    assert!(
        play(&format!("[entries.other]\n{steps}"), &target, false).skipped[0]
            .reason
            .contains("entries")
    );
    assert!(
        play(&format!("[orgs.other]\n{steps}"), &target, false).skipped[0].reason.contains("orgs")
    );
    assert_eq!(play(&format!("[sp]\n{steps}"), &target, false).cases.len(), 1);
}

#[test]
fn a_timing_that_is_too_short_for_the_wait_skips() {
    let text =
        step("advance = \"mapping_cache - 1s\"\n[[steps]]\nlogin = \"jane\"\nexpect = \"created\"");
    let scenario = scenario_as("jit/example", &with_head(&text)).unwrap();
    let profiles = vec![embedded_profile("arize-us"), embedded_profile("k6-cloud")];
    let plan = plan(&load(vec![scenario], profiles), &Selection::default()).unwrap();
    assert_eq!(plan.cases.len(), 1);
    assert_eq!(plan.skipped[0].reason, "its timing is too short: line 7 would wait until 1s ago");
}

#[test]
fn a_scenario_for_other_profiles_is_skipped_once() {
    let text = with_head(&format!(
        "profiles = [\"arize-*\"]\n{}",
        step("login = \"jane\"\nexpect = \"created\"")
    ));
    let scenario = scenario_as("jit/example", &text).unwrap();
    let only = plan(
        &load(vec![scenario.clone()], vec![embedded_profile("k6-cloud")]),
        &Selection::default(),
    )
    .unwrap();
    assert_eq!(only.skipped[0].profile, None);
    assert!(only.skipped[0].reason.contains("arize-*"));
    let both = vec![embedded_profile("k6-cloud"), embedded_profile("arize-us")];
    let both = plan(&load(vec![scenario], both), &Selection::default()).unwrap();
    assert_eq!((both.cases.len(), both.skipped.len()), (1, 0));
}

/// What is skipped, with the level it would have needed.
fn short_of(plan: &Plan) -> Vec<(String, Level)> {
    let skipped = plan.skipped.iter();
    skipped.filter_map(|one| Some((one.id.to_string(), one.short_of?))).collect()
}

#[test]
fn with_every_adapter_less_more_is_skipped_and_nothing_is_played_that_was_not() {
    let scenarios = [
        ("a/clock", "level = \"L3\"\n", step("login = \"jane\"\nexpect = \"accepted\"")),
        ("a/http", "level = \"L0\"\n", step("login = \"jane\"\nexpect = \"accepted\"")),
        // Said too low: its steps need more.
        ("a/low", "level = \"L0\"\n", step("login = \"jane\"\nusers = 1")),
        ("a/stored", "", step("login = \"jane\"\nexpect = \"created\"")),
        ("a/who", "", step("login = \"jane\"\nexpect = \"accepted\"")),
    ];
    let all = || {
        let parse = |(id, level, rest): &(&str, &str, String)| {
            scenario_as(id, &with_head(&format!("{level}{rest}"))).unwrap()
        };
        scenarios.iter().map(parse).collect::<Vec<_>>()
    };
    let outcome = "outcome = { rejected = [{ status = 403 }] }\n";
    let planned = |target: &str| {
        let catalogue = load(all(), vec![external(target)]);
        plan(&catalogue, &Selection::default()).unwrap()
    };
    let ids = |plan: &Plan| -> Vec<String> {
        plan.cases.iter().map(|case| case.id.to_string()).collect()
    };
    let short = |pairs: &[(&str, Level)]| -> Vec<(String, Level)> {
        pairs.iter().map(|(id, level)| ((*id).to_owned(), *level)).collect()
    };

    let reference = plan(&load(all(), vec![embedded_profile("arize-us")]), &Selection::default());
    let reference = reference.unwrap();
    assert_eq!(ids(&reference).len(), 5);
    let levels: Vec<Level> = reference.cases.iter().map(|case| case.level).collect();
    assert_eq!(levels, [Level::L3, Level::L0, Level::L2, Level::L2, Level::L1]);

    let two = planned(&format!("{BOTH}{outcome}"));
    assert_eq!(ids(&two), ["a/http", "a/low", "a/stored", "a/who"]);
    assert_eq!(short_of(&two), short(&[("a/clock", Level::L3)]));

    let one = planned(&format!("{WHOAMI}{outcome}"));
    assert_eq!(ids(&one), ["a/http", "a/who"]);
    let more = [("a/clock", Level::L3), ("a/low", Level::L2), ("a/stored", Level::L2)];
    assert_eq!(short_of(&one), short(&more));
    let reason = &one.skipped[2].reason;
    assert_eq!(reason, "it needs L2, and this SP offers L1: the profile has no `observe.state`");

    let none = planned(outcome);
    assert_eq!(ids(&none), ["a/http"]);
    assert_eq!(short_of(&none), short(&[&more[..], &[("a/who", Level::L1)]].concat()));

    // And without a word for a refusal, HTTP tells nothing either.
    let silent = planned("");
    assert_eq!(ids(&silent), [""; 0]);
    assert!(silent.skipped.iter().any(|one| one.reason.contains("outcome.rejected")));
}
