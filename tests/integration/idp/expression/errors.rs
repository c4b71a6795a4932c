//! What is refused when it is parsed or evaluated, and bounds.

use samlproof::idp::expression::{EvaluationError, Expression, Function, Place, Schema, evaluate};
use samlproof::idp::{Group, Org};

use super::world::{org, scope};
use crate::idp::fixture::now;

#[track_caller]
fn refused(text: &str) -> String {
    Expression::parse(text).expect_err(text).to_string()
}

#[test]
fn errors_name_column_cause_and_remedy() {
    let all: Vec<String> = [
        "",
        "user",
        "firstName + ' '",
        "user.firstName user.lastName",
        "user.firstName +",
        "user.firstName = 'x'",
        "'ż' + \"open",
        "a == b == c",
        "user.a == user.b == user.c",
        "String.toLower(user.login)",
        "string.tolowercase(user.login)",
        "fn:length(user.login)",
        "String.len()",
        "String.stringSwitch('a', 'b', 'c')",
        "String.substring('a', 1)",
        "isMemberOfGroupNameRegex('(')",
        "Groups.startsWith('OKTA', 'x', 0)",
        "getFilteredGroups({'a'}, 'group.color', 1)",
        "user.getInternalProperty('password')",
        "user.getGroups({'group.colour': 'x'})",
        "Time.now('Nowhere/City')",
        "Time.now('UTC', 'kk')",
        "Time.fromIso8601ToString(user.start, \"yyyy 'open\")",
        "99999999999999999999",
        "1e999",
        "T(java.lang.Runtime)",
        "user.login.",
        "true ? 1",
        "{'a': 1, 2}",
        "(1",
        "#this",
        "-user.salary",
    ]
    .iter()
    .map(|text| format!("{text}\n    {}", refused(text).replace('\n', "\n    ")))
    .collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    let _snapshots = settings.bind_to_scope();
    insta::assert_snapshot!(all.join("\n"));
}

/// Each may go back on each name for a while.
#[test]
fn regexes_that_look_around_count_for_the_names_they_meet() {
    let mut org = org();
    for number in 0..200 {
        let name = format!("{}{number}", "a".repeat(200));
        org.groups.push(Group::new(format!("00g{number}"), &name, now()));
        org.users[1].groups.insert(name);
    }
    let regex = "isMemberOfGroupNameRegex('(?:(?=(.*))a|a)*b')";
    let ask = |text: &str| evaluate(&Expression::parse(text).unwrap(), &scope(&org));
    ask(regex).unwrap();
    let many = [regex; 30].join(" OR ");
    let error = ask(&many).unwrap_err();
    assert!(matches!(error, EvaluationError::TooLarge { .. }), "{error}");
}

