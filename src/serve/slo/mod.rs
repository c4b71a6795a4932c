//! Single logout (facts/okta.md 3.5).
//!
//! An SP ends the session at the org with a signed LogoutRequest to `/app/{name}/{exk}/slo/saml`; the
//! answer goes to its `slo.logoutUrl` by POST. Whoever signs out of the org, in whichever way, takes
//! along the apps that the session visited and that have `participateSlo`: the browser carries a
//! LogoutRequest to one after the other, and each comes back to `/slo/saml/callback` with its answer.

mod callback;
mod endpoint;
mod round;

pub(super) use callback::{by_post as callback_by_post, by_redirect as callback_by_redirect};
pub(super) use endpoint::{by_post, by_redirect, end_session};
pub(super) use round::{Round, Rounds, Then};
