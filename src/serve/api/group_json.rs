//! A group and a group rule as the API shows them (facts/okta.md 5.2).

use serde_json::{Value, json};

use super::instant::instant;
use crate::idp::{Group, GroupRule, Org};

/// A group.
pub(super) fn group(org: &Org, group: &Group) -> Value {
    let own = format!("{}/api/v1/groups/{}", org.base_url, group.id);
    let description = (!group.description.is_empty()).then_some(&group.description);
    let logo = |name: &str| json!({ "name": name, "href": format!("{}/assets/img/logos/groups/{name}.png", org.base_url), "type": "image/png" });
    json!({
        "id": group.id,
        "created": instant(group.created),
        "lastUpdated": instant(group.last_updated),
        "lastMembershipUpdated": instant(group.last_membership_updated),
        "objectClass": ["okta:user_group"],
        "type": group.kind.name(),
        "profile": { "name": group.name, "description": description },
        "_links": {
            "logo": [logo("medium"), logo("large")],
            "users": { "href": format!("{own}/users") },
            "apps": { "href": format!("{own}/apps") },
        },
    })
}

/// A group rule.
pub(super) fn rule(rule: &GroupRule) -> Value {
    json!({
        "type": "group_rule",
        "id": rule.id,
        "status": if rule.active { "ACTIVE" } else { "INACTIVE" },
        "name": rule.name,
        "created": instant(rule.created),
        "lastUpdated": instant(rule.last_updated),
        "conditions": {
            "people": {
                "users": { "exclude": rule.excluded },
                "groups": { "exclude": [] },
            },
            "expression": {
                "value": rule.condition_text,
                "type": "urn:okta:expression:1.0",
            },
        },
        "actions": { "assignUserToGroups": { "groupIds": rule.groups } },
    })
}
