//! The decision through the lens of a fault: what goes into it and what comes out of it.

use std::collections::BTreeSet;

use super::{Fault, defaults, k6, mapping, sync};
use crate::saml::Attributes;
use crate::sp::{Decision, Entry, Explanation, LastAdmin, Resource, Roles, User, explain};

/// What goes into a decision.
pub(super) struct Given<'a> {
    pub(super) entry: Entry,
    pub(super) attributes: Attributes,
    pub(super) existing: &'a BTreeSet<Resource>,
    pub(super) user: Option<&'a User>,
}

impl Given<'_> {
    /// [`explain`] of what is given.
    pub(super) fn explain(&self) -> Explanation {
        explain(&self.entry, self.existing, self.user, &self.attributes)
    }
}

/// [`explain`] as a faulty SP does it.
pub(in crate::reference) fn explained(
    fault: Option<Fault>,
    entry: &Entry,
    existing: &BTreeSet<Resource>,
    user: Option<&User>,
    attributes: &Attributes,
) -> Explanation {
    let Some(fault) = fault else {
        return explain(entry, existing, user, attributes);
    };
    let (entry, attributes) = (entry.clone(), attributes.clone());
    let mut given = Given { entry, attributes, existing, user };
    mapping::on_the_way_in(fault, &mut given);
    defaults::on_the_way_in(fault, &mut given);
    sync::on_the_way_in(fault, &mut given);
    k6::on_the_way_in(fault, &mut given);
    let mut why = given.explain();
    mapping::on_the_way_out(fault, &mut why);
    defaults::on_the_way_out(fault, &given, &mut why);
    sync::on_the_way_out(fault, &given, &mut why);
    k6::on_the_way_out(fault, &given, &mut why);
    why
}

/// What becomes of the last admin (M46).
pub(in crate::reference) fn last_admin(fault: Option<Fault>, knob: LastAdmin) -> LastAdmin {
    match (fault, knob) {
        (Some(Fault::LastAdminMistaken), LastAdmin::Demote) => LastAdmin::Keep,
        (Some(Fault::LastAdminMistaken), _) => LastAdmin::Demote,
        (_, knob) => knob,
    }
}

/// The roles that a decision writes.
pub(super) fn written(decision: &mut Decision) -> Option<&mut Roles> {
    match decision {
        Decision::Create { roles, .. } | Decision::Update { roles, .. } => Some(roles),
        Decision::Unchanged | Decision::Reject(_) => None,
    }
}
