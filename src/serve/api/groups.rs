//! Groups: made, shown, changed.

use super::answer::Answer;
use super::call::{Call, Outcome};
use super::error::ApiError;
use super::fields::{Fields, Problems};
use super::filter::Filter;
use super::group_json;
use super::page::{self, PageSize};
use crate::excerpt;
use crate::idp::{Group, GroupKind, Org};
use crate::serve::{Event, EventType, Subject};

const PAGE: PageSize = PageSize::new(200, 200);

/// GET `/api/v1/groups`.
pub(super) fn list(call: &Call) -> Outcome {
    let org = call.org();
    let filters = ["filter", "search"].into_iter().filter_map(|name| call.param(name));
    let filters = filters.map(Filter::parse).collect::<Result<Vec<_>, _>>()?;
    let start = call.param("q").map(str::to_lowercase);
    let is_meant = |group: &&Group| {
        let shown = || group_json::group(&org, group);
        start.as_ref().is_none_or(|start| group.name.to_lowercase().starts_with(start))
            && (filters.is_empty() || {
                let shown = shown();
                filters.iter().all(|filter| filter.accepts(&shown))
            })
    };
    let groups: Vec<&Group> = org.groups.iter().filter(is_meant).collect();
    page::page(call, &groups, PAGE, |group| &group.id, |group| group_json::group(&org, group))
}

/// The group of a path.
pub(super) fn asked_for<'a>(call: &Call, org: &'a Org) -> Result<&'a Group, ApiError> {
    let id = call.name("group");
    let group = org.groups.iter().find(|group| group.id == id);
    group.ok_or_else(|| ApiError::not_found(id, "UserGroup"))
}

/// GET `/api/v1/groups/{group}`.
pub(super) fn one(call: &Call) -> Outcome {
    let org = call.org();
    Ok(Answer::json(group_json::group(&org, asked_for(call, &org)?)))
}

/// Name and description of a body.
fn read(call: &Call, org: &Org, own: Option<&str>) -> Result<(String, String), ApiError> {
    let body = call.object()?;
    let problems = Problems::default();
    let profile = Fields::new(&body, &problems).child("profile");
    let name = profile.required("name").unwrap_or_default();
    let description = profile.text("description").unwrap_or_default();
    for (field, text, most) in [("name", name, 255), ("description", description, 1024)] {
        if text.chars().nth(most).is_some() {
            profile.note(field, format_args!("it has more than {most} characters"));
        }
    }
    for other in profile.map().into_iter().flat_map(|map| map.keys()) {
        if !["name", "description"].contains(&other.as_str()) {
            let shown = excerpt::name(other);
            problems.push(format!("Property name '{shown}' is not defined in profile"));
        }
    }
    let mut others = org.groups.iter().filter(|group| Some(group.id.as_str()) != own);
    if others.any(|group| group.name == name) {
        problems
            .note("name", "An object with this field already exists in the current organization");
    }
    problems.check("profile")?;
    Ok((name.to_owned(), description.to_owned()))
}

/// POST `/api/v1/groups`.
pub(super) fn create(call: &Call) -> Outcome {
    let now = call.now();
    let id = call.service.env().ids.okta("00g");
    let (shown, subject) = call.change(|org| {
        let (name, description) = read(call, org, None)?;
        let group = Group { description, ..Group::new(id, name, now) };
        let made = (group_json::group(org, &group), Subject::from(&group));
        org.groups.push(group);
        Ok(made)
    })?;
    call.report(Event::new(EventType::GroupCreate).on(subject));
    Ok(Answer::json(shown))
}

/// E0000001 for groups whose nature nobody changes.
fn own_group(group: &Group) -> Result<(), ApiError> {
    if group.kind == GroupKind::Okta {
        return Ok(());
    }
    let cause = format!("{} is of type {}, which is not changed here", group.id, group.kind.name());
    Err(ApiError::invalid("group", vec![cause]))
}

/// PUT `/api/v1/groups/{group}`.
pub(super) fn replace(call: &Call) -> Outcome {
    let now = call.now();
    let shown = call.change(|org| {
        let id = asked_for(call, org)?.id.clone();
        own_group(asked_for(call, org)?)?;
        let (name, description) = read(call, org, Some(&id))?;
        org.rename_group(&id, &name, now);
        if let Some(group) = org.groups.iter_mut().find(|group| group.id == id) {
            group.description = description;
            group.last_updated = now;
        }
        // A rule may look at names.
        org.settle(now);
        Ok(group_json::group(org, asked_for(call, org)?))
    })?;
    Ok(Answer::json(shown))
}

/// DELETE `/api/v1/groups/{group}`.
pub(super) fn delete(call: &Call) -> Outcome {
    let now = call.now();
    let subject = call.change(|org| {
        let group = asked_for(call, org)?;
        own_group(group)?;
        let (id, subject) = (group.id.clone(), Subject::from(group));
        call.service.note_gone(&id, org);
        org.delete_group(&id);
        org.settle(now);
        Ok(subject)
    })?;
    call.report(Event::new(EventType::GroupDelete).on(subject));
    Ok(Answer::nothing())
}
