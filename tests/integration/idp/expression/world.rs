//! An org that expressions are evaluated in.

use samlproof::env::Env;
use samlproof::idp::expression::{Expression, Scope, Value, evaluate};
use samlproof::idp::{Group, GroupKind, Org, ProfileValue};
use samlproof::keys::test_only;

use crate::idp::fixture::{env, now, sign_on};

/// Winston in an org with a few groups and an app that he is assigned to under another name.
pub(super) fn org() -> Org {
    let env: Env = env();
    let mut org = Org::new("acme", "https://acme.okta.com", &env);
    org.name = "Acme Inc.".into();
    let boss = org.add_user("boss@acme.example", "secret", &env).id.clone();
    let winston = org.add_user("Winston.Churchill@gmail.com", "secret", &env);
    for (name, text) in [("firstName", "Winston"), ("lastName", "Churchill"), ("empty", "")] {
        winston.set(name, text);
    }
    let profile = [
        ("teams", ProfileValue::List(vec!["b".into(), "a".into()])),
        ("salary", ProfileValue::Int(1_000_000)),
        ("share", ProfileValue::Num(0.5)),
        ("isContractor", ProfileValue::Bool(false)),
    ];
    winston.profile.extend(profile.map(|(name, value)| (name.to_owned(), value)));
    winston.linked.insert("manager".into(), boss);
    org.set_groups("winston.churchill@gmail.com", &["ml-team", "ml-leads", "sales"], &env);
    org.groups.push(Group {
        kind: GroupKind::App,
        source: Some("0oadirectory".into()),
        description: "from afar".into(),
        ..Group::new("00gimported", "ml-imported", now())
    });
    org.users[1].groups.insert("ml-imported".into());
    let user = org.users[1].id.clone();
    let key = test_only::signing("okta-1").unwrap();
    let app = org.add_app("CRM", sign_on(), key, &env).id.clone();
    let assignment = org.assign_user(&app, &user, Some("wsc"), now()).unwrap();
    assignment.profile.insert("role".into(), "lead".into());
    org
}

pub(super) fn scope(org: &Org) -> Scope<'_> {
    Scope::new(org, &org.users[1], now()).at(&org.apps[0])
}

/// What an expression evaluates to, written as a literal of the language.
pub(super) fn value(expression: &str) -> String {
    let org = org();
    let parsed =
        Expression::parse(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
    match evaluate(&parsed, &scope(&org)) {
        Ok(value) => shown(&value),
        Err(error) => format!("error: {error}"),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Text(text) => format!("{text:?}"),
        Value::Array(items) => {
            format!("{{{}}}", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Value::Record(entries) => format!("record of {}", entries.len()),
        other => other.text(),
    }
}
