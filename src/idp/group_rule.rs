//! Group rules: conditions that put users into groups (facts/okta.md 5.2).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::env::Env;
use crate::idp::expression::{
    Expression, ExpressionError, Node, Operator, Place, Schema, Scope, Value, evaluate,
};
use crate::idp::{GroupKind, Org, User, UserStatus};

/// A group rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupRule {
    /// `0pr…`.
    pub id: String,
    /// Its name, of which there is no other.
    pub name: String,
    /// Whether it is applied. A new one is not.
    pub active: bool,
    /// Who is put into its groups.
    pub condition: Expression,
    /// The same as it was written.
    pub condition_text: String,
    /// Ids of users whom it leaves alone.
    pub excluded: BTreeSet<String>,
    /// Ids of the groups it puts users into.
    pub groups: BTreeSet<String>,
    /// Ids of the users whom it has put into them.
    pub members: BTreeSet<String>,
    /// `created`.
    pub created: Timestamp,
    /// `lastUpdated`.
    pub last_updated: Timestamp,
}

/// A group rule as somebody wants it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupRuleDraft {
    /// Its name.
    pub name: String,
    /// The condition, as text.
    pub condition: String,
    /// Ids of users whom it leaves alone.
    pub excluded: BTreeSet<String>,
    /// Ids of the groups it puts users into.
    pub groups: BTreeSet<String>,
}

/// Why a group rule cannot be, or cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum GroupRuleError {
    /// Nothing of this id: E0000007.
    #[error("there is no {kind} {id}")]
    NotFound {
        /// `GroupRule`, `UserGroup` or `User`.
        kind: &'static str,
        /// The id.
        id: String,
    },
    /// An empty name, one of more than 50 characters, or another rule's: E0000001.
    #[error(
        "name: {name:?} is empty, longer than {} characters, or another rule's",
        GroupRule::MAX_NAME
    )]
    Name {
        /// The name.
        name: String,
    },
    /// A condition that is no expression for users: E0000001.
    #[error("conditions.expression.value: {0}")]
    Condition(#[from] ExpressionError),
    /// A condition that is never true or false: E0000001.
    #[error(
        "conditions.expression.value: {condition} is neither true nor false; compare it with something"
    )]
    NotBoolean {
        /// As written.
        condition: String,
    },
    /// No groups: E0000001.
    #[error("actions.assignUserToGroups.groupIds: a rule puts users into one group at least")]
    NoGroups,
    /// A group that rules cannot fill: E0000001.
    #[error("actions.assignUserToGroups.groupIds: {id} is of type {}, which rules cannot fill", kind.name())]
    GroupKind {
        /// The group.
        id: String,
        /// Its type.
        kind: GroupKind,
    },
    /// It must not be active for this: E0000001.
    #[error("the rule {id} is active; deactivate it first")]
    Active {
        /// The rule.
        id: String,
    },
}

impl GroupRuleError {
    /// Okta's code for it.
    pub fn okta_code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "E0000007",
            _ => "E0000001",
        }
    }
}

impl GroupRule {
    /// The longest name, in characters.
    pub const MAX_NAME: usize = 50;

    /// Whether the rule puts the user into its groups. A condition that cannot be evaluated, or is
    /// neither true nor false, does not.
    pub fn matches(&self, org: &Org, user: &User, now: Timestamp) -> bool {
        !self.excluded.contains(&user.id)
            && user.status != UserStatus::Deprovisioned
            && evaluate(&self.condition, &Scope::new(org, user, now)) == Ok(Value::Bool(true))
    }
}

