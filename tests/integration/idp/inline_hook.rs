//! Whatever a hook answers: it is followed, or nothing is changed, and never a panic.

use jiff::Timestamp;
use proptest::prelude::*;
use samlproof::crypto::Engine;
use samlproof::idp::{HookCall, Issue, Overrides, Unsigned, prepare, sign};
use samlproof::saml::Response;
use serde_json::{Value, json};

use super::fixture::{env, now, org};

fn with_issue<T>(then: impl FnOnce(&Issue<'_>, Unsigned) -> T) -> T {
    let env = env();
    let org = org(&env);
    let overrides = Overrides::default();
    let issue = Issue {
        org: &org,
        app: &org.apps[0],
        user: &org.users[0],
        request: None,
        authn_instant: now(),
        overrides: &overrides,
    };
    let unsigned = prepare(&issue, &env).unwrap();
    then(&issue, unsigned)
}

fn call(now: Timestamp) -> HookCall {
    HookCall {
        event_id: "e".into(),
        request_id: "r".into(),
        method: "GET".into(),
        session_id: "102x".into(),
        now,
    }
}

#[test]
fn an_answer_that_replaces_all_by_what_it_was_told_changes_nothing() {
    with_issue(|issue, unsigned| {
        let body = call(now()).body(issue, &unsigned);
        let parts = body["data"]["assertion"].as_object().unwrap();
        let places = ["/subject/nameId", "/conditions/audienceRestriction"];
        let mut operations: Vec<Value> = places
            .iter()
            .map(|path| {
                let value = body["data"]["assertion"].pointer(path).unwrap();
                json!({ "op": "replace", "path": path, "value": value })
            })
            .collect();
        operations.extend(parts["claims"].as_object().unwrap().iter().map(|(name, claim)| {
            json!({ "op": "add", "path": format!("/claims/{name}"), "value": claim })
        }));
        let answer =
            json!({ "commands": [{ "type": "com.okta.assertion.patch", "value": operations }] });
        let same = unsigned.answered(answer.to_string().as_bytes()).unwrap();
        let [one, other] = [unsigned, same].map(|it| sign(issue, it, Engine::Native).unwrap().xml);
        assert_eq!(one, other);
    });
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let name = prop_oneof![
            Just("attributes".to_owned()),
            Just("attributeValues".to_owned()),
            Just("value".to_owned()),
            "[a-z~/]{0,4}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn operation() -> impl Strategy<Value = Value> {
    let path = prop_oneof![
        Just("/subject/nameId".to_owned()),
        Just("/claims/groups".to_owned()),
        Just("/claims/groups/attributeValues/-".to_owned()),
        Just("/conditions".to_owned()),
        "/(subject|claims|authentication|conditions|lifetime)(/[a-zA-Z0-9~/-]{0,6}){0,3}",
        ".{0,12}",
    ];
    let op = prop_oneof![Just("add"), Just("replace"), Just("remove")];
    (op, path, json_value())
        .prop_map(|(op, path, value)| json!({ "op": op, "path": path, "value": value }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_answer_leaves_a_response_that_reads_back(
        operations in prop::collection::vec(operation(), 0..4),
        noise in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        with_issue(|issue, unsigned| {
            let answer = json!({
                "commands": [{ "type": "com.okta.assertion.patch", "value": operations }],
            });
            let _ = unsigned.answered(&noise);
            if let Ok(changed) = unsigned.answered(answer.to_string().as_bytes()) {
                let issued = sign(issue, changed, Engine::Native).unwrap();
                let read = Response::parse(&issued.xml).unwrap();
                prop_assert_eq!(&read.assertions[0].attributes, &issued.attributes);
                prop_assert_eq!(&read.assertions[0].name_id, &issued.name_id);
            }
            Ok(())
        })?;
    }
}
