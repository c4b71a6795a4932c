//! The org over HTTP, as browsers and SPs see it.
//!
//! | Address | What it does |
//! |---|---|
//! | GET, POST `/app/{name}/{exk}/sso/saml` | SSO: takes a `SAMLRequest` by either binding, or none |
//! | GET `/app/{exk}/sso/saml/metadata` | the app's public metadata |
//! | GET `/home/{name}/{0oa}/{aln}` | the embed link, where IdP-initiated logins begin |
//! | GET, POST `/login/login.htm` | classic sign-in; `fromURI` says where to go afterwards |
//! | GET `/login/signout` | ends the session at the org |
//! | GET `/`, `/app/UserHome` | the dashboard: the apps a user may open |
//!
//! [`OrgServer`] puts an org on a listener of its own, where `/health` says that it runs.
//!
//! An SP never hears of a failure: no session, no assignment and no sense in a request all end in a
//! page for the person (facts/okta.md 3.4).

mod app_keys;
mod cookies;
mod dashboard;
mod incoming;
mod metadata;
mod pages;
mod record;
mod server;
mod service;
mod session;
mod sign_in;
mod sso;

pub use app_keys::{AppKeyError, AppKeys};
pub use record::Sent;
pub use server::{AppAddresses, Listen, OrgServer, StartError};
pub use service::{MetadataMode, OrgService};
