//! The org as Okta knows it, and the assertion it makes: pure, no I/O.
//!
//! Words are Okta's (facts/okta.md): an [`Org`] holds users, groups and apps; an [`App`]'s
//! [`SignOn`] says what its responses look like; [`issue()`] makes one. An [`OrgDraft`] is what people
//! write before there are ids and keys. Time and ids come from
//! [`crate::env::Env`] alone, so with a fixed one and an RSA key the same inputs give the same bytes.

pub mod expression;

mod access_policy;
mod app;
mod app_csr;
mod app_key;
mod assignment;
mod document;
mod draft;
mod encryption;
mod features;
mod federated_claim;
mod group;
mod group_assignment;
mod group_filter;
mod group_rule;
mod inline_hook;
mod issue;
mod key_credential;
mod lifecycle;
mod logout;
mod logout_message;
mod metadata;
mod org;
mod preset;
mod seed;
mod sign_in_page;
mod sign_on;
mod statement;
mod user;

pub use access_policy::{Access, AccessPolicy, AccessRule, AccessRuleDraft, People};
pub use app::{App, AppStatus};
pub use app_csr::{AppCsr, CsrError};
pub use app_key::AppKey;
pub use assignment::{Assignment, AssignmentError, AssignmentScope};
pub use draft::{AppDraft, Assigned, OrgDraft, UserDraft};
pub use encryption::{AssertionEncryption, Encrypt};
pub use features::{ArrayAttributes, OrgFeatures, Pipeline};
pub use federated_claim::FederatedClaim;
pub use group::{Group, GroupKind};
pub use group_assignment::{GroupAssignment, GroupSettings};
pub use group_filter::{FilterError, GroupFilter};
pub use group_rule::{GroupRule, GroupRuleDraft, GroupRuleError};
pub use inline_hook::{HookCall, HookFault, InlineHook, InlineHookDraft, InlineHookStatus};
pub use issue::{
    AuthnRequestFacts, Issue, IssueError, Issued, Overrides, SignParts, Unsigned, issue, prepare,
    sign,
};
pub use key_credential::{JsonWebKey, KeyCredentialError};
pub use lifecycle::{Deletion, Lifecycle, LifecycleError};
pub use logout::{ParticipateSlo, SingleLogout};
pub use logout_message::{LogoutFault, check_logout, check_name_id};
pub use metadata::{MetadataError, metadata};
pub use org::Org;
pub use preset::Preset;
pub use seed::{Seed, Sown};
pub use sign_in_page::SignInPage;
pub use sign_on::{AcsEndpoint, SignOn};
pub use statement::{AttributeSource, AttributeStatement, StatementError};
pub use user::{ProfileValue, User, UserStatus, UserTimes};
