//! Whatever a file holds, reading it ends in a value or in errors that can be shown.

use std::sync::OnceLock;

use proptest::prelude::*;
use samlproof::keys::test_only;
use samlproof::scenario::{
    Catalogue, ParseErrors, Scenario, ScenarioId, Source, parse_org, parse_profile,
};

use super::{profile, scenario};

fn read(text: &str) {
    let source = Source::new("x.toml", text);
    let id = ScenarioId::parse("a/b").unwrap();
    let show = |errors: ParseErrors| {
        assert!(!errors.problems.is_empty());
        assert!(errors.render(true).contains("x.toml"));
    };
    if let Err(errors) = Scenario::parse(id, &source) {
        show(errors);
    }
    if let Err(errors) = parse_profile(&source, None) {
        show(errors);
    }
    match parse_org(&source) {
        Err(errors) => show(errors),
        Ok(draft) => {
            let key = |_: &_| Ok::<_, ()>(test_only::signing("okta-1").unwrap());
            assert_eq!(draft.to_org(key).unwrap().apps.len(), draft.apps.len());
        }
    }
}

fn good_files() -> &'static [String] {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    FILES.get_or_init(read_good_files)
}

fn read_good_files() -> Vec<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let catalogue = Catalogue::from_paths(&[root.into()]).unwrap();
    let scenarios = catalogue.scenarios.iter().map(|loaded| loaded.file.clone());
    let profiles = catalogue.profiles.iter().map(|p| format!("{root}/profiles/{}.toml", p.name));
    let org = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/demo_org.toml").to_owned();
    let files = scenarios.chain(profiles).chain([org]);
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        read(&text);
    }

    #[test]
    fn any_toml_like_text(text in "([a-z_]{1,9}|[\\[\\]{}=.,\"'\n#0-9é ]|steps|sp|users|login){0,80}") {
        read(&text);
    }

    #[test]
    fn an_org_file_with_a_part_replaced(
        at in any::<prop::sample::Index>(),
        length in 0usize..40,
        with in "(\\PC{0,8}|\"|\\[|\\{|\\}|\n|= 1|true|jane|users)",
    ) {
        let text = good_files().last().unwrap();
        let mut chars: Vec<char> = text.chars().collect();
        let start = at.index(chars.len());
        let end = (start + length).min(chars.len());
        chars.splice(start..end, with.chars());
        read(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn good_files_with_a_part_replaced(
        file in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0usize..40,
        with in "(\\PC{0,8}|\"|\\[|\\{|\\}|\n|= 1|true|\\{domain\\}|\\{x\\})",
    ) {
        let files = good_files();
        let text = &files[file.index(files.len())];
        let mut chars: Vec<char> = text.chars().collect();
        let start = at.index(chars.len());
        let end = (start + length).min(chars.len());
        chars.splice(start..end, with.chars());
        read(&chars.into_iter().collect::<String>());
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = format!("steps = {}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert!(scenario(&deep).is_err());
    let dotted = format!("{}x = 1", "a.".repeat(10_000));
    assert!(scenario(&dotted).is_err());
    assert!(profile(&dotted).is_err());
}

#[test]
fn a_huge_file_is_an_error() {
    let text = format!("# {}", "x".repeat(Source::MAX_BYTES));
    let errors = scenario(&text).unwrap_err();
    assert!(errors.problems[0].message.contains("more than"));
}

#[test]
fn problems_without_end_are_cut_off() {
    let text: String = (0..5000).map(|n| format!("key{n} = 1\n")).collect();
    assert_eq!(scenario(&text).unwrap_err().problems.len(), ParseErrors::MAX_PROBLEMS);
}

#[test]
fn a_line_without_end_is_named_by_its_number() {
    let text = format!("title = \"{}\"; x", "long ".repeat(1000));
    let shown = scenario(&text).unwrap_err().render(false);
    assert!(shown.contains("jit/example.toml:1:5011"), "{shown}");
    assert!(shown.len() < 1000);
}

#[test]
fn too_much_of_anything_is_an_error_at_once() {
    let users: String = (0..30_000).map(|n| format!("[users.u{n}]\n[entries.e{n}]\n")).collect();
    let errors = scenario(&users).unwrap_err();
    let messages: Vec<_> = errors.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(messages, ["there are more than 1000 `users`", "there are more than 50 `entries`"]);
    let users: String = (0..50).map(|n| format!("[users.u{n}]\n[entries.e{n}]\n")).collect();
    let errors = scenario(&users).unwrap_err();
    assert!(errors.problems.iter().all(|p| !p.message.contains("more than")), "{errors}");
}

#[test]
fn unknown_names_without_end_are_not_each_looked_up() {
    let users: String = (0..900).map(|n| format!("[users.user-number-{n}]\n")).collect();
    let nobody = "\"user-nmber\",".repeat(50_000);
    let app = "label = \"One\"\nacs = \"https://sp.test\"\nentity_id = \"sp\"";
    let text = format!("subdomain = \"acme\"\n[[apps]]\n{app}\nassign = [{nobody}]\n{users}");
    let errors = parse_org(&Source::new("org.toml", text)).unwrap_err();
    assert_eq!(errors.problems.len(), ParseErrors::MAX_PROBLEMS);
    let steps = format!("{users}[[steps]]\nlogin = [{nobody}]\n");
    let errors = scenario(&super::with_head(&steps)).unwrap_err();
    assert!(errors.problems.len() >= ParseErrors::MAX_PROBLEMS - 1, "{}", errors.problems.len());
}
