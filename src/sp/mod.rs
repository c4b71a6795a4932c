//! What a service provider is, and what its documents say it does. Pure.
//!
//! An [`Entry`] is what an SP holds about one identity provider. [`accept`] runs every check on a
//! response in order; [`decide`] is the one statement of the documented semantics: who is created,
//! updated, left alone or refused. The reference SP calls both, captures are explained with them,
//! and the fuzzer uses them as its oracle.

mod accept;
mod apply;
mod bearer;
mod check;
mod claim;
mod conditions;
mod customer;
mod decide;
mod decision;
mod entry;
mod grants;
mod last_admin;
mod matching;
mod merge;
mod outcome;
mod problems;
mod profile;
mod reason;
mod received;
mod rules;
mod state;
mod targets;
mod vocabulary;

pub use accept::{Expected, accept, refusal};
pub use check::{Check, CheckName, CheckResult};
pub use claim::{Claim, Owner, admit, email_domain};
pub use customer::beyond_author;
pub use decide::{decide, explain};
pub use decision::{Decision, Explanation};
pub use entry::{
    Defaults, EmailDomain, Entry, EntryName, GroupTeams, MappingId, MetadataSource, RoleMapping,
    Settings,
};
pub use grants::{AccountRole, BuiltinRole, Grant, GrantSource, Resource, Role, Roles};
pub use last_admin::spare_last_admin;
pub use outcome::{Outcome, OutcomeClass};
pub use problems::{Problem, problems};
pub use profile::{
    Adapter, Adapters, ApiKey, AppAttribute, AppProfile, AttributeSource, Configure,
    ExternalTarget, GroupFilter, HttpCall, IdpScheme, Launch, PasswordLogin, RejectedForm,
    SpProfile, TargetKind, Timing,
};
pub use reason::Reason;
pub use received::{Received, Wrapper};
pub use rules::{
    AbsentAttribute, AdminRevocable, DefaultsCombine, DomainMatch, DomainUnvalidated,
    EmptyConditions, Encryption, ExistingNoMatch, LastAdmin, Multi, NoMatchExisting, NoMatchNew,
    RepeatedAttribute, Rules, Selector, SyncScope, SyncWhen, Targets, WhiteSpace, Wildcard,
};
pub use state::{Author, Configuration, SeedUser, Session, State, User, UserStatus};
pub use vocabulary::{ResourceKind, Vocabulary};
