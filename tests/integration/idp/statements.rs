//! Attribute statements: where values come from, and when there is no attribute at all.

use samlproof::idp::expression::{Place, Schema, Scope};
use samlproof::idp::{
    ArrayAttributes, AttributeSource, AttributeStatement, FilterError, GroupFilter, Org,
    ProfileValue, StatementError,
};
use samlproof::saml::AttributeNameFormat;

use super::fixture::{env, now, org};

/// The values sent for Jane; `None` if the attribute is left out.
fn sent(org: &Org, statement: &AttributeStatement) -> Option<Vec<String>> {
    let jane = org.user_by_login("jane@acme.example").unwrap();
    let attribute = statement.evaluate(&Scope::new(org, jane, now())).unwrap()?;
    Some(attribute.values.iter().map(|value| value.text().unwrap().to_owned()).collect())
}

fn expression(org: &Org, value: &str) -> Option<Vec<String>> {
    sent(org, &AttributeStatement::expression("a", value))
}

fn groups(org: &Org, filter: GroupFilter) -> Option<Vec<String>> {
    sent(org, &AttributeStatement::groups("groups", filter))
}

fn some(values: &[&str]) -> Option<Vec<String>> {
    Some(values.iter().map(|value| (*value).to_owned()).collect())
}

/// What a text of `values` is read as: an expression printed again, or a literal in brackets.
fn read(value: &str) -> String {
    match AttributeSource::parse(value) {
        Ok(AttributeSource::Expression(expression)) => expression.to_string(),
        Ok(AttributeSource::Literal(text)) => format!("[{text}]"),
        Ok(AttributeSource::Groups(_)) => unreachable!(),
        Err(error) => format!("column {}", error.column),
    }
}