#[test]
fn the_same_without_the_mistakes_is_accepted() {
    for text in [
        "user.firstName + user.lastName",
        "user.firstName == 'x'",
        "'ż' + \"closed\"",
        "(user.a == user.b) == user.c",
        "fn:len(user.login)",
        "String.stringSwitch('a', 'b', 'c', 'd')",
        "isMemberOfGroupNameRegex('(a)')",
        "Groups.startsWith('OKTA', 'x', 100)",
        "getFilteredGroups({'a'}, 'group.name', 1)",
        "user.getInternalProperty('id')",
        "user.getGroups({'group.id': 'x'})",
        "9223372036854775807",
        "-9223372036854775808",
        "1e300",
        "true ? 1 : 2",
        "{'a': 1, 'b': 2}",
        "{}",
        "(1)",
    ] {
        Expression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    Expression::parse(&nested(Expression::MAX_DEPTH - 1)).unwrap();
    assert!(refused(&nested(Expression::MAX_DEPTH)).contains("nested more than 64"));
    assert!(refused(&format!("{}1", "!".repeat(2000))).contains("nested more than 64"));
    assert!(refused(&"true ? 1 : ".repeat(100)).contains("nested more than 64"));
    let properties = format!("hasDirectoryUser(){}", ".a".repeat(65));
    assert!(refused(&properties).contains("nested more than 64"));
    let long = |length: usize| format!("'{}'", "x".repeat(length - 2));
    Expression::parse(&long(Expression::MAX_LENGTH)).unwrap();
    assert!(refused(&long(Expression::MAX_LENGTH + 1)).contains("the most is 4096"));
    // A chain is as long as it likes: it does not nest.
    let chain = vec!["1"; 1000].join(" + ");
    let value = evaluate(&Expression::parse(&chain).unwrap(), &scope(&org())).unwrap();
    assert_eq!(value.text(), "1000");
}

fn failure(org: &Org, text: &str) -> EvaluationError {
    evaluate(&Expression::parse(text).unwrap(), &scope(org)).unwrap_err()
}

#[test]
fn bombs_are_refused() {
    let org = org();
    let mut text = "'xxxxxxxxxx'".to_owned();
    for _ in 0..9 {
        text = format!("String.replace({text}, 'x', 'xxxxxxxxxx')");
    }
    assert!(matches!(failure(&org, &text), EvaluationError::TooLarge { .. }));
    let joined = format!("String.join('{}', {})", "x".repeat(1000), vec!["1"; 900].join(","));
    assert!(matches!(failure(&org, &joined), EvaluationError::TooLarge { .. }));
    let regexes = vec!["isMemberOfGroupNameRegex('a' + 'b')"; 80].join(" || ");
    assert!(matches!(failure(&org, &regexes), EvaluationError::TooLarge { .. }));
    let mut flat = "{user.big, user.big}".to_owned();
    for _ in 0..6 {
        flat = format!("Arrays.flatten({flat}, {flat})");
    }
    let mut large = org.clone();
    large.users[1].set("big", "x".repeat(20_000));
    assert!(matches!(failure(&large, &flat), EvaluationError::TooLarge { .. }));
}

#[test]
fn a_regex_made_while_evaluating_is_bounded_too() {
    let org = org();
    let big = failure(&org, r#"isMemberOfGroupNameRegex("(?:\w{100})" + "{1000}")"#);
    assert!(matches!(big, EvaluationError::Regex(_)), "{big}");
    let bad = failure(&org, "isMemberOfGroupNameRegex('(' + '')");
    assert!(matches!(bad, EvaluationError::Regex(_)), "{bad}");
    let backtracking = r#"isMemberOfGroupNameRegex("(a*)*b" + "")"#;
    evaluate(&Expression::parse(backtracking).unwrap(), &scope(&org)).unwrap();
}

#[test]
fn more_than_a_hundred_groups_are_an_error() {
    let mut org = org();
    let mut add = |count: usize| {
        for n in 0..count {
            let name = format!("big-{}", org.groups.len() + n);
            org.users[1].groups.insert(name.clone());
            org.groups.push(Group::new(format!("00g{name}"), name, now()));
        }
        evaluate(
            &Expression::parse("Groups.startsWith('OKTA', 'big-', 100)").unwrap(),
            &scope(&org),
        )
    };
    assert_eq!(add(100).unwrap().texts().len(), 100);
    let error = add(1).unwrap_err();
    assert!(matches!(error, EvaluationError::TooManyGroups { found: 101, .. }), "{error}");
}

#[test]
fn every_function_is_found_by_its_names() {
    let all: Vec<Function> = Function::all().collect();
    assert!(all.len() > 50, "{}", all.len());
    for function in &all {
        assert_eq!(Function::named(function.name()), Some(*function));
        if let Some(alias) = function.alias() {
            assert_eq!(Function::named(alias), Some(*function));
        }
    }
    assert_eq!(Function::named("String.nothing"), None);
}

#[test]
fn names_of_any_length_are_quoted_by_their_beginning() {
    let long = "n".repeat(2001);
    let schema = Schema::new(Place::AttributeStatement);
    for text in [
        long.clone(),
        format!("{long}()"),
        format!("user.{long}"),
        format!("{long}.x"),
        format!("'x' {long}"),
        "9".repeat(2001),
        format!("isMemberOfGroup({})", "9".repeat(2001)),
    ] {
        let message = schema.expression(&text).unwrap_err().to_string();
        assert!(message.len() < 400, "{} bytes: {message}", message.len());
        assert!(message.contains("nnn") || message.contains("999"), "{message}");
    }
    let message = schema.expression("nnn").unwrap_err().to_string();
    assert!(message.contains("`nnn` alone is no value; write `user.nnn`"), "{message}");
}
