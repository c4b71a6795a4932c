//! What is refused on save: names that do not exist where an expression stands.

use samlproof::idp::AttributeSource;
use samlproof::idp::StatementError;
use samlproof::idp::expression::{Expression, Place, Schema, Template};

use super::world::org;

fn schema(place: Place) -> Schema {
    let mut org = org();
    org.profile_attributes.insert("costCode".into());
    org.apps[0].profile_attributes.insert("role".into());
    let id = org.apps[0].id.clone();
    Schema::of(&org, place, Some(&id))
}

#[track_caller]
fn refused(place: Place, text: &str) -> (usize, String) {
    let error = schema(place).expression(text).expect_err(text);
    (error.column, error.okta_cause(text))
}

#[test]
fn each_place_has_its_names() {
    for (place, texts) in [
        (
            Place::AttributeStatement,
            &[
                "user.email",
                "user.costCode",
                "appuser.userName",
                "appuser.role",
                "app.label",
                "org.name",
                "session.amr",
                "acme_crm_1.role",
                "user.userName",
            ][..],
        ),
        (Place::SubjectNameId, &["source.login", "user.userName", "appuser.role"]),
        (Place::UserName, &["source.login", "user.email", "org.subDomain", "acme_crm_1.userName"]),
        (Place::Issuer, &["org.externalKey"]),
        (Place::GroupRule, &["user.department == 'x'", "isMemberOfGroupName('x')"]),
    ] {
        for text in texts {
            schema(place).expression(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }
}

#[test]
fn other_names_are_refused_with_oktas_words() {
    let text = "'a' + user.nam";
    let wanted = (7, format!("Invalid property user.nam in expression {text}"));
    assert_eq!(refused(Place::AttributeStatement, text), wanted);
    for (place, text) in [
        (Place::AttributeStatement, "source.login"),
        (Place::AttributeStatement, "appuser.colour"),
        (Place::AttributeStatement, "org.externalkey"),
        (Place::AttributeStatement, "session.id"),
        (Place::AttributeStatement, "idpuser.email"),
        (Place::AttributeStatement, "acme_crm_1.colour"),
        (Place::AttributeStatement, "access.scope"),
        (Place::AttributeStatement, "user.profile.email"),
        (Place::AttributeStatement, "user.email.domain"),
        (Place::AttributeStatement, "user.costCode.![name]"),
        (Place::UserName, "user.userName"),
        (Place::UserName, "appuser.userName"),
        (Place::Issuer, "org.name"),
        (Place::Issuer, "user.login"),
        (Place::Issuer, "String.toLowerCase('x')"),
        (Place::GroupRule, "appuser.role"),
        (Place::GroupRule, "user.userName"),
        (Place::GroupRule, "org.name"),
    ] {
        let (_, cause) = refused(place, text);
        assert!(cause.starts_with("Invalid property "), "{place:?} {text}: {cause}");
    }
}

#[test]
fn each_expression_of_a_template_is_checked() {
    let schema = schema(Place::SubjectNameId);
    let good = "${source.login}-${user.costCode}";
    assert_eq!(schema.template(good).unwrap().to_string(), good);
    assert_eq!(schema.check_template(&Template::parse(good).unwrap(), good), Ok(()));
    for bad in ["${source.login}-${user.nosuch}", "${appuser.colour}"] {
        let error = schema.template(bad).unwrap_err();
        assert!(error.okta_cause(bad).starts_with("Invalid property "), "{error}");
        assert_eq!(schema.check_template(&Template::parse(bad).unwrap(), bad), Err(error));
    }
    schema.template("${user.").unwrap_err();
}

#[test]
fn an_open_schema_takes_any_attribute_of_the_user() {
    let open = Schema::open(Place::AttributeStatement);
    open.expression("user.anything").unwrap();
    open.expression("usr.anything").unwrap_err();
}

#[test]
fn values_of_statements_are_told_apart_with_the_schema() {
    let schema = schema(Place::AttributeStatement);
    let read = |text: &str| AttributeSource::parse_in(text, &schema);
    let expression = |text| Ok(AttributeSource::Expression(Expression::parse(text).unwrap()));
    assert_eq!(read("user.email"), expression("user.email"));
    assert_eq!(read("acme_crm_1.role"), expression("acme_crm_1.role"));
    assert_eq!(read("john.doe"), Ok(AttributeSource::Literal("john.doe".into())));
    assert!(
        matches!(read("user.nam"), Err(StatementError::Expression(error)) if error.column == 1)
    );
    assert!(matches!(read("acme_crm_1.colour"), Err(StatementError::Expression(_))));
    assert!(read(&"x".repeat(1024)).is_ok());
    assert_eq!(read(&"x".repeat(1025)), Err(StatementError::TooLong { length: 1025 }));
}
