//! What a service provider is, and what its documents say it does. Pure.
//!
//! An [`Entry`] is what an SP holds about one identity provider. [`accept`] runs every check on a
//! response in order; [`decide`] is the one statement of the documented semantics: who is created,
//! updated, left alone or refused. The reference SP calls both, captures are explained with them,
//! and the fuzzer uses them as its oracle.

mod entry;
mod grants;
mod outcome;
mod profile;
mod reason;
mod rules;
mod state;

pub use entry::{
    Defaults, EmailDomain, Entry, EntryName, GroupTeams, MappingId, MetadataSource, RoleMapping,
    Settings,
};
pub use grants::{AccountRole, BuiltinRole, Grant, GrantSource, Resource, Role, Roles};
pub use outcome::{Outcome, OutcomeClass};
pub use profile::{
    Adapter, Adapters, ApiKey, AppAttribute, AppProfile, AttributeSource, Configure,
    ExternalTarget, GroupFilter, HttpCall, IdpScheme, Launch, PasswordLogin, RejectedForm,
    SpProfile, TargetKind, Timing,
};
pub use reason::Reason;
pub use rules::{
    AbsentAttribute, AdminRevocable, DefaultsCombine, DomainUnvalidated, ExistingNoMatch, Multi,
    NoMatchExisting, Rules, Selector, SyncScope,
};
pub use state::{Configuration, SeedUser, Session, State, User, UserStatus};
