//! Where deleted things stood, so that whoever deletes page by page finds the next page.

use std::collections::{HashMap, VecDeque};

use crate::idp::Org;

/// The latest things that were deleted over the API, each with what stood before it.
#[derive(Debug, Default)]
pub(super) struct Gone {
    before: HashMap<String, Option<String>>,
    order: VecDeque<String>,
}

impl Gone {
    /// How many are kept.
    const KEPT: usize = 10_000;

    /// Notes that something of an org is about to be deleted.
    pub(super) fn note(&mut self, id: &str, org: &Org) {
        let mut before = None;
        for other in ids(org) {
            if other == id {
                if self.order.len() == Self::KEPT
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.before.remove(&oldest);
                }
                self.order.push_back(id.to_owned());
                self.before.insert(id.to_owned(), before.map(str::to_owned));
                return;
            }
            before = Some(other);
        }
    }

    /// The place in a list of something of the org behind something that is not in the list: it was
    /// deleted, or is not what the list is of any more.
    pub(super) fn place_of<'a>(
        &self,
        id: &str,
        list: impl Iterator<Item = &'a str>,
        org: &Org,
    ) -> Option<usize> {
        let places: HashMap<&str, usize> = list.zip(1..).collect();
        let all: Vec<&str> = ids(org).collect();
        let mut id = id;
        let begin = loop {
            if let Some(place) = all.iter().position(|known| *known == id) {
                break place + 1;
            }
            // Each step leads to something that was deleted later: this ends.
            match self.before.get(id)? {
                Some(before) => id = before,
                None => break 0,
            }
        };
        let last = all[..begin].iter().rev().find_map(|id| places.get(id));
        Some(last.copied().unwrap_or_default())
    }
}

/// The ids of all that an org has lists of.
fn ids(org: &Org) -> impl Iterator<Item = &str> {
    let users = org.users.iter().map(|user| user.id.as_str());
    let groups = org.groups.iter().map(|group| group.id.as_str());
    let apps = org.apps.iter().map(|app| app.id.as_str());
    let rules = org.group_rules.iter().map(|rule| rule.id.as_str());
    users.chain(groups).chain(apps).chain(rules)
}
