//! The groups of an app, and which of them counts for somebody who is in several.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::assignment::not_found;
use crate::idp::{App, AssignmentError, Org, ProfileValue, User};

/// A group's assignment to an app.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupAssignment {
    /// Which group's settings win; 0 first.
    pub priority: u32,
    /// Its members' profiles at the app, of those who are assigned by this group.
    pub profile: BTreeMap<String, ProfileValue>,
    /// `lastUpdated`; `None` if it was there from the beginning.
    pub last_updated: Option<Timestamp>,
}

impl GroupAssignment {
    /// The highest priority, as a number.
    pub const LAST: u32 = 100;
}

/// What is said of a group's assignment; `None` is nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupSettings {
    /// [`GroupAssignment::priority`].
    pub priority: Option<u32>,
    /// [`GroupAssignment::profile`].
    pub profile: Option<BTreeMap<String, ProfileValue>>,
}

impl Org {
    /// The assignment of the user's groups that counts: the one of the first priority, and of several
    /// of one priority the one whose group has the smallest id.
    pub fn group_assignment<'a>(
        &'a self,
        app: &'a App,
        user: &User,
    ) -> Option<&'a GroupAssignment> {
        let own = app.group_assignments.iter().filter(|(id, _)| self.is_member(user, id));
        own.min_by_key(|(_, assignment)| assignment.priority).map(|(_, assignment)| assignment)
    }

    /// Assigns a group, and so its members; or changes what is said of its assignment, of which stays
    /// what `settings` leaves out. Without a priority a new one comes last. No two groups have one
    /// priority afterwards: where one is taken, the group that has it and those behind it move on, and
    /// up again where they would pass [`GroupAssignment::LAST`] (graded M).
    ///
    /// # Errors
    /// If there is no such app or group.
    pub fn assign_group(
        &mut self,
        app: &str,
        group: &str,
        settings: GroupSettings,
        now: Timestamp,
    ) -> Result<(), AssignmentError> {
        if !self.groups.iter().any(|known| known.id == group) {
            return Err(not_found("UserGroup", group));
        }
        let assignments = &mut self.app_mut(app)?.group_assignments;
        let old = assignments.remove(group);
        let priority = settings.priority.or(old.as_ref().map(|old| old.priority));
        let last = assignments.values().map(|other| other.priority.saturating_add(1)).max();
        let assignment = GroupAssignment {
            priority: priority.or(last).unwrap_or_default(),
            profile: settings.profile.or(old.map(|old| old.profile)).unwrap_or_default(),
            last_updated: Some(now),
        };
        insert_in_order(assignments, group, assignment);
        self.settle(now);
        Ok(())
    }

    /// Takes back a group's assignment, and that of the members who have it by no other.
    ///
    /// # Errors
    /// If there is no such app, or the group is not assigned.
    pub fn unassign_group(
        &mut self,
        app: &str,
        group: &str,
        now: Timestamp,
    ) -> Result<(), AssignmentError> {
        let removed = self.app_mut(app)?.group_assignments.remove(group);
        removed.ok_or_else(|| not_found("UserGroup", group))?;
        self.settle(now);
        Ok(())
    }
}

/// Puts a group in at its priority, before one that has it. Gaps stay, and none has what another has.
fn insert_in_order(
    assignments: &mut BTreeMap<String, GroupAssignment>,
    group: &str,
    assignment: GroupAssignment,
) {
    let mut order: Vec<_> = std::mem::take(assignments).into_iter().collect();
    order.sort_by_key(|(_, other)| other.priority);
    let wanted = assignment.priority;
    let at = order.iter().position(|(_, other)| other.priority >= wanted).unwrap_or(order.len());
    order.insert(at, (group.to_owned(), assignment));
    let mut free = 0;
    for (_, each) in &mut order {
        each.priority = each.priority.max(free);
        free = each.priority.saturating_add(1);
    }
    let mut most = GroupAssignment::LAST;
    for (_, each) in order.iter_mut().rev() {
        each.priority = each.priority.min(most);
        most = each.priority.saturating_sub(1);
    }
    assignments.extend(order);
}
