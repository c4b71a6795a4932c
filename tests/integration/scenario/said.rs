//! What a login may send and a change may say, each beside its mistakes.

use samlproof::saml::AttributeValue;
use samlproof::scenario::{Change, MetadataSpec, StepAction};
use samlproof::sp::Resource;

use super::{scenario, with_head};

const HEAD: &str = "
[sp]
[orgs.second]
[users.jane]
";

#[test]
fn a_login_says_what_is_sent_and_whether_it_arrives() {
    let text = with_head(&format!(
        r#"{HEAD}
[[steps]]
login     = "jane"
delivered = false
send      = {{ restrictions = [["{{sp.entity_id}}", "x"], []], name_id_format = "f", in_response_to = "id-1", elements = [{{ name = "groups", friendly_name = "Groups", values = ["a", {{ nil = true }}] }}, {{ name = "groups", values = [] }}] }}
expect    = "redirected-to-idp"
[[steps]]
replay    = "jane"
expect    = "created"
resources = ["team ml"]
"#
    ));
    let scenario = scenario(&text).unwrap();
    let StepAction::Login { send, delivered, .. } = &scenario.steps[0].action else {
        panic!("a login")
    };
    assert!(!delivered);
    assert_eq!(send.restrictions.as_ref().unwrap()[0], ["{sp.entity_id}", "x"]);
    assert!(send.restrictions.as_ref().unwrap()[1].is_empty());
    assert_eq!(send.name_id_format.as_deref(), Some("f"));
    assert_eq!(send.in_response_to.as_deref(), Some("id-1"));
    let [first, second] = send.elements.as_slice() else { panic!("two elements") };
    assert_eq!(first.friendly_name.as_deref(), Some("Groups"));
    assert_eq!(first.values, [AttributeValue::Text("a".into()), AttributeValue::Nil]);
    assert_eq!((second.name.as_str(), second.values.len()), ("groups", 0));
    assert_eq!(scenario.steps[1].resources.as_deref(), Some(&[Resource::Team("ml".into())][..]));
}

#[test]
fn a_change_names_metadata_confirmations_resources_and_assignments() {
    let text = with_head(&format!(
        r#"{HEAD}
[[steps]]
change = {{ sp.validated = false, sp.org = "second", removed = ["team ml"], users.jane.assigned = false }}
[[steps]]
change = {{ sp.metadata_url = "https://x.example" }}
[[steps]]
change = {{ sp.metadata_xml = "" }}
expect = "configuration-refused"
"#
    ));
    let scenario = scenario(&text).unwrap();
    let changes: Vec<&Change> = scenario
        .steps
        .iter()
        .flat_map(|step| match &step.action {
            StepAction::Change(changes) => changes,
            other => panic!("{other:?}"),
        })
        .collect();
    let metadata = |source| Change::Metadata { entry: "main".into(), source };
    assert_eq!(
        changes,
        [
            &Change::Validated { entry: "main".into(), validated: false },
            &metadata(MetadataSpec::Org("second".into())),
            &Change::Assigned { person: "jane".into(), assigned: false },
            &Change::ResourcesRemoved(vec![Resource::Team("ml".into())]),
            &metadata(MetadataSpec::Url("https://x.example".into())),
            &metadata(MetadataSpec::Xml(String::new())),
        ]
    );
}

#[test]
fn all_mistakes_in_them_are_reported_at_once() {
    let text = with_head(&format!(
        r#"{HEAD}
[[steps]]
login     = "jane"
delivered = "no"
send      = {{ audience = "x", restrictions = [["y"]], elements = [{{ nam = "groups" }}] }}
[[steps]]
change = {{ sp.org = "secnd", removed = ["tem ml"], users.jane.assigned = "no" }}
[[steps]]
change    = {{ sp.metadata_url = "a", sp.metadata_xml = "b" }}
resources = ["team ml"]
"#
    ));
    let errors = scenario(&text).unwrap_err().to_string();
    for expected in [
        "`delivered` must be `true` or `false`",
        "`audience` says already whom the response is for",
        "the key `name` is missing",
        "the key `values` is missing",
        "there is no org `secnd`",
        "`tem ml` is not a resource",
        "`assigned` must be `true` or `false`",
        "the metadata has a source already: `metadata_url`",
        "`resources` is about the acting user, and nobody acts here",
    ] {
        assert!(errors.contains(expected), "{expected}\n{errors}");
    }
}
