//! Group rules (facts/okta.md 5.2).

use http::StatusCode;

use super::answer::Answer;
use super::call::{Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::group_json;
use super::page::{self, PageSize};
use crate::excerpt;
use crate::idp::expression::{Place, Schema};
use crate::idp::{GroupRule, GroupRuleDraft, Org};

/// GET `/api/v1/groups/rules`.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let search = call.param("search").map(str::to_lowercase);
    let is_meant = |rule: &&GroupRule| {
        search.as_ref().is_none_or(|search| rule.name.to_lowercase().contains(search))
    };
    let rules: Vec<&GroupRule> = org.group_rules.iter().filter(is_meant).collect();
    page::page(call, &rules, PageSize::new(50, 200), |rule| &rule.id, |rule| group_json::rule(rule))
}

fn asked_for<'a>(call: &Call, org: &'a Org) -> Result<&'a GroupRule, ApiError> {
    let id = call.name("rule");
    let rule = org.group_rules.iter().find(|rule| rule.id == id);
    rule.ok_or_else(|| ApiError::not_found(id, "GroupRule"))
}

/// GET `/api/v1/groups/rules/{rule}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    Ok(Answer::json(group_json::rule(asked_for(call, &org)?)))
}

/// The rule that a body describes. What only the org's model checks, such as names that are taken,
/// comes after everything that is said here.
fn read(call: &Call, org: &Org) -> Result<GroupRuleDraft, ApiError> {
    let body = call.object()?;
    let problems = Problems::default();
    let fields = Fields::new(&body, &problems);
    let _ = fields.choice("type", &[("group_rule", ())]);
    let name = fields.required("name").unwrap_or_default().to_owned();
    let conditions = fields.child("conditions");
    let expression = conditions.child("expression");
    let _ = expression.choice("type", &[("urn:okta:expression:1.0", ())]);
    let condition = expression.required("value").unwrap_or_default();
    if !condition.is_empty()
        && let Err(error) = Schema::of(org, Place::GroupRule, None).expression(condition)
    {
        expression.note("value", error.okta_cause(condition));
    }
    let people = conditions.child("people");
    let ids = |texts: Option<Vec<&str>>| {
        texts.into_iter().flatten().map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
    };
    let excluded = ids(people.child("users").texts("exclude"));
    if people.child("groups").texts("exclude").is_some_and(|groups| !groups.is_empty()) {
        people.note("groups.exclude", "samlproof excludes users alone");
    }
    let assign = fields.child("actions").child("assignUserToGroups");
    let groups = ids(assign.texts("groupIds"));
    if groups.is_empty() {
        assign.note("groupIds", "The field cannot be left blank");
    }
    for id in &groups {
        if !org.groups.iter().any(|group| group.id == *id) {
            let shown = excerpt::name(id);
            assign.note("groupIds", format_args!("there is no group {shown}"));
        }
    }
    problems.check("GroupRule")?;
    Ok(GroupRuleDraft { name, condition: condition.to_owned(), excluded, groups })
}

/// POST `/api/v1/groups/rules`: inactive at first.
pub(super) fn create(call: &Call) -> Outcome {
    let shown = call.change(|org| {
        let draft = read(call, org)?;
        Ok::<_, ApiError>(group_json::rule(org.add_group_rule(&draft, call.service.env())?))
    })?;
    Ok(Answer::json(shown))
}

/// PUT `/api/v1/groups/rules/{rule}`.
pub(super) fn replace(call: &Call) -> Outcome {
    let now = call.now();
    let shown = call.change(|org| {
        let id = asked_for(call, org)?.id.clone();
        let draft = read(call, org)?;
        org.replace_group_rule(&id, &draft, now)?;
        Ok::<_, ApiError>(group_json::rule(asked_for(call, org)?))
    })?;
    Ok(Answer::json(shown))
}

/// DELETE `/api/v1/groups/rules/{rule}?removeUsers=`.
pub(super) fn delete(call: &Call) -> Outcome {
    let remove_users = call.flag("removeUsers", false)?;
    let now = call.now();
    call.change(|org| {
        let id = asked_for(call, org)?.id.clone();
        call.service.note_gone(&id, org);
        Ok::<_, ApiError>(org.delete_group_rule(&id, remove_users, now)?)
    })?;
    Ok(Answer::nothing().status(StatusCode::ACCEPTED))
}

/// POST `…/lifecycle/activate`.
pub(super) fn activate(call: &Call) -> Outcome {
    let now = call.now();
    call.change(|org| Ok::<_, ApiError>(org.activate_group_rule(call.name("rule"), now)?))?;
    Ok(Answer::nothing())
}

/// POST `…/lifecycle/deactivate`.
pub(super) fn deactivate(call: &Call) -> Outcome {
    let now = call.now();
    call.change(|org| Ok::<_, ApiError>(org.deactivate_group_rule(call.name("rule"), now)?))?;
    Ok(Answer::nothing())
}
