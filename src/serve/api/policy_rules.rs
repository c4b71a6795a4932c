//! The rules of access policies.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::{Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::instant::instant;
use super::policies::{self, asked_for, asked_for_mut, changed};
use crate::excerpt;
use crate::idp::{Access, AccessPolicy, AccessRule, Org, People};

/// The most rules of a policy beside its catch-all.
const MOST: usize = 500;

/// The priority that Okta shows for the catch-all (graded M).
const LAST: usize = 99;

/// A rule as the API shows it. Priorities count from 0, the first being looked at first.
pub(super) fn shown(org: &Org, policy: &AccessPolicy, rule: &AccessRule) -> Value {
    let own = format!("{}/rules/{}", policies::address(org, policy), rule.id);
    let place = policy.rules.iter().position(|other| other.id == rule.id).unwrap_or_default();
    let people = &rule.people;
    let conditions = json!({
        "people": {
            "users": { "include": people.users, "exclude": people.excluded_users },
            "groups": { "include": people.groups, "exclude": people.excluded_groups },
        },
        "network": { "connection": "ANYWHERE" },
    });
    let mut sign_on = rule.kept.clone();
    sign_on.insert("access".to_owned(), rule.access.name().into());
    sign_on.entry("verificationMethod").or_insert_with(|| {
        json!({
            "factorMode": "1FA",
            "type": "ASSURANCE",
            "reauthenticateIn": "PT12H",
            "constraints": [],
        })
    });
    let next = if rule.active { "deactivate" } else { "activate" };
    let mut shown = json!({
        "id": rule.id,
        "status": if rule.active { "ACTIVE" } else { "INACTIVE" },
        "name": rule.name,
        "priority": if rule.system { LAST.max(place) } else { place },
        "created": instant(rule.created),
        "lastUpdated": instant(rule.last_updated),
        "system": rule.system,
        "conditions": if rule.system { Value::Null } else { conditions },
        "actions": { "appSignOn": sign_on },
        "type": policies::TYPE,
        "_links": { "self": { "href": own, "hints": { "allow": ["GET", "PUT", "DELETE"] } } },
    });
    if !rule.system {
        let href = format!("{own}/lifecycle/{next}");
        shown["_links"][next] = json!({ "href": href, "hints": { "allow": ["POST"] } });
    }
    shown
}

fn rule_of<'a>(call: &Call, policy: &'a AccessPolicy) -> Result<&'a AccessRule, ApiError> {
    let id = call.name("rule");
    let found = policy.rules.iter().find(|rule| rule.id == id);
    found.ok_or_else(|| ApiError::not_found(id, "PolicyRule"))
}

/// GET `/api/v1/policies/{policy}/rules/{rule}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    let policy = asked_for(call, &org)?;
    Ok(Answer::json(shown(&org, policy, rule_of(call, policy)?)))
}

/// The rule that a body describes, in the place of `old` if there is one, and its priority.
fn read(
    call: &Call,
    org: &Org,
    old: Option<&AccessRule>,
) -> Result<(AccessRule, Option<u32>), ApiError> {
    let body = call.object()?;
    let problems = Problems::default();
    let fields = Fields::new(&body, &problems);
    let _ = fields.choice("type", &[(policies::TYPE, ())]);
    let name = fields.required("name").unwrap_or_default();
    let others = asked_for(call, org)?.rules.iter();
    let mut others = others.filter(|rule| old.is_none_or(|old| old.id != rule.id));
    if others.any(|other| other.name == name) {
        fields.note("name", "An object with this field already exists");
    }
    let status = fields.choice("status", &[("ACTIVE", true), ("INACTIVE", false)]);
    let priority = fields.number("priority", 0..=u32::MAX);
    let known = old.map(|old| &old.people);
    let people = conditions(org, &fields.child("conditions"), known)?;
    let sign_on = fields.child("actions").child("appSignOn");
    let words = [("ALLOW", Access::Allow), ("DENY", Access::Deny)];
    let access = sign_on.required("access").and_then(|_| sign_on.choice("access", &words));
    let mut kept = sign_on.map().cloned().unwrap_or_default();
    kept.remove("access");
    if let Some(old) = old.filter(|old| old.system) {
        if people != People::default() {
            fields.note("conditions", "the catch-all rule is for everybody");
        }
        if name != old.name || status == Some(false) {
            fields.note("name", "of the catch-all rule only the actions can be changed");
        }
    }
    problems.check("policyRule")?;
    let (access, now) = (access.unwrap_or_default(), call.now());
    let mut rule = match old {
        Some(old) => AccessRule { name: name.to_owned(), access, ..old.clone() },
        None => AccessRule::new(call.service.env().ids.okta("rul"), name, access, now),
    };
    (rule.people, rule.kept, rule.last_updated) = (people, kept, now);
    rule.active = status.unwrap_or(rule.active);
    Ok((rule, priority))
}

