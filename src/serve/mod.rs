//! The org over HTTP, as browsers and SPs see it.
//!
//! | Address | What it does |
//! |---|---|
//! | GET, POST `/app/{name}/{exk}/sso/saml` | SSO: takes a `SAMLRequest` by either binding, or none |
//! | GET, POST `/app/{name}/{exk}/slo/saml` | single logout that an SP begins |
//! | GET, POST `/app/{name}/{exk}/slo/saml/callback` | an app's answer when the org began |
//! | GET `/app/{exk}/sso/saml/metadata` | the app's public metadata |
//! | GET `/home/{name}/{0oa}/{aln}` | the embed link, where IdP-initiated logins begin |
//! | GET `/app/{name}/{0oa}/mc` | where the embed link leads: on to SSO |
//! | GET, POST `/login/login.htm` | classic sign-in; `fromURI` says where to go afterwards |
//! | GET `/login/default` | to the dashboard, or to sign-in first |
//! | GET `/login/signout` | ends the session at the org |
//! | `/api/…`, `/.well-known/okta-organization`, `/login/sessionCookieRedirect` | Okta's management API: [`OrgService::api_endpoints`] |
//! | GET `/`, `/app/UserHome`, `/enduser/…` | the dashboard: the apps a user may open |
//! | GET `/app/{name}/{0oa}/setup/help/SAML_2_0/instructions`, `/admin/org/security/{0oa}/cert` | what an SP has to be told of an app, and its certificate |
//! | `/_samlproof/` | the developer's view: logins, and the apps |
//! | `/_samlproof/api/…` | for tests: what the next login does otherwise, and what the last one was |
//! | GET `/error/400_SAML`, `/error/404` | the error pages by themselves |
//!
//! [`OrgServer`] puts an org on a listener of its own, where `/health` says that it runs.
//!
//! An SP never hears of a failure: no session, no assignment and no sense in a request all end in a
//! page for the person (facts/okta.md 3.4).

mod absent;
mod api;
mod app_keys;
mod app_lifecycle;
mod arrival;
mod attempt;
mod control;
mod cookies;
mod dashboard;
#[cfg(feature = "data")]
mod data;
mod developer;
mod embed;
mod event;
mod event_type;
mod headers;
mod hook;
mod incoming;
mod keeping;
mod key_making;
mod lock_out;
mod memberships;
mod metadata;
mod origin;
mod pages;
mod rate_limit;
mod record;
mod remark;
mod server;
mod service;
mod session;
mod setup;
mod sign_in;
mod signed;
mod slo;
mod some_names;
mod sso;
mod system_log;
mod trial;
mod unassigned;
mod visit;

pub use absent::{Absence, Absent};
pub use api::ApiEndpoint;
pub use app_keys::{AppKeyError, AppKeys};
pub use attempt::{Attempt, AttemptedApp, Initiated, Outcome, Refusal, SignInProblem};
pub use control::{ErrorPage, NextLogin, Upcoming};
#[cfg(feature = "data")]
pub use data::{DataError, OrgData};
pub use event::{Client, Event, EventOutcome, Subject};
pub use event_type::EventType;
pub use keeping::NotKept;
pub use record::Sent;
pub use server::{AppAddresses, Listen, OrgServer, StartError};
pub use service::{MetadataMode, OrgService};
pub use some_names::SomeNames;
pub use system_log::LogEntry;
pub use unassigned::Unassigned;
pub use visit::LogInError;
