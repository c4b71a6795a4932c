//! An assertion as JSON (`data.assertion`), and back.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::answer::HookFault;
use crate::idp::document::Document;
use crate::saml::{
    AcsUrl, Attribute, AttributeNameFormat, AttributeValue, EntityId, NameIdFormat,
    SubjectConfirmation,
};

/// The longest that an answer can make an assertion last: a year.
const LONGEST: i64 = 366 * 24 * 60 * 60;

/// The assertion as a hook sees it. Several attributes of one name are one claim there.
pub(super) fn to_json(document: &Document) -> Value {
    let format = document.name_id.format.as_ref().map(|format| format.as_str());
    let audiences: Vec<&str> =
        document.audience_restrictions.iter().flatten().map(EntityId::as_str).collect();
    let lifetime = document.not_on_or_after.duration_since(document.issued_at).as_secs();
    json!({
        "subject": {
            "nameId": document.name_id.value,
            "nameFormat": format,
            "confirmation": {
                "method": SubjectConfirmation::BEARER,
                "data": { "recipient": document.recipient.as_str() },
            },
        },
        "authentication": {
            "sessionIndex": document.session_index,
            "authnContext": { "authnContextClassRef": document.class_ref },
        },
        "conditions": { "audienceRestriction": audiences },
        "claims": claims(&document.attributes.0),
        "lifetime": { "expiration": lifetime },
    })
}

fn claims(attributes: &[Attribute]) -> Value {
    let mut claims = Map::new();
    for attribute in attributes {
        let format = attribute.name_format.as_deref().unwrap_or_default();
        let claim = claims.entry(attribute.name.clone()).or_insert_with(
            || json!({ "attributes": { "NameFormat": format }, "attributeValues": [] }),
        );
        let values = attribute.values.iter().map(
            |value| json!({ "attributes": { "xsi:type": "xs:string" }, "value": value.text() }),
        );
        if let Some(Value::Array(all)) = claim.get_mut("attributeValues") {
            all.extend(values);
        }
    }
    Value::Object(claims)
}

/// The document that says what the JSON says. Attributes whose claim was left alone stay as they are.
pub(super) fn from_json(document: &Document, changed: &Value) -> Result<Document, HookFault> {
    let before = to_json(document);
    let mut after = document.clone();
    let text = |path: &str| match changed.pointer(path) {
        Some(Value::String(text)) => Ok(text.clone()),
        _ => Err(HookFault::Value(path.to_owned())),
    };
    after.name_id.value = text("/subject/nameId")?;
    if changed.pointer("/subject/nameFormat") != before.pointer("/subject/nameFormat") {
        after.name_id.format = Some(NameIdFormat::new(text("/subject/nameFormat")?));
    }
    if text("/subject/confirmation/method")? != SubjectConfirmation::BEARER {
        return Err(HookFault::Value("/subject/confirmation/method".to_owned()));
    }
    after.recipient = AcsUrl::new(text("/subject/confirmation/data/recipient")?);
    after.session_index = text("/authentication/sessionIndex")?;
    after.class_ref = text("/authentication/authnContext/authnContextClassRef")?;
    if changed["conditions"] != before["conditions"] {
        after.audience_restrictions = vec![audiences(&changed["conditions"])?];
    }
    if changed["lifetime"] != before["lifetime"] {
        let seconds = changed.pointer("/lifetime/expiration").and_then(Value::as_i64);
        let seconds = seconds.filter(|seconds| (1..=LONGEST).contains(seconds));
        let fault = || HookFault::Value("/lifetime/expiration".to_owned());
        let lifetime = SignedDuration::from_secs(seconds.ok_or_else(fault)?);
        after.not_on_or_after =
            document.issued_at.checked_add(lifetime).map_err(|_too_late| fault())?;
    }
    let claims = changed["claims"].as_object().ok_or_else(|| HookFault::Value("/claims".into()))?;
    after.attributes.0.clear();
    for (name, claim) in claims {
        match before["claims"].get(name) {
            Some(known) if known == claim => {
                let same = document.attributes.0.iter().filter(|it| it.name == *name);
                after.attributes.0.extend(same.cloned());
            }
            _ => after.attributes.0.push(attribute(name, claim)?),
        }
    }
    Ok(after)
}

fn audiences(conditions: &Value) -> Result<Vec<EntityId>, HookFault> {
    let fault = || HookFault::Value("/conditions/audienceRestriction".to_owned());
    let list = conditions["audienceRestriction"].as_array().ok_or_else(fault)?;
    let audience = |value: &Value| value.as_str().map(EntityId::new).ok_or_else(fault);
    list.iter().map(audience).collect()
}

/// An attribute as a claim has it. Whatever its `xsi:type`, its values are written as strings. Okta's
/// own examples replace `…/attributes` by an object with `attributes` in it, so both are read.
fn attribute(name: &str, claim: &Value) -> Result<Attribute, HookFault> {
    let fault = |what: &str| HookFault::Value(format!("/claims/{name}{what}"));
    let format = ["/attributes/NameFormat", "/attributes/attributes/NameFormat"];
    let format = format.iter().find_map(|path| claim.pointer(path)?.as_str());
    let values = claim["attributeValues"].as_array().ok_or_else(|| fault("/attributeValues"))?;
    let values = values.iter().map(|value| match &value["value"] {
        Value::String(text) => Ok(AttributeValue::Text(text.clone())),
        Value::Number(number) => Ok(AttributeValue::Text(number.to_string())),
        Value::Bool(flag) => Ok(AttributeValue::Text(flag.to_string())),
        Value::Null if value.get("value").is_some() => Ok(AttributeValue::Nil),
        _ => Err(fault("/attributeValues")),
    });
    Ok(Attribute {
        name: name.to_owned(),
        friendly_name: None,
        name_format: Some(format.unwrap_or(AttributeNameFormat::default().urn()).to_owned()),
        values: values.collect::<Result<_, _>>()?,
    })
}