#[test]
fn a_value_is_an_expression_or_literal_with_or_without_quotes() {
    for (value, wanted) in [
        ("user.email", "user.email"),
        ("user.cost_center2", "user.cost_center2"),
        ("String.toLowerCase(user.login)", "String.toLowerCase(user.login)"),
        ("user.a == null ? 'x' : user.a", r#"user.a == null ? "x" : user.a"#),
        ("\"a\" + \"b\"", r#""a" + "b""#),
        ("\"user.email\"", "[user.email]"),
        ("'it''s'", "[it's]"),
        ("token", "[token]"),
        ("Hello, world: 100%", "[Hello, world: 100%]"),
        ("007", "[007]"),
        ("1.50", "[1.50]"),
        ("TRUE", "[TRUE]"),
        ("", "[]"),
        ("user.", "[user.]"),
        ("super.email", "[super.email]"),
        ("\"", "[\"]"),
        ("jane@org.example", "[jane@org.example]"),
        ("https://user.example/a?b=(c)", "[https://user.example/a?b=(c)]"),
        ("Acme (UK)", "[Acme (UK)]"),
        ("Acme.Inc of NY", "[Acme.Inc of NY]"),
        ("Acme(UK) Ltd", "[Acme(UK) Ltd]"),
        ("ask the user first", "[ask the user first]"),
        ("{\"json\": 1", "[{\"json\": 1]"),
    ] {
        assert_eq!(read(value), wanted, "{value}");
    }
}

#[test]
fn what_was_meant_as_an_expression_and_is_none_is_refused() {
    for (value, wanted) in [
        ("user.a b", "column 8"),
        ("String.toLower(user.login)", "column 1"),
        ("toLowerCase(user.login", "column 23"),
        ("\"open", "column 1"),
        ("'a' +", "column 6"),
        ("isMember(\"x\")", "column 1"),
        ("user.x =! 1", "column 8"),
        ("org.name first", "column 10"),
        ("session.amr, then", "column 12"),
        ("Arrays.of things", "column 11"),
        ("see Convert.toInt", "column 1"),
    ] {
        assert_eq!(read(value), wanted, "{value}");
    }
}

#[test]
fn a_literal_is_written_so_that_it_is_read_again() {
    for (text, written) in [
        ("t0ken", "t0ken"),
        ("Acme (UK)", "Acme (UK)"),
        ("user.email", "\"user.email\""),
        ("12", "\"12\""),
        ("john.doe", "\"john.doe\""),
        (" x ", "\" x \""),
        ("\"a\"", "\"\"\"a\"\"\""),
        ("it's", "it's"),
        ("user.a b", "\"user.a b\""),
        ("", ""),
    ] {
        let literal = AttributeSource::Literal(text.to_owned());
        assert_eq!(literal.written(), written, "{text}");
        assert_eq!(AttributeSource::parse(written), Ok(literal), "{text}");
    }
}

/// A slip in the first word, and not somebody's name.
#[test]
fn what_users_have_is_nobody_elses() {
    let custom = Some(["shirtSize".to_owned()].into());
    let schema = Schema { user: custom, ..Schema::new(Place::AttributeStatement) };
    for slip in ["usr.email", "usr.shirtSize", "User.lastName"] {
        let error = AttributeSource::parse_in(slip, &schema).unwrap_err();
        assert!(error.to_string().contains(slip), "{error}");
    }
    for literal in ["john.doe", "\"usr.email\"", "usr.hatSize"] {
        let read = AttributeSource::parse_in(literal, &schema);
        assert!(matches!(read, Ok(AttributeSource::Literal(_))), "{literal}: {read:?}");
    }
    let anybody = Schema::open(Place::AttributeStatement);
    assert!(AttributeSource::parse_in("usr.shirtSize", &anybody).is_ok());
    assert!(AttributeSource::parse_in("usr.email", &anybody).is_err());
}

#[test]
fn a_profile_attribute_is_sent_if_it_has_a_value() {
    let mut org = org(&env());
    assert_eq!(expression(&org, "user.department"), some(&["R&D"]));
    assert_eq!(expression(&org, "user.login"), some(&["jane@acme.example"]));
    assert_eq!(expression(&org, "user.nothing"), None);
    org.user_by_login_mut("jane@acme.example").unwrap().set("department", "");
    assert_eq!(expression(&org, "user.department"), None);
}

#[test]
fn a_list_sends_one_value_for_each_element_and_an_empty_one_nothing() {
    let mut org = org(&env());
    let mut set = |list: &[&str]| {
        let jane = org.user_by_login_mut("jane@acme.example").unwrap();
        let list = list.iter().map(|text| (*text).to_owned()).collect();
        jane.profile.insert("teams".into(), ProfileValue::List(list));
        expression(&org, "user.teams")
    };
    assert_eq!(set(&["b", "a", "b"]), some(&["b", "a", "b"]));
    assert_eq!(set(&[]), None);
    assert_eq!(set(&[""]), None);
    // As in orgs of old.
    assert_eq!(set(&["b", "a"]), some(&["b", "a"]));
    org.features.array_attributes = ArrayAttributes::Joined;
    assert_eq!(expression(&org, "user.teams"), some(&["b,a"]));
    assert_eq!(expression(&org, "user.email"), some(&["jane@acme.example"]));
    assert_eq!(groups(&org, GroupFilter::starts_with("ml-")), some(&["ml-leads", "ml-team"]));
    org.user_by_login_mut("jane@acme.example").unwrap().profile.remove("teams");
    assert_eq!(expression(&org, "user.teams"), None);
}

#[test]
fn a_literal_is_sent_and_an_empty_one_is_not() {
    let org = org(&env());
    assert_eq!(expression(&org, "t0ken"), some(&["t0ken"]));
    assert_eq!(expression(&org, " "), some(&[" "]));
    assert_eq!(expression(&org, ""), None);
    assert_eq!(expression(&org, "\"\""), None);
}

#[test]
fn starts_with_passes_the_beginning_in_the_same_case() {
    let org = org(&env());
    assert_eq!(groups(&org, GroupFilter::starts_with("ml-")), some(&["ml-leads", "ml-team"]));
    assert_eq!(groups(&org, GroupFilter::starts_with("ML-")), None);
}

#[test]
fn equals_passes_the_whole_name_in_the_same_case() {
    let org = org(&env());
    assert_eq!(groups(&org, GroupFilter::equals("sales")), some(&["sales"]));
    assert_eq!(groups(&org, GroupFilter::equals("Sales")), None);
    assert_eq!(groups(&org, GroupFilter::equals("sale")), None);
}

#[test]
fn contains_passes_a_part_in_the_same_case() {
    let org = org(&env());
    assert_eq!(groups(&org, GroupFilter::contains("lea")), some(&["ml-leads"]));
    assert_eq!(groups(&org, GroupFilter::contains("LEA")), None);
}

#[test]
fn regex_passes_whole_names_in_the_same_case() {
    let org = org(&env());
    let regex = |pattern: &str| groups(&org, GroupFilter::regex(pattern).unwrap());
    assert_eq!(regex(".*team.*"), some(&["ml-team"]));
    assert_eq!(regex("team"), None);
    assert_eq!(regex("ml"), None);
    assert_eq!(regex("ml-t|ml-team|sales"), some(&["ml-team", "sales"]), "not the first that fits");
    assert_eq!(regex("ML-.*"), None);
    assert_eq!(regex("(?i)ML-.*"), some(&["ml-leads", "ml-team"]));
}

#[test]
fn everyone_is_a_candidate_and_values_are_sorted() {
    let org = org(&env());
    let all = some(&["Everyone", "ml-leads", "ml-team", "sales"]);
    assert_eq!(groups(&org, GroupFilter::regex(".*").unwrap()), all);
    assert_eq!(groups(&org, GroupFilter::contains("")), all);
    assert_eq!(groups(&org, GroupFilter::regex("[a-z].*").unwrap()).unwrap().len(), 3);
}

#[test]
fn a_bad_regex_is_refused_when_it_is_made() {
    assert!(matches!(GroupFilter::regex("("), Err(FilterError::Syntax { .. })));
    assert!(matches!(GroupFilter::regex("a)|(?:b"), Err(FilterError::Syntax { .. })));
    assert!(matches!(GroupFilter::regex("(a)\\2"), Err(FilterError::Syntax { .. })));
    assert!(matches!(GroupFilter::regex("(?<=a+)b"), Err(FilterError::Syntax { .. })));
    assert!(matches!(GroupFilter::regex("(".repeat(1024)), Err(FilterError::Syntax { .. })));
    let too_big = GroupFilter::regex("(?:\\w{100}){100}");
    assert!(matches!(too_big, Err(FilterError::TooBig { .. })));
    // Calls of groups are unrolled: a few letters would fill the memory.
    for endless in [r"(a|b\g<1>\g<1>)", r"(a|b\g<1>\g<1>\g<1>)"] {
        let refused = GroupFilter::regex(endless);
        assert!(matches!(refused, Err(FilterError::TooBig { .. })), "{refused:?}");
    }
    assert_eq!(GroupFilter::regex("x".repeat(1025)), Err(FilterError::TooLong { length: 1025 }));
    assert!(GroupFilter::regex("x".repeat(1024)).is_ok());
}

/// As in Java, which Okta's are said to be.
#[test]
fn a_regex_may_look_around_and_back_within_bounds() {
    let accepted = |pattern: &str, names: &[&str]| -> Vec<bool> {
        let filter = GroupFilter::regex(pattern).unwrap();
        names.iter().map(|name| filter.accepts(name)).collect()
    };
    assert_eq!(accepted("^(?!Everyone$).*", &["Everyone", "Everyone2", "ml"]), [false, true, true]);
    assert_eq!(accepted("(?=.*-admin$)ml-.*", &["ml-admin", "ml-user"]), [true, false]);
    assert_eq!(accepted(".*(?<!-test)", &["ml", "ml-test"]), [true, false]);
    assert_eq!(accepted(r"(\w+)-\1", &["ml-ml", "ml-mx", "ml-ml2"]), [true, false, false]);
    assert_eq!(accepted("(?>a+)b", &["aab", "aa"]), [true, false]);
    // What would be looked at forever is looked at for a while.
    let name = "a".repeat(60);
    assert_eq!(accepted("(?=(a+)+$)(a+)+b", &[&name]), [false]);
    assert_eq!(accepted(r"(a*)*\1b", &[&name]), [false]);
}

#[test]
fn a_filter_keeps_oktas_words() {
    let filter = GroupFilter::regex("ml-.*").unwrap();
    assert_eq!((filter.kind(), filter.value()), ("REGEX", "ml-.*"));
    assert_eq!(filter, GroupFilter::regex("ml-.*").unwrap());
    assert_ne!(filter, GroupFilter::equals("ml-.*"));
    assert_eq!(GroupFilter::starts_with("x").kind(), "STARTS_WITH");
    assert_eq!(GroupFilter::equals("x").kind(), "EQUALS");
    assert_eq!(GroupFilter::contains("x").kind(), "CONTAINS");
}

#[test]
fn the_name_format_is_the_statements() {
    let org = org(&env());
    let jane = org.user_by_login("jane@acme.example").unwrap();
    let statement = AttributeStatement::expression("a", "x");
    let format = |statement: &AttributeStatement| {
        let scope = Scope::new(&org, jane, now());
        statement.evaluate(&scope).unwrap().unwrap().name_format.unwrap()
    };
    assert!(format(&statement).ends_with(":unspecified"));
    let basic = statement.with_format(AttributeNameFormat::Basic);
    assert!(format(&basic).ends_with(":basic"));
}

#[test]
fn names_are_given_once_by_user_and_group_statements_together() {
    let named = |name: &str| AttributeStatement::expression(name, "user.email");
    let groups = AttributeStatement::groups("groups", GroupFilter::contains(""));
    let check = |statements: &[AttributeStatement]| AttributeStatement::check_names(statements);
    assert_eq!(check(&[named("email"), groups.clone(), named("Groups")]), Ok(()));
    let twice = StatementError::SameName { name: "groups".into() };
    assert_eq!(check(&[named("groups"), groups]), Err(twice));
    assert_eq!(check(&[named(&"x".repeat(512))]), Ok(()));
    assert_eq!(check(&[named(&"x".repeat(513))]), Err(StatementError::Name { length: 513 }));
    assert_eq!(check(&[named(" ")]), Err(StatementError::Name { length: 1 }));
}
