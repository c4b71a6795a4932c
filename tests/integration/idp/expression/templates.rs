//! Text with expressions in it.

use samlproof::idp::expression::{Part, Template};

use super::world::{org, scope};

fn made(text: &str) -> String {
    let org = org();
    Template::parse(text).unwrap().evaluate(&scope(&org)).unwrap()
}

#[test]
fn templates_are_filled_in() {
    for (text, wanted) in [
        ("", ""),
        ("plain $ {text}", "plain $ {text}"),
        ("${source.login}", "Winston.Churchill@gmail.com"),
        ("${user.userName}", "wsc"),
        (r#"${fn:substringBefore(source.login, "@")}"#, "Winston.Churchill"),
        ("${fn:toLowerCase(fn:substringAfter(source.login, '@'))}", "gmail.com"),
        ("a-${user.firstName}-b-${org.subDomain}", "a-Winston-b-acme"),
        ("$${user.firstName}", "$Winston"),
        ("${'}'}${\"{\"}", "}{"),
        ("${Arrays.size({1, {2}})}", "2"),
        ("[${user.nothing}]", "[]"),
        ("${user.teams}", "b,a"),
    ] {
        assert_eq!(made(text), wanted, "{text}");
        let parsed = Template::parse(text).unwrap();
        assert_eq!(Template::parse(&parsed.to_string()).unwrap(), parsed, "{text}");
    }
}

#[test]
fn errors_of_templates_count_columns_in_the_whole() {
    let column = |text: &str| Template::parse(text).unwrap_err().column;
    assert_eq!(column("żó ${user.login"), 4);
    assert_eq!(column("żó ${user.}"), 11);
    assert_eq!(column("${user.login} ${nothing()}"), 17);
    assert_eq!(column("${}"), 3);
    assert_eq!(column(&"x".repeat(4097)), 1);
}

#[test]
fn parts_are_plain_data() {
    let parsed = Template::parse("a${org.name}").unwrap();
    assert!(matches!(&parsed.parts[..], [Part::Text(text), Part::Expression(_)] if text == "a"));
}
