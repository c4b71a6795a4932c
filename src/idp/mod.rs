//! The org as Okta knows it, and the assertion it makes: pure, no I/O.
//!
//! Words are Okta's (facts/okta.md): an [`Org`] holds users, groups and apps; an [`App`]'s
//! [`SignOn`] says what its responses look like; [`issue()`] makes one. An [`OrgDraft`] is what people
//! write before there are ids and keys. Time and ids come from
//! [`crate::env::Env`] alone, so with a fixed one and an RSA key the same inputs give the same bytes.

mod app;
mod document;
mod draft;
mod encryption;
mod issue;
mod metadata;
mod org;
mod sign_on;
mod statement;
mod user;

pub use app::{App, Assignment};
pub use draft::{AppDraft, Assigned, OrgDraft, UserDraft};
pub use encryption::{AssertionEncryption, Encrypt};
pub use issue::{AuthnRequestFacts, Issue, IssueError, Issued, Overrides, SignParts, issue};
pub use metadata::metadata;
pub use org::{Group, Org};
pub use sign_on::SignOn;
pub use statement::{AttributeSource, AttributeStatement, FilterError, GroupFilter};
pub use user::{ProfileValue, User, UserStatus};