impl Org {
    /// Adds a rule, inactive as Okta's are at first.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn add_group_rule(
        &mut self,
        draft: &GroupRuleDraft,
        env: &Env,
    ) -> Result<&mut GroupRule, GroupRuleError> {
        let condition = self.check_rule(draft, None)?;
        self.group_rules.push(GroupRule {
            id: env.ids.okta("0pr"),
            name: draft.name.clone(),
            active: false,
            condition,
            condition_text: draft.condition.clone(),
            excluded: draft.excluded.clone(),
            groups: draft.groups.clone(),
            members: BTreeSet::new(),
            created: env.clock.now(),
            last_updated: env.clock.now(),
        });
        Ok(self.group_rules.last_mut().expect("a rule was pushed just now"))
    }

    /// Replaces an inactive rule's content. Whom it has put into the old groups stays in them.
    ///
    /// # Errors
    /// If there is none, it is active, or what is wrong with the new content.
    pub fn replace_group_rule(
        &mut self,
        id: &str,
        draft: &GroupRuleDraft,
        now: Timestamp,
    ) -> Result<(), GroupRuleError> {
        if self.group_rule(id)?.active {
            return Err(GroupRuleError::Active { id: id.to_owned() });
        }
        let condition = self.check_rule(draft, Some(id))?;
        let same_groups = self.group_rule(id)?.groups == draft.groups;
        if !same_groups {
            self.keep_members(id)?;
        }
        let rule = self.group_rule_mut(id)?;
        draft.name.clone_into(&mut rule.name);
        rule.condition = condition;
        rule.condition_text.clone_from(&draft.condition);
        rule.excluded.clone_from(&draft.excluded);
        rule.groups.clone_from(&draft.groups);
        rule.last_updated = now;
        Ok(())
    }

    /// Activates a rule and applies it; one that is active stays so.
    ///
    /// # Errors
    /// If there is none.
    pub fn activate_group_rule(&mut self, id: &str, now: Timestamp) -> Result<(), GroupRuleError> {
        let rule = self.group_rule_mut(id)?;
        rule.active = true;
        rule.last_updated = now;
        self.settle(now);
        Ok(())
    }

    /// Deactivates a rule: nobody is put in or taken out any more, and who is in stays.
    ///
    /// # Errors
    /// If there is none.
    pub fn deactivate_group_rule(
        &mut self,
        id: &str,
        now: Timestamp,
    ) -> Result<(), GroupRuleError> {
        let rule = self.group_rule_mut(id)?;
        rule.active = false;
        rule.last_updated = now;
        Ok(())
    }

    /// Deletes an inactive rule. Whom it has put into groups is taken out again only if asked for.
    ///
    /// # Errors
    /// If there is none, or it is active.
    pub fn delete_group_rule(
        &mut self,
        id: &str,
        remove_users: bool,
        now: Timestamp,
    ) -> Result<(), GroupRuleError> {
        if self.group_rule(id)?.active {
            return Err(GroupRuleError::Active { id: id.to_owned() });
        }
        if !remove_users {
            self.keep_members(id)?;
        }
        self.group_rules.retain(|rule| rule.id != id);
        self.settle(now);
        Ok(())
    }

    /// Puts a user into a group by hand.
    ///
    /// # Errors
    /// If there is no such user or group, or people do not change who is in it.
    pub fn add_member(
        &mut self,
        group: &str,
        user: &str,
        now: Timestamp,
    ) -> Result<(), GroupRuleError> {
        let name = self.open_group(group)?;
        let user = self
            .users
            .iter_mut()
            .find(|known| known.id == user)
            .ok_or_else(|| GroupRuleError::NotFound { kind: "User", id: user.to_owned() })?;
        if user.groups.insert(name.clone()) {
            self.touch_membership([&name], now);
        }
        self.settle(now);
        Ok(())
    }

    /// Takes a user out of a group. Rules that put the user in leave the user alone from now on, as
    /// they would put the user in again (graded M in the facts).
    ///
    /// # Errors
    /// If there is no such user or group, or people do not change who is in it.
    pub fn remove_member(
        &mut self,
        group: &str,
        user: &str,
        now: Timestamp,
    ) -> Result<(), GroupRuleError> {
        let name = self.open_group(group)?;
        let known = self
            .users
            .iter_mut()
            .find(|known| known.id == user)
            .ok_or_else(|| GroupRuleError::NotFound { kind: "User", id: user.to_owned() })?;
        known.groups.remove(&name);
        self.touch_membership([&name], now);
        for rule in self.group_rules.iter_mut().filter(|rule| rule.groups.contains(group)) {
            if rule.members.remove(user) {
                rule.excluded.insert(user.to_owned());
            }
        }
        self.settle(now);
        Ok(())
    }

    /// Lets every active rule look at every user. Rules may look at groups that others fill, so this
    /// goes on until nothing changes, and at most once for each rule and once more.
    pub(super) fn apply_rules(&mut self, now: Timestamp) {
        for _ in 0..=self.group_rules.len() {
            let mut changed = false;
            for index in 0..self.group_rules.len() {
                let rule = &self.group_rules[index];
                if !rule.active {
                    continue;
                }
                let matching = self.users.iter().filter(|user| rule.matches(self, user, now));
                let members: BTreeSet<String> = matching.map(|user| user.id.clone()).collect();
                if members == rule.members {
                    continue;
                }
                changed = true;
                let names = self.groups.iter().filter(|group| rule.groups.contains(&group.id));
                let names: Vec<String> = names.map(|group| group.name.clone()).collect();
                self.group_rules[index].members = members;
                self.touch_membership(&names, now);
            }
            if !changed {
                return;
            }
        }
    }

    fn check_rule(
        &self,
        draft: &GroupRuleDraft,
        own: Option<&str>,
    ) -> Result<Expression, GroupRuleError> {
        let name = &draft.name;
        let taken = |rule: &GroupRule| rule.name == *name && Some(rule.id.as_str()) != own;
        let length = name.chars().count();
        if name.trim().is_empty()
            || length > GroupRule::MAX_NAME
            || self.group_rules.iter().any(taken)
        {
            return Err(GroupRuleError::Name { name: name.clone() });
        }
        if draft.groups.is_empty() {
            return Err(GroupRuleError::NoGroups);
        }
        for group in &draft.groups {
            self.open_group(group)?;
        }
        let condition = Schema::of(self, Place::GroupRule, None).expression(&draft.condition)?;
        if !may_be_boolean(condition.root()) {
            return Err(GroupRuleError::NotBoolean { condition: draft.condition.clone() });
        }
        Ok(condition)
    }

    /// The name of a group whose members people and rules may change.
    fn open_group(&self, id: &str) -> Result<String, GroupRuleError> {
        let group = self.groups.iter().find(|group| group.id == id);
        let group = group
            .ok_or_else(|| GroupRuleError::NotFound { kind: "UserGroup", id: id.to_owned() })?;
        if group.kind != GroupKind::Okta {
            return Err(GroupRuleError::GroupKind { id: id.to_owned(), kind: group.kind });
        }
        Ok(group.name.clone())
    }

    /// Makes those whom a rule put into its groups members by hand.
    fn keep_members(&mut self, id: &str) -> Result<(), GroupRuleError> {
        let rule = self.group_rule_mut(id)?;
        let members = std::mem::take(&mut rule.members);
        let groups = rule.groups.clone();
        let names: Vec<String> = self
            .groups
            .iter()
            .filter(|group| groups.contains(&group.id))
            .map(|group| group.name.clone())
            .collect();
        for user in self.users.iter_mut().filter(|user| members.contains(&user.id)) {
            user.groups.extend(names.iter().cloned());
        }
        Ok(())
    }

    fn group_rule(&self, id: &str) -> Result<&GroupRule, GroupRuleError> {
        self.group_rules.iter().find(|rule| rule.id == id).ok_or_else(|| no_rule(id))
    }

    fn group_rule_mut(&mut self, id: &str) -> Result<&mut GroupRule, GroupRuleError> {
        self.group_rules.iter_mut().find(|rule| rule.id == id).ok_or_else(|| no_rule(id))
    }
}

fn no_rule(id: &str) -> GroupRuleError {
    GroupRuleError::NotFound { kind: "GroupRule", id: id.to_owned() }
}

/// Whether it can be true or false at all, as far as its outermost part tells.
fn may_be_boolean(node: &Node) -> bool {
    match node {
        Node::Bool(_) | Node::Not(_) | Node::Reference { .. } => true,
        Node::Chain { rest, .. } => rest.iter().all(|(operator, _)| *operator != Operator::Plus),
        Node::Call { function, .. } => {
            let boolean = ["isMemberOf", "String.stringContains", "String.startsWith", "has"];
            let arrays = ["Arrays.contains", "Arrays.isEmpty", "Arrays.get"];
            boolean.iter().chain(&arrays).any(|start| function.name().starts_with(start))
        }
        Node::Property { .. } => true,
        Node::Ternary { yes, no, .. } => may_be_boolean(yes) && may_be_boolean(no),
        Node::Elvis { value, otherwise } => may_be_boolean(value) && may_be_boolean(otherwise),
        _ => false,
    }
}
