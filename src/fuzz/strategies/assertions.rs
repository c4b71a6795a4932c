//! Attributes as an assertion carries them.

use proptest::collection::vec;
use proptest::option;
use proptest::prop_oneof;
use proptest::strategy::{BoxedStrategy, Just, Strategy};

use super::{attribute_name, value};
use crate::saml::{Attribute, AttributeValue, Attributes};

/// One `<Attribute>` with up to three values; `usual` are the names that an SP looks at.
pub fn attribute(usual: &[String]) -> impl Strategy<Value = Attribute> + Clone + use<> {
    let friendly = option::weighted(0.08, attribute_name(usual));
    let values = vec(attribute_value(), 0..=3);
    (attribute_name(usual), friendly, values)
        .prop_map(|(name, friendly, values)| super::super::attribute(name, friendly, values))
}

/// All attributes of an assertion, of an SP that looks at `groups` and `department`.
pub fn attributes() -> impl Strategy<Value = Attributes> + Clone {
    attributes_named(&["groups".to_owned(), "department".to_owned()])
}

/// All attributes of an assertion; `usual` are the names that an SP looks at.
pub fn attributes_named(usual: &[String]) -> BoxedStrategy<Attributes> {
    let name = usual.first().cloned().unwrap_or_else(|| "groups".into());
    prop_oneof![
        10 => Just(Vec::new()),
        65 => attribute(usual).prop_map(|one| vec![one]),
        12 => vec(attribute(usual), 1..=3),
        12 => repeated(name.clone()),
        1 => many(name),
    ]
    .prop_map(Attributes)
    .boxed()
}

fn attribute_value() -> impl Strategy<Value = AttributeValue> + Clone {
    prop_oneof![
        97 => value().prop_map(AttributeValue::Text),
        3 => Just(AttributeValue::Nil),
    ]
}

/// One name in several elements.
fn repeated(name: String) -> impl Strategy<Value = Vec<Attribute>> + Clone {
    vec(vec(attribute_value(), 0..=2), 1..=3).prop_map(move |elements| {
        let element = |values| super::super::attribute(name.clone(), None, values);
        elements.into_iter().map(element).collect()
    })
}

/// As many values as an IdP sends of somebody who is everywhere, with one that means something.
fn many(name: String) -> impl Strategy<Value = Vec<Attribute>> + Clone {
    (0usize..=999, 0usize..=999, attribute_value()).prop_map(move |(count, place, value)| {
        let mut values: Vec<AttributeValue> =
            (0..count).map(|number| AttributeValue::Text(format!("ml-{number:04}"))).collect();
        values.insert(place.min(count), value);
        vec![super::super::attribute(name.clone(), None, values)]
    })
}