/// `conditions`: people, and nothing else that would leave somebody out. Whom a rule names already, it
/// may go on naming when they are gone.
fn conditions(
    org: &Org,
    conditions: &Fields<'_>,
    old: Option<&People>,
) -> Result<People, ApiError> {
    let people = conditions.child("people");
    only(conditions, &["people"])?;
    only(&people, &["users", "groups"])?;
    only(&people.child("users"), &["include", "exclude"])?;
    only(&people.child("groups"), &["include", "exclude"])?;
    let named = old.into_iter().flat_map(People::ids);
    let named: BTreeSet<&String> = named.collect();
    let ids = |kind: &str, list: &str, known: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
        let of_kind = people.child(kind);
        let ids: Vec<&str> = of_kind.texts(list).unwrap_or_default();
        let gone = |id: &&&str| !known(id) && !named.iter().any(|name| **name == ***id);
        for id in ids.iter().filter(gone) {
            let shown = excerpt::name(id);
            of_kind.note(list, format_args!("there is no {shown} among the {kind}"));
        }
        ids.into_iter().map(str::to_owned).collect()
    };
    let user = |id: &str| org.users.iter().any(|user| user.id == id);
    let group = |id: &str| org.groups.iter().any(|group| group.id == id);
    Ok(People {
        users: ids("users", "include", &user),
        groups: ids("groups", "include", &group),
        excluded_users: ids("users", "exclude", &user),
        excluded_groups: ids("groups", "exclude", &group),
    })
}

/// Refuses whatever else there is and does not hold for everybody.
fn only(fields: &Fields<'_>, known: &[&str]) -> Result<(), ApiError> {
    let others =
        fields.map().into_iter().flatten().filter(|(name, _)| !known.contains(&name.as_str()));
    match others.into_iter().find(|(_, value)| !is_open(value)) {
        None => Ok(()),
        Some((name, _)) => {
            let shown = excerpt::name(name);
            Err(ApiError::unimplemented(&format!("access rules with {shown} conditions")))
        }
    }
}

/// Whether a condition holds for everybody: `null`, empty, `ANYWHERE`, `ANY`, and what is made of those.
fn is_open(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_open),
        Value::Object(fields) => fields.values().all(is_open),
        Value::String(text) => text == "ANYWHERE" || text == "ANY",
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// POST `/api/v1/policies/{policy}/rules`: before the catch-all, or at its `priority`.
pub(super) fn create(call: &Call) -> Outcome {
    changed(call, |org| {
        let (rule, priority) = read(call, org, None)?;
        let policy = asked_for_mut(call, org)?;
        if policy.rules.len() > MOST {
            let cause = format!("a policy has {MOST} rules at most beside its catch-all");
            return Err(ApiError::invalid("policyRule", vec![cause]));
        }
        let id = rule.id.clone();
        policy.insert_rule(place(priority), rule);
        answer(call, org, &id)
    })
}

/// PUT `/api/v1/policies/{policy}/rules/{rule}`. A `priority` moves it.
pub(super) fn replace(call: &Call) -> Outcome {
    changed(call, |org| {
        let old = rule_of(call, asked_for(call, org)?)?;
        let (rule, priority) = read(call, org, Some(old))?;
        let policy = asked_for_mut(call, org)?;
        let Some(at) = policy.rules.iter().position(|other| other.id == rule.id) else {
            return Err(ApiError::not_found(&rule.id, "PolicyRule"));
        };
        let id = rule.id.clone();
        match priority.filter(|_| !rule.system) {
            None => policy.rules[at] = rule,
            Some(_) => {
                policy.rules.remove(at);
                policy.insert_rule(place(priority), rule);
            }
        }
        answer(call, org, &id)
    })
}

fn answer(call: &Call, org: &Org, id: &str) -> Outcome {
    let policy = asked_for(call, org)?;
    let rule = policy.rules.iter().find(|rule| rule.id == id);
    let rule = rule.ok_or_else(|| ApiError::not_found(id, "PolicyRule"))?;
    Ok(Answer::json(shown(org, policy, rule)))
}

fn place(priority: Option<u32>) -> usize {
    priority.and_then(|priority| usize::try_from(priority).ok()).unwrap_or(usize::MAX)
}

/// DELETE `/api/v1/policies/{policy}/rules/{rule}`.
pub(super) fn delete(call: &Call) -> Outcome {
    changed(call, |org| {
        let rule = rule_of(call, asked_for(call, org)?)?;
        not_system(rule)?;
        let id = rule.id.clone();
        asked_for_mut(call, org)?.rules.retain(|rule| rule.id != id);
        Ok(Answer::nothing())
    })
}

fn not_system(rule: &AccessRule) -> Result<(), ApiError> {
    if !rule.system {
        return Ok(());
    }
    let cause = "the catch-all rule stays, and stays active".to_owned();
    Err(ApiError::invalid("policyRule", vec![cause]))
}

/// POST `…/lifecycle/activate`.
pub(super) fn activate(call: &Call) -> Outcome {
    set_active(call, true)
}

/// POST `…/lifecycle/deactivate`.
pub(super) fn deactivate(call: &Call) -> Outcome {
    set_active(call, false)
}

fn set_active(call: &Call, active: bool) -> Outcome {
    let now = call.now();
    changed(call, |org| {
        let rule = rule_of(call, asked_for(call, org)?)?;
        if !active {
            not_system(rule)?;
        }
        let id = rule.id.clone();
        let rules = &mut asked_for_mut(call, org)?.rules;
        for rule in rules.iter_mut().filter(|rule| rule.id == id) {
            (rule.active, rule.last_updated) = (active, now);
        }
        Ok(Answer::nothing())
    })
}
