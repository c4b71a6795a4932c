//! The org to Okta's own tools: its management API (facts/okta.md 5).
//!
//! `routes` is the one table of addresses: router, documentation and tests follow it. What Okta has
//! and samlproof does not answers 501 with E0000060 and names itself. `gate` is the way of every
//! call; a handler gets a `Call` and says an `Answer` or an `ApiError`. Bodies are read by `fields`,
//! which says all that is wrong with one at once.
//!
//! Choices where the facts are silent or graded M:
//! - A list of apps has 200 items without `limit`. Deactivated users are listed only where `filter` or
//!   `search` is given. Texts in them are compared without regard to case.
//! - The API token belongs to a user who is not among the org's people; `/users/me` shows that one.
//! - No mail is sent. Links of activation and of password resets lead nowhere.
//! - PUT of an app keeps `settings.signOn` and the username template where the body leaves them out.
//! - A statement of type EXPRESSION has one value. A session has no end: `expiresAt` is null.
//! - A name that stands twice in one object is refused, as is nesting of more than 32.
//! - Calls are counted by the minute and by the word behind `/api/v1/`; without a limit of its own the
//!   org says Okta's usual 600, of which one is always left.
//! - A certificate for a CSR is valid for 90 days more at least, and its key gets a `kid` of its own.
//! - Federated claims are sent behind the attribute statements, with which they share their names. Of
//!   Identity Engine's language there is the classic one with `user.profile.x`.

mod answer;
mod app_body;
mod app_groups;
mod app_json;
mod app_users;
mod apps;
mod authn;
mod body;
mod call;
mod csrs;
mod discovery;
mod error;
mod federated_claims;
mod fields;
mod filter;
mod gate;
mod gone;
mod group_json;
mod group_members;
mod group_rules;
mod groups;
mod hooks;
mod instant;
mod keys;
mod log_json;
mod logs;
mod page;
mod policies;
mod policy_rules;
mod profile_body;
mod routes;
mod schemas;
mod sessions;
mod sign_on_body;
mod sign_on_json;
mod state;
mod statement_body;
mod user_json;
mod user_lifecycle;
mod user_relations;
mod users;

pub use routes::ApiEndpoint;

pub(super) use gate::router;
pub(super) use state::ApiState;
