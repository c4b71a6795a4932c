//! Inline hooks.

use super::fields::Fields;
use crate::idp::{Org, SignOn};

/// Notes hooks of an app's `settings.signOn` that the org does not have.
pub(super) fn check(_org: &Org, sign_on: &SignOn, fields: &Fields<'_>) {
    for id in &sign_on.inline_hooks {
        fields.note("inlineHooks", format_args!("there is no inline hook {id}"));
    }
}
