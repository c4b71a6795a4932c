//! Expressions in org files and scenarios: what is wrong is shown inside of the value.

use samlproof::idp::{AttributeSource, AttributeStatement};
use samlproof::scenario::{ParseErrors, Source, parse_org};

const RIGHT: &str = r#"subdomain = "acme"
profile_attributes = ["costCode"]

[[apps]]
label     = "CRM"
acs       = "https://sp.test/acs"
entity_id = "https://sp.test"
issuer    = "urn:acme:${org.externalKey}"
name_id_template    = "${fn:toLowerCase(user.userName)}"
username_template   = '${fn:substringBefore(source.login, "@")}'
implicit_assignment = true

[[apps.attribute]]
name       = "name"
expression = "user.firstName + \" \" + user.lastName"

[[apps.attribute]]
name       = "level"
expression = '''
user.level > 2 AND !user.external ? "senior" : String.append("cost ", user.costCode)'''

[users.jane]
email   = "jane@one.test"
profile = { level = 3, external = false }
"#;

fn org(text: &str) -> Result<samlproof::idp::OrgDraft, ParseErrors> {
    parse_org(&Source::new("org.toml", text))
}

#[test]
fn an_org_file_takes_expressions() {
    let draft = org(RIGHT).unwrap();
    let app = &draft.apps[0];
    assert!(app.implicit_assignment);
    assert_eq!(app.sign_on.idp_issuer, "urn:acme:${org.externalKey}");
    let id = &app.sign_on.subject_name_id_template;
    assert_eq!(id.to_string(), "${String.toLowerCase(user.userName)}");
    let name = &app.user_name_template;
    assert_eq!(name.to_string(), "${String.substringBefore(source.login, \"@\")}");
    let [full, level] = app.sign_on.attribute_statements.as_slice() else { panic!() };
    assert_eq!(*full, AttributeStatement::expression("name", "user.firstName+' '+user.lastName"));
    assert!(matches!(level.source, AttributeSource::Expression(_)));
    let attributes: Vec<_> = draft.profile_attributes.iter().map(String::as_str).collect();
    assert_eq!(attributes, ["costCode", "external", "level"]);
}

#[test]
fn mistakes_are_shown_where_they_stand_in_the_value() {
    let wrong = RIGHT
        .replace("${org.externalKey}", "${org.name}")
        .replace("user.userName)", "user.username)")
        .replace("${fn:substringBefore", "ż${fn:substringBfore")
        .replace("+ user.lastName", "+ user.lastNaem")
        .replace("!user.external ?", "!user.externl ?")
        .replace("implicit_assignment = true", "implicit_assignment = \"yes\"");
    let errors = org(&wrong).unwrap_err();
    let _snapshots = crate::shared_snapshots();
    insta::assert_snapshot!(errors.render(false));
}

#[test]
fn the_column_is_right_behind_escapes() {
    let column = |value: &str| {
        let from = "\"user.firstName + \\\" \\\" + user.lastName\"";
        let text = RIGHT.replace(from, value);
        assert_ne!(text, RIGHT);
        let errors = org(&text).unwrap_err();
        let at = &errors.problems[0].span;
        (errors.problems.len(), text[at.clone()].to_owned())
    };
    for (value, wanted) in [
        (r#""user.bad""#, "user.bad"),
        (r#""\"\\\u0041\U00000042\t\" + user.bad""#, "user.bad"),
        ("'\"\\\\u0041\" + user.bad'", "user.bad"),
        ("\"\"\"\nuser.city + \\\n   user.bad\"\"\"", "user.bad"),
        ("'''user.city + user.bad'''", "user.bad"),
        (r#""user.city + ""#, ""),
    ] {
        assert_eq!(column(value), (1, wanted.to_owned()), "{value}");
    }
}
